"""The loss over a plane of two directions, with the path of training."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from nnstudio.insight.contours import zero_contour
from nnstudio.insight.landscape import Landscape, PathPlace
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.images import pixel_image
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.landscape.descent_lines import DescentLines
from nnstudio.studio.panels.landscape.loss_bar import BAR_TIP, RANGE_STEP, LossBar, loss_colours
from nnstudio.studio.panels.landscape.slice_plot import heights
from nnstudio.studio.views.plane_image import PlaneImage
from nnstudio.studio.views.plot import Act, Plot
from nnstudio.studio.views.view import ARROWS

SMALLEST_PX = QSize(190, 150)
HERE_PX, PLACE_PX = 13, 8
REACH_PX = 9
"""So near the pointer a place of the path is told."""

_N_CONTOURS = 10


@contained
class PlanePlot(Plot):
    """Shows losses as colours with contours, and the path as dots coloured by the losses they really have."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            tr("Loss over a plane"), ("", " "), parent, explain=self._told_at, action_of=self._action_of
        )
        self.setMinimumSize(SMALLEST_PX * text_scale())
        self.setToolTip(
            tr(
                "The loss while the weights move along two directions, with contours.\n"
                "The ring is the network; dots are its path, in the colours of the losses that it really had."
            )
        )
        self.landscape: Landscape | None = None
        self._pixels: np.ndarray | None = None
        self.path: tuple[PathPlace, ...] = ()
        """The places that are drawn."""
        self.bar = LossBar()
        self.bar.changed.connect(self._paint)
        item = self.getPlotItem()
        item.layout.addItem(self.bar, 2, 3)
        self._image = PlaneImage()
        self._contours = pg.PlotCurveItem(antialias=True, connect="pairs")
        self._way = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(pxMode=True)
        self._here = pg.ScatterPlotItem(pxMode=True, brush=None)
        for height, each in enumerate((self._image, self._contours, self._way, self._dots, self._here), -1):
            each.setZValue(height)
            self.box.addItem(each, ignoreBounds=True)
        self.descents = DescentLines(self)
        self.bar.hide()
        self._here.hide()
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme, scale = appearance.theme, text_scale()
        self.showGrid(x=False, y=False)
        self._contours.setPen(pg.mkPen(colour(theme.text, 0.45), width=1))
        self._way.setPen(pg.mkPen(colour(theme.text, 0.8), width=1))
        self._here.setPen(pg.mkPen(colour(theme.selection), width=2.5 * scale))
        self._here.setSize(round(HERE_PX * scale))
        self.bar.restyle()
        self.descents.restyle()
        self._paint()

    def update_cross(self) -> None:
        """Show no cross-hair: the loss at the pointer is told."""

    # What is shown

    def show_landscape(
        self, found: Landscape | None, pixels: np.ndarray | None, path: tuple[PathPlace, ...]
    ) -> None:
        """Show another plane, as far as it is known, and places of the path; or nothing.

        Parameters
        ----------
        found : Landscape or None
        pixels : ndarray of shape (height, width), or None
            The losses at the pixels of the picture, from above; None before any is known.
        path : tuple of PathPlace
        """
        if found is self.landscape and path == self.path:
            return
        self.landscape, self._pixels, self.path = found, pixels, path
        is_there = found is not None
        self.bar.setVisible(is_there)
        self._here.setVisible(is_there)
        if found is not None:
            across, up = found.axes
            self.set_label("bottom", across.title)
            self.set_label("left", up.title)
            self.fit(across.ends, up.ends)
            self.bar.follow(*heights(np.append(found.values.ravel(), found.loss_here)))
            self._here.setData([across.here], [up.here])
        self._paint()

    def _paint(self) -> None:
        found = self.landscape
        if found is None:
            self._image.show_image(None, QRectF())
            for item in (self._contours, self._way, self._dots):
                item.setData([], [])
            return
        (x1, x2), (y1, y2) = (axis.ends for axis in found.axes)
        if self._pixels is not None:
            image = self._image_of(found, self._pixels)
            self._image.show_image(image, QRectF(x1, y1, x2 - x1, y2 - y1))
        self._draw_contours(found)
        places = np.array([place.places for place in self.path]).reshape(-1, 2)
        self._way.setData(*places.T)
        theme = appearance.theme
        table = loss_colours(theme)
        losses = np.array([place.loss for place in self.path])
        codes = table[self._indices(np.nan_to_num(losses, nan=np.inf))]
        self._dots.setData(
            *places.T,
            brush=[pg.mkBrush(f"#{code & 0xFFFFFF:06x}") for code in codes.tolist()],
            pen=pg.mkPen(colour(theme.text), width=1),
            size=round(PLACE_PX * text_scale()),
        )

    def _indices(self, losses: np.ndarray) -> np.ndarray:
        low, high = self.bar.levels()
        shares = (losses - low) / max(high - low, np.finfo(np.float64).tiny)
        return (np.clip(shares, 0, 1) * 255).astype(np.uint8)

    def _image_of(self, found: Landscape, pixels: np.ndarray) -> QImage:
        filled = found.filled
        is_gap = ~np.isfinite(filled)
        image = pixel_image(loss_colours(appearance.theme)[self._indices(pixels)])
        if is_gap.any():
            image = image.copy()
            painter = QPainter(image)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(appearance.theme.muted))
            painter.setBrush(Qt.BrushStyle.BDiagPattern)
            rows, columns = (n - 1 for n in filled.shape)
            height, width = pixels.shape
            for row, column in np.argwhere(is_gap).tolist():
                painter.drawRect(
                    QRectF(
                        (column - 0.5) / columns * width,
                        (rows - row - 0.5) / rows * height,
                        width / columns,
                        height / rows,
                    )
                )
            painter.end()
        return image

    def _draw_contours(self, found: Landscape) -> None:
        """Draw lines of equal loss, closer where the loss is small: those of a round bowl are even."""
        low, high = self.bar.levels()
        ends = list(zip(*(axis.ends for axis in found.axes), strict=True))
        segments = [np.empty((0, 2, 2))]
        if found.is_done:
            for k in range(1, _N_CONTOURS):
                level = low + (high - low) * (k / _N_CONTOURS) ** 2
                segments.append(zero_contour(found.values - level, *ends))
        points = np.concatenate(segments).reshape(-1, 2)
        self._contours.setData(points[:, 0], points[:, 1])

    # Pointer and keys

    def _told_at(self, place: QPoint) -> str:
        """Return the loss at a place, and what a dot of the path there is."""
        found = self.landscape
        position = QPointF(place)
        if self.bar.isVisible() and self.bar.sceneBoundingRect().contains(position):
            return tr(BAR_TIP)
        if found is None or not self.is_within_axes(position):
            return ""
        at = np.array(self.place_at(position))
        lines = [*self._path_at(at), *self._loss_at(found, at)]
        return "\n".join(lines)

    def _loss_at(self, found: Landscape, at: np.ndarray) -> list[str]:
        if any(
            not low <= value <= high
            for value, (low, high) in zip(at, (a.ends for a in found.axes), strict=True)
        ):
            return []
        column, row = (
            int(np.abs(places - value).argmin()) for places, value in zip(found.places, at, strict=True)
        )
        said = [
            f"{axis.title}: {figure(places[k])}"
            for axis, places, k in zip(found.axes, found.places, (column, row), strict=True)
        ]
        loss = found.values[row, column]
        if not found.is_known[row, column]:
            return [*said, tr("not computed yet")]
        words = tr("loss {loss}").format(loss=figure(loss)) if np.isfinite(loss) else tr("loss not finite")
        return [*said, words]

    def _path_at(self, at: np.ndarray) -> list[str]:
        if not self.path:
            return []
        per_px = np.array(self.box.viewPixelSize())
        places = np.array([place.places for place in self.path])
        far = np.hypot(*((places - at) / per_px).T)
        if far.min() > REACH_PX * text_scale():
            return []
        place = self.path[int(far.argmin())]
        return [
            tr("step {step:,}: its own loss {loss}, {share:.0f} % off the plane").format(
                step=place.step, loss=figure(place.loss), share=100 * place.share_off
            )
        ]

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what changes the range of the colours, or moves the start of descents."""
        is_shifted = modifiers == Qt.KeyboardModifier.ShiftModifier
        if key in ARROWS and is_shifted and self.descents.start.isVisible():
            return lambda: self.descents.step(*ARROWS[key])
        if key == Qt.Key.Key_Less:
            return lambda: self.bar.widen(1 / RANGE_STEP)
        if key == Qt.Key.Key_Greater:
            return lambda: self.bar.widen(RANGE_STEP)
        return self.bar.reset if key == Qt.Key.Key_Backspace else None
