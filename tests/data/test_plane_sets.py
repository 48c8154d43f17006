import math

import numpy as np
import pytest

from nnstudio.data.plane_sets import (
    EDGE,
    INNER,
    MOST_CLASSES,
    OUTER,
    PLANE_SETS,
    PlaneSetError,
    plane_points,
)

CLASSED = [each for each in PLANE_SETS.values() if each.draw is not None]
MANIFOLD = [each.name for each in CLASSED if each.most_classes > 2]


def points_of(name, seed=0, **options):
    return plane_points(PLANE_SETS[name], rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("name", PLANE_SETS)
def test_the_seed_decides_the_points(name):
    options = {"noise": 0.1, "n": 60}
    first, again, other = (points_of(name, seed, **options) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("name", PLANE_SETS)
def test_points_stay_within_the_edges_however_noisy(name):
    points, answers = points_of(name, noise=3.0, n=5_000)
    assert points.shape == (5_000, 2)
    assert points.dtype == np.float32
    assert len(answers) == 5_000
    assert np.abs(points).max() == pytest.approx(EDGE, abs=1e-3)


@pytest.mark.parametrize("n_classes", range(2, MOST_CLASSES + 1))
@pytest.mark.parametrize("name", MANIFOLD)
def test_classes_are_balanced_and_mixed(name, n_classes):
    _, labels = points_of(name, n=100, n_classes=n_classes)
    assert labels.dtype == np.int64
    counts = np.bincount(labels)
    assert len(counts) == n_classes
    assert counts.max() - counts.min() <= 1
    assert len(set(labels[:20].tolist())) == n_classes


@pytest.mark.parametrize("plane_set", CLASSED, ids=lambda each: each.name)
def test_sets_of_four_points_have_both_classes(plane_set):
    _, labels = points_of(plane_set.name, n=4)
    assert set(labels.tolist()) == {0, 1}


def test_xor_by_two_relu_units_is_exact():
    x, labels = points_of("plane-xor")
    s = x.sum(axis=1)
    np.testing.assert_array_equal(np.maximum(s, 0) - 2 * np.maximum(s - 1, 0), labels)


def test_xor_blobs_by_two_relu_units_and_by_the_product():
    x, labels = points_of("plane-xor-blobs", noise=0)
    assert {tuple(row) for row in x.tolist()} == {(-1, -1), (-1, 1), (1, -1), (1, 1)}
    s = x.sum(axis=1)
    np.testing.assert_array_equal(np.maximum(s, 0) + np.maximum(-s, 0) - 1 > 0, labels)
    np.testing.assert_array_equal(x[:, 0] * x[:, 1] > 0, labels)


def test_the_radius_parts_the_rings_and_no_line_does():
    """Of all lines the best leaves the disc and a part of the ring: ½ + acos(0.6/1.6)/2π = 0.69."""
    x, labels = points_of("plane-ring")
    r = np.hypot(x[:, 0], x[:, 1])
    np.testing.assert_array_equal(r - (INNER + OUTER) / 2 > 0, labels)
    best = 0.0
    for angle in np.linspace(0, 2 * np.pi, 90, endpoint=False):
        along = x @ (math.cos(angle), math.sin(angle))
        order = np.argsort(along)
        signs = 2 * labels[order] - 1
        best = max(best, float(np.cumsum(signs[::-1]).max() + np.sum(signs < 0)) / len(x))
    assert best == pytest.approx(0.70, abs=0.03)


def test_three_relu_units_close_a_ring():
    normals = np.array([(math.cos(a), math.sin(a)) for a in 2 * np.pi * np.arange(3) / 3])

    def y(x):
        return 0.3 - np.maximum(x @ normals.T - 0.6, 0).sum(axis=1)

    turn = np.linspace(0, 2 * np.pi, 5_000)
    circle = np.stack((np.cos(turn), np.sin(turn)), axis=1)
    assert y(INNER * circle).min() == pytest.approx(0.3, abs=1e-12)
    assert y(OUTER * circle).max() == pytest.approx(-0.084, abs=1e-3)
    x, labels = points_of("plane-ring", noise=0)
    np.testing.assert_array_equal(y(x) < 0, labels)


def test_rings_of_several_classes_have_radii_of_their_own():
    x, labels = points_of("plane-ring", noise=0, n_classes=6)
    r = np.hypot(x[:, 0], x[:, 1])
    assert r[labels == 0].max() <= INNER + 1e-6
    for label in range(1, 6):
        np.testing.assert_allclose(r[labels == label], INNER + label / 5, atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3, 6])
def test_the_angle_along_the_arm_parts_the_spirals(n_classes):
    x, labels = points_of("plane-spiral", noise=0, n_classes=n_classes)
    r, angle = np.hypot(x[:, 0], x[:, 1]), np.arctan2(x[:, 1], x[:, 0])
    arm = (angle / (2 * np.pi) - 1.25 * r / 1.8) * n_classes
    np.testing.assert_array_equal(np.rint(arm) % n_classes, labels)
    assert r.max() <= 1.8 + 1e-6


def test_moons_lie_on_their_half_circles():
    points, labels = points_of("plane-moons", noise=0)
    upper, lower = points[labels == 0], points[labels == 1]
    np.testing.assert_allclose(np.hypot(*(upper - (-0.5, -0.25)).T), 1, atol=1e-6)
    np.testing.assert_allclose(np.hypot(*(lower - (0.5, 0.25)).T), 1, atol=1e-6)
    assert (upper[:, 1] >= -0.25).all()
    assert (lower[:, 1] <= 0.25).all()


def test_no_straight_line_parts_the_moons_but_nearness_to_their_curves_does():
    points, labels = points_of("plane-moons", n=2_000)
    design = np.column_stack((points, np.ones(len(points))))
    weights = np.linalg.lstsq(design, 2.0 * labels - 1, rcond=None)[0]
    assert np.mean((design @ weights > 0) == labels) < 0.92

    curve, curve_labels = points_of("plane-moons", 1, n=400, noise=0)
    distance = np.hypot(*(points[:, None] - curve).transpose(2, 0, 1))
    assert np.mean(curve_labels[distance.argmin(axis=1)] == labels) > 0.97


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("plane-wedge", lambda x1, x2: (x1 > 0) & (x2 > 0)),
        ("plane-band", lambda x1, x2: abs(x1 + x2) < 1),
        ("plane-chessboard", lambda x1, x2: (np.floor(x1) + np.floor(x2)) % 2 == 1),
        ("plane-above", lambda x1, x2: x2 > np.sin(2 * x1)),
    ],
)
def test_a_region_decides_the_class(name, region):
    x, labels = points_of(name)
    # In float64 a point may be on the other side of a border by its rounding.
    assert np.mean(region(*x.T) == labels) > 0.995


@pytest.mark.parametrize(
    ("name", "truths"), [("plane-and", [0, 0, 0, 1]), ("plane-or", [0, 1, 1, 1]), ("plane-xor", [0, 1, 1, 0])]
)
def test_corners_are_the_rows_of_a_truth_table_over_and_over(name, truths):
    x, labels = points_of(name, n=8)
    assert x[:4].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert labels.tolist() == truths * 2
    np.testing.assert_array_equal(x[:4], x[4:])


@pytest.mark.parametrize(
    ("name", "at", "number"),
    [
        ("plane-slope", (1, 2), 0),
        ("plane-slope", (2, 0), 1),
        ("plane-bell", (0, 0), 1),
        ("plane-bell", (1, 1), math.exp(-2)),
        ("plane-saddle", (2, -1), -1),
    ],
)
def test_a_truth_by_hand(name, at, number):
    assert PLANE_SETS[name].truth(np.array([at], float))[0] == pytest.approx(number, abs=1e-15)


def test_numbers_are_the_truth_at_the_point_and_noise():
    x, y = points_of("plane-bell")
    assert y.shape == (500, 1)
    assert y.dtype == np.float32
    truth = PLANE_SETS["plane-bell"].truth(x.astype(float))
    np.testing.assert_array_equal(y[:, 0], truth.astype(np.float32))
    _, noisy = points_of("plane-bell", noise=0.5, n=10_000)
    assert noisy.std() == pytest.approx(0.5, rel=0.2)


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("plane-blobs", {"n": 3}, "from 4 to 10,000 points, not 3"),
        ("plane-blobs", {"n": 5, "n_classes": 6}, "from 6 to 10,000 points, not 5"),
        ("plane-bell", {"n": 10_001}, "not 10,001"),
        ("plane-blobs", {"n_classes": 7}, "The set “Blobs” has 2 to 6 classes, not 7"),
        ("plane-ring", {"n_classes": 1}, "not 1"),
        ("plane-xor", {"n_classes": 3}, "The set “XOR” has 2 classes, not 3"),
        ("plane-blobs", {"noise": -0.1}, "standard deviation from 0 to 10, not -0.1"),
        ("plane-bell", {"noise": math.nan}, "not nan"),
    ],
)
def test_what_makes_no_points_is_refused(name, options, sentence):
    with pytest.raises(PlaneSetError, match=sentence):
        points_of(name, **options)
