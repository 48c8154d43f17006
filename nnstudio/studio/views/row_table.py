"""Tables whose rows are chosen."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QAbstractTableModel, QEvent, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, font, give_font, text_scale
from nnstudio.studio.views.navigation import key_of

ROW_PX = 22
"""Height of a row, in design pixels."""

NO_MODIFIER, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NUMBER_KEYS = "0123456789-−+.,"

Keys = Mapping[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], object]]


def set_up_rows(table: QTableView, name: str) -> None:
    """Make a table a list of rows in small type, of which one is chosen, without a grid and row numbers.

    Parameters
    ----------
    table : QTableView
    name : str
        For screen readers.
    """
    table.setAccessibleName(name)
    for part in (table, table.horizontalHeader()):
        give_font(part, 11)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    _RowHeight(table)


def begins_number(event: QKeyEvent) -> bool:
    """Return whether a key types what a number can begin with."""
    return len(event.text()) == 1 and event.text() in _NUMBER_KEYS


def number_editor(name: str, parent: QWidget) -> QLineEdit:
    """Make the field that a number of a cell is typed in: without a frame, for which a row has no room."""
    editor = QLineEdit(parent)
    editor.setFrame(False)
    editor.setFont(font(11))
    editor.setAlignment(Qt.AlignmentFlag.AlignRight)
    editor.setAccessibleName(name)
    return editor


class _RowHeight(QObject):
    """Keeps the rows of a table, its parent, as high as the size of text asks for."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._rows = table.verticalHeader()
        appearance.follow(table, self._follow)
        self._follow()

    def _follow(self) -> None:
        self._rows.setDefaultSectionSize(round(ROW_PX * text_scale()))


@contained
class SortingTable(QTableView):
    """A table of rows that any column sorts, by a click on its title or by Shift+Enter.

    Parameters
    ----------
    model : QAbstractTableModel
        Its numbers to sort by are in ``UserRole``. It becomes a child of the table.
    name : str
        For screen readers.
    parent : QWidget, optional
    """

    def __init__(self, model: QAbstractTableModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_up_rows(self, name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        model.setParent(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(model)
        self._sorted.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._sorted)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._keys: Keys = {(key, SHIFT): self._sort_here for key in ENTER}

    def add_keys(self, keys: Keys) -> None:
        """Act on further keys while the cursor is on a row; the window's shortcuts come after them."""
        self._keys = {**self._keys, **keys}

    @property
    def chosen_row(self) -> int | None:
        """The row of the model that the cursor is on."""
        index = self._sorted.mapToSource(self.currentIndex())
        return index.row() if index.isValid() else None

    def choose_row(self, row: int, column: int) -> None:
        """Put the cursor on a row of the model."""
        index = self._sorted.mapFromSource(self._sorted.sourceModel().index(row, column))
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def _sort_here(self) -> None:
        """Sort by the current column, or reverse its order."""
        header, column = self.horizontalHeader(), self.currentIndex().column()
        order = Qt.SortOrder.AscendingOrder
        if header.sortIndicatorSection() == column and header.sortIndicatorOrder() is order:
            order = Qt.SortOrder.DescendingOrder
        self.sortByColumn(column, order)
        self.scrollTo(self.currentIndex())

    def event(self, event: QEvent) -> bool:
        """Claim the table's keys before the window's shortcuts."""
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and key_of(event) in self._keys:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the table's keys."""
        act = self._keys.get(key_of(event))
        if act is None or not self.currentIndex().isValid():
            super().keyPressEvent(event)
        else:
            act()


def title_tip(title: str, tip: str) -> str:
    """Return the hover text of a column's title in a `SortingTable`."""
    sorts = tr("A click sorts by it, as Shift+Enter does in the table; once more turns it round.")
    return f"{title}: {tip}\n{sorts}"
