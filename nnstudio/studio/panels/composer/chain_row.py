"""One stage of a chain: its value at the chosen x, and its curve over x."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.problem import subscript
from nnstudio.insight.composer import MAX_STAGES, STAGE_FUNCTIONS, ChainStage
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, font, text_scale
from nnstudio.studio.views.plot import Plot, Values

PLOT_PX, VALUE_EDGE_PX = QSize(96, 24), 8

_FAR = 1e3
"""Gaps are shaded so many heights of the curve upwards and downwards."""


@contained
class StagePlot(Plot):
    """The curve of a stage; a click chooses it."""

    clicked = Signal()

    def style_axis(self, side: str, code: str) -> None:
        """Style an axis; low as it is, it writes no number that reaches beyond it."""
        super().style_axis(side, code)
        self.getAxis(side).setStyle(hideOverlappingLabels=side == "left")

    def click(self, place: QPoint) -> None:
        """Choose the stage."""
        self.clicked.emit()


AXIS_PX = 32
"""Height of the axis of x with its name."""


class ChainRow(QWidget):
    """The value of a stage, and a plot of it over x; gaps are shaded where it is lost.

    Parameters
    ----------
    number : int
        From 1.
    stage : ChainStage
    parent : QWidget, optional
    """

    chosen = Signal()

    def __init__(self, number: int, stage: ChainStage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = stage
        self._x, self._values = np.empty(0), np.empty(0)
        self.setAccessibleName(tr("Stage {number}").format(number=number))
        self.symbol = f"a{subscript(number)}"
        self.value = QToolButton(self)
        self.value.setText(self.symbol)
        self.value.setCheckable(True)
        self.value.setFont(font(11))
        self.value.setStyleSheet("padding: 1px 4px;")
        self.value.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        widest = f"a{subscript(MAX_STAGES)} = −0.0000"
        # Its font is rescaled once it is shown.
        width = self.value.fontMetrics().horizontalAdvance(widest) + VALUE_EDGE_PX
        self.value.setFixedWidth(round(width * text_scale()))
        self.value.clicked.connect(lambda: self.chosen.emit())
        self.plot = StagePlot(
            tr("Value of stage {number}").format(number=number),
            ("", ""),
            self,
            values_at=self.values_at,
            is_among_others=True,
        )
        self.plot.setToolTip(tr("The value of this stage over x; shaded where it has no number"))
        self.plot.setMinimumSize(PLOT_PX * text_scale())
        self.plot.clicked.connect(self.chosen)
        self._gaps = pg.PlotCurveItem(fillLevel="enclosed", pen=None)
        self._curve = pg.PlotCurveItem(connect="finite", antialias=True)
        for item in (self._gaps, self._curve):
            self.plot.addItem(item, ignoreBounds=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        # Level with the middle of the curve, below which there may be an axis.
        beside, self._beside_axis = QVBoxLayout(), QSpacerItem(0, 0)
        beside.addStretch(1)
        beside.addWidget(self.value)
        beside.addStretch(1)
        beside.addItem(self._beside_axis)
        layout.addLayout(beside)
        layout.addWidget(self.plot, 1)
        self.show_stage(stage)
        appearance.follow(self, self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        theme = appearance.theme
        self._curve.setPen(pg.mkPen(colour(theme.positive), width=2))
        self._gaps.setBrush(colour(theme.warning, 0.16))
        self._level()

    def show_axis(self, shown: bool) -> None:
        """Write numbers at the axis of x, which all stages share, or leave its room to the curve."""
        self.plot.showAxis("bottom", shown)
        self._level()

    def _level(self) -> None:
        has_axis = self.plot.getAxis("bottom").isVisible()
        self._beside_axis.changeSize(0, round(AXIS_PX * text_scale()) if has_axis else 0)
        self.layout().invalidate()

    def show_stage(self, stage: ChainStage) -> None:
        """Take on another stage; its values follow."""
        self.stage = stage
        words = tr(
            "{symbol}, {function}: the value of this stage at the chosen x. Click to change the stage."
        )
        function = tr(STAGE_FUNCTIONS[stage.function].title)
        self.value.setToolTip(words.format(symbol=self.symbol, function=function))

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


def _box(left: float, right: float, low: float, high: float) -> list[tuple[float, float]]:
    return [(left, low), (left, high), (right, high), (right, low)]
