"""How the accuracy falls the more of a network is taken away."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.theme import colour
from nnstudio.studio.views.base import View

LEFT, RIGHT, TOP, BOTTOM = 44, 8, 8, 32


class CutPlot(View):
    """Draws accuracies against the share that is cut, and marks the share in force."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Accuracy against what is taken away"), parent)
        self.setMinimumSize(180, 96)
        self._shares = np.zeros(0)
        self._accuracies = np.zeros(0)
        self._share = 0.0
        self._hint = ""

    def sizeHint(self) -> QSize:
        """Ask for a low picture."""
        return self.magnified(QSize(260, 130))

    def show_curve(
        self, shares: Sequence[float], accuracies: Sequence[float], share: float, hint: str
    ) -> None:
        """Show the accuracies, 0…1, that are known at the first shares, 0…1, and mark a share.

        ``hint`` stands there while none is known.
        """
        self._shares = np.asarray(shares[: len(accuracies)], np.float64)
        self._accuracies = np.asarray(accuracies, np.float64)
        self._share, self._hint = share, hint
        self.update()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def explain(self, position: QPoint) -> str:
        """Say the accuracy at the share under the pointer."""
        area = self._area()
        share = (position.x() - area.left()) / max(area.width(), 1.0)
        if not self._accuracies.size or not 0 <= share <= self._shares[-1]:
            return ""
        accuracy = float(np.interp(share, self._shares, self._accuracies))
        return tr(
            "{share:.0f} % taken away: accuracy {accuracy:.1f} %\n"
            "Measured at every 5 % on at most 1,000 samples of the test set"
        ).format(share=100 * share, accuracy=100 * accuracy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curve and mark."""
        painter = self.painter()
        area = self._area()
        for level in (0.0, 0.5, 1.0):
            y = area.bottom() - level * area.height()
            painter.setPen(QPen(colour(self.theme.line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            box = QRectF(0, y - 8, LEFT - 6, 16)
            right = Qt.AlignmentFlag.AlignRight
            self.write(painter, box, f"{100 * level:.0f} %", size_px=11, muted=True, align=right)
        below = QRectF(area.left(), area.bottom() + 1, area.width(), 15)
        caption = QRectF(0, area.bottom() + 15, self.width(), 16)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.write(painter, below, "0", size_px=11, muted=True)
        self.write(painter, below, "100 %", size_px=11, muted=True, align=Qt.AlignmentFlag.AlignRight)
        self.write(
            painter, caption, tr("accuracy against what is taken away"), size_px=11, muted=True, align=centre
        )
        if self._accuracies.size > 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x = area.left() + self._shares * area.width()
            y = area.bottom() - self._accuracies * area.height()
            painter.setPen(QPen(colour(self.theme.positive), 2))
            painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(x, y, strict=True)]))
            self._mark(painter, area)
        elif self._hint:
            self.write(painter, area, self._hint, size_px=11, muted=True, align=centre)
        painter.end()

    def _mark(self, painter: QPainter, area: QRectF) -> None:
        x = area.left() + self._share * area.width()
        painter.setPen(QPen(colour(self.theme.selection), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self._share <= self._shares[-1]:
            y = area.bottom() - float(np.interp(self._share, self._shares, self._accuracies)) * area.height()
            painter.setBrush(colour(self.theme.selection))
            painter.drawEllipse(QPointF(x, y), 4, 4)
