"""A plane of points with the network's border in it: the input plane, or that of two features."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.views.navigation import Range
from nnstudio.studio.views.plot import Plot

MOST_POINTS = 600
SMALLEST = QSize(150, 150)
POINT_PX, RING_PX = 7, 15


class FeaturePlane(Plot):
    """Shows points by their classes, lines, and where the current input is.

    Parameters
    ----------
    name : str
    parent : QWidget
    """

    clicked = Signal(float, float)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, ("", ""), parent, is_among_others=True)
        self.setMinimumSize(SMALLEST * text_scale())
        self._dots = [pg.ScatterPlotItem(symbol=mark.shape, pxMode=True) for mark in CLASS_MARKS]
        self._border = pg.PlotCurveItem(connect="pairs", antialias=True)
        self._cut = pg.PlotCurveItem(connect="pairs")
        self._ring = pg.ScatterPlotItem(symbol="o", pxMode=True, brush=None)
        for item in (*self._dots, self._cut, self._border, self._ring):
            self.addItem(item, ignoreBounds=True)
        appearance.changed.connect(self._restyle_items)
        self._restyle_items()

    def _restyle_items(self) -> None:
        theme, scale = appearance.theme, text_scale()
        for dots, mark in zip(self._dots, CLASS_MARKS, strict=True):
            dots.setSize(round(POINT_PX * scale))
            dots.setPen(pg.mkPen(colour(theme.panel), width=1))
            dots.setBrush(pg.mkBrush(colour(mark.colour_in(theme.name))))
        self._ring.setSize(round(RING_PX * scale))
        self._ring.setPen(pg.mkPen(colour(theme.selection), width=2))
        self._border.setPen(pg.mkPen(colour(theme.text), width=2))
        self._cut.setPen(pg.mkPen(colour(theme.muted), width=1, style=Qt.PenStyle.DashLine))

    def show_points(self, points: np.ndarray, groups: np.ndarray, x: Range, y: Range) -> None:
        """Show points (n, 2) of groups (n,), 0 to 5, within ranges of both axes."""
        points, groups = points[:MOST_POINTS], groups[:MOST_POINTS]
        for k, dots in enumerate(self._dots):
            dots.setData(*points[groups == k].T)
        self.fit(x, y)

    def show_border(self, segments: np.ndarray) -> None:
        """Show where the answer changes, ends of pieces (s, 2, 2)."""
        self._border.setData(*segments.reshape(-1, 2).T)

    def show_cut(self, segments: np.ndarray) -> None:
        """Show where φ jumps from π to −π, ends of pieces (s, 2, 2)."""
        self._cut.setData(*segments.reshape(-1, 2).T)

    def show_input(self, point: np.ndarray | None) -> None:
        """Mark where the current input is, (2,), or nothing."""
        self._ring.setData(pos=np.empty((0, 2)) if point is None else point[None])

    def click(self, place: QPoint) -> None:
        """Tell which point was clicked."""
        if self.box.sceneBoundingRect().contains(QPointF(place)):
            at = self.box.mapSceneToView(QPointF(place))
            self.clicked.emit(float(at.x()), float(at.y()))
