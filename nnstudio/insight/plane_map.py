"""What a network computes all over a rectangle of the plane: classes, outputs, and units; pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.passes import activations
from nnstudio.insight.contours import class_borders, node_grid, zero_contour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture

PRODUCTS = 3e7
"""Most products of nodes and parameters that are computed in a frame."""

FEWEST, MOST = 8, 120
"""Nodes along a side."""

_FALLING = frozenset(("absolute", "sine", "silu", "gelu"))
"""Activations with which a larger z may have a smaller output."""

_FAR = 1e30
"""Sums beyond it are drawn as if they were this: what is between them can be computed."""


@dataclass(frozen=True, eq=False)
class PlaneMap:
    """The sums of all units on a grid of nodes over a rectangle, its edges included.

    Attributes
    ----------
    architecture : Architecture
    lows, highs : tuple of float
        Of the rectangle.
    z : tuple of ndarray of shape (fan_out, rows, columns), one per computing layer
        Pre-activations; row 0 has the lowest x₂.
    """

    architecture: Architecture
    lows: tuple[float, float]
    highs: tuple[float, float]
    z: tuple[NDArray[np.float32], ...]

    def activations(self, layer: int) -> NDArray[np.float32]:
        """Return the activations of a layer on the nodes, (fan_out, rows, columns)."""
        return activated(self.architecture.activations[layer], self.z[layer])

    def is_finite(self, layer: int) -> NDArray[np.bool_]:
        """Return on which nodes all sums of a layer are numbers, (rows, columns)."""
        return np.asarray(np.isfinite(self.z[layer]).all(axis=0))

    def borders(self) -> NDArray[np.float64]:
        """Return the borders between the classes, (s, 2, 2)."""
        last = len(self.z) - 1
        is_falling = len(self.z[last]) > 1 and self.architecture.activations[last] in _FALLING
        scores = self.activations(last) if is_falling else self.z[last]
        return class_borders(np.moveaxis(scores, 0, -1), self.lows, self.highs)

    def zero_lines(self, layer: int, unit: int) -> NDArray[np.float64]:
        """Return where the sum of a unit is 0, (s, 2, 2)."""
        return zero_contour(self.z[layer][unit], self.lows, self.highs)


def plane_map(
    architecture: Architecture,
    theta: NDArray[Any],
    lows: tuple[float, float],
    highs: tuple[float, float],
    shape: tuple[int, int],
) -> PlaneMap:
    """Compute all units over a rectangle.

    Parameters
    ----------
    architecture : Architecture
        Of two inputs.
    theta : ndarray of shape (n_params,)
    lows, highs : tuple of float
    shape : (rows, columns)
        Of the nodes; see `nodes_for`.

    Notes
    -----
    Weights that overflow raise no error; see ``PlaneMap.is_finite``.
    """
    nodes = node_grid(lows, highs, shape[1], shape[0])
    trace = activations(architecture, theta, nodes.reshape(-1, 2).astype(theta.dtype))
    z = tuple(np.ascontiguousarray(each.T).reshape(-1, *shape) for each in trace.z)
    return PlaneMap(architecture, lows, highs, z)


def nodes_for(architecture: Architecture, width: float, height: float) -> tuple[int, int]:
    """Return how many rows and columns of nodes to compute in a frame for so many cells, if possible.

    Examples
    --------
    >>> from nnstudio.engine.architecture import Architecture
    >>> nodes_for(Architecture.of((2, 8, 2)), 50, 40), nodes_for(Architecture.of((2, 400, 400, 2)), 50, 40)
    ((41, 51), (13, 16))
    """
    most = PRODUCTS / architecture.n_params
    shrink = min(1.0, float(np.sqrt(most / max(width * height, 1.0))))
    columns, rows = (int(min(max(shrink * size, FEWEST), MOST)) + 1 for size in (width, height))
    return rows, columns


def activated(name: str, z: NDArray[np.float32]) -> NDArray[np.float32]:
    """Apply an activation to the sums of a layer, (fan_out, …), and return its activations, likewise."""
    columns = np.ascontiguousarray(z.reshape(len(z), -1).T)
    out = np.empty_like(columns)
    with np.errstate(over="ignore", invalid="ignore"):
        ACTIVATIONS[name].apply(columns, out)
    return np.ascontiguousarray(out.T).reshape(z.shape)


@np.errstate(over="ignore")
def led_classes(name: str, z: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return which class has the largest output, and by how much it leads the next one.

    Parameters
    ----------
    name : str
        The activation of the output layer.
    z : ndarray of shape (n_outputs, …)
        Its sums; finite. Of equal outputs, the larger sum decides, and a single one stands for two classes,
        as in ``engine.decision``.

    Returns
    -------
    labels : uint8 ndarray of shape (…)
    leads : float32 ndarray of shape (…)
        From 0; of probabilities to 1.

    Examples
    --------
    >>> led_classes("identity", np.array([[1.0, 0.5], [0.25, 2.0]], np.float32))
    (array([0, 1], dtype=uint8), array([0.75, 1.5 ], dtype=float32))
    """
    is_softmax = name == "softmax"
    if len(z) == 1:
        (a,) = activated(name, z)
        return (z[0] > 0).astype(np.uint8), np.abs(2 * a - 1)
    # Class by class: NumPy is slow along an axis of a few.
    a = z if is_softmax else activated(name, z)
    labels = np.zeros(z.shape[1:], np.uint8)
    top, second, sum_of_top = a[0].copy(), np.full(z.shape[1:], -np.inf, a.dtype), z[0].copy()
    for label in range(1, len(a)):
        leads = (a[label] > top) | ((a[label] == top) & (z[label] > sum_of_top))
        np.maximum(second, np.minimum(top, a[label]), out=second)
        np.maximum(top, a[label], out=top)
        np.copyto(labels, np.uint8(label), where=leads)
        np.copyto(sum_of_top, z[label], where=leads)
    if not is_softmax:
        return labels, top - second
    total = np.zeros_like(top)
    for each in z:
        total += np.exp(each - top)
    return labels, (1 - np.exp(second - top)) / total


def interpolated(nodes: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Return the values at the middles of pixels between nodes at which they are known.

    Parameters
    ----------
    nodes : ndarray of shape (n, rows, columns), each ≥ 2
        The outermost lie on the edges of the picture. What is not finite counts as 0.
    height, width : int
        In pixels.

    Returns
    -------
    ndarray of shape (n, height, width), float32
        Linear between nodes; by matrix products, which give up the interpreter lock.

    Examples
    --------
    >>> interpolated(np.array([[[0.0, 1.0], [2.0, 3.0]]], np.float32), 1, 4)
    array([[[1.125, 1.375, 1.625, 1.875]]], dtype=float32)
    """
    n, rows, columns = nodes.shape
    known = np.clip(np.nan_to_num(nodes, posinf=_FAR, neginf=-_FAR), -_FAR, _FAR)
    wide = (known.reshape(n * rows, columns) @ _between(columns, width).T).reshape(n, rows, width)
    return np.asarray(np.matmul(_between(rows, height), wide))


@lru_cache(maxsize=32)
def _between(n_nodes: int, n_px: int) -> NDArray[np.float32]:
    """Return the shares (n_px, n_nodes) that the nodes have in each pixel."""
    places = (np.arange(n_px) + 0.5) / n_px * (n_nodes - 1)
    return np.asarray(np.maximum(1 - np.abs(places[:, None] - np.arange(n_nodes)), 0), np.float32)


def unit_lines(
    W: NDArray[Any], b: NDArray[Any], lows: Sequence[float], highs: Sequence[float]
) -> NDArray[np.float64]:
    """Return the straight lines w·x + b = 0 within a rectangle.

    Parameters
    ----------
    W : ndarray of shape (n_units, 2)
    b : ndarray of shape (n_units,)
    lows, highs : sequence of two float

    Returns
    -------
    ndarray of shape (n_units, 2, 2), float64
        Both ends of each, on the edges; the positive side is to the left on the way from the first to the
        second. NaN where a line does not pass.

    Examples
    --------
    x₁ = ½, x₂ = 3, and a unit that has no line:

    >>> W = np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    >>> unit_lines(W, np.array([-1.0, -3.0, 1.0]), (-1, -1), (1, 1))[:2].tolist()
    [[[0.5, 1.0], [0.5, -1.0]], [[nan, nan], [nan, nan]]]
    """
    W, b = np.asarray(W, np.float64), np.asarray(b, np.float64)
    middle = (np.asarray(lows, np.float64) + highs) / 2
    with np.errstate(all="ignore"):
        # The foot of the middle, and the way along the line, whose left side is the positive one.
        square = (W * W).sum(axis=1, keepdims=True)
        foot = middle - W * ((W @ middle + b)[:, None] / square)
        way = np.stack((W[:, 1], -W[:, 0]), axis=1) / np.sqrt(square)
        # Where it enters and leaves each strip; parallel to it, everywhere or nowhere.
        bounds = np.stack((np.asarray(lows) - foot, np.asarray(highs) - foot), axis=2) / way[..., None]
        is_parallel = way == 0
        is_inside = (foot >= lows) & (foot <= highs)
        enters = np.where(is_parallel, np.where(is_inside, -np.inf, np.inf), bounds.min(axis=2))
        leaves = np.where(is_parallel, np.where(is_inside, np.inf, -np.inf), bounds.max(axis=2))
        first, last = enters.max(axis=1), leaves.min(axis=1)
        ends = foot[:, None] + np.stack((first, last), axis=1)[..., None] * way[:, None]
    return np.where((first < last)[:, None, None], ends, np.nan)
