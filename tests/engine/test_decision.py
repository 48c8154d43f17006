import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import class_sums, class_values, decided, predict_classes, predict_with_classes
from nnstudio.engine.passes import predict


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


@pytest.mark.parametrize("output", ["sigmoid", "step"])
def test_a_single_output_decides_between_two_classes(output):
    architecture = Architecture.of((3, 1), output=output)
    rng = np.random.default_rng(0)
    theta, x = rng.normal(size=architecture.n_params), rng.normal(size=(50, 3))
    values, classes = predict_with_classes(architecture, theta, x)
    (layer,) = architecture.layers(theta)
    z = x @ layer.W.T + layer.b
    np.testing.assert_array_equal(classes, z[:, 0] > 0)
    np.testing.assert_array_equal(values.sum(axis=1), 1)
    np.testing.assert_array_equal(values[:, 1:], predict(architecture, theta, x))
    # What compares the values of the classes comes to the same.
    np.testing.assert_array_equal(decided(values, class_sums(z)), classes)


def test_on_the_border_a_single_output_says_the_first_class():
    z = np.array([[0.0], [1e-30], [-800.0], [800.0]], np.float32)
    a = np.array([[0.5], [0.5], [0.0], [1.0]], np.float32)
    assert decided(a, z).tolist() == decided(class_values(a), class_sums(z)).tolist() == [0, 1, 0, 1]


def test_several_outputs_are_the_values_of_the_classes():
    outputs = np.array([[0.2, 0.8], [1.5, 3.0]])
    assert class_values(outputs) is outputs
    assert class_sums(outputs) is outputs
    np.testing.assert_array_equal(class_values(np.array([[[0.3]]]), axis=0), [[[0.7]], [[0.3]]])
