"""The table of a gradient that is taken by hand, with lost digits in grey."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnstudio.insight.difference_quotient import Entry, HandGradient, Quotient
from nnstudio.insight.parameters import parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure, split_digits
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.panels.gradient.digits import loss_digits, quotient_digits, step_decimals
from nnstudio.studio.views.row_table import set_up_rows

Index = QModelIndex | QPersistentModelIndex

NAME, W, QUOTIENT, BACKPROP, ERROR, CHANGED, BEFORE, AFTER = range(8)
COLUMNS = (
    (translatable("number"), translatable("a weight or a bias, in theta's order")),
    ("W", translatable("what it is")),
    (
        translatable("gradient"),
        translatable("what the loss changes by, divided by h: the gradient so far; grey digits are lost"),
    ),
    (translatable("Backprop"), translatable("∂L/∂W by the chain rule, as training computes it")),
    (translatable("difference"), translatable("of the quotient and of backpropagation")),
    ("W + h", translatable("what it is changed to, in the row at work; all others stay")),
    ("L(W)", translatable("the loss before the change")),
    ("L(W + h)", translatable("the loss with it")),
)
_MARK = 0.16
_PAD_PX = 6

Digits = tuple[str, str]


@contained
class EntryModel(QAbstractTableModel):
    """The weights in their order, each with its entry of the gradient or a question mark.

    Attributes
    ----------
    at_work : int or None
        The row whose change and losses are written.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.taken: HandGradient | None = None
        self.at_work: int | None = None
        self.is_central = False
        self.h = 0.0

    def show_entries(
        self, taken: HandGradient | None, h: float, *, central: bool, at_work: int | None
    ) -> None:
        """Show entries, and the losses of one of them."""
        same = self.taken is not None and taken is not None and self.taken.question is taken.question
        if not same:
            self.beginResetModel()
        self.taken, self.h, self.is_central, self.at_work = taken, h, central, at_work
        if not same:
            self.endResetModel()
        elif self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(COLUMNS) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def entry(self, row: int) -> Entry | None:
        """Return what a row has; None where it is still to be found."""
        taken = self.taken
        return None if taken is None or row >= len(taken.entries) else taken.entries[row]

    def digits(self, row: int, column: int) -> Digits:
        """Return the text of a cell, split into sure digits and lost ones."""
        assert self.taken is not None, "there are rows"
        question, coordinate = self.taken.question, self.taken.coordinates[row]
        if column == NAME:
            return parameter(question.architecture, coordinate).name, ""
        entry, w = self.entry(row), float(question.theta[coordinate])
        if column == W:
            return split_digits(w, 0.0, 4)
        if column == CHANGED:
            is_seen = row == self.at_work and entry is not None
            return split_digits(w + self.h, 0.0, step_decimals(self.h)) if is_seen else ("", "")
        if entry is None:
            return ("?", "") if column == QUOTIENT else ("", "")
        if column == QUOTIENT:
            return quotient_digits(entry.quotient)
        if column == BACKPROP:
            return split_digits(entry.backprop, 0.0, 8)
        if column == ERROR:
            return figure(abs(entry.quotient.value - entry.backprop)), ""
        if row != self.at_work:
            return "", ""
        return loss_digits(entry.quotient, self._loss(entry.quotient, column))

    def _loss(self, quotient: Quotient, column: int) -> float:
        if column == AFTER:
            return quotient.ahead
        return quotient.here if quotient.behind is None else quotient.behind

    # Qt's interface

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of weights."""
        is_within = parent is not None and parent.isValid()
        return 0 if is_within or self.taken is None else len(self.taken.coordinates)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title or meaning."""
        if orientation is Qt.Orientation.Vertical:
            return None
        title, tip = map(tr, COLUMNS[section])
        if section == BEFORE and self.is_central:
            title, tip = "L(W − h)", tr("the loss with the opposite change")
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        return f"{title}: {tip}" if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, its parts, hover text or mark."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return "".join(self.digits(row, column))
        if role == Qt.ItemDataRole.UserRole:
            return self.digits(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column != NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == Qt.ItemDataRole.BackgroundRole and row == self.at_work and self.entry(row) is not None:
            return colour(appearance.theme.selection, _MARK)
        return None

    def _tip(self, row: int, column: int) -> str:
        tip = str(self.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole))
        entry = self.entry(row)
        if column != QUOTIENT or entry is None or not entry.quotient.is_finite:
            return tip
        value, uncertainty = figure(entry.quotient.value), figure(entry.quotient.uncertainty)
        return f"{tip}\n" + tr("{value} ± {uncertainty} by rounding").format(
            value=value, uncertainty=uncertainty
        )


@contained
class EntryTable(QTableView):
    """Shows the entries; the row under the cursor is the one at work once it is done."""

    chosen = Signal(int)
    """The row that the cursor came to by hand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hand-gradient")
        set_up_rows(self, tr("Gradient by hand"))
        self.setAccessibleDescription(tr("M takes the next entry."))
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        # Names and numbers would change their order.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.entries = EntryModel(self)
        self.setModel(self.entries)
        self.setItemDelegate(_DigitsDelegate(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setAccessibleName(tr("Scroll the entries"))
            bar.setToolTip(tr("Scroll the entries"))
        self._follows = False
        self.show_backprop(is_shown=False)
        self.selectionModel().currentRowChanged.connect(self._note_cursor)
        appearance.follow(self, self._recolour)

    def _recolour(self) -> None:
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Ask for the least height: below words that wrap, Qt gives what is asked for and has all scroll."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def show_backprop(self, *, is_shown: bool) -> None:
        """Show the columns of what backpropagation finds, or hide them."""
        for column in (BACKPROP, ERROR):
            self.setColumnHidden(column, not is_shown)

    def go_to(self, row: int) -> None:
        """Put the cursor on a row, which is no choice by hand."""
        self._follows = True
        self.setCurrentIndex(self.entries.index(row, NAME))
        self._follows = False

    def _note_cursor(self, index: QModelIndex) -> None:
        if index.isValid() and not self._follows:
            self.chosen.emit(index.row())


@contained
class _DigitsDelegate(QStyledItemDelegate):
    """Paints numbers with their lost digits in grey."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell: one without lost digits as Qt does."""
        sure, lost = index.data(Qt.ItemDataRole.UserRole)
        if not lost:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        theme, metrics = appearance.theme, option.fontMetrics
        room = option.rect.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        left = room.right() + 1 - metrics.horizontalAdvance(sure + lost)
        painter.save()
        painter.setFont(option.font)
        for text, code, opacity in ((sure, theme.text, 1.0), (lost, theme.muted, 0.75)):
            painter.setPen(colour(theme.on_accent if is_selected else code, opacity))
            width = metrics.horizontalAdvance(text)
            box = QRect(left, room.top(), width + 1, room.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            left += width
        painter.restore()
