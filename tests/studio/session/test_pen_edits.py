"""Erasing strokes, and painting and erasing pixels."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnstudio.studio.session.pen_edits import brush, erase

coordinates = st.floats(0, 1, width=32)
strokes = st.lists(
    arrays(np.float64, st.tuples(st.integers(1, 12), st.just(2)), elements=coordinates), max_size=4
).map(tuple)
discs = st.tuples(coordinates, coordinates)
radii = st.floats(0.02, 0.3)

PAPER = np.zeros((28, 28), np.float32)


def along(stroke, spacing=0.002):
    """Return points all along a stroke, shape (n, 2)."""
    parts = [stroke[:1]]
    for start, end in itertools.pairwise(stroke):
        n = int(np.hypot(*(end - start)) / spacing) + 2
        parts.append(start + np.linspace(0, 1, n)[:, None] * (end - start))
    return np.concatenate(parts)


def distances_to(points, stroke):
    """Return how far each point is from a stroke."""
    if len(stroke) == 1:
        return np.hypot(*(points - stroke[0]).T)
    best = np.full(len(points), np.inf)
    for start, end in itertools.pairwise(stroke):
        run = end - start
        length = run @ run
        share = np.clip((points - start) @ run / length, 0, 1) if length else np.zeros(len(points))
        best = np.minimum(best, np.hypot(*(points - start - share[:, None] * run).T))
    return best


@given(strokes, discs, radii)
def test_nothing_in_the_disc_survives(drawn, centre, radius):
    for stroke in erase(drawn, centre, radius):
        assert np.hypot(*(along(stroke) - centre).T).min() > 0.98 * radius


@given(strokes, discs, radii)
def test_nothing_outside_is_lost_but_the_crumbs_at_the_edge(drawn, centre, radius):
    left = erase(drawn, centre, radius)
    for stroke in drawn:
        points = along(stroke, spacing=0.01)
        gaps = np.min(
            [np.inf * np.ones(len(points)), *(distances_to(points, piece) for piece in left)], axis=0
        )
        lost = points[gaps > 1e-9]
        # The cut falls between points a third of the radius apart, and a single one makes no stroke.
        assert np.all(np.hypot(*(lost - centre).T) <= radius * 4 / 3 + 1e-9)


@given(strokes, discs, radii)
def test_nothing_is_added_and_the_order_stays(drawn, centre, radius):
    left = erase(drawn, centre, radius)
    last = 0
    for piece in left:
        assert len(piece)
        panels_with_areas = [k for k, stroke in enumerate(drawn) if distances_to(piece, stroke).max() < 1e-9]
        assert panels_with_areas
        assert panels_with_areas[-1] >= last
        last = panels_with_areas[0]


@given(strokes, discs, radii)
def test_an_eraser_that_touches_nothing_returns_the_same_object(drawn, centre, radius):
    touched = any((np.hypot(*(along(stroke) - centre).T) <= radius).any() for stroke in drawn)
    if not touched:
        assert erase(drawn, centre, radius) is drawn


def test_a_line_is_cut_in_two():
    (left, right) = erase((np.array([[0.0, 0.5], [1.0, 0.5]]),), (0.5, 0.5), 0.1)
    assert (left[0].tolist(), right[-1].tolist()) == ([0.0, 0.5], [1.0, 0.5])
    np.testing.assert_allclose([left[-1, 0], right[0, 0]], [0.4, 0.6], atol=0.1 / 3)


def test_a_dot_goes_whole_or_stays():
    dot = (np.array([[0.5, 0.5]]),)
    assert erase(dot, (0.5, 0.52), 0.05) == ()
    assert erase(dot, (0.5, 0.6), 0.05) is dot


# Pixels


def test_a_dab_is_full_in_the_middle_and_soft_at_its_edge():
    image = brush(PAPER, (10.5, 20.5), (10.5, 20.5), 2.0, erases=False)
    assert image[20, 10] == 1.0
    assert image[20, 12] == pytest.approx(0.5)
    assert image[20, 14] == 0.0
    assert image.dtype == np.float32


def test_a_stroke_leaves_no_gap():
    image = brush(PAPER, (3.0, 4.0), (25.0, 22.0), 1.2, erases=False)
    for t in np.linspace(0, 1, 50):
        assert image[int(4 + 18 * t), int(3 + 22 * t)] > 0.5


def test_painting_twice_is_painting_once():
    once = brush(PAPER, (5.0, 5.0), (9.0, 5.0), 1.2, erases=False)
    np.testing.assert_array_equal(brush(once, (5.0, 5.0), (9.0, 5.0), 1.2, erases=False), once)


def test_erasing_takes_away_what_was_painted_and_never_adds():
    rng = np.random.default_rng(0)
    image = rng.random((28, 28)).astype(np.float32)
    erased = brush(image, (14.0, 14.0), (14.0, 14.0), 3.0, erases=True)
    assert (erased <= image).all()
    assert erased[14, 14] == 0.0
    assert erased[0, 0] == image[0, 0]
    assert (brush(image, (14.0, 14.0), (14.0, 14.0), 3.0, erases=False) >= image).all()


def test_the_image_given_is_kept():
    brush(PAPER, (14.0, 14.0), (14.0, 14.0), 3.0, erases=False)
    assert not PAPER.any()


def test_images_need_not_be_square():
    assert brush(np.zeros((5, 9), np.float32), (8.5, 4.5), (8.5, 4.5), 1.0, erases=False)[4, 8] == 1.0
