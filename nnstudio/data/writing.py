"""Find what is written on a picture, without shading, rules, specks and neighbours; for `picture`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.colours import contrast_weights, luminance, weighted
from nnstudio.data.paper import NOISE_FLOOR, BlankImageError, Paper, find_paper, full_ink, noise_of
from nnstudio.data.pieces import ConnectedComponents, hysteresis
from nnstudio.data.resize import shrunk
from nnstudio.data.rules import without_rules
from nnstudio.data.surroundings import dark_objects, dark_side, find_sheet
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COARSE = 256
"""Longer side, in pixels, of the picture in which paper, colours and objects are looked for."""

_SIDES = (1024, 2560)
"""Longer side of the picture in which writing is looked for; the second where the first shows it small."""

_SMALL = 28
"""Height in pixels below which writing is looked for in more pixels, where there are more."""

_WEAK, _STRONG = 0.2, 0.5
"""Least ink of a pixel, and of the darkest in a piece."""

_FAINT = 0.1
"""Least ink of a pixel of a rule."""

_NOISY = 0.12
"""Noise of the paper, as a share of full ink, above which the picture is smoothed."""

_SPECK, _DUST = 0.08, 0.02
"""Size of a piece, as a share of the height of the writing, or of the largest piece, that is none of it."""

_INNER = 0.5
"""Height of a piece away from the border that shows how high the writing is, as a share of its height."""

_CLOSE = 2
"""Pixels above and below a line to whose height a picture was cropped."""

_CUT_LONG = 0.9
"""Share of a side of the picture along which no character lies."""

_CUT_BROAD = 2.5
"""Width of lines, in terms of those away from the border, that is no pen's."""

_CUT_LOW, _CUT_HIGH, _CUT_NARROW = 0.6, 1.6, 0.35
"""Heights and width, in terms of the height of the writing, of what is cut off by the border."""


@dataclass(frozen=True)
class LeftOut:
    """What a picture shows beside its writing, counted.

    Attributes
    ----------
    surroundings : int
        1 where the sheet lies on something.
    objects : int
        Dark objects that run out of the picture.
    rules : int
        Ruled lines, and sides of frames.
    cut_off : int
        Pieces of writing that the border of the picture cuts off.
    specks : int
        Pieces too small for a character.
    """

    surroundings: int = 0
    objects: int = 0
    rules: int = 0
    cut_off: int = 0
    specks: int = 0

    def to_json(self) -> dict[str, int]:
        """Return the counts that are not 0, by name."""
        return {name: count for name, count in asdict(self).items() if count}

    def sentence(self) -> str:
        """Return what was left out, for people; an empty string where nothing was."""
        things = (
            (self.surroundings, translatable("what lies around the sheet")),
            (self.objects, translatable("a dark object")),
            (self.rules, translatable("%n ruled line(s)")),
            (self.cut_off, translatable("%n piece(s) that the border cuts off")),
            (self.specks, translatable("%n speck(s)")),
        )
        listed = ", ".join(tr(thing, count) for count, thing in things if count)
        return tr("Left out: {things}.").format(things=listed) if listed else ""


@dataclass(frozen=True, eq=False)
class Writing:
    """The ink of a picture.

    Attributes
    ----------
    ink : float32 ndarray of shape (h, w)
        Paper 0, full ink 1 and more.
    pieces : ConnectedComponents
        What is written.
    height : float
        How high characters are, in pixels.
    left_out : LeftOut
    """

    ink: NDArray[np.float32]
    pieces: ConnectedComponents
    height: float
    left_out: LeftOut


def find_writing(picture: NDArray[np.floating[Any]], *, is_one: bool = False) -> Writing:
    """Find what is written on a picture.

    Parameters
    ----------
    picture : float ndarray of shape (h, w) or (h, w, 3)
        Black 0 to white 1, dark on light or light on dark; or red, green and blue.
    is_one : bool
        Whether it shows a single character.

    Raises
    ------
    BlankImageError
        Nothing stands out from the paper.
    """
    colours = np.asarray(picture, np.float32)
    coarse = shrunk(colours, _COARSE)
    sheet = find_sheet(_grey(coarse))
    is_used = np.ones(coarse.shape[:2], bool)
    has_object = False
    if sheet is not None:
        colours, coarse, is_used = _cropped(colours, sheet)
    if colours.ndim == 3:
        weights = contrast_weights(coarse, is_used)
        colours, coarse = weighted(colours, weights), weighted(coarse, weights)
    dark = dark_side(coarse)
    if dark is not None and (is_used & ~dark).any():
        colours, coarse, is_used = _cropped(colours, is_used & ~dark)
        has_object = True
    try:
        paper, noise = find_paper(coarse, is_used)
    except BlankImageError:
        # Ink may be lost in the noise of a picture that is not averaged.
        coarse = _smoothed(coarse)
        paper, noise = find_paper(coarse, is_used)
    ink = paper.ink(coarse)
    objects = dark_objects(ink / np.float32(full_ink(ink[is_used], noise)), is_used)
    if objects is not None and (is_used & ~objects).any():
        # Where nothing stands out beside it, the object is what was written.
        with suppress(BlankImageError):
            beside = _cropped(colours, is_used & ~objects)
            paper, _ = find_paper(*beside[1:])
            colours, coarse, is_used = beside
            has_object = True
    outside = LeftOut(surroundings=int(sheet is not None), objects=int(has_object))
    for side in _SIDES:
        writing = _writing_at(side, colours, paper, is_used, outside, is_one=is_one)
        if writing.height >= _SMALL or max(colours.shape) <= side:
            break
    return writing


def _grey(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return luminance(picture) if picture.ndim == 3 else picture


def _cropped(
    picture: NDArray[np.float32], is_used: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return the part of a picture that holds a mask, the same coarsely, and the mask in it."""
    lines = [np.flatnonzero(is_used.any(axis=axis)) for axis in (1, 0)]
    parts = [slice(line[0], line[-1] + 1) for line in lines]
    whole = []
    for part, n_coarse, n in zip(parts, is_used.shape, picture.shape, strict=False):
        whole.append(slice(part.start * n // n_coarse, part.stop * n // n_coarse))
    picture = picture[tuple(whole)]
    coarse = shrunk(picture, _COARSE)
    return picture, coarse, _stretched(is_used[tuple(parts)], coarse.shape[:2])


def _stretched(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return a mask in another resolution."""
    rows, columns = ((np.arange(n) + 0.5) * (m / n) for n, m in zip(shape, mask.shape, strict=True))
    stretched: NDArray[np.bool_] = mask[rows.astype(np.intp)[:, None], columns.astype(np.intp)]
    return stretched


def _writing_at(
    side: int,
    grey: NDArray[np.float32],
    paper: Paper,
    is_used: NDArray[np.bool_],
    outside: LeftOut,
    *,
    is_one: bool,
) -> Writing:
    """Find the writing in a picture of this longer side."""
    plane = shrunk(grey, side)
    is_used = _stretched(is_used, plane.shape)
    ink: NDArray[np.float32] = np.where(is_used, paper.ink(plane), 0).astype(np.float32)
    noise = noise_of(ink[is_used])
    full = full_ink(ink[is_used], noise)
    if noise > _NOISY * full:
        ink = _smoothed(ink)
        noise = noise_of(ink[is_used])
        full = full_ink(ink[is_used], noise)
    if full == 0:
        raise BlankImageError
    ink, weak = ink / np.float32(full), max(_WEAK, NOISE_FLOOR * noise / full)
    pieces = hysteresis(ink > weak, ink >= _STRONG)
    faint = max(_FAINT, NOISE_FLOOR * noise / full)
    is_rule, n_rules = without_rules(ink, ink > faint)
    if n_rules:
        ink[is_rule] = 0
        again = full_ink(ink[is_used], noise / full)
        if again > 0:
            ink /= np.float32(again)
            weak = max(_WEAK, NOISE_FLOOR * noise / full / again)
        pieces = hysteresis(ink > weak, ink >= _STRONG)
    if not len(pieces):
        raise BlankImageError
    is_dust = pieces.size <= _DUST * pieces.size.max()
    pieces = pieces.only(~is_dust)
    is_cut = _cut_off(pieces, pieces.sums(ink), is_one=is_one)
    pieces = pieces.only(~is_cut)
    height = _usual_height(pieces, pieces.sums(ink))
    is_speck = pieces.size < _SPECK * height
    left_out = replace(
        outside,
        rules=n_rules,
        cut_off=int(np.count_nonzero(is_cut)),
        specks=int(np.count_nonzero(is_speck)),
    )
    return Writing(ink, pieces.only(~is_speck), height, left_out)


def _smoothed(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of each pixel and its eight neighbours."""
    padded = np.pad(ink, 1, mode="edge")
    across = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    mean: NDArray[np.float32] = (across[:-2] + across[1:-1] + across[2:]) / np.float32(9)
    return mean


def _usual_height(pieces: ConnectedComponents, mass: NDArray[np.float64]) -> float:
    """Return the median of how high characters are by their pieces, weighted by ink.

    A piece that is much wider than high is a bar, or several characters together.
    """
    height = np.maximum(pieces.height, pieces.width / 2)
    order = np.argsort(height)
    cumulated = np.cumsum(mass[order])
    return float(height[order][np.searchsorted(cumulated, cumulated[-1] / 2)])


def _cut_off(pieces: ConnectedComponents, mass: NDArray[np.float64], *, is_one: bool) -> NDArray[np.bool_]:
    """Tell which pieces the border cuts off: parts of neighbours, of frames, of objects.

    Where nothing as high lies away from the border, the picture was cropped to its writing, and all stays.
    Beside one character, everything at the border is cut off.
    """
    at_ends, at_border = pieces.at_ends, pieces.at_border
    label, n = pieces.label, len(pieces) + 1
    beside = np.maximum(*(np.bincount(column, minlength=n)[1:] for column in (label[:, 0], label[:, -1])))
    along = np.maximum(*(np.bincount(row, minlength=n)[1:] for row in (label[0], label[-1])))
    is_side = (beside >= _CUT_LONG * len(label)) | (along >= _CUT_LONG * label.shape[1])
    counts = ~is_side if not is_side.all() else is_side
    usual = _usual_height(pieces.only(counts), mass[counts])
    inner = ~at_border & (pieces.size >= _INNER * usual)
    if not inner.any():
        return np.zeros(len(pieces), bool)
    usual = _usual_height(pieces.only(~at_border), mass[~at_border])
    height, width, stroke = pieces.height, pieces.width, pieces.stroke_width
    if is_one:
        return at_border
    is_cut = (height < _CUT_LOW * usual) | (height > _CUT_HIGH * usual)
    is_cut |= stroke > _CUT_BROAD * np.median(stroke[inner])
    n_rows = len(label)
    is_line = n_rows <= _CUT_HIGH * usual and pieces.top[~is_cut].min(initial=n_rows) <= _CLOSE
    if is_line and pieces.bottom[~is_cut].max() >= n_rows - _CLOSE:
        # The picture was cropped to the line: its ends touch the border as well.
        return at_border & is_cut
    is_cut |= at_ends & (width < _CUT_NARROW * usual)
    is_cut |= beside > np.maximum(2.5 * stroke, 0.3 * height)
    is_cut |= (beside > 1.5 * stroke) & (along > 1.5 * stroke)
    is_cut |= (along > 2.5 * stroke) & (width > 1.5 * height)
    cut: NDArray[np.bool_] = at_border & is_cut
    return cut
