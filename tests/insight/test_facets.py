import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.insight.facets import (
    MOST_FILLED,
    FacetError,
    facets,
    has_facets,
    most_facets,
)
from tests.insight.networks import pulled_back

LOWS, HIGHS = (-2.0, -2.0), (2.0, 2.0)


def network(sizes, hidden="relu", output="identity", seed=0):
    architecture = Architecture.of(sizes, hidden, output)
    return architecture, np.random.default_rng(seed).normal(0, 1, architecture.n_params)


def tangents(n_units, seed=0):
    """A network whose units' lines touch a circle: all pairs of them meet not far from it."""
    architecture = Architecture.of((2, n_units, 1), output="identity")
    theta = np.ones(architecture.n_params)
    hidden, _ = architecture.layers(theta)
    turn = np.random.default_rng(seed).permutation(n_units) * 2.4 + 0.1
    hidden.W[:, 0], hidden.W[:, 1], hidden.b[:] = np.cos(turn), np.sin(turn), -0.5
    return architecture, theta


@pytest.mark.parametrize("n_units", [1, 2, 3, 4, 5, 8, 20])
def test_lines_in_general_position_make_the_most_facets(n_units):
    found = facets(*tangents(n_units), (-1e4, -1e4), (1e4, 1e4))
    assert len(found) == most_facets(n_units)
    assert found.areas.sum() == pytest.approx(4e8)


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ((2, 5, 1), "relu"),
        ((2, 8, 8, 3), "relu"),
        ((2, 6, 6, 6, 1), "leaky_relu"),
        ((2, 4, 4, 2), "absolute"),
        ((2, 3, 2), "identity"),
        ((2, 2), "relu"),
    ],
)
def test_facets_are_where_the_same_units_are_active_with_one_equation_each(sizes, hidden):
    architecture, theta = network(sizes, hidden, "softmax" if sizes[-1] > 1 else "identity")
    found = facets(architecture, theta, LOWS, HIGHS)
    assert found.areas.sum() == pytest.approx(16, rel=1e-12)
    assert (found.areas > 0).all()
    patterns = np.concatenate([*found.active, np.zeros((len(found), 1), bool)], axis=1)

    rng = np.random.default_rng(1)
    x = rng.uniform(-2, 2, (400, 2))
    trace = activations(architecture, theta, x)
    of_units = [z > 0 if hidden != "identity" else np.zeros(z.shape, bool) for z in trace.z[:-1]]
    seen = np.concatenate([*of_units, np.zeros((len(x), 1), bool)], axis=1)
    for row, point in enumerate(x):
        at = found.at(point)
        np.testing.assert_array_equal(patterns[at], seen[row])
        np.testing.assert_allclose(found.W[at] @ point + found.b[at], trace.z[-1][row], atol=1e-9)


def test_three_points_of_a_facet_predict_a_fourth():
    architecture, theta = network((2, 10, 10, 1))
    theta = theta.astype(np.float32).astype(np.float64)
    found = facets(architecture, theta, LOWS, HIGHS)
    a, b, c = found.corners[:, 0], found.corners[:, 1], found.corners[:, 2]
    middle = (a + b + c) / 3

    def f(x):
        return activations(architecture, theta, x).a[-1][:, 0]

    np.testing.assert_allclose(f(middle), (f(a) + f(b) + f(c)) / 3, atol=1e-6)


def test_outlines_are_where_units_are_zero_and_tell_whose_they_are():
    architecture, theta = network((2, 6, 6, 1))
    found = facets(architecture, theta, LOWS, HIGHS)
    assert len(found) == 1 + len(found.segments)
    z = activations(architecture, theta, found.segments.reshape(-1, 2)).z
    for layer in (0, 1):
        own = np.repeat(found.layers == layer, 2)
        at_ends = z[layer][own, np.repeat(found.units, 2)[own]]
        np.testing.assert_allclose(at_ends, 0, atol=1e-9)
        assert own.any()


def test_facets_of_the_same_equation_are_two():
    """The output ignores its unit."""
    architecture = Architecture.of((2, 1, 1), output="identity")
    found = facets(architecture, np.array([1.0, 0, 0, 0, 7]), LOWS, HIGHS)
    assert len(found) == 2
    np.testing.assert_array_equal(found.b, [[7], [7]])
    np.testing.assert_array_equal(found.W, 0)


def test_a_point_outside_is_on_no_facet_and_one_on_a_border_is_on_one():
    found = facets(*network((2, 3, 1)), LOWS, HIGHS)
    assert found.at((2.1, 0)) is None
    assert found.at((-2, -2)) is not None
    assert found.at(found.segments[0].mean(axis=0)) is not None


def test_lines_through_corners_of_the_rectangle_and_through_one_point_leave_no_slivers():
    architecture = Architecture.of((2, 4, 1), output="identity")
    theta = np.array([1.0, 1, 1, -1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0])
    found = facets(architecture, theta, LOWS, HIGHS)
    np.testing.assert_allclose(found.areas, np.full(8, 2.0), rtol=1e-12)
    # The same four lines, moved by rounding.
    theta[8:12] += 1e-15
    np.testing.assert_allclose(facets(architecture, theta, LOWS, HIGHS).areas, np.full(8, 2.0), rtol=1e-9)


def test_units_without_a_line_cut_nothing():
    architecture = Architecture.of((2, 3, 1), output="identity")
    found = facets(architecture, np.zeros(architecture.n_params), LOWS, HIGHS)
    assert len(found) == 1
    assert found.segments.shape == (0, 2, 2)
    assert not found.active[0].any()


def test_many_facets_are_outlined_only_and_far_too_many_refused(monkeypatch):
    few, many = facets(*network((2, 8, 1)), LOWS, HIGHS), facets(*network((2, 80, 80, 1)), LOWS, HIGHS)
    assert few.can_be_filled
    assert len(many) > MOST_FILLED
    assert not many.can_be_filled
    monkeypatch.setattr("nnstudio.insight.facets.MAX_FACETS", 100)
    with pytest.raises(FacetError, match="more than 100 facets"):
        facets(*network((2, 80, 80, 1)), LOWS, HIGHS)


@pytest.mark.parametrize(
    ("sizes", "hidden", "sentence"),
    [
        ((2, 3, 1), "tanh", "no facets: the activation of hidden layer 1, Tanh, bends everywhere"),
        ((3, 3, 1), "relu", "need 2 inputs, and 3-3-1 has 3"),
    ],
)
def test_a_network_without_facets_is_refused(sizes, hidden, sentence):
    architecture, theta = network(sizes, hidden)
    assert not has_facets(architecture)
    with pytest.raises(FacetError, match=sentence):
        facets(architecture, theta, LOWS, HIGHS)


def test_an_empty_rectangle_and_overflow_are_refused():
    architecture, theta = network((2, 3, 1))
    with pytest.raises(FacetError, match="empty"):
        facets(architecture, theta, LOWS, (2, -2))
    with pytest.raises(FacetError, match="overflow"):
        facets(architecture, theta * 1e200, LOWS, HIGHS)


def test_the_line_that_decides_pulls_back_to_the_networks_own_boundary():
    """The class at both sides of each piece differs, and no grid cell without a piece has two classes."""
    architecture, theta = network((2, 6, 5, 2), output="softmax", seed=3)
    output = architecture.layers(theta)[-1]
    w, b = output.W[1] - output.W[0], float(output.b[1] - output.b[0])
    segments = pulled_back(architecture, theta, 1, w, b, LOWS, HIGHS)
    assert len(segments) > 3

    def margin(x):
        z = activations(architecture, theta, x.reshape(-1, 2)).z[-1]
        return (z[:, 1] - z[:, 0]).reshape(x.shape[:-1])

    np.testing.assert_allclose(margin(segments), 0, atol=1e-9)
    side = np.linspace(-2, 2, 201)
    corners = margin(np.stack(np.meshgrid(side, side), axis=-1)) > 0
    cells = np.stack((corners[:-1, :-1], corners[1:, :-1], corners[:-1, 1:], corners[1:, 1:]))
    is_mixed = cells.any(axis=0) & ~cells.all(axis=0)
    along = np.linspace(0, 1, 2_000)[:, None, None]
    points = segments[:, 0] + along * (segments[:, 1] - segments[:, 0])
    column, row = np.clip(((points + 2) / 0.02).astype(int), 0, 199).reshape(-1, 2).T
    is_met = np.zeros_like(is_mixed)
    is_met[row, column] = True
    assert is_mixed.sum() > 100
    assert (is_met | ~is_mixed).mean() > 0.9999


def test_a_line_that_meets_no_value_pulls_back_to_nothing():
    architecture, theta = network((2, 3, 1))
    assert pulled_back(architecture, theta, 0, np.ones(3), 1.0, LOWS, HIGHS).shape == (0, 2, 2)
