"""How weights, activations and gradients of each layer are distributed, now and over time; NumPy only."""

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient

QUANTITIES = ("weights", "activations", "gradients")
"""Weights without biases; activations for a batch; sizes of the gradient by the weights, |∂L/∂w|, for it."""

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""The quantiles that are kept: the extremes, the middle 90 %, the middle half, the median."""

_MOST_VALUES = 50_000
"""Of more values, so many are sorted, evenly picked: quantiles between the extremes are then estimates."""


def distributions(
    architecture: Architecture, theta: np.ndarray, x: np.ndarray, labels: np.ndarray, loss: str
) -> dict[str, np.ndarray]:
    """Compute the quantiles of every layer.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
    x : ndarray of shape (n, n_inputs)
    labels : int ndarray of shape (n,)
        The batch whose activations and gradient are asked for.
    loss : str
        A key of ``engine.losses.LOSSES``.

    Returns
    -------
    dict of quantity to ndarray of shape (n_layers, len(LEVELS)), float64
        For each of ``QUANTITIES``; not finite where enormous weights overflow.
    """
    workspace, grad = Workspace(architecture, len(x), theta.dtype), np.empty_like(theta)
    loss_and_gradient(architecture, theta, x, labels, loss, grad, workspace)
    layers, slopes = architecture.layers(theta), architecture.layers(grad)
    return {
        "weights": np.stack([_quantiles(layer.W) for layer in layers]),
        "activations": np.stack([_quantiles(a[: len(x)]) for a in workspace.a]),
        "gradients": np.stack([_quantiles(np.abs(slope.W)) for slope in slopes]),
    }


def _quantiles(values: np.ndarray) -> np.ndarray:
    flat = values.ravel()
    # A step that has no factor in common with the usual sizes of layers goes through all columns.
    step = max(1, flat.size // _MOST_VALUES) | 1
    with np.errstate(invalid="ignore", over="ignore"):
        found: np.ndarray = np.quantile(flat[::step].astype(np.float64), LEVELS)
        found[0], found[-1] = flat.min(), flat.max()
    return found


class DistributionHistory:
    """Distributions at moments of a run, evenly thinned when they become many.

    Parameters
    ----------
    most : int
        Moments kept at most; even.

    Attributes
    ----------
    epochs : ndarray of shape (n,)
    """

    def __init__(self, most: int = 400) -> None:
        self._most = most
        # Every first, second, fourth, … moment stays; the newest is there until the next.
        self._kept: list[tuple[float, dict[str, np.ndarray]]] = []
        self._newest: tuple[float, dict[str, np.ndarray]] | None = None
        self._every = 1
        self._n_seen = 0

    def __len__(self) -> int:
        return len(self._moments())

    def _moments(self) -> list[tuple[float, dict[str, np.ndarray]]]:
        if self._newest is None or (self._kept and self._kept[-1] is self._newest):
            return self._kept
        return [*self._kept, self._newest]

    @property
    def epochs(self) -> np.ndarray:
        """When the moments were, shape (n,)."""
        return np.array([epoch for epoch, _ in self._moments()])

    def values(self, quantity: str, layer: int) -> np.ndarray:
        """Return the quantiles of a layer over time, shape (n, len(LEVELS))."""
        return np.array([found[quantity][layer] for _, found in self._moments()])

    def append(self, epoch: float, found: dict[str, np.ndarray]) -> None:
        """Add a moment; those of later epochs are forgotten, and one that is not finite is left out."""
        if not all(np.isfinite(values).all() for values in found.values()):
            return
        while self._kept and self._kept[-1][0] >= epoch:
            self._kept.pop()
            self._n_seen = len(self._kept) * self._every
        self._newest = (epoch, found)
        if self._n_seen % self._every == 0:
            self._kept.append(self._newest)
        self._n_seen += 1
        if len(self._kept) == self._most:
            self._kept = self._kept[::2]
            self._every *= 2
