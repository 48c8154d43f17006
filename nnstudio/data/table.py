"""Import a user's own table of images as text, label first, then pixels; any package may import it."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from nnstudio.data.imported import Imported, Skipped, in_natural_order
from nnstudio.data.problem import MAX_CLASSES, MAX_NAME_LENGTH, Samples
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from numpy.typing import NDArray

MAX_SIDE = 256
"""Longest side of an image, in pixels."""

MAX_VALUES = 400_000_000
"""Most pixels in all."""

MAX_LINE_BYTES = 32 * MAX_SIDE**2
"""Longest line; a file of something else often has no line ends at all."""

MAX_SKIPPED = 100_000
"""Lines that may be skipped before the file is rejected as something else."""

_SEPARATORS = (",", ";", "\t")
_REPORT_EVERY = 500


class TableError(UserError):
    """A table cannot be imported."""


class _BadLine(Exception):
    """A line that is skipped; the message is the reason."""


def read_table(
    path: str | os.PathLike[str], *, progress: Callable[[int, int], None] | None = None
) -> Imported:
    """Read a CSV file with one image per line.

    Parameters
    ----------
    path : path-like
        UTF-8 text, separated by commas, semicolons or tabs: the label, then the pixels of a square image row
        by row, ink high on paper 0, either 0…255 or 0…1 throughout. A first line of names is left out.
    progress : callable, optional
        Called now and then with the bytes done and the bytes in all. What it raises passes through.

    Returns
    -------
    Imported
        Every line after the header is either a sample, unscaled, or among the skipped; empty ones are
        neither.

    Raises
    ------
    TableError
        If the file cannot be read, is not such a table, is too large, or leaves fewer than two classes.
    """
    path = Path(path)
    try:
        # Checked first, because opening a pipe or a device would block.
        if not path.is_file():
            raise TableError(
                tr("{path} is a folder, not a file.").format(path=path)
                if path.is_dir()
                else tr("There is no file {path}.").format(path=path)
            )
        with path.open("rb") as file:
            table = _Table(path)
            table.read(file, path.stat().st_size, progress)
            return table.imported()
    except OSError as error:
        raise TableError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except UnicodeDecodeError as error:
        raise TableError(tr("{path} is no table: it is not text in UTF-8.").format(path=path)) from error
    except MemoryError as error:
        raise TableError(tr("{path} does not fit into memory.").format(path=path)) from error


class _Table:
    """The lines of a file that have been read so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._separator = ""
        self._n_pixels = 0
        self._rows: list[NDArray[np.uint8] | NDArray[np.float32]] = []
        self._names: list[str] = []
        self._classes: set[str] = set()
        self._skipped: list[Skipped] = []

    def read(self, file: IO[bytes], n_bytes: int, progress: Callable[[int, int], None] | None) -> None:
        """Read all lines."""
        number, n_read = 0, 0
        while raw := file.readline(MAX_LINE_BYTES + 1):
            number, n_read = number + 1, n_read + len(raw)
            if len(raw) > MAX_LINE_BYTES:
                raise TableError(
                    tr(
                        "{path} is no table: its line {number} is longer than {max_line_bytes:,} bytes."
                    ).format(path=self._path, number=number, max_line_bytes=MAX_LINE_BYTES)
                )
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if line:
                self._take(line, number)
            if progress is not None and number % _REPORT_EVERY == 0:
                progress(n_read, n_bytes)
        if progress is not None:
            progress(n_bytes, n_bytes)

    def _take(self, line: str, number: int) -> None:
        """Add a line to the samples or to the skipped."""
        if not self._separator:
            self._separator = max(_SEPARATORS, key=line.count)
            if not self._is_data(line):
                return
        try:
            name, row = self._parsed(line)
        except _BadLine as reason:
            self._skipped.append(Skipped(tr("line {number:,}").format(number=number), str(reason)))
            if len(self._skipped) > MAX_SKIPPED:
                raise TableError(
                    tr(
                        "{path} is no table of images: of the first {number:,} lines {max_skipped:,} "
                        "cannot be "
                        "read, line {number:,} because {reason}."
                    ).format(path=self._path, number=number, max_skipped=MAX_SKIPPED, reason=reason)
                ) from reason
            return
        self._rows.append(row)
        self._names.append(name)
        self._classes.add(name)
        if len(self._classes) > MAX_CLASSES:
            raise TableError(
                tr(
                    "{path} has more than {max_classes:,} different labels. Put the label into the first "
                    "column and the pixels after it."
                ).format(path=self._path, max_classes=MAX_CLASSES)
            )
        if len(self._rows) * self._n_pixels > MAX_VALUES:
            raise TableError(
                tr("{path} has more than {max_values:,} pixels.").format(
                    path=self._path, max_values=MAX_VALUES
                )
            )

    def _is_data(self, line: str) -> bool:
        """Return whether the first line holds a number after its label, rather than names alone."""
        for word in line.split(self._separator)[1:]:
            with contextlib.suppress(ValueError):
                float(word)
                return True
        return False

    def _parsed(self, line: str) -> tuple[str, NDArray[np.uint8] | NDArray[np.float32]]:
        """Return label and pixels of a line: bytes where all are whole numbers."""
        label, *words = line.split(self._separator)
        name = label.strip().strip('"').strip()
        if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable():
            raise _BadLine(
                tr("a label has 1 to {max_name_length} printable characters").format(
                    max_name_length=MAX_NAME_LENGTH
                )
            )
        if self._n_pixels and len(words) != self._n_pixels:
            raise _BadLine(
                tr("it does not have {n_pixels:,} pixels like the lines before it").format(
                    n_pixels=self._n_pixels
                )
            )
        side = math.isqrt(len(words))
        if side * side != len(words) or not 2 <= side <= MAX_SIDE:
            raise _BadLine(
                tr("it does not have the pixels of a square image of 2 to {max_side} a side").format(
                    max_side=MAX_SIDE
                )
            )
        if "_" in line[len(label) :]:
            # Python would read 1_0 as ten.
            raise _BadLine(tr("a pixel is no number"))
        row: NDArray[np.uint8] | NDArray[np.float32]
        try:
            # Rejects anything but a whole number from 0 to 255, and is by far the fastest way.
            row = np.frombuffer(bytes(map(int, words)), np.uint8)
        except ValueError:
            row = _decimals(words)
        self._n_pixels = len(words)
        return name, row

    def imported(self) -> Imported:
        """Return the lines that were read."""
        class_names = in_natural_order(self._classes)
        if len(class_names) < 2:
            sentences = [
                tr(
                    "{path} has readable images of %n class(es); at least two are needed. Each line begins "
                    "with its label, and the pixels follow.",
                    len(class_names),
                ).format(path=self._path)
            ]
            for bad in self._skipped[:1]:
                sentences.append(
                    tr("Its {what} was skipped because {why}.").format(what=bad.what, why=bad.why)
                )
            raise TableError(" ".join(sentences))
        # Shares of ink and levels of grey differ only in their largest value.
        scale = 255 if max(float(row.max()) for row in self._rows) <= 1 else 1
        x = np.empty((len(self._rows), self._n_pixels), np.uint8)
        for nth, row in enumerate(self._rows):
            np.rint(row.astype(np.float32) * scale, out=x[nth], casting="unsafe")
        label_of = {name: label for label, name in enumerate(class_names)}
        labels = np.array([label_of[name] for name in self._names], np.int64)
        side = math.isqrt(self._n_pixels)
        samples = Samples(x, labels, scale=1 / 255)
        return Imported(samples, class_names, (side, side), tuple(self._skipped))


def _decimals(words: list[str]) -> NDArray[np.float32]:
    try:
        row = np.array(list(map(float, words)), np.float32)
    except (ValueError, OverflowError) as error:
        raise _BadLine(tr("a pixel is no number")) from error
    # NaN compares false with everything, so the comparison is written for what is allowed.
    if not ((row >= 0) & (row <= 255)).all():
        raise _BadLine(tr("a pixel is not between 0 and 255"))
    return row
