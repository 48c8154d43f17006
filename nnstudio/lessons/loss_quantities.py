"""Quantities of the loss as a landscape: its slopes, what a step brings, and whether slices are bowls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient, loss_value
from nnstudio.insight.directions import slopes_along_random
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.lessons.state import LessonState

SLICE_REACH = 3.0
"""How far a slice goes on both sides of a weight's value."""

_SLICE_POINTS = 61
MOST_SAMPLES = 2_000


class _Loss:
    """The mean loss over the training samples as a function of theta, in float64."""

    def __init__(self, state: LessonState) -> None:
        samples = state.problem.train
        if len(samples) > MOST_SAMPLES:
            raise QuantityError(tr("There are too many samples for that; take fewer."))
        self._architecture, self._loss = state.architecture, state.config.loss
        self._x = samples.inputs().astype(np.float64)
        self._answers: NDArray[Any] = samples.answers
        if not samples.has_labels:
            self._answers = samples.targets.astype(np.float64)
        self._workspace = Workspace(state.architecture, len(samples), np.float64)
        self.theta = state.theta.astype(np.float64)

    def at(self, theta: NDArray[np.float64]) -> float:
        return loss_value(self._architecture, theta, self._x, self._answers, self._loss, self._workspace)

    def gradient(self) -> NDArray[np.float64]:
        grad = np.empty_like(self.theta)
        loss_and_gradient(
            self._architecture, self.theta, self._x, self._answers, self._loss, grad, self._workspace
        )
        return grad


def _sample_gradients(state: LessonState) -> NDArray[np.float64]:
    """Return the gradient of each sample's loss, (n, n_params)."""
    samples = state.problem.train
    x, answers = samples.inputs().astype(np.float64), samples.answers
    workspace, theta = Workspace(state.architecture, 1, np.float64), state.theta.astype(np.float64)
    rows = np.empty((len(samples), len(theta)))
    for k, row in enumerate(rows):
        loss_and_gradient(
            state.architecture, theta, x[k : k + 1], answers[k : k + 1], state.config.loss, row, workspace
        )
    return rows


def _batch_variance(state: LessonState, size: int) -> float:
    """Return the mean squared distance of a batch's gradient from that of all, over many draws."""
    rows = _sample_gradients(state)
    if not 1 <= size <= len(rows):
        raise QuantityError(tr("A batch has 1 to {n} samples here.").format(n=len(rows)))
    rng, mean = np.random.default_rng(0), rows.mean(axis=0)
    draws = [rows[rng.permutation(len(rows))[:size]].mean(axis=0) for _ in range(400)]
    return float(np.mean([((draw - mean) ** 2).sum() for draw in draws]))


def _widest_angle(state: LessonState) -> float:
    """Return the largest angle between two samples' gradients, in degrees."""
    rows = _sample_gradients(state)
    lengths = np.linalg.norm(rows, axis=1)
    rows = rows[lengths > 0] / lengths[lengths > 0, None]
    return float(np.degrees(np.arccos(np.clip((rows @ rows.T).min(), -1, 1))))


def _mean_off(state: LessonState) -> float:
    """Return how far the mean of all samples' gradients is from the gradient of the mean loss, at most."""
    return float(np.abs(_sample_gradients(state).mean(axis=0) - _Loss(state).gradient()).max())


def _coordinate(state: LessonState, layer: int, unit: int, source: int | None) -> int:
    name = f"layers.{layer}." + ("bias" if source is None else "weight")
    return state.architecture.coordinate(name, *((unit,) if source is None else (unit, source)))


def _loss_by(state: LessonState, layer: int, unit: int, source: int) -> float:
    return float(_Loss(state).gradient()[_coordinate(state, layer, unit, source)])


def _quotient(state: LessonState, layer: int, unit: int, source: int, h: float) -> float:
    """Return (L(θ + h) − L(θ)) / h along one weight."""
    loss = _Loss(state)
    moved = loss.theta.copy()
    moved[_coordinate(state, layer, unit, source)] += h
    return (loss.at(moved) - loss.at(loss.theta)) / h


def _predicted_fall(state: LessonState) -> float:
    grad = _Loss(state).gradient()
    return float(state.config.hyper.learning_rate * (grad @ grad))


def _real_fall(state: LessonState) -> float:
    loss = _Loss(state)
    grad = loss.gradient()
    return loss.at(loss.theta) - loss.at(loss.theta - state.config.hyper.learning_rate * grad)


def _steps_rise(state: LessonState, n: int, sign: int = 1) -> int:
    """Return at how many of n steps the loss rises when the gradient is added, or taken away."""
    loss = _Loss(state)
    before, n_risen = loss.at(loss.theta), 0
    for _ in range(n):
        loss.theta = loss.theta + sign * state.config.hyper.learning_rate * loss.gradient()
        now = loss.at(loss.theta)
        n_risen += now > before
        before = now
    return n_risen


def _slice_violation(state: LessonState, layer: int, unit: int, source: int) -> float:
    """Return by how much a slice of the loss along a weight rises above one of its secants, at most."""
    loss = _Loss(state)
    coordinate = _coordinate(state, layer, unit, source)
    values = []
    for off in np.linspace(-SLICE_REACH, SLICE_REACH, _SLICE_POINTS):
        moved = loss.theta.copy()
        moved[coordinate] += off
        values.append(loss.at(moved))
    return _violation(np.array(values))


def _violation(values: NDArray[np.float64]) -> float:
    """Return how far evenly spaced values are above a secant, at most; 0 where they are never."""
    n = len(values)
    worst = 0.0
    for start in range(n - 2):
        for end in range(start + 2, n):
            secant = np.linspace(values[start], values[end], end - start + 1)
            worst = max(worst, float((values[start : end + 1] - secant).max()))
    return worst if worst > 1e-9 * max(1.0, float(np.abs(values).max())) else 0.0


def _toy(function: Callable[[NDArray[np.float64]], Any], low: float, high: float) -> float:
    return _violation(np.asarray(function(np.linspace(low, high, 81))))


def _steepest_random(state: LessonState) -> float:
    """Return how steep the steepest of 1,000 random directions is, as a share of the gradient."""
    samples = state.problem.train
    question = GradientQuestion(
        state.architecture, state.theta, samples.inputs(), samples.answers, state.config.loss
    )
    found = list(slopes_along_random(question, np.random.default_rng(0)))[-1]
    return float(np.abs(found.slopes).max() / found.norm)


LOSS_QUANTITIES: Quantities = (
    QuantityWord(
        "steepest of random",
        translatable("the slope along the steepest of 1,000 random directions, as a share of the gradient"),
        _steepest_random,
    ),
    QuantityWord(
        "loss by LAYER UNIT INPUT",
        translatable("how fast the training loss grows with a weight, by backpropagation"),
        _loss_by,
    ),
    QuantityWord(
        "quotient LAYER UNIT INPUT H",
        translatable("how much the training loss changes with a weight, over a small step"),
        _quotient,
    ),
    QuantityWord(
        "predicted fall of loss", translatable("η times the squared length of the gradient"), _predicted_fall
    ),
    QuantityWord("real fall of loss", translatable("how far the loss falls in one step"), _real_fall),
    QuantityWord(
        "fall by prediction",
        translatable("the real fall of the loss as a share of the predicted one"),
        lambda state: _real_fall(state) / _predicted_fall(state),
    ),
    QuantityWord(
        "wobble of N",
        translatable("how far the gradient of so many samples is from that of all, on average"),
        lambda state, size: _batch_variance(state, size) ** 0.5,
    ),
    QuantityWord(
        "wobble law N",
        translatable("its square times the number of samples, as a share of that of one sample"),
        lambda state, size: size * _batch_variance(state, size) / _batch_variance(state, 1),
    ),
    QuantityWord(
        "widest angle",
        translatable("the largest angle between two samples' gradients, in degrees"),
        _widest_angle,
    ),
    QuantityWord(
        "mean of gradients off",
        translatable("how far the mean of all samples' gradients is from the gradient, at most"),
        _mean_off,
    ),
    QuantityWord(
        "rises in N right steps",
        translatable("at how many of so many steps the loss rises where the gradient is taken away"),
        lambda state, n: _steps_rise(state, n, -1),
    ),
    QuantityWord(
        "rises in N wrong steps",
        translatable("at how many of so many steps the loss rises where the gradient is added"),
        _steps_rise,
    ),
    QuantityWord(
        "violation LAYER UNIT INPUT",
        translatable("how far a slice of the loss along a weight is above one of its secants; 0 for a bowl"),
        _slice_violation,
    ),
    QuantityWord(
        "violation of square",
        translatable("how far x² is above one of its secants"),
        lambda _state: _toy(np.square, -2, 2),
    ),
    QuantityWord(
        "violation of cosine",
        translatable("how far the cosine is above one of its secants"),
        lambda _state: _toy(np.cos, -np.pi / 2, np.pi / 2),
    ),
)
