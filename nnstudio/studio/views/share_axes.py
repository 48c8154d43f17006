"""Axes and curves of plots over a share from 0 to 1."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnstudio.studio.painting.theme import colour
from nnstudio.studio.views.view import View


class ShareAxes:
    """Axes from 0 to 1 in a view: paints curves and a mark at a share.

    Parameters
    ----------
    view : View
    margins : (int, int, int, int)
        Left, top, right and bottom, for the labels of the axes.
    """

    def __init__(self, view: View, margins: tuple[int, int, int, int]) -> None:
        self._view, self._margins = view, margins

    def area(self) -> QRectF:
        """Return the area of the curves."""
        left, top, right, bottom = self._margins
        return QRectF(self._view.design_rect()).adjusted(left, top, -right, -bottom)

    def share_at(self, x: float) -> float:
        """Return the share at an x position; left and right of the axes it is below 0 or above 1."""
        area = self.area()
        return (x - area.left()) / max(area.width(), 1.0)

    def paint_levels(self, painter: QPainter) -> None:
        """Paint the axis and the grid lines at 0, 0.5 and 1."""
        area = self.area()
        painter.setPen(QPen(colour(self._view.theme.line), 1))
        for level in (0.0, 0.5, 1.0):
            y = area.bottom() - level * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def paint_curve(
        self, painter: QPainter, shares: np.ndarray, values: np.ndarray, code: str, width: float
    ) -> None:
        """Paint values, 0…1, at shares, each of shape (n,)."""
        area = self.area()
        x, y = area.left() + shares * area.width(), area.bottom() - values * area.height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(code), width))
        painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(x, y, strict=True)]))

    def paint_mark(self, painter: QPainter, share: float) -> None:
        """Paint a dashed line at a share."""
        area = self.area()
        x = area.left() + share * area.width()
        painter.setPen(QPen(colour(self._view.theme.selection), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
