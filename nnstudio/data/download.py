"""Download one file completely and verified, or not at all; only `nnstudio.data.catalogue` uses it.

The request runs on a thread of its own, because a server may never answer: the caller gets progress and can
return at once, and the thread ends as soon as its connection does.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from nnstudio import __version__
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CONNECT_TIMEOUT_S = 10.0
_READ_TIMEOUT_S = 20.0
_POLL_S = 0.05
_JOIN_S = 0.5
_CHUNK = 1 << 16
_INCOMING = ".incoming-"
_ORPHAN_AGE_S = 24 * 3600.0


class DownloadError(UserError):
    """A download failed; nothing partial was kept."""


class Cancelled(DownloadError):
    """The user cancelled a download; nothing partial was kept."""


class ServerError(DownloadError):
    """One server failed; the message says how. Another server may succeed."""


def download(
    url: str,
    target: Path,
    *,
    check: Callable[[Path], None],
    max_bytes: int,
    progress: Callable[[int], None],
    cancel: threading.Event | None,
) -> None:
    """Download ``url`` to ``target``, which appears or changes only on success.

    Parameters
    ----------
    url : str
    target : Path
        In an existing folder, which also holds the temporary file.
    check : callable
        Called with the temporary file; raises `ServerError` if the content is wrong. Runs on the
        download's thread.
    max_bytes : int
        A server that sends more is cut off.
    progress : callable
        Called about 20 times a second with the bytes received so far, on the caller's thread.
    cancel : threading.Event or None
        Set it, from any thread, to return at once.

    Raises
    ------
    ServerError
        If the server cannot be reached, refuses, disconnects, or sends something else.
    Cancelled
        If ``cancel`` was set.
    DownloadError
        If the file cannot be written.
    """
    attempt = _Attempt(url, target, check, max_bytes)
    thread = threading.Thread(target=attempt.run, name="nnstudio-download", daemon=True)
    thread.start()
    try:
        while True:
            if cancel is not None and cancel.is_set():
                raise Cancelled(tr("The download was cancelled. Files that were already complete are kept."))
            with contextlib.suppress(queue.Empty):
                error = attempt.outcome.get(timeout=_POLL_S)
                break
            progress(attempt.received)
    finally:
        attempt.stop()
        thread.join(_JOIN_S)
    if error is not None:
        raise _translated(error, target) from error


class _Attempt:
    """One request for one file, on its own thread; also the progress object for pooch."""

    def __init__(self, url: str, target: Path, check: Callable[[Path], None], max_bytes: int) -> None:
        self.outcome: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
        self.received = 0
        self.total = 0
        self._url = url
        self._target = target
        self._check = check
        self._max_bytes = max_bytes
        self._stopped = threading.Event()
        self._response: Any = None

    def run(self) -> None:
        error: Exception | None = None
        try:
            self._download()
        except Exception as caught:  # noqa: BLE001 - handed to the thread that asked
            error = caught
        self.outcome.put(error)

    def stop(self) -> None:
        """Abandon the request, from any thread: a read that waits for the server returns."""
        self._stopped.set()
        # A response that has ended, or an older urllib3 without this method, needs no abort.
        with contextlib.suppress(AttributeError, ValueError, RuntimeError, OSError):
            self._response.raw.shutdown()

    def _download(self) -> None:
        import pooch

        downloader = pooch.HTTPDownloader(
            progressbar=self,
            chunk_size=_CHUNK,
            timeout=(_CONNECT_TIMEOUT_S, _READ_TIMEOUT_S),
            # The file is stored as it is on the server, not unpacked.
            headers={"User-Agent": f"nnstudio/{__version__}", "Accept-Encoding": "identity"},
            hooks={"response": self._answered},
        )
        incoming = self._target.parent / f"{_INCOMING}{uuid.uuid4().hex}"
        try:
            with incoming.open("xb") as file:
                downloader(self._url, file, None)
                file.flush()
                os.fsync(file.fileno())
            self._check(incoming)
            self._leave_if_stopped()
            incoming.replace(self._target)
        finally:
            if self._response is not None:
                self._response.close()
            incoming.unlink(missing_ok=True)

    def _answered(self, response: Any, **_: object) -> None:
        self._response = response
        self._leave_if_stopped()

    def _leave_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise Cancelled(tr("The download was cancelled."))

    def update(self, n_bytes: int) -> None:
        """Count received bytes; raise to abort the download, whereupon pooch stops reading."""
        self._leave_if_stopped()
        self.received += n_bytes
        if self.received > self._max_bytes + _CHUNK:
            raise ServerError(tr("sends far more than the file has"))

    def reset(self) -> None:
        """Restart the count; pooch does so once at the end, to give the exact figure."""
        self.received = 0

    def close(self) -> None:
        """Do nothing; pooch calls this at the end."""


def _translated(error: Exception, target: Path) -> DownloadError:
    """Translate an exception of the network or the disk into one for the user."""
    from requests import exceptions as failures

    if isinstance(error, DownloadError):
        return error
    if isinstance(error, failures.HTTPError) and error.response is not None:
        return ServerError(
            tr("answers {status_code} {reason}").format(
                status_code=error.response.status_code, reason=error.response.reason
            )
        )
    if isinstance(error, failures.TooManyRedirects):
        return ServerError(tr("sends the request round in a circle"))
    if isinstance(error, failures.SSLError):
        return ServerError(tr("has no valid certificate"))
    if isinstance(error, failures.Timeout):
        return ServerError(tr("does not answer in time"))
    if isinstance(error, failures.ChunkedEncodingError):
        return ServerError(tr("broke off before the end"))
    if isinstance(error, failures.ConnectionError):
        # requests also raises this for a timeout in the middle of a file.
        return ServerError(
            tr("does not answer in time") if "timed out" in str(error) else tr("cannot be reached")
        )
    if isinstance(error, failures.RequestException):
        return ServerError(tr("cannot be used ({error})").format(error=error))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DownloadError(
            tr("The disc of {parent} is full. Make room and fetch again.").format(parent=target.parent)
        )
    if isinstance(error, OSError):
        return DownloadError(
            tr("{target} cannot be written: {strerror}.").format(
                target=target, strerror=error.strerror or error
            )
        )
    return ServerError(tr("sends something that is not understood ({error})").format(error=error))


def sweep_orphans(folder: Path) -> None:
    """Remove temporary files that killed downloads left in ``folder`` a day ago or earlier."""
    for orphan in folder.glob(f"{_INCOMING}*"):
        # Another process may remove it first, or still write to it.
        with contextlib.suppress(OSError):
            if time.time() - orphan.stat().st_mtime > _ORPHAN_AGE_S:
                orphan.unlink()
