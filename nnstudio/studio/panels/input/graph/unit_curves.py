"""What each unit adds to a curve, and where units bend, painted as one pyqtgraph item."""

import math
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from nnstudio.studio.painting.theme import DARK, Theme, appearance, colour, text_scale

MOST_SMOOTH = 24
"""Units whose curves are painted with smooth edges; more would take the time of a frame."""

TICK_PX, WIDE_TICK_PX = 9, 14
"""Height of a kink's tick on the axis, in design pixels, and of the one that stands out."""

DEEP_TICK_PX = 6
"""Height of a tick of a deeper layer, which is thin and grey."""

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


@dataclass(frozen=True, eq=False)
class DeepKinks:
    """Where units of deeper layers bend: their places follow from the layers before, and cannot be dragged.

    Attributes
    ----------
    x : float64 ndarray of shape (k,)
    layers, units : int ndarray of shape (k,)
        Whose they are; a unit may have several.
    """

    x: np.ndarray = field(default_factory=lambda: np.empty(0))
    layers: np.ndarray = field(default_factory=lambda: np.empty(0, np.intp))
    units: np.ndarray = field(default_factory=lambda: np.empty(0, np.intp))


class UnitCurves(pg.UIGraphicsItem):
    """Thin curves over the whole view, each with a colour of its own, and ticks on the lower axis.

    Attributes
    ----------
    x : float64 ndarray of shape (n,)
    curves : ndarray of shape (n, n_units)
        What each unit adds at each x.
    kinks : float64 ndarray of shape (n_first,)
        Where each unit of the first layer bends; NaN where it does not.
    deep_kinks : DeepKinks
    """

    def __init__(self) -> None:
        super().__init__()
        self.x, self.curves, self.kinks = np.empty(0), np.empty((0, 0)), np.empty(0)
        self.deep_kinks = DeepKinks()
        self._polygons: list[QPolygonF] = []
        self._places: list[np.ndarray] = []
        """Each polygon's own memory, (n, 2)."""
        self._heights: list[tuple[float, float]] = []
        self.standing_out: int | None = None
        """The curve that the pointer, or the selection, is on."""
        self.kink_standing_out: int | None = None
        self._unit_standing_out: tuple[int, int] | None = None

    def show_curves(
        self, x: np.ndarray, curves: np.ndarray, kinks: np.ndarray, deep_kinks: DeepKinks
    ) -> None:
        """Show other curves, clipped to a few times the height of the view, and ticks."""
        self.x, self.curves, self.kinks, self.deep_kinks = x, curves, kinks, deep_kinks
        seen = self.viewRect()
        room = 4 * seen.height()
        n, n_units = curves.shape
        if (len(self._polygons), len(self._places[0]) if self._places else n) != (n_units, n):
            # Making them takes twice as long as filling them.
            self._polygons = [pg.functions.create_qpolygonf(n) for _ in range(n_units)]
            self._places = list(map(pg.functions.ndarray_from_qpolygonf, self._polygons))
        places = np.empty((n_units, n, 2))
        places[:, :, 0] = x
        np.clip(curves.T, seen.top() - room, seen.bottom() + room, out=places[:, :, 1])
        np.copyto(places, 0.0, where=np.isnan(places))
        for own, new in zip(self._places, places, strict=True):
            own[...] = new
        self.update()

    def show_answers(self, x: float | None, heights: np.ndarray) -> None:
        """Show a dot on each curve at an abscissa, or none; heights (n_units,)."""
        self._heights = [] if x is None else [(x, height) for height in heights.tolist()]
        self.update()

    def stand_out(self, curve: int | None, kink: int | None, unit: tuple[int, int] | None) -> None:
        """Let a curve, a tick, and the ticks of a unit (layer, unit) stand out among the others, or none."""
        now = self.standing_out, self.kink_standing_out, self._unit_standing_out
        if (curve, kink, unit) != now:
            self.standing_out, self.kink_standing_out, self._unit_standing_out = curve, kink, unit
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint the curves, the one that stands out last, the dots and the ticks."""
        theme, scale, chosen = appearance.theme, text_scale(), self.standing_out
        is_smooth = len(self._polygons) <= MOST_SMOOTH
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
        pens = _pens(theme, len(self._polygons), 0.9 if chosen is None else _DIMMED, 1.0)
        for unit, (polygon, pen) in enumerate(zip(self._polygons, pens, strict=True)):
            if unit != chosen:
                painter.setPen(pen)
                painter.drawPolyline(polygon)
        if chosen is not None and chosen < len(self._polygons):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_pen(theme, chosen, 1.0, 2.5 * scale))
            painter.drawPolyline(self._polygons[chosen])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for unit, (x, height) in enumerate(self._heights):
            # Of many, the dots would be one bar.
            if is_smooth or unit == chosen:
                painter.setPen(_pen(theme, unit, 1.0, (7 if unit == chosen else 5) * scale))
                painter.drawPoint(QPointF(x, height))
        self._paint_ticks(painter)

    def _paint_ticks(self, painter: QPainter) -> None:
        seen, theme, scale = self.viewRect(), appearance.theme, text_scale()
        # The view's upper side is y's lower end.
        bottom, up = seen.top(), self.pixelHeight() * scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_deep_ticks(painter, bottom, up)
        chosen, flat = self.kink_standing_out, Qt.PenCapStyle.FlatCap
        if chosen is None and len(self.kinks) > MOST_SMOOTH:
            self._paint_strip(painter, seen, up)
            return
        pens = _pens(theme, len(self.kinks), 1.0 if chosen is None else 0.5, 3 * scale, flat)
        for unit in np.flatnonzero((self.kinks >= seen.left()) & (self.kinks <= seen.right())).tolist():
            x, is_chosen = float(self.kinks[unit]), unit == chosen
            painter.setPen(_pen(theme, unit, 1.0, 5 * scale, flat) if is_chosen else pens[unit])
            height = WIDE_TICK_PX if is_chosen else TICK_PX
            painter.drawLine(QLineF(x, bottom, x, bottom + height * up))

    def _paint_deep_ticks(self, painter: QPainter, bottom: float, up: float) -> None:
        """Paint the ticks of deeper layers, those of one unit last."""
        theme, scale, deep = appearance.theme, text_scale(), self.deep_kinks
        layer, unit = self._unit_standing_out or (-1, -1)
        is_chosen = (deep.layers == layer) & (deep.units == unit)
        for x, height, code, width in (
            (deep.x[~is_chosen], DEEP_TICK_PX, theme.muted, 1.5),
            (deep.x[is_chosen], WIDE_TICK_PX, theme.selection, 2.5),
        ):
            pen = pg.mkPen(colour(code), width=width * scale)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLines([QLineF(place, bottom, place, bottom + height * up) for place in x.tolist()])

    def _paint_strip(self, painter: QPainter, seen: QRectF, up: float) -> None:
        """Paint many ticks as one image, a pixel high, in a fifth of the time."""
        step = self.pixelWidth()
        width = math.ceil(seen.width() / step)
        pixels = np.zeros(width, np.uint32)
        is_seen = (self.kinks >= seen.left()) & (self.kinks <= seen.right())
        columns = ((self.kinks[is_seen] - seen.left()) / step).astype(np.intp)
        colours = _opaque(appearance.theme, len(self.kinks))[is_seen]
        half = round(1.5 * text_scale())
        for aside in range(-half + 1, half + 1):
            pixels[np.clip(columns + aside - 1, 0, width - 1)] = colours
        image = QImage(pixels, width, 1, QImage.Format.Format_ARGB32)
        painter.drawImage(QRectF(seen.left(), seen.top(), width * step, TICK_PX * up), image)


@lru_cache(maxsize=4)
def _opaque(theme: Theme, n: int) -> np.ndarray:
    """Return the colours of the first n units, uint32."""
    return np.array([unit_colour(theme, unit).rgba() for unit in range(n)], np.uint32)


@lru_cache(maxsize=16)
def _pens(
    theme: Theme, n: int, opacity: float, width: float, cap: Qt.PenCapStyle = Qt.PenCapStyle.RoundCap
) -> tuple[QPen, ...]:
    """Return the pens of the first n units."""
    return tuple(_pen(theme, unit, opacity, width, cap) for unit in range(n))


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
