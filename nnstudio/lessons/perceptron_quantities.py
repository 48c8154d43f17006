"""Quantities of perceptrons: who fires, who should, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.passes import activations
from nnstudio.insight.firing import answer_table, count_firing
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.insight.firing import AnswerTable, Firing
    from nnstudio.lessons.state import LessonState


def _test_sums(state: LessonState) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the sums of the output units, which fire or do not, for the test set, and its labels."""
    samples = state.problem.test
    if not samples.has_labels or not state.architecture.has_step_outputs:
        raise QuantityError(tr("The outputs are no perceptrons, which fire or do not."))
    return activations(state.architecture, state.theta, samples.inputs()).z[-1], samples.labels


def _firing(state: LessonState) -> Firing:
    return count_firing(*_test_sums(state))


def _right_by_first(state: LessonState) -> float:
    """Return the share that is right where the first unit that fires is taken, and class 0 if none does."""
    z, labels = _test_sums(state)
    return float(np.mean((z > 0).argmax(axis=1) == labels))


def _right_by_largest(state: LessonState) -> float:
    firing = _firing(state)
    return firing.n_right / firing.n


def _called(state: LessonState, name: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which test samples are of a class, and for which its unit fires."""
    names = state.problem.output_space.class_names
    if name not in names:
        raise QuantityError(tr("There is no class {name}.").format(name=name))
    z, labels = _test_sums(state)
    return labels == names.index(name), z[:, names.index(name)] > 0


def _found(state: LessonState, name: str) -> float:
    is_of_class, fires = _called(state, name)
    return float((is_of_class & fires).sum() / is_of_class.sum())


def _right_of_called(state: LessonState, name: str) -> float:
    is_of_class, fires = _called(state, name)
    return float((is_of_class & fires).sum() / fires.sum()) if fires.any() else 0.0


def _table(numbers: tuple[float, ...]) -> AnswerTable:
    """Return the answers of perceptrons with these sums, the first half, for these targets, the second."""
    half = len(numbers) // 2
    return answer_table(numbers[:half], numbers[half:])


def _answers_loss(_state: LessonState, *numbers: float) -> float:
    return _table(numbers).mean


def _answers_loss_not_halved(_state: LessonState, *numbers: float) -> float:
    return 2 * _table(numbers).mean


def _answers_loss_not_averaged(_state: LessonState, *numbers: float) -> float:
    return float(_table(numbers).losses.sum())


PERCEPTRON_QUANTITIES: Quantities = (
    QuantityWord(
        "exactly one fires",
        translatable("the share of the test set for which exactly one perceptron fires"),
        lambda state: _firing(state).share_alone,
    ),
    QuantityWord(
        "none or several fire",
        translatable("the share of the test set for which none or several fire"),
        lambda state: 1 - _firing(state).share_alone,
    ),
    QuantityWord(
        "right by first that fires",
        translatable("the share that is right where the first perceptron that fires is taken"),
        _right_by_first,
    ),
    QuantityWord(
        "right by largest sum",
        translatable("the share that is right where the largest sum is taken"),
        _right_by_largest,
    ),
    QuantityWord("found CLASS", translatable("the share of a class for which its perceptron fires"), _found),
    QuantityWord(
        "right CLASS",
        translatable("the share of those for which a class's perceptron fires that are of the class"),
        _right_of_called,
    ),
    QuantityWord(
        "answers loss X…",
        translatable("the mean of ½ (t − y)² of perceptrons: their sums, then their targets"),
        _answers_loss,
    ),
    QuantityWord(
        "answers loss not halved X…", translatable("the mean of (t − y)²"), _answers_loss_not_halved
    ),
    QuantityWord(
        "answers loss not averaged X…", translatable("the sum of ½ (t − y)²"), _answers_loss_not_averaged
    ),
)
