"""What the network view paints with Qt over its image: texts, outputs, frames, the card of a unit, scales."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from nnstudio.data.problem import Quantity
from nnstudio.engine.decision import decided
from nnstudio.insight.edges import Edges
from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import SCOPE_WORDS, Scope
from nnstudio.studio.painting.images import indexed_image
from nnstudio.studio.painting.numbers import figure, four_figures
from nnstudio.studio.painting.theme import Theme, colour, font, signed_table
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.output_kinds import number_text
from nnstudio.studio.session.step_values import StepValues
from nnstudio.studio.views.network.layout import (
    FOOTER_HEIGHT,
    SCALE_HEIGHT,
    SMALLEST_NAME,
    TITLE_HEIGHT,
    LayerBox,
    NetworkLayout,
    radius_of,
)
from nnstudio.studio.views.network.number_boxes import NUMBER_HEIGHT
from nnstudio.studio.views.network.pixels import (
    DOT_RADIUS,
    FADED_OPACITY,
    THICK_SHARE,
    NetworkImage,
    dot_colours,
    ink_of,
    tile_aspect,
    tile_sides,
)
from nnstudio.studio.views.network.scene import (
    SHORT_NAME,
    Column,
    EdgeRange,
    NetworkScene,
    UnitAddress,
)
from nnstudio.studio.views.view import View

MIDDLE = Qt.AlignmentFlag.AlignHCenter
FIGURE_RATIO = 4.0
"""Pixels of the pictures in a figure of lines and letters, for each of the view's."""

CARD_LINE = 16.0
RANGE_WIDTH = 60.0
LOWEST_TRACK, LONGEST_TRACK = 34.0, 90.0
"""Least cell of an output with a bar below its number, and the length of that bar."""

END_WIDTH, END_GAP, RAMP_WIDTH = 54.0, 5.0, 90.0
"""Of the colour scale: room for the number at an end, with a gap beside the ramp, and the ramp."""

_RAMP = np.arange(1, 256, dtype=np.uint8)[None, :]

LEAST_ROW_PX = 4.0
"""Height of a row of the input with an axis of its own."""

NARROWEST_GAP = 30.0
"""Between layers that stand closer there is no room for a number."""


def footers(columns: list[Column], width: float, height: float) -> list[QRectF]:
    """Return the footers' boxes below what is seen of the columns, centred and not overlapping."""
    centres = [
        (min(max(column.box.left(), 0.0), width) + min(max(column.box.right(), 0.0), width)) / 2
        for column in columns
    ]
    rooms, top = [], height - FOOTER_HEIGHT - SCALE_HEIGHT
    for k, x in enumerate(centres):
        near = min((abs(other - x) for j, other in enumerate(centres) if j != k), default=width)
        half = min(max(near * 0.5, 10.0), 85.0, max(x, 20.0), max(width - x, 20.0))
        rooms.append(QRectF(x - half, top, 2 * half, FOOTER_HEIGHT))
    return rooms


def paint_words(view: View, painter: QPainter, columns: list[Column]) -> None:
    """Paint titles and footers of the visible columns."""
    width, height = view.design_width(), view.design_height()
    for column, room in zip(columns, footers(columns, width, height), strict=True):
        if column.box.right() < 0 or column.box.left() > width:
            continue
        line = room.height() / 2
        above = QRectF(room.left(), 0.0, room.width(), TITLE_HEIGHT)
        view.write(painter, above, column.title, bold=True, align=MIDDLE)
        upper = QRectF(room.left(), room.top() + 2, room.width(), line)
        wide = QFontMetricsF(font(12)).horizontalAdvance
        sizes = (column.size + column.extra, column.size, column.short_size)
        size = next((size for size in sizes if wide(size) <= upper.width()), column.short_size)
        view.write(painter, upper, size, muted=True, align=MIDDLE)
        lower = upper.translated(0, line - 2)
        if column.turns:
            view.write(painter, lower, "‹", bold=True, code=view.theme.accent)
            view.write(
                painter, lower, "›", bold=True, code=view.theme.accent, align=Qt.AlignmentFlag.AlignRight
            )
            lower.adjust(10, 0, -10, 0)
        fits = QFontMetricsF(font(11)).horizontalAdvance(column.remark) <= lower.width()
        text = column.remark if fits else column.short_remark
        view.write(painter, lower, text, size_px=11, muted=True, align=MIDDLE)


def paint_outputs(view: View, painter: QPainter, scene: NetworkScene, place: NetworkLayout) -> None:
    """Paint each output as a circle with its name, and its value as a bar."""
    units, box = scene.shown[-1].units, place.outputs
    is_reached = not isinstance(scene.reading, StepValues) or scene.reading.has_outputs
    outputs = scene.reading.outputs[units] if scene.reading is not None and is_reached else None
    has_best = outputs is not None and scene.outputs.traits.has_labels
    best = int(decided(outputs, scene.reading.z[-1][units])) if has_best else None
    if best is not None and scene.architecture.n_outputs == 1:
        # A single output is the answer where it says the second class.
        best -= 1
    for k, unit in enumerate(units.tolist()):
        _paint_circle(view, painter, box, k, scene.output_names[unit], is_best=k == best)
    if outputs is None:
        return
    if not has_best:
        _paint_numbers(view, painter, box, outputs, [scene.outputs.quantities[unit] for unit in units])
    else:
        is_softmax = scene.architecture.gives_probabilities
        _paint_output_values(view, painter, box, outputs, best, are_probabilities=is_softmax)


def _paint_circle(view: View, painter: QPainter, box: LayerBox, k: int, name: str, *, is_best: bool) -> None:
    """Paint an output's circle with its name inside, or beside it if it is a word."""
    theme, cell = view.theme, box.cell_box(k)
    radius = radius_of(box)
    if is_best or radius > SMALLEST_NAME:
        painter.setPen(QPen(colour(theme.line), 1))
        painter.setBrush(colour(theme.ink if is_best else theme.control))
        painter.drawEllipse(cell.center(), radius, radius)
    elif box.columns > 1:
        # Edges to other columns cross it.
        painter.fillRect(
            QRectF(cell.center() - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)),
            colour(theme.panel),
        )
    size = int(min(max(radius * 1.1, 11), 22))
    if len(name) <= SHORT_NAME:
        code = theme.paper if is_best else theme.text
        view.write(
            painter, cell.adjusted(-4, 0, 4, 0), name, size_px=size, bold=is_best, code=code, align=MIDDLE
        )
    else:
        left = cell.center().x() + radius + 7
        above = QRectF(left, cell.center().y() - 20, box.pitch - box.cell, 14)
        view.write(painter, above, name, size_px=11, bold=is_best)


def _paint_output_values(
    view: View, painter: QPainter, box: LayerBox, outputs: np.ndarray, best: int, *, are_probabilities: bool
) -> None:
    """Paint a bar beside each output, and its probability unless it is almost 0."""
    radius = radius_of(box)
    room = max(box.pitch - box.cell - 54.0, 10.0)
    thick = min(box.cell * 0.4, 12.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for k, value in enumerate(outputs.tolist()):
        at = box.cell_box(k).center() + QPointF(radius + 7, 0)
        length = max(min(max(value, 0.0), 1.0) * room, 1.5)
        code = view.theme.accent if k == best else view.theme.muted
        painter.fillRect(QRectF(at.x(), at.y() - thick / 2, length, thick), colour(code))
        if are_probabilities and value >= 0.005:
            number = QRectF(at.x() + length + 5, at.y() - 8, 50, 16)
            view.write(painter, number, f"{100 * value:.1f} %", size_px=11, bold=k == best, muted=k != best)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _paint_numbers(
    view: View, painter: QPainter, box: LayerBox, outputs: np.ndarray, quantities: list[Quantity]
) -> None:
    """Paint each output's number beside it, and below where that is in its range."""
    theme, left = view.theme, radius_of(box) + 7
    room = max(box.pitch - box.cell - 4.0, 10.0)
    for k, (value, quantity) in enumerate(zip(outputs.tolist(), quantities, strict=True)):
        at = box.cell_box(k).center() + QPointF(left, 0)
        # Below a name that has no room in the circle.
        at += QPointF(0, 3 if len(quantity.name) > SHORT_NAME else 0)
        text = number_text(value, quantity.unit)
        view.write(painter, QRectF(at.x(), at.y() - 9, room, 16), text, bold=True)
        if box.cell < LOWEST_TRACK:
            continue
        zero, share = (
            min(max((number - quantity.low) / (quantity.high - quantity.low), 0.0), 1.0)
            for number in (0.0, value)
        )
        track = QRectF(at.x(), at.y() + 9, min(room, LONGEST_TRACK), 3)
        painter.fillRect(track, colour(theme.control))
        start, end = (track.left() + part * track.width() for part in sorted((zero, share)))
        code = theme.negative if value < 0 else theme.positive
        painter.fillRect(QRectF(start, track.top(), max(end - start, 2.0), 3), colour(code))


def paint_dead(view: View, painter: QPainter, box: LayerBox, places: list[int]) -> None:
    """Strike the units in some places through, as in every other view."""
    spare = 0.16 * box.cell
    cells = [box.cell_box(place).adjusted(spare, spare, -spare, -spare) for place in places]
    painter.setPen(QPen(colour(view.theme.muted), 1.5))
    painter.drawLines([QLineF(cell.bottomLeft(), cell.topRight()) for cell in cells])


def tile_size(scene: NetworkScene, layer: int, cell: float, ratio: float) -> QSizeF:
    """Return the size of a unit's picture with its bar, in a cell of a side, at a pixel ratio."""
    height, width, bar = tile_sides(round(cell * ratio), tile_aspect(scene.space, scene.tiles[layer]))
    return QSizeF(width, height + 1 + bar) / ratio


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
            boxes[layer] = QRectF((left + right - width) / 2, TITLE_HEIGHT, width, NUMBER_HEIGHT)
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
    low, high = ("−", "+") if limit is None else (f"−{limit:.3g}", f"+{limit:.3g}")
    box = scale_box(view)
    ramp = QRectF(box.left() + END_WIDTH, box.center().y() - 3, RAMP_WIDTH, 7)
    after = ramp.right() + END_WIDTH
    for left, right, words, align in (
        (box.left(), ramp.left() - END_GAP, low, Qt.AlignmentFlag.AlignRight),
        (ramp.right() + END_GAP, after, high, Qt.AlignmentFlag.AlignLeft),
        (after, box.right(), label, Qt.AlignmentFlag.AlignLeft),
    ):
        room = QRectF(left, box.top(), right - left, box.height())
        view.write(painter, room, words, size_px=11, muted=True, align=align)
    painter.drawImage(ramp, indexed_image(_RAMP, signed_table(view.theme)))


def paint_inputs(view: View, painter: QPainter, scene: NetworkScene, place: NetworkLayout) -> None:
    """Paint the frame and the nodes of an input that is no picture."""
    nodes = scene.input_nodes(place)
    if not nodes:
        return
    painter.setPen(QPen(colour(view.theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.input_box)
    if place.input_box.height() / len(nodes) < LEAST_ROW_PX:
        return
    for node, name in zip(nodes, scene.space.names, strict=False):
        painter.setPen(QPen(colour(view.theme.muted), 1))
        painter.setBrush(colour(view.theme.control))
        painter.drawEllipse(node)
        if len(name) <= SHORT_NAME:
            view.write(painter, node.adjusted(-4, 0, 4, 0), name, align=Qt.AlignmentFlag.AlignHCenter)
        else:
            left = place.input_box.left() + 4
            room = QRectF(left, node.center().y() + 3, node.left() - left - 4, NUMBER_HEIGHT)
            view.write(painter, room, name, size_px=11, muted=True)


def paint_path(
    view: View, painter: QPainter, scene: NetworkScene, place: NetworkLayout, path: Sequence[Parameter]
) -> None:
    """Paint a path's edges over all others, as far as the units at their ends have a place."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(view.theme.selection), 2.5))
    for weight in path:
        if weight.column is None or weight.layer >= len(scene.shown):
            continue
        target = scene.shown[weight.layer].place_of(weight.row)
        source = scene.shown[weight.layer - 1].place_of(weight.column) if weight.layer else weight.column
        if target is not None and source is not None:
            one = Edges(np.array([source]), np.array([target]), np.ones(1, np.float32))
            start, end = scene.ends(place, weight.layer, one)
            painter.drawPath(_curve(QPointF(*start[0].tolist()), QPointF(*end[0].tolist())))
    if path and path[0].column is None:
        cell = scene.cell_of(place, UnitAddress(path[0].layer, path[0].row))
        if cell is not None:
            paint_frame(painter, cell, view.theme.selection, 2.0)


def paint_as_shapes(
    view: View,
    painter: QPainter,
    scene: NetworkScene,
    place: NetworkLayout,
    edges: list[tuple[int, Edges]],
    faded: list[QRectF],
) -> None:
    """Paint edges as curves, dots as circles and tiles as pictures, for a figure whose lines stay lines."""
    image, theme = NetworkImage(), view.theme
    image.compose(scene, place, [], [], QSizeF(view.design_size()), FIGURE_RATIO, theme)
    inside, outside = QPainterPath(), QPainterPath()
    outside.addRect(QRectF(view.design_rect()))
    for box in faded:
        inside.addRect(box)
    for part, opacity in ((outside - inside, 1.0), (inside, FADED_OPACITY)):
        painter.save()
        painter.setClipPath(part, Qt.ClipOperation.IntersectClip)
        painter.setOpacity(opacity)
        for layer, found in edges:
            _draw_curves(painter, theme, found, *scene.ends(place, layer, found))
        painter.restore()
    pictures = [place.input_box] if scene.space.traits.has_pixels else []
    for layer, box in enumerate(place.hidden):
        cells = [box.cell_box(k) for k in range(len(scene.shown[layer].units))]
        if layer in scene.tiles:
            size = tile_size(scene, layer, box.cell, FIGURE_RATIO)
            pictures += [QRectF(cell.topLeft(), size) for cell in cells]
            continue
        share = scene.shares(layer, scene.shown[layer].units)
        codes = dot_colours(theme, np.zeros(len(cells)) if share is None else share)
        painter.setPen(QPen(colour(theme.muted, 0.5), 1))
        for cell, code in zip(cells, codes.tolist(), strict=True):
            painter.setBrush(QColor.fromRgb(code))
            painter.drawEllipse(cell.center(), DOT_RADIUS * box.cell, DOT_RADIUS * box.cell)
    for picture in pictures:
        if picture.intersects(QRectF(view.design_rect())):
            # An SVG would hold the whole image each time, for a part of it.
            source = QRectF(picture.topLeft() * FIGURE_RATIO, picture.size() * FIGURE_RATIO).toRect()
            painter.drawImage(picture, image.canvas.copy(source))


def _draw_curves(painter: QPainter, theme: Theme, edges: Edges, start: np.ndarray, end: np.ndarray) -> None:
    share = np.abs(edges.strength) / np.abs(edges.strength).max()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (x0, y0), (x1, y1), strength, part, ink in zip(
        start.tolist(),
        end.tolist(),
        edges.strength.tolist(),
        share.tolist(),
        ink_of(share).tolist(),
        strict=True,
    ):
        code = theme.negative if strength < 0 else theme.positive
        painter.setPen(QPen(colour(code, ink), 2.0 if part > THICK_SHARE else 1.0))
        painter.drawPath(_curve(QPointF(x0, y0), QPointF(x1, y1)))


def _curve(start: QPointF, end: QPointF) -> QPainterPath:
    """Return an edge as a line."""
    path, middle = QPainterPath(start), (start.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
    return path


def paint_point(view: View, painter: QPainter, scene: NetworkScene, place: NetworkLayout) -> None:
    """Paint the point of a plane, or each number as a dot on an axis of its own."""
    if scene.x is None or scene.space.traits.has_pixels:
        return
    box, dot = place.input_box, colour(view.theme.selection)
    shares = np.clip(scene.space.shares(scene.x), 0, 1).tolist()
    if scene.space.traits.has_field and len(shares) == 2:
        x, y = shares
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dot)
        painter.drawEllipse(QPointF(box.left() + x * box.width(), box.bottom() - y * box.height()), 4.5, 4.5)
        if scene.reading is None:
            # Values are computed by hand from these.
            for node, value in zip(scene.input_nodes(place), scene.x.tolist(), strict=True):
                left = box.left() + 2
                room = QRectF(left, node.center().y() - 8, node.left() - 3 - left, NUMBER_HEIGHT)
                painter.fillRect(room, colour(view.theme.panel, 0.6))
                right = Qt.AlignmentFlag.AlignRight
                view.write(painter, room, four_figures(value), size_px=11, align=right)
        return
    nodes = scene.input_nodes(place)
    if (each := box.height() / len(nodes)) < LEAST_ROW_PX:
        # So many numbers are bars below each other, without axes.
        for k, share in enumerate(shares):
            bar = QRectF(
                box.left(), box.top() + k * each, max(share * box.width(), 1.0), max(each - 0.2, 0.5)
            )
            painter.fillRect(bar, dot)
        return
    for node, share, value in zip(nodes, shares, scene.x.tolist(), strict=True):
        left, right, y = box.left() + 8, node.left() - 6, node.center().y()
        painter.setPen(QPen(colour(view.theme.muted), 1))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dot)
        painter.drawEllipse(QPointF(left + share * (right - left), y), 4, 4)
        if box.height() / len(nodes) >= 2 * NUMBER_HEIGHT:
            room = QRectF(left, y - NUMBER_HEIGHT - 4, right - left, NUMBER_HEIGHT)
            view.write(painter, room, figure(value), size_px=11)


def paint_zoom(view: View, painter: QPainter, zoom: float, room: QRectF) -> None:
    """Write the zoom and the way back into a corner."""
    text = tr("{zoom:.1f} × · double click or A shows all").format(zoom=zoom)
    width = min(QFontMetricsF(font(11)).horizontalAdvance(text) + 12, room.width())
    corner = QRectF(room.right() - width, room.bottom() - 18, width, 18)
    painter.fillRect(corner, colour(view.theme.panel, 0.85))
    view.write(painter, corner, text, size_px=11, muted=True, align=MIDDLE)


def paint_card(view: View, painter: QPainter, lines: list[str], bottom: float) -> None:
    """Paint a unit's numbers below the input, where they cover nothing."""
    width = max(QFontMetricsF(font(12, bold=True)).horizontalAdvance(line) for line in lines) + 22
    height = CARD_LINE * len(lines) + 12
    box = QRectF(4.0, bottom - height, width, height)
    painter.setPen(QPen(colour(view.theme.line), 1))
    painter.setBrush(colour(view.theme.control))
    painter.drawRoundedRect(box, 6, 6)
    for k, line in enumerate(lines):
        room = QRectF(box.left() + 10, box.top() + 6 + CARD_LINE * k, width - 16, CARD_LINE)
        view.write(painter, room, line, bold=k == 0)
