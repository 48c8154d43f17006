"""A pool of threads that shares the pieces of one job with its caller; any package may import it.

Every free thread takes the next piece, the caller included, and no thread waits for one that has not begun:
on a busy machine the caller does more of the work. Idle threads sleep.
"""

from __future__ import annotations

import threading
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


class ThreadPool:
    """The caller's thread and some helper threads.

    Parameters
    ----------
    n_threads : int
        At least 1, the caller's own included; helpers are started at once.

    Notes
    -----
    Thread: one caller at a time. Numbers that overflow in a helper give no warning.

    Examples
    --------
    >>> squares = [0] * 5
    >>> def square(piece, member):
    ...     squares[piece] = piece**2
    >>> with ThreadPool(2) as pool:
    ...     pool.run(square, 5)
    >>> squares
    [0, 1, 4, 9, 16]
    """

    def __init__(self, n_threads: int) -> None:
        if n_threads < 1:
            raise ValueError(f"n_threads must be at least 1, not {n_threads}")
        self._jobs: list[SimpleQueue[_Job | _SingleTask | None]] = [
            SimpleQueue() for _ in range(n_threads - 1)
        ]
        self._helpers = [
            threading.Thread(target=_help, args=(jobs, member), name=f"nnstudio-helper-{member}", daemon=True)
            for member, jobs in enumerate(self._jobs, start=1)
        ]
        for helper in self._helpers:
            helper.start()

    def __enter__(self) -> ThreadPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def n_threads(self) -> int:
        """How many threads work, the caller's included."""
        return len(self._helpers) + 1

    def run(self, work: Callable[[int, int], None], n_pieces: int) -> None:
        """Do every piece of a job once, and return when all are done.

        Parameters
        ----------
        work : callable ``(piece, member) -> None``
            Called with each piece of 0…n_pieces − 1, in any order; ``member`` of 0…n_threads − 1 says which
            thread calls, for scratch memory of its own.
        n_pieces : int

        Raises
        ------
        Exception
            What a piece raised, after the others were done; one of several.
        """
        if n_pieces <= 1 or not self._helpers:
            for piece in range(n_pieces):
                work(piece, 0)
            return
        job = _Job(work, n_pieces)
        for jobs in self._jobs[: n_pieces - 1]:
            jobs.put(job)
        job.take_part(0)
        job.wait()

    def submit_to(self, member: int, work: Callable[[int], None]) -> None:
        """Have one helper, 1…n_threads − 1, call ``work(member)`` when it is free, without waiting for it."""
        self._jobs[member - 1].put(_SingleTask(work))

    def close(self) -> None:
        """End the helpers and wait for them; may be called again."""
        for jobs in self._jobs:
            jobs.put(None)
        for helper in self._helpers:
            helper.join()
        self._jobs, self._helpers = [], []


class _Job:
    """Pieces of work, each taken once."""

    def __init__(self, work: Callable[[int, int], None], n_pieces: int) -> None:
        self._work = work
        self._n_pieces = n_pieces
        # Drawing from a count is one indivisible operation; adding to a number is not.
        self._taken, self._done = count(), count(1)
        self._all_done = threading.Lock()
        self._all_done.acquire()
        self._error: BaseException | None = None

    def take_part(self, member: int) -> None:
        while (piece := next(self._taken)) < self._n_pieces:
            try:
                self._work(piece, member)
            except BaseException as error:  # noqa: BLE001 - raised again where the caller waits
                self._error = error
            if next(self._done) == self._n_pieces:
                self._all_done.release()

    def wait(self) -> None:
        self._all_done.acquire()
        if self._error is not None:
            raise self._error


class _SingleTask:
    """Work for one given helper."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self.take_part = work


def _help(jobs: SimpleQueue[_Job | _SingleTask | None], member: int) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        # A job that ended long ago has no piece left, and returns at once.
        while (job := jobs.get()) is not None:
            job.take_part(member)
