"""Segment a picture of a word or number into its characters; any package may import it.

Each connected piece of ink counts as a stroke, and the pieces are grouped as strokes are: see ``segment``.
Characters that touch are not separated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.normalise import normalise_image, normalise_ink, resized, surroundings
from nnstudio.data.paper import connected_pieces, find_ink
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.segment import character_groups, word_starts
from nnstudio.data.strokes import Drawing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

_COARSE = 512
"""Larger images are shrunk to this longer side to find the line of writing."""

_HIGHEST, _LONGEST = 128, 1536
"""Height and width in pixels that a line of writing is shrunk to."""

_INK = 0.5
"""Least ink of a pixel of a piece."""

_POINTS = 400
"""Most pixels of a piece that are used."""


@dataclass(frozen=True, eq=False)
class CharacterImages:
    """The characters of a picture, from left to right.

    Attributes
    ----------
    images : tuple of float32 ndarray of shape (size, size)
        Each as ``normalise_image`` gives it.
    word_starts : tuple of int
        Numbers of the characters that begin a word.
    """

    images: tuple[NDArray[np.float32], ...]
    word_starts: tuple[int, ...]


def image_characters(grey: NDArray[np.floating[Any]], spec: RasterSpec = MNIST_SPEC) -> CharacterImages:
    """Find the characters of a picture and convert each to the format of the training images.

    Parameters
    ----------
    grey : float ndarray of shape (h, w)
        Black 0 to white 1, dark on light or light on dark, of any size: a character or one line of them.
    spec : RasterSpec

    Returns
    -------
    CharacterImages
        A single character is what ``normalise_image`` returns for the whole picture; so is a picture that is
        no larger than the training images.

    Raises
    ------
    BlankImageError
        Nothing stands out from the paper.
    ValueError
        ``grey`` is not a finite two-dimensional array with at least one pixel.
    """
    whole = CharacterImages((normalise_image(grey, spec),), (0,))
    if max(grey.shape) <= spec.size:
        return whole
    part = surroundings(np.asarray(grey, dtype=np.float64), _COARSE)
    height, width = part.shape
    ink = find_ink(resized(part, max(1.0, height / _HIGHEST, width / _LONGEST)))
    pieces = connected_pieces(ink >= _INK)
    strokes = _middles(pieces)
    groups = character_groups(strokes, as_written=False)
    if len(groups) == 1:
        return whole
    # Fainter pixels belong to the piece beside them.
    around = _spread(pieces, 2)
    images = tuple(
        normalise_ink(np.where(np.isin(around, np.add(group, 1)), ink, 0), spec) for group in groups
    )
    line = [Drawing(tuple(strokes[k] for k in group)) for group in groups]
    return CharacterImages(images, word_starts(line))


def _middles(pieces: NDArray[np.intp]) -> list[NDArray[np.float64]]:
    """Return pixels (x, y) along the middle of each piece's lines: the path of the pen, about."""
    kept = pieces > 0
    for _ in range(_half_width(kept)):
        inner = kept & ~_edge(kept)
        # A piece with thinner lines than others keeps what it has.
        lasts = np.bincount(pieces[inner], minlength=pieces.max() + 1) > 0
        kept = np.where(lasts[pieces], inner, kept)
    middles = []
    for piece in range(1, pieces.max() + 1):
        y, x = np.nonzero(kept & (pieces == piece))
        pixels = np.stack((x, y), axis=1).astype(np.float64)
        middles.append(pixels[:: -(-len(pixels) // _POINTS)])
    return middles


def _half_width(is_ink: NDArray[np.bool_]) -> int:
    """Return about half the width of the lines, in pixels: for a line, width = 2 · area / outline."""
    outline = np.count_nonzero(_edge(is_ink))
    return round(np.count_nonzero(is_ink) / outline - 0.5)


def _edge(is_ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of a mask that have a neighbour outside it, at a side."""
    padded = np.pad(is_ink, 1)
    inside = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    edge: NDArray[np.bool_] = is_ink & ~inside
    return edge


def _spread(pieces: NDArray[np.intp], rounds: int) -> NDArray[np.intp]:
    """Extend the number of each piece to the pixels around it that have none."""
    for _ in range(rounds):
        padded = np.pad(pieces, 1)
        beside = np.maximum.reduce((padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]))
        pieces = np.where(pieces > 0, pieces, beside)
    return pieces
