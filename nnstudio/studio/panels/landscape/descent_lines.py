"""Descents in a plot of a plane: their start, which is dragged, their places, and arrows downhill."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal

from nnstudio.insight.descents import Descent
from nnstudio.insight.landscape import Landscape
from nnstudio.studio.painting.theme import Theme, appearance, colour, text_scale
from nnstudio.studio.panels.landscape.worker import DescentAnswer, DescentRequest
from nnstudio.studio.views.plot import Plot

MOST_ARROWS = 60
"""Of single samples."""

KEY_STEP = 1 / 40
"""Share of the plane by which a key moves the start."""

_ARROW = 0.22
"""Length of the longest arrow but a few, as a share of the plane."""
_HEAD, _HEAD_ANGLE = 0.02, 0.45
_START_PX, _DOT_PX, _END_PX = 14, 5, 8
_TOO_FAR = 20.0
"""How many planes away a descent is no longer drawn."""


def style_of(theme: Theme, request: DescentRequest, batch_size: int) -> tuple[str, Qt.PenStyle, str]:
    """Return the colour, the line and the sign of a descent by the size of its batches."""
    if batch_size >= len(request.question.x):
        return theme.selection, Qt.PenStyle.SolidLine, "━"
    if batch_size == 1:
        return theme.text, Qt.PenStyle.DotLine, "┈"
    return theme.negative, Qt.PenStyle.DashLine, "╍"


class DescentLines(QObject):
    """Draws descents over a plane.

    Parameters
    ----------
    plot : Plot
    """

    moved = Signal()
    """The start was moved."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self._plot = plot
        self._landscape: Landscape | None = None
        self._answer: DescentAnswer | None = None
        self._has_arrows = False
        self.start = pg.TargetItem(movable=True, symbol="crosshair", size=_START_PX)
        self._lines = [pg.PlotDataItem(antialias=True, symbol="o") for _ in range(3)]
        self._others = pg.PlotCurveItem(antialias=True, connect="finite")
        self._ends = pg.ScatterPlotItem(pxMode=True)
        self._thin = pg.PlotCurveItem(antialias=True, connect="pairs")
        self._batch = pg.PlotCurveItem(antialias=True, connect="pairs")
        self._bold = pg.PlotCurveItem(antialias=True, connect="pairs")
        items = (
            self._others,
            self._ends,
            self._thin,
            *reversed(self._lines),
            self._batch,
            self._bold,
            self.start,
        )
        for height, item in enumerate(items, 5):
            item.setZValue(height)
            plot.box.addItem(item, ignoreBounds=True)
        self.start.sigPositionChanged.connect(self._move)
        self._is_moved_by_hand = True
        self.start.hide()
        self.restyle()

    def restyle(self) -> None:
        """Apply the theme and the text scale."""
        theme = appearance.theme
        self.start.setPen(pg.mkPen(colour(theme.selection), width=2))
        self.start.setHoverPen(pg.mkPen(colour(theme.selection), width=3))
        self._others.setPen(pg.mkPen(colour(theme.selection), width=1))
        self._ends.setPen(pg.mkPen(colour(theme.panel), width=1))
        self._ends.setBrush(pg.mkBrush(colour(theme.selection)))
        self._ends.setSize(round(_END_PX * text_scale()))
        self._thin.setPen(pg.mkPen(colour(theme.text, 0.5), width=1))
        self._batch.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._bold.setPen(pg.mkPen(colour(theme.selection), width=3))
        self._draw()

    @property
    def place(self) -> tuple[float, float]:
        """Where the descents start, as written at the axes."""
        at = self.start.pos()
        return at.x(), at.y()

    def put(self, place: tuple[float, float]) -> None:
        """Put the start at a place, as written at the axes."""
        self._is_moved_by_hand = False
        self.start.setPos(*place)
        self._is_moved_by_hand = True

    def step(self, right: int, down: int) -> None:
        """Move the start by a key."""
        if self._landscape is None:
            return
        spans = [high - low for low, high in (axis.ends for axis in self._landscape.axes)]
        x, y = self.place
        self.put((x + right * KEY_STEP * spans[0], y - down * KEY_STEP * spans[1]))
        self.moved.emit()

    def _move(self) -> None:
        if self._is_moved_by_hand:
            self.moved.emit()

    def show_answer(
        self, landscape: Landscape | None, answer: DescentAnswer | None, *, has_arrows: bool
    ) -> None:
        """Show descents on a plane, or none."""
        if (landscape, answer, has_arrows) == (self._landscape, self._answer, self._has_arrows):
            return
        self._landscape, self._answer, self._has_arrows = landscape, answer, has_arrows
        self.start.setVisible(landscape is not None)
        self.restyle()

    def _draw(self) -> None:
        answer, landscape = self._answer, self._landscape
        for line in (*self._lines, self._others, self._ends, self._thin, self._batch, self._bold):
            line.setData([], [])
        if answer is None or landscape is None:
            return
        theme, scale = appearance.theme, text_scale()
        here = np.array([axis.here for axis in landscape.axes])
        spans = np.array([axis.high - axis.low for axis in landscape.axes])
        for line, descent in zip(self._lines, answer.descents, strict=False):
            code, dash, _ = style_of(theme, answer.request, descent.batch_size)
            places = here + _near(descent, spans)
            line.setPen(pg.mkPen(colour(code), width=1.5, style=dash))
            line.setSymbolPen(pg.mkPen(None))
            line.setSymbolBrush(pg.mkBrush(colour(code)))
            line.setSymbolSize(round(_DOT_PX * scale))
            line.setData(*places.T)
        others = [here + _near(each, spans) for each in answer.others]
        if others:
            gap = np.full((1, 2), np.nan)
            self._others.setData(*np.concatenate([part for each in others for part in (each, gap)]).T)
            self._ends.setData(*np.array([each[-1] for each in others if len(each)]).reshape(-1, 2).T)
        start = here + np.array(answer.request.start)
        downhill = -answer.slopes
        mean = downhill.mean(axis=0)
        shares = np.hypot(*(np.vstack((downhill, mean)) / spans).T)
        longest = max(float(np.quantile(shares[:-1], 0.9)), float(shares[-1])) or 1.0
        reach = _ARROW / longest
        if self._has_arrows:
            rows = np.linspace(0, len(downhill) - 1, min(len(downhill), MOST_ARROWS)).astype(np.intp)
            self._thin.setData(*_arrows(start, reach * downhill[rows], spans))
            for descent in answer.descents:
                if 1 < descent.batch_size < len(downhill) and len(descent.coefficients) > 1:
                    first = np.diff(descent.coefficients[:2], axis=0) / answer.request.rate
                    self._batch.setData(*_arrows(start, reach * first, spans))
        self._bold.setData(*_arrows(start, reach * mean[None], spans))


def _near(descent: Descent, spans: np.ndarray) -> np.ndarray:
    """Return the coefficients of a descent until it is too far away to be drawn."""
    is_near = (np.abs(descent.coefficients) < _TOO_FAR * spans).all(axis=1)
    return descent.coefficients[: len(is_near) if is_near.all() else int(np.argmin(is_near))]


def _arrows(start: np.ndarray, ways: np.ndarray, spans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of ends of the lines of arrows from one place, (k, 2), with their heads."""
    shares = ways / spans
    angles = np.arctan2(shares[:, 1], shares[:, 0])
    lengths = np.minimum(_HEAD, 0.4 * np.hypot(*shares.T))
    pieces = [np.stack((np.zeros_like(shares), shares), axis=1)]
    for turn in (np.pi - _HEAD_ANGLE, np.pi + _HEAD_ANGLE):
        side = lengths[:, None] * np.column_stack((np.cos(angles + turn), np.sin(angles + turn)))
        pieces.append(np.stack((shares, shares + side), axis=1))
    points = start + spans * np.concatenate(pieces).reshape(-1, 2)
    return points[:, 0], points[:, 1]
