"""Pseudo-localisation: two languages that show what is not translated, clipped or not mirrored.

Every letter carries an accent, so that a plain one shows a text that is not translatable; texts are 40 %
longer than in English, as in German and Finnish. The mirrored one is written from right to left. Developers
choose them by ``NNSTUDIO_LANGUAGE=long`` and ``NNSTUDIO_LANGUAGE=mirrored``.
"""

import math
import re

from PySide6.QtCore import QObject, QTranslator

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
LONGER = 0.4
"""By how much texts are longer than in English."""

_ACCENTS = str.maketrans(PLAIN, ACCENTED)
_KEPT = re.compile(r"\n|\d+|\{[^{}]*\}|%n|%\d|%L\d|<[^<>]*>|&[a-z]+;|\(\*[^)]*\)|\*\.\w+|`[^`]*`")
"""What stays as it is: line breaks, numbers, fields, mark-up, file suffixes, commands."""

_PADDING = "åé îö ûåé öî "


def accented(text: str) -> str:
    """Return a text with an accent on every letter, padded by ``LONGER``."""
    return "".join(words for words, _ in _pieces(text))


def mirrored(text: str) -> str:
    """Return a text as `accented` makes it, written from right to left; fields and numbers stay."""
    if not text.strip():
        return text
    # The outer marks override the direction to right-to-left, the inner ones embed left-to-right pieces:
    # numbers and fields read as usual.
    turned = (
        words if is_said or words == "\n" else f"\u202a{words}\u202c" for words, is_said in _pieces(text)
    )
    return "\n".join(f"\u202e{line}\u202c" for line in "".join(turned).split("\n"))


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Return the pieces of a text in order, each with whether it is translated or kept."""
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
    """Translate the program's texts, and Qt's own, into a pseudo-language."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._write = mirrored if name == "mirrored" else accented

    def isEmpty(self) -> bool:
        """Return False: Qt skips empty translators."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Return the translation of a text."""
        if context == "QShortcut" or source == "QT_LAYOUT_DIRECTION":
            # Names of keys stay; the second is a switch, not a text.
            return source
        return self._write(source.replace("(s)", "s").replace("(es)", "es") if n >= 0 else source)
