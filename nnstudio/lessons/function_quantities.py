"""Quantities of a network as a function: its matrix, paths, pieces, facets, and its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.least_squares import fit_linear
from nnstudio.engine.passes import predict
from nnstudio.insight.bumps import bumps_of
from nnstudio.insight.facets import facets
from nnstudio.insight.linear_map import LinearMap, linear_groups, piece_at, product
from nnstudio.insight.paths import paths
from nnstudio.insight.piecewise import first_kinks, largest_error, linear_pieces
from nnstudio.insight.slopes import input_slopes
from nnstudio.insight.tiles import grid_points
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.insight.piecewise import PiecewiseLinear
    from nnstudio.lessons.state import LessonState

_GRID_SIDES = {1: 257, 2: 41}
"""Points along each side of the range of inputs, by the number of inputs."""


def _value(state: LessonState, *x: float) -> float:
    return float(state.reading_at(*x).outputs[0])


def _bend_between(state: LessonState, *ends: float) -> float:
    """Return the mean of the outputs at two points, less the output in the middle."""
    n = state.architecture.n_inputs
    first, second = ends[:n], ends[n:]
    middle = tuple((one + other) / 2 for one, other in zip(first, second, strict=True))
    return (_value(state, *first) + _value(state, *second)) / 2 - _value(state, *middle)


def _whole_map(state: LessonState) -> LinearMap:
    """Return the one matrix that layers without activations are."""
    if len(linear_groups(state.architecture)) != 1 or state.architecture.activations[-1] != "identity":
        raise QuantityError(tr("With an activation between its layers, the network is no single matrix."))
    return product(state.architecture.layers(state.theta))


def _n_paths(state: LessonState, source: int, output: int) -> int:
    layers = range(state.architecture.n_layers)
    return paths(state.architecture, state.theta, layers, source, output).count


def _n_constant_terms(state: LessonState, output: int) -> int:
    layers = range(state.architecture.n_layers)
    return paths(state.architecture, state.theta, layers, None, output).count


def _path_total(state: LessonState, source: int, output: int) -> float:
    layers = range(state.architecture.n_layers)
    return paths(state.architecture, state.theta, layers, source, output).total


def _local_slope(state: LessonState, source: int) -> float:
    """Return how fast the first output changes with an input, at the input."""
    piece = piece_at(state.architecture, state.theta, state.reading)
    return float(piece.map.W[0, source])


def _slope_at(state: LessonState, *x: float) -> float:
    """Return how fast the first output changes with the first input, at a point."""
    reading = state.reading_at(*x)
    n = state.architecture.n_layers
    seed = np.zeros((1, state.architecture.n_outputs), np.float64)
    seed[0, 0] = 1.0
    # The derivative by z of the last layer; its activation is taken into account below.
    inside = input_slopes(state.architecture, state.theta.astype(np.float64), reading, seed, n - 1)
    if state.architecture.activations[-1] == "identity":
        return float(inside[0, 0])
    step = 1e-3
    there = tuple(np.array(x) + step * np.eye(len(x))[0])
    before = tuple(np.array(x) - step * np.eye(len(x))[0])
    return (_value64(state, *there) - _value64(state, *before)) / (2 * step)


def _value64(state: LessonState, *x: float) -> float:
    return float(predict(state.architecture, state.theta.astype(np.float64), np.array([x]))[0, 0])


def _range(state: LessonState) -> tuple[float, float]:
    space = state.problem.input_space
    if space.n_features != 1:
        raise QuantityError(tr("The input is no place on a line."))
    return float(space.lows[0]), float(space.highs[0])


def _pieces(state: LessonState) -> PiecewiseLinear:
    return linear_pieces(state.architecture, state.theta, *_range(state))


def _n_pieces(state: LessonState) -> int:
    return len(_pieces(state).slopes)


def _kink(state: LessonState, unit: int) -> float:
    return float(first_kinks(state.architecture, state.theta)[unit])


def _n_facets(state: LessonState) -> int:
    space = state.problem.input_space
    return len(facets(state.architecture, state.theta, space.lows.tolist(), space.highs.tolist()).areas)


def _grid_outputs(state: LessonState) -> tuple[NDArray[Any], NDArray[Any]]:
    space = state.problem.input_space
    side = _GRID_SIDES.get(space.n_features)
    if side is None or space.traits.has_pixels:
        raise QuantityError(tr("The network takes neither one number nor two."))
    x = grid_points(space, side).reshape(-1, space.n_features).astype(np.float64)
    return x, predict(state.architecture, state.theta.astype(np.float64), x)


def _difference_to_plane(state: LessonState) -> float:
    """Return the largest distance of the first output from the plane, or line, that is nearest to it."""
    x, outputs = _grid_outputs(state)
    fit = fit_linear(x, outputs[:, :1])
    return float(np.abs(outputs[:, 0] - (x @ fit.W.T + fit.b)[:, 0]).max())


def _largest_error(state: LessonState) -> float:
    if state.problem.input_space.spans_plane:
        x, outputs = _grid_outputs(state)
        return float(np.abs(outputs[:, 0] - np.asarray(state.truth(x)).ravel()).max())
    low, high = _range(state)

    def network(x: NDArray[np.float64]) -> NDArray[Any]:
        return np.asarray(predict(state.architecture, state.theta.astype(np.float64), x[:, None])[:, 0])

    return largest_error(network, state.truth, low, high)[0]


def _n_bumps(state: LessonState) -> int:
    """Return how many groups of four units are bumps."""
    return sum(bump is not None for bump in bumps_of(state.architecture, state.theta))


def _error_at(state: LessonState, *x: float) -> float:
    """Return how far the first output is from the truth at an input."""
    truth = float(np.asarray(state.truth(np.array(x if len(x) == 1 else [x]))).ravel()[0])
    return abs(_value(state, *x) - truth)


def _error_of_pieces(state: LessonState, n: int) -> float:
    """Return the largest error of n equally wide straight pieces between points of the truth."""
    low, high = _range(state)
    knots = np.linspace(low, high, n + 1)
    values = np.asarray(state.truth(knots)).ravel()
    return largest_error(lambda x: np.interp(x, knots, values), state.truth, low, high)[0]


FUNCTION_QUANTITIES: Quantities = (
    QuantityWord(
        "output OUTPUT of a line without bias",
        translatable("the one matrix times the input, without the constant"),
        lambda state, output: float(_whole_map(state).W[output] @ state.input),
    ),
    QuantityWord("value X…", translatable("the first output at another input"), _value),
    QuantityWord(
        "bend between X…",
        translatable("the mean of the outputs at two points, less the output in their middle"),
        _bend_between,
    ),
    QuantityWord("slope X…", translatable("how fast the first output grows with the first input"), _slope_at),
    QuantityWord(
        "slope here INPUT", translatable("how fast the output grows with an input, here"), _local_slope
    ),
    QuantityWord(
        "collapsed OUTPUT INPUT",
        translatable("an entry of the one matrix that the layers are"),
        lambda state, output, source: float(_whole_map(state).W[output, source]),
    ),
    QuantityWord(
        "collapsed bias OUTPUT",
        translatable("a constant of the one map that the layers are"),
        lambda state, output: float(_whole_map(state).b[output]),
    ),
    QuantityWord(
        "paths INPUT OUTPUT", translatable("how many paths lead from an input to an output"), _n_paths
    ),
    QuantityWord(
        "path sum INPUT OUTPUT", translatable("the sum of the products along these paths"), _path_total
    ),
    QuantityWord(
        "constant terms OUTPUT",
        translatable("how many paths lead from the biases to an output"),
        _n_constant_terms,
    ),
    QuantityWord(
        "largest difference to a plane",
        translatable("how far the first output is from the nearest plane, or line, at most"),
        _difference_to_plane,
    ),
    QuantityWord(
        "largest error", translatable("how far the network is from the truth, at most"), _largest_error
    ),
    QuantityWord(
        "largest error of N pieces",
        translatable("how far equally wide straight pieces are from the truth, at most"),
        _error_of_pieces,
    ),
    QuantityWord("error at X…", translatable("how far the network is from the truth at an input"), _error_at),
    QuantityWord("bumps", translatable("how many groups of four units make a bump"), _n_bumps),
    QuantityWord("pieces", translatable("of how many straight pieces the function is made"), _n_pieces),
    QuantityWord("kink UNIT", translatable("where a unit of the first layer has its kink"), _kink),
    QuantityWord("facets", translatable("of how many flat facets the function is made"), _n_facets),
)
