"""The line, the best line and the network side by side, in numbers."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import font, give_role


class FitTable(QWidget):
    """A column for each of the three, a row for each figure.

    Parameters
    ----------
    parent : QWidget, optional

    Attributes
    ----------
    values : list of list of QLabel
        By row, then by column.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = (tr("Line"), tr("Best line"), tr("Network"))
        rows = (
            (tr("Parameters"), tr("How many numbers are free")),
            ("m", tr("Slope; of a network with a hidden layer there is no one slope")),
            ("m₂", tr("Slope along x₂")),
            ("b", tr("Intercept, the value at 0")),
            ("J", tr("Half of the mean squared residual, SSE / 2n: what training makes small")),
            (tr("SSE"), tr("Sum of the squared residuals (y − ŷ)², the area of all squares")),
            ("R²", tr("1 − SSE / squared deviations from the mean: 1 is perfect, 0 is the flat line")),
            (tr("Time"), tr("What it took to find the best line by the formulas, and to train the network")),
        )
        self.setAccessibleName(tr("Line and network"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for column, name in enumerate(self.columns, 1):
            grid.addWidget(self._label(name, muted=True), 0, column)
        self.heads: list[QLabel] = []
        self.values: list[list[QLabel]] = []
        for row, (name, tip) in enumerate(rows, 1):
            head = self._label(name, muted=True)
            head.setAlignment(Qt.AlignmentFlag.AlignLeft)
            head.setToolTip(tip)
            grid.addWidget(head, row, 0)
            self.heads.append(head)
            self.values.append([self._label("") for _ in self.columns])
            for column, value in enumerate(self.values[-1], 1):
                value.setToolTip(tip)
                value.setAccessibleName(f"{name}, {self.columns[column - 1]}")
                grid.addWidget(value, row, column)
        for column in range(1, len(self.columns) + 1):
            grid.setColumnStretch(column, 1)

    def _label(self, text: str, *, muted: bool = False) -> QLabel:
        label = QLabel(text, self)
        label.setFont(font(11))
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if muted:
            give_role(label, "muted")
        else:
            # A number that grows must not move the others.
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance("−0.0000"))
        return label

    def show_slopes(self, names: Sequence[str]) -> None:
        """Have a row for each slope: one of a line, two of a plane."""
        for nth, head in enumerate(self.heads[1:3]):
            is_one = nth < len(names)
            head.setText(names[nth] if is_one else "")
            for label in (head, *self.values[1 + nth]):
                label.setVisible(is_one)

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The names of the rows that are shown, and their figures."""
        return [
            (head.text(), [value.text() for value in values])
            for head, values in zip(self.heads, self.values, strict=True)
            if not head.isHidden()
        ]

    def show_column(self, column: int, texts: Sequence[str]) -> None:
        """Show the figures of one of the three."""
        for line, text in zip(self.values, texts, strict=True):
            line[column].setText(text)
