"""Import a user's own table of images as text, a line for each; any package may import it."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice, starmap
from typing import IO, TYPE_CHECKING, Any, overload

import numpy as np

from nnstudio.data.grey_levels import grey_bytes, out_of_range
from nnstudio.data.image_set import ImageSet
from nnstudio.data.imported import Skipped
from nnstudio.data.label_names import plain_labels
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.data.table_columns import Columns, find_columns
from nnstudio.data.table_text import TRUTHS, BadLineError, TableError, TableText
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

MAX_VALUES = 400_000_000
"""Most pixels in all."""

MAX_SKIPPED = 100_000
"""Lines that may be skipped before the file is rejected as something else."""

_REPORT_EVERY = 500

_HEAD = 9
"""First lines, of which most have the number of cells that all should have."""

_MISSING = frozenset(("nan", "na", "n/a", "null", "none", "?"))
"""Words that tables have in place of a label."""


def read_table(
    stream: IO[bytes],
    path: Path,
    *,
    encoding: str = "utf-8-sig",
    progress: Callable[[], None] | None = None,
) -> ImageSet:
    """Read a table with one image per line.

    Parameters
    ----------
    stream : binary file
        UTF-8 or UTF-16 text, separated by commas, semicolons, tabs, bars or blanks. A line holds the pixels
        of a square image row by row and, first, last or where a line of names says so, its label. ARFF, and
        the tables of Orange, are read likewise.
    path : Path
        What errors call it.
    encoding : str
        That of text without a mark of UTF-16.
    progress : callable, optional
        Called now and then. What it raises passes through.

    Returns
    -------
    ImageSet
        Every line after the names is either an image or among the skipped; empty ones are neither. Without
        labels if there is no column of them.

    Raises
    ------
    TableError
        If it is not such a table, or too large.
    UnicodeDecodeError
        If it is no text.
    """
    text = TableText(stream, path, encoding)
    table = _Table(path, text)
    table.read(progress)
    return table.image_set()


class _Table:
    """The lines of a table that have been read so far."""

    def __init__(self, path: Path, text: TableText) -> None:
        self._path, self._text = path, text
        self._columns: Columns | None = None
        self._rows: list[NDArray[np.uint8] | NDArray[np.float32]] = []
        self._edges: list[list[str]] = []
        self._numbers = array("l")
        self._skipped: list[tuple[int, str]] = []

    def read(self, progress: Callable[[], None] | None) -> None:
        """Read all lines."""
        rows = self._text.rows()
        head = list(islice(rows, _HEAD))
        if usual := _usual([cells for _, cells in head if cells]):
            self._columns = find_columns(self._path, usual, self._text.layout)
        for number, cells in chain(head, rows):
            try:
                self._take(number, cells)
            except BadLineError as reason:
                self._skip(number, str(reason))
            if progress is not None and number % _REPORT_EVERY == 0:
                progress()

    def _take(self, number: int, cells: list[str] | None) -> None:
        """Add a line to the images."""
        if cells is None:
            raise BadLineError(tr("its quotation marks do not match"))
        assert self._columns is not None, "the first lines have been looked at"
        divided = self._columns.divided(cells)
        if divided is None:
            raise BadLineError(
                tr("it has {n:,} cells instead of {wanted:,}").format(n=len(cells), wanted=self._columns.n)
            )
        edges, pixels = divided
        self._rows.append(_pixels(pixels, self._columns.has_decimal_commas))
        self._edges.append(edges)
        self._numbers.append(number)
        if len(self._rows) * len(pixels) > MAX_VALUES:
            raise TableError(
                tr("{path} has more than {max_values:,} pixels.").format(
                    path=self._path, max_values=MAX_VALUES
                )
            )

    def _skip(self, number: int, reason: str) -> None:
        self._skipped.append((number, reason))
        if len(self._skipped) > MAX_SKIPPED:
            raise TableError(
                tr(
                    "{path} is no table of images: of the first {number:,} lines {max_skipped:,} cannot be "
                    "read, line {number:,} because {reason}."
                ).format(path=self._path, number=number, max_skipped=MAX_SKIPPED, reason=reason)
            )

    def image_set(self) -> ImageSet:
        """Return the lines that were read."""
        if self._columns is None or not self._rows:
            raise self._nothing_read()
        labelled = self._columns.labelled(self._values(), self._edges)
        values, labels, notes = labelled.values, labelled.labels, list(labelled.notes)
        faults = _faults(values, labels)
        numbers = list(self._numbers)
        for row, reason in sorted(faults.items()):
            self._skip(numbers[row], reason)
        if faults:
            kept = [row for row in range(len(values)) if row not in faults]
            values, numbers = values[kept], [numbers[row] for row in kept]
            labels = None if labels is None else [labels[row] for row in kept]
        if not numbers:
            raise self._nothing_read()
        side = math.isqrt(values.shape[1])
        images, more = grey_bytes(values, (side, side))
        if labels is None:
            notes.append(
                tr("It has {n_pixels:,} numbers a line, {side} × {side}, and no label.").format(
                    n_pixels=side * side, side=side
                )
            )
        plain = None if labels is None else plain_labels(labels)
        if labels and plain and (changed := _changed(labels, plain)):
            notes.append(tr("Labels such as {old} are read as {new}.").format(old=changed[0], new=changed[1]))
        if self._columns.has_decimal_commas:
            notes.append(tr("Commas within its numbers are read as decimal points."))
        return ImageSet(
            images,
            plain,
            _Lines(numbers),
            (*notes, *more),
            tuple(starmap(_skipped_line, sorted(self._skipped))),
        )

    def _values(self) -> NDArray[np.uint8] | NDArray[np.float32]:
        """Return all pixels as one array, and give up the rows."""
        is_bytes = all(row.dtype == np.uint8 for row in self._rows)
        values: NDArray[Any] = np.empty(
            (len(self._rows), self._rows[0].size), np.uint8 if is_bytes else np.float32
        )
        for nth, row in enumerate(self._rows):
            values[nth] = row
        self._rows.clear()
        return values

    def _nothing_read(self) -> TableError:
        sentences = [tr("{path} has no image that can be read.").format(path=self._path)]
        for number, reason in sorted(self._skipped)[:1]:
            bad = _skipped_line(number, reason)
            sentences.append(tr("Its {what} was skipped because {why}.").format(what=bad.what, why=bad.why))
        sentences.append(tr("A table has an image in each line: its label, then its pixels."))
        return TableError(" ".join(sentences))


class _Lines(Sequence[str]):
    """What the lines of a table are called."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return _Lines(self._numbers[at])
        return _line_title(self._numbers[at])


def _line_title(number: int) -> str:
    return tr("line {number:,}").format(number=number)


def _skipped_line(number: int, reason: str) -> Skipped:
    return Skipped(_line_title(number), reason)


def _usual(rows: list[list[str]]) -> list[list[str]]:
    """Return the lines with as many cells as most of the first ones have."""
    if not rows:
        return []
    ((length, _),) = Counter(map(len, rows)).most_common(1)
    return [cells for cells in rows if len(cells) == length]


def _pixels(words: list[str], has_decimal_commas: bool) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Return the pixels of a line: bytes where all are whole numbers up to 255."""
    try:
        # Rejects anything else, and is by far the fastest way.
        row = np.frombuffer(bytes(map(int, words)), np.uint8)
    except ValueError:
        return _decimals(words, has_decimal_commas)
    if "_" in "".join(words):
        # Python reads 1_0 as ten.
        raise BadLineError(tr("a pixel is no number"))
    return row


def _decimals(words: list[str], has_decimal_commas: bool) -> NDArray[np.float32]:
    """Return the pixels of a line that has other numbers than whole ones up to 255."""
    words = [TRUTHS.get(word.strip().casefold(), word) for word in words]
    if "_" in "".join(words):
        raise BadLineError(tr("a pixel is no number"))
    if has_decimal_commas:
        words = [word.replace(",", ".") for word in words]
    try:
        with np.errstate(over="ignore"):
            row = np.array(list(map(float, words)), np.float32)
    except (ValueError, OverflowError) as error:
        missing = any(not word.strip() for word in words)
        raise BadLineError(tr("a pixel is missing") if missing else tr("a pixel is no number")) from error
    if not np.isfinite(row).all():
        raise BadLineError(tr("a pixel is no number"))
    return row


def _faults(values: NDArray[np.uint8] | NDArray[np.float32], labels: list[str] | None) -> dict[int, str]:
    """Return the rows that cannot be used, and why."""
    faults: dict[int, str] = {}
    lowest, highest = values.min(axis=1), values.max(axis=1)
    for row in np.flatnonzero(out_of_range(lowest, highest)).tolist():
        faults[row] = tr("a pixel is far outside the range of the other lines")
    for row in np.flatnonzero(~np.isfinite(highest)).tolist():
        faults[row] = tr("a pixel is no number")
    for row, label in enumerate(labels or ()):
        name = label.strip().strip('"').strip()
        if not name or name.casefold() in _MISSING:
            faults[row] = tr("its label is missing")
        elif len(name) > MAX_NAME_LENGTH or not name.isprintable():
            faults[row] = tr("a label has 1 to {max_name_length} printable characters").format(
                max_name_length=MAX_NAME_LENGTH
            )
    return faults


def _changed(labels: list[str], plain: tuple[str, ...]) -> tuple[str, str] | None:
    """Return a label that was spelled otherwise, and how it is read."""
    pairs = ((old.strip().strip('"').strip(), new) for old, new in zip(labels, plain, strict=True))
    return next(((old, new) for old, new in pairs if old != new), None)
