"""All numbers of a picture, in rows and columns."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from nnstudio.data.picture_table import picture_rows
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.theme import colour, font, text_scale
from nnstudio.studio.panels.pixel_values.entry_view import EntryView

HELP = translatable("All numbers, with one decimal or as bytes; 0 is paper. Copy copies them as text.")

COLUMN_WIDTH, LINE_HEIGHT = 25, 17
MARGIN = 30
"""For the numbers of rows."""


class NumberSheet(EntryView):
    """Writes every number of a picture, as large as that needs: it is scrolled."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("All numbers"), tr(HELP), parent)

    def show_ink(self, ink: np.ndarray) -> None:
        """Show a picture, (height, width), 0 … 1."""
        is_other = ink.shape != self._ink.shape
        self._ink = ink
        if is_other:
            self.restyle()
        self.update()

    def mark(self, entry: int) -> None:
        """Mark an entry."""
        self._marked = entry
        self.update()

    def restyle(self) -> None:
        """Take the room that all numbers need."""
        self.setFixedSize(self.sizeHint())
        super().restyle()

    def sizeHint(self) -> QSize:
        """Return the room that all numbers need."""
        rows, columns = self._ink.shape
        return self.magnified(QSize(MARGIN + columns * COLUMN_WIDTH + 4, (rows + 1) * LINE_HEIGHT + 4))

    def box_of(self, entry: int) -> QRectF:
        """Return where a number is, in design pixels."""
        row, column = divmod(entry, self._ink.shape[1])
        left, top = MARGIN + column * COLUMN_WIDTH, (row + 1) * LINE_HEIGHT
        return QRectF(left, top, COLUMN_WIDTH, LINE_HEIGHT)

    def entry_at(self, position: QPointF) -> int | None:
        """Return the number at a place."""
        rows, columns = self._ink.shape
        row = int(position.y() // LINE_HEIGHT) - 1
        column = int((position.x() - MARGIN) // COLUMN_WIDTH)
        return row * columns + column if 0 <= row < rows and 0 <= column < columns else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the numbers that are seen."""
        painter = self.painter()
        seen, theme, (rows, columns) = event.rect(), self.theme, self._ink.shape
        scale = text_scale()
        first_row = max(int(seen.top() / scale / LINE_HEIGHT) - 1, 0)
        stop_row = min(int(seen.bottom() / scale / LINE_HEIGHT) + 1, rows)
        first = max(int((seen.left() / scale - MARGIN) / COLUMN_WIDTH), 0)
        stop = min(int((seen.right() / scale - MARGIN) / COLUMN_WIDTH) + 1, columns)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(9))
        painter.setPen(colour(theme.muted))
        for column in range(first, stop):
            box = QRectF(MARGIN + column * COLUMN_WIDTH, 0, COLUMN_WIDTH - 3, LINE_HEIGHT)
            painter.drawText(box, right, str(column))
        for row in range(first_row, stop_row):
            painter.drawText(QRectF(0, (row + 1) * LINE_HEIGHT, MARGIN - 9, LINE_HEIGHT), right, str(row))
        painter.setFont(font(11))
        part = self._ink[first_row:stop_row, first:stop]
        texts = picture_rows(part, in_bytes=self.in_bytes)
        for is_inked, code in ((False, theme.muted), (True, theme.text)):
            painter.setPen(colour(code))
            for row, column in np.argwhere((part > 0) == is_inked).tolist():
                box = self.box_of((first_row + row) * columns + first + column)
                painter.drawText(box.adjusted(0, 0, -3, 0), right, texts[row][column])
        painter.setPen(colour(theme.selection))
        painter.drawRect(self.box_of(min(self._marked, self._ink.size - 1)))
