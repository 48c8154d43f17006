"""Read the drawings of parts that come with nnstudio: JSON with pen, eraser, and the strokes of each part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnstudio.data.part_drawing import PartDrawing
from nnstudio.data.strokes import Drawing, DrawingError
from nnstudio.errors import UserError
from nnstudio.files.shipped import find_shipped
from nnstudio.language import tr

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".json"
FOLDER = "parts"
FOUR_QUARTERS = "four-quarters"
"""Four quarters of a 0."""

MAX_BYTES = 256 * 1024
MOST_PARTS = 16


class PartsFileError(UserError):
    """A file without readable parts."""


@dataclass(frozen=True, eq=False)
class PartSet:
    """Parts of one character.

    Attributes
    ----------
    title : str
    character : str
        The name of the class that they are parts of.
    parts : tuple of PartDrawing
        1 to `MOST_PARTS`.
    """

    title: str
    character: str
    parts: tuple[PartDrawing, ...]


def open_parts(name_or_path: str) -> PartSet:
    """Read shipped parts by their name, or others by the path of their file.

    Raises
    ------
    PartsFileError
        If there are none, or an entry is missing or impossible.
    """
    path = find_shipped("set of parts", name_or_path, FOLDER, SUFFIX, PartsFileError)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PartsFileError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    try:
        if len(content) > MAX_BYTES:
            raise ValueError(tr("it is larger than {most:,} bytes").format(most=MAX_BYTES))
        return _read(json.loads(content))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, DrawingError) as error:
        raise _refusal(path, error) from error


def _read(obj: Any) -> PartSet:
    """Return the set of a parsed file; what is missing or wrong is raised by what reads it."""
    pen, eraser = float(obj["pen"]), float(obj["eraser"])
    if not (0 < pen < 1 and 0 < eraser < 1):
        raise ValueError(tr("pen and eraser are shares of the sheet, between 0 and 1"))
    parts = tuple(
        PartDrawing(
            Drawing.from_json({"strokes": part["ink"]}),
            pen,
            Drawing.from_json({"strokes": part["erased"]}),
            eraser,
        )
        for part in obj["parts"]
    )
    if not 1 <= len(parts) <= MOST_PARTS:
        raise ValueError(tr("there must be 1 to {most} parts").format(most=MOST_PARTS))
    return PartSet(str(obj["title"]), str(obj["character"]), parts)


def _refusal(path: Path, error: Exception) -> PartsFileError:
    reason = tr("it has no {name}").format(name=error) if isinstance(error, KeyError) else str(error)
    return PartsFileError(tr("{path} has no parts: {reason}.").format(path=path, reason=reason))
