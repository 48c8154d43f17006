"""Turn one file, an image or a drawing, into what a network sees; used by ``predict``."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from nnstudio.cli.qt import qt_needed
from nnstudio.cli.streams import silent_libraries
from nnstudio.data.normalise import BlankImageError, normalise_image
from nnstudio.data.rasterise import rasterise
from nnstudio.data.strokes import Drawing, DrawingError
from nnstudio.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

MAX_DRAWING_BYTES = 16 * 2**20
"""Several times what the longest drawing takes that can be read."""


class InputFileError(UserError):
    """A file that holds no character to read."""


def read_input(path: Path, spec: RasterSpec) -> NDArray[np.float32]:
    """Read one character from a file.

    Parameters
    ----------
    path : Path
        A JSON drawing if its name ends in ``.json``, else an image.
    spec : RasterSpec
        The model's.

    Returns
    -------
    ndarray of shape (size, size), float32
        Ink 1, paper 0.

    Raises
    ------
    UserError
        If the file cannot be read, or there is nothing on it; the sentence begins with the path.
    """
    _check_readable(path)
    try:
        if path.suffix.lower() == ".json":
            return _read_drawing(path, spec)
        return _read_image(path, spec)
    except (BlankImageError, DrawingError) as error:
        raise InputFileError(f"{path}: {error}") from error


def _check_readable(path: Path) -> None:
    """Look before a file is opened: opening a pipe would wait for ever."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror or error}. Check the path.") from error
    if stat.S_ISDIR(mode):
        raise InputFileError(f"{path} is a folder; name the files in it.")
    if not stat.S_ISREG(mode):
        raise InputFileError(f"{path} is no ordinary file; save it as an image first.")
    if not os.access(path, os.R_OK):
        raise InputFileError(f"{path} may not be read by you; change its permissions.")


def _read_drawing(path: Path, spec: RasterSpec) -> NDArray[np.float32]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_DRAWING_BYTES + 1)
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(content) > MAX_DRAWING_BYTES:
        raise InputFileError(f"{path} is larger than {MAX_DRAWING_BYTES >> 20} MB; no drawing is.")
    try:
        value = json.loads(content)
    except UnicodeDecodeError as error:
        raise InputFileError(
            f"{path} is not JSON: it is not text in UTF-8. Save the drawing again."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputFileError(f"{path} is not JSON: {error}. Save the drawing again.") from error
    drawing = Drawing.from_json(value)
    if drawing.is_empty:
        raise DrawingError("The drawing is empty: it has no line that could be read. Draw something.")
    return rasterise(drawing, spec)


def _read_image(path: Path, spec: RasterSpec) -> NDArray[np.float32]:
    with qt_needed(f"Reading {path}"):
        from nnstudio.studio.images import read_grey
    with silent_libraries():
        grey = read_grey(path)
    return normalise_image(grey, spec)
