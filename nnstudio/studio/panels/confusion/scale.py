"""The colours of the confusion matrix, with the shares that they stand for."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.images import pixel_image
from nnstudio.studio.painting.pixel_painting import mixed, value_of
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.confusion.matrix import FIGURE_PX, RIGHT_OPACITY, WRONG_OPACITY
from nnstudio.studio.views.view import View

HEIGHT, RAMP_HEIGHT = 16, 7
WIDEST_RAMP, NARROWEST_RAMP = 90, 12
GAP, GAP_BETWEEN = 5, 16
"""All in design pixels."""

TIP = translatable(
    "Orange: the share of a true class that was read as another; the full colour is the largest one, and\n"
    "single mistakes are seen too. Blue: the share that was read rightly."
)


class ConfusionScale(View):
    """Shows two ramps: from none to the largest share that was misread, and to all that was read rightly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Colours of the confusion matrix"), parent)
        self.set_design_minimum_size(120, HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._most = ""

    def show_largest(self, misread: float) -> None:
        """Show the largest share of a class, 0 … 1, that was read as another one."""
        most = tr("{share:.2g} % misread").format(share=100 * misread)
        if most != self._most:
            self._most = most
            self.setAccessibleDescription(most)
            self.update()

    def explain(self, position: QPoint) -> str:
        """Return the hover text."""
        return tr(TIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both ramps."""
        if not self._most:
            return
        painter = self.painter()
        painter.setFont(font(FIGURE_PX))
        half = (self.design_width() - GAP_BETWEEN) / 2
        shares = np.linspace(0, 1, WIDEST_RAMP)
        for left, words, code, opacities in (
            (0.0, self._most, self.theme.negative, WRONG_OPACITY * np.sqrt(shares)),
            (half + GAP_BETWEEN, tr("100 % right"), self.theme.positive, RIGHT_OPACITY * shares),
        ):
            self._paint_ramp(painter, QRectF(left, 0, half, self.design_height()), words, code, opacities)

    def _paint_ramp(
        self, painter: QPainter, box: QRectF, words: str, code: str, opacities: np.ndarray
    ) -> None:
        advance = painter.fontMetrics().horizontalAdvance
        none = advance("0")
        width = box.width() - none - advance(words) - 2 * GAP
        width = min(max(width, NARROWEST_RAMP), WIDEST_RAMP)
        self.write(painter, box, "0", size_px=FIGURE_PX, muted=True)
        ramp = QRectF(box.left() + none + GAP, box.center().y() - RAMP_HEIGHT / 2, width, RAMP_HEIGHT)
        pixels = mixed(value_of(self.theme.panel), value_of(code), opacities[None, :])
        painter.drawImage(ramp, pixel_image(pixels))
        box.setLeft(ramp.right() + GAP)
        self.write(painter, box, words, size_px=FIGURE_PX, muted=True)
