"""The units of the first layer as a list: ticked for a gate, with what each finds of the class by itself."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from nnstudio.insight.parts import Detection
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.session.layer_names import unit_word
from nnstudio.studio.session.parts import Parts
from nnstudio.studio.views.navigation import key_of
from nnstudio.studio.views.row_table import NO_MODIFIER, set_up_rows

Index = QModelIndex | QPersistentModelIndex

_SPACE = (Qt.Key.Key_Space, NO_MODIFIER)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def share_text(share: float | None) -> str:
    """Return a share in percent; – for none.

    Examples
    --------
    >>> share_text(0.8337), share_text(None)
    ('83.4 %', '–')
    """
    return "–" if share is None else f"{100 * share:.1f} %"


class _Model(QAbstractTableModel):
    """The units, with check boxes."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self.n_units = 0
        self.detections: tuple[Detection, ...] = ()

    def show(self, detections: tuple[Detection, ...]) -> None:
        """Show what units find; others than before may be ticked."""
        n_units = self._parts.n_units
        if n_units != self.n_units:
            self.beginResetModel()
            self.n_units, self.detections = n_units, detections
            self.endResetModel()
        else:
            self.detections = detections
            self.dataChanged.emit(self.index(0, 0), self.index(n_units - 1, 2))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of units."""
        return 0 if parent is not None and parent.isValid() else self.n_units

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns: the unit, found, right."""
        return 0 if parent is not None and parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return titles and their hover texts."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        titles = (tr("Part"), tr("found"), tr("right"))
        tips = (
            tr("A unit of the first layer; tick those that the gate listens to"),
            tr("The share of the class for which it fires, on the test set"),
            tr("The share of those it fires for that are of the class, on the test set"),
        )
        if role == Qt.ItemDataRole.DisplayRole:
            return titles[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{titles[section]}: {tips[section]}"
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return _RIGHT
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return texts, and whether a unit is ticked."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return str(row + 1)
            if row >= len(self.detections):
                return ""
            detection = self.detections[row]
            return share_text(detection.found if column == 1 else detection.right)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == 0:
            return unit_word(row)
        if role == Qt.ItemDataRole.CheckStateRole and column == 0:
            return Qt.CheckState.Checked if row in self._parts.ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return _RIGHT
        return None

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        """Tick a unit, or not."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self._parts.tick(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that a unit can be ticked."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags


@contained
class UnitTable(QTableView):
    """Lists the units; the cursor chooses the one that is drawn, Space ticks it.

    Parameters
    ----------
    parts : Parts
    parent : QWidget, optional
    """

    chosen = Signal(int)
    """The user put the cursor on a unit."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_up_rows(self, tr("Parts"))
        self._model = _Model(parts)
        self._model.setParent(self)
        self.setModel(self._model)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._is_told = False
        self.selectionModel().currentRowChanged.connect(self._choose)

    def show_units(self, detections: tuple[Detection, ...], unit: int | None) -> None:
        """Show what units find, and put the cursor on the selected one."""
        self._is_told = True
        self._model.show(detections)
        if unit is None:
            self.clearSelection()
        elif self.currentIndex().row() != unit or not self.selectionModel().hasSelection():
            self.setCurrentIndex(self._model.index(unit, 0))
        self._is_told = False

    def event(self, event: QEvent) -> bool:
        """Claim Space, which ticks a unit, before the window's shortcut."""
        is_override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and key_of(event) == _SPACE and self.currentIndex().isValid():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick the unit at the cursor, or no longer, by Space."""
        index = self.currentIndex()
        if key_of(event) != _SPACE or not index.isValid():
            super().keyPressEvent(event)
            return
        first = index.siblingAtColumn(0)
        is_ticked = first.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
        wanted = Qt.CheckState.Unchecked if is_ticked else Qt.CheckState.Checked
        self._model.setData(first, wanted, Qt.ItemDataRole.CheckStateRole)

    def _choose(self, index: QModelIndex, _: QModelIndex) -> None:
        if not self._is_told and index.isValid():
            self.chosen.emit(index.row())
