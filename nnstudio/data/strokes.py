"""Strokes, drawings and files of them; any package may import it."""

from __future__ import annotations

import math
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

MAX_POINTS = 50_000
"""Points a drawing may have: a pen of 1000 Hz held down for almost a minute."""

MAX_COORDINATE = 1e9
"""Largest coordinate, so that differences of two keep their digits."""

MAX_LABEL_LENGTH = 32


class DrawingError(UserError):
    """Values that do not form a drawing."""


class StrokeFileError(UserError):
    """A file of strokes cannot be read."""


class Polylines(NamedTuple):
    """Many drawings in three flat arrays, the form of stroke files and of bulk processing.

    Stroke k is ``xy[stroke_offsets[k]:stroke_offsets[k + 1]]``; drawing i is the strokes from
    ``drawing_offsets[i]`` to ``drawing_offsets[i + 1] - 1``.

    Attributes
    ----------
    xy : ndarray of shape (n_points, 2), float or integer
    stroke_offsets : integer ndarray of shape (n_strokes + 1,)
    drawing_offsets : integer ndarray of shape (n_drawings + 1,)
    """

    xy: NDArray[Any]
    stroke_offsets: NDArray[Any]
    drawing_offsets: NDArray[Any]

    @property
    def n_drawings(self) -> int:
        """Number of drawings."""
        return len(self.drawing_offsets) - 1

    def block(self, start: int, stop: int) -> Polylines:
        """Return the drawings ``start`` to ``stop - 1``; the points are a view."""
        drawings = self.drawing_offsets[start : stop + 1]
        strokes = self.stroke_offsets[drawings[0] : drawings[-1] + 1]
        return Polylines(self.xy[strokes[0] : strokes[-1]], strokes - strokes[0], drawings - drawings[0])

    def subset(self, drawings: NDArray[np.integer[Any]]) -> Polylines:
        """Return the drawings with these numbers, in any order; the points are a copy."""
        n_strokes = np.diff(self.drawing_offsets)[drawings]
        strokes = _ranges(self.drawing_offsets[drawings], n_strokes)
        n_points = np.diff(self.stroke_offsets)[strokes]
        points = _ranges(self.stroke_offsets[strokes], n_points)
        return Polylines(self.xy[points], _offsets(n_points), _offsets(n_strokes))

    def drawing(self, index: int) -> Drawing:
        """Return drawing ``index``, 0 to ``n_drawings - 1``."""
        if not 0 <= index < self.n_drawings:
            raise IndexError(f"drawing {index} of {self.n_drawings}")
        block = self.block(index, index + 1)
        return Drawing(tuple(np.split(block.xy, block.stroke_offsets[1:-1])))


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes in writing order, in any unit, x to the right and y down.

    Parameters
    ----------
    strokes : tuple of array_like of shape (n, 2)
        Kept as read-only float64 copies.

    Raises
    ------
    DrawingError
        A stroke is not a list of pairs, a coordinate is not finite or beyond ±1e9, or there are more
        than ``MAX_POINTS`` points.

    Examples
    --------
    >>> seven = Drawing((((0, 0), (6, 0), (2, 9)), ((1, 4), (5, 4))))
    >>> seven.bounds()
    (0.0, 0.0, 6.0, 9.0)
    >>> seven.is_empty
    False
    """

    strokes: tuple[NDArray[np.float64], ...]

    def __post_init__(self) -> None:
        strokes = tuple(_checked_stroke(stroke, k) for k, stroke in enumerate(self.strokes, start=1))
        n_points = sum(map(len, strokes))
        if n_points > MAX_POINTS:
            raise DrawingError(
                tr("The drawing has {n_points} points; at most {max_points} can be read. Draw less.").format(
                    n_points=n_points, max_points=MAX_POINTS
                )
            )
        object.__setattr__(self, "strokes", strokes)

    def part(self, strokes: Iterable[int]) -> Drawing:
        """Return the strokes with these numbers as a drawing; their points are shared, not checked again."""
        part = object.__new__(Drawing)
        object.__setattr__(part, "strokes", tuple(self.strokes[k] for k in strokes))
        return part

    @cached_property
    def _points(self) -> NDArray[np.float64]:
        """All points, float64 (n_points, 2)."""
        return np.concatenate((np.empty((0, 2)), *self.strokes))

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of the points; zeros where there is none."""
        if not len(self._points):
            return 0.0, 0.0, 0.0, 0.0
        (left, top), (right, bottom) = self._points.min(axis=0), self._points.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def extent(self) -> float:
        """Longer side of the bounds."""
        left, top, right, bottom = self.bounds()
        return max(right - left, bottom - top)

    @property
    def is_empty(self) -> bool:
        """Whether it cannot be read: no point, or all points coincide."""
        return self.extent == 0.0

    def to_json(self) -> dict[str, Any]:
        """Return ``{"strokes": [[[x, y], …], …]}``."""
        return {"strokes": [stroke.tolist() for stroke in self.strokes]}

    @classmethod
    def from_json(cls, obj: object) -> Drawing:
        """Return the drawing of a parsed ``{"strokes": [[[x, y], …], …]}``.

        Raises
        ------
        DrawingError
            The object has another form, or a coordinate is not a finite number.
        """
        if not isinstance(obj, dict) or not isinstance(obj.get("strokes"), list):
            raise DrawingError(
                tr('A drawing is written {"strokes": [[[x, y], …], …]}; this is not. Give it that form.')
            )
        return cls(tuple(_stroke_from_json(stroke, k) for k, stroke in enumerate(obj["strokes"], start=1)))


def _checked_stroke(stroke: Any, number: int) -> NDArray[np.float64]:
    """Return a read-only float64 copy of one stroke."""
    try:
        points = np.array(stroke, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise DrawingError(
            tr("Stroke {number} of the drawing is not a list of [x, y] pairs of numbers.").format(
                number=number
            )
        ) from error
    if points.size == 0:
        points = points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise DrawingError(
            tr("Stroke {number} of the drawing is not a list of [x, y] pairs of numbers.").format(
                number=number
            )
        )
    # NaN compares false with everything, so the comparison is written for what is allowed.
    good = np.abs(points) <= MAX_COORDINATE
    if not good.all():
        value = points[~good][0]
        raise DrawingError(
            tr(
                "Stroke {number} of the drawing has the coordinate {value:g}; every coordinate must be a "
                "number between −1e9 and 1e9."
            ).format(number=number, value=value)
        )
    points.flags.writeable = False
    return points


def _stroke_from_json(stroke: object, number: int) -> NDArray[np.float64]:
    """Return one stroke of a JSON drawing, after checking its types."""
    if isinstance(stroke, list) and all(
        isinstance(point, list)
        and len(point) == 2
        and all(isinstance(value, int | float) and not isinstance(value, bool) for value in point)
        for point in stroke
    ):
        return _checked_stroke(stroke, number)
    raise DrawingError(
        tr("Stroke {number} of the drawing is not a list of [x, y] pairs of numbers.").format(number=number)
    )


def flatten(drawings: Iterable[Drawing]) -> Polylines:
    """Join drawings into the flat form."""
    drawings = list(drawings)
    strokes = [stroke for drawing in drawings for stroke in drawing.strokes]
    return Polylines(
        np.concatenate((np.empty((0, 2)), *strokes)),
        _offsets(map(len, strokes)),
        _offsets(len(drawing.strokes) for drawing in drawings),
    )


def _ranges(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return ``start, start + 1, …`` of every range, one range after another."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum())


def _offsets(counts: Iterable[int]) -> NDArray[np.int64]:
    """Return 0 and the running sums of ``counts``."""
    return np.concatenate(([0], np.cumsum(np.fromiter(counts, dtype=np.int64))))


@dataclass(frozen=True, eq=False)
class StrokeSet:
    """Labelled drawings of a stroke file; each becomes a ``Drawing`` on access.

    Attributes
    ----------
    polylines : Polylines
        All of them, as in the file.
    labels : ndarray of str, shape (n,)
    writers : int32 ndarray of shape (n,)
        Anonymous ids, comparable within one file only.
    """

    polylines: Polylines
    labels: NDArray[np.str_]
    writers: NDArray[np.int32]

    def __len__(self) -> int:
        return self.polylines.n_drawings

    def __iter__(self) -> Iterator[Drawing]:
        return (self.drawing(index) for index in range(len(self)))

    def drawing(self, index: int) -> Drawing:
        """Return drawing ``index``, 0 to ``len - 1``."""
        return self.polylines.drawing(index)


_ARRAYS = {"xy": "i", "stroke_offsets": "i", "sample_offsets": "i", "labels": "U", "writers": "i"}
"""Arrays of a stroke file and the kind of each."""

MAX_FILE_BYTES = 512 * 2**20
"""Largest size of one array when unpacked."""


def read_stroke_file(path: str | Path) -> StrokeSet:
    """Read a ``.npz`` of strokes without unpickling, and no more of it than its headers say.

    Parameters
    ----------
    path : str or Path
        Arrays ``xy`` (n_points, 2) integer, ``stroke_offsets`` (n_strokes + 1,), ``sample_offsets`` (n + 1,),
        ``labels`` (n,) text and ``writers`` (n,).

    Raises
    ------
    StrokeFileError
        The file is missing, damaged, or its arrays do not fit together.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name: _read_array(archive, name, kind) for name, kind in _ARRAYS.items()}
    except OSError as error:
        raise StrokeFileError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except (
        ValueError,
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        SyntaxError,
    ) as error:
        raise StrokeFileError(
            tr("{path} is no file of strokes: {error}.").format(path=path, error=error)
        ) from error
    xy, strokes, samples, labels, writers = arrays.values()
    problem = (
        (tr("xy is not a list of pairs") if xy.ndim != 2 or xy.shape[1] != 2 else None)
        or (tr("xy has coordinates beyond ±1e9") if np.abs(xy).max(initial=0) > MAX_COORDINATE else None)
        or _offsets_problem("stroke_offsets", strokes, len(xy))
        or _offsets_problem("sample_offsets", samples, len(strokes) - 1)
        or (tr("labels and samples differ in number") if labels.shape != (len(samples) - 1,) else None)
        or (tr("writers and samples differ in number") if writers.shape != (len(samples) - 1,) else None)
    )
    if problem:
        raise StrokeFileError(
            tr("{path} is a damaged file of strokes: {problem}. Fetch it again.").format(
                path=path, problem=problem
            )
        )
    polylines = Polylines(xy, strokes.astype(np.int64), samples.astype(np.int64))
    return StrokeSet(polylines, labels, writers.astype(np.int32))


def _read_array(archive: zipfile.ZipFile, name: str, kind: str) -> NDArray[Any]:
    """Read one array, checking its size against its header before it is unpacked."""
    try:
        info = archive.getinfo(f"{name}.npy")
    except KeyError:
        raise ValueError(f"it has no array {name!r}") from None
    if info.file_size > MAX_FILE_BYTES:
        raise ValueError(f"its array {name!r} is larger than {MAX_FILE_BYTES >> 20} MB")
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        if version not in read_header:
            raise ValueError(f"its array {name!r} is of the unknown version {version}")
        shape, is_fortran, dtype = read_header[version](member)
        if kind != dtype.kind or is_fortran or dtype.itemsize > 4 * MAX_LABEL_LENGTH:
            raise ValueError(f"its array {name!r} has the type {dtype}")
        if math.prod(shape) * dtype.itemsize != info.file_size - member.tell():
            raise ValueError(f"its array {name!r} has another size than it says")
        return np.frombuffer(member.read(), dtype=dtype).reshape(shape)


def _offsets_problem(name: str, offsets: NDArray[Any], total: int) -> str | None:
    """Return what is wrong with offsets that should ascend from 0 to ``total``, or None."""
    if offsets.ndim != 1 or len(offsets) < 1 or offsets[0] != 0 or offsets[-1] != total:
        return tr("{name} does not run from 0 to {total}").format(name=name, total=total)
    if (np.diff(offsets.astype(np.int64)) < 0).any():
        return tr("{name} falls somewhere").format(name=name)
    return None
