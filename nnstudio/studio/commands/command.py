"""What a menu entry is: its words, its keys and what it runs."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One entry of a menu.

    Attributes
    ----------
    name : str
        The key in ``Actions``, and the icon's file name where ``has_icon``.
    menu : str
        The menu it is in, a key of ``MENUS``.
    text, tip : str
        Its words in the menu, and what it does as a sentence without a full stop. Both are literals in
        English, which translations find without a mark.
    run : callable ()
        What it does; a checkable entry runs it for either state.
    begins_group : bool
        Whether a line in the menu parts it from what is above.
    keys : tuple of str
        Key sequences in Qt's notation; the first is shown.
    """

    name: str
    menu: str
    text: str
    tip: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    has_icon: bool = False
    checkable: bool = False
    begins_group: bool = False


def without_state(run: Callable[[], object]) -> Callable[[bool], None]:
    """Return a slot for ``QAction.triggered`` that drops whether the action is checked."""

    def slot(_checked: bool) -> None:
        run()

    return slot
