"""The controls of the chosen stage of a chain: its function, weight and bias, and its place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.insight.composer import STAGE_FUNCTIONS, ChainStage
from nnstudio.language import tr
from nnstudio.studio.painting.theme import font, text_scale
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.weight_row import WeightRow

LIMIT = 5.0
"""The sliders reach so far to both sides of 0, or as far as a typed number needs."""

BUTTON_PX, NARROWEST_PX = 24, 56


class StageEditor(QWidget):
    """Changes one stage, which may be any of a chain.

    Parameters
    ----------
    parent : QWidget

    Attributes
    ----------
    stage : ChainStage
    """

    changed = Signal()
    removed = Signal()
    raised = Signal()
    """Asked to change places with the stage before it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.stage = ChainStage("identity")
        self.functions = QComboBox(self)
        self.functions.setFont(font(11))
        self.functions.setMinimumWidth(NARROWEST_PX)
        self.functions.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for function in STAGE_FUNCTIONS.values():
            self.functions.addItem(tr(function.title), function.name)
        self.functions.activated.connect(self._change)
        self.up = self._button("↑", tr("Swap this stage with the one before"), self.raised)
        self.remove = self._button("×", tr("Take this stage out of the chain"), self.removed)
        tips = tr("Multiplies what comes in"), tr("Is added to it")
        self.weight, self.bias = (
            WeightRow(name, f"{name}: {tip}", self) for name, tip in zip(("w", "b"), tips, strict=True)
        )
        for row in (self.weight, self.bias):
            row.caption.setMinimumWidth(row.caption.fontMetrics().horizontalAdvance("w"))
            row.caption.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            row.number.setMinimumWidth(NARROWEST_PX)
            row.number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.layout().setStretchFactor(row.number, 1)
            row.number.setSingleStep(0.1)
            row.moved.connect(self._change)
            row.typed.connect(self._change)
        head = QHBoxLayout()
        head.setSpacing(3)
        head.addWidget(self.functions, 1)
        head.addWidget(self.up)
        head.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.weight)
        layout.addWidget(self.bias)

    def _button(self, text: str, tip: str, asked: Signal) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(12))
        button.setStyleSheet("padding: 2px;")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFixedWidth(round(BUTTON_PX * text_scale()))
        button.clicked.connect(lambda: asked.emit())
        return button

    def show_stage(self, number: int, stage: ChainStage, *, is_alone: bool) -> None:
        """Show another stage, by its number from 1; that of a chain of one cannot be taken out."""
        self.stage = stage
        self.setAccessibleName(tr("Stage {number}").format(number=number))
        self.functions.setAccessibleName(tr("Function of stage {number}").format(number=number))
        words = tr("The function of stage {number}; its argument is w times the stage before, + b")
        self.functions.setToolTip(words.format(number=number))
        self.functions.setCurrentIndex(self.functions.findData(stage.function))
        self.weight.show_value("w", stage.w, _limit(stage.w))
        self.bias.show_value("b", stage.b, _limit(stage.b))
        self.up.setEnabled(number > 1)
        self.remove.setEnabled(not is_alone)

    def _change(self) -> None:
        self.stage = ChainStage(
            self.functions.currentData(), self.weight.number.value(), self.bias.number.value()
        )
        for row, value in ((self.weight, self.stage.w), (self.bias, self.stage.b)):
            if not row.slider.isSliderDown():
                row.show_value(row.caption.text(), value, _limit(value))
        self.changed.emit()


def _limit(value: float) -> float:
    return LIMIT if abs(value) <= LIMIT else round_up(abs(value))
