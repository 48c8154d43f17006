"""What eraser and brush do to strokes and pixels, as pure functions; used by the input document."""

import numpy as np

_SOFT_EDGE_PX = 1.0
"""Across the edge of the brush, its ink fades from full to none over so many pixels."""


def erase(
    strokes: tuple[np.ndarray, ...], centre: tuple[float, float], radius: float
) -> tuple[np.ndarray, ...]:
    """Cut a disc out of strokes.

    Parameters
    ----------
    strokes : tuple of ndarray of shape (n, 2)
    centre, radius : the disc, in the strokes' units

    Returns
    -------
    tuple of ndarray
        The same object where the disc touches nothing; else the parts outside it.
    """
    kept: list[np.ndarray] = []
    touched = False
    for stroke in strokes:
        fine = _refine(stroke, radius / 3)
        outside = np.hypot(fine[:, 0] - centre[0], fine[:, 1] - centre[1]) > radius
        if outside.all():
            kept.append(stroke)
            continue
        touched = True
        edges = np.flatnonzero(np.diff(np.concatenate(([False], outside, [False])).astype(np.int8)))
        kept.extend(fine[start:stop] for start, stop in edges.reshape(-1, 2) if stop - start > 1)
    return tuple(kept) if touched else strokes


def _refine(stroke: np.ndarray, longest: float) -> np.ndarray:
    """Insert points so that no segment is longer than ``longest``."""
    if len(stroke) < 2:
        return stroke
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    counts = np.maximum(np.ceil(lengths / longest).astype(int), 1)
    starts = np.repeat(np.arange(len(counts)), counts)
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    share = (np.arange(len(starts)) - first[starts]) / counts[starts]
    inner = stroke[starts] + share[:, None] * (stroke[starts + 1] - stroke[starts])
    return np.vstack((inner, stroke[-1:]))


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
    painted: np.ndarray = np.minimum(image, 1.0 - cover) if erases else np.maximum(image, cover)
    return painted
