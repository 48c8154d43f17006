"""Convert many small clean images to the format of the training images; any package may import it.

The rules are those of ``normalise``, without its search for ink among paper, shading and dust: box, centre of
mass, maximum. Sets that were boxed otherwise are converted to the rules of nnstudio.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.rasterise import MNIST_SPEC, shift_to_centre

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

_VISIBLE = 5
"""Grey that counts for the box, of 255: less is the blur of an earlier scaling."""

_BLOCK = 1024
"""Images scaled at a time, so that memory stays small whatever the number."""


def renormalise(images: NDArray[np.uint8], spec: RasterSpec = MNIST_SPEC) -> NDArray[np.uint8]:
    """Box and centre each image again.

    Parameters
    ----------
    images : uint8 ndarray of shape (n, height, width)
        Ink on clean paper 0.
    spec : RasterSpec
        The longer side of the ink becomes ``spec.box``, and the maximum 255.

    Returns
    -------
    uint8 ndarray of shape (n, size, size)
        An image without visible ink is blank.
    """
    normal = np.empty((len(images), spec.size, spec.size), np.uint8)
    for start in range(0, len(images), _BLOCK):
        block = images[start : start + _BLOCK]
        normal[start : start + _BLOCK] = shift_to_centre(_boxed(block, spec), spec)
    return normal


def _boxed(images: NDArray[np.uint8], spec: RasterSpec) -> NDArray[np.uint8]:
    """Return the ink of each image scaled into a box at the left and at the top."""
    is_ink = images > _VISIBLE
    (top, bottom), (left, right) = (_ends(np.logical_or.reduce(is_ink, axis=axis)) for axis in (2, 1))
    step = np.maximum(bottom - top, right - left) / spec.box
    side = math.ceil(spec.box)
    rows, columns = (
        _weights(first, last, step, side, length)
        for first, last, length in zip((top, left), (bottom, right), images.shape[1:], strict=True)
    )
    scaled: NDArray[np.float32] = rows @ images.astype(np.float32) @ columns.transpose(0, 2, 1)
    peak = scaled.max(axis=(1, 2), keepdims=True)
    scaled *= 255 / np.where(peak > 0, peak, 1)
    return np.rint(scaled, out=scaled).astype(np.uint8)


def _ends(inked: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the ink of each row begins and ends; for a row without ink, the whole row."""
    return inked.argmax(axis=1), inked.shape[1] - inked[:, ::-1].argmax(axis=1)


def _weights(
    first: NDArray[np.intp], last: NDArray[np.intp], step: NDArray[np.float64], side: int, length: int
) -> NDArray[np.float32]:
    """Return the weight of each old pixel in each new one along an axis, (n, side, length).

    A new pixel is the mean of the old ones that it covers, or, where it is smaller than they are, between the
    two nearest.
    """
    first, last, step = first[:, None, None], last[:, None, None], step[:, None, None]
    old = np.arange(length)
    edge = first + np.arange(side)[:, None] * step
    covered = np.clip(np.minimum(edge + step, old + 1) - np.maximum(edge, old), 0, 1) / step
    centre = np.clip(edge + step / 2 - 0.5, first, last - 1)
    # Beyond the last old pixel there is paper, rather than a repetition of it.
    near = np.clip(1 - np.abs(centre - old), 0, 1) * (edge < last)
    weights: NDArray[np.float32] = np.where(step >= 1, covered, near).astype(np.float32)
    weights *= (old >= first) & (old < last)
    return weights
