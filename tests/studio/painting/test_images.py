import gc
import weakref

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from nnstudio.paths import resource
from nnstudio.studio.painting.images import (
    colours_of,
    grey_index,
    icon,
    indexed_image,
    pixel_image,
    signed_index,
)

RAMP = np.arange(0, 5 * 7 * 7, 7, dtype=np.uint8).reshape(5, 7)
"""Five rows of seven pixels: no format stores rows of seven bytes without padding in memory."""


@pytest.mark.parametrize(
    "pixel_format", [QImage.Format.Format_RGB888, QImage.Format.Format_RGBA64, QImage.Format.Format_Indexed8]
)
def test_the_colours_of_an_image_in_memory(pixel_format):
    height, width = RAMP.shape
    grey = QImage(RAMP.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
    colours = colours_of(grey.convertToFormat(pixel_format))
    assert colours.dtype == np.float32
    np.testing.assert_allclose(colours, np.stack([RAMP / 255] * 3, axis=-1), atol=1e-2)


def test_what_is_transparent_in_memory_is_paper():
    image = QImage(6, 6, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    image.setPixelColor(2, 3, QColor("#aa0000"))
    colours = colours_of(image)
    np.testing.assert_allclose(colours[3, 2], [2 / 3, 0, 0], atol=1e-6)
    assert (np.delete(colours.reshape(36, 3), 20, axis=0) == 1).all()


def test_signed_values_have_zero_in_the_middle():
    values = np.array([-2, -1, -0.5, 0, 0.5, 1, 2], np.float32)
    assert signed_index(values, 1.0).tolist() == [1, 1, 65, 128, 192, 255, 255]
    assert signed_index(values, 0.0).tolist() == [128] * 7
    assert signed_index(values * np.float32(1e-40), 1e-40).tolist() == [128] * 7
    each = signed_index(np.array([[[1.0]], [[0.01]]], np.float32), np.array([1, 0.01])[:, None, None])
    assert each.ravel().tolist() == [255, 255]


def test_ink_beyond_its_range_is_cut():
    assert grey_index(np.array([[-1, 0, 0.5, 1, 2]])).tolist() == [[0, 0, 128, 255, 255]]


def test_an_indexed_image_of_odd_width_keeps_its_rows():
    index = np.ascontiguousarray(RAMP)
    image = indexed_image(index, [0xFF000000 | k << 16 | k << 8 | k for k in range(256)])
    for row in range(5):
        assert [QColor(image.pixel(x, row)).red() for x in range(7)] == RAMP[row].tolist()


def test_an_image_keeps_its_pixels_alive_and_no_longer():
    pixels = np.full((40, 50), 0xFF123456, np.uint32)
    watch = weakref.ref(pixels)
    image = pixel_image(pixels)
    del pixels
    gc.collect()
    assert watch() is not None
    assert image.pixel(49, 39) == 0xFF123456
    del image
    gc.collect()
    assert watch() is None


@pytest.mark.parametrize(
    "name", ["play", "pause", "step-batch", "step-epoch", "reset", "new-seed", "nnstudio"]
)
def test_icons_have_ink_in_their_tint(name):
    picture = icon(name, "#50a0ff").pixmap(24, 24).toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() > 250
    }
    if "currentColor" in resource("icons", f"{name}.svg").read_text("utf-8"):
        assert "#50a0ff" in colours
    assert colours
