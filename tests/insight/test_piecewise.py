import math

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import activations, predict
from nnstudio.insight.piecewise import (
    PiecewiseError,
    first_kinks,
    has_pieces,
    interpolating_network,
    largest_error,
    linear_pieces,
    unit_contributions,
)
from tests.insight.networks import trained


def random_network(sizes, hidden="relu", seed=0):
    """A network whose kinks are spread, in float64."""
    architecture = Architecture.of(sizes, hidden=hidden, output="identity")
    rng = np.random.default_rng(seed)
    theta = initialise(
        architecture, rng=rng, scheme="kinks_spread", input_range=(-2.0, 2.0), dtype=np.float64
    )
    return architecture, theta + 0.1 * rng.standard_normal(theta.size)


def outputs(architecture, theta):
    return lambda x: predict(architecture, theta, x[:, None])[:, 0]


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu", "absolute", "identity"])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 7, 1), (1, 6, 5, 1), (1, 5, 4, 6, 5, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_straight_lines_between_the_edges_are_the_network(hidden, sizes, seed):
    architecture, theta = random_network(sizes, hidden, seed)
    pieces = linear_pieces(architecture, theta, -2.0, 2.0)
    x = np.random.default_rng(9).uniform(-2, 2, 20_000)
    expected = outputs(architecture, theta)(x)
    np.testing.assert_allclose(
        np.interp(x, pieces.edges, pieces.values), expected, atol=1e-12 * max(1, abs(expected).max())
    )
    np.testing.assert_allclose(
        pieces.slopes, np.diff(pieces.values) / np.diff(pieces.edges), rtol=1e-7, atol=1e-9
    )
    assert (np.diff(pieces.slopes) != 0).all()
    assert (np.diff(pieces.edges) > 0).all()


def test_every_kink_is_a_place_where_the_z_of_its_unit_is_zero():
    architecture, theta = random_network((1, 6, 5, 4, 1))
    pieces = linear_pieces(architecture, theta, -2.0, 2.0)
    trace = activations(architecture, theta, pieces.kinks[:, None])
    z = np.array(
        [
            trace.z[layer][nth, unit]
            for nth, (layer, unit) in enumerate(zip(pieces.layers, pieces.units, strict=True))
        ]
    )
    assert len(z) >= 10
    assert abs(z).max() < 1e-13
    assert set(pieces.edges[1:-1]) <= set(pieces.kinks)
    assert (np.diff(pieces.layers) >= 0).all()


@pytest.mark.parametrize("h", [1, 2, 5, 64])
def test_one_hidden_layer_of_h_units_has_h_plus_1_pieces(h):
    architecture, theta = random_network((1, h, 1))
    kinks = first_kinks(architecture, theta)
    hidden, output = architecture.layers(theta)
    np.testing.assert_allclose(kinks * hidden.W[:, 0] + hidden.b, 0, atol=1e-13)
    low, high = kinks.min() - 1, kinks.max() + 1
    pieces = linear_pieces(architecture, theta, low, high)
    assert len(pieces) == h + 1
    np.testing.assert_allclose(pieces.edges[1:-1], np.sort(kinks), rtol=1e-12)
    middle = (pieces.edges[1:] + pieces.edges[:-1]) / 2
    is_on = middle[:, None] * hidden.W[:, 0] + hidden.b > 0
    np.testing.assert_allclose(pieces.slopes, (is_on * hidden.W[:, 0]) @ output.W[0], rtol=1e-12, atol=1e-14)


def test_units_that_share_a_kink_or_add_nothing_make_no_further_piece():
    """Kinks at −1 (adds nothing), 0.5, 0.5, and 1, where two units cancel each other."""
    architecture = Architecture.of((1, 5, 1), output="identity")
    theta = np.concatenate(([1, 1, 2, 3, 1], [1, -0.5, -1, -3, -1], [0, 1, 1, 1, -3], [0.25])).astype(float)
    pieces = linear_pieces(architecture, theta, -2, 2)
    assert pieces.edges.tolist() == [-2, 0.5, 2]
    assert pieces.slopes.tolist() == [0, 3]
    assert pieces.kinks.tolist() == [-1, 0.5, 0.5, 1, 1]


def test_a_kink_too_narrow_for_a_grid_is_found():
    """A tooth of height 1 between 0.3 and 0.3 + 2e-9."""
    knots = np.array([0, 0.3, 0.3 + 1e-9, 0.3 + 2e-9])
    architecture, theta = interpolating_network(knots, [0, 0, 1, 0])
    pieces = linear_pieces(architecture, theta, -1, 0.3 + 2e-9)
    np.testing.assert_allclose(pieces.edges, [-1, *knots[1:]], atol=1e-15)


def test_a_unit_of_weight_zero_has_no_kink():
    architecture = Architecture.of((1, 2, 1), output="identity")
    theta = np.array([0.0, -2, 1, 0, 1, 1, 0])
    np.testing.assert_array_equal(first_kinks(architecture, theta), [np.nan, 0])
    assert not np.signbit(first_kinks(architecture, theta)[1])
    assert linear_pieces(architecture, theta, -1, 1).kinks.tolist() == [0]


def test_a_network_of_identities_is_one_piece_and_halves_what_lies_between():
    architecture, theta = random_network((1, 4, 3, 1), "identity")
    assert len(linear_pieces(architecture, theta, -5, 5)) == 1
    left, right, middle = predict(architecture, theta, np.array([[-3.0], [4.0], [0.5]]))[:, 0]
    assert middle == pytest.approx((left + right) / 2, rel=1e-14)


def test_float32_weights_are_taken_as_they_are():
    architecture, theta = random_network((1, 8, 8, 1))
    single = theta.astype(np.float32)
    one, other = (linear_pieces(architecture, each, -2, 2) for each in (single, single.astype(np.float64)))
    np.testing.assert_array_equal(one.edges, other.edges)


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture.of((1, 3, 1), hidden="tanh", output="identity"),
        Architecture.of((1, 3, 1), output="sigmoid"),
        Architecture.of((1, 3, 1), hidden="step", output="identity"),
        Architecture.of((2, 3, 1), output="identity"),
    ],
)
def test_a_network_without_pieces_is_refused(architecture):
    assert not has_pieces(architecture)
    with pytest.raises(PiecewiseError, match="no linear pieces on a line"):
        linear_pieces(architecture, np.zeros(architecture.n_params), 0, 1)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (0, math.inf), (math.nan, 1)])
def test_an_interval_without_length_is_refused(low, high):
    architecture, theta = random_network((1, 3, 1))
    assert has_pieces(architecture)
    with pytest.raises(PiecewiseError, match=f"from {low} to {high} is empty or not finite"):
        linear_pieces(architecture, theta, low, high)


def test_weights_that_overflow_are_refused():
    architecture, theta = random_network((1, 4, 4, 1))
    with pytest.raises(PiecewiseError, match="overflow"):
        linear_pieces(architecture, 1e200 * theta, -2, 2)


@pytest.mark.parametrize("hidden", ["relu", "tanh", "sine"])
def test_contributions_of_units_and_the_bias_add_up_to_the_output(hidden):
    architecture, theta = random_network((1, 5, 7, 2), hidden)
    x = np.linspace(-2, 2, 50)
    added = unit_contributions(architecture, theta, x, output=1)
    assert added.shape == (50, 7)
    bias = architecture.layers(theta)[-1].b[1]
    np.testing.assert_allclose(
        added.sum(axis=1) + bias, predict(architecture, theta, x[:, None])[:, 1], rtol=1e-12, atol=1e-14
    )


def test_contributions_by_hand():
    """3 max(0, 2x − 1) and −max(0, −x)."""
    architecture = Architecture.of((1, 2, 1), output="identity")
    theta = np.array([2.0, -1, -1, 0, 3, -1, 10])
    added = unit_contributions(architecture, theta, np.array([-2.0, 0.5, 1.0]))
    assert added.tolist() == [[0, -2], [0, 0], [3, 0]]


def sine_by_pieces(h):
    knots = np.linspace(-np.pi, np.pi, h + 1)
    return interpolating_network(knots, np.sin(knots))


@pytest.mark.parametrize(("h", "expected"), [(4, 0.2105), (8, 0.0704), (16, 0.0188), (32, 0.00479)])
def test_the_largest_error_of_a_sine_by_equal_pieces(h, expected):
    architecture, theta = sine_by_pieces(h)
    error, x = largest_error(outputs(architecture, theta), np.sin, -np.pi, np.pi)
    assert error == pytest.approx(expected, abs=5e-5 if h < 32 else 5e-6)
    assert error < (2 * np.pi / h) ** 2 / 8
    assert abs(outputs(architecture, theta)(np.array([x]))[0] - np.sin(x)) == pytest.approx(error, rel=1e-12)
    # At 0 the slopes of both sides are the same.
    assert len(linear_pieces(architecture, theta, -np.pi, np.pi)) == h - 1


def test_the_place_of_the_largest_error():
    """|x² − x| is largest at ½; a jump at a third is found at either side of it."""
    error, x = largest_error(lambda x: x, np.square, 0, 1)
    assert error == pytest.approx(0.25, rel=1e-12)
    assert x == pytest.approx(0.5, abs=1e-6)
    error, x = largest_error(lambda x: np.zeros_like(x), lambda x: np.heaviside(x - 1 / 3, 0) - x, 0, 1)
    assert x == pytest.approx(1 / 3, abs=1e-6) or x == 1 / 3
    assert error == pytest.approx(2 / 3, abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_made_by_hand_passes_the_knots(dtype):
    rng = np.random.default_rng(0)
    x, y = np.linspace(-3, 3, 20) + 0.1 * rng.uniform(-1, 1, 20), rng.uniform(-1, 1, 20)
    architecture, theta = interpolating_network(x, y)
    assert str(architecture) == "1-19-1"
    at = x.astype(dtype)[:, None]
    np.testing.assert_allclose(
        predict(architecture, theta.astype(dtype), at)[:, 0], y, atol=1e-6 if dtype == np.float64 else 2e-5
    )


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        ([1], [1], "two points or more"),
        ([1, 2], [1, 2, 3], "two points or more"),
        ([2, 1], [1, 2], "goes up"),
        ([1, 1], [1, 2], "goes up"),
        ([1, math.nan], [1, 2], "finite"),
        ([1, 2], [1, math.inf], "finite"),
    ],
)
def test_points_without_a_network_are_refused(x, y, sentence):
    with pytest.raises(PiecewiseError, match=sentence):
        interpolating_network(x, y)


@pytest.mark.parametrize(
    ("hidden", "h", "least", "most"), [("relu", 16, 6.9e-5, 3.4e-4), ("tanh", 8, 4e-6, 5e-5)]
)
def test_a_sine_is_learned(hidden, h, least, most):
    x = np.linspace(-np.pi, np.pi, 128, dtype=np.float32)[:, None]
    architecture, theta, loss = trained((1, h, 1), hidden, x, np.sin(x))
    assert least < loss < most
    if hidden == "relu":
        assert 2 < len(linear_pieces(architecture, theta, -np.pi, np.pi)) <= h + 1
        by_hand = 0.5 * ((predict(*sine_by_pieces(h), x) - np.sin(x)) ** 2).mean()
        assert by_hand == pytest.approx(4.9e-5, abs=5e-7)
