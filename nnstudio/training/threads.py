"""Measure and set how many threads a training step uses; trainers and recipes use it.

Decided 2026-11: BLAS keeps to one thread. Its own threads wait for each other without sleeping, and on a busy
machine a step of 0.5 ms was measured to take 50 and more; those of `nnstudio.engine.thread_pool` sleep, and
any thread that is awake takes the next piece. The number of threads is measured, and one is preferred unless
two are clearly faster.
"""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING, Any

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "NNSTUDIO_THREADS"

_GAIN = 1.15
"""More threads must be faster by this factor to be worth waking."""

_SECONDS_PER_COUNT = 0.03
_MAX_STEPS_PER_COUNT = 20


class ThreadCountError(UserError):
    """``NNSTUDIO_THREADS`` is not a number of threads."""


def threads_from_environment() -> int | None:
    """Return the number of threads that ``NNSTUDIO_THREADS`` asks for, or None.

    Raises
    ------
    ThreadCountError
        If it is set to anything but a whole number from 1.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ThreadCountError(
            tr("{variable} is {text!r}; set it to a whole number from 1, or unset it.").format(
                variable=VARIABLE, text=text
            )
        )
    return min(int(text), n_cores())


def n_cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class BlasThreads:
    """Sets and restores the process-wide number of BLAS threads.

    Notes
    -----
    Thread: trainer. The libraries' limit is global; one thread alone should set it.
    """

    def __init__(self) -> None:
        self._controller: Any = None
        self._original: Any = None

    def set(self, n_threads: int) -> None:
        """Use ``n_threads`` from the next matrix product on."""
        if self._controller is None:
            from threadpoolctl import ThreadpoolController

            self._controller = ThreadpoolController()
        limiter = self._controller.limit(limits=n_threads, user_api="blas")
        if self._original is None:
            self._original = limiter

    def restore(self) -> None:
        """Restore the number that was in force before the first ``set``."""
        if self._original is not None:
            self._original.restore_original_limits()
            self._original = None


def fastest_count(
    take_step: Callable[[], object],
    use_threads: Callable[[int], None],
    *,
    most: int,
    is_interrupted: Callable[[], bool],
) -> int | None:
    """Measure real steps at 1, 2, 4, … threads and return the count to keep.

    Stops at the first count that does not gain 15 % over the best so far, so that on a busy machine the
    slowest ones are never tried.

    Parameters
    ----------
    take_step : callable
        Takes one training step whose result does not matter.
    use_threads : callable
        Sets the number of threads.
    most : int
        The largest count to try.
    is_interrupted : callable
        Called after every step; when true, the measurement is abandoned.

    Returns
    -------
    int or None
        None if interrupted; the thread count is then the one last tried.
    """
    best = n_threads = 1
    best_seconds = float("inf")
    use_threads(1)
    # Not counted: this step may load or compile something.
    take_step()
    if is_interrupted():
        return None
    while n_threads <= most:
        if n_threads > 1:
            use_threads(n_threads)
        seconds = _seconds_per_step(take_step, is_interrupted)
        if seconds is None:
            return None
        if seconds * _GAIN > best_seconds:
            break
        best, best_seconds = n_threads, seconds
        n_threads *= 2
    use_threads(best)
    return best


def _seconds_per_step(take_step: Callable[[], object], is_interrupted: Callable[[], bool]) -> float | None:
    """Return the fastest of a few steps: noise only ever adds."""
    seconds: list[float] = []
    while sum(seconds) < _SECONDS_PER_COUNT and len(seconds) < _MAX_STEPS_PER_COUNT:
        before = perf_counter()
        take_step()
        seconds.append(perf_counter() - before)
        if is_interrupted():
            return None
    # The first step also wakes threads and warms caches; if it is slow, it is not repeated for that.
    return min(seconds[1:] or seconds)
