"""Convert one image or drawing to a network's inputs, character by character; for ``predict``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnstudio.cli.streams import silent_libraries
from nnstudio.data.paper import BlankImageError
from nnstudio.data.picture import CharacterImages, character_of_picture, characters_of_picture
from nnstudio.data.rasterise import rasterise
from nnstudio.data.segment import characters, word_starts
from nnstudio.errors import UserError
from nnstudio.files.drawing_file import check_readable, read_drawing
from nnstudio.files.file_types import DRAWING, NETWORK, type_of
from nnstudio.files.image_file import read_image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec


class InputFileError(UserError):
    """A file without a character to read."""


def read_characters(
    path: Path,
    spec: RasterSpec,
    *,
    single: bool,
    confidence: Callable[[NDArray[np.float32]], NDArray[np.floating[Any]]],
) -> CharacterImages:
    """Read a character, or lines of them, from a file.

    Parameters
    ----------
    path : Path
        A JSON drawing if its name ends in ``.json``, else an image.
    spec : RasterSpec
        The model's.
    single : bool
        Treat everything in the file as one character.
    confidence : callable
        How sure the model is of images: see `characters_of_picture`.

    Returns
    -------
    CharacterImages
        At least one.

    Raises
    ------
    UserError
        If the file cannot be read, or is blank; the sentence begins with the path.
    """
    if type_of(path) is DRAWING:
        drawing = read_drawing(path)
        line = (drawing,) if single else characters(drawing)
        return CharacterImages(tuple(rasterise(part, spec) for part in line), word_starts(line))
    if type_of(path) is NETWORK:
        check_readable(path)
        raise InputFileError(
            f"{path} is a network, not a picture. Read pictures by it: nnstudio predict PICTURE --model …"
        )
    with silent_libraries():
        picture = read_image(path)
    try:
        if single:
            return character_of_picture(picture, spec)
        return characters_of_picture(picture, spec, confidence=confidence)
    except BlankImageError as error:
        raise InputFileError(f"{path}: {error}") from error
