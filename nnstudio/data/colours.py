"""Colours of a picture as numbers; any package may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.shading import terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Shares of red, green and blue in how bright a colour looks (ITU-R BT.601)."""

_LEAST_SHARE = 0.3
"""Share of the leading principal component's variance that luminance must have to be used."""

_OPAQUE = 0.99
"""Least opacity of a picture without transparent places."""


def luminance(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how bright a picture is, (h, w), from its colours (h, w, 3); 0 black … 1 white."""
    grey: NDArray[np.float32] = colours @ LUMINANCE
    return grey


def flattened(rgba: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lay a picture that may be transparent on paper.

    Parameters
    ----------
    rgba : float32 ndarray of shape (h, w, 4)
        Red, green, blue and opacity, 0 … 1.

    Returns
    -------
    float32 ndarray of shape (h, w, 3)
        What is transparent is white, or black where what is drawn is bright.
    """
    colours, opacity = rgba[..., :3], rgba[..., 3:]
    if opacity.min() > _OPAQUE:
        return colours
    drawn = luminance(colours)[opacity[..., 0] > 0.5]
    # A transparent background is paper: the opposite of what is drawn on it.
    paper = np.float32(1.0 if not drawn.size or drawn.mean() < 0.5 else 0.0)
    laid: NDArray[np.float32] = colours * opacity + paper * (1 - opacity)
    return laid


def contrast_weights(colours: NDArray[np.float32], is_used: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the weights of red, green and blue that show best what is written.

    Parameters
    ----------
    colours : float32 ndarray of shape (h, w, 3)
        A coarse picture.
    is_used : bool ndarray of shape (h, w)
        What belongs to the sheet.

    Returns
    -------
    float32 ndarray of shape (3,)
        Those of luminance, unless most of what stands out from the shading differs in colour alone: then the
        leading principal component's. Their absolute values add up to 1.
    """
    shading = terms(colours.shape[:2])[is_used]
    values = colours[is_used].astype(np.float64)
    relief = values - shading @ np.linalg.lstsq(shading.T @ shading, shading.T @ values, rcond=1e-9)[0]
    covariance = relief.T @ relief
    variances, components = np.linalg.eigh(covariance)
    direction = LUMINANCE / np.linalg.norm(LUMINANCE)
    if direction @ covariance @ direction >= _LEAST_SHARE * variances[-1]:
        return LUMINANCE
    weights: NDArray[np.float32] = (components[:, -1] / np.abs(components[:, -1]).sum()).astype(np.float32)
    return weights


def weighted(colours: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sum of red, green and blue by these weights, (h, w), in 0 … 1."""
    grey: NDArray[np.float32] = colours @ weights - np.minimum(weights, 0).sum()
    return grey
