"""Where each number of a small network is written, and which one it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from nnstudio.insight.parameters import Parameter
from nnstudio.insight.unit_values import UnitValue
from nnstudio.studio.painting.theme import font
from nnstudio.studio.views.network.layout import OUTPUT_BAR, NetworkLayout, radius_of
from nnstudio.studio.views.network.pixels import heights_at
from nnstudio.studio.views.network.scene import SHORT_NAME, NetworkScene

NUMBER_HEIGHT = 15.0

WRITTEN_AT = (0.66, 0.5, 0.34, 0.78, 0.22, 0.58, 0.42, 0.86, 0.14)
"""Shares of an edge's length at which its weight may be written, in the order in which they are tried."""

WIDEST = "−0.00"
"""What numbers have room for: they stay in their places when training changes their digits."""

WIDEST_VALUE = "✓ z −0.000"
"""What the value of a unit has room for."""

BELOW_A_NAME = 3.0, 10.0
"""How far one value, or two, of an output are moved down by a name above them."""


@dataclass(frozen=True)
class NumberBox:
    """The room of one number, which depends on the layout alone.

    Attributes
    ----------
    box : QRectF
    place : Parameter or UnitValue
        The weight on an edge, the bias at a unit, or a value of a unit.
    """

    box: QRectF
    place: Parameter | UnitValue


def number_boxes(
    scene: NetworkScene, place: NetworkLayout, values: Sequence[UnitValue]
) -> tuple[NumberBox, ...]:
    """Find room at units for values and biases, and on every edge for its weight, where it covers no other.

    Parameters
    ----------
    scene : NetworkScene
        Of a network that is written out.
    place : NetworkLayout
    values : sequence of UnitValue
        What is written at units beside their biases.

    Returns
    -------
    tuple of NumberBox
        The values, then weights and biases in the order of theta.
    """
    found = [NumberBox(_room_of_value(scene, place, value), value) for value in values]
    biases = [_rooms_of_biases(scene, place, layer) for layer in range(len(scene.biases))]
    taken = [number.box for number in found] + [room for rooms in biases for room in rooms]
    taken += [box.cell_box(k) for box in place.layers for k in range(box.n_places)]
    taken += scene.input_nodes(place)
    width = QFontMetricsF(font(11)).horizontalAdvance(WIDEST) + 4
    for layer in range(len(place.layers)):
        edges = scene.all_edges(layer)
        sources, targets = scene.ends_of(layer, edges)
        for k, (start, end) in enumerate(zip(*scene.ends(place, layer, edges), strict=True)):
            rooms = [
                QRectF(x - width / 2, y - NUMBER_HEIGHT / 2, width, NUMBER_HEIGHT)
                for x, y in _places_along(start, end)
            ]
            room = _freest(rooms, taken)
            taken.append(room)
            found.append(NumberBox(room, Parameter(layer, int(targets[k]), int(sources[k]))))
        if layer < len(biases):
            units = scene.shown[layer].units.tolist()
            found += [
                NumberBox(room, Parameter(layer, unit))
                for room, unit in zip(biases[layer], units, strict=True)
            ]
    return tuple(found)


def _freest(rooms: list[QRectF], taken: list[QRectF]) -> QRectF:
    """Return the first room that is free, else the one that covers least."""
    for room in rooms:
        if not any(room.intersects(other) for other in taken):
            return room
    return min(rooms, key=lambda room: sum(_area(room & other) for other in taken))


def _places_along(start: np.ndarray, end: np.ndarray) -> list[tuple[float, float]]:
    """Return places on an edge for its number, the best first: near its end, where edges of a unit part."""
    xs = [float(start[0] + share * (end[0] - start[0])) for share in WRITTEN_AT]
    return [(x, float(heights_at(start[None], end[None], x)[0])) for x in xs]


def _area(box: QRectF) -> float:
    return box.width() * box.height() if box.isValid() else 0.0


def _rooms_of_biases(scene: NetworkScene, place: NetworkLayout, layer: int) -> list[QRectF]:
    width = QFontMetricsF(font(11)).horizontalAdvance(f"b {WIDEST}") + 6
    box, is_output = place.layers[layer], layer == len(place.layers) - 1
    half = radius_of(box) if is_output else box.cell / 2
    rooms = []
    for k in range(box.n_places):
        cell = box.cell_box(k)
        middle = cell.center()
        if not is_output and layer in scene.tiles:
            # In a corner of its picture, or across a small one: below is the bar of its activation.
            left = min(cell.left() + 1, middle.x() - width / 2)
            room = QRectF(left, cell.top() + 1, width, NUMBER_HEIGHT)
        elif box.n_places > 1 and box.leading < 2 * half + NUMBER_HEIGHT:
            left, top = middle.x() - half - width - 2, middle.y() - NUMBER_HEIGHT - 2
            room = QRectF(left, top, width, NUMBER_HEIGHT)
        else:
            room = QRectF(middle.x() - width / 2, middle.y() + half + 1, width, NUMBER_HEIGHT)
        rooms.append(room)
    return rooms


def _room_of_value(scene: NetworkScene, place: NetworkLayout, value: UnitValue) -> QRectF:
    """Return where a value is written: z above a on a unit, beside each other where the unit is low."""
    box = place.layers[value.layer]
    cell = box.cell_box(int(np.flatnonzero(scene.shown[value.layer].units == value.unit)[0]))
    width, nth = QFontMetricsF(font(11)).horizontalAdvance(WIDEST_VALUE) + 6, int(value.is_activation)
    n = 1 if scene.architecture.activations[value.layer] == "identity" else 2
    is_stacked = n == 1 or box.leading >= 2 * NUMBER_HEIGHT
    middle = cell.center()
    if value.layer == len(place.layers) - 1:
        # Below a name that has no room in the circle.
        down = BELOW_A_NAME[n - 1] if len(scene.output_names[value.unit]) > SHORT_NAME else 0.0
        middle += QPointF(radius_of(box) + 7 + (width if is_stacked else OUTPUT_BAR) / 2, down)
        width = width if is_stacked else OUTPUT_BAR / 2
    if is_stacked:
        top = middle.y() - n / 2 * NUMBER_HEIGHT
        if value.layer in scene.tiles and scene.biases and value.layer < len(place.layers) - 1:
            # The bias is at the top of the picture.
            top = max(top, cell.top() + 1 + NUMBER_HEIGHT)
        return QRectF(middle.x() - width / 2, top + nth * NUMBER_HEIGHT, width, NUMBER_HEIGHT)
    return QRectF(middle.x() + (nth - 1) * width, middle.y() - NUMBER_HEIGHT / 2, width, NUMBER_HEIGHT)
