"""Spellings of labels: 5.0, five and class_5 for 5, and numbers for letters; any package may import it."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGIT_OF = {word: str(digit) for digit, word in enumerate(_WORDS)}

_CAPITALS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

EMNIST_BALANCED = (*"0123456789", *_CAPITALS, *"abdefghnqrt")
EMNIST_BY_CLASS = (*"0123456789", *_CAPITALS, *"abcdefghijklmnopqrstuvwxyz")
"""The classes of two parts of EMNIST, which tables of it number."""

_BYTES = re.compile(r"""b(['"])(.+)\1""")
"""Python's spelling of a text of bytes, as tables have it that were read from ARFF."""

_NAME_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")

_NOUN_AND_NAME = re.compile(
    r"(?:class|label|digit|letter|number|num|no|character|char|category|cat|target|symbol|c|n|y)"
    r"[\s_\-.:=#]*(\w+)",
    re.IGNORECASE,
)


def whole_number(text: str) -> int | None:
    """Return the whole number that a text spells in ASCII, as 5, 05, 5.0 or 5.000e+00; else None.

    Examples
    --------
    >>> whole_number("5.0"), whole_number(" 12 "), whole_number("5.5"), whole_number("five")
    (5, 12, None, None)
    """
    text = text.strip()
    if not text.isascii() or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if math.isfinite(value) and value == int(value) and abs(value) < 1e9 else None


def plain_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in their plain spelling: without quotes, and whole numbers without a point.

    Numbers are only changed where all labels are whole numbers.

    Examples
    --------
    >>> plain_labels(["5.0", "07"]), plain_labels(["b'5'"]), plain_labels(["5.0", "five"])
    (('5', '7'), ('5',), ('5.0', 'five'))
    """
    plain = []
    for label in labels:
        text = label.strip().strip("\"'").strip()
        match = _BYTES.fullmatch(label.strip())
        plain.append(match[2] if match else text)
    numbers = {label: whole_number(label) for label in set(plain)}
    if None in numbers.values():
        return tuple(plain)
    return tuple(str(numbers[label]) for label in plain)


def named_numbers(labels: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Give letters their names, where the labels are all the numbers of the letters, or of EMNIST's classes.

    Returns
    -------
    labels : tuple of str
        Unchanged where they are anything else.
    note : str
        A sentence on what was done, or an empty string.
    """
    distinct = set(labels)
    for first, names in ((0, _CAPITALS), (1, _CAPITALS), (0, EMNIST_BALANCED), (0, EMNIST_BY_CLASS)):
        numbers = {str(first + nth): name for nth, name in enumerate(names)}
        if distinct == numbers.keys():
            note = tr("The labels {first} to {last} are taken for {first_name} to {last_name}.").format(
                first=first, last=first + len(names) - 1, first_name=names[0], last_name=names[-1]
            )
            return tuple(numbers[label] for label in labels), note
    return tuple(labels), ""


def other_spellings(label: str) -> tuple[str, ...]:
    """Return what a label may mean besides its own name, the likeliest first.

    Examples
    --------
    >>> other_spellings("5.0"), other_spellings("Five"), other_spellings("class_5"), other_spellings("x")
    (('5',), ('5',), ('5',), ())
    """
    (plain,) = plain_labels([label])
    found = [plain]
    if match := _NOUN_AND_NAME.fullmatch(plain):
        found += [match[1], *plain_labels([match[1]])]
    found += [_DIGIT_OF[name.casefold()] for name in list(found) if name.casefold() in _DIGIT_OF]
    return tuple(dict.fromkeys(name for name in found if name != label))


def numbering(labels: Sequence[str], class_names: Sequence[str]) -> dict[str, int] | None:
    """Return the classes of labels that are their numbers, where that is what all of them are.

    Parameters
    ----------
    labels : sequence of str
    class_names : sequence of str
        In order. Letters are numbered from 0 or from 1, others from 0.

    Returns
    -------
    dict of str to int, or None
        For each label the number of its class, from 0; None where they are no such numbers.

    Examples
    --------
    >>> numbering(["0", "25"], "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    {'0': 0, '25': 25}
    >>> numbering(["1", "26"], "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    {'1': 0, '26': 25}
    """
    numbers = {label: whole_number(label) for label in labels}
    known = [number for number in numbers.values() if number is not None]
    if not known or len(known) < len(numbers):
        return None
    n = len(class_names)
    are_letters = all(len(name) == 1 and name.isalpha() for name in class_names)
    first = 1 if are_letters and min(known) >= 1 else 0
    if min(known) < 0 or max(known) - first >= n:
        return None
    classes = {label: number - first for label, number in numbers.items() if number is not None}
    # A class that is called by another number contradicts the numbering.
    if any(class_names[k].isdigit() and class_names[k] != label for label, k in classes.items()):
        return None
    return classes


def labels_in_names(stems: Sequence[str]) -> list[str | None] | None:
    """Read classes from the names of files, at the beginning or at another place that all names share.

    Parameters
    ----------
    stems : sequence of str
        Names without their endings.

    Returns
    -------
    list of str or None, or None
        For each name its class, None where it has none; None in all if the names say no classes.

    Examples
    --------
    >>> labels_in_names(["3_001", "3_002", "7_001", "7_002"])
    ['3', '3', '7', '7']
    >>> labels_in_names(["img_001_a", "img_002_a", "img_003_b", "img_004_b"])
    ['a', 'a', 'b', 'b']
    >>> labels_in_names(["IMG_001", "IMG_002", "IMG_003"])
    """
    names = [_NAME_PARTS.findall(stem) for stem in stems]
    if not names:
        return None
    firsts = [_label_at(parts, 0) for parts in names]
    if _are_classes(firsts):
        return firsts
    found = []
    for place in range(1, max(map(len, names))):
        labels = [_label_at(parts, place) for parts in names]
        if _are_classes(labels):
            found.append(labels)
    return found[0] if len(found) == 1 else None


def _label_at(parts: list[str], place: int) -> str | None:
    """Return a part of a name if it may be a class: a word, or a number of one or two digits."""
    if place >= len(parts):
        return None
    part = parts[place]
    return part if not part.isdigit() or len(part) <= 2 else None


def _are_classes(labels: Sequence[str | None]) -> bool:
    """Tell whether parts of names are classes: most names have one, and most classes several names."""
    counts = Counter(label for label in labels if label is not None)
    n = sum(counts.values())
    return 2 <= len(counts) <= n / 2 and n >= 0.8 * len(labels)
