"""Convert a photo, scan or picture of one character to a network's input; any package may import it.

The result follows the same convention as ``rasterise``: longer side of the ink 20 px, centre of mass on index
14 by whole pixels, ink up to 1 on paper 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.paper import BlankImageError, find_ink
from nnstudio.data.rasterise import MNIST_SPEC, shift_to_centre

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

__all__ = ["BlankImageError", "normalise_image"]

_COARSE, _FINE = 128, 256
"""Larger images are shrunk to the first to find the character, which averages noise out; then its
surroundings are shrunk to the second, which suffices for 20 px of ink."""

_THIN = 0.7
"""Share of the rasteriser's pen below which a line is thickened; thinner lines would come out faint."""

_VISIBLE = 0.02
"""Ink that counts for the box: less is the blur of a lens."""


def normalise_image(grey: NDArray[np.floating[Any]], spec: RasterSpec = MNIST_SPEC) -> NDArray[np.float32]:
    """Convert a picture of one character to the format of the training images.

    Parameters
    ----------
    grey : float ndarray of shape (h, w)
        Black 0 to white 1, dark on light or light on dark, of any size.
    spec : RasterSpec

    Returns
    -------
    float32 ndarray of shape (size, size)
        Ink 1, paper 0, in steps of 1/255; the maximum is exactly 1.

    Raises
    ------
    BlankImageError
        Nothing stands out from the paper.
    ValueError
        ``grey`` is not a finite two-dimensional array with at least one pixel.

    Notes
    -----
    Thick and thin strokes stay as they are, as in MNIST; only lines much thinner than the rasteriser's pen
    are thickened, because shrinking would make them faint.
    """
    image = np.asarray(grey, dtype=np.float64)
    if image.ndim != 2 or image.size == 0 or not np.isfinite(image).all():
        raise ValueError(f"grey must be a finite array of shape (h, w), got shape {image.shape}")
    return normalise_ink(_found(image), spec)


def normalise_ink(found: NDArray[np.float64], spec: RasterSpec = MNIST_SPEC) -> NDArray[np.float32]:
    """Convert the ink of one character to the format of the training images.

    Parameters
    ----------
    found : float64 ndarray of shape (h, w)
        Ink up to 1 on paper 0; not all of it 0.
    spec : RasterSpec

    Returns
    -------
    float32 ndarray of shape (size, size)
        As ``normalise_image`` returns.
    """
    ink = _thickened(_cropped(found), spec)
    step = max(ink.shape) / spec.box
    # With paper around it, the last pixel of the shorter side is as grey as the ink covers it.
    ink = resized(np.pad(ink, (0, math.ceil(step))) if step > 1 else ink, step)
    levels = np.rint(ink * (255 / ink.max())).astype(np.float32)
    normalised: NDArray[np.float32] = shift_to_centre(levels[None], spec)[0] / np.float32(255)
    return normalised


def _found(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ink of the image, or of the surroundings of the character in a large image."""
    part = surroundings(image, _COARSE)
    return find_ink(resized(part, max(1.0, max(part.shape) / _FINE)))


def surroundings(image: NDArray[np.float64], coarse: int) -> NDArray[np.float64]:
    """Return the part of an image that has ink, with some paper around it; a small image as it is.

    Parameters
    ----------
    image : float64 ndarray of shape (h, w)
        Black 0 to white 1.
    coarse : int
        Longer side, in pixels, that a larger image is shrunk to for the search.

    Raises
    ------
    BlankImageError
        Nothing stands out from the paper.
    """
    step = max(image.shape) / coarse
    if step <= 1:
        return image
    found = find_ink(resized(image, step))
    bounds = [(int(lines[0] * step), int((lines[-1] + 1) * step) + 1) for lines in _inked(found)]
    margin = max(stop - start for start, stop in bounds) // 2
    return image[tuple(slice(max(0, start - margin), stop + margin) for start, stop in bounds)]


def _inked(ink: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the indices of the rows and of the columns that have ink."""
    is_ink = ink > _VISIBLE
    return np.flatnonzero(is_ink.any(axis=1)), np.flatnonzero(is_ink.any(axis=0))


def _cropped(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of the image that has ink."""
    rows, columns = _inked(ink)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _thickened(ink: NDArray[np.float64], spec: RasterSpec) -> NDArray[np.float64]:
    """Widen lines to a share of the rasteriser's pen where they are thinner than that."""
    # For a line much longer than wide: width = 2 · area / outline.
    is_ink = np.pad(ink >= 0.5, 1)
    steps = np.count_nonzero(np.diff(is_ink, axis=0)) + np.count_nonzero(np.diff(is_ink, axis=1))
    # Steps along the pixel grid are 4/π times as long as the outline, averaged over directions.
    width = 2 * np.count_nonzero(is_ink) / (steps * np.pi / 4)
    # A pixel of the result measures max(shape) / box pixels of the crop, which thickening enlarges in turn.
    wanted = _THIN * spec.pen * max(ink.shape) / spec.box
    rounds = round((wanted - width) / 2)
    if rounds <= 0:
        return ink
    thick = np.pad(ink, rounds)
    for k in range(rounds):
        thick = _grown(thick, corners=k % 2 == 1)
    return _cropped(thick)


def _grown(ink: NDArray[np.float64], *, corners: bool) -> NDArray[np.float64]:
    """Spread ink by a pixel to the four sides, and to the corners too; by turns that grows an octagon."""
    padded = np.pad(ink, 1)
    across = np.maximum(np.maximum(padded[:, :-2], padded[:, 2:]), padded[:, 1:-1])
    if corners:
        return np.maximum(np.maximum(across[:-2], across[2:]), across[1:-1])
    upright = np.maximum(padded[:-2, 1:-1], padded[2:, 1:-1])
    return np.maximum(across[1:-1], upright)


def resized(image: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Return an image with pixels ``step`` times as wide.

    Shrinking averages what is under each new pixel, enlarging interpolates between the old.
    """
    resize = _averaged if step >= 1 else _interpolated
    return resize(resize(image, step).T, step).T


def _averaged(image: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Shrink the first axis: each new pixel is the mean of what it covers, old pixels in part included."""
    length = len(image)
    cumulated = np.concatenate((np.zeros((1, image.shape[1])), np.cumsum(image, axis=0)))
    edges = np.minimum(np.arange(_n_steps(length, step) + 1) * step, length)
    whole = np.minimum(edges.astype(np.intp), length - 1)
    part = (edges - whole)[:, None]
    sums = np.diff((1 - part) * cumulated[whole] + part * cumulated[whole + 1], axis=0)
    means: NDArray[np.float64] = sums / np.diff(edges)[:, None]
    return means


def _interpolated(image: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Enlarge the first axis: linear between the centres of old pixels."""
    length = len(image)
    at = np.clip((np.arange(_n_steps(length, step)) + 0.5) * step - 0.5, 0, length - 1)
    lower = np.minimum(at.astype(np.intp), max(length - 2, 0))
    upper = np.minimum(lower + 1, length - 1)
    part = (at - lower)[:, None]
    between: NDArray[np.float64] = (1 - part) * image[lower] + part * image[upper]
    return between


def _n_steps(length: int, step: float) -> int:
    """Return how many pixels of width ``step`` cover ``length``; rounding error is no pixel."""
    return max(1, math.ceil(length / step - 1e-9))
