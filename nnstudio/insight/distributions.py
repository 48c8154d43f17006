"""Quantiles of the weights, activations and gradients of each layer; NumPy only."""

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient

QUANTITIES = ("weights", "activations", "gradients")
"""Weights without biases; activations for a batch; sizes of the gradient by the weights, |∂L/∂w|, for it."""

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""The quantiles that are kept: the extremes, the middle 90 %, the middle half, the median."""

_MOST_VALUES = 50_000
"""Larger arrays are sampled evenly to this size: quantiles between the extremes are then estimates."""


def distributions(
    architecture: Architecture, theta: np.ndarray, x: np.ndarray, answers: np.ndarray, loss: str
) -> dict[str, np.ndarray]:
    """Compute the quantiles of every layer.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
    x : ndarray of shape (n, n_inputs)
    answers : int ndarray of shape (n,), or ndarray of shape (n, n_outputs)
        The batch for activations and gradient.
    loss : str
        A key of ``engine.losses.LOSSES``.

    Returns
    -------
    dict of quantity to ndarray of shape (n_layers, len(LEVELS)), float64
        For each of ``QUANTITIES``; not finite where enormous weights overflow.
    """
    workspace, grad = Workspace(architecture, len(x), theta.dtype), np.empty_like(theta)
    loss_and_gradient(architecture, theta, x, answers, loss, grad, workspace)
    layers, slopes = architecture.layers(theta), architecture.layers(grad)
    return {
        "weights": np.stack([_quantiles(layer.W) for layer in layers]),
        "activations": np.stack([_quantiles(a[: len(x)]) for a in workspace.a]),
        "gradients": np.stack([_quantiles(np.abs(slope.W)) for slope in slopes]),
    }


def _quantiles(values: np.ndarray) -> np.ndarray:
    flat = values.ravel()
    # A stride that has no factor in common with the usual sizes of layers visits all columns.
    step = max(1, flat.size // _MOST_VALUES) | 1
    with np.errstate(invalid="ignore", over="ignore"):
        found: np.ndarray = np.quantile(flat[::step].astype(np.float64), LEVELS)
        found[0], found[-1] = flat.min(), flat.max()
    return found
