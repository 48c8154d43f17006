"""A table as CSV for other programs: RFC 4180, in UTF-8."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from nnstudio.files.atomic import write_atomically

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

SUFFIX = ".csv"


def save_table(
    path: str | os.PathLike[str], columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Write a table atomically; see `table_csv`.

    Raises
    ------
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    write_atomically(path, table_csv(columns, rows).encode())


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with a first line of names.

    Numbers are written in full, so that reading them gives the same numbers; None is an empty cell. Lines end
    in CR LF; a value with a comma, a quote or a line end is quoted.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
