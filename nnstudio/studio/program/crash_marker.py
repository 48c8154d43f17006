"""A mark on the disk while a window is open: who finds it at the start knows that the last end was none."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from nnstudio.paths import state_dir

_BRINGING_BACK = "bringing back"


class LastEnd(Enum):
    """How the last window ended."""

    WELL = "well"
    BADLY = "badly"
    BRINGING_BACK = "bringing back"
    """While the session before it was being brought back: what it holds may be why."""


def mark_path() -> Path:
    """Return where the mark is."""
    return state_dir() / "window-is-open"


def note_bringing_back(*, is_over: bool) -> None:
    """Write into the mark that the last session is being brought back, or that it is back."""
    with suppress(OSError):
        mark_path().write_text("" if is_over else _BRINGING_BACK, "utf-8")


@contextmanager
def unfinished() -> Iterator[LastEnd]:
    """Leave the mark until the window is closed, and tell how the last one ended.

    A folder that cannot be written has no mark, and then every end was well.
    """
    path = mark_path()
    end = LastEnd.WELL
    with suppress(OSError):
        end = LastEnd.BRINGING_BACK if path.read_text("utf-8") == _BRINGING_BACK else LastEnd.BADLY
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    yield end
    with suppress(OSError):
        path.unlink(missing_ok=True)
