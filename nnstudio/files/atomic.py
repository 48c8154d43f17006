"""Write files atomically, as all of nnstudio does; any package above may import it."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from nnstudio.errors import UserError
from nnstudio.language import tr

_PREFIX = ".nnstudio-"
_SUFFIX = ".partial"


class WriteError(UserError):
    """A file could not be written; an existing one is unchanged."""


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write ``data`` to ``path`` so that the file is never incomplete.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and are renamed in one step;
    then the folder is flushed. An existing file keeps its permissions, and is byte-identical if anything goes
    wrong. A symbolic link is followed, not replaced.

    Parameters
    ----------
    path : path
    data : bytes

    Raises
    ------
    WriteError
        If the folder is missing or read-only, the disk is full, ``path`` is not an ordinary file, or the
        system refuses for another reason.
    """
    target = Path(os.path.realpath(path))
    if os.path.exists(target) and not target.is_file():
        # A rename would replace a device by a file, if permissions allow it.
        raise WriteError(
            tr("Could not write {path}: it is not an ordinary file. Choose another place.").format(path=path)
        )
    temporary = target.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
    try:
        # "x": no other process uses the random name. The umask decides the permissions of a new file.
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
        _flush_folder(target.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        # Not target.exists(), which raises for a name that is too long.
        sentences = [
            tr("Could not write {path}: {reason}.").format(path=path, reason=error.strerror or error)
        ]
        if os.path.exists(target):
            sentences.append(tr("The file that was there is unchanged."))
        raise WriteError(" ".join([*sentences, tr("Choose another place or make room.")])) from error


def sweep_orphans(folder: str | os.PathLike[str], *, older_than_s: float = 3600.0) -> int:
    """Remove temporary files that an interrupted process left in ``folder``.

    Parameters
    ----------
    folder : path
        A missing or unreadable folder is ignored.
    older_than_s : float
        Younger ones may belong to another process that is writing now.

    Returns
    -------
    int
        The number of files removed.
    """
    n_removed = 0
    now_s = time.time()
    with suppress(OSError):
        for orphan in Path(folder).glob(f"{_PREFIX}*{_SUFFIX}"):
            with suppress(OSError):
                if now_s - orphan.stat().st_mtime >= older_than_s:
                    orphan.unlink()
                    n_removed += 1
    return n_removed


def _flush_folder(folder: Path) -> None:
    """Make a rename durable if the system can: Windows and some network drives cannot flush a folder."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
