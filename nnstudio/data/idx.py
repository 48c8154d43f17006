"""Read IDX files, the format of MNIST, strictly and bounded; any package may import it.

An IDX file is two zero bytes, the type of its values (8: unsigned byte), the number of dimensions, the
dimensions as big-endian 32-bit numbers, and then the values. A file is recognised by its content, not by its
name: it may be gzipped or not.
"""

from __future__ import annotations

import gzip
import math
import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_BYTES = 600_000_000
"""Most values one file may hold: the largest of the EMNIST files has 547 million."""

Split = Literal["train", "test"]

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 8
_LABELS_NDIM, _IMAGES_NDIM = 1, 3
_CHUNK = 1 << 20

_STEMS: dict[Split, str] = {"train": "train", "test": "t10k"}
_SUBFOLDERS = ("", "mnist", "MNIST/raw")


class IdxError(UserError):
    """A file that is not the expected IDX file."""


class IdxMissingError(IdxError):
    """A folder without the expected MNIST files."""


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Images with the class of each.

    Attributes
    ----------
    images : ndarray of shape (n, height, width), uint8
        Ink 255, paper 0.
    labels : ndarray of shape (n,), int64
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def samples(self) -> Samples:
        """Return the images as rows of bytes, which a network reads scaled by 1/255.

        Notes
        -----
        Aliasing: views of the images and labels.
        """
        return Samples(self.images.reshape(len(self.images), -1), self.labels, scale=1 / 255)


def read_idx(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes.

    Parameters
    ----------
    path : path-like
        The file, gzipped or not.

    Returns
    -------
    ndarray of shape given by the file, uint8
        One to three dimensions, none of them empty.

    Raises
    ------
    IdxError
        If the file cannot be read, is not IDX, or holds more or less than its header says. Never more than
        one byte beyond the promised size is unpacked.
    """
    path = Path(path)
    try:
        # Asked first, because opening a pipe or a device would wait for ever.
        if not path.is_file():
            raise IdxError(
                tr("{path} is a folder, not a file.").format(path=path)
                if path.is_dir()
                else tr("There is no file {path}.").format(path=path)
            )
        with path.open("rb") as file:
            packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            file.seek(0)
            if not packed:
                return read_idx_stream(file, path)
            with gzip.GzipFile(fileobj=file) as unpacked:
                return read_idx_stream(unpacked, path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise IdxError(
            tr("{path} is cut short or damaged: it does not unpack ({error}).").format(path=path, error=error)
        ) from error
    except OSError as error:
        raise IdxError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except MemoryError as error:
        raise IdxError(tr("{path} does not fit into memory.").format(path=path)) from error


def read_idx_stream(stream: IO[bytes] | gzip.GzipFile, path: str | Path) -> NDArray[np.uint8]:
    """Read an IDX file from an open stream; ``path`` is what errors call it. See `read_idx`."""
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise IdxError(
            tr("{path} is not an IDX file: it starts with {hex}.").format(
                path=path, hex=magic.hex(" ") or tr("nothing")
            )
        )
    if magic[2] != _UNSIGNED_BYTE:
        raise IdxError(
            tr("{path} holds IDX values of type 0x{magic:02x}; only bytes (0x08) are read.").format(
                path=path, magic=magic[2]
            )
        )
    n_dimensions = magic[3]
    if not 1 <= n_dimensions <= _IMAGES_NDIM:
        raise IdxError(
            tr("{path} has {n_dimensions} dimensions; labels have 1 and images have 3.").format(
                path=path, n_dimensions=n_dimensions
            )
        )
    header = stream.read(4 * n_dimensions)
    if len(header) < 4 * n_dimensions:
        raise IdxError(tr("{path} is cut short: it ends within its header.").format(path=path))
    shape = tuple(int(size) for size in np.frombuffer(header, ">u4"))
    n_bytes = math.prod(shape)
    sizes = " × ".join(map(str, shape))
    if not 1 <= n_bytes <= MAX_BYTES:
        raise IdxError(
            tr("{path} says that it holds {sizes} values; it must be 1 to {max_bytes:,}.").format(
                path=path, sizes=sizes, max_bytes=MAX_BYTES
            )
        )
    # Grows with what is really there, so that a header that lies costs no memory.
    content = bytearray()
    while len(content) <= n_bytes:
        chunk = stream.read(min(_CHUNK, n_bytes + 1 - len(content)))
        if not chunk:
            break
        content += chunk
    if len(content) < n_bytes:
        raise IdxError(
            tr("{path} is cut short: it says {sizes} values but holds {n_content:,}.").format(
                path=path, sizes=sizes, n_content=len(content)
            )
        )
    if len(content) > n_bytes:
        raise IdxError(
            tr("{path} holds more than the {sizes} values that it says.").format(path=path, sizes=sizes)
        )
    return np.frombuffer(content, np.uint8).reshape(shape)


def read_pair(
    first: str | os.PathLike[str], second: str | os.PathLike[str], *, n_classes: int = 10
) -> LabelledImages:
    """Read a file of images and the file of their labels, given in either order.

    Parameters
    ----------
    first, second : path-like
    n_classes : int
        Labels run from 0 to ``n_classes - 1``.

    Raises
    ------
    IdxError
        If one of them cannot be read, if they are not one of each, if their counts differ, or if a label
        is out of range.
    """
    paths = [Path(first), Path(second)]
    arrays = [read_idx(path) for path in paths]
    if arrays[0].ndim == _LABELS_NDIM:
        paths.reverse()
        arrays.reverse()
    (images_path, labels_path), (images, labels) = paths, arrays
    if (images.ndim, labels.ndim) != (_IMAGES_NDIM, _LABELS_NDIM):
        raise IdxError(
            tr(
                "{first} and {second} are not a file of images and a file of labels: they have {n} and "
                "{m} dimensions instead of 3 and 1."
            ).format(first=Path(first).name, second=Path(second).name, n=images.ndim, m=labels.ndim)
        )
    if len(images) != len(labels):
        raise IdxError(
            tr("{images_path} has {n_images:,} images but {name} {n_labels:,} labels.").format(
                images_path=images_path, n_images=len(images), name=labels_path.name, n_labels=len(labels)
            )
        )
    if int(labels.max()) >= n_classes:
        raise IdxError(
            tr("{labels_path} has the label {labels}; labels run from 0 to {last}.").format(
                labels_path=labels_path, labels=labels.max(), last=n_classes - 1
            )
        )
    return LabelledImages(images, labels.astype(np.int64))


def companion(path: Path) -> Path:
    """Return the label file of an image file, or the reverse, by MNIST's names.

    Raises
    ------
    IdxMissingError
        If there is none.
    """
    for part, other in (("images", "labels"), ("labels", "images")):
        if part in path.name:
            name = path.name.replace(part, other)
            name = name.replace("idx3", "idx1") if other == "labels" else name.replace("idx1", "idx3")
            for candidate in (name, name.removesuffix(".gz"), f"{name}.gz"):
                if os.path.isfile(path.parent / candidate):
                    return path.parent / candidate
    raise IdxMissingError(
        tr(
            "{path} is one of two IDX files; the other, images or labels, is not beside it under the same "
            "name. Name both IDX files, or put both into one folder and name that."
        ).format(path=path)
    )


def find_pairs(folder: Path) -> list[tuple[Path, Path]]:
    """Find the files of images with their labels in a folder, or in one of the usual folders in it.

    Returns
    -------
    list of (Path, Path)
        Images and labels, in the order of their names; empty if there are none.

    Raises
    ------
    IdxError
        If they are of several data sets, whose labels mean different things.
    """
    subfolders = [folder / name for name in _SUBFOLDERS]
    for place in [*subfolders, folder / "raw", *sorted(folder.glob("*/raw"))]:
        pairs: dict[str, tuple[Path, Path]] = {}
        try:
            paths = sorted(place.iterdir())
        except OSError:
            continue
        for path in paths:
            if "images" in path.name and "idx3" in path.name and os.path.isfile(path):
                with suppress(IdxMissingError):
                    pairs.setdefault(path.name.removesuffix(".gz"), (path, companion(path)))
        data_sets = sorted({re.split(r"train|t10k|test", name)[0].strip("-_.") for name in pairs})
        if len(data_sets) > 1:
            raise IdxError(
                tr(
                    "{folder} holds the IDX files of several data sets: {data_sets}. Name one file of "
                    "images, or put the files of one set into a folder."
                ).format(folder=place, data_sets=", ".join(name or "mnist" for name in data_sets))
            )
        if pairs:
            return list(pairs.values())
    return []


def find_mnist(folder: str | os.PathLike[str], split: Split) -> tuple[Path, Path]:
    """Find MNIST's images and labels in a folder, or in its ``mnist`` or ``MNIST/raw``.

    Parameters
    ----------
    folder : path-like
    split : {"train", "test"}
        The 60,000 images to learn from, or the 10,000 of ``t10k``.

    Returns
    -------
    images, labels : Path
        Both lie in the same folder. Each may be gzipped or not.

    Raises
    ------
    IdxMissingError
        If the folder is missing, or one of the two files is.
    """
    folder = Path(folder)
    if not os.path.isdir(folder):
        raise IdxMissingError(tr("There is no folder {folder}.").format(folder=folder))
    names = [f"{_STEMS[split]}-images-idx3-ubyte", f"{_STEMS[split]}-labels-idx1-ubyte"]
    missing = names
    for subfolder in _SUBFOLDERS:
        found = {name: _find_file(folder / subfolder, name) for name in names}
        images, labels = found.values()
        if images and labels:
            return images, labels
        if images or labels:
            missing = [name for name, path in found.items() if path is None]
    raise IdxMissingError(
        tr("The folder {folder} has no {missing}, gzipped or not.").format(
            folder=folder, missing=" and no ".join(missing)
        )
    )


def _find_file(folder: Path, name: str) -> Path | None:
    dotted = name.replace("-idx", ".idx")
    for candidate in (name, dotted, f"{name}.gz", f"{dotted}.gz"):
        # os.path takes a folder that may not be entered for one without the file.
        if os.path.isfile(folder / candidate):
            return folder / candidate
    return None


def read_mnist_folder(folder: str | os.PathLike[str], split: Split) -> LabelledImages:
    """Read MNIST's training or test set from a folder; the other set need not be there.

    Raises
    ------
    IdxMissingError
        If a file is missing; see `find_mnist`.
    IdxError
        If a file is damaged; see `read_pair`.
    """
    return read_pair(*find_mnist(folder, split))
