"""Units of a layer that are most alike: the cosines between their weights, and between their activations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.passes import activations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture

MOST_PAIRS = 200


@dataclass(frozen=True, eq=False)
class Likeness:
    """Pairs of units of a layer, the most alike first.

    Attributes
    ----------
    first, second : int ndarray of shape (n_pairs,)
        Units, counted from 0; the first is the smaller number.
    of_weights : ndarray of shape (n_pairs,)
        Cosine of the angle between their rows of W, without biases: −1 to 1; NaN where a row is 0.
    of_activations : ndarray of shape (n_pairs,)
        Cosine between their activations over some inputs; NaN where a unit is 0 for all of them, or there are
        no inputs.
    n_left_out : int
        Units that are in no pair because they have no direction: all weights, or all activations, are 0.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    of_weights: NDArray[np.float32]
    of_activations: NDArray[np.float32]
    n_left_out: int


def cosines(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Return the cosine between each pair of rows, (n, n); NaN where a row is 0.

    Examples
    --------
    >>> [round(float(cosine), 3) for cosine in cosines(np.array([[1, 0], [1, 1], [-2, 0]]))[0]]
    [1.0, 0.707, -1.0]
    """
    rows = vectors.astype(np.float64)
    # Scaled first: squares of tiny or enormous numbers are 0 or infinite.
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    rows /= np.where(largest > 0, largest, np.nan)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    directions = rows.astype(np.float32)
    found: NDArray[np.float32] = np.clip(directions @ directions.T, -1, 1)
    return found


def likeness(
    architecture: Architecture,
    theta: NDArray[Any],
    layer: int,
    x: NDArray[Any] | None = None,
    *,
    by_activations: bool = False,
    most: int = MOST_PAIRS,
) -> Likeness:
    """Find the pairs of units of a layer that are most alike.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Finite.
    layer : int
        Computing layer, from 0.
    x : ndarray of shape (n, n_inputs), optional
        The inputs that activations are compared on.
    by_activations : bool
        Whether the activations decide which pairs come first, which need ``x``; otherwise the weights.
    most : int
        Most pairs.
    """
    of_weights = cosines(architecture.layers(theta)[layer].W)
    if x is None:
        of_activations = np.full_like(of_weights, np.nan)
    else:
        of_activations = cosines(activations(architecture, theta, x).a[layer + 1].T)
    deciding = of_activations if by_activations else of_weights
    is_left_out = np.isnan(np.diagonal(deciding))
    ranked = np.where(np.isnan(deciding), -np.inf, deciding)
    ranked[np.tri(len(ranked), dtype=bool)] = -np.inf
    flat = ranked.reshape(-1)
    n_pairs = int(np.count_nonzero(flat > -np.inf))
    n = min(most, n_pairs)
    best = np.argpartition(flat, len(flat) - n)[len(flat) - n :] if n else np.empty(0, np.int64)
    # Of equal ones the lower numbers come first.
    best = np.sort(best)
    best = best[np.argsort(-flat[best], kind="stable")]
    first, second = np.divmod(best, len(ranked))
    return Likeness(
        first,
        second,
        of_weights[first, second],
        of_activations[first, second],
        int(np.count_nonzero(is_left_out)),
    )
