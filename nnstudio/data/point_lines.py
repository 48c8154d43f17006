"""Read texts with a point in each line: separators, numbers, lines left out; for the tables of points."""

from __future__ import annotations

import csv
import math
from typing import IO, TYPE_CHECKING, TypeVar

from nnstudio.data.containers import TABLE, ContainerError, opened
from nnstudio.data.curves import LARGEST, MAX_POINTS
from nnstudio.data.imported import Skipped
from nnstudio.data.problem import MAX_NAME_LENGTH, InputSpace, OutputSpace, Problem, Samples
from nnstudio.data.table_text import SEPARATORS, BadLineError, TableError, TextLines, has_decimal_comma, split
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

HEAD = 10
"""First lines, by which the separator is found."""

_N_PEEKED = 4096

_MAX_SKIPPED = 10_000
"""Lines that may be skipped before the text is rejected as something else."""

_Table = TypeVar("_Table")
_Point = TypeVar("_Point")


def read_points_file(
    path: Path, read: Callable[[IO[bytes], Path, str], _Table], refusal: str
) -> tuple[_Table, tuple[str, ...]]:
    """Read a file, packed or not, in UTF-8, UTF-16 or else Windows-1252.

    Parameters
    ----------
    path : Path
    read : callable
        From a stream, the path and the encoding of text without a mark of UTF-16 to a table.
    refusal : str
        The sentence for a file of another kind, with a place for its path.

    Returns
    -------
    table
    notes : tuple of str
        What to know of the encoding.

    Raises
    ------
    TableError
        If it is no text, or what ``read`` raises.
    ContainerError
        If it cannot be read, or is a file of another kind.
    """

    def encoded(encoding: str) -> _Table:
        with opened(path) as found:
            if found.kind != TABLE:
                raise ContainerError(refusal.format(path=path))
            return read(found.stream, path, encoding)

    try:
        return encoded("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        table = encoded("cp1252")
    except UnicodeDecodeError as error:
        raise TableError(
            tr("{path} is no text in UTF-8. Save it as CSV in UTF-8.").format(path=path)
        ) from error
    return table, (tr("Its text is not in UTF-8; it is read as Windows-1252."),)


def first_lines(path: Path) -> list[str]:
    """Return the first lines of a file, without empty ones and comments; none where it is no plain text."""
    # Asked first, because opening a pipe or a device would block.
    if not path.is_file():
        return []
    try:
        with path.open("rb") as file:
            start = file.read(_N_PEEKED)
        lines = start.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return content_lines(lines[:-1] if len(start) == _N_PEEKED else lines)[:HEAD]


def content_lines(lines: Iterable[str]) -> list[str]:
    """Return the lines that are neither empty nor comments."""
    return [line.replace("−", "-") for line in lines if line.strip() and line[0] not in "#%"]


def numbered_lines(stream: IO[bytes], path: Path | str, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield each line that is neither empty nor a comment, with its number.

    Raises
    ------
    TableError
        If a line is far too long.
    UnicodeDecodeError
        If it is no text.
    """
    text = TextLines(stream, path, encoding)
    # Pasted text may have the minus of typography.
    return ((text.number, line.replace("−", "-")) for line in iter(text.next, None) if line[0] not in "#%")


def separator_of(lines: Sequence[str], is_point: Callable[[list[str]], bool]) -> str:
    """Return what divides most lines into the cells of a point, or, if nothing does, into several cells."""

    def fit(separator: str) -> tuple[int, int]:
        divided = [cells_of(line, separator) or [] for line in lines]
        return sum(map(is_point, divided)), sum(len(cells) > 1 for cells in divided)

    return max(SEPARATORS, key=fit)


def cells_of(line: str, separator: str) -> list[str] | None:
    """Return the cells of a line without an empty one at its end; None where quotation marks do not match."""
    try:
        cells = [cell.strip() for cell in split(line, separator)]
    except csv.Error:
        return None
    return cells[:-1] if len(cells) > 2 and not cells[-1] else cells


def parsed_number(text: str) -> float | None:
    """Return the number that a text writes, with a point or a comma; None if it writes none."""
    try:
        # Python reads 1_0 as ten.
        return None if "_" in text else float(text.replace(",", ".") if has_decimal_comma(text) else text)
    except ValueError:
        return None


def number_of(name: str, cell: str) -> float:
    """Return the number of a cell, with a point or a comma.

    Raises
    ------
    BadLineError
        If it is none, or beyond `LARGEST`; ``name`` is what the reason calls it.
    """
    if not cell:
        raise BadLineError(tr("{name} is missing").format(name=name))
    value = parsed_number(cell)
    if value is None or math.isnan(value):
        raise BadLineError(tr("{name} is {cell:.20}, which is no number").format(name=name, cell=cell))
    if abs(value) > LARGEST:
        raise BadLineError(
            tr("{name} is {cell:.20}, beyond ±{largest:,.0f}").format(name=name, cell=cell, largest=LARGEST)
        )
    return value


def name_of(text: str) -> str:
    """Return a text of a file as a name: printable, and not too long."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    return kept[:MAX_NAME_LENGTH] or tr("data")


def range_of(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the ends of a range that holds all values and is not empty."""
    low, high = float(values.min()), float(values.max())
    return (low, high) if low < high else (low - 1.0, high + 1.0)


def table_problem(
    name: str, title: str, input_space: InputSpace, output_space: OutputSpace, samples: Samples
) -> Problem:
    """Return the points of a table as a problem, to learn from and to be tested on.

    Parameters
    ----------
    name, title : str
        See `Problem`; made printable, and shortened where necessary.
    input_space : InputSpace
    output_space : OutputSpace
    samples : Samples
    """
    return Problem(
        name=name_of(name),
        title=name_of(title),
        input_space=input_space,
        output_space=output_space,
        train=samples,
        test=samples,
        source=tr("Read from {title}; as you have it.").format(title=name_of(title)),
    )


def skipped_line(number: int, reason: str) -> Skipped:
    """Return a line that was left out."""
    return Skipped(tr("line {number:,}").format(number=number), reason)


def points_of(
    lines: Iterable[tuple[int, str]],
    read: Callable[[str], _Point],
    path: Path | str,
    nothing_read: Callable[[Path | str, list[Skipped]], TableError],
) -> tuple[dict[int, _Point], dict[int, str]]:
    """Return the points of lines, and the reasons of lines that have none, both by the line's number.

    Parameters
    ----------
    lines : iterable of (int, str)
    read : callable
        From a line to a point; raises `BadLineError` with the reason where it has none.
    path : Path or str
        What errors call the text.
    nothing_read : callable
        From the path and lines left out to the error for a text without points.

    Raises
    ------
    TableError
        If there is no point, or there are more than `MAX_POINTS`.
    """
    points: dict[int, _Point] = {}
    reasons: dict[int, str] = {}
    for number, line in lines:
        try:
            points[number] = read(line)
        except BadLineError as reason:
            reasons[number] = str(reason)
        if len(reasons) > _MAX_SKIPPED and not points:
            break
        if len(points) > MAX_POINTS or len(reasons) > _MAX_SKIPPED:
            raise TableError(
                tr(
                    "{path} has more than {most:,} lines of points. Leave some out, for example every second."
                ).format(path=path, most=MAX_POINTS)
            )
    if not points:
        raise nothing_read(path, [skipped_line(*each) for each in reasons.items()])
    return points, reasons
