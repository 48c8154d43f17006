import math

import numpy as np
import pytest

from nnstudio.data.feature_maps import Feature, mapped
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.insight.contours import class_borders, node_grid, total_length, zero_contour
from tests.insight.networks import pulled_back

LOWS, HIGHS = (-2.0, -2.0), (2.0, 2.0)
GRID = node_grid(LOWS, HIGHS, 101)


def test_a_line_is_followed_exactly():
    segments = zero_contour(GRID @ (1, 2) - 0.3, LOWS, HIGHS)
    np.testing.assert_allclose(segments @ (1, 2), 0.3, atol=1e-12)
    assert total_length(segments) == pytest.approx(4 * math.hypot(1, 0.5))


@pytest.mark.parametrize("text", ["r", "x1^2 + x2^2"])
def test_the_line_of_a_radius_is_a_circle_in_the_plane_to_less_than_a_pixel(text):
    """W = 1, b = −R among the features."""
    values = mapped([Feature.parse(text)], GRID.reshape(-1, 2)).values.reshape(101, 101)
    segments = zero_contour(values - (1.1 if text == "r" else 1.21), LOWS, HIGHS)
    radii = np.hypot(segments[..., 0], segments[..., 1])
    assert abs(radii - 1.1).max() < 0.04 / 100
    assert total_length(segments) == pytest.approx(2 * math.pi * 1.1, rel=1e-3)


def test_axes_may_differ_and_rows_go_up():
    lows, highs = (10.0, -1.0), (30.0, 1.0)
    grid = node_grid(lows, highs, 5)
    assert grid[0, 0].tolist() == [10, -1]
    assert grid[0, -1].tolist() == [30, -1]
    segments = zero_contour(grid[..., 1] - 0.25, lows, highs)
    np.testing.assert_allclose(segments[..., 1], 0.25)
    assert total_length(segments) == pytest.approx(20)
    assert zero_contour(np.ones((3, 7)), lows, highs).shape == (0, 2, 2)


@pytest.mark.parametrize("middle", [0.1, -0.1])
def test_a_saddle_is_decided_by_its_middle(middle):
    """The corner at the origin is positive: it is cut off where the middle is negative."""
    segments = zero_contour(np.array([[1.0, -1], [-1, 1]]) + middle, (0, 0), (1, 1))
    assert len(segments) == 2
    is_cut_off = np.linalg.norm(segments.mean(axis=1), axis=1).min() < 0.5
    assert is_cut_off == (middle < 0)


def test_cells_without_a_number_are_left_out():
    values = GRID[..., 0].copy() + 0.01
    values[50, 50] = np.nan
    whole, broken = (zero_contour(each, LOWS, HIGHS) for each in (GRID[..., 0] + 0.01, values))
    assert len(whole) - len(broken) == 2


def test_contour_and_exact_pull_back_have_the_same_length():
    architecture = Architecture.of((2, 8, 2))
    theta = np.random.default_rng(2).normal(size=architecture.n_params)
    z = activations(architecture, theta, GRID.reshape(-1, 2)).z[-1].reshape(101, 101, 2)
    output = architecture.layers(theta)[-1]
    exact = pulled_back(
        architecture, theta, 0, output.W[1] - output.W[0], output.b[1] - output.b[0], LOWS, HIGHS
    )
    assert total_length(class_borders(z, LOWS, HIGHS)) == pytest.approx(total_length(exact), rel=0.01)
    assert total_length(exact) > 1


def test_a_single_score_is_that_of_the_second_of_two_classes():
    scores = np.sin(2 * GRID[..., :1]) + GRID[..., 1:]
    np.testing.assert_array_equal(
        class_borders(scores, LOWS, HIGHS), zero_contour(scores[..., 0], LOWS, HIGHS)
    )


def test_borders_of_three_classes_are_counted_once():
    """Three sectors of 120°, which meet at a point: three rays."""
    turns = 2 * np.pi * np.arange(3) / 3
    scores = (GRID - (0.013, 0.007)) @ np.array([np.cos(turns), np.sin(turns)])
    borders = class_borders(scores, LOWS, HIGHS)
    rays = [2 / math.sin(math.pi / 3), 2 / math.sin(math.pi / 3), 2]
    assert total_length(borders) == pytest.approx(sum(rays), abs=0.05)
    points = borders.mean(axis=1)
    near = np.sort((points - (0.013, 0.007)) @ np.array([np.cos(turns), np.sin(turns)]), axis=1)
    assert abs(near[:, 2] - near[:, 1]).max() < 0.05
