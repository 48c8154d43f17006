import random

import pytest

from nnstudio.studio.window.dock_layout import (
    Direction,
    Side,
    Split,
    TabGroup,
    beside,
    home_for,
    homes,
    pattern,
    places,
    tree_of,
    without,
)


def names_of(tree):
    """Return names alone: a list of tabs, or (direction, parts)."""
    if isinstance(tree, TabGroup):
        return tree.names
    return tree.direction.name, [names_of(part) for part in tree.parts]


def boxes_of(tree, box=(0, 0, 1000, 800)):
    """Lay a tree out in a box, as a desk would."""
    if isinstance(tree, TabGroup):
        return [(tree.names, box)]
    axis = tree.direction.value
    whole = sum(part.size for part in tree.parts)
    found, at = [], box[axis]
    for part in tree.parts:
        end = at + (box[axis + 2] - box[axis]) * part.size / whole
        inner = list(box)
        inner[axis], inner[axis + 2] = round(at), round(end)
        found += boxes_of(part, tuple(inner))
        at = end
    return found


def random_tree(rng, names, direction=Direction.ACROSS):
    if len(names) == 1 or rng.random() < 0.2:
        return TabGroup(names, rng.uniform(1, 2))
    cuts = sorted(rng.sample(range(1, len(names)), min(rng.randint(1, 3), len(names) - 1)))
    parts = [names[a:b] for a, b in zip([0, *cuts], [*cuts, len(names)], strict=True)]
    other = Direction.DOWN if direction is Direction.ACROSS else Direction.ACROSS
    return Split(direction, [random_tree(rng, part, other) for part in parts], rng.uniform(1, 2))


@pytest.mark.parametrize("seed", range(30))
def test_a_layout_is_found_again_from_where_its_panels_are(seed):
    rng = random.Random(seed)
    tree = random_tree(rng, list("abcdefgh"))
    found = tree_of(boxes_of(tree))
    # Four that meet in one point may be rows of columns as well as columns of rows.
    assert sorted(map(str, boxes_of(found, (0, 0, 1000, 800)))) == sorted(map(str, boxes_of(tree)))


def test_sizes_are_those_of_the_boxes():
    tree = tree_of([(["a"], (0, 0, 300, 500)), (["b"], (305, 0, 1000, 500))])
    assert names_of(tree) == ("ACROSS", [["a"], ["b"]])
    assert [part.size for part in tree.parts] == [300, 695]


def test_boxes_that_no_line_parts_become_tabs():
    wheel = [(["a"], (0, 0, 2, 1)), (["b"], (2, 0, 3, 2)), (["c"], (1, 2, 3, 3)), (["d"], (0, 1, 1, 3))]
    assert sorted(names_of(tree_of(wheel))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (Side.LEFT, ("ACROSS", [["a"], ["x"], ["b", "c"]])),
        (Side.RIGHT, ("ACROSS", [["a"], ["b", "c"], ["x"]])),
        (Side.TOP, ("ACROSS", [["a"], ("DOWN", [["x"], ["b", "c"]])])),
        (Side.BOTTOM, ("ACROSS", [["a"], ("DOWN", [["b", "c"], ["x"]])])),
    ],
)
def test_a_panel_comes_beside_another_and_its_tabs(side, expected):
    tree = Split(Direction.ACROSS, [TabGroup(["a"], 300), TabGroup(["b", "c"], 700)])
    changed = beside(tree, "c", "x", side)
    assert names_of(changed) == expected
    assert changed.parts[0].size == 300
    assert sum(part.size for part in changed.parts) == 1000


def test_what_a_panel_leaves_collapses():
    inner = Split(Direction.DOWN, [TabGroup(["b"]), TabGroup(["c"])], 7)
    tree = Split(Direction.ACROSS, [TabGroup(["a"]), inner])
    left = without(tree, "c")
    assert names_of(left) == ("ACROSS", [["a"], ["b"]])
    assert left.parts[1].size == 7
    assert names_of(without(left, "a")) == ["b"]
    assert without(TabGroup(["a"]), "a") is None


def test_places_come_in_reading_order():
    tree = Split(
        Direction.ACROSS, [Split(Direction.DOWN, [TabGroup(["a"]), TabGroup(["b", "c"])]), TabGroup(["d"])]
    )
    assert [place.first for place in places(tree)] == ["a", "b", "d"]


@pytest.mark.parametrize("seed", range(10))
def test_a_pattern_knows_places_and_not_sizes(seed):
    rng = random.Random(seed)
    names = list("abcdefgh")
    tree = random_tree(rng, names)
    found = tree_of(boxes_of(tree))
    assert pattern(found, set()) == pattern(tree, set())
    hidden = set(rng.sample(names, 3))
    rest = tree
    for name in sorted(hidden):
        rest = without(rest, name)
    assert pattern(tree, hidden) == pattern(rest, set())
    assert pattern(tree, set(names)) is None


def test_a_panel_that_lies_elsewhere_makes_another_pattern():
    tree = Split(Direction.ACROSS, [TabGroup(["a", "b"]), TabGroup(["c"])])
    assert pattern(tree, set()) != pattern(beside(tree, "a", "d", Side.TOP), set())
    assert pattern(tree, set()) != pattern(Split(Direction.DOWN, tree.parts), set())
    assert pattern(tree, set()) == pattern(
        Split(Direction.ACROSS, [TabGroup(["b", "a"], 7), TabGroup(["c"], 2)]), set()
    )


@pytest.mark.parametrize(
    ("width", "height", "home"),
    [(1440, 761, 0), (1366, 589, 1), (1280, 541, 1), (1024, 501, 2), (960, 380, 2), (720, 380, 3)],
)
def test_less_room_gives_the_input_a_column_and_then_the_others_tabs(width, height, home):
    assert pattern(home_for(width, height), set()) == pattern(homes()[home], set())


@pytest.mark.parametrize(
    ("width", "height", "home"),
    [(1440, 761, 0), (1366, 589, 1), (1280, 541, 4), (1024, 501, 2), (720, 380, 3)],
)
def test_a_wide_input_takes_room_from_what_is_beside_it(width, height, home):
    wide, narrow = (home_for(width, height, has_wide_input=is_wide) for is_wide in (True, False))
    assert pattern(wide, set()) == pattern(homes()[home], set())
    assert share_of_input(wide) > share_of_input(narrow)


def share_of_input(tree):
    """Return the input's share of what it and its neighbours have."""
    for part in tree.parts:
        if isinstance(part, TabGroup) and "INPUT" in part.names:
            return part.size / (part.size + tree.parts[1].size)
    return next(filter(None, (share_of_input(part) for part in tree.parts if isinstance(part, Split))), None)
