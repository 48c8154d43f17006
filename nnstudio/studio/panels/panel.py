"""The interface of panels; ``panel_list`` lists them all."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services

NumberTable = tuple[Sequence[str], Sequence[Sequence[object]]]
"""The names of columns, and the rows."""


class Panel(Protocol):
    """One panel: a widget and its controller.

    Attributes
    ----------
    name : str
        Key in saved layouts; never changes.
    title : str
        Title of its tab or title bar; one with `title_for` is given another with the problem.
    widget : QWidget

    Notes
    -----
    Thread: gui. A panel is made when it is first seen or asked for, and lives as long as the window: what it
    shows must not depend on signals from before. Those that have to hear of something unseen are in
    ``panel_list.AT_ONCE``.
    """

    name: str
    title: str
    widget: QWidget

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame.

        Called at every frame while the widget is visible, even if nothing changed, which must cost nothing:
        panels that update less often show what they held back. In the first frame after the widget was
        hidden, all flags are set.
        """


class PanelKind(Protocol):
    """What makes a panel: its class, with the name and the title that its panels begin with."""

    name: str
    title: str

    def __call__(self, services: Services, parent: QWidget) -> Panel:
        """Make a panel whose widget is a child of ``parent``."""


@runtime_checkable
class HasRefusal(Protocol):
    """A panel that has nothing to show for some problems.

    Its dock shows the reason in the place of its widget, which is hidden and not refreshed.
    """

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say why it has nothing for such a problem; empty where it has."""


@runtime_checkable
class HasTitles(Protocol):
    """A panel whose title depends on the problem."""

    title: str

    def title_for(self, output_space: OutputSpace) -> str:
        """Return the title, to be translated with ``tr``."""


@runtime_checkable
class HasNote(Protocol):
    """A panel with a note, a muted line at the right of its title bar.

    Attributes
    ----------
    note : QLabel
    """

    note: QLabel


@runtime_checkable
class HasNumbers(Protocol):
    """A panel whose numbers can be saved as a table."""

    def numbers(self) -> NumberTable:
        """Return the names of columns, and the rows; none where nothing is shown."""


@runtime_checkable
class HasZoom(Protocol):
    """A panel that may show a part of what it has."""

    def show_all(self) -> None:
        """Show all again."""


@runtime_checkable
class HasRoom(Protocol):
    """A panel's widget that lays itself out for the visible size."""

    def set_room(self, room: QSize) -> None:
        """Lay out for a size in pixels."""


class Area(Enum):
    """Area of a panel in the default layout; panels of one area are tabs, in the order of the list."""

    INPUT = "left"
    NETWORK = "middle"
    ANSWER = "right, above"
    INSPECTOR = "right, in the middle"
    CURVES = "bottom left"
    PICTURES = "bottom middle"
    MISTAKES = "bottom right"
