"""Sensitivity of the logits to each unit's activation; studio uses it."""

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading
from nnstudio.insight.slopes import slopes_down


def logit_sensitivity(
    architecture: Architecture, theta: np.ndarray, reading: Reading, layer: int
) -> np.ndarray:
    """Compute how each class's logit changes with each unit's activation.

    ∂z_c / ∂a_j for the input at hand, through all later layers: exact, and in a piecewise linear network also
    the slope of the whole linear piece the input lies in. From the last hidden layer it is the weight itself.

    Parameters
    ----------
    layer : int
        Index of the computing layer of the units, not the last; −1 for the inputs.

    Returns
    -------
    ndarray of shape (n_outputs, fan_out of ``layer``)
        Not finite where enormous weights overflow.

    Raises
    ------
    ValueError
        If there is no such layer below the last.
    """
    seed = np.eye(architecture.n_outputs, dtype=theta.dtype)
    last = architecture.n_layers - 1
    for slopes in slopes_down(architecture, theta, reading, seed, last):
        if slopes.layer == layer + 1:
            return slopes.into
    raise ValueError(f"layer must be from -1 to {last - 1}, not {layer}")
