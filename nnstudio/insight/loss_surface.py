"""The loss of a network as a function of steps along a few directions from its weights; NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.layer_passes import LayerPass, OutputPass, Workspace
from nnstudio.engine.losses import check_labels, check_pair
from nnstudio.engine.passes import loss_and_gradient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

    from nnstudio.engine.architecture import Architecture

_DOUBLE_UP_TO = 5_000_000
"""Products of weights and samples up to which double precision takes no time that one notices."""


@dataclass(frozen=True, eq=False)
class LossQuestion:
    """A network, samples and the loss that is looked at.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Must not change.
    x : ndarray of shape (n, n_inputs), n ≥ 1
    answers : int ndarray of shape (n,), or ndarray of shape (n, n_outputs)
    loss : str
        A key of ``engine.losses.LOSSES``; the penalties L1 and L2 are left out.
    """

    architecture: Architecture
    theta: NDArray[Any]
    x: NDArray[Any]
    answers: NDArray[Any]
    loss: str

    @property
    def dtype(self) -> DTypeLike:
        """The precision: double, unless the network and the samples are many."""
        return np.float64 if self.architecture.n_params * len(self.x) <= _DOUBLE_UP_TO else np.float32


class LossSurface:
    """L(θ + Σ cᵢ dᵢ) on samples, at any coefficients c.

    Parameters
    ----------
    question : LossQuestion
    directions : sequence of ndarray of shape (n_params,)
        d₁, d₂, …

    Raises
    ------
    LossError
        If the loss does not fit the output or the answers.

    Notes
    -----
    Layers below the first that a direction changes are computed once, and that layer's z is linear in c: of
    784-100-300-10, three of ten products are left at each place.
    Thread: one at a time.
    """

    def __init__(self, question: LossQuestion, directions: Sequence[NDArray[Any]]) -> None:
        architecture, dtype = question.architecture, question.dtype
        n = len(question.x)
        check_pair(architecture.activations[-1], question.loss)
        check_labels(question.answers, n, architecture.n_outputs)
        self._theta = np.ascontiguousarray(question.theta, dtype)
        self._directions = [np.ascontiguousarray(each, dtype) for each in directions]
        self._answers = question.answers
        self._moved = self._theta.copy()
        layers = architecture.layers(self._moved)
        workspace = Workspace(architecture, n, dtype)
        passes = [LayerPass(layers, k, workspace, slice(n)) for k in range(len(layers))]
        self._output = OutputPass(workspace, slice(n), question.loss)
        below = question.x.astype(dtype, copy=False)
        with np.errstate(over="ignore", invalid="ignore"):
            first = first_changed_layer(architecture, self._directions)
            for each in passes[:first]:
                below = each.forward(below)
            layer = layers[first]
            self._z_here = below @ layer.W.T + layer.b
            self._z_along = []
            for direction in self._directions:
                part = architecture.layers(direction)[first]
                self._z_along.append(below @ part.W.T + part.b)
        self._scratch = np.empty_like(self._z_here)
        self._z, self._a = workspace.z[first], workspace.a[first]
        self._apply = ACTIVATIONS[layer.activation].apply
        self._above = passes[first + 1 :]
        self._from = architecture.blocks[2 * first + 1].stop
        self._x = below

    @np.errstate(over="ignore", invalid="ignore")
    def at(self, coefficients: Sequence[float]) -> float:
        """Return the mean loss at a place; it may be infinite or NaN where weights are enormous."""
        np.copyto(self._z, self._z_here)
        np.copyto(self._moved[self._from :], self._theta[self._from :])
        for c, along, direction in zip(coefficients, self._z_along, self._directions, strict=True):
            factor = self._theta.dtype.type(c)
            np.multiply(along, factor, out=self._scratch)
            np.add(self._z, self._scratch, out=self._z)
            if self._above:
                self._moved[self._from :] += factor * direction[self._from :]
        self._apply(self._z, self._a)
        for each in self._above:
            each.forward(self._x)
        return float(self._output.loss(self._answers))


def first_changed_layer(architecture: Architecture, directions: Sequence[NDArray[Any]]) -> int:
    """Return the first computing layer that one of the directions changes; the last one where none does."""
    for k in range(architecture.n_layers - 1):
        weight, bias = architecture.blocks[2 * k : 2 * k + 2]
        if any(each[weight.start : bias.stop].any() for each in directions):
            return k
    return architecture.n_layers - 1


def gradient_of(question: LossQuestion) -> NDArray[np.float64]:
    """Return ∂L/∂θ on the question's samples, (n_params,); 0 for biases that are held at 0."""
    theta = np.ascontiguousarray(question.theta, question.dtype)
    grad = np.empty_like(theta)
    workspace = Workspace(question.architecture, len(question.x), question.dtype)
    loss_and_gradient(
        question.architecture, theta, question.x, question.answers, question.loss, grad, workspace
    )
    return np.asarray(grad * question.architecture.trained_mask(), np.float64)


def sample_slopes(question: LossQuestion, directions: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """Return the slopes of each single sample's loss along directions, by backpropagation.

    ∂Lᵢ/∂c = Σ over layers of δᵢ · (D aᵢ + d), where D and d are the direction's weights and biases

    Parameters
    ----------
    question : LossQuestion
    directions : sequence of ndarray of shape (n_params,)

    Returns
    -------
    ndarray of shape (n, n_directions), float64
        Their mean over the samples is the slope of the loss, g · d.
    """
    architecture, n = question.architecture, len(question.x)
    theta, x = question.theta.astype(np.float64), question.x.astype(np.float64)
    workspace = Workspace(architecture, n, np.float64)
    loss_and_gradient(
        architecture, theta, x, question.answers, question.loss, np.empty_like(theta), workspace
    )
    inputs = (x, *workspace.a)
    slopes = np.zeros((n, len(directions)))
    for column, direction in enumerate(directions):
        layers = architecture.layers(np.ascontiguousarray(direction, np.float64))
        for layer, delta, below in zip(layers, workspace.delta, inputs, strict=False):
            slopes[:, column] += (delta * (below @ layer.W.T + layer.b)).sum(axis=1)
    # The deltas are those of the mean.
    return n * slopes


def parabola(question: LossQuestion, directions: Sequence[NDArray[Any]]) -> NDArray[np.float64] | None:
    """Return the Hessian of the loss along directions where it is the same everywhere, else None.

    With squared error, the loss is a parabola in weights on which the outputs depend linearly: those of one
    layer, with identity in it and above.

    Returns
    -------
    ndarray of shape (n_directions, n_directions), float64, or None
        dᵢᵀ H dⱼ = the mean over the samples of (J dᵢ) · (J dⱼ), J the derivative of the outputs.
    """
    architecture = question.architecture
    first = first_changed_layer(architecture, directions)
    above = architecture.blocks[2 * first + 1].stop
    is_linear = all(name == "identity" for name in architecture.activations[first:])
    if question.loss != "squared_error" or not is_linear or any(each[above:].any() for each in directions):
        return None
    layers = architecture.layers(question.theta.astype(np.float64))
    below = question.x.astype(np.float64)
    for layer in layers[:first]:
        z = below @ layer.W.T + layer.b
        below = np.empty_like(z)
        ACTIVATIONS[layer.activation].apply(z, below)
    outputs = []
    for direction in directions:
        part = architecture.layers(np.ascontiguousarray(direction, np.float64))[first]
        moved = below @ part.W.T + part.b
        for layer in layers[first + 1 :]:
            moved = moved @ layer.W.T
        outputs.append(moved.ravel())
    along = np.array(outputs)
    return np.asarray(along @ along.T / len(below))
