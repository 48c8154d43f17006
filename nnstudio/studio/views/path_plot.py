"""Loss and accuracy on the way from one network to another."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.theme import colour
from nnstudio.studio.views.base import View
from nnstudio.studio.views.inspector.numbers import figure

LEFT, RIGHT, TOP, BOTTOM = 46, 40, 20, 18


class PathPlot(View):
    """Draws accuracy, thick and orange, and loss, thin and blue, against the share of the way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Loss and accuracy between the networks"), parent)
        self.setMinimumSize(140, 66)
        self._shares = np.zeros(0)
        self._losses = np.zeros(0)
        self._accuracies = np.zeros(0)
        self._share: float | None = None
        self._hint = ""

    def sizeHint(self) -> QSize:
        """Ask for a low picture."""
        return self.magnified(QSize(260, 130))

    def show_path(
        self,
        shares: Sequence[float],
        losses: Sequence[float],
        accuracies: Sequence[float],
        share: float | None,
        hint: str,
    ) -> None:
        """Show what is known at the first shares, 0…1, and mark one; ``hint`` stands there before."""
        self._shares = np.asarray(shares[: len(losses)], np.float64)
        self._losses, self._accuracies = np.asarray(losses), np.asarray(accuracies)
        self._share, self._hint = share, hint
        self.update()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def explain(self, position: QPoint) -> str:
        """Say loss and accuracy at the share under the pointer."""
        area = self._area()
        share = (position.x() - area.left()) / max(area.width(), 1.0)
        if not self._losses.size or not 0 <= share <= self._shares[-1]:
            return ""
        loss, accuracy = (
            float(np.interp(share, self._shares, values)) for values in (self._losses, self._accuracies)
        )
        return tr(
            "{share:.0f} % of the way from A to B: loss {loss}, accuracy {accuracy:.1f} %\n"
            "Measured at every 5 % on at most 1,000 samples of the test set"
        ).format(share=100 * share, loss=figure(loss), accuracy=100 * accuracy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, both curves and the mark."""
        painter, area, theme = self.painter(), self._area(), self.theme
        if not self._losses.size and not self._hint:
            return
        right, centre = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
        painter.setPen(QPen(colour(theme.line), 1))
        for level in (0.0, 0.5, 1.0):
            y = area.bottom() - level * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        below = QRectF(area.left(), area.bottom() + 2, area.width(), 15)
        self.write(painter, below, "A", size_px=11, bold=True)
        self.write(painter, below, "B", size_px=11, bold=True, align=right)
        if self._losses.size < 2:
            self.write(painter, area, self._hint, size_px=11, muted=True, align=centre)
            return
        top = max(float(self._losses.max()), 1e-9)
        for value, y in ((0.0, area.bottom()), (1.0, area.top())):
            box = QRectF(0, y - 8, LEFT - 6, 16)
            self.write(painter, box, figure(top * value), size_px=11, code=theme.positive, align=right)
            box = QRectF(area.right() + 6, y - 8, RIGHT - 6, 16)
            self.write(painter, box, f"{100 * value:.0f} %", size_px=11, code=theme.negative)
        above = QRectF(0, 0, self.width(), 15)
        self.write(painter, above, tr("loss"), size_px=11, code=theme.positive)
        self.write(painter, above, tr("accuracy"), size_px=11, code=theme.negative, align=right)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = area.left() + self._shares * area.width()
        for values, code, width in (
            (self._losses / top, theme.positive, 1.2),
            (self._accuracies, theme.negative, 2.2),
        ):
            y = area.bottom() - values * area.height()
            painter.setPen(QPen(colour(code), width))
            painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(x, y, strict=True)]))
        if self._share is not None:
            here = area.left() + self._share * area.width()
            painter.setPen(QPen(colour(theme.selection), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(here, area.top()), QPointF(here, area.bottom()))
