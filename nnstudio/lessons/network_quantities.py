"""Quantities of a network: its numbers, what it computes from the input, and its shape as a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.output_kinds import CLASSES
from nnstudio.engine.least_squares import fit_linear
from nnstudio.engine.passes import predict
from nnstudio.insight.bumps import bumps_of
from nnstudio.insight.chain_rule import chain_of_output
from nnstudio.insight.facets import facets
from nnstudio.insight.linear_map import LinearMap, linear_groups, piece_at, product
from nnstudio.insight.loss_slopes import loss_slopes
from nnstudio.insight.parameters import Parameter, count_parameters
from nnstudio.insight.paths import paths
from nnstudio.insight.piecewise import first_kinks, largest_error, linear_pieces
from nnstudio.insight.reading import read
from nnstudio.insight.slopes import input_slopes
from nnstudio.insight.tiles import grid_points
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Layer
    from nnstudio.insight.loss_slopes import LossSlopes
    from nnstudio.insight.piecewise import PiecewiseLinear
    from nnstudio.insight.reading import Reading
    from nnstudio.lessons.state import LessonState

_GRID_SIDES = {1: 257, 2: 41}
"""Points along each side of the range of inputs, by the number of inputs."""


def _layer(state: LessonState, layer: int) -> Layer:
    layers = state.architecture.layers(state.theta)
    if layer >= len(layers):
        raise QuantityError(
            tr("The network {network} has no layer {layer}; the first is 0.").format(
                network=state.architecture, layer=layer
            )
        )
    return layers[layer]


def _weight(state: LessonState, layer: int, unit: int, source: int) -> float:
    return float(_layer(state, layer).W[unit, source])


def _bias(state: LessonState, layer: int, unit: int) -> float:
    return float(_layer(state, layer).b[unit])


def _z(state: LessonState, layer: int, unit: int) -> float:
    return float(state.reading.z[layer][unit])


def _a(state: LessonState, layer: int, unit: int) -> float:
    return float(state.reading.a[layer][unit])


def _z_without_bias(state: LessonState, layer: int, unit: int) -> float:
    return _z(state, layer, unit) - _bias(state, layer, unit)


def _sum_with_bias_alone(state: LessonState, layer: int, unit: int) -> float:
    """Return Σ w + b: what comes out where the inputs were forgotten."""
    found = _layer(state, layer)
    return float(found.W[unit].sum() + found.b[unit])


def _z_before_activation(state: LessonState, output: int) -> float:
    """Return an output computed with z in the place of every a: where the activations were forgotten."""
    values = state.input.astype(np.float64)
    for layer in state.architecture.layers(state.theta):
        values = layer.W @ values + layer.b
    return float(values[output])


def _term(state: LessonState, layer: int, unit: int, source: int) -> float:
    return _weight(state, layer, unit, source) * float(state.reading.into(layer)[source])


def _output(state: LessonState, output: int) -> float:
    return float(state.reading.outputs[output])


def _reading_at(state: LessonState, x: tuple[float, ...]) -> Reading:
    if len(x) != state.architecture.n_inputs:
        raise QuantityError(
            tr("The network {network} takes %n number(s).", state.architecture.n_inputs).format(
                network=state.architecture
            )
        )
    return read(state.architecture, state.theta, np.array(x, np.float32))


def _value(state: LessonState, *x: float) -> float:
    return float(_reading_at(state, x).outputs[0])


def _z_at(state: LessonState, layer: int, unit: int, *x: float) -> float:
    return float(_reading_at(state, x).z[layer][unit])


def _a_at(state: LessonState, layer: int, unit: int, *x: float) -> float:
    return float(_reading_at(state, x).a[layer][unit])


def _bend_between(state: LessonState, *ends: float) -> float:
    """Return the mean of the outputs at two points, less the output in the middle."""
    n = state.architecture.n_inputs
    first, second = ends[:n], ends[n:]
    middle = tuple((one + other) / 2 for one, other in zip(first, second, strict=True))
    return (_value(state, *first) + _value(state, *second)) / 2 - _value(state, *middle)


def _answer(state: LessonState) -> str:
    if state.problem.output_space.traits is not CLASSES:
        raise QuantityError(tr("The outputs are numbers; there is no answer that is a class."))
    return state.problem.output_space.class_names[state.reading.label]


def _class_index(state: LessonState, name: str) -> int:
    names = state.problem.output_space.class_names
    if name not in names:
        raise QuantityError(
            tr("There is no class {name}; there are {names}.").format(name=name, names=", ".join(names))
        )
    return names.index(name)


def _p(state: LessonState, name: str) -> float:
    return float(state.reading.class_values[_class_index(state, name)])


def _p_of_answer(state: LessonState) -> float:
    return float(state.reading.class_values.max())


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
    reading = _reading_at(state, x)
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


def _slopes(state: LessonState) -> LossSlopes:
    """Return the slopes of the loss of the input, whose right answer the samples know."""
    samples = state.problem.train
    found = np.flatnonzero((samples.inputs() == state.input).all(axis=1))
    if not len(found):
        raise QuantityError(tr("The right answer to this input is not known; choose a sample."))
    answer = samples.answer(int(found[0]))
    return loss_slopes(state.architecture, state.theta, state.reading, answer, state.config.loss)


def _sample_gradient(state: LessonState, layer: int, unit: int, source: int) -> float:
    return float(_slopes(state).weights(layer, unit)[source])


def _sample_gradient_of_bias(state: LessonState, layer: int, unit: int) -> float:
    return float(_slopes(state).z[layer][unit])


def _output_derivative(state: LessonState, layer: int, unit: int, source: int | None) -> float:
    """Return ∂output/∂w, or ∂output/∂b, by the complex step of the whole network."""
    architecture = state.architecture
    theta = state.theta.astype(np.complex128)
    name = f"layers.{layer}." + ("bias" if source is None else "weight")
    place = (unit,) if source is None else (unit, source)
    theta[architecture.coordinate(name, *place)] += 1e-30j
    out = predict(architecture, theta, state.input.astype(np.complex128)[None])
    return float(out[0, 0].imag / 1e-30)


def _chain(state: LessonState, layer: int, unit: int, source: int | None) -> float:
    """Return the derivative of the first output by a weight or bias, as the chain rule multiplies it."""
    place = Parameter(layer, unit, source)
    return chain_of_output(state.architecture, state.theta.astype(np.float64), state.reading, 0, place).value


def _selected_unit(state: LessonState) -> str:
    if state.selected is None:
        raise QuantityError(tr("No unit is chosen."))
    return f"{state.selected[0]} {state.selected[1]}"


def _most_excited(state: LessonState, layer: int) -> str:
    return f"{layer} {int(state.reading.a[layer].argmax())}"


def _n_nonzero(state: LessonState, layer: int) -> int:
    return int(np.count_nonzero(state.reading.a[layer]))


def _n_different(state: LessonState, start: LessonState) -> int:
    if state.architecture.layer_sizes != start.architecture.layer_sizes:
        raise QuantityError(tr("The network is another one than when the step began."))
    return int(np.count_nonzero(state.theta != start.theta))


def _count(state: LessonState) -> Any:
    return count_parameters(state.architecture)


def _is_another_answer(state: LessonState, start: LessonState) -> bool:
    return _answer(state) != _answer(start)


def _is_same_architecture(state: LessonState, start: LessonState) -> bool:
    return state.architecture.layer_sizes == start.architecture.layer_sizes


NETWORK_QUANTITIES: Quantities = (
    QuantityWord("network", translatable("the sizes of the network"), lambda state: str(state.architecture)),
    QuantityWord("inputs", translatable("how many numbers go in"), lambda state: state.architecture.n_inputs),
    QuantityWord(
        "outputs", translatable("how many numbers come out"), lambda state: state.architecture.n_outputs
    ),
    QuantityWord(
        "layers", translatable("how many layers compute"), lambda state: state.architecture.n_layers
    ),
    QuantityWord(
        "units LAYER",
        translatable("how many units a layer has"),
        lambda state, layer: len(_layer(state, layer).b),
    ),
    QuantityWord(
        "weights", translatable("how many weights there are"), lambda state: _count(state).n_weights
    ),
    QuantityWord(
        "weights LAYER",
        translatable("how many weights a layer has"),
        lambda state, layer: _layer(state, layer).W.size,
    ),
    QuantityWord("biases", translatable("how many biases there are"), lambda state: _count(state).n_biases),
    QuantityWord(
        "parameters",
        translatable("how many weights and biases there are"),
        lambda state: state.architecture.n_trained,
    ),
    QuantityWord(
        "activation LAYER",
        translatable("the activation of a layer"),
        lambda state, layer: _layer(state, layer).activation,
    ),
    QuantityWord("steps", translatable("how many steps were trained"), lambda state: state.n_steps),
    QuantityWord("diverged", translatable("whether numbers became too large"), lambda state: state.diverged),
    QuantityWord("w LAYER UNIT INPUT", translatable("a weight"), _weight),
    QuantityWord("b LAYER UNIT", translatable("a bias"), _bias),
    QuantityWord("x INPUT", translatable("a number of the input"), lambda state, k: float(state.input[k])),
    QuantityWord("z LAYER UNIT", translatable("the sum of a unit, with its bias"), _z),
    QuantityWord(
        "z LAYER UNIT without bias", translatable("the sum of the products of a unit"), _z_without_bias
    ),
    QuantityWord(
        "z LAYER UNIT without input",
        translatable("the sum of the weights and the bias of a unit"),
        _sum_with_bias_alone,
    ),
    QuantityWord("z LAYER UNIT at X…", translatable("the sum of a unit at another input"), _z_at),
    QuantityWord(
        "a LAYER UNIT",
        translatable("what a unit hands on"),
        _a,
    ),
    QuantityWord("a LAYER UNIT at X…", translatable("what a unit hands on at another input"), _a_at),
    QuantityWord("term LAYER UNIT INPUT", translatable("a weight times the number that it carries"), _term),
    QuantityWord("output OUTPUT", translatable("an output"), _output),
    QuantityWord(
        "output OUTPUT without activations",
        translatable("an output where the activations are left out"),
        _z_before_activation,
    ),
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
    QuantityWord("answer", translatable("the class that is read"), _answer),
    QuantityWord("p CLASS", translatable("the probability of a class"), _p),
    QuantityWord("p answer", translatable("the largest probability"), _p_of_answer),
    QuantityWord(
        "p sum",
        translatable("the sum of all probabilities"),
        lambda state: float(state.reading.class_values.sum(dtype=np.float64)),
    ),
    QuantityWord(
        "p least",
        translatable("the least probability"),
        lambda state: float(state.reading.class_values.min()),
    ),
    QuantityWord(
        "unit chosen", translatable("whether a unit is chosen"), lambda state: state.selected is not None
    ),
    QuantityWord("selected unit", translatable("layer and number of the chosen unit"), _selected_unit),
    QuantityWord("most excited LAYER", translatable("the unit with the largest activation"), _most_excited),
    QuantityWord("active units LAYER", translatable("how many units of a layer are not at 0"), _n_nonzero),
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
    QuantityWord(
        "gradient LAYER UNIT INPUT",
        translatable("how fast the loss of this input grows with a weight"),
        _sample_gradient,
    ),
    QuantityWord(
        "gradient LAYER UNIT bias",
        translatable("how fast the loss of this input grows with a bias"),
        _sample_gradient_of_bias,
    ),
    QuantityWord(
        "derivative LAYER UNIT INPUT",
        translatable("how fast the first output grows with a weight"),
        _output_derivative,
    ),
    QuantityWord(
        "derivative LAYER UNIT bias",
        translatable("how fast the first output grows with a bias"),
        lambda state, layer, unit: _output_derivative(state, layer, unit, None),
    ),
    QuantityWord(
        "chain LAYER UNIT INPUT",
        translatable("the same for a weight, as the product of slopes that the chain rule makes"),
        _chain,
    ),
    QuantityWord(
        "chain LAYER UNIT bias",
        translatable("the same for a bias"),
        lambda state, layer, unit: _chain(state, layer, unit, None),
    ),
    QuantityWord(
        "changed numbers",
        translatable("how many weights and biases differ from when the step began"),
        _n_different,
        needs_start=True,
    ),
    QuantityWord(
        "answer changed",
        translatable("whether another class is read than when the step began"),
        _is_another_answer,
        needs_start=True,
    ),
    QuantityWord(
        "same sizes",
        translatable("whether the network has the sizes with which the step began"),
        _is_same_architecture,
        needs_start=True,
    ),
)
