"""Arrange the pieces of writing in lines of text; for `picture`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.pieces import ConnectedComponents

_BODY = 0.5
"""Height of a piece that a line is made of, in terms of the height of the writing."""

_SHARED = 0.4
"""Share of the lower one's height that two neighbours in a line have in common."""

_FARTHEST = 6.0
"""Widest gap in a line, in terms of the height of the writing."""

_SAME_ROWS = 0.5
"""Share of the lower one's height that two chains of a line have in common."""

_BREAK = 0.15
"""Widest gap between the upper and the lower part of a single character, in terms of its parts' height."""

_FEW_SIDES = 2
"""Sides of a picture that are touched where it was not cropped to the writing."""

_NEAR = 0.6
"""Distance of a smaller piece from the line that it belongs to, in terms of the height of the writing."""

_LITTLE = 0.25
"""Size of a piece, in terms of the height of the writing, below which it belongs to a character."""

_LITTLE_NEAR = 0.5
"""Distance of such a piece from its character."""

_LITTLE_SIZE = 0.6
"""Size of such a piece, in terms of the width of a stroke."""


def text_lines(pieces: ConnectedComponents, height: float) -> list[NDArray[np.intp]]:
    """Arrange pieces in lines from top to bottom.

    Parameters
    ----------
    pieces : ConnectedComponents
    height : float
        How high characters are, in pixels.

    Returns
    -------
    list of intp ndarray
        The numbers of each line's pieces; those that belong to no line are in none.
    """
    is_body = pieces.height >= _BODY * height
    if not is_body.any():
        is_body = pieces.size >= _BODY * height
    bodies = np.flatnonzero(is_body)
    chain = _chains(pieces, bodies, height)
    chain = _joined(pieces, bodies, chain, height)
    line_of = np.full(len(pieces), -1)
    line_of[bodies] = chain
    small = np.flatnonzero(~is_body)
    if small.size:
        line_of[small] = _lines_of_small(pieces, small, bodies, chain, height)
    middles = {line: np.median(pieces.top[bodies[chain == line]]) for line in np.unique(chain)}
    return [np.flatnonzero(line_of == line) for line in sorted(middles, key=middles.__getitem__)]


def lines_within(pieces: ConnectedComponents, lines: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
    """Leave out lines whose every piece touches the border, beside others: a finger, a corner in the dark.

    Where writing touches most sides, the picture was cropped to it, and all lines stay.
    """
    height, width = pieces.label.shape
    sides = (pieces.top == 0, pieces.left == 0, pieces.bottom == height, pieces.right == width)
    if np.count_nonzero([side.any() for side in sides]) > _FEW_SIDES:
        return lines
    within = [line for line in lines if not pieces.at_border[line].all()]
    return within or lines


def _overlap(
    first_start: NDArray[np.intp],
    first_stop: NDArray[np.intp],
    start: NDArray[np.intp],
    stop: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return for each pair of extents how much they share; negative is the gap between them."""
    share: NDArray[np.intp] = np.minimum(first_stop[:, None], stop) - np.maximum(first_start[:, None], start)
    return share


def _chains(pieces: ConnectedComponents, bodies: NDArray[np.intp], height: float) -> NDArray[np.intp]:
    """Link each body with its nearest right neighbour; return the number of each one's chain."""
    top, bottom, left, right = (
        side[bodies] for side in (pieces.top, pieces.bottom, pieces.left, pieces.right)
    )
    heights = bottom - top
    shared = _overlap(top, bottom, top, bottom) / np.minimum(heights[:, None], heights)
    middle = (left + right) / 2
    gap = left - right[:, None]
    can = (shared >= _SHARED) & (gap <= _FARTHEST * height) & (middle > middle[:, None])
    # Of two that overlap sideways, too, the nearer one is the one that begins earlier.
    cost = np.where(can, np.maximum(gap, 0) + 1e-3 * (middle - middle[:, None]), np.inf)
    chain = np.arange(len(bodies))
    for k in range(len(bodies)):
        nearest = int(cost[k].argmin())
        if np.isfinite(cost[k, nearest]):
            chain[chain == chain[nearest]] = chain[k]
    return chain


def _joined(
    pieces: ConnectedComponents, bodies: NDArray[np.intp], chain: NDArray[np.intp], height: float
) -> NDArray[np.intp]:
    """Join chains that lie in the same rows, and the two parts of a single character."""
    names = np.unique(chain)
    top = np.array([np.median(pieces.top[bodies[chain == name]]) for name in names])
    bottom = np.array([np.median(pieces.bottom[bodies[chain == name]]) for name in names])
    heights = bottom - top
    share = _overlap(top, bottom, top, bottom) / np.minimum(heights[:, None], heights)
    line = chain.copy()
    if len(bodies) == 2 and _is_broken(pieces, bodies, height):
        return np.zeros_like(line)
    for k, j in zip(*np.nonzero(np.triu(share >= _SAME_ROWS, 1)), strict=True):
        first, second = line[chain == names[k]][0], line[chain == names[j]][0]
        line[line == second] = first
    return line


def _is_broken(pieces: ConnectedComponents, bodies: NDArray[np.intp], height: float) -> bool:
    """Tell whether two pieces stand so closely above one another that they are one character."""
    boxes = (pieces.left, pieces.right, pieces.top, pieces.bottom)
    left, right, top, bottom = (side[bodies] for side in boxes)
    shared = right.min() - left.max()
    return bool(shared >= _SHARED * (right - left).min() and top.max() - bottom.min() <= _BREAK * height)


def _lines_of_small(
    pieces: ConnectedComponents,
    small: NDArray[np.intp],
    bodies: NDArray[np.intp],
    chain: NDArray[np.intp],
    height: float,
) -> NDArray[np.intp]:
    """Return the line of each smaller piece, −1 for none."""
    across = -_overlap(pieces.left[small], pieces.right[small], pieces.left[bodies], pieces.right[bodies])
    upright = -_overlap(pieces.top[small], pieces.bottom[small], pieces.top[bodies], pieces.bottom[bodies])
    distance = np.hypot(np.maximum(across, 0), np.maximum(upright, 0))
    is_little = pieces.size[small] < _LITTLE * height
    stroke = float(np.median(pieces.stroke_width[bodies]))
    is_above = (across < 0) & (distance <= _LITTLE_NEAR * height)
    is_above &= (pieces.size[small] >= _LITTLE_SIZE * stroke)[:, None]
    can = np.where(is_little[:, None], is_above, distance <= _NEAR * height)
    cost = np.where(can, distance, np.inf)
    nearest = cost.argmin(axis=1)
    return np.where(np.isfinite(cost[np.arange(len(small)), nearest]), chain[nearest], -1)
