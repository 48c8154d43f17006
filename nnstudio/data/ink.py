"""Ink polylines by analytic area coverage, many drawings at a time; for `rasterise` and `stages`.

A stroke of a round pen covers the points within half a pen of its polyline, so one distance field per drawing
is all that is computed. Strokes are cut into pieces of a pixel, and each piece updates only the few pixels
that it can reach.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.strokes import Polylines

_HALF_EDGE = 0.5
"""A pixel's area is covered from full to not at all while its centre goes from half a pixel inside a straight
edge to half a pixel outside. Tablet strokes then have MNIST's share of black, grey and white pixels."""

_PIECE = 1.0
"""Longest piece of a stroke, in pixels."""

_CELL = 0.05
"""Of consecutive points in the same cell of this size, in pixels, only the first is kept: that moves no edge
by more than a fourteenth pixel."""

_BLOCK = 2048
"""Pieces handled at a time: their patches stay in the processor's cache."""


def ink(polylines: Polylines, pens: NDArray[np.floating[Any]], box: float) -> NDArray[np.float32]:
    """Scale each drawing into a box and ink it there.

    Parameters
    ----------
    polylines : Polylines
        n drawings in any unit.
    pens : ndarray of shape (n,)
        Thickness in pixels, at least 1 and below ``box``.
    box : float
        Longer side of the ink, in pixels: the extent of the points and one pen.

    Returns
    -------
    float32 ndarray of shape (n, side, side), side = ceil(box)
        Ink 0…1 with maximum 1, at the left and at the top; a drawing without a point is all zeros.
    """
    side = math.ceil(box)
    reach = pens / 2 + _HALF_EDGE
    field = np.broadcast_to((reach * reach)[:, None], (len(pens), side * side)).astype(np.float32)
    if len(polylines.xy):
        _lower_to_strokes(field, side, polylines, pens, box)
    grey = reach.astype(np.float32)[:, None] - np.sqrt(field)
    np.clip(grey, 0, 1, out=grey)
    peak = grey.max(axis=1, keepdims=True)
    grey /= np.where(peak > 0, peak, 1)
    return grey.reshape(len(pens), side, side)


def _lower_to_strokes(
    field: NDArray[np.float32], side: int, polylines: Polylines, pens: NDArray[np.floating[Any]], box: float
) -> None:
    """Lower ``field`` to the squared distance from each pixel centre to its drawing's strokes, in place."""
    drawing, origin, vector = _pieces(*_scaled(polylines, pens, box))
    reach = (pens / 2 + _HALF_EDGE)[drawing]
    patch = np.arange(min(math.floor(_PIECE + 2 * float(reach.max())) + 1, side))
    patch_px = patch.astype(np.float32)
    # Pixel i has its centre at i + 0.5.
    corner = np.ceil(np.minimum(origin, origin + vector) - reach[:, None] - 0.5).astype(np.intp)
    # No ink lies outside the field, so a patch that sticks out may be pushed back inside.
    corner = np.clip(corner, 0, side - len(patch))
    offset = (corner + 0.5 - origin).astype(np.float32)
    vector_px = vector.astype(np.float32)
    first_pixel = drawing * (side * side) + corner[:, 1] * side + corner[:, 0]
    within = (patch[:, None] * side + patch).ravel()
    flat = field.reshape(-1)
    for k in range(0, len(first_pixel), _BLOCK):
        squared = _squared_distances(offset[k : k + _BLOCK], vector_px[k : k + _BLOCK], patch_px)
        np.minimum.at(flat, (first_pixel[k : k + _BLOCK, None] + within).ravel(), squared.ravel())


def _pieces(
    drawing: NDArray[np.intp],
    xy: NDArray[np.float64],
    is_first: NDArray[np.bool_],
    is_last: NDArray[np.bool_],
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Cut strokes, given by their points, into pieces: the drawing, the origin and the vector of each."""
    # A segment starts at every point but the last of a stroke; a lone point is a segment of length 0.
    start = np.flatnonzero(~is_last | is_first)
    stop = np.where(is_last[start], start, start + 1)
    vector = xy[stop] - xy[start]
    n_pieces = np.maximum(np.ceil(np.hypot(vector[:, 0], vector[:, 1]) / _PIECE), 1).astype(np.intp)
    segment = np.repeat(np.arange(len(start)), n_pieces)
    nth = np.arange(len(segment)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    vector = (vector / n_pieces[:, None])[segment]
    return drawing[start][segment], xy[start][segment] + nth[:, None] * vector, vector


def _scaled(
    polylines: Polylines, pens: NDArray[np.floating[Any]], box: float
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return drawing, position in pixels, is-first and is-last of each point worth keeping."""
    point_offsets = polylines.stroke_offsets[polylines.drawing_offsets]
    n_points = np.diff(point_offsets)
    drawing = np.repeat(np.arange(len(pens)), n_points)
    xy = polylines.xy.astype(np.float64)
    # reduceat needs strictly rising starts, so drawings without a point are left out of it.
    starts = point_offsets[:-1][n_points > 0]
    low = np.minimum.reduceat(xy, starts)
    extent = (np.maximum.reduceat(xy, starts) - low).max(axis=1)
    scale = np.repeat(np.where(extent > 0, extent, 1), n_points[n_points > 0])
    # Dividing by the extent first keeps even the smallest drawing from overflowing.
    xy = (xy - np.repeat(low, n_points[n_points > 0], axis=0)) / scale[:, None]
    pen = pens[drawing][:, None]
    xy = pen / 2 + xy * (box - pen)

    strokes = polylines.stroke_offsets
    strokes = strokes[np.concatenate(([True], np.diff(strokes) > 0))]
    is_first = np.zeros(len(xy), dtype=bool)
    is_last = is_first.copy()
    is_first[strokes[:-1]] = True
    is_last[strokes[1:] - 1] = True
    cell = np.floor(xy / _CELL)
    keep = is_first | is_last
    keep[1:] |= (cell[1:] != cell[:-1]).any(axis=1)
    return drawing[keep], xy[keep], is_first[keep], is_last[keep]


def _squared_distances(
    offset: NDArray[np.float32], vector: NDArray[np.float32], patch: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the squared distance of each patch pixel from its piece, (n, len(patch) ** 2).

    Parameters
    ----------
    offset : float32 ndarray of shape (n, 2)
        From the piece's origin to the centre of the patch's first pixel.
    vector : float32 ndarray of shape (n, 2)
        From the piece's origin to its end.
    patch : float32 ndarray
        0, 1, … along a side of the patch.
    """
    squared_length = np.maximum((vector * vector).sum(axis=1), np.finfo(np.float32).tiny)
    direction = vector / squared_length[:, None]
    dx = (offset[:, 0, None] + patch)[:, None, :]
    dy = (offset[:, 1, None] + patch)[:, :, None]
    along = dx * direction[:, 0, None, None] + dy * direction[:, 1, None, None]
    np.clip(along, 0, 1, out=along)
    across_x: NDArray[np.float32] = dx - along * vector[:, 0, None, None]
    across_y = dy - along * vector[:, 1, None, None]
    across_x *= across_x
    across_y *= across_y
    across_x += across_y
    return across_x.reshape(len(offset), -1)
