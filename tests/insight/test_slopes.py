import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.reading import read
from nnstudio.insight.slopes import class_seed, input_slopes, slopes_down
from tests.insight.networks import SIZES, network

HIDDEN = [name for name, kind in ACTIVATIONS.items() if not kind.output_only and kind.trainable]


@pytest.mark.parametrize("layer", range(len(SIZES) - 1))
@pytest.mark.parametrize("hidden", HIDDEN)
def test_slopes_by_the_input_are_those_of_the_complex_step(hidden, layer):
    architecture, theta, x = network(hidden)
    seed = np.eye(architecture.layer_sizes[layer + 1])
    found = input_slopes(architecture, theta, read(architecture, theta, x), seed, layer)
    h = 1e-30
    numeric = np.stack(
        [
            read(architecture, theta.astype(complex), x + 1j * h * step).z[layer].imag / h
            for step in np.eye(len(x))
        ],
        axis=1,
    )
    np.testing.assert_allclose(found, numeric, rtol=1e-10, atol=1e-13)


def test_slopes_come_from_the_top_down_one_layer_at_a_time():
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    seed = np.eye(6)[2:3]
    found = list(slopes_down(architecture, theta, reading, seed, 1))
    assert [each.layer for each in found] == [1, 0]
    assert [each.z.shape for each in found] == [(1, 6), (1, 7)]
    np.testing.assert_array_equal(found[0].into[0], architecture.layers(theta)[1].W[2])


def test_slopes_leave_everything_as_it_was():
    architecture, theta, x = network("relu")
    reading = read(architecture, theta, x)
    seed = np.ones((2, 3))
    kept = theta.copy(), [z.copy() for z in reading.z], [a.copy() for a in reading.a]
    list(slopes_down(architecture, theta, reading, seed, 3))
    np.testing.assert_array_equal(seed, 1)
    np.testing.assert_array_equal(theta, kept[0])
    for now, before in zip((*reading.z, *reading.a), (*kept[1], *kept[2]), strict=True):
        np.testing.assert_array_equal(now, before)


def test_a_class_against_another_or_against_the_mean_of_all_others():
    np.testing.assert_array_equal(class_seed(4, 2, 0, np.float64), [[-1, 0, 1, 0]])
    np.testing.assert_allclose(class_seed(4, 2, None, np.float64), [[-1 / 3, -1 / 3, 1, -1 / 3]])
