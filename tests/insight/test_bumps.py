import math
from itertools import pairwise

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.insight.bumps import (
    Bump,
    BumpError,
    Tower,
    bump_network,
    bumps_of,
    equal_bumps,
    equal_towers,
    move_tower,
    nearest_neighbour,
    push_handles,
    steep_tower_network,
    step_bumps,
    step_network,
    steps_of,
    stretch_tower,
    tower_network,
    towers_of,
    write_tower,
)
from nnstudio.insight.piecewise import largest_error, linear_pieces
from tests.insight.networks import trained

TALK = Bump((1.0, 2.0, 3.0, 5.0), 1.5)


def outputs(network):
    return lambda x: predict(*network, np.asarray(x, float)[:, None])[:, 0]


def test_the_bump_of_the_talk():
    architecture, theta = bump_network([TALK])
    hidden, output = architecture.layers(theta)
    assert str(architecture) == "1-4-1"
    assert hidden.W[:, 0].tolist() == [1, 1, 1, 1]
    assert hidden.b.tolist() == [-1, -2, -3, -5]
    assert output.W[0].tolist() == [1.5, -1.5, -0.75, 0.75]
    assert output.b.tolist() == [0]
    at = [1, 1.5, 2, 3, 4, 5, -9, 99]
    np.testing.assert_allclose(
        outputs((architecture, theta))(at), [0, 0.75, 1.5, 1.5, 0.75, 0, 0, 0], atol=1e-13
    )
    assert TALK.area == 3.75
    pieces = linear_pieces(architecture, theta, 0, 6)
    assert pieces.edges.tolist() == [0, 1, 2, 3, 5, 6]
    assert pieces.slopes.tolist() == [0, 1.5, 0, -0.75, 0]
    heights = (pieces.values[1:] + pieces.values[:-1]) / 2
    assert heights @ np.diff(pieces.edges) == pytest.approx(TALK.area, rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_handles_come_back_from_the_weights(dtype):
    bumps = (TALK, Bump((-3.0, -2.995, 0.0, 2.0), -0.7), Bump((0.1, 0.2, 0.3, 0.4), 0.0))
    architecture, theta = bump_network(bumps)
    found = bumps_of(architecture, theta.astype(dtype))
    for bump, back in zip(bumps, found, strict=True):
        np.testing.assert_allclose(back.s, bump.s, atol=1e-6)
        assert back.top == pytest.approx(bump.top, rel=1e-4, abs=1e-12)


def test_a_unit_may_have_any_positive_weight():
    architecture, theta = bump_network([TALK])
    hidden, output = architecture.layers(theta)
    factors = np.array([0.5, 2, 3, 7])
    hidden.W[...] *= factors[:, None]
    hidden.b[...] *= factors
    output.W[...] /= factors
    (back,) = bumps_of(architecture, theta)
    np.testing.assert_allclose([*back.s, back.top], [*TALK.s, TALK.top], rtol=1e-14)


@pytest.mark.parametrize("place", ["u", "w", "s"])
def test_weights_that_make_no_bump_are_told_apart(place):
    architecture, theta = bump_network([TALK, TALK])
    hidden, output = architecture.layers(theta)
    if place == "u":
        output.W[0, 3] += 1e-3
    elif place == "w":
        hidden.W[1, 0] = -1
    else:
        hidden.b[1] = -3.5
    assert bumps_of(architecture, theta) == (None, TALK)


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture.of((1, 5, 1), output="identity"),
        Architecture.of((2, 4, 1), output="identity"),
        Architecture.of((1, 4, 1), hidden="tanh", output="identity"),
        Architecture.of((1, 4, 4, 1), output="identity"),
    ],
)
def test_other_networks_have_no_bumps(architecture):
    assert bumps_of(architecture, np.ones(architecture.n_params)) == ()


@pytest.mark.parametrize(("m", "rounding"), [(4, 2e-15), (64, 1e-11)])
def test_equal_bumps_with_shared_ramps_leave_no_gap(m, rounding):
    bumps = equal_bumps(np.ones_like, -1, 1, m)
    assert all(bump.s[2:] == after.s[:2] for bump, after in pairwise(bumps))
    x = np.linspace(bumps[0].s[1], bumps[-1].s[2], 10_001)
    assert abs(outputs(bump_network(bumps))(x) - 1).max() < rounding


@pytest.mark.parametrize(("m", "expected"), [(4, 0.354), (8, 0.191), (16, 0.098), (32, 0.049), (64, 0.025)])
def test_the_largest_error_of_a_sine_by_bumps(m, expected):
    network = bump_network(equal_bumps(np.sin, -np.pi, np.pi, m))
    assert network[0].layer_sizes[1] == 4 * m
    error, _ = largest_error(outputs(network), np.sin, -np.pi, np.pi)
    assert error == pytest.approx(expected, abs=5e-4)


def test_that_weights_exist_does_not_mean_that_training_finds_them():
    """Four units can be the bump exactly; trained they are not, and sixteen come nearer."""
    x = np.linspace(0, 6, 128, dtype=np.float32)[:, None]
    y = np.interp(x, TALK.s, (0, 1.5, 1.5, 0)).astype(np.float32)
    assert abs(outputs(bump_network([TALK]))(x[:, 0]) - y[:, 0]).max() < 1e-6
    _, _, four = trained((1, 4, 1), "relu", x, y)
    _, _, sixteen = trained((1, 16, 1), "relu", x, y)
    assert four > 3e-3
    assert sixteen < four / 10


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Bump((1, 3, 2, 5), 1), "Handle s₃ = 2 is not to the right of s₂ = 3"),
        (lambda: Bump((1, 1, 2, 5), 1), "Handle s₂ = 1"),
        (lambda: Bump((1, 2, 3, math.inf), 1), "finite"),
        (lambda: Bump((1, 2, 3, 4), math.nan), "finite"),
        (lambda: bump_network([]), "1 to 64 bumps, which are 256 units, not 0"),
        (lambda: bump_network([TALK] * 65), "not 65"),
        (lambda: equal_bumps(np.sin, 0, 1, 65), "not 65"),
        (lambda: equal_bumps(np.sin, 1, 1, 3), "interval from 1 to 1"),
        (lambda: equal_bumps(lambda x: x * np.nan, 0, 1, 3), "finite"),
        (lambda: tower_network([]), "not 0"),
        (lambda: tower_network([Tower((0, 2, 1, 3), (0, 1, 2, 3), 1)]), "Handle s₃"),
        (lambda: tower_network([Tower((0, 1, 2, 3), (0, 1, 2, 3), math.inf)]), "finite"),
        (lambda: step_network([], [], 1), "at least one step"),
        (lambda: step_network([1], [1, 2], 1), "a place and a height"),
        (lambda: step_network([1], [math.nan], 1), "finite"),
        (lambda: step_network([1], [1], 0), "steepness 0"),
    ],
)
def test_what_makes_no_bumps_is_refused(make, sentence):
    with pytest.raises(BumpError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("moved", "to", "expected"),
    [
        (1, 2.5, (1, 2.5, 3, 5)),
        (1, 4, (1, 4, 4.01, 5)),
        (0, 9, (9, 9.01, 9.02, 9.03)),
        (3, 0, (-0.03, -0.02, -0.01, 0)),
        (2, 2.001, (1, 1.991, 2.001, 5)),
    ],
)
def test_a_handle_pushes_those_that_it_meets(moved, to, expected):
    pushed = push_handles(TALK.s, moved, to, 0, 10)
    np.testing.assert_allclose(pushed, expected, rtol=1e-12, atol=1e-12)
    Bump(pushed, 1.0)


def test_sigmoid_steps_and_back():
    network = step_network([-1.0, 0.5], [2.0, -3.0], 50.0)
    found = steps_of(*network)
    assert found.places.tolist() == [-1, 0.5]
    assert found.heights.tolist() == [2, -3]
    assert found.steepness.tolist() == [50, 50]
    values = outputs(network)([-9, -1, 0, 0.5, 9])
    np.testing.assert_allclose(values, [0, 1, 2, 0.5, -1], atol=1e-9)


def test_a_step_of_steepness_50_is_sharp_beyond_0_092():
    step = outputs(step_network([0.3], [1.0], 50.0))
    far = math.log(99) / 50
    assert far == pytest.approx(0.0919, abs=1e-4)
    np.testing.assert_allclose(step([0.3 - far, 0.3 + far]), [0.01, 0.99], rtol=1e-9)


def test_other_networks_have_no_steps():
    for architecture in (
        Architecture.of((1, 3, 1), output="identity"),
        Architecture.parse("1-3-2", "sigmoid"),
    ):
        assert steps_of(architecture, np.ones(architecture.n_params)) is None
    flat, theta = step_network([0.0], [1.0], 1.0)
    flat.layers(theta)[0].W[...] = 0
    assert steps_of(flat, theta) is None


def test_bumps_of_steep_steps_have_the_function_at_their_middles():
    network = step_bumps(np.sin, -np.pi, np.pi, 8, 200.0)
    assert str(network[0]) == "1-16-1"
    middles = -np.pi + np.pi / 4 * (np.arange(8) + 0.5)
    np.testing.assert_allclose(outputs(network)(middles), np.sin(middles), atol=1e-12)
    # At a border both neighbours are half as high.
    np.testing.assert_allclose(outputs(network)([-np.pi / 2]), [np.sin(middles[1:3]).mean()], atol=1e-12)


def test_a_tower_is_flat_on_top_and_zero_around():
    across, up = (0.0, 1.0, 2.0, 3.0), (-2.0, -1.0, 0.0, 4.0)
    architecture, theta = tower_network([Tower(across, up, 5.0), Tower((10, 11, 12, 13), up, -2.0)])
    assert architecture.layer_sizes == (2, 16, 2, 1)
    rng = np.random.default_rng(0)
    inside = rng.uniform((1, -1), (2, 0), (200, 2))
    np.testing.assert_allclose(predict(architecture, theta, inside), 5, rtol=1e-13)
    np.testing.assert_allclose(predict(architecture, theta, inside + np.array([10, 0])), -2, rtol=1e-13)
    anywhere = rng.uniform((-5, -5), (9, 9), (2_000, 2))
    is_out = ((anywhere < (0, -2)) | (anywhere > (3, 4))).any(axis=1)
    assert is_out.any()
    np.testing.assert_allclose(predict(architecture, theta, anywhere[is_out]), 0, atol=1e-12)
    values = predict(architecture, theta, anywhere[~is_out])
    assert (values >= -1e-12).all()
    assert (values <= 5 + 1e-12).all()


def test_the_nearest_neighbour_is_that_of_a_search():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, 50), rng.standard_normal(50)
    nearest, at = nearest_neighbour(x, y), rng.uniform(-2, 2, 1_000)
    np.testing.assert_array_equal(nearest(at), y[np.abs(at[:, None] - x).argmin(axis=1)])
    assert len(nearest.levels) == 50


def test_one_point_is_the_neighbour_of_all():
    assert nearest_neighbour(np.array([3.0]), np.array([7.0]))(np.array([-9.0, 9.0])).tolist() == [7, 7]


@pytest.mark.parametrize(("steepness", "tolerance"), [(None, 1e-12), (60.0, 1e-3)])
def test_equal_towers_are_as_high_as_asked_at_their_middles(steepness, tolerance):
    tops = np.array([[1.0, -2.0], [0.5, 3.0]])
    towers = equal_towers(tops, (0, -2), (4, 2))
    network = tower_network(towers) if steepness is None else steep_tower_network(towers, steepness)
    middles = np.array([[1, -1], [3, -1], [1, 1], [3, 1]], float)
    np.testing.assert_allclose(predict(*network, middles)[:, 0], tops.ravel(), atol=tolerance)
    border = predict(*network, np.array([[2.0, 1.0], [-9.0, 0.0]]))[:, 0]
    np.testing.assert_allclose(border, [(0.5 + 3) / 2, 0], atol=max(tolerance, 1e-3))


def test_too_many_towers_and_flat_steps_are_refused():
    with pytest.raises(BumpError, match="1 to 8 towers along each input, not 9"):
        equal_towers(np.zeros((9, 9)), (0, 0), (1, 1))
    with pytest.raises(BumpError, match="steepness 0"):
        steep_tower_network(equal_towers([[1.0]], (0, 0), (1, 1)), 0)


def test_towers_are_read_back_moved_and_stretched():
    towers = equal_towers([[1.0, 2.0], [3.0, -4.0]], (-2, -2), (2, 2))
    architecture, theta = tower_network(towers)
    theta = theta.astype(np.float32)
    for read, tower in zip(towers_of(architecture, theta), towers, strict=True):
        assert read.top == tower.top
        np.testing.assert_allclose((read.across, read.up), (tower.across, tower.up), atol=1e-6)
    lows, highs = np.array([-2.0, -2.0]), np.array([2.0, 2.0])
    flat = Tower((-1, 0, 1, 2), (-2, -1, 0, 1), 5.0)
    moved = move_tower(flat, (-0.5, 3.0), lows, highs)
    assert moved == Tower((-2, -1, 0, 1), (0.5, 1.5, 2.5, 3.5), 5.0), "its middle stays in the rectangle"
    assert stretch_tower(flat, (1.5, 0.5), lows, highs) == Tower((-1, 0, 1.5, 2), (-2, -1, 0.5, 1), 5.0)
    write_tower(architecture, theta, 1, moved)
    assert towers_of(architecture, theta)[1] == moved
    theta[0] = 2.0
    assert towers_of(architecture, theta)[0] is None
    assert towers_of(Architecture.of((2, 3, 1)), np.zeros(13)) == ()
