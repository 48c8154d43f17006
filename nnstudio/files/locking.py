"""Lock a file for writing, among all programs; readers need none, as files are replaced atomically."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

from nnstudio.files.atomic import WriteError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PAUSE_S = 0.02

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def locked(path: Path, *, timeout_s: float = 5.0) -> Iterator[None]:
    """Hold the lock for changing the file at ``path``; all writers must use it.

    The lock is on a file beside it, which stays; the system releases it when a process ends, however it ends.

    Raises
    ------
    WriteError
        If the lock is held elsewhere for longer than ``timeout_s``, or the folder cannot be written to.
    """
    beside = path.with_name(f".{path.name}.lock")
    try:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise WriteError(
            tr("Could not write {path}: {reason}. Choose another place or make room.").format(
                path=path, reason=error.strerror or error
            )
        ) from error
    try:
        _wait_for(descriptor, path, timeout_s)
        yield
    finally:
        # Closing it releases the lock.
        os.close(descriptor)


def _wait_for(descriptor: int, path: Path, timeout_s: float) -> None:
    until_s = time.monotonic() + timeout_s
    while True:
        try:
            _try_lock(descriptor)
        except OSError as error:
            if time.monotonic() > until_s:
                raise WriteError(
                    tr("Could not write {path}: another program is changing it. Try again.").format(path=path)
                ) from error
            time.sleep(_PAUSE_S)
        else:
            return
