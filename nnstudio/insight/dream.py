"""Activation maximisation: gradient ascent on a unit's pre-activation, with regularisers."""

from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import read
from nnstudio.insight.slopes import input_slopes

STEP_SHARE = 0.02
"""Root mean square of a step, as a share of the input's range."""

_CORNER = 1e-3
"""Rounds the corner of the total variation at 0."""


@dataclass(frozen=True)
class Regularisers:
    """Strengths of the regularisers that keep a dream from being noise; 0 switches one off.

    Attributes
    ----------
    norm : float
        Share of every input that is lost per step: gradient ascent on −½ Σ x² (L2).
    variation : float
        Step of gradient descent on the total variation, the sum of the differences of neighbouring pixels:
        flattens areas and keeps edges.
    blur : float
        Share, 0 … 1, by which each step blends in the picture blurred by (¼, ½, ¼) both ways.
    jitter_px : int
        The picture is shifted at random by up to so many pixels before each step, and back after it.
    """

    norm: float = 0.0
    variation: float = 0.0
    blur: float = 0.0
    jitter_px: int = 0


def dream_start(space: InputSpace, *, rng: np.random.Generator) -> np.ndarray:
    """Return weak noise around the middle of the range, shape (n_inputs,), float32."""
    noise = rng.standard_normal(space.n_features)
    middle, width = (space.lows + space.highs) / 2, space.highs - space.lows
    return np.clip(middle + 0.05 * width * noise, space.lows, space.highs).astype(np.float32)


def dream_step(
    architecture: Architecture,
    theta: np.ndarray,
    space: InputSpace,
    x: np.ndarray,
    goal: tuple[int, int],
    regularisers: Regularisers,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """Take one step towards the input that maximises a unit's pre-activation.

    x ← x + η √n g / ‖g‖ with g = ∂z / ∂x and η = `STEP_SHARE` of the range; then the regularisers; then back
    into the range.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    space : InputSpace
    x : ndarray of shape (n_inputs,)
    goal : tuple of int
        Computing layer and unit whose pre-activation z should grow; a class is a unit of the last layer.
    regularisers : Regularisers
        ``variation``, ``blur`` and ``jitter_px`` are for images alone.
    rng : Generator
        Draws the jitter.

    Returns
    -------
    ndarray of shape (n_inputs,), theta's dtype
        A new array. Where no slope reaches the input (all units below are off), only the regularisers act.

    Notes
    -----
    Sources: Simonyan, Vedaldi & Zisserman 2014, Deep Inside Convolutional Networks (ascent on a class score
    with L2); Mahendran & Vedaldi 2015 (total variation); Yosinski et al. 2015 (L2 decay and blur as operators
    between steps, the variant here); Mordvintsev, Olah & Tyka 2015 (jitter, normalised gradient).
    Thread: any.
    """
    has_pixels = space.traits.has_pixels
    shift = (0, 0)
    if has_pixels and regularisers.jitter_px:
        reach = regularisers.jitter_px
        down, right = rng.integers(-reach, reach + 1, 2).tolist()
        shift = (down, right)
    x = _shifted(np.asarray(x, theta.dtype), space, shift)
    reading = read(architecture, theta, x)
    layer, unit = goal
    seed = np.zeros((1, architecture.layer_sizes[layer + 1]), theta.dtype)
    seed[0, unit] = 1
    with np.errstate(over="ignore", invalid="ignore"):
        slope = input_slopes(architecture, theta, reading, seed, layer)[0]
        length = float(np.linalg.norm(slope))
    if np.isfinite(length) and length > 0:
        x = x + np.asarray(STEP_SHARE * (space.highs - space.lows) * len(x) ** 0.5 / length, x.dtype) * slope
    x = _shifted(x, space, (-shift[0], -shift[1]))
    x = x * np.asarray(1 - regularisers.norm, x.dtype)
    if has_pixels:
        picture = x.reshape(space.shape)
        if regularisers.variation:
            picture = picture - regularisers.variation * variation_slope(picture)
        if regularisers.blur:
            picture = picture + regularisers.blur * (blurred(picture) - picture)
        x = picture.ravel()
    return np.asarray(np.clip(x, space.lows, space.highs), theta.dtype)


def variation(picture: np.ndarray) -> float:
    """Return Σ √(Δ² + ε²) over all differences Δ of neighbours in a row or column, ε = 0.001."""
    return float(sum(np.sqrt(np.diff(picture, axis=axis) ** 2 + _CORNER**2).sum() for axis in (0, 1)))


def variation_slope(picture: np.ndarray) -> np.ndarray:
    """Return the gradient of `variation`, of the picture's shape."""
    slope = np.zeros_like(picture)
    for axis in (0, 1):
        step = np.diff(picture, axis=axis)
        step /= np.sqrt(step * step + _CORNER**2)
        after, before = (slope[1:], slope[:-1]) if axis == 0 else (slope[:, 1:], slope[:, :-1])
        after += step
        before -= step
    return slope


def blurred(picture: np.ndarray) -> np.ndarray:
    """Blur by (¼, ½, ¼) along rows and columns; the border is repeated."""
    rows = np.pad(picture, ((1, 1), (0, 0)), mode="edge")
    rows = 0.25 * rows[:-2] + 0.5 * rows[1:-1] + 0.25 * rows[2:]
    columns = np.pad(rows, ((0, 0), (1, 1)), mode="edge")
    return np.asarray(0.25 * columns[:, :-2] + 0.5 * columns[:, 1:-1] + 0.25 * columns[:, 2:])


def _shifted(x: np.ndarray, space: InputSpace, shift: tuple[int, int]) -> np.ndarray:
    """Roll an image by whole pixels, wrapping around the edges."""
    return x if shift == (0, 0) else np.roll(x.reshape(space.shape), shift, axis=(0, 1)).ravel()
