"""A secant of a slice: two points on the curve that are dragged, and where the curve is above their line."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QBrush

from nnstudio.insight.convexity import Secant, secant
from nnstudio.insight.landscape import Landscape
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.views.plot import Plot

KEY_STEP = 1 / 40
"""Share of the slice by which a key moves a point."""

_POINT_PX = 14
_FIRST = (0.2, 0.8)
"""Where the points are at first, as shares of the slice."""


class SecantLines(QObject):
    """Draws a secant, and hatches where the curve is above it.

    Parameters
    ----------
    plot : Plot
    """

    moved = Signal()
    """A point was moved."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self._landscape: Landscape | None = None
        self._shares = list(_FIRST)
        self.secant: Secant | None = None
        self.points = [pg.TargetItem(movable=True, size=_POINT_PX, symbol="o") for _ in range(2)]
        self._line = pg.PlotCurveItem(antialias=True)
        self._curve, self._below = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._hatch = pg.FillBetweenItem(self._curve, self._below)
        for height, item in enumerate((self._hatch, self._line, *self.points), 4):
            item.setZValue(height)
            plot.box.addItem(item, ignoreBounds=True)
        for point in self.points:
            point.sigPositionChanged.connect(self._drag)
        self._is_by_hand = True
        self.show_on(None)

    def restyle(self) -> None:
        """Apply the theme."""
        theme = appearance.theme
        self._line.setPen(pg.mkPen(colour(theme.text), width=1.5))
        self._hatch.setBrush(QBrush(colour(theme.warning), Qt.BrushStyle.FDiagPattern))
        for point in self.points:
            point.setPen(pg.mkPen(colour(theme.text), width=2))
            point.setHoverPen(pg.mkPen(colour(theme.selection), width=3))

    def show_on(self, found: Landscape | None) -> None:
        """Show the secant on another slice, at the same shares of it; None shows none."""
        self._landscape = found
        is_there = found is not None and found.is_known.any()
        for item in (*self.points, self._line, self._hatch):
            item.setVisible(bool(is_there))
        self.restyle()
        if is_there:
            self._draw()

    def put(self, a: float, b: float) -> None:
        """Put both points at places of the slice."""
        if self._landscape is not None:
            low, high = self._landscape.axes[0].ends
            self._shares = [(place - low) / (high - low) for place in (a, b)]
            self._draw()

    def step(self, nth: int, direction: int) -> None:
        """Move a point by a key."""
        self._shares[nth] = min(max(self._shares[nth] + direction * KEY_STEP, 0.0), 1.0)
        self._draw()
        self.moved.emit()

    def _drag(self, _: object) -> None:
        if self._is_by_hand and self._landscape is not None:
            low, high = self._landscape.axes[0].ends
            places = (point.pos().x() for point in self.points)
            self._shares = [min(max((place - low) / (high - low), 0.0), 1.0) for place in places]
            self._draw()
            self.moved.emit()

    def _draw(self) -> None:
        found = self._landscape
        if found is None:
            return
        known = np.flatnonzero(found.is_known)
        places, values = found.places[0][known], found.values[known]
        low, high = found.axes[0].ends
        at = [low + share * (high - low) for share in self._shares]
        self._is_by_hand = False
        for point, x in zip(self.points, at, strict=True):
            y = float(np.interp(x, places, values))
            point.setPos(x, y if np.isfinite(y) else 0.0)
        self._is_by_hand = True
        self.secant = line = secant(places, values, *at)
        self._hatch.setVisible(line is not None and line.excess > 0)
        if line is None:
            self._line.setData([], [])
            return
        self._line.setData([line.a, line.b], [line.value_a, line.value_b])
        inner = places[(places > line.a) & (places < line.b)]
        x = np.concatenate(([line.a], inner, [line.b]))
        chord = line.value_at(x)
        self._below.setData(x, chord)
        self._curve.setData(x, np.maximum(np.interp(x, places, values), chord))
