import gc
import struct
import weakref
import zlib

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from nnstudio.paths import resource
from nnstudio.studio.painting.images import (
    MAX_FILE_BYTES,
    ImageFileError,
    grey_index,
    icon,
    indexed_image,
    pixel_image,
    read_grey,
    signed_index,
)

RAMP = np.arange(0, 5 * 7 * 7, 7, dtype=np.uint8).reshape(5, 7)
"""Five rows of seven pixels: no format stores rows of seven bytes without padding in memory."""


def grey_image(pixels=RAMP):
    height, width = pixels.shape
    return QImage(pixels.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()


def saved(image, path, kind="PNG", quality=-1):
    assert image.save(str(path), kind, quality)
    return path


@pytest.mark.parametrize("kind", ["PNG", "BMP", "PGM", "XPM"])
def test_every_lossless_format_keeps_the_grey_values(tmp_path, kind):
    grey = read_grey(saved(grey_image(), tmp_path / "image", kind, 100))
    assert grey.dtype == np.float32
    np.testing.assert_allclose(grey, RAMP / 255, atol=1 / 255)


@pytest.mark.parametrize(
    "pixel_format",
    [
        QImage.Format.Format_RGB888,
        QImage.Format.Format_RGB32,
        QImage.Format.Format_ARGB32,
        QImage.Format.Format_RGBA64,
        QImage.Format.Format_Grayscale16,
        QImage.Format.Format_Indexed8,
    ],
)
def test_every_pixel_format_and_odd_widths(tmp_path, pixel_format):
    image = grey_image().convertToFormat(pixel_format)
    np.testing.assert_allclose(read_grey(saved(image, tmp_path / "image.png")), RAMP / 255, atol=1.5 / 255)


@pytest.mark.parametrize("width", [1, 2, 3, 13, 31, 33])
def test_black_and_white_of_any_width(tmp_path, width):
    pixels = (np.indices((3, width)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = grey_image(pixels).convertToFormat(QImage.Format.Format_Mono)
    np.testing.assert_array_equal(read_grey(saved(image, tmp_path / "image.png")), pixels / 255)


def test_a_photograph_is_about_right(tmp_path):
    pixels = np.repeat(np.repeat(RAMP[::2, ::3], 16, axis=0), 16, axis=1)
    grey = read_grey(saved(grey_image(pixels), tmp_path / "image.jpg", "JPG", 95))
    assert np.abs(grey - pixels / 255).mean() < 0.02


def test_colours_become_their_brightness(tmp_path):
    image = QImage(3, 1, QImage.Format.Format_RGB888)
    for x, name in enumerate(("#ff0000", "#00ff00", "#0000ff")):
        image.setPixelColor(x, 0, QColor(name))
    np.testing.assert_allclose(
        read_grey(saved(image, tmp_path / "image.png")), [[0.299, 0.587, 0.114]], atol=1e-3
    )


@pytest.mark.parametrize(("ink", "paper"), [("#000000", 1.0), ("#ffffff", 0.0)])
def test_what_is_transparent_is_paper_under_the_ink(tmp_path, ink, paper):
    image = QImage(6, 6, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    image.setPixelColor(2, 3, QColor(ink))
    expected = np.full((6, 6), paper)
    expected[3, 2] = 1 - paper
    np.testing.assert_allclose(read_grey(saved(image, tmp_path / "image.png")), expected, atol=1e-6)


def test_the_ending_does_not_matter(tmp_path):
    path = saved(grey_image(), tmp_path / "image.jpg", "PNG")
    np.testing.assert_allclose(read_grey(path), RAMP / 255, atol=1e-3)


def png_header(width, height):
    """Return the beginning of a PNG that claims a size, with hardly any data behind."""

    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def png_bytes():
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    grey_image(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)).save(buffer, "PNG")
    return bytes(buffer.data().data())


REFUSED = {
    "drawing.svg": (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="3"/></svg>',
        "not an image",
    ),
    "text.png": (b"seven", "not an image"),
    "empty.png": (b"", "not an image"),
    "cut.png": (png_bytes()[:900], "damaged"),
    "header.png": (png_bytes()[:40], "damaged|not an image"),
    "bomb.png": (png_header(2_000_000_000, 2_000_000_000), "8192 pixels|damaged|not an image"),
    "wide.png": (png_header(100_000, 10), "8192 pixels"),
    "tall.png": (png_header(10, 8193), "8192 pixels"),
    "program.pdf": (b"%PDF-1.4\n", "not an image"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_is_no_image_with_a_sentence(tmp_path, name, qtlog):
    content, sentence = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(content)
    with qtlog.disabled(), pytest.raises(ImageFileError, match=sentence) as caught:
        read_grey(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


def test_refuses_a_huge_file_before_reading_it(tmp_path):
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ImageFileError, match="32 MB"):
        read_grey(path)


def test_refuses_what_is_missing_or_a_folder(tmp_path):
    with pytest.raises(ImageFileError, match="Check the path"):
        read_grey(tmp_path / "none.png")
    with pytest.raises(ImageFileError, match="folder"):
        read_grey(tmp_path)


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
