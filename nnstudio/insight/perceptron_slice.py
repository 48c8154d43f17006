"""Loss of one perceptron over one of its weights: stairs without a slope, and the criterion that has one."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class PerceptronSlice:
    """Two losses of a perceptron while one weight changes, exactly.

    Attributes
    ----------
    edges : ndarray of shape (m + 1,), float64
        Where a sample changes sides, between the two ends.
    loss : ndarray of shape (m,), float64
        J, the mean of ½ (t − y)², which is constant between two edges.
    criterion : ndarray of shape (m + 1,), float64
        The mean of (y − t) z at the edges, straight between them: what Rosenblatt's rule makes small.
    """

    edges: np.ndarray
    loss: np.ndarray
    criterion: np.ndarray

    def loss_at(self, weight: float) -> float:
        """Return J at a weight between the ends."""
        step = int(np.searchsorted(self.edges, weight, side="right")) - 1
        return float(self.loss[min(max(step, 0), len(self.loss) - 1)])

    def criterion_at(self, weight: float) -> float:
        """Return the criterion at a weight between the ends."""
        return float(np.interp(weight, self.edges, self.criterion))


def perceptron_slice(
    points: np.ndarray, targets: np.ndarray, weights: np.ndarray, chosen: int, low: float, high: float
) -> PerceptronSlice:
    """Follow a perceptron's losses while one of its weights goes from ``low`` to ``high``.

    A sample changes sides at the weight for which its z is 0. From one such place to the next nothing changes
    J, and the slope of the criterion: both are sums of jumps, none is sampled.

    Parameters
    ----------
    points : ndarray of shape (n, n_features + 1), n ≥ 1
        Samples, each with a 1 at its end, for the bias.
    targets : ndarray of shape (n,)
        0 or 1.
    weights : ndarray of shape (n_features + 1,)
        The weights, then the bias.
    chosen : int
        Which of them changes.
    low, high : float
        ``low`` is less.

    Examples
    --------
    AND with w₂ = 1 and b = −1½: J is 0 where w₁ parts the corners.

    >>> points = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    >>> found = perceptron_slice(points, np.array([0, 0, 0, 1]), np.array([0, 1, -1.5]), 0, -1, 3)
    >>> found.edges, found.loss, found.criterion
    (array([-1. ,  0.5,  1.5,  3. ]), array([0.125, 0.   , 0.125]), array([0.375, 0.   , 0.   , 0.375]))
    """
    points, targets = np.asarray(points, np.float64), np.asarray(targets, np.float64)
    along = points[:, chosen]
    rest = points @ np.asarray(weights, np.float64) - along * weights[chosen]
    z = rest + low * along
    # At the lower end itself a sample may be on its edge: what it does just above decides.
    fires = (z > 0) | ((z == 0) & (along > 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        places = np.where(along != 0, -rest / along, np.inf)
    crossed = np.flatnonzero((places > low) & (places < high))
    crossed = crossed[np.argsort(places[crossed], kind="stable")]
    edges = np.concatenate(([low], places[crossed], [high]))
    n = len(points)
    # A sample with a positive input begins to fire there, one with a negative input ceases to.
    jumps = np.sign(along[crossed]) * (1 - 2 * targets[crossed])
    errors = np.count_nonzero(fires != targets) + np.cumsum(np.concatenate(([0.0], jumps)))
    slopes = ((fires - targets) @ along + np.cumsum(np.concatenate(([0.0], np.abs(along[crossed]))))) / n
    criterion = float((fires - targets) @ z) / n + np.cumsum(np.concatenate(([0.0], slopes * np.diff(edges))))
    return PerceptronSlice(edges, errors / (2 * n), criterion)
