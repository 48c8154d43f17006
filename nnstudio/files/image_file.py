"""Read image files by Pillow, which is imported when the first is read; command line and window use it."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.colours import flattened
from nnstudio.errors import UserError
from nnstudio.files.drawing_file import check_readable
from nnstudio.files.file_types import HEIC, IMAGE_FORMATS
from nnstudio.language import tr

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

MAX_FILE_BYTES = 128 << 20
MAX_MEGAPIXELS = 120
"""Larger pictures are refused before their pixels are unpacked: these take 360 MB."""

MAX_SIDE = 2560
"""Longer side in pixels that larger pictures are averaged to as they are read: nothing needs more."""

_SUFFICIENT_SIDE = 1920
"""Longer side in pixels that a photo from a camera must keep."""

_DEEP = (255, 4095, 65535)
"""Full white where a grey pixel has more than 8 bits, by the largest value that occurs."""

_ORIENTATION = 0x0112
"""EXIF's number of how a camera was held."""

_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""Pillow's names of what turns a picture upright, by how the camera was held."""

_HEIC_BRANDS = {b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")}

_DECODING_ERRORS = (
    *(OSError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, EOFError),
    *(ArithmeticError, RuntimeError, MemoryError, struct.error, zlib.error),
)
"""What Pillow's decoders raise for bytes that are not as they should be."""


class ImageFileError(UserError):
    """An image file that cannot be read."""


def read_image(path: Path) -> NDArray[np.float32]:
    """Read an image file, turned upright.

    Parameters
    ----------
    path : Path
        A raster image; of several in a file the first.

    Returns
    -------
    float32 ndarray of shape (height, width, 3)
        Red, green and blue, 0 black … 1 white, on the paper that `flattened` lays under transparent places. A
        picture with a side of more than 2560 pixels is averaged down to that.

    Raises
    ------
    UserError
        Missing, not an image, damaged, or larger than 128 MB or 120 megapixels.
    """
    content = _content(path)
    with warnings.catch_warnings():
        # Of what is odd about a file and does not keep it from being read.
        warnings.simplefilter("ignore")
        image = _opened(path, content)
        width, height = image.size
        if width * height > MAX_MEGAPIXELS * 1_000_000:
            raise ImageFileError(
                tr(
                    "{path} has {width} × {height} pixels; at most {most} megapixels are read. "
                    "Save a smaller image."
                ).format(path=path, width=width, height=height, most=MAX_MEGAPIXELS)
            )
        try:
            return _colours(_unpacked(image, content))
        except _DECODING_ERRORS as error:
            reason = str(error).rstrip(".") or type(error).__name__
            raise ImageFileError(
                tr("{path} is damaged: {reason}. Save it again.").format(path=path, reason=reason)
            ) from error


def _content(path: Path) -> bytes:
    check_readable(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ImageFileError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise ImageFileError(
            tr("{path} is larger than {max_file_bytes} MB. Save a smaller image.").format(
                path=path, max_file_bytes=MAX_FILE_BYTES >> 20
            )
        )
    return content


def _opened(path: Path, content: bytes) -> Image:
    """Return the image of a file, its pixels not unpacked yet.

    Raises
    ------
    ImageFileError
        It is none, or breaks off before the first pixel.
    """
    from PIL import Image

    if HEIC in IMAGE_FORMATS:
        # Once more does no harm.
        from pillow_heif import register_heif_opener

        register_heif_opener()
    # This module compares the number of pixels itself, without warnings.
    Image.MAX_IMAGE_PIXELS = None
    names = [image_format.pillow_name for image_format in IMAGE_FORMATS]
    try:
        return Image.open(io.BytesIO(content), formats=names)
    except _DECODING_ERRORS as error:
        accepts = [Image.OPEN[name][1] for name in names if name in Image.OPEN]
        if any(accept is not None and accept(content[:16]) is True for accept in accepts):
            raise ImageFileError(
                tr("{path} is damaged: its first lines are cut short or garbled. Save it again.").format(
                    path=path
                )
            ) from error
    if content[4:12] in _HEIC_BRANDS:
        raise ImageFileError(
            tr(
                "{path} is a HEIC image, which is read only where the package pillow-heif is installed. Save "
                "it as JPEG or PNG, or install that."
            ).format(path=path)
        )
    raise ImageFileError(
        tr("{path} is not an image that nnstudio reads. It reads {formats}.").format(
            path=path, formats=", ".join(image_format.title for image_format in IMAGE_FORMATS)
        )
    )


def _unpacked(image: Image, content: bytes) -> Image:
    """Unpack an image, averaged down to the largest side that is read, and turned as its file says.

    Returns
    -------
    Image
        In mode RGB, RGBA or F.
    """
    from PIL import Image

    if image.format == "PNG":
        # Unpacking does not look at the checksums, and stops at the last pixel.
        Image.open(io.BytesIO(content), formats=["PNG"]).verify()
    # JPEG is unpacked at a half, a quarter or an eighth in a fraction of the time.
    step = max(1.0, max(image.size) / _SUFFICIENT_SIDE)
    image.draft(None, (int(image.width / step), int(image.height / step)))
    image.load()
    if image.mode == "LAB":
        image = image.getchannel(0)
    is_deep = image.mode[0] in "IF"
    mode = "F" if is_deep else "RGBA" if image.has_transparency_data else "RGB"
    unpacked = image if image.mode == mode else image.convert(mode)
    step = max(1.0, max(unpacked.size) / MAX_SIDE)
    if step > 1:
        size = (max(1, round(unpacked.width / step)), max(1, round(unpacked.height / step)))
        unpacked = unpacked.resize(size, Image.Resampling.BOX)
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except _DECODING_ERRORS:
        # The remarks on a picture are damaged; the picture is not.
        orientation = 1
    return unpacked.transpose(Image.Transpose[_TURNS[orientation]]) if orientation in _TURNS else unpacked


def _colours(image: Image) -> NDArray[np.float32]:
    """Return the pixels of an image in mode RGB, RGBA or F."""
    values = np.asarray(image, np.float32)
    if values.ndim == 3:
        values /= 255
        return values if values.shape[2] == 3 else flattened(values)
    values = np.nan_to_num(values, nan=0, posinf=0, neginf=0)
    values -= min(0, values.min())
    largest = float(values.max())
    if largest > 1:
        values /= next((white for white in _DEEP if largest <= white), largest)
    return np.repeat(values[..., None], 3, axis=2)
