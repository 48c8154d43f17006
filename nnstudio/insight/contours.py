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
    values = np.asarray(values, np.float64)
    cells = _mixed_cells(values > 0)
    segments, _ = _cut(_corners_of(values, cells), cells, values.shape, lows, highs)
    return segments


@np.errstate(invalid="ignore")
def class_borders(scores: NDArray[Any], lows: Sequence[float], highs: Sequence[float]) -> NDArray[np.float64]:
    """Find the borders between the regions of classes.

    Parameters
    ----------
    scores : ndarray of shape (rows, columns, n_classes)
        On a `node_grid`; the largest decides, so z is better than outputs that saturate. A single score is
        that of the second of two classes, and 0 between them.
    lows, highs : sequence of two float
        Of the rectangle.

    Returns
    -------
    ndarray of shape (s, 2, 2), float64
        Ends of straight pieces, as of `zero_contour`; where three classes meet, exact to a cell.
    """
    scores = np.asarray(scores, np.float64)
    rows, columns, n_classes = scores.shape
    if n_classes == 1:
        return zero_contour(scores[..., 0], lows, highs)
    top, second = scores[..., 0], np.full((rows, columns), -np.inf)
    leader = np.zeros((rows, columns), np.intp)
    # Class by class: NumPy is slow along an axis of a few.
    for k in range(1, n_classes):
        leader[scores[..., k] > top] = k
        second = np.maximum(second, np.minimum(top, scores[..., k]))
        top = np.maximum(top, scores[..., k])
    leader[~(top > second)] = n_classes
    cells = _mixed_cells(leader)
    corners = np.stack([_corners_of(scores[..., k], cells) for k in range(n_classes)], axis=2)
    found = [np.empty((0, 2, 2))]
    for k in range(n_classes - 1):
        apart = corners[..., k] - _others(corners, k).max(axis=2)
        is_met = (apart > 0).any(axis=1)
        at = np.flatnonzero(is_met)
        segments, which = _cut(apart[at], cells[at], (rows, columns), lows, highs)
        # A border belongs to two classes; the lower one has it.
        means = corners[at].mean(axis=1)
        found.append(segments[_others(means, k).argmax(axis=1)[which] >= k])
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
    return np.delete(scores, k, axis=-1)


def _mixed_cells(kinds: NDArray[Any]) -> NDArray[np.intp]:
    """Return the cells, counted row by row, whose corners are not all of one kind."""
    first = kinds[:-1, :-1]
    is_mixed = (first != kinds[:-1, 1:]) | (first != kinds[1:, 1:]) | (first != kinds[1:, :-1])
    return np.flatnonzero(is_mixed)


def _corners_of(values: NDArray[np.float64], cells: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the values at the corners of cells, (n, 4): lower left, lower right, upper right, upper left."""
    columns = values.shape[1]
    node = cells + cells // (columns - 1)
    return np.asarray(values.ravel()[node[:, None] + (0, 1, columns + 1, columns)])


@np.errstate(invalid="ignore")
def _cut(
    corners: NDArray[np.float64],
    cells: NDArray[np.intp],
    shape: tuple[int, int],
    lows: Sequence[float],
    highs: Sequence[float],
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the pieces of the line through cells, and of which of them each is.

    Parameters
    ----------
    corners : ndarray of shape (n, 4)
        See `_corners_of`.
    cells : ndarray of shape (n,)
        Their numbers, row by row.
    shape : (rows, columns)
        Of the grid of nodes.
    lows, highs : sequence of two float
    """
    rows, columns = shape
    is_positive = corners > 0
    is_crossed = is_positive != is_positive[:, _NEXT]
    kept = np.flatnonzero(is_crossed.any(axis=1) & np.isfinite(corners).all(axis=1))
    corners, cells = corners[kept], cells[kept]
    is_positive, is_crossed = is_positive[kept], is_crossed[kept]
    following = corners[:, _NEXT]
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
    return on_edges[which[:, None], edges], kept[which]
