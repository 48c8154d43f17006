"""Shrink and enlarge images; any package may import it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def resized(image: NDArray[Any], step: float) -> NDArray[Any]:
    """Return an image with pixels ``step`` times as wide.

    Shrinking averages what is under each new pixel, enlarging interpolates between the old.

    Parameters
    ----------
    image : float ndarray of shape (h, w) or (h, w, channels)
    step : float
        Above 0.

    Returns
    -------
    ndarray of the same dtype and number of axes
        A new array, unless ``step`` is 1.
    """
    if step == 1:
        return image
    resize = _averaged if step > 1 else _interpolated
    return resize(resize(image, step).swapaxes(0, 1), step).swapaxes(0, 1)


def shrunk(image: NDArray[Any], side: int) -> NDArray[Any]:
    """Return an image whose longer side has at most so many pixels; a small one as it is."""
    return resized(image, max(1.0, max(image.shape[:2]) / side))


def _averaged(image: NDArray[Any], step: float) -> NDArray[Any]:
    """Shrink the first axis: each new pixel is the mean of what it covers, old pixels in part included."""
    length = len(image)
    edges = np.minimum(np.arange(_n_steps(length, step) + 1) * step, length)
    start, stop = edges[:-1], edges[1:]
    first = start.astype(np.intp)
    means = np.zeros((len(start), *image.shape[1:]), image.dtype)
    for k in range(math.ceil(step) + 1):
        share = np.clip(np.minimum(stop, first + k + 1) - np.maximum(start, first + k), 0, 1) / (stop - start)
        shape = (-1,) + (1,) * (image.ndim - 1)
        means += image[np.minimum(first + k, length - 1)] * share.astype(image.dtype).reshape(shape)
    return means


def _interpolated(image: NDArray[Any], step: float) -> NDArray[Any]:
    """Enlarge the first axis: linear between the centres of old pixels."""
    length = len(image)
    at = np.clip((np.arange(_n_steps(length, step)) + 0.5) * step - 0.5, 0, length - 1)
    lower = np.minimum(at.astype(np.intp), max(length - 2, 0))
    upper = np.minimum(lower + 1, length - 1)
    part = (at - lower).astype(image.dtype).reshape((-1,) + (1,) * (image.ndim - 1))
    between: NDArray[Any] = (1 - part) * image[lower] + part * image[upper]
    return between


def _n_steps(length: int, step: float) -> int:
    """Return how many pixels of width ``step`` cover ``length``; rounding error is no pixel."""
    return max(1, math.ceil(length / step - 1e-9))
