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
    from nnstudio.engine.dropout import Dropout


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


class LayerPass:
    """One layer bound to the buffers of some rows of a batch and of some units: nothing is looked up.

    Parameters
    ----------
    layers : tuple of Layer
        Of the whole network.
    k : int
        Which of them.
    workspace : Workspace
    rows, units : slice
        Which part of the workspace's buffers to compute.
    dropout : Dropout, optional
        Applied to the inputs of the layers, as last drawn.

    Notes
    -----
    Aliasing: writes that part of z, a and delta of the workspace.  Thread: any; two passes of one layer may
    work at the same time if their parts do not overlap.
    """

    def __init__(
        self,
        layers: tuple[Layer, ...],
        k: int,
        workspace: Workspace,
        rows: slice,
        units: slice = slice(None),
        dropout: Dropout | None = None,
    ) -> None:
        function = ACTIVATIONS[layers[k].activation]
        self._apply, self._times_derivative = function.apply, function.times_derivative
        self._weights, self._bias = layers[k].W[units].T, layers[k].b[units]
        self._below = workspace.a[k - 1][rows] if k else None
        self._z, self._a, self._delta = (
            buffers[k][rows, units] for buffers in (workspace.z, workspace.a, workspace.delta)
        )
        self._scale, self._dropped = (None, None) if dropout is None else dropout.of(k, rows)
        if k + 1 < len(layers):
            self._delta_above, self._weights_above = workspace.delta[k + 1][rows], layers[k + 1].W[:, units]
            self._scale_above = None if dropout is None else dropout.of(k + 1, rows)[0]

    def forward(self, x: NDArray[Any]) -> NDArray[Any]:
        """Compute z and a, of the rows ``x`` or else of what the layer below has computed; return a."""
        below = x if self._below is None else self._below
        if self._scale is not None:
            below = np.multiply(below, self._scale, self._dropped)
        z = self._z
        np.matmul(below, self._weights, z)
        np.add(z, self._bias, z)
        self._apply(z, self._a)
        return self._a

    def backward(self) -> None:
        """Compute delta from that of the layer above."""
        delta = self._delta
        np.matmul(self._delta_above, self._weights_above, delta)
        if self._scale_above is not None:
            np.multiply(delta, self._scale_above, delta)
        self._times_derivative(delta, self._z, self._a)


class OutputPass:
    """The loss and its gradient, bound to the buffers of some rows of a batch.

    Parameters
    ----------
    workspace : Workspace
    rows : slice
    loss : str
        Key in `nnstudio.engine.losses.LOSSES`, one that fits the output.

    Notes
    -----
    Aliasing: writes those rows of the output layer's delta, and z as scratch.  Thread: as for `LayerPass`.
    """

    def __init__(self, workspace: Workspace, rows: slice, loss: str) -> None:
        activation = workspace.architecture.activations[-1]
        self._z, self._a, self._delta = (
            buffers[-1][rows] for buffers in (workspace.z, workspace.a, workspace.delta)
        )
        self._function = LOSSES[loss].function_for(activation)
        # A loss made for its output gives ∂loss/∂z already.
        is_simple = LOSSES[loss].output is not None
        self._times_derivative = None if is_simple else ACTIVATIONS[activation].times_derivative

    def loss(self, labels: NDArray[Any]) -> Any:
        """Return the mean loss of the rows, and leave its gradient for `backward`."""
        return self._function(self._z, self._a, labels, self._delta)

    def backward(self, share: float = 1.0) -> None:
        """Compute delta after `loss`; the rows are this share of the batch that the loss is a mean of."""
        if share != 1.0:
            np.multiply(self._delta, share, self._delta)
        if self._times_derivative is not None:
            self._times_derivative(self._delta, self._z, self._a)


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
