"""A quadratic surface for the light on a sheet, which falls off smoothly; any package may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POWERS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0))
"""Of x and y: terms such as x²y fit the writing rather than the light."""

N_TERMS = len(_POWERS)


def terms(shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the values of all terms at each pixel, (h, w, 6)."""
    y, x = _axes(shape)
    return np.stack([np.outer(y**j, x**i) for i, j in _POWERS], axis=-1)


def fit(grey: NDArray[Any], mask: NDArray[np.bool_], at: NDArray[np.float64]) -> NDArray[Any]:
    """Return the coefficients, (6,), of the surface nearest to an image where a mask is true.

    Parameters
    ----------
    grey : float ndarray of shape (h, w)
    mask : bool ndarray of shape (h, w)
    at : float64 ndarray of shape (h, w, 6)
        As ``terms`` returns them.
    """
    here, values = at[mask], grey[mask].astype(np.float64)
    coefficients: NDArray[Any] = np.linalg.lstsq(here.T @ here, here.T @ values, rcond=1e-9)[0]
    return coefficients


def surface(coefficients: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return the surface over an image of any size that shows the same, float32 (h, w)."""
    y, x = _axes(shape)
    table = np.zeros((3, 3))
    for (i, j), coefficient in zip(_POWERS, coefficients, strict=True):
        table[j, i] = coefficient
    across = table @ np.stack((np.ones_like(x), x, x * x))
    upright = np.stack((np.ones_like(y), y, y * y), axis=1)
    values: NDArray[np.float32] = (upright @ across).astype(np.float32)
    return values


def _axes(shape: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any]]:
    # Centres of pixels, so that images of any size agree.
    y, x = ((np.arange(n) + 0.5) * (2 / n) - 1 for n in shape)
    return y, x
