"""One stage of a chain: its function, weight and bias, and its curve over x."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.problem import subscript
from nnstudio.insight.composer import MAX_STAGES, STAGE_FUNCTIONS, Stage
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, font, text_scale
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values
from nnstudio.studio.views.responsive_box import ResponsiveBox
from nnstudio.studio.views.weight_row import WeightRow

LIMIT = 5.0
"""The sliders reach so far to both sides of 0, or as far as a typed number needs."""

CONTROLS_PX, PLOT_PX = QSize(250, 84), QSize(150, 84)
ROW_FROM_PX = 450
BUTTON_PX = 30

_FAR = 1e3
"""Gaps are shaded so many heights of the curve upwards and downwards."""


class StageRow(QWidget):
    """Controls of a stage, and a plot of its value over x; gaps are shaded where it is lost.

    Parameters
    ----------
    number : int
        From 1.
    stage : Stage
    parent : QWidget, optional
    """

    changed = Signal()
    removed = Signal()
    raised = Signal()
    """Asked to change places with the stage before it."""

    def __init__(self, number: int, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = stage
        self._x, self._values = np.empty(0), np.empty(0)
        self.setAccessibleName(tr("Stage {number}").format(number=number))
        self.symbol = f"a{subscript(number)}"
        self.value = QLabel(self.symbol, self)
        self.value.setFont(font(12, bold=True))
        self.value.setToolTip(tr("The value of this stage at the chosen x"))
        widest = f"a{subscript(MAX_STAGES)} = −0.0000"
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance(widest))
        self.functions = QComboBox(self)
        self.functions.setFont(font(11))
        self.functions.setAccessibleName(tr("Function of stage {number}").format(number=number))
        self.functions.setToolTip(
            tr("The function of this stage; its argument is w times the stage before, + b")
        )
        self.functions.setMinimumWidth(64)
        self.functions.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for function in STAGE_FUNCTIONS.values():
            self.functions.addItem(tr(function.title), function.name)
        self.functions.setCurrentIndex(self.functions.findData(stage.function))
        self.functions.activated.connect(self._change)
        self.up = self._button("↑", tr("Swap this stage with the one before"), self.raised)
        self.up.setEnabled(number > 1)
        self.remove = self._button("×", tr("Take this stage out of the chain"), self.removed)
        tips = tr("Multiplies what comes in"), tr("Is added to it")
        self.weight, self.bias = (
            WeightRow(name, f"{name}: {tip}", self) for name, tip in zip(("w", "b"), tips, strict=True)
        )
        for row in (self.weight, self.bias):
            row.caption.setMinimumWidth(row.caption.fontMetrics().horizontalAdvance("w"))
            row.caption.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            row.number.setSingleStep(0.1)
            row.moved.connect(self._change)
            row.typed.connect(self._change)
        self.plot = Plot(
            tr("Value of stage {number}").format(number=number),
            ("", self.symbol),
            self,
            values_at=self.values_at,
            is_among_others=True,
        )
        self.plot.setToolTip(tr("The value of this stage over x; shaded where it has no number"))
        self._gaps = pg.PlotCurveItem(fillLevel="enclosed", pen=None)
        self._curve = pg.PlotCurveItem(connect="finite", antialias=True)
        for item in (self._gaps, self._curve):
            self.plot.addItem(item, ignoreBounds=True)
        self._lay_out()
        self._show_numbers()
        appearance.changed.connect(self._restyle)
        self._restyle()

    def _button(self, text: str, tip: str, asked: Signal) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(12))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setFixedWidth(round(BUTTON_PX * text_scale()))
        button.clicked.connect(lambda: asked.emit())
        return button

    def _lay_out(self) -> None:
        controls = QWidget(self)
        controls.setMinimumSize(CONTROLS_PX * text_scale())
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.value)
        head.addWidget(self.functions, 1)
        head.addWidget(self.up)
        head.addWidget(self.remove)
        column.addLayout(head)
        column.addWidget(self.weight)
        column.addWidget(self.bias)
        column.addStretch(1)
        self.plot.setMinimumSize(PLOT_PX * text_scale())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(ResponsiveBox([(controls, 2), (self.plot, 5)], ROW_FROM_PX, PLOT_PX, self))

    def _restyle(self) -> None:
        theme = appearance.theme
        self._curve.setPen(pg.mkPen(colour(theme.positive), width=2))
        self._gaps.setBrush(colour(theme.warning, 0.16))

    def _change(self) -> None:
        self.stage = Stage(self.functions.currentData(), self.weight.number.value(), self.bias.number.value())
        for row, value in ((self.weight, self.stage.w), (self.bias, self.stage.b)):
            if not row.slider.isSliderDown():
                row.show_value(row.caption.text(), value, _limit(value))
        self.changed.emit()

    def _show_numbers(self) -> None:
        self.weight.show_value("w", self.stage.w, _limit(self.stage.w))
        self.bias.show_value("b", self.stage.b, _limit(self.stage.b))

    def show_values(self, x: np.ndarray, values: np.ndarray, gaps: list[tuple[float, float]]) -> None:
        """Draw the stage's values (n,) over x (n,), with gaps where it is the first without a number."""
        self._x, self._values = x, values
        self._curve.setData(x, values)
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (-1.0, 1.0)
        if high - low < 1e-9 * max(abs(low), abs(high), 1.0):
            low, high = low - 0.5, high + 0.5
        margin = 0.06 * (high - low)
        self.plot.fit((float(x[0]), float(x[-1])), (low - margin, high + margin))
        self.plot.show_hint("" if len(finite) else tr("no number anywhere"))
        far = _FAR * (high - low)
        corners = [(edge, y) for left, right in gaps for edge, y in _box(left, right, low - far, high + far)]
        self._gaps.setData(*np.array(corners).T) if corners else self._gaps.setData([], [])
        self.plot.update_cross()

    def show_at(self, x: float) -> None:
        """Mark an x, and write the stage's value there."""
        self.plot.show_cross(x)
        value = self._value_at(x)
        self.value.setText(f"{self.symbol} = {'–' if value is None else figure(value)}")

    def _value_at(self, x: float) -> float | None:
        if not len(self._x) or not self._x[0] <= x <= self._x[-1]:
            return None
        nearest = self._values[int(np.abs(self._x - x).argmin())]
        return float(nearest) if np.isfinite(nearest) else None

    def values_at(self, x: float) -> Values:
        """Return x and the stage's value there."""
        value, theme = self._value_at(x), appearance.theme
        words = tr("no number") if value is None else f"{self.symbol} = {figure(value)}"
        return [(theme.muted, f"x = {figure(x)}"), (theme.text, words)]


def _limit(value: float) -> float:
    return LIMIT if abs(value) <= LIMIT else round_up(abs(value))


def _box(left: float, right: float, low: float, high: float) -> list[tuple[float, float]]:
    return [(left, low), (left, high), (right, high), (right, low)]
