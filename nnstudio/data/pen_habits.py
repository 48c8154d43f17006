"""Habits of hands and pens that change which strokes and points a drawing has; `rewrite` uses it.

Everything here keeps what a drawing means: a slash through a zero, a stroke in two pieces, the ends of a
stroke missing, few points a stroke, points on a coarse grid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.handwriting_noise import stray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.strokes import Polylines

_SLASH_POINTS = 8
_SLASH_ANGLE_DEG = 25.0, 75.0
"""Between a slash and the horizontal, in a box as wide as it is high."""
_SLASH_REACH = 0.4, 1.5
"""From the middle to either end; 1 is the edge of a round zero."""
_SLASH_SHIFT = 0.2
_BACKWARDS, _JOINED = 0.25, 0.15
"""Shares of the slashes that fall to the right, and that are written without lifting the pen."""

_FEWEST, _MOST = 5, 8
"""Points left of a stroke."""

_CELLS = 16, 30
"""Fewest and most cells of a coarse grid along the drawing's longer side."""


def slashed(polylines: Polylines, drawings: NDArray[np.intp], *, rng: np.random.Generator) -> Polylines:
    """Lay a slash through drawings of a zero.

    Parameters
    ----------
    polylines : Polylines
    drawings : ndarray of shape (n,), ascending
        The zeros to lay it through; each has a point.
    rng : numpy.random.Generator

    Returns
    -------
    Polylines
        With a further stroke at the end of these drawings, or a longer last one.
    """
    if not len(drawings):
        return polylines
    low, high = _bounds(polylines)
    low, high = low[drawings], high[drawings]
    n = len(drawings)
    half = (high - low) / 2
    # A slash through a narrow zero is not as steep as the zero.
    half[:, 0] = np.maximum(half[:, 0], half[:, 1] / 2)
    angles = np.radians(rng.uniform(*_SLASH_ANGLE_DEG, n))
    angles = np.where(rng.random(n) < _BACKWARDS, np.pi - angles, angles)
    direction = half * np.stack((np.cos(angles), -np.sin(angles)), axis=1)
    middle = (low + high) / 2 + half * stray(rng, _SLASH_SHIFT, (n, 2))
    start, stop = -rng.uniform(*_SLASH_REACH, n), rng.uniform(*_SLASH_REACH, n)
    along = np.linspace(stop, start, _SLASH_POINTS, axis=1)
    points = middle[:, None] + along[..., None] * direction[:, None]

    ends = polylines.drawing_offsets[drawings + 1]
    xy = np.insert(
        polylines.xy.astype(np.float64),
        np.repeat(polylines.stroke_offsets[ends], _SLASH_POINTS),
        points.reshape(-1, 2),
        axis=0,
    )
    n_points, n_strokes = np.diff(polylines.stroke_offsets), np.diff(polylines.drawing_offsets)
    joined = rng.random(n) < _JOINED
    n_points[ends[joined] - 1] += _SLASH_POINTS
    n_points = np.insert(n_points, ends[~joined], _SLASH_POINTS)
    n_strokes[drawings[~joined]] += 1
    return polylines._replace(xy=xy, stroke_offsets=_offsets(n_points), drawing_offsets=_offsets(n_strokes))


def broken(polylines: Polylines, drawings: NDArray[np.intp], *, rng: np.random.Generator) -> Polylines:
    """Break the stroke with the most points of some drawings in two, most often where it turns.

    Parameters
    ----------
    polylines : Polylines
    drawings : ndarray of shape (n,), ascending
        Those without a stroke of eight points stay whole.
    rng : numpy.random.Generator

    Returns
    -------
    Polylines
        The second piece begins with a copy of the point that the first ends with.
    """
    n_points, n_strokes = np.diff(polylines.stroke_offsets), np.diff(polylines.drawing_offsets)
    drawing_of = np.repeat(np.arange(len(n_strokes)), n_strokes)
    order = np.lexsort((n_points, drawing_of))
    # The last stroke of each drawing in this order has the most points.
    last = np.flatnonzero(np.diff(drawing_of, append=-1))
    longest = order[last]
    longest = longest[np.isin(drawing_of[longest], drawings) & (n_points[longest] >= 8)]
    if not len(longest):
        return polylines
    first, length = polylines.stroke_offsets[longest], n_points[longest]
    tried = (
        first[:, None] + np.rint(rng.uniform(0.2, 0.8, (len(longest), 6)) * (length - 1)[:, None])
    ).astype(np.intp)
    xy = polylines.xy.astype(np.float64)
    reach = np.maximum(length // 10, 1)[:, None]
    before, after = xy[tried] - xy[tried - reach], xy[tried + reach] - xy[tried]
    turn = np.abs(np.arctan2(*_cross_and_dot(before, after)))
    at = tried[np.arange(len(tried)), turn.argmax(axis=1)]
    by_stroke = np.argsort(longest)
    longest, at = longest[by_stroke], at[by_stroke]
    cut = at - polylines.stroke_offsets[longest] + 1
    xy = np.insert(xy, at + 1, xy[at], axis=0)
    rest = n_points[longest] + 1 - cut
    n_points[longest] = cut
    n_points = np.insert(n_points, longest + 1, rest)
    n_strokes[drawing_of[longest]] += 1
    return polylines._replace(xy=xy, stroke_offsets=_offsets(n_points), drawing_offsets=_offsets(n_strokes))


def trimmed(polylines: Polylines, most: float, *, rng: np.random.Generator) -> Polylines:
    """Leave out up to a share of each stroke's length at either end; the number of points stays."""
    n_points = np.diff(polylines.stroke_offsets)
    ends = np.abs(stray(rng, most, (2, len(n_points))))
    stroke = np.repeat(np.arange(len(n_points)), n_points)
    along = _along(polylines)
    at = ends[0, stroke] + along * (1 - ends.sum(axis=0))[stroke]
    return polylines._replace(xy=_points_at(polylines, along, stroke, at))


def with_few_points(
    polylines: Polylines, drawings: NDArray[np.intp], *, rng: np.random.Generator
) -> Polylines:
    """Leave five to eight points of each stroke of some drawings, at about equal distances.

    Distances are counted in points or along the line: a slow computer that loses points, and a program that
    simplifies.
    """
    n_points = np.diff(polylines.stroke_offsets)
    n_strokes = np.diff(polylines.drawing_offsets)
    left = rng.integers(_FEWEST, _MOST + 1, len(n_points))
    by_points = rng.random(len(n_strokes)) < 0.5
    is_chosen = np.isin(np.arange(len(n_strokes)), drawings)
    chosen = np.repeat(is_chosen, n_strokes) & (n_points > left)
    counts = np.where(chosen, left, n_points)
    old_stroke, stroke = (np.repeat(np.arange(len(n)), n) for n in (n_points, counts))
    nth = np.arange(len(stroke)) - _offsets(counts)[:-1][stroke]
    along = np.where(
        np.repeat(by_points, n_strokes)[old_stroke],
        (np.arange(len(old_stroke)) - polylines.stroke_offsets[:-1][old_stroke])
        / np.maximum(n_points - 1, 1)[old_stroke],
        _along(polylines),
    )
    step = 1 / np.maximum(counts - 1, 1)[stroke]
    is_inner = (nth > 0) & (nth < counts[stroke] - 1)
    at = (nth + is_inner * stray(rng, 0.3, len(nth))) * step
    xy = _points_at(polylines, along, stroke, at)
    kept = ~chosen[stroke]
    xy[kept] = polylines.xy[(polylines.stroke_offsets[:-1][stroke] + nth)[kept]]
    return polylines._replace(xy=xy, stroke_offsets=_offsets(counts))


def snapped(polylines: Polylines, drawings: NDArray[np.intp], *, rng: np.random.Generator) -> Polylines:
    """Move the points of some drawings to a grid of 16 to 30 cells, as a coarse digitiser would."""
    low, high = _bounds(polylines)
    cells = rng.integers(_CELLS[0], _CELLS[1] + 1, polylines.n_drawings)
    cell = (high - low).max(axis=1) / cells
    is_chosen = np.isin(np.arange(polylines.n_drawings), drawings) & (cell > 0)
    n_points = np.diff(polylines.stroke_offsets[polylines.drawing_offsets])
    drawing = np.repeat(np.arange(polylines.n_drawings), n_points)
    moved = is_chosen[drawing]
    size, corner = cell[drawing[moved], None], low[drawing[moved]]
    xy = polylines.xy.copy()
    xy[moved] = np.rint((xy[moved] - corner) / size) * size + corner
    return polylines._replace(xy=xy)


def _bounds(polylines: Polylines) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the left upper and the right lower corner of each drawing; zeros where it has no point."""
    offsets = polylines.stroke_offsets[polylines.drawing_offsets]
    inked = np.diff(offsets) > 0
    low = np.zeros((polylines.n_drawings, 2))
    high = low.copy()
    if inked.any():
        starts = offsets[:-1][inked]
        low[inked] = np.minimum.reduceat(polylines.xy, starts)
        high[inked] = np.maximum.reduceat(polylines.xy, starts)
    return low, high


def _along(polylines: Polylines) -> NDArray[np.float64]:
    """Return where each point is along its stroke, from 0 to 1."""
    n_points = np.diff(polylines.stroke_offsets)
    stroke = np.repeat(np.arange(len(n_points)), n_points)
    xy = polylines.xy.astype(np.float64)
    length = np.cumsum(np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T))
    inked = n_points > 0
    begin, total = np.zeros(len(n_points)), np.ones(len(n_points))
    begin[inked] = length[polylines.stroke_offsets[:-1][inked]]
    total[inked] = length[polylines.stroke_offsets[1:][inked] - 1] - begin[inked]
    total[total == 0] = 1
    along: NDArray[np.float64] = (length - begin[stroke]) / total[stroke]
    return along


def _points_at(
    polylines: Polylines, along: NDArray[np.float64], stroke: NDArray[np.intp], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the points at some places along strokes, given the places of their own points, 0 to 1."""
    old_stroke = np.repeat(np.arange(len(polylines.stroke_offsets) - 1), np.diff(polylines.stroke_offsets))
    if not len(along):
        return np.empty((0, 2))
    # All points of a stroke may coincide: then none lies at its end.
    at = np.minimum(at, along[polylines.stroke_offsets[1:][stroke] - 1])
    # One stroke after another on one axis, far enough apart that none touches the next.
    known, wanted = 2 * old_stroke + along, 2 * stroke + at
    return np.stack(
        [np.interp(wanted, known, values) for values in polylines.xy.T.astype(np.float64)], axis=1
    )


def _cross_and_dot(
    a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], (a * b).sum(axis=-1)


def _offsets(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return 0 and the running sums of ``counts``."""
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
