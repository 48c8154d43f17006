"""The numbers that are written into the drawing of a network: of units, pixels, edges, and typed ones."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnstudio.insight.edges import Edges
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.reading import Reading
from nnstudio.insight.unit_values import UnitValue
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.session.fill_in import Entry
from nnstudio.studio.session.step_values import StepValues
from nnstudio.studio.views.network.layout import (
    FOOTER_HEIGHT,
    SCALE_HEIGHT,
    TITLE_HEIGHT,
    NetworkLayout,
)
from nnstudio.studio.views.network.number_boxes import NUMBER_HEIGHT, NumberBox
from nnstudio.studio.views.network.pixels import (
    heights_at,
)
from nnstudio.studio.views.network.scene import (
    NetworkScene,
)
from nnstudio.studio.views.view import View

MIDDLE = Qt.AlignmentFlag.AlignHCenter
NUMBERED_DOT, NUMBERED_TILE, NUMBERED_PIXEL = 44.0, 90.0, 28.0
"""Least sides of a dot's cell, a tile and a pixel of the input that have room for their numbers."""

LOUD = 0.45
"""Share from which on a dot or a pixel is nearer to ink than to paper."""

NUMBER_WIDTH, TERM_WIDTH = 40.0, 88.0
MOST_TERMS = 30
"""Written at most between two layers."""

SENTENCE_WIDTH = 380.0


def paint_unit_numbers(
    view: View,
    painter: QPainter,
    scene: NetworkScene,
    place: NetworkLayout,
    reading: Reading | StepValues | None,
) -> None:
    """Write the numbers of hidden units and inputs and their values, where they are large enough for it."""
    theme, seen = view.theme, QRectF(view.design_rect())
    for layer, box in enumerate(place.hidden):
        has_tiles = layer in scene.tiles
        if box.cell < (NUMBERED_TILE if has_tiles else NUMBERED_DOT):
            continue
        a = None if reading is None else reading.a[layer]
        largest = 0.0 if a is None else float(np.abs(a).max())
        for k, unit in enumerate(scene.shown[layer].units.tolist()):
            cell = box.cell_box(k)
            if not cell.intersects(seen):
                continue
            lines = [str(unit + 1)] if a is None else [str(unit + 1), plain(float(a[unit]))]
            height = NUMBER_HEIGHT * len(lines)
            if has_tiles:
                # In the corner that is seen.
                left, top = max(cell.left(), 0.0) + 1, max(cell.top(), TITLE_HEIGHT) + 1
                corner = QRectF(left, top, NUMBER_WIDTH, height)
                if not cell.contains(corner):
                    continue
                painter.fillRect(corner, colour(theme.panel, 0.7))
                code = theme.text
            else:
                corner = QRectF(cell.left(), cell.center().y() - height / 2, cell.width(), height)
                is_loud = a is not None and abs(float(a[unit])) > LOUD * largest
                code = theme.paper if is_loud else theme.text
            for nth, line in enumerate(lines):
                row = QRectF(corner.left(), corner.top() + NUMBER_HEIGHT * nth, corner.width(), NUMBER_HEIGHT)
                view.write(painter, row, line, size_px=11, bold=nth == 0, code=code, align=MIDDLE)
    if reading is not None and scene.space.traits.has_pixels:
        _write_pixels(view, painter, scene, place.input_box, reading.x, seen)


def _write_pixels(
    view: View, painter: QPainter, scene: NetworkScene, box: QRectF, x: np.ndarray, seen: QRectF
) -> None:
    """Write the value in each pixel of the input that is not paper."""
    rows, columns = scene.space.shape
    width, height = box.width() / columns, box.height() / rows
    if width < NUMBERED_PIXEL:
        return
    ink, values = scene.space.shares(x), x.tolist()
    # There may be hundreds, none of which needs to be shortened: font and colour are set once for many.
    painter.setFont(font(11))
    align = MIDDLE | Qt.AlignmentFlag.AlignVCenter
    for code, chosen in ((view.theme.paper, ink > LOUD), (view.theme.ink, (ink != 0) & ~(ink > LOUD))):
        painter.setPen(colour(code))
        for k in np.flatnonzero(chosen).tolist():
            row, column = divmod(k, columns)
            pixel = QRectF(box.left() + column * width, box.top() + row * height, width, height)
            if pixel.intersects(seen):
                painter.drawText(pixel, align, plain(values[k]))


def paint_terms(
    view: View,
    painter: QPainter,
    scene: NetworkScene,
    place: NetworkLayout,
    terms: list[tuple[int, Edges, list[str]]],
) -> None:
    """Write weight × activation on edges between layers that are far enough apart, the strongest first."""
    width, height = float(view.design_width()), float(view.design_height())
    boxes = [place.input_box, *(box.box for box in place.layers)]
    for layer, edges, texts in terms:
        taken: set[int] = set()
        left, right = max(boxes[layer].right(), 0.0), min(boxes[layer + 1].left(), width)
        if right - left < TERM_WIDTH:
            continue
        left, top = (
            (left + right - TERM_WIDTH) / 2,
            heights_at(*scene.ends(place, layer, edges), (left + right) / 2),
        )
        top -= NUMBER_HEIGHT / 2
        fits = (top > TITLE_HEIGHT + NUMBER_HEIGHT) & (
            top < height - FOOTER_HEIGHT - SCALE_HEIGHT - NUMBER_HEIGHT
        )
        n_written = 0
        for k in np.flatnonzero(fits)[::-1].tolist():
            rows = {int(top[k] // NUMBER_HEIGHT), int((top[k] + NUMBER_HEIGHT) // NUMBER_HEIGHT)}
            if taken.isdisjoint(rows):
                taken |= rows
                box = QRectF(left, top[k], TERM_WIDTH, NUMBER_HEIGHT)
                painter.fillRect(box, colour(view.theme.panel, 0.75))
                view.write(painter, box, texts[k], size_px=11, align=MIDDLE)
                n_written += 1
                if n_written == MOST_TERMS:
                    break


def paint_written(
    view: View,
    painter: QPainter,
    boxes: Sequence[NumberBox],
    written: Mapping[Parameter, str],
    entries: Mapping[UnitValue, Entry],
) -> None:
    """Write every weight on its edge, every bias at its unit, and values as far as they are filled in."""
    ground = colour(view.theme.panel, 0.75)
    for number in boxes:
        if isinstance(number.place, UnitValue):
            _paint_value(view, painter, number.box, number.place, entries.get(number.place))
            continue
        text = written.get(number.place)
        if text is None:
            continue
        box, is_bias = number.box, number.place.column is None
        if not is_bias:
            width = QFontMetricsF(font(number.size_px)).horizontalAdvance(text) + 4
            spare = (box.width() - width) / 2
            box = box.adjusted(spare, 0, -spare, 0)
        painter.fillRect(box, ground)
        words = f"b {text}" if is_bias else text
        view.write(painter, box, words, size_px=number.size_px, muted=is_bias, align=MIDDLE)


def paint_number_frame(
    painter: QPainter, boxes: Sequence[NumberBox], place: Parameter | UnitValue | None, code: str
) -> None:
    """Paint a frame round the number that pointer or keys are at, where it is written."""
    box = next((one.box for one in boxes if one.place == place), None)
    if box is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(code), 1.5))
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 3, 3)


def _paint_value(view: View, painter: QPainter, box: QRectF, value: UnitValue, entry: Entry | None) -> None:
    """Paint the field of a value: blank, or what stands in it with a mark."""
    theme, letter = view.theme, "a" if value.is_activation else "z"
    if entry is None:
        text, code = f"{letter} ?", theme.muted
    elif entry.is_shown:
        text, code = f"{letter} {entry.text}", theme.muted
    else:
        text = f"{'✓' if entry.is_right else '✗'} {letter} {entry.text}"
        code = theme.text if entry.is_right else theme.warning
    painter.setPen(QPen(colour(theme.line if entry is None else code), 1))
    painter.setBrush(colour(theme.control, 0.92))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    view.write(painter, box, text, size_px=11, code=code, align=MIDDLE)


def paint_progress(view: View, painter: QPainter, text: str) -> None:
    """Write how much is filled in, where else the ranges of edges are."""
    width = QFontMetricsF(font(11)).horizontalAdvance(text) + 10
    box = QRectF(4.0, TITLE_HEIGHT, min(width, view.design_width() - 8.0), NUMBER_HEIGHT)
    painter.fillRect(box, colour(view.theme.panel, 0.85))
    view.write(painter, box, text, size_px=11, code=view.theme.accent)


def paint_sentence(view: View, painter: QPainter, beside: QRectF, text: str, code: str) -> None:
    """Paint a sentence on a card below a box, or above it where there is more room."""
    room = QRectF(view.design_rect()).adjusted(4, 4, -4, -4)
    width = min(SENTENCE_WIDTH, room.width())
    flags = Qt.TextFlag.TextWordWrap
    painter.setFont(font(12))
    needed = painter.boundingRect(QRectF(0, 0, width - 16, 1000), flags, text)
    left = min(max(beside.center().x() - width / 2, room.left()), room.right() - width)
    height = needed.height() + 10
    top = beside.bottom() + 4
    if top + height > room.bottom() and beside.top() - 4 - height >= room.top():
        top = beside.top() - 4 - height
    card = QRectF(left, top, needed.width() + 16, height)
    card.moveLeft(min(max(beside.center().x() - card.width() / 2, room.left()), room.right() - card.width()))
    painter.setPen(QPen(colour(view.theme.line), 1))
    painter.setBrush(colour(view.theme.control, 0.97))
    painter.drawRoundedRect(card, 6, 6)
    painter.setPen(colour(code))
    painter.drawText(card.adjusted(8, 5, -8, -5), flags, text)
