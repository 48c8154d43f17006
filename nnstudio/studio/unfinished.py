"""A mark on the disk while a window is open: who finds it at the start knows that the last end was none."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nnstudio.paths import state_dir


def mark_path() -> Path:
    """Return where the mark is."""
    return state_dir() / "window-is-open"


@contextmanager
def unfinished() -> Iterator[bool]:
    """Leave the mark until the window is closed, and tell whether one was left before.

    A folder that cannot be written has no mark, and nothing is told.
    """
    path = mark_path()
    was_left = path.exists()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    yield was_left
    with suppress(OSError):
        path.unlink(missing_ok=True)
