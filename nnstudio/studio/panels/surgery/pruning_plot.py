"""Plot of accuracy over the pruned share."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QSlider, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.plot import Plot, Values


@contained
class PruningPlot(Plot):
    """Plots accuracies over the pruned share, both in percent, with the line of the slider that chooses it.

    Parameters
    ----------
    slider : QSlider
        Chooses the share.
    parent : QWidget, optional
    """

    def __init__(self, slider: QSlider, parent: QWidget | None = None) -> None:
        name = tr("Accuracy against what is taken away")
        super().__init__(name, (tr("taken away (%)"), tr("accuracy (%)")), parent, values_at=self.values_at)
        self.setMinimumSize(180, 124)
        self.setToolTip(
            tr(
                "What is left of the accuracy when more or less is taken away: drag the yellow line.\n"
                "Measured at every 5 % on at most 1,000 samples of the test set"
            )
        )
        self._shares = np.zeros(0)
        self._accuracies = np.zeros(0)
        self._curve = self.plot([], [])
        self._dot = self.plot([], [], pen=None, symbol="o", symbolSize=7, useCache=False)
        self.add_slider_line(slider)
        self.fit((0.0, 100.0), (0.0, 100.0))
        appearance.changed.connect(self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme = appearance.theme
        self._curve.setPen(pg.mkPen(colour(theme.positive), width=2))
        self._dot.setSymbolPen(None)
        self._dot.setSymbolBrush(colour(theme.selection))

    def show_curve(
        self, shares: Sequence[float], accuracies: Sequence[float], share: float, hint: str
    ) -> None:
        """Show accuracies, 0…1, known at the first shares, 0…1, and mark a share.

        ``hint`` stands there while none is known.
        """
        self._shares = 100 * np.asarray(shares[: len(accuracies)], np.float64)
        self._accuracies = 100 * np.asarray(accuracies, np.float64)
        is_known = len(accuracies) > 1
        self.show_hint("" if is_known else hint)
        self._curve.setData(self._shares, self._accuracies)
        self.slider_line.setValue(100 * share)
        self.slider_line.setVisible(is_known)
        here = self._accuracy_at(100 * share)
        self._dot.setData(*(([], []) if here is None else ([100 * share], [here])))
        self.update_cross()

    def _accuracy_at(self, share: float) -> float | None:
        if not len(self._shares) or not 0 <= share <= self._shares[-1]:
            return None
        return float(np.interp(share, self._shares, self._accuracies))

    def values_at(self, share: float) -> Values:
        """Return a share and the accuracy there, in percent."""
        accuracy = self._accuracy_at(share)
        if accuracy is None:
            return []
        theme = appearance.theme
        return [
            (theme.text, tr("{share:.0f} % taken away").format(share=share)),
            (theme.positive, tr("accuracy {accuracy:.1f} %").format(accuracy=accuracy)),
        ]

    def numbers(self) -> NumberTable:
        """Return the names of columns and the rows of what was measured, in percent."""
        rows = zip(self._shares.tolist(), self._accuracies.tolist(), strict=True)
        return ("taken away (%)", "accuracy (%)"), list(rows)
