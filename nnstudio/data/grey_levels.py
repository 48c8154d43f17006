"""Turn the numbers of a table or an array of images into grey bytes, ink high; for the importers.

Files differ in what full ink is (1, 15, 16, 100, 255, 65535) and in which end of the range is paper. What a
file has is decided for all of its images at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEARLY_FULL = 0.87
"""Share of 255, or of 1, that the largest value must reach to be on that scale."""

_LIGHT = 0.75
"""Share of the range above which a pixel is near its upper end."""

_PAPER = 0.6
"""Share of the pixels along the edges, and of all pixels, near the upper end where that end is paper."""

_BLOCK = 4096

_FAR = 2.0
"""An image is out of range if its largest value is more than so many times the median of all images."""

_MOST_OUTLIERS = 50
"""One image in so many may be out of range; where there are more, the range is what the values say."""


def out_of_range(lowest: NDArray[Any], highest: NDArray[Any]) -> NDArray[np.bool_]:
    """Find the few images whose values lie outside the range of the others: slips of the pen in a file.

    Parameters
    ----------
    lowest, highest : ndarray of shape (n,)
        The smallest and the largest value of each image.

    Returns
    -------
    bool ndarray of shape (n,)
        All False where they are not few.
    """
    most = len(highest) // _MOST_OUTLIERS if len(highest) >= _MOST_OUTLIERS else len(highest) // 4
    usual = float(np.median(highest)) if len(highest) else 0.0
    # A range up to 255 is so common that it ends there, and that faint images are no evidence of another.
    limit = 255.0 if 100 < usual <= 255 else max(_FAR * usual, 1.0)
    above = highest > limit
    below = lowest < 0
    none = np.zeros(len(highest), np.bool_)
    return (above if above.sum() <= most else none) | (below if below.sum() <= most else none)


def grey_bytes(values: NDArray[Any], shape: tuple[int, int]) -> tuple[NDArray[np.uint8], list[str]]:
    """Scale values to bytes, and turn them round where the paper is high.

    Parameters
    ----------
    values : real ndarray of shape (n, height * width)
        Finite. It may be overwritten.
    shape : (int, int)
        Height and width.

    Returns
    -------
    images : uint8 ndarray of shape (n, height, width)
        Ink 255, paper 0.
    notes : list of str
        A sentence for each step that is not a matter of course.
    """
    notes: list[str] = []
    low, high = min(float(values.min()), 0.0), float(values.max())
    full = high
    for usual in (255.0, 1.0):
        if low == 0 and _NEARLY_FULL * usual <= high <= usual:
            full = usual
    if low < 0 or full != 255:
        notes.append(
            tr("Its values run from {low:g} to {high:g}: {full:g} is taken for full ink.").format(
                low=low, high=high, full=full
            )
        )
    rows = np.empty(values.shape, np.uint8)
    factor = 255 / (full - low) if full > low else 0.0
    if values.dtype == np.uint8 and factor == 1:
        rows = values
    else:
        for start in range(0, len(values), _BLOCK):
            block = (values[start : start + _BLOCK].astype(np.float32) - low) * factor
            rows[start : start + _BLOCK] = np.rint(block)
    images: NDArray[np.uint8] = rows.reshape(-1, *shape)
    if _is_paper_high(images):
        images = 255 - images
        notes = [
            tr("The paper is high, near {high:g}, and the ink low: the values are turned round.").format(
                high=high
            )
            if full == 255
            else tr(
                "Its values run from {low:g} to {high:g}, with the paper high and the ink low: they are "
                "turned round."
            ).format(low=low, high=high)
        ]
    return images, notes


def _is_paper_high(images: NDArray[np.uint8]) -> bool:
    """Tell whether most of the edges, and most of all pixels, lie near the upper end of the range."""
    is_light = images >= 255 * _LIGHT
    edges = np.concatenate(
        [
            is_light[:, 0].ravel(),
            is_light[:, -1].ravel(),
            is_light[:, 1:-1, 0].ravel(),
            is_light[:, 1:-1, -1].ravel(),
        ]
    )
    return bool(edges.mean() >= _PAPER and is_light.mean() >= 0.5)
