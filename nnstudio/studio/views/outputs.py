"""The answer: the probability of every class as a bar and a number."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.theme import colour
from nnstudio.studio.views.base import View, signed

MAX_ROW_HEIGHT = 24
COLUMN_GAP = 14
NUMBER_WIDTH = 58
SHORTEST_BAR = 24


class Outputs(View):
    """Shows one bar per class; the largest is in the accent colour."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._names: tuple[str, ...] = ()
        self._values: np.ndarray | None = None
        self._logits: np.ndarray | None = None
        self._are_probabilities = True
        self.setMinimumHeight(120)

    def sizeHint(self) -> QSize:
        """Prefer full rows."""
        return self.magnified(QSize(260, MAX_ROW_HEIGHT * max(len(self._names), 4)))

    def set_classes(self, names: tuple[str, ...], *, are_probabilities: bool) -> None:
        """Say what the outputs are called, and whether they are probabilities."""
        self._names = names
        self._are_probabilities = are_probabilities
        self._values = self._logits = None
        self.updateGeometry()
        self.update()

    def show_outputs(self, values: np.ndarray, logits: np.ndarray) -> None:
        """Show outputs and their pre-activations, each of shape (n_classes,)."""
        self._values, self._logits = values, logits
        self.update()

    def clear(self) -> None:
        """Show no answer."""
        self._values = self._logits = None
        self.update()

    def _columns(self) -> tuple[int, int, float]:
        """Return columns, rows and the height of a row: many classes take several columns."""
        n = max(len(self._names), 1)
        columns = 1
        while -(-n // columns) * 13 > self.height() and columns < 4:
            columns += 1
        rows = -(-n // columns)
        return columns, rows, min(self.height() / rows, MAX_ROW_HEIGHT)

    def explain(self, position: QPoint) -> str:
        """Tell the class under the pointer with its output and logit."""
        columns, rows, height = self._columns()
        row = int(position.y() / height)
        k = int(position.x() / ((self.width() + COLUMN_GAP) / columns)) * rows + row
        if self._values is None or row >= rows or k >= len(self._names):
            return ""
        what = tr("probability") if self._are_probabilities else tr("output")
        return tr("class {name}: {what} {value:.4f}, logit z = {logit}").format(
            name=self._names[k], what=what, value=self._values[k], logit=signed(self._logits[k])
        )

    def _places(self, row: QRectF, name_width: float) -> tuple[QRectF, QRectF]:
        """Return the boxes of a row's bar and number: side by side, in a narrow row one above the other."""
        rest = row.adjusted(name_width, 0, 0, 0)
        if rest.width() >= NUMBER_WIDTH + SHORTEST_BAR:
            height = row.height()
            bar = rest.adjusted(0, height * 0.22, -NUMBER_WIDTH - 8, -height * 0.22)
            return bar, QRectF(row.right() - NUMBER_WIDTH - 4, row.top(), NUMBER_WIDTH, height)
        thickness = 3.0
        bar = QRectF(rest.left(), row.bottom() - thickness - 0.5, rest.width(), thickness)
        return bar, rest.adjusted(0, 0, 0, -thickness)

    def paintEvent(self, event: object) -> None:
        """Paint a row for each class."""
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, rows, height = self._columns()
        pitch = (self.width() + COLUMN_GAP) / columns
        width = pitch - COLUMN_GAP
        longest = max((len(name) for name in self._names), default=1)
        name_width = min(14.0 + 8 * longest, 90.0)
        best = -1 if self._values is None else int(self._values.argmax())
        size = 13 if height >= 17 else 11
        for k, name in enumerate(self._names):
            column, row = divmod(k, rows)
            left, top = column * pitch, row * height
            self.write(painter, QRectF(left, top, name_width, height), name, size_px=size, bold=k == best)
            bar, number = self._places(QRectF(left, top, width, height), name_width)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.control))
            painter.drawRoundedRect(bar, 2.5, 2.5)
            if self._values is None:
                continue
            value = float(self._values[k])
            share = min(max(value, 0.0), 1.0)
            painter.setBrush(colour(self.theme.accent if k == best else self.theme.muted))
            if share * bar.width() > 0.5:
                painter.drawRoundedRect(
                    QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), 2.5, 2.5
                )
            text = f"{100 * value:.1f} %" if self._are_probabilities else signed(value, 3)
            self.write(
                painter,
                number,
                text,
                size_px=size,
                bold=k == best,
                muted=k != best,
                align=Qt.AlignmentFlag.AlignRight,
            )
