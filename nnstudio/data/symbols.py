"""Draw signs that are neither digits nor letters, to test whether a network notices.

Any package may import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnstudio.data.glyphs import style
from nnstudio.data.problem import OutputSpace
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.synthetic import written
from nnstudio.language import translatable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.data.glyphs import Style
    from nnstudio.data.rasterise import RasterSpec

_RING = "55,2 25,10 5,45 12,85 45,99 82,85 95,45 80,10 50,2"

STYLES: Mapping[str, tuple[Style, ...]] = {
    "+": (
        style(3, "50,0 50,100", "0,50 100,50", aspect=1.0),
        style(1, "0,48 100,50", "50,2 50,98", aspect=1.2),
    ),
    "×": (style(1, "8,4 92,96", "92,4 8,96", aspect=1.0),),
    "♥": (
        style(2, "50,30 36,6 12,8 3,34 20,66 50,100! 80,66 97,34 88,8 64,6 50,30", aspect=1.0),
        style(1, "50,28 30,2 4,20 14,58 50,98", "50,28 70,2 96,20 86,58 50,98", aspect=1.0),
        style(1, "50,98 12,56 4,20 28,4 50,30! 72,4 96,20 88,56 50,98", aspect=1.0),
    ),
    "?": (
        style(2, "14,24 32,3 70,5 82,28 56,50 50,74", "50,95 51,99", aspect=0.55),
        style(1, "10,20 45,0 88,16 80,40 52,52! 50,76", "48,96 54,97", aspect=0.6),
    ),
    # Lying, falling, and rising too little for a 1.
    "−": (
        style(3, "0,50 100,50", aspect=1.0),
        style(1, "0,60 45,42 100,52", aspect=1.2),
        style(1, "2,10 98,90", aspect=1.6),
        style(1, "0,80 100,20", aspect=2.2),
    ),
    "=": (style(1, "5,32 95,32", "5,68 95,68", aspect=1.2),),
    "→": (
        style(2, "0,50 100,50", "68,20 100,50! 68,80", aspect=1.3),
        style(1, "50,100 50,0", "22,30 50,0! 78,30", aspect=0.9),
        style(1, "50,0 50,100", "22,70 50,100! 78,70", aspect=0.9),
    ),
    "△": (style(1, "50,0 2,96! 98,96! 50,0", aspect=1.1),),
    "★": (style(1, "20,98 50,0! 80,98! 0,38! 100,38! 20,98", aspect=1.0),),
    "✓": (style(1, "0,58 32,98! 100,0", aspect=1.0),),
    "#": (style(1, "36,0 30,100", "70,0 64,100", "2,34 98,32", "2,68 98,66", aspect=0.95),),
    "%": (style(1, "92,0 8,100", "22,4 6,16 20,32 36,18 22,4", "78,68 64,82 78,97 94,84 78,68", aspect=0.9),),
    "☺": (style(1, _RING, "34,34 35,40", "66,34 67,40", "28,62 50,80 74,62", aspect=1.0),),
    "~": (style(1, "0,62 26,34 50,50 74,66 100,38", aspect=2.0),),
    "∞": (style(1, "50,50 24,22 2,50 24,78 50,50 76,22 98,50 76,78 50,50", aspect=2.0),),
    "*": (style(1, "50,0 50,100", "6,25 94,75", "94,25 6,75", aspect=1.0),),
    "⌂": (style(1, "4,98 4,44! 50,0! 96,44! 96,98! 4,98", aspect=1.0),),
}
"""The styles of each sign; see ``glyphs``."""

SYMBOLS = OutputSpace(tuple(STYLES), noun=translatable("sign"))


def symbols(
    n: int, *, rng: np.random.Generator, spec: RasterSpec = MNIST_SPEC
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw ``n`` random signs, each of `STYLES` equally likely; see `synthetic.synthetic_digits`."""
    return written(tuple(STYLES.values()), n, rng=rng, spec=spec)
