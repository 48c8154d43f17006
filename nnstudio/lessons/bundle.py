"""A lesson with the files that it takes along: a zip ``.nnlesson``, or a TOML file with others beside it."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nnstudio.errors import UserError

SUFFIX = ".nnlesson"
TEXT = "lesson.toml"
"""The lesson itself, within a zip."""

MOST_FILES = 40
MAX_FILE_BYTES = 32 * 2**20
"""Longest file that a lesson takes along, and most bytes of all files of a zip."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those that every Python unpacks."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}")


@dataclass(frozen=True)
class Bundle:
    """The text of a lesson, and the files that it takes along.

    Attributes
    ----------
    text : bytes or None
        Of the lesson; None where it is the file itself.
    attached : callable (str) -> bytes
        Returns a file that goes with it, by its name; raises ValueError with the reason where there is none.
    """

    text: bytes | None
    attached: Callable[[str], bytes]


def open_bundle(path: Path, error: type[UserError]) -> Bundle:
    """Open a lesson; of a zip all files are read, of others none yet.

    Raises
    ------
    UserError
        Of the class ``error``, if a zip is damaged, too large, or has a file that is none of a lesson's.
    """
    if path.suffix.lower() != SUFFIX:
        return Bundle(None, lambda name: _beside(path.parent, name))
    try:
        files = _unpacked(path)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as fault:
        raise error(tr("{path} cannot be unpacked: it is damaged or no lesson.").format(path=path)) from fault
    except ValueError as fault:
        raise error(tr("{path} is not opened: {reason}.").format(path=path, reason=fault)) from fault
    return Bundle(files[TEXT], lambda name: _named(files, name))


def _unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_FILES:
            raise ValueError(tr("it has more than {most} files").format(most=MOST_FILES))
        for entry in entries:
            if not _NAME.fullmatch(entry.filename):
                raise ValueError(
                    tr("{name!r:.60} is no name that a file of a lesson can have").format(name=entry.filename)
                )
            if entry.compress_type not in _METHODS:
                raise ValueError(tr("its files are not packed by Deflate"))
        if TEXT not in archive.namelist():
            raise ValueError(tr("there is no {name} in it").format(name=TEXT))
        files, n_left = {}, MAX_FILE_BYTES
        for entry in entries:
            with archive.open(entry) as file:
                # What the zip says of its size may be wrong.
                content = file.read(n_left + 1)
            n_left -= len(content)
            if n_left < 0:
                raise ValueError(tr("it holds more than {most:,} bytes").format(most=MAX_FILE_BYTES))
            files[entry.filename] = content
    return files


def _named(files: dict[str, bytes], name: str) -> bytes:
    if name not in files:
        raise ValueError(tr("there is no file {name!r:.60} with the lesson").format(name=name))
    return files[name]


def _beside(folder: Path, name: str) -> bytes:
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise ValueError(tr("there is no file {name!r:.60} beside the lesson").format(name=name))
    with path.open("rb") as file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(tr("{name} is longer than {most:,} bytes").format(name=name, most=MAX_FILE_BYTES))
    return content
