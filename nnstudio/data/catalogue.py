"""Name the data sets that can be downloaded, fetch them, and check that they are what they should be.

The command line and the window import this module. A file counts by its unpacked content: the SHA-256 of
the values is known, whereas anybody may gzip them anew. Nothing is imported from the network's libraries
until something is fetched.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from nnstudio.data.download import Cancelled, DownloadError, ServerError, download, sweep_orphans
from nnstudio.data.idx import IdxMissingError, find_mnist
from nnstudio.paths import data_dir

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = [
    "CATALOGUE",
    "Cancelled",
    "CatalogueEntry",
    "CatalogueFile",
    "DownloadError",
    "fetch",
    "fetch_entry",
    "installed",
]

_CHUNK = 1 << 20


@dataclass(frozen=True)
class CatalogueFile:
    """One gzipped file of a data set.

    Attributes
    ----------
    name : str
        The name on the mirrors and in the folder of downloads.
    packed_bytes : int
        Its usual size as it is downloaded.
    content_bytes : int
        Its size when unpacked.
    content_sha256 : str
        The SHA-256 of the unpacked content, in hexadecimal: this decides what is accepted.
    """

    name: str
    packed_bytes: int
    content_bytes: int
    content_sha256: str


@dataclass(frozen=True)
class CatalogueEntry:
    """A data set that can be downloaded.

    Attributes
    ----------
    name : str
        The name used on the command line, and the folder below `nnstudio.paths.data_dir`.
    title : str
        The name that people read.
    files : tuple of CatalogueFile
    mirrors : tuple of str
        Addresses that end in a slash, tried in this order.
    licence, credit : str
        Under what terms it may be used, and whose work it is.
    """

    name: str
    title: str
    files: tuple[CatalogueFile, ...]
    mirrors: tuple[str, ...]
    licence: str
    credit: str

    @property
    def n_bytes(self) -> int:
        """Return how much is downloaded in all."""
        return sum(file.packed_bytes for file in self.files)


_MNIST = CatalogueEntry(
    name="mnist",
    title="MNIST handwritten digits",
    files=(
        CatalogueFile(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            47_040_016,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        CatalogueFile(
            "train-labels-idx1-ubyte.gz",
            28_881,
            60_008,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        CatalogueFile(
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            7_840_016,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        CatalogueFile(
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            10_008,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    licence="CC BY-SA 3.0",
    credit="Yann LeCun, Corinna Cortes and Christopher J. C. Burges, from the NIST databases",
)

CATALOGUE: Mapping[str, CatalogueEntry] = MappingProxyType({_MNIST.name: _MNIST})
"""Every data set that `fetch` knows, by name."""


def installed(name: str) -> bool:
    """Return whether all files of a data set lie where they are looked for.

    They were checked when they were fetched, and are not checked again here.

    Raises
    ------
    DownloadError
        If there is no data set of this name.
    """
    _entry(name)
    try:
        find_mnist(data_dir(), "train")
        find_mnist(data_dir(), "test")
    except IdxMissingError:
        return False
    return True


def fetch(
    name: str,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """Download what is missing of a data set, and check all of it.

    Parameters
    ----------
    name : str
        A name in `CATALOGUE`.
    progress : callable, optional
        Called often with the bytes done and the bytes in all, on the caller's thread.
    cancel : threading.Event, optional
        Set it, from any thread, to leave at once.

    Returns
    -------
    Path
        The folder of the files.

    Raises
    ------
    DownloadError
        If there is no data set of this name, no mirror gives a file, or a file cannot be written. Files
        that were complete stay, and the next call goes on from there.
    Cancelled
        If ``cancel`` was set.
    """
    entry = _entry(name)
    return fetch_entry(entry, data_dir() / entry.name, progress=progress, cancel=cancel)


def fetch_entry(
    entry: CatalogueEntry,
    folder: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """Download what ``folder`` lacks of ``entry``; see `fetch`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    sweep_orphans(folder)
    n_done = 0

    def report(n_received: int) -> None:
        if progress is not None:
            progress(min(n_done + n_received, entry.n_bytes), entry.n_bytes)

    for file in entry.files:
        report(0)
        try:
            present = _present(folder, file)
        except OSError as error:
            raise DownloadError(f"{file.name} in {folder} cannot be used: {error.strerror}.") from error
        if not present:
            _fetch_file(entry, file, folder, report, cancel)
        n_done += file.packed_bytes
    report(0)
    return folder


def _entry(name: str) -> CatalogueEntry:
    if name not in CATALOGUE:
        raise DownloadError(f"There is no data set {name!r} to download; there is {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]


def _present(folder: Path, file: CatalogueFile) -> bool:
    """Return whether the file is there and right; put aside one of its name that is not right."""
    for path in (folder / file.name.removesuffix(".gz"), folder / file.name):
        try:
            if path.is_file():
                _check_content(path, file)
                return True
        except ServerError:
            # It would be read instead of the right one, but may be something that the user made.
            path.replace(path.with_name(f"{path.name}.wrong"))
    return False


def _fetch_file(
    entry: CatalogueEntry,
    file: CatalogueFile,
    folder: Path,
    report: Callable[[int], None],
    cancel: threading.Event | None,
) -> None:
    failures = []
    for mirror in entry.mirrors:
        try:
            download(
                mirror + file.name,
                folder / file.name,
                check=lambda path: _check_content(path, file),
                # gzip never makes a file noticeably longer.
                max_bytes=file.content_bytes,
                progress=report,
                cancel=cancel,
            )
        except ServerError as error:
            failures.append(f"{urlsplit(mirror).netloc} {error}")
        else:
            return
    raise DownloadError(
        f"{file.name} of {entry.title} could not be downloaded: {'; '.join(failures)}. "
        "Nothing partial was kept. Check the connection and fetch again."
    )


def _check_content(path: Path, file: CatalogueFile) -> None:
    """Check a file, gzipped or not, against its known content.

    Raises
    ------
    ServerError
        In words that follow the name of a server.
    """
    with path.open("rb") as stream:
        start = stream.read(256)
        stream.seek(0)
        if start.lstrip()[:1] == b"<":
            raise ServerError("sends a web page instead of the data")
        try:
            if start.startswith(b"\x1f\x8b"):
                with gzip.GzipFile(fileobj=stream) as unpacked:
                    n_bytes, digest = _digest(unpacked, file.content_bytes + 1)
            else:
                n_bytes, digest = _digest(stream, file.content_bytes + 1)
        except EOFError as error:
            raise ServerError("broke off before the end") from error
        except (zlib.error, gzip.BadGzipFile) as error:
            raise ServerError("sends a damaged file") from error
    if n_bytes < file.content_bytes:
        raise ServerError(f"sends {n_bytes:,} bytes of content instead of {file.content_bytes:,}")
    if digest != file.content_sha256:
        raise ServerError(f"sends other data than expected (SHA-256 {digest[:12]}…)")


def _digest(stream: IO[bytes] | gzip.GzipFile, limit: int) -> tuple[int, str]:
    """Return the length and SHA-256 of a stream, read to ``limit`` bytes at most."""
    digest, n_bytes = hashlib.sha256(), 0
    while n_bytes < limit and (chunk := stream.read(min(_CHUNK, limit - n_bytes))):
        digest.update(chunk)
        n_bytes += len(chunk)
    return n_bytes, digest.hexdigest()
