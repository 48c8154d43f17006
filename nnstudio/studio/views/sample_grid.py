"""Small pictures of samples in rows, each with what it is and what it was read as."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, font, ink_table
from nnstudio.studio.views.view import View

CELL_WIDTH = 60
SMALLEST_PICTURE, LARGEST_PICTURE = 44, 76
CAPTION_HEIGHT = 18
GAP = 8
CAPTION_PX = 11


@dataclass(frozen=True)
class Caption:
    """The line below a picture: what it is and was read as, how surely, and whether that is wrong."""

    what: str
    how_sure: str
    is_wrong: bool


@dataclass(frozen=True, eq=False)
class SampleList:
    """Samples in an order, described only as far as they come into view.

    Attributes
    ----------
    rows : ndarray of shape (n,), int
        Their rows in the data.
    pictures : callable (rows) -> ndarray of shape (k, height, width), 0 … 1
    caption : callable (row) -> Caption
    explain : callable (row) -> str
        The hover text.
    widest : str
        A caption as wide as any.
    """

    rows: np.ndarray
    pictures: Callable[[np.ndarray], np.ndarray]
    caption: Callable[[int], Caption]
    explain: Callable[[int], str]
    widest: str


class SampleGrid(View):
    """Shows as many samples of a list as fit, and scrolls by rows; a click or Enter chooses one."""

    chosen = Signal(int)
    """The row, in the data, of the sample that was chosen."""

    scrolled = Signal()
    """Another part of the list is on show, or the list or the room for it is another."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAccessibleDescription(tr("Arrow keys choose a sample, Enter puts it on the canvas."))
        self.setToolTip(tr("Samples: click one to put it on the canvas."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_design_minimum_size(CELL_WIDTH, SMALLEST_PICTURE + CAPTION_HEIGHT)
        self.empty_text = "none"
        self._list: SampleList | None = None
        self._page: QPixmap | None = None
        self._narrowest = float(CELL_WIDTH)
        self._first_line = 0
        self._current = 0
        self._wheel = 0

    # What it shows

    def show_samples(self, samples: SampleList, *, from_start: bool) -> None:
        """Show a list; from its start, or from where the one before was."""
        self._list = samples
        caption_width = QFontMetricsF(font(CAPTION_PX)).horizontalAdvance(samples.widest) + 2
        self._narrowest = max(CELL_WIDTH, caption_width)
        if from_start:
            self._first_line = self._current = 0
        self._current = min(self._current, max(0, len(samples.rows) - 1))
        self._show_line(self._first_line)

    def restyle(self) -> None:
        """Drop the image in the old colours and repaint."""
        self._page = None
        super().restyle()

    def resizeEvent(self, event: object) -> None:
        """Lay the pictures out anew."""
        self._show_line(self._first_line)

    def sizeHint(self) -> QSize:
        """Prefer four pictures by two."""
        return self.magnified(QSize(4 * (CELL_WIDTH + GAP), 2 * (CELL_WIDTH + CAPTION_HEIGHT + GAP)))

    # Layout

    @property
    def columns(self) -> int:
        """Pictures in a line."""
        return max(1, int((self.design_width() + GAP) / (self._narrowest + GAP)))

    @property
    def lines(self) -> int:
        """Lines that fit, at least one."""
        return max(1, int((self.design_height() + GAP) / (SMALLEST_PICTURE + CAPTION_HEIGHT + GAP)))

    @property
    def n_lines(self) -> int:
        """Lines of the whole list."""
        return 0 if self._list is None else -(-len(self._list.rows) // self.columns)

    @property
    def first_line(self) -> int:
        """The line on top."""
        return self._first_line

    def _cell_width(self) -> float:
        return (self.design_width() + GAP) / self.columns - GAP

    def _picture_side(self) -> float:
        height = (self.design_height() + GAP) / self.lines - GAP - CAPTION_HEIGHT
        return max(1.0, min(self._cell_width(), height, LARGEST_PICTURE))

    def _line_height(self) -> float:
        return self._picture_side() + CAPTION_HEIGHT + GAP

    def _cell(self, position: int) -> QRectF:
        """Return the box of the sample at a position of the list, caption included."""
        line, column = divmod(position, self.columns)
        left = column * (self._cell_width() + GAP)
        top = (line - self._first_line) * self._line_height()
        return QRectF(left, top, self._cell_width(), self._line_height() - GAP)

    def _picture_box(self, position: int) -> QRectF:
        cell, side = self._cell(position), self._picture_side()
        return QRectF(cell.left(), cell.top(), side, side)

    def on_show(self) -> range:
        """Return the positions of the list that are on show."""
        if self._list is None:
            return range(0)
        start = self._first_line * self.columns
        return range(start, min(start + self.lines * self.columns, len(self._list.rows)))

    def position_at(self, point: QPointF) -> int | None:
        """Return the position in the list of the sample at a point."""
        column = int(point.x() / (self._cell_width() + GAP))
        position = (self._first_line + int(point.y() / self._line_height())) * self.columns + column
        is_there = position in self.on_show() and self._cell(position).contains(point)
        return position if is_there else None

    # Gestures

    def _show_line(self, line: int) -> None:
        """Bring a line to the top, as far as there are lines."""
        self._first_line = max(0, min(line, self.n_lines - self.lines))
        self._page = None
        self.update()
        self.scrolled.emit()

    def scroll_to(self, line: int) -> None:
        """Bring a line to the top."""
        if line != self._first_line:
            self._show_line(line)

    def explain(self, position: QPoint) -> str:
        """Tell about the sample under the pointer."""
        found = self.position_at(QPointF(position))
        return "" if found is None else self._list.explain(int(self._list.rows[found]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the sample under the pointer."""
        found = self.position_at(self.place_of(event))
        if found is not None:
            self._current = found
            self._choose()

    def _choose(self) -> None:
        self.update()
        self.chosen.emit(int(self._list.rows[self._current]))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by whole lines."""
        self._wheel += event.angleDelta().y()
        lines, self._wheel = int(self._wheel / 120), self._wheel - 120 * int(self._wheel / 120)
        self.scroll_to(max(0, min(self._first_line - lines, self.n_lines - self.lines)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move among the samples by arrow and page keys; Enter chooses."""
        key = Qt.Key(event.key())
        n = 0 if self._list is None else len(self._list.rows)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and n:
            self._choose()
            return
        page = self.columns * self.lines
        target = {
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Up: self._current - self.columns,
            Qt.Key.Key_Down: self._current + self.columns,
            Qt.Key.Key_PageUp: max(0, self._current - page),
            Qt.Key.Key_PageDown: min(n - 1, self._current + page),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: n - 1,
        }.get(key)
        if target is None:
            super().keyPressEvent(event)
            return
        if 0 <= target < n:
            self._current = target
            line = target // self.columns
            self.scroll_to(min(max(self._first_line, line - self.lines + 1), line))
            self.update()

    def focusInEvent(self, event: object) -> None:
        """Show where the keys are."""
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Show that the keys are elsewhere."""
        self.update()

    # Painting

    def _render(self) -> QPixmap:
        ratio = self.design_pixel_ratio()
        page = QPixmap(round(self.design_width() * ratio), round(self.design_height() * ratio))
        page.setDevicePixelRatio(ratio)
        page.fill(Qt.GlobalColor.transparent)
        positions = self.on_show()
        rows = self._list.rows[positions.start : positions.stop]
        pictures = self._list.pictures(rows)
        painter = QPainter(page)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for position, row, picture in zip(positions, rows.tolist(), pictures, strict=True):
            box, cell = self._picture_box(position), self._cell(position)
            painter.drawImage(box, indexed_image(grey_index(picture), ink_table(self.theme)))
            painter.setPen(QPen(colour(self.theme.line), 1))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            caption = self._list.caption(row)
            below = QRectF(cell.left(), box.bottom(), max(box.width(), cell.width()), CAPTION_HEIGHT)
            wrong = self.theme.negative if caption.is_wrong else None
            self.write(painter, below, caption.what, size_px=CAPTION_PX, code=wrong)
            self.write(
                painter,
                below,
                caption.how_sure,
                size_px=CAPTION_PX,
                muted=True,
                align=Qt.AlignmentFlag.AlignRight,
            )
        painter.end()
        return page

    def paintEvent(self, event: object) -> None:
        """Paint the pictures, and a frame around the one that the keys are at."""
        painter = self.painter()
        if self._list is None:
            return
        if not len(self._list.rows):
            self.write_message(painter, self.empty_text)
            return
        if self._page is None or self._page.devicePixelRatio() != self.design_pixel_ratio():
            self._page = self._render()
        painter.drawPixmap(0, 0, self._page)
        if self.hasFocus() and self._current in self.on_show():
            painter.setPen(QPen(colour(self.theme.selection), 2))
            painter.drawRect(self._picture_box(self._current).adjusted(1, 1, -1, -1))
