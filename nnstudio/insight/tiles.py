"""Pictures of units: weight templates for images, activations over the plane or along the line."""

from functools import lru_cache

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations

LARGEST_GRID = {1: 64, 2: 28}
"""Steps along a side of the grid, by the number of features."""

SMALLEST_GRID = 8
GRID_PRODUCTS = 1.5e8
"""Most products of points and parameters that can be computed in a frame."""

MOST_PICTURED = 256
"""Most units of one layer whose pictures can be told apart."""

PARTS_OF_A_PIXEL = 8
"""Heights of a curve that are told apart within a pixel."""

CURVE_SIDE = 48
"""Of the picture of a curve, in pixels, where it has no size of its own."""


def grid_points(space: InputSpace, side: int) -> np.ndarray:
    """Return inputs on a regular grid over a space that has a field.

    Returns
    -------
    ndarray of shape (rows, columns, n_features), float32
    """
    assert space.traits.grid is not None, "the space has too many features for a grid"
    return space.inputs_at(space.traits.grid(side))


def has_pictures(space: InputSpace) -> bool:
    """Say whether some units have pictures: their weights, or their activation all over the range."""
    return space.traits.has_field or space.traits.has_pixels


def are_curves(space: InputSpace) -> bool:
    """Say whether the pictures of units are curves along a line; see `curve_pictures`."""
    return space.traits.has_field and space.n_features == 1


def has_tiles(space: InputSpace, layer: int, n_units: int) -> bool:
    """Say whether the units of a computing layer have pictures.

    The first layer's have for images; for the plane and the line all have, unless there are more than
    `MOST_PICTURED`; for a row of numbers none has.
    """
    return n_units <= MOST_PICTURED if space.traits.has_field else space.traits.has_pixels and layer == 0


def layer_tiles(architecture: Architecture, theta: np.ndarray, space: InputSpace) -> dict[int, np.ndarray]:
    """Return the pictures of the units of all computing layers that have them.

    For images: the rows of the first W, reshaped (zero-copy). For the plane and the line: each unit's
    activation on a grid, which is coarser for large networks, so that it takes no longer than a frame; that
    of a line has one row, see `curve_pictures`. All finite.

    Returns
    -------
    dict of layer to ndarray of shape (fan_out, height, width)
    """
    if not space.traits.has_field:
        templates = architecture.layers(theta)[0].W
        return {0: templates.reshape(-1, *space.shape)} if has_pictures(space) else {}
    n_points = GRID_PRODUCTS / architecture.n_params
    longest = n_points ** (1 / space.n_features)
    side = int(min(max(longest, SMALLEST_GRID), LARGEST_GRID[space.n_features]))
    points = grid_points(space, side).astype(theta.dtype)
    rows, columns, n_features = points.shape
    trace = activations(architecture, theta, points.reshape(-1, n_features))
    return {
        # Weights that overflow leave no finite value; a picture shows nothing there.
        layer: np.nan_to_num(a.T, copy=False).reshape(-1, rows, columns)
        for layer, a in enumerate(trace.a[1:])
        if has_tiles(space, layer, a.shape[1])
    }


def field_pictures(space: InputSpace, tiles: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Return activations over a space as pictures: along a line, see `curve_pictures`; else as they are."""
    return curve_pictures(tiles, limit) if are_curves(space) else tiles


def curve_pictures(
    tiles: np.ndarray, limit: float | np.ndarray, height: int = CURVE_SIDE, width: int = CURVE_SIDE
) -> np.ndarray:
    """Return curves as areas between them and 0, which lies at half the height.

    Parameters
    ----------
    tiles : ndarray of shape (n, 1, n_points)
        The curves' values, from the lower end of the range to the upper.
    limit : float or ndarray of shape (n, 1, 1)
        The value at the upper edge; at the lower edge it is −limit.
    height, width : int
        In pixels.

    Returns
    -------
    ndarray of shape (n, height, width), float32
        ``limit`` above 0 and ``-limit`` below it, where the area is, less at its edge, and 0 elsewhere.

    Examples
    --------
    >>> curve_pictures(np.array([[[1.0, -0.5]]]), 1.0, 4, 2)[0]
    array([[ 1.,  0.],
           [ 1.,  0.],
           [ 0., -1.],
           [ 0.,  0.]], dtype=float32)
    """
    n_points = tiles.shape[2]
    limit = np.maximum(np.asarray(limit, np.float32), 1e-30)
    at = np.linspace(0, n_points - 1, width)
    low = at.astype(np.intp)
    high, part = np.minimum(low + 1, n_points - 1), (at - low).astype(np.float32)
    values = tiles[:, 0, low] * (1 - part) + tiles[:, 0, high] * part
    table = _areas(height)
    most = len(table) // 2
    level = np.rint(np.clip(values / limit.reshape(-1, 1), -1, 1) * most).astype(np.intp) + most
    return np.asarray(table.take(level, axis=0).swapaxes(1, 2) * limit)


def curve_place(column: int, n_points: int) -> tuple[float, int]:
    """Return what a column of a curve's picture shows: the share of the range, and the nearest point.

    Parameters
    ----------
    column : int
        Of a picture `CURVE_SIDE` wide.
    n_points : int

    Examples
    --------
    >>> curve_place(0, 96), curve_place(47, 2)[1]
    ((0.010416666666666666, 1), 1)
    """
    share = (column + 0.5) / CURVE_SIDE
    return share, min(int(share * n_points), n_points - 1)


@lru_cache(maxsize=8)
def _areas(height: int) -> np.ndarray:
    """Return columns (n_levels, height) of an area from 0, at half the height, to each level, −1 … 1.

    A pixel that is covered in part has that part. To take columns from here is five times as fast as to work
    every pixel out.
    """
    most = PARTS_OF_A_PIXEL * height // 2
    reach = np.arange(-most, most + 1)[:, None] / most * (height / 2)
    top = height / 2 - np.arange(height)
    above = np.minimum(reach, top) - np.maximum(top - 1, 0)
    below = np.minimum(top, 0) - np.maximum(reach, top - 1)
    return np.asarray(np.maximum(above, 0) - np.maximum(below, 0), np.float32)
