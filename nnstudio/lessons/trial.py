"""Try a lesson: every step is set up, left alone, answered rightly and wrongly, solved, and gone back to.

`try_lesson` is what `nnstudio lesson check` runs, as do the tests of nnstudio for the lessons that come with
it:

1. a lesson is read, and all that it names exists (that is the reader's, `lesson_file`);
2. doing nothing fails: no goal holds when a step begins;
3. the solution reaches the goal in time, or does not where it cannot be reached;
4. every claim holds after set-up, after the solution, and after random actions that the step leaves free;
5. right answers are accepted as people write them; usual wrong ones get their own sentence;
6. of several seeds, the solution succeeds with as many as the lesson says;
7. going back restores the weights bit for bit;
8. texts are short, have no typed numbers, and all their numbers can be measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.lessons.actions import PutNumber, SetInput, SetLine, SetSeed, Train
from nnstudio.lessons.lesson_file import MOST_WORDS
from nnstudio.lessons.lesson_text import MISSING
from nnstudio.lessons.player import HeadlessPlayer, begin_step
from nnstudio.lessons.questions import judge_choice, judge_number, judge_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nnstudio.lessons.actions import Action
    from nnstudio.lessons.lesson_file import Lesson, Step
    from nnstudio.lessons.player import Player
    from nnstudio.lessons.questions import Ask
    from nnstudio.lessons.state import LessonState

MOST_OPTION = 46
"""Most characters of an answer to choose from, which stands in one line of a narrow panel."""

N_RANDOM = 10
"""Random actions after which claims are looked at."""


@dataclass(frozen=True)
class Finding:
    """Something that does not hold.

    Attributes
    ----------
    step : int
        Counted from 1.
    title : str
        The step's.
    sentence : str
    """

    step: int
    title: str
    sentence: str

    def __str__(self) -> str:
        return tr("step {step}, {title}: {sentence}").format(
            step=self.step, title=self.title, sentence=self.sentence
        )


@dataclass(frozen=True)
class Trial:
    """What trying a lesson came to.

    Attributes
    ----------
    findings : tuple of Finding
        Empty where all holds.
    seconds : tuple of float
        What each step took.
    """

    findings: tuple[Finding, ...]
    seconds: tuple[float, ...]


def try_lesson(lesson: Lesson, make_player: Callable[[], Player] = HeadlessPlayer) -> Trial:
    """Try all steps of a lesson, one after the other."""
    player = make_player()
    findings: list[Finding] = []
    seconds = []
    for number, step in enumerate(lesson.steps, 1):
        begun = perf_counter()
        try:
            findings += [Finding(number, step.title, sentence) for sentence in _tried(player, step, number)]
        except UserError as error:
            findings.append(Finding(number, step.title, str(error)))
        seconds.append(perf_counter() - begun)
    return Trial(tuple(findings), tuple(seconds))


def _tried(player: Player, step: Step, number: int) -> Iterator[str]:
    """Try one step; yield a sentence for all that does not hold. It ends solved."""
    start = begin_step(player, step)
    begin = player.snapshot()
    yield from _tried_texts(step, start)
    for goal in step.goals:
        if not goal.already and goal.holds(start, start):
            yield tr("a goal holds before anything is done: {words}").format(words=goal.words(start, start))
    for ask in step.asks:
        yield from _tried_question(ask, start)
    yield from _broken_claims(step, start, start, tr("in the set-up"))
    yield from _tried_free(player, step, start, number)
    if step.luck is not None:
        n_reached = sum(_is_lucky(player, step, begin, start, seed) for seed in step.luck.seeds)
        if n_reached < step.luck.at_least:
            yield tr("the solution succeeds with {n} of {given} seeds, not with {wanted}").format(
                n=n_reached, given=len(step.luck.seeds), wanted=step.luck.at_least
            )
    player.restore(begin)
    if not np.array_equal(player.state().theta, start.theta):
        yield tr("going back does not restore the weights")
    yield from _solved(player, step, start)


def _solved(player: Player, step: Step, start: LessonState) -> Iterator[str]:
    begun = perf_counter()
    for action in step.solution:
        player.obey(action)
    seconds = perf_counter() - begun
    state = player.state()
    reached = [goal.holds(state, start) for goal in step.goals]
    if step.unreachable and all(reached):
        yield tr("the goal was reached, and the step says that it cannot be")
    if not step.unreachable:
        for goal, holds in zip(step.goals, reached, strict=True):
            if not holds:
                yield tr("the solution does not reach the goal: {words}").format(
                    words=goal.words(state, start)
                )
        if seconds > step.seconds:
            yield tr("the solution takes {seconds:.1f} s, longer than {most:g} s").format(
                seconds=seconds, most=step.seconds
            )
    yield from _broken_claims(step, state, start, tr("after the solution"))


def _is_lucky(player: Player, step: Step, begin: object, start: LessonState, seed: int) -> bool:
    player.restore(begin)
    player.obey(SetSeed(seed))
    for action in step.solution:
        player.obey(action)
    return all(goal.holds(player.state(), start) for goal in step.goals)


def _broken_claims(step: Step, state: LessonState, start: LessonState, when: str) -> Iterator[str]:
    for claim in step.claims:
        if not claim.holds(state, start):
            yield tr("a claim does not hold {when}: {words}").format(
                when=when, words=claim.words(state, start)
            )


def _tried_free(player: Player, step: Step, start: LessonState, number: int) -> Iterator[str]:
    """Look at the claims after random actions of those that the step leaves free."""
    if not step.free:
        return
    rng = np.random.default_rng(number)
    for _ in range(N_RANDOM):
        player.obey(_random_action(str(rng.choice(step.free)), player.state(), rng))
        found = list(_broken_claims(step, player.state(), start, tr("after a random action")))
        if found:
            yield found[0]
            return


def _random_action(name: str, state: LessonState, rng: np.random.Generator) -> Action:
    space = state.problem.input_space
    if name == "input" and space.traits.has_pixels:
        return SetInput(sample=int(rng.integers(len(state.problem.test))), part="test")
    if name == "input":
        return SetInput(tuple(rng.uniform(space.lows, space.highs).tolist()))
    if name == "weights":
        block, index = state.architecture.locate(int(rng.integers(state.architecture.n_params)))
        layer = int(block.split(".")[1])
        source = index[1] if len(index) == 2 else None
        return PutNumber(layer, index[0], source, float(np.round(rng.normal(), 2)))
    if name == "line":
        return SetLine((float(rng.normal()), float(rng.normal(0, 3))))
    return Train(steps=5) if name == "train" else SetSeed(int(rng.integers(1000)))


def _tried_texts(step: Step, start: LessonState) -> Iterator[str]:
    if step.text.n_words > MOST_WORDS:
        yield tr("its text has {n} words; {most} are the most").format(n=step.text.n_words, most=MOST_WORDS)
    for text in step.texts():
        typed = text.typed_numbers(step.quoted)
        if typed:
            yield tr(
                "{numbers} stands in “{text:.40}…”: write it as {{quantity}}, or name it in quoted"
            ).format(numbers=", ".join(typed), text=text.source)
        for piece in text.pieces:
            if piece.quantity is not None and piece.shown(start, start) == MISSING:
                yield tr("the number {{{number}}} of a text cannot be measured").format(number=piece.text)


def _tried_question(ask: Ask, start: LessonState) -> Iterator[str]:
    if ask.kind == "choice":
        yield from _tried_choice(ask, start)
    elif ask.right is not None and ask.kind == "place":
        if not judge_place(ask, str(ask.right.measure(start, start)), start, start).is_right:
            yield tr("the right place is not accepted")
    elif ask.right is not None:
        yield from _tried_number(ask, start)


def _tried_choice(ask: Ask, start: LessonState) -> Iterator[str]:
    for option in ask.options:
        if len(option.words.shown(start, start)) > MOST_OPTION:
            yield tr("the answer “{text:.30}…” is longer than {most} characters, too long for a line").format(
                text=option.words.source, most=MOST_OPTION
            )
    right = ask.right_options(start, start)
    question = ask.words.source[:40]
    if not right:
        yield tr("no answer to “{question}…” is right").format(question=question)
    if len(right) > 1 and not ask.several:
        yield tr("several answers to “{question}…” are right; write several = true").format(question=question)
    if len(right) == len(ask.options):
        yield tr("all answers to “{question}…” are right").format(question=question)
    for k in range(len(ask.options)):
        if judge_choice(ask, frozenset({k}), start, start).is_right != (right == {k}):
            yield tr("an answer to “{question}…” is judged wrongly").format(question=question)


def _tried_number(ask: Ask, start: LessonState) -> Iterator[str]:
    assert ask.right is not None, "a number is asked for"
    right = float(ask.right.measure(start, start))
    for text in _ways_to_write(right, ask.within):
        if not judge_number(ask, text, start, start).is_right:
            yield tr("the right answer is not accepted as “{text}”").format(text=text)
    for wrong in ask.wrong:
        number = wrong.number(start, start)
        verdict = judge_number(ask, f"{number:.10g}", start, start)
        if verdict.is_right:
            yield tr("the wrong answer {number:g} is accepted").format(number=number)
        elif verdict.say != wrong.say.shown(start, start):
            yield tr("the wrong answer {number:g} gets the sentence of another one").format(number=number)
    off = right + 3 * ask.within + max(1.0, abs(right)) * 0.37
    if (
        judge_number(ask, f"{off:.6g}", start, start).is_right
        or judge_number(ask, "?", start, start).is_right
    ):
        yield tr("an answer that is far off is accepted")


def _ways_to_write(right: float, within: float) -> Iterator[str]:
    """Yield a number as people write it."""
    plain = f"{right:.10g}" if right != int(right) else str(int(right))
    yield plain
    yield f"  {plain} "
    yield plain.replace(".", ",")
    yield plain.replace("-", "−")
    if right == int(right) and abs(right) >= 1000:
        yield f"{int(right):,}"
        yield f"{int(right):,}".replace(",", " ")
    if abs(right) <= 5000:
        yield f"{right + 0.9 * within:.12g}"
        yield f"{right - 0.9 * within:.12g}"
        fraction = Fraction(right).limit_denominator(5000)
        if abs(float(fraction) - right) <= within and abs(fraction.numerator) < 9000:
            yield f"{fraction.numerator}/{fraction.denominator}"
