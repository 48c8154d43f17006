"""A lesson on paper: its steps as Markdown or HTML, with the numbers it measures and room for answers."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.lessons.number_text import number_text
from nnstudio.lessons.player import HeadlessPlayer, begin_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nnstudio.lessons.lesson_file import Lesson
    from nnstudio.lessons.lesson_text import LessonText
    from nnstudio.lessons.questions import Ask
    from nnstudio.lessons.state import LessonState

_STYLE = (
    "body{font:12pt/1.5 sans-serif;max-width:42em;margin:2em auto;padding:0 1em}"
    "h2{margin-top:2em}li{margin:.3em 0}"
)


def as_markdown(lesson: Lesson) -> str:
    """Return a lesson as Markdown, the answers at the end."""
    head = f"# {lesson.title}\n\n{_subtitle(lesson)}\n\n"
    parts, answers = _parts(lesson, lambda text, state: text.markdown(state, state))
    body = "\n".join(
        f"## {number}. {title}\n\n{text}\n\n" + "".join(f"- {line}\n" for line in lines)
        for number, title, text, lines in parts
    )
    end = "".join(f"- {line}\n" for line in answers)
    return head + body + (f"\n## {tr('Answers')}\n\n{end}" if end else "")


def as_html(lesson: Lesson) -> str:
    """Return a lesson as a page of HTML, the answers at the end."""
    parts, answers = _parts(lesson, lambda text, state: text.html(state, state))
    title = html.escape(lesson.title)
    body = [f"<h1>{title}</h1>", f"<p>{html.escape(_subtitle(lesson))}</p>"]
    for number, heading, text, lines in parts:
        body += [f"<h2>{number}. {html.escape(heading)}</h2>", text]
        body.append("<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>" if lines else "")
    if answers:
        items = "".join(f"<li>{html.escape(line)}</li>" for line in answers)
        body.append(f"<h2>{html.escape(tr('Answers'))}</h2><ul>{items}</ul>")
    inner = "\n".join(body)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{inner}\n</body></html>\n"
    )


def _subtitle(lesson: Lesson) -> str:
    return tr("%n minute(s).", lesson.minutes) + (f" {lesson.about}" if lesson.about else "")


def _parts(
    lesson: Lesson, write: Callable[[LessonText, LessonState], str]
) -> tuple[list[tuple[int, str, str, list[str]]], list[str]]:
    """Return number, title, text and questions of each step, and the answers."""
    player = HeadlessPlayer()
    parts, answers = [], []
    for number, step in enumerate(lesson.steps, 1):
        start = begin_step(player, step)
        lines = [line for ask in step.asks for line in _question(ask, start, write)]
        parts.append((number, step.title, write(step.text, start), lines))
        answers += [f"{number}: {answer}" for ask in step.asks if (answer := _answer_words(ask, start))]
        for action in step.solution:
            player.obey(action)
    return parts, answers


def _question(ask: Ask, state: LessonState, write: Callable[[LessonText, LessonState], str]) -> Iterator[str]:
    words = write(ask.words, state).removeprefix("<p>").removesuffix("</p>")
    options = [write(each.words, state).removeprefix("<p>").removesuffix("</p>") for each in ask.options]
    yield f"{words} {' · '.join(f'☐ {each}' for each in options) if options else '______'}"


def _answer_words(ask: Ask, state: LessonState) -> str:
    if ask.right is not None:
        return f"{ask.words.shown(state, state)} {number_text(ask.right.measure(state, state))}"
    right = sorted(ask.right_options(state, state))
    return "; ".join(ask.options[k].words.shown(state, state) for k in right)
