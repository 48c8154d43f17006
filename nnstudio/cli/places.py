"""Check output files before the work begins whose results they are to hold."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from nnstudio.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


class PlaceError(UserError):
    """An output file or folder that cannot be used; raised before any training."""


def check_writable(out: Path, what: str) -> None:
    """Check that a file can be written, before hours are spent on training.

    Parameters
    ----------
    out : Path
    what : str
        What the file is for, within a sentence.

    Raises
    ------
    PlaceError
        If it cannot.
    """
    folder = os.path.dirname(os.path.realpath(out))
    check_folder(folder, what)
    try:
        mode = out.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except OSError as error:
        raise PlaceError(f"{out} cannot be written: {error.strerror}; name another file.") from error
    if stat.S_ISDIR(mode):
        raise PlaceError(f"{out} is a folder; name a file in it.")
    if not stat.S_ISREG(mode):
        raise PlaceError(f"{out} is no ordinary file; name another.")


def check_folder(folder: str | Path, what: str) -> None:
    """Check that files can be written into a folder.

    Raises
    ------
    PlaceError
        If it is not there, or they cannot.
    """
    if not os.path.isdir(folder):
        raise PlaceError(f"There is no folder {folder}; make it, or name another for {what}.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PlaceError(f"The folder {folder} cannot be written to; name another for {what}.")
