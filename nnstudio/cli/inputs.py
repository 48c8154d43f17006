"""Turn one file, an image or a drawing, into what a network sees; used by ``predict``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnstudio.cli.qt import qt_needed
from nnstudio.cli.streams import silent_libraries
from nnstudio.data.normalise import BlankImageError, normalise_image
from nnstudio.data.rasterise import rasterise
from nnstudio.errors import UserError
from nnstudio.files.drawing_file import check_readable, read_drawing

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec


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
    if path.suffix.lower() == ".json":
        return rasterise(read_drawing(path), spec)
    check_readable(path)
    try:
        return _read_image(path, spec)
    except BlankImageError as error:
        raise InputFileError(f"{path}: {error}") from error


def _read_image(path: Path, spec: RasterSpec) -> NDArray[np.float32]:
    with qt_needed(f"Reading {path}"):
        from nnstudio.studio.images import read_grey
    with silent_libraries():
        grey = read_grey(path)
    return normalise_image(grey, spec)
