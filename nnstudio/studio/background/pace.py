"""Limit how often a view is updated."""

import time

TEXT_PERIOD_S = 0.22
"""Numbers are updated 4 to 5 times a second, so that they can be read."""


class Pace:
    """Limit updates to one in a period; changes in between are shown with the next.

    Parameters
    ----------
    period_s : float
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._due_s = 0.0
        self._stale = False

    def due(self, is_new: object, *, at_once: bool = False) -> bool:
        """Return whether to update now: there was a change, and the period is over.

        ``at_once`` updates before the end of the period.
        """
        self._stale |= bool(is_new)
        now_s = time.perf_counter()
        if not self._stale or (now_s < self._due_s and not at_once):
            return False
        self._due_s, self._stale = now_s + self._period_s, False
        return True
