import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import activations, predict
from nnstudio.insight.reading import pushes, read

SIZES = (5, 7, 6, 4, 3)


def network(hidden="tanh", output="softmax", sizes=SIZES):
    architecture = Architecture.of(sizes, hidden=hidden, output=output)
    rng = np.random.default_rng(1)
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    return architecture, theta + 0.1 * rng.standard_normal(theta.size), rng.standard_normal(sizes[0])


def test_reads_what_the_network_computes_for_the_whole_batch():
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    trace = activations(architecture, theta, x[None])
    np.testing.assert_array_equal(reading.x, x)
    for layer in range(architecture.n_layers):
        np.testing.assert_array_equal(reading.z[layer], trace.z[layer][0])
        np.testing.assert_array_equal(reading.a[layer], trace.a[layer + 1][0])
    np.testing.assert_allclose(reading.outputs, predict(architecture, theta, x[None])[0], rtol=1e-12)
    assert reading.label == reading.outputs.argmax()
    np.testing.assert_array_equal(reading.into(0), x)
    np.testing.assert_array_equal(reading.into(2), reading.a[1])


def test_a_reading_shares_nothing_with_its_input():
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    before = reading.x.copy(), reading.outputs.copy()
    x[:] = 9.0
    theta[:] = 9.0
    np.testing.assert_array_equal(reading.x, before[0])
    np.testing.assert_array_equal(reading.outputs, before[1])


@pytest.mark.parametrize("layer", range(len(SIZES) - 2))
@pytest.mark.parametrize("output", ["softmax", "identity", "sigmoid"])
@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "tanh", "identity"])
def test_pushes_are_the_slopes_of_the_logits(hidden, output, layer):
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
    np.testing.assert_allclose(pushes(architecture, theta, reading, layer), numeric, rtol=1e-6, atol=1e-9)


def test_pushes_leave_weights_and_reading_as_they_are():
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    kept = theta.copy(), [z.copy() for z in reading.z], [a.copy() for a in reading.a]
    pushes(architecture, theta, reading, 0)[:] = 5.0
    pushes(architecture, theta, reading, 2)[:] = 5.0
    np.testing.assert_array_equal(theta, kept[0])
    for now, before in zip((*reading.z, *reading.a), (*kept[1], *kept[2]), strict=True):
        np.testing.assert_array_equal(now, before)


@pytest.mark.parametrize("hidden", ["relu", "identity"])
def test_enormous_weights_are_no_error_and_are_told(hidden):
    architecture, theta, x = network(hidden)
    assert read(architecture, theta, x).is_finite
    reading = read(architecture, theta * 1e200, x)
    assert not reading.is_finite
    assert pushes(architecture, theta * 1e200, reading, 0).shape == (3, 7)
