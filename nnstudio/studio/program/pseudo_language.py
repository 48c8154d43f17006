"""Two languages that nobody speaks: they show what was not translated, and what clips or is not mirrored.

Every letter carries an accent, so that a plain one betrays a text that never went through translation; a text
is 40 % longer than in English, as German and Finnish are. The mirrored one is written from right to left.
Developers choose them by ``NNSTUDIO_LANGUAGE=long`` and ``NNSTUDIO_LANGUAGE=mirrored``.
"""

import math
import re

from PySide6.QtCore import QObject, QTranslator

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
LONGER = 0.4
"""How much longer than in English a text is."""

_ACCENTS = str.maketrans(PLAIN, ACCENTED)
_KEPT = re.compile(r"\n|\d+|\{[^{}]*\}|%n|%\d|%L\d|<[^<>]*>|&[a-z]+;|\(\*[^)]*\)|\*\.\w+|`[^`]*`")
"""What a translator leaves alone: lines, numbers, fields, mark-up, endings of files, commands."""

_PADDING = "åé îö ûåé öî "


def accented(text: str) -> str:
    """Return a text with an accent on every letter, and as much longer as translations are."""
    return "".join(words for words, _ in _pieces(text))


def mirrored(text: str) -> str:
    """Return a text as ``accented`` makes it, written from right to left; what it tells of stays as it is."""
    if not text.strip():
        return text
    # Between the outer marks letters run from right to left whatever they are, between the inner ones from
    # left to right: a number stands where it belongs and is read as always.
    turned = (
        words if is_said or words == "\n" else f"\u202a{words}\u202c" for words, is_said in _pieces(text)
    )
    return "\n".join(f"\u202e{line}\u202c" for line in "".join(turned).split("\n"))


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Return what is said, accented, and what is kept, in order; with whether it is the former."""
    pieces, end = [], 0
    for found in _KEPT.finditer(text):
        pieces += [(text[end : found.start()].translate(_ACCENTS), True), (found.group(), False)]
        end = found.end()
    pieces.append((text[end:].translate(_ACCENTS), True))
    said = sum(len(words) for words, is_said in pieces if is_said)
    more = math.ceil(LONGER * said) if text.strip() else 0
    padding = (_PADDING * (more // len(_PADDING) + 1))[:more].rstrip()
    return [(words, is_said) for words, is_said in [*pieces, (padding, True)] if words]


class PseudoTranslator(QTranslator):
    """Translates the program's texts, and those of Qt, into a language that nobody speaks."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._write = mirrored if name == "mirrored" else accented

    def isEmpty(self) -> bool:
        """Say that there are texts: Qt leaves out translators without any."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Return a text as this language has it."""
        if context == "QShortcut" or source == "QT_LAYOUT_DIRECTION":
            # The names of keys stand on the keys; the other is no text.
            return source
        return self._write(source.replace("(s)", "s").replace("(es)", "es") if n >= 0 else source)
