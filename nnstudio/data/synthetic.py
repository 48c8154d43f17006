"""Handwritten digits without a data set: random hands write the styles of ``glyphs``; any room may import it.

Every digit is drawn as strokes and goes through the same rasteriser as a drawing on the canvas, so a network
trained on these reads real pens from the first minute, offline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.glyphs import STYLES
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_with_pens
from nnstudio.data.strokes import Drawing, Polylines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.glyphs import StrokePath, Style
    from nnstudio.data.rasterise import RasterSpec

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
_ASPECT_MEDIAN, _LOG_ASPECT = 0.78, 0.65
_ROUNDING = 1.0
"""How much of a corner is written as a curve, as a share."""
_LOG_PEN = 0.6


def synthetic_digits(
    n: int, *, rng: np.random.Generator, spec: RasterSpec = MNIST_SPEC
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Write ``n`` random digits.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
        The same state gives the same digits.
    spec : RasterSpec
        ``spec.pen`` is the median pen; hands use thinner and thicker ones.

    Returns
    -------
    images : uint8 ndarray of shape (n, size * size)
        Ink 255 on paper 0.
    labels : int64 ndarray of shape (n,)
        Digits 0…9, equally likely, in random order.
    """
    labels = rng.integers(len(STYLES), size=n)
    pens = np.clip(spec.pen * np.exp(_stray(rng, _LOG_PEN, n)), 1, 0.9 * spec.box)
    images = np.empty((n, spec.size * spec.size), dtype=np.uint8)
    for label, styles in STYLES.items():
        of_label = np.flatnonzero(labels == label)
        choice = rng.choice(len(styles), size=len(of_label), p=_shares(styles))
        for k, style in enumerate(styles):
            chosen = of_label[choice == k]
            polylines = _polylines(_write(style, len(chosen), rng))
            images[chosen] = rasterise_with_pens(polylines, pens[chosen], spec)
    return images, labels


def synthetic_drawing(label: int, *, rng: np.random.Generator) -> Drawing:
    """Write one random digit as strokes, in −1…1 or a little beyond.

    Parameters
    ----------
    label : int
        0…9.
    rng : numpy.random.Generator
    """
    styles = STYLES[label]
    style = styles[rng.choice(len(styles), p=_shares(styles))]
    return Drawing(tuple(stroke[0] for stroke in _write(style, 1, rng)))


def _shares(styles: tuple[Style, ...]) -> NDArray[np.float64]:
    weights = np.array([style.weight for style in styles])
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def _polylines(strokes: list[NDArray[np.float64]]) -> Polylines:
    """Return n drawings of the same strokes, given as arrays of shape (n, n_points of the stroke, 2)."""
    n = len(strokes[0])
    lengths = np.tile([stroke.shape[1] for stroke in strokes], n)
    return Polylines(
        np.concatenate(strokes, axis=1).reshape(-1, 2),
        np.concatenate(([0], np.cumsum(lengths))),
        np.arange(n + 1) * len(strokes),
    )


def _write(style: Style, n: int, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Let ``n`` random hands write a style: for each stroke an array of shape (n, n_points, 2)."""
    hand = _Hand(n, rng)
    return [hand.write(path, is_first=k == 0) for k, path in enumerate(style.strokes)]


class _Hand:
    """The habits of ``n`` random writers; slant, width and bend are the same for all strokes of a digit."""

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self._n = n
        self._warp = _stray(rng, _WARP, (n, 7, 2))
        self._rounding = np.abs(_stray(rng, _ROUNDING, (n, 1, 1)))
        aspect = _ASPECT_MEDIAN * np.exp(_stray(rng, _LOG_ASPECT, n))
        turn = _stray(rng, _TURN, n)
        slant = _SLANT_MEAN + _stray(rng, _SLANT, n)
        # Widen, then lean to the right (y runs down), then turn; for points as rows.
        lean = np.zeros((n, 2, 2))
        lean[:, 0, 0], lean[:, 1, 1], lean[:, 1, 0] = aspect, 1, -slant
        self._affine = lean @ _rotation(turn)

    def write(self, path: StrokePath, *, is_first: bool) -> NDArray[np.float64]:
        """Return one stroke by each hand, shape (n, n_points, 2)."""
        rng, n = self._rng, self._n
        control = path.control + _stray(rng, _POINT_JITTER, (n, *path.control.shape))
        for end, beside in ((0, 1), (-1, -2)):
            drawn_out = _stray(rng, _END_JITTER, (n, 1))
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
        scale = np.exp(_stray(rng, _STROKE_LOG_SCALE, (n, 1, 1)))
        turn = _rotation(_stray(rng, _STROKE_TURN, n))
        shift = _stray(rng, _STROKE_SHIFT, (n, 1, 2))
        moved: NDArray[np.float64] = (control - middle) * scale @ turn + middle + shift
        return moved

    def _distorted(self, control: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bend the paper: add a random cubic polynomial of the position."""
        x, y = control[..., 0], control[..., 1]
        terms = np.stack((x * y, x * x, y * y, x * x * y, x * y * y, x**3, y**3), axis=-1)
        distorted: NDArray[np.float64] = control + terms @ self._warp
        return distorted


def _stray(rng: np.random.Generator, limit: float, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
    """Return random deviations within ±``limit``, densest at 0 (a triangular distribution)."""
    return limit * (rng.random(shape) - rng.random(shape))


def _rotation(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return matrices of shape (n, 2, 2) that turn rows by ``angle`` radians."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack((np.stack((cos, sin), -1), np.stack((-sin, cos), -1)), -2)
