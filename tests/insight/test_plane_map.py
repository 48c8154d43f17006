"""What a network computes all over the plane, against the network itself."""

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import decided, predict_with_classes
from nnstudio.engine.passes import activations
from nnstudio.insight.contours import node_grid, total_length
from nnstudio.insight.plane_map import (
    FEWEST,
    interpolated,
    led_classes,
    nodes_for,
    plane_map,
    unit_lines,
)

LOWS, HIGHS, SHAPE = (-2.0, -1.0), (2.0, 1.0), (21, 41)


def network(*sizes, **kinds):
    architecture = Architecture.of(sizes, **kinds)
    return architecture, np.random.default_rng(3).normal(size=architecture.n_params).astype("f4")


@pytest.mark.parametrize("output", ["softmax", "identity", "sigmoid", "step", "sine"])
def test_every_node_is_what_the_network_says_there(output):
    architecture, theta = network(2, 5, 4, 3, hidden="tanh", output=output)
    found = plane_map(architecture, theta, LOWS, HIGHS, SHAPE)
    nodes = node_grid(LOWS, HIGHS, SHAPE[1], SHAPE[0]).reshape(-1, 2).astype("f4")
    trace = activations(architecture, theta, nodes)
    for layer in range(3):
        np.testing.assert_allclose(
            found.activations(layer).reshape(trace.a[layer + 1].shape[1], -1), trace.a[layer + 1].T, atol=1e-6
        )
    labels, leads = led_classes(output, found.z[-1])
    np.testing.assert_array_equal(labels.ravel(), decided(trace.a[-1], trace.z[-1]))
    first, second = np.sort(trace.a[-1], axis=1)[:, :-3:-1].T
    np.testing.assert_allclose(leads.ravel(), first - second, atol=1e-6)


@pytest.mark.parametrize("output", ["sigmoid", "step"])
def test_a_single_output_stands_for_two_classes(output):
    architecture, theta = network(2, 5, 1, hidden="tanh", output=output)
    found = plane_map(architecture, theta, LOWS, HIGHS, SHAPE)
    labels, leads = led_classes(output, found.z[-1])
    nodes = node_grid(LOWS, HIGHS, SHAPE[1], SHAPE[0]).reshape(-1, 2).astype("f4")
    values, classes = predict_with_classes(architecture, theta, nodes)
    np.testing.assert_array_equal(labels.ravel(), classes)
    np.testing.assert_allclose(leads.ravel(), np.abs(values[:, 1] - values[:, 0]), atol=1e-6)
    z = activations(architecture, theta, found.borders().mean(axis=1).astype("f4")).z[-1]
    assert len(z)
    assert np.abs(z).max() < 0.05


def test_between_nodes_it_is_linear():
    nodes = node_grid(LOWS, HIGHS, 5, 3) @ (1.0, 10.0)
    (pixels,) = interpolated(nodes[None].astype("f4"), 30, 80)
    x1 = -2 + 4 * (np.arange(80) + 0.5) / 80
    x2 = -1 + 2 * (np.arange(30) + 0.5) / 30
    np.testing.assert_allclose(pixels, x1 + 10 * x2[:, None], atol=1e-4)


def test_a_node_without_a_number_spoils_no_other_pixel():
    nodes = np.ones((1, 5, 5), np.float32)
    nodes[0, 2, 2] = np.nan
    nodes[0, 0, 0] = np.inf
    (pixels,) = interpolated(nodes, 40, 40)
    assert np.isfinite(pixels).all()
    np.testing.assert_allclose(pixels[:, 30:], 1)


def test_borders_are_where_the_class_changes():
    architecture, theta = network(2, 6, 3)
    found = plane_map(architecture, theta, LOWS, HIGHS, (81, 81))
    segments = found.borders()
    assert total_length(segments) > 1
    middles = segments.mean(axis=1).astype("f4")
    z = np.sort(activations(architecture, theta, middles).z[-1], axis=1)
    assert np.median(z[:, 2] - z[:, 1]) < 1e-3


def test_the_line_of_a_unit_is_where_its_sum_is_0():
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(20, 2)), rng.normal(size=20)
    ends = unit_lines(W, b, LOWS, HIGHS)
    passes = ~np.isnan(ends[:, 0, 0])
    assert passes.any()
    corners = np.array([(x, y) for x in (-2, 2) for y in (-1, 1)])
    signs = corners @ W.T + b > 0
    np.testing.assert_array_equal(passes, signs.any(axis=0) & ~signs.all(axis=0))
    on_line = np.einsum("kej,kj->ke", ends, W) + b[:, None]
    np.testing.assert_allclose(on_line[passes], 0, atol=1e-9)
    is_on_edge = np.isclose(np.abs(ends[..., 0]), 2) | np.isclose(np.abs(ends[..., 1]), 1)
    assert is_on_edge[passes].all()
    way = ends[passes, 1] - ends[passes, 0]
    assert (-way[:, 1] * W[passes, 0] + way[:, 0] * W[passes, 1] > 0).all(), "positive to the left"


def test_large_networks_are_computed_at_fewer_nodes():
    rows, columns = nodes_for(Architecture.of((2, 1000, 1000, 2)), 60, 30)
    assert FEWEST < rows <= columns < 20
    assert nodes_for(Architecture.of((2, 4, 2)), 60, 30) == (31, 61)


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "identity"])
def test_sums_that_differ_by_more_than_the_largest_number_have_a_leader(output):
    z = np.array([[3e38, -3e38, 0], [-3e38, 3e38, 1], [-3e38, 0, 3e38]], np.float32)
    labels, leads = led_classes(output, z)
    assert labels.tolist() == [0, 1, 2]
    assert (leads > 0).all()
    assert led_classes(output if output != "softmax" else "step", z[:1])[0].tolist() == [1, 0, 0]
