"""Plot of the errors of two kinds of numeric derivatives over the step size."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.plot import Plot, Values, legend

LOWEST_ERROR = 1e-17
"""Plotted in place of an error of 0: below the resolution of a double."""


@contained
class SweepPlot(QWidget):
    """Errors of two kinds of derivatives over the step size h, log-log.

    Parameters
    ----------
    error : str
        What the error is, at the axis.
    tip : str
    kinds : tuple of str
        The two kinds of derivatives.
    steps : ndarray of shape (n,)
        Between the first and the last of them is what is seen.
    parent : QWidget

    Attributes
    ----------
    h, errors : ndarray of shape (n,) and tuple of two such arrays
        What is shown.
    """

    def __init__(
        self, error: str, tip: str, kinds: tuple[str, str], steps: np.ndarray, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self.setAccessibleName(tr("Error of a numeric derivative by its step"))
        self.h = np.zeros(0)
        self.errors = (np.zeros(0), np.zeros(0))
        self.plot = Plot(self.accessibleName(), (tr("step h"), error), self, values_at=self.values_at)
        self.plot.setToolTip(tip)
        self.plot.set_logarithmic(x=True, y=True)
        left, right = np.log10(steps[[0, -1]])
        self.plot.fit((left, right), (-17, 1))
        self._curves = (self.plot.plot([], []), self.plot.plot([], []))
        self._mark = pg.InfiniteLine(angle=90)
        self._mark.hide()
        self.plot.addItem(self._mark, ignoreBounds=True)
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self._legend.setToolTip(tr("Which curve is which"))
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._legend)
        layout.addWidget(self.plot, 1)
        self.setMinimumSize(200, 110)
        self._restyle()
        appearance.follow(self, self._restyle)

    def _restyle(self) -> None:
        theme = appearance.theme
        codes = (theme.negative, theme.positive)
        for curve, code in zip(self._curves, codes, strict=True):
            curve.setPen(pg.mkPen(colour(code), width=2))
        self._mark.setPen(pg.mkPen(colour(theme.selection), width=1.5))
        self._legend.setText(legend((code, "━", kind) for code, kind in zip(codes, self._kinds, strict=True)))

    def show_errors(self, h: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
        """Show the errors found so far, of both kinds."""
        if h is self.h and first is self.errors[0]:
            return
        self.h, self.errors = h, (first, second)
        for curve, errors in zip(self._curves, self.errors, strict=True):
            curve.setData(h, np.maximum(errors, LOWEST_ERROR))
        self.plot.update_cross()

    def mark(self, h: float) -> None:
        """Mark the step that is chosen."""
        self._mark.setValue(np.log10(h))
        self._mark.show()

    def values_at(self, h: float) -> Values:
        """Return the nearest step and both errors there."""
        if not len(self.h):
            return []
        theme = appearance.theme
        k = int(np.abs(np.log10(self.h) - np.log10(h)).argmin())
        return [
            (theme.text, f"h = {self.h[k]:.1e}"),
            *(
                (code, f"{kind} {errors[k]:.1e}")
                for code, kind, errors in zip(
                    (theme.negative, theme.positive), self._kinds, self.errors, strict=True
                )
            ),
        ]

    def numbers(self) -> NumberTable:
        """Return the names of columns and the rows of the errors found so far."""
        return ("h", *self._kinds), list(
            zip(self.h.tolist(), *(errors.tolist() for errors in self.errors), strict=True)
        )
