"""Buffers, the pass through one layer, and the loss of the output; any package may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.losses import LOSSES, targets_of

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
        That of theta.

    Attributes
    ----------
    z, a, delta : tuple of ndarray of shape (batch_size, fan_out)
        For each computing layer: pre-activations, activations, ∂loss/∂z; those of a softmax are stored unit
        by unit. After `forward`, z and a are those of the batch; `loss_and_gradient` keeps a, and uses z as
        scratch.
    ones : ndarray of shape (batch_size,)
        For sums over a batch by a matrix product. Not to be written.

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
        # np.empty touches no memory: a caller that only goes forward does not pay for delta.
        self.z, self.a, self.delta = (
            tuple(
                # NumPy traverses few long rows several times faster than many short ones.
                np.empty((batch_size, size), dtype, order="F" if ACTIVATIONS[name].output_only else "C")
                for size, name in zip(architecture.layer_sizes[1:], architecture.activations, strict=True)
            )
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
    """One layer bound to the buffers of some rows of a batch and of some units.

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
        # A loss with an output activation of its own gives ∂loss/∂z already.
        is_simple = LOSSES[loss].output is not None
        self._times_derivative = None if is_simple else ACTIVATIONS[activation].times_derivative

    def loss(self, labels: NDArray[Any]) -> Any:
        """Return the mean loss of the rows, and leave its gradient for `backward`."""
        return self._function(self._z, self._a, targets_of(labels, self._z.shape[1]), self._delta)

    def backward(self, share: float = 1.0) -> None:
        """Compute delta after `loss`; the rows are this share of the batch that the loss is a mean of."""
        if share != 1.0:
            np.multiply(self._delta, share, self._delta)
        if self._times_derivative is not None:
            self._times_derivative(self._delta, self._z, self._a)
