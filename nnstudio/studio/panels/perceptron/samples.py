"""The table of samples: sums, answers, targets and losses of one perceptron, and their mean."""

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import InputSpace
from nnstudio.insight.firing import AnswerTable, answer_table
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.perceptron.words import number, weight_name
from nnstudio.studio.session.perceptron import Perceptron, PerceptronSamples
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.responsive_box import ResponsiveBox
from nnstudio.studio.views.row_table import set_up_rows
from nnstudio.studio.views.weight_row import WeightRow

MOST_ROWS = 50
MOST_INPUTS = 12
"""Of more inputs neither values nor weights are listed."""

ROWS_PX, TABLE_PX = QSize(170, 40), QSize(190, 110)
ROW_FROM_PX = 470
_MARK = 0.22
"""Opacity of what marks a sample that is misread."""

Index = QModelIndex | QPersistentModelIndex


@contained
class SampleModel(QAbstractTableModel):
    """A row for each sample: its inputs where they are few, z, y, t and ½ (t − y)².

    Attributes
    ----------
    answers : AnswerTable or None
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.answers: AnswerTable | None = None
        self._x = np.empty((0, 0))
        self._names: tuple[str, ...] = ()

    def show_samples(self, names: tuple[str, ...], x: np.ndarray, answers: AnswerTable) -> None:
        """Show other samples; the inputs (n, n_features) have names, or are left out where there are none."""
        self.beginResetModel()
        self._names, self._x, self.answers = names, x, answers
        self.endResetModel()

    def show_answers(self, answers: AnswerTable) -> None:
        """Show other answers to the same samples."""
        self.answers = answers
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, len(self._names)), last)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The title and the meaning of each column."""
        return (
            *((name, tr("Input {name} of the sample").format(name=name)) for name in self._names),
            ("z", tr("The sum w·x + b")),
            ("y", tr("What the perceptron gives out: 1 if z > 0, else 0")),
            ("t", tr("What it should give out")),
            ("½(t−y)²", tr("The loss of the sample: 0, or ½ where y is wrong")),
        )

    def values(self, row: int) -> tuple[float, ...]:
        """Return the numbers of a row."""
        answers = self.answers
        assert answers is not None, "there is a row"
        inputs = self._x[row].tolist() if self._names else ()
        found = answers.z[row], answers.y[row], answers.t[row], answers.losses[row]
        return (*inputs, *map(float, found))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if self.answers is None or (parent is not None and parent.isValid()) else len(self.answers.z)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self._names) + 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title or meaning, or a sample's number."""
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        title, tip = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        return f"{title}: {tip}" if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, hover text or mark."""
        if self.answers is None or index.row() >= len(self.answers.z):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return number(self.values(index.row())[index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            title, tip = self.columns[index.column()]
            return f"{title}: {tip}"
        if role == Qt.ItemDataRole.BackgroundRole and self.answers.losses[index.row()]:
            return colour(appearance.theme.warning, _MARK)
        return None


class SamplesPage(QWidget):
    """Lists the first samples with what the perceptron makes of them, and its weights to drag.

    Parameters
    ----------
    perceptron : Perceptron
    parent : QWidget
    """

    chosen = Signal(int)
    """A sample was double-clicked, or Enter was pressed on it."""

    def __init__(self, perceptron: Perceptron, parent: QWidget) -> None:
        super().__init__(parent)
        self._perceptron = perceptron
        self._shown: PerceptronSamples | None = None
        self._space: InputSpace | None = None
        self._limit = 1.0
        self.rows = [self._row(k) for k in range(MOST_INPUTS + 1)]
        """Of the weights, then of the bias."""
        self.model = SampleModel(self)
        self.table = QTableView(self)
        self.table.setObjectName("perceptron-samples")
        set_up_rows(self.table, tr("Samples and answers"))
        # The samples have numbers.
        self.table.verticalHeader().show()
        self.table.setAccessibleDescription(tr("Enter puts the sample where the input is made."))
        # Names and numbers would change their order.
        self.table.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.table.setModel(self.model)
        self.table.activated.connect(lambda index: self.chosen.emit(index.row()))
        for header in (self.table.horizontalHeader(), self.table.verticalHeader()):
            header.setFont(font(11))
            header.setHighlightSections(False)
        self.table.horizontalHeader().setMinimumSectionSize(24)
        for bar in (self.table.verticalScrollBar(), self.table.horizontalScrollBar()):
            bar.setAccessibleName(tr("Scroll the samples"))
            bar.setToolTip(tr("Scroll the samples"))
        self.mean = QLabel("", self)
        self.mean.setFont(font(12, bold=True))
        self.mean.setWordWrap(True)
        self.mean.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.mean.setToolTip(
            tr("J, the mean loss of the samples in the table: half of the share that is wrong")
        )
        self._lay_out()
        appearance.follow(self, self._end_below_the_last_row)

    def _row(self, coordinate: int) -> WeightRow:
        row = WeightRow("", tr("Drag or type it, and the network follows"), self)
        row.grabbed.connect(self._perceptron.begin_drag)
        row.moved.connect(partial(self._move, coordinate))
        row.released.connect(partial(self._release, coordinate))
        row.typed.connect(partial(self._type, coordinate))
        return row

    def _lay_out(self) -> None:
        weights = QWidget(self)
        weights.setMinimumSize(ROWS_PX * text_scale())
        column = QVBoxLayout(weights)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.mean)
        for row in self.rows:
            row.caption.setMinimumWidth(row.caption.fontMetrics().horizontalAdvance("w₁₂"))
            row.caption.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            column.addWidget(row)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        beside = QWidget(self)
        beside.setMinimumSize(TABLE_PX * text_scale())
        rows = QVBoxLayout(beside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.table, 1)
        rows.addStretch(0)
        layout.addWidget(ResponsiveBox([(weights, 2), (beside, 3)], ROW_FROM_PX, TABLE_PX, self))

    def _end_below_the_last_row(self) -> None:
        """Let the table be no higher than its rows."""
        rows, heading = self.table.verticalHeader(), self.table.horizontalHeader()
        frame = 2 * self.table.frameWidth()
        height = heading.sizeHint().height() + self.model.rowCount() * rows.defaultSectionSize()
        self.table.setMaximumHeight(height + frame)

    def _coordinate(self, row: int) -> int | None:
        """Return which weight a row is for: the last row is for the bias; None where it is for none."""
        if self._space is None:
            return None
        n = self._space.n_features
        return n if row == MOST_INPUTS else row if row < n <= MOST_INPUTS else None

    def _move(self, row: int, value: float) -> None:
        coordinate = self._coordinate(row)
        if coordinate is not None:
            self._perceptron.drag(coordinate, value)

    def _release(self, row: int) -> None:
        coordinate = self._coordinate(row)
        if coordinate is not None:
            self._perceptron.finish_drag(coordinate)

    def _type(self, row: int, value: float) -> None:
        coordinate = self._coordinate(row)
        if coordinate is not None:
            self._perceptron.type(coordinate, value)

    # What is shown

    def show_samples(self, space: InputSpace, samples: PerceptronSamples) -> None:
        """Show the first of what is learned from."""
        if samples is self._shown and space == self._space:
            return
        self._space, self._shown = space, samples
        has_few = space.n_features <= MOST_INPUTS and not space.traits.has_pixels
        for k, row in enumerate(self.rows):
            row.setVisible(self._coordinate(k) is not None)
        self.model.show_samples(space.names if has_few else (), samples.x[:MOST_ROWS], self._answers(samples))
        header, modes = self.table.horizontalHeader(), QHeaderView.ResizeMode
        header.setSectionResizeMode(modes.Stretch)
        # The longest title.
        header.setSectionResizeMode(self.model.columnCount() - 1, modes.ResizeToContents)
        self._end_below_the_last_row()
        self.show_state()

    def _answers(self, samples: PerceptronSamples) -> AnswerTable:
        z = samples.points[:MOST_ROWS] @ self._perceptron.weights
        return answer_table(z, samples.targets[:MOST_ROWS])

    def show_state(self) -> None:
        """Show what the weights make of the samples, and the weights."""
        samples = self._shown
        if samples is None or self._perceptron.samples is not samples:
            return
        answers = self._answers(samples)
        self.model.show_answers(answers)
        n, n_right = len(answers.t), int(np.count_nonzero(answers.y == answers.t))
        words = tr("J = {mean}: {right:,} of {n:,} right").format(
            mean=number(answers.mean), right=n_right, n=n
        )
        if samples.n_all > n:
            words += " " + tr("(the first {n:,} of {n_all:,} samples)").format(n=n, n_all=samples.n_all)
        self.mean.setText(words)
        weights = self._perceptron.weights
        largest = float(np.abs(weights).max())
        if not any(row.is_held for row in self.rows) or largest > self._limit:
            self._limit = round_up(max(2 * largest, 2.0))
        for k, row in enumerate(self.rows):
            coordinate = self._coordinate(k)
            if coordinate is not None and not row.is_held:
                name = weight_name(self._space, coordinate)
                row.show_value(name, float(weights[coordinate]), self._limit)
                for control in (row.slider, row.number):
                    control.setAccessibleName(name)

    def numbers(self) -> NumberTable:
        """Return the rows of the table."""
        names = [title for title, _ in self.model.columns]
        return (tr("sample"), *names), [(k + 1, *self.model.values(k)) for k in range(self.model.rowCount())]
