"""Where each number of a small network is written, and which one it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF

from nnstudio.insight.parameters import Parameter
from nnstudio.insight.unit_values import UnitValue
from nnstudio.studio.painting.theme import font, text_scale
from nnstudio.studio.views.network.layout import OUTPUT_BAR, NetworkLayout, radius_of
from nnstudio.studio.views.network.pixels import heights_at
from nnstudio.studio.views.network.scene import SHORT_NAME, NetworkScene

SIZE_PX, LEADING = 11, 4.0
"""Of written numbers: the height of the font, and what a box is higher than that."""

NUMBER_HEIGHT = SIZE_PX + LEADING

WRITTEN_AT = (
    0.66,
    0.5,
    0.34,
    0.78,
    0.22,
    0.58,
    0.42,
    0.86,
    0.14,
    0.7,
    0.3,
    0.62,
    0.38,
    0.74,
    0.26,
    0.82,
    0.18,
)
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
    size_px : int
        Of its font, in design pixels.
    """

    box: QRectF
    place: Parameter | UnitValue
    size_px: int = SIZE_PX


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
    for layer in range(len(place.layers)):
        weights = _weights_of(scene, place, layer, taken)
        taken += [number.box for number in weights]
        found += weights
        if layer < len(biases):
            units = scene.shown[layer].units.tolist()
            found += [
                NumberBox(room, Parameter(layer, unit))
                for room, unit in zip(biases[layer], units, strict=True)
            ]
    return tuple(found)


def _weights_of(
    scene: NetworkScene, place: NetworkLayout, layer: int, taken: Sequence[QRectF]
) -> list[NumberBox]:
    """Find room for the weights that enter a layer: where large text has too little, it is written smaller.

    No smaller than numbers are at a text size of 100 %.
    """
    edges = scene.all_edges(layer)
    sources, targets = scene.ends_of(layer, edges)
    ends = list(zip(*scene.ends(place, layer, edges), strict=True))
    found: list[NumberBox] = []
    covered = math.inf
    for size_px in dict.fromkeys((SIZE_PX, math.ceil(SIZE_PX / max(text_scale(), 1.0)))):
        width = QFontMetricsF(font(size_px)).horizontalAdvance(WIDEST) + 4
        rooms, covered_now = _rooms_on(ends, QSizeF(width, size_px + LEADING), taken)
        if covered_now < covered:
            covered = covered_now
            found = [
                NumberBox(room, Parameter(layer, int(target), int(source)), size_px)
                for room, target, source in zip(rooms, targets, sources, strict=True)
            ]
        if not covered:
            break
    return found


def _rooms_on(
    ends: Sequence[tuple[np.ndarray, np.ndarray]], size: QSizeF, taken: Sequence[QRectF]
) -> tuple[list[QRectF], float]:
    """Find room for a number on every edge, and return how much they cover of each other and of others."""
    rooms: list[QRectF] = []
    covered = 0.0
    for start, end in ends:
        tried = [
            QRectF(QPointF(x - size.width() / 2, y - size.height() / 2), size)
            for x, y in _places_along(start, end)
        ]
        room, covered_here = _freest(tried, [*taken, *rooms])
        rooms.append(room)
        covered += covered_here
    return rooms, covered


def _freest(rooms: Sequence[QRectF], taken: Sequence[QRectF]) -> tuple[QRectF, float]:
    """Return the first room that is free, else the one that covers least, and how much it covers."""
    for room in rooms:
        if not any(room.intersects(other) for other in taken):
            return room, 0.0
    covered = [sum(_area(room & other) for other in taken) for room in rooms]
    least = int(np.argmin(covered))
    return rooms[least], covered[least]


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
