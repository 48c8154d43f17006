"""Plot of accuracy over the pruned share."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.views.share_axes import ShareAxes
from nnstudio.studio.views.view import View

LEFT, TOP, RIGHT, BOTTOM = 44, 8, 8, 32


class PruningPlot(View):
    """Plots accuracies over the pruned share, and marks the current share."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Accuracy against what is taken away"), parent)
        self.set_design_minimum_size(180, 96)
        self._axes = ShareAxes(self, (LEFT, TOP, RIGHT, BOTTOM))
        self._shares = np.zeros(0)
        self._accuracies = np.zeros(0)
        self._share = 0.0
        self._hint = ""

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(260, 130))

    def show_curve(
        self, shares: Sequence[float], accuracies: Sequence[float], share: float, hint: str
    ) -> None:
        """Show accuracies, 0…1, known at the first shares, 0…1, and mark a share.

        ``hint`` stands there while none is known.
        """
        self._shares = np.asarray(shares[: len(accuracies)], np.float64)
        self._accuracies = np.asarray(accuracies, np.float64)
        self._share, self._hint = share, hint
        self.update()

    def explain(self, position: QPoint) -> str:
        """Return the hover text at a share: the accuracy."""
        share = self._axes.share_at(position.x())
        if not self._accuracies.size or not 0 <= share <= self._shares[-1]:
            return ""
        accuracy = float(np.interp(share, self._shares, self._accuracies))
        return tr(
            "{share:.0f} % taken away: accuracy {accuracy:.1f} %\n"
            "Measured at every 5 % on at most 1,000 samples of the test set"
        ).format(share=100 * share, accuracy=100 * accuracy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axes, curve and mark."""
        painter, area = self.painter(), self._axes.area()
        self._axes.paint_levels(painter)
        right, centre = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
        for level in (0.0, 0.5, 1.0):
            box = QRectF(0, area.bottom() - level * area.height() - 8, LEFT - 6, 16)
            self.write(painter, box, f"{100 * level:.0f} %", size_px=11, muted=True, align=right)
        below = QRectF(area.left(), area.bottom() + 1, area.width(), 15)
        self.write(painter, below, "0", size_px=11, muted=True)
        self.write(painter, below, "100 %", size_px=11, muted=True, align=right)
        caption = QRectF(0, area.bottom() + 15, self.design_width(), 16)
        words = tr("accuracy against what is taken away")
        self.write(painter, caption, words, size_px=11, muted=True, align=centre)
        if self._accuracies.size > 1:
            self._axes.paint_curve(painter, self._shares, self._accuracies, self.theme.positive, 2)
            self._axes.paint_mark(painter, self._share)
            if self._share <= self._shares[-1]:
                accuracy = float(np.interp(self._share, self._shares, self._accuracies))
                at = QPointF(
                    area.left() + self._share * area.width(), area.bottom() - accuracy * area.height()
                )
                painter.setBrush(colour(self.theme.selection))
                painter.drawEllipse(at, 4, 4)
        elif self._hint:
            self.write(painter, area, self._hint, size_px=11, muted=True, align=centre)
