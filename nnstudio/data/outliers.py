"""Draw outliers: scribbles, signs, or characters of another alphabet; files and studio use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problems import WRITERS
from nnstudio.data.scribbles import scribbles
from nnstudio.data.symbols import SYMBOLS, symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SCRIBBLES = "scribbles"
SIGNS = "symbols"

_WRITERS = {**WRITERS, SIGNS: (symbols, SYMBOLS)}

OUTLIERS: tuple[str, ...] = (SCRIBBLES, *_WRITERS)
"""The kinds of outliers."""


def draw_outliers(
    source: str, n: int, left_out: Sequence[str] = (), *, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw ``n`` images of one source.

    Parameters
    ----------
    source : str
        One of `OUTLIERS`.
    n : int
    left_out : sequence of str
        Classes of that source that look like one of the network's own, such as an O for digits. Unknown
        names are ignored.
    rng : numpy.random.Generator
        The same state draws the same images.

    Returns
    -------
    uint8 ndarray of shape (n, 784)
        Ink 255 on paper 0.
    """
    if source == SCRIBBLES:
        return scribbles(n, rng=rng)[0]
    write, output_space = _WRITERS[source]
    names = output_space.class_names
    wanted = np.array([name not in left_out for name in names])
    blocks: list[NDArray[np.uint8]] = []
    n_missing = n
    while n_missing > 0:
        images, labels = write(int(n_missing / wanted.mean()) + 1, rng=rng)
        blocks.append(images[wanted[labels]][:n_missing])
        n_missing -= len(blocks[-1])
    return np.concatenate(blocks) if blocks else np.empty((0, 784), np.uint8)
