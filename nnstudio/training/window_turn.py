"""Let a window's thread work alone while steps of training are short; the trainer and the studio use it.

Decided 2026-12: two threads that compute in many short pieces take the interpreter lock from each other after
each of them, which costs both more than the work itself. Measured with 2-8-8-3 and the plane on show: a frame
took 2 ms instead of 11, and training kept 73 % of its speed instead of 57 %. Steps that are long are left
alone: most of them is computed without the lock.
"""

from __future__ import annotations

import threading

SHORT_STEP_S = 3e-4
"""Steps that take no longer wait for the window.

Those of 784-100-300-10 take longer, most of it without the lock: waiting cost them a tenth of their speed.
"""

LONGEST_WAIT_S = 0.02
"""Then training goes on, whatever the window does."""


class WindowTurn:
    """Says whether the window's thread is at work.

    Notes
    -----
    Thread: any. Nobody waits without an end, and the window never waits.
    """

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._is_over.set()

    def begin(self) -> None:
        """Note that the window begins to work."""
        self._is_over.clear()

    def end(self) -> None:
        """Note that the window rests."""
        self._is_over.set()

    def give_way(self, step_s: float) -> None:
        """Wait until the window rests, before a step that takes about so many seconds, if it is short."""
        if step_s > SHORT_STEP_S or self._is_over.is_set():
            return
        if not self._is_over.wait(LONGEST_WAIT_S):
            # Its end is late, or was not told.
            self._is_over.set()


window_turn = WindowTurn()
"""Of the one window's thread that there is."""
