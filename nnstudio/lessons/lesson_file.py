"""Read lessons: TOML files that hold steps with texts, set-ups, questions and goals.

A lesson has the entries ``format = 1``, ``id``, ``title``, ``talk`` (may be missing), ``minutes``, ``about``,
``show``, ``hide``, ``lock``, and a table ``[[step]]`` for each step. A step has ``title``, ``text``,
``look``, ``quoted``, ``goes_on``, ``hint``, ``seconds``, ``luck``, ``unreachable``, ``free``; actions in
``[step.set]`` and in ``[step.solve]`` (or several, written ``[[step.set]]``); ``[[step.ask]]``,
``[[step.goal]]`` and ``[[step.claim]]``. A lesson may take networks along, beside it or with it in a zip;
see `bundle`. `nnstudio lesson words` lists actions and quantities; resources/lessons holds examples.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nnstudio.errors import UserError
from nnstudio.files.shipped import find_shipped, shipped_names
from nnstudio.files.toml_entries import TomlFile
from nnstudio.language import tr
from nnstudio.lessons.action_words import ACTIONS, read_actions
from nnstudio.lessons.actions import ChooseProblem, OpenNetwork, SetPoints
from nnstudio.lessons.bundle import SUFFIX as BUNDLE
from nnstudio.lessons.bundle import open_bundle
from nnstudio.lessons.checks import USUAL_WITHIN, read_check, take_quantity, take_within
from nnstudio.lessons.lesson_text import read_text
from nnstudio.lessons.places import PANELS, is_place
from nnstudio.lessons.questions import KINDS, Ask, Option, WrongAnswer
from nnstudio.lessons.state import QuantityError
from nnstudio.paths import own_dir

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from nnstudio.files.toml_entries import Table
    from nnstudio.lessons.actions import Action
    from nnstudio.lessons.checks import Check
    from nnstudio.lessons.lesson_text import LessonText

FORMAT = 1
SUFFIX = ".toml"
FOLDER = "lessons"
MAX_BYTES = 256 * 1024
MOST_STEPS = 60
MOST_WORDS = 90
MAX_TEXT = 4_000
MAX_TITLE = 80
_MOST_TABLES = 40
_MOST_DEPTH = 8
_LARGEST = 1e15
LOCKS = (*ACTIONS, "optimiser", "learning_rate", "batch_size", "loss", "activation", *PANELS)
"""What ``lock`` can name: actions, settings and panels."""

FREE = ("input", "weights", "train", "seed", "line")
"""What ``free`` can name: what a student may do in a step while its claims go on to hold."""


class LessonError(UserError):
    """An invalid lesson; the sentence names the file, the line and the entry."""


@dataclass(frozen=True)
class Luck:
    """How often the solution must succeed: of the seeds, at least so many."""

    seeds: tuple[int, ...]
    at_least: int


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Attributes
    ----------
    title : str
    text : LessonText
    look : str
        What a ring is drawn round, see `places.is_place`; empty: nothing.
    quoted : tuple of str
        Numbers that stand in its texts as they are, because the talk says them.
    goes_on : bool
        Whether it begins with what is there, rather than with a problem or network of its own.
    set_up : tuple of Action
    asks : tuple of Ask
    goals : tuple of Check
        All of them together are the goal.
    claims : tuple of Check
        Hold in the set-up, after the solution, and whatever is done of what is ``free``.
    hints : tuple of LessonText
    solution : tuple of Action
    luck : Luck or None
    seconds : float
        How long the solution may take; where the goal cannot be reached, when that is said.
    unreachable : bool
        Whether it is the point of the step that the goal cannot be reached.
    free : tuple of str
    """

    title: str
    text: LessonText
    look: str = ""
    quoted: tuple[str, ...] = ()
    goes_on: bool = False
    set_up: tuple[Action, ...] = ()
    asks: tuple[Ask, ...] = ()
    goals: tuple[Check, ...] = ()
    claims: tuple[Check, ...] = ()
    hints: tuple[LessonText, ...] = ()
    solution: tuple[Action, ...] = ()
    luck: Luck | None = None
    seconds: float = 5.0
    unreachable: bool = False
    free: tuple[str, ...] = ()

    def texts(self) -> list[LessonText]:
        """Return all texts that a student may read."""
        found = [self.text, *self.hints]
        found += [goal.said for goal in self.goals if goal.said is not None]
        for ask in self.asks:
            found += [ask.words, *(wrong.say for wrong in ask.wrong)]
            for option in ask.options:
                found += [option.words, *([option.say] if option.say is not None else [])]
        return found


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    id : str
        Of small letters, digits and hyphens; answers and progress are kept by it.
    title : str
    talk : str
        The talk that it belongs to; may be empty.
    minutes : int
    about : str
        One sentence for the list; may be empty.
    steps : tuple of Step
    show, hide, lock : tuple of str
        Panels that are open or not, and what stays as it is.
    path : Path
    """

    id: str
    title: str
    talk: str
    minutes: int
    about: str
    steps: tuple[Step, ...]
    show: tuple[str, ...]
    hide: tuple[str, ...]
    lock: tuple[str, ...]
    path: Path


def shipped_lessons() -> list[str]:
    """Return the names of the lessons that come with nnstudio, in the order in which they are taken."""
    return sorted(shipped_names(FOLDER, SUFFIX), key=lambda name: (_ORDER.get(name, len(_ORDER)), name))


_ORDER = {
    name: place
    for place, name in enumerate(
        (
            "five-minutes",
            "a-machine-that-reads",
            "the-hard-way",
            "from-firing-to-falling",
            "a-fancy-function",
            "fold-bump-descend",
        )
    )
}


def own_lessons() -> list[Path]:
    """Return the user's own lessons, in alphabetical order."""
    folder = own_dir() / FOLDER
    return sorted([*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{BUNDLE}")])


def find_lesson(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the path of a lesson that comes with nnstudio, of one of the user's own, or of a file.

    Raises
    ------
    LessonError
        If there is none; the sentence names those there are.
    """
    for path in own_lessons():
        if str(name_or_path) == path.stem and path.stem not in shipped_lessons():
            return path
    return find_shipped("lesson", name_or_path, FOLDER, SUFFIX, LessonError)


def read_lesson(name_or_path: str | os.PathLike[str]) -> Lesson:
    """Read a lesson by its name, or from any file.

    Raises
    ------
    LessonError
        If there is none, it is for a newer nnstudio, or an entry is unknown, missing or impossible.
    """
    path = find_lesson(name_or_path)
    bundle = open_bundle(path, LessonError)
    file = TomlFile(path, LessonError, MAX_BYTES, bundle.text, bundle.attached)
    top = file.top(("step",))
    _check_format(top)
    for key in top:
        _check_bounds(top, key, top.peek(key))
    lesson_id = top.take("id", str, tr("a name of small letters, digits and hyphens"))
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", lesson_id):
        top.refuse("id", tr("must be up to 40 small letters, digits and hyphens."))
    title = _title(top, "title")
    talk = top.take("talk", str, tr("a text")) if "talk" in top else ""
    minutes = top.take("minutes", int, tr("a number of minutes"))
    if not 1 <= minutes <= 600:
        top.refuse("minutes", tr("must be from 1 to 600."))
    about = top.take("about", str, tr("a sentence")) if "about" in top else ""
    show, hide, lock = (
        _names(top, key, known) for key, known in (("show", PANELS), ("hide", PANELS), ("lock", LOCKS))
    )
    top.finish()
    tables = file.tables("step")
    if not 1 <= len(tables) <= MOST_STEPS:
        file.refuse(
            "",
            0,
            "step",
            tr("must be there 1 to {most} times, not {given:,}.").format(most=MOST_STEPS, given=len(tables)),
        )
    steps = []
    for nth, table in enumerate(tables):
        for key in table:
            _check_bounds(table, key, table.peek(key))
        steps.append(_step(table, is_first=nth == 0))
    return Lesson(lesson_id, title, talk, minutes, about, tuple(steps), show, hide, lock, path)


def _check_format(top: Table) -> None:
    number = top.take("format", int, tr("1"))
    if number > FORMAT:
        top.refuse(
            "format",
            tr("is {number}: the lesson was written for a newer nnstudio. It was left as it is.").format(
                number=number
            ),
        )
    if number < FORMAT:
        top.refuse("format", tr("must be {number}.").format(number=FORMAT))


def _check_bounds(table: Table, key: str, value: Any, depth: int = 0) -> None:
    """Refuse numbers that are too large, and tables within too many others."""
    if depth > _MOST_DEPTH:
        table.refuse(key, tr("has brackets within brackets, too deeply."))
    if isinstance(value, dict):
        for inner in value.values():
            _check_bounds(table, key, inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_bounds(table, key, inner, depth + 1)
    elif isinstance(value, int | float) and not abs(value) <= _LARGEST:
        table.refuse(key, tr("has a number that is too large or none at all."))
    elif not isinstance(value, str | int | float):
        table.refuse(key, tr("has a date or a time, where none can stand."))


def _title(table: Table, key: str) -> str:
    text = table.take(key, str, tr("a text"))
    if not 1 <= len(text) <= MAX_TITLE or not text.isprintable():
        table.refuse(key, tr("must be 1 to {most} printable characters.").format(most=MAX_TITLE))
    return text


def _names(table: Table, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    if key not in table:
        return ()
    names = table.take(key, list, tr("a list of names"))
    for name in names:
        if name not in known:
            table.refuse(
                key,
                tr("cannot have {name!r:.40}; there are {names}.").format(name=name, names=", ".join(known)),
            )
    return tuple(names)


def _text(table: Table, key: str, source: object = None) -> LessonText:
    text = table.take(key, str, tr("a text")) if source is None else source
    if not isinstance(text, str) or not 1 <= len(text.strip()) <= MAX_TEXT:
        table.refuse(key, tr("must be a text of up to {most:,} characters.").format(most=MAX_TEXT))
    if not text.replace("\n", "").isprintable():
        table.refuse(key, tr("has characters that cannot be printed."))
    try:
        return read_text(text)
    except QuantityError as error:
        table.refuse(key, tr("cannot be: {error}").format(error=error))


def _step(table: Table, *, is_first: bool) -> Step:
    title = _title(table, "title")
    text = _text(table, "text")
    look = table.take("look", str, tr("what to point at")) if "look" in table else ""
    if look and not is_place(look):
        table.refuse(
            "look",
            tr("cannot be {look!r:.60}: write a panel ({names}) or “unit LAYER UNIT”.").format(
                look=look, names=", ".join(PANELS)
            ),
        )
    quoted = table.take("quoted", list, tr("a list of texts")) if "quoted" in table else []
    if not all(isinstance(each, str) and each for each in quoted):
        table.refuse("quoted", tr("must be a list of texts."))
    goes_on = table.take("goes_on", bool, tr("true or false")) if "goes_on" in table else False
    set_up = _actions(table, "set")
    if goes_on and is_first:
        table.refuse("goes_on", tr("cannot be in the first step: there is nothing yet."))
    begins = any(isinstance(each, ChooseProblem | SetPoints | OpenNetwork) for each in set_up)
    if not goes_on and not begins:
        table.refuse(
            "set",
            tr(
                "must have a problem, points or a network to begin with; write goes_on = true where the step "
                "goes on with what is there."
            ),
        )
    asks = tuple(_ask(each) for each in _tables(table, "ask"))
    goals = tuple(_goal(each) for each in _tables(table, "goal"))
    claims = tuple(read_check(each) for each in _tables(table, "claim"))
    hints = table.take("hint", list, tr("a list of texts")) if "hint" in table else []
    solution = _actions(table, "solve")
    luck = _luck(table.sub_table("luck")) if "luck" in table else None
    seconds = table.take("seconds", float, tr("a number of seconds")) if "seconds" in table else 5.0
    if not 0 < seconds <= 120:
        table.refuse("seconds", tr("must be above 0, up to 120."))
    unreachable = table.take("unreachable", bool, tr("true or false")) if "unreachable" in table else False
    step = Step(
        title,
        text,
        look,
        tuple(quoted),
        goes_on,
        set_up,
        asks,
        goals,
        claims,
        tuple(_text(table, "hint", each) for each in hints),
        solution,
        luck,
        seconds,
        unreachable,
        _names(table, "free", FREE),
    )
    if goals and not solution:
        table.refuse("solve", tr("is missing: a goal needs actions that reach it."))
    if unreachable and not goals:
        table.refuse("unreachable", tr("needs a goal."))
    table.finish()
    return step


def _tables(table: Table, key: str) -> list[Table]:
    found = table.sub_tables(key)
    if len(found) > _MOST_TABLES:
        table.refuse(key, tr("can be there {most} times at most.").format(most=_MOST_TABLES))
    return found


def _actions(table: Table, key: str) -> tuple[Action, ...]:
    if key not in table:
        return ()
    tables = [table.sub_table(key)] if isinstance(table.peek(key), dict) else _tables(table, key)
    return tuple(action for each in tables for action in read_actions(each))


def _luck(table: Table) -> Luck:
    seeds = table.take("seeds", list, tr("a list of whole numbers"))
    at_least = table.take("at_least", int, tr("a whole number"))
    if not 1 <= len(seeds) <= 20 or not all(type(seed) is int and seed >= 0 for seed in seeds):
        table.refuse("seeds", tr("must be 1 to 20 whole numbers from 0."))
    if not 0 <= at_least <= len(seeds):
        table.refuse("at_least", tr("must be at most the number of seeds."))
    table.finish()
    return Luck(tuple(seeds), at_least)


def _ask(table: Table) -> Ask:
    kind = table.take("kind", str, tr("the kind of question"))
    if kind not in KINDS:
        table.refuse("kind", tr("must be one of {names}.").format(names=", ".join(KINDS)))
    words = _text(table, "words")
    right = take_quantity(table, "is") if kind in ("number", "place") else None
    within = take_within(table) if kind == "number" else USUAL_WITHIN
    unit = table.take("unit", str, tr("a text")) if "unit" in table else ""
    wrong = tuple(_wrong(each) for each in _tables(table, "wrong")) if kind == "number" else ()
    options: tuple[Option, ...] = ()
    several = False
    if kind == "choice":
        options = tuple(_option(each) for each in _tables(table, "option"))
        several = table.take("several", bool, tr("true or false")) if "several" in table else False
        if not 2 <= len(options) <= 12:
            table.refuse("option", tr("must be there 2 to 12 times."))
    table.finish()
    return Ask(kind, words, right, within, unit, wrong, options, several)


def _goal(table: Table) -> Check:
    said = _text(table, "words") if "words" in table else None
    return replace(read_check(table), said=said)


def _wrong(table: Table) -> WrongAnswer:
    value: Any
    if "equals" in table:
        value = table.take("equals", float, tr("a number"))
        if not math.isfinite(value):
            table.refuse("equals", tr("must be a number."))
    else:
        value = take_quantity(table, "is")
    say = _text(table, "say")
    table.finish()
    return WrongAnswer(value, say)


def _option(table: Table) -> Option:
    words = _text(table, "words")
    say = _text(table, "say") if "say" in table else None
    return Option(words, read_check(table), say)
