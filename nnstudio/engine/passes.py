"""Forward and backward through a network, on buffers allocated once; any room may import it.

Overflow is no warning here: a trainer asks `all_finite` before it uses a gradient, and stops there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.losses import LOSSES, check_labels, check_pair

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from nnstudio.engine.architecture import Architecture, Layer


class Workspace:
    """The buffers of one network and batch size, so that a step allocates nothing of that size.

    Parameters
    ----------
    architecture : Architecture
    batch_size : int
        Most rows of a batch, at least 1. Smaller batches use the first rows.
    dtype : dtype
        That of the theta it will be used with.

    Attributes
    ----------
    z, a, delta : tuple of ndarray of shape (batch_size, fan_out)
        For each computing layer: pre-activations, activations, ∂loss/∂z. After `forward` z and a are those of
        the batch; `loss_and_gradient` keeps a, and uses z as scratch.
    ones : ndarray of shape (batch_size,)
        Sums a batch by a product. Not to be written.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(self, architecture: Architecture, batch_size: int, dtype: DTypeLike = np.float32) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self.architecture = architecture
        self.batch_size = batch_size
        self.dtype = np.dtype(dtype)
        # np.empty touches no memory: whoever only goes forward does not pay for delta.
        self.z, self.a, self.delta = (
            tuple(np.empty((batch_size, size), dtype) for size in architecture.layer_sizes[1:])
            for _ in range(3)
        )
        self.ones = np.ones(batch_size, dtype)

    def _accept(self, architecture: Architecture, theta: NDArray[Any], x: NDArray[Any]) -> NDArray[Any]:
        """Return x in theta's dtype, or raise ValueError if the parts do not belong together."""
        if architecture is not self.architecture and architecture != self.architecture:
            raise ValueError(f"the workspace is that of {self.architecture}, not of {architecture}")
        if theta.dtype != self.dtype:
            raise ValueError(f"the workspace is for {self.dtype}, theta has {theta.dtype}")
        if x.ndim != 2 or x.shape[1] != architecture.n_inputs or len(x) > self.batch_size:
            raise ValueError(
                f"x must have shape (n ≤ {self.batch_size}, {architecture.n_inputs}), not {x.shape}"
            )
        return x.astype(self.dtype, copy=False)


@dataclass(frozen=True)
class Trace:
    """Everything a network computed for some inputs.

    Attributes
    ----------
    z : tuple of ndarray of shape (n, fan_out)
        Pre-activations of each computing layer.
    a : tuple of ndarray
        The inputs (n, n_inputs), then the activations of each computing layer.
    """

    z: tuple[NDArray[Any], ...]
    a: tuple[NDArray[Any], ...]


@np.errstate(over="ignore", invalid="ignore")
def forward(
    architecture: Architecture, theta: NDArray[Any], x: NDArray[Any], workspace: Workspace
) -> NDArray[Any]:
    """Compute the outputs of a batch.

    a⁰ = x,  zᵏ = aᵏ⁻¹ Wᵏᵀ + bᵏ,  aᵏ = f(zᵏ)

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n, n_inputs), n ≤ workspace.batch_size
        Converted if its dtype is not theta's.
    workspace : Workspace
        Of the same architecture and dtype; its z and a are written.

    Returns
    -------
    ndarray of shape (n, n_outputs)

    Raises
    ------
    ValueError
        If x or the workspace does not fit.

    Notes
    -----
    Aliasing: the result is a view of the workspace, valid until its next use.  Thread: the workspace's.

    Examples
    --------
    A network 1-2-1 by hand: hidden units with weights 1 and −1 and biases 0 and 1, an output with weights 3
    and 5 and bias 1. For x = 2, z¹ = (2·1 + 0, 2·(−1) + 1) = (2, −1), a¹ = (2, 0) and z² = 3·2 + 5·0 + 1 = 7.

    >>> from nnstudio.engine.architecture import Architecture
    >>> architecture = Architecture.of((1, 2, 1), hidden="relu", output="identity")
    >>> theta = np.array([1.0, -1.0, 0.0, 1.0, 3.0, 5.0, 1.0])
    >>> workspace = Workspace(architecture, batch_size=1, dtype=np.float64)
    >>> forward(architecture, theta, np.array([[2.0]]), workspace)
    array([[7.]])
    >>> workspace.z[0], workspace.a[0]
    (array([[ 2., -1.]]), array([[2., 0.]]))
    """
    x = workspace._accept(architecture, theta, x)
    return _forward(architecture.layers(theta), x, workspace)


def _forward(layers: tuple[Layer, ...], x: NDArray[Any], workspace: Workspace) -> NDArray[Any]:
    n = len(x)
    below = x
    for layer, z_buffer, a_buffer in zip(layers, workspace.z, workspace.a, strict=True):
        z, a = z_buffer[:n], a_buffer[:n]
        np.matmul(below, layer.W.T, out=z)
        z += layer.b
        ACTIVATIONS[layer.activation].apply(z, a)
        below = a
    return below


@np.errstate(over="ignore", invalid="ignore")
def loss_value(
    architecture: Architecture,
    theta: NDArray[Any],
    x: NDArray[Any],
    labels: NDArray[Any],
    loss: str,
    workspace: Workspace,
) -> float:
    """Compute the mean loss of a batch without its gradient.

    Parameters, errors and notes as for `loss_and_gradient`; the outputs stay in ``workspace.a[-1][:n]``.
    """
    check_pair(architecture.activations[-1], loss)
    x = workspace._accept(architecture, theta, x)
    check_labels(labels, len(x), architecture.n_outputs)
    _forward(architecture.layers(theta), x, workspace)
    return _output_loss(labels, loss, workspace)


def _output_loss(labels: NDArray[Any], loss: str, workspace: Workspace) -> float:
    """Return the mean loss and leave its gradient in the output layer's delta."""
    n = len(labels)
    z, a, delta = workspace.z[-1][:n], workspace.a[-1][:n], workspace.delta[-1][:n]
    function = LOSSES[loss].function_for(workspace.architecture.activations[-1])
    value: float = function(z, a, labels, delta).item()
    return value


@np.errstate(over="ignore", invalid="ignore")
def loss_and_gradient(
    architecture: Architecture,
    theta: NDArray[Any],
    x: NDArray[Any],
    labels: NDArray[Any],
    loss: str,
    grad: NDArray[Any],
    workspace: Workspace,
) -> float:
    """Compute the mean loss of a batch and its gradient by backpropagation.

    δᵏ = (δᵏ⁺¹ Wᵏ⁺¹) ⊙ f′(zᵏ),  ∂loss/∂Wᵏ = δᵏᵀ aᵏ⁻¹,  ∂loss/∂bᵏ = Σ over the batch of δᵏ

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n, n_inputs), 1 ≤ n ≤ workspace.batch_size
        Converted if its dtype is not theta's.
    labels : int ndarray of shape (n,), or ndarray of shape (n, n_outputs)
        Classes, or targets.
    loss : str
        Key in `nnstudio.engine.losses.LOSSES`.
    grad : ndarray of shape (n_params,), theta's dtype, C-contiguous
        Overwritten with ∂loss/∂theta.
    workspace : Workspace
        Of the same architecture and dtype. Overwritten.

    Returns
    -------
    float
        The mean over the batch; complex when theta is.

    Raises
    ------
    LossError
        If the loss does not fit the output activation, or the labels do not fit the outputs.
    ValueError
        If x, grad or the workspace does not fit.

    Notes
    -----
    Aliasing: writes grad and the workspace; theta, x and labels are only read.  Thread: the workspace's.

    Examples
    --------
    The network of `forward`, with the target 5: loss = ½ (7 − 5)² = 2 and δ² = 2, so ∂W² = 2·(2, 0), ∂b² = 2;
    δ¹ = 2·(3, 5) ⊙ (1, 0) = (6, 0), for the second hidden unit is off; ∂W¹ = 2·(6, 0), ∂b¹ = (6, 0).

    >>> from nnstudio.engine.architecture import Architecture
    >>> architecture = Architecture.of((1, 2, 1), hidden="relu", output="identity")
    >>> theta = np.array([1.0, -1.0, 0.0, 1.0, 3.0, 5.0, 1.0])
    >>> workspace, grad = Workspace(architecture, 1, np.float64), np.empty(7)
    >>> x, targets = np.array([[2.0]]), np.array([[5.0]])
    >>> loss_and_gradient(architecture, theta, x, targets, "squared_error", grad, workspace)
    2.0
    >>> grad
    array([12.,  0.,  6.,  0.,  4.,  0.,  2.])
    """
    check_pair(architecture.activations[-1], loss)
    x = workspace._accept(architecture, theta, x)
    if grad.dtype != theta.dtype:
        raise ValueError(f"grad must have theta's dtype {theta.dtype}, not {grad.dtype}")
    n = len(x)
    check_labels(labels, n, architecture.n_outputs)
    layers, gradients = architecture.layers(theta), architecture.layers(grad)
    _forward(layers, x, workspace)
    value = _output_loss(labels, loss, workspace)

    ones = workspace.ones[:n]
    for k in reversed(range(len(layers))):
        a, delta = workspace.a[k][:n], workspace.delta[k][:n]
        is_output = k == len(layers) - 1
        if not is_output:
            np.matmul(workspace.delta[k + 1][:n], layers[k + 1].W, out=delta)
        # A loss made for its output has given ∂loss/∂z already.
        if not (is_output and LOSSES[loss].output == layers[k].activation):
            ACTIVATIONS[layers[k].activation].times_derivative(delta, workspace.z[k][:n], a)
        np.matmul(delta.T, workspace.a[k - 1][:n] if k else x, out=gradients[k].W)
        np.matmul(ones, delta, out=gradients[k].b)
    return value


def all_finite(loss: float, grad: NDArray[Any]) -> bool:
    """Tell whether a loss and its gradient may be used for an update.

    Notes
    -----
    One product grad · grad, which any NaN or infinity survives, instead of a look at every number. A float32
    gradient longer than 1.8e19 overflows and counts as not finite, and so it should.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return math.isfinite(loss) and math.isfinite(np.dot(grad, grad))


def predict(
    architecture: Architecture, theta: NDArray[Any], x: NDArray[Any], batch_size: int = 1024
) -> NDArray[Any]:
    """Compute the outputs of any number of inputs.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n, n_inputs)
        n may be 0.
    batch_size : int
        Rows computed at a time; bounds the memory used.

    Returns
    -------
    ndarray of shape (n, n_outputs), theta's dtype
        A new array.

    Raises
    ------
    ValueError
        If x does not fit.
    """
    workspace = Workspace(architecture, min(batch_size, max(len(x), 1)), theta.dtype)
    outputs = np.empty((len(x), architecture.n_outputs), theta.dtype)
    for start in range(0, len(x), workspace.batch_size):
        rows = slice(start, start + workspace.batch_size)
        outputs[rows] = forward(architecture, theta, x[rows], workspace)
    return outputs


def activations(architecture: Architecture, theta: NDArray[Any], x: NDArray[Any]) -> Trace:
    """Compute what every unit does for each input.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n, n_inputs)

    Returns
    -------
    Trace
        New arrays, free to keep.

    Raises
    ------
    ValueError
        If x does not fit.
    """
    n = len(x)
    workspace = Workspace(architecture, max(n, 1), theta.dtype)
    forward(architecture, theta, x, workspace)
    inputs = np.array(x, theta.dtype)
    return Trace(tuple(z[:n] for z in workspace.z), (inputs, *(a[:n] for a in workspace.a)))
