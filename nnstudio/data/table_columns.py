"""Decide which columns of a table are pixels and which is the label; for ``data.table``."""

from __future__ import annotations

import math
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nnstudio.data.label_names import whole_number
from nnstudio.data.problem import MAX_CLASSES
from nnstudio.data.table_text import MAX_SIDE, TRUTHS, TableError, has_decimal_comma, is_number
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.data.table_text import TableDialect

_Values: TypeAlias = "NDArray[np.uint8] | NDArray[np.float32]"

_LABEL_NAMES = frozenset(
    (
        *("label", "labels", "class", "classes", "classlabel", "classname", "target", "targets", "y"),
        *("digit", "digits", "letter", "letters", "number", "category", "character", "char", "symbol"),
        *("truth", "groundtruth", "answer", "klasse", "ziffer", "buchstabe", "classe", "clase"),
        *("etiqueta", "etiquette", "chiffre", "cifra", "numero"),
    )
)
"""What a label's column is called, without marks and capitals."""

_INDEX_NAMES = frozenset(("", "unnamed0", "index", "idx", "id", "imageid", "row", "rowid", "rownames", "x1"))

_LEAST_COUNTED = 3
"""Lines that make a column of numbers that go up by one the numbers of the lines."""

_MOST_FLAGS = 62
"""Most columns that hold a label as a 1 among zeros."""

_SAMPLE = 2_000
"""Lines that suffice to tell how well labels explain the images."""

_CLEARLY = 0.02
"""Difference in the share of the variance that labels explain, above which one column is the label."""


@dataclass(frozen=True, eq=False)
class LabelledValues:
    """The pixels of all lines and their labels.

    Attributes
    ----------
    values : uint8 or float32 ndarray of shape (n, n_pixels)
        NaN where a pixel is no number.
    labels : list of str, or None
    notes : tuple of str
        What was guessed, a sentence each.
    """

    values: _Values
    labels: list[str] | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """The columns of a table, as far as one line and the names tell.

    Attributes
    ----------
    path : Path
    n : int
        Cells in a line.
    left_out : tuple of int
        Columns that are neither a pixel nor the label. What follows does not count them.
    label_columns : tuple of int
        None; one; or the first and the last, of which one is a pixel.
    names : tuple of str
        Empty, or one for each column.
    titles : tuple of str
        What sentences call each column.
    has_decimal_commas : bool
    flags : tuple of slice
        Where a label may be written as a 1 among zeros.
    notes : tuple of str
        What was left out, and how the label's column was found, where that is no matter of course.
    """

    path: Path
    n: int
    left_out: tuple[int, ...]
    label_columns: tuple[int, ...]
    names: tuple[str, ...]
    titles: tuple[str, ...]
    has_decimal_commas: bool = False
    flags: tuple[slice, ...] = ()
    notes: tuple[str, ...] = ()

    def divided(self, cells: list[str]) -> tuple[list[str], list[str]] | None:
        """Return the cells that are or may be the label, and the others; None for another number of cells."""
        if len(cells) == self.n + 1 and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != self.n:
            return None
        cells = _without(cells, self.left_out)
        if not self.label_columns:
            return [], cells
        first, last = self.label_columns[0], self.label_columns[-1]
        if first == last:
            return [cells[first]], cells[:first] + cells[first + 1 :]
        return [cells[0], cells[-1]], cells[1:-1]

    def labelled(self, values: _Values, edges: list[list[str]]) -> LabelledValues:
        """Decide what is still open, now that all lines are there.

        Raises
        ------
        TableError
            If no column, or more than one, can be the label.
        """
        if self.flags:
            return self._from_flags(values)
        if not self.label_columns:
            return LabelledValues(values, None, self.notes)
        if len(self.label_columns) == 1:
            return self._unless_counted(values, [edge[0] for edge in edges], self.notes)
        first, last = ([edge[side] for edge in edges] for side in (0, 1))
        is_last, note = _which_edge(first, last, values)
        labels, others = (last, first) if is_last else (first, last)
        column = _as_column(others, self.has_decimal_commas)
        whole: NDArray[Any] = np.concatenate((column, values) if is_last else (values, column), axis=1)
        return self._unless_counted(whole, labels, (*self.notes, note) if note else self.notes)

    def _unless_counted(self, values: _Values, labels: list[str], notes: tuple[str, ...]) -> LabelledValues:
        """Return the values with their labels, or without them where those are the numbers of the lines."""
        # As few as there are characters may be one image of each class.
        if len(labels) > _MOST_FLAGS and _counts(labels):
            return LabelledValues(values, None, (_left_out_note([self.titles[self.label_columns[0]]]),))
        return LabelledValues(values, labels, notes)

    def _from_flags(self, values: _Values) -> LabelledValues:
        for span in self.flags:
            flags = values[:, span]
            if ((flags == 0) | (flags == 1)).all() and (flags.sum(axis=1) == 1).all():
                rest: NDArray[Any] = values[:, span.stop :] if span.start == 0 else values[:, : span.start]
                named = self.names[span] if self.names else ()
                names = named or tuple(map(str, range(flags.shape[1])))
                note = tr("The label is read from {n} columns that hold a single 1 among zeros.").format(
                    n=flags.shape[1]
                )
                labels = [names[k] for k in flags.argmax(axis=1).tolist()]
                return LabelledValues(np.ascontiguousarray(rest), labels, (*self.notes, note))
        raise _count_error(self.path, self.n)


def find_columns(path: Path, rows: list[list[str]], layout: TableDialect) -> Columns:
    """Look at the first lines of numbers, of equal length, and the names of the columns.

    Raises
    ------
    TableError
        If the line does not have the pixels of a square image, with or without a label.
    """
    names = layout.names
    if all(row and not row[-1].strip() for row in rows) and (
        not names or len(names) < len(rows[0]) or not names[-1]
    ):
        rows = [row[:-1] for row in rows]
    n = len(rows[0])
    if len(names) == n + 1 and not names[-1]:
        names = names[:-1]
    if len(names) == n - 1:
        # R leaves the names of lines without a name of their own.
        names = ("", *names)
    elif len(names) != n:
        names = ()
    by_name = [nth for nth, name in enumerate(names) if _bare(name) in _LABEL_NAMES]
    if layout.class_column is not None:
        by_name = [layout.class_column]
    titles: tuple[str, ...] = tuple(_column_title(names, nth) for nth in range(n))
    left_out = _left_out(rows, names, by_name)
    notes = (_left_out_note([titles[nth] for nth in left_out]),) if left_out else ()
    cells = _without(rows[0], left_out)
    names, titles = (tuple(_without(list(each), left_out)) for each in (names, titles))
    by_name = [nth - sum(at < nth for at in left_out) for nth in by_name]
    side = math.isqrt(len(cells))
    if not 2 <= side <= MAX_SIDE:
        raise _count_error(path, n)
    texts = [nth for nth, cell in enumerate(cells) if cell.strip() and not is_number(cell)]
    label_columns: tuple[int, ...] = ()
    flags: tuple[slice, ...] = ()
    if side * side != len(cells) or by_name or texts:
        if _is_square(len(cells) - 1):
            label_columns, note = _label_columns(path, names, titles, by_name, texts)
            notes = (*notes, note) if note else notes
        elif by_name or texts or not (flags := _flag_columns(cells)):
            raise _count_error(path, n)
    has_commas = any(map(has_decimal_comma, cells))
    return Columns(path, n, left_out, label_columns, names, titles, has_commas, flags, notes)


def _left_out(rows: list[list[str]], names: tuple[str, ...], by_name: list[int]) -> tuple[int, ...]:
    """Return the columns that are neither a pixel nor the label, where names or the first lines tell."""
    n = len(rows[0])
    beside = _beside_pixels(names)
    if len(by_name) == 1 and len(beside) > 1 and by_name[0] in beside:
        return tuple(nth for nth in beside if nth != by_name[0])
    first = [row[0] for row in rows]
    if names:
        is_index = _bare(names[0]) in _INDEX_NAMES and _counts(first)
    else:
        # A single column beside the pixels may be the label, of one image of each class.
        is_index = _is_square(n - 2) and len(rows) >= _LEAST_COUNTED and _counts(first)
    return (0,) if is_index and (_is_square(n - 1) or _is_square(n - 2)) else ()


def _beside_pixels(names: tuple[str, ...]) -> list[int]:
    """Return the columns whose names are unlike those of the pixels, which differ in numbers alone."""
    families = [re.sub(r"\d+", "0", name) for name in names]
    usual, n_usual = Counter(families).most_common(1)[0] if families else ("", 0)
    return [nth for nth, family in enumerate(families) if family != usual] if _is_square(n_usual) else []


def _counts(cells: list[str]) -> bool:
    """Tell whether cells are whole numbers that go up by one, as the numbers of lines do."""
    numbers = [whole_number(cell) for cell in cells]
    first = numbers[0]
    return first is not None and len(cells) > 1 and numbers == list(range(first, first + len(cells)))


def _is_square(n: int) -> bool:
    return n > 1 and math.isqrt(n) ** 2 == n


def _without(cells: list[str], left_out: tuple[int, ...]) -> list[str]:
    """Return the cells of the other columns."""
    for column in reversed(left_out):
        cells = cells[:column] + cells[column + 1 :]
    return cells


def _left_out_note(titles: list[str]) -> str:
    return tr("Left out, as neither the label nor a pixel: {columns}.").format(columns=", ".join(titles))


def _label_columns(
    path: Path, names: tuple[str, ...], titles: tuple[str, ...], by_name: list[int], texts: list[int]
) -> tuple[tuple[int, ...], str]:
    """Return where the label is or may be, in a line of one cell more than pixels, and a sentence on it."""
    if len(by_name) == 1:
        (column,) = by_name
        return (column,), _label_note(names, titles, column)
    if len(texts) > 1 or len(by_name) > 1:
        columns = ", ".join(titles[nth] for nth in (by_name or texts)[:3])
        raise TableError(
            tr(
                "{path} has more than one column that could be the label: {columns}. Keep one of them."
            ).format(path=path, columns=columns)
        )
    others = texts or _beside_pixels(names)
    if len(others) == 1:
        return (others[0],), _label_note(names, titles, others[0])
    return (0, len(titles) - 1), ""


def _label_note(names: tuple[str, ...], titles: tuple[str, ...], column: int) -> str:
    if column == 0 and (not names or _bare(names[0]) in _LABEL_NAMES):
        return ""
    return tr("The label is read from {column}.").format(column=titles[column])


def _column_title(names: tuple[str, ...], column: int) -> str:
    if names and names[column]:
        return tr("column {number:,} ({name})").format(number=column + 1, name=names[column][:32])
    return tr("column {number:,}").format(number=column + 1)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _flag_columns(cells: list[str]) -> tuple[slice, ...]:
    """Return the ends of a line beside a square number of pixels that are a single 1 among zeros."""
    numbers = [whole_number(cell) for cell in cells]
    found = []
    for side in range(math.isqrt(len(cells)), 1, -1):
        k = len(cells) - side * side
        if k > _MOST_FLAGS:
            break
        for span in (slice(len(cells) - k, len(cells)), slice(0, k)):
            part = numbers[span]
            if k >= 2 and part.count(1) == 1 and part.count(0) == k - 1:
                found.append(span)
    # Ten digits are likelier than any other number of classes.
    return tuple(sorted(found, key=lambda span: span.stop - span.start != 10))


def _which_edge(first: list[str], last: list[str], values: _Values) -> tuple[bool, str]:
    """Tell whether the label stands last rather than first, and how that was found."""
    fits = [_may_be_labels(column) for column in (first, last)]
    if fits == [False, True]:
        return True, tr("The last column is taken for the label: the first does not hold classes.")
    if fits != [True, True]:
        return False, ""
    shares = [_explained(column, values) for column in (first, last)]
    if shares[1] > shares[0] + _CLEARLY:
        return True, tr(
            "The last column is taken for the label: it explains the images better than the first. Name it "
            "label in a first line to be sure."
        )
    if shares[0] > shares[1] + _CLEARLY:
        return False, ""
    return False, tr(
        "The first column is taken for the label, though the last could be it as well. Name one of them "
        "label in a first line to be sure."
    )


def _may_be_labels(column: Sequence[str]) -> bool:
    """Tell whether a column holds two or more classes, by words or by whole numbers."""
    distinct = {cell.strip().strip('"') for cell in column} - {""}
    if not 2 <= len(distinct) <= MAX_CLASSES:
        return False
    n_numbers = sum(map(is_number, distinct))
    return n_numbers < len(distinct) / 2 or all(
        whole_number(cell) is not None for cell in distinct if is_number(cell)
    )


def _explained(column: list[str], values: _Values) -> float:
    """Return the share of the images' variance between classes, corrected for the number of classes."""
    step = max(1, len(column) // _SAMPLE)
    _, labels = np.unique([cell.strip() for cell in column[::step]], return_inverse=True)
    x = np.nan_to_num(values[::step].astype(np.float64))
    n, k = len(x), int(labels.max()) + 1
    if k >= n:
        return 0.0
    x -= x.mean(axis=0)
    sums = np.zeros((k, x.shape[1]))
    np.add.at(sums, labels, x)
    between = float((sums**2 / np.bincount(labels)[:, None]).sum())
    share = between / max(float((x**2).sum()), 1e-9)
    by_chance = (k - 1) / (n - 1)
    return (share - by_chance) / (1 - by_chance)


def _as_column(cells: list[str], has_decimal_commas: bool) -> _Values:
    """Return pixels as a column of bytes, or of numbers with NaN for what is none."""
    if has_decimal_commas:
        cells = [cell.replace(",", ".") for cell in cells]
    try:
        return np.frombuffer(bytes(map(int, cells)), np.uint8)[:, None]
    except ValueError:
        column = np.full((len(cells), 1), np.nan, np.float32)
        for nth, cell in enumerate(cells):
            with suppress(ValueError), np.errstate(over="ignore"):
                column[nth] = float(TRUTHS.get(cell.strip().casefold(), cell))
        return column


def _count_error(path: Path, n: int) -> TableError:
    """Return the sentence on a number of cells that is neither an image nor one with its label."""
    side = math.isqrt(max(n, 1))
    extra = n - side * side
    if not 2 <= extra <= 6 or not 2 <= side <= MAX_SIDE:
        return TableError(
            tr(
                "{path} has {n:,} cells a line, which does not have the pixels of a square image of 2 to "
                "{max_side} a side: 28 × 28 are 784, and 785 with the label. Put an image into each line."
            ).format(path=path, n=n, max_side=MAX_SIDE)
        )
    return TableError(
        tr(
            "{path} has {n:,} numbers after the first; is there a column too many? An image of "
            "{side} × {side} and its label are {wanted:,} cells. Leave out what is neither the label nor a "
            "pixel, or name the columns in a first line: label, pixel1, pixel2, …"
        ).format(path=path, n=n - 1, side=side, wanted=side * side + 1)
    )
