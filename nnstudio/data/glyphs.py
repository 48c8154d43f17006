"""Handwriting styles of the ten digits: control points, and the curves through them.

A style is one or more strokes. A stroke is written as text: control points ``x,y`` in a box of 100 by 100, y
down, in writing order; ``!`` after a point makes it a corner, the others lie on a smooth curve. Used by
``nnstudio.data.synthetic``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_SAMPLE_STEP = 0.1
"""Distance of the points put on a curve, in half heights of the glyph: about one pixel of the image."""


@dataclass(frozen=True, eq=False)
class StrokePath:
    """Control points of one stroke and the linear maps from them to points on the stroke.

    Attributes
    ----------
    control : float64 ndarray of shape (k, 2)
        In −1…1.
    corners : tuple of int
        Indices of control points where the stroke turns sharply.
    """

    control: NDArray[np.float64]
    corners: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> StrokePath:
        """Read ``"x,y x,y! …"``.

        A straight run between corners gets a control point in its middle, so that a random hand can bend it.
        """
        words = text.split()
        points = [tuple(float(value) / 50 - 1 for value in word.rstrip("!").split(",")) for word in words]
        turns = [k == 0 or k == len(words) - 1 or word.endswith("!") for k, word in enumerate(words)]
        control, corners = [points[0]], []
        for k in range(1, len(points)):
            if turns[k - 1] and turns[k]:
                control.append(tuple((a + b) / 2 for a, b in zip(points[k - 1], points[k], strict=True)))
            control.append(points[k])
            if turns[k] and k < len(points) - 1:
                corners.append(len(control) - 1)
        return cls(np.array(control), tuple(corners))

    @cached_property
    def _knots(self) -> NDArray[np.float64]:
        """Parameter of each control point: the length of the polygon up to it, shape (k,)."""
        return np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(self.control, axis=0).T))))

    @cached_property
    def _parameters(self) -> NDArray[np.float64]:
        """Parameters of the points put on the curve, the corners among them."""
        steps = [
            np.linspace(a, b, max(2, round((b - a) / _SAMPLE_STEP)), endpoint=False)
            for a, b in pairwise(self._knots)
        ]
        return np.concatenate((*steps, self._knots[-1:]))

    @cached_property
    def sharp(self) -> NDArray[np.float64]:
        """Matrix (n_samples, k) from control points to a curve that breaks at the corners."""
        matrix = np.zeros((len(self._parameters), len(self.control)))
        ends = (0, *self.corners, len(self.control) - 1)
        for first, last in pairwise(ends):
            knots = self._knots[first : last + 1]
            rows = (self._parameters >= knots[0]) & (self._parameters <= knots[-1])
            matrix[rows, first : last + 1] = spline_matrix(knots, self._parameters[rows])
        return matrix

    @cached_property
    def rounded(self) -> NDArray[np.float64]:
        """Matrix (n_samples, k) from control points to one smooth curve through all of them."""
        return spline_matrix(self._knots, self._parameters)


@dataclass(frozen=True, eq=False)
class Style:
    """One way of writing a character.

    Attributes
    ----------
    weight : float
        How common it is among the ways of writing that character.
    aspect : float
        Median of width to height where it fills its box.
    strokes : tuple of StrokePath
    """

    weight: float
    aspect: float
    strokes: tuple[StrokePath, ...]


def spline_matrix(knots: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix that evaluates natural cubic splines.

    Parameters
    ----------
    knots : float64 ndarray of shape (k,), rising
    at : float64 ndarray of shape (n,), within the knots

    Returns
    -------
    float64 ndarray of shape (n, k)
        Times the values at the knots: the spline's values at ``at``.

    Notes
    -----
    The spline's second derivatives at the knots are linear in its values, so one solve with the identity
    gives the whole map (de Boor, A Practical Guide to Splines, chapter IV).
    """
    k = len(knots)
    width = np.diff(knots)
    inner = np.arange(1, k - 1)
    system, right = np.eye(k), np.zeros((k, k))
    system[inner, inner - 1] = width[:-1] / 6
    system[inner, inner] = (width[:-1] + width[1:]) / 3
    system[inner, inner + 1] = width[1:] / 6
    right[inner, inner - 1] = 1 / width[:-1]
    right[inner, inner] = -1 / width[:-1] - 1 / width[1:]
    right[inner, inner + 1] = 1 / width[1:]
    second = np.linalg.solve(system, right)
    span = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, k - 2)
    h = width[span][:, None]
    a = (knots[span + 1] - at)[:, None] / h
    b = 1 - a
    values = np.eye(k)
    return (
        a * values[span]
        + b * values[span + 1]
        + ((a**3 - a) * second[span] + (b**3 - b) * second[span + 1]) * h**2 / 6
    )


def style(weight: float, *strokes: str, aspect: float = 0.78) -> Style:
    """Read a style from the texts of its strokes; digits are so much narrower than high."""
    return Style(weight, aspect, tuple(map(StrokePath.parse, strokes)))


STYLES: Mapping[int, tuple[Style, ...]] = {
    0: (
        # Counter-clockwise from the top, closed and overlapping; from the upper right with a gap; clockwise;
        # with a hook inside at the start or the end; with a slash through it or inside, of either diagonal,
        # steep or flat, without lifting the pen; with a bar.
        style(4, "55,2 25,10 5,45 12,85 45,99 82,85 95,45 80,10 50,2 36,8"),
        style(3, "70,6 35,3 8,35 10,75 42,99 80,85 93,50 82,15 60,3"),
        style(2, "28,12 65,2 93,35 88,78 50,99 12,82 6,40 25,10 50,4"),
        style(2, "32,38 45,8 25,12 5,48 15,88 48,99 85,82 95,42 78,10 45,3 34,8"),
        style(1, "55,3 20,12 5,50 20,92 55,98 90,75 92,35 70,8 45,12 42,38"),
        style(1, "74,0 40,8 10,40 15,85 50,99 88,80 90,45 65,12 38,16"),
        style(1, "38,12 8,50 20,92 62,94 92,50 75,10 58,8"),
        style(0.8, "55,2 25,10 5,45 12,85 45,99 82,85 95,45 80,10 50,2", "100,0 0,100"),
        style(0.5, "55,2 25,10 5,45 12,85 45,99 82,85 95,45 80,10 50,2", "74,22 26,78"),
        style(0.4, "54,8 30,16 12,46 18,80 46,92 74,82 88,46 76,16 50,8", "100,0 0,100"),
        style(0.3, "55,2 25,10 5,45 12,85 45,99 82,85 95,45 80,10 50,2", "2,2 98,98"),
        style(0.2, "55,2 25,10 5,45 12,85 45,99 82,85 95,45 80,10 50,2", "26,24 74,76"),
        style(0.3, "54,8 30,16 12,46 18,80 46,92 74,82 88,46 76,16 50,8", "70,0 30,100"),
        style(0.3, "54,2 34,10 20,46 24,84 46,98 70,86 82,46 72,12 50,2", "100,30 0,70"),
        style(0.4, "60,2 25,10 5,45 12,85 45,99 82,85 95,45 88,14! 4,94"),
        style(0.2, "55,2 25,10 5,45 12,85 45,99 82,85 95,45 80,10 50,2", "0,52 100,48"),
    ),
    1: (
        # A bar; a flag, short or as long as the bar, steep or curved; a base; the whole in one line.
        style(5, "50,0 50,100"),
        style(3, "32,25 50,0! 50,100"),
        style(3, "8,48 52,0! 50,100"),
        style(1.5, "20,30 40,18 56,0! 50,100"),
        style(1, "4,34 62,0! 62,100", aspect=0.45),
        style(1, "2,62 58,0! 54,100", aspect=0.6),
        style(0.7, "14,52 38,30 60,0! 46,100", aspect=0.5),
        style(2, "25,26 50,0! 50,98", "18,100 85,98"),
        style(1, "28,22 50,0! 48,96! 15,99! 90,97"),
        style(0.7, "50,0 50,98", "20,100 80,98"),
        style(0.5, "50,0 50,98", "25,2 75,0", "20,100 80,98"),
    ),
    2: (
        # A corner at the foot; a loop there; like a Z; a waved base; a curl at the head.
        style(3, "8,25 20,6 50,0 80,12 82,35 60,62 10,98! 50,97 95,97"),
        style(3, "10,25 25,5 55,0 80,15 75,42 45,75 15,96 4,88 18,78 50,90 95,98"),
        style(2.5, "22,22 45,0 68,14 60,50 18,96! 60,96 100,94"),
        style(1, "10,8 50,3 88,8! 50,55 8,97! 50,97 95,96"),
        style(2, "15,28 45,4 76,15 74,45 45,85 14,98 4,84 24,68 58,84 98,92"),
        style(2, "10,22 45,0 80,18 65,55 12,92! 30,86 60,95 95,85"),
        style(2, "25,30 12,28 15,8 45,0 80,10 78,40 45,72 8,98! 50,94 98,96"),
        style(1.5, "15,12 50,0 72,20 62,50 15,90 8,80 30,78 60,95 98,92"),
    ),
    3: (
        # Two bowls that meet in a corner, in a small loop, in a mere dent; a flat top.
        style(4, "10,12 45,0 80,12 75,35 38,47! 80,55 88,80 50,100 8,88"),
        style(2, "12,14 50,0 80,16 66,40 38,50 36,44 62,46 90,70 62,98 8,92"),
        style(2, "10,4 85,3! 42,42! 75,46 90,75 55,100 8,92"),
        style(2, "10,10 50,0 80,16 62,42 50,47 80,60 85,85 50,100 5,95"),
        style(2, "18,10 60,4 66,18 40,44! 70,56 64,84 25,100"),
        style(2, "22,14 55,0 70,16 44,38! 72,50 80,74 50,98 6,88"),
        style(1.5, "20,15 50,0 78,20 40,44! 72,52 78,78 45,98 5,100"),
    ),
    4: (
        # Open with the upright as a second stroke, straight or bowl-shaped; closed, wide or slim; a zigzag
        # with a short upright low down; the whole in one line.
        style(3, "25,0 12,60! 92,58", "72,22 65,100"),
        style(3, "60,0 30,35 4,66! 95,63", "62,2 60,100"),
        style(2, "14,0 10,50! 84,46", "85,0 78,100"),
        style(2, "18,2 10,42 32,56 84,46", "86,0 72,100"),
        style(2, "42,0 5,68! 95,60", "58,36 46,100"),
        style(2, "40,0 10,64! 88,60", "66,42 60,100"),
        style(1, "64,0 8,66! 96,62", "64,0 62,100", aspect=0.42),
        style(0.8, "60,100 64,0! 6,62! 96,58", aspect=0.5),
        style(0.7, "15,5 12,42 38,54 82,40! 86,2! 74,100"),
        style(0.7, "78,58 10,62! 60,8 72,0! 66,100"),
        style(0.4, "58,0 6,58! 90,52! 76,28! 60,100"),
    ),
    5: (
        # Body first and the bar afterwards, on it or apart; from the bar on in one line, or both apart;
        # rounded like an S; a long bar.
        style(4, "30,2 22,42! 60,38 88,62 70,95 10,95", "30,2 92,0"),
        style(3, "90,2 30,3! 22,42! 60,36 88,65 65,97 8,93"),
        style(2, "90,5 45,5 25,25 45,45 80,60 75,90 40,100 5,92"),
        style(2, "88,0 25,0! 20,45! 70,42 90,65 75,95 30,100 5,88"),
        style(2, "42,18 25,48! 55,46 70,68 50,95 5,95", "42,18 98,0"),
        style(1, "34,4 30,40! 62,48 74,74 50,98 12,90", "36,10 85,8"),
        style(1, "26,16 20,48! 58,40 88,66 70,98 10,95", "38,0 100,0"),
        style(0.7, "30,2 92,0", "26,16 22,46! 60,40 88,64 68,96 10,94"),
        style(0.7, "24,30 46,36 84,56 78,86 45,100 8,92", "28,2 90,0"),
    ),
    6: (
        # A curved stem; a straight one; a large bowl; a small curled one; a hook at the top.
        style(3, "70,0 35,25 10,65 25,95 60,98 80,75 60,55 30,62 14,80"),
        style(3, "50,0 20,45 12,75 35,99 75,92 80,65 50,55 18,72"),
        style(2, "60,2 15,35 5,75 40,100 88,85 85,50 45,40 8,60"),
        style(2, "65,0 25,40 15,80 45,99 75,85 65,62 40,65 30,84"),
        style(2, "40,0 10,50 18,94 55,98 88,78 80,62 50,68 22,90"),
        style(2, "58,0 20,45 8,80 30,98 75,86 88,64 70,55 32,76"),
        style(1.5, "84,14 65,0 30,15 8,60 25,97 70,95 85,70 55,52 15,70"),
    ),
    7: (
        # Plain, with a serif or a wave at the head, rounded; the same with a bar across the stem.
        style(3, "8,5 92,3! 60,45 40,100"),
        style(3, "8,5 92,3! 60,45 40,100", "28,52 85,48"),
        style(2, "14,8 86,4! 58,45 38,100", "14,64 90,58"),
        style(1.5, "8,22 12,4! 90,3! 45,100"),
        style(1.5, "8,22 12,4! 90,3! 45,100", "28,54 82,48"),
        style(1, "5,16 30,3 60,9 92,2! 55,50 45,100"),
        style(1.5, "5,16 30,3 60,9 92,2! 55,50 45,100", "25,54 85,46"),
        style(2, "8,10 60,0 85,10 75,45 50,100"),
        style(1, "8,10 60,0 85,10 75,45 50,100", "35,55 92,46"),
    ),
    8: (
        # From the upper right through an S and back; two circles; from the crossing; the top left open;
        # from the upper left; open at the side or, without an upper bowl, at the top.
        style(4, "82,15 50,0 18,20 45,48 82,75 50,100 15,78 45,50 80,25 68,5"),
        style(1.5, "50,47 15,30 25,5 50,0 78,10 82,32 50,48", "50,48 12,72 30,98 60,99 90,78 52,48"),
        style(2, "50,45 20,25 50,0 80,22 50,48 15,78 50,100 85,78 52,45"),
        style(2.5, "90,10 42,2 20,22 50,48 80,72 55,100 20,85 40,55 95,14"),
        style(3, "72,8 45,0 22,18 38,40 76,74 60,98 25,94 24,72 66,30 72,10 60,2"),
        style(2, "62,8 36,2 20,18 42,44 72,76 50,100 28,82 50,50 88,4"),
        style(2, "22,12 60,0 80,22 45,50 15,78 50,100 85,78 55,50 22,25 28,6"),
        style(1, "84,24 62,2 26,6 26,32 58,50 80,76 54,99 20,86 28,62 62,40"),
        style(0.8, "74,6 34,4 22,28 68,64 66,95 30,95 24,74 60,44 92,18"),
        style(0.5, "14,2 40,32 78,70 58,99 26,90 42,56 88,4"),
    ),
    9: (
        # A loop, a corner and a straight foot; a curled foot; one smooth line; clockwise; like a g; a small
        # loop high up.
        style(3, "80,12 45,0 12,22 30,48 70,40 82,10! 75,55 65,100"),
        style(3, "82,15 45,0 12,25 35,50 75,38 82,12! 88,60 70,95 20,95"),
        style(3, "85,20 50,0 15,20 30,45 70,40 85,10 80,55 60,100"),
        style(2, "75,42 40,50 12,28 35,2 75,8 85,45 60,100"),
        style(2, "75,10 35,3 15,28 45,48 80,25 80,8! 90,70 60,100 10,92"),
        style(3, "66,8 38,0 18,16 32,34 62,26 68,6! 74,55 55,98 5,92"),
        style(2, "62,14 40,2 20,18 36,36 62,22 66,8! 78,62 52,98 2,86"),
        style(3, "66,10 40,2 14,20 28,40 62,26 70,6! 62,50 45,100"),
        style(1.5, "70,30 35,46 14,26 40,4 70,10 66,50 40,100"),
        style(1.5, "70,40 35,48 14,25 40,0 78,12 88,50 70,92 18,96"),
    ),
}
"""The styles of each digit."""
