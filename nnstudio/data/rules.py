"""Remove ruled lines and frames from ink; for `writing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.pieces import connected_pieces, grown, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TILT = 0.002
"""By how much a rule may leave its row, as a share of the longer side, from one of its runs to the next."""

_GAP = 0.007
"""Longest gap in a rule, as a share of the longer side."""

_LEAST_RUN = 0.08
"""Least run of a rule in a row, as a share of the length of the rows; a tilted rule steps from row to row."""

_LEAST_PLACES = 0.5
"""Share of the columns in which a rule is seen where it should be."""

_FEW_PLACES = 0.3
"""The same where several others were found: writing may cover a rule."""

_LEAST_LENGTH = 0.8
"""Least length of a rule, as a share of the length of the rows."""

_THICKEST = 0.06
"""Thickest rule, as a share of the picture's shorter side."""

_LEAST_POINTS = 8
"""Places that a rule must pass."""

_TRIALS = 12
"""Places near each end of a rule that are tried."""

_DARKER = 1.4
"""Ink of a stroke that crosses a rule, in terms of the rule's own."""

_OVERHANG = 0.1
"""By how much a single rule goes on at both ends of the writing, as a share of its height."""

_MANY = 3
"""Parallel rules that need not go on beyond the writing."""

_LEAST_SIZE, _LEAST_TIMES = 0.1, 8
"""Size of what is left, as a share of the longer side, or in terms of the rule's thickness, to be writing."""

_MARGIN = 2
"""Pixels beside a rule that its blur reaches."""


def without_rules(ink: NDArray[np.float32], mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int]:
    """Find the pixels of rules that run through the picture, upright and across.

    Parameters
    ----------
    ink : float32 ndarray of shape (h, w)
    mask : bool ndarray of shape (h, w)
        Where the ink is.

    Returns
    -------
    is_rule : bool ndarray of shape (h, w)
        Pixels to be blotted out; strokes that cross a rule are not among them.
    n_rules : int
    """
    across, n_across, thickness_across = _rules(ink, mask)
    upright, n_upright, thickness_upright = _rules(ink.T, mask.T)
    upright = upright.T
    is_rule = across | upright
    n_rules = n_across + n_upright
    if not n_rules:
        return is_rule, 0
    rest = connected_pieces(mask & ~is_rule)
    thickness = max(thickness_across, thickness_upright)
    large = rest.size > min(_LEAST_SIZE * max(mask.shape), _LEAST_TIMES * thickness)
    if not large.any():
        return np.zeros_like(is_rule), 0
    # What the border cuts off may lie anywhere.
    inner = large & ~rest.at_border
    if inner.any():
        large = inner
    box = rest.top[large].min(), rest.bottom[large].max(), rest.left[large].min(), rest.right[large].max()
    frame = _frame(mask, across, upright, np.isin(rest.label, np.flatnonzero(large) + 1))
    if n_across and not _stands(across, n_across, box[2:], box[1] - box[0]):
        across &= frame
    if n_upright and not _stands(upright.T, n_upright, box[:2], box[1] - box[0]):
        upright &= frame
    return across | upright, n_across * bool(across.any()) + n_upright * bool(upright.any())


def _frame(
    mask: NDArray[np.bool_],
    across: NDArray[np.bool_],
    upright: NDArray[np.bool_],
    writing: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return where rules of both directions hang together and no writing with them."""
    label = connected_pieces(mask).label
    framed = np.setdiff1d(np.intersect1d(label[across & mask], label[upright & mask]), label[writing])
    return np.isin(label, framed) | ~mask


def _stands(is_rule: NDArray[np.bool_], n_rules: int, ends: tuple[int, int], height: int) -> bool:
    """Return whether rules are more than the bar of a character: many, or longer than the writing."""
    if n_rules >= _MANY:
        return True
    columns = np.flatnonzero(is_rule.any(axis=0))
    overhang = _OVERHANG * height
    return bool(columns[0] <= ends[0] - overhang and columns[-1] + 1 >= ends[1] + overhang)


def _rules(ink: NDArray[np.float32], mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int, float]:
    """Find the rules along rows: their pixels, number and greatest thickness."""
    length, longer, shorter = mask.shape[1], max(mask.shape), min(mask.shape)
    wide = _closed(_stacked(mask, max(1, round(_TILT * longer))), max(2, round(_GAP * longer)))
    row, start, stop = runs(wide)
    is_long = stop - start >= _LEAST_RUN * length
    is_rule = np.zeros(mask.shape, bool)
    if not is_long.any():
        return is_rule, 0, 0.0
    bands = connected_pieces(_painted(mask.shape, row[is_long], start[is_long], stop[is_long]))
    thick = _cross_runs(mask)
    n_rules, thickest = 0, 0.0
    for k in np.flatnonzero(bands.width >= _LEAST_LENGTH * length):
        part = slice(bands.top[k], bands.bottom[k])
        here = (bands.label[part] == k + 1) & mask[part]
        # Writing may connect several rules.
        while True:
            n_places = (_LEAST_PLACES if n_rules < _MANY else _FEW_PLACES) * length
            if np.count_nonzero(here.any(axis=0)) < n_places:
                break
            least = np.where(here, thick[part], mask.shape[0] + 1).min(axis=0)
            thickness = float(np.median(least[least <= mask.shape[0]]))
            if n_rules >= _MANY:
                # Where a stem lies on it, most of what is seen is the stem.
                thickness = min(thickness, max(1.6 * thickest, thickest + 2))
            thin = here & (thick[part] <= max(1.6 * thickness, thickness + 2))
            middle = _course(thin, thickness)
            if thickness > _THICKEST * shorter + 2 or middle is None:
                break
            is_near = np.abs(np.arange(len(here))[:, None] - middle) <= thickness / 2 + _MARGIN
            thin &= is_near
            places = np.flatnonzero(thin.any(axis=0))
            if len(places) < n_places or np.ptp(places) + 1 < _LEAST_LENGTH * length:
                break
            usual = float(np.median(ink[part][thin]))
            n_rules, thickest = n_rules + 1, max(thickest, thickness)
            is_rule[part] |= thin & (ink[part] < _DARKER * usual)
            here &= ~is_near
    if n_rules:
        # The blur beside a rule, but nothing of a stroke.
        is_rule = grown(is_rule, _MARGIN) & (~mask | (thick <= max(1.6 * thickest, thickest + 2)))
    return is_rule, n_rules, thickest


def _course(thin: NDArray[np.bool_], thickness: float) -> NDArray[np.float64] | None:
    """Return the row of a rule in each column: a curve through as many thin runs as may be, or None."""
    column, start, stop = runs(thin.T)
    if len(column) < _LEAST_POINTS:
        return None
    row, x = (start + stop - 1) / 2, column / thin.shape[1] - 0.5
    # Straight lines from a place near one end to one near the other, and how many places each passes.
    ends = [np.flatnonzero(side) for side in (x < x.min() + 0.3 * np.ptp(x), x > x.max() - 0.3 * np.ptp(x))]
    first, last = (each[:: -(-len(each) // _TRIALS)] for each in ends)
    rise = (row[last] - row[first, None]) / (x[last] - x[first, None])
    passed = row[first, None, None] + rise[..., None] * (x - x[first, None, None])
    is_near = np.abs(passed - row) <= thickness / 2 + 1
    best = np.unravel_index(is_near.sum(axis=-1).argmax(), is_near.shape[:2])
    keep = is_near[best]
    for _ in range(2):
        coefficients = np.polynomial.polynomial.polyfit(x[keep], row[keep], 2)
        keep = np.abs(row - np.polynomial.polynomial.polyval(x, coefficients)) <= thickness / 2 + 1
        if np.count_nonzero(keep) < _LEAST_POINTS:
            return None
    everywhere = np.arange(thin.shape[1]) / thin.shape[1] - 0.5
    course: NDArray[np.float64] = np.polynomial.polynomial.polyval(everywhere, coefficients)
    return course


def _stacked(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Extend a mask up and down."""
    wide = mask.copy()
    for k in range(1, reach + 1):
        wide[k:] |= mask[:-k]
        wide[:-k] |= mask[k:]
    return wide


def _closed(mask: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    """Close gaps within rows."""
    row, start, stop = runs(mask)
    near = (row[1:] == row[:-1]) & (start[1:] - stop[:-1] <= gap)
    closed = mask.copy()
    closed |= _painted(mask.shape, row[1:][near], stop[:-1][near], start[1:][near])
    return closed


def _painted(
    shape: tuple[int, ...], row: NDArray[np.intp], start: NDArray[np.intp], stop: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return the mask that consists of these runs."""
    steps = np.zeros((shape[0], shape[1] + 1), np.int8)
    np.add.at(steps, (row, start), 1)
    np.add.at(steps, (row, stop), -1)
    return np.cumsum(steps, axis=1, dtype=np.int8)[:, :-1] > 0


def _cross_runs(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return for each pixel of a mask how long the run of its column is, which it lies in."""
    _, start, stop = runs(mask.T)
    lengths = np.zeros(mask.T.shape, np.int32)
    lengths[mask.T] = np.repeat(stop - start, stop - start)
    upright: NDArray[np.int32] = lengths.T
    return upright
