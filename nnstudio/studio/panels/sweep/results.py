"""The cells of a sweep that are done, as a table that any column sorts."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnstudio.insight.sweep import Axis, Cell, CellResult, SweepSpec
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure, grouped
from nnstudio.studio.painting.theme import font

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Column:
    """A column: its title and meaning, and the value and text of a cell."""

    title: str
    tip: str
    value: Callable[[CellResult], float | str | None]
    text: Callable[[Any], str]


def _axis_column(axis: Axis, place: Callable[[Cell], int]) -> _Column:
    title = tr(SWEEP_SETTINGS[axis.setting].title)

    def value(result: CellResult) -> float | str:
        return axis.values[place(result.cell)]

    return _Column(title, tr("one of the two settings that vary"), value, SWEEP_SETTINGS[axis.setting].text)


def _columns(spec: SweepSpec) -> tuple[_Column, ...]:
    measure = spec.problem.measure
    means = "" if len(spec.seeds) == 1 else tr("; the mean over seeds")
    columns = [
        _axis_column(spec.down, lambda cell: cell.row),
        _axis_column(spec.across, lambda cell: cell.column),
        _Column(
            tr("Test"),
            tr("{measure} on the test set{means}").format(measure=tr(measure.title), means=means),
            lambda result: result.test_score,
            measure.text,
        ),
        _Column(
            tr("Train"),
            tr("{measure} on the training samples{means}").format(measure=tr(measure.title), means=means),
            lambda result: result.train_score,
            measure.text,
        ),
        _Column(
            tr("Parameters"),
            tr("how many numbers training changes: weights and biases"),
            lambda result: result.n_params,
            grouped,
        ),
        _Column(
            tr("Boundary"),
            tr("length of the borders between the classes, in units of the plane{means}").format(means=means),
            lambda result: result.boundary,
            figure,
        ),
    ]
    if len(spec.seeds) > 1:
        columns.append(
            _Column(
                tr("Spread"),
                tr("the largest less the smallest {measure} of the seeds on the test set").format(
                    measure=tr(measure.title)
                ),
                lambda result: result.test_range[1] - result.test_range[0],
                measure.text,
            )
        )
    has_boundary = spec.problem.input_space.n_features == 2 and spec.problem.train.has_labels
    return tuple(column for column in columns if has_boundary or column.title != tr("Boundary"))


class _Model(QAbstractTableModel):
    """The cells that are done."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec: SweepSpec | None = None
        self.columns: tuple[_Column, ...] = ()
        self.rows: tuple[CellResult, ...] = ()

    def begin(self, spec: SweepSpec) -> None:
        """Show the columns of a sweep without rows."""
        self.beginResetModel()
        self.spec, self.columns, self.rows = spec, _columns(spec), ()
        self.endResetModel()

    def take(self, results: Mapping[Cell, CellResult]) -> None:
        """Add rows for the cells that are new."""
        rows = tuple(result for result in results.values() if not result.failure)
        if len(rows) > len(self.rows):
            self.beginInsertRows(QModelIndex(), len(self.rows), len(rows) - 1)
            self.rows = rows
            self.endInsertRows()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of cells."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title or meaning."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            sorts = tr("A click sorts by it, as Shift+Enter does in the table; once more turns it round.")
            return f"{column.title}: {column.tip}\n{sorts}"
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, sort value or hover text."""
        if not index.isValid():
            return None
        result, column = self.rows[index.row()], self.columns[index.column()]
        value = column.value(result)
        text = "–" if value is None else column.text(value)
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.UserRole:
            return -math.inf if value is None else value
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.title}: {text}\n{column.tip}"
        if role == Qt.ItemDataRole.AccessibleTextRole and self.spec is not None:
            return f"{self.spec.title_of(result.cell)}, {column.title}: {text}"
        if role == Qt.ItemDataRole.TextAlignmentRole and not isinstance(value, str):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


@contained
class ResultTable(QTableView):
    """A row for each cell that is done."""

    opened = Signal(object)
    """A Cell chosen by Enter or a double click."""

    moved = Signal(object)
    """The Cell that the cursor is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep-table")
        self.setAccessibleName(tr("Results of the sweep"))
        self.setAccessibleDescription(tr("Enter opens a cell as a run, Shift+Enter sorts by the column."))
        self.setFont(font(11))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        self._model = _Model(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._sorted)
        header = self.horizontalHeader()
        header.setFont(font(11))
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self._open())

    def begin(self, spec: SweepSpec) -> None:
        """Show the columns of a sweep without rows, in the order in which cells end."""
        self._model.begin(spec)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)

    def show_results(self, results: Mapping[Cell, CellResult]) -> None:
        """Add the cells that are new."""
        self._model.take(results)

    def choose(self, cell: Cell) -> None:
        """Put the cursor on a cell, if it is done."""
        for place, result in enumerate(self._model.rows):
            if result.cell == cell:
                index = self._sorted.mapFromSource(
                    self._model.index(place, max(self.currentIndex().column(), 0))
                )
                if index.row() != self.currentIndex().row():
                    self.setCurrentIndex(index)

    @property
    def _chosen(self) -> Cell | None:
        index = self._sorted.mapToSource(self.currentIndex())
        return self._model.rows[index.row()].cell if index.isValid() else None

    def _open(self) -> None:
        if self._chosen is not None:
            self.opened.emit(self._chosen)

    def _sort_here(self) -> None:
        header, column = self.horizontalHeader(), self.currentIndex().column()
        order = Qt.SortOrder.AscendingOrder
        if header.sortIndicatorSection() == column and header.sortIndicatorOrder() is order:
            order = Qt.SortOrder.DescendingOrder
        self.sortByColumn(column, order)
        self.scrollTo(self.currentIndex())

    # Qt's events

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Say where the cursor is."""
        super().currentChanged(current, previous)
        if self._chosen is not None:
            self.moved.emit(self._chosen)

    def event(self, event: QEvent) -> bool:
        """Claim the table's keys before the window's shortcuts."""
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.key() in _OPENING and event.modifiers() in (*_PLAIN, _SHIFT):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open a cell or sort by keyboard."""
        if event.key() not in _OPENING or not self.currentIndex().isValid():
            super().keyPressEvent(event)
        elif event.modifiers() & _SHIFT:
            self._sort_here()
        else:
            self._open()


_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_SHIFT = Qt.KeyboardModifier.ShiftModifier
