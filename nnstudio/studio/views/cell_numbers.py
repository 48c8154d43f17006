"""The numbers of pixels, written into the pixels of a picture."""

import math
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.views.tile_image import TileImage

READABLE_CELL = 25
"""Least width of a cell that fits two decimal places, in design pixels."""


def ink_words(ink: float, *, in_bytes: bool) -> str:
    """Return the ink of a pixel, 0 … 1, with the range of its numbers.

    Examples
    --------
    >>> ink_words(0.5, in_bytes=False), ink_words(0.5, in_bytes=True)
    ('0.5000 (0 paper … 1 full ink)', '128 (0 paper … 255 full ink)')
    """
    if in_bytes:
        return tr("{byte:.0f} (0 paper … 255 full ink)").format(byte=255 * ink)
    return tr("{share:.4f} (0 paper … 1 full ink)").format(share=ink)


@contained
class CellNumbers(QGraphicsItem):
    """Writes the numbers of an image of ink into its cells, where these are large enough.

    Parameters
    ----------
    image : TileImage
        Of one tile.
    """

    def __init__(self, image: TileImage) -> None:
        super().__init__(image)
        self._image = image
        self._in_bytes = False

    def write_in_bytes(self, in_bytes: bool) -> None:
        """Write bytes, 0 … 255, or shares of full ink with two decimals."""
        if in_bytes is not self._in_bytes:
            self._in_bytes = in_bytes
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the box of the image."""
        return self._image.boundingRect()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Write those that are seen."""
        to_pixels, theme = painter.transform(), appearance.theme
        if to_pixels.m11() < READABLE_CELL * text_scale():
            return
        view = self._image.getViewBox()
        seen = self._image.mapRectFromItem(view, view.rect()) & self.boundingRect()
        first_row, first_column = int(seen.top()), int(seen.left())
        numbers = self._image.tiles[
            0, first_row : math.ceil(seen.bottom()), first_column : math.ceil(seen.right())
        ]
        chosen = text_font(11)
        metrics = QFontMetricsF(chosen)
        to_baseline = (metrics.ascent() - metrics.descent()) / 2
        half_widths = _half_widths(chosen.pixelSize())
        painter.save()
        painter.resetTransform()
        # Where text runs from right to left, a point before the figures would be written after them.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(chosen)
        # At its place and without a change of the pen, a number takes half as long to write.
        for is_ink, code in ((False, theme.ink), (True, theme.paper)):
            painter.setPen(colour(code))
            rows, columns = np.nonzero((numbers > 0.5) == is_ink)
            texts = self._texts(numbers[rows, columns])
            left, top = to_pixels.dx() + to_pixels.m11() * (first_column + 0.5), to_pixels.dy() + to_baseline
            x = left + to_pixels.m11() * columns
            y = top + to_pixels.m22() * (first_row + rows + 0.5)
            for text, at, line in zip(texts.tolist(), x.tolist(), y.tolist(), strict=True):
                painter.drawText(QPointF(at - half_widths[text], line), text)
        painter.restore()

    def _texts(self, ink: np.ndarray) -> np.ndarray:
        if self._in_bytes:
            return _BYTES[np.rint(255 * ink).astype(int).clip(0, 255)]
        hundredths = np.rint(100 * ink).astype(int).clip(0, 100)
        # Not quite nothing is told from nothing.
        return np.where(ink == 0, "0", _HUNDREDTHS[hundredths])


_HUNDREDTHS = np.array([f"{hundredth / 100:.2f}".lstrip("0") for hundredth in range(100)] + ["1"])
_BYTES = np.array([str(byte) for byte in range(256)])


@cache
def _half_widths(size_px: int) -> dict[str, float]:
    """Return half of what each number takes, in a font of that size."""
    advance = QFontMetricsF(text_font(11)).horizontalAdvance
    return {text: advance(text) / 2 for text in (*_HUNDREDTHS.tolist(), *_BYTES.tolist())}
