"""Painting into pixel arrays with NumPy, which releases the interpreter lock for the trainer.

Used by views that show many pictures at once. Pixels are uint32, ``0xffRRGGBB``, in arrays (height, width).
"""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=128)
def _resampling(n_from: int, n_to: int, smooth: bool) -> np.ndarray:
    """Return the matrix (n_to, n_from) that resamples a row of cells.

    Fewer cells are means over what they cover. More repeat their neighbour, or lie on the line between two
    where ``smooth``.
    """
    edges = np.arange(n_to + 1) * (n_from / n_to)
    if n_to < n_from:
        # The overlap of each new cell with each old one.
        low = np.maximum(edges[:-1, None], np.arange(n_from))
        high = np.minimum(edges[1:, None], np.arange(1, n_from + 1))
        overlap = np.maximum(high - low, 0.0)
        return np.ascontiguousarray(overlap / overlap.sum(axis=1, keepdims=True), np.float32)
    centre = (edges[:-1] + edges[1:]) / 2
    if not smooth:
        return np.eye(n_from, dtype=np.float32)[np.minimum(centre.astype(np.intp), n_from - 1)]
    distance = np.abs(np.clip(centre - 0.5, 0, n_from - 1)[:, None] - np.arange(n_from))
    return np.maximum(1.0 - distance, 0.0).astype(np.float32)


def resample(tiles: np.ndarray, height: int, width: int, *, smooth: bool = False) -> np.ndarray:
    """Resize pictures: by means where they shrink, nearest or linear where they grow.

    Parameters
    ----------
    tiles : ndarray of shape (n, rows, columns), float32
    height, width : int
    smooth : bool
        Interpolate linearly where pictures grow, instead of repeating cells.

    Returns
    -------
    ndarray of shape (n, height, width), float32
        New. Computed by matrix products: Qt's smooth scaling is slower and holds the interpreter lock.
    """
    n, rows, columns = tiles.shape
    flat = np.ascontiguousarray(tiles, np.float32).reshape(n * rows, columns)
    wide = (flat @ _resampling(columns, width, smooth).T).reshape(n, rows, width)
    return np.matmul(_resampling(rows, height, smooth), wide)


def lay_grid(
    canvas: np.ndarray,
    pictures: np.ndarray,
    columns: int,
    pitch: tuple[int, int],
    corner: tuple[int, int],
    mask: np.ndarray | None = None,
) -> None:
    """Lay pictures out in rows on a canvas, clipped to it.

    Parameters
    ----------
    canvas : ndarray of shape (height, width), uint32
        Modified.
    pictures : ndarray of shape (n, h, w), uint32
    columns : int
        Pictures in a row; the last row may be shorter.
    pitch : (down, right)
        From each picture to the next, at least (h, w).
    corner : (top, left)
        Of the first one; may be outside the canvas.
    mask : ndarray of bool that broadcasts to (h, w), optional
        Pixels of a picture that are copied.
    """
    n, h, w = pictures.shape
    rows = -(-n // columns)
    top, left = corner
    height, width = rows * pitch[0], columns * pitch[1]
    from_y, to_y = max(top, 0), min(top + height, canvas.shape[0])
    from_x, to_x = max(left, 0), min(left + width, canvas.shape[1])
    if not n or from_y >= to_y or from_x >= to_x:
        return
    seen = canvas[from_y:to_y, from_x:to_x]
    sheet = np.empty((height, width), np.uint32)
    inside = sheet[from_y - top : to_y - top, from_x - left : to_x - left]
    inside[:] = seen
    grid = sheet.reshape(rows, pitch[0], columns, pitch[1])
    full = n // columns
    where = True if mask is None else mask
    by_row = pictures[: full * columns].reshape(full, columns, h, w)
    np.copyto(grid[:full, :h, :, :w].transpose(0, 2, 1, 3), by_row, where=where)
    rest = pictures[full * columns :]
    if len(rest):
        np.copyto(grid[full, :h, : len(rest), :w].transpose(1, 0, 2), rest, where=where)
    seen[:] = inside


@lru_cache(maxsize=128)
def disc(side: int, radius: float) -> np.ndarray:
    """Return the coverage of a centred disc in each pixel, shape (side, side), 0 … 1."""
    place = np.arange(side) + 0.5 - side / 2
    distance = np.hypot(place[:, None], place)
    return np.clip(radius + 0.5 - distance, 0.0, 1.0).astype(np.float32)


def value_of(code: str) -> int:
    """Convert ``#rrggbb`` to a pixel value."""
    return 0xFF000000 | int(code[1:], 16)


def mixed(low: np.ndarray | int, high: np.ndarray | int, share: np.ndarray) -> np.ndarray:
    """Blend pixels: ``low`` where ``share`` is 0, ``high`` where it is 1; all three broadcast."""
    result = np.uint32(0xFF000000)
    for shift in (16, 8, 0):
        begin, end = (
            (np.asarray(pixels, np.uint32) >> np.uint32(shift) & np.uint32(255)).astype(np.float32)
            for pixels in (low, high)
        )
        channel = begin + (end - begin) * np.asarray(share, np.float32) + np.float32(0.5)
        result = result | (channel.astype(np.uint32) << np.uint32(shift))
    return result
