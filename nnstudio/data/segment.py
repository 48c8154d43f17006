"""Segment a word or number written left to right into its characters; any package may import it.

Strokes are ordered from left to right, and every border between two neighbours is either a cut or not. The
evidence for and against a cut is weighed by a small network, ``data.segment_weights``, that was trained on
real strokes composed into words. Letters joined in one stroke are not separated.

Measured by tests/bench/segmentation.py on writers that it was not trained on: words of two to seven
characters at varying gaps of 0.1 to 0.5 line heights are segmented right in 99 and 98 % (digits by tablet and
by pen), 95 % (capitals) and 96 % (small letters), as many where dots and bars are written last; 0.03, 0.15,
1.0 and 0.6 % of single characters are split. Where characters touch or nearly do, at gaps below 0.1, it is
94, 90, 83 and 84 %. Two of five wrong words of small letters, and one of five of capitals, hold a sample that
the letters network cannot read either: mostly a piece of a word in joined writing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.segment_weights import FIRST, SECOND
from nnstudio.data.strokes import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WIDE = 0.5
"""Gap wider than any inside a character, in line heights; its two sides are segmented separately."""

_SLANTS = np.linspace(-0.7, 0.7, 15)
"""Slants tried, as shift per height."""

_SLANT_SHARE = 0.7
"""Share of the best slant that is removed: a 7 leans by itself."""

_REACH = 12
"""Neighbours of a stroke that are compared with it, to either side."""

_THIN = 0.05
"""Width of a pen, in line heights: strokes that are mere lines have a width, too."""

_LONG = 2.0
"""Size in line heights above which a larger one makes no difference."""

_FAR = 0.5
"""Distance in line heights above which a larger one makes no difference."""

_POINTS = 12
"""Points of each stroke between which distances are taken."""

_SPACE = 0.6
"""Least gap between two words, in line heights."""


def characters(drawing: Drawing) -> tuple[Drawing, ...]:
    """Group the strokes of a drawing into characters, from left to right.

    Parameters
    ----------
    drawing : Drawing
        A line of writing, upright or slanted, in any unit.

    Returns
    -------
    tuple of Drawing
        Each holds its strokes in the order in which they were written, at their places. Empty if the drawing
        has no point; strokes without a point are left out.

    Examples
    --------
    >>> plus = (((0, 5), (10, 5)), ((5, 0), (5, 10)))
    >>> one = (((16, 0), (16, 10)),)
    >>> [len(character.strokes) for character in characters(Drawing(plus + one))]
    [2, 1]
    """
    strokes = [stroke for stroke in drawing.strokes if len(stroke)]
    return tuple(Drawing(tuple(strokes[k] for k in group)) for group in character_groups(strokes))


def character_groups(
    strokes: Sequence[NDArray[np.float64]], *, as_written: bool = True
) -> tuple[tuple[int, ...], ...]:
    """Group strokes into characters, from left to right.

    Parameters
    ----------
    strokes : sequence of float64 ndarray of shape (n, 2)
        None of them empty.
    as_written : bool
        Whether they come in the order of writing, which is evidence, too; otherwise they are assumed to have
        been written from left to right.

    Returns
    -------
    tuple of tuple of int
        The numbers of each character's strokes, in ascending order.
    """
    if len(strokes) < 2:
        return tuple((k,) for k in range(len(strokes)))
    extents = Extents.of(strokes)
    order = np.argsort(extents.left + extents.right, kind="stable")
    extents = extents.rows(order)
    if not as_written:
        extents = replace(extents, turn=np.arange(len(order)))
    wide = np.flatnonzero(extents.gaps() >= _WIDE) + 1
    is_cut = np.zeros(len(order), dtype=bool)
    is_cut[wide] = True
    for start, stop in zip((0, *wide), (*wide, len(order)), strict=True):
        if stop - start > 1:
            evidence = border_evidence(extents.rows(slice(start, stop)))
            is_cut[start + 1 : stop] = _log_odds(evidence) > 0
    groups = np.split(order, np.flatnonzero(is_cut))
    return tuple(tuple(sorted(group.tolist())) for group in groups)


def word_starts(line: Sequence[Drawing]) -> tuple[int, ...]:
    """Find where words begin among characters from left to right, by the gaps between them.

    Parameters
    ----------
    line : sequence of Drawing
        As ``characters`` returns them.

    Returns
    -------
    tuple of int
        Numbers of the characters that begin a word; the first is 0, unless the line is empty.

    Examples
    --------
    >>> bars = [Drawing((((x, 0), (x, 10)),)) for x in (0, 4, 15, 19)]
    >>> word_starts(bars)
    (0, 2)
    """
    if not line:
        return ()
    extents = Extents.of([stroke for character in line for stroke in character.strokes])
    owner = np.repeat(np.arange(len(line)), [len(character.strokes) for character in line])
    left, right = np.full(len(line), np.inf), np.full(len(line), -np.inf)
    np.minimum.at(left, owner, extents.left)
    np.maximum.at(right, owner, extents.right)
    gaps = left[1:] - np.maximum.accumulate(right)[:-1]
    # A wide hand leaves wide gaps everywhere; a space must be wide beside them, too.
    usual = float(np.median(gaps)) if len(gaps) > 2 else 0.0
    is_space = gaps > max(_SPACE, 2 * usual)
    return (0, *(np.flatnonzero(is_space) + 1).tolist())


@dataclass(frozen=True, eq=False)
class Extents:
    """Positions of strokes, in line heights; left and right with most of the slant removed.

    Attributes
    ----------
    left, right, top, bottom : float64 ndarray of shape (n,)
    points : float64 ndarray of shape (n, 12, 2)
        Points at even distances along each stroke.
    turn : int64 ndarray of shape (n,)
        The order of writing: 0 is the stroke written first.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    top: NDArray[np.float64]
    bottom: NDArray[np.float64]
    points: NDArray[np.float64]
    turn: NDArray[np.intp]

    @classmethod
    def of(cls, strokes: Sequence[NDArray[np.float64]]) -> Extents:
        """Measure strokes, none of them empty."""
        xy = np.concatenate(strokes)
        offsets = np.cumsum([0, *map(len, strokes)])
        starts = offsets[:-1]
        x, y = xy.T
        top, bottom = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
        # A line is as high as its highest stroke; two bars above one another are a character too.
        height = max(float((bottom - top).max()), float(np.ptp(y)) / 2) or 1.0
        slanted = x + _SLANTS[:, None] * y
        widths = np.maximum.reduceat(slanted, starts, axis=1) - np.minimum.reduceat(slanted, starts, axis=1)
        upright = (x + _SLANT_SHARE * _SLANTS[int(widths.sum(axis=1).argmin())] * y) / height
        left, right = np.minimum.reduceat(upright, starts), np.maximum.reduceat(upright, starts)
        points = _evenly_spaced((xy - xy[0]) / height, offsets)
        return cls(left, right, top / height, bottom / height, points, np.arange(len(strokes)))

    def rows(self, rows: NDArray[np.intp] | slice) -> Extents:
        """Return some of the strokes, or all in another order."""
        return Extents(
            self.left[rows],
            self.right[rows],
            self.top[rows],
            self.bottom[rows],
            self.points[rows],
            self.turn[rows],
        )

    def gaps(self) -> NDArray[np.float64]:
        """Return the gap at each border between ordered strokes; negative where the two sides overlap."""
        gaps: NDArray[np.float64] = (
            np.minimum.accumulate(self.left[::-1])[::-1][1:] - np.maximum.accumulate(self.right)[:-1]
        )
        return gaps


def _evenly_spaced(xy: NDArray[np.float64], offsets: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return points at even distances along each stroke, shape (n_strokes, 12, 2)."""
    steps = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    # A step of one line height from stroke to stroke keeps their ends apart.
    steps[offsets[1:-1]] = 1.0
    along = np.cumsum(steps)
    first, last = along[offsets[:-1]], along[offsets[1:] - 1]
    wanted = first[:, None] + (last - first)[:, None] * np.linspace(0, 1, _POINTS)
    return np.stack([np.interp(wanted, along, values) for values in xy.T], axis=-1)


def border_evidence(strokes: Extents) -> NDArray[np.float64]:
    """Return the evidence for and against a cut at each border between ordered strokes.

    Returns
    -------
    float64 ndarray of shape (n - 1, 13)
        In line heights: the gap; how much of the narrower stroke's width two of them share across the border;
        the width of the two neighbours together; the width of the whole; the distance between the strokes of
        the two sides; how far one neighbour lies above the other; the height that they share; the height of
        the lower one; the widest of the other gaps; the height of the whole. Then, as 0 or 1, how the order
        of writing agrees: see ``_order_of_writing``.
    """
    left, right, top, bottom = strokes.left, strokes.right, strokes.top, strokes.bottom
    gaps = strokes.gaps()
    n = len(gaps)
    shares, nearness = _pairs(strokes)
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    heights = bottom - top
    return np.stack(
        (
            np.clip(gaps, -_WIDE, _WIDE),
            _highest_across(shares),
            np.clip(np.maximum(right[:-1], right[1:]) - np.minimum(left[:-1], left[1:]), 0, _LONG),
            np.full(n, np.clip(right.max() - left.min(), 0, _LONG)),
            _FAR - _highest_across(nearness),
            np.clip(-overlap, 0, _WIDE),
            np.clip(overlap, 0, 1),
            np.clip(np.minimum(heights[1:], heights[:-1]), 0, _WIDE),
            _widest_of_the_others(np.clip(gaps, 0, _WIDE)),
            np.full(n, np.clip(bottom.max() - top.min(), 0, _LONG)),
            *_order_of_writing(strokes.turn),
        ),
        axis=1,
    )


def _pairs(strokes: Extents) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compare each stroke with the next ones to its right, regardless of those in between.

    Returns
    -------
    shares, nearness : float64 ndarray of shape (n, 12)
        Column k is about the stroke k + 1 places further: the share of the narrower one's width that both
        have, and by how much they are nearer than far; 0 where there is none.
    """
    left, right, points = strokes.left, strokes.right, strokes.points
    widths = right - left
    squares = (points**2).sum(axis=-1)
    shares, nearness = np.zeros((len(left), _REACH)), np.zeros((len(left), _REACH))
    for step in range(1, min(_REACH, len(left) - 1) + 1):
        common = np.minimum(right[:-step], right[step:]) - np.maximum(left[:-step], left[step:])
        narrower = np.minimum(widths[:-step], widths[step:])
        shares[:-step, step - 1] = np.clip((common + _THIN) / (narrower + _THIN), 0, 1)
        products = points[:-step] @ points[step:].transpose(0, 2, 1)
        apart = (squares[:-step, :, None] + squares[step:, None] - 2 * products).min(axis=(1, 2))
        nearness[:-step, step - 1] = _FAR - np.sqrt(np.clip(apart, 0, _FAR**2))
    return shares, nearness


def _highest_across(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each border the highest value of all pairs that lie on its two sides."""
    # Column k: the highest of all that are k + 1 places or further away.
    at_least = np.maximum.accumulate(pairs[:, ::-1], axis=1)[:, ::-1]
    highest = at_least[:-1, 0].copy()
    for back in range(1, min(_REACH, len(highest))):
        np.maximum(highest[back:], at_least[: -1 - back, back], out=highest[back:])
    return highest


def _order_of_writing(turn: NDArray[np.intp]) -> tuple[NDArray[np.float64], ...]:
    """Return, as 0 or 1 at each border, how the order from left to right agrees with writing.

    Whether the right neighbour's turn came before the left one's; whether it came next; whether any of the
    two strokes to the right of the border was written before any of the two to its left.
    """
    before, after = turn[:-1], turn[1:]
    latest = np.maximum(before, np.concatenate(([-1], before[:-1])))
    earliest = np.minimum(after, np.concatenate((after[1:], [len(turn) + turn.max()])))
    flags = (after < before, after == before + 1, earliest < latest)
    return tuple(flag.astype(np.float64) for flag in flags)


def _widest_of_the_others(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    widest = int(gaps.argmax())
    others = np.full(len(gaps), gaps[widest])
    others[widest] = np.delete(gaps, widest).max(initial=0)
    return others


def _log_odds(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of a cut from the evidence, shape (n, 13): above 0 it is more probable."""
    hidden = np.tanh(evidence @ FIRST[:, :-1].T + FIRST[:, -1])
    odds: NDArray[np.float64] = hidden @ SECOND[:-1] + SECOND[-1]
    return odds
