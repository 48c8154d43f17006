"""Read the points of a curve from a table of two columns, x and y; any package may import it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.point_lines import (
    HEAD,
    cells_of,
    name_of,
    number_of,
    numbered_lines,
    points_of,
    range_of,
    read_points_file,
    separator_of,
    skipped_line,
    table_problem,
)
from nnstudio.data.problem import MAX_NAME_LENGTH, InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.data.table_text import SEPARATORS, BadLineError, TableError, has_decimal_comma, is_number
from nnstudio.language import tr

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.data.imported import Skipped

_WHOLE_NUMBERS = re.compile(r"[-+]?\d+,\d+")


@dataclass(frozen=True, eq=False)
class CurveTable:
    """The points of a table.

    Attributes
    ----------
    x, y : ndarray of shape (n, 1), float32
        In the order of the lines; n is at least 1.
    names : (str, str)
        What the first line calls x and y; without one "x" and "y".
    skipped : tuple of Skipped
        Lines that were left out.
    notes : tuple of str
        How the text was read, and what to know of the points, a sentence each.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    names: tuple[str, str]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]

    def problem(self, name: str, title: str) -> Problem:
        """Return the points as a problem, to learn from and to be tested on."""
        x_name, y_name = map(name_of, self.names)
        return table_problem(
            name,
            title,
            InputSpace("line", (1,), *range_of(self.x), (x_name,)),
            OutputSpace(quantities=(Quantity.around(y_name, self.y),)),
            Samples(self.x, self.y),
        )


def looks_like_curve(lines: list[str]) -> bool:
    """Tell whether lines of text, one of which may hold names, are points of x and y, or of x alone."""
    separator = separator_of(lines, _is_point)
    rows = [cells_of(line, separator) or [] for line in lines]
    numbers = [all(map(is_number, cells)) for cells in rows]
    return bool(rows) and all(len(cells) in (1, 2) for cells in rows[1:] or rows) and any(numbers)


def read_curve_file(path: Path) -> CurveTable:
    """Read the points of a file, packed or not, as `read_curve_table` does.

    Raises
    ------
    TableError
        If it is no text, or as for `read_curve_table`.
    ContainerError
        If it cannot be read, or is a file of another kind.
    """
    refusal = tr("{path} is no table of text. Save x and y as two columns of a CSV file.")
    table, notes = read_points_file(path, read_curve_table, refusal)
    return replace(table, notes=(*notes, *table.notes))


def parse_curve_table(text: str) -> CurveTable:
    r"""Read the points of pasted text, as `read_curve_table` does.

    Examples
    --------
    >>> table = parse_curve_table("day; °C\n1; 3,5\n2; 4,5")
    >>> table.names, table.x[:, 0], table.y[:, 0]
    (('day', '°C'), array([1., 2.], dtype=float32), array([3.5, 4.5], dtype=float32))
    """
    return read_curve_table(io.BytesIO(text.encode("utf-8", "replace")), tr("The pasted text"))


def read_curve_table(stream: IO[bytes], path: Path | str, encoding: str = "utf-8-sig") -> CurveTable:
    """Read a table with one point per line: x, then y.

    Parameters
    ----------
    stream : binary file
        Text with tabs, semicolons, bars, commas or blanks between the two numbers, which may have decimal
        commas. The first line may hold names; lines that begin with # or % are comments.
    path : Path or str
        What errors call it.
    encoding : str
        That of text without a mark of UTF-16.

    Raises
    ------
    TableError
        If no line is a point, or if there are more than `MAX_POINTS`.
    UnicodeDecodeError
        If it is no text.
    """
    lines = numbered_lines(stream, path, encoding)
    head = list(islice(lines, HEAD))
    separator = separator_of([line for _, line in head], _is_point)
    names = _names(head[0][1], separator) if head else ()
    commas = _Commas(may_have_decimal_commas=separator == ",")
    points, reasons = points_of(
        chain(head[bool(names) :], lines),
        lambda line: _point(line, separator, commas),
        path,
        _nothing_read,
    )
    x, y = (np.array(column, np.float32)[:, None] for column in zip(*points.values(), strict=True))
    notes = []
    if names:
        notes.append(tr("Its first line names the columns: {x}, {y}.").format(x=names[0], y=names[1]))
    if commas.has_decimal_commas:
        notes.append(tr("Commas within its numbers are read as decimal points."))
    elif commas.may_have_decimal_commas and not (names and "," in head[0][1]):
        notes.append(tr("The comma of each line is taken for what divides x from y, not for a decimal one."))
    skipped = tuple(skipped_line(*each) for each in reasons.items())
    return CurveTable(x, y, names or ("x", "y"), skipped, (*notes, *notes_on_points(x, y)))


def notes_on_points(x: NDArray[Any], y: NDArray[Any]) -> tuple[str, ...]:
    """Return what to know before a curve is fitted to points, a sentence each; none where nothing is special.

    Parameters
    ----------
    x, y : ndarray of shape (n, 1), n ≥ 1
    """
    if len(x) == 1:
        return (tr("There is one point; any slope fits it."),)
    n_contradicting, least = least_loss(x, y)
    if not n_contradicting:
        return ()
    return (
        tr("%n point(s) share x with another y: J cannot fall below {least:.4g}.", n_contradicting).format(
            least=least
        ),
    )


def least_loss(x: NDArray[Any], y: NDArray[Any]) -> tuple[int, float]:
    """Return how many points share their x with a different y, and the least J of any function of x.

    J = ½ Σ (f(x) − y)² / n is least where f(x) is the mean of all y at x: what remains is called pure error.

    Parameters
    ----------
    x : ndarray of shape (n, d), n ≥ 1
    y : ndarray of shape (n, 1)

    Examples
    --------
    >>> least_loss(np.array([[0.0], [0.0], [1.0]]), np.array([[1.0], [3.0], [9.0]]))
    (2, 0.3333333333333333)
    """
    _, group, sizes = np.unique(x, axis=0, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    values = y[:, 0].astype(np.float64)
    residuals = values - (np.bincount(group, values) / sizes)[group]
    # Of equal values the mean may round to a neighbour.
    lowest, highest = np.full(len(sizes), np.inf), np.full(len(sizes), -np.inf)
    np.minimum.at(lowest, group, values)
    np.maximum.at(highest, group, values)
    differs = (lowest < highest)[group]
    return int(differs.sum()), float(0.5 * (residuals[differs] ** 2).sum() / len(values))


def _is_point(cells: list[str]) -> bool:
    return len(cells) == 2 and all(map(is_number, cells))


def _names(line: str, separator: str) -> tuple[str, str] | tuple[()]:
    """Return the names in the first line; none where it holds numbers."""
    cells = cells_of(line, separator) or []
    if not any(cells) or any(map(is_number, cells)):
        return ()
    # A line of names may have other separators, or blanks within the names.
    for each in (separator, *SEPARATORS):
        cells = cells_of(line, each) or []
        if len(cells) == 2:
            break
    x, y = (*cells, "", "")[:2]
    return x[:MAX_NAME_LENGTH] or "x", y[:MAX_NAME_LENGTH] or "y"


@dataclass
class _Commas:
    """How commas occur in the numbers of a table."""

    has_decimal_commas: bool = False
    may_have_decimal_commas: bool = False


def _point(line: str, separator: str, commas: _Commas) -> tuple[float, float]:
    """Return x and y of a line.

    Raises
    ------
    BadLineError
        If it has none; the message is the reason.
    """
    cells = cells_of(line, separator)
    if cells is None:
        raise BadLineError(tr("its quotation marks do not match"))
    if len(cells) == 1:
        number_of("x", cells[0])
        raise BadLineError(tr("it has x alone; y is missing"))
    if len(cells) != 2:
        raise BadLineError(tr("it has {n} cells instead of 2").format(n=len(cells)))
    x, y = number_of("x", cells[0]), number_of("y", cells[1])
    commas.has_decimal_commas |= any(map(has_decimal_comma, cells))
    commas.may_have_decimal_commas &= _WHOLE_NUMBERS.fullmatch(line) is not None
    return x, y


def _nothing_read(path: Path | str, skipped: list[Skipped]) -> TableError:
    alone = tr("it has x alone; y is missing")
    if skipped and all(line.why == alone for line in skipped):
        return TableError(
            tr("{path} has x alone; y is missing. Write two numbers into each line: x, y.").format(path=path)
        )
    if not skipped:
        return TableError(
            tr("{path} has no point. Write two numbers into each line: x, y.").format(path=path)
        )
    return TableError(
        tr(
            "{path} has no point that can be read. Its {what} was skipped because {why}. Write two numbers "
            "into each line: x, y."
        ).format(path=path, what=skipped[0].what, why=skipped[0].why)
    )
