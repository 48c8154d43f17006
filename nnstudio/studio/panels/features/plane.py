"""A plane of points with the network's border in it: the input plane, or that of two features."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.views.dots import Dots, Points
from nnstudio.studio.views.navigation import Range
from nnstudio.studio.views.plot import Plot

SMALLEST = QSize(150, 150)
RING_PX = 15


class FeaturePlane(Plot):
    """Shows points by their answers, lines, and where the current input is.

    Parameters
    ----------
    name : str
    parent : QWidget
    """

    clicked = Signal(float, float)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, ("", ""), parent, is_among_others=True)
        self.setMinimumSize(SMALLEST * text_scale())
        self._dots = Dots()
        self._border = pg.PlotCurveItem(connect="pairs", antialias=True)
        self._cut = pg.PlotCurveItem(connect="pairs")
        self._ring = pg.ScatterPlotItem(symbol="o", pxMode=True, brush=None)
        for item in (self._dots, self._cut, self._border, self._ring):
            self.addItem(item, ignoreBounds=True)
        appearance.follow(self, self._restyle_items)
        self._restyle_items()

    def _restyle_items(self) -> None:
        theme, scale = appearance.theme, text_scale()
        self._dots.restyle()
        self._ring.setSize(round(RING_PX * scale))
        self._ring.setPen(pg.mkPen(colour(theme.selection), width=2))
        self._border.setPen(pg.mkPen(colour(theme.text), width=2))
        self._cut.setPen(pg.mkPen(colour(theme.muted), width=1, style=Qt.PenStyle.DashLine))

    def show_points(self, points: Points | None, limit: float, x: Range, y: Range) -> None:
        """Show points within ranges of both axes; ``limit`` is the number of the full colour."""
        self._dots.show_points(points, limit)
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
        if self.is_within_axes(QPointF(place)):
            self.clicked.emit(*self.place_at(QPointF(place)))
