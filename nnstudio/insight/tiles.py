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
    """Return inputs on a regular grid over a space that has a field.

    Returns
    -------
    ndarray of shape (rows, columns, n_features), float32
    """
    assert space.traits.grid is not None, "the space has too many features for a grid"
    return space.inputs_at(space.traits.grid(side))


def has_tiles(space: InputSpace, layer: int, n_units: int) -> bool:
    """Say whether the units of a computing layer have pictures.

    The first layer's have for images; for the plane all have, unless there are more than `MOST_PICTURED`.
    """
    return n_units <= MOST_PICTURED if space.traits.has_field else layer == 0


def layer_tiles(architecture: Architecture, theta: np.ndarray, space: InputSpace) -> dict[int, np.ndarray]:
    """Return the pictures of the units of all computing layers that have them.

    For images: the rows of the first W, reshaped (zero-copy). For the plane: each unit's activation on a
    grid, which is coarser for large networks, so that it takes no longer than a frame. All finite.

    Returns
    -------
    dict of layer to ndarray of shape (fan_out, height, width)
    """
    if not space.traits.has_field:
        return {0: architecture.layers(theta)[0].W.reshape(-1, *space.shape)}
    n_points = PLANE_TILE_PRODUCTS / architecture.n_params
    side = int(min(max(n_points**0.5, SMALLEST_PLANE_TILE), PLANE_TILE_SIDE))
    points = grid_points(space, side).astype(theta.dtype)
    rows, columns, n_features = points.shape
    trace = activations(architecture, theta, points.reshape(-1, n_features))
    return {
        # Weights that overflow leave no finite value; a picture shows nothing there.
        layer: np.nan_to_num(a.T, copy=False).reshape(-1, rows, columns)
        for layer, a in enumerate(trace.a[1:])
        if has_tiles(space, layer, a.shape[1])
    }
