"""Entries of the list that a picture's rows are, laid end to end: words for them, and steps by keys."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from nnstudio.language import tr
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.views.navigation import key_of
from nnstudio.studio.views.view import ARROWS

BYTES = 255


def pixel_words(ink: np.ndarray, entry: int, *, in_bytes: bool) -> str:
    """Return a pixel of a picture, by its place in the list of all rows, laid end to end.

    Examples
    --------
    >>> ink = np.zeros((28, 28)); ink[3, 5] = 0.2
    >>> pixel_words(ink, 89, in_bytes=True)
    'row 3, column 5: entry 28 · 3 + 5 = 89 is 51'
    """
    width = ink.shape[1]
    row, column = divmod(entry, width)
    number = number_words(ink[row, column], in_bytes=in_bytes)
    return tr("row {row}, column {column}: entry {width} · {row} + {column} = {entry:,} is {number}").format(
        row=row, column=column, width=width, entry=entry, number=number
    )


def number_words(ink: float, *, in_bytes: bool) -> str:
    """Return the ink of a pixel, 0 … 1, as a byte or with two decimals.

    Examples
    --------
    >>> number_words(0.2, in_bytes=True), number_words(0.2, in_bytes=False)
    ('51', '0.20')
    """
    return f"{BYTES * ink:.0f}" if in_bytes else plain(float(ink), 2)


def entry_by_key(event: QKeyEvent, entry: int, shape: tuple[int, ...]) -> int | None:
    """Return the entry that a key goes to from another; None for other keys.

    Arrow keys go to the neighbours in the picture, those of a row's ends being in the next rows; Home and
    End go to the first entry and to the last.
    """
    key, modifiers = key_of(event)
    rows, columns = shape
    last = rows * columns - 1
    if key in ARROWS and modifiers == Qt.KeyboardModifier.NoModifier:
        right, down = ARROWS[key]
        there = entry + right + down * columns
        return there if 0 <= there <= last else entry
    return {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}.get(key)
