"""The table of a sweep: an SQLite file that holds what is trained, and a row for each run that is done.

SQLite by Python's own module, not the storage of Optuna: a sweep knows all of its runs beforehand, so that
one table with (cell, seed) as its key is all there is to it, and that key keeps a run from being there twice.
Optuna's tables are of trials that a sampler proposes, and need SQLAlchemy and Alembic, 20 MB. Any tool that
reads SQLite reads this file; a row is on the disk when its run is done, whatever ends the program then.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from nnstudio import __version__
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.file_types import SWEEP_TABLE
from nnstudio.files.locking import locked
from nnstudio.insight.sweep import CellResult, SeedResult
from nnstudio.language import tr
from nnstudio.sweeps.plan import MOST_RUNS
from nnstudio.sweeps.spec_file import plan_of
from nnstudio.sweeps.training import RunKey, RunResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nnstudio.insight.sweep_spec import SweepCell
    from nnstudio.sweeps.plan import SweepPlan

SUFFIX = SWEEP_TABLE.suffix

_APPLICATION_ID = 0x6E6E7377
"""What SQLite files have to tell whose they are: "nnsw"."""

_FORMAT = 1
_MAGIC = b"SQLite format 3\0"
_WAIT_S = 5.0
_FIGURES = ("n_params", "n_steps", "train_score", "test_score", "train_loss", "test_loss", "boundary")


class SweepTableError(UserError):
    """A table that cannot be read, or is of another sweep."""


class SweepTable:
    """The table of a sweep in a file.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    path : Path
    plan : SweepPlan
        What is trained, as the file says.

    Raises
    ------
    SweepTableError
        If the file cannot be read, or is no such table.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._connected() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != _FORMAT:
                raise SweepTableError(
                    tr("{path} was written by a newer nnstudio; open it with that one.").format(path=path)
                )
            texts = dict(connection.execute("SELECT key, value FROM sweep").fetchall())
        try:
            self.plan = plan_of(str(texts["spec"]), str(texts["recipe"]), path)
        except KeyError as error:
            raise _damaged(path, error) from error
        if self.plan.n_runs > MOST_RUNS:
            raise _damaged(path, tr("more runs than a table has"))
        self._axes = self.plan.axes

    @classmethod
    def create(cls, path: Path, plan: SweepPlan) -> SweepTable:
        """Write a table without rows.

        Raises
        ------
        WriteError
            If the file cannot be written.
        """
        settings = "".join(f'"{axis.setting}", ' for axis in plan.axes)
        figures = "".join(f"{name} REAL, " for name in _FIGURES[2:])
        with contextlib.closing(sqlite3.connect(":memory:")) as memory:
            memory.executescript(
                f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {_FORMAT};"
                "CREATE TABLE sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
                f"CREATE TABLE runs (cell INTEGER, {settings} seed INTEGER, n_params INTEGER, "
                f"n_steps INTEGER, {figures} failure TEXT NOT NULL, PRIMARY KEY (cell, seed)) WITHOUT ROWID;"
                "CREATE TABLE times (cell INTEGER, seed INTEGER, seconds REAL, PRIMARY KEY (cell, seed)) "
                "WITHOUT ROWID;"
            )
            texts = {"spec": plan.text, "recipe": plan.recipe_text, "nnstudio": __version__}
            memory.executemany("INSERT INTO sweep VALUES (?, ?)", texts.items())
            memory.commit()
            write_atomically(path, memory.serialize())
        return cls(path)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other programs from training the same runs.

        Raises
        ------
        WriteError
            If another program is training this sweep.
        """
        with locked(self.path, timeout_s=0.5):
            yield

    def add(self, done: RunResult) -> None:
        """Write what a run came to; it is on the disk when this returns.

        Raises
        ------
        SweepTableError
            If it cannot be written.
        """
        result, number = done.result, self._number(done.key.cell)
        values = [axis.values[place] for axis, place in zip(self._axes, done.key.cell, strict=True)]
        # What was not measured is empty, not NaN, which SQLite does not know.
        figures = [None if result.failure else getattr(result, name) for name in _FIGURES]
        row = [number, *values, result.seed, *figures, result.failure]
        with self._connected() as connection, connection:
            connection.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(row))})", row)
            connection.execute("INSERT INTO times VALUES (?, ?, ?)", (number, result.seed, done.seconds))

    def runs(self) -> dict[RunKey, SeedResult]:
        """Return what the runs came to that are done, in the order of cells and seeds."""
        cells = self.cells()
        columns = ", ".join(("cell", "seed", "failure", *_FIGURES))
        with self._connected() as connection:
            rows = connection.execute(f"SELECT {columns} FROM runs ORDER BY cell, seed").fetchall()
        found = {}
        for number, seed, failure, *figures in rows:
            is_known = number in range(len(cells)) and seed in self.plan.seeds
            if not is_known or not isinstance(failure, str) or not (failure or _are_figures(figures)):
                raise _damaged(self.path, tr("a row that is no run of this sweep"))
            values = {} if failure else dict(zip(_FIGURES, figures, strict=True))
            found[RunKey(cells[number], seed)] = SeedResult(seed, failure, **values)
        return found

    def results(self) -> dict[SweepCell, CellResult]:
        """Return the figures of the cells all of whose runs are done."""
        runs, seeds = self.runs(), self.plan.seeds
        return {
            cell: CellResult.of(cell, [runs[RunKey(cell, seed)] for seed in seeds])
            for cell in self.cells()
            if all(RunKey(cell, seed) in runs for seed in seeds)
        }

    def missing(self) -> list[RunKey]:
        """Return the runs that are still to be trained, in the order of cells and seeds."""
        done = self.runs()
        keys = (RunKey(cell, seed) for cell in self.cells() for seed in self.plan.seeds)
        return [key for key in keys if key not in done]

    def cells(self) -> tuple[SweepCell, ...]:
        """Return all cells of the sweep, in their order."""
        return self.plan.cells()

    def _number(self, cell: SweepCell) -> int:
        number = 0
        for axis, place in zip(self._axes, cell, strict=True):
            number = number * len(axis.values) + place
        return number

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Open the file for a moment: what a row needs is written and closed before the next one comes."""
        check_is_table(self.path)
        try:
            # As a URI: a file that is gone is not made again; after a kill its journal is rolled back.
            address = f"{self.path.resolve().as_uri()}?mode=rw"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=_WAIT_S)) as connection:
                connection.execute("PRAGMA trusted_schema = OFF")
                yield connection
        except sqlite3.IntegrityError as error:
            raise _damaged(self.path, "a run twice") from error
        except sqlite3.OperationalError as error:
            raise SweepTableError(
                tr("{path} cannot be read or written: {error}. Make room, or try again.").format(
                    path=self.path, error=error
                )
            ) from error
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, error) from error


def _are_figures(row: list[object]) -> bool:
    """Return whether a row from a file holds numbers; the boundary may be missing."""
    *numbers, boundary = row
    return all(isinstance(each, int | float) for each in numbers) and isinstance(boundary, int | float | None)


def check_is_table(path: Path) -> None:
    """Refuse a file that is no table of a sweep.

    Raises
    ------
    SweepTableError
        It says what the file is.
    """
    try:
        with path.open("rb") as file:
            head = file.read(72)
    except OSError as error:
        raise SweepTableError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    if not head.startswith(_MAGIC):
        raise SweepTableError(
            tr("{path} is no table of a sweep; `nnstudio sweep SPEC` writes one.").format(path=path)
        )
    if int.from_bytes(head[68:72], "big") != _APPLICATION_ID:
        raise SweepTableError(
            tr("{path} is an SQLite file of another program, no table of a sweep.").format(path=path)
        )


def _damaged(path: Path, what: object) -> SweepTableError:
    return SweepTableError(
        tr("{path} is damaged ({what}); train the sweep again under another name.").format(
            path=path, what=what
        )
    )
