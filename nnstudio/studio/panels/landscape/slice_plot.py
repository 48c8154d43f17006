"""The loss along one direction."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QWidget

from nnstudio.insight.landscape import Landscape
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.landscape.secant_lines import SecantLines
from nnstudio.studio.views.plot import Act, Plot, Values
from nnstudio.studio.views.view import ARROWS

SMALLEST_PX = QSize(190, 120)
DOT_PX = 10

_MOST_ABOVE = 20.0
"""How many times the height of the lower half of the curve is shown at most: beyond, it only grows."""


@contained
class SlicePlot(Plot):
    """Draws the loss along a direction, and the network on it; hatched where the loss is no finite number."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            tr("Loss along a direction"),
            (tr("direction"), tr("loss")),
            parent,
            values_at=self.values_at,
            action_of=self._action_of,
        )
        self.setMinimumSize(SMALLEST_PX * text_scale())
        self.setToolTip(tr("The loss while the weights move along one direction; the dot is the network"))
        self.landscape: Landscape | None = None
        self._curve = pg.PlotCurveItem(antialias=True, connect="finite")
        self._here = pg.ScatterPlotItem(pxMode=True)
        self._line = pg.InfiniteLine(angle=90)
        self._gaps: list[pg.LinearRegionItem] = []
        for item in (self._line, self._curve, self._here):
            self.addItem(item, ignoreBounds=True)
        self._line.hide()
        self.secant = SecantLines(self)
        self.has_secant = False
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme, scale = appearance.theme, text_scale()
        self._curve.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._line.setPen(pg.mkPen(colour(theme.selection), width=1, style=Qt.PenStyle.DashLine))
        self._here.setPen(pg.mkPen(colour(theme.panel), width=1))
        self._here.setBrush(pg.mkBrush(colour(theme.selection)))
        self._here.setSize(round(DOT_PX * scale))
        self.secant.restyle()
        for gap in self._gaps:
            gap.setBrush(_hatch())

    def show_landscape(self, found: Landscape | None) -> None:
        """Draw another slice, as far as it is known, or none."""
        if found is self.landscape:
            self.secant.show_on(found if self.has_secant else None)
            return
        self.landscape = found
        is_there = found is not None
        self._line.setVisible(is_there)
        self._here.setVisible(is_there)
        for gap in self._gaps:
            self.removeItem(gap)
        self._gaps = []
        self.secant.show_on(found if self.has_secant else None)
        if found is None:
            self._curve.setData([], [])
            self.update_cross()
            return
        (axis,), (places,) = found.axes, found.places
        known = np.flatnonzero(found.is_known)
        self._curve.setData(places[known], found.values[known])
        self._line.setValue(axis.here)
        self._here.setData([axis.here], [found.loss_here])
        self.set_label("bottom", axis.title)
        self._hatch_gaps(places[known], ~np.isfinite(found.values[known]))
        self.fit(axis.ends, heights(np.append(found.values, found.loss_here)))
        self.update_cross()

    def _hatch_gaps(self, places: np.ndarray, is_gap: np.ndarray) -> None:
        edges = np.flatnonzero(np.diff(np.concatenate(([False], is_gap, [False])).astype(np.int8)))
        for first, stop in edges.reshape(-1, 2):
            low, high = places[max(first - 1, 0)], places[min(stop, len(places) - 1)]
            gap = pg.LinearRegionItem((low, high), movable=False, brush=_hatch(), pen=pg.mkPen(None))
            self._gaps.append(gap)
            self.addItem(gap, ignoreBounds=True)

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what moves a point of the secant."""
        right = ARROWS.get(key, (0, 0))[0]
        points = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
        if not self.has_secant or not right or modifiers not in points:
            return None
        return lambda: self.secant.step(points.index(modifiers), right)

    def values_at(self, x: float) -> Values:
        """Return the nearest known place and the loss there."""
        found = self.landscape
        if found is None or not found.is_known.any():
            return []
        theme, (places,) = appearance.theme, found.places
        known = np.flatnonzero(found.is_known)
        k = known[np.abs(places[known] - x).argmin()]
        loss = found.values[k]
        said = tr("loss {loss}").format(loss=figure(loss)) if np.isfinite(loss) else tr("loss not finite")
        return [
            (theme.muted, f"{found.axes[0].title}: {figure(places[k])}"),
            (theme.negative, said),
        ]


def _hatch() -> QBrush:
    return QBrush(colour(appearance.theme.muted, 0.6), Qt.BrushStyle.BDiagPattern)


def heights(values: np.ndarray) -> tuple[float, float]:
    """Return the range of losses to show: all, unless a few are larger than the others by far.

    Examples
    --------
    >>> heights(np.array([1.0, 3.0, np.nan])), heights(np.array([2.0, 2.0]))
    ((1.0, 3.0), (1.5, 2.5))
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, middle, high = (float(each) for each in np.quantile(finite, (0, 0.5, 1)))
    if middle > low:
        high = min(high, low + _MOST_ABOVE * (middle - low))
    if high - low <= 1e-12 * abs(high):
        return low - 0.5, low + 0.5
    return low, high
