"""Quantities that need no network: numbers typed, products, and what activations are like."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.activation_curve import nudge, values_of
from nnstudio.insight.bumps import Bump
from nnstudio.insight.facets import most_facets
from nnstudio.insight.softmax_steps import softmax_steps
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from nnstudio.lessons.state import LessonState

_FAR = 60.0
"""How far an activation is followed on both sides to see where it goes."""


def _typed(state: LessonState, number: int) -> float:
    if number >= len(state.typed):
        raise QuantityError(tr("Nothing was typed there yet."))
    return state.typed[number]


def _curve(name: str) -> np.ndarray:
    if name not in ACTIVATIONS or ACTIVATIONS[name].output_only:
        raise QuantityError(tr("There is no activation {name} that works unit by unit.").format(name=name))
    return values_of(name, np.linspace(-_FAR, _FAR, 2401))


def _bend(name: str) -> float:
    """Return how far an activation is from a straight line through its ends."""
    values = _curve(name)
    return float(np.abs(values - np.linspace(values[0], values[-1], len(values))).max())


def _meets_theorem(name: str) -> bool:
    """Return whether an activation is bounded, increasing and not constant."""
    values = _curve(name)
    half = np.abs(_curve(name)[len(values) // 4 : -(len(values) // 4)]).max()
    is_bounded = bool(np.abs(values).max() <= 1.01 * half)
    is_rising = bool((np.diff(values) >= 0).all()) and values[-1] > values[0]
    return is_bounded and is_rising and name != "step"


def _softmax(*numbers: float) -> float:
    which, *logits = numbers
    return float(softmax_steps(np.array(logits)).quotients[int(which)])


def _bump_weight(number: int, *given: float) -> float:
    s1, s2, s3, s4, top = given
    return Bump((s1, s2, s3, s4), top).u[number]


def _nudge(real: bool, name: str, w: float, b: float, x: float, change: float) -> float:
    found = nudge(name, [w], b, [x], [change])
    return found.real if real else found.predicted


def _distributions(numbers: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return a target, the first half of the numbers, and an answer, the second, as shares of one whole."""
    target, answer = np.array(numbers, np.float64).reshape(2, -1)
    if min(target.min(), answer.min()) < 0 or not target.sum() or not answer.sum():
        raise QuantityError(tr("Shares are not negative, and not all zero."))
    return target / target.sum(), answer / answer.sum()


def _cross_entropy(*numbers: float) -> float:
    """Return −Σ t log q in nats; infinite where an answer is 0 and the target is not."""
    target, answer = _distributions(numbers)
    with np.errstate(divide="ignore"):
        return float(-(target[target > 0] * np.log(answer[target > 0])).sum())


def _excess_of_typed(state: LessonState, *target: float) -> float:
    """Return by how much the cross-entropy of typed shares is above the least there is."""
    if len(state.typed) < len(target):
        raise QuantityError(tr("Type all shares first."))
    return _cross_entropy(*target, *state.typed[: len(target)]) - _cross_entropy(*target, *target)


MATHEMATICS: Quantities = (
    QuantityWord(
        "cross entropy X…",
        translatable("the cross-entropy of two distributions: the target, then the answer"),
        lambda _state, *numbers: _cross_entropy(*numbers),
    ),
    QuantityWord(
        "excess of typed X…",
        translatable("the cross-entropy of the typed shares, less the least for this target"),
        _excess_of_typed,
    ),
    QuantityWord(
        "entry NUMBER", translatable("a number that was typed in this step; the first is 0"), _typed
    ),
    QuantityWord(
        "product A…",
        translatable("the product of numbers"),
        lambda _state, *numbers: math.prod(_wholes(numbers)),
    ),
    QuantityWord(
        "sum A…", translatable("the sum of numbers"), lambda _state, *numbers: sum(_wholes(numbers))
    ),
    QuantityWord("ratio A B", translatable("one number divided by another"), lambda _state, a, b: a / b),
    QuantityWord(
        "quotient of A B H",
        translatable("the change from one number to another, divided by a step"),
        lambda _state, a, b, h: (b - a) / h,
    ),
    QuantityWord(
        "doubt of quotient DIGITS H",
        translatable("how far a quotient may be off where both numbers have so many digits"),
        lambda _state, digits, h: 10.0**-digits / h,
    ),
    QuantityWord(
        "same A B", translatable("1 where two numbers are the same, else 0"), lambda _state, a, b: int(a == b)
    ),
    QuantityWord("log A", translatable("the natural logarithm of a number"), lambda _state, a: math.log(a)),
    QuantityWord(
        "softmax A B…",
        translatable("an entry of the softmax of numbers: which one (the first is 0), then the numbers"),
        lambda _state, *numbers: _softmax(*numbers),
    ),
    QuantityWord(
        "bend of NAME",
        translatable("how far an activation is from a straight line"),
        lambda _state, name: _bend(name),
    ),
    QuantityWord(
        "activation NAME at X",
        translatable("the value of an activation"),
        lambda _state, name, x: float(values_of(name, np.array([x]))[0]),
    ),
    QuantityWord(
        "theorem covers NAME",
        translatable("whether an activation is bounded, increasing and not constant"),
        lambda _state, name: _meets_theorem(name),
    ),
    QuantityWord(
        "most facets N",
        translatable("into how many parts so many lines cut the plane at most"),
        lambda _state, n: most_facets(n),
    ),
    QuantityWord(
        "bump weight NUMBER S…",
        translatable("an outgoing weight of the four units of a bump: s₁, s₂, s₃, s₄ and its top follow"),
        lambda _state, number, *given: _bump_weight(number, *given),
    ),
    QuantityWord(
        "nudge predicted NAME W B X CHANGE",
        translatable("how much a neuron's output should change with a weight, by its slope"),
        lambda _state, name, *given: _nudge(False, name, *given),
    ),
    QuantityWord(
        "nudge real NAME W B X CHANGE",
        translatable("how much it changes"),
        lambda _state, name, *given: _nudge(True, name, *given),
    ),
)


def _wholes(numbers: tuple[float, ...]) -> list[float]:
    """Return numbers, the whole ones as int, so that a product of them is one."""
    return [int(number) if number == int(number) else number for number in numbers]
