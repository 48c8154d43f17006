"""Quantities of points of the plane: what separates them, what a layer does to it, and perceptrons on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.passes import activations
from nnstudio.engine.perceptron import train_perceptrons
from nnstudio.insight.contours import class_borders, node_grid, total_length
from nnstudio.insight.fold import linear_step
from nnstudio.insight.reading import read
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.perceptron import PerceptronRun
    from nnstudio.lessons.state import LessonState

PASSES = 100
"""Passes of the perceptron rule after which points count as not separable, unless it came back before."""

_BORDER_SIDE = 129
"""Nodes along each side of the plane at which its borders are looked for."""


def _labelled(state: LessonState) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    space, samples = state.problem.input_space, state.problem.train
    if space.traits.has_pixels or not samples.has_labels or state.problem.output_space.n_classes != 2:
        raise QuantityError(tr("There are no points of two classes here."))
    return samples.inputs().astype(np.float64), samples.labels


def _is_separable(x: NDArray[Any], labels: NDArray[np.int64]) -> bool:
    """Tell whether the perceptron rule finds a line between two classes."""
    # Of the same size in each direction: the rule is slow where one is far larger.
    scale = np.abs(x).max(axis=0)
    return train_perceptrons(x / np.where(scale, scale, 1), labels, 1, epochs=PASSES).converged


def _separable_in(state: LessonState, layer: int, *, before_activation: bool) -> bool:
    x, labels = _labelled(state)
    trace = activations(state.architecture, state.theta.astype(np.float64), x)
    return _is_separable(trace.z[layer] if before_activation else trace.a[layer + 1], labels)


def _boundary(state: LessonState) -> float:
    """Return the length of the borders between the classes over the plane."""
    space = state.problem.input_space
    if not space.spans_plane or not state.problem.output_space.traits.has_labels:
        raise QuantityError(tr("The input is no point of a plane with classes."))
    lows, highs = space.lows.tolist(), space.highs.tolist()
    nodes = node_grid(lows, highs, _BORDER_SIDE)
    trace = activations(state.architecture, state.theta, nodes.reshape(-1, 2).astype(np.float32))
    return total_length(class_borders(trace.z[-1].reshape(*nodes.shape[:2], -1), lows, highs))


def _area_factor(state: LessonState) -> float:
    return abs(linear_step(state.architecture.layers(state.theta)[0]).det)


def _perceptron(state: LessonState) -> PerceptronRun:
    """Return Rosenblatt's rule from zero on the training points."""
    x, labels = _labelled(state)
    return train_perceptrons(x, labels, 1, epochs=100)


def _correction(state: LessonState, number: int) -> NDArray[np.float64]:
    run = _perceptron(state)
    if number >= len(run.corrections):
        raise QuantityError(tr("There is no correction {number}.").format(number=number))
    return run.corrections[number].after


def _rule_weights(state: LessonState) -> Any:
    run = _perceptron(state)
    return run.architecture.layers(run.theta)[0]


def _fires(state: LessonState, unit: int, *x: float) -> bool:
    return bool(read(state.architecture, state.theta, np.array(x, np.float32)).z[-1][unit] > 0)


PLANE_QUANTITIES: Quantities = (
    QuantityWord(
        "separable",
        translatable("whether a line separates the two classes"),
        lambda state: _is_separable(*_labelled(state)),
    ),
    QuantityWord(
        "separable after z LAYER",
        translatable("whether a line separates the classes after the sums of a layer"),
        lambda state, layer: _separable_in(state, layer, before_activation=True),
    ),
    QuantityWord(
        "separable after a LAYER",
        translatable("whether a line separates the classes after a layer with its bend"),
        lambda state, layer: _separable_in(state, layer, before_activation=False),
    ),
    QuantityWord("boundary", translatable("how long the border between the classes is"), _boundary),
    QuantityWord(
        "area factor", translatable("how many times as large the first layer makes areas"), _area_factor
    ),
    QuantityWord(
        "rule ends",
        translatable("whether the perceptron rule comes to an end"),
        lambda state: _perceptron(state).converged,
    ),
    QuantityWord(
        "rule comes back",
        translatable("whether the perceptron rule comes back to an earlier state"),
        lambda state: bool(_perceptron(state).cycling.any()),
    ),
    QuantityWord(
        "rule passes", translatable("its passes through the points"), lambda state: _perceptron(state).epochs
    ),
    QuantityWord(
        "rule corrections",
        translatable("how many corrections the perceptron rule makes"),
        lambda state: _perceptron(state).n_corrections,
    ),
    QuantityWord(
        "rule w INPUT",
        translatable("a weight that the perceptron rule ends with"),
        lambda state, source: float(_rule_weights(state).W[0, source]),
    ),
    QuantityWord(
        "rule b",
        translatable("the bias that the perceptron rule ends with"),
        lambda state: float(_rule_weights(state).b[0]),
    ),
    QuantityWord(
        "correction NUMBER w INPUT",
        translatable("a weight after a correction of the perceptron rule; the first correction is 0"),
        lambda state, number, source: float(_correction(state, number)[source]),
    ),
    QuantityWord(
        "correction NUMBER b",
        translatable("the bias after a correction"),
        lambda state, number: float(_correction(state, number)[-1]),
    ),
    QuantityWord("fires UNIT at X…", translatable("whether an output unit's sum is above 0"), _fires),
)
