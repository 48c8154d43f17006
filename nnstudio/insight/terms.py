"""The terms of a unit's weighted sum: the largest ones, and the sum of the others."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Terms:
    """z = Σ of the listed terms + ``rest`` + ``b``.

    Attributes
    ----------
    index : ndarray of shape (n,), intp
        Indices of the weights and inputs, largest |term| first.
    value : ndarray of shape (n,), float64
        wᵢ xᵢ of each.
    rest : float
        The sum of all other terms.
    Number of those that are not zero.
        How many of those are not zero.
    b : float
    """

    index: np.ndarray
    value: np.ndarray
    rest: float
    n_rest: int
    b: float

    @property
    def z(self) -> float:
        """The whole sum."""
        return float(self.value.sum()) + self.rest + self.b


def largest_terms(w: np.ndarray, x: np.ndarray, b: float, count: int) -> Terms:
    """Split a unit's sum z = Σ wᵢ xᵢ + b into its largest terms and the rest, exactly.

    Parameters
    ----------
    w, x : ndarray of shape (fan_in,)
    b : float
    count : int
        Most terms to list; zeros are not listed.

    Notes
    -----
    Products and sums are formed in float64: of float32 weights and inputs each term is exact.

    Examples
    --------
    >>> terms = largest_terms(np.array([2.0, -1.0, 0.5]), np.array([1.0, 4.0, 2.0]), 3.0, 2)
    >>> terms.index, terms.value, terms.rest, terms.z
    (array([1, 0]), array([-4.,  2.]), 1.0, 2.0)
    """
    products = w.astype(np.float64) * x
    order = strongest(products, count)
    others = np.delete(products, order)
    return Terms(order, products[order], float(others.sum()), int(np.count_nonzero(others)), float(b))


def strongest(values: np.ndarray, count: int) -> np.ndarray:
    """Return the indices of the largest absolute values that are not zero, largest first.

    Equal ones come in their order.
    """
    size = np.abs(values)
    order = np.argsort(-size, kind="stable")[:count]
    return np.asarray(order[size[order] > 0])
