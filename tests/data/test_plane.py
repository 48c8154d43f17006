import numpy as np
import pytest

from nnstudio.data.plane import EDGE, two_moons


def test_same_seed_gives_the_same_points():
    first, again, other = (two_moons(100, rng=np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("n", [1, 2, 7, 1_000])
def test_classes_are_balanced_and_mixed(n):
    points, labels = two_moons(n, rng=np.random.default_rng(0))
    assert points.shape == (n, 2)
    assert (points.dtype, labels.dtype) == (np.float32, np.int64)
    assert labels.sum() == n // 2


def test_without_noise_points_lie_on_their_half_circles():
    points, labels = two_moons(500, rng=np.random.default_rng(0), noise=0)
    upper, lower = points[labels == 0], points[labels == 1]
    np.testing.assert_allclose(np.hypot(*(upper - (-0.5, -0.25)).T), 1, atol=1e-6)
    np.testing.assert_allclose(np.hypot(*(lower - (0.5, 0.25)).T), 1, atol=1e-6)
    assert (upper[:, 1] >= -0.25).all()
    assert (lower[:, 1] <= 0.25).all()


def test_points_stay_within_the_edges_however_noisy():
    points, _ = two_moons(5_000, rng=np.random.default_rng(0), noise=3.0)
    assert np.abs(points).max() == EDGE


def test_no_straight_line_parts_the_moons_but_nearness_to_their_curves_does():
    points, labels = two_moons(2_000, rng=np.random.default_rng(0))
    design = np.column_stack((points, np.ones(len(points))))
    weights = np.linalg.lstsq(design, 2.0 * labels - 1, rcond=None)[0]
    assert np.mean((design @ weights > 0) == labels) < 0.92

    curve, curve_labels = two_moons(400, rng=np.random.default_rng(1), noise=0)
    distance = np.hypot(*(points[:, None] - curve).transpose(2, 0, 1))
    assert np.mean(curve_labels[distance.argmin(axis=1)] == labels) > 0.97
