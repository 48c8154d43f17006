"""Loss and accuracy along the line between two networks' weights."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.views.share_axes import ShareAxes
from nnstudio.studio.views.view import View

LEFT, TOP, RIGHT, BOTTOM = 44, 20, 44, 18
NARROW_RIGHT = 8
WIDE_FROM = 180
"""Width from which the values of the accuracy have a margin of their own."""


class PathPlot(View):
    """Plots accuracy, thick and orange, and loss, thin and blue, over the share from A to B."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Loss and accuracy between the networks"), parent)
        self.set_design_minimum_size(106, 90)
        self._shares = np.zeros(0)
        self._losses = np.zeros(0)
        self._accuracies = np.zeros(0)
        self._share: float | None = None
        self._hint = ""

    @property
    def _axes(self) -> ShareAxes:
        right = RIGHT if self.design_width() >= WIDE_FROM else NARROW_RIGHT
        return ShareAxes(self, (LEFT, TOP, right, BOTTOM))

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(260, 130))

    def show_path(
        self,
        shares: Sequence[float],
        losses: Sequence[float],
        accuracies: Sequence[float],
        share: float | None,
        hint: str,
    ) -> None:
        """Show values known at the first shares, 0…1, and mark one; ``hint`` is shown before."""
        self._shares = np.asarray(shares[: len(losses)], np.float64)
        self._losses, self._accuracies = np.asarray(losses), np.asarray(accuracies)
        self._share, self._hint = share, hint
        self.update()

    def explain(self, position: QPoint) -> str:
        """Return the hover text at a share: loss and accuracy."""
        share = self._axes.share_at(position.x())
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
        """Paint axes, both curves and the mark."""
        painter, area, theme = self.painter(), self._axes.area(), self.theme
        right, centre = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
        self._axes.paint_levels(painter)
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
            if self.design_width() >= WIDE_FROM:
                box = QRectF(area.right() + 6, y - 8, RIGHT - 6, 16)
                self.write(painter, box, f"{100 * value:.0f} %", size_px=11, code=theme.negative)
        above = QRectF(0, 0, area.right(), 15)
        self.write(painter, above, tr("loss"), size_px=11, code=theme.positive)
        self.write(painter, above, tr("accuracy"), size_px=11, code=theme.negative, align=right)
        self._axes.paint_curve(painter, self._shares, self._losses / top, theme.positive, 1.2)
        self._axes.paint_curve(painter, self._shares, self._accuracies, theme.negative, 2.2)
        if self._share is not None:
            self._axes.paint_mark(painter, self._share)
