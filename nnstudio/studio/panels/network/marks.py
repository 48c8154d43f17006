"""Painting on top of the network view's image: prediction, frames, dead units, unit card and scales."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import SCOPE_WORDS, Scope
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.panels.network.labels import paint_circle, paint_output_values
from nnstudio.studio.panels.network.layout import (
    SCALE_HEIGHT,
    TITLE_HEIGHT,
    LayerBox,
    NetworkLayout,
)
from nnstudio.studio.panels.network.scene import EdgeRange, NetworkScene, UnitAddress
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.views.colour_legend import paint_signed_legend
from nnstudio.studio.views.view import View

CARD_LINE = 16.0
RANGE_WIDTH = 60.0
RANGE_HEIGHT = 15.0
INPUT_RADIUS = 12.0
NARROWEST_GAP = 30.0
"""Between layers that stand closer there is no room for a number."""


def paint_dead(view: View, painter: QPainter, box: LayerBox, places: list[int]) -> None:
    """Strike the units in some places through, as in every other view."""
    spare = 0.16 * box.cell
    cells = [box.cell_box(place).adjusted(spare, spare, -spare, -spare) for place in places]
    painter.setPen(QPen(colour(view.theme.muted), 1.5))
    painter.drawLines([QLineF(cell.bottomLeft(), cell.topRight()) for cell in cells])


def paint_frame(painter: QPainter, cell: QRectF, code: str, width: float) -> None:
    """Frame a unit's cell, or a pixel of the input."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(code), width))
    painter.drawRoundedRect(cell.adjusted(-2, -2, 0, 0), 3, 3)


def range_boxes(place: NetworkLayout) -> dict[int, QRectF]:
    """Return where the range of the edges into each layer is written: between the layers, at the top."""
    boxes, before = {}, place.input_box
    for layer, box in enumerate(place.layers):
        left, right = before.right(), box.box.left()
        width = min(right - left, RANGE_WIDTH)
        if width >= NARROWEST_GAP:
            boxes[layer] = QRectF((left + right - width) / 2, TITLE_HEIGHT, width, RANGE_HEIGHT)
        before = box.box
    return boxes


def paint_ranges(view: View, painter: QPainter, place: NetworkLayout, ranges: dict[int, EdgeRange]) -> None:
    """Write the size of the strongest edge into each layer."""
    for layer, box in range_boxes(place).items():
        if layer in ranges:
            text = f"±{ranges[layer].largest:.2g}"
            painter.fillRect(box, colour(view.theme.panel, 0.8))
            view.write(painter, box, text, size_px=11, muted=True, align=Qt.AlignmentFlag.AlignHCenter)


def range_words(ranges: dict[int, EdgeRange], layer: int, title: str, *, are_terms: bool) -> str:
    """Say what the edges into a layer show: terms w · a, or a stage of a training step."""
    if layer not in ranges:
        return tr("With an input, edges show weight × activation here.")
    shown = ranges[layer]
    if not are_terms:
        return tr(
            "The {count} strongest of {total:,} edges into {layer}; the strongest is ±{largest}."
        ).format(count=shown.count, total=shown.total, layer=title, largest=f"{shown.largest:.3g}")
    return tr(
        "The {count} strongest of {total:,} edges into {layer}: weight × activation, what each adds to its "
        "unit's z.\n"
        "The strongest is ±{largest}; the more an edge brings, the more ink and width it has. "
        "Blue adds, orange takes away."
    ).format(count=shown.count, total=shown.total, layer=title, largest=f"{shown.largest:.3g}")


def scale_box(view: View) -> QRectF:
    """Return where the colour scale of the tiles is."""
    return QRectF(0.0, view.design_height() - SCALE_HEIGHT, view.design_width(), SCALE_HEIGHT)


def paint_scale(view: View, painter: QPainter, scene: NetworkScene, selected: UnitAddress | None) -> None:
    """Paint what the colours of the tiles stand for."""
    if not scene.tiles:
        return
    limit = scene.tile_limit(selected)
    what = tr(STUDIO_INPUT_KINDS[scene.space.kind].tile_quantity)
    label = f"{what}, {tr(SCOPE_WORDS[scene.scope])}"
    if scene.scope is Scope.UNIT and limit is not None:
        label += tr(", here the framed one's")
    paint_signed_legend(view, painter, scale_box(view), limit, label)


def input_nodes(scene: NetworkScene, place: NetworkLayout) -> list[QRectF]:
    """Return the boxes of the input's nodes, where its edges begin; a picture has none."""
    if scene.space.traits.has_pixels:
        return []
    box, n = place.input_box, scene.space.n_features
    middles = [QPointF(box.right(), box.top() + (k + 0.5) / n * box.height()) for k in range(n)]
    radius = min(INPUT_RADIUS, 0.45 * box.height() / n)
    return [QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius) for at in middles]


def paint_inputs(view: View, painter: QPainter, scene: NetworkScene, place: NetworkLayout) -> None:
    """Paint the frame and the nodes of an input that is no picture."""
    nodes = input_nodes(scene, place)
    if not nodes:
        return
    painter.setPen(QPen(colour(view.theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.input_box)
    for node, name in zip(nodes, scene.space.names, strict=False):
        painter.setPen(QPen(colour(view.theme.muted), 1))
        painter.setBrush(colour(view.theme.control))
        painter.drawEllipse(node)
        view.write(painter, node.adjusted(-4, 0, 4, 0), name, align=Qt.AlignmentFlag.AlignHCenter)


def paint_answer(view: View, painter: QPainter, scene: NetworkScene, place: NetworkLayout) -> None:
    """Paint the outputs' values, and the point of a plane."""
    if scene.reading is None:
        return
    units = scene.shown[-1].units
    outputs = scene.reading.outputs[units]
    # A stage before the outputs has no prediction yet.
    if outputs.any():
        best = int(outputs.argmax())
        paint_circle(view, painter, place.outputs, best, scene.classes[units[best]], is_best=True)
        is_softmax = scene.architecture.gives_probabilities
        paint_output_values(view, painter, place.outputs, outputs, are_probabilities=is_softmax)
    if scene.space.traits.has_field:
        box, low, high = place.input_box, scene.space.low, scene.space.high
        x, y = ((scene.reading.x - low) / (high - low)).tolist()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(view.theme.selection))
        painter.drawEllipse(QPointF(box.left() + x * box.width(), box.bottom() - y * box.height()), 4.5, 4.5)


def paint_card(view: View, painter: QPainter, lines: list[str], bottom: float) -> None:
    """Paint a unit's numbers below the input, where they cover nothing."""
    width = max(QFontMetricsF(font(12, bold=True)).horizontalAdvance(line) for line in lines) + 22
    height = CARD_LINE * len(lines) + 12
    box = QRectF(4.0, bottom - height, width, height)
    painter.setPen(QPen(colour(view.theme.line), 1))
    painter.setBrush(colour(view.theme.control, 0.95))
    painter.drawRoundedRect(box, 6, 6)
    for k, line in enumerate(lines):
        room = QRectF(box.left() + 10, box.top() + 6 + CARD_LINE * k, width - 16, CARD_LINE)
        view.write(painter, room, line, bold=k == 0)
