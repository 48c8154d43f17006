"""Features of a picture that enter a network in its place: a histogram of ink, and directions of edges.

A histogram does not tell where the ink is: it is the same for a drawing moved by whole pixels. Directions of
edges in cells do. Any package may import this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.language import translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

N_BINS = 16
"""Of the histogram."""

N_CELLS, N_DIRECTIONS = 4, 8
"""Cells along each side of the picture, and directions in each of them."""

ARROWS = "→↗↑↖←↙↓↘"
"""The directions in which ink becomes more, in eighths of a turn."""


def ink_histogram(pictures: NDArray[Any]) -> NDArray[np.float32]:
    """Return the share of the pixels in each of 16 equal steps of ink.

    Parameters
    ----------
    pictures : ndarray of shape (n, height, width)
        0 … 1, ink 1.

    Returns
    -------
    ndarray of shape (n, 16)
        Each row sums to 1.

    Examples
    --------
    >>> ink_histogram(np.array([[[0.0, 1.0], [0.1, 0.5]]]))[0, [0, 1, 8, 15]].tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    n, height, width = pictures.shape
    steps = np.clip((pictures * N_BINS).astype(np.int64), 0, N_BINS - 1)
    steps += N_BINS * np.arange(n)[:, None, None]
    counts = np.bincount(steps.reshape(-1), minlength=N_BINS * n).reshape(n, N_BINS)
    shares: NDArray[np.float32] = (counts / (height * width)).astype(np.float32)
    return shares


def edge_directions(pictures: NDArray[Any]) -> NDArray[np.float32]:
    """Return how strong the edges of each direction are in each of 4 × 4 cells.

    Parameters
    ----------
    pictures : ndarray of shape (n, height, width)
        0 … 1, ink 1, at least 2 × 2.

    Returns
    -------
    ndarray of shape (n, 128)
        Row by row of cells, for each cell the directions of `ARROWS`; each row has the length 1, or is 0
        where there is no edge.

    Notes
    -----
    Lowe 2004, Distinctive Image Features from Scale-Invariant Keypoints, section 6.1: 4 × 4 histograms of 8
    directions, weighted by the length of the gradient and scaled to length 1. Variant: gradients by central
    differences, the nearest direction alone, and neither weights by place nor the largest values cut.
    """
    pictures = pictures.astype(np.float32)
    n, height, width = pictures.shape
    down, right = np.gradient(pictures, axis=(1, 2))
    # Rows count downwards; directions turn from the right over the top.
    turn = np.arctan2(-down, right) * (N_DIRECTIONS / (2 * np.pi))
    direction = np.rint(turn).astype(np.int64) % N_DIRECTIONS
    rows, columns = (np.arange(size) * N_CELLS // size for size in (height, width))
    cell = rows[:, None] * N_CELLS + columns
    size = N_CELLS * N_CELLS * N_DIRECTIONS
    places = cell * N_DIRECTIONS + direction + size * np.arange(n)[:, None, None]
    sums = np.bincount(places.reshape(-1), np.hypot(down, right).reshape(-1), minlength=size * n)
    sums = sums.reshape(n, size)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    found: NDArray[np.float32] = (sums / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return found


@dataclass(frozen=True)
class PictureFeatures:
    """Numbers made of a picture.

    Attributes
    ----------
    name, title : str
        Key in `PICTURE_FEATURES`; for people, to be translated with ``tr``.
    names : tuple of str
        Of the numbers, as inputs of a network are named.
    of : callable ``(pictures) -> features``
        From pictures (n, height, width), 0 … 1, to (n, len(names)), 0 … 1.
    """

    name: str
    title: str
    names: tuple[str, ...]
    of: Callable[[NDArray[Any]], NDArray[np.float32]]


_INK_NAMES = tuple(f"ink {step + 1}" for step in range(N_BINS))
_EDGE_NAMES = tuple(
    f"{row + 1},{column + 1} {arrow}"
    for row in range(N_CELLS)
    for column in range(N_CELLS)
    for arrow in ARROWS
)

PICTURE_FEATURES: Mapping[str, PictureFeatures] = MappingProxyType(
    {
        features.name: features
        for features in (
            PictureFeatures("ink", translatable("Ink histogram"), _INK_NAMES, ink_histogram),
            PictureFeatures("edges", translatable("Edge directions"), _EDGE_NAMES, edge_directions),
            PictureFeatures(
                "ink-edges",
                translatable("Ink and edges"),
                (*_INK_NAMES, *_EDGE_NAMES),
                lambda pictures: np.hstack([ink_histogram(pictures), edge_directions(pictures)]),
            ),
        )
    }
)


def features_named(names: Sequence[str]) -> PictureFeatures | None:
    """Return the features that inputs are by their names; None where they are something else.

    Examples
    --------
    >>> features_named(PICTURE_FEATURES["ink"].names).title
    'Ink histogram'
    >>> features_named(("x₁", "x₂")) is None
    True
    """
    wanted = tuple(names)
    return next((each for each in PICTURE_FEATURES.values() if each.names == wanted), None)
