"""Networks of one input as functions on a line: their kinks and linear pieces, and what each unit adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.errors import UserError
from nnstudio.insight.contributions import PIECEWISE_LINEAR, piecewise_linear_titles
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

MAX_KINKS = 100_000
"""Most kinks: every hidden layer can double them, and to find a million takes a second."""

MAX_VALUES = 20_000_000
"""Most kinks times units of the widest layer: 160 MB for one of the arrays in which pieces are found."""

_CLOSEST = 1e-12
"""Kinks that are nearer to each other than this part of the interval are one: they differ by rounding."""

_EQUAL = 1e-13
"""Slopes that differ less than this part of the sum of their paths' sizes are one."""

_N_GRID = 2_049


class PiecewiseError(UserError):
    """A network or an interval whose linear pieces cannot be found, or points that make no network."""


@dataclass(frozen=True, eq=False)
class PiecewiseLinear:
    """A continuous, piecewise linear function on an interval.

    Attributes
    ----------
    edges : ndarray of shape (n + 1,), float64
        Where the n pieces meet, and the ends of the interval.
    values : ndarray of shape (n + 1,), float64
        Of the function at the edges.
    slopes : ndarray of shape (n,), float64
        Of neighbouring pieces they differ.
    kinks : ndarray of shape (k,), float64
        Where a unit goes from one linear piece of its activation to the other, layer by layer, from left to
        right; k ≥ n − 1, because the network may cancel a change of slope, and units may share a place.
    layers, units : ndarray of shape (k,), intp
        Whose kinks they are; the first computing layer is 0.
    """

    edges: NDArray[np.float64]
    values: NDArray[np.float64]
    slopes: NDArray[np.float64]
    kinks: NDArray[np.float64]
    layers: NDArray[np.intp]
    units: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.slopes)


def has_pieces(architecture: Architecture) -> bool:
    """Tell whether a network is a continuous, piecewise linear function of one variable."""
    return architecture.n_inputs == 1 and PIECEWISE_LINEAR.issuperset(architecture.activations)


def first_kinks(architecture: Architecture, theta: NDArray[Any]) -> NDArray[np.float64]:
    """Return where each unit of the first layer has z = w x + b = 0: −b / w.

    Parameters
    ----------
    architecture : Architecture
        Of one input.
    theta : ndarray of shape (n_params,)

    Returns
    -------
    ndarray of shape (fan_out,), float64
        Anywhere on the line; NaN where w is 0, or so small that the place overflows.
    """
    layer = architecture.layers(theta)[0]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = -layer.b.astype(np.float64) / layer.W[:, 0].astype(np.float64)
    places[~np.isfinite(places)] = np.nan
    # −0.0 would be shown as such.
    return np.asarray(places + 0.0)


@np.errstate(over="ignore", invalid="ignore")
def linear_pieces(
    architecture: Architecture, theta: NDArray[Any], low: float, high: float, output: int = 0
) -> PiecewiseLinear:
    """Find all linear pieces of a network on an interval, exactly.

    Layer by layer each z is linear between the kinks of the layers below, so a unit has a further kink
    exactly where z changes its sign between two of them. No grid is involved that could miss one.

    Parameters
    ----------
    architecture : Architecture
        One for which `has_pieces`.
    theta : ndarray of shape (n_params,)
    low, high : float
        Ends of the interval.
    output : int
        Index of the output unit.

    Raises
    ------
    PiecewiseError
        If the network is not piecewise linear, the interval is empty, there are more kinks than `MAX_KINKS`
        and `MAX_VALUES` allow, or values overflow.

    Notes
    -----
    Slopes are sums over the paths through units that are on, computed in float64; kinks are exact but for
    rounding.  Thread: any.  Cost: n_kinks × weights.

    Examples
    --------
    |x| + 1 by two units, r(x) and r(−x):

    >>> architecture = Architecture.of((1, 2, 1), output="identity")
    >>> pieces = linear_pieces(architecture, np.array([1.0, -1, 0, 0, 1, 1, 1]), -2, 3)
    >>> pieces.edges, pieces.values, pieces.slopes
    (array([-2.,  0.,  3.]), array([3., 1., 4.]), array([-1.,  1.]))
    """
    _check(architecture, low, high)
    layers = architecture.layers(np.array(theta, np.float64))
    most = min(MAX_KINKS, MAX_VALUES // max(architecture.layer_sizes))
    edges = np.array([low, high], np.float64)
    a = edges[:, None]
    kinks = []
    for k, layer in enumerate(layers):
        z = a @ layer.W.T + layer.b
        if layer.activation != "identity":
            edges, z = _split(edges, z, _CLOSEST * (high - low), most)
            is_on = z[1:] + z[:-1] > 0
            place, unit = np.nonzero(is_on[1:] != is_on[:-1])
            kinks.append((edges[place + 1], np.full(len(place), k), unit))
        a = np.empty_like(z)
        ACTIVATIONS[layer.activation].apply(z, a)
    values = a[:, output]
    slopes, sizes = _slopes(architecture, layers, (edges[1:] + edges[:-1])[:, None] / 2)
    slopes, sizes = slopes[:, output], sizes[:, output]
    if not (np.isfinite(values).all() and np.isfinite(sizes).all()):
        raise PiecewiseError(tr("The weights are so large that values overflow. Reset the network (R)."))
    changes = np.flatnonzero(np.abs(np.diff(slopes)) > _EQUAL * np.maximum(sizes[1:], sizes[:-1])) + 1
    ends = np.concatenate(([0], changes, [len(edges) - 1]))
    if kinks:
        at, of_layer, of_unit = (np.concatenate(parts) for parts in zip(*kinks, strict=True))
    else:
        at, of_layer, of_unit = np.empty(0), np.empty(0, np.intp), np.empty(0, np.intp)
    return PiecewiseLinear(edges[ends], values[ends], slopes[ends[:-1]], at, of_layer, of_unit)


def _check(architecture: Architecture, low: float, high: float) -> None:
    if not has_pieces(architecture):
        raise PiecewiseError(
            tr(
                "The network {network} has no linear pieces on a line. It needs one input and activations "
                "made of straight lines: {names}."
            ).format(network=architecture, names=piecewise_linear_titles())
        )
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise PiecewiseError(
            tr("The interval from {low} to {high} is empty or not finite.").format(low=low, high=high)
        )


def _split(
    edges: NDArray[np.float64], z: NDArray[np.float64], closest: float, most: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Add an edge wherever a column of z, linear between the edges, crosses 0 within a piece."""
    before, after = z[:-1], z[1:]
    piece, unit = np.nonzero(np.sign(before) * np.sign(after) < 0)
    left, right = before[piece, unit], after[piece, unit]
    share = left / (left - right)
    at = edges[piece] + share * (edges[piece + 1] - edges[piece])
    order = np.argsort(at, kind="stable")
    piece, unit, share, at = piece[order], unit[order], share[order], at[order]
    previous = np.maximum(edges[piece], np.concatenate((edges[:1], at[:-1])))
    is_apart = (at - previous > closest) & (edges[piece + 1] - at > closest)
    piece, unit, share, at = piece[is_apart], unit[is_apart], share[is_apart], at[is_apart]
    if len(edges) + len(at) > most:
        raise PiecewiseError(
            tr("This network has more than {most:,} kinks; its pieces are not counted.").format(most=most)
        )
    inserted = before[piece] + share[:, None] * (after[piece] - before[piece])
    inserted[np.arange(len(at)), unit] = 0.0
    return np.insert(edges, piece + 1, at), np.insert(z, piece + 1, inserted, axis=0)


def _slopes(
    architecture: Architecture, layers: tuple[Any, ...], x: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ∂output/∂x at each x, (n, n_outputs), and the sum of the sizes of its terms."""
    a, slope, size = x, np.ones_like(x), np.ones_like(x)
    for layer in layers:
        z = a @ layer.W.T + layer.b
        slope, size = slope @ layer.W.T, size @ np.abs(layer.W.T)
        a = np.empty_like(z)
        activation = ACTIVATIONS[layer.activation]
        activation.apply(z, a)
        # The derivative uses z as scratch.
        activation.times_derivative(size, z.copy(), a)
        activation.times_derivative(slope, z, a)
        size = np.abs(size)
    return slope, size


def unit_contributions(
    architecture: Architecture, theta: NDArray[Any], x: NDArray[Any], output: int = 0
) -> NDArray[Any]:
    """Compute what each unit of the last hidden layer adds to an output's z: u σ(w x + b).

    Parameters
    ----------
    architecture : Architecture
        Of one input and any activations. Without hidden layer the input itself is the one unit.
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n,)
    output : int
        Index of the output unit.

    Returns
    -------
    ndarray of shape (n, n_units), theta's dtype
        A new array; the output's z is the sum of a row and the output's bias.
    """
    u = architecture.layers(theta)[-1].W[output]
    return np.asarray(activations(architecture, theta, x[:, None]).a[-2] * u)


def largest_error(
    function: Callable[[NDArray[np.float64]], NDArray[Any]],
    truth: Callable[[NDArray[np.float64]], NDArray[Any]],
    low: float,
    high: float,
) -> tuple[float, float]:
    """Find the largest |function(x) − truth(x)| on an interval, and the x.

    Parameters
    ----------
    function, truth : callable
        From x of shape (n,), float64, to as many numbers.
    low, high : float

    Returns
    -------
    error, x : float
        Searched on `_N_GRID` points, then on as many around the largest: exact but for some 1e-7 of the
        interval in x where the difference bends, a lower bound where it is rougher than the grid.
    """
    for _ in range(2):
        x = np.linspace(low, high, _N_GRID)
        errors = np.abs(np.asarray(function(x), np.float64) - truth(x))
        at = int(errors.argmax())
        found = float(errors[at]), float(x[at])
        low, high = x[max(at - 1, 0)], x[min(at + 1, _N_GRID - 1)]
    return found


def interpolating_network(x: ArrayLike, y: ArrayLike) -> tuple[Architecture, NDArray[np.float64]]:
    """Write down the ReLU network that joins points by straight lines.

    f(x) = y₀ + Σ uᵢ max(0, x − xᵢ), with u₀ the slope of the first piece and uᵢ the change of slope at xᵢ:
    one hidden unit for each piece.

    Parameters
    ----------
    x, y : array-like of shape (h + 1,), h ≥ 1
        Of the points, x in ascending order.

    Returns
    -------
    architecture : Architecture
        1-h-1.
    theta : ndarray of shape (n_params,), float64
        To the left of the first point the network is constant, to the right of the last one it goes on as
        its last piece.

    Raises
    ------
    PiecewiseError
        If there are fewer than two points, x does not ascend or a number is not finite.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise PiecewiseError(tr("A network through points needs two points or more, each with x and y."))
    if not (np.isfinite(x).all() and np.isfinite(y).all() and (np.diff(x) > 0).all()):
        raise PiecewiseError(
            tr("A network through points needs finite numbers, and x that goes up from point to point.")
        )
    slopes = np.diff(y) / np.diff(x)
    architecture = Architecture.of((1, len(slopes), 1), hidden="relu", output="identity")
    theta = np.empty(architecture.n_params)
    hidden, output = architecture.layers(theta)
    hidden.W[...] = 1.0
    hidden.b[...] = -x[:-1]
    output.W[0, 0] = slopes[0]
    output.W[0, 1:] = np.diff(slopes)
    output.b[...] = y[0]
    return architecture, theta
