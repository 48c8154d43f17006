"""Separate ink from paper in a photo, scan or picture; for `normalise` and `segment_image`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import translatable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_CONTRAST = 0.06
"""Difference of grey between ink and paper below which they cannot be separated."""

_NOISE_FLOOR = 3.0
"""Standard deviations of the paper's noise that still count as paper."""

_LEAST_SIGNAL = 5.0
"""Standard deviations of the paper's noise that ink must exceed."""

_EVEN = 0.01
"""Deviation from the paper's shading that counts as paper even without noise."""

_FITS = 12
"""Most rounds of fitting the shading; it usually converges earlier."""

_DARKEST = 0.1
"""Least light on the paper; it prevents noise of a black corner from counting as ink."""

_FULL_PERCENTILE = 80
"""Percentile of the darker group that counts as full ink: the rest of it is edges."""

_SPECK = 0.02
"""Share of the largest connected piece of ink below which another piece is a speck of dust."""

_DISTINCT = 0.85
"""Share of the variance between ink and paper in evenly lit images; MNIST's have 0.85 and more."""

_LEAST_PIECE = 0.1
"""Share of all ink that the largest piece must hold; a character is not scattered over the image."""

_BORDER_DECIDES = 0.65
"""Share of the border that must lie on one side of the threshold for the border to say what is paper."""


_BLANK = translatable(
    "There is nothing to read on the image: it shows no ink that stands out from the paper. Write darker."
)


class BlankImageError(UserError):
    """There is nothing to read on the image."""


def find_ink(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ink 0…1 on paper 0, without the paper's tone, shading, noise and dust.

    Parameters
    ----------
    grey : float64 ndarray of shape (h, w)
        Black 0 to white 1, the ink darker or lighter than the paper.

    Raises
    ------
    BlankImageError
        The image is uniform but for shading and noise.
    """
    if np.ptp(grey) < _LEAST_CONTRAST:
        raise BlankImageError(_BLANK)
    is_paper = _paper(grey)
    shading = _Shading(grey.shape)
    if grey[is_paper].mean() < grey[~is_paper].mean():
        grey = 1 - grey
    for _ in range(_FITS):
        light = np.maximum(shading.fit(grey, is_paper), _DARKEST)
        # Ink absorbs a share of the light on it, in the shade and outside it.
        ink = (light - grey) / light
        # For normal noise the standard deviation is 1.4826 times the median of the absolute values.
        noise = 1.4826 * float(np.median(np.abs(ink[is_paper])))
        was_paper, is_paper = is_paper, np.abs(ink) <= max(_NOISE_FLOOR * noise, _EVEN)
        if (was_paper == is_paper).all():
            break
    floor = _NOISE_FLOOR * noise
    full = _full_ink(ink[ink > max(floor, _EVEN)])
    if full < max(_LEAST_CONTRAST, _LEAST_SIGNAL * noise):
        raise BlankImageError(_BLANK)
    return without_specks(np.clip((ink - floor) / (full - floor), 0, 1))


def _full_ink(ink: NDArray[np.float64]) -> float:
    """Return how dark full ink is, given all pixels that are not paper; 0 where there are none."""
    if not ink.size:
        return 0.0
    threshold = min(otsu(ink)[0], float(ink.max()))
    return float(np.percentile(ink[ink >= threshold], _FULL_PERCENTILE))


def _paper(grey: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return a first guess at which pixels are paper.

    Greys in two distinct groups are divided as they are. Otherwise a shading is subtracted first, which a
    character that fills the image would spoil. The group that holds most of the border is paper, or, where
    ink crosses the border, the group that holds most of the image. At least one pixel is not paper.
    """
    threshold, distinctness = otsu(grey)
    is_light = grey > threshold
    if distinctness < _DISTINCT:
        relief = grey - _Shading(grey.shape).fit(grey, np.ones(grey.shape, dtype=bool))
        if np.ptp(relief) < _LEAST_CONTRAST:
            raise BlankImageError(_BLANK)
        is_light = relief > otsu(relief)[0]
    border = np.concatenate((is_light[0], is_light[-1], is_light[1:-1, 0], is_light[1:-1, -1]))
    share = float(border.mean())
    if max(share, 1 - share) < _BORDER_DECIDES:
        share = float(is_light.mean())
    return is_light if share > 0.5 else ~is_light


class _Shading:
    """Fits of a quadratic surface: light falls off smoothly over a sheet of paper."""

    def __init__(self, shape: tuple[int, int]) -> None:
        y, x = (np.linspace(-1, 1, n) for n in shape)
        terms = np.polynomial.polynomial.polyvander2d(*np.meshgrid(x, y), [2, 2])
        # Terms such as x²y fit the character rather than the light.
        self._terms = terms[..., [0, 1, 2, 3, 4, 6]]

    def fit(self, grey: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the surface, of the image's shape, that is nearest to ``grey`` where ``mask`` is true."""
        terms, values = self._terms[mask], grey[mask]
        coefficients = np.linalg.lstsq(terms.T @ terms, terms.T @ values, rcond=1e-9)[0]
        surface: NDArray[np.float64] = self._terms @ coefficients
        return surface


def otsu(values: NDArray[np.float64]) -> tuple[float, float]:
    """Divide values into the two most distinct groups.

    Returns
    -------
    threshold : float
        The border between the groups.
    distinctness : float
        Share of the variance that lies between the groups, 0…1.

    Notes
    -----
    Variant: Otsu 1979, A threshold selection method from gray-level histograms, with 256 levels.
    """
    if np.ptp(values) < 1e-9:
        return float(values.mean()), 0.0
    counts, edges = np.histogram(values, bins=256)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = values.size - below
    sums = np.cumsum(counts * centres)
    distance = sums[:-1] / np.maximum(below, 1) - (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    between = below / values.size * (above / values.size) * distance**2
    # Across an empty gap between the groups every threshold is equal: take its middle.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(edges[1 + (best[0] + best[-1]) // 2]), float(between.max() / values.var())


def without_specks(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """Erase pieces of ink that are tiny beside the largest, or faint.

    Parameters
    ----------
    ink : float64 ndarray of shape (h, w)
        Paper 0, ink up to 1.

    Returns
    -------
    float64 ndarray of shape (h, w)
        New array.

    Raises
    ------
    BlankImageError
        There is nothing but specks.
    """
    piece = connected_pieces(ink > 0)
    mass = np.bincount(piece.ravel(), weights=ink.ravel())
    if mass[1:].max(initial=0) <= _LEAST_PIECE * mass.sum():
        raise BlankImageError(_BLANK)
    peak = np.zeros(len(mass))
    np.maximum.at(peak, piece.ravel(), ink.ravel())
    keep = (mass >= _SPECK * mass[1:].max()) & (peak >= 0.5)
    keep[0] = False
    if not keep.any():
        raise BlankImageError(_BLANK)
    return np.where(keep[piece], ink, 0.0)


def connected_pieces(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Label the connected pieces of a mask by numbers; pixels touch at sides and corners.

    Returns
    -------
    integer ndarray of the same shape
        0 outside the mask, 1 and up inside.
    """
    index = np.full(mask.shape, -1, dtype=np.intp)
    index[mask] = np.arange(np.count_nonzero(mask))
    neighbours = (
        (index[:, :-1], index[:, 1:]),
        (index[:-1], index[1:]),
        (index[:-1, :-1], index[1:, 1:]),
        (index[:-1, 1:], index[1:, :-1]),
    )
    pairs = np.concatenate([np.stack((a.ravel(), b.ravel()), axis=1) for a, b in neighbours])
    a, b = pairs[(pairs >= 0).all(axis=1)].T
    # Each pixel points at another of its piece; hook the roots of touching pixels together, then let every
    # pointer jump to its root, until no touching pixels differ.
    root = np.arange(np.count_nonzero(mask))
    while len(a):
        lower, upper = np.minimum(root[a], root[b]), np.maximum(root[a], root[b])
        np.minimum.at(root, upper, lower)
        while (root != root[root]).any():
            root = root[root]
        differ = root[a] != root[b]
        a, b = a[differ], b[differ]
    pieces = np.zeros(mask.shape, dtype=np.intp)
    pieces[mask] = np.unique(root, return_inverse=True)[1] + 1
    return pieces
