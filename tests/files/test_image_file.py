"""Image files of every kind become colours; what is no image, or a damaged one, is said in a sentence."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from nnstudio.data.colours import luminance
from nnstudio.files.file_types import IMAGE, IMAGE_FORMATS
from nnstudio.files.image_file import MAX_FILE_BYTES, MAX_SIDE, ImageFileError, read_image

RAMP = np.arange(0, 5 * 7 * 7, 7, dtype=np.uint8).reshape(5, 7)
"""Five rows of seven pixels: most formats pad rows of seven bytes."""


def read_grey(path):
    return luminance(read_image(path))


def saved(image, path, **options):
    image.save(path, **options)
    return path


def photo(width=96, height=64):
    """A picture with fine detail, whose file is long enough to be cut."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


def encoded(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "PPM", "TIFF", "GIF"])
def test_every_lossless_format_keeps_the_grey_values(tmp_path, kind):
    grey = read_grey(saved(Image.fromarray(RAMP), tmp_path / "image", format=kind))
    assert grey.dtype == np.float32
    np.testing.assert_allclose(grey, RAMP / 255, atol=1e-6)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "JPEG2000"])
def test_every_lossy_format_is_about_right(tmp_path, kind):
    pixels = np.kron(RAMP[::2, ::3], np.ones((16, 16), np.uint8))
    grey = read_grey(saved(Image.fromarray(pixels), tmp_path / "image", format=kind, quality=95))
    assert np.abs(grey - pixels / 255).mean() < 0.02


def test_what_is_listed_is_what_is_read(tmp_path):
    for image_format in IMAGE_FORMATS:
        for suffix in image_format.suffixes:
            path = saved(photo(), tmp_path / f"image{suffix}", format=image_format.pillow_name)
            assert read_image(path).shape == (64, 96, 3)
            assert suffix in IMAGE.suffixes


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P"])
def test_every_mode_of_a_png(tmp_path, mode):
    image = Image.fromarray(RAMP).convert(mode)
    np.testing.assert_allclose(read_grey(saved(image, tmp_path / "image.png")), RAMP / 255, atol=1e-2)


@pytest.mark.parametrize("width", [1, 13, 33])
def test_black_and_white_of_any_width(tmp_path, width):
    pixels = (np.indices((3, width)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = Image.fromarray(pixels).convert("1")
    np.testing.assert_allclose(read_grey(saved(image, tmp_path / "image.png")), pixels / 255, atol=1e-6)


@pytest.mark.parametrize("white", [255, 4095, 65535])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_16_bits_has_the_white_that_its_values_reach(tmp_path, kind, white):
    pixels = (RAMP / 255 * white).astype(np.uint16)
    pixels[0, 0] = white
    grey = read_grey(saved(Image.fromarray(pixels), tmp_path / "image", format=kind))
    np.testing.assert_allclose(grey, pixels / white, atol=1e-4)


def test_grey_as_floats_with_a_gap(tmp_path):
    pixels = (RAMP / 255).astype(np.float32)
    pixels[0, 0] = np.nan
    grey = read_grey(saved(Image.fromarray(pixels), tmp_path / "image.tiff"))
    np.testing.assert_allclose(grey, RAMP / 255, atol=1e-6)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_of_a_press_become_light(tmp_path, kind):
    image = Image.new("RGB", (32, 32), "white")
    image.paste((200, 0, 0), (8, 8, 24, 24))
    colours = read_image(saved(image.convert("CMYK"), tmp_path / "image", format=kind))
    np.testing.assert_allclose(colours[16, 16], [200 / 255, 0, 0], atol=0.03)
    np.testing.assert_allclose(colours[2, 2], 1, atol=0.03)


def test_colours_are_red_green_and_blue(tmp_path):
    image = Image.fromarray(np.uint8([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]]))
    path = saved(image, tmp_path / "image.png")
    np.testing.assert_array_equal(read_image(path)[0], np.eye(3))
    np.testing.assert_allclose(read_grey(path), [[0.299, 0.587, 0.114]], atol=1e-6)


@pytest.mark.parametrize(("ink", "paper"), [(0, 1.0), (255, 0.0)])
@pytest.mark.parametrize("form", ["alpha", "palette", "one colour"])
def test_what_is_transparent_is_paper_under_the_ink(tmp_path, ink, paper, form):
    pixels = np.full((6, 6, 4), (255 - ink, 255 - ink, 255 - ink, 0), np.uint8)
    pixels[3, 2] = (ink, ink, ink, 255)
    image, options = Image.fromarray(pixels), {}
    if form == "palette":
        image = image.quantize(2)
    elif form == "one colour":
        image, options = Image.fromarray(pixels[..., 0]), {"transparency": 255 - ink}
    expected = np.full((6, 6), paper)
    expected[3, 2] = 1 - paper
    grey = read_grey(saved(image, tmp_path / "image.png", **options))
    np.testing.assert_allclose(grey, expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_every_format_is_followed(tmp_path, kind, orientation):
    upright = np.full((32, 48), 255, np.uint8)
    upright[:16, :16] = 0
    upright[:16, 32:] = 128
    held = [
        np.asarray,
        np.fliplr,
        lambda image: np.rot90(image, 2),
        np.flipud,
        np.transpose,
        lambda image: np.rot90(image, 1),
        lambda image: np.rot90(image, 2).T,
        lambda image: np.rot90(image, -1),
    ][orientation - 1](upright)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(Image.fromarray(np.ascontiguousarray(held)), tmp_path / "image", format=kind, exif=exif)
    grey = read_grey(path)
    assert grey.shape == upright.shape
    assert np.abs(grey - upright / 255).mean() < 0.03


def test_remarks_that_are_damaged_do_not_keep_a_picture_from_being_read(tmp_path):
    path = saved(photo(), tmp_path / "image.jpg", exif=b"Exif\0\0II*\0garbage and no table")
    assert read_image(path).shape == (64, 96, 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_pictures_the_first_is_read(tmp_path, kind):
    first, second = (Image.new("RGB", (20, 10), colour) for colour in ("black", "white"))
    path = tmp_path / "film"
    first.save(path, kind, save_all=True, append_images=[second])
    assert read_grey(path).max() < 0.02


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_averaged_down(tmp_path, kind):
    pixels = np.zeros((40, 2 * MAX_SIDE + 10), np.uint8)
    pixels[:, MAX_SIDE + 5 :] = 255
    grey = read_grey(saved(Image.fromarray(pixels), tmp_path / "image", format=kind))
    assert grey.shape == (20, MAX_SIDE)
    assert grey[:, : MAX_SIDE // 2 - 8].max() < 0.02
    assert grey[:, MAX_SIDE // 2 + 8 :].min() > 0.98


def test_the_ending_does_not_matter(tmp_path):
    path = saved(Image.fromarray(RAMP), tmp_path / "image.jpg", format="PNG")
    np.testing.assert_allclose(read_grey(path), RAMP / 255, atol=1e-6)


def png_header(width, height):
    """Return the beginning of a PNG that claims a size, with hardly any data behind."""

    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def garbled(content):
    middle = len(content) // 2
    return (
        content[:middle]
        + bytes(byte ^ 0x55 for byte in content[middle : middle + 40])
        + content[middle + 40 :]
    )


REFUSED = {
    "drawing.svg": (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="3"/></svg>',
        "not an image",
    ),
    "text.png": (b"seven", "not an image"),
    "empty.png": (b"", "not an image"),
    "program.pdf": (b"%PDF-1.4\n", "not an image"),
    "film.mp4": (b"\0\0\0\x18ftypisom" + bytes(64), "not an image"),
    "header.png": (encoded(photo(), "PNG")[:16], "damaged"),
    "header.jpg": (encoded(photo(), "JPEG")[:16], "damaged"),
    "garbled.png": (garbled(encoded(photo(), "PNG")), "damaged"),
    "bomb.png": (png_header(2_000_000_000, 2_000_000_000), "at most 120 megapixels"),
    "large.png": (png_header(100_000, 10_000), "100000 × 10000 pixels"),
    **{
        f"half.{kind.lower()}": (content[: len(content) // 2], "damaged")
        for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "AVIF")
        if (content := encoded(photo(), kind))
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_is_no_image_with_a_sentence(tmp_path, name):
    content, sentence = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImageFileError, match=sentence) as caught:
        read_image(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF"])
def test_any_bytes_are_read_or_refused(tmp_path, kind):
    rng = np.random.default_rng(1)
    content, path = encoded(photo(24, 16), kind), tmp_path / "image"
    for _ in range(40):
        changed = np.frombuffer(content, np.uint8).copy()
        changed[rng.integers(len(changed), size=3)] = rng.integers(256, size=3)
        path.write_bytes(changed.tobytes())
        try:
            read_image(path)
        except ImageFileError as error:
            assert str(path) in str(error)  # noqa: PT017 - most are read


def test_refuses_a_huge_file_before_it_is_unpacked(tmp_path):
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ImageFileError, match="128 MB"):
        read_image(path)


def test_a_heic_picture_is_named_where_it_cannot_be_read(tmp_path, monkeypatch):
    path = tmp_path / "photo.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    without = tuple(image_format for image_format in IMAGE_FORMATS if image_format.title != "HEIC")
    monkeypatch.setattr("nnstudio.files.image_file.IMAGE_FORMATS", without)
    with pytest.raises(ImageFileError, match=r"HEIC.*pillow-heif"):
        read_image(path)


def test_a_heic_picture_is_read_where_pillow_heif_is_installed(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    path = saved(Image.new("RGB", (96, 64), "white"), tmp_path / "photo.heic")
    np.testing.assert_allclose(read_image(path), np.ones((64, 96, 3)), atol=0.02)
