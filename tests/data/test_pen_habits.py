"""Habits of hands and pens: what changes, and what must stay as it is."""

from itertools import pairwise

import numpy as np
import pytest

from nnstudio.data.pen_habits import broken, slashed, snapped, trimmed, with_few_points
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.data.synthetic import synthetic_drawing


def line(*corners):
    return np.concatenate([np.linspace(start, stop, 20) for start, stop in pairwise(corners)])


TURN = np.linspace(0, 2 * np.pi, 60)
ZERO = Drawing((np.stack((300 + 250 * np.cos(TURN), 500 + 500 * np.sin(TURN)), axis=1),))
SEVEN = Drawing((line((0, 0), (600, 0), (200, 900)), line((100, 450), (500, 450))))
DOT = Drawing((((3, 4),),))
EMPTY = Drawing(())


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def digits():
    rng = np.random.default_rng(0)
    return flatten(synthetic_drawing(label, rng=rng) for label in [*range(10)] * 20)


def same(one, other):
    return len(one.strokes) == len(other.strokes) and all(
        np.array_equal(a, b) for a, b in zip(one.strokes, other.strokes, strict=True)
    )


def test_a_slash_lies_across_the_zero_and_the_ink_of_the_zero_stays(rng):
    many = slashed(flatten([ZERO] * 400), np.arange(400), rng=rng)
    steepness, reach = [], []
    for drawing in map(many.drawing, range(400)):
        points = np.concatenate(drawing.strokes)
        np.testing.assert_allclose(points[:60], ZERO.strokes[0])
        start, stop = points[60], points[-1]
        assert start[1] < stop[1]
        # Its line passes the middle of the zero.
        across = np.array((stop[1] - start[1], start[0] - stop[0])) / np.hypot(*(stop - start))
        assert abs(across @ (np.array((300, 500)) - start)) < 150
        steepness.append(np.arctan2(stop[1] - start[1], start[0] - stop[0]))
        reach.append(np.hypot(*(stop - start)))
    assert 0.15 < np.mean(np.array(steepness) > np.pi / 2) < 0.35
    assert min(reach) < 500
    assert max(reach) > 1000
    one_stroke = np.diff(many.drawing_offsets) == 1
    assert 0.08 < one_stroke.mean() < 0.25


def test_only_the_chosen_zeros_are_slashed(rng):
    drawings = flatten([EMPTY, ZERO, SEVEN, ZERO, DOT])
    some = slashed(drawings, np.array([3]), rng=rng)
    assert some.n_drawings == 5
    assert all(same(some.drawing(k), drawings.drawing(k)) for k in (0, 1, 2, 4))
    assert len(some.drawing(3).strokes[-1]) in (8, 68)
    assert slashed(drawings, np.array([], int), rng=rng) is drawings


def test_a_broken_stroke_is_two_whose_ends_meet(rng):
    drawings = flatten([EMPTY, SEVEN, DOT, ZERO, SEVEN])
    some = broken(drawings, np.array([0, 1, 2, 3]), rng=rng)
    assert np.diff(some.drawing_offsets).tolist() == [0, 3, 1, 2, 2]
    assert all(same(some.drawing(k), drawings.drawing(k)) for k in (0, 2, 4))
    for nth in (1, 3):
        first, second, *others = some.drawing(nth).strokes
        np.testing.assert_array_equal(first[-1], second[0])
        np.testing.assert_array_equal(np.concatenate((first, second[1:])), drawings.drawing(nth).strokes[0])
        assert len(others) == nth % 3


def test_a_stroke_breaks_most_often_at_its_corner(rng):
    corner = flatten([Drawing((line((0, 0), (500, 0), (300, 900)),))] * 100)
    some = broken(corner, np.arange(100), rng=rng)
    ends = np.array([some.drawing(k).strokes[0][-1] for k in range(100)])
    assert (np.hypot(*(ends - (500, 0)).T) < 150).mean() > 0.5


def test_trimmed_strokes_lie_on_the_old_ones_and_are_shorter(rng):
    many = trimmed(flatten([SEVEN] * 200), 0.2, rng=rng)
    bars = many.xy.reshape(200, -1, 2)[:, 40:]
    np.testing.assert_allclose(bars[..., 1], 450)
    assert bars[..., 0].min() >= 100 - 1e-6
    assert bars[..., 0].max() <= 500 + 1e-6
    lengths = np.ptp(bars[..., 0], axis=1)
    assert lengths.min() > 0.6 * 400 - 1
    assert lengths.min() < 0.8 * 400
    assert lengths.max() > 0.95 * 400


def test_few_points_are_points_of_the_line_with_both_ends(rng, digits):
    few = with_few_points(digits, np.arange(100), rng=rng)
    for nth in range(200):
        before, after = digits.drawing(nth), few.drawing(nth)
        if nth >= 100:
            assert same(before, after)
            continue
        for old, new in zip(before.strokes, after.strokes, strict=True):
            assert 5 <= len(new) <= 8
            np.testing.assert_allclose(new[[0, -1]], old[[0, -1]], atol=1e-9)
            assert np.hypot(*(new[:, None] - old[None]).transpose(2, 0, 1)).min(axis=1).max() < 0.1


def test_short_strokes_and_single_points_keep_their_points(rng):
    drawings = flatten([DOT, Drawing((((0, 0), (1, 1), (2, 5)),)), EMPTY])
    for changed in (
        with_few_points(drawings, np.arange(3), rng=rng),
        broken(drawings, np.arange(3), rng=rng),
    ):
        assert all(same(changed.drawing(k), drawings.drawing(k)) for k in range(3))
    assert same(trimmed(drawings, 0.2, rng=rng).drawing(0), DOT)
    assert same(snapped(drawings, np.arange(3), rng=rng).drawing(0), DOT)


def test_snapped_points_lie_on_a_grid_of_16_to_30_cells(rng):
    seven = flatten([SEVEN] * 100)
    some = snapped(seven, np.arange(50), rng=rng)
    n_values = []
    for nth in range(50):
        points = np.concatenate(some.drawing(nth).strokes)
        assert np.abs(points - np.concatenate(SEVEN.strokes)).max() <= 900 / 16 / 2 + 1e-6
        values = np.unique(points[:, 1].round(6))
        cells = values / np.diff(values).min()
        np.testing.assert_allclose(cells, np.rint(cells), atol=1e-3)
        n_values.append(cells.max())
    assert 16 <= round(min(n_values)) < 19
    assert 27 < round(max(n_values)) <= 30
    np.testing.assert_array_equal(some.xy[len(some.xy) // 2 :], seven.xy[len(seven.xy) // 2 :])


def test_no_drawings_at_all_pass_through(rng):
    nothing, none = flatten([]), np.array([], int)
    for changed in (
        slashed(nothing, none, rng=rng),
        broken(nothing, none, rng=rng),
        trimmed(nothing, 0.1, rng=rng),
        with_few_points(nothing, none, rng=rng),
        snapped(nothing, none, rng=rng),
    ):
        assert changed.n_drawings == 0
