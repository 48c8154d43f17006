"""The line beside the network, drawn in the graph with its two handles and its residuals."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import DARK, appearance, colour, text_scale
from nnstudio.studio.panels.input.graph.targets import THIN_REACH_PX
from nnstudio.studio.session.line import Line, ResidualStyle

HANDLE_PX = 13

MOST_RESIDUALS = 2_000
"""More are thinned for display, evenly."""


def line_colour(opacity: float = 1.0) -> QColor:
    """Return the colour of the line in the theme: neither of the points, the network nor the probe."""
    return colour("#4fd18b" if appearance.theme is DARK else "#0b7a43", opacity)


class _ResidualMarks(pg.UIGraphicsItem):
    """Segments from points to the line, or squares on them, as high as wide on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._x = self._y = self._residuals = np.empty(0)
        self._are_squares = False
        self._segments = QPainterPath()

    def show_residuals(self, x: np.ndarray, y: np.ndarray, residuals: np.ndarray, *, squares: bool) -> None:
        """Show other residuals (n,) of points at x and y."""
        self._x, self._y, self._residuals, self._are_squares = x, y, residuals, squares
        # They are painted with every frame of the network's curve.
        ends = np.column_stack((y, y - residuals)).ravel()
        self._segments = pg.functions.arrayToQPath(np.repeat(x, 2), ends, connect="pairs")
        self.update()

    def squares(self) -> np.ndarray:
        """Return left, lower end, width and height of each square, (n, 4), in the units of the axes."""
        x_px, y_px = self.pixelWidth() or 1.0, self.pixelHeight() or 1.0
        heights = np.abs(self._residuals)
        low = np.minimum(self._y, self._y - self._residuals)
        return np.column_stack((self._x, low, heights / y_px * x_px, heights))

    def residual_at(self, x: float, y: float) -> int | None:
        """Return the number of the residual at a place: of squares the smallest one."""
        if not len(self._x):
            return None
        reach = THIN_REACH_PX * text_scale() * (self.pixelWidth() or 1.0)
        left, low, width, height = self.squares().T
        right = left + width if self._are_squares else left
        is_on = (x >= left - reach) & (x <= right + reach) & (y >= low) & (y <= low + height)
        if not is_on.any():
            return None
        apart = height if self._are_squares else np.abs(left - x)
        return int(np.where(is_on, apart, np.inf).argmin())

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint them."""
        # Wider lines than a pixel take five times as long.
        pen = pg.mkPen(line_colour(0.8), width=text_scale())
        painter.setPen(pen)
        if self._are_squares:
            painter.setBrush(line_colour(0.16))
            painter.drawRects([QRectF(*square) for square in self.squares().tolist()])
            return
        painter.drawPath(self._segments)


class LineOverlay:
    """Draws the session's line where it is shown, and drags its handles.

    Parameters
    ----------
    line : Line
    box : ViewBox
        Of the graph.
    """

    def __init__(self, line: Line, box: pg.ViewBox) -> None:
        self._line, self._box = line, box
        self.marks = _ResidualMarks()
        self._stroke = pg.InfiniteLine()
        self._dots = pg.ScatterPlotItem(pxMode=True)
        self.items = (self.marks, self._stroke, self._dots)
        self._shown = np.empty(0, np.intp)
        """The numbers of the points whose residuals are drawn, among those that are learned from."""
        line.changed.connect(self._draw)
        self.recolour()
        self._draw()

    def recolour(self) -> None:
        """Take on the theme's colours."""
        scale = text_scale()
        self._stroke.setPen(pg.mkPen(line_colour(), width=2.2 * scale))
        self._dots.setBrush(pg.mkBrush(colour(appearance.theme.panel)))
        self._dots.setPen(pg.mkPen(line_colour(), width=2.5 * scale))
        self._dots.setSize(round(HANDLE_PX * scale))
        self.marks.update()

    def _draw(self) -> None:
        line = self._line
        points, model = line.points, line.model
        is_line = points is not None and model is not None and len(model.slopes) == 1
        is_shown = line.is_shown and is_line
        self._stroke.setVisible(is_shown)
        self._dots.setVisible(is_shown)
        self.marks.setVisible(is_shown and line.residuals is not ResidualStyle.NONE)
        if not is_shown or points is None or model is None:
            return
        places = line.handles
        self._stroke.setPos(QPointF(*places[0]))
        self._stroke.setAngle(np.degrees(np.arctan(model.slopes[0])))
        self._dots.setData(places[:, 0], places[:, 1])
        x, y = points
        self._shown = shown = np.linspace(0, len(y) - 1, min(len(y), MOST_RESIDUALS)).astype(np.intp)
        self.marks.show_residuals(
            x[shown, 0], y[shown], model.residuals[shown], squares=line.residuals is ResidualStyle.SQUARES
        )

    def handles(self) -> np.ndarray:
        """Return where the line is held, (2, 2), or none."""
        return self._line.handles if self._dots.isVisible() else np.empty((0, 2))

    def begin_drag(self, handle: int) -> bool:
        """Begin to drag; nothing has to be done first."""
        return True

    def drag(self, handle: int, x: float, y: float) -> None:
        """Move a handle up or down."""
        self._line.drag(handle, y)

    def finish_drag(self) -> None:
        """End the drag; nothing is left to do."""

    def explain_handle(self, handle: int) -> str:
        """Return what the line is, and how it is moved."""
        model = self._line.model
        assert model is not None, "a handle is one of a line"
        return tr("The line {slope} x + {intercept}.\nDrag the handle, or type in the panel Line.").format(
            slope=figure(float(model.slopes[0])), intercept=figure(model.intercept)
        )

    def explain(self, position: QPointF) -> str:
        """Return the number of the residual at a place."""
        model = self._line.model
        if model is None or not self.marks.isVisible():
            return ""
        place = self._box.mapSceneToView(position)
        nth = self.marks.residual_at(place.x(), place.y())
        if nth is None:
            return ""
        residual = float(model.residuals[self._shown[nth]])
        return tr("Residual y − ŷ = {residual}, squared {square}").format(
            residual=figure(residual), square=figure(residual**2)
        )
