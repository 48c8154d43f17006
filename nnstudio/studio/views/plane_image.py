"""An image that lies on a part of a plot's plane."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnstudio.studio.painting.event_guard import contained


@contained
class PlaneImage(pg.UIGraphicsItem):
    """A picture of a part of the plane, drawn pixel by pixel where that part is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._part = QRectF()

    def show_image(self, image: QImage | None, part: QRectF) -> None:
        """Show another picture, of a part of the plane."""
        self._image, self._part = image, part
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint it; one of another part is scaled until its own comes."""
        image = self._image
        if image is None:
            return
        to_px = painter.transform()
        place = to_px.mapRect(self._part)
        painter.resetTransform()
        size = image.deviceIndependentSize()
        if abs(size.width() - place.width()) < 1 and abs(size.height() - place.height()) < 1:
            painter.drawImage(place.topLeft().toPoint(), image)
        else:
            painter.drawImage(place, image)
        painter.setTransform(to_px)
