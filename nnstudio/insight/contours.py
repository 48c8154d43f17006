"""Lines where a function over the plane is 0, and the borders between classes, from values on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_NEXT = np.array((1, 2, 3, 0))
"""The corner after each of a cell's."""

_PLACES = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64)
"""Corners of a cell: lower left, lower right, upper right, upper left."""


def node_grid(
    lows: Sequence[float], highs: Sequence[float], columns: int, rows: int | None = None
) -> NDArray[np.float64]:
    """Return the nodes of a grid over a rectangle, its edges included; as many rows as columns by default.

    Returns
    -------
    ndarray of shape (rows, columns, 2), float64
        Row 0 has the lowest x₂, column 0 the lowest x₁.
    """
    x1 = np.linspace(lows[0], highs[0], columns)
    x2 = np.linspace(lows[1], highs[1], columns if rows is None else rows)
    return np.stack(np.meshgrid(x1, x2), axis=-1)


def zero_contour(values: NDArray[Any], lows: Sequence[float], highs: Sequence[float]) -> NDArray[np.float64]:
    """Find the lines where a function over a rectangle of the plane is 0.

    Parameters
    ----------
    values : ndarray of shape (rows, columns), each ≥ 2
        On a `node_grid`; cells with a value that is not finite are left out.
    lows, highs : sequence of two float
        Of the rectangle.

    Returns
    -------
    ndarray of shape (s, 2, 2), float64
        Ends of straight pieces, one or two for each cell that the line meets.

    Notes
    -----
    Variant: marching squares with linear interpolation along the edges of cells; where a cell has both signs
    on both of its diagonals, the mean of its corners decides. A function that is linear between nodes is
    followed exactly, a smooth one to the square of the cells' size.

    Examples
    --------
    >>> zero_contour(np.array([[-1.0, 3.0], [-1.0, 3.0]]), (0, 0), (1, 1))
    array([[[0.25, 0.  ],
            [0.25, 1.  ]]])
    """
    segments, _ = _marched(np.asarray(values, np.float64), lows, highs)
    return segments


@np.errstate(invalid="ignore")
def class_borders(scores: NDArray[Any], lows: Sequence[float], highs: Sequence[float]) -> NDArray[np.float64]:
    """Find the borders between the regions of classes.

    Parameters
    ----------
    scores : ndarray of shape (rows, columns, n_classes)
        On a `node_grid`; the largest decides, so z is better than outputs that saturate.
    lows, highs : sequence of two float
        Of the rectangle.

    Returns
    -------
    ndarray of shape (s, 2, 2), float64
        Ends of straight pieces, as of `zero_contour`; where three classes meet, exact to a cell.
    """
    scores = np.asarray(scores, np.float64)
    means = (scores[:-1, :-1] + scores[1:, :-1] + scores[:-1, 1:] + scores[1:, 1:]) / 4
    found = []
    for k in range(scores.shape[2] - 1):
        segments, cells = _marched(scores[..., k] - _others(scores, k).max(axis=2), lows, highs)
        # A border belongs to two classes; the lower one has it.
        found.append(segments[_others(means, k).argmax(axis=2).ravel()[cells] >= k])
    return np.concatenate(found)


def total_length(segments: NDArray[np.float64]) -> float:
    """Return the length of lines together, in the unit of the axes.

    Examples
    --------
    >>> total_length(np.array([[[0.0, 0.0], [3.0, 4.0]]]))
    5.0
    """
    return float(np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum())


def _others(scores: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    return np.delete(scores, k, axis=2)


@np.errstate(invalid="ignore")
def _marched(
    values: NDArray[np.float64], lows: Sequence[float], highs: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the pieces of the line, and the cell of each, counted row by row."""
    rows, columns = values.shape
    # Signs first: few cells are crossed, and only theirs are looked at further.
    is_above = values > 0
    is_met = is_above[:-1, :-1] != is_above[:-1, 1:]
    is_met |= is_above[:-1, 1:] != is_above[1:, 1:]
    is_met |= is_above[1:, 1:] != is_above[1:, :-1]
    cells = np.flatnonzero(is_met)
    # Corners of each cell: lower left, lower right, upper right, upper left.
    lower_left = cells + cells // (columns - 1)
    corners = values.ravel()[lower_left[:, None] + (0, 1, columns + 1, columns)]
    is_finite = np.isfinite(corners).all(axis=1)
    cells, corners = cells[is_finite], corners[is_finite]
    following = corners[:, _NEXT]
    is_positive = corners > 0
    is_crossed = is_positive != is_positive[:, _NEXT]
    share = np.zeros_like(corners)
    np.divide(corners, corners - following, out=share, where=is_crossed)
    on_edges = _PLACES + share[..., None] * (_PLACES[_NEXT] - _PLACES)
    on_edges += np.stack((cells % (columns - 1), cells // (columns - 1)), axis=1)[:, None]
    size = (np.asarray(highs, np.float64) - lows) / (columns - 1, rows - 1)
    on_edges = on_edges * size + np.asarray(lows, np.float64)

    is_saddle = is_crossed.all(axis=1)
    plain = np.flatnonzero(~is_saddle)
    order = np.argsort(~is_crossed[plain], axis=1, kind="stable")[:, :2]
    saddle = np.flatnonzero(is_saddle)
    joins_first = (corners[saddle].mean(axis=1) > 0) == is_positive[saddle, 0]
    # Edges 0 to 3 begin at corners 0 to 3: cut off are corners 1 and 3, or 0 and 2.
    first = np.where(joins_first[:, None], (0, 1), (3, 0))
    second = np.where(joins_first[:, None], (2, 3), (1, 2))
    which = np.concatenate((plain, saddle, saddle))
    edges = np.concatenate((order, first, second))
    return on_edges[which[:, None], edges], cells[which]
