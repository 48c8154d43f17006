"""How far a student is in each lesson, and what was answered: a small JSON file in the own folder."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnstudio.files.atomic import write_atomically
from nnstudio.paths import own_dir

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORMAT = 1
MAX_BYTES = 4 * 1024 * 1024
MARKS = ("new", "seen", "shown", "done")
"""What was done in a step; later ones are more."""


@dataclass(frozen=True)
class KeptLesson:
    """How far a student is in one lesson.

    Attributes
    ----------
    step : int
        Where it was left, counted from 0.
    marks : tuple of str
        One of `MARKS` for each step.
    answers : tuple of dict of int to str
        What was answered in each step, by the number of the question.
    """

    step: int
    marks: tuple[str, ...]
    answers: tuple[Mapping[int, str], ...]

    @property
    def n_done(self) -> int:
        """How many steps are done."""
        return self.marks.count("done")


def progress_path() -> Path:
    """Return where progress is kept."""
    return own_dir() / "lesson-progress.json"


def read_progress(path: Path | None = None) -> dict[str, KeptLesson]:
    """Return what is kept, by the lessons' ids; what cannot be read is as if it were not there."""
    path = path or progress_path()
    try:
        with path.open("rb") as file:
            given = json.loads(file.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        return {}
    found = {}
    lessons = given.get("lessons")
    for name, kept in lessons.items() if isinstance(lessons, dict) else ():
        lesson = _kept(kept)
        if lesson is not None:
            found[str(name)] = lesson
    return found


def _kept(given: Any) -> KeptLesson | None:
    try:
        marks = tuple(mark if mark in MARKS else "new" for mark in given["marks"])
        answers = tuple({int(k): str(text) for k, text in each.items()} for each in given["answers"])
        step = min(max(int(given["step"]), 0), max(len(marks) - 1, 0))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return None
    return KeptLesson(step, marks, answers) if marks and len(answers) == len(marks) else None


def keep_progress(lessons: Mapping[str, KeptLesson], path: Path | None = None) -> None:
    """Write what is kept of all lessons.

    Raises
    ------
    WriteError
        If the file cannot be written; what stood there is unchanged.
    """
    path = path or progress_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        name: {
            "step": lesson.step,
            "marks": list(lesson.marks),
            "answers": [{str(k): text for k, text in each.items()} for each in lesson.answers],
        }
        for name, lesson in lessons.items()
    }
    write_atomically(path, json.dumps({"format": FORMAT, "lessons": kept}, indent=1).encode())


def answers_table(rows: Sequence[Sequence[object]]) -> bytes:
    """Return answers as CSV: lesson, step, title, mark, question, answer, and whether it is right."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("lesson", "step", "title", "mark", "question", "answer", "right"))
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
