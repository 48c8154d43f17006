"""Read drawings from JSON files strictly, and write them atomically; studio and command line use it."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from nnstudio.data.strokes import Drawing, DrawingError
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.foreign_files import check_not_foreign
from nnstudio.language import tr

if TYPE_CHECKING:
    from pathlib import Path

MAX_DRAWING_BYTES = 16 * 2**20
"""Several times the size of the longest valid drawing."""


class DrawingFileError(UserError):
    """A file without a readable drawing."""


def check_readable(path: Path) -> None:
    """Check a file before it is opened: opening a pipe would block.

    Raises
    ------
    DrawingFileError
        If there is no ordinary file that may be read.
    ForeignFormatError
        If it is of a kind that other programs read.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DrawingFileError(
            tr("{path} cannot be read: {reason}. Check the path.").format(path=path, reason=reason)
        ) from error
    if stat.S_ISDIR(mode):
        raise DrawingFileError(tr("{path} is a folder; name the files in it.").format(path=path))
    if not stat.S_ISREG(mode):
        raise DrawingFileError(tr("{path} is no ordinary file; save it as a file first.").format(path=path))
    if not os.access(path, os.R_OK):
        raise DrawingFileError(tr("{path} may not be read by you; change its permissions.").format(path=path))
    check_not_foreign(path)


def read_drawing(path: Path) -> Drawing:
    """Read a drawing ``{"strokes": [[[x, y], …], …]}``, in any units.

    Raises
    ------
    DrawingFileError
        If the file cannot be read, is too large, not JSON, or not a drawing with a line.
    """
    check_readable(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_DRAWING_BYTES + 1)
    except OSError as error:
        raise DrawingFileError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    return drawing_from_json(content, str(path))


def drawing_from_json(content: bytes, name: str) -> Drawing:
    """Read a drawing ``{"strokes": [[[x, y], …], …]}``, in any units, from bytes.

    Parameters
    ----------
    content : bytes
        Text in UTF-8.
    name : str
        Its name in error messages, such as the file's.

    Raises
    ------
    DrawingFileError
        If it is too large, not JSON, or not a drawing with a line.
    """
    if len(content) > MAX_DRAWING_BYTES:
        raise DrawingFileError(
            tr("{name} is larger than {max_drawing_bytes} MB; no drawing is.").format(
                name=name, max_drawing_bytes=MAX_DRAWING_BYTES >> 20
            )
        )
    try:
        drawing = Drawing.from_json(json.loads(content))
    except UnicodeDecodeError as error:
        raise DrawingFileError(
            tr("{name} is not JSON: it is not text in UTF-8. Save the drawing again.").format(name=name)
        ) from error
    except DrawingError as error:
        raise DrawingFileError(f"{name}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise DrawingFileError(
            tr("{name} is not JSON: {error}. Save the drawing again.").format(name=name, error=error)
        ) from error
    if drawing.is_empty:
        raise DrawingFileError(
            tr("{name}: The drawing is empty: it has no line that could be read. Draw something.").format(
                name=name
            )
        )
    return drawing


def save_drawing(path: Path, drawing: Drawing) -> None:
    """Save a drawing atomically.

    Raises
    ------
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    write_atomically(path, json.dumps(drawing.to_json()).encode("utf-8"))
