"""Plays a run back: a position of the film for every moment of the clock; used by the timeline."""

import time

from PySide6.QtCore import QObject, Signal

from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.run_history import RunHistory, place_of

SPEEDS = (5, 15, 30, 60)
"""Moments a second to choose from."""


class Playback(QObject):
    """Displays one checkpoint of the displayed run after the other, up to its last.

    Parameters
    ----------
    network : DisplayedNetwork
    history : RunHistory
    parent : QObject

    Attributes
    ----------
    speed : int
        Moments a second. A window that cannot show so many leaves some out and keeps the time.
    is_playing : bool

    Notes
    -----
    Thread: gui. Call ``advance`` once a frame.
    """

    changed = Signal()
    """It began or ended."""

    def __init__(self, network: DisplayedNetwork, history: RunHistory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.speed = SPEEDS[1]
        self.is_playing = False
        self._network, self._history = network, history
        self._due = 0.0
        self._advanced_at = 0.0

    def toggle(self) -> None:
        """Begin at the displayed checkpoint, or at the first; or stop."""
        if self.is_playing:
            self.stop()
            return
        if self._network.past is None:
            self._history.look_at_first()
        if self._network.past is not None:
            self.is_playing = True
            self._due, self._advanced_at = 0.0, time.perf_counter()
            self.changed.emit()

    def stop(self) -> None:
        """Stay at the displayed checkpoint."""
        if self.is_playing:
            self.is_playing = False
            self.changed.emit()

    def advance(self) -> None:
        """Display the checkpoint that is due, if it is playing."""
        if not self.is_playing:
            return
        now = time.perf_counter()
        self._due += (now - self._advanced_at) * self.speed
        self._advanced_at = now
        if self._network.past is None or self._history.run is None:
            self.stop()
        elif self._due >= 1:
            checkpoints = self._history.run.checkpoint_history.checkpoints
            place = place_of(checkpoints, self._network.past) + int(self._due)
            self._due %= 1
            if place < len(checkpoints) - 1:
                self._history.look_back(self._history.run, checkpoints[place])
            else:
                self._history.look_back(self._history.run, checkpoints[-1])
                self.stop()
