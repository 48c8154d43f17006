"""Drawings as JSON files: a strict reader and an atomic writer; studio and command line use them."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from nnstudio.data.strokes import Drawing, DrawingError
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

MAX_DRAWING_BYTES = 16 * 2**20
"""Several times what the longest drawing takes that can be read."""


class DrawingFileError(UserError):
    """A file that holds no drawing to read."""


def check_readable(path: Path) -> None:
    """Look before a file is opened: opening a pipe would wait for ever.

    Raises
    ------
    DrawingFileError
        If there is no ordinary file that may be read.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DrawingFileError(f"{path} cannot be read: {reason}. Check the path.") from error
    if stat.S_ISDIR(mode):
        raise DrawingFileError(f"{path} is a folder; name the files in it.")
    if not stat.S_ISREG(mode):
        raise DrawingFileError(f"{path} is no ordinary file; save it as a file first.")
    if not os.access(path, os.R_OK):
        raise DrawingFileError(f"{path} may not be read by you; change its permissions.")


def read_drawing(path: Path) -> Drawing:
    """Read a drawing ``{"strokes": [[[x, y], …], …]}``, in any units.

    Raises
    ------
    DrawingFileError
        If the file cannot be read, is too large, not JSON, or not a drawing that has a line.
    """
    check_readable(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_DRAWING_BYTES + 1)
    except OSError as error:
        raise DrawingFileError(f"{path} cannot be read: {error.strerror or error}.") from error
    return drawing_from_json(content, str(path))


def drawing_from_json(content: bytes, name: str) -> Drawing:
    """Read a drawing ``{"strokes": [[[x, y], …], …]}``, in any units, that is in memory.

    Parameters
    ----------
    content : bytes
        Text in UTF-8.
    name : str
        What sentences call it: its file's name, or the like.

    Raises
    ------
    DrawingFileError
        If it is too large, not JSON, or not a drawing that has a line.
    """
    if len(content) > MAX_DRAWING_BYTES:
        raise DrawingFileError(f"{name} is larger than {MAX_DRAWING_BYTES >> 20} MB; no drawing is.")
    try:
        drawing = Drawing.from_json(json.loads(content))
    except UnicodeDecodeError as error:
        raise DrawingFileError(
            f"{name} is not JSON: it is not text in UTF-8. Save the drawing again."
        ) from error
    except DrawingError as error:
        raise DrawingFileError(f"{name}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise DrawingFileError(f"{name} is not JSON: {error}. Save the drawing again.") from error
    if drawing.is_empty:
        raise DrawingFileError(
            f"{name}: The drawing is empty: it has no line that could be read. Draw something."
        )
    return drawing


def save_drawing(path: Path, drawing: Drawing) -> None:
    """Save a drawing, whole or not at all.

    Raises
    ------
    WriteError
        If the file cannot be written; what stood there is unchanged.
    """
    write_atomically(path, json.dumps(drawing.to_json()).encode("utf-8"))
