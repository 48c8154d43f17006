"""How a layer carries the plane: the linear step z = W x + b, and the fold a = σ(z)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.errors import UserError
from nnstudio.insight.contributions import PIECEWISE_LINEAR
from nnstudio.insight.facets import facets
from nnstudio.insight.linear_map import slopes_of
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nnstudio.engine.architecture import Layer

GRID_SIDE = 21
"""Lines of the grid in each direction."""

QUADRANTS = "ABCD"
"""Names of the quadrants of (z₁, z₂): both positive, z₂ alone, none, z₁ alone."""

_FLAT = 1e-6
"""Two units whose weights' directions have a sine below this look along one line."""


class FoldError(UserError):
    """A network that folds no plane, or a line that is none."""


@dataclass(frozen=True, eq=False)
class Fold:
    """Points of the plane before and after a hidden layer.

    Attributes
    ----------
    before : ndarray of shape (n, fan_in)
        What enters the layer: the points, or the activations of the layer before.
    z, a : ndarray of shape (n, fan_out)
        After the linear step and after the activation.
    """

    before: NDArray[Any]
    z: NDArray[Any]
    a: NDArray[Any]

    @property
    def dead_units(self) -> tuple[int, ...]:
        """The units whose activation is 0 for all points."""
        return tuple(np.flatnonzero(~self.a.any(axis=0)).tolist())


def n_folding_layers(architecture: Architecture) -> int:
    """Return how many layers, from the first, fold the plane: the hidden ones.

    Where there is none, the outputs, if each bends by itself; 0 where nothing does.

    Examples
    --------
    >>> [n_folding_layers(Architecture.of((2, 4, 2), output=name)) for name in ("relu", "softmax")]
    [1, 1]
    >>> [n_folding_layers(Architecture.of((2, 2), output=name)) for name in ("relu", "softmax", "identity")]
    [1, 0, 0]
    """
    if architecture.n_inputs != 2:
        return 0
    output = ACTIVATIONS[architecture.activations[-1]]
    return architecture.n_layers - 1 or int(output.name != "identity" and not output.output_only)


def fold(architecture: Architecture, theta: NDArray[Any], layer: int, x: NDArray[Any]) -> Fold:
    """Carry points of the plane through a layer that folds.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layer : int
        One of `n_folding_layers`, the first is 0.
    x : ndarray of shape (n, 2)

    Raises
    ------
    FoldError
        If the network folds no plane, or values overflow.
    """
    if not n_folding_layers(architecture):
        raise FoldError(
            tr(
                "The network {network} folds no plane: that needs two inputs and a hidden layer, as in 2-2-2."
            ).format(network=architecture)
        )
    trace = activations(architecture, theta, x)
    found = Fold(trace.a[layer], trace.z[layer], trace.a[layer + 1])
    if not all(np.isfinite(each).all() for each in (found.before, found.z, found.a)):
        raise FoldError(tr("The weights are so large that values overflow. Reset the network (R)."))
    return found


def between(before: NDArray[Any], z: NDArray[Any], a: NDArray[Any], place: float) -> NDArray[Any]:
    """Interpolate the way from before a layer over the linear step to the fold.

    Parameters
    ----------
    before, z, a : ndarray of shape (…, 2)
        As they are drawn, see `PlaneProjection`.
    place : float
        0: before, 1: z, 2: a; in between on the straight way.
    """
    start, end, share = (before, z, place) if place <= 1 else (z, a, place - 1)
    return np.asarray(start + share * (end - start))


def grid_lines(
    lows: Sequence[float], highs: Sequence[float], side: int = GRID_SIDE, n_points: int = 4 * GRID_SIDE - 3
) -> NDArray[np.float64]:
    """Return a grid over a rectangle of the plane as lines of points, which may bend when they are carried.

    Returns
    -------
    ndarray of shape (2 side, n_points, 2)
        First the lines along x₁, from the lowest up, then those along x₂, from the left.
    """
    (x1, y1), (x2, y2) = lows, highs
    along, across = np.linspace(0, 1, n_points), np.linspace(0, 1, side)
    share, other = np.meshgrid(along, across)
    flat = np.stack((x1 + share * (x2 - x1), y1 + other * (y2 - y1)), axis=-1)
    upright = np.stack((x1 + other * (x2 - x1), y1 + share * (y2 - y1)), axis=-1)
    return np.concatenate((flat, upright))


def quadrants(z: NDArray[Any]) -> NDArray[np.intp]:
    """Return the quadrant of each pair z, (…, 2), as an index into `QUADRANTS`; 0 counts as not positive.

    Examples
    --------
    >>> [QUADRANTS[k] for k in quadrants(np.array([[1.5, 0.5], [-1.5, 0.5], [-0.5, -1.5], [1.5, -0.5]]))]
    ['A', 'B', 'C', 'D']
    """
    first, second = z[..., 0] > 0, z[..., 1] > 0
    return np.where(first, np.where(second, 0, 3), np.where(second, 1, 2)).astype(np.intp)


@dataclass(frozen=True, eq=False)
class LinearStep:
    """What two units with two inputs make of areas.

    Attributes
    ----------
    W : ndarray of shape (2, 2), float64
    b : ndarray of shape (2,), float64
    det : float
        Of W: areas are multiplied by its size, and mirrored where it is negative.
    is_flat : bool
        Whether both units look along one line, so that the plane becomes a line.
    area_factors : tuple of four float, or None
        By what areas of the quadrants are multiplied, the fold included; None where the activation bends.
    """

    W: NDArray[np.float64]
    b: NDArray[np.float64]
    det: float
    is_flat: bool
    area_factors: tuple[float, float, float, float] | None


def linear_step(layer: Layer, units: tuple[int, int] = (0, 1)) -> LinearStep:
    """Describe two units of a layer with two inputs.

    Examples
    --------
    >>> architecture = Architecture.of((2, 2, 2))
    >>> theta = np.array([1.0, 1, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0])
    >>> step = linear_step(architecture.layers(theta)[0])
    >>> step.det, step.area_factors
    (-2.0, (2.0, 0.0, 0.0, 0.0))
    """
    W, b = layer.W[list(units)].astype(np.float64), layer.b[list(units)].astype(np.float64)
    det = float(W[0, 0] * W[1, 1] - W[0, 1] * W[1, 0])
    is_flat = abs(det) <= _FLAT * float(np.linalg.norm(W[0]) * np.linalg.norm(W[1]))
    factors = None
    if layer.activation in PIECEWISE_LINEAR:
        on, off = np.abs(slopes_of(layer.activation, np.array([1.0, -1.0]))).tolist()
        size = abs(det)
        factors = (size * on * on, size * off * on, size * off * off, size * on * off)
    return LinearStep(W, b, det, is_flat, factors)


def quadrant_regions(
    step: LinearStep, lows: Sequence[float], highs: Sequence[float]
) -> dict[int, NDArray[np.float64]]:
    """Return the part of a rectangle of the plane that each quadrant comes from.

    Returns
    -------
    dict of int to ndarray of shape (k, 2)
        Corners of a convex polygon, by the index of its quadrant; without quadrants that nothing falls into.
    """
    architecture = Architecture.of((2, 2, 1), hidden="relu", output="identity")
    theta = np.concatenate((step.W.ravel(), step.b, np.zeros(3)))
    found = facets(architecture, theta, lows, highs)
    return {
        int(quadrant): corners
        for quadrant, corners in zip(quadrants(np.where(found.active[0], 1, -1)), found.corners, strict=True)
    }


@dataclass(frozen=True, eq=False)
class PlaneProjection:
    """Two directions among the values of a layer, by which they are drawn in a plane.

    Attributes
    ----------
    directions : ndarray of shape (2, fan_out), float64
        Across and upwards; of a layer of one unit the second is 0.
    centre : ndarray of shape (fan_out,), float64
        What is drawn at the origin.
    units : tuple of int
        The units that are the axes; empty where they are directions among all units.
    shares : tuple of two float
        What each direction has of the variance; 1 together where nothing is left out.
    """

    directions: NDArray[np.float64]
    centre: NDArray[np.float64]
    units: tuple[int, ...]
    shares: tuple[float, float]

    @property
    def is_shadow(self) -> bool:
        """Whether values that differ can be drawn at one place."""
        return len(self.centre) > 2

    def project(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return where values (…, fan_out) are drawn, (…, 2)."""
        return np.asarray((values - self.centre) @ self.directions.T)

    def seen_in(self, values: NDArray[Any]) -> PlaneProjection:
        """Return the same view with the shares that its directions have of other values' variance."""
        return replace(self, shares=_shares(values, self.directions))


def unit_view(values: NDArray[Any], first: int = 0, second: int = 1) -> PlaneProjection:
    """Return the view with two units as its axes; with one unit, a line.

    Parameters
    ----------
    values : ndarray of shape (n, fan_out), n ≥ 1
        Of the layer, for the shares of the variance.
    first, second : int
        Two units; without meaning where there is only one.
    """
    fan_out = values.shape[1]
    units = (first, second) if fan_out > 1 else (0,)
    directions = np.zeros((2, fan_out))
    directions[np.arange(len(units)), units] = 1.0
    return PlaneProjection(directions, np.zeros(fan_out), units, _shares(values, directions))


def widest_view(values: NDArray[Any], former: PlaneProjection | None = None) -> PlaneProjection:
    """Return the view along the two directions in which values vary the most, their principal axes.

    Parameters
    ----------
    values : ndarray of shape (n, fan_out), n ≥ 1, fan_out ≥ 2
    former : PlaneProjection, optional
        Of the same layer: signs and order are chosen to be like it, so that nothing jumps; without it each
        direction's largest component is positive.
    """
    values = np.asarray(values, np.float64)
    centre = values.mean(axis=0)
    # Not of the covariance: half of the digits would be lost.
    directions = np.linalg.svd(values - centre, full_matrices=len(values) < values.shape[1])[2][:2]
    if former is not None and former.directions.shape == directions.shape:
        alike = directions @ former.directions.T
        if abs(alike[0, 1] * alike[1, 0]) > abs(alike[0, 0] * alike[1, 1]):
            directions, alike = directions[::-1], alike[::-1]
        signs = np.sign(np.diagonal(alike))
    else:
        signs = np.sign(directions[np.arange(2), np.abs(directions).argmax(axis=1)])
    directions = directions * np.where(signs < 0, -1.0, 1.0)[:, None]
    return PlaneProjection(directions, centre, (), _shares(values, directions))


def _shares(values: NDArray[Any], directions: NDArray[np.float64]) -> tuple[float, float]:
    spread = np.asarray(values, np.float64) - values.mean(axis=0)
    total = float(np.square(spread).sum())
    first, second = np.square(spread @ directions.T).sum(axis=0).tolist()
    return (min(first / total, 1.0), second / total) if total else (1.0, 0.0)


def remarks(
    architecture: Architecture, theta: NDArray[Any], layer: int, found: Fold, view: PlaneProjection
) -> tuple[str, ...]:
    """Say what is special about a fold, a sentence each.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layer : int
        A hidden layer.
    found : Fold
        Of the points through this layer.
    view : PlaneProjection
        Of the layer.
    """
    sentences = []
    weights = architecture.layers(theta)[layer]
    if weights.W.shape[1] == 2 and len(view.units) == 2:
        first, second = view.units
        if linear_step(weights, (first, second)).is_flat:
            sentences.append(
                tr("Units {first} and {second} look along one line: the plane becomes a line.").format(
                    first=first + 1, second=second + 1
                )
            )
    dead = [unit for unit in found.dead_units if unit in view.units or not view.units]
    if dead:
        sentences.append(
            tr("%n unit(s) with activation 0 at every point: {units}.", len(dead)).format(
                units=", ".join(str(unit + 1) for unit in dead)
            )
        )
    if view.is_shadow:
        sentences.append(
            tr("This is a shadow of {n} units: it shows {share:.0f} % of the variance.").format(
                n=view.directions.shape[1], share=100 * sum(view.shares)
            )
        )
    return tuple(sentences)


def line_through(first: ArrayLike, second: ArrayLike, w: ArrayLike) -> tuple[NDArray[np.float64], float]:
    """Return the weights and the bias of a unit whose line was dragged onto two points.

    Parameters
    ----------
    first, second : array-like of shape (2,)
    w : array-like of shape (2,)
        The unit's weights before: the new ones have their length, and turn by less than a right angle; for
        a unit without a line the length 1.

    Returns
    -------
    w : ndarray of shape (2,), float64
    b : float
        With w·x + b = 0 at both points.

    Raises
    ------
    FoldError
        If both points are one.

    Examples
    --------
    >>> line_through((0, 1), (1, 1), (0, 3))
    (array([0., 3.]), -3.0)
    """
    first, second, w = (np.asarray(each, np.float64) for each in (first, second, w))
    side = second - first
    length = float(np.hypot(*side))
    if not length:
        raise FoldError(tr("A line passes through two points; these are one."))
    normal = np.array((-side[1], side[0])) / length
    if normal @ w < 0:
        normal = -normal
    turned = (float(np.hypot(*w)) or 1.0) * normal + 0.0
    return turned, float(-turned @ first) + 0.0


def moved_line(w: ArrayLike, b: float, by: ArrayLike) -> float:
    """Return the bias of a unit whose line was dragged without turning.

    Examples
    --------
    >>> moved_line((2, 0), 0, (0.5, 7))
    -1.0
    """
    return float(b - np.asarray(w, np.float64) @ np.asarray(by, np.float64))
