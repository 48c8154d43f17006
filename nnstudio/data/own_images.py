"""Read a user's own images from whatever holds them: a table, a NumPy file, IDX files, a folder.

The window and the command line read by `read_own_images` alone.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.array_file import read_array, read_arrays
from nnstudio.data.containers import ARRAY, ARRAYS, IDX, opened
from nnstudio.data.folder import read_image_folder
from nnstudio.data.grey_levels import grey_bytes
from nnstudio.data.idx import IdxError, companion, find_pairs, read_pair
from nnstudio.data.image_set import ImageSet
from nnstudio.data.label_names import named_numbers
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.table import read_table
from nnstudio.data.table_text import TableError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.data.idx import LabelledImages
    from nnstudio.data.rasterise import RasterSpec

_N_BYTE_LABELS = 256
"""Labels that an IDX file can hold."""


def read_own_images(
    path: Path,
    *,
    read_image: Callable[[Path], NDArray[np.floating[Any]]],
    spec: RasterSpec = MNIST_SPEC,
    progress: Callable[[int, int], None] | None = None,
) -> ImageSet:
    """Read a user's own images.

    Parameters
    ----------
    path : Path
        A table, packed or not; a ``.npz`` or ``.npy``; one of two IDX files; a folder of IDX files; a folder
        with a sub-folder of pictures for each class, or of pictures whose names begin with their class.
    read_image : callable
        See `read_image_folder`.
    spec : RasterSpec
        The format that pictures of a folder are converted to.
    progress : callable, optional
        Called now and then with what is done and all there is. What it raises passes through.

    Returns
    -------
    ImageSet
        Without labels if the source has none.

    Raises
    ------
    UserError
        If it cannot be read, is of another kind, or holds no image; the sentence says what it is and what to
        do.
    """
    # os.path treats what may not be entered as missing; Path would raise.
    if os.path.isdir(path):
        pairs = find_pairs(path)
        if pairs:
            return _idx_set(
                path, [(read_pair(*pair, n_classes=_N_BYTE_LABELS), _is_test(pair[0])) for pair in pairs]
            )
        return read_image_folder(path, read_image=read_image, spec=spec, progress=progress)
    with opened(path) as found:
        if found.kind == IDX:
            return read_idx_pair(path, companion(path))
        if found.kind == ARRAYS:
            return _with_named_letters(read_arrays(found.stream, path))
        if found.kind == ARRAY:
            return read_array(found.stream, path)
        size = path.stat().st_size

        def report() -> None:
            if progress is not None:
                progress(min(found.position(), size), size)

        try:
            images = read_table(found.stream, path, progress=report)
        except UnicodeDecodeError:
            images = _read_in_latin(path, report)
        if progress is not None:
            progress(size, size)
        return _with_named_letters(images)


def _read_in_latin(path: Path, report: Callable[[], None]) -> ImageSet:
    """Read a table that is not in UTF-8 in the usual encoding of Windows."""
    with opened(path) as found:
        try:
            images = read_table(found.stream, path, encoding="cp1252", progress=report)
        except UnicodeDecodeError as error:
            raise TableError(
                tr(
                    "{path} is no table: it is not text in UTF-8. Save it as CSV in UTF-8, or name a folder "
                    "of pictures, a NumPy file (.npz) or IDX files."
                ).format(path=path)
            ) from error
        return images.with_note(tr("Its text is not in UTF-8; it is read as Windows-1252."))


def read_idx_pair(first: Path, second: Path) -> ImageSet:
    """Read a file of images and that of their labels, in either order.

    Raises
    ------
    IdxError
        See `read_pair`.
    """
    return _idx_set(first, [(read_pair(first, second, n_classes=_N_BYTE_LABELS), False)])


def _is_test(path: Path) -> bool:
    return "t10k" in path.name or "test" in path.name


def _idx_set(path: Path, parts: list[tuple[LabelledImages, bool]]) -> ImageSet:
    """Join pairs of IDX files; a test set stays one if there is another set beside it."""
    largest = max(part.images.shape[1:] for part, _ in parts)
    parts = [(part, is_test) for part, is_test in parts if part.images.shape[1:] == largest]
    images = np.concatenate([part.images for part, _ in parts])
    height, width = images.shape[1:]
    if height != width:
        raise IdxError(
            tr(
                "{path} has images of {height} × {width} pixels; square ones are read. Pad them to squares "
                "and save them as a NumPy file."
            ).format(path=path, height=height, width=width)
        )
    grey, notes = grey_bytes(images.reshape(len(images), -1), (height, width))
    labels = tuple(str(label) for part, _ in parts for label in part.labels.tolist())
    is_test = np.concatenate([np.full(len(part.labels), is_test) for part, is_test in parts])
    entries = [tr("image {number:,}").format(number=nth) for nth in range(1, len(images) + 1)]
    is_divided = is_test.any() and not is_test.all()
    images_of_files = ImageSet(grey, labels, entries, tuple(notes), is_test=is_test if is_divided else None)
    return _with_named_letters(images_of_files)


def _with_named_letters(images: ImageSet) -> ImageSet:
    if images.labels is None:
        return images
    labels, note = named_numbers(images.labels)
    return replace(images, labels=labels, notes=(*images.notes, note)) if note else images
