"""Generate handwritten digits and letters from styles, without a data set; any package may import it.

Every character is drawn as strokes and passes the same rasteriser as a drawing on the canvas, so a network
trained on these reads real pens, offline.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.glyphs import STYLES
from nnstudio.data.handwriting_noise import stray, write
from nnstudio.data.letter_glyphs import CAPITALS, SMALL
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_with_pens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.data.glyphs import Style
    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.data.strokes import Drawing

_LOG_PEN = 0.6


def synthetic_digits(
    n: int, *, rng: np.random.Generator, spec: RasterSpec = MNIST_SPEC
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw ``n`` random digits.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
        The same state gives the same digits.
    spec : RasterSpec
        ``spec.pen`` is the median pen; writers use thinner and thicker ones.

    Returns
    -------
    images : uint8 ndarray of shape (n, size * size)
        Ink 255 on paper 0.
    labels : int64 ndarray of shape (n,)
        Digits 0…9, equally likely, in random order.
    """
    return written(tuple(STYLES.values()), n, rng=rng, spec=spec)


def synthetic_letters(
    n: int, *, rng: np.random.Generator, spec: RasterSpec = MNIST_SPEC
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw ``n`` random letters, capitals and small ones; 0…25 are A…Z. See `synthetic_digits`."""
    return written(_BOTH_CASES, n, rng=rng, spec=spec)


def synthetic_drawing(label: int, *, rng: np.random.Generator) -> Drawing:
    """Draw one random digit as strokes, in −1…1 or a little beyond.

    Parameters
    ----------
    label : int
        0…9.
    rng : numpy.random.Generator
    """
    styles = STYLES[label]
    style = styles[rng.choice(len(styles), p=_shares(styles))]
    return write(style, 1, rng=rng).drawing(0)


def _both_cases(capitals: tuple[Style, ...], small: tuple[Style, ...]) -> tuple[Style, ...]:
    """Return the styles of one letter, either case as likely as the other."""
    return tuple(
        replace(style, weight=style.weight / sum(other.weight for other in styles))
        for styles in (capitals, small)
        for style in styles
    )


_BOTH_CASES = tuple(map(_both_cases, CAPITALS.values(), SMALL.values()))


def written(
    styles_of: Sequence[tuple[Style, ...]], n: int, *, rng: np.random.Generator, spec: RasterSpec
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw ``n`` random characters, given the styles of each class; see `synthetic_digits`."""
    labels = rng.integers(len(styles_of), size=n)
    pens = np.clip(spec.pen * np.exp(stray(rng, _LOG_PEN, n)), 1, 0.9 * spec.box)
    images = np.empty((n, spec.size * spec.size), dtype=np.uint8)
    for label, styles in enumerate(styles_of):
        of_label = np.flatnonzero(labels == label)
        choice = rng.choice(len(styles), size=len(of_label), p=_shares(styles))
        for k, style in enumerate(styles):
            chosen = of_label[choice == k]
            polylines = write(style, len(chosen), rng=rng)
            images[chosen] = rasterise_with_pens(polylines, pens[chosen], spec)
    return images, labels


def _shares(styles: tuple[Style, ...]) -> NDArray[np.float64]:
    weights = np.array([style.weight for style in styles])
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
