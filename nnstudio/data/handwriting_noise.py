"""Random variation of handwriting: writers with habits, who write a given style.

Used by ``synthetic``, which inks the strokes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.strokes import Polylines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.glyphs import StrokePath, Style

# How far hands stray, at most; small deviations are the likeliest, and none is so large that a digit becomes
# illegible. Lengths are in half heights of a glyph, which spans −1…1, angles in radians.
_POINT_JITTER = 0.17
_END_JITTER = 0.6
"""How far a stroke's ends are drawn out or cut short, as a share of the way to the next control point."""
_STROKE_SHIFT = 0.25
_STROKE_LOG_SCALE = 0.25
_STROKE_TURN = 0.2
_WARP = 0.25
"""Coefficients of the smooth distortion, a random cubic polynomial of the position."""
_SLANT_MEAN, _SLANT = 0.15, 0.6
_TURN = 0.25
_LOG_ASPECT = 0.65
_ROUNDING = 1.0
"""How much of a corner is written as a curve, as a share."""


def write(style: Style, n: int, *, rng: np.random.Generator) -> Polylines:
    """Return a style as ``n`` random writers draw it.

    Parameters
    ----------
    style : Style
    n : int
    rng : numpy.random.Generator

    Returns
    -------
    Polylines
        ``n`` drawings of the style's strokes, in −1…1 or a little beyond.
    """
    writers = _Writers(n, style.aspect, rng)
    strokes = [writers.write(path, is_first=k == 0) for k, path in enumerate(style.strokes)]
    lengths = np.tile([stroke.shape[1] for stroke in strokes], n)
    return Polylines(
        np.concatenate(strokes, axis=1).reshape(-1, 2),
        np.concatenate(([0], np.cumsum(lengths))),
        np.arange(n + 1) * len(strokes),
    )


class _Writers:
    """The habits of ``n`` random writers; slant, width and bend are the same for all strokes of a digit."""

    def __init__(self, n: int, aspect: float, rng: np.random.Generator) -> None:
        self._rng = rng
        self._n = n
        self._warp = stray(rng, _WARP, (n, 7, 2))
        self._rounding = np.abs(stray(rng, _ROUNDING, (n, 1, 1)))
        aspects = aspect * np.exp(stray(rng, _LOG_ASPECT, n))
        turn = stray(rng, _TURN, n)
        slant = _SLANT_MEAN + stray(rng, _SLANT, n)
        # Widen, then lean to the right (y runs down), then turn; for points as rows.
        lean = np.zeros((n, 2, 2))
        lean[:, 0, 0], lean[:, 1, 1], lean[:, 1, 0] = aspects, 1, -slant
        self._affine = lean @ rotation(turn)

    def write(self, path: StrokePath, *, is_first: bool) -> NDArray[np.float64]:
        """Return one stroke by each hand, shape (n, n_points, 2)."""
        rng, n = self._rng, self._n
        control = path.control + stray(rng, _POINT_JITTER, (n, *path.control.shape))
        for end, beside in ((0, 1), (-1, -2)):
            drawn_out = stray(rng, _END_JITTER, (n, 1))
            control[:, end] += drawn_out * (control[:, end] - control[:, beside])
        if not is_first:
            control = self._misplaced(control)
        control = self._distorted(control) @ self._affine
        sharp, rounded = path.sharp @ control, path.rounded @ control
        points: NDArray[np.float64] = sharp + self._rounding * (rounded - sharp)
        return points

    def _misplaced(self, control: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shift, scale and turn a further stroke against the first."""
        rng, n = self._rng, self._n
        middle = control.mean(axis=1, keepdims=True)
        scale = np.exp(stray(rng, _STROKE_LOG_SCALE, (n, 1, 1)))
        turn = rotation(stray(rng, _STROKE_TURN, n))
        shift = stray(rng, _STROKE_SHIFT, (n, 1, 2))
        moved: NDArray[np.float64] = (control - middle) * scale @ turn + middle + shift
        return moved

    def _distorted(self, control: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bend the paper: add a random cubic polynomial of the position."""
        x, y = control[..., 0], control[..., 1]
        terms = np.stack((x * y, x * x, y * y, x * x * y, x * y * y, x**3, y**3), axis=-1)
        distorted: NDArray[np.float64] = control + terms @ self._warp
        return distorted


def stray(rng: np.random.Generator, limit: float, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
    """Return random deviations within ±``limit``, densest at 0 (a triangular distribution)."""
    return limit * (rng.random(shape) - rng.random(shape))


def rotation(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return matrices of shape (n, 2, 2) that turn rows by ``angle`` radians."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack((np.stack((cos, sin), -1), np.stack((-sin, cos), -1)), -2)
