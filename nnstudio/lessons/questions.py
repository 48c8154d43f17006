"""Questions of a step, and how an answer is judged."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnstudio.data.typed_numbers import NumberError
from nnstudio.language import tr
from nnstudio.lessons.number_text import typed_values

if TYPE_CHECKING:
    from nnstudio.lessons.checks import Check
    from nnstudio.lessons.lesson_text import LessonText
    from nnstudio.lessons.quantities import Quantity
    from nnstudio.lessons.state import LessonState

KINDS = ("number", "choice", "place", "words", "guess")
"""A number; one or several of a list; a unit, class or pixel that is clicked; words, a guess: not judged."""

JUDGED = ("number", "choice", "place")


@dataclass(frozen=True)
class WrongAnswer:
    """A usual wrong answer.

    Attributes
    ----------
    value : float or Quantity
    say : LessonText
        What to tell who gives it.
    """

    value: float | Quantity
    say: LessonText

    def number(self, state: LessonState, start: LessonState) -> float:
        """Return the wrong number."""
        if isinstance(self.value, float):
            return self.value
        return float(self.value.measure(state, start))


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from.

    Attributes
    ----------
    words : LessonText
    right : Check
        It is right where this holds.
    say : LessonText or None
        What to tell who chooses it and is wrong.
    """

    words: LessonText
    right: Check
    say: LessonText | None = None


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer.

    Attributes
    ----------
    is_right : bool
    say : str
        A sentence.
    value : float or None
        The number that was understood.
    """

    is_right: bool
    say: str
    value: float | None = None


@dataclass(frozen=True)
class Ask:
    """A question.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    words : LessonText
    right : Quantity or None
        The right number or place; None for a choice, and where nothing is judged.
    within : float
        How far a number may be off.
    unit : str
    wrong : tuple of WrongAnswer
    options : tuple of Option
    several : bool
        Whether several options are to be chosen.
    """

    kind: str
    words: LessonText
    right: Quantity | None = None
    within: float = 0.0
    unit: str = ""
    wrong: tuple[WrongAnswer, ...] = ()
    options: tuple[Option, ...] = ()
    several: bool = False

    @property
    def is_judged(self) -> bool:
        """Whether there is a right answer."""
        return self.kind in JUDGED

    def shuffled(self, seed: int) -> tuple[int, ...]:
        """Return an order of the options that is the same for the same seed."""
        order = list(range(len(self.options)))
        random.Random(seed).shuffle(order)
        return tuple(order)

    def right_options(self, state: LessonState, start: LessonState) -> frozenset[int]:
        """Return which options are right."""
        return frozenset(k for k, option in enumerate(self.options) if option.right.holds(state, start))


def judge(ask: Ask, text: str, chosen: frozenset[int], state: LessonState, start: LessonState) -> Verdict:
    """Judge an answer to a question of any kind.

    Parameters
    ----------
    ask : Ask
    text : str
        What was typed; of a place, where it is, see `judge_place`.
    chosen : frozenset of int
        The options that were chosen, by their numbers in the file.
    state, start : LessonState
        Now, and when the step began.

    Raises
    ------
    QuantityError
        If the right answer cannot be measured in this state.
    """
    if ask.kind == "choice":
        return judge_choice(ask, chosen, state, start)
    if ask.kind == "place":
        return judge_place(ask, text, state, start)
    if ask.kind == "words":
        return Verdict(bool(text.strip()), tr("Kept."))
    return judge_number(ask, text, state, start)


def answered_rightly(ask: Ask, start: LessonState) -> tuple[str, Verdict] | None:
    """Return the right answer as a step begins, and what is said to it; None where nothing is judged.

    Raises
    ------
    QuantityError
        If it cannot be measured.
    """
    if ask.kind == "choice":
        right = ask.right_options(start, start)
        return ", ".join(map(str, sorted(right))), judge_choice(ask, right, start, start)
    if ask.right is None:
        return None
    value = ask.right.measure(start, start)
    number = float(value) if isinstance(value, int | float) else None
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text, Verdict(True, tr("Shown."), number)


def judge_number(ask: Ask, text: str, state: LessonState, start: LessonState) -> Verdict:
    """Judge a typed number; decimal comma and point, fractions and thousands apart are all taken.

    Parameters
    ----------
    ask : Ask
        Of the kind ``"number"`` or ``"guess"``.
    text : str
    state, start : LessonState
        Now, and when the step began.
    """
    try:
        values = typed_values(text)
    except NumberError:
        return Verdict(False, tr("A number is asked for, such as 0.7."))
    if ask.right is None:
        return Verdict(True, tr("Kept."), values[0])
    right = float(ask.right.measure(state, start))
    for value in values:
        # Half a unit of the last place of a double beyond what is allowed.
        if abs(value - right) <= ask.within * (1 + 1e-9) + 1e-12:
            return Verdict(True, tr("Right."), value)
    for wrong in ask.wrong:
        number = wrong.number(state, start)
        if any(
            abs(value - number) <= max(ask.within, 1e-9 * abs(number)) * (1 + 1e-9) + 1e-12
            for value in values
        ):
            return Verdict(False, wrong.say.shown(state, start), values[0])
    return Verdict(False, tr("Not yet. Try again, or ask for a hint."), values[0])


def judge_choice(ask: Ask, chosen: frozenset[int], state: LessonState, start: LessonState) -> Verdict:
    """Judge the options that were chosen, by their numbers in the file."""
    if not chosen:
        return Verdict(False, tr("Choose an answer first."))
    right = ask.right_options(state, start)
    if chosen == right:
        return Verdict(True, tr("Right."))
    for k in sorted(chosen - right):
        say = ask.options[k].say
        if say is not None:
            return Verdict(False, say.shown(state, start))
    if chosen < right:
        return Verdict(False, tr("Right so far, but not all of them."))
    return Verdict(False, tr("Not yet. Try again, or ask for a hint."))


def judge_place(ask: Ask, place: str, state: LessonState, start: LessonState) -> Verdict:
    """Judge what was clicked: ``"LAYER UNIT"``, the name of a class, or ``"ROW COLUMN"``."""
    assert ask.right is not None, "a place has a right answer"
    if place == str(ask.right.measure(state, start)):
        return Verdict(True, tr("Right."))
    return Verdict(False, tr("Not yet. Try again, or ask for a hint."))
