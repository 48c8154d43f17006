"""The softmax stage by stage, and what each class adds to the loss; shares and logits are typed."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnstudio.insight.two_distributions import TwoDistributions
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import four_figures, plain
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.two_distributions.meter import nats
from nnstudio.studio.views.row_table import ENTER, begins_number, number_editor, set_up_rows

Index = QModelIndex | QPersistentModelIndex

NAME, TARGET, LOGIT, EXPONENTIAL, ANSWER, PART = range(6)
COLUMNS = (
    (translatable("class"), ""),
    (
        translatable("target t"),
        translatable("its share; Enter types another one, and those not typed yet share the rest"),
    ),
    ("z", translatable("the logit of the answer; Enter types another one, also as ln 2")),
    ("eᶻ", translatable("positive, whatever z is")),
    (translatable("answer q"), translatable("eᶻ by the sum of all; Enter types another one")),
    ("−t ln q", translatable("what the class adds to the cross-entropy")),
)
EDITABLE = (TARGET, LOGIT, ANSWER)
_OPENING = (*ENTER, Qt.Key.Key_F2)


@contained
class StageModel(QAbstractTableModel):
    """A row for each class, and one for the sums."""

    typed = Signal(int, int, str)
    """A class, a column, and what was typed there."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self._columns: tuple[np.ndarray, ...] = ()

    def show_pair(self, pair: TwoDistributions, names: tuple[str, ...]) -> None:
        """Show two distributions over named classes."""
        is_other = names != self.names
        if is_other:
            self.beginResetModel()
        self.names = names
        self._columns = (pair.target, pair.z, np.exp(pair.z), pair.answer, pair.parts)
        if is_other:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, TARGET), self.index(len(names), PART))

    def value(self, row: int, column: int) -> float:
        """Return a number of the table; in the last row the sum of its column, NaN of the logits."""
        values = self._columns[column - 1]
        if row < len(self.names):
            return float(values[row])
        return math.nan if column == LOGIT else float(values.sum())

    def text(self, row: int, column: int) -> str:
        """Return a cell as it is written."""
        if column == NAME:
            return self.names[row] if row < len(self.names) else tr("sum")
        value = self.value(row, column)
        if math.isnan(value):
            return ""
        if column == LOGIT:
            return "−∞" if math.isinf(value) else plain(value, 4)
        if column == EXPONENTIAL:
            return four_figures(value)
        return nats(value) if value else "0"

    # Qt's interface

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of classes, and one."""
        is_within = parent is not None and parent.isValid()
        return 0 if is_within or not self.names else len(self.names) + 1

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title or meaning."""
        if orientation is Qt.Orientation.Vertical:
            return None
        title, tip = tr(COLUMNS[section][0]), COLUMNS[section][1]
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{title}: {tr(tip)}" if tip else title
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, what is edited, hover text or type."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.EditRole:
            return f"{self.value(row, column):.6g}".replace("-", "−")
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.headerData(column, Qt.Orientation.Horizontal, role)
        if role == Qt.ItemDataRole.TextAlignmentRole and column != NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and row == len(self.names):
            return font(11, bold=True)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Emit what was typed; it is shown once it is taken."""
        if role == Qt.ItemDataRole.EditRole:
            self.typed.emit(index.row(), index.column(), str(value))
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Make shares and logits editable."""
        flags = super().flags(index)
        is_editable = index.column() in EDITABLE and index.row() < len(self.names)
        return flags | Qt.ItemFlag.ItemIsEditable if is_editable else flags


@contained
class StageTable(QTableView):
    """Shows the stages; cells are chosen one by one and typed in place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("softmax-stages")
        set_up_rows(self, tr("Softmax stage by stage"))
        self.setAccessibleDescription(tr("Enter types another target, logit or answer."))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed)
        # Names and numbers would change their order.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.stages = StageModel(self)
        self.setModel(self.stages)
        self.setItemDelegate(_CellDelegate(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setAccessibleName(tr("Scroll the classes"))
            bar.setToolTip(tr("Scroll the classes"))

    def event(self, event: QEvent) -> bool:
        """Claim the keys that type before the window's shortcuts."""
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and self._claims(event):
            event.accept()
            return True
        return super().event(event)

    def _claims(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return not held and (event.key() in _OPENING or begins_number(event)) and self._is_editable

    @property
    def _is_editable(self) -> bool:
        return bool(self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type another number, or move."""
        if self.state() == QAbstractItemView.State.EditingState:
            # The editor takes Enter later.
            event.ignore()
        elif self._claims(event):
            if event.key() in _OPENING:
                self.edit(self.currentIndex())
            else:
                self.edit(self.currentIndex(), QAbstractItemView.EditTrigger.AnyKeyPressed, event)
        elif event.text() or event.key() == Qt.Key.Key_Space:
            # Letters and Space are the window's.
            event.ignore()
        else:
            super().keyPressEvent(event)


@contained
class _CellDelegate(QStyledItemDelegate):
    """Edits shares and logits."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return the field."""
        title = index.model().headerData(
            index.column(), Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole
        )
        editor = number_editor(f"{title}, {index.siblingAtColumn(NAME).data()}", parent)
        editor.setMaxLength(40)
        return editor
