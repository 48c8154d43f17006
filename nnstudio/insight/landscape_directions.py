"""Directions in the space of all weights, along which the loss is looked at; NumPy only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture

_CHUNK = 1 << 18
"""Weights that are worked on at a time."""


def scaled_by_unit(
    architecture: Architecture, theta: NDArray[Any], direction: NDArray[Any]
) -> NDArray[np.float64]:
    """Scale the part of a direction that each unit has to the length of the unit's own weights.

    Parameters
    ----------
    architecture : Architecture
    theta, direction : ndarray of shape (n_params,)

    Notes
    -----
    Li et al. 2018, Visualizing the Loss Landscape of Neural Nets, section 4, filter normalisation. Variant: a
    unit's bias belongs to its weights. A step of 1 then changes every unit by its own size, so that pictures
    of networks with large and with small weights compare.
    """
    scaled = np.array(direction, np.float64)
    layers = zip(
        architecture.layers(scaled), architecture.layers(np.ascontiguousarray(theta, np.float64)), strict=True
    )
    for part, own in layers:
        lengths = np.sqrt((own.W**2).sum(axis=1) + own.b**2)
        drawn = np.sqrt((part.W**2).sum(axis=1) + part.b**2)
        factors = np.divide(lengths, drawn, out=np.zeros_like(drawn), where=drawn > 0)
        part.W[...] *= factors[:, None]
        part.b[...] *= factors
    return scaled


class PrincipalDirections(NamedTuple):
    """The two directions in which a path is widest.

    Attributes
    ----------
    directions : ndarray of shape (2, n_params), float64
        Of length 1, at right angles; 0 where the path has no such width.
    shares : ndarray of shape (2,), float64
        Which part of the squared distances from the centre lies along each.
    coefficients : ndarray of shape (n, 2), float64
        How far along them each network is from the centre.
    """

    directions: NDArray[np.float64]
    shares: NDArray[np.float64]
    coefficients: NDArray[np.float64]


def principal_directions(thetas: Sequence[NDArray[Any]], centre: NDArray[Any]) -> PrincipalDirections:
    """Find the two directions along which networks are farthest from one of them.

    Parameters
    ----------
    thetas : sequence of ndarray of shape (n_params,)
        At least one.
    centre : ndarray of shape (n_params,)

    Notes
    -----
    Li et al. 2018, section 7: principal components of the differences from the last network, which are not
    centred. By the Gram matrix of the differences, as there are fewer networks than weights.
    """
    n, n_params = len(thetas), len(centre)
    gram = np.zeros((n, n))
    chunks = [slice(start, min(start + _CHUNK, n_params)) for start in range(0, n_params, _CHUNK)]

    def differences(chunk: slice) -> NDArray[np.float64]:
        return np.stack([theta[chunk].astype(np.float64) - centre[chunk] for theta in thetas])

    for chunk in chunks:
        part = differences(chunk)
        gram += part @ part.T
    values, vectors = np.linalg.eigh(gram)
    total = max(float(np.trace(gram)), np.finfo(np.float64).tiny)
    directions, shares, coefficients = np.zeros((2, n_params)), np.zeros(2), np.zeros((n, 2))
    for place, k in enumerate(range(n - 1, max(n - 3, -1), -1)):
        if values[k] <= 1e-12 * total:
            continue
        shares[place] = values[k] / total
        coefficients[:, place] = vectors[:, k] * np.sqrt(values[k])
        for chunk in chunks:
            directions[place, chunk] = vectors[:, k] @ differences(chunk) / np.sqrt(values[k])
    return PrincipalDirections(directions, shares, coefficients)


class Projection(NamedTuple):
    """Where a network lies, seen from a plane.

    Attributes
    ----------
    coefficients : ndarray of shape (k,), float64
        Of the nearest place on the plane.
    distance : float
        To that place.
    length : float
        To the plane's origin.
    """

    coefficients: NDArray[np.float64]
    distance: float
    length: float

    @property
    def share_off(self) -> float:
        """The distance as a share of the whole way from the origin; 0 at the origin."""
        return self.distance / self.length if self.length else 0.0


def projection(
    theta: NDArray[Any], origin: NDArray[Any], directions: Sequence[NDArray[Any]] | NDArray[Any]
) -> Projection:
    """Project a network on the plane origin + Σ cᵢ dᵢ; directions need not be at right angles.

    Examples
    --------
    >>> across, up = np.array([1.0, 0.0, 0.0]), np.array([0.0, 2.0, 0.0])
    >>> found = projection(np.array([3.0, 4.0, 12.0]), np.zeros(3), [across, up])
    >>> found.coefficients, found.distance, found.length
    (array([3., 2.]), 12.0, 13.0)
    """
    difference = theta.astype(np.float64) - origin
    D = np.asarray(directions)
    coefficients = np.linalg.lstsq(D @ D.T, D @ difference, rcond=None)[0]
    rest = difference - coefficients @ D
    return Projection(coefficients, float(np.linalg.norm(rest)), float(np.linalg.norm(difference)))
