"""Painting and erasing pixels of an image with a soft brush, as a pure function; used by the pixel canvas."""

import numpy as np

_SOFT_EDGE_PX = 1.0
"""Across the edge of the brush, its ink fades from full to none over so many pixels."""


def brush(
    image: np.ndarray,
    start: tuple[float, float],
    stop: tuple[float, float],
    radius: float,
    *,
    erases: bool,
) -> np.ndarray:
    """Draw a soft brush along a line.

    Parameters
    ----------
    image : ndarray of shape (height, width), float32
        Paper 0, ink 1.
    start, stop : tuple of float
        (x, y) in pixels, (0, 0) being the corner of the first; equal for a single dab.
    radius : float
        Of the brush, in pixels.
    erases : bool
        Take ink away instead.

    Returns
    -------
    ndarray of shape (height, width), float32
        A new image; no pixel lighter than before, or when erasing none darker.
    """
    height, width = image.shape
    x = np.arange(width) + 0.5 - start[0]
    y = (np.arange(height) + 0.5 - start[1])[:, None]
    run_x, run_y = stop[0] - start[0], stop[1] - start[1]
    length_squared = run_x * run_x + run_y * run_y
    along = np.clip((x * run_x + y * run_y) / length_squared, 0.0, 1.0) if length_squared > 0 else 0.0
    distance = np.hypot(x - along * run_x, y - along * run_y)
    cover = np.clip((radius - distance) / _SOFT_EDGE_PX + 0.5, 0.0, 1.0).astype(np.float32)
    return np.minimum(image, 1.0 - cover) if erases else np.maximum(image, cover)
