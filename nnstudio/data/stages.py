"""Intermediate stages of rasterising a drawing; any package may import it.

The stages are those of `rasterise`, stopped early, so that the effect of each can be seen.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.ink import ink
from nnstudio.data.rasterise import MNIST_SPEC, RasterSpec, rasterise
from nnstudio.data.strokes import Drawing, flatten

if TYPE_CHECKING:
    from numpy.typing import NDArray

STAGES = ("drawn", "pen", "boxed", "centred")
"""As drawn; with the rasteriser's pen; scaled to the size of the ink box, in the middle; with the centre of
mass at its place, which is what the network sees."""


def drawing_stage(
    drawing: Drawing, stage: str, pen: float, spec: RasterSpec = MNIST_SPEC
) -> NDArray[np.float32]:
    """Ink a drawing up to a stage.

    Parameters
    ----------
    drawing : Drawing
        In units of the sheet: 0…1, x to the right and y down. What lies beyond the sheet is cut off.
    stage : str
        One of ``STAGES``.
    pen : float
        Thickness of the pen it was drawn with, as a share of the sheet.
    spec : RasterSpec

    Returns
    -------
    float32 ndarray of shape (size, size)
        Ink 1, paper 0. Up to ``boxed``, places are rounded to whole pixels, as in centring.
    """
    if stage == "centred" or drawing.is_empty:
        return rasterise(drawing, spec)
    left, top, right, bottom = drawing.bounds()
    extent = max(right - left, bottom - top)
    if stage == "boxed":
        inked = _inked(drawing, spec.pen, spec.box)
        height, width = (int(np.flatnonzero(inked.any(axis=axis)).max()) + 1 for axis in (1, 0))
        return _placed(inked, (spec.size - height) / 2, (spec.size - width) / 2, spec.size)
    pen_px = max(1.0, pen * spec.size) if stage == "drawn" else spec.pen
    inked = _inked(drawing, pen_px, extent * spec.size + pen_px)
    return _placed(inked, top * spec.size - pen_px / 2, left * spec.size - pen_px / 2, spec.size)


def _inked(drawing: Drawing, pen_px: float, box: float) -> NDArray[np.float32]:
    grey = ink(flatten((drawing,)), np.array([pen_px]), box)[0]
    levels: NDArray[np.float32] = np.rint(grey * 255).astype(np.float32) / np.float32(255)
    return levels


def _placed(image: NDArray[Any], top: float, left: float, size: int) -> NDArray[np.float32]:
    """Lay an image on empty paper, its place rounded to whole pixels, and crop it."""
    row, column = (math.floor(edge + 0.5) for edge in (top, left))
    paper = np.zeros((size, size), np.float32)
    rows = slice(max(row, 0), min(row + image.shape[0], size))
    columns = slice(max(column, 0), min(column + image.shape[1], size))
    part = image[
        rows.start - row : max(rows.stop - row, 0), columns.start - column : max(columns.stop - column, 0)
    ]
    paper[rows, columns] = part
    return paper
