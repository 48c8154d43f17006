"""Read a user's own images and tables; print a report on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.cli.progress import ProgressLines
from nnstudio.cli.streams import silent_libraries
from nnstudio.data.imported import remarks
from nnstudio.data.own_images import read_own_images
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.files.foreign_files import check_not_foreign
from nnstudio.files.image_file import read_image
from nnstudio.files.orientation import turn_sentence
from nnstudio.files.points_toml import read_points_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.data.image_set import ImageSet
    from nnstudio.data.imported import Imported
    from nnstudio.data.problem import Problem
    from nnstudio.data.rasterise import RasterSpec


def read_image_set(path: Path, spec: RasterSpec = MNIST_SPEC, *, transpose: bool = False) -> ImageSet:
    """Read a user's own images, with or without labels, and show the progress.

    Parameters
    ----------
    path : Path
    spec : RasterSpec
        The format that pictures are converted to.
    transpose : bool
        Exchange rows and columns of each image. Without it, images that seem to lie so are noted.

    Raises
    ------
    UserError
        If they cannot be read.
    """
    if path.is_file():
        check_not_foreign(path)
    with ProgressLines() as lines:

        def show(n_done: int, n_all: int) -> None:
            if n_all:
                lines.rewrite(f"{path}: {100 * n_done / n_all:.0f} % read")

        images = read_own_images(path, read_image=_read_image, spec=spec, progress=show)
    if transpose:
        return images.transposed().with_note("Rows and columns of each image were exchanged.")
    sentence = turn_sentence(images)
    return images.with_note(f"{sentence} Add --transpose to turn them.") if sentence else images


def report(sentences: Iterable[str]) -> None:
    """Print sentences on what was read on standard error, a line each."""
    with ProgressLines() as lines:
        for sentence in sentences:
            lines.line(sentence)


def read_images(path: Path, *, transpose: bool = False) -> Imported:
    """Read a user's own images with their labels; report what was guessed and what was skipped.

    Raises
    ------
    UserError
        If they cannot be read, have no labels, or are of fewer than two classes.
    """
    imported = read_image_set(path, transpose=transpose).imported(path)
    report(imported.account().splitlines())
    return imported


def _read_image(path: Path) -> NDArray[np.floating[Any]]:
    with silent_libraries():
        return read_image(path)


def imported_problem(path: Path, *, transpose: bool = False) -> Problem:
    """Read a user's own images as a problem; a fifth of each class is the test set."""
    title = path.name if path.name.isprintable() and path.name else "Imported images"
    imported = read_images(path, transpose=transpose)
    return imported.problem(
        title[:MAX_NAME_LENGTH],
        title[:MAX_NAME_LENGTH],
        f"Imported from {path}.",
        rng=np.random.default_rng(0),
    )


def point_table(path: Path) -> Problem:
    """Read a table of points as a problem; report what was guessed and what was skipped."""
    table = read_points_file(path)
    report(f"{path}: {sentence}" for sentence in remarks(table.notes, table.skipped))
    return table.problem(path.stem, path.name)
