"""Table of derivatives computed in three ways."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nnstudio.insight.gradient_probe import ProbeRow
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.views.row_table import set_up_rows

COLUMNS = (
    (
        translatable("Weight"),
        translatable(
            "which number of the network: the layer, its unit, and the input that the weight is for"
        ),
    ),
    (translatable("Backprop"), translatable("∂L/∂w by the chain rule, as training computes it")),
    (
        translatable("Complex step"),
        translatable("∂L/∂w = Im L(w + i h) / h with h = 1e-30: no difference is taken, nothing cancels"),
    ),
    (translatable("Central diff."), translatable("∂L/∂w ≈ (L(w + h) − L(w − h)) / 2h with h = 1e-5")),
    (
        translatable("Error, complex"),
        translatable("|backpropagation − complex step| / the larger of the two"),
    ),
    (
        translatable("Error, central"),
        translatable("|backpropagation − central difference| / the larger of the two"),
    ),
)
TOLERANCES = (1e-9, 1e-4)
"""Tolerances of the complex-step and central-difference errors."""


class GradientTable(QTableWidget):
    """A row for each derivative that was checked; errors above tolerance have the warning colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self.setObjectName("gradient-table")
        set_up_rows(self, tr("Derivatives by three ways"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        for column, (name, tip) in enumerate(COLUMNS):
            item = QTableWidgetItem(tr(name))
            item.setToolTip(f"{tr(name)}: {tr(tip)}")
            self.setHorizontalHeaderItem(column, item)
        self._rows: tuple[ProbeRow, ...] = ()
        self._name_of: Callable[[ProbeRow], str] = lambda row: row.block
        appearance.follow(self, self._restyle)

    def _restyle(self) -> None:
        rows, self._rows = self._rows, ()
        self.show_rows(rows, self._name_of)

    def show_rows(self, rows: tuple[ProbeRow, ...], name_of: Callable[[ProbeRow], str]) -> None:
        """Show derivatives; rows shown before are not written again."""
        self._name_of = name_of
        first = len(self._rows) if rows[: len(self._rows)] == self._rows else 0
        self._rows = rows
        self.setRowCount(len(rows))
        for place in range(first, len(rows)):
            self._write(place, rows[place])

    def _write(self, place: int, row: ProbeRow) -> None:
        numbers = (row.analytic, row.complex, row.central)
        errors = (row.complex_error, row.central_error)
        words = [self._name_of(row), *(f"{value:+.6e}".replace("-", "−") for value in numbers)]
        words += ["0" if error == 0 else f"{error:.1e}".replace("-", "−") for error in errors]
        for column, text in enumerate(words):
            item = QTableWidgetItem(text)
            name, tip = map(tr, COLUMNS[column])
            item.setToolTip(f"{name}: {text}\n{tip}")
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column >= 4 and errors[column - 4] > TOLERANCES[column - 4]:
                item.setForeground(colour(appearance.theme.warning))
                item.setToolTip(
                    tr(
                        "{name}: {text}, more than rounding explains: the gradient is wrong here\n{tip}"
                    ).format(name=name, text=text, tip=tip)
                )
            self.setItem(place, column, item)
