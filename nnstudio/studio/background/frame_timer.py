"""Frame timer: polls the trainer and the tasks once a frame, and shows what is new.

The frame's length adapts, because the interpreter lock is shared and every millisecond spent drawing is taken
from training (measured: without a pace, the trainer keeps a fifth of its speed). The window's processor
time takes 15 % of a frame; frames that cost more than 4.4 ms keep to 34 a second, or to 31 where what is
paced had to be slowed down, and may take up to half.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from nnstudio.studio.background.pace import window_load
from nnstudio.training.window_turn import window_turn

SHORTEST_FRAME_S = 1 / 60
LONGEST_FRAME_S, LONGEST_BUSY_FRAME_S = 1 / 34, 1 / 31.5
BUSY_STRETCH = 2.0
"""Where what is paced comes so many times less often, frames do a little less often too."""
SHARE_OF_TIME = 0.15
LARGEST_SHARE_OF_TIME = 0.5
RESTING_FRAME_S = 1 / 4


class FrameTimer(QObject):
    """Call ``frame`` 34 to 60 times a second, depending on its cost.

    Parameters
    ----------
    frame : callable () -> bool
        Polls and updates the widgets; returns whether anything was new. Qt paints between frames.

    Notes
    -----
    Thread: gui.
    """

    def __init__(self, frame: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        # Due after what the frame asked to be painted, which Qt does first.
        self._turn_end = QTimer(self)
        self._turn_end.setSingleShot(True)
        self._turn_end.timeout.connect(window_turn.end)
        self._started_s = 0.0
        self._processor_s = 0.0
        self._cost_s = 0.0
        self.hidden = False
        self.frames = 0
        """Number of frames so far that showed something new."""

    def start(self) -> None:
        """Start polling."""
        self._timer.start(0)

    def stop(self) -> None:
        """Stop polling."""
        self._timer.stop()
        self._turn_end.stop()
        window_turn.end()

    def hurry(self) -> None:
        """Bring the next frame forward, after user input."""
        waited = time.perf_counter() - self._started_s
        pause_s = max(0.0, 0.5 * SHORTEST_FRAME_S - waited)
        if self._timer.isActive() and self._timer.remainingTime() > 1000 * pause_s:
            self._timer.start(int(1000 * pause_s))

    def _tick(self) -> None:
        window_turn.begin()
        self._turn_end.start(0)
        processor_s = time.thread_time()
        # Processor time of this thread since the last tick: the frame, its painting and events.
        spent_s = processor_s - self._processor_s
        self._processor_s = processor_s
        begun_s, self._started_s = self._started_s, time.perf_counter()
        window_load.note(spent_s, self._started_s - begun_s)
        self._cost_s += 0.2 * (min(spent_s, 0.2) - self._cost_s)
        try:
            if self._frame():
                self.frames += 1
        finally:
            # An exception in a frame goes to the exception hook; the next frames still come.
            left_s = self._pause_s() - (time.perf_counter() - self._started_s)
            self._timer.start(max(1, round(1000 * left_s)))

    def _pause_s(self) -> float:
        """Return the time from the start of this frame to that of the next."""
        if self.hidden:
            return RESTING_FRAME_S
        longest_s = LONGEST_FRAME_S if window_load.stretch < BUSY_STRETCH else LONGEST_BUSY_FRAME_S
        longest_s = max(longest_s, self._cost_s / LARGEST_SHARE_OF_TIME)
        return min(max(self._cost_s / SHARE_OF_TIME, SHORTEST_FRAME_S), longest_s)
