import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.contributions import PIECEWISE_LINEAR, contributions
from nnstudio.insight.reading import read
from tests.insight.networks import SIZES, network

CURVED = [name for name, kind in ACTIVATIONS.items() if not kind.output_only and name not in PIECEWISE_LINEAR]


@pytest.mark.parametrize("against", [None, 0])
@pytest.mark.parametrize("hidden", sorted(PIECEWISE_LINEAR))
def test_piecewise_linear_networks_are_shared_out_exactly(hidden, against):
    architecture, theta, x = network(hidden)
    reading = read(architecture, theta, x)
    logits = reading.z[-1]
    other = logits[:2].mean() if against is None else logits[0]
    found = contributions(architecture, theta, reading, 2, against)
    assert [len(each.values) for each in found] == list(SIZES[:-1])
    for each in found:
        assert each.is_exact
        assert each.difference == pytest.approx(logits[2] - other, rel=1e-12)
        assert each.values.sum() + each.biases == pytest.approx(each.difference, rel=1e-12)
        assert abs(each.gap) < 1e-13


def test_the_shares_are_those_of_the_linear_map_that_the_network_is_here():
    architecture, theta, x = network("relu")
    reading = read(architecture, theta, x)
    W_eff, b_eff = np.eye(len(x)), np.zeros(len(x))
    for layer, z in zip(architecture.layers(theta), (*reading.z[:-1], None), strict=True):
        W_eff, b_eff = layer.W @ W_eff, layer.W @ b_eff + layer.b
        if z is not None:
            W_eff[z <= 0], b_eff[z <= 0] = 0, 0
    np.testing.assert_allclose(W_eff @ x + b_eff, reading.z[-1], rtol=1e-12)
    (pixels, *_) = contributions(architecture, theta, reading, 1, 2)
    np.testing.assert_allclose(pixels.values, (W_eff[1] - W_eff[2]) * x, rtol=1e-11, atol=1e-14)
    assert pixels.biases == pytest.approx(b_eff[1] - b_eff[2], rel=1e-11)


@pytest.mark.parametrize("hidden", CURVED)
def test_curved_networks_say_so_and_how_far_the_sum_is_off(hidden):
    architecture, theta, x = network(hidden)
    reading = read(architecture, theta, x)
    found = contributions(architecture, theta, reading, 0, 1)
    # From the last hidden layer on, there is nothing but a linear map.
    assert [each.is_exact for each in found] == [False, False, False, True]
    assert abs(found[-1].gap) < 1e-13
    # No unit is as far as 6: here ReLU6 is what ReLU is.
    assert abs(found[0].gap) > 1e-4 or hidden == "relu6"


def test_the_gap_of_a_curved_network_is_the_curvature_it_leaves_out():
    architecture, theta, x = network("tanh", sizes=(5, 7, 3))
    reading = read(architecture, theta, x)
    found = contributions(architecture, theta, reading, 0, 1)[0]
    rise = np.subtract(*architecture.layers(theta)[1].W[:2])
    left_out = rise @ (reading.a[0] - (1 - reading.a[0] ** 2) * reading.z[0])
    assert found.gap == pytest.approx(left_out, rel=1e-10)


def test_networks_of_one_layer_are_linear_whatever_their_output():
    architecture, theta, x = network(output="sigmoid", sizes=(5, 3))
    reading = read(architecture, theta, x)
    (pixels,) = contributions(architecture, theta, reading, 1, None)
    W, b = architecture.layers(theta)[0].W, architecture.layers(theta)[0].b
    assert pixels.is_exact
    np.testing.assert_allclose(pixels.values, (W[1] - (W[0] + W[2]) / 2) * x, rtol=1e-12)
    assert pixels.biases == pytest.approx(b[1] - (b[0] + b[2]) / 2)


def test_in_float32_the_sum_is_right_to_its_digits():
    architecture = Architecture.parse("784-512-512-10")
    theta = initialise(architecture, rng=np.random.default_rng(0))
    reading = read(architecture, theta, np.random.default_rng(1).random(784, np.float32))
    for each in contributions(architecture, theta, reading, 3, 5):
        assert abs(each.gap) < 1e-5 * np.abs(each.values).sum()


def test_enormous_weights_overflow_without_a_warning():
    architecture = Architecture.parse("4-5-3")
    theta = np.full(architecture.n_params, 1e38, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        reading = read(architecture, theta, np.ones(4, np.float32))
    found = contributions(architecture, theta, reading, 0, None)
    assert not all(np.isfinite(each.values).all() for each in found)
