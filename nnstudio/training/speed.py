"""Images per second, smoothed, and the time spent training; used by the trainer."""

from __future__ import annotations

import math
from time import perf_counter

_SECONDS = 1.0
"""Time constant of the mean, counted in time spent stepping."""


class SpeedMeter:
    """A decaying mean of training speed that ignores every pause.

    Examples
    --------
    >>> meter = SpeedMeter()
    >>> for _ in range(3):
    ...     meter.add(128, seconds=0.01)
    >>> round(meter.images_per_second)
    12800
    """

    def __init__(self) -> None:
        self._n_images = 0.0
        self._seconds = 0.0

    def add(self, n_images: int, *, seconds: float) -> None:
        """Count a step on ``n_images`` that took ``seconds``."""
        # Images and seconds decay alike: a mean of rates would favour fast steps.
        decay = math.exp(-seconds / _SECONDS)
        self._n_images = self._n_images * decay + n_images
        self._seconds = self._seconds * decay + seconds

    @property
    def images_per_second(self) -> float:
        """The speed of about the last second of stepping; 0 before the first step."""
        return self._n_images / self._seconds if self._seconds > 0.0 else 0.0


class Stopwatch:
    """Counts the seconds between ``start`` and ``stop``.

    Parameters
    ----------
    seconds : float
        Initial count.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._started_at: float | None = None

    @property
    def seconds(self) -> float:
        """The seconds so far."""
        running = 0.0 if self._started_at is None else perf_counter() - self._started_at
        return self._seconds + running

    def start(self) -> None:
        """Start counting, if it does not already."""
        if self._started_at is None:
            self._started_at = perf_counter()

    def stop(self) -> None:
        """Stop counting."""
        self._seconds, self._started_at = self.seconds, None
