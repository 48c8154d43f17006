"""Read and write a picture as a table of numbers; any package may import it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.typed_numbers import typed_rows
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BYTES, SHARES = 255.0, 1.0
"""What full ink is: in bytes, 0 … 255, or in shares of it, 0 … 1."""

SHARES_BELOW = 2.0
"""Numbers with decimals that are all below it are shares, though one may be a little above 1."""

MOST_NAMED = 4
"""Most places that a sentence lists."""

_NUMBERS = re.compile(r"(?=.*[0-9])[-+−0-9.,;/eE\s]+")
_BETWEEN = re.compile(r"[\s,;]")


class PictureTableError(UserError):
    """A table of numbers that is no picture."""


class OutOfRangeError(PictureTableError):
    """Numbers that no ink has.

    Attributes
    ----------
    table : PictureTable
        As it was written; `PictureTable.capped` brings it into the range.
    """

    def __init__(self, sentence: str, table: PictureTable) -> None:
        super().__init__(sentence)
        self.table = table


@dataclass(frozen=True, eq=False)
class PictureTable:
    """A picture in numbers.

    Attributes
    ----------
    values : float64 ndarray of shape (height, width)
        As they are written: paper is 0.
    full : float
        What full ink is, `BYTES` or `SHARES`.
    """

    values: NDArray[np.float64]
    full: float

    @property
    def ink(self) -> NDArray[np.float32]:
        """The picture, (height, width), 0 … 1."""
        return (self.values / self.full).astype(np.float32)

    def capped(self) -> PictureTable:
        """Return the picture with numbers beyond the range at its ends."""
        return PictureTable(np.clip(self.values, 0.0, self.full), self.full)

    def as_rows(self, shape: tuple[int, ...]) -> PictureTable:
        """Return one long row, or column, cut into rows of a shape; another table as it is."""
        is_list = 1 in self.values.shape and self.values.size == np.prod(shape) and len(shape) == 2
        return PictureTable(self.values.reshape(shape), self.full) if is_list else self


def looks_like_picture(text: str) -> bool:
    r"""Tell whether the first line of a text is numbers alone, and more than one with what is below it.

    Examples
    --------
    >>> [looks_like_picture(text) for text in ("0 0.5 1", "12\t255\n3\t4", "7\n8", "7", "7 apples")]
    [True, True, True, False, False]
    """
    first, _, below = text.strip().partition("\n")
    is_numbers = _NUMBERS.fullmatch(first) is not None
    return is_numbers and (bool(below.strip()) or _BETWEEN.search(first.strip()) is not None)


def parse_picture(text: str) -> PictureTable:
    r"""Read a picture of any size from a text with a row in each line.

    Numbers stand between tabs, semicolons, commas or blanks; see `typed_rows`.

    Parameters
    ----------
    text : str

    Returns
    -------
    PictureTable
        In shares where no number is above 1, in bytes otherwise.

    Raises
    ------
    BlockError
        If a cell is no number.
    PictureTableError
        If rows are not equally long.
    OutOfRangeError
        If numbers are below 0 or above full ink.

    Examples
    --------
    >>> picture = parse_picture("94 178\n124 90")
    >>> picture.values.tolist(), picture.full
    ([[94.0, 178.0], [124.0, 90.0]], 255.0)
    """
    rows = typed_rows(text)
    lengths = [len(row) for row in rows]
    for number, length in enumerate(lengths, 1):
        if length != lengths[0]:
            sentence = tr(
                "Row {row} has %n number(s), row 1 has {first}: rows of a picture are equally long.", length
            )
            raise PictureTableError(sentence.format(row=number, first=lengths[0]))
    values = np.array(rows, np.float64)
    largest = float(values.max())
    has_decimals = bool((values != np.rint(values)).any())
    full = SHARES if largest <= SHARES or (has_decimals and largest < SHARES_BELOW) else BYTES
    table = PictureTable(values, full)
    places = list(_places(values, full))
    if places:
        raise OutOfRangeError(
            tr("Numbers of this picture go from 0 to {full:g}: {places}, counted from 1.").format(
                full=full, places=_listed(places)
            ),
            table,
        )
    return table


def _places(values: NDArray[np.float64], full: float) -> Iterator[str]:
    """Yield where numbers are out of the range, each run of columns of a row at once."""
    above, below = tr("above {full:g}").format(full=full), tr("below 0")
    for row in np.flatnonzero(((values > full) | (values < 0)).any(axis=1)).tolist():
        for is_out, words in ((values[row] > full, above), (values[row] < 0, below)):
            edges = np.flatnonzero(np.diff(np.concatenate(([False], is_out, [False])).astype(np.int8)))
            for first, stop in edges.reshape(-1, 2).tolist():
                place = (
                    tr("row {row}, column {first} is {words}")
                    if stop - first == 1
                    else tr("row {row}, columns {first}–{last} are {words}")
                )
                yield place.format(row=row + 1, first=first + 1, last=stop, words=words)


def _listed(places: list[str]) -> str:
    listed = "; ".join(places[:MOST_NAMED])
    more = len(places) - MOST_NAMED
    return f"{listed}; {tr('and %n more', more)}" if more > 0 else listed


def picture_rows(ink: NDArray[np.float32], *, in_bytes: bool) -> list[list[str]]:
    """Write a picture's numbers, with one decimal or as bytes.

    Parameters
    ----------
    ink : float32 ndarray of shape (height, width), 0 … 1
    in_bytes : bool

    Returns
    -------
    list of list of str
        A list for each row.

    Examples
    --------
    >>> ink = np.array([[0, 0.5], [0.26, 1]], np.float32)
    >>> picture_rows(ink, in_bytes=False), picture_rows(ink, in_bytes=True)
    ([['0.0', '0.5'], ['0.3', '1.0']], [['0', '128'], ['66', '255']])
    """
    if in_bytes:
        numbers = np.rint(np.float32(BYTES) * ink).astype(int)
        return [[str(number) for number in row] for row in numbers.tolist()]
    return [[f"{value:.1f}" for value in row] for row in ink.tolist()]
