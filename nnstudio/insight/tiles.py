"""Pictures of units: weight templates for images, responses over the plane for points."""

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations

PLANE_TILE_SIDE = 28


def grid_points(space: InputSpace, side: int) -> np.ndarray:
    """Return points on a regular grid over a plane, row 0 at the top (largest second coordinate).

    Returns
    -------
    ndarray of shape (side * side, 2), float32
    """
    steps = (np.arange(side, dtype=np.float32) + 0.5) / side * (space.high - space.low) + space.low
    x1, x2 = np.meshgrid(steps, steps[::-1])
    return np.stack((x1.ravel(), x2.ravel()), axis=1)


def has_tiles(space: InputSpace, layer: int) -> bool:
    """Say whether a computing layer's units have pictures: the first's for images, all for the plane."""
    return space.kind == "plane" or layer == 0


def unit_tiles(architecture: Architecture, theta: np.ndarray, space: InputSpace, layer: int) -> np.ndarray:
    """Return the picture of every unit of a computing layer.

    For images: row j of the first W, reshaped (zero-copy). For the plane: each unit's activation on a grid.

    Returns
    -------
    ndarray of shape (fan_out, height, width)
    """
    if space.kind == "plane":
        trace = activations(architecture, theta, grid_points(space, PLANE_TILE_SIDE).astype(theta.dtype))
        return trace.a[layer + 1].T.reshape(-1, PLANE_TILE_SIDE, PLANE_TILE_SIDE)
    if layer != 0:
        raise ValueError(f"units of layer {layer} have no weights on the image: only layer 0 has templates")
    return architecture.layers(theta)[0].W.reshape(-1, *space.shape)


def mosaic(tiles: np.ndarray, columns: int, gap: int, fill: int) -> np.ndarray:
    """Lay tiles out in rows, in one array.

    Parameters
    ----------
    tiles : ndarray of shape (n, height, width)
    columns : int
        Tiles in a row; the last row is filled up with ``fill``.
    gap : int
        Cells of ``fill`` to the right of and below every tile.
    fill : int
        Value of what is no tile.

    Returns
    -------
    ndarray of shape (rows * (height + gap), columns * (width + gap)), dtype of ``tiles``, C-contiguous
    """
    n, height, width = tiles.shape
    rows = -(-n // columns)
    sheet = np.full((rows, height + gap, columns, width + gap), fill, tiles.dtype)
    full = n // columns
    by_row = tiles[: full * columns].reshape(full, columns, height, width)
    sheet[:full, :height, :, :width] = by_row.transpose(0, 2, 1, 3)
    rest = n - full * columns
    if rest:
        sheet[full, :height, :rest, :width] = tiles[full * columns :].transpose(1, 0, 2)
    return sheet.reshape(rows * (height + gap), columns * (width + gap))
