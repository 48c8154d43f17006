"""Tell tables of points from others, read and write them; any package may import it.

Two columns are x and y; three are x₁, x₂ and a class or a number.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nnstudio.data.curve_table import CurveTable, looks_like_curve, parse_curve_table, read_curve_file
from nnstudio.data.plane_table import PlaneTable, looks_like_plane, parse_plane_table, read_plane_file
from nnstudio.data.point_lines import HEAD, content_lines, first_lines
from nnstudio.data.table_text import TableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

PointsTable: TypeAlias = CurveTable | PlaneTable


def looks_like_points(lines: list[str]) -> bool:
    """Tell whether lines of text, one of which may hold names, are points, one in each."""
    return looks_like_curve(lines) or looks_like_plane(lines)


def is_points_table(path: Path) -> bool:
    """Tell by its first lines whether a file is a table of points."""
    return looks_like_points(first_lines(path))


def parse_points(text: str) -> PointsTable:
    """Read the points of pasted text.

    Raises
    ------
    TableError
        If no line is a point, there are too many, or their classes are too many or one alone.
    """
    is_plane = looks_like_plane(content_lines(text.splitlines())[:HEAD])
    return parse_plane_table(text) if is_plane else parse_curve_table(text)


def read_points(path: Path) -> PointsTable:
    """Read the points of a file, packed or not.

    Raises
    ------
    TableError
        As for `parse_points`, or if it is no text.
    ContainerError
        If it cannot be read, or is a file of another kind.
    """
    if looks_like_plane(first_lines(path)):
        return read_plane_file(path)
    try:
        return read_curve_file(path)
    except TableError as error:
        # What is packed shows its columns only as it is read.
        try:
            return read_plane_file(path)
        except TableError:
            raise error from None


def points_text(
    x: NDArray[np.float32],
    answers: NDArray[Any],
    class_names: Sequence[str] = (),
    names: Sequence[str] = (),
) -> str:
    """Write points as CSV, which `parse_points` reads back to the last digit.

    Parameters
    ----------
    x : ndarray of shape (n, n_features), float32
    answers : int ndarray of shape (n,), or float32 ndarray of shape (n, k)
        Labels or numbers.
    class_names : sequence of str
        Of the labels.
    names : sequence of str
        Of the columns; by default x1, x2, … and "class", or y.

    Examples
    --------
    >>> print(points_text(np.array([[0, 0.1]], np.float32), np.array([1]), ("a", "b")))
    x1,x2,class
    0,0.1,b
    <BLANKLINE>
    """
    has_labels = answers.ndim == 1
    if not names:
        of_x = ("x",) if x.shape[1] == 1 else tuple(f"x{k}" for k in range(1, x.shape[1] + 1))
        names = (*of_x, "class") if has_labels else (*of_x, "y")
    right = [[class_names[label]] for label in answers] if has_labels else [_written(row) for row in answers]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows((*_written(row), *cells) for row, cells in zip(x, right, strict=True))
    return out.getvalue()


def _written(row: NDArray[np.float32]) -> list[str]:
    """Return the shortest decimals that are read back as these numbers."""
    return [np.format_float_positional(value, unique=True, trim="-") for value in row]
