"""The file of the user's own drawings, read as far as it is intact and changed atomically; for studio."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.personal_set import (
    MAX_DRAWINGS,
    Edit,
    PersonalDrawing,
    PersonalSet,
    PersonalSetError,
    from_lines,
    is_personal_set,
    to_lines,
)
from nnstudio.data.strokes import Drawing, StrokeSet, read_stroke_file
from nnstudio.files.atomic import WriteError, write_atomically
from nnstudio.files.drawing_file import DrawingFileError, check_readable
from nnstudio.files.file_types import LABELLED_DRAWINGS
from nnstudio.files.locking import locked
from nnstudio.language import tr
from nnstudio.paths import own_dir

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE_BYTES = 256 * 2**20
"""Several times the size of the largest set."""

SUFFIX, STROKE_SUFFIX = LABELLED_DRAWINGS.suffixes

_SIDE = 1_000
"""The longer side of a drawing in a stroke file, in whole numbers."""


def personal_path() -> Path:
    """Return the path of the user's drawings."""
    return own_dir() / f"my-drawings{SUFFIX}"


class PersonalFile:
    """The file of a personal set.

    Parameters
    ----------
    path : Path
        Created, with its folder, for the first drawing.

    Attributes
    ----------
    message : str
        A message about the last reading: what was damaged, and where that is kept.
    seen : tuple of int
        The `stamp` of what was read or written last: another one tells that somebody else has written since.

    Notes
    -----
    Thread: one at a time; any number of other windows and programs.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.message = ""
        self.seen = (0, 0)

    def read(self) -> PersonalSet:
        """Return the drawings; damaged ones are moved to a file of their own.

        Raises
        ------
        UserError
            The file cannot be read, or is of a newer version; it stays as it is.
        """
        self.seen = self.stamp()
        if not self.path.exists():
            return PersonalSet()
        content = _content(self.path)
        drawings, damaged = from_lines(content)
        # Another program may have written it since it was read.
        return self.change(Edit()) if damaged else drawings

    def change(self, edit: Edit) -> PersonalSet:
        """Change the set as it is in the file now, and return it.

        Raises
        ------
        UserError
            The file cannot be read or written, or there are too many drawings; it stays as it is.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteError(
                tr("Could not make the folder {path}: {reason}.").format(
                    path=self.path.parent, reason=error.strerror or error
                )
            ) from error
        with locked(self.path):
            before, damaged = from_lines(_content(self.path)) if self.path.exists() else (PersonalSet(), ())
            after = before.edited(edit)
            if damaged:
                self._put_aside(damaged, len(before))
            write_atomically(self.path, to_lines(after))
            self.seen = self.stamp()
        return after

    def stamp(self) -> tuple[int, int]:
        """Return a value that changes whenever the file is written."""
        try:
            status = self.path.stat()
        except OSError:
            return 0, 0
        return status.st_mtime_ns, status.st_size

    def _put_aside(self, damaged: tuple[bytes, ...], n_whole: int) -> None:
        """Keep damaged lines in a file of their own; the caller holds the lock."""
        aside = self.path.with_suffix(f".damaged{SUFFIX}")
        before = aside.read_bytes() if aside.exists() else b""
        write_atomically(aside, before + b"\n".join(damaged) + b"\n")
        self.message = tr(
            "The file of your drawings was damaged: {whole} drawings were read, {damaged} lines could not be "
            "and were put aside in {aside}."
        ).format(whole=n_whole, damaged=len(damaged), aside=aside)


def import_drawings(path: Path) -> PersonalSet:
    """Read exported drawings with labels, or a stroke file.

    Raises
    ------
    UserError
        It has no labelled drawings, more than a set may have, or is damaged.
    """
    check_readable(path)
    if path.suffix.lower() == STROKE_SUFFIX:
        strokes = read_stroke_file(path)
        if len(strokes) > MAX_DRAWINGS:
            raise PersonalSetError(
                tr("{path} holds {count} drawings; there is room for {most}.").format(
                    path=path, count=len(strokes), most=MAX_DRAWINGS
                )
            )
        pairs = zip(strokes.labels.tolist(), strokes, strict=True)
        return PersonalSet(
            tuple(
                PersonalDrawing.new(label, _unit(drawing)) for label, drawing in pairs if not drawing.is_empty
            )
        )
    content = _content(path)
    drawings, damaged = from_lines(content)
    if damaged and not (is_personal_set(content) and len(drawings)):
        raise DrawingFileError(
            tr("{path} holds no labelled drawings. Choose a file that was exported from here.").format(
                path=path
            )
        )
    return drawings


def export_drawings(path: Path, drawings: PersonalSet) -> None:
    """Export drawings: as a stroke file if the suffix is its, else as lines.

    Raises
    ------
    WriteError
        The file cannot be written; an existing one is unchanged.
    """
    if path.suffix.lower() == STROKE_SUFFIX:
        write_atomically(path, _stroke_file(drawings.stroke_set()))
    else:
        write_atomically(path, to_lines(drawings))


def _stroke_file(strokes: StrokeSet) -> bytes:
    """Return the content for ``data.strokes.read_stroke_file``."""
    polylines = strokes.polylines
    xy = np.empty(polylines.xy.shape, np.int16)
    points = polylines.stroke_offsets[polylines.drawing_offsets]
    for start, stop in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
        low = polylines.xy[start:stop].min(axis=0)
        extent = float((polylines.xy[start:stop].max(axis=0) - low).max())
        xy[start:stop] = np.rint((polylines.xy[start:stop] - low) * (_SIDE / extent))
    file = io.BytesIO()
    np.savez_compressed(
        file,
        xy=xy,
        stroke_offsets=polylines.stroke_offsets,
        sample_offsets=polylines.drawing_offsets,
        labels=strokes.labels,
        writers=strokes.writers,
    )
    return file.getvalue()


def _unit(drawing: Drawing) -> Drawing:
    """Return a drawing scaled to canvas units, in the middle."""
    left, top, right, bottom = drawing.bounds()
    middle = np.array([left + right, top + bottom]) / 2
    return Drawing(tuple(0.5 + (stroke - middle) * (0.7 / drawing.extent) for stroke in drawing.strokes))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise DrawingFileError(
            tr("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise DrawingFileError(
            tr("{path} is larger than {most} MB; no file of drawings is.").format(
                path=path, most=MAX_FILE_BYTES >> 20
            )
        )
    return content
