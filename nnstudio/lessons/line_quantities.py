"""Quantities of the line beside the network, and of the points that it is fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.problems import PROBLEMS, load_problem
from nnstudio.insight.line_fit import (
    best_linear_model,
    curvature,
    descent_step,
    linear_model,
    point_statistics,
    standardised,
)
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.insight.line_fit import DescentStep, LinearModel
    from nnstudio.lessons.state import LessonState


_DIVERGED = 1e12
"""A loss from which descent does not come back."""


def _line(state: LessonState) -> LinearModel:
    if state.line is None:
        raise QuantityError(tr("There is no line yet."))
    x, y = state.curve
    return linear_model(x, y, state.line[:1], state.line[1])


def _best(state: LessonState) -> LinearModel:
    return best_linear_model(*state.curve)


def _step(state: LessonState) -> DescentStep:
    return descent_step(*state.curve, _line(state), state.config.hyper.learning_rate)


def _descended(state: LessonState, n: int, rate: float) -> float:
    """Return J of the line after n steps of descent with a rate."""
    x, y = state.curve
    model = _line(state)
    for _ in range(n):
        model = descent_step(x, y, model, rate).after
        if model.loss > _DIVERGED:
            break
    return model.loss


def _scaled_x(state: LessonState) -> NDArray[np.float64]:
    return state.data.scaled(state.problem).train.inputs().astype(np.float64)


def _steepness(state: LessonState) -> float:
    """Return how steep J is after a step, as a share of how steep it was."""
    before, after = _line(state).gradient, _step(state).after.gradient
    return float(np.linalg.norm(after) / np.linalg.norm(before))


def _at(model: LinearModel, x: float) -> float:
    return float(model.slopes[0] * x + model.intercept)


def _point(state: LessonState, point: int, axis: str) -> float:
    x, y = state.curve
    if point >= len(y):
        raise QuantityError(tr("There is no point {number}; the first is 0.").format(number=point))
    return float(x[point, 0] if axis == "x" else y[point])


def _residual(state: LessonState, point: int) -> float:
    _point(state, point, "y")
    return float(_line(state).residuals[point])


def _correlation(state: LessonState) -> float:
    x, y = state.curve
    return point_statistics(x[:, 0], y).r


def _times_best(state: LessonState) -> float:
    """Return J of the line as a multiple of the least J of any line."""
    return _line(state).loss / _best(state).loss


def _points_of(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if name not in PROBLEMS or PROBLEMS[name].kind != "line":
        raise QuantityError(tr("There is no curve {name}.").format(name=name))
    samples = load_problem(name).train
    return samples.inputs().astype(np.float64), samples.targets[:, 0].astype(np.float64)


def _best_of(name: str) -> LinearModel:
    return best_linear_model(*_points_of(name))


def _parabola_share(name: str) -> float:
    """Return the share of the squared errors of the best line that a parabola does away with."""
    x, y = _points_of(name)
    powers = np.concatenate((x, x * x), axis=1)
    return 1 - best_linear_model(powers, y).sse / _best_of(name).sse


def _outlier_share(name: str) -> float:
    """Return the share of the squared errors that one point has alone."""
    residuals = _best_of(name).residuals
    return float((residuals**2).max() / (residuals**2).sum())


def _leverage(name: str) -> float:
    """Return how much one point can pull the line: 1 where it alone decides the slope."""
    x, _ = _points_of(name)
    off = x[:, 0] - x[:, 0].mean()
    return float((1 / len(x) + off**2 / (off @ off)).max())


def _structure(name: str) -> float:
    return max(_parabola_share(name), _outlier_share(name), _leverage(name))


def _r_of(name: str) -> float:
    x, y = _points_of(name)
    return point_statistics(x[:, 0], y).r


def _of(measure: Any) -> Any:
    """Return a measure of a named curve as one of a state, which it does not look at."""
    return lambda _state, name: measure(name)


LINE_QUANTITIES: Quantities = (
    QuantityWord(
        "steepness after a step",
        translatable("how steep J is after a step, as a share of before"),
        _steepness,
    ),
    QuantityWord(
        "line sse halved",
        translatable("half the sum of the squared distances"),
        lambda state: _line(state).sse / 2,
    ),
    QuantityWord(
        "line m", translatable("the slope of the line"), lambda state: float(_line(state).slopes[0])
    ),
    QuantityWord("line b", translatable("the intercept of the line"), lambda state: _line(state).intercept),
    QuantityWord(
        "line J",
        translatable("half the mean of the squared distances to the line"),
        lambda state: _line(state).loss,
    ),
    QuantityWord(
        "line J not halved",
        translatable("the mean of the squared distances to the line"),
        lambda state: 2 * _line(state).loss,
    ),
    QuantityWord(
        "line sse",
        translatable("the sum of the squared distances to the line"),
        lambda state: _line(state).sse,
    ),
    QuantityWord(
        "line J by best", translatable("J of the line as a multiple of the least there is"), _times_best
    ),
    QuantityWord(
        "line at X", translatable("the height of the line at a place"), lambda state, x: _at(_line(state), x)
    ),
    QuantityWord(
        "line at X without intercept",
        translatable("the slope of the line times a place"),
        lambda state, x: float(_line(state).slopes[0]) * x,
    ),
    QuantityWord("residual POINT", translatable("how far a point lies above the line"), _residual),
    QuantityWord(
        "best m", translatable("the slope of the best line"), lambda state: float(_best(state).slopes[0])
    ),
    QuantityWord(
        "best b", translatable("the intercept of the best line"), lambda state: _best(state).intercept
    ),
    QuantityWord("best J", translatable("J of the best line"), lambda state: _best(state).loss),
    QuantityWord(
        "best sse",
        translatable("the least sum of squared distances of any line"),
        lambda state: _best(state).sse,
    ),
    QuantityWord(
        "best at X",
        translatable("the height of the best line at a place"),
        lambda state, x: _at(_best(state), x),
    ),
    QuantityWord("correlation", translatable("the correlation r of the points"), _correlation),
    QuantityWord("point x POINT", translatable("where a point lies"), lambda state, k: _point(state, k, "x")),
    QuantityWord(
        "point y POINT", translatable("how high a point lies"), lambda state, k: _point(state, k, "y")
    ),
    QuantityWord(
        "slope of J by m",
        translatable("how fast J grows with the slope of the line"),
        lambda state: float(_line(state).gradient[0]),
    ),
    QuantityWord(
        "slope of J by b",
        translatable("how fast J grows with the intercept of the line"),
        lambda state: float(_line(state).gradient[1]),
    ),
    QuantityWord(
        "J after a step",
        translatable("J of the line after one step of descent"),
        lambda state: _step(state).after.loss,
    ),
    QuantityWord(
        "predicted fall",
        translatable("how far J would fall along a straight slope"),
        lambda state: _step(state).predicted_fall,
    ),
    QuantityWord(
        "real fall", translatable("how far J falls in one step"), lambda state: _step(state).real_fall
    ),
    QuantityWord(
        "J after N steps of RATE",
        translatable("J of the line after so many steps of descent with a learning rate"),
        _descended,
    ),
    QuantityWord(
        "largest rate",
        translatable("the learning rate above which descent climbs"),
        lambda state: curvature(state.curve[0]).largest_rate,
    ),
    QuantityWord(
        "largest rate scaled",
        translatable("the same where inputs are scaled as they are learned"),
        lambda state: curvature(_scaled_x(state)).largest_rate,
    ),
    QuantityWord(
        "largest rate standardised",
        translatable("the same where inputs have mean 0 and deviation 1"),
        lambda state: curvature(standardised(state.curve[0])).largest_rate,
    ),
    QuantityWord(
        "condition standardised",
        translatable("the condition where inputs have mean 0 and deviation 1"),
        lambda state: curvature(standardised(state.curve[0])).condition,
    ),
    QuantityWord(
        "condition",
        translatable("how much longer than wide the bowl of J is, squared"),
        lambda state: curvature(state.curve[0]).condition,
    ),
    QuantityWord(
        "slope of PROBLEM",
        translatable("the slope of the best line of a set"),
        _of(lambda name: float(_best_of(name).slopes[0])),
    ),
    QuantityWord(
        "intercept of PROBLEM", translatable("its intercept"), _of(lambda name: _best_of(name).intercept)
    ),
    QuantityWord("correlation of PROBLEM", translatable("the correlation of a set"), _of(_r_of)),
    QuantityWord(
        "parabola share of PROBLEM",
        translatable("what a parabola does away with, of what the line leaves"),
        _of(_parabola_share),
    ),
    QuantityWord(
        "outlier share of PROBLEM",
        translatable("what one point has, of what the line leaves"),
        _of(_outlier_share),
    ),
    QuantityWord(
        "leverage of PROBLEM", translatable("how much one point decides the line, at most 1"), _of(_leverage)
    ),
    QuantityWord(
        "structure of PROBLEM",
        translatable("the largest of these three shares: small where the rest is noise"),
        _of(_structure),
    ),
)
