"""The section that lists signed numbers with bars; a `RowSource` says which."""

from collections.abc import Callable
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
NAME_WIDTH = 84.0


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


Act = Callable[[Attention, Subject, int], None]


@dataclass(frozen=True)
class RowSource:
    """What a `RowsSection` lists, and what choosing a row does.

    Attributes
    ----------
    title, hint : str
        Heading and hover text, untranslated.
    n_rows : callable (subject) -> int
        Largest number of rows, whose height is reserved to keep sections below in place.
    rows : callable (subject) -> Rows
    point : callable (attention, subject, key or None)
        Marks a row's key in other views; None: no row is hovered.
    choose, follow : callable (attention, subject, key), optional
        Handle a click on a row, and a double click or Ctrl+Enter. Without ``choose`` rows are only shown.
    concerns : callable (subject) -> bool
        Whether there are rows about a subject; by default about units.
    name_width : callable (subject) -> float
    n_footer : callable (subject) -> int
        Number of sums below the rows.
    marked : callable (subject) -> int or None
        Key of the framed row.
    """

    title: str
    hint: str
    n_rows: Callable[[Subject], int]
    rows: Callable[[Subject], Rows]
    point: Callable[[Attention, Subject, int | None], None]
    choose: Act | None = None
    follow: Act | None = None
    concerns: Callable[[Subject], bool] = lambda subject: subject.unit is not None
    name_width: Callable[[Subject], float] = lambda subject: NAME_WIDTH
    n_footer: Callable[[Subject], int] = lambda subject: 0
    marked: Callable[[Subject], int | None] = lambda subject: None


class RowsSection(Section):
    """Shows the rows of a source.

    Parameters
    ----------
    source : RowSource
    attention : Attention
    """

    def __init__(self, source: RowSource, attention: Attention, parent: QWidget | None = None) -> None:
        self.source = source
        super().__init__(attention, parent)
        self._rows: Rows | None = None
        self._rows_of: Subject | None = None
        self._cursor: int | None = None
        if source.choose is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def title(self) -> str:
        """The source's title."""
        return self.source.title

    @property
    def hint(self) -> str:
        """The source's hover text."""
        return self.source.hint

    def concerns(self, subject: Subject) -> bool:
        """Return whether there are rows about a subject."""
        return self.source.concerns(subject)

    # Layout

    def _columns(self, subject: Subject) -> int:
        return 1 if self.source.n_rows(subject) <= MOST_IN_A_COLUMN else 2

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of all rows."""
        n_lines = -(-self.source.n_rows(subject) // self._columns(subject)) + self.source.n_footer(subject)
        return REMARK_HEIGHT + ROW_HEIGHT * n_lines + 3

    def _row_box(self, subject: Subject, k: int) -> QRectF:
        columns = self._columns(subject)
        lines = -(-self.source.n_rows(subject) // columns)
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
            self._rows, self._rows_of = self.source.rows(self.subject), self.subject
        return self._rows

    # Mouse and keyboard

    def _point(self, key: int | None) -> None:
        if self.subject is not None:
            self.source.point(self.attention, self.subject, key)

    def _act(self, act: Act | None, row: int) -> None:
        if act is not None:
            act(self.attention, self.subject, self._current().keys[row])

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a row."""
        k = self._row_at(QPointF(position))
        return tr(self.hint) if k is None else self._current().hints[k]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the hovered row in other views."""
        k = self._row_at(self.place_of(event))
        self._point(None if k is None else self._current().keys[k])

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the mark in other views."""
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the pointer."""
        k = self._row_at(self.place_of(event))
        if k is not None:
            self._cursor = k
            self._act(self.source.choose, k)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Handle a double click on a row."""
        k = self._row_at(self.place_of(event))
        if k is not None:
            self._act(self.source.follow, k)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys, choose with Enter."""
        n = len(self._current().names) if self.subject is not None else 0
        key = event.key()
        if n and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._cursor = 0 if self._cursor is None else min(max(self._cursor + step, 0), n - 1)
            self._point(self._current().keys[self._cursor])
            self.setAccessibleDescription(self._current().hints[self._cursor])
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None and self._cursor < n:
            has_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self._act(self.source.follow if has_control else self.source.choose, self._cursor)
        else:
            super().keyPressEvent(event)

    # Painting

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the remark, the rows and the sums."""
        rows = self._current()
        top = QRectF(0, 0, self.design_width(), REMARK_HEIGHT)
        self.write(painter, top, rows.remark, size_px=11, muted=True)
        limit = max(float(np.abs(rows.values).max(initial=0.0)), 1e-12)
        marked, pointed = self.source.marked(subject), self.attention.source
        for k, (name, value) in enumerate(zip(rows.names, rows.values.tolist(), strict=True)):
            box = self._row_box(subject, k)
            if rows.keys[k] == marked or (self.hasFocus() and k == self._cursor):
                painter.setPen(QPen(colour(self.theme.selection), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            elif self.source.choose is not None and rows.keys[k] == pointed:
                painter.fillRect(box, colour(self.theme.control))
            self._paint_row(painter, box, name, value, limit, bold=k == rows.strong)
        last = REMARK_HEIGHT + ROW_HEIGHT * -(-self.source.n_rows(subject) // self._columns(subject))
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
        name_width = self.source.name_width(self.subject)
        label = QRectF(box.left() + 3, box.top(), name_width - 6, box.height())
        self.write(painter, label, name, size_px=11, muted=not bold, bold=bold)
        left, right = box.left() + name_width, box.right() - NUMBER_WIDTH
        middle, half = (left + right) / 2, (right - left) / 2
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.bottom()))
        length = value / limit * half
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.positive if value > 0 else self.theme.negative))
        painter.drawRect(QRectF(min(middle, middle + length), box.top() + 4, abs(length), box.height() - 8))
        number = QRectF(right, box.top(), NUMBER_WIDTH - 2, box.height())
        self.write(painter, number, signed(value), size_px=11, bold=bold, align=Qt.AlignmentFlag.AlignRight)
