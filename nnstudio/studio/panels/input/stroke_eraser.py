"""Cutting strokes with an eraser, as a pure function; used by the canvas."""

import numpy as np


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
