"""Convert one image or drawing to a network's inputs, character by character; for ``predict``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnstudio.cli.streams import silent_libraries
from nnstudio.data.normalise import BlankImageError, normalise_image
from nnstudio.data.rasterise import rasterise
from nnstudio.data.segment import characters, word_starts
from nnstudio.data.segment_image import CharacterImages, image_characters
from nnstudio.errors import UserError
from nnstudio.files.drawing_file import read_drawing
from nnstudio.files.file_types import DRAWING, type_of
from nnstudio.files.image_file import read_grey

if TYPE_CHECKING:
    from pathlib import Path

    from nnstudio.data.rasterise import RasterSpec


class InputFileError(UserError):
    """A file without a character to read."""


def read_characters(path: Path, spec: RasterSpec, *, whole: bool) -> CharacterImages:
    """Read a character, or a line of them, from a file.

    Parameters
    ----------
    path : Path
        A JSON drawing if its name ends in ``.json``, else an image.
    spec : RasterSpec
        The model's.
    whole : bool
        Treat everything in the file as one character.

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
        line = (drawing,) if whole else characters(drawing)
        return CharacterImages(tuple(rasterise(part, spec) for part in line), word_starts(line))
    with silent_libraries():
        grey = read_grey(path)
    try:
        return (
            CharacterImages((normalise_image(grey, spec),), (0,)) if whole else image_characters(grey, spec)
        )
    except BlankImageError as error:
        raise InputFileError(f"{path}: {error}") from error
