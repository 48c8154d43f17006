"""Colours of a picture as numbers; any package may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Shares of red, green and blue in how bright a colour looks (ITU-R BT.601)."""

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
