import os
from pathlib import Path

import numpy as np
import pytest

from nnstudio.data.segment import character_groups, characters, word_starts
from nnstudio.data.strokes import Drawing, read_stroke_file
from nnstudio.data.synthetic import synthetic_drawing

# Read before the fixtures hide it.
REAL_DATA = os.environ.get("NNSTUDIO_DATA")


def line_up(drawings, *, gap=0.3, slant=0.0, rng=None):
    """Write drawings side by side, each a line high: the strokes of each."""
    x, groups = 0.0, []
    for drawing in drawings:
        left, top, right, bottom = drawing.bounds()
        scale = 1 / max(bottom - top, 0.7 * (right - left))
        drop = 0.0 if rng is None else rng.uniform(-0.1, 0.1)
        strokes = [(stroke - (left, bottom)) * scale + (x, drop) for stroke in drawing.strokes if len(stroke)]
        groups.append([stroke @ ((1, 0), (-slant, 1)) for stroke in strokes])
        x += (right - left) * scale + gap
    return groups


def found(groups):
    """Return whether the strokes of all groups, as one drawing, are parted into the groups."""
    parted = characters(Drawing(tuple(stroke for group in groups for stroke in group)))
    as_bytes = [[stroke.tobytes() for stroke in character.strokes] for character in parted]
    return as_bytes == [[np.ascontiguousarray(stroke).tobytes() for stroke in group] for group in groups]


BAR = ((0.0, 0.0), (0.0, 1.0))
SIGNS = {
    "=": (((0, 0.3), (0.6, 0.3)), ((0, 0.6), (0.6, 0.6))),
    "+": (((0, 0.5), (0.6, 0.5)), ((0.3, 0.2), (0.3, 0.8))),
    "i": (((0.1, 0.4), (0.1, 1.0)), ((0.12, 0.1),)),
    "j": (((0.3, 0.4), (0.3, 1.2), (0.0, 1.2)), ((0.34, 0.1), (0.36, 0.12))),
    "4": (((0.3, 0), (0, 0.6), (0.7, 0.6)), ((0.5, 0.3), (0.5, 1))),
    "5": (((0.1, 0), (0.1, 0.4), (0.5, 0.6), (0.4, 1), (0, 1)), ((0.12, 0), (0.6, 0))),
    "7": (((0, 0), (0.6, 0), (0.3, 1)), ((0.2, 0.5), (0.55, 0.5))),
    "E": ((*BAR,), ((0, 0), (0.6, 0)), ((0, 0.5), (0.5, 0.5)), ((0, 1), (0.6, 1))),
    "H": ((*BAR,), ((0.6, 0), (0.6, 1)), ((0, 0.5), (0.6, 0.5))),
    "K": ((*BAR,), ((0.6, 0), (0.03, 0.5), (0.6, 1))),
    "T": (((0, 0), (0.7, 0)), ((0.35, 0), (0.35, 1))),
    "X": (((0, 0), (0.6, 1)), ((0.6, 0), (0, 1))),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_character_of_several_strokes_stays_whole(sign):
    assert len(characters(Drawing(SIGNS[sign]))) == 1


@pytest.mark.parametrize("gap", [0.25, 0.4, 0.8, 3.0])
@pytest.mark.parametrize("word", ["4+5=7", "ij45", "EH7", "KT4X", "=+", "77"])
def test_characters_of_several_strokes_are_separated(word, gap):
    assert found(line_up([Drawing(SIGNS[sign]) for sign in word], gap=gap))


@pytest.mark.parametrize("slant", [-0.3, 0.0, 0.4])
@pytest.mark.parametrize("gap", [0.3, 0.4, 0.6, 2.0])
def test_single_bars_are_separated(gap, slant):
    assert found(line_up([Drawing((BAR,))] * 3, gap=gap, slant=slant))


def test_a_dot_that_comes_later_goes_to_its_letter():
    first, second = line_up([Drawing(SIGNS["i"]), Drawing(SIGNS["i"])], gap=0.4)
    parted = characters(Drawing((first[0], second[0], first[1], second[1])))
    assert [len(character.strokes) for character in parted] == [2, 2]
    np.testing.assert_array_equal(parted[0].strokes[1], first[1])


def test_characters_come_from_left_to_right_in_any_order_of_writing():
    groups = line_up([Drawing(SIGNS[sign]) for sign in "47E"])
    parted = characters(Drawing(tuple(stroke for group in groups[::-1] for stroke in group)))
    assert [len(character.strokes) for character in parted] == [2, 2, 4]
    assert [c.bounds()[0] for c in parted] == sorted(c.bounds()[0] for c in parted)


def test_the_order_of_writing_counts_only_where_it_is_known():
    # Two bars and a bar across both: an H whose bar comes next, or lines of other characters.
    strokes = [np.array(stroke, float) for stroke in (*SIGNS["H"], *(((x, 0), (x, 1)) for x in (1.0, 1.3)))]
    shuffled = [strokes[k] for k in (4, 2, 0, 3, 1)]
    groups = character_groups(shuffled, as_written=False)
    again = character_groups([shuffled[k] for k in (3, 1, 4, 0, 2)], as_written=False)
    assert {frozenset(shuffled[k].tobytes() for k in group) for group in groups} == {
        frozenset(shuffled[(3, 1, 4, 0, 2)[k]].tobytes() for k in group) for group in again
    }


def test_the_unit_and_the_place_do_not_matter():
    groups = line_up([Drawing(SIGNS[sign]) for sign in "4+5=7"])
    assert found([[stroke * 1e-3 + 5 for stroke in group] for group in groups])
    assert found([[stroke * 1e5 - 1e7 for stroke in group] for group in groups])


def test_words_with_a_space_between_them():
    club, ml = (line_up([Drawing(SIGNS[sign]) for sign in word], gap=0.15) for word in ("H4X", "EK"))
    shift = max(stroke[:, 0].max() for group in ml for stroke in group) + 0.8
    assert found([*ml, *([stroke + np.array((shift, 0)) for stroke in group] for group in club)])


@pytest.mark.parametrize(
    ("gaps", "starts"),
    [
        ((), (0,)),
        ((0.3,), (0,)),
        ((0.9,), (0, 1)),
        ((0.3, 1.0, 0.3), (0, 2)),
        ((0.3, 0.3, 1.0, 0.4, 1.2, 0.3), (0, 3, 5)),
        # A wide hand is no row of words.
        ((0.9, 0.8, 1.0, 0.9), (0,)),
    ],
)
@pytest.mark.parametrize("slant", [0.0, 0.4])
def test_wide_gaps_part_words(gaps, starts, slant):
    x = np.concatenate(([0.0], np.cumsum(gaps)))
    line = tuple(Drawing((np.array([[k, 0], [k, 1.0]]) @ ((1, 0), (-slant, 1)),)) for k in x)
    assert word_starts(line) == starts


def test_nothing_has_no_words():
    assert word_starts(()) == ()


@pytest.mark.parametrize(
    ("strokes", "n"),
    [((), 0), (((), ()), 0), ((((3, 4),),), 1), ((((3, 4), (3, 4)), ((3, 4),)), 1), ((((0, 0), (9, 0)),), 1)],
)
def test_next_to_nothing(strokes, n):
    parted = characters(Drawing(strokes))
    assert len(parted) == n


def test_strokes_without_a_point_are_left_out():
    (only,) = characters(Drawing(((), BAR, ())))
    assert len(only.strokes) == 1


def test_very_many_strokes_take_no_time():
    dots = np.random.default_rng(0).uniform(0, 1, (20_000, 1, 2))
    assert len(characters(Drawing(tuple(dots)))) >= 1


@pytest.mark.parametrize("slant", [-0.2, 0.0, 0.4])
def test_numbers_by_random_hands(slant):
    rng = np.random.default_rng(1)
    right = [
        found(
            line_up(
                [synthetic_drawing(int(digit), rng=rng) for digit in rng.integers(10, size=4)],
                gap=0.3,
                slant=slant,
                rng=rng,
            )
        )
        for _ in range(60)
    ]
    assert np.mean(right) > 0.9


@pytest.mark.data
@pytest.mark.skipif(REAL_DATA is None, reason="NNSTUDIO_DATA names no folder")
@pytest.mark.parametrize(
    ("name", "gap", "share"),
    [
        ("digits-tablet", 0.1, 0.94),
        ("digits-tablet", 0.3, 0.98),
        ("digits-pen", 0.1, 0.9),
        ("digits-pen", 0.3, 0.96),
        ("letters-upper-pen", 0.1, 0.82),
        ("letters-upper-pen", 0.3, 0.93),
        ("letters-lower-pen", 0.1, 0.86),
        ("letters-lower-pen", 0.3, 0.95),
    ],
)
@pytest.mark.parametrize("slant", [0.0, 0.35])
def test_words_of_real_strokes(name, gap, share, slant):
    path = Path(REAL_DATA) / "strokes" / f"{name}.npz"
    if not path.exists():
        pytest.skip(f"no {path}")
    strokes, rng = read_stroke_file(path), np.random.default_rng(0)
    right = []
    for _ in range(150):
        of_one = np.flatnonzero(strokes.writers == rng.choice(strokes.writers))
        word = [strokes.drawing(index) for index in rng.choice(of_one, rng.integers(2, 6))]
        right.append(found(line_up(word, gap=gap, slant=slant, rng=rng)))
    assert np.mean(right) > share


@pytest.mark.data
@pytest.mark.skipif(REAL_DATA is None, reason="NNSTUDIO_DATA names no folder")
@pytest.mark.parametrize("name", ["digits-tablet", "digits-pen", "letters-upper-pen", "letters-lower-pen"])
def test_a_single_real_character_stays_whole(name):
    path = Path(REAL_DATA) / "strokes" / f"{name}.npz"
    if not path.exists():
        pytest.skip(f"no {path}")
    strokes, rng = read_stroke_file(path), np.random.default_rng(0)
    rows = rng.choice(len(strokes), 800, replace=False)
    assert np.mean([len(characters(strokes.drawing(int(row)))) != 1 for row in rows]) < 0.01
