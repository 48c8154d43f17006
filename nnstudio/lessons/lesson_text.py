"""The text of lessons: numbers that are measured, a small mark-up, and the same as Markdown or HTML.

In a text, ``{quantity:format}`` is a number that is measured, ``**bold**`` is bold, `` `name` `` a name as
it is typed, ``[[panel]]`` a panel of the window; an empty line parts paragraphs. Nothing else is mark-up.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from nnstudio.language import tr
from nnstudio.lessons.number_text import FORMAT, number_text
from nnstudio.lessons.places import PANELS, panel_title
from nnstudio.lessons.quantities import read_quantity
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nnstudio.lessons.quantities import Quantity
    from nnstudio.lessons.state import LessonState

Kind: TypeAlias = Literal["plain", "bold", "name", "panel", "number", "break"]

_PIECE = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<name>[^`\n]+)`|\[\[(?P<panel>[a-z_-]+)\]\]|\{(?P<number>[^{}\n]+)\}|(?P<break>\n\s*\n)"
)
_STRAY = re.compile(r"\*\*|`|\[\[|\]\]|[{}]")
_DIGIT = re.compile(r"\d+([.,]\d+)*")
MISSING = "?"
"""Stands for a number that cannot be measured yet."""


@dataclass(frozen=True)
class Piece:
    """A part of a text.

    Attributes
    ----------
    kind : str
        ``"plain"``, ``"bold"``, ``"name"``, ``"panel"`` (the text is its name), ``"number"``, ``"break"``
        (between paragraphs).
    text : str
        Of a number: as it is written in the file.
    quantity : Quantity or None
        Of a number.
    form : str
        Its format.
    """

    kind: Kind
    text: str
    quantity: Quantity | None = None
    form: str = ""

    def shown(self, state: LessonState, start: LessonState) -> str:
        """Return what stands there in a state; see `LessonText.shown`."""
        if self.quantity is None:
            return self.text
        try:
            return number_text(self.quantity.measure(state, start), self.form)
        except QuantityError:
            return MISSING


@dataclass(frozen=True)
class LessonText:
    """A text of a lesson.

    Attributes
    ----------
    source : str
        As it is written.
    pieces : tuple of Piece
    """

    source: str
    pieces: tuple[Piece, ...]

    @property
    def n_words(self) -> int:
        """How many words it has; a number is one."""
        return len(_PIECE.sub(_one_word, self.source).split())

    def typed_numbers(self, quoted: tuple[str, ...]) -> list[str]:
        """Return the numbers that stand in it as they are, but for those that are quoted."""
        plain = "\n".join(piece.text for piece in self.pieces if piece.kind in ("plain", "bold"))
        for quote in sorted(quoted, key=len, reverse=True):
            plain = plain.replace(quote, "")
        return [match[0] for match in _DIGIT.finditer(plain)]

    def shown(self, state: LessonState, start: LessonState) -> str:
        """Return it as plain text, its numbers measured.

        Parameters
        ----------
        state, start : LessonState
            Now, and when the step began.
        """
        return "".join(
            "\n\n" if piece.kind == "break" else piece.shown(state, start) for piece in self.pieces
        ).strip()

    def markdown(self, state: LessonState, start: LessonState) -> str:
        """Return it as Markdown, its numbers measured."""
        return "".join(_MARKDOWN[piece.kind](piece.shown(state, start)) for piece in self.pieces).strip()

    def html(self, state: LessonState, start: LessonState) -> str:
        """Return it as paragraphs of HTML, its numbers measured; all of it is escaped."""
        inner = "".join(
            _HTML[piece.kind](html.escape(piece.shown(state, start))) for piece in self.pieces
        ).strip()
        return f"<p>{inner}</p>"


_MARKDOWN: Mapping[str, Callable[[str], str]] = {
    "plain": lambda text: re.sub(r"([*_`\[\]<>#])", r"\\\1", text),
    "bold": lambda text: f"**{text}**",
    "name": lambda text: f"`{text}`",
    "panel": lambda text: f"*{panel_title(text)}*",
    "number": lambda text: text,
    "break": lambda _text: "\n\n",
}
_HTML: Mapping[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "bold": lambda text: f"<b>{text}</b>",
    "name": lambda text: f"<code>{text}</code>",
    "panel": lambda text: f"<i>{panel_title(text)}</i>",
    "number": lambda text: text,
    "break": lambda _text: "</p>\n<p>",
}


def read_text(source: str) -> LessonText:
    """Read a text with its mark-up.

    Raises
    ------
    QuantityError
        If a quantity, a format or a panel does not exist, or a mark is not closed.

    Examples
    --------
    >>> [piece.kind for piece in read_text("A **bold** word in [[answer]]: {output 0:.2f}.").pieces]
    ['plain', 'bold', 'plain', 'panel', 'plain', 'number', 'plain']
    """
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", source.strip())
    pieces: list[Piece] = []
    end = 0
    for match in _PIECE.finditer(text):
        _add_plain(pieces, text[end : match.start()])
        pieces.append(_piece(match))
        end = match.end()
    _add_plain(pieces, text[end:])
    return LessonText(text, tuple(pieces))


def _add_plain(pieces: list[Piece], text: str) -> None:
    stray = _STRAY.search(text)
    if stray:
        raise QuantityError(
            tr("“{mark}” is opened or closed alone, in “{text:.40}”.").format(
                mark=stray[0], text=text[max(stray.start() - 15, 0) :].strip()
            )
        )
    if text:
        pieces.append(Piece("plain", text.replace("\n", " ")))


def _piece(match: re.Match[str]) -> Piece:
    if match["break"] is not None:
        return Piece("break", "")
    if match["bold"] is not None:
        return Piece("bold", match["bold"])
    if match["name"] is not None:
        return Piece("name", match["name"])
    if match["panel"] is not None:
        if match["panel"] not in PANELS:
            raise QuantityError(
                tr("there is no panel {name}; there are {names}.").format(
                    name=match["panel"], names=", ".join(PANELS)
                )
            )
        return Piece("panel", match["panel"])
    name, _, form = match["number"].partition(":")
    if not FORMAT.fullmatch(form):
        raise QuantityError(
            tr("“{form}” is no format of a number; write one such as .2f, ,d or .0%.").format(form=form)
        )
    return Piece("number", match["number"], read_quantity(name), form)


def _one_word(match: re.Match[str]) -> str:
    """Return what counts as much as a piece does."""
    return match["bold"] or (" " if match["break"] is not None else "x")
