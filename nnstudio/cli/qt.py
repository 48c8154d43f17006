"""Report it in a sentence if Qt is missing, or lacks a library of the system."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

_QT_PACKAGES = {"PySide6", "shiboken6", "pyqtgraph"}
_PACKAGES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libxcb-shape0"


class QtMissingError(UserError):
    """Qt cannot be loaded."""


@contextmanager
def qt_needed(purpose: str) -> Iterator[None]:
    """Import Qt inside this context.

    Parameters
    ----------
    purpose : str
        What needs Qt, worded as the subject of a sentence.

    Raises
    ------
    QtMissingError
        If an import of Qt fails.
    """
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _QT_PACKAGES:
            raise
        raise QtMissingError(
            f"{purpose} needs Qt, which does not load here: {error}. Install that."
        ) from error


def check_screen_libraries() -> None:
    """Load what Qt needs for windows on X11, because Qt aborts the program if that fails.

    Raises
    ------
    QtMissingError
        Naming the library that the system lacks.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "xcb")
    if sys.platform != "linux" or platform != "xcb" or os.environ.get("WAYLAND_DISPLAY"):
        return
    import PySide6

    plugin = Path(PySide6.__path__[0]) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.exists():
        # Qt of a Linux distribution, whose packages include what it needs.
        return
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        raise QtMissingError(
            f"No window can open here: {error}. Install the package that holds it; on Debian and Ubuntu: "
            f"{_PACKAGES}."
        ) from error
