"""The cells of a sweep that are done, as a table that any column sorts."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.insight.sweep import CellResult
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS
from nnstudio.insight.sweep_spec import SweepAxis, SweepCell, SweepSpec
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure, grouped
from nnstudio.studio.views.row_table import ENTER, NO_MODIFIER, SortingTable, title_tip

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Column:
    """A column: its title and meaning, and the value and text of a cell."""

    title: str
    tip: str
    value: Callable[[CellResult], float | str | None]
    text: Callable[[Any], str]


def _axis_column(axis: SweepAxis, nth: int) -> _Column:
    title = tr(SWEEP_SETTINGS[axis.setting].title)

    def value(result: CellResult) -> float | str:
        return axis.values[result.cell[nth]]

    return _Column(title, tr("one of the settings that vary"), value, SWEEP_SETTINGS[axis.setting].text)


def _columns(spec: SweepSpec) -> tuple[_Column, ...]:
    measure = spec.problem.measure
    means = "" if len(spec.seeds) == 1 else tr("; the mean over seeds")
    columns = [
        *(_axis_column(axis, nth) for nth, axis in enumerate(spec.axes)),
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
    ]
    if spec.has_boundary:
        columns.append(
            _Column(
                tr("Boundary"),
                tr("length of the borders between the classes, in units of the plane{means}").format(
                    means=means
                ),
                lambda result: result.boundary,
                figure,
            )
        )
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
    return tuple(columns)


class _Model(QAbstractTableModel):
    """The cells that are done."""

    def __init__(self) -> None:
        super().__init__()
        self.spec: SweepSpec | None = None
        self.columns: tuple[_Column, ...] = ()
        self.rows: tuple[CellResult, ...] = ()

    def begin(self, spec: SweepSpec) -> None:
        """Show the columns of a sweep without rows."""
        self.beginResetModel()
        self.spec, self.columns, self.rows = spec, _columns(spec), ()
        self.endResetModel()

    def take(self, results: Mapping[SweepCell, CellResult]) -> None:
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
            return title_tip(column.title, column.tip)
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


class ResultTable(SortingTable):
    """A row for each cell that is done."""

    opened = Signal(object)
    """A SweepCell chosen by Enter or a double click."""

    moved = Signal(object)
    """The SweepCell that the cursor is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._model = _Model()
        super().__init__(self._model, tr("Results of the sweep"), parent)
        self.setObjectName("sweep-table")
        self.setAccessibleDescription(tr("Enter opens a cell as a run, Shift+Enter sorts by the column."))
        self.add_keys({(key, NO_MODIFIER): self._open for key in ENTER})
        self.doubleClicked.connect(lambda index: self._open())

    def begin(self, spec: SweepSpec) -> None:
        """Show the columns of a sweep without rows, in the order in which cells end."""
        self._model.begin(spec)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)

    def show_results(self, results: Mapping[SweepCell, CellResult]) -> None:
        """Add the cells that are new."""
        self._model.take(results)

    def choose(self, cell: SweepCell) -> None:
        """Put the cursor on a cell, if it is done."""
        for place, result in enumerate(self._model.rows):
            if result.cell == cell:
                self.choose_row(place, max(self.currentIndex().column(), 0))

    @property
    def _chosen(self) -> SweepCell | None:
        row = self.chosen_row
        return None if row is None else self._model.rows[row].cell

    def _open(self) -> None:
        if self._chosen is not None:
            self.opened.emit(self._chosen)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Say where the cursor is."""
        super().currentChanged(current, previous)
        if self._chosen is not None:
            self.moved.emit(self._chosen)
