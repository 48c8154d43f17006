"""Augment images: bend and thicken them at random, as writers differ; any package may import it.

A warp moves the point that each pixel is taken from. All of it is linear in a few random numbers per image,
so the displacements of a block of images are one matrix product.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 256
"""Images warped at a time: their coordinates stay in the processor's cache; more are slower."""

_MODES = 7
"""Cosine modes of the elastic part along each axis; at the usual smoothness higher ones are negligible."""

_RIM = 3
"""Rows and columns of paper about an image, one before it and two after."""

_STRENGTHS_SIDE = 28
"""Side of the images, in pixels, that strengths are meant for."""

_LIMITS = {
    "turn_deg": 90.0,
    "log_scale": 1.0,
    "shear": 1.0,
    "shift_px": 10.0,
    "elastic_px": 10.0,
    "thickness": 1.0,
}


class WarpError(UserError):
    """A strength of a warp is impossible."""


@dataclass(frozen=True)
class WarpStrengths:
    """Largest deformations of images; 0 leaves one out.

    All but the elastic one are drawn uniformly from minus to plus their strength, for each image.

    Parameters
    ----------
    turn_deg : float
        Rotation about the image's middle, at most 90.
    log_scale : float
        Natural logarithm of the stretch of each axis, at most 1.
    shear : float
        Shift of a row per pixel of height, at most 1.
    shift_px : float
        Shift along each axis, at most 10. Lengths are in pixels of images of 28 × 28; of other sizes they are
        the same share of the side.
    elastic_px : float
        Root mean square of the smooth random displacement along each axis, at most 10.
    smoothness_px : float
        Width of the Gaussian that the random displacement is smoothed with, 3 to 20.
    thickness : float
        Blend with the 3 × 3 maximum (thicker) or minimum (thinner) of the image, at most 1. Lines
        stay as dark as they are.

    Raises
    ------
    WarpError
        A value is not a number or out of its range.
    """

    turn_deg: float = 12.0
    log_scale: float = 0.12
    shear: float = 0.12
    shift_px: float = 1.5
    elastic_px: float = 1.2
    smoothness_px: float = 5.0
    thickness: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = (3.0, 20.0) if field.name == "smoothness_px" else (0.0, _LIMITS[field.name])
            # NaN compares false with everything, so the comparison is written for what is allowed.
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise WarpError(
                    tr("A warp's {name} is a number from {low:g} to {high:g}, not {value!r}.").format(
                        name=field.name, low=low, high=high, value=value
                    )
                )


class _Strengths(NamedTuple):
    """`WarpStrengths` in pixels of the images that are warped."""

    turn_deg: float
    log_scale: float
    shear: float
    shift_px: float
    elastic_px: float
    smoothness_px: float
    thickness: float


class Warper:
    """Warps images of one shape.

    Parameters
    ----------
    strengths : WarpStrengths
    shape : (int, int)
        Height and width in pixels.

    Examples
    --------
    >>> image = np.zeros((1, 784), np.uint8)
    >>> image[0, 14 * 28 + 14] = 255
    >>> warped = Warper(WarpStrengths()).warp(image, rng=np.random.default_rng(0))
    >>> warped.shape, warped.dtype
    ((1, 784), dtype('uint8'))

    Notes
    -----
    Thread: one at a time; the warper has its own buffers.  Variant: the elastic part is Simard, Steinkraus
    and Platt 2003 with the smoothing done in the cosine basis, where it is a factor for each mode.
    """

    def __init__(self, strengths: WarpStrengths, shape: tuple[int, int] = (28, 28)) -> None:
        self._strengths = _scaled(strengths, max(shape) / _STRENGTHS_SIDE)
        self._shape = shape
        height, width = shape
        self._basis = _basis(self._strengths, shape)
        # What lies outside the image is paper, and every pixel has a right and a lower neighbour.
        self._padded = np.zeros((_BLOCK, height + _RIM, width + _RIM), np.uint8)
        self._first = np.arange(_BLOCK)[:, None] * math.prod(self._padded.shape[1:])
        # Axes as in the displacements: x and y, the images, the pixels.
        self._home = np.indices(shape, np.float32)[::-1].reshape(2, 1, -1) + 1
        self._highest = np.array([width + 1, height + 1], np.float32).reshape(2, 1, 1)

    def warp(
        self,
        images: NDArray[np.uint8],
        *,
        rng: np.random.Generator,
        out: NDArray[np.uint8] | NDArray[np.float32] | None = None,
    ) -> NDArray[Any]:
        """Warp each image by a random warp.

        Parameters
        ----------
        images : uint8 ndarray of shape (n, height * width)
            Ink on paper 0.
        rng : numpy.random.Generator
            The same state gives the same warps.
        out : uint8 or float32 ndarray of shape (n, height * width), optional
            Where to write: bytes, or ink 0…1 unrounded. Without it a new array of bytes is made.

        Returns
        -------
        ndarray of shape (n, height * width)
            ``out``.

        Raises
        ------
        ValueError
            The arrays have other shapes or types.
        """
        if images.dtype != np.uint8 or images.shape[1:] != (math.prod(self._shape),):
            raise ValueError(f"images must be uint8 of shape (n, {math.prod(self._shape)})")
        if out is None:
            out = np.empty_like(images, order="C")
        if out.shape != images.shape or out.dtype not in (np.uint8, np.float32):
            raise ValueError(f"out must be uint8 or float32 of shape {images.shape}")
        for start in range(0, len(images), _BLOCK):
            stop = min(start + _BLOCK, len(images))
            grey = self._warped(images[start:stop], rng)
            if out.dtype == np.uint8:
                grey += np.float32(0.5)
                out[start:stop] = grey
            else:
                np.multiply(grey, np.float32(1 / 255), out=out[start:stop])
        return out

    def _warped(self, images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
        """Return at most a block of images warped, 0…255 unrounded."""
        n, n_pixels = images.shape
        height, width = self._shape
        self._padded[:n, 1 : height + 1, 1 : width + 1] = self._rethickened(
            images.reshape(n, height, width), rng
        )
        at = (self._coefficients(n, rng) @ self._basis).reshape(2, n, n_pixels)
        at += self._home
        np.clip(at, 0, self._highest, out=at)
        # Nothing is negative, so truncation is the floor.
        corner = at.astype(np.intp)
        at -= corner
        part_x, part_y = at
        index = corner[1]
        index *= width + _RIM
        index += corner[0]
        index += self._first[:n]
        padded = self._padded.reshape(-1)
        upper = _between(padded, index, part_x)
        lower = _between(padded[width + _RIM :], index, part_x)
        return _blend(upper, lower, part_y)

    def _coefficients(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw the coefficients of the basis, shape (2 n, n_basis): the x of all images, then their y."""
        strengths = self._strengths
        turn = math.radians(strengths.turn_deg) * rng.uniform(-1, 1, n)
        stretch = np.exp(strengths.log_scale * rng.uniform(-1, 1, (2, n)))
        shear = strengths.shear * rng.uniform(-1, 1, n)
        cos, sin = np.cos(turn), np.sin(turn)
        coefficients = np.empty((2, n, len(self._basis)), np.float32)
        # Turn · shear · stretch, minus the identity: the displacement of the point a pixel is taken from.
        coefficients[0, :, 0] = cos * stretch[0] - 1
        coefficients[0, :, 1] = (cos * shear - sin) * stretch[1]
        coefficients[1, :, 0] = sin * stretch[0]
        coefficients[1, :, 1] = (sin * shear + cos) * stretch[1] - 1
        coefficients[:, :, 2] = strengths.shift_px * rng.uniform(-1, 1, (2, n))
        coefficients[:, :, 3:] = rng.standard_normal((2, n, len(self._basis) - 3), np.float32)
        return coefficients.reshape(2 * n, -1)

    def _rethickened(self, images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return images (n, height, width) with strokes grown or shrunk by up to a pixel on each side."""
        if not self._strengths.thickness:
            return images
        blend = self._strengths.thickness * rng.uniform(-1, 1, len(images)).astype(np.float32)
        target = np.empty_like(images)
        for chosen, extreme, beyond in ((blend >= 0, np.maximum, 0), (blend < 0, np.minimum, 255)):
            target[chosen] = _extreme_of_neighbours(images[chosen], extreme, beyond)
        before = images.astype(np.float32)
        darkness = _darkness(before)
        grey = _blend(before, target.astype(np.float32), np.abs(blend)[:, None, None])
        # A line of two pixels would fade rather than become thinner.
        grey *= np.maximum(darkness / np.maximum(_darkness(grey), 1), 1)[:, None, None]
        np.minimum(grey, 255, out=grey)
        return np.rint(grey, out=grey).astype(np.uint8)


def _scaled(strengths: WarpStrengths, factor: float) -> _Strengths:
    """Return strengths for images whose side is ``factor`` times that of the images they are meant for."""
    return _Strengths(
        strengths.turn_deg,
        strengths.log_scale,
        strengths.shear,
        strengths.shift_px * factor,
        strengths.elastic_px * factor,
        strengths.smoothness_px * factor,
        # Neighbours are a pixel away, which is more of a small image.
        min(1.0, strengths.thickness * factor),
    )


def _basis(strengths: _Strengths, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return the displacements that add up to a warp, shape (n_basis, height * width).

    x and y, seen from the middle; 1; then the smooth modes, of which standard normal multiples have the
    root mean square ``strengths.elastic_px`` together.
    """
    height, width = shape
    y, x = (np.arange(n) - (n - 1) / 2 for n in shape)
    rows = [np.tile(x, height), np.repeat(y, width), np.ones(height * width)]
    if strengths.elastic_px:
        frequency = np.arange(_MODES)
        along_y, along_x = (
            np.cos(np.pi * np.outer(frequency, np.arange(n) + 0.5) / n)
            * np.exp(-0.5 * (np.pi * frequency / n * strengths.smoothness_px) ** 2)[:, None]
            for n in shape
        )
        # Without the constant mode, which is a shift.
        modes = np.einsum("iy,jx->ijyx", along_y, along_x).reshape(_MODES**2, -1)[1:]
        modes *= strengths.elastic_px / math.sqrt(float((modes**2).sum(axis=0).mean()))
        rows.extend(modes)
    return np.array(rows, np.float32)


def _between(
    padded: NDArray[np.uint8], index: NDArray[np.intp], part: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return grey between each indexed pixel and its right neighbour."""
    left, right = padded.take(index).astype(np.float32), padded[1:].take(index).astype(np.float32)
    return _blend(left, right, part)


def _blend(a: NDArray[np.float32], b: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``a`` where ``share`` is 0 and ``b`` where it is 1; both are overwritten."""
    b -= a
    b *= share
    a += b
    return a


def _darkness(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how dark the ink of each image is on average, each pixel weighed by its ink, shape (n,)."""
    total = grey.sum(axis=(1, 2))
    darkness: NDArray[np.float32] = np.einsum("nyx,nyx->n", grey, grey) / np.maximum(total, 1)
    return darkness


def _extreme_of_neighbours(images: NDArray[np.uint8], extreme: np.ufunc, beyond: int) -> NDArray[np.uint8]:
    """Return the largest or smallest of the 3 × 3 pixels about each, ``beyond`` the image's edge ignored."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=beyond)
    rows = extreme(extreme(padded[:, :-2], padded[:, 2:]), padded[:, 1:-1])
    result: NDArray[np.uint8] = extreme(extreme(rows[:, :, :-2], rows[:, :, 2:]), rows[:, :, 1:-1])
    return result
