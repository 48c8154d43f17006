"""``nnstudio lesson``: list, play, check, print and begin lessons."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.language import tr
from nnstudio.lessons.action_words import ACTIONS
from nnstudio.lessons.checks import COMPARISONS
from nnstudio.lessons.lesson_file import SUFFIX, own_lessons, read_lesson, shipped_lessons
from nnstudio.lessons.number_text import number_text
from nnstudio.lessons.paper import as_html, as_markdown
from nnstudio.lessons.player import HeadlessPlayer, begin_step
from nnstudio.lessons.quantities import QUANTITIES
from nnstudio.lessons.questions import Verdict, judge_choice, judge_number, judge_place
from nnstudio.lessons.trial import try_lesson

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nnstudio.lessons.lesson_file import Lesson, Step
    from nnstudio.lessons.questions import Ask
    from nnstudio.lessons.state import LessonState

_TEMPLATE = '''\
format = 1
id = "{name}"
title = "A lesson of mine"
minutes = 10
about = "What one understands at the end, in a sentence."

[[step]]
title = "A line"
text = """
The network has {{weights}} weight and {{biases}} bias: it is a line.
What does it give out for x = {{x 0:.1f}}?
"""
look = "network"
hint = ["The weight times x, and then the bias."]
free = ["weights"]

[step.set]
problem = "curve-line"
network = {{ sizes = [1, 1], activations = ["identity"] }}
weights = [{{ W = [[2]], b = [1] }}]
input = [0.5]

[[step.ask]]
kind = "number"
words = "What comes out?"
is = "output 0"
within = 0.005
[[step.ask.wrong]]
is = "z 0 0 without bias"
say = "That is the product. The bias, {{b 0 0}}, is still to be added."

[[step.claim]]
quantity = "pieces"
equals = 1
'''


def run(arguments: argparse.Namespace) -> int:
    """Run the sub-command of ``lesson``."""
    if arguments.action == "list":
        _list(as_json=arguments.json)
    elif arguments.action == "check":
        return _check(arguments.names or shipped_lessons())
    elif arguments.action == "play":
        _Play(read_lesson(arguments.name)).run()
    elif arguments.action == "print":
        _print(read_lesson(arguments.name), arguments.out)
    elif arguments.action == "new":
        _new(Path(arguments.path))
    else:
        _print_words()
    return DONE


def _list(*, as_json: bool) -> None:
    lessons = []
    names: list[str | Path] = [*shipped_lessons(), *own_lessons()]
    for name in names:
        try:
            lessons.append(read_lesson(name))
        except UserError as error:
            print_error(str(error))
    if as_json:
        rows = [
            {
                "id": lesson.id,
                "title": lesson.title,
                "talk": lesson.talk,
                "minutes": lesson.minutes,
                "steps": len(lesson.steps),
            }
            for lesson in lessons
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max((len(lesson.id) for lesson in lessons), default=0)
    for lesson in lessons:
        print(f"{lesson.id:<{width}}  {len(lesson.steps):>2} steps  {lesson.minutes:>3} min  {lesson.title}")


def _check(names: Iterable[str]) -> int:
    status = DONE
    for name in names:
        try:
            lesson = read_lesson(name)
        except UserError as error:
            print_error(str(error))
            status = BAD_INPUT
            continue
        begun = time.perf_counter()
        trial = try_lesson(lesson)
        seconds = time.perf_counter() - begun
        print(f"{lesson.id}: {_steps(lesson)}, {seconds:.1f} s", flush=True)
        for finding in trial.findings:
            print_error(f"{lesson.path.name}, {finding}")
            status = BAD_INPUT
    return status


def _steps(lesson: Lesson) -> str:
    return tr("%n step(s)", len(lesson.steps))


def _print(lesson: Lesson, out: str | None) -> None:
    if out is None:
        print(as_markdown(lesson), end="")
        return
    path = Path(out)
    ending = path.suffix.lower()
    is_page = ending in (".html", ".htm")
    if not is_page and ending not in (".md", ".markdown", ".txt"):
        raise UserError(f"A lesson is printed as .html or .md, unlike {path.name}. Nothing was written.")
    write_atomically(path, (as_html(lesson) if is_page else as_markdown(lesson)).encode())


def _new(path: Path) -> None:
    if path.suffix.lower() != SUFFIX:
        raise UserError(f"A lesson is a file of TOML; end its name in {SUFFIX}, unlike {path.name}.")
    if path.exists():
        raise UserError(f"There is a file {path} already, and it was left as it is. Choose another name.")
    stem = "".join(c if c.isascii() and c.isalnum() else "-" for c in path.stem.lower()).strip("-")[:40]
    write_atomically(path, _TEMPLATE.format(name=stem.strip("-") or "my-lesson").encode())
    print(path)


def _print_words() -> None:
    print("Actions, in [step.set] and [step.solve], obeyed in this order:\n")
    for word in ACTIONS.values():
        print(f"  {word.name:<16} {tr(word.summary)}\n  {'':<16} {word.example}")
    print(
        "\nQuantities, in checks, questions and texts; layers, units and inputs count from 0;\n“at first” "
        "before one is what it was when the step began:\n"
    )
    width = max(map(len, QUANTITIES))
    for pattern in sorted(QUANTITIES):
        print(f"  {pattern:<{width}}  {tr(QUANTITIES[pattern].summary)}")
    print(f"\nComparisons, in [[step.goal]] and [[step.claim]]:\n\n  {', '.join(COMPARISONS)}; within")


class _Play:
    """A lesson in the terminal: texts and questions; goals are reached by the lesson's own solution."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._player = HeadlessPlayer()
        self._seed = 0

    def run(self) -> None:
        """Go through all steps."""
        lesson = self._lesson
        print(f"{lesson.title} ({_steps(lesson)})\n")
        print("Type your answer; h for a hint, s to be shown, Enter for the next step, q to stop.\n")
        for number, step in enumerate(lesson.steps, 1):
            start = begin_step(self._player, step)
            print(f"{number}. {step.title}\n\n{step.text.shown(start, start)}\n")
            hints = [hint.shown(start, start) for hint in step.hints]
            if not self._go_through(step, start, hints):
                return
            for action in step.solution:
                self._player.obey(action)

    def _go_through(self, step: Step, start: LessonState, hints: list[str]) -> bool:
        """Ask the questions of a step, show what reaches its goal; return whether to go on."""
        for ask in step.asks:
            if not self._ask(ask, start, hints):
                return False
        if step.goals:
            for goal in step.goals:
                print(f"  goal: {goal.quantity.words}: {goal.wanted()}")
            if not self._typed("  Enter shows how. ", hints):
                return False
            kept = self._player.snapshot()
            for action in step.solution:
                self._player.obey(action)
            state = self._player.state()
            for goal in step.goals:
                mark = "✓" if goal.holds(state, start) else "✗"
                print(f"  {mark} {goal.words(state, start)}")
            self._player.restore(kept)
            print()
            return True
        return bool(step.asks) or self._typed("", hints) is not None

    def _ask(self, ask: Ask, start: LessonState, hints: list[str]) -> bool:
        self._seed += 1
        order = ask.shuffled(self._seed)
        print(f"  {ask.words.shown(start, start)}")
        for letter, k in zip("abcdefghijkl", order, strict=False):
            print(f"    {letter}) {ask.options[k].words.shown(start, start)}")
        while True:
            text = self._typed("  > ", hints)
            if text is None:
                return False
            if not text:
                return True
            if text == "s":
                print(f"  {self._right(ask, order, start)}")
                return True
            verdict = self._judged(ask, text, order, start)
            print(f"  {verdict.say}")
            if verdict.is_right:
                print()
                return True

    def _judged(self, ask: Ask, text: str, order: tuple[int, ...], start: LessonState) -> Verdict:
        if ask.kind == "choice":
            letters = [letter for letter in text.lower() if letter.isalpha()]
            places = {"abcdefghijkl".find(letter) for letter in letters}
            return judge_choice(ask, frozenset(order[k] for k in places if 0 <= k < len(order)), start, start)
        if ask.kind == "words":
            return Verdict(True, tr("Kept."))
        if ask.kind == "place":
            return judge_place(ask, text, start, start)
        return judge_number(ask, text, start, start)

    @staticmethod
    def _right(ask: Ask, order: tuple[int, ...], start: LessonState) -> str:
        if ask.right is not None:
            return number_text(ask.right.measure(start, start))
        right = ask.right_options(start, start)
        return ", ".join(letter for letter, k in zip("abcdefghijkl", order, strict=False) if k in right)

    @staticmethod
    def _typed(prompt: str, hints: list[str]) -> str | None:
        """Return what was typed, or None at the end; hints are printed one at a time."""
        while True:
            print(prompt, end="", flush=True)
            line = sys.stdin.readline()
            text = line.strip()
            if not line or text == "q":
                print()
                return None
            if text != "h":
                return text
            print(f"  {hints.pop(0)}" if hints else "  There is no further hint.")
