"""Where a network's answer changes over a plane whose points it is given in some form."""

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.insight.contours import class_borders, zero_contour


def borders(
    architecture: Architecture,
    theta: np.ndarray,
    inputs: np.ndarray,
    lows: np.ndarray,
    highs: np.ndarray,
    *,
    has_labels: bool,
) -> np.ndarray:
    """Find the borders between classes, or where the first output is 0.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    inputs : ndarray of shape (rows, columns, n_inputs)
        What the network is given at each of a `node_grid`; NaN where it can be given nothing.
    lows, highs : ndarray of shape (2,)
        Of the grid.
    has_labels : bool
        Whether the outputs are classes.

    Returns
    -------
    ndarray of shape (s, 2, 2), float64
        Ends of straight pieces, as of `class_borders`.

    Examples
    --------
    The perceptron r = 1, in the plane: a circle.

    >>> from nnstudio.insight.contours import node_grid
    >>> points = node_grid((-2, -2), (2, 2), 41)
    >>> network, theta = Architecture.of((1, 2)), np.array([0.0, 1.0, 1.0, 0.0])
    >>> r = np.hypot(*np.moveaxis(points, 2, 0))[..., None]
    >>> found = borders(network, theta, r, np.array((-2, -2)), np.array((2, 2)), has_labels=True)
    >>> bool(np.allclose(np.hypot(*found.reshape(-1, 2).T), 1, atol=0.01))
    True
    """
    flat = inputs.reshape(-1, inputs.shape[-1])
    has_input = np.isfinite(flat).all(axis=1)
    scores = np.full((len(flat), architecture.n_outputs), np.nan)
    if has_input.any():
        with np.errstate(over="ignore", invalid="ignore"):
            scores[has_input] = activations(architecture, theta, flat[has_input].astype(theta.dtype)).z[-1]
    scores = scores.reshape(*inputs.shape[:2], -1)
    if has_labels:
        return class_borders(scores, lows.tolist(), highs.tolist())
    return zero_contour(scores[..., 0], lows.tolist(), highs.tolist())
