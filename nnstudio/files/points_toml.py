"""Read points that are written as TOML; the window and the command line use it.

They are rows, with names where these matter, or columns, or tables::

    names = ["x1", "x2", "class"]
    points = [[0, 0, "no"], [0, 1, "yes"]]

    x = [0, 1, 2]
    y = [0, 1, 4]

    [[points]]
    x1 = 0
    x2 = 1
    class = "yes"

What is read is what the same rows of a table (CSV) would be: see `data.points_table`.
"""

from __future__ import annotations

import csv
import io
import sys
from typing import TYPE_CHECKING

from nnstudio.data.points_table import parse_points, read_points
from nnstudio.errors import UserError
from nnstudio.files.toml_entries import TomlFile
from nnstudio.language import tr

if TYPE_CHECKING:
    from pathlib import Path

    from nnstudio.data.points_table import PointsTable
    from nnstudio.files.toml_entries import Table

MAX_BYTES = 4 * 1024 * 1024
_FEWEST, _MOST = 2, 10
"""Columns of a table of points."""


class PointsTomlError(UserError):
    """Points that cannot be read; the sentence names the row."""


def is_points_toml(path: Path) -> bool:
    """Tell points from other files of TOML: they have ``points``, or columns x and y, or x1 and x2.

    What is no TOML is none either: what reads it as another kind of file says where it is wrong.
    """
    try:
        file = TomlFile(path, PointsTomlError, MAX_BYTES)
    except PointsTomlError:
        return False
    return "points" in file or any(
        all(name in file for name in names) for names in (("x", "y"), ("x1", "x2"))
    )


def read_points_file(path: Path) -> PointsTable:
    """Read the points of a file: a table of text, packed or not, or TOML.

    Raises
    ------
    UserError
        If it cannot be read, or has no points.
    """
    if path.suffix.lower() != ".toml":
        return read_points(path)
    return parse_points(points_as_csv(path))


def points_as_csv(path: Path) -> str:
    """Return the points of a TOML file as a table (CSV) with a line of names.

    Raises
    ------
    PointsTomlError
        If it is not TOML, or is none of points.
    """
    top = TomlFile(path, PointsTomlError, MAX_BYTES).top(())
    names, rows = _rows(top) if "points" in top else _columns(top)
    top.finish()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue()


def _rows(top: Table) -> tuple[list[str], list[list[object]]]:
    """Return the names of the columns and the rows of ``points``."""
    points = top.take("points", list, tr("rows, such as [[0, 1], [1, 3]], or tables [[points]]"))
    given: list[str] = top.take("names", list, tr("texts, one for each column")) if "names" in top else []
    if not points:
        top.refuse("points", tr("has no row."))
    rows = []
    for nth, point in enumerate(points):
        if isinstance(point, dict):
            names = given or list(points[0])
            if set(point) != set(names):
                top.refuse(
                    "points", tr("{row} must have {names}.").format(row=_row(nth), names=", ".join(names))
                )
            point = [point[name] for name in names]
        elif not isinstance(point, list):
            top.refuse("points", tr("{row} is no row, such as [0, 1].").format(row=_row(nth)), nth)
        if len(point) != len(points[0]) or not _FEWEST <= len(point) <= _MOST:
            words = tr("{row} has {n} entries; each has x and y, or x1, x2 and a class or a number.")
            top.refuse("points", words.format(row=_row(nth), n=len(point)), nth)
        if not all(map(_is_cell, point)):
            top.refuse(
                "points", tr("{row} has something that is no number and no text.").format(row=_row(nth)), nth
            )
        rows.append(point)
    usual = (
        ("x", "y") if len(rows[0]) == 2 else ("x1", "x2", "class" if isinstance(rows[0][-1], str) else "y")
    )
    names = given or (list(points[0]) if isinstance(points[0], dict) else list(usual))
    if len(names) != len(rows[0]) or not all(isinstance(name, str) for name in names):
        top.refuse("names", tr("must be texts, one for each of {n} columns.").format(n=len(rows[0])))
    return names, rows


def _columns(top: Table) -> tuple[list[str], list[list[object]]]:
    """Return the names and the rows of columns, those of the inputs first."""
    inputs = ("x1", "x2") if "x1" in top else ("x",)
    names = [*inputs, *(name for name in top.keys if name not in inputs)]
    columns = [top.take(name, list, tr("numbers or texts between brackets")) for name in names]
    for name, column in zip(names, columns, strict=True):
        if len(column) != len(columns[0]) or not column:
            top.refuse(
                name, tr("has {n} entries; all columns need as many, one at least.").format(n=len(column))
            )
        for nth, cell in enumerate(column):
            if not _is_cell(cell):
                top.refuse(name, tr("{row} is no number and no text.").format(row=_row(nth)), nth)
    return names, [list(row) for row in zip(*columns, strict=True)]


def _row(nth: int) -> str:
    return tr("row {number}").format(number=nth + 1)


def _is_cell(value: object) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Whole numbers of TOML have any length, and no float holds the longest.
        return abs(value) <= sys.float_info.max
    return isinstance(value, str) and value.isprintable()
