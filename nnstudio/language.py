"""Translation: every text that the user sees goes through ``tr``; any package may import it.

Texts are written in English where they are used, and shown so until the studio installs a translation. Values
are inserted by name after the translation, because other languages need another order:

>>> tr("{right} of {total} read right").format(right=98, total=100)
'98 of 100 read right'

Counts choose singular or plural; ``%n`` stands for the number, an ending in brackets is the plural's:

>>> tr("%n epoch(s)", 1), tr("%n epoch(s)", 3)
('1 epoch', '3 epochs')

The text must be a literal inside the call, or be marked as translatable where it is written:

>>> KINDS = {"digits": translatable("Digits")}  # evaluated at import, before the language is known
>>> tr(KINDS["digits"])
'Digits'

A sentence is one text, never joined from pieces. An f-string cannot be extracted and so cannot be translated.
Names of files, data sets and people, formulas and bare numbers are not texts; the decimal point of a number
stays a point in every language, as in the formulas and the files.
"""

import re
from collections.abc import Callable

_PLURAL_ENDING = re.compile(r"(?<=\w)\((\w+)\)")


def in_english(text: str, count: int | None) -> str:
    """Return a text unchanged: the translation in use before one is installed."""
    return text


_translate: Callable[[str, int | None], str] = in_english


def install_translation(translate: Callable[[str, int | None], str]) -> None:
    """Install the function that translates texts; until then they stay English.

    Parameters
    ----------
    translate : callable
        Takes an English text and a count or ``None``; returns the translation, or the English text itself
        where it has none.
    """
    global _translate
    _translate = translate


def tr(text: str, count: int | None = None) -> str:
    """Return a text in the user's language.

    Parameters
    ----------
    text : str
        The English text, a literal. Braces are for ``.format`` on what is returned.
    count : int, optional
        What ``%n`` in the text stands for, not negative, written with commas between thousands; it chooses
        between singular and plural.
    """
    translated = _translate(text, count)
    if count is None:
        return translated
    if translated == text:
        translated = _PLURAL_ENDING.sub("" if count == 1 else r"\1", text)
    return translated.replace("%n", f"{count:,}")


def translatable(text: str) -> str:
    """Return a text as it is, and mark it as one that ``tr`` will be given when it is shown."""
    return text
