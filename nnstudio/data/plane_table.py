"""Read and write points of the plane with a label or a number each, as tables; any package may import it."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.curve_table import least_loss
from nnstudio.data.plane_sets import EDGE, MOST_CLASSES
from nnstudio.data.point_lines import (
    HEAD,
    cells_of,
    name_of,
    number_of,
    numbered_lines,
    points_of,
    read_points_file,
    separator_of,
    skipped_line,
    table_problem,
)
from nnstudio.data.problem import MAX_NAME_LENGTH, InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.data.table_text import BadLineError, TableError, has_decimal_comma, is_number
from nnstudio.language import tr

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.data.imported import Skipped

_NAMES = ("x₁", "x₂")
_MOST_LISTED = 8


@dataclass(frozen=True, eq=False)
class PlaneTable:
    """The points of a table.

    Attributes
    ----------
    x : ndarray of shape (n, 2), float32
        In the order of the lines; n is at least 1.
    answers : ndarray of shape (n,), int64, or of shape (n, 1), float32
        The label of each point, or its number.
    class_names : tuple of str
        2 to `MOST_CLASSES` of them, sorted; empty where each point has a number.
    names : (str, str, str)
        What the first line calls the columns; without one x₁, x₂ and "class" or "y".
    skipped : tuple of Skipped
        Lines that were left out.
    notes : tuple of str
        How the text was read, and what to know of the points, a sentence each.
    """

    x: NDArray[np.float32]
    answers: NDArray[np.int64] | NDArray[np.float32]
    class_names: tuple[str, ...]
    names: tuple[str, str, str]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]

    def problem(self, name: str, title: str) -> Problem:
        """Return the points as a problem, to learn from and to be tested on."""
        *coordinates, y_name = map(name_of, self.names)
        if self.class_names:
            outputs = OutputSpace(tuple(map(name_of, self.class_names)))
        else:
            outputs = OutputSpace(quantities=(Quantity.around(y_name, self.answers),))
        names = tuple(coordinates) if len(set(coordinates)) == 2 else _NAMES
        space = InputSpace("plane", (2,), *plane_range(self.x), names)
        return table_problem(name, title, space, outputs, Samples(self.x, self.answers))


def looks_like_plane(lines: list[str]) -> bool:
    """Tell whether most lines of text, but for one of names, are points with a class or a number."""
    separator = separator_of(lines, _is_point)
    are_points = [_is_point(cells_of(line, separator) or []) for line in lines]
    # The first line may have names.
    n_rows = len(are_points[1:] if are_points[1:] and not are_points[0] else are_points)
    return 2 * sum(are_points) > n_rows


def read_plane_file(path: Path, *, as_numbers: bool | None = None) -> PlaneTable:
    """Read the points of a file, packed or not, as `read_plane_table` does.

    Raises
    ------
    TableError
        If it is no text, or as for `read_plane_table`.
    ContainerError
        If it cannot be read, or is a file of another kind.
    """

    def read(stream: IO[bytes], path: Path | str, encoding: str) -> PlaneTable:
        return read_plane_table(stream, path, encoding, as_numbers=as_numbers)

    refusal = tr(
        "{path} is no table of text. Save x1, x2 and the class, or a number, as columns of a CSV file."
    )
    table, notes = read_points_file(path, read, refusal)
    return replace(table, notes=(*notes, *table.notes))


def parse_plane_table(text: str, *, as_numbers: bool | None = None) -> PlaneTable:
    r"""Read the points of pasted text, as `read_plane_table` does.

    Examples
    --------
    >>> table = parse_plane_table("1; 0,5; cat\n-1; 2; dog")
    >>> table.x.tolist(), table.answers, table.class_names
    ([[1.0, 0.5], [-1.0, 2.0]], array([0, 1]), ('cat', 'dog'))
    """
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    return read_plane_table(stream, tr("The pasted text"), as_numbers=as_numbers)


def read_plane_table(
    stream: IO[bytes], path: Path | str, encoding: str = "utf-8-sig", *, as_numbers: bool | None = None
) -> PlaneTable:
    """Read a table with one point per line: x₁, x₂, and its class or a number.

    Parameters
    ----------
    stream : binary file
        Text with tabs, semicolons, bars, commas or blanks between the three, whose numbers may have decimal
        commas. The first line may hold names; lines that begin with # or % are comments.
    path : Path or str
        What errors call it.
    encoding : str
        That of text without a mark of UTF-16.
    as_numbers : bool, optional
        Whether the third column holds numbers rather than names of classes. Where this is not given it holds
        numbers if most of its cells do, and one of these is no whole number or there are more of them than
        classes are possible; what was decided is among the notes.

    Raises
    ------
    TableError
        If no line is a point, there are too many, or the classes are too many or one alone.
    UnicodeDecodeError
        If it is no text.
    """
    lines = numbered_lines(stream, path, encoding)
    head = list(islice(lines, HEAD))
    separator = separator_of([line for _, line in head], _is_point)
    names = _names(head[0][1], separator) if head else ()
    points, reasons = points_of(
        chain(head[bool(names) :], lines), lambda line: _point(line, separator), path, _nothing_read
    )
    notes = []
    if names:
        notes.append(tr("Its first line names the columns: {names}.").format(names=", ".join(names)))
    if any(point.has_decimal_comma for point in points.values()):
        notes.append(tr("Commas within its numbers are read as decimal points."))
    cells = [point.answer for point in points.values()]
    is_decided = as_numbers is None
    if as_numbers is None:
        as_numbers = _are_numbers(cells)
    class_names: tuple[str, ...] = ()
    if as_numbers:
        numbers = _numbers(points, reasons)
        points = {number: points[number] for number in numbers}
        if not points:
            raise _nothing_read(path, [skipped_line(*each) for each in sorted(reasons.items())])
        answers: NDArray[Any] = np.array(list(numbers.values()), np.float32)[:, None]
    else:
        class_names, answers = _classes(cells, path)
        if is_decided and all(map(is_number, cells)):
            notes.append(
                tr(
                    "Its third column has %n different number(s), which are read as classes.",
                    len(class_names),
                )
            )
    x = np.array([point.x for point in points.values()], np.float32)
    notes.extend((*note_on_axes(x), *notes_on_points(x, answers)))
    skipped = tuple(skipped_line(*each) for each in sorted(reasons.items()))
    all_names = names or (*_NAMES, "y" if as_numbers else "class")
    return PlaneTable(x, answers, class_names, all_names, skipped, tuple(notes))


def notes_on_points(x: NDArray[Any], answers: NDArray[Any]) -> tuple[str, ...]:
    """Return what to know before a network learns points, a sentence each; none where nothing is special.

    Parameters
    ----------
    x : ndarray of shape (n, 2), n ≥ 1
    answers : int ndarray of shape (n,), or float ndarray of shape (n, k)
        Labels or numbers.
    """
    notes = []
    if answers.ndim == 1:
        n_wrong = contradictions(x, answers)
        if n_wrong:
            notes.append(
                tr(
                    "%n point(s) cannot be right, for others at the same place are of another class: at best "
                    "{share:.1f} % right.",
                    n_wrong,
                ).format(share=100 * (1 - n_wrong / len(x)))
            )
    elif answers.shape[1] == 1:
        n_contradicting, least = least_loss(x, answers)
        if n_contradicting:
            notes.append(
                tr(
                    "%n point(s) have another number than others at the same place: J cannot fall below "
                    "{least:.4g}.",
                    n_contradicting,
                ).format(least=least)
            )
    return tuple(notes)


def note_on_axes(x: NDArray[Any]) -> tuple[str, ...]:
    """Return where the axes for points, (n, 2), go to, as a sentence; none where it is as usual."""
    lows, highs = plane_range(x)
    if (lows, highs) == ((-EDGE, -EDGE), (EDGE, EDGE)):
        return ()
    return (
        tr("The axes go from {low1:g} to {high1:g} and from {low2:g} to {high2:g}.").format(
            low1=lows[0], high1=highs[0], low2=lows[1], high2=highs[1]
        ),
    )


def contradictions(x: NDArray[Any], labels: NDArray[Any]) -> int:
    """Return how many points any function gets wrong: those at places where another label is more frequent.

    Parameters
    ----------
    x : ndarray of shape (n, 2), n ≥ 1
    labels : int ndarray of shape (n,)

    Examples
    --------
    >>> contradictions(np.array([[0, 0], [0, 0], [0, 0], [1, 1]]), np.array([0, 1, 1, 0]))
    1
    """
    _, place = np.unique(x, axis=0, return_inverse=True)
    place = place.reshape(-1)
    counts = np.zeros((place.max() + 1, labels.max() + 1), np.int64)
    np.add.at(counts, (place, labels), 1)
    return len(x) - int(counts.max(axis=1).sum())


def plane_range(x: NDArray[Any]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the lower and the upper ends of the axes for points: ±`EDGE`, or as far as the points reach.

    Parameters
    ----------
    x : ndarray of shape (n, 2), n ≥ 1

    Returns
    -------
    lows, highs : (float, float)
        For x₁ and x₂: a little beyond the points, in round numbers.

    Examples
    --------
    >>> plane_range(np.array([[0.0, 1.0], [103.0, 1.5]]))
    ((-10.0, 0.97), (110.0, 1.53))
    """
    if np.abs(x).max() <= EDGE:
        return (-EDGE, -EDGE), (EDGE, EDGE)
    ends = [_round_range(float(column.min()), float(column.max())) for column in x.T]
    return (ends[0][0], ends[1][0]), (ends[0][1], ends[1][1])


def _round_range(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis: a twentieth beyond, rounded outwards to a tenth of its power of ten."""
    if low == high:
        low, high = low - 1, high + 1
    # Numbers that float32 hardly tells apart need some room.
    span = max(high - low, 1e-4 * max(abs(low), abs(high)))
    exponent = int(np.floor(np.log10(span))) - 1
    # Whole powers of ten divide without a rest; negative ones do not.
    scale = 10.0 ** abs(exponent)
    low, high = low - span / 20, high + span / 20
    if exponent < 0:
        return float(np.floor(low * scale) / scale), float(np.ceil(high * scale) / scale)
    return float(np.floor(low / scale) * scale), float(np.ceil(high / scale) * scale)


@dataclass(frozen=True)
class _Point:
    x: tuple[float, float]
    answer: str
    has_decimal_comma: bool


def _is_point(cells: list[str]) -> bool:
    return len(cells) == 3 and all(map(is_number, cells[:2]))


def _names(line: str, separator: str) -> tuple[str, str, str] | tuple[()]:
    """Return the names in the first line; none where it holds a point."""
    cells = cells_of(line, separator) or []
    if not any(cells) or any(map(is_number, cells[:2])):
        return ()
    x1, x2, answer = (*cells, "", "", "")[:3]
    return (
        x1[:MAX_NAME_LENGTH] or _NAMES[0],
        x2[:MAX_NAME_LENGTH] or _NAMES[1],
        answer[:MAX_NAME_LENGTH] or "class",
    )


def _point(line: str, separator: str) -> _Point:
    """Return the point of a line.

    Raises
    ------
    BadLineError
        If it has none; the message is the reason.
    """
    cells = cells_of(line, separator)
    if cells is None:
        raise BadLineError(tr("its quotation marks do not match"))
    if len(cells) == 2:
        number_of("x1", cells[0])
        number_of("x2", cells[1])
        raise BadLineError(_alone())
    if len(cells) != 3:
        raise BadLineError(tr("it has {n} cells instead of 3").format(n=len(cells)))
    x1, x2 = number_of("x1", cells[0]), number_of("x2", cells[1])
    answer = cells[2]
    if not answer:
        raise BadLineError(_alone())
    if len(answer) > MAX_NAME_LENGTH:
        raise BadLineError(tr("its class is longer than {most} characters").format(most=MAX_NAME_LENGTH))
    if not answer.isprintable():
        raise BadLineError(tr("its class has characters that cannot be shown"))
    return _Point((x1, x2), answer, any(map(has_decimal_comma, cells)))


def _alone() -> str:
    return tr("it has x1 and x2 alone; the class, or a number, is missing")


def _are_numbers(answers: list[str]) -> bool:
    """Tell whether a third column holds numbers rather than names of classes."""
    numbers = [cell for cell in answers if is_number(cell)]
    if 2 * len(numbers) <= len(answers):
        return False
    return len(set(numbers)) > MOST_CLASSES or any(_whole(cell) is None for cell in numbers)


def _whole(cell: str) -> int | None:
    """Return a whole number; None where a cell holds something else."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < 1e15 else None


def _numbers(points: dict[int, _Point], reasons: dict[int, str]) -> dict[int, float]:
    """Return the numbers of points by their lines; add the reasons of those that have none."""
    numbers = {}
    for number, point in points.items():
        try:
            numbers[number] = number_of("y", point.answer)
        except BadLineError as reason:
            reasons[number] = str(reason)
    return numbers


def _classes(answers: list[str], path: Path | str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the names of the classes, and the label of each point."""
    whole = [_whole(cell) for cell in answers]
    if None not in whole:
        # 1 and 1.0 are the same class, and 2 comes before 10.
        ordered = sorted({value for value in whole if value is not None})
        names, cells = [str(value) for value in ordered], [str(value) for value in whole]
    else:
        names, cells = sorted(set(answers)), answers
    if len(names) > MOST_CLASSES:
        frequent = [name for name, _ in Counter(cells).most_common(_MOST_LISTED)]
        raise TableError(
            tr(
                "{path} has {n} classes, such as {names}; the plane shows up to {most}. Leave some out or "
                "merge them."
            ).format(path=path, n=len(names), names=", ".join(frequent), most=MOST_CLASSES)
        )
    if len(names) == 1:
        raise TableError(
            tr(
                "{path} has one class alone, {name}; a second class is needed to learn anything. Add points "
                "of another."
            ).format(path=path, name=names[0])
        )
    label_of = {name: label for label, name in enumerate(names)}
    return tuple(names), np.array([label_of[cell] for cell in cells], np.int64)


def _nothing_read(path: Path | str, skipped: list[Skipped]) -> TableError:
    remedy = tr("Write x1, x2 and the class, or a number, into each line.")
    if not skipped:
        return TableError(f"{tr('{path} has no point.').format(path=path)} {remedy}")
    reason = tr("{path} has no point that can be read. Its {what} was skipped because {why}.").format(
        path=path, what=skipped[0].what, why=skipped[0].why
    )
    return TableError(f"{reason} {remedy}")
