"""Import a user's own folder of pictures, classes by sub-folders or names; any package may import it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.data.image_set import ImageSet
from nnstudio.data.imported import Skipped
from nnstudio.data.label_names import labels_in_names
from nnstudio.data.paper import BlankImageError
from nnstudio.data.picture import character_of_picture
from nnstudio.data.problem import MAX_CLASSES, MAX_NAME_LENGTH
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

MAX_IMAGES = 200_000
"""Files read at most; a folder with more was not made by hand."""

_TABLE_SUFFIXES = frozenset((".csv", ".tsv", ".npz", ".npy", ".gz", ".arff", ".data", ".mat", ".zip"))

_PARTS = frozenset(("train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval"))
"""What folders are called that hold a part of the images rather than a class."""


class FolderError(UserError):
    """A folder cannot be imported."""


def read_image_folder(
    folder: str | os.PathLike[str],
    *,
    read_image: Callable[[Path], NDArray[np.floating[Any]]],
    spec: RasterSpec = MNIST_SPEC,
    progress: Callable[[int, int], None] | None = None,
) -> ImageSet:
    """Read a folder of pictures.

    Parameters
    ----------
    folder : path-like
        With a sub-folder for each class, whose name is that of the class; or with pictures alone, whose names
        say the class, as 3_001.png.
    read_image : callable
        Reads one file: a float array (h, w) or (h, w, 3), black 0 to white 1. It raises a `UserError` for
        what is not an image, and the file is skipped.
    spec : RasterSpec
        Each image is converted to this format: see `character_of_picture`.
    progress : callable, optional
        Called with the files done and the files in all. What it raises passes through.

    Returns
    -------
    ImageSet
        Every file is either an image or among the skipped.

    Raises
    ------
    FolderError
        If the folder cannot be listed, holds too many files or folders of folders, or leaves no image.
    """
    folder = Path(folder)
    listing = _listed(folder)
    skipped = listing.skipped
    images: list[NDArray[np.float32]] = []
    labels: list[str] = []
    entries: list[str] = []
    for nth, (path, label) in enumerate(listing.files):
        if progress is not None:
            progress(nth, len(listing.files))
        try:
            (image,) = character_of_picture(read_image(path), spec).images
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
            images.append(np.rint(image * 255).astype(np.uint8))
            labels.append(label)
            entries.append(_below(folder, path))
    if progress is not None:
        progress(len(listing.files), len(listing.files))
    if not images:
        sentences = [tr("{folder} has no picture that can be read, and no IDX files.").format(folder=folder)]
        sentence = tr("{what} was skipped because {why}.")
        sentences += [sentence.format(what=bad.what, why=bad.why) for bad in skipped[:1]]
        sentences.append(tr("Make a sub-folder for each class and put its images there."))
        raise FolderError(" ".join(sentences))
    return ImageSet(np.stack(images), tuple(labels), entries, listing.notes, tuple(skipped))


class _Listing(NamedTuple):
    """The pictures of a folder, in a fixed order, each with its class, and what was skipped."""

    files: list[tuple[Path, str]]
    skipped: list[Skipped]
    notes: tuple[str, ...] = ()


def _listed(folder: Path) -> _Listing:
    """Return the files of all classes."""
    files: list[tuple[Path, str]] = []
    skipped: list[Skipped] = []
    loose: list[Path] = []
    classes: list[Path] = []
    for entry in _entries(folder):
        # os.path treats what may not be entered as missing; Path would raise.
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            skipped.append(Skipped(entry.name, tr("it is hidden")))
        elif not os.path.isdir(entry):
            loose.append(entry)
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
            classes.append(entry)
        if len(classes) > MAX_CLASSES or len(loose) > MAX_IMAGES:
            raise _too_much(folder)
    deeper: dict[Path, list[Path]] = {}
    for entry in classes:
        paths = _entries(entry)
        if not paths:
            skipped.append(Skipped(entry.name, tr("it is empty")))
        for path in paths:
            if path.name.startswith("."):
                skipped.append(Skipped(_below(folder, path), tr("it is hidden")))
            elif os.path.isdir(path):
                deeper.setdefault(entry, []).append(path)
                skipped.append(Skipped(_below(folder, path), tr("it is a folder within a class")))
            elif not os.path.isfile(path):
                # Reading a pipe or a device would block.
                skipped.append(Skipped(_below(folder, path), tr("it is no file")))
            else:
                files.append((path, entry.name))
        if len(files) + len(skipped) > MAX_IMAGES:
            raise _too_much(folder)
    if deeper and not files:
        raise _nested(folder, list(deeper), next(iter(deeper.values())))
    if not files and loose:
        return _flat(folder, loose, skipped)
    skipped += [Skipped(path.name, tr("it lies in no class's sub-folder")) for path in loose]
    return _Listing(files, skipped)


def _flat(folder: Path, loose: list[Path], skipped: list[Skipped]) -> _Listing:
    """Read the classes of pictures without sub-folders from their names."""
    pictures = [path for path in loose if os.path.isfile(path)]
    tables = [path.name for path in pictures if path.suffix.lower() in _TABLE_SUFFIXES]
    if tables and len(tables) * 2 >= len(pictures):
        raise FolderError(
            tr("{folder} holds tables or arrays, not pictures: name one of them, for example {path}.").format(
                folder=folder, path=folder / tables[0]
            )
        )
    labels = labels_in_names([path.stem for path in pictures])
    if labels is None:
        raise FolderError(
            tr(
                "The images of {folder} lie in no class's folder, and their names do not say the class. Make "
                "a sub-folder for each class and put its images there, or let names begin with the class: "
                "3_001.png."
            ).format(folder=folder)
        )
    files = []
    for path, label in zip(pictures, labels, strict=True):
        if label is None:
            skipped.append(Skipped(path.name, tr("its name does not say the class")))
        else:
            files.append((path, label))
    example, label = files[0]
    note = tr("The classes are read from the names of the files: {name} is of class {label}.")
    return _Listing(files, skipped, (note.format(name=example.name, label=label),))


def _nested(folder: Path, holders: list[Path], within: list[Path]) -> FolderError:
    """Return the sentence on a folder whose sub-folders hold folders instead of pictures."""
    names = [path.name for path in holders]
    inner = ", ".join(path.name for path in within[:3])
    if len(names) == 1:
        return FolderError(
            tr("{name} in {folder} holds folders ({inner}), not images: name {path} instead.").format(
                name=names[0], folder=folder, inner=inner, path=holders[0]
            )
        )
    if {_bare(path.name) for path in within} & _PARTS and not {_bare(name) for name in names} & _PARTS:
        return FolderError(
            tr(
                "In {folder} each class holds folders ({inner}), not images. Move the images of a class "
                "right into its folder, or make {inner} the outer folders and name one of them."
            ).format(folder=folder, inner=inner)
        )
    shown = names[:3]
    return FolderError(
        tr("{names} in {folder} hold folders, not images: name one of them, for example {path}.").format(
            names=tr("{first} and {last}").format(first=", ".join(shown[:-1]), last=shown[-1]),
            folder=folder,
            path=holders[-1],
        )
    )


def _bare(name: str) -> str:
    return "".join(filter(str.isalpha, name)).casefold()


def _too_much(folder: Path) -> FolderError:
    return FolderError(
        tr(
            "{folder} holds too much: at most {max_classes:,} classes and {max_images:,} files. Is it the "
            "right folder?"
        ).format(folder=folder, max_classes=MAX_CLASSES, max_images=MAX_IMAGES)
    )


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
