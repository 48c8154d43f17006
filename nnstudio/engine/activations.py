"""Activation functions and their derivatives, in place, for real and complex numbers; any room may import it.

Every function is analytic where it is differentiable, so that the same code trains in float32 and proves its
gradients in complex128 (see `nnstudio.engine.gradient_check`). Adding one is one entry of `ACTIVATIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Activation:
    """An activation function a = f(z), applied to a whole layer and batch.

    Attributes
    ----------
    name : str
        Key in `ACTIVATIONS`, as written in recipes and model files.
    title : str
        Name for people.
    apply : callable ``(z, out) -> None``
        Write f(z) into ``out``; both of shape (n, fan_out) and one dtype. ``z`` is kept.
    times_derivative : callable ``(delta, z, a) -> None``
        Turn ∂loss/∂a in ``delta`` into ∂loss/∂z, given z and a = f(z).
    output_only : bool
        Whether the units of a layer depend on each other, so that it can only be the last one.

    Notes
    -----
    Aliasing: ``times_derivative`` works in place on ``delta`` and uses ``z`` as scratch: its content is lost.
    Thread: any.
    """

    name: str
    title: str
    apply: Callable[[NDArray[Any], NDArray[Any]], None]
    times_derivative: Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], None]
    output_only: bool = False


def _identity(z: NDArray[Any], out: NDArray[Any]) -> None:
    np.copyto(out, z)


def _times_one(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Leave delta as it is: f′ = 1."""


def _relu(z: NDArray[Any], out: NDArray[Any]) -> None:
    if np.iscomplexobj(z):
        # np.maximum would compare imaginary parts where the real parts are equal.
        np.multiply(z, z.real > 0, out=out)
    else:
        # NumPy compares with a row of zeros several times faster than with a scalar.
        np.maximum(z, np.zeros(z.shape[1], z.dtype), out=out)


def _times_relu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    np.greater(a.real, 0, out=z)
    delta *= z


def _sigmoid(z: NDArray[Any], out: NDArray[Any]) -> None:
    np.negative(z, out=out)
    # Beyond, exp would overflow and f is 0 to working precision. `.real` of a real array is the array itself.
    real = out.real
    np.minimum(real, np.log(np.finfo(out.dtype).max) - 1, out=real)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def _times_sigmoid_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = a (1 − a)."""
    np.subtract(1, a, out=z)
    z *= a
    delta *= z


def _tanh(z: NDArray[Any], out: NDArray[Any]) -> None:
    np.tanh(z, out=out)


def _times_tanh_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = 1 − a²."""
    np.multiply(a, a, out=z)
    np.subtract(1, z, out=z)
    delta *= z


def _softmax(z: NDArray[Any], out: NDArray[Any]) -> None:
    # Softmax does not change when a row is shifted; with the largest at 0, exp cannot overflow.
    np.subtract(z, z.real.max(axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


def _times_softmax_jacobian(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply each row by the Jacobian diag(a) − a aᵀ."""
    np.multiply(delta, a, out=z)
    delta -= z.sum(axis=1, keepdims=True)
    delta *= a


ACTIVATIONS: Mapping[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("relu", "ReLU", _relu, _times_relu_derivative),
        Activation("sigmoid", "Sigmoid", _sigmoid, _times_sigmoid_derivative),
        Activation("tanh", "Tanh", _tanh, _times_tanh_derivative),
        Activation("identity", "Identity", _identity, _times_one),
        Activation("softmax", "Softmax", _softmax, _times_softmax_jacobian, output_only=True),
    )
}
