"""The table of activation functions; any package may import it.

Adding one is a function and its derivative in `nnstudio.engine.activation_functions` and one entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnstudio.engine import activation_functions as functions
from nnstudio.language import translatable

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
    Whether a gradient passes through it. The derivative of the step is 0: layers below it would never
    learn, so it is for given weights, or those found by `nnstudio.engine.perceptron`.

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
    trainable: bool = True


ACTIVATIONS: Mapping[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("relu", "ReLU", functions.relu, functions.times_relu_derivative),
        Activation("sigmoid", translatable("Sigmoid"), functions.sigmoid, functions.times_sigmoid_derivative),
        Activation("tanh", translatable("Tanh"), functions.tanh, functions.times_tanh_derivative),
        Activation(
            "leaky_relu",
            translatable("Leaky ReLU"),
            functions.leaky_relu,
            functions.times_leaky_relu_derivative,
        ),
        Activation("elu", "ELU", functions.elu, functions.times_elu_derivative),
        Activation("selu", "SELU", functions.selu, functions.times_selu_derivative),
        Activation("silu", "SiLU", functions.silu, functions.times_silu_derivative),
        Activation("gelu", "GELU", functions.gelu, functions.times_gelu_derivative),
        Activation(
            "exact_gelu",
            translatable("GELU, exact"),
            functions.exact_gelu,
            functions.times_exact_gelu_derivative,
        ),
        Activation("relu6", "ReLU6", functions.relu6, functions.times_relu6_derivative),
        Activation(
            "hard_tanh",
            translatable("Hard tanh"),
            functions.hard_tanh,
            functions.times_hard_tanh_derivative,
        ),
        Activation("softplus", translatable("Softplus"), functions.softplus, functions.times_sigmoid),
        Activation("absolute", translatable("Absolute"), functions.absolute, functions.times_sign),
        Activation("sine", translatable("Sine"), functions.sine, functions.times_cosine),
        Activation("identity", translatable("Identity"), functions.identity, functions.times_one),
        Activation("step", translatable("Step"), functions.step, functions.times_zero, trainable=False),
        Activation(
            "softmax",
            translatable("Softmax"),
            functions.softmax,
            functions.times_softmax_jacobian,
            output_only=True,
        ),
    )
}
