"""Convert the ink of one character to a network's input; for `picture`.

The result follows the same convention as ``rasterise``: longer side of the ink 20 px, centre of mass on index
14 by whole pixels, ink up to 1 on paper 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.rasterise import MNIST_SPEC, shift_to_centre
from nnstudio.data.resize import resized

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

THINNEST = 0.7
"""Share of the rasteriser's pen below which a line is thickened; thinner lines would come out faint."""

_VISIBLE = 0.02
"""Ink that counts for the box: less is the blur of a lens."""


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
        Ink 1, paper 0, in steps of 1/255; the maximum is exactly 1.
    """
    # Thin lines that were shrunk may be faint everywhere.
    ink = _thickened(_cropped(found / found.max()), spec)
    step = max(ink.shape) / spec.box
    # With paper around it, the last pixel of the shorter side is as grey as the ink covers it.
    ink = resized(np.pad(ink, (0, math.ceil(step))) if step > 1 else ink, step)
    levels = np.rint(ink * (255 / ink.max())).astype(np.float32)
    normalised: NDArray[np.float32] = shift_to_centre(levels[None], spec)[0] / np.float32(255)
    return normalised


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
    wanted = THINNEST * spec.pen * max(ink.shape) / spec.box
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
