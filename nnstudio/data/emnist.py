"""Read EMNIST from its archive, turned upright and normalised; any package may import it.

EMNIST's images are transposed, blurred and boxed unlike MNIST's; the result follows the rules of the
rasteriser. Nothing is unpacked to disk.
"""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
import zlib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.idx import MAX_BYTES, IdxError, IdxMissingError, LabelledImages, read_idx_stream
from nnstudio.data.label_names import EMNIST_BALANCED
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.renormalise import renormalise
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nnstudio.data.idx import Split
    from nnstudio.data.rasterise import RasterSpec

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "digits": tuple("0123456789"),
        "letters": tuple(_LETTERS),
        # Small letters that look like their capitals are in one class with them.
        "balanced": EMNIST_BALANCED,
    }
)
"""The parts that are read, and the names of their classes; "letters" merges capitals and small ones."""

_FIRST_LABEL = {"letters": 1}
"""Labels of the other parts begin with 0."""

_ARCHIVE = "gzip.zip"


def find_emnist(folder: str | os.PathLike[str]) -> Path:
    """Find EMNIST's archive in a folder, or in its ``emnist``.

    Raises
    ------
    IdxMissingError
        If it is not there.
    """
    for place in (Path(folder) / "emnist", Path(folder)):
        # os.path treats a folder that may not be entered as one without the file.
        if os.path.isfile(place / _ARCHIVE):
            return place / _ARCHIVE
    raise IdxMissingError(
        tr("The folder {folder} has no EMNIST: there is no {archive} and no emnist/{archive}.").format(
            folder=folder, archive=_ARCHIVE
        )
    )


def read_emnist(
    path: str | os.PathLike[str], part: str, split: Split, spec: RasterSpec = MNIST_SPEC
) -> LabelledImages:
    """Read one part of EMNIST.

    Parameters
    ----------
    path : path-like
        The archive.
    part : str
        A key of `PARTS`.
    split : {"train", "test"}
    spec : RasterSpec
        The format that the images are converted to.

    Returns
    -------
    LabelledImages
        Upright, boxed and centred; label ``k`` means ``PARTS[part][k]``.

    Raises
    ------
    IdxError
        If the archive cannot be read, lacks a file, or if a file is damaged or does not fit the other.
    """
    path = Path(path)
    names = [f"gzip/emnist-{part}-{split}-{what}-ubyte.gz" for what in ("images-idx3", "labels-idx1")]
    try:
        with zipfile.ZipFile(path) as archive:
            images, labels = (_read_member(archive, path, name) for name in names)
    except MemoryError as error:
        raise IdxError(tr("{path} does not fit into memory.").format(path=path)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, gzip.BadGzipFile) as error:
        raise IdxError(
            tr("{path} is cut short or damaged: it does not unpack ({error}).").format(path=path, error=error)
        ) from error
    except (ValueError, NotImplementedError, RuntimeError) as error:
        raise IdxError(
            tr("{path} is no archive as it is distributed: {error}.").format(path=path, error=error)
        ) from error
    except OSError as error:
        raise IdxError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise IdxError(
            tr("{path} does not hold as many labels as images in {part}: {images}, {labels}.").format(
                path=path, part=part, images=names[0], labels=names[1]
            )
        )
    first = _FIRST_LABEL.get(part, 0)
    last = first + len(PARTS[part]) - 1
    if not first <= labels.min() <= labels.max() <= last:
        raise IdxError(
            tr(
                "{path} has labels from {lowest} to {highest} in {name}; they run from {first} to {last}."
            ).format(
                path=path, lowest=labels.min(), highest=labels.max(), name=names[1], first=first, last=last
            )
        )
    upright = images.transpose(0, 2, 1)
    return LabelledImages(renormalise(upright, spec), labels.astype(np.int64) - first)


def _read_member(archive: zipfile.ZipFile, path: Path, name: str) -> NDArray[np.uint8]:
    """Read a gzipped IDX file from the archive, never more of it than its header announces."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise IdxError(tr("{path} has no {name}.").format(path=path, name=name)) from None
    if info.file_size > MAX_BYTES:
        raise IdxError(
            tr("{path} says that {name} has {file_size:,} bytes; at most {max_bytes:,} are read.").format(
                path=path, name=name, file_size=info.file_size, max_bytes=MAX_BYTES
            )
        )
    with archive.open(info) as packed, gzip.GzipFile(fileobj=packed) as unpacked:
        return read_idx_stream(unpacked, tr("{name} in {path}").format(name=name, path=path))
