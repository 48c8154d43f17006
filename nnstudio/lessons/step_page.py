"""What is read of a step in one state: its text with numbers, its questions, and where its goals stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnstudio.lessons.lesson_file import Step
    from nnstudio.lessons.state import LessonState


@dataclass(frozen=True)
class GoalLine:
    """One goal: whether it is reached, and by what number."""

    is_reached: bool
    words: str


@dataclass(frozen=True)
class StepPage:
    """A step as it reads in one state.

    Attributes
    ----------
    text : str
        HTML.
    questions : tuple of str
        HTML, one for each question.
    options : tuple of tuple of str
        The answers to choose from, question by question, in the order of the file.
    goals : tuple of GoalLine
    hints : tuple of str
        HTML, of those that were asked for.
    """

    text: str
    questions: tuple[str, ...] = ()
    options: tuple[tuple[str, ...], ...] = ()
    goals: tuple[GoalLine, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def is_reached(self) -> bool:
        """Whether all goals are reached, where there are some."""
        return bool(self.goals) and all(goal.is_reached for goal in self.goals)


def page_of(step: Step, state: LessonState, start: LessonState, n_hints: int = 0) -> StepPage:
    """Measure all that is read of a step.

    Parameters
    ----------
    step : Step
    state, start : LessonState
        Now, and when the step began.
    n_hints : int
        How many of its hints were asked for.

    Notes
    -----
    Thread: any.  Goals may measure the test set: tens of milliseconds where that is large.
    """
    return StepPage(
        step.text.html(state, start),
        tuple(ask.words.html(state, start) for ask in step.asks),
        tuple(tuple(option.words.shown(state, start) for option in ask.options) for ask in step.asks),
        tuple(GoalLine(goal.holds(state, start), goal.words(state, start)) for goal in step.goals),
        tuple(hint.html(state, start) for hint in step.hints[:n_hints]),
    )
