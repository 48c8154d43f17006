"""The map behind the points: which class leads, or what one unit gives out; a pyqtgraph item."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter

from nnstudio.insight.plane_map import PlaneMap, activated, interpolated, led_classes
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.images import pixel_image, signed_index
from nnstudio.studio.painting.pixel_painting import mixed, value_of
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, Theme, appearance, field_table

OPACITY = 0.55
"""Of the map, so that points of the same colours are seen on it."""

LEVELS = 64
"""Strengths of a class's colour."""

MOST_PX = 70_000
"""Pixels that are computed in a frame; where there are more, each is repeated."""

_HATCH_PX = 4


@cache
def signed_field_table(theme: Theme) -> np.ndarray:
    """Return 256 colours, fully negative (0) over zero (128) to fully positive (255), uint32."""
    return mixed(value_of(theme.panel), np.asarray(field_table(theme)), np.float32(OPACITY))


@cache
def class_table(theme: Theme, n_classes: int) -> np.ndarray:
    """Return blue, green and red of each class from no lead to the full one, (3, n_classes · `LEVELS`)."""
    strengths = OPACITY * np.linspace(0, 1, LEVELS) ** FIELD_OPACITY_EXPONENT
    marks = [CLASS_MARKS[label % len(CLASS_MARKS)].colour_in(theme.name) for label in range(n_classes)]
    pixels = np.concatenate([mixed(value_of(theme.panel), value_of(code), strengths) for code in marks])
    return np.stack([pixels >> np.uint32(shift) & np.uint32(255) for shift in (0, 8, 16)]).astype(np.float32)


@cache
def lead_table(theme: Theme) -> np.ndarray:
    """Return 256 colours for the bar of a lead, whatever the class; the lower half is that of zero."""
    shares = np.clip(np.arange(-128, 128) / 127, 0, 1) ** FIELD_OPACITY_EXPONENT
    return mixed(value_of(theme.panel), value_of(theme.text), OPACITY * shares)


class Field(pg.UIGraphicsItem):
    """Paints a map all over the view, at the size of the screen's pixels.

    Parameters
    ----------
    drawn_limit : callable (limit) -> limit
        Returns the value of the full colour to draw with for the one that follows the numbers.

    Notes
    -----
    As in `views.tile_image`, the pixels are computed by NumPy and handed to Qt in true colours: what Qt
    scales, it scales on a pool of threads that it waits for with the interpreter lock.
    """

    def __init__(self, drawn_limit: Callable[[np.ndarray], np.ndarray]) -> None:
        super().__init__()
        self._drawn_limit = drawn_limit
        self._map: PlaneMap | None = None
        self._unit: tuple[int, int] | None = None
        self._limit = 1.0
        self._drawn: QImage | None = None
        self._drawn_at: tuple[float, ...] = ()

    def show_map(self, plane_map: PlaneMap, unit: tuple[int, int] | None, limit: float) -> None:
        """Show the classes (``unit`` is None), or the activation of a unit of a layer."""
        self._map, self._unit, self._limit = plane_map, unit, limit
        self.redraw()

    def redraw(self, _: object = None) -> None:
        """Compute the pixels again at the next painting."""
        self._drawn = None
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint what is seen of the map, which is all of it."""
        if self._map is None:
            return
        to_painter = painter.transform()
        # Pixels of the device per unit of the painter, which may be redirected to a file.
        ratio = painter.deviceTransform().m11() / to_painter.m11()
        seen = to_painter.mapRect(self.boundingRect())
        box = QRectF(seen.topLeft() * ratio, seen.size() * ratio).toRect()
        if box.isEmpty():
            return
        place = (*box.getRect(), ratio)
        if self._drawn is None or self._drawn_at != place:
            self._drawn, self._drawn_at = pixel_image(self.pixels(box.height(), box.width())), place
        painter.save()
        painter.resetTransform()
        painter.scale(1 / ratio, 1 / ratio)
        painter.drawImage(QPoint(box.left(), box.top()), self._drawn)
        painter.restore()

    def pixels(self, height: int, width: int) -> np.ndarray:
        """Compute the colours, uint32 (height, width); row 0 has the highest x₂."""
        assert self._map is not None, "there is a map to paint"
        times = max(math.ceil(math.sqrt(height * width / MOST_PX)), 1)
        rows, columns = -(-height // times), -(-width // times)
        colours = self._coloured(self._map, rows, columns)
        last = len(self._map.z) - 1
        is_finite = self._map.is_finite(last if self._unit is None else self._unit[0])
        if not is_finite.all():
            _hatch(colours, is_finite)
        colours = colours[::-1]
        if times > 1:
            colours = colours.repeat(times, axis=0)[:height].repeat(times, axis=1)[:, :width]
        return np.ascontiguousarray(colours)

    def _coloured(self, plane_map: PlaneMap, rows: int, columns: int) -> np.ndarray:
        theme, limit = appearance.theme, float(self._drawn_limit(np.array(self._limit)))
        layer, unit = self._unit or (len(plane_map.z) - 1, None)
        name, z = plane_map.architecture.activations[layer], plane_map.z[layer]
        if unit is None:
            labels, leads = led_classes(name, np.nan_to_num(z))
            # Of a network that has diverged, the sums are so large that they differ by infinity.
            with np.errstate(over="ignore"):
                strengths = np.clip(leads * ((LEVELS - 1) / limit) + 0.5, 0, LEVELS - 1)
            index = labels.astype(np.intp) * LEVELS + strengths.astype(np.intp)
            # A single output stands for two classes. Colours are interpolated: to decide at every pixel takes
            # many steps, after each of which the trainer may have the interpreter lock.
            return _packed(interpolated(class_table(theme, max(len(z), 2))[:, index], rows, columns))
        # Softmax needs the sums of all.
        is_alone = name != "softmax"
        a = activated(name, interpolated(z[unit : unit + 1] if is_alone else z, rows, columns))
        return signed_field_table(theme).take(signed_index(a[0 if is_alone else unit], limit))


def _packed(channels: np.ndarray) -> np.ndarray:
    """Return blue, green and red, (3, rows, columns), as pixels, uint32."""
    pixels = np.full((*channels.shape[1:], 4), 255, np.uint8)
    pixels[..., :3] = np.moveaxis(channels, 0, -1)
    return pixels.view(np.uint32)[..., 0]


def _hatch(colours: np.ndarray, is_finite: np.ndarray) -> None:
    """Hatch where there are no numbers; colours (rows, columns) are modified."""
    rows, columns = (
        np.arange(n_px) * n_nodes // n_px
        for n_px, n_nodes in zip(colours.shape, is_finite.shape, strict=True)
    )
    is_line = np.add.outer(np.arange(colours.shape[0]), np.arange(colours.shape[1])) % _HATCH_PX == 0
    is_missing = ~is_finite[np.ix_(rows, columns)]
    theme = appearance.theme
    colours[is_missing] = value_of(theme.panel)
    colours[is_missing & is_line] = value_of(theme.muted)
