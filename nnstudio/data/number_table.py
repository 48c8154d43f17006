"""Read a table with the numbers of a network's inputs in each line, and its answers where there are some."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import IO, TYPE_CHECKING

from nnstudio.data.point_lines import (
    HEAD,
    cells_of,
    number_of,
    numbered_lines,
    points_of,
    read_points_file,
    separator_of,
)
from nnstudio.data.table_text import BadLineError, TableError, is_number
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nnstudio.data.imported import Skipped


@dataclass(frozen=True)
class NumberTable:
    """The lines of a table.

    Attributes
    ----------
    inputs : dict of int to tuple of float
        By the number of the line, from 1.
    answers : dict of int to tuple of str
        What stands behind the inputs in the same lines; empty where nothing does.
    reasons : dict of int to str
        Why a line cannot be read.
    notes : tuple of str
        How the text was read, a sentence each.
    """

    inputs: dict[int, tuple[float, ...]]
    answers: dict[int, tuple[str, ...]]
    reasons: dict[int, str]
    notes: tuple[str, ...] = ()


def read_number_table(path: Path, names: Sequence[str], n_answers: int) -> NumberTable:
    """Read a text, packed or not, with an input in each line, and behind it its answers or nothing.

    Tabs, semicolons, bars, commas or blanks stand between numbers, which may have decimal commas. The first
    line may hold names; lines that begin with # or % are comments.

    Parameters
    ----------
    path : Path
    names : sequence of str
        Of the inputs.
    n_answers : int
        Most cells behind them.

    Raises
    ------
    TableError
        If it is no text, or none of its lines can be read.
    ContainerError
        If it cannot be read, or is a file of another kind.
    """
    n_inputs = len(names)
    possible = range(n_inputs, n_inputs + n_answers + 1)

    def is_row(cells: list[str]) -> bool:
        return len(cells) in possible and all(map(is_number, cells[:n_inputs]))

    def read(stream: IO[bytes], path: Path | str, encoding: str) -> NumberTable:
        lines = numbered_lines(stream, path, encoding)
        head = list(islice(lines, HEAD))
        texts = [line for _, line in head]
        separator = separator_of(texts, is_row)

        def row_of(line: str) -> tuple[tuple[float, ...], tuple[str, ...]]:
            cells = cells_of(line, separator)
            if cells is None:
                raise BadLineError(tr("its quotation marks do not match"))
            if len(cells) not in possible:
                raise BadLineError(
                    tr("%n number(s) are asked for, and it has {given}", n_inputs).format(given=len(cells))
                )
            inputs = tuple(number_of(*each) for each in zip(names, cells, strict=False))
            return inputs, tuple(cells[n_inputs:])

        has_names = bool(head) and not any(map(is_number, cells_of(texts[0], separator) or ()))
        rows, reasons = points_of(chain(head[has_names:], lines), row_of, path, _nothing_read)
        return NumberTable(
            {number: inputs for number, (inputs, _) in rows.items()},
            {number: answers for number, (_, answers) in rows.items()},
            reasons,
        )

    refusal = tr("{path} is no table of text. Save the numbers of each input as a line of a CSV file.")
    table, notes = read_points_file(path, read, refusal)
    return replace(table, notes=notes)


def _nothing_read(path: Path | str, skipped: list[Skipped]) -> TableError:
    reason = tr("It is empty.")
    if skipped:
        reason = tr("Its {what} cannot be read because {why}.").format(
            what=skipped[0].what, why=skipped[0].why
        )
    return TableError(tr("{path} has no line that can be read. {reason}").format(path=path, reason=reason))
