"""Whether a widget is visible, without importing widgets: work for hidden widgets is skipped."""

from typing import Any, Protocol


class _Region(Protocol):
    def isEmpty(self) -> bool: ...


class _Window(Protocol):
    def isMinimized(self) -> bool: ...


class Viewer(Protocol):
    """What shows something: the part of a QWidget that tells whether it can be seen."""

    def visibleRegion(self) -> _Region:
        """Return what of it is not hidden."""

    def window(self) -> _Window:
        """Return the window that it is in."""

    def isAncestorOf(self, child: Any, /) -> bool:
        """Tell whether another one is inside of it."""


def can_be_seen(viewer: Viewer) -> bool:
    """Tell whether something of it is on the screen."""
    # A tab behind another is not hidden for Qt, but nothing of it can be seen.
    return not viewer.visibleRegion().isEmpty() and not viewer.window().isMinimized()
