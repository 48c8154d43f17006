"""Static parts of the network view: titles, footers and output circles."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.panels.network.layout import (
    FOOTER_HEIGHT,
    SCALE_HEIGHT,
    TITLE_HEIGHT,
    LayerBox,
)
from nnstudio.studio.views.view import View

MIDDLE = Qt.AlignmentFlag.AlignHCenter
SMALLEST_NAME = 6.0
"""Half the height of a readable letter: lower rows have no circle around it."""

SHORT_NAME = 2
"""Longest class name that is written inside its circle."""


class Column:
    """The texts of one column.

    Attributes
    ----------
    title, size, remark : str
        Above; below; below that.
    short_size, short_remark, extra : str
        Shorter texts used without room, and an addition to the size with room.
    box : QRectF
        What they belong to.
    turns : bool
        Whether the layer has pages: arrows are beside the remark.
    """

    def __init__(
        self,
        title: str,
        size: str,
        remark: str,
        box: QRectF,
        *,
        short_size: str = "",
        short_remark: str = "",
        extra: str = "",
        turns: bool = False,
    ) -> None:
        self.title, self.size, self.remark, self.box, self.turns = title, size, remark, box, turns
        self.short_size, self.short_remark = short_size or size, short_remark or remark
        self.extra = extra


def footers(columns: list[Column], width: float, height: float) -> list[QRectF]:
    """Return the footers' boxes below the columns, centred and not overlapping."""
    centres = [min(max(column.box.center().x(), 0.0), width) for column in columns]
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
        if not 0 <= column.box.center().x() <= width:
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


def radius_of(box: LayerBox) -> float:
    """Return the radius of an output's circle."""
    return max(min(box.cell * 0.4, 26.0), SMALLEST_NAME)


def paint_circle(view: View, painter: QPainter, box: LayerBox, k: int, name: str, *, is_best: bool) -> None:
    """Paint an output's circle with its name inside, or beside it if it is a word."""
    theme, cell = view.theme, box.cell_box(k)
    radius = radius_of(box)
    if is_best or radius > SMALLEST_NAME:
        painter.setPen(QPen(colour(theme.line), 1))
        painter.setBrush(colour(theme.ink if is_best else theme.control))
        painter.drawEllipse(cell.center(), radius, radius)
    size = int(min(max(radius * 1.1, 11), 22))
    if len(name) <= SHORT_NAME:
        code = theme.paper if is_best else theme.text
        view.write(
            painter, cell.adjusted(-4, 0, 4, 0), name, size_px=size, bold=is_best, code=code, align=MIDDLE
        )
    else:
        left = cell.center().x() + radius + 7
        above = QRectF(left, cell.center().y() - 20, box.pitch - box.cell, 14)
        if is_best:
            # Painted once already, in other letters.
            painter.fillRect(above, colour(theme.panel))
        view.write(painter, above, name, size_px=11, bold=is_best)


def paint_output_values(
    view: View, painter: QPainter, box: LayerBox, outputs: np.ndarray, *, are_probabilities: bool
) -> None:
    """Paint a bar beside each output, and its probability unless it is almost 0."""
    best = int(outputs.argmax())
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
