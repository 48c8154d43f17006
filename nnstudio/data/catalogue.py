"""Download data sets and verify them; the command line and the window use it.

A file is verified by its unpacked content if the SHA-256 of that is known, because a mirror may gzip the same
content again. The network libraries are imported only when something is downloaded.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from nnstudio.data.data_sets import CATALOGUE, CatalogueEntry, CatalogueFile
from nnstudio.data.download import Cancelled, DownloadError, ServerError, download, sweep_orphans
from nnstudio.data.idx import IdxMissingError, find_mnist
from nnstudio.language import tr
from nnstudio.paths import data_dir

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
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


def installed(name: str) -> bool:
    """Return whether all files of a data set are in one of the folders where they are looked for.

    They were verified when they were downloaded, and are not verified again here.

    Raises
    ------
    DownloadError
        If there is no data set of this name.
    """
    entry = _entry(name)
    if name == "mnist":
        # Many users have MNIST already, in one of several folders.
        try:
            find_mnist(data_dir(), "train")
            find_mnist(data_dir(), "test")
        except IdxMissingError:
            return False
        return True
    folder = data_dir() / name
    return all(any(os.path.isfile(path) for path in _places(folder, file)) for file in entry.files)


def fetch(
    name: str,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """Download the missing files of a data set, and verify all of it.

    Parameters
    ----------
    name : str
        A name in `CATALOGUE`.
    progress : callable, optional
        Called often with the bytes done and the bytes in all, on the caller's thread.
    cancel : threading.Event, optional
        Set it, from any thread, to return at once.

    Returns
    -------
    Path
        The folder of the files.

    Raises
    ------
    DownloadError
        If there is no data set of this name, no mirror has a file, or a file cannot be written. Complete
        files stay, and the next call continues from there.
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
        raise DownloadError(
            tr("The folder {folder} cannot be made: {strerror}.").format(
                folder=folder, strerror=error.strerror
            )
        ) from error
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
            raise DownloadError(
                tr("{name} in {folder} cannot be used: {strerror}.").format(
                    name=file.name, folder=folder, strerror=error.strerror
                )
            ) from error
        if not present:
            _fetch_file(entry, file, folder, report, cancel)
        n_done += file.packed_bytes
    report(0)
    return folder


def _entry(name: str) -> CatalogueEntry:
    if name not in CATALOGUE:
        raise DownloadError(
            tr("There is no data set {name!r} to download; there are {names}.").format(
                name=name, names=", ".join(CATALOGUE)
            )
        )
    return CATALOGUE[name]


def _present(folder: Path, file: CatalogueFile) -> bool:
    """Return whether the file is there and valid; rename an invalid one of its name."""
    for path in _places(folder, file):
        try:
            if path.is_file():
                _check_content(path, file)
                return True
        except ServerError:
            # It would be read instead of the valid one, but may be something that the user made.
            path.replace(path.with_name(f"{path.name}.wrong"))
    return False


def _places(folder: Path, file: CatalogueFile) -> tuple[Path, Path]:
    """Return the possible paths of a file, unpacked by the user or as it was downloaded."""
    return folder / file.name.removesuffix(".gz"), folder / file.name


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
                max_bytes=max(file.content_bytes, file.packed_bytes),
                progress=report,
                cancel=cancel,
            )
        except ServerError as error:
            failures.append(f"{urlsplit(mirror).netloc} {error}")
        else:
            return
    raise DownloadError(
        tr(
            "{name} of {title} could not be downloaded: {failures}. Nothing partial was kept. Check "
            "the connection and fetch again."
        ).format(name=file.name, title=entry.title, failures="; ".join(failures))
    )


def _check_content(path: Path, file: CatalogueFile) -> None:
    """Verify a file, gzipped or not, by its content if that is known, else by its packed form.

    Raises
    ------
    ServerError
        The message follows the name of a server.
    """
    with path.open("rb") as stream:
        start = stream.read(256)
        stream.seek(0)
        if start.lstrip()[:1] == b"<":
            raise ServerError(tr("sends a web page instead of the data"))
        expected, n_expected = file.content_sha256, file.content_bytes
        try:
            if not expected:
                expected, n_expected = file.packed_sha256, file.packed_bytes
                n_bytes, digest = _digest(stream, n_expected + 1)
            elif start.startswith(b"\x1f\x8b"):
                with gzip.GzipFile(fileobj=stream) as unpacked:
                    n_bytes, digest = _digest(unpacked, file.content_bytes + 1)
            else:
                n_bytes, digest = _digest(stream, file.content_bytes + 1)
        except EOFError as error:
            raise ServerError(tr("broke off before the end")) from error
        except (zlib.error, gzip.BadGzipFile) as error:
            raise ServerError(tr("sends a damaged file")) from error
    if n_bytes < n_expected:
        raise ServerError(
            tr("sends {n_bytes:,} bytes of content instead of {n_expected:,}").format(
                n_bytes=n_bytes, n_expected=n_expected
            )
        )
    if digest != expected:
        raise ServerError(tr("sends other data than expected (SHA-256 {digest}…)").format(digest=digest[:12]))


def _digest(stream: IO[bytes] | gzip.GzipFile, limit: int) -> tuple[int, str]:
    """Return the length and SHA-256 of a stream, read to ``limit`` bytes at most."""
    digest, n_bytes = hashlib.sha256(), 0
    while n_bytes < limit and (chunk := stream.read(min(_CHUNK, limit - n_bytes))):
        digest.update(chunk)
        n_bytes += len(chunk)
    return n_bytes, digest.hexdigest()
