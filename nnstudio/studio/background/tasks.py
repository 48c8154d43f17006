"""Slow work (loading and downloading data) on a thread of its own, its results polled once a frame."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from nnstudio.errors import UserError
from nnstudio.language import tr

_log = logging.getLogger(__name__)


@dataclass
class Task:
    """One piece of slow work.

    Attributes
    ----------
    title : str
        What is being done, for the message line.
    work : callable (errand) -> result
        Runs on the errand's thread; calls ``report`` now and then, and looks at ``cancelled``.
    done : callable (result) -> None
        Runs on the polling thread with the result.
    """

    title: str
    work: "Callable[[Task], Any]"
    done: Callable[[Any], None]

    def __post_init__(self) -> None:
        self.cancelled = threading.Event()
        self.share: float | None = None

    def report(self, done: int, total: int) -> None:
        """Say how much is done; ends the work if it was cancelled."""
        self.share = done / total if total else None
        if self.cancelled.is_set():
            raise CancelledTaskError


class CancelledTaskError(Exception):
    """The user asked to stop."""


class TaskQueue:
    """Runs one errand at a time; a newer one cancels the one before.

    Notes
    -----
    Thread: gui; the work itself runs on a plain daemon thread.
    """

    def __init__(self) -> None:
        self._current: Task | None = None
        self._thread: threading.Thread | None = None
        self._results: SimpleQueue[tuple[Task, Any, BaseException | None]] = SimpleQueue()

    @property
    def current(self) -> Task | None:
        """The errand under way."""
        return self._current

    def run(self, task: Task) -> None:
        """Start an errand."""
        self.cancel()
        self._current = task
        self._thread = threading.Thread(target=self._work, args=(task,), name="nnstudio-errand", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Give up the errand under way; its result is dropped."""
        if self._current is not None:
            self._current.cancelled.set()
            self._current = None

    def stop(self, timeout_s: float = 2.0) -> None:
        """Cancel, and wait for the thread to end."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _work(self, task: Task) -> None:
        try:
            self._results.put((task, task.work(task), None))
        except BaseException as error:  # noqa: BLE001 - carried to the polling thread whole
            self._results.put((task, None, error))

    def poll(self) -> str | None:
        """Hand a finished errand's result on.

        Returns
        -------
        str or None
            The sentence of an errand that failed.
        """
        failure = None
        while not self._results.empty():
            task, result, error = self._results.get()
            if task is not self._current:
                continue
            self._current = None
            if error is None:
                task.done(result)
            elif isinstance(error, UserError):
                failure = str(error)
            else:
                _log.error("%s failed", task.title, exc_info=error)
                failure = tr("{title} failed ({name}: {error}). The log has the details.").format(
                    title=task.title, name=type(error).__name__, error=error
                )
        return failure
