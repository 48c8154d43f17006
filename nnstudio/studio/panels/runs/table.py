"""Table of the session's runs, sortable by any column."""

import math
from collections.abc import Callable, Sequence
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

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import duration, figure, grouped
from nnstudio.studio.painting.theme import font
from nnstudio.studio.views.row_table import set_up_rows
from nnstudio.training.summary import RunSummary

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class RunRow:
    """A line of the table.

    Attributes
    ----------
    key : object
        Identifies the run, independent of its name.
    summary : RunSummary
    problem : str
        The problem's title.
    mark : str
        Whether it is displayed or in training, as text.
    line : str
        How its curves are drawn, as text; empty where they are not.
    is_displayed : bool
    """

    key: object
    summary: RunSummary
    problem: str
    mark: str
    line: str
    is_displayed: bool


@dataclass(frozen=True)
class _Column:
    """A column: title, meaning, sort value and text."""

    title: str
    tip: str
    value: Callable[[RunRow], str | float | None]
    text: Callable[[RunRow], str]
    is_number: bool = True


def _named(title: str, tip: str, text: Callable[[RunRow], str]) -> _Column:
    return _Column(title, tip, lambda row: text(row).casefold(), text, is_number=False)


def _numeric(
    title: str, tip: str, value: Callable[[RunSummary], float | None], write: Callable[[float], str]
) -> _Column:
    def text(row: RunRow) -> str:
        number = value(row.summary)
        return "–" if number is None else write(number)

    return _Column(title, tip, lambda row: value(row.summary), text)


def _score(run: RunSummary) -> str:
    return "–" if run.best_score is None else run.measure.text(run.best_score, 2)


COLUMNS = (
    _named(
        translatable("Run"),
        translatable("what the run is called; F2 gives it another name"),
        lambda row: row.summary.name,
    ),
    _named(
        translatable("Now"),
        translatable("which run the window shows, and which one is trained"),
        lambda row: row.mark,
    ),
    _named(
        translatable("Curve"),
        translatable(
            "how its curves are drawn in Loss and Accuracy; a click or Ctrl+Enter takes them out, or puts "
            "them back"
        ),
        lambda row: row.line,
    ),
    _Column(
        translatable("Best"),
        translatable("the best value of the problem's measure on the test set so far: accuracy, or RMSE"),
        lambda row: row.summary.best_score,
        lambda row: _score(row.summary),
    ),
    _numeric(
        translatable("At epoch"),
        translatable("the epoch at which that was reached"),
        lambda run: run.best_epoch,
        lambda epoch: f"{epoch:.2f}",
    ),
    _numeric(
        translatable("Loss"),
        translatable("mean loss of the batch it learned from last"),
        lambda run: run.train_loss,
        figure,
    ),
    _numeric(
        translatable("Epochs"),
        translatable("passes over the training data so far"),
        lambda run: run.epoch,
        lambda epoch: f"{epoch:.2f}",
    ),
    _numeric(
        translatable("Time"),
        translatable("time spent training, by the clock and without rests; a branch counts on"),
        lambda run: run.seconds,
        duration,
    ),
    _named(translatable("Problem"), translatable("what it learned"), lambda row: row.problem),
    _named(
        translatable("Network"),
        translatable("its layers, from the inputs to the outputs"),
        lambda row: str(row.summary.config.architecture),
    ),
    _numeric(
        translatable("Parameters"),
        translatable("how many numbers training changes: weights and biases"),
        lambda run: run.config.architecture.n_trained,
        grouped,
    ),
    _named(
        translatable("Optimiser"),
        translatable("the rule that turned gradients into steps"),
        lambda row: row.summary.config.optimiser,
    ),
    _numeric(
        translatable("Rate"),
        translatable("learning rate α, before the schedule"),
        lambda run: run.config.hyper.learning_rate,
        lambda rate: f"{rate:.3g}",
    ),
    _numeric(
        translatable("Batch"),
        translatable("samples in a step"),
        lambda run: run.config.batch_size,
        lambda n: f"{n:.0f}",
    ),
    _numeric(
        translatable("Seed"),
        translatable("where its random numbers began: the same one gives the same run"),
        lambda run: run.config.seed,
        lambda seed: f"{seed:.0f}",
    ),
    _named(
        translatable("From"),
        translatable("the run that it branched from"),
        lambda row: row.summary.parent or "–",
    ),
)
NAME_COLUMN, CURVE_COLUMN = 0, 2


class _Model(QAbstractTableModel):
    """The model of the runs."""

    renamed = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()

    def take(self, rows: tuple[RunRow, ...]) -> bool:
        """Set the rows; return whether they are of other runs, which resets the model."""
        before, is_other = self.rows, [row.key for row in rows] != [row.key for row in self.rows]
        if is_other:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return True
        self.rows = rows
        for place, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                # The editor of a name that is being typed stays open.
                first = NAME_COLUMN if old.summary.name != new.summary.name else NAME_COLUMN + 1
                first = NAME_COLUMN if old.is_displayed != new.is_displayed else first
                self.dataChanged.emit(self.index(place, first), self.index(place, len(COLUMNS) - 1))
        return False

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of runs."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title or meaning."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(column.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            sorts = tr("A click sorts by it, as Shift+Enter does in the table; once more turns it round.")
            return f"{tr(column.title)}: {tr(column.tip)}\n{sorts}"
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, sort value or hover text."""
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return column.text(row)
        if role == Qt.ItemDataRole.UserRole:
            value = column.value(row)
            return -math.inf if value is None else value
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{tr(column.title)}: {column.text(row)}\n{tr(column.tip)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.summary.name}, {tr(column.title)}: {column.text(row)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and row.is_displayed:
            return font(11, bold=True)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Emit the new name; it is shown once the run has it."""
        if role == Qt.ItemDataRole.EditRole and index.column() == NAME_COLUMN:
            self.renamed.emit(index.row(), str(value))
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Make names editable."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME_COLUMN else flags


@contained
class RunTable(QTableView):
    """A row for each run; the displayed one is bold and marked."""

    opened = Signal(object)
    """The key of the run to display."""
    renamed = Signal(object, str)
    """The key of a run, and its new name."""
    deleted = Signal(object)
    """The key of the run to delete."""
    curve_toggled = Signal(object)
    """The key of the run whose curves are to be drawn, or no longer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run-table")
        set_up_rows(self, tr("Runs"))
        self.setAccessibleDescription(
            tr(
                "Enter puts a run on show, F2 renames it, Del deletes it, Shift+Enter sorts by the column, "
                "Ctrl+Enter draws its curves or takes them out."
            )
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().setDefaultSectionSize(22)
        self._model = _Model(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._sorted)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._model.renamed.connect(self._rename)
        self.doubleClicked.connect(self._open)
        self.clicked.connect(self._click)

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show runs, keeping the current run, or its row if it is gone."""
        key, before = self.chosen, self.currentIndex()
        row, column = before.row(), max(before.column(), 0)
        if self._model.take(tuple(rows)):
            self.choose(key, column)
            if not self.currentIndex().isValid():
                self.setCurrentIndex(self._sorted.index(min(row, len(rows) - 1), column))

    @property
    def chosen(self) -> object:
        """The key of the run that the cursor is on, or None."""
        index = self._sorted.mapToSource(self.currentIndex())
        return self._model.rows[index.row()].key if index.isValid() else None

    def choose(self, key: object, column: int = NAME_COLUMN) -> None:
        """Put the cursor on a run."""
        for place, row in enumerate(self._model.rows):
            if row.key is key:
                self.setCurrentIndex(self._sorted.mapFromSource(self._model.index(place, column)))

    def edit_name(self) -> None:
        """Edit the current run's name."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex().siblingAtColumn(NAME_COLUMN))

    def _rename(self, place: int, name: str) -> None:
        self.renamed.emit(self._model.rows[place].key, name)

    def _click(self, index: QModelIndex) -> None:
        if index.column() == CURVE_COLUMN:
            self.curve_toggled.emit(self.chosen)

    def _open(self) -> None:
        if self.chosen is not None:
            self.opened.emit(self.chosen)

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
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.key() in _OWN_KEYS and event.modifiers() in _OWN_MODIFIERS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Display, sort, rename or delete by keyboard, or draw its curves."""
        key, modifiers = event.key(), event.modifiers()
        if not self.currentIndex().isValid() or key not in _OWN_KEYS:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F2:
            self.edit_name()
        elif key == Qt.Key.Key_Delete:
            self.deleted.emit(self.chosen)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._sort_here()
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self.curve_toggled.emit(self.chosen)
        else:
            self._open()


_OWN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_F2)
_OWN_MODIFIERS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
