"""Networks as vectors: add a multiple of B to A, or halve A."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from nnstudio.data.typed_numbers import NumberError, typed_number
from nnstudio.language import tr
from nnstudio.studio.painting.theme import font

WIDEST_FACTOR = "−0.00000"


class SumRow(QWidget):
    """A field for h, and buttons for A + h · B and for half of A."""

    sum_asked = Signal(float)
    """h."""
    half_asked = Signal()
    refused = Signal(str)
    """Why what was typed is no h."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        label = QLabel(tr("h ="), self)
        label.setFont(font(11))
        self.factor = QLineEdit("1/2", self)
        self.factor.setFont(font(11))
        self.factor.setFixedWidth(self.factor.fontMetrics().horizontalAdvance(WIDEST_FACTOR) + 16)
        self.factor.setAccessibleName(tr("h, the multiple of B"))
        self.factor.setToolTip(tr("How much of B is added to A, such as 1/2, −1 or 0.01; Enter adds it"))
        label.setToolTip(self.factor.toolTip())
        label.setBuddy(self.factor)
        self.factor.returnPressed.connect(self._ask)
        self.add = self._button(
            tr("A + h·B"),
            tr("Change A, the network itself: each of its numbers plus h times that of B; one step to undo"),
            self._ask,
        )
        self.half = self._button(
            tr("½ A"),
            tr("Change A, the network itself: half of each of its numbers; one step to undo"),
            self.half_asked.emit,
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (label, self.factor, self.add, self.half):
            layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _button(self, text: str, tip: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(11))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tip)
        button.clicked.connect(slot)
        return button

    def _ask(self) -> None:
        try:
            factor = typed_number(self.factor.text())
        except NumberError as error:
            self.refused.emit(f"{error} {tr('Nothing was changed.')}")
            return
        self.sum_asked.emit(factor)
