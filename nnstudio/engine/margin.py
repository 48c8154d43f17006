"""Whether a straight line parts two classes, by how much, or the points that prove there is none.

Any package may import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.perceptron import PerceptronError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDING = 1e-13
"""Of coordinates whose largest vector has the length 1."""

_CLOSE = 1e-9
"""Relative error of the squared distance with which the search ends."""

_MOST_ROUNDS = 10_000


@dataclass(frozen=True, eq=False)
class Separation:
    """How far two classes are apart.

    Attributes
    ----------
    radius : float
        R, the largest length of a sample (x, 1).
    margin : float
        γ, the largest distance of (x, 1) to a plane w·(x, 1) = 0 that any w leaves to all samples on their
        right sides; 0 where none does.
    w : ndarray of shape (n_features + 1,), float64
        The unit vector of weights, then the bias, that leaves this margin; zeros where none does.
    support : ndarray of shape (k,), intp
        The samples that decide: those nearest to the plane; or, where nothing parts the classes, at most
        n_features + 2 samples that alone cannot be parted, the proof.
    """

    radius: float
    margin: float
    w: NDArray[np.float64]
    support: NDArray[np.intp]

    @property
    def is_separable(self) -> bool:
        """Whether a line, or plane, has each class on its side."""
        return self.margin > 0

    @property
    def most_corrections(self) -> float:
        """(R / γ)², after at most so many corrections the perceptron's rule ends; infinite if it does not."""
        return (self.radius / self.margin) ** 2 if self.margin else np.inf


def separation(x: NDArray[Any], labels: NDArray[Any]) -> Separation:
    """Find the widest margin between two classes, or samples that prove that no line parts them.

    With s = ±1 for the classes, w parts them if w · s(x, 1) > 0 for all samples. The largest margin is the
    distance from the origin to the convex hull of all s(x, 1), and the nearest point of the hull is its w.
    Where the hull holds the origin no w is possible: the origin is then a mean of a few of the s(x, 1), for
    all of which w · s(x, 1) would have to be positive.

    Parameters
    ----------
    x : ndarray of shape (n, n_features), n ≥ 1
        Finite.
    labels : int ndarray of shape (n,)
        0 or 1.

    Raises
    ------
    PerceptronError
        If labels are not 0 and 1, or numbers are not finite.

    Notes
    -----
    Variant: Wolfe 1976, Finding the Nearest Point in a Polytope. The bound of the rule is Novikoff's, On
    Convergence Proofs on Perceptrons, 1962. In float64: classes nearer than 1e-13 of the radius count as not
    parted.  Thread: any.

    Examples
    --------
    AND is parted best by x₁ + x₂ = 1½; of XOR all four points are needed for the proof.

    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> found = separation(x, np.array([0, 0, 0, 1]))
    >>> found.w / found.w[0], round(found.most_corrections)
    (array([ 1. ,  1. , -1.5]), 51)
    >>> separation(x, np.array([0, 1, 1, 0])).support
    array([0, 1, 2, 3])
    """
    x = np.asarray(x, np.float64)
    if x.ndim != 2 or labels.shape != (len(x),) or not np.isin(labels, (0, 1)).all():
        raise PerceptronError(tr("A line parts two classes: each sample needs the label 0 or 1."))
    if not len(x) or not np.isfinite(x).all():
        raise PerceptronError(tr("Samples are finite numbers, and there is at least one."))
    points = np.column_stack((x, np.ones(len(x))))
    radius = float(np.sqrt(np.square(points).sum(axis=1).max()))
    signed = np.where(labels == 1, 1.0, -1.0)[:, None] * points / radius
    nearest, support = _nearest_to_origin(signed)
    length = float(np.linalg.norm(nearest))
    # The direction of a vector that is 0 but for rounding has no meaning.
    if length > _ROUNDING:
        w = nearest / length
        # Not the length, which rounding may make larger than the margin that w leaves.
        margin = radius * float((signed @ w).min())
        if margin > 0:
            return Separation(radius, margin, w, support)
    return Separation(radius, 0.0, np.zeros(points.shape[1]), support)


def _nearest_to_origin(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the point of a convex hull that is nearest to the origin, and the corners it is a mean of."""
    corral = [int(np.square(points).sum(axis=1).argmin())]
    shares = np.ones(1)
    nearest = points[corral[0]]
    for _ in range(_MOST_ROUNDS):
        along = points @ nearest
        best = int(along.argmin())
        square = float(nearest @ nearest)
        if along[best] >= square * (1 - _CLOSE) or square <= _ROUNDING**2 or best in corral:
            break
        corral.append(best)
        shares = np.append(shares, 0.0)
        while True:
            affine = _affine_nearest(points[corral])
            if (affine > _ROUNDING).all():
                shares = affine
                break
            # As far towards it as the hull of the corral goes; the corner that is left is dropped.
            falling = affine <= _ROUNDING
            steps = shares[falling] / np.maximum(shares[falling] - affine[falling], _ROUNDING)
            shares = shares + min(1.0, float(steps.min())) * (affine - shares)
            keep = shares > _ROUNDING
            if keep.all():
                keep[np.flatnonzero(falling)[int(steps.argmin())]] = False
            corral = [k for k, is_kept in zip(corral, keep, strict=True) if is_kept]
            shares = shares[keep] / shares[keep].sum()
        nearest = shares @ points[corral]
    return nearest, np.sort(np.array(corral, np.intp))


def _affine_nearest(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares, which sum to 1, of corners in the nearest point of their affine hull."""
    sides = corners[1:] - corners[0]
    # Not by the normal equations, which would square what little the corners may be apart.
    others = np.linalg.lstsq(sides.T, -corners[0], rcond=None)[0]
    return np.concatenate(([1 - others.sum()], others))
