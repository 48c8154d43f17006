"""Conversion between arrays and Qt images."""

import numpy as np
from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnstudio.data.colours import flattened
from nnstudio.paths import resource

SMALLEST_LIMIT = 1e-30


def colours_of(image: QImage) -> np.ndarray:
    """Return the colours of an image that is in memory.

    Parameters
    ----------
    image : QImage

    Returns
    -------
    float32 ndarray of shape (height, width, 3)
        Red, green and blue, 0 … 1, on paper where the image is transparent: see `flattened`.
    """
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    height, width = rgba.height(), rgba.width()
    rows = np.frombuffer(rgba.constBits(), np.uint8).reshape(height, rgba.bytesPerLine())
    pixels = rows[:, : 4 * width].reshape(height, width, 4)
    return flattened(pixels.astype(np.float32) / np.float32(255))


def indexed_image(index: np.ndarray, table: list[int]) -> QImage:
    """Convert colour indices to an image through a colour table.

    Parameters
    ----------
    index : ndarray of shape (height, width), uint8
    table : list of 256 int
        ``0xAARRGGBB`` for each index.

    Notes
    -----
    Aliasing: the image owns its pixels.  Thread: gui.

    Decided 2026-11: Qt could keep the indices, but paints such an image, and any it smooths, in pieces on a
    pool of threads, and waits for them without giving up the interpreter lock: 8 times as long on an idle
    machine, longer on one that trains.
    """
    pixels = np.take(np.asarray(table, np.uint32), index)
    is_opaque = min(table) >= 0xFF000000
    return pixel_image(pixels, QImage.Format.Format_RGB32 if is_opaque else QImage.Format.Format_ARGB32)


def pixel_image(pixels: np.ndarray, layout: QImage.Format = QImage.Format.Format_RGB32) -> QImage:
    """Wrap colours as an image.

    Parameters
    ----------
    pixels : ndarray of shape (height, width), uint32, C-contiguous
        ``0xffRRGGBB``.
    layout : QImage.Format, optional
        Pixel format.

    Notes
    -----
    Aliasing: the image is a view of ``pixels`` and keeps them alive.
    """
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, layout)


def signed_index(values: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Map values in −limit … +limit to colour indices 1 … 255, zero to 128.

    Parameters
    ----------
    values : ndarray, float
    limit : float or ndarray that broadcasts against ``values``
        Values beyond it take the end colours; where it is 0, or as good as 0, everything is zero.
    """
    limit = np.asarray(limit, np.float32)
    # 127 divided by the smallest floats would be infinite.
    scale = np.divide(127.0, limit, out=np.zeros_like(limit), where=limit > SMALLEST_LIMIT)
    scaled = values * scale
    np.clip(scaled, -127.0, 127.0, out=scaled)
    scaled += 128.5
    return scaled.astype(np.uint8)


def grey_index(image: np.ndarray) -> np.ndarray:
    """Map ink in 0 … 1 to colour indices 0 … 255."""
    return np.ascontiguousarray((np.clip(image, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8))


def icon(name: str, tint: str, size: int = 24) -> QIcon:
    """Return a shipped icon in the colour ``tint`` (``#rrggbb``)."""
    svg = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", tint)
    renderer = QSvgRenderer(QByteArray(svg.encode("utf-8")))
    result = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(QSize(size, size) * scale)
        pixmap.fill(QColor(Qt.GlobalColor.transparent))
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        result.addPixmap(pixmap)
    return result
