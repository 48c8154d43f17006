"""``nnstudio demo``: run the real window without a screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.qt import qt_needed

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Run the demonstration and return its status."""
    with qt_needed("The window"):
        from nnstudio.studio.demo import run as show
    status: int = show(Path(arguments.out), arguments.seconds)
    return status
