"""Plot of the error of numeric derivatives over the step size."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.engine.gradient_check import StepSweep
from nnstudio.insight.gradient_probe import STEPS
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.plot import Plot, Values, legend

LOWEST_ERROR = 1e-17
"""Plotted in place of an error of 0: below the resolution of a double."""


@contained
class SweepPlot(QWidget):
    """Relative error of central differences and of the complex step over the step size h, log-log."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Error of a numeric derivative by its step"))
        self._sweep = StepSweep(*(np.zeros(0) for _ in range(3)))
        self.plot = Plot(
            self.accessibleName(), (tr("step h"), tr("relative error")), self, values_at=self.values_at
        )
        self.plot.setToolTip(tr("Errors of the derivative along a random direction, relative to its size"))
        self.plot.set_logarithmic(x=True, y=True)
        left, right = np.log10(STEPS[[0, -1]])
        self.plot.fit((left, right), (-17, 1))
        self._central = self.plot.plot([], [])
        self._complex = self.plot.plot([], [])
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._legend)
        layout.addWidget(self.plot, 1)
        self.setMinimumSize(200, 110)
        self._restyle()
        appearance.changed.connect(self._restyle)

    def _restyle(self) -> None:
        theme = appearance.theme
        self._central.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._complex.setPen(pg.mkPen(colour(theme.positive), width=2))
        words = ((theme.negative, tr("central difference")), (theme.positive, tr("complex step")))
        self._legend.setText(legend((code, "━", text) for code, text in words))

    def show_sweep(self, sweep: StepSweep) -> None:
        """Show the errors found so far."""
        if sweep is not self._sweep:
            self._sweep = sweep
            self._central.setData(sweep.h, np.maximum(sweep.central, LOWEST_ERROR))
            self._complex.setData(sweep.h, np.maximum(sweep.complex, LOWEST_ERROR))
            self.plot.update_cross()

    def values_at(self, h: float) -> Values:
        """Return the nearest step and both errors there."""
        if not len(self._sweep.h):
            return []
        theme = appearance.theme
        k = int(np.abs(np.log10(self._sweep.h) - np.log10(h)).argmin())
        return [
            (theme.text, f"h = {self._sweep.h[k]:.1e}"),
            (theme.negative, tr("central difference {error:.1e}").format(error=self._sweep.central[k])),
            (theme.positive, tr("complex step {error:.1e}").format(error=self._sweep.complex[k])),
        ]

    def numbers(self) -> NumberTable:
        """Return the names of columns and the rows of the errors found so far."""
        sweep = self._sweep
        rows = zip(sweep.h.tolist(), sweep.central.tolist(), sweep.complex.tolist(), strict=True)
        return ("h", "central difference", "complex step"), list(rows)
