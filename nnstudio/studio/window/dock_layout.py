"""How panels share the dock area, rows and columns with tabs in them, and how they lie at first.

Plain data, found from where the panels are and changed here; the dock area lays its docks out by it. No Qt.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum

from nnstudio.studio.panels.panel import Area


class Direction(Enum):
    """Along which axis a split lays its parts."""

    ACROSS = 0
    DOWN = 1


class Side(Enum):
    """A side of a place: the direction, and whether what comes there is first."""

    LEFT = (Direction.ACROSS, True)
    RIGHT = (Direction.ACROSS, False)
    TOP = (Direction.DOWN, True)
    BOTTOM = (Direction.DOWN, False)


@dataclass
class TabGroup:
    """Panels in one place, by name: tabs of each other where they are several.

    Attributes
    ----------
    names : list of str
    size : float
        Its share of the split that it is a part of.
    """

    names: list[str]
    size: float = 1.0

    @property
    def first(self) -> str:
        """The panel that stands for this part of the dock area."""
        return self.names[0]


@dataclass
class Split:
    """Parts side by side, or one above another.

    Attributes
    ----------
    direction : Direction
    parts : list of TabGroup or Split
        At least two.
    size : float
        Its share of the split that it is a part of.
    """

    direction: Direction
    parts: list["TabGroup | Split"]
    size: float = 1.0

    @property
    def first(self) -> str:
        """The panel that stands for this part of the dock area."""
        return self.parts[0].first


WIDE, WIDEST = 900, 1000
"""Pixels of the design: so wide for three columns; so wide for panels above each other too."""

MIDDLE_HEIGHT, FULL_HEIGHT = 520, 690
"""Pixels of the design: so high for panels above each other; so high for the input above another, too."""

_LEFT = Split(
    Direction.DOWN,
    [
        Split(Direction.ACROSS, [TabGroup([Area.INPUT.name], 276), TabGroup([Area.NETWORK.name], 834)], 565),
        Split(
            Direction.ACROSS, [TabGroup([Area.CURVES.name], 440), TabGroup([Area.PICTURES.name], 670)], 235
        ),
    ],
    1110,
)
_RIGHT = Split(
    Direction.DOWN,
    [
        TabGroup([Area.ANSWER.name], 200),
        TabGroup([Area.INSPECTOR.name], 365),
        TabGroup([Area.MISTAKES.name], 235),
    ],
    330,
)
HOME = Split(Direction.ACROSS, [_LEFT, _RIGHT])
"""Where the areas are; sizes are pixels of the window as it opens, and shares of any other."""

_CENTRE = Split(
    Direction.DOWN,
    [
        TabGroup([Area.NETWORK.name], 350),
        Split(
            Direction.ACROSS, [TabGroup([Area.CURVES.name], 330), TabGroup([Area.PICTURES.name], 504)], 210
        ),
    ],
    834,
)
MIDDLE = Split(Direction.ACROSS, [TabGroup([Area.INPUT.name], 276), _CENTRE, _RIGHT])
"""Where the input would be too small to draw on above other panels: it has a column of its own."""

ROOMY = 1300
"""Least width for a wide input beside two panels next to each other, in pixels of the design."""

BESIDE_GRAPH = Split(
    Direction.ACROSS,
    [
        TabGroup([Area.INPUT.name], 276),
        Split(
            Direction.DOWN,
            [TabGroup([Area.NETWORK.name], 350), TabGroup([Area.CURVES.name, Area.PICTURES.name], 210)],
            834,
        ),
        _RIGHT,
    ],
)
"""Where a wide input leaves too little for two panels next to each other below the network."""

_PICTURES = [Area.NETWORK.name, Area.PICTURES.name, Area.CURVES.name]
_WORDS = [Area.ANSWER.name, Area.INSPECTOR.name, Area.MISTAKES.name]
LOW = Split(
    Direction.ACROSS, [TabGroup([Area.INPUT.name], 270), TabGroup(_PICTURES, 480), TabGroup(_WORDS, 250)]
)
"""Where nothing can stand above another."""

SMALL = Split(Direction.ACROSS, [TabGroup([Area.INPUT.name], 285), TabGroup([*_PICTURES, *_WORDS], 335)])
"""For large text in a small window: drawing, and one panel beside it."""


WIDE_INPUT = 0.48
"""Share of input and network together that a wide input has."""

BESIDE_WIDE_INPUT = 130, 470, 200
"""How answer, inspector and mistakes share their column then: the answer is a number or two."""


def home_for(width: float, height: float, *, has_wide_input: bool = False) -> Split:
    """Return where the areas are at home in a room.

    Parameters
    ----------
    width, height : float
        Pixels of the design: the dock area's, divided by the size of text.
    has_wide_input : bool
        Whether the input takes room of what is beside it, as a graph does.

    Notes
    -----
    Aliasing: a copy, to be changed at will.
    """
    if width < WIDE:
        home = SMALL
    elif width < WIDEST or height < MIDDLE_HEIGHT:
        home = LOW
    else:
        home = HOME if height >= FULL_HEIGHT else MIDDLE
        if has_wide_input and home is MIDDLE and width < ROOMY:
            home = BESIDE_GRAPH
    home = deepcopy(home)
    if has_wide_input:
        _widen_input(home)
        _heighten_inspector(home)
    return home


def _widen_input(tree: Split) -> None:
    """Give the input more of the room that it shares with what is to its right."""
    first, second = tree.parts[:2]
    if isinstance(first, TabGroup) and Area.INPUT.name in first.names:
        both = first.size + second.size
        first.size, second.size = WIDE_INPUT * both, (1 - WIDE_INPUT) * both
        return
    for part in tree.parts:
        if isinstance(part, Split):
            _widen_input(part)


def _heighten_inspector(tree: Split) -> None:
    """Give the inspector, where what belongs to a graph is at home, more of the column that it is in."""
    column = tree.parts[-1]
    if isinstance(column, Split):
        for part, size in zip(column.parts, BESIDE_WIDE_INPUT, strict=True):
            part.size = size


def homes() -> tuple[Split, ...]:
    """Return every layout that `home_for` may return, as copies."""
    return tuple(map(deepcopy, (HOME, MIDDLE, LOW, SMALL, BESIDE_GRAPH)))


Box = tuple[int, int, int, int]
"""Left, top, right and bottom, as for slices: right and bottom are outside."""


def tree_of(boxes: list[tuple[list[str], Box]]) -> TabGroup | Split:
    """Find the rows and columns in which places lie.

    Parameters
    ----------
    boxes : list of (names, box)
        At least one; they do not overlap.
    """
    size = (max(b[2] for _, b in boxes) - min(b[0] for _, b in boxes)) if boxes else 0
    return _tree_of(boxes, float(size))


def _tree_of(boxes: list[tuple[list[str], Box]], size: float) -> TabGroup | Split:
    if len(boxes) == 1:
        return TabGroup(list(boxes[0][0]), size)
    for direction in Direction:
        parts = _cut(boxes, direction.value)
        if len(parts) > 1:
            return Split(direction, [_tree_of(part, _extent(part, direction.value)) for part in parts], size)
    # No straight line parts them, which Qt's docks never do: tabs are always possible.
    return TabGroup([name for names, _ in boxes for name in names], size)


def _cut(boxes: list[tuple[list[str], Box]], axis: int) -> list[list[tuple[list[str], Box]]]:
    """Part boxes by all straight lines across an axis that touch none of them."""
    parts: list[list[tuple[list[str], Box]]] = []
    reach = 0
    for names, box in sorted(boxes, key=lambda entry: entry[1][axis]):
        if not parts or box[axis] >= reach:
            parts.append([])
        parts[-1].append((names, box))
        reach = max(reach, box[axis + 2])
    return parts


def _extent(boxes: list[tuple[list[str], Box]], axis: int) -> float:
    return float(max(b[axis + 2] for _, b in boxes) - min(b[axis] for _, b in boxes))


def places(tree: TabGroup | Split) -> Iterator[TabGroup]:
    """Go through all places, in reading order of the parts."""
    if isinstance(tree, TabGroup):
        yield tree
    else:
        for part in tree.parts:
            yield from places(part)


def pattern(tree: TabGroup | Split, hidden: set[str]) -> object:
    """Return how panels lie, whatever their sizes: equal for trees that lay them out alike.

    Parameters
    ----------
    hidden : set of str
        Panels that do not count.

    Returns
    -------
    object
        Comparable; None where nothing is left.
    """
    if isinstance(tree, TabGroup):
        return frozenset(tree.names) - hidden or None
    parts = [found for part in tree.parts if (found := pattern(part, hidden)) is not None]
    return (tree.direction, *parts) if len(parts) > 1 else next(iter(parts), None)


def without(tree: TabGroup | Split, name: str) -> TabGroup | Split | None:
    """Return the tree without a panel; None where nothing is left. What it shared goes to its neighbours."""
    if isinstance(tree, TabGroup):
        names = [other for other in tree.names if other != name]
        return TabGroup(names, tree.size) if names else None
    parts = [left for part in tree.parts if (left := without(part, name)) is not None]
    if not parts:
        return None
    if len(parts) == 1:
        parts[0].size = tree.size
        return parts[0]
    return Split(tree.direction, parts, tree.size)


def beside(tree: TabGroup | Split, target: str, name: str, side: Side) -> TabGroup | Split:
    """Return the tree with a panel beside the place of another, which gives up half of its room."""
    direction, is_first = side.value
    if isinstance(tree, TabGroup):
        if target not in tree.names:
            return tree
        pair = [TabGroup([name], 0.5), TabGroup(tree.names, 0.5)]
        return Split(direction, pair if is_first else pair[::-1], tree.size)
    parts: list[TabGroup | Split] = []
    for part in tree.parts:
        changed = beside(part, target, name, side)
        if isinstance(part, TabGroup) and isinstance(changed, Split) and changed.direction is tree.direction:
            # A row in a row is one row.
            for piece in changed.parts:
                piece.size *= part.size
            parts += changed.parts
        else:
            parts.append(changed)
    return Split(tree.direction, parts, tree.size)
