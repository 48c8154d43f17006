"""Divide the text of a table into cells: separators, quotes, names of columns; for ``data.table``."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_SIDE = 256
"""Longest side of an image, in pixels."""

MAX_LINE = 32 * MAX_SIDE**2
"""Longest line, in characters; a file of something else often has no line ends at all."""

_LEAST_SEPARATORS = 4
"""Separators that a line has at least: those of the smallest image, 2 × 2, with its label."""

SEPARATORS = ("\t", ";", "|", ",", " ")
"""Tried in this order, because commas occur in numbers and blanks after commas."""

_UTF_16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""How text in UTF-16 begins."""

_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?")

_LEAST_RUN = 9
"""Numbers that count up, which make a line one of names rather than of pixels."""

TRUTHS = {"true": "1", "false": "0"}
"""Numbers of pixels that are black or white."""

_ORANGE_TYPES = frozenset(
    ("", "c", "d", "s", "t", "m", "i", "continuous", "discrete", "string", "time", "class", "meta", "ignore")
)
_ORANGE_FLAGS = re.compile(r"([mcixDCST]{1,2})#(.*)")
_LIST = re.compile(r"[\[(]?\s*[-+.\deE]+([\s,]+[-+.\deE]+){3,}\s*[\])]?")
_MOST_BESIDE_LIST = 3
"""Most columns of a table that has all pixels in one of them."""

_LIBSVM = re.compile(r"\d+:[-+.\deE]+")


class TableError(UserError):
    """A table cannot be imported."""


class BadLineError(Exception):
    """A line that is skipped; the message is the reason."""


@dataclass(frozen=True)
class TableDialect:
    """How the lines of a table are divided.

    Attributes
    ----------
    separator : str
    names : tuple of str
        Names of the columns; empty where the table has none.
    class_column : int or None
        The column that the names or types of columns call the class in so many words.
    list_column : int or None
        The column that holds all pixels of an image, separated by blanks or as a list.
    """

    separator: str
    names: tuple[str, ...] = ()
    class_column: int | None = None
    list_column: int | None = None


class TextLines:
    """The lines of a text that are not empty, stripped of blanks, with their numbers.

    Parameters
    ----------
    stream : binary file
    path : Path or str
        What errors call it.
    encoding : str
        That of text without a mark of UTF-16.

    Attributes
    ----------
    number : int
        Of the line read last, from 1.
    """

    def __init__(self, stream: IO[bytes], path: Path | str, encoding: str) -> None:
        self._path = path
        start = stream.read(4)
        encoding = next((name for magic, name in _UTF_16.items() if start.startswith(magic)), encoding)
        self._text = io.TextIOWrapper(
            io.BufferedReader(_Rejoined(start, stream)),
            encoding=encoding,
            newline=None,
        )
        self.number = 0

    def next(self) -> str | None:
        """Return the next line; None at the end.

        Raises
        ------
        TableError
            If a line is longer than `MAX_LINE`.
        UnicodeDecodeError
            If it is no text.
        """
        while text := self._text.readline(MAX_LINE + 1):
            self.number += 1
            if len(text) > MAX_LINE:
                raise TableError(
                    tr(
                        "{path} is no table: its line {number} is longer than {max_line:,} characters."
                    ).format(path=self._path, number=self.number, max_line=MAX_LINE)
                )
            # A line may begin or end with an empty cell, so tabs stay.
            if line := text.strip(" \r\n\v\f\0"):
                return line
        return None


class TableText:
    """The lines of a table, divided into cells.

    Parameters
    ----------
    stream : binary file
    path : Path
        What errors call it.
    encoding : str
        That of text without a mark of its own.

    Attributes
    ----------
    layout : TableDialect
    """

    def __init__(self, stream: IO[bytes], path: Path, encoding: str = "utf-8-sig") -> None:
        self._path = path
        self._text = TextLines(stream, path, encoding)
        self._pending: list[tuple[int, str]] = []
        self.layout = self._read_head()

    def rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """Yield the number and the cells of each line that is neither empty nor a comment.

        The cells are None where quotation marks do not match.
        """
        separator, at = self.layout.separator, self.layout.list_column
        for number, line in self._lines():
            try:
                cells = split(line, separator)
            except csv.Error:
                yield number, None
                continue
            if at is not None and at < len(cells):
                cells[at : at + 1] = _listed(cells[at])
            yield number, cells

    def _lines(self) -> Iterator[tuple[int, str]]:
        while self._pending:
            yield self._pending.pop(0)
        while (line := self._text.next()) is not None:
            yield self._text.number, line

    def _read_head(self) -> TableDialect:
        """Read what stands before the first line of numbers."""
        comment, separator = "", ""
        while (line := self._text.next()) is not None and line[0] in "#%@":
            if line.lower().startswith("@relation"):
                return self._read_arff()
            comment = line[1:].strip()
        if line is not None and re.fullmatch(r"sep=(.|\\t)", line, re.IGNORECASE):
            separator = "\t" if line[4:] == "\\t" else line[4:]
            line = self._text.next()
        if line is None:
            return TableDialect(",")
        second = self._text.next()
        if (layout := self._with_list(line, second)) is not None:
            return layout
        separator = separator or _separator(line if second is None else second) or _separator(line) or ","
        lines = [(self._text.number - (second is not None), line)]
        if second is not None:
            lines.append((self._text.number, second))
        if _LIBSVM.search(line) and " " in line:
            raise TableError(
                tr(
                    "{path} has the form of LIBSVM, index:value. Save it as a table with a column for every "
                    "pixel."
                ).format(path=self._path)
            )
        self._pending = lines
        names = _cells(line, separator)
        if not _are_names(names):
            names = _cells(comment, separator) or _cells(comment, _separator(comment) or ",")
            if not comment or len(names) != len(_cells(line, separator)):
                names = []
            return TableDialect(separator, tuple(names))
        del self._pending[0]
        return self._after_names(names, separator)

    def _with_list(self, line: str, second: str | None) -> TableDialect | None:
        """Return the layout of a table with all pixels in one column, as in FER-2013; None for any other."""
        for separator in (",", ";", "\t"):
            cells = _cells(line if second is None else second, separator)
            lists = [at for at, cell in enumerate(cells) if _LIST.fullmatch(cell)]
            if len(lists) != 1 or not 2 <= len(cells) <= _MOST_BESIDE_LIST:
                continue
            (at,) = lists
            n_pixels = len(_listed(cells[at]))
            names = _cells(line, separator)
            is_named = len(names) == len(cells) and not _LIST.fullmatch(names[at])
            self._pending = [] if second is None else [(self._text.number, second)]
            if not is_named:
                self._pending.insert(0, (self._text.number - (second is not None), line))
                return TableDialect(separator, list_column=at)
            spread = (*names[:at], *(f"pixel{n}" for n in range(n_pixels)), *names[at + 1 :])
            return TableDialect(separator, spread, list_column=at)
        return None

    def _after_names(self, names: list[str], separator: str) -> TableDialect:
        """Take in what Orange writes of types and roles, in the names or below them."""
        flagged = [_ORANGE_FLAGS.fullmatch(name) for name in names]
        classes = [nth for nth, match in enumerate(flagged) if match and "c" in match[1]]
        if classes:
            plain = [match[2] if match else name for match, name in zip(flagged, names, strict=True)]
            return TableDialect(separator, tuple(plain), classes[0])
        if self._pending:
            types = _cells(self._pending[0][1], separator)
            if len(types) == len(names) and {cell.casefold() for cell in types} <= _ORANGE_TYPES:
                del self._pending[0]
                roles = _cells(self._text.next() or "", separator)
                classes = [nth for nth, role in enumerate(roles) if role.casefold() == "class"]
                return TableDialect(separator, tuple(names), classes[0] if classes else None)
        return TableDialect(separator, tuple(names))

    def _read_arff(self) -> TableDialect:
        """Read the head of a file of Weka's."""
        names: list[str] = []
        while (line := self._text.next()) is not None and not line.lower().startswith("@data"):
            match = re.match(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)", line, re.IGNORECASE)
            if match:
                names.append(match[1].strip("'\""))
            elif line[0] not in "%@":
                break
        first = self._text.next()
        while first is not None and first[0] == "%":
            first = self._text.next()
        if first is None or first[0] == "{":
            raise TableError(
                tr("{path} is a sparse ARFF file, or has no data. Save it as CSV.").format(path=self._path)
            )
        self._pending = [(self._text.number, first)]
        return TableDialect(",", tuple(names))


class _Rejoined(io.RawIOBase):
    """A stream of which the first bytes have already been read."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._start or self._rest.read(len(buffer))
        self._start = content[len(buffer) :] if self._start else b""
        n = min(len(content), len(buffer))
        buffer[:n] = content[:n]
        return n


def split(line: str, separator: str) -> list[str]:
    """Return the cells of a line, after RFC 4180 where there are quotation marks.

    Raises
    ------
    csv.Error
        If quotation marks do not match.
    """
    if separator == " ":
        line = " ".join(line.split())
    if '"' not in line:
        return line.split(separator)
    if line.count('"') % 2:
        raise csv.Error
    return next(csv.reader([line], delimiter=separator, skipinitialspace=True))


def is_number(cell: str) -> bool:
    """Tell whether a cell holds a number, with a point or a comma."""
    cell = cell.strip()
    if cell.casefold() in TRUTHS:
        return True
    try:
        float(cell)
    except ValueError:
        return has_decimal_comma(cell)
    return True


def has_decimal_comma(cell: str) -> bool:
    """Tell whether a cell holds a number with a comma."""
    return _DECIMAL_COMMA.fullmatch(cell.strip()) is not None


def _listed(cell: str) -> list[str]:
    """Return the numbers of a cell that holds a whole image."""
    return cell.strip("[]() ").replace(",", " ").split()


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip().strip("'") for cell in split(line, separator)]
    except csv.Error:
        return []


def _separator(line: str) -> str:
    """Return what separates the cells of a line; nothing where there are too few of anything."""
    bare = re.sub(r'"[^"]*"', "", line)
    if bare.count(" ") and not any(bare.count(mark) >= _LEAST_SEPARATORS for mark in SEPARATORS[:-1]):
        bare = " ".join(line.split())
    return next((mark for mark in SEPARATORS if bare.count(mark) >= _LEAST_SEPARATORS), "")


def _are_names(cells: list[str]) -> bool:
    """Tell whether a line holds the names of columns: mostly words, or numbers that count up."""
    filled = [cell for cell in cells if cell]
    texts = [cell for cell in filled if not is_number(cell)]
    if not filled or len(texts) * 2 > len(filled):
        return bool(filled)
    numbers = [float(cell) for cell in filled if cell.isascii() and cell.isdigit()]
    return (
        len(texts) <= 2
        and len(numbers) >= max(_LEAST_RUN, len(filled) - 2)
        and all(number == numbers[0] + nth for nth, number in enumerate(numbers))
    )
