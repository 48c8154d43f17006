"""The plot of the ink histogram of a picture, and of it moved."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from nnstudio.data.picture_features import N_BINS
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.views.plot import Plot, Values


@contained
class InkPlot(Plot):
    """Bars for the picture as it is moved, and the outline of those before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Ink histogram"),
            (tr("ink of a pixel"), tr("% of the pixels")),
            parent,
            values_at=self._values_at,
        )
        self.setToolTip(
            tr("How many pixels have so much ink, in 16 steps; the first, paper, is written beside the plot")
        )
        self._after = np.zeros(N_BINS)
        self._bars, self._outline = pg.BarGraphItem(x=[0], height=[0], width=1), pg.PlotCurveItem()
        for item in (self._bars, self._outline):
            self.addItem(item, ignoreBounds=True)
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme = appearance.theme
        self._bars.setOpts(brush=colour(theme.positive), pen=pg.mkPen(None))
        self._outline.setPen(pg.mkPen(colour(theme.negative), width=1))

    def show_shares(self, before: np.ndarray, after: np.ndarray) -> None:
        """Show the shares of the pixels in each step, (16,), before and after the picture was moved."""
        self._after = after
        x = (np.arange(N_BINS) + 0.5) / N_BINS
        self._bars.setOpts(x=x, height=100 * after, width=0.9 / N_BINS)
        steps = np.linspace(0, 1, N_BINS + 1)
        self._outline.setData(np.repeat(steps, 2)[1:-1], np.repeat(100 * before, 2))
        # Most pixels are paper, and would make all others as good as nothing.
        top = 100 * float(max(before[1:].max(), after[1:].max(), 1e-3))
        self.fit((0.0, 1.0), (0.0, 1.15 * top))
        self.update_cross()

    def _values_at(self, ink: float) -> Values:
        if not 0 <= ink <= 1:
            return []
        step = min(int(ink * N_BINS), N_BINS - 1)
        share = 100 * float(self._after[step])
        return [
            (
                appearance.theme.positive,
                tr("step {step} of 16: {share:.2f} %").format(step=step + 1, share=share),
            )
        ]
