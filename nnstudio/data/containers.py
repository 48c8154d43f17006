"""Recognise a user's file of images by its content, unpack it within limits, or say what it is.

Any package may import it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import zipfile
import zlib
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Protocol

from nnstudio.data.table_text import is_number
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_UNPACKED = 2**31
"""Most bytes that a packed file is unpacked to."""

_N_PEEKED = 600

_LEAST_CELLS = 4

_ENCRYPTED = 1
"""The bit of an entry's flags that says that it has a password."""

_IDX_MAGIC = b"\0\0\x08"

_DATA_MAGICS = (
    *(_IDX_MAGIC, b"\x93NUMPY", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"PK\x03\x04"),
    *(b"\x89HDF\r\n", b"MATLAB 5.0 MAT-file", b"PAR1", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!"),
)
"""How files begin that hold data."""

_TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".data", ".dat", ".arff")

TABLE, ARRAYS, ARRAY, IDX = "table", "arrays", "array", "idx"
"""What can be read: text, a NumPy archive, one NumPy array, an IDX file."""

_PACKERS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\0", lzma.open))

_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)

_PICKLE = translatable(
    "{path} is a pickle of Python's, which can run any program when it is opened, so nnstudio does not open "
    "it. In Python, load it and save its arrays with numpy.savez_compressed(…, x_train=…, y_train=…)."
)
_MATLAB = translatable(
    "{path} is a MATLAB file. In Python, read it with scipy.io.loadmat and save images and labels with "
    "numpy.savez_compressed(…, x_train=…, y_train=…); EMNIST comes with `nnstudio data fetch emnist`."
)
_HDF5 = translatable(
    "{path} is an HDF5 file (Keras, MATLAB 7.3). Save its arrays with numpy.savez_compressed(…, x_train=…, "
    "y_train=…) and open that file."
)
_PARQUET = translatable(
    "{path} is a Parquet table. Save it as CSV (in pandas to_csv(…, index=False)) and open that file."
)
_WORKBOOK = translatable(
    "{path} is a document of an office program. Save its sheet as CSV, or its picture as PNG, and open that "
    "file."
)
_PICTURE = translatable(
    "{path} is a picture, not a table of them. Open it by itself, or put pictures into a folder for each "
    "class."
)
_ARCHIVE = translatable("{path} is an archive. Unpack it, then open the folder or the table in it.")
_WEB_PAGE = translatable("{path} is a web page, not data: the download went wrong. Fetch it again.")
_LFS = translatable(
    "{path} is a pointer of Git LFS, not the data themselves. Fetch them with `git lfs pull`."
)
_DRAWINGS = translatable(
    "{path} holds drawings, not images: `nnstudio evaluate` measures on it, and opened in the window it "
    "joins your drawings."
)
_JSON = translatable("{path} is JSON, not a table. Save the images as CSV or as a NumPy file and open that.")

_FOREIGN = (
    (b"\x89HDF\r\n", _HDF5),
    (b"MATLAB 5.0 MAT-file", _MATLAB),
    (b"PAR1", _PARQUET),
    (b"\xd0\xcf\x11\xe0", _WORKBOOK),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"version https://git-lfs", _LFS),
    (b"<!doctype html", _WEB_PAGE),
    (b"<!DOCTYPE html", _WEB_PAGE),
    (b"<html", _WEB_PAGE),
    (b'{"', _JSON),
    (b"[[", _JSON),
    (b"[{", _JSON),
)


class ContainerError(UserError):
    """A file of another kind, or one that does not unpack."""


@dataclass(frozen=True)
class Opened:
    """A file of images that was opened.

    Attributes
    ----------
    kind : str
        `TABLE`, `ARRAYS`, `ARRAY` or `IDX`.
    stream : binary file
        Its content, unpacked.
    position : callable () -> int
        How many bytes of the packed file have been read.
    """

    kind: str
    stream: IO[bytes]
    position: Callable[[], int]


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a user's file of images, unpacked where it is packed.

    Raises
    ------
    ContainerError
        If it is missing, of another kind, damaged, or unpacks to more than `MAX_UNPACKED`.
    """
    with ExitStack() as stack:
        try:
            # Asked first, because opening a pipe or a device would block.
            if not path.is_file():
                raise ContainerError(tr("There is no file {path}.").format(path=path))
            found = _found(stack, path)
        except RuntimeError as error:
            # A password, or a packing that Python does not know.
            raise _damaged(path) from error
        except _DAMAGED as error:
            raise _damaged(path) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            yield found
        except _DAMAGED as error:
            raise _damaged(path) from error
        except OSError as error:
            raise _unreadable(path, error) from error
        except MemoryError as error:
            raise ContainerError(tr("{path} does not fit into memory.").format(path=path)) from error


def holds_arrays_of_images(path: Path) -> bool:
    """Tell whether a file is a NumPy archive of anything but drawings."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, *_DAMAGED, ValueError, RuntimeError):
        return False
    return bool(names) and "xy.npy" not in names and all(name.endswith(".npy") for name in names)


def is_no_picture(path: Path) -> bool:
    """Tell by the first bytes whether a file is data or a table of numbers, rather than a picture."""
    # Asked first, because opening a pipe or a device would block.
    if not os.path.isfile(path):
        return False
    try:
        with path.open("rb") as file:
            start = file.read(_N_PEEKED)
    except OSError:
        return False
    if start.startswith(_DATA_MAGICS) or start[:1] == b"\x80":
        return True
    lines = start.decode("utf-8", "replace").splitlines()[:2]
    if start[:1] == b"P" or any("\ufffd" in line[:-4] for line in lines):
        return False
    for line in lines:
        cells = [cell for cell in re.split(r"[\s,;|]+", line) if cell]
        if len(cells) > _LEAST_CELLS and sum(map(is_number, cells)) > len(cells) / 2:
            return True
    return False


def _found(stack: ExitStack, path: Path) -> Opened:
    file: IO[bytes] = stack.enter_context(path.open("rb"))
    if zipfile.is_zipfile(file):
        return _in_zip(stack, path, stack.enter_context(zipfile.ZipFile(file)), file)
    file.seek(0)
    start = file.read(_N_PEEKED)
    file.seek(0)
    stream: IO[bytes] = file
    for magic, unpack in _PACKERS:
        if start.startswith(magic):
            stream = io.BufferedReader(_Limited(stack.enter_context(closing(unpack(file, "rb"))), path))
            start = stream.peek(_N_PEEKED)
            break
    return Opened(_kind(path, start), stream, file.tell)


def _in_zip(stack: ExitStack, path: Path, archive: zipfile.ZipFile, file: IO[bytes]) -> Opened:
    if any(info.flag_bits & _ENCRYPTED for info in archive.infolist()):
        raise _damaged(path)
    names = [name for name in archive.namelist() if not name.endswith("/") and "__MACOSX" not in name]
    if "xy.npy" in names and "stroke_offsets.npy" in names:
        raise ContainerError(tr(_DRAWINGS).format(path=path))
    if names and all(name.endswith(".npy") for name in names):
        return Opened(ARRAYS, file, file.tell)
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise ContainerError(tr(_WORKBOOK).format(path=path))
    tables = [name for name in names if PurePosixPath(name.lower()).suffix in _TABLE_SUFFIXES]
    others = [name for name in names if name not in tables]
    if len(tables) > 1 and not others:
        raise ContainerError(
            tr(
                "{path} holds {n} tables ({names}). Unpack it and open the one with the images to learn from."
            ).format(path=path, n=len(tables), names=", ".join(sorted(tables)[:3]))
        )
    if len(tables) != 1 or len(others) > 3:
        raise ContainerError(tr(_ARCHIVE).format(path=path))
    stream = io.BufferedReader(_Limited(stack.enter_context(archive.open(tables[0])), path))
    return Opened(_kind(path, stream.peek(_N_PEEKED)), stream, file.tell)


def _kind(path: Path, start: bytes) -> str:
    """Return what can be read by its first bytes.

    Raises
    ------
    ContainerError
        If it is anything else that is known.
    """
    if start.startswith(b"\x93NUMPY"):
        return ARRAY
    if start[:3] == _IDX_MAGIC:
        return IDX
    for magic, sentence in _FOREIGN:
        if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            raise ContainerError(tr(sentence).format(path=path))
    if (start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05") or start[:3] in (b"(dp", b"(lp"):
        raise ContainerError(tr(_PICKLE).format(path=path))
    if start[257:262] == b"ustar":
        raise ContainerError(tr(_ARCHIVE).format(path=path))
    return TABLE


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Limited(io.RawIOBase):
    """An unpacked stream that ends in an error rather than fill the memory."""

    def __init__(self, stream: _Readable, path: Path) -> None:
        self._stream, self._path, self._n_read = stream, path, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._stream.read(len(buffer))
        self._n_read += len(content)
        if self._n_read > MAX_UNPACKED:
            raise ContainerError(
                tr("{path} unpacks to more than {n} GB; nothing was read.").format(
                    path=self._path, n=MAX_UNPACKED >> 30
                )
            )
        buffer[: len(content)] = content
        return len(content)


def _unreadable(path: Path, error: OSError) -> ContainerError:
    return ContainerError(
        tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
    )


def _damaged(path: Path) -> ContainerError:
    return ContainerError(
        tr("{path} is cut short or damaged, or has a password: it does not unpack. Fetch it again.").format(
            path=path
        )
    )
