"""Read a table with the numbers of a network's inputs in each line, and its answers where there are some."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.table_text import BadLineError, TableError, has_decimal_comma, split
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SEPARATORS = ("\t", ";", "|", ",", " ", "")
"""Tried in this order, because commas occur in numbers and blanks after commas; none: one number a line."""

_HEAD = 10
"""First lines, by which the separator is found."""

_MAX_BYTES = 64 * 2**20


@dataclass(frozen=True)
class NumberLine:
    """One line.

    Attributes
    ----------
    number : int
        Of the line, from 1.
    inputs : tuple of float
        Finite in float32; empty where the line cannot be read.
    answers : tuple of str
        What stands behind them; empty where nothing does.
    error : str
        Why the line cannot be read; empty otherwise.
    """

    number: int
    inputs: tuple[float, ...] = ()
    answers: tuple[str, ...] = ()
    error: str = ""


def read_number_table(path: Path, n_inputs: int, n_answers: int) -> list[NumberLine]:
    """Read a text with an input in each line, and behind it its answers or nothing.

    Tabs, semicolons, bars, commas or blanks stand between numbers, which may have decimal commas. The first
    line may hold names; lines that begin with # or % are comments.

    Raises
    ------
    TableError
        If the file cannot be read, or none of its lines.
    """
    lines = _lines(path)
    possible = (n_inputs, n_inputs + n_answers)

    def fit(separator: str) -> int:
        # A single number with a decimal comma is no row of what a semicolon divides.
        rows = (_cells(line, separator) for _, line in lines[:_HEAD] if separator in line)
        return sum(len(row) in possible and None not in map(parsed_number, row[:n_inputs]) for row in rows)

    separator = max(_SEPARATORS, key=fit)
    if lines and all(parsed_number(cell) is None for cell in _cells(lines[0][1], separator)):
        del lines[0]
    found = [_read(number, _cells(line, separator), n_inputs, n_answers) for number, line in lines]
    if not any(line.inputs for line in found):
        reason = tr("It is empty.")
        if found:
            reason = tr("In line {number:,} {why}.").format(number=found[0].number, why=found[0].error)
        raise TableError(tr("{path} has no line that can be read. {reason}").format(path=path, reason=reason))
    return found


def parsed_number(text: str) -> float | None:
    """Return the number that a text writes, with a point or a comma; None if it writes none.

    Examples
    --------
    >>> parsed_number("-0.7"), parsed_number("0,5"), parsed_number("1e-3"), parsed_number("x")
    (-0.7, 0.5, 0.001, None)
    """
    try:
        # Python reads 1_0 as ten.
        return None if "_" in text else float(text.replace(",", ".") if has_decimal_comma(text) else text)
    except ValueError:
        return None


def is_single_precision(number: float) -> bool:
    """Tell whether a number is finite, in float32 too, which a network is given."""
    return abs(number) <= float(np.finfo(np.float32).max)


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines that are neither empty nor comments, with their numbers."""
    # Checked first: opening a pipe would block.
    if not path.is_file():
        raise TableError(tr("{path} is no file of numbers.").format(path=path))
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise TableError(
                tr("{path} is larger than {most} MB; divide it.").format(path=path, most=_MAX_BYTES >> 20)
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TableError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except UnicodeDecodeError as error:
        raise TableError(
            tr("{path} is no text in UTF-8, so no table of numbers.").format(path=path)
        ) from error
    # A line may begin or end with an empty cell, so tabs stay.
    stripped = ((number, line.strip(" \r\f\v")) for number, line in enumerate(text.split("\n"), 1))
    return [(number, line) for number, line in stripped if line and line[0] not in "#%"]


def _cells(line: str, separator: str) -> list[str]:
    if not separator:
        return [line]
    try:
        return [cell.strip() for cell in split(line, separator)]
    except csv.Error:
        return [line]


def _read(number: int, cells: Sequence[str], n_inputs: int, n_answers: int) -> NumberLine:
    try:
        if len(cells) not in (n_inputs, n_inputs + n_answers):
            raise BadLineError(
                tr("%n number(s) are asked for, and it has {given}", n_inputs).format(given=len(cells))
            )
        return NumberLine(number, tuple(map(_input, cells[:n_inputs])), tuple(cells[n_inputs:]))
    except BadLineError as error:
        return NumberLine(number, error=str(error))


def _input(cell: str) -> float:
    value = parsed_number(cell)
    if value is None:
        raise BadLineError(tr("{cell!r:.40} is no number").format(cell=cell))
    if not is_single_precision(value):
        raise BadLineError(tr("{cell:.40} is no finite number of single precision").format(cell=cell))
    return value
