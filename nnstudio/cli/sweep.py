"""``nnstudio sweep``: train a network for each combination of values of some settings, and sum them up."""

from __future__ import annotations

import os
import shlex
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli import progress as show
from nnstudio.cli.places import check_folder, check_writable
from nnstudio.cli.qt import qt_needed
from nnstudio.cli.signals import StopSignals
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.cli.sweep_summary import print_summary
from nnstudio.errors import UserError
from nnstudio.files.table_csv import save_table
from nnstudio.insight.sweep import sweep_table
from nnstudio.insight.sweep_spec import spoken_time
from nnstudio.sweeps.plan import MOST_RUNS
from nnstudio.sweeps.spec_file import read_sweep
from nnstudio.sweeps.table import SUFFIX, SweepTable
from nnstudio.sweeps.trainers import LostProcessError, cluster, is_packaged, processes
from nnstudio.training.threads import n_cores

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from nnstudio.insight.sweep import CellResult
    from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
    from nnstudio.sweeps.plan import SweepPlan
    from nnstudio.sweeps.trainers import Trainers
    from nnstudio.sweeps.training import RunKey, RunResult

_MOST_LINES = 100
"""Lines that stay for runs that ended well; one that failed always has its line."""


class SweepCallError(UserError):
    """A call that would overwrite a file of the sweep, or goes on with another one's table."""


def run(arguments: argparse.Namespace) -> int:
    """Train what is missing, sum it up, and return the exit status."""
    given = Path(arguments.spec)
    out = Path(arguments.out) if arguments.out is not None else Path(given.stem + SUFFIX)
    status = DONE
    if arguments.csv is not None:
        _check_csv(Path(arguments.csv), given, out)
    if arguments.figures is not None:
        check_folder(Path(arguments.figures), "the figures")
    if given.suffix.lower() == SUFFIX:
        table = SweepTable(given)
        _check_out(arguments, given)
        spec = table.plan.spec(arguments.data_dir)
        if arguments.resume:
            status = _train(arguments, table, spec)
    else:
        plan = read_sweep(given)
        if out.suffix.lower() != SUFFIX:
            raise SweepCallError(
                f"The table of a sweep is known by its name, which ends in {SUFFIX}, unlike {out}."
            )
        check_writable(out, "the table")
        spec = _loaded(plan, arguments.data_dir)
        table = _table(out, plan, arguments)
        status = _train(arguments, table, spec)
    results = table.results()
    print_summary(spec, results, n_missing=len(table.missing()))
    if arguments.csv is not None:
        save_table(arguments.csv, *sweep_table(spec, results))
    if arguments.figures is not None:
        _save_figures(Path(arguments.figures), spec, results)
    return status


def _save_figures(folder: Path, spec: SweepSpec, results: Mapping[SweepCell, CellResult]) -> None:
    if all(result.failure for result in results.values()):
        print_error("No cell has figures; nothing was drawn.")
        return
    with qt_needed("A figure"):
        from nnstudio.studio.offscreen.sweep_figures import save_figures
    for path in save_figures(folder, spec, results):
        print(path)


def _check_csv(path: Path, given: Path, out: Path) -> None:
    check_writable(path, "the CSV")
    if os.path.realpath(path) in {os.path.realpath(given), os.path.realpath(out)}:
        raise SweepCallError(
            f"{path} is the sweep's own file, which the CSV would replace; name another for --csv."
        )


def _check_out(arguments: argparse.Namespace, table: Path) -> None:
    if arguments.out is not None:
        raise SweepCallError(f"{table} is the table itself, so --out does not go with it.")


def _loaded(plan: SweepPlan, data_dir: str | None) -> SweepSpec:
    """Load the data, and refuse more runs than a table has."""
    spec = plan.spec(data_dir)
    if plan.n_runs > MOST_RUNS:
        counts = " times ".join(str(len(axis.values)) for axis in spec.axes)
        raise SweepCallError(
            f"{counts} values with {len(spec.seeds)} seeds are {plan.n_runs:,} runs, about "
            f"{spoken_time(spec.estimated_seconds())} of training on one core; at most {MOST_RUNS:,} are "
            "taken. Leave out some values."
        )
    spec.config.check(spec.data.scaled(spec.problem))
    return spec


def _table(out: Path, plan: SweepPlan, arguments: argparse.Namespace) -> SweepTable:
    """Return the table to go on with, or a new one."""
    if not out.exists():
        if arguments.resume:
            print_error(f"There is no {out} yet; the sweep begins.")
        return SweepTable.create(out, plan)
    table = SweepTable(out)
    if table.plan != plan:
        raise SweepCallError(
            f"{out} is the table of another sweep than {arguments.spec} says now. Name another file with "
            f"--out, or go on with the old one by `nnstudio sweep {shlex.quote(str(out))} --resume`."
        )
    n_missing = len(table.missing())
    # A table without a run has nothing to lose.
    if not arguments.resume and table.runs():
        raise SweepCallError(
            f"{out} is there already, with {_counted(table, n_missing)}. Go on with it by --resume, or name "
            "another file with --out."
        )
    return table


def _counted(table: SweepTable, n_missing: int) -> str:
    n_all = table.plan.n_runs
    return f"{n_all - n_missing:,} of {n_all:,} runs"


def _train(arguments: argparse.Namespace, table: SweepTable, spec: SweepSpec) -> int:
    """Train the runs that are missing, and return the exit status."""
    with table.writing(), StopSignals(patient=False) as stop, show.ProgressLines() as lines:
        keys = table.missing()
        try:
            with _trainers(arguments, len(keys)) as trainers:
                reporter = _Reporter(lines, spec, keys, min(trainers.n_at_once, max(len(keys), 1)))
                with closing(trainers.train(table.plan, arguments.data_dir, keys)) as results:
                    for result in results:
                        table.add(result)
                        reporter.report(result)
        except KeyboardInterrupt:
            return _interrupted("Stopped", table, stop.status)
        except LostProcessError as error:
            return _interrupted(str(error).rstrip("."), table, BAD_INPUT)
    return DONE


def _trainers(arguments: argparse.Namespace, n_runs: int) -> AbstractContextManager[Trainers]:
    asked = arguments.processes
    if arguments.cluster is not None:
        if asked is not None:
            raise SweepCallError(
                "A cluster has its own processes, so --processes does not go with --cluster."
            )
        return cluster(arguments.cluster)
    if is_packaged() and asked is not None and asked > 1:
        raise SweepCallError(
            "The packaged nnstudio trains one run at a time; installed by pip it takes --processes."
        )
    return processes(min(asked or (1 if is_packaged() else n_cores()), max(n_runs, 1)))


def _interrupted(why: str, table: SweepTable, status: int) -> int:
    command = shlex.join(("nnstudio", "sweep", str(table.path), "--resume"))
    print_error(f"{why}: {_counted(table, len(table.missing()))} are in {table.path}; `{command}` goes on.")
    return status


class _Reporter:
    """Prints a line for each run, with an estimate of the time left.

    Parameters
    ----------
    lines : ProgressLines
    spec : SweepSpec
    keys : sequence of RunKey
        All runs that are trained now.
    n_at_once : int
        How many are trained at a time.
    """

    def __init__(
        self, lines: show.ProgressLines, spec: SweepSpec, keys: Sequence[RunKey], n_at_once: int
    ) -> None:
        self._lines, self._spec, self._n_at_once, self._n_all = lines, spec, n_at_once, len(keys)
        costs = {cell: spec.cost_of(cell) / len(spec.seeds) for cell in {key.cell for key in keys}}
        self._costs = costs
        self._left = sum(costs[key.cell] for key in keys)
        self._n_done, self._done, self._seconds = 0, 0.0, 0.0
        n_runs = spec.n_cells * len(spec.seeds)
        lines.line(
            f"{spec.problem.title}: {self._n_all:,} of {n_runs:,} runs to be trained, {n_at_once} at a time, "
            f"about {spoken_time(self._left / n_at_once)}"
        )

    def report(self, done: RunResult) -> None:
        """Say what a run came to."""
        spec, key, result = self._spec, done.key, done.result
        self._left -= self._costs[key.cell]
        self._done += self._costs[key.cell]
        self._seconds += done.seconds
        self._n_done += 1
        seed = f", seed {key.seed}" if len(spec.seeds) > 1 else ""
        text = f"{self._n_done:>{len(str(self._n_all))}} of {self._n_all}  {spec.title_of(key.cell)}{seed}: "
        if result.failure:
            self._lines.line(text + result.failure)
            return
        measure = spec.problem.measure
        text += f"test {measure.text(result.test_score)}, train {measure.text(result.train_score)}"
        is_last = self._n_done == self._n_all
        text += f"  ({f'took {show.duration(self._lines.elapsed_s)}' if is_last else self._time_left()})"
        every = -(-self._n_all // _MOST_LINES)
        if self._n_done % every == 0 or is_last:
            self._lines.line(text)
        else:
            self._lines.rewrite(text)

    def _time_left(self) -> str:
        """Return an estimate by what the runs took that are done, and what they were thought to take."""
        seconds = self._left / self._n_at_once * self._seconds / self._done
        return f"about {show.duration(seconds)} left"
