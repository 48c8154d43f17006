"""A picture's rows, laid end to end into one strip, and the movement there and back."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, ink_table
from nnstudio.studio.panels.pixel_values.entries import number_words
from nnstudio.studio.panels.pixel_values.entry_view import EntryView

HELP = translatable(
    "All rows, laid end to end. Below, a part of the strip large, with the number of each entry; point at an "
    "entry or at a pixel: it is marked in both. Arrow keys go through entries and rows."
)

BAND_TOP, BAND_HEIGHT = 2, 22
LENS_TOP, CELL_WIDTH, CELL_HEIGHT = 40, 30, 24
INDEX_HEIGHT, ROW_HEIGHT, ROW_WIDTH = 14, 14, 90
PICTURE_TOP = LENS_TOP + CELL_HEIGHT + INDEX_HEIGHT + ROW_HEIGHT + 8

SPREAD = 3.0
"""How long after the first row the last one sets off, in times that a row takes."""

MOST_INDEXED = 99_999
"""Largest number of an entry that fits below a cell."""


class UnrolledPicture(EntryView):
    """Paints the strip, a part of it large, and the picture itself; or rows on their way there.

    Attributes
    ----------
    place : float
        How far the rows are on their way from the picture, 0, to the strip, 1.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Unrolled picture"), tr(HELP), parent)
        self.place = 0.0
        self._image: QImage | None = None
        self._first = 0
        self.set_design_minimum_size(160, 150)

    # Content

    def show_ink(self, ink: np.ndarray) -> None:
        """Show a picture, (height, width), 0 … 1."""
        self._ink, self._image = ink, None
        self.mark(min(self._marked, ink.size - 1))

    def mark(self, entry: int) -> None:
        """Mark an entry, and bring it into the part that is large."""
        self._marked = entry
        n = self._n_large()
        if not self._first <= entry < self._first + n:
            self._first = entry - n // 2
        self._first = min(max(self._first, 0), max(self._ink.size - n, 0))
        self.update()

    def move(self, place: float) -> None:
        """Bring the rows to a place of their way."""
        self.place = place
        self.update()

    def restyle(self) -> None:
        """Paint in the new colours."""
        self._image = None
        super().restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Bring the marked entry into the part that is large now."""
        self.mark(self._marked)

    # Geometry

    def _n_large(self) -> int:
        """Return how many entries are large."""
        return max(self.design_width() // CELL_WIDTH, 1)

    def _band(self) -> QRectF:
        return QRectF(0, BAND_TOP, self.design_width(), BAND_HEIGHT)

    def _lens(self) -> QRectF:
        n = min(self._n_large(), self._ink.size)
        return QRectF((self.design_width() - n * CELL_WIDTH) / 2, LENS_TOP, n * CELL_WIDTH, CELL_HEIGHT)

    def _picture(self, top: float = PICTURE_TOP) -> QRectF:
        """Return where the picture is, as large as it fits below a line."""
        rows, columns = self._ink.shape
        width, height = self.design_width() - 2, self.design_height() - top - 1
        cell = max(min(width / columns, height / rows), 0.0)
        return QRectF((self.design_width() - columns * cell) / 2, top, columns * cell, rows * cell)

    def entry_at(self, position: QPointF) -> int | None:
        """Return the entry at a place of the strip, of its large part, or of the picture."""
        rows, columns = self._ink.shape
        n = rows * columns
        band, lens, picture = self._band(), self._lens(), self._picture()
        if self.place < 1:
            return None
        if band.contains(position):
            return min(int((position.x() - band.left()) / band.width() * n), n - 1)
        if lens.contains(position):
            return min(self._first + int((position.x() - lens.left()) / CELL_WIDTH), n - 1)
        if picture.contains(position) and picture.width() > 0:
            row = int((position.y() - picture.top()) / picture.height() * rows)
            column = int((position.x() - picture.left()) / picture.width() * columns)
            return min(row, rows - 1) * columns + min(column, columns - 1)
        return None

    # Pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is pointed at, in both."""
        entry = self.entry_at(self.place_of(event))
        if entry is not None:
            self.mark(entry)
        self.pointed.emit(entry)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows on their way, or where they have come to."""
        painter = self.painter()
        if self._image is None:
            self._image = indexed_image(grey_index(self._ink), ink_table(self.theme))
        painter.setOpacity(self.place)
        self._paint_picture(painter)
        painter.setOpacity(1.0)
        if self.place < 1:
            self._paint_rows(painter)
            return
        self._paint_band(painter)
        self._paint_lens(painter)

    def _paint_picture(self, painter: QPainter) -> None:
        """Paint the picture below the strip, with its row and pixel marked."""
        box, (rows, columns) = self._picture(), self._ink.shape
        if box.height() < rows / 2:
            return
        painter.drawImage(box, self._image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawRect(box)
        row, column = divmod(self._marked, columns)
        cell = box.width() / columns
        painter.setPen(QPen(colour(self.theme.selection, 0.6), 1))
        painter.drawRect(QRectF(box.left(), box.top() + row * cell, box.width(), cell))
        painter.setPen(QPen(colour(self.theme.selection), 2))
        painter.drawRect(QRectF(box.left() + column * cell, box.top() + row * cell, cell, cell))

    def _paint_rows(self, painter: QPainter) -> None:
        """Paint each row on its way from the picture, at its full size, to the strip."""
        start, band, (rows, columns) = self._picture(1), self._band(), self._ink.shape
        cell, width = start.height() / rows, band.width() / rows
        delay = SPREAD * np.arange(rows) / max(rows - 1, 1)
        shares = np.clip(self.place * (1 + SPREAD) - delay, 0, 1)
        shares = shares * shares * (3 - 2 * shares)
        painter.setPen(QPen(colour(self.theme.line), 1))
        for row, share in enumerate(shares.tolist()):
            there, here = share, 1 - share
            box = QRectF(
                here * start.left() + there * (band.left() + row * width),
                here * (start.top() + row * cell) + there * band.top(),
                here * start.width() + there * width,
                here * cell + there * band.height(),
            )
            painter.drawImage(box, self._image, QRectF(0, row, columns, 1))
            if 0 < share < 1:
                painter.drawRect(box)

    def _paint_band(self, painter: QPainter) -> None:
        """Paint the whole strip, and mark the part that is large."""
        band, n, lens = self._band(), self._ink.size, self._lens()
        n_pixels = max(round(band.width() * self.design_pixel_ratio()), 1)
        pixels = indexed_image(grey_index(squeezed(self._ink.ravel(), n_pixels)[None]), ink_table(self.theme))
        painter.drawImage(band, pixels)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawRect(band.adjusted(0, 0, -1, 0))
        n_large = min(self._n_large(), n)
        left, right = (band.left() + k / n * band.width() for k in (self._first, self._first + n_large))
        painter.setPen(QPen(colour(self.theme.selection), 1))
        painter.drawRect(QRectF(left, band.top() - 2, right - left - 1, band.height() + 4))
        painter.setPen(QPen(colour(self.theme.muted), 1))
        for above, below in ((left, lens.left()), (right - 1, lens.right())):
            painter.drawLine(QPointF(above, band.bottom() + 2), QPointF(below, lens.top()))

    def _paint_lens(self, painter: QPainter) -> None:
        """Paint a part of the strip with its numbers, the entries' numbers below, and where rows begin."""
        lens, columns, theme = self._lens(), self._ink.shape[1], self.theme
        n_large = min(self._n_large(), self._ink.size)
        part = self._ink.ravel()[self._first : self._first + n_large]
        painter.drawImage(lens, indexed_image(grey_index(part[None]), ink_table(theme)))
        middle = Qt.AlignmentFlag.AlignHCenter
        every = 1 if self._ink.size <= MOST_INDEXED else 2
        for k, ink in enumerate(part.tolist()):
            entry, left = self._first + k, lens.left() + k * CELL_WIDTH
            box = QRectF(left, lens.top(), CELL_WIDTH, CELL_HEIGHT)
            painter.setPen(QPen(colour(theme.line), 1))
            painter.drawRect(box)
            number = number_words(ink, in_bytes=self.in_bytes)
            self.write(
                painter, box, number, size_px=11, code=theme.paper if ink > 0.5 else theme.ink, align=middle
            )
            if entry % every == 0:
                below = QRectF(left - 8, lens.bottom(), CELL_WIDTH + 16, INDEX_HEIGHT)
                self.write(painter, below, str(entry), size_px=9, muted=True, align=middle)
            if entry % columns == 0:
                painter.setPen(QPen(colour(theme.text), 2))
                painter.drawLine(QPointF(left, lens.top() - 3), QPointF(left, lens.bottom() + INDEX_HEIGHT))
                name = tr("row {row}").format(row=entry // columns)
                foot = QRectF(left + 3, lens.bottom() + INDEX_HEIGHT, ROW_WIDTH, ROW_HEIGHT)
                self.write(painter, foot, name, size_px=10)
        marked = self._marked - self._first
        if 0 <= marked < n_large:
            painter.setPen(QPen(colour(theme.selection), 2))
            painter.drawRect(QRectF(lens.left() + marked * CELL_WIDTH, lens.top(), CELL_WIDTH, CELL_HEIGHT))


def squeezed(strip: np.ndarray, n: int) -> np.ndarray:
    """Return a strip of n pixels: means where it has more entries, else each as often as it fits.

    Examples
    --------
    >>> squeezed(np.array([0, 1, 0.5, 0.5]), 2).tolist(), squeezed(np.array([0, 1]), 4).tolist()
    ([0.5, 0.5], [0, 0, 1, 1])
    """
    starts = np.arange(n) * len(strip) // n
    if n >= len(strip):
        return strip[starts]
    return np.add.reduceat(strip, starts) / np.diff(np.append(starts, len(strip)))
