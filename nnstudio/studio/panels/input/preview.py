"""One small image of ink on paper, pixel by pixel: what the network sees."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, ink_table
from nnstudio.studio.views.view import View


class ImageView(View):
    """Shows an image (height, width) in 0 … 1 with square pixels; hovering tells a pixel's value."""

    def __init__(self, name: str, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._side = side_px
        self._image: np.ndarray | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_image(self, image: np.ndarray | None) -> None:
        """Show an image, or empty paper."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return self.magnified(QSize(self._side, self._side))

    def _box(self) -> QRectF:
        return QRectF(self.design_rect()).adjusted(1, 1, -1, -1)

    def explain(self, position: QPoint) -> str:
        """Tell the pixel under the pointer."""
        if self._image is None:
            return tr("nothing drawn yet")
        box = self._box()
        height, width = self._image.shape
        row = int((position.y() - box.top()) / box.height() * height)
        column = int((position.x() - box.left()) / box.width() * width)
        if not (0 <= row < height and 0 <= column < width):
            return ""
        return tr("pixel row {row}, column {column}: ink {ink:.2f} (0 paper … 1 full ink)").format(
            row=row, column=column, ink=self._image[row, column]
        )

    def paintEvent(self, event: object) -> None:
        """Paint the pixels and a frame."""
        painter = self.painter()
        box = self._box()
        painter.fillRect(box, colour(self.theme.paper))
        if self._image is not None:
            painter.drawImage(box, indexed_image(grey_index(self._image), ink_table(self.theme)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
