"""Limit how often a view is updated, and how much of the time all views together take."""

import math
import time

TEXT_PERIOD_S = 0.22
"""Numbers are updated 4 to 5 times a second, so that they can be read."""

LARGEST_SHARE = 0.25
"""Of the time that the window may take from training; above it, views are updated less often."""

MOST_STRETCHED, LONGEST_STRETCHED_S = 6.0, 0.4
"""Periods become at most so many times as long, and no longer than this."""

_RESPONSE = 5.0
"""Share of change a second for each second of processor time too much: some seconds until it settles."""


class WindowLoad:
    """How much longer periods have to be for the window to keep to its share of the time.

    Attributes
    ----------
    stretch : float
        From 1 to `MOST_STRETCHED`.

    Notes
    -----
    Decided 2026-12: small networks learn in steps of a tenth of a millisecond, all of it with the interpreter
    lock, so what many panels take together is lost to training. One factor for all that is paced: the dearest
    give up most. The frames themselves, the graph and what the hand does are not paced.
    Thread: gui.
    """

    def __init__(self) -> None:
        self.stretch = 1.0

    def note(self, processor_s: float, elapsed_s: float) -> None:
        """Take in how much processor time of the window's thread went by, and how much time."""
        too_much_s = processor_s - LARGEST_SHARE * elapsed_s
        # A long wait tells no more than a short one.
        factor = math.exp(min(max(_RESPONSE * too_much_s, -1.0), 1.0))
        self.stretch = min(max(self.stretch * factor, 1.0), MOST_STRETCHED)


window_load = WindowLoad()
"""Noted by the frame timer."""


class Pace:
    """Limit updates to one in a period; changes in between are shown with the next.

    Parameters
    ----------
    period_s : float
        While the window has little to do; see `WindowLoad`.
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
        longest_s = max(self._period_s, LONGEST_STRETCHED_S)
        self._due_s = now_s + min(self._period_s * window_load.stretch, longest_s)
        self._stale = False
        return True
