"""One of the two planes of the panel Fold: quadrants, grid, points and lines; pyqtgraph items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from nnstudio.insight.fold import QUADRANTS
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import DARK, appearance, colour, text_font, text_scale
from nnstudio.studio.views.navigation import Range
from nnstudio.studio.views.plot import ActionOf, Plot

SMALLEST_PX = QSize(150, 130)
POINT_PX, RING_PX, HANDLE_PX = 6, 14, 10

LINE_PX, THIN_PX = 2.2, 1.0
"""Of the next layer's line that stands out; of the others."""

LINE_REACH_PX = 5
"""The pointer is on a line that is so near, in design pixels."""

REACH_PX = 8
"""The pointer is on a point or a handle that is so near, in design pixels."""

_TINTS = {
    "dark": ("#4fae86", "#b58be6", "#8a909c", "#cdae4a"),
    "light": ("#1f7a55", "#7d4fc0", "#6b7280", "#8a6a00"),
}
"""Of the quadrants A to D."""


@dataclass(frozen=True, eq=False)
class PointGroup:
    """Points that are drawn alike.

    Attributes
    ----------
    rows : ndarray of shape (k,), intp
        Their numbers.
    shape : str
        A symbol of pyqtgraph.
    dark, light : str
        Their colour in either theme.
    """

    rows: np.ndarray
    shape: str
    dark: str
    light: str


def tint(quadrant: int) -> str:
    """Return the colour of a quadrant in the theme."""
    return _TINTS[appearance.theme.name][quadrant]


@contained
class Regions(pg.UIGraphicsItem):
    """Tinted polygons of the quadrants."""

    def __init__(self) -> None:
        super().__init__()
        self.outlines: Mapping[int, np.ndarray] = {}
        """The polygons (k, 2), by the index of their quadrant."""

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint them."""
        painter.setPen(Qt.PenStyle.NoPen)
        for quadrant, outline in self.outlines.items():
            painter.setBrush(colour(tint(quadrant), 0.2 if appearance.theme is DARK else 0.16))
            painter.drawPolygon(arrayToQPolygonF(outline[:, 0], outline[:, 1]))


@contained
class Letters(pg.UIGraphicsItem):
    """The letter of each quadrant in the middle of its polygon, readable above points."""

    def __init__(self, regions: Regions) -> None:
        super().__init__()
        self._regions = regions

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint them."""
        to_px = painter.transform()
        painter.resetTransform()
        painter.setFont(text_font(12, bold=True))
        side = painter.fontMetrics().height()
        for quadrant, outline in self._regions.outlines.items():
            at = to_px.map(QPointF(*outline.mean(axis=0).tolist()))
            box = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(appearance.theme.panel, 0.8))
            painter.drawEllipse(box)
            painter.setPen(colour(tint(quadrant)))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, QUADRANTS[quadrant])
        painter.setTransform(to_px)


@contained
class FoldPlane(Plot):
    """Draws what lies in a plane; the point under the pointer is told, and lights up.

    Parameters
    ----------
    name : str
        Accessible name.
    action_of : ActionOf
    explain : callable (QPoint) -> str
    parent : QWidget

    Attributes
    ----------
    points : ndarray of shape (n, 2)
        Where the points are drawn.
    dots : list of ScatterPlotItem
        Of those that are drawn alike.
    """

    lit = Signal(object)
    """The number of the point under the pointer, or None."""

    line_pointed = Signal(object)
    """The unit whose line is under the pointer, or None."""

    line_chosen = Signal(int)
    """The unit whose line was clicked."""

    def __init__(
        self, name: str, action_of: ActionOf, explain: Callable[[QPoint], str], parent: QWidget
    ) -> None:
        super().__init__(
            name,
            ("", ""),
            parent,
            explain=explain,
            action_of=action_of,
            pan_modifiers=Qt.KeyboardModifier.ShiftModifier,
        )
        self.setMinimumSize(SMALLEST_PX * text_scale())
        self.box.setAspectLocked(True)
        self.points = np.empty((0, 2))
        self._groups: Sequence[PointGroup] = ()
        self._lit: int | None = None
        self._lines, self._line_units = np.empty((0, 2, 2)), np.empty(0, np.intp)
        self._framed: tuple[Range, Range] | None = None
        self._regions = Regions()
        self._letters = Letters(self._regions)
        self.zeros = (pg.InfiniteLine(0.0, angle=90), pg.InfiniteLine(0.0, angle=0))
        self._grid = [_segments() for _ in QUADRANTS]
        self.dots: list[pg.ScatterPlotItem] = []
        self._straight = _segments()
        self._bold_line, self._faint_lines = _segments(antialias=True), _segments(antialias=True)
        self._ring = pg.ScatterPlotItem(pxMode=True, brush=None)
        self._ring.hide()
        for item in (self._regions, *self.zeros, *self._grid):
            self.place_item(item, -2)
        for item in (self._faint_lines, self._straight, self._bold_line):
            self.place_item(item, 2)
        self.place_item(self._letters, 3)
        self.place_item(self._ring, 4)
        appearance.follow(self, self.recolour)
        self.recolour()

    def place_item(self, item: pg.GraphicsObject, height: int) -> None:
        """Add an item: points are at height 1, lines at 2."""
        item.setZValue(height)
        self.box.addItem(item, ignoreBounds=True)

    def recolour(self) -> None:
        """Take on the theme's colours."""
        theme, scale = appearance.theme, text_scale()
        # A grid of the axes would have them painted with every frame.
        self.showGrid(x=False, y=False)
        for line in self.zeros:
            line.setPen(pg.mkPen(colour(theme.muted, 0.6), width=1))
        for quadrant, curve in enumerate(self._grid):
            curve.setPen(pg.mkPen(colour(tint(quadrant), 0.75), width=1))
        self._bold_line.setPen(pg.mkPen(colour(theme.text), width=LINE_PX * scale))
        self._faint_lines.setPen(pg.mkPen(colour(theme.text, 0.4), width=THIN_PX * scale))
        self._straight.setPen(pg.mkPen(colour(theme.text), width=1, style=Qt.PenStyle.DashLine))
        self._ring.setPen(pg.mkPen(colour(theme.selection), width=2.5 * scale))
        self._ring.setSize(round(RING_PX * scale))
        self._style_dots()

    def _style_dots(self) -> None:
        theme = appearance.theme
        for group, dots in zip(self._groups, self.dots, strict=True):
            dots.setSymbol(group.shape)
            dots.setSize(round(POINT_PX * text_scale()))
            dots.setPen(pg.mkPen(colour(theme.panel), width=0.8))
            dots.setBrush(pg.mkBrush(colour(group.dark if theme is DARK else group.light)))

    def set_groups(self, groups: Sequence[PointGroup]) -> None:
        """Set which points are drawn alike; `show_points` says where."""
        for dots in self.dots:
            self.box.removeItem(dots)
        self._groups = groups
        self.dots = [pg.ScatterPlotItem(pxMode=True) for _ in groups]
        for dots in self.dots:
            self.place_item(dots, 1)
        self._style_dots()

    # What is shown

    def show_points(self, points: np.ndarray) -> None:
        """Show all points at other places, (n, 2), or none of them."""
        self.points = points
        for group, dots in zip(self._groups, self.dots, strict=True):
            places = points[group.rows] if len(points) else points
            # Painting no points takes half a millisecond.
            dots.setVisible(len(places) > 0)
            dots.setData(places[:, 0], places[:, 1])
        self._place_ring()

    def show_regions(self, outlines: Mapping[int, np.ndarray]) -> None:
        """Show the quadrants' polygons (k, 2), by the index of the quadrant."""
        self._regions.outlines = outlines
        self._regions.update()
        self._letters.update()

    def show_grid(self, lines: np.ndarray, quadrants: np.ndarray) -> None:
        """Show lines (n, k, 2), whose pieces (n, k − 1) have the colours of quadrants."""
        pieces = np.stack((lines[:, :-1], lines[:, 1:]), axis=2)
        for quadrant, curve in enumerate(self._grid):
            _set(curve, pieces[quadrants == quadrant])

    def show_lines(
        self, lines: np.ndarray, units: np.ndarray, straight: np.ndarray, bold: int | None
    ) -> None:
        """Show the next layer's lines, and the straight one that the bold line is a part of.

        Parameters
        ----------
        lines : ndarray of shape (s, 2, 2)
        units : ndarray of shape (s,), intp
            Whose piece each is.
        straight : ndarray of shape (k, 2, 2)
        bold : int or None
            Whose line stands out.
        """
        self._lines, self._line_units = lines, units
        _set(self._bold_line, lines[units == bold])
        _set(self._faint_lines, lines[units != bold])
        _set(self._straight, straight)

    def show_nothing(self) -> None:
        """Show nothing but the points."""
        nothing = np.empty((0, 2, 2))
        self._lines, self._line_units = nothing, np.empty(0, np.intp)
        self.show_regions({})
        for curve in (*self._grid, self._bold_line, self._faint_lines, self._straight):
            _set(curve, nothing)

    def show_range(self, lows: np.ndarray, highs: np.ndarray) -> None:
        """Have what reaches from lows to highs, (2,) each, be all there is to see."""
        (x1, y1), (x2, y2) = lows.tolist(), highs.tolist()
        if self._framed != ((x1, x2), (y1, y2)):
            self._framed = (x1, x2), (y1, y2)
            self.fit(*self._framed)

    def light(self, index: int | None) -> None:
        """Let a point stand out, by its number."""
        self._lit = index
        self._place_ring()

    def _place_ring(self) -> None:
        index = self._lit
        is_there = index is not None and index < len(self.points)
        self._ring.setVisible(is_there)
        if is_there:
            self._ring.setData(*(self.points[index, axis : axis + 1] for axis in (0, 1)))

    # Pointer and keys

    def hover_text(self, place: QPoint) -> str:
        """Return what a line is; a point is told below the planes, since it lights up in the other one."""
        return "" if self.point_at(QPointF(place)) is not None else super().hover_text(place)

    def update_cross(self) -> None:
        """Show no cross-hair: the point under the pointer is told."""

    def point_at(self, position: QPointF) -> int | None:
        """Return the number of the point at a place of the plot."""
        return self.nearest(self.points, position)

    def nearest(self, places: np.ndarray, position: QPointF) -> int | None:
        """Return which of some places (n, 2) is within reach of a place of the plot."""
        if not len(places) or not self.is_within_axes(position):
            return None
        apart = np.hypot(*((places - self.at(position)) / self.px).T)
        best = int(apart.argmin())
        return best if apart[best] <= REACH_PX * text_scale() else None

    def line_at(self, position: QPointF) -> int | None:
        """Return the unit of the next layer whose line is at a place of the plot."""
        middles = self._lines.mean(axis=1)
        if not len(middles) or not self.is_within_axes(position):
            return None
        apart, lengths = (
            (each / self.px) for each in (middles - self.at(position), np.ptp(self._lines, axis=1))
        )
        beyond = np.hypot(*apart.T) - np.hypot(*lengths.T) / 2
        best = int(beyond.argmin())
        return int(self._line_units[best]) if beyond[best] <= LINE_REACH_PX * text_scale() else None

    def click(self, place: QPoint) -> None:
        """Choose the unit whose line is there."""
        unit = self.line_at(QPointF(place))
        if unit is not None:
            self.line_chosen.emit(unit)

    def at(self, position: QPointF) -> np.ndarray:
        """Return the point of the plane at a place of the plot, (2,)."""
        return np.array(self.place_at(position))

    @property
    def px(self) -> np.ndarray:
        """The size of a pixel in the plane, (2,)."""
        return np.array([float(size) for size in self.box.viewPixelSize()])

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer: the point that it is on is told."""
        handled = super().viewportEvent(event)
        if event.type() == QEvent.Type.Leave:
            self.lit.emit(None)
            self.line_pointed.emit(None)
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and not event.buttons():
            self.lit.emit(self.point_at(event.position()))
            self.line_pointed.emit(self.line_at(event.position()))
        return handled


def _segments(*, antialias: bool = False) -> pg.PlotCurveItem:
    curve = pg.PlotCurveItem(antialias=antialias, connect="pairs", skipFiniteCheck=True)
    # Pieces do not belong together: a path of them takes several times as long to paint.
    curve.setSegmentedLineMode("on")
    return curve


def _set(curve: pg.PlotCurveItem, pieces: np.ndarray) -> None:
    """Show pieces (s, 2, 2)."""
    x, y = pieces.reshape(-1, 2).T
    curve.setVisible(len(x) > 0)
    curve.setData(x, y)
