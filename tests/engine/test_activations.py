import math

import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS

UNITWISE = [activation for activation in ACTIVATIONS.values() if not activation.output_only]
TEXTBOOK = {
    "relu": lambda z: max(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "identity": lambda z: z,
    "step": lambda z: float(z > 0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "absolute": abs,
    "softplus": lambda z: max(z, 0.0) + math.log1p(math.exp(-abs(z))),
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * math.expm1(z)),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "gelu": lambda z: z / (1 + math.exp(-2 * math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "exact_gelu": lambda z: z * math.erfc(-z / math.sqrt(2)) / 2,
    "relu6": lambda z: min(max(z, 0.0), 6.0),
    "hard_tanh": lambda z: min(max(z, -1.0), 1.0),
    "sine": math.sin,
}


def applied(name, z):
    out = np.empty_like(z)
    ACTIVATIONS[name].apply(z, out)
    return out


@pytest.mark.parametrize("activation", UNITWISE, ids=lambda activation: activation.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_values_are_the_textbook_ones_in_every_dtype(activation, dtype):
    # Three rows, so that a function that works through them in blocks shows what it does between two.
    z = np.linspace(-6, 6, 60, dtype=dtype).reshape(3, -1)
    expected = [TEXTBOOK[activation.name](value) for value in z.real.ravel().tolist()]
    got = applied(activation.name, z)
    assert got.dtype == dtype
    # NumPy's complex log1p has no more digits than log(1 + x).
    np.testing.assert_allclose(got.ravel(), expected, rtol=1e-5 if dtype is np.float32 else 1e-14, atol=1e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_nothing_overflows_far_out(name, dtype):
    """At ±1e4 values and derivatives are finite, and no warning is given (warnings are errors here)."""
    z = np.array([[-1e4, 0.0, 1e4, -50.0]], dtype)
    if dtype is np.complex128:
        z += 1e-30j
    a = applied(name, z)
    delta = np.ones_like(z)
    ACTIVATIONS[name].times_derivative(delta, z.copy(), a)
    assert np.isfinite(a).all()
    assert np.isfinite(delta).all()
    if name in {"sigmoid", "softmax"}:
        assert a.real.min() >= 0
        assert a.real.max() == 1


@pytest.mark.parametrize("activation", UNITWISE, ids=lambda activation: activation.name)
def test_derivative_is_that_of_the_function(activation):
    z = np.array([[-3.0, -1.0, -0.1, 0.2, 1.5, 4.0]])
    step = applied(activation.name, z + 1e-30j)
    delta = np.full_like(z, 2.0)
    activation.times_derivative(delta, z.copy(), applied(activation.name, z))
    np.testing.assert_allclose(delta, 2.0 * step.imag / 1e-30, rtol=1e-13)


@pytest.mark.parametrize("activation", UNITWISE, ids=lambda activation: activation.name)
def test_some_units_of_a_layer_are_computed_in_place(activation):
    """A layer may be divided among threads: each sees some columns of the batch, and leaves the others."""
    z = np.random.default_rng(0).standard_normal((50, 700))
    delta, whole, part = np.ones_like(z), np.empty_like(z), np.full_like(z, 7.0)
    activation.apply(z, whole)
    columns = slice(100, 450)
    activation.apply(z[:, columns], part[:, columns])
    assert (part[:, columns] == whole[:, columns]).all()
    assert (part[:, 450:] == 7).all()
    scratch, expected = z.copy(), delta.copy()
    activation.times_derivative(expected, z.copy(), whole)
    activation.times_derivative(delta[:, columns], scratch[:, columns], whole[:, columns])
    assert (delta[:, columns] == expected[:, columns]).all()
    assert (delta[:, :100] == 1).all()
    assert (scratch[:, :100] == z[:, :100]).all()


def test_relu_decides_by_the_real_part():
    z = np.array([[1e-30j, -1e-30j, -1 + 5j, 2 - 3j]])
    assert applied("relu", z).tolist() == [[0, 0, 0, 2 - 3j]]


def test_relu_keeps_nan_visible():
    assert np.isnan(applied("relu", np.array([[np.nan]], np.float32))).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_softmax_rows_sum_to_one_and_ignore_a_shift(dtype):
    z = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], dtype)
    a = applied("softmax", z)
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(a, applied("softmax", z + 512), rtol=1e-6)
