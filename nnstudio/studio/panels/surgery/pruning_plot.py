"""Plot of the problem's measure over the pruned share."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QSlider, QWidget

from nnstudio.data.output_kinds import ACCURACY, Measure
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values

LOWEST_TOP = 1e-6
"""Least end of the axis of a measure that is no share."""


@contained
class PruningPlot(Plot):
    """Plots the measure over the pruned share, in percent, with the line of the slider that chooses it.

    Parameters
    ----------
    slider : QSlider
        Chooses the share.
    parent : QWidget, optional
    """

    def __init__(self, slider: QSlider, parent: QWidget | None = None) -> None:
        name = tr("Measure against what is taken away")
        self._measure = ACCURACY
        super().__init__(
            name, (tr("taken away (%)"), self._measure.titled()), parent, values_at=self.values_at
        )
        self.setMinimumSize(180, 124)
        self.setToolTip(
            tr(
                "How good the network is when more or less is taken away: drag the yellow line.\n"
                "Measured at every 5 % on at most 1,000 samples of the test set"
            )
        )
        self._shares = np.zeros(0)
        self._scores = np.zeros(0)
        self._top = 100.0
        self._curve = self.plot([], [])
        self._dot = self.plot([], [], pen=None, symbol="o", symbolSize=7, useCache=False)
        self.add_slider_line(slider)
        self.fit((0.0, 100.0), (0.0, self._top))
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme = appearance.theme
        self._curve.setPen(pg.mkPen(colour(theme.positive), width=2))
        self._dot.setSymbolPen(None)
        self._dot.setSymbolBrush(colour(theme.selection))

    def set_measure(self, measure: Measure) -> None:
        """Set what the curve is of."""
        self._measure = measure
        self.set_label("left", measure.titled())

    def show_curve(self, shares: Sequence[float], scores: Sequence[float], share: float, hint: str) -> None:
        """Show values of the measure known at the first shares, 0…1, and mark a share.

        ``hint`` stands there while none is known.
        """
        self._shares = 100 * np.asarray(shares[: len(scores)], np.float64)
        self._scores = self._measure.factor * np.asarray(scores, np.float64)
        is_known = len(scores) > 1
        top = 100.0
        if is_known and not self._measure.is_share:
            # A network that was written out may be right to the last digit.
            top = round_up(max(float(self._scores.max()), LOWEST_TOP))
        if top != self._top:
            self._top = top
            self.fit((0.0, 100.0), (0.0, top))
        self.show_hint("" if is_known else hint)
        self._curve.setData(self._shares, self._scores)
        self.slider_line.setValue(100 * share)
        self.slider_line.setVisible(is_known)
        here = self._score_at(100 * share)
        self._dot.setData(*(([], []) if here is None else ([100 * share], [here])))
        self.update_cross()

    def _score_at(self, share: float) -> float | None:
        if not len(self._shares) or not 0 <= share <= self._shares[-1]:
            return None
        return float(np.interp(share, self._shares, self._scores))

    def values_at(self, share: float) -> Values:
        """Return a share, in percent, and the measure there."""
        score = self._score_at(share)
        if score is None:
            return []
        theme = appearance.theme
        return [
            (theme.text, tr("{share:.0f} % taken away").format(share=share)),
            (theme.positive, f"{tr(self._measure.title)} {self._measure.text(score / self._measure.factor)}"),
        ]

    def numbers(self) -> NumberTable:
        """Return the names of columns and the rows of what was measured; shares in percent."""
        rows = zip(self._shares.tolist(), self._scores.tolist(), strict=True)
        return ("taken away (%)", self._measure.titled()), list(rows)
