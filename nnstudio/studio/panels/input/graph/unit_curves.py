"""What each unit adds to a curve, and where units bend, painted as one pyqtgraph item."""

from functools import cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nnstudio.studio.painting.theme import DARK, Theme, appearance, text_scale

MOST_SMOOTH = 24
"""Units whose curves are painted with smooth edges; more would take the time of a frame."""

TICK_PX, WIDE_TICK_PX = 9, 14
"""Height of a kink's tick on the axis, in design pixels, and of the one that stands out."""

_GOLDEN = 0.381966
_DIMMED = 0.28
"""Opacity beside one that stands out."""


@cache
def unit_colour(theme: Theme, unit: int, opacity: float = 1.0) -> QColor:
    """Return a unit's own colour; neighbours differ most.

    Notes
    -----
    Aliasing: the same object for the same arguments.
    """
    lightness, saturation = (0.66, 0.62) if theme is DARK else (0.42, 0.66)
    return QColor.fromHslF((0.93 + _GOLDEN * unit) % 1.0, saturation, lightness, opacity)


class UnitCurves(pg.UIGraphicsItem):
    """Thin curves over the whole view, each with a colour of its own, and ticks on the lower axis.

    Attributes
    ----------
    x : float64 ndarray of shape (n,)
    curves : ndarray of shape (n, n_units)
        What each unit adds at each x.
    kinks : float64 ndarray of shape (n_first,)
        Where each unit of the first layer bends; NaN where it does not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.x, self.curves, self.kinks = np.empty(0), np.empty((0, 0)), np.empty(0)
        self._polygons: list[QPolygonF] = []
        self._heights: list[tuple[float, float]] = []
        self.standing_out: int | None = None
        """The curve that the pointer, or the selection, is on."""
        self.kink_standing_out: int | None = None

    def show_curves(self, x: np.ndarray, curves: np.ndarray, kinks: np.ndarray) -> None:
        """Show other curves, clipped to a few times the height of the view, and ticks."""
        self.x, self.curves, self.kinks = x, curves, kinks
        seen = self.viewRect()
        room = 4 * seen.height()
        clipped = np.clip(np.nan_to_num(curves), seen.top() - room, seen.bottom() + room)
        self._polygons = [pg.functions.arrayToQPolygonF(x, curve) for curve in clipped.T]
        self.update()

    def show_answers(self, x: float | None, heights: np.ndarray) -> None:
        """Show a dot on each curve at an abscissa, or none; heights (n_units,)."""
        self._heights = [] if x is None else [(x, height) for height in heights.tolist()]
        self.update()

    def stand_out(self, curve: int | None, kink: int | None) -> None:
        """Let a curve and a tick stand out among the others, or none."""
        if (curve, kink) != (self.standing_out, self.kink_standing_out):
            self.standing_out, self.kink_standing_out = curve, kink
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint the curves, the one that stands out last, the dots and the ticks."""
        theme, scale, chosen = appearance.theme, text_scale(), self.standing_out
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self._polygons) <= MOST_SMOOTH)
        opacity = 0.9 if chosen is None else _DIMMED
        for unit, polygon in enumerate(self._polygons):
            if unit != chosen:
                painter.setPen(_pen(theme, unit, opacity, 1.0))
                painter.drawPolyline(polygon)
        if chosen is not None and chosen < len(self._polygons):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_pen(theme, chosen, 1.0, 2.5 * scale))
            painter.drawPolyline(self._polygons[chosen])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for unit, (x, height) in enumerate(self._heights):
            painter.setPen(_pen(theme, unit, 1.0, (7 if unit == chosen else 5) * scale))
            painter.drawPoint(QPointF(x, height))
        self._paint_ticks(painter)

    def _paint_ticks(self, painter: QPainter) -> None:
        seen, theme, scale = self.viewRect(), appearance.theme, text_scale()
        # The view's upper side is y's lower end.
        bottom, up = seen.top(), self.pixelHeight() * scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        is_dimmed = self.kink_standing_out is not None
        for unit, x in enumerate(self.kinks.tolist()):
            if not seen.left() <= x <= seen.right():
                continue
            is_chosen = unit == self.kink_standing_out
            height, width = (WIDE_TICK_PX, 5) if is_chosen else (TICK_PX, 3)
            opacity = 0.5 if is_dimmed and not is_chosen else 1.0
            painter.setPen(_pen(theme, unit, opacity, width * scale, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QLineF(x, bottom, x, bottom + height * up))


@cache
def _pen(
    theme: Theme,
    unit: int,
    opacity: float,
    width: float,
    cap: Qt.PenCapStyle = Qt.PenCapStyle.RoundCap,
) -> QPen:
    """Return the pen of a unit, the same object for the same arguments: a new one takes as long as a line."""
    colour = unit_colour(theme, unit, opacity)
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.BevelJoin)
    pen.setCosmetic(True)
    return pen
