"""Read a user's own images, a folder or a table; print a report on standard error."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.progress import Progress
from nnstudio.cli.streams import silent_libraries
from nnstudio.data.folder import read_image_folder
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.data.table import read_table
from nnstudio.files.image_file import read_grey

if TYPE_CHECKING:
    from pathlib import Path

    from nnstudio.data.imported import Imported
    from nnstudio.data.problem import Problem


def read_images(path: Path) -> Imported:
    """Read a folder with a sub-folder of images for each class, or a CSV file; report what was skipped.

    Raises
    ------
    UserError
        If it cannot be read, or leaves fewer than two classes.
    """
    with Progress() as lines:

        def report(n_done: int, n_all: int) -> None:
            if n_all:
                lines.rewrite(f"{path}: {100 * n_done / n_all:.0f} % read")

        if os.path.isdir(path):
            with silent_libraries():
                imported = read_image_folder(path, read_grey=read_grey, progress=report)
        else:
            imported = read_table(path, progress=report)
        for line in imported.account().splitlines():
            lines.line(line)
    return imported


def imported_problem(path: Path) -> Problem:
    """Read a user's own images as a problem; a fifth of each class is the test set."""
    title = path.name if path.name.isprintable() and path.name else "Imported images"
    imported = read_images(path)
    return imported.problem(
        title[:MAX_NAME_LENGTH],
        title[:MAX_NAME_LENGTH],
        f"Imported from {path}.",
        rng=np.random.default_rng(0),
    )
