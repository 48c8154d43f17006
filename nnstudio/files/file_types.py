"""The types of files that can be opened, by suffix; the window and the command line use it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from nnstudio.data.containers import holds_arrays_of_images, is_no_picture
from nnstudio.data.points_table import is_points_table
from nnstudio.files.network_toml import is_written_network
from nnstudio.files.points_toml import is_points_toml
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class FileType:
    """A type of file.

    Attributes
    ----------
    title : str
        For people; a mark for translations, not translated yet.
    suffixes : tuple of str
        In lower case, the one that is written first.
    rank : int
        Of files that are opened together, those of a lower rank come first.
    """

    title: str
    suffixes: tuple[str, ...]
    rank: int

    @property
    def suffix(self) -> str:
        """The suffix of files that are written."""
        return self.suffixes[0]

    @property
    def dialog_filter(self) -> str:
        """The type in the user's language, as a file dialog lists it."""
        return f"{tr(self.title)} ({' '.join(f'*{suffix}' for suffix in self.suffixes)})"


@dataclass(frozen=True)
class ImageFormat:
    """A format of raster images.

    Attributes
    ----------
    title : str
        Its name for people, the same in all languages.
    pillow_name : str
        Pillow's name of it.
    suffixes : tuple of str
        In lower case.
    needs : str
        The module that reads it, where that may be missing.
    """

    title: str
    pillow_name: str
    suffixes: tuple[str, ...]
    needs: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether what reads it is installed; nothing is imported for the question."""
        return not self.needs or find_spec(self.needs) is not None


HEIC = ImageFormat("HEIC", "HEIF", (".heic", ".heif"), needs="pillow_heif")
IMAGE_FORMATS = tuple(
    image_format
    for image_format in (
        ImageFormat("PNG", "PNG", (".png",)),
        ImageFormat("JPEG", "JPEG", (".jpg", ".jpeg", ".jfif")),
        ImageFormat("GIF", "GIF", (".gif",)),
        ImageFormat("BMP", "BMP", (".bmp",)),
        ImageFormat("PGM", "PPM", (".pgm", ".pbm", ".ppm")),
        ImageFormat("TIFF", "TIFF", (".tif", ".tiff")),
        ImageFormat("WebP", "WEBP", (".webp",), needs="PIL._webp"),
        ImageFormat("AVIF", "AVIF", (".avif",), needs="PIL._avif"),
        ImageFormat("JPEG 2000", "JPEG2000", (".jp2",)),
        HEIC,
    )
    if image_format.is_readable
)
"""What `files.image_file` reads here; dialogs and messages list it."""

SESSION = FileType(translatable("Session"), (".nnstudio",), rank=0)
NETWORK = FileType(translatable("Network"), (".safetensors", ".onnx"), rank=0)
DRAWING = FileType(translatable("Drawing"), (".json",), rank=2)
IMAGE = FileType(
    translatable("Image"),
    tuple(suffix for image_format in IMAGE_FORMATS for suffix in image_format.suffixes),
    rank=2,
)
RECIPE = FileType(translatable("Recipe, small network or points"), (".toml",), rank=1)
SMALL_NETWORK = FileType(translatable("Small network"), (".toml",), rank=0)
"""Written out as text. Its contents tell it from a recipe, whose suffix it has."""

IMAGE_TABLE = FileType(
    translatable("Tables of points, and of images"),
    (".csv", ".tsv", ".txt", ".tab", ".data", ".dat", ".arff", ".npy", ".gz", ".bz2", ".xz", ".zip", ".mat"),
    rank=1,
)
POINTS = FileType(translatable("Points"), (".csv", ".tsv", ".txt", ".tab", ".data", ".dat"), rank=1)
"""A table of points. Its contents tell it from one of images, whose suffixes it has, or from a recipe."""

LESSON = FileType(translatable("Lesson"), (".nnlesson",), rank=1)
"""Its text alone is a file with the suffix of a recipe; its contents tell it from one."""

SWEEP_TABLE = FileType(translatable("Table of a sweep"), (".sweep",), rank=1)
LABELLED_DRAWINGS = FileType(translatable("Labelled drawings"), (".jsonl", ".npz"), rank=2)
IMAGE_FOLDER = FileType("Folder of images", (), rank=1)

FILE_TYPES = (SESSION, NETWORK, DRAWING, IMAGE, RECIPE, IMAGE_TABLE, LABELLED_DRAWINGS, SWEEP_TABLE, LESSON)
"""All that a suffix tells, in the order of dialogs."""

_LESSON_BYTES = 256 * 1024
"""What a lesson's text has at most."""

_BY_SUFFIX = {suffix: file_type for file_type in FILE_TYPES for suffix in file_type.suffixes}


def type_of(path: Path) -> FileType:
    """Return the type of a file by its suffix, or of a folder; where it tells nothing, by the contents.

    Examples
    --------
    >>> from pathlib import Path
    >>> type_of(Path("seven.JSON")) is DRAWING
    True

    An unknown suffix counts as an image, which is recognised by its contents:

    >>> type_of(Path("seven")) is IMAGE
    True
    """
    # Path.is_dir raises for a name that is too long.
    if os.path.isdir(path):
        return IMAGE_FOLDER
    file_type = _BY_SUFFIX.get(path.suffix.lower())
    if file_type is RECIPE and is_written_network(path):
        return SMALL_NETWORK
    if file_type is RECIPE and is_points_toml(path):
        return POINTS
    if file_type is RECIPE and _is_lesson(path):
        return LESSON
    if file_type is IMAGE_TABLE and path.suffix.lower() in POINTS.suffixes and is_points_table(path):
        return POINTS
    if file_type is LABELLED_DRAWINGS and holds_arrays_of_images(path):
        return IMAGE_TABLE
    return file_type or (IMAGE_TABLE if is_no_picture(path) else IMAGE)


def _is_lesson(path: Path) -> bool:
    """Tell whether a TOML file has the table that only lessons have; what cannot be read has none."""
    try:
        with path.open("rb") as file:
            return any(line.strip() == b"[[step]]" for line in file.read(_LESSON_BYTES).splitlines())
    except OSError:
        return False


def in_opening_order(paths: Iterable[Path]) -> list[Path]:
    """Sort files that are opened together: networks first, then data, then what they read."""
    return sorted(paths, key=lambda path: type_of(path).rank)
