"""Edges of the network view: hundreds of signed curves drawn into an array of pixels.

Decided 2026-11: Qt draws a curve of 300 pixels as some hundred pieces on a pool of threads, and keeps the
interpreter lock while it waits for them. Here all curves are a few operations on arrays, without the lock.
"""

from functools import cache, lru_cache

import numpy as np

from nnstudio.studio.painting.pixel_painting import mixed, value_of
from nnstudio.studio.painting.theme import Theme

FULL = 256
"""Amount of ink that covers a pixel."""

LEVELS = 32
"""Number of levels of ink."""

FAINTEST = 0.06
"""Ink of an edge of strength 0, relative to the strongest."""

THICK_SHARE = 0.7
"""Edges above this share of the strongest have double width."""

DENSITY = 1.2
"""Points of a curve per pixel of its longer side."""

GROUPS = 3


def draw_curves(ink: np.ndarray, start: np.ndarray, end: np.ndarray, weight: np.ndarray) -> None:
    """Add curves that leave and arrive level to a sheet of ink.

    Parameters
    ----------
    ink : ndarray of shape (2, height, width), uint16, C-contiguous
        The ink of positive and of negative curves; modified. Parts of curves outside are cut.
    start, end : ndarray of shape (n, 2)
        Pixels (x, y).
    weight : ndarray of shape (n,)
        Ink for each pixel of length; the sign says on which sheet.
    """
    _, height, width = ink.shape
    start, step = start.astype(np.float32), (end - start).astype(np.float32)
    reach = np.abs(step)
    n_points = int(DENSITY * reach.max(initial=0.0)) + 2
    along_x, along_y, forward, aside = _cubic(n_points)
    # Where a curve's points are closer, each adds less ink.
    amount = reach[:, :1] * forward
    amount += reach[:, 1:] * aside
    amount *= np.abs(weight, dtype=np.float32)[:, None]
    x = step[:, :1] * along_x
    x += start[:, :1] - np.float32(0.5)
    y = step[:, 1:] * along_y
    y += start[:, 1:] - np.float32(0.5)
    corners = np.concatenate((start, start + step))
    if not ((corners >= 1) & (corners < (width - 1, height - 1))).all():
        amount *= (x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)
        np.clip(x, 0, max(width - 2, 0), out=x)
        np.clip(y, 0, max(height - 2, 0), out=y)
    column, row = x.astype(np.int32), y.astype(np.int32)
    x -= column
    y -= row
    row *= width
    row += column
    row += np.where(weight < 0, height * width, 0).astype(np.int32)[:, None]
    first, flat = row.ravel().astype(np.intp), ink.reshape(-1)
    y *= amount
    amount -= y
    # A point's ink is distributed among the four pixels around it.
    for half, down in ((amount, 0), (y, width)):
        right = half * x
        half -= right
        np.add.at(flat, first + down, half.ravel().astype(np.uint16))
        np.add.at(flat, first + (down + 1), right.ravel().astype(np.uint16))


@lru_cache(maxsize=256)
def _cubic(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return x, y and about the length of a step in x and in y at ``n`` points from (0, 0) to (1, 1)."""
    t = ((np.arange(n) + 0.5) / n).astype(np.float32)
    x = 1.5 * t * (1 - t) + t**3
    y = t**2 * (3 - 2 * t)
    # Between the diagonal length and the sum of both sides.
    return x, y, 0.85 * (1.5 - 3 * t + 3 * t**2) / n, 0.85 * 6 * t * (1 - t) / n


def draw_edges(ink: np.ndarray, drawn: list[tuple[np.ndarray, np.ndarray, np.ndarray]], pixel: float) -> None:
    """Paint edges with ink by their strength.

    Parameters
    ----------
    ink : ndarray of shape (2, height, width), uint16
        As for `draw_curves`.
    drawn : list of (start, end, strength)
        For each pair of layers, with the strongest of its own: ends of shape (n, 2) in pixels, and (n,).
    pixel : float
        Side of a device pixel; on dense screens lines are several pixels wide.
    """
    curves = [_lines(start, end, strength, pixel) for start, end, strength in drawn if len(strength)]
    if not curves:
        return
    start, end, weight = (np.concatenate(part) for part in zip(*curves, strict=True))
    # Curves of similar length are drawn together: all get as many points as the longest.
    order = np.argsort(np.abs(end - start).max(axis=1))
    for some in np.array_split(order, GROUPS):
        if len(some):
            draw_curves(ink, start[some], end[some], weight[some])


def _lines(
    start: np.ndarray, end: np.ndarray, strength: np.ndarray, pixel: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the curves of edges: two for each of the strongest."""
    share = np.abs(strength) / np.abs(strength).max()
    weight = np.sign(strength) * FULL * (FAINTEST + (1 - FAINTEST) * share**1.5)
    thick = np.maximum(np.round((1 + (share > THICK_SHARE)) / pixel), 1).astype(np.intp)
    which = np.repeat(np.arange(len(share)), thick)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(thick) - thick, thick)
    aside = np.zeros((len(which), 2))
    aside[:, 1] = nth - (thick[which] - 1) / 2
    return start[which] + aside, end[which] + aside, weight[which]


@cache
def _ink_table(theme: Theme) -> np.ndarray:
    """Return the colours of LEVELS × LEVELS amounts of positive and negative ink on a panel."""
    amount = np.arange(LEVELS, dtype=np.float32) / (LEVELS - 1)
    positive, negative = amount[:, None], amount
    both = np.maximum(positive + negative, 1e-6)
    hue = mixed(value_of(theme.negative), value_of(theme.positive), positive / both)
    return mixed(value_of(theme.panel), hue, np.minimum(both, 1.0)).ravel()


def colour_in(pixels: np.ndarray, ink: np.ndarray, theme: Theme) -> None:
    """Colour pixels (height, width), C-contiguous, by ink (2, height, width), and clear the ink."""
    # In place: allocating memory costs more than the arithmetic.
    np.right_shift(ink, np.uint16((FULL // LEVELS).bit_length() - 1), out=ink)
    np.minimum(ink, np.uint16(LEVELS - 1), out=ink)
    index = ink[0].reshape(-1)
    index *= np.uint16(LEVELS)
    index += ink[1].reshape(-1)
    inked = np.flatnonzero(index > 0)
    pixels.reshape(-1)[inked] = _ink_table(theme)[index[inked]]
    ink[:] = 0
