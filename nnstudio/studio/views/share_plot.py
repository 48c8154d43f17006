"""Axes and curves of plots over a share from 0 to 1."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnstudio.studio.painting.theme import colour
from nnstudio.studio.views.view import View


class SharePlot(View):
    """A plot with axes from 0 to 1, curves, and a mark at a share.

    Parameters
    ----------
    name : str
    margins : (int, int, int, int)
        Left, top, right and bottom, for the labels of the axes.
    smallest : QSize
    """

    def __init__(
        self, name: str, margins: tuple[int, int, int, int], smallest: QSize, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(smallest.width(), smallest.height())
        self._margins = margins

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(260, 130))

    def area(self) -> QRectF:
        """Return the area of the curves."""
        left, top, right, bottom = self._margins
        return QRectF(self.design_rect()).adjusted(left, top, -right, -bottom)

    def share_at(self, x: float) -> float:
        """Return the share at an x position; left and right of the axes it is below 0 or above 1."""
        area = self.area()
        return (x - area.left()) / max(area.width(), 1.0)

    def paint_levels(self, painter: QPainter) -> None:
        """Paint the axis and the grid lines at 0, 0.5 and 1."""
        area = self.area()
        painter.setPen(QPen(colour(self.theme.line), 1))
        for level in (0.0, 0.5, 1.0):
            y = area.bottom() - level * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def paint_curve(
        self, painter: QPainter, shares: np.ndarray, values: np.ndarray, code: str, width: float
    ) -> None:
        """Draw values, 0…1, at shares, each of shape (n,)."""
        area = self.area()
        x, y = area.left() + shares * area.width(), area.bottom() - values * area.height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(code), width))
        painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(x, y, strict=True)]))

    def paint_mark(self, painter: QPainter, share: float) -> None:
        """Draw a dashed line at a share."""
        area = self.area()
        x = area.left() + share * area.width()
        painter.setPen(QPen(colour(self.theme.selection), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
