"""Table of the session's runs, sortable by any column."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import duration, figure, grouped
from nnstudio.studio.painting.theme import font
from nnstudio.studio.views.row_table import ENTER, NO_MODIFIER, SortingTable, title_tip
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

    def __init__(self) -> None:
        super().__init__()
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
            return title_tip(tr(column.title), tr(column.tip))
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


class RunTable(SortingTable):
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
        self._model = _Model()
        super().__init__(self._model, tr("Runs"), parent)
        self.setObjectName("run-table")
        self.setAccessibleDescription(
            tr(
                "Enter puts a run on show, F2 renames it, Del deletes it, Shift+Enter sorts by the column, "
                "Ctrl+Enter draws its curves or takes them out."
            )
        )
        self.add_keys(
            {
                **{(key, NO_MODIFIER): self._open for key in ENTER},
                **{(key, Qt.KeyboardModifier.ControlModifier): self._toggle_curve for key in ENTER},
                (Qt.Key.Key_F2, NO_MODIFIER): self.edit_name,
                (Qt.Key.Key_Delete, NO_MODIFIER): lambda: self.deleted.emit(self.chosen),
            }
        )
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
                self.setCurrentIndex(self.model().index(min(row, len(rows) - 1), column))

    @property
    def chosen(self) -> object:
        """The key of the run that the cursor is on, or None."""
        row = self.chosen_row
        return None if row is None else self._model.rows[row].key

    def choose(self, key: object, column: int = NAME_COLUMN) -> None:
        """Put the cursor on a run."""
        for place, row in enumerate(self._model.rows):
            if row.key is key:
                self.choose_row(place, column)

    def edit_name(self) -> None:
        """Edit the current run's name."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex().siblingAtColumn(NAME_COLUMN))

    def _rename(self, place: int, name: str) -> None:
        self.renamed.emit(self._model.rows[place].key, name)

    def _click(self, index: QModelIndex) -> None:
        if index.column() == CURVE_COLUMN:
            self._toggle_curve()

    def _toggle_curve(self) -> None:
        self.curve_toggled.emit(self.chosen)

    def _open(self) -> None:
        if self.chosen is not None:
            self.opened.emit(self.chosen)
