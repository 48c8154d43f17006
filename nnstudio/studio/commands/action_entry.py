"""What an action of the window is; no widgets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionEntry:
    """One action.

    Attributes
    ----------
    name : str
        The key in ``Actions``, and the icon's file name where ``has_icon``.
    menu, text, tip : str
        The menu it is in, a key of ``MENUS``; its words there, and what it does as a sentence without a full
        stop. Both are literals in English, which translations find without a mark.
    keys : tuple of str
        Key sequences in Qt's notation; the first is shown.
    """

    name: str
    menu: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    has_icon: bool = False
    checkable: bool = False
