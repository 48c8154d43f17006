"""Read images and labels from a NumPy file, without unpickling; for ``data.own_images``."""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

from nnstudio.data.grey_levels import grey_bytes
from nnstudio.data.image_set import ImageSet
from nnstudio.data.imported import Skipped
from nnstudio.data.label_names import plain_labels
from nnstudio.data.table import MAX_VALUES
from nnstudio.data.table_text import MAX_SIDE
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

MAX_ARRAYS = 64

_LABEL_WORDS = frozenset(
    (
        "y",
        "labels",
        "label",
        "lbls",
        "targets",
        "target",
        "classes",
        "class",
        "outputs",
        "output",
        "t",
        "digits",
    )
)
_PARTS: Mapping[str, Part] = {
    "train": "train",
    "training": "train",
    "tr": "train",
    "test": "test",
    "testing": "test",
    "te": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
}
_LABEL_DTYPES, _IMAGE_DTYPES = "biufUS", "biuf"
_MOST_LABEL_BYTES = 4 * 64

Part = Literal["", "train", "test", "validation"]


class ArrayFileError(UserError):
    """A NumPy file without images, or with arrays that do not fit together."""


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_fortran: bool

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """Height and width of the images in such an array; None if it holds none."""
        if self.dtype.kind not in _IMAGE_DTYPES or len(self.shape) not in (2, 3, 4):
            return None
        sizes = self.shape[1:]
        if len(sizes) == 3:
            sizes = sizes[:2] if sizes[2] in (1, 3, 4) else sizes[1:] if sizes[0] in (1, 3) else ()
        if len(sizes) == 1:
            side = math.isqrt(sizes[0])
            sizes = (side, side) if side * side == sizes[0] else ()
        return (sizes[0], sizes[1]) if len(sizes) == 2 and min(sizes) >= 2 else None

    def labels_of(self, n: int) -> bool:
        """Tell whether such an array may hold the labels of ``n`` images."""
        if self.dtype.kind not in _LABEL_DTYPES or not self.shape or self.shape[0] != n:
            return False
        return len(self.shape) == 1 or (len(self.shape) == 2 and self.shape[1] <= 1_000)


def read_arrays(stream: IO[bytes], path: Path) -> ImageSet:
    """Read a ``.npz`` of images and labels.

    Parameters
    ----------
    stream : binary file
    path : Path
        What errors call it.

    Raises
    ------
    ArrayFileError
        If it holds no images, holds Python objects, or arrays do not fit together.
    """
    with zipfile.ZipFile(stream) as archive:
        names = [info.filename.removesuffix(".npy") for info in archive.infolist()[:MAX_ARRAYS]]
        headers = {}
        for name in names:
            with archive.open(f"{name}.npy") as member:
                headers[name] = _header(member, path, name)
        pairs = _pairs(headers, path)
        parts = []
        for images_name, labels_name in pairs:
            images = _array(archive, path, images_name, headers[images_name])
            labels = None if labels_name is None else _array(archive, path, labels_name, headers[labels_name])
            parts.append((_part_of(images_name), images, labels, headers[images_name].image_shape))
    what = ", ".join(name for pair in pairs for name in pair if name is not None)
    return _image_set(parts, path, what)


def read_array(stream: IO[bytes], path: Path) -> ImageSet:
    """Read a ``.npy`` of images without labels, or of a single image.

    Raises
    ------
    ArrayFileError
        If it holds no images.
    """
    header = _header(stream, path, path.stem)
    is_square = len(header.shape) == 2 and header.shape[0] == header.shape[1]
    if is_square and header.dtype.kind in _IMAGE_DTYPES:
        # A set has an image in each row, seldom as many as an image has pixels.
        image = _content(stream, path, path.stem, header)
        return _image_set([("", image[None], None, (len(image), len(image)))], path, path.stem)
    shape = header.image_shape
    if shape is None:
        raise _no_images({path.stem: header}, path)
    array = _content(stream, path, path.stem, header)
    return _image_set([("", array, None, shape)], path, path.stem)


def _header(stream: IO[bytes], path: Path, name: str) -> _Header:
    """Read the head of an array.

    Raises
    ------
    ArrayFileError
        If it has none, or holds Python objects.
    """
    try:
        version = np.lib.format.read_magic(stream)
        read = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, is_fortran, dtype = read(stream)
    except (ValueError, SyntaxError, EOFError) as error:
        raise ArrayFileError(
            tr("{path} is a damaged NumPy file: its array {name} has no proper head. Save it again.").format(
                path=path, name=name
            )
        ) from error
    if dtype.hasobject:
        raise ArrayFileError(
            tr(
                "{path} holds Python objects in its array {name}, which could run any program when they are "
                'opened. Save numbers: astype("uint8") for images and astype("int64") or text for labels.'
            ).format(path=path, name=name)
        )
    return _Header(shape, dtype, is_fortran)


def _array(archive: zipfile.ZipFile, path: Path, name: str, header: _Header) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as member:
        _header(member, path, name)
        return _content(member, path, name, header)


def _content(stream: IO[bytes], path: Path, name: str, header: _Header) -> NDArray[Any]:
    n_values = math.prod(header.shape)
    if n_values > MAX_VALUES or header.dtype.itemsize > _MOST_LABEL_BYTES:
        raise ArrayFileError(
            tr("{path} has more than {max_values:,} pixels.").format(path=path, max_values=MAX_VALUES)
        )
    n_bytes = n_values * header.dtype.itemsize
    # Grows with what is really there, so that a head that lies costs no memory.
    content = bytearray()
    while len(content) < n_bytes and (chunk := stream.read(min(1 << 20, n_bytes - len(content)))):
        content += chunk
    if len(content) < n_bytes:
        raise ArrayFileError(
            tr("{path} is cut short: its array {name} has fewer numbers than it says. Save it again.").format(
                path=path, name=name
            )
        )
    return np.frombuffer(content, header.dtype).reshape(header.shape, order="F" if header.is_fortran else "C")


def _words(name: str) -> list[str]:
    """Return the words of an array's name: x_train, xTrain, train-images, X."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [word.casefold() for word in re.split(r"[\W_\d]+", spaced) if word]


def _part_of(name: str) -> Part:
    words = _words(name)
    for word in words:
        if word in _PARTS:
            return _PARTS[word]
    joined = "".join(words)
    return next((part for word, part in _PARTS.items() if len(word) > 3 and word in joined), "")


def _pairs(headers: Mapping[str, _Header], path: Path) -> list[tuple[str, str | None]]:
    """Return the names of the arrays of images, each with that of its labels."""
    images = [name for name, header in headers.items() if header.image_shape is not None]
    # Flags of classes may have the shape of images.
    named = [name for name in images if not set(_words(name)) & _LABEL_WORDS]
    pairs: list[tuple[str, str | None]] = []
    for name in named:
        n = headers[name].shape[0]
        labels = [
            other
            for other, header in headers.items()
            if other not in named and header.labels_of(n) and _part_of(other) == _part_of(name)
        ]
        preferred = [other for other in labels if set(_words(other)) & _LABEL_WORDS] or labels
        if len(preferred) > 1:
            raise ArrayFileError(
                tr("{path} has more than one array that could be the labels of {name}: {labels}.").format(
                    path=path, name=name, labels=", ".join(preferred)
                )
            )
        pairs.append((name, preferred[0] if preferred else None))
    pairs = [pair for pair in pairs if pair[1] is not None] or pairs
    parts = [_part_of(name) for name, _ in pairs]
    if not pairs:
        raise _no_images(headers, path)
    if len(set(parts)) < len(parts) or len({headers[name].image_shape for name, _ in pairs}) > 1:
        raise ArrayFileError(
            tr(
                "{path} has more than one array of images: {names}. Save one of them with its labels, as x "
                "and y."
            ).format(path=path, names=", ".join(name for name, _ in pairs))
        )
    return pairs


def _no_images(headers: Mapping[str, _Header], path: Path) -> ArrayFileError:
    found = ", ".join(
        f"{name} {' × '.join(map(str, header.shape))}" for name, header in list(headers.items())[:6]
    )
    return ArrayFileError(
        tr(
            "{path} is a NumPy file without images: it has {found}. Save images of shape (n, side, side) as "
            "x_train and their labels as y_train."
        ).format(path=path, found=found or tr("no array"))
    )


def _image_set(
    parts: list[tuple[Part, NDArray[Any], NDArray[Any] | None, tuple[int, int] | None]], path: Path, what: str
) -> ImageSet:
    shape = parts[0][3]
    assert shape is not None, "arrays of images have been chosen"
    height, width = shape
    if height != width or not 2 <= height <= MAX_SIDE:
        raise ArrayFileError(
            tr(
                "{path} has images of {height} × {width} pixels; square ones of 2 to {max_side} a side are "
                "read."
            ).format(path=path, height=height, width=width, max_side=MAX_SIDE)
        )
    values = np.concatenate([_grey(images, shape) for _, images, _, _ in parts])
    if not len(values):
        raise ArrayFileError(tr("{path} has no image that can be read.").format(path=path))
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ArrayFileError(tr("{path} has pixels that are no numbers (NaN).").format(path=path))
    notes = [tr("A NumPy file with {what}.").format(what=what)]
    images, more = grey_bytes(values, shape)
    labels: tuple[str, ...] | None = None
    if any(part[2] is None for part in parts):
        notes.append(tr("It has images of {side} × {side} and no label.").format(side=height))
    if all(part[2] is not None for part in parts):
        named = [_label_texts(part[2]) for part in parts if part[2] is not None]
        labels = plain_labels([text for texts in named for text in texts])
    is_test = np.concatenate([np.full(len(part[1]), part[0] == "test") for part in parts])
    is_divided = is_test.any() and not is_test.all()
    entries = [tr("image {number:,}").format(number=nth) for nth in range(1, len(images) + 1)]
    found = ImageSet(images, labels, entries, (*notes, *more), is_test=is_test if is_divided else None)
    missing = [row for row, label in enumerate(labels or ()) if label.casefold() in ("", "nan")]
    if not missing:
        return found
    skipped = tuple(Skipped(entries[row], tr("its label is missing")) for row in missing)
    kept = np.setdiff1d(np.arange(len(images)), missing)
    divided = is_test[kept] if is_divided else None
    return replace(found.subset(kept), skipped=skipped, is_test=divided)


def _grey(images: NDArray[Any], shape: tuple[int, int]) -> NDArray[Any]:
    """Return rows of pixels; colours as their mean."""
    if images.ndim == 4:
        axis = 3 if images.shape[3] in (1, 3, 4) else 1
        images = images[..., :3] if axis == 3 else images
        is_grey = images.shape[axis] == 1
        images = images.squeeze(axis) if is_grey else images.mean(axis=axis, dtype=np.float32)
    rows = images.reshape(len(images), math.prod(shape))
    return rows.astype(np.uint8) if rows.dtype.kind == "b" else rows


def _label_texts(labels: NDArray[Any]) -> list[str]:
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = labels.argmax(axis=1)
    flat = labels.reshape(len(labels))
    if flat.dtype.kind == "S":
        return [text.decode("utf-8", "replace") for text in flat.tolist()]
    if flat.dtype.kind == "b":
        return [str(int(value)) for value in flat.tolist()]
    return [f"{value:g}" if isinstance(value, float) else str(value) for value in flat.tolist()]
