"""Stop long work cleanly: Ctrl-C and a request to terminate are recorded, and the work ends by itself."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType, TracebackType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """Records the first of these signals instead of ending the program, within the context.

    Parameters
    ----------
    patient : bool
        Whether the work checks ``event``; until it does, a signal raises KeyboardInterrupt.

    Attributes
    ----------
    patient : bool
    event : threading.Event
        Set when a signal has come; the work must check it often.
    status : int
        The exit status for that signal, as a shell sets it; 0 while none has come.

    Notes
    -----
    Thread: the main one, as Python requires for signal handlers.
    """

    def __init__(self, *, patient: bool = True) -> None:
        self.patient = patient
        self.event = threading.Event()
        self.status = 0

    def __enter__(self) -> StopSignals:
        self._before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        # Only once: a second signal may come in the middle of `Event.set`, which is not reentrant.
        if not self.status:
            self.status = 128 + number
            self.event.set()
            if not self.patient:
                raise KeyboardInterrupt
