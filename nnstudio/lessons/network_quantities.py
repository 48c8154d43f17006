"""Quantities of a network: its numbers, and what it computes from the input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.output_kinds import CLASSES
from nnstudio.engine.passes import predict
from nnstudio.insight.chain_rule import chain_of_output
from nnstudio.insight.loss_slopes import loss_slopes
from nnstudio.insight.parameters import Parameter, count_parameters
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from nnstudio.engine.architecture import Layer
    from nnstudio.insight.loss_slopes import LossSlopes
    from nnstudio.lessons.state import LessonState


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


def _z_at(state: LessonState, layer: int, unit: int, *x: float) -> float:
    return float(state.reading_at(*x).z[layer][unit])


def _a_at(state: LessonState, layer: int, unit: int, *x: float) -> float:
    return float(state.reading_at(*x).a[layer][unit])


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
