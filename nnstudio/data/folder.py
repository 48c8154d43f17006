"""Import a user's own folder of images, a sub-folder for each class; any package may import it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.imported import Imported, Skipped, in_natural_order
from nnstudio.data.normalise import BlankImageError, normalise_image
from nnstudio.data.problem import MAX_CLASSES, MAX_NAME_LENGTH, Samples
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

MAX_IMAGES = 200_000
"""Files read at most; a folder with more was not made by hand."""


class FolderError(UserError):
    """A folder cannot be imported."""


def read_image_folder(
    folder: str | os.PathLike[str],
    *,
    read_grey: Callable[[Path], NDArray[np.floating[Any]]],
    spec: RasterSpec = MNIST_SPEC,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Read a folder that has a sub-folder of images for each class.

    Parameters
    ----------
    folder : path-like
        The name of a sub-folder is the name of its class.
    read_grey : callable
        Reads one file: a float array (h, w), black 0 to white 1. It raises a `UserError` for what is not an
        image, and the file is skipped.
    spec : RasterSpec
        Each image is converted to this format: see `normalise_image`.
    progress : callable, optional
        Called with the files done and the files in all. What it raises passes through.

    Returns
    -------
    Imported
        Every file is either a sample or among the skipped.

    Raises
    ------
    FolderError
        If the folder cannot be listed, holds too many files, or leaves fewer than two classes.
    """
    folder = Path(folder)
    files, skipped = _listed(folder)
    images: list[NDArray[np.uint8]] = []
    classes: list[str] = []
    for nth, path in enumerate(files):
        if progress is not None:
            progress(nth, len(files))
        try:
            grey = normalise_image(read_grey(path), spec)
        except BlankImageError:
            skipped.append(Skipped(_below(folder, path), tr("there is nothing to read on it")))
        except (UserError, ValueError):
            skipped.append(Skipped(_below(folder, path), tr("it cannot be read as an image")))
        except OSError as error:
            skipped.append(
                Skipped(
                    _below(folder, path),
                    tr("it cannot be opened ({strerror})").format(strerror=error.strerror),
                )
            )
        else:
            images.append(np.rint(grey * 255).astype(np.uint8).ravel())
            classes.append(path.parent.name)
    if progress is not None:
        progress(len(files), len(files))
    class_names = in_natural_order(set(classes))
    if len(class_names) < 2:
        raise FolderError(
            tr(
                "{folder} has readable images of %n class(es); at least two are needed. Make a sub-folder "
                "for each class and put its images there.",
                len(class_names),
            ).format(folder=folder)
        )
    label_of = {name: label for label, name in enumerate(class_names)}
    labels = np.array([label_of[name] for name in classes], np.int64)
    samples = Samples(np.stack(images), labels, scale=1 / 255)
    return Imported(samples, class_names, (spec.size, spec.size), tuple(skipped))


def _listed(folder: Path) -> tuple[list[Path], list[Skipped]]:
    """Return the files of all classes in a fixed order, and the skipped entries."""
    files: list[Path] = []
    skipped: list[Skipped] = []
    n_classes = 0
    for entry in _entries(folder):
        # os.path treats what may not be entered as missing; Path would raise.
        if not os.path.isdir(entry):
            skipped.append(Skipped(entry.name, tr("it lies in no class's sub-folder")))
        elif entry.name.startswith("."):
            skipped.append(Skipped(entry.name, tr("it is hidden")))
        elif len(entry.name) > MAX_NAME_LENGTH or not entry.name.isprintable():
            skipped.append(
                Skipped(
                    entry.name,
                    tr("a class name has at most {max_name_length} printable characters").format(
                        max_name_length=MAX_NAME_LENGTH
                    ),
                )
            )
        else:
            n_classes += 1
            paths = _entries(entry)
            if not paths:
                skipped.append(Skipped(entry.name, tr("it is empty")))
            for path in paths:
                if path.name.startswith("."):
                    skipped.append(Skipped(_below(folder, path), tr("it is hidden")))
                elif os.path.isdir(path):
                    skipped.append(Skipped(_below(folder, path), tr("it is a folder within a class")))
                elif not os.path.isfile(path):
                    # Reading a pipe or a device would block.
                    skipped.append(Skipped(_below(folder, path), tr("it is no file")))
                else:
                    files.append(path)
        if n_classes > MAX_CLASSES or len(files) + len(skipped) > MAX_IMAGES:
            raise FolderError(
                tr(
                    "{folder} holds too much: at most {max_classes:,} classes and {max_images:,} files. Is "
                    "it the right folder?"
                ).format(folder=folder, max_classes=MAX_CLASSES, max_images=MAX_IMAGES)
            )
    return files, skipped


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise FolderError(
            tr("The folder {folder} cannot be listed: {strerror}.").format(
                folder=folder, strerror=error.strerror or error
            )
        ) from error


def _below(folder: Path, path: Path) -> str:
    """Return the path below the folder, fit for display."""
    return path.relative_to(folder).as_posix().encode(errors="replace").decode()
