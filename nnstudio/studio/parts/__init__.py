"""What a panel of the window is; each has a file of its own here, and ``part_list`` lists them all."""

import time
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.studio.bridge import Changes
from nnstudio.studio.theme import Theme

TEXT_PERIOD_S = 0.22
"""Numbers that people read change at 4 to 5 a second."""


class Part(Protocol):
    """One panel: a widget, and what brings it up to date.

    Attributes
    ----------
    name : str
        A key that never changes, for saved layouts.
    title : str
        What its tab or title bar says.
    widget : QWidget

    Notes
    -----
    Thread: gui. Parts are made with the window and live as long as it does.
    """

    name: str
    title: str
    widget: QWidget

    def refresh(self, changes: Changes) -> None:
        """Show what is new.

        Called at every frame while the widget can be seen, and never otherwise. Often nothing has changed,
        which must cost nothing; it gives a part that paces itself the chance to show what it held back. In
        the first frame after it could not be seen, all flags are set.
        """

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""


@runtime_checkable
class HasNote(Protocol):
    """A part with a quiet line, which its title bar shows at the right.

    Attributes
    ----------
    note : QLabel
    """

    note: QLabel


@runtime_checkable
class HasRoom(Protocol):
    """A part's widget that lays itself out by what of it can be seen at once."""

    def set_room(self, room: QSize) -> None:
        """Lay out for a size in pixels."""


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
