"""Augment drawings: vary their strokes as other writers would, before inking; any package may import it.

This does what a warp of the image cannot: strokes move against one another, lines waver, and the pen is
thicker or thinner while the drawing keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.handwriting_noise import rotation, stray
from nnstudio.data.pen_habits import broken, slashed, snapped, trimmed, with_few_points
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_with_pens
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.data.strokes import Polylines

_BLOCK = 1024
"""Drawings rewritten at a time: their points stay in the processor's cache."""

_WAVES = 2
"""Random waves whose sum makes a line waver."""

_WAVE_LENGTHS = 0.8, 4.0
"""Shortest and longest of them along the line, in half heights of the drawing."""

_LIMITS = {
    "log_pen": 1.5,
    "waver": 0.5,
    "stroke_shift": 1.0,
    "stroke_log_scale": 1.0,
    "stroke_turn_deg": 90.0,
    "bend": 0.5,
    "log_aspect": 1.0,
    "slant": 1.5,
    "turn_deg": 90.0,
    "slashed_zeros": 1.0,
    "broken": 1.0,
    "trim": 0.4,
    "few_points": 1.0,
    "coarse": 1.0,
}


class RewriteError(UserError):
    """A strength of rewriting is impossible."""


@dataclass(frozen=True)
class RewriteStrengths:
    """Largest variations of rewritten strokes; 0 leaves one out.

    Lengths are in halves of the drawing's longer side. Every variation is drawn for each drawing from a
    triangular distribution about 0; the last entries are shares of the drawings.

    Parameters
    ----------
    log_pen : float
        Natural logarithm of the pen's thickness, at most 1.5.
    waver : float
        How far a line wavers to each side, at most 0.5.
    stroke_shift, stroke_log_scale, stroke_turn_deg : float
        Shift along each axis (at most 1), logarithm of the size (1) and rotation (90) of each single stroke,
        where there are several.
    bend : float
        Coefficients of the paper's distortion, a cubic polynomial of the position, at most 0.5.
    log_aspect, slant, turn_deg : float
        Logarithm of width to height (at most 1), shift of a row per height (1.5) and rotation (90) of the
        whole.
    slashed_zeros, broken : float
        Share of the zeros with a slash laid through them, and of the drawings with a stroke in two pieces.
    trim : float
        How much of a stroke's length is left out at either end, at most 0.4.
    few_points, coarse : float
        Share of the drawings with five to eight points a stroke, and with all points on a grid of 16 to 30
        cells.

    Raises
    ------
    RewriteError
        A value is not a number or out of its range.
    """

    log_pen: float = 0.5
    waver: float = 0.04
    stroke_shift: float = 0.1
    stroke_log_scale: float = 0.15
    stroke_turn_deg: float = 8.0
    bend: float = 0.12
    log_aspect: float = 0.3
    slant: float = 0.3
    turn_deg: float = 12.0
    slashed_zeros: float = 0.0
    broken: float = 0.0
    trim: float = 0.0
    few_points: float = 0.0
    coarse: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value, high = getattr(self, field.name), _LIMITS[field.name]
            # NaN compares false with everything, so the comparison is written for what is allowed.
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= high:
                raise RewriteError(
                    tr("Rewriting's {name} is a number from 0 to {high:g}, not {value!r}.").format(
                        name=field.name, high=high, value=value
                    )
                )


def rewrite(
    polylines: Polylines,
    strengths: RewriteStrengths,
    *,
    rng: np.random.Generator,
    is_zero: NDArray[np.bool_] | None = None,
) -> Polylines:
    """Vary each drawing as another writer would draw it.

    Parameters
    ----------
    polylines : Polylines
        In any unit.
    strengths : RewriteStrengths
    rng : numpy.random.Generator
        The same state gives the same drawings.
    is_zero : bool ndarray of shape (n,), optional
        Which drawings may get a slash; by default none.

    Returns
    -------
    Polylines
        With float32 points of their own, about −1…1; a drawing of one point lies at 0. Strokes and numbers of
        points differ only if ``slashed_zeros``, ``broken`` or ``few_points`` are above 0.
    """
    polylines = _restructured(polylines, strengths, rng, is_zero)
    xy = np.empty(polylines.xy.shape, np.float32)
    n_done = 0
    for start in range(0, polylines.n_drawings, _BLOCK):
        block = polylines.block(start, min(start + _BLOCK, polylines.n_drawings))
        if len(block.xy):
            xy[n_done : n_done + len(block.xy)] = _rewritten(block, strengths, rng)
            n_done += len(block.xy)
    polylines = polylines._replace(xy=xy)
    if strengths.coarse:
        polylines = snapped(polylines, _share(polylines.n_drawings, strengths.coarse, rng), rng=rng)
    return polylines


def rewrite_and_ink(
    polylines: Polylines,
    strengths: RewriteStrengths,
    *,
    rng: np.random.Generator,
    spec: RasterSpec = MNIST_SPEC,
    is_zero: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    """Rewrite each drawing and ink it, each with its own pen.

    Returns
    -------
    uint8 ndarray of shape (n, size * size)
        Ink 255 on paper 0.
    """
    pens = spec.pen * np.exp(stray(rng, strengths.log_pen, polylines.n_drawings))
    rewritten = rewrite(polylines, strengths, rng=rng, is_zero=is_zero)
    return rasterise_with_pens(rewritten, np.clip(pens, 1, 0.9 * spec.box), spec)


def _restructured(
    polylines: Polylines,
    strengths: RewriteStrengths,
    rng: np.random.Generator,
    is_zero: NDArray[np.bool_] | None,
) -> Polylines:
    """Return the drawings with other strokes and points, where the strengths say so."""
    n = polylines.n_drawings
    if strengths.slashed_zeros and is_zero is not None:
        # A zero of several strokes has its slash, or was cut apart.
        plain = is_zero & (np.diff(polylines.drawing_offsets) == 1)
        polylines = slashed(polylines, _share(n, strengths.slashed_zeros, rng, plain), rng=rng)
    if strengths.broken:
        polylines = broken(polylines, _share(n, strengths.broken, rng), rng=rng)
    if strengths.trim:
        polylines = trimmed(polylines, strengths.trim, rng=rng)
    if strengths.few_points:
        polylines = with_few_points(polylines, _share(n, strengths.few_points, rng), rng=rng)
    return polylines


def _share(
    n: int, share: float, rng: np.random.Generator, of: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """Choose each of ``n`` drawings, or of some, with a probability; return their numbers."""
    chosen = rng.random(n) < share
    return np.flatnonzero(chosen if of is None else chosen & of)


def _rewritten(
    block: Polylines, strengths: RewriteStrengths, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the new points of a block that has some."""
    n_points = np.diff(block.stroke_offsets)
    n_strokes = np.diff(block.drawing_offsets)
    drawing_of = np.repeat(np.arange(block.n_drawings), n_strokes)
    # Groups without a point would break reduceat, and have nothing to rewrite.
    inked = n_points > 0
    drawing_of, n_points = drawing_of[inked], n_points[inked]
    first = np.concatenate(([0], np.cumsum(n_points[:-1])))
    several = np.bincount(drawing_of, minlength=block.n_drawings)[drawing_of] > 1
    point_drawing = np.repeat(drawing_of, n_points)

    xy = _scaled(block.xy, point_drawing)
    xy += _waver(xy, first, n_points, strengths, rng)
    xy = _misplaced(xy, first, n_points, several, strengths, rng)
    xy = _bent(xy, point_drawing, block.n_drawings, strengths, rng)
    turns = stray(rng, np.radians(strengths.turn_deg), block.n_drawings)
    slants = stray(rng, strengths.slant, block.n_drawings)
    aspects = np.exp(stray(rng, strengths.log_aspect, block.n_drawings))
    # Widen, then lean (y runs down), then turn; for points as rows.
    lean = np.zeros((block.n_drawings, 2, 2))
    lean[:, 0, 0], lean[:, 1, 1], lean[:, 1, 0] = aspects, 1, -slants
    return _times(xy, (lean @ rotation(turns)).astype(np.float32)[point_drawing])


def _scaled(xy: NDArray[Any], drawing: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return points with the longer side of each drawing in −1…1 and its middle at 0."""
    starts = np.flatnonzero(np.diff(drawing, prepend=-1))
    n_points = np.diff(starts, append=len(xy))
    xy = xy.astype(np.float64)
    low, high = np.minimum.reduceat(xy, starts), np.maximum.reduceat(xy, starts)
    half = (high - low).max(axis=1, keepdims=True) / 2
    half[half == 0] = 1
    middle = (low + high) / 2
    scaled: NDArray[np.float32] = (
        (xy - np.repeat(middle, n_points, axis=0)) / np.repeat(half, n_points, axis=0)
    ).astype(np.float32)
    return scaled


def _waver(
    xy: NDArray[np.float32],
    first: NDArray[np.intp],
    n_points: NDArray[np.intp],
    strengths: RewriteStrengths,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Return displacements that vary smoothly along each stroke: random waves of the arc length."""
    along = np.cumsum(np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T))
    along -= np.repeat(along[first], n_points)
    shape = (len(first), 2, _WAVES)
    shortest, longest = np.log(_WAVE_LENGTHS)
    frequencies = 2 * np.pi / np.exp(rng.uniform(shortest, longest, shape))
    phases = rng.uniform(0, 2 * np.pi, shape)
    heights = stray(rng, strengths.waver, shape)
    stroke = np.repeat(np.arange(len(first)), n_points)
    angle = frequencies.astype(np.float32)[stroke]
    angle *= along.astype(np.float32)[:, None, None]
    angle += phases.astype(np.float32)[stroke]
    waves = np.sin(angle, out=angle)
    waves *= heights.astype(np.float32)[stroke]
    total: NDArray[np.float32] = waves.sum(axis=2)
    return total


def _misplaced(
    xy: NDArray[np.float32],
    first: NDArray[np.intp],
    n_points: NDArray[np.intp],
    several: NDArray[np.bool_],
    strengths: RewriteStrengths,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Scale, turn and shift each single stroke where its drawing has several."""
    n = len(first)
    middles = (np.add.reduceat(xy, first) / n_points[:, None]).astype(np.float32)
    scales = np.exp(stray(rng, strengths.stroke_log_scale, n))
    turns = stray(rng, np.radians(strengths.stroke_turn_deg), n)
    shifts = stray(rng, strengths.stroke_shift, (n, 2))
    # A single stroke is moved with the whole.
    scales[~several], turns[~several], shifts[~several] = 1, 0, 0
    stroke = np.repeat(np.arange(n), n_points)
    matrices = (scales[:, None, None] * rotation(turns)).astype(np.float32)
    moved = _times(xy - middles[stroke], matrices[stroke])
    moved += (middles + shifts.astype(np.float32))[stroke]
    return moved


def _bent(
    xy: NDArray[np.float32],
    drawing: NDArray[np.intp],
    n_drawings: int,
    strengths: RewriteStrengths,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Bend the paper: add a random cubic polynomial of the position."""
    coefficients = stray(rng, strengths.bend, (n_drawings, 2, 7)).astype(np.float32)
    x, y = xy.T
    terms = np.stack((x * y, x * x, y * y, x * x * y, x * y * y, x**3, y**3), axis=1)
    bent: NDArray[np.float32] = xy + (coefficients[drawing] * terms[:, None]).sum(axis=2)
    return bent


def _times(xy: NDArray[np.float32], matrices: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply each row by its own matrix, shape (n, 2, 2)."""
    return xy[:, :1] * matrices[:, 0] + xy[:, 1:] * matrices[:, 1]
