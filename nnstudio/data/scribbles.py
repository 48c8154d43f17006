"""Draw scribbles that are no character, to test whether a network notices; any package may import it.

A network trained on digits alone answers with a digit for any input. How sure it is of scribbles shows
where "this is no digit" must begin.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.glyphs import STYLES, spline_matrix
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.strokes import Drawing
from nnstudio.data.synthetic import synthetic_drawing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec

_STEPS = 6
"""Points on a curve from one control point to the next."""


def scribbles(
    n: int, *, rng: np.random.Generator, spec: RasterSpec = MNIST_SPEC
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw ``n`` images of no character.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
        The same state gives the same scribbles.
    spec : RasterSpec

    Returns
    -------
    images : uint8 ndarray of shape (n, size * size)
        Ink 255 on paper 0.
    kinds : int64 ndarray of shape (n,)
        Which of `KINDS` each is, in their order; equally likely.
    """
    makers = tuple(KINDS.values())
    kinds = rng.integers(len(makers), size=n)
    return rasterise_all([makers[kind](rng) for kind in kinds], spec), kinds


def _scrawl(rng: np.random.Generator) -> Drawing:
    """One or two long smooth lines through random places."""
    return Drawing(
        tuple(_curve(rng.uniform(-1, 1, (rng.integers(7, 16), 2))) for _ in range(rng.integers(1, 3)))
    )


def _zigzag(rng: np.random.Generator) -> Drawing:
    """Straight lines from one random place to the next."""
    return Drawing((rng.uniform(-1, 1, (rng.integers(7, 25), 2)),))


def _walk(rng: np.random.Generator) -> Drawing:
    """One line that turns at random and never goes straight for long."""
    turns = rng.normal(0, rng.uniform(0.3, 0.9), rng.integers(60, 200))
    # Drifting turns make loops and curls instead of jitter.
    directions = np.cumsum(turns + rng.normal(0, 0.15))
    steps = np.stack((np.cos(directions), np.sin(directions)), axis=1)
    return Drawing((np.cumsum(steps, axis=0),))


def _hatching(rng: np.random.Generator) -> Drawing:
    """Draw hatching, as if to blacken a field or cross something out."""
    n = int(rng.integers(6, 20))
    along = np.linspace(-1, 1, n)
    across = np.where(np.arange(n) % 2, 1.0, -1.0) * rng.uniform(0.3, 1.0)
    points = np.stack((along, across), axis=1) + rng.normal(0, 0.08, (n, 2))
    if rng.random() < 0.5:
        points = _curve(points)
    return Drawing((_turned(points, rng.uniform(0, np.pi)),))


def _coil(rng: np.random.Generator) -> Drawing:
    """Draw a coil, in one place, outwards, or along a line."""
    n_turns = rng.uniform(2.5, 7)
    angles = np.linspace(0, 2 * np.pi * n_turns, int(24 * n_turns)) * rng.choice((-1, 1))
    share = np.linspace(0, 1, len(angles))
    # Without a shrinking radius it would look like a bold 0.
    radii = 1 - rng.uniform(0.5, 1) * share + 0.15 * np.sin(angles * rng.uniform(0.3, 0.8))
    points = np.stack((radii * np.cos(angles), rng.uniform(0.6, 1) * radii * np.sin(angles)), axis=1)
    points[:, 0] += rng.uniform(0, 2.5) * share
    return Drawing((_turned(points, rng.uniform(0, np.pi)),))


def _strewn(rng: np.random.Generator) -> Drawing:
    """Draw many short strokes and dots all over the image."""
    centres = rng.uniform(-1, 1, (rng.integers(4, 13), 1, 2))
    return Drawing(tuple(centre + rng.normal(0, 0.25, (rng.integers(1, 4), 2)) for centre in centres))


def _several_digits(rng: np.random.Generator) -> Drawing:
    """Two to four digits side by side, close to one another or over one another."""
    strokes: list[NDArray[np.float64]] = []
    edge = 0.0
    for label in rng.integers(len(STYLES), size=rng.integers(2, 5)):
        digit = synthetic_drawing(int(label), rng=rng)
        left, top, right, bottom = digit.bounds()
        shift = np.array((edge - left, rng.normal(0, 0.15) - (top + bottom) / 2))
        strokes.extend(stroke + shift for stroke in digit.strokes)
        edge += right - left + rng.uniform(-0.3, 0.7)
    return Drawing(tuple(strokes))


def _curve(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth line through points."""
    knots = np.arange(len(points), dtype=np.float64)
    return spline_matrix(knots, np.linspace(0, knots[-1], _STEPS * len(points))) @ points


def _turned(points: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """Turn points about 0."""
    cos, sin = np.cos(angle), np.sin(angle)
    return points @ np.array(((cos, sin), (-sin, cos)))


KINDS: Mapping[str, Callable[[np.random.Generator], Drawing]] = MappingProxyType(
    {
        "scrawl": _scrawl,
        "zigzag": _zigzag,
        "walk": _walk,
        "hatching": _hatching,
        "coil": _coil,
        "strewn strokes": _strewn,
        "several digits": _several_digits,
    }
)
"""The kinds of scribbles, and the function that draws one of each."""
