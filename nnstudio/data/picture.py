"""Find the characters of a picture, each as a network's input; any package may import it.

`writing` finds what is written on any photo, scan or drawing, `text_lines` arranges it in lines, `segment`
parts each line into characters, as it does with strokes. Where a network can be asked how sure it is of a
character, it decides what the shape leaves open. Characters that touch are not separated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.colours import luminance
from nnstudio.data.normalise import normalise_ink
from nnstudio.data.paper import (
    NOISE_FLOOR,
    BlankImageError,
    find_paper,
    full_ink,
)
from nnstudio.data.pieces import connected_pieces, edge, spread
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.resize import shrunk
from nnstudio.data.segment import character_groups, word_starts
from nnstudio.data.strokes import Drawing
from nnstudio.data.text_lines import lines_within, text_lines
from nnstudio.data.writing import LeftOut, Writing, find_writing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

__all__ = ["BlankImageError", "CharacterImages", "character_of_picture", "characters_of_picture"]

_SPECK = 0.02
"""Share of the largest piece's ink below which another piece of a tiny picture is dust."""

_LEAST_BODY = 0.25
"""Size of a character's largest piece, in terms of the height of the writing."""

_BODY = 0.5
"""Height of a piece that can be a character by itself, in terms of the height of the writing."""

_POINTS = 400
"""Most pixels of a piece that are used to group pieces."""

_BROAD = 5.0
"""Pixels across a line that are enough to find its middle."""

_FULL_PERCENTILE = 70
"""Percentile of a character's ink that counts as full ink."""

_LARGEST = 256
"""Longer side in pixels that a larger character is shrunk to before it is normalised."""

_BETTER = 0.1
"""By how much the network must be surer to change the grouping."""

_SURE, _VERY_SURE = 0.7, 0.9
"""Confidence that a change must reach, and below which characters may be joined."""

_LOW, _TINY, _NEAR = 0.4, 0.3, 0.6
"""Height below which something is no character by itself, and no character at all, and how far from it is the
one to which it may belong, in terms of the median height of the line."""

_CLOSE, _WIDE = 0.25, 1.2
"""Gap between two parts of a character, in terms of the height of the writing, and its width per height."""


@dataclass(frozen=True, eq=False)
class CharacterImages:
    """The characters of a picture, from left to right, line by line.

    Attributes
    ----------
    images : tuple of float32 ndarray of shape (size, size)
        In the format of the training images.
    word_starts : tuple of int
        Numbers of the characters that begin a word; every first of a line is one of them.
    line_starts : tuple of int
        Numbers of the characters that begin a line.
    left_out : LeftOut
        What was taken for no character.
    """

    images: tuple[NDArray[np.float32], ...]
    word_starts: tuple[int, ...] = (0,)
    line_starts: tuple[int, ...] = (0,)
    left_out: LeftOut = field(default_factory=LeftOut)


def character_of_picture(
    picture: NDArray[np.floating[Any]], spec: RasterSpec = MNIST_SPEC
) -> CharacterImages:
    """Convert a picture of one character to the format of the training images.

    Parameters
    ----------
    picture : float ndarray of shape (h, w) or (h, w, 3)
        Black 0 to white 1, dark on light or light on dark, of any size; or red, green and blue.
    spec : RasterSpec

    Returns
    -------
    CharacterImages
        One, whatever its pieces look like: ink 1, paper 0, in steps of 1/255; the maximum is exactly 1.

    Raises
    ------
    BlankImageError
        Nothing stands out from the paper.
    ValueError
        ``picture`` is not finite, of another shape, or without a pixel.

    Notes
    -----
    Thick and thin strokes stay as they are, as in MNIST; only lines much thinner than the rasteriser's pen
    are thickened, because shrinking would make them faint.
    """
    checked = _checked(picture)
    if max(checked.shape[:2]) <= spec.size:
        return CharacterImages((_of_tiny(checked, spec),))
    writing = find_writing(checked, is_one=True)
    chosen = np.concatenate(text_lines(writing.pieces, writing.height))
    n_specks = writing.left_out.specks + len(writing.pieces) - len(chosen)
    return CharacterImages(
        (_image(writing, chosen, spec),), left_out=replace(writing.left_out, specks=n_specks)
    )


def characters_of_picture(
    picture: NDArray[np.floating[Any]],
    spec: RasterSpec = MNIST_SPEC,
    *,
    confidence: Callable[[NDArray[np.float32]], NDArray[np.floating[Any]]] | None = None,
) -> CharacterImages:
    """Find the characters of a picture and convert each to the format of the training images.

    Parameters
    ----------
    picture : float ndarray of shape (h, w) or (h, w, 3)
        As for `character_of_picture`, with one or more lines of characters.
    spec : RasterSpec
    confidence : callable, optional
        Takes images, float32 (n, size * size), and returns for each how sure a network is that it is one
        character, 0…1, float (n,).

    Returns
    -------
    CharacterImages
        At least one. A picture that is no larger than the training images is one character.

    Raises
    ------
    BlankImageError
        Nothing stands out from the paper.
    ValueError
        ``picture`` is not finite, of another shape, or without a pixel.
    """
    checked = _checked(picture)
    if max(checked.shape[:2]) <= spec.size:
        return character_of_picture(checked, spec)
    writing = find_writing(checked)
    strokes = _middles(writing)
    inputs = _Inputs(writing, spec)
    images: list[NDArray[np.float32]] = []
    lines: list[int] = []
    words: list[int] = []
    n_used = 0
    lines_found = text_lines(writing.pieces, writing.height)
    within = lines_within(writing.pieces, lines_found)
    n_cut = sum(map(len, lines_found)) - sum(map(len, within))
    for line in within:
        grouped = character_groups([strokes[k] for k in line], as_written=False)
        groups = [line[list(group)] for group in grouped]
        groups = [
            group for group in groups if writing.pieces.size[group].max() >= _LEAST_BODY * writing.height
        ]
        if not groups:
            continue
        if confidence is not None:
            groups = _Decision(inputs, confidence).regrouped(groups)
        lines.append(len(images))
        drawings = [Drawing(tuple(strokes[k] for k in group)) for group in groups]
        words += [len(images) + nth for nth in word_starts(drawings)]
        images += [inputs.of(group) for group in groups]
        n_used += sum(map(len, groups))
    if not images:
        raise BlankImageError
    n_specks = writing.left_out.specks + len(writing.pieces) - n_cut - n_used
    left_out = replace(writing.left_out, cut_off=writing.left_out.cut_off + n_cut, specks=n_specks)
    return CharacterImages(tuple(images), tuple(words), tuple(lines), left_out)


def _checked(picture: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    checked = np.asarray(picture, np.float32)
    is_picture = checked.ndim == 2 or (checked.ndim == 3 and checked.shape[2] == 3)
    if not is_picture or checked.size == 0 or not np.isfinite(checked).all():
        raise ValueError(f"a picture must be a finite array (h, w) or (h, w, 3), got shape {checked.shape}")
    return checked


def _of_tiny(picture: NDArray[np.float32], spec: RasterSpec) -> NDArray[np.float32]:
    """Return the character of a picture that is no larger than the training images."""
    grey = luminance(picture) if picture.ndim == 3 else picture
    everywhere = np.ones(grey.shape, bool)
    paper, noise = find_paper(grey, everywhere)
    ink = paper.ink(grey)
    full, floor = full_ink(ink.ravel(), noise), NOISE_FLOOR * noise
    if full == 0:
        raise BlankImageError
    ink = np.clip((ink - floor) / (full - floor), 0, 1)
    pieces = connected_pieces(ink > 0)
    mass = pieces.sums(ink)
    keep = (mass >= _SPECK * mass.max()) & (pieces.counts(ink >= 0.5) > 0)
    if not keep.any():
        raise BlankImageError
    return normalise_ink(np.where(pieces.mask(keep), ink, 0), spec)


def _image(writing: Writing, group: NDArray[np.intp], spec: RasterSpec) -> NDArray[np.float32]:
    """Return the pieces of one character in the format of the training images."""
    pieces, reach = writing.pieces, 2
    rows = slice(max(0, pieces.top[group].min() - reach), pieces.bottom[group].max() + reach)
    columns = slice(max(0, pieces.left[group].min() - reach), pieces.right[group].max() + reach)
    label, ink = pieces.label[rows, columns], writing.ink[rows, columns]
    is_own = np.zeros(len(pieces) + 1, bool)
    is_own[group + 1] = True
    full = max(0.5, float(np.percentile(ink[is_own[label]], _FULL_PERCENTILE)))
    # Fainter pixels belong to the piece beside them.
    own = is_own[spread(label, reach)]
    found = np.where(own, np.clip(ink / np.float32(full), 0, 1), np.float32(0))
    return normalise_ink(shrunk(found, _LARGEST).astype(np.float64), spec)


def _middles(writing: Writing) -> list[NDArray[np.float64]]:
    """Return pixels (x, y) along the middle of each piece's lines: the path of the pen, about."""
    pieces = writing.pieces
    # Of broad lines every second pixel or fewer will do.
    step = max(1, int(pieces.stroke_width.min() / _BROAD))
    label = pieces.label[::step, ::step]
    kept = label > 0
    for _ in range(round((float(np.median(pieces.stroke_width)) / step - 1) / 2)):
        inner = kept & ~edge(kept)
        # A piece with thinner lines than others keeps what it has.
        lasts = np.bincount(label[inner], minlength=len(pieces) + 1) > 0
        kept &= inner | ~lasts[label]
    y, x = np.nonzero(kept)
    owner = label[kept]
    order = np.argsort(owner, kind="stable")
    ends = np.cumsum(np.bincount(owner, minlength=len(pieces) + 1)[1:])[:-1]
    paths = np.split(step * np.stack((x, y), axis=1)[order].astype(np.float64), ends)
    return [path[:: -(-len(path) // _POINTS)] for path in paths]


class _Inputs:
    """Characters in the format of the training images, each made once.

    Parameters
    ----------
    writing : Writing
    spec : RasterSpec
    """

    def __init__(self, writing: Writing, spec: RasterSpec) -> None:
        self.writing, self._spec = writing, spec
        self._made: dict[bytes, NDArray[np.float32]] = {}

    def of(self, group: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the image of these pieces together, (size, size)."""
        key = np.sort(group).tobytes()
        if key not in self._made:
            self._made[key] = _image(self.writing, group, self._spec)
        return self._made[key]


class _Decision:
    """Asks a network where the shape of pieces does not tell how they are grouped.

    Parameters
    ----------
    inputs : _Inputs
    confidence : callable
        See `characters_of_picture`.
    """

    def __init__(
        self, inputs: _Inputs, confidence: Callable[[NDArray[np.float32]], NDArray[np.floating[Any]]]
    ) -> None:
        self._inputs, self._writing, self._confidence = inputs, inputs.writing, confidence

    def regrouped(self, groups: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
        """Split characters, and join neighbours, where the network is surer of the result."""
        apart = [part for group in groups for part in self._split(group)]
        return self._joined(self._without_low(apart))

    def _without_low(self, groups: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
        """Join what is too low for a character with a neighbour; leave it out where it is tiny, too."""
        pieces = self._writing.pieces
        heights = np.array([np.ptp(np.r_[pieces.top[group], pieces.bottom[group]]) for group in groups])
        usual = float(np.median(heights))
        kept = dict(enumerate(groups))
        for nth in np.argsort(heights).tolist():
            if heights[nth] >= _LOW * usual:
                break
            low = kept.pop(nth)
            beside = [
                max((k for k in kept if k < nth), default=-1),
                min((k for k in kept if k > nth), default=-1),
            ]
            near = [k for k in beside if k in kept and self._gap(kept[k], low) < _NEAR * usual]
            wholes = {k: np.concatenate((kept[k], low)) for k in near}
            if near:
                sure = self._sure([*(kept[k] for k in near), *wholes.values()])
                gain, whole, best = max(
                    (whole - alone, whole, k)
                    for alone, whole, k in zip(sure[: len(near)], sure[len(near) :], near, strict=True)
                )
                if whole > _SURE and gain > -_BETTER:
                    kept[best] = wholes[best]
                    continue
            if heights[nth] >= _TINY * usual:
                kept[nth] = low
        return [kept[k] for k in sorted(kept)]

    def _gap(self, group: NDArray[np.intp], other: NDArray[np.intp]) -> int:
        """Return the pixels between two groups, negative where one is above the other."""
        pieces = self._writing.pieces
        starts = pieces.left[group].min(), pieces.left[other].min()
        ends = pieces.right[group].max(), pieces.right[other].max()
        return int(max(starts) - min(ends))

    def _sure(self, groups: Sequence[NDArray[np.intp]]) -> list[float]:
        images = np.stack([self._inputs.of(group).ravel() for group in groups])
        return [float(value) for value in self._confidence(images)]

    def _split(self, group: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        pieces = self._writing.pieces
        bodies = group[pieces.height[group] >= _BODY * self._writing.height]
        if len(bodies) < 2:
            return [group]
        bodies = bodies[np.argsort(pieces.left[bodies] + pieces.right[bodies])]
        middle = (pieces.left[group] + pieces.right[group]) / 2
        borders = [
            (pieces.right[before] + pieces.left[after]) / 2
            for before, after in pairwise(bodies)
            if pieces.right[before] <= pieces.left[after]
        ]
        if not borders:
            return [group]
        halves = [(group[middle < border], group[middle >= border]) for border in borders]
        whole, *parts = self._sure([group, *(half for pair in halves for half in pair)])
        lesser = [min(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
        best = int(np.argmax(lesser))
        if lesser[best] <= max(_SURE, whole + _BETTER):
            return [group]
        return [part for half in halves[best] for part in self._split(half)]

    def _joined(self, groups: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
        """Join pairs of neighbours, the surest first, and ask again for what that makes."""
        pieces, height = self._writing.pieces, self._writing.height
        candidates = []
        for nth, (before, after) in enumerate(pairwise(groups)):
            both = np.concatenate((before, after))
            gap = pieces.left[after].min() - pieces.right[before].max()
            width = pieces.right[both].max() - pieces.left[both].min()
            tall = pieces.bottom[both].max() - pieces.top[both].min()
            if gap < _CLOSE * height and width < _WIDE * tall:
                candidates.append(nth)
        if not candidates:
            return groups
        sure = self._sure(groups)
        wholes = self._sure([np.concatenate(groups[nth : nth + 2]) for nth in candidates])
        joins: list[int] = []
        for whole, nth in sorted(zip(wholes, candidates, strict=True), reverse=True):
            lesser = min(sure[nth : nth + 2])
            is_surer = lesser < _VERY_SURE and whole > max(_SURE, lesser + _BETTER)
            if is_surer and not {nth - 1, nth + 1} & set(joins):
                joins.append(nth)
        if not joins:
            return groups
        joined = list(groups)
        for nth in sorted(joins, reverse=True):
            joined[nth : nth + 2] = [np.concatenate(groups[nth : nth + 2])]
        return self._joined(joined)
