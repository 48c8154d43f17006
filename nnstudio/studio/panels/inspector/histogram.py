"""Histogram of the unit's weights."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QBrush, QLinearGradient
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values

N_BINS = 41
HEIGHT_PX = 140


class HistogramSection(Section):
    """A histogram of the incoming weights, symmetrical about zero."""

    title = translatable("Weights")
    hint = translatable("How many of the neuron's incoming weights have which value; the middle is zero.")

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self._edges, self._counts = np.linspace(-1, 1, N_BINS + 1), np.zeros(N_BINS, int)
        self._layer: int | None = None
        self.plot = Plot(
            tr("Weights of the neuron"),
            (tr("weight"), tr("number")),
            self,
            values_at=self.values_at,
            is_among_others=True,
        )
        self.figure = self.plot
        self.plot.setToolTip(f"{tr(self.hint)} {tr('Click it to zoom.')}")
        self._bars = pg.PlotCurveItem(self._edges, self._counts, stepMode="center", fillLevel=0, pen=None)
        self.plot.addItem(self._bars)
        self._colour_bars()
        self._line = remark("", self, ShortLabel)
        self._line.setToolTip(tr("Mean and standard deviation of the neuron's incoming weights"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._line)

    def restyle(self) -> None:
        """Paint the bars in the new colours."""
        self._colour_bars()
        super().restyle()

    def _colour_bars(self) -> None:
        """Paint negative weights, those about zero, and positive ones, in their colours."""
        limit = float(self._edges[-1])
        shades = QLinearGradient(-limit, 0, limit, 0)
        below, above = (0.5 + side / (2 * N_BINS) for side in (-1, 1))
        theme = appearance.theme
        for start, end, code in (
            (0.0, below, theme.negative),
            (below, above, theme.muted),
            (above, 1.0, theme.positive),
        ):
            shades.setColorAt(start + 1e-6, colour(code))
            shades.setColorAt(end, colour(code))
        self._bars.setBrush(QBrush(shades))

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit with finite weights."""
        return subject.unit is not None and bool(np.isfinite(subject.w).all())

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of plot and line."""
        return HEIGHT_PX

    def draw(self, subject: Subject) -> None:
        """Show a unit's weights."""
        w = subject.w.astype(np.float64)
        # Bins change rarely while the weights do.
        limit = round_up(float(np.abs(w).max(initial=0.0)) or 1.0)
        if limit != self._edges[-1]:
            self._edges = np.linspace(-limit, limit, N_BINS + 1)
            self._colour_bars()
        self._counts, _ = np.histogram(w, self._edges)
        self._bars.setData(self._edges, self._counts)
        layer, _ = subject.unit
        if layer != self._layer:
            self._layer = layer
            self.plot.show_all()
        self.plot.fit((-limit, limit), (0.0, round_up(max(int(self._counts.max()), 1))))
        self.plot.update_cross()
        self._line.setText(
            tr("%n weight(s) · mean {mean} · spread {spread:.3f}", len(w)).format(
                mean=signed(float(w.mean()), 3), spread=float(w.std())
            )
        )

    def values_at(self, weight: float) -> Values:
        """Return the ends of the bin at a weight, and the number of weights in it."""
        k = int(np.searchsorted(self._edges, weight, side="right")) - 1
        if not 0 <= k < N_BINS:
            return []
        low, high = (signed(edge, 3) for edge in self._edges[k : k + 2])
        theme = appearance.theme
        return [(theme.text, tr("%n weight(s)", int(self._counts[k]))), (theme.muted, f"{low} … {high}")]
