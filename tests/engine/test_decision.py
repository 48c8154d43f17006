import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import decided, predict_classes


def test_the_largest_output_decides():
    outputs = np.random.default_rng(0).normal(size=(50, 4))
    np.testing.assert_array_equal(decided(outputs, -outputs), outputs.argmax(axis=1))


def test_of_perceptrons_the_largest_sum_decides_however_many_fire():
    z = np.random.default_rng(0).normal(0, 3, (200, 5))
    outputs = np.heaviside(z, 0)
    assert set(outputs.sum(axis=1)) == {0, 1, 2, 3, 4, 5}
    np.testing.assert_array_equal(decided(outputs, z), z.argmax(axis=1))


def test_saturated_outputs_are_told_apart_by_their_sums():
    outputs = np.array([1.0, 1.0, 0.0], np.float32)
    assert decided(outputs, np.array([30, 40, -5], np.float32)) == 1


def test_a_larger_sum_does_not_win_over_a_larger_output():
    """As with sine or the absolute value, which do not grow with z."""
    assert decided(np.array([2.0, 1.0]), np.array([-2.0, 1.0])) == 0


def test_overflow_gives_some_class():
    assert decided(np.array([np.nan, 1.0]), np.array([np.inf, 1.0])) == 0
    assert decided(np.array([np.inf, np.inf]), np.array([np.inf, np.inf])) == 0


def test_classes_of_many_inputs_are_those_of_each():
    architecture = Architecture.of((3, 4), output="step")
    rng = np.random.default_rng(0)
    theta, x = rng.normal(size=architecture.n_params), rng.normal(size=(10, 3))
    (layer,) = architecture.layers(theta)
    expected = (x @ layer.W.T + layer.b).argmax(axis=1)
    np.testing.assert_array_equal(predict_classes(architecture, theta, x, batch_size=4), expected)
    assert predict_classes(architecture, theta, x[:0]).shape == (0,)
