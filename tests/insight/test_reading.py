import numpy as np
import pytest

from nnstudio.engine.passes import activations, predict
from nnstudio.insight.reading import read
from tests.insight.networks import network


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


@pytest.mark.parametrize("hidden", ["relu", "identity"])
def test_enormous_weights_are_no_error_and_not_finite(hidden):
    architecture, theta, x = network(hidden)
    assert read(architecture, theta, x).is_finite
    reading = read(architecture, theta * 1e200, x)
    assert not reading.is_finite
