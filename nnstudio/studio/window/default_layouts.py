"""Where panels are at home: by the room there is, in few places or in many. Plain data, no Qt."""

from copy import deepcopy

from nnstudio.studio.panels.panel import Area
from nnstudio.studio.window.dock_layout import Direction, Place, Split

WIDE, WIDEST, HIGH = 900, 1000, 560
"""Pixels of the design: so wide for three columns; so wide, and so high, for panels above each other too."""

_LEFT = Split(
    Direction.DOWN,
    [
        Split(Direction.ACROSS, [Place([Area.INPUT.name], 276), Place([Area.NETWORK.name], 834)], 565),
        Split(Direction.ACROSS, [Place([Area.CURVES.name], 440), Place([Area.PICTURES.name], 670)], 235),
    ],
    1110,
)
_RIGHT = Split(
    Direction.DOWN,
    [Place([Area.ANSWER.name], 200), Place([Area.INSPECTOR.name], 365), Place([Area.MISTAKES.name], 235)],
    330,
)
HOME = Split(Direction.ACROSS, [_LEFT, _RIGHT])
"""Where the areas are; sizes are pixels of the window as it opens, and shares of any other."""

_PICTURES = [Area.NETWORK.name, Area.PICTURES.name, Area.CURVES.name]
_WORDS = [Area.ANSWER.name, Area.INSPECTOR.name, Area.MISTAKES.name]
LOW = Split(Direction.ACROSS, [Place([Area.INPUT.name], 270), Place(_PICTURES, 480), Place(_WORDS, 250)])
"""Where nothing can stand above another."""

SMALL = Split(Direction.ACROSS, [Place([Area.INPUT.name], 285), Place([*_PICTURES, *_WORDS], 335)])
"""For large text in a small window: drawing, and one panel beside it."""


def home_for(width: float, height: float) -> Split:
    """Return where the areas are at home in a room.

    Parameters
    ----------
    width, height : float
        Pixels of the design: the dock area's, divided by the size of text.

    Notes
    -----
    Aliasing: a copy, to be changed at will.
    """
    if width < WIDE:
        return deepcopy(SMALL)
    return deepcopy(HOME if width >= WIDEST and height >= HIGH else LOW)
