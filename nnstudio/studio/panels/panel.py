"""What a panel of the window is; each has a file of its own here, and ``part_list`` lists them all."""

from enum import Enum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.studio.session.changes import Changes

if TYPE_CHECKING:
    pass


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


class Area(Enum):
    """Where a panel is at home; panels of one area are tabs of each other, in their order here."""

    INPUT = "left"
    NETWORK = "middle"
    ANSWER = "right, above"
    INSPECTOR = "right, in the middle"
    CURVES = "bottom left"
    PICTURES = "bottom middle"
    MISTAKES = "bottom right"
