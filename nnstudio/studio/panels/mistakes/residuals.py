"""The samples of the test set by the size of their residuals, as a table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.insight.ranking import ranked_residuals
from nnstudio.insight.sample_results import SampleResults
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.numbers import figure, scientific
from nnstudio.studio.painting.theme import appearance, colour, font
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.row_table import set_up_rows

ORDERS = {
    "largest": (translatable("Largest"), translatable("The largest residual first")),
    "smallest": (translatable("Smallest"), translatable("The smallest residual first")),
    "random": (translatable("Random"), translatable("Any samples, in random order")),
}
MOST_INPUTS = 2
"""Numbers of an input that have columns; of more, the number of the sample is shown alone."""

WIDEST, COLUMN_GAP_PX = "−0.0000", 10
ALL = None
"""The entry of the list of outputs that stands for all of them."""

Index = QModelIndex | QPersistentModelIndex


class ResidualTable(QWidget):
    """A table of samples with the residual, the right number, the answer and the input."""

    chosen = Signal(int)
    """The row of a sample in the test set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._order = order_combo(ORDERS, self)
        self._output = combo(
            tr("Output"), tr("Whose residual counts: that of one output, or the largest"), self
        )
        self._count = remark("", self, ShortLabel)
        self.table = _Table(self._model, self)
        self.table.chosen.connect(self.chosen)
        line = QHBoxLayout()
        line.setSpacing(6)
        for control in (self._order, self._output):
            control.activated.connect(self._sort)
            line.addWidget(control, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self._count)
        layout.addWidget(self.table, 1)
        self._outputs: OutputSpace | None = None

    def meet(self, inputs: InputSpace, outputs: OutputSpace) -> None:
        """Prepare for the samples of a problem."""
        self._outputs = outputs
        self._output.clear()
        self._output.addItem(tr("largest of all"), ALL)
        for k, name in enumerate(outputs.names):
            self._output.addItem(name, k)
        self._output.setVisible(outputs.n_outputs > 1)
        self._model.meet(inputs, outputs)
        self.table.fit_columns()

    def show_results(self, results: SampleResults) -> None:
        """Show an evaluation of such samples."""
        self._model.results = results
        self._sort()
        sizes = np.abs(results.residuals)
        at = int(sizes.max(axis=1).argmax())
        measure = self._outputs.traits.measure
        text = tr("{measure} {score} · largest {largest}, sample {at:,}").format(
            measure=tr(measure.title),
            score=measure.text(results.score),
            largest=figure(float(sizes[at].max())),
            at=at,
        )
        if results.step:
            text = tr("{figures} at step {step:,}").format(figures=text, step=results.step)
        self._count.setText(text)
        self._count.setToolTip(
            tr(
                "On the test set with the weights of that step. While training goes on, the test set is read "
                "again every few seconds."
            )
        )

    def _sort(self) -> None:
        results = self._model.results
        if results is not None:
            output = self._output.currentData()
            self._model.show(ranked_residuals(results, self._order.currentData(), output=output), output)

    def numbers(self) -> NumberTable:
        """Return all samples in the order chosen."""
        return self._model.numbers()


class _Model(QAbstractTableModel):
    """The rows of the table, written when they are in sight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.results: SampleResults | None = None
        self.rows = np.empty(0, np.intp)
        self._columns: list[str] = []
        self._n_inputs = 0
        self._outputs: OutputSpace | None = None
        self._output: int | None = ALL

    def meet(self, inputs: InputSpace, outputs: OutputSpace) -> None:
        """Take the names of the columns."""
        self.beginResetModel()
        names = inputs.names if len(inputs.names) <= MOST_INPUTS else ()
        self._n_inputs, self._outputs = len(names), outputs
        self._columns = [
            tr("residual"),
            *((tr("output"),) if outputs.n_outputs > 1 else ()),
            tr("right"),
            tr("answer"),
            *(names or (tr("sample"),)),
        ]
        self.results, self.rows = None, np.empty(0, np.intp)
        self.endResetModel()

    def show(self, rows: np.ndarray, output: int | None) -> None:
        """Show samples in an order."""
        is_other = len(rows) != len(self.rows)
        if is_other:
            self.beginResetModel()
        self.rows, self._output = rows, output
        if is_other:
            self.endResetModel()
        elif len(rows):
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))

    def values(self, row: int) -> list[object]:
        """Return the cells of a sample by its row in the test set."""
        results = self.results
        k = self._output
        if k is ALL:
            k = int(np.abs(results.residuals[row]).argmax())
        inputs = results.inputs(np.array([row]))[0].tolist() if self._n_inputs else [row]
        name = [self._outputs.names[k]] if self._outputs.n_outputs > 1 else []
        numbers = (results.residuals[row, k], results.samples.targets[row, k], results.outputs[row, k])
        residual, right, answer = map(float, numbers)
        return [residual, *name, right, answer, *inputs]

    def numbers(self) -> NumberTable:
        """Return the names of columns, and all rows."""
        if self.results is None:
            return (), []
        return self._columns, [self.values(row) for row in self.rows.tolist()]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of samples."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self._columns):
            return None
        is_text = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return self._columns[section] if is_text else None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, hover text or colour."""
        if self.results is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        is_residual = index.column() == 0
        if role == Qt.ItemDataRole.ForegroundRole and is_residual:
            theme, value = appearance.theme, self.values(int(self.rows[index.row()]))[0]
            return colour(theme.negative if value < 0 else theme.positive)
        row = int(self.rows[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            value = self.values(row)[index.column()]
            if not isinstance(value, float):
                return str(value)
            return scientific(value) if is_residual else figure(value)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            cells = (
                f"{name} {figure(value) if isinstance(value, float) else value}"
                for name, value in zip(self._columns, self.values(row), strict=True)
            )
            told = tr("Sample {row:,} of the test set: {cells}. Click or Enter: make it the input.")
            return told.format(row=row, cells=", ".join(cells))
        return None


@contained
class _Table(QTableView):
    """Shows the rows; a click or Enter chooses one."""

    chosen = Signal(int)

    def __init__(self, model: _Model, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setObjectName("residuals")
        set_up_rows(self, tr("Residuals of the test set"))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setAccessibleName(tr("Scroll the residuals"))
            bar.setToolTip(tr("Scroll the residuals"))
        self.clicked.connect(self._choose)

    def fit_columns(self) -> None:
        """Share the width among the columns; without room for their numbers, they scroll."""
        widest = self.horizontalHeader().fontMetrics().horizontalAdvance(WIDEST)
        self.horizontalHeader().setMinimumSectionSize(widest + COLUMN_GAP_PX)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the current sample by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(int(self._model.rows[index.row()]))


def order_combo(orders: Mapping[str, tuple[str, str]], parent: QWidget) -> QComboBox:
    """Return a list of orders of samples, by the titles and hover texts of their keys."""
    box = combo(tr("Order"), tr("Which samples come first"), parent)
    for k, (key, (title, tip)) in enumerate(orders.items()):
        box.addItem(tr(title), key)
        box.setItemData(k, tr(tip), Qt.ItemDataRole.ToolTipRole)
    return box


def combo(name: str, tip: str, parent: QWidget) -> QComboBox:
    """Return a list for a row of several: it may be narrower than its choices."""
    box = QComboBox(parent)
    box.setFont(font(12))
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumWidth(64)
    return box
