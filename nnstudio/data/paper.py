"""Separate ink from paper in a photo, scan or picture; for `writing`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.pieces import edge
from nnstudio.data.shading import fit, surface, terms
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_CONTRAST = 0.06
"""Difference of grey between ink and paper below which they cannot be separated."""

NOISE_FLOOR = 3.0
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

_DISTINCT = 0.85
"""Share of the variance between ink and paper in evenly lit images; MNIST's have 0.85 and more."""

_BORDER_DECIDES = 0.65
"""Share of the border that must lie on one side of the threshold for the border to say what is paper."""

_LEAST_PAPER = 0.25
"""Share of a picture that is paper where the border says so."""

_BLANK = translatable(
    "There is nothing to read on the image: it shows no ink that stands out from the paper. Write darker."
)


class BlankImageError(UserError):
    """There is nothing to read on the image."""

    def __init__(self) -> None:
        super().__init__(tr(_BLANK))


@dataclass(frozen=True, eq=False)
class Paper:
    """The paper of a picture: how light falls on it, and how dark full ink is on it.

    Attributes
    ----------
    light : float64 ndarray of shape (6,)
        Coefficients of the surface.
    is_dark : bool
        Whether the paper is dark and the ink light; brightness is turned round then.
    """

    light: NDArray[np.float64]
    is_dark: bool

    def ink(self, grey: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the share of the light that is lost at each pixel, about 0 on paper; in any resolution."""
        grey = 1 - grey if self.is_dark else grey
        light = np.maximum(surface(self.light, grey.shape), _DARKEST)
        # Ink absorbs a share of the light on it, in the shade and outside it.
        ink: NDArray[Any] = 1 - grey / light
        return ink.astype(np.float32)


def find_paper(grey: NDArray[np.float32], is_used: NDArray[np.bool_]) -> tuple[Paper, float]:
    """Find the paper of a coarse picture.

    Parameters
    ----------
    grey : float32 ndarray of shape (h, w)
        Black 0 to white 1, the ink darker or lighter than the paper.
    is_used : bool ndarray of shape (h, w)
        What belongs to the sheet.

    Returns
    -------
    paper : Paper
    noise : float
        Standard deviation of the ink on paper.

    Raises
    ------
    BlankImageError
        The picture is uniform but for shading and noise.
    """
    values = grey[is_used]
    if not values.size or np.ptp(values) < _LEAST_CONTRAST:
        raise BlankImageError
    at = terms(grey.shape)
    is_paper = _first_guess(grey, is_used, at)
    if not is_paper.any() or not (is_used & ~is_paper).any():
        raise BlankImageError
    is_dark = bool(grey[is_paper].mean() < grey[is_used & ~is_paper].mean())
    bright = 1 - grey if is_dark else grey
    for _ in range(_FITS):
        paper = Paper(fit(bright, is_paper, at), is_dark)
        ink = paper.ink(grey)
        noise = 1.4826 * float(np.median(np.abs(ink[is_paper])))
        was_paper, is_paper = is_paper, is_used & (np.abs(ink) <= max(NOISE_FLOOR * noise, _EVEN))
        if (was_paper == is_paper).all() or not is_paper.any():
            break
    if full_ink(ink[is_used], noise) == 0:
        raise BlankImageError
    return paper, noise


def noise_of(ink: NDArray[Any]) -> float:
    """Return the standard deviation of the paper's noise, from the pixels that are lighter than the paper."""
    light = ink[ink < 0]
    # For normal noise it is 1.4826 times the median of the absolute values.
    return -1.4826 * float(np.median(light)) if light.size else 0.0


def full_ink(ink: NDArray[np.float32], noise: float) -> float:
    """Return how dark full ink is, or 0 where nothing stands out from the paper.

    Parameters
    ----------
    ink : float32 ndarray of shape (n,)
    noise : float
        Standard deviation on paper.
    """
    dark = ink[ink > max(NOISE_FLOOR * noise, _EVEN)]
    if not dark.size:
        return 0.0
    threshold = min(otsu(dark)[0], float(dark.max()))
    full = float(np.percentile(dark[dark >= threshold], _FULL_PERCENTILE))
    return full if full >= max(_LEAST_CONTRAST, _LEAST_SIGNAL * noise) else 0.0


def _first_guess(
    grey: NDArray[np.float32], is_used: NDArray[np.bool_], at: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return a first guess at which pixels are paper.

    Greys in two distinct groups are divided as they are. Otherwise a shading is subtracted first, which a
    character that fills the image would spoil. The group that holds most of the border is paper, or, where
    ink crosses the border, the group that holds most of the image.
    """
    threshold, distinctness = otsu(grey[is_used])
    is_light = grey > threshold
    if distinctness < _DISTINCT:
        relief = grey - surface(fit(grey, is_used, at), grey.shape)
        if np.ptp(relief[is_used]) < _LEAST_CONTRAST:
            raise BlankImageError
        is_light = relief > otsu(relief[is_used])[0]
    share = float(is_light[edge(is_used)].mean())
    whole = float(is_light[is_used].mean())
    # Ink may cross the border, and a frame may run along it.
    if max(share, 1 - share) < _BORDER_DECIDES or (whole if share > 0.5 else 1 - whole) < _LEAST_PAPER:
        share = whole
    return is_used & (is_light if share > 0.5 else ~is_light)


def otsu(values: NDArray[Any]) -> tuple[float, float]:
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
    if np.ptp(values) < 1e-6:
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
    return float(edges[1 + (best[0] + best[-1]) // 2]), float(between.max() / values.var(dtype=np.float64))
