"""A table of rows that are ticked, by a click on the box or by Space."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.views.navigation import key_of
from nnstudio.studio.views.row_table import NO_MODIFIER, set_up_rows

Index = QModelIndex | QPersistentModelIndex

_SPACE = (Qt.Key.Key_Space, NO_MODIFIER)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class TickRow:
    """A row: what stands in its columns, whether it is ticked, and what is read out, if that is more."""

    texts: tuple[str, ...]
    is_ticked: bool
    spoken: str = ""


class _Model(QAbstractTableModel):
    """Rows with a check box in the first column."""

    ticked = Signal(int, bool)

    def __init__(self, columns: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._columns = columns
        self.rows: tuple[TickRow, ...] = ()

    def show(self, rows: tuple[TickRow, ...]) -> None:
        """Show other rows; as many as before keep the cursor."""
        if rows == self.rows:
            return
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        else:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return titles and their hover texts."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        title, tip = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{title}: {tip}"
        return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and section else None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return texts, and whether a row is ticked."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return _RIGHT
        if column:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken or row.texts[0]
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row.is_ticked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        """Tell that a row is to be ticked, or not; the owner shows it."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.ticked.emit(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that a row can be ticked."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags


@contained
class TickTable(QTableView):
    """Lists rows that can be ticked, of which one is chosen.

    Parameters
    ----------
    name : str
        For screen readers.
    columns : sequence of (str, str)
        Titles and their hover texts; the first has the boxes.
    parent : QWidget, optional
    """

    chosen = Signal(int)
    """The user put the cursor on a row."""

    ticked = Signal(int, bool)
    """The user ticked a row, or no longer; it is shown when `show_rows` is called."""

    def __init__(self, name: str, columns: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_up_rows(self, name)
        self._model = _Model(columns)
        self._model.setParent(self)
        self._model.ticked.connect(self.ticked)
        self.setModel(self._model)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._is_told = False
        self.selectionModel().currentRowChanged.connect(self._choose)

    @property
    def rows(self) -> tuple[TickRow, ...]:
        """What is listed."""
        return self._model.rows

    def show_rows(self, rows: Sequence[TickRow]) -> None:
        """List other rows."""
        self._is_told = True
        self._model.show(tuple(rows))
        self._is_told = False

    def put_cursor(self, row: int | None) -> None:
        """Put the cursor on a row, which is not told; None: on none."""
        self._is_told = True
        if row is None:
            self.clearSelection()
        elif self.currentIndex().row() != row or not self.selectionModel().hasSelection():
            self.setCurrentIndex(self._model.index(row, 0))
        self._is_told = False

    def event(self, event: QEvent) -> bool:
        """Claim Space, which ticks a row, before the window's shortcut."""
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and key_of(event) == _SPACE and self.currentIndex().isValid():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick the row at the cursor, or no longer, by Space."""
        index = self.currentIndex()
        if key_of(event) == _SPACE and index.isValid():
            self.ticked.emit(index.row(), not self.rows[index.row()].is_ticked)
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex, _: QModelIndex) -> None:
        if not self._is_told and index.isValid():
            self.chosen.emit(index.row())
