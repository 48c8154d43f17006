"""Base of sections that list signed numbers with bars."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject

ROW_HEIGHT = 17
REMARK_HEIGHT = 17
NUMBER_WIDTH = 52
COLUMN_GAP = 14
MOST_IN_A_COLUMN = 16


@dataclass(frozen=True)
class Rows:
    """A list of signed numbers.

    Attributes
    ----------
    remark : str
        A muted line above.
    names : list of str
    values : ndarray of shape (n,)
    hints : list of str
        Hover text by row.
    keys : list of int
        The weight, unit or class of each row.
    footer : list of (str, float)
        Sums below, without bars.
    strong : int or None
        The emphasised row.
    """

    remark: str
    names: list[str]
    values: np.ndarray
    hints: list[str]
    keys: list[int]
    footer: tuple[tuple[str, float], ...] = ()
    strong: int | None = None


class RowsSection(Section):
    """Shows ``rows``; subclasses implement hovering and choosing."""

    name_width = 84.0
    is_choosable = False

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self._rows: Rows | None = None
        self._rows_of: Subject | None = None
        self._cursor: int | None = None
        if self.is_choosable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # For subclasses

    def n_rows(self, subject: Subject) -> int:
        """Return the largest number of rows, whose height is reserved to keep sections below in place."""
        raise NotImplementedError

    def n_footer(self, subject: Subject) -> int:
        """Return the number of sums below the rows."""
        return 0

    def rows(self, subject: Subject) -> Rows:
        """Return the rows of a subject."""
        raise NotImplementedError

    def point(self, key: int | None) -> None:
        """Mark a row's key in other views; None: no row is hovered."""

    def choose(self, key: int) -> None:
        """Handle a click on a row."""

    def follow(self, key: int) -> None:
        """Handle a double click on a row, or Ctrl+Enter."""

    def marked(self, subject: Subject) -> int | None:
        """Return the key of the framed row."""
        return None

    # Layout

    def _columns(self, subject: Subject) -> int:
        return 1 if self.n_rows(subject) <= MOST_IN_A_COLUMN else 2

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of all rows."""
        n_lines = -(-self.n_rows(subject) // self._columns(subject)) + self.n_footer(subject)
        return REMARK_HEIGHT + ROW_HEIGHT * n_lines + 3

    def _row_box(self, subject: Subject, k: int) -> QRectF:
        columns = self._columns(subject)
        lines = -(-self.n_rows(subject) // columns)
        width = (self.design_width() - COLUMN_GAP * (columns - 1)) / columns
        column, line = divmod(k, lines)
        return QRectF(column * (width + COLUMN_GAP), REMARK_HEIGHT + ROW_HEIGHT * line, width, ROW_HEIGHT)

    def _row_at(self, position: QPointF) -> int | None:
        if self.subject is None:
            return None
        for k in range(len(self._current().names)):
            if self._row_box(self.subject, k).contains(position):
                return k
        return None

    def _current(self) -> Rows:
        if self._rows is None or self._rows_of is not self.subject:
            self._rows, self._rows_of = self.rows(self.subject), self.subject
        return self._rows

    # Mouse and keyboard

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a row."""
        k = self._row_at(QPointF(position))
        return tr(self.hint) if k is None else self._current().hints[k]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the hovered row in other views."""
        k = self._row_at(self.place_of(event))
        self.point(None if k is None else self._current().keys[k])

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the mark in other views."""
        self.point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the pointer."""
        k = self._row_at(self.place_of(event))
        if k is not None:
            self._cursor = k
            self.choose(self._current().keys[k])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Handle a double click on a row."""
        k = self._row_at(self.place_of(event))
        if k is not None:
            self.follow(self._current().keys[k])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys, choose with Enter."""
        n = len(self._current().names) if self.subject is not None else 0
        key = event.key()
        if n and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._cursor = 0 if self._cursor is None else min(max(self._cursor + step, 0), n - 1)
            self.point(self._current().keys[self._cursor])
            self.setAccessibleDescription(self._current().hints[self._cursor])
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None and self._cursor < n:
            has_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            act = self.follow if has_control else self.choose
            act(self._current().keys[self._cursor])
        else:
            super().keyPressEvent(event)

    # Painting

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the remark, the rows and the sums."""
        rows = self._current()
        top = QRectF(0, 0, self.design_width(), REMARK_HEIGHT)
        self.write(painter, top, rows.remark, size_px=11, muted=True)
        limit = max(float(np.abs(rows.values).max(initial=0.0)), 1e-12)
        marked, pointed = self.marked(subject), self.attention.source
        for k, (name, value) in enumerate(zip(rows.names, rows.values.tolist(), strict=True)):
            box = self._row_box(subject, k)
            if rows.keys[k] == marked or (self.hasFocus() and k == self._cursor):
                painter.setPen(QPen(colour(self.theme.selection), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            elif self.is_choosable and rows.keys[k] == pointed:
                painter.fillRect(box, colour(self.theme.control))
            self._paint_row(painter, box, name, value, limit, bold=k == rows.strong)
        last = REMARK_HEIGHT + ROW_HEIGHT * -(-self.n_rows(subject) // self._columns(subject))
        for k, (name, value) in enumerate(rows.footer):
            box = QRectF(0, last + ROW_HEIGHT * k, self.design_width(), ROW_HEIGHT)
            if k == len(rows.footer) - 1:
                painter.setPen(QPen(colour(self.theme.line), 1))
                painter.drawLine(box.topLeft(), box.topRight())
            self.write(painter, box.adjusted(3, 0, -60, 0), name, size_px=11, muted=True)
            align = Qt.AlignmentFlag.AlignRight
            self.write(painter, box.adjusted(0, 0, -2, 0), signed(value), size_px=11, align=align)

    def _paint_row(
        self, painter: QPainter, box: QRectF, name: str, value: float, limit: float, *, bold: bool
    ) -> None:
        label = QRectF(box.left() + 3, box.top(), self.name_width - 6, box.height())
        self.write(painter, label, name, size_px=11, muted=not bold, bold=bold)
        left, right = box.left() + self.name_width, box.right() - NUMBER_WIDTH
        middle, half = (left + right) / 2, (right - left) / 2
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.bottom()))
        length = value / limit * half
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.positive if value > 0 else self.theme.negative))
        painter.drawRect(QRectF(min(middle, middle + length), box.top() + 4, abs(length), box.height() - 8))
        number = QRectF(right, box.top(), NUMBER_WIDTH - 2, box.height())
        self.write(painter, number, signed(value), size_px=11, bold=bold, align=Qt.AlignmentFlag.AlignRight)
