import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.insight.logit_sensitivity import logit_sensitivity
from nnstudio.insight.reading import read
from tests.insight.networks import SIZES, network


@pytest.mark.parametrize("layer", range(len(SIZES) - 2))
@pytest.mark.parametrize("output", ["softmax", "identity", "sigmoid"])
@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "tanh", "identity"])
def test_sensitivities_are_the_derivatives_of_the_logits(hidden, output, layer):
    architecture, theta, x = network(hidden, output)
    reading = read(architecture, theta, x)
    layers = architecture.layers(theta)
    rest = Architecture(architecture.layer_sizes[layer + 1 :], architecture.activations[layer + 1 :])
    theta_of_the_rest = np.concatenate([np.append(one.W.ravel(), one.b) for one in layers[layer + 1 :]])

    def logits(a):
        return activations(rest, theta_of_the_rest, a[None]).z[-1][0]

    h = 1e-6
    numeric = np.stack(
        [
            (logits(reading.a[layer] + step) - logits(reading.a[layer] - step)) / (2 * h)
            for step in h * np.eye(SIZES[layer + 1])
        ],
        axis=1,
    )
    np.testing.assert_allclose(
        logit_sensitivity(architecture, theta, reading, layer), numeric, rtol=1e-6, atol=1e-9
    )


def test_weights_and_reading_do_not_change():
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    kept = theta.copy(), [z.copy() for z in reading.z], [a.copy() for a in reading.a]
    logit_sensitivity(architecture, theta, reading, 0)[:] = 5.0
    logit_sensitivity(architecture, theta, reading, 2)[:] = 5.0
    np.testing.assert_array_equal(theta, kept[0])
    for now, before in zip((*reading.z, *reading.a), (*kept[1], *kept[2]), strict=True):
        np.testing.assert_array_equal(now, before)


def test_from_the_last_hidden_layer_it_is_the_weight():
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    np.testing.assert_array_equal(
        logit_sensitivity(architecture, theta, reading, 2), architecture.layers(theta)[-1].W
    )


def test_it_is_there_for_the_inputs_too():
    architecture, theta, x = network()
    found = logit_sensitivity(architecture, theta, read(architecture, theta, x), -1)
    h = 1e-30
    step = x + 1j * h * np.eye(5)[3]
    numeric = read(architecture, theta.astype(complex), step).z[-1].imag / h
    np.testing.assert_allclose(found[:, 3], numeric, rtol=1e-10)


@pytest.mark.parametrize("layer", [-2, 3])
def test_other_layers_are_refused(layer):
    architecture, theta, x = network()
    with pytest.raises(ValueError, match="layer must be from -1 to 2"):
        logit_sensitivity(architecture, theta, read(architecture, theta, x), layer)


@pytest.mark.parametrize("hidden", ["relu", "identity"])
def test_enormous_weights_give_no_warning(hidden):
    architecture, theta, x = network(hidden)
    reading = read(architecture, theta * 1e200, x)
    assert logit_sensitivity(architecture, theta * 1e200, reading, 0).shape == (3, 7)
