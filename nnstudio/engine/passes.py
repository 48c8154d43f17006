"""Forward and backward passes through a network, in allocated buffers; any package may import it.

Overflow gives no warning here: a trainer calls `all_finite` before it uses a gradient, and stops there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.layer_passes import LayerPass, OutputPass, Workspace
from nnstudio.engine.losses import check_labels, check_pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture


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
    return _forward(_layer_passes(architecture, theta, workspace, len(x)), x)


def _layer_passes(
    architecture: Architecture, theta: NDArray[Any], workspace: Workspace, n: int
) -> list[LayerPass]:
    layers = architecture.layers(theta)
    return [LayerPass(layers, k, workspace, slice(n)) for k in range(len(layers))]


def _forward(passes: list[LayerPass], x: NDArray[Any]) -> NDArray[Any]:
    below = x
    for each in passes:
        below = each.forward(x)
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
    _forward(_layer_passes(architecture, theta, workspace, len(x)), x)
    value: float = OutputPass(workspace, slice(len(x)), loss).loss(labels).item()
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
    passes, output = _layer_passes(architecture, theta, workspace, n), OutputPass(workspace, slice(n), loss)
    _forward(passes, x)
    value: float = output.loss(labels).item()
    output.backward()
    for each in reversed(passes[:-1]):
        each.backward()
    inputs = (x, *(a[:n] for a in workspace.a))
    for gradient, delta, below in zip(architecture.layers(grad), workspace.delta, inputs, strict=False):
        np.matmul(delta[:n].T, below, out=gradient.W)
        np.matmul(workspace.ones[:n], delta[:n], out=gradient.b)
    return value


def all_finite(loss: float, grad: NDArray[Any]) -> bool:
    """Tell whether a loss and its gradient may be used for an update.

    Notes
    -----
    One product grad · grad keeps any NaN or infinity, instead of a test of every number. A float32 gradient
    longer than 1.8e19 overflows and counts as not finite, as it should.
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
    """Compute the activations of every unit for each input.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n, n_inputs)

    Returns
    -------
    Trace
        New arrays, which the caller may keep.

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
