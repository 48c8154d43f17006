"""Limits how often something is shown."""

import time

TEXT_PERIOD_S = 0.22
"""Numbers that people read change at 4 to 5 a second."""


class Pace:
    """Lets something through at most once in a period, and holds back what came in between.

    Parameters
    ----------
    period_s : float
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._due_s = 0.0
        self._stale = False

    def due(self, is_new: object, *, at_once: bool = False) -> bool:
        """Say whether to show now: something is new, or was held back, and the period is over."""
        self._stale |= bool(is_new)
        now_s = time.perf_counter()
        if not self._stale or (now_s < self._due_s and not at_once):
            return False
        self._due_s, self._stale = now_s + self._period_s, False
        return True
