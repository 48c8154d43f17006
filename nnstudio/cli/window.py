"""``nnstudio`` and ``nnstudio FILE``: open the window."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.display import missing_display
from nnstudio.cli.qt import check_screen_libraries, qt_needed
from nnstudio.cli.status import BAD_INPUT
from nnstudio.cli.streams import print_error

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Open the window and return when it is closed; without a display, print the alternatives."""
    reason = missing_display()
    if reason:
        print_error(f"No window can open here: {reason}.")
        print_error(
            "Without a screen, use `nnstudio predict`, `evaluate`, `train` or `demo`; see `nnstudio --help`."
        )
        return BAD_INPUT
    # Nothing becomes garbage while the program loads; collecting takes a twentieth of the start.
    gc.disable()
    with qt_needed("The window"):
        check_screen_libraries()
        from nnstudio.studio.app import run as open_window
    status: int = open_window(Path(arguments.file) if arguments.file else None)
    return status
