"""What the pointer is on in the graph: a point, a kink's tick, the probe, or a unit's curve."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.panels.input.graph.unit_curves import WIDE_TICK_PX, UnitCurves

REACH_PX = 8
"""The pointer is on a point or a tick that is so near, in design pixels."""

THIN_REACH_PX = 4
"""Likewise on a line."""


class DragTarget(Enum):
    """What the pointer can be on, and the cursor that it has there."""

    POINT = Qt.CursorShape.SizeAllCursor
    KINK = Qt.CursorShape.SplitHCursor
    DEEP_KINK = Qt.CursorShape.WhatsThisCursor
    CURVE = Qt.CursorShape.PointingHandCursor
    PROBE = Qt.CursorShape.SizeHorCursor
    HANDLE = Qt.CursorShape.OpenHandCursor


@dataclass(frozen=True)
class Target:
    """What the pointer is on: a point by its number among all, a unit by its number, or the probe.

    The layer counts for the kinks of deeper ones. Handles are counted through those of an overlay, and
    overlays in the order of the graph.
    """

    part: DragTarget
    index: int = 0
    overlay: int = 0
    layer: int = 0

    def unit(self, n_layers: int) -> tuple[int, int] | None:
        """Return the layer and the unit whose kink or curve it is, in a network of so many layers."""
        if self.part in (DragTarget.KINK, DragTarget.DEEP_KINK):
            return self.layer, self.index
        return (n_layers - 2, self.index) if self.part is DragTarget.CURVE and n_layers > 1 else None


@dataclass(frozen=True, eq=False)
class Scene:
    """What there is to be on.

    Attributes
    ----------
    box : ViewBox
    units : UnitCurves
        They count where they are visible.
    probe : float or None
    x : ndarray of shape (n,)
        Abscissas of the dots.
    heights : ndarray of shape (n, k)
        Each has one dot or more.
    numbers : int ndarray of shape (n,)
        The points' numbers among all.
    """

    box: pg.ViewBox
    units: UnitCurves
    probe: float | None
    x: np.ndarray
    heights: np.ndarray
    numbers: np.ndarray

    def target_at(self, position: QPointF) -> Target | None:
        """Return what is at a place of the plot: ticks before points, these before lines."""
        if not self.box.sceneBoundingRect().contains(position):
            return None
        place, scale = self.box.mapSceneToView(position), text_scale()
        x, y = place.x(), place.y()
        x_px, y_px = (float(size) for size in self.box.viewPixelSize())
        bottom = self.box.viewRange()[1][0]
        is_at_ticks = (y - bottom) / y_px < (WIDE_TICK_PX + THIN_REACH_PX) * scale
        if is_at_ticks and self.units.isVisible():
            kinks, deep = self.units.kinks, self.units.deep_kinks
            apart = np.nan_to_num(np.abs(kinks - x) / x_px, nan=np.inf)
            if len(apart) and apart.min() <= REACH_PX * scale:
                return Target(DragTarget.KINK, int(apart.argmin()))
            apart = np.abs(deep.x - x) / x_px
            if len(apart) and apart.min() <= REACH_PX * scale:
                k = int(apart.argmin())
                return Target(DragTarget.DEEP_KINK, int(deep.units[k]), layer=int(deep.layers[k]))
        if len(self.x):
            apart = np.hypot((self.x[:, None] - x) / x_px, (self.heights - y) / y_px).min(axis=1)
            if apart.min() <= REACH_PX * scale:
                return Target(DragTarget.POINT, int(self.numbers[apart.argmin()]))
        if self.probe is not None and abs(self.probe - x) / x_px <= THIN_REACH_PX * scale:
            return Target(DragTarget.PROBE)
        curve = self._curve_at(x, y, x_px, y_px, THIN_REACH_PX * scale) if self.units.isVisible() else None
        return None if curve is None else Target(DragTarget.CURVE, curve)

    def _curve_at(self, x: float, y: float, x_px: float, y_px: float, reach: float) -> int | None:
        """Return the unit whose curve passes within so many pixels."""
        grid, curves = self.units.x, self.units.curves
        if len(grid) < 2 or not curves.size or not grid[0] <= x <= grid[-1]:
            return None
        k = min(max(int(np.searchsorted(grid, x)), 1), len(grid) - 1)
        step = max(grid[k] - grid[k - 1], 1e-300)
        rise = curves[k] - curves[k - 1]
        heights = curves[k - 1] + rise * ((x - grid[k - 1]) / step)
        apart = np.abs(heights - y) / y_px / np.hypot(1, rise / step * x_px / y_px)
        nearest = int(np.nan_to_num(apart, nan=np.inf).argmin())
        return nearest if apart[nearest] <= reach else None
