"""Pictures of units: weight templates for images, activations over the plane for points."""

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations

PLANE_TILE_SIDE = 28
SMALLEST_PLANE_TILE = 8
PLANE_TILE_PRODUCTS = 1.5e8
"""Most products of points and parameters that can be computed in a frame."""

MOST_PICTURED = 256
"""Most units of one layer whose pictures can be told apart."""


def grid_points(space: InputSpace, side: int) -> np.ndarray:
    """Return points on a regular grid over a plane, row 0 at the top (largest second coordinate).

    Returns
    -------
    ndarray of shape (side * side, 2), float32
    """
    steps = (np.arange(side, dtype=np.float32) + 0.5) / side * (space.high - space.low) + space.low
    x1, x2 = np.meshgrid(steps, steps[::-1])
    return np.stack((x1.ravel(), x2.ravel()), axis=1)


def has_tiles(space: InputSpace, layer: int, n_units: int) -> bool:
    """Say whether the units of a computing layer have pictures.

    The first layer's have for images; for the plane all have, unless there are more than `MOST_PICTURED`.
    """
    return n_units <= MOST_PICTURED if space.kind == "plane" else layer == 0


def layer_tiles(architecture: Architecture, theta: np.ndarray, space: InputSpace) -> dict[int, np.ndarray]:
    """Return the pictures of the units of all computing layers that have them.

    For images: the rows of the first W, reshaped (zero-copy). For the plane: each unit's activation on a
    grid, which is coarser for large networks, so that it takes no longer than a frame. All finite.

    Returns
    -------
    dict of layer to ndarray of shape (fan_out, height, width)
    """
    if space.kind != "plane":
        return {0: architecture.layers(theta)[0].W.reshape(-1, *space.shape)}
    n_points = PLANE_TILE_PRODUCTS / architecture.n_params
    side = int(min(max(n_points**0.5, SMALLEST_PLANE_TILE), PLANE_TILE_SIDE))
    trace = activations(architecture, theta, grid_points(space, side).astype(theta.dtype))
    return {
        # Weights that overflow leave no finite value; a picture shows nothing there.
        layer: np.nan_to_num(a.T, copy=False).reshape(-1, side, side)
        for layer, a in enumerate(trace.a[1:])
        if has_tiles(space, layer, a.shape[1])
    }


def mosaic(tiles: np.ndarray, columns: int, gap: int, fill: int) -> np.ndarray:
    """Arrange tiles in rows, in one array.

    Parameters
    ----------
    tiles : ndarray of shape (n, height, width)
    columns : int
        Tiles in a row; the last row is padded with ``fill``.
    gap : int
        Cells of ``fill`` to the right of and below every tile.
    fill : int
        Value between and beside the tiles.

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
