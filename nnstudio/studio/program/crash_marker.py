"""Crash marker: a file that exists while a window is open, so that a start notices the crash before it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from nnstudio.paths import state_dir

_RESTORING = "bringing back"


class LastExit(Enum):
    """How the last window ended."""

    CLEAN = "clean"
    CRASHED = "crashed"
    CRASHED_RESTORING = "crashed while restoring"
    """While the session before it was being restored, which may be the cause."""


def marker_path() -> Path:
    """Return the path of the marker."""
    return state_dir() / "window-is-open"


def mark_restoring(*, is_over: bool) -> None:
    """Write into the marker that the last session is being restored, or that this is over."""
    with suppress(OSError):
        marker_path().write_text("" if is_over else _RESTORING, "utf-8")


@contextmanager
def crash_marker() -> Iterator[LastExit]:
    """Keep the marker until the window is closed, and return how the last one ended.

    In a folder that cannot be written there is no marker, and every exit counts as clean.
    """
    path = marker_path()
    last_exit = LastExit.CLEAN
    with suppress(OSError):
        is_restoring = path.read_text("utf-8") == _RESTORING
        last_exit = LastExit.CRASHED_RESTORING if is_restoring else LastExit.CRASHED
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    yield last_exit
    with suppress(OSError):
        path.unlink(missing_ok=True)
