"""Make labelled points of the plane, a problem that can be seen whole; any package may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGE = 2.0
"""Every coordinate lies between −EDGE and EDGE."""


def two_moons(
    n: int, *, rng: np.random.Generator, noise: float = 0.15
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw points along two interleaved half circles.

    No straight line separates them, and a few hidden units do: the upper moon is the half circle of radius
    1 about (−½, −¼), the lower one is the upper one rotated by 180° about the origin.

    Parameters
    ----------
    n : int
        How many points; half of them, rounded down, are of class 1.
    rng : numpy.random.Generator
        The same state gives the same points.
    noise : float
        Standard deviation, in both directions, of the distance from the half circle.

    Returns
    -------
    points : ndarray of shape (n, 2), float32
        In random order.
    labels : ndarray of shape (n,), int64
        0 for the upper moon, 1 for the lower.

    Examples
    --------
    >>> points, labels = two_moons(5, rng=np.random.default_rng(0))
    >>> points.shape, sorted(labels.tolist())
    ((5, 2), [0, 0, 0, 1, 1])
    """
    labels = rng.permutation(np.arange(n) < n // 2).astype(np.int64)
    angle = rng.uniform(0, np.pi, n)
    points = np.stack((np.cos(angle) - 0.5, np.sin(angle) - 0.25), axis=1)
    points *= np.where(labels, -1, 1)[:, None]
    points += rng.normal(0, noise, (n, 2))
    # A point outside would be rare, and missing from every picture of the plane.
    return np.clip(points, -EDGE, EDGE).astype(np.float32), labels
