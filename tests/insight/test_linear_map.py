import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.linear_map import (
    NotPiecewiseLinearError,
    linear_groups,
    piece_at,
    product,
)
from nnstudio.insight.reading import read
from nnstudio.insight.slopes import input_slopes
from tests.insight.networks import network
from tests.insight.written_networks import one_input, one_two_one, two_inputs

PIECEWISE = ["relu", "leaky_relu", "absolute", "identity"]
DEEP = (3, 5, 4, 6, 2)


def test_the_network_of_two_inputs_is_one_plane():
    architecture, theta = two_inputs()
    one = product(architecture.layers(theta))
    np.testing.assert_allclose(one.W, [[-0.143, -0.206]], atol=5e-7)
    np.testing.assert_allclose(one.b, [-0.688], atol=5e-7)
    np.testing.assert_allclose(one.at(np.array([0.4, -0.7])), [-0.601], atol=5e-7)


def test_the_network_of_two_inputs_has_the_printed_numbers():
    architecture, theta = two_inputs()
    reading = read(architecture, theta, np.array([0.4, -0.7]))
    np.testing.assert_allclose(reading.a[0], [0.70, -0.39, 0.24, -0.58], atol=5e-7)
    np.testing.assert_allclose(reading.a[1], [-0.724, 1.307, -0.855], atol=5e-7)
    np.testing.assert_allclose(reading.a[2], [-0.601], atol=5e-7)


def test_the_network_of_one_input_is_one_line():
    architecture, theta = one_input()
    one = product(architecture.layers(theta))
    np.testing.assert_allclose(one.W, [[0.026]], atol=5e-7)
    np.testing.assert_allclose(one.b, [-0.25], atol=5e-7)
    reading = read(architecture, theta, np.array([0.3]))
    np.testing.assert_allclose(reading.a[0], [1.06, -1.18, -0.29], atol=5e-7)
    np.testing.assert_allclose(reading.a[1], [0.244, -1.001, 0.079], atol=5e-7)
    np.testing.assert_allclose(reading.a[2], [-0.2422], atol=5e-7)


def test_with_relu_the_same_weights_are_no_plane_and_no_line():
    architecture, theta = two_inputs("relu")

    def f(*x):
        return float(read(architecture, theta, np.array(x)).outputs[0])

    assert f(0.4, -0.7) == pytest.approx(-0.4694, abs=5e-7)
    assert f(0, 0) == pytest.approx(-0.522, abs=5e-7)
    assert (f(1, 1) + f(-1, -1)) / 2 == pytest.approx(-0.496, abs=5e-7)
    architecture, theta = one_input("relu")
    assert read(architecture, theta, np.array([0.3])).outputs[0] == pytest.approx(-0.615, abs=5e-7)


@pytest.mark.parametrize("depth", range(1, 8))
def test_the_product_gives_the_outputs_of_deep_networks_of_identity(depth):
    rng = np.random.default_rng(depth)
    sizes = tuple(int(size) for size in rng.integers(1, 9, depth + 1))
    architecture, theta, _ = network("identity", "identity", sizes)
    one = product(architecture.layers(theta))
    for x in rng.standard_normal((20, sizes[0])):
        np.testing.assert_allclose(one.at(x), read(architecture, theta, x).outputs, atol=1e-12)


def test_identity_layers_are_in_a_group_with_the_next_layer():
    def groups(*activations):
        return [
            list(group) for group in linear_groups(Architecture((2,) * (len(activations) + 1), activations))
        ]

    assert groups("identity", "identity", "identity") == [[0, 1, 2]]
    assert groups("relu", "identity", "softmax") == [[0], [1, 2]]
    assert groups("tanh", "relu", "softmax") == [[0], [1], [2]]
    assert groups("sigmoid") == [[0]]


@pytest.mark.parametrize("output", ["identity", "relu", "softmax", "step"])
@pytest.mark.parametrize("hidden", PIECEWISE)
def test_a_piece_gives_the_outputs_and_the_gradient_of_the_input(hidden, output):
    architecture, theta, _ = network(hidden, output, DEEP)
    for x in np.random.default_rng(3).standard_normal((20, 3)):
        reading = read(architecture, theta, x)
        piece = piece_at(architecture, theta, reading)
        assert piece.is_of_outputs == (output in PIECEWISE)
        expected = reading.outputs if piece.is_of_outputs else reading.z[-1]
        np.testing.assert_allclose(piece.map.at(x), expected, atol=1e-12)
        seed = np.diag(piece.slopes[3]) if piece.is_of_outputs else np.eye(2)
        np.testing.assert_allclose(
            piece.map.W, input_slopes(architecture, theta, reading, seed, 3), atol=1e-12
        )


def test_a_piece_gives_the_outputs_in_float32():
    architecture, theta, _ = network("relu", "identity", DEEP)
    theta = theta.astype(np.float32)
    for x in np.random.default_rng(4).standard_normal((50, 3)).astype(np.float32):
        reading = read(architecture, theta, x)
        np.testing.assert_allclose(
            piece_at(architecture, theta, reading).map.at(x), reading.outputs, atol=1e-6
        )


def test_the_piece_of_the_network_by_hand():
    """At x = 2 the second unit is off, and 3x + 1 is left; it is on from x = 1 downwards: −2x + 6."""
    architecture, theta = one_two_one()
    piece = piece_at(architecture, theta, read(architecture, theta, np.array([2.0])))
    assert (piece.map.W.item(), piece.map.b.item()) == (3, 1)
    assert [dead.tolist() for dead in piece.dead] == [[1], []]
    border = piece.border
    assert (border.layer, border.unit, border.distance, border.x.item()) == (0, 1, 1, 1)
    assert (border.beyond.W.item(), border.beyond.b.item()) == (-2, 6)


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu", "absolute"])
def test_up_to_the_border_the_map_holds_and_beyond_it_the_neighbours(hidden):
    architecture, theta, _ = network(hidden, "identity", DEEP)
    rng = np.random.default_rng(5)
    for x in rng.standard_normal((20, 3)):
        reading = read(architecture, theta, x)
        piece = piece_at(architecture, theta, reading)
        border = piece.border
        assert np.linalg.norm(border.x - x) == pytest.approx(border.distance)
        assert read(architecture, theta, border.x).z[border.layer][border.unit] == pytest.approx(0, abs=1e-9)
        np.testing.assert_allclose(border.beyond.at(border.x), piece.map.at(border.x), atol=1e-9)
        for direction in rng.standard_normal((10, 3)):
            inside = x + 0.999 * border.distance * direction / np.linalg.norm(direction)
            expected = read(architecture, theta, inside).outputs
            np.testing.assert_allclose(piece.map.at(inside), expected, atol=1e-9)
        outside = x + (1 + 1e-6 / border.distance) * (border.x - x)
        np.testing.assert_allclose(
            border.beyond.at(outside), read(architecture, theta, outside).outputs, atol=1e-12
        )
        there = piece_at(architecture, theta, read(architecture, theta, outside))
        changed = [np.flatnonzero(a != b) for a, b in zip(there.slopes, piece.slopes, strict=True)]
        assert [(k, units.tolist()) for k, units in enumerate(changed) if units.size] == [
            (border.layer, [border.unit])
        ]


def test_at_a_corner_itself_the_border_is_there():
    architecture, theta = one_two_one()
    piece = piece_at(architecture, theta, read(architecture, theta, np.array([1.0])))
    assert (piece.map.W.item(), piece.map.b.item()) == (3, 1)
    assert piece.border.distance == 0
    assert (piece.border.beyond.W.item(), piece.border.beyond.b.item()) == (-2, 6)


def test_a_network_that_never_switches_has_no_border():
    architecture, theta = two_inputs()
    piece = piece_at(architecture, theta, read(architecture, theta, np.array([0.4, -0.7])))
    assert piece.border is None
    assert all(dead.size == 0 for dead in piece.dead)
    architecture, theta = one_two_one()
    theta[:2] = 0
    assert piece_at(architecture, theta, read(architecture, theta, np.array([1.0]))).border is None


@pytest.mark.parametrize("hidden", ["tanh", "step", "gelu"])
def test_what_bends_or_jumps_is_refused_by_its_layer(hidden):
    architecture = Architecture((2, 3, 3, 1), ("relu", hidden, "identity"))
    theta = np.zeros(architecture.n_params, np.float32)
    with pytest.raises(NotPiecewiseLinearError, match=r"^Hidden layer 2 .* ReLU, Leaky ReLU"):
        piece_at(architecture, theta, read(architecture, theta, np.zeros(2)))


def test_weights_are_left_as_they_were():
    architecture, theta = two_inputs("relu")
    reading = read(architecture, theta, np.array([0.4, -0.7]))
    kept = theta.copy(), [z.copy() for z in reading.z]
    piece_at(architecture, theta, reading)
    np.testing.assert_array_equal(theta, kept[0])
    for now, before in zip(reading.z, kept[1], strict=True):
        np.testing.assert_array_equal(now, before)
