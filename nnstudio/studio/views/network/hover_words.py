"""What the hover says of a number or of an input in the drawing of a network."""

import numpy as np
from PySide6.QtCore import QPointF

from nnstudio.insight.parameters import Parameter
from nnstudio.insight.unit_values import UnitValue
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.views.network.layout import NetworkLayout
from nnstudio.studio.views.network.number_entry import Place
from nnstudio.studio.views.network.scene import NetworkScene, UnitAddress


def number_words(scene: NetworkScene, place: Place, *, is_asked: bool) -> str:
    """Return a number's name, all of its digits, what it is and, unless values are asked, how to type it."""
    unit = scene.name(UnitAddress(place.layer, unit_of(place)))
    if isinstance(place, UnitValue):
        what = tr("the activation of {unit}") if place.is_activation else tr("the weighted sum of {unit}")
        how = tr("Click or F2 types it; Enter on an empty field says how it is computed.")
        return f"{place.name}: {what.format(unit=unit)}\n{how}"
    what = tr("the bias of {unit}").format(unit=unit)
    if place.column is not None:
        source = (
            scene.name(UnitAddress(place.layer - 1, place.column))
            if place.layer
            else scene.space.names[place.column]
        )
        what = tr("the weight from {source} to {unit}").format(source=source, unit=unit)
    words = f"{place.name} = {shortest(scene.number(place))}: {what}"
    return words if is_asked else f"{words}\n{tr('Click or F2 types another.')}"


def input_words(scene: NetworkScene, place: NetworkLayout, position: QPointF) -> str:
    """Return what the node or the pixel of the input is that is at a position, or nothing."""
    for k, node in enumerate(scene.input_nodes(place)):
        if node.contains(position):
            value = "" if scene.x is None else f" = {signed(float(scene.x[k]), 3)}"
            return tr("the input {name}").format(name=scene.space.names[k]) + value
    if not place.input_box.contains(position):
        return ""
    pixel = scene.pixel_at(place, position)
    if pixel is None or scene.reading is None:
        return tr("the input: %n number(s)", scene.architecture.n_inputs)
    row, column = divmod(pixel, scene.space.shape[1])
    return tr("input {pixel}, the pixel in row {row}, column {column}: {x:.2f}").format(
        pixel=pixel, row=row, column=column, x=scene.reading.x[pixel]
    )


def unit_of(place: Place) -> int:
    """Return which unit of its layer a number belongs to."""
    return place.row if isinstance(place, Parameter) else place.unit


def shortest(value: float) -> str:
    """Return the shortest text that gives a float32 again."""
    return np.format_float_positional(np.float32(value), trim="-").replace("-", "−")
