"""The network view's image: edges, tiles and dots composed as pixels over static texts."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnstudio.studio.painting.images import pixel_image
from nnstudio.studio.painting.pixel_painting import value_of
from nnstudio.studio.panels.network.labels import paint_circle, paint_words, radius_of
from nnstudio.studio.panels.network.layout import LayerBox, NetworkLayout
from nnstudio.studio.panels.network.painting import Sheet
from nnstudio.studio.panels.network.scene import NetworkScene, UnitAddress
from nnstudio.studio.views.view import View


class NetworkImage:
    """One array of pixels with everything that there is much of; paintEvent copies it to the screen.

    Parameters
    ----------
    view : View
        Gives size, theme and text painting.

    Attributes
    ----------
    canvas : QImage
        A view of the pixels, as of the last call of `compose`.
    compositions : int
        How often the pixels were composed.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._base: np.ndarray | None = None
        self._pixels = np.empty((0, 0), np.uint32)
        self._ink = np.empty((2, 0, 0), np.uint16)
        self.canvas = QImage()
        self.compositions = 0

    def drop_texts(self) -> None:
        """Paint the static texts again at the next composition."""
        self._base = None

    def compose(
        self, scene: NetworkScene, place: NetworkLayout, field: QRectF, alone: UnitAddress | None
    ) -> None:
        """Compose all pixels.

        Parameters
        ----------
        place : NetworkLayout
            Where the units are.
        field : QRectF
            The part of the view that units may be in.
        alone : UnitAddress or None
            The unit whose edges alone are painted.
        """
        ratio = self._view.design_pixel_ratio()
        shape = (round(self._view.design_height() * ratio), round(self._view.design_width() * ratio))
        if self._base is None or self._base.shape != shape:
            self._base = self._painted_base(scene, shape, ratio, place, field)
        if self._pixels.shape != shape:
            self._pixels = np.empty(shape, np.uint32)
            self._ink = np.zeros((2, *shape), np.uint16)
            self.canvas = pixel_image(self._pixels)
            self.canvas.setDevicePixelRatio(ratio)
        np.copyto(self._pixels, self._base)
        scene.paint(Sheet(self._pixels, self._ink, 1 / ratio, self._view.theme), place, alone)
        self._uncover_outputs(place.outputs, ratio)
        for rows in (slice(0, round(field.top() * ratio)), slice(round(field.bottom() * ratio), None)):
            self._pixels[rows] = self._base[rows]
        self.compositions += 1

    def _uncover_outputs(self, box: LayerBox, ratio: float) -> None:
        """Restore the outputs' names where edges cross them."""
        if box.columns == 1:
            return
        radius = radius_of(box)
        for k in range(box.n_places):
            middle = box.cell_box(k).center()
            left, right, top, bottom = (
                max(round(side * ratio), 0)
                for side in (
                    middle.x() - radius,
                    middle.x() + radius,
                    middle.y() - radius,
                    middle.y() + radius,
                )
            )
            self._pixels[top:bottom, left:right] = self._base[top:bottom, left:right]

    def _painted_base(
        self, scene: NetworkScene, shape: tuple[int, int], ratio: float, place: NetworkLayout, field: QRectF
    ) -> np.ndarray:
        """Return the static pixels: texts and output circles."""
        base = np.full(shape, value_of(self._view.theme.panel), np.uint32)
        image = pixel_image(base)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_words(self._view, painter, scene.columns(place))
        painter.setClipRect(field)
        for nth, unit in enumerate(scene.shown[-1].units.tolist()):
            paint_circle(self._view, painter, place.outputs, nth, scene.classes[unit], is_best=False)
        painter.end()
        return base
