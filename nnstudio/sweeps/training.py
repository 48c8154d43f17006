"""Train the runs of a sweep: one pure function, called by processes of this machine or by a cluster.

Nothing here decides which process trains what: joblib does, or the scheduler of a Dask cluster, which also
trains a run elsewhere whose worker is lost. Both are imported when they are needed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from nnstudio.errors import UserError
from nnstudio.insight.sweep import SeedResult, run_steps
from nnstudio.language import tr
from nnstudio.training.threads import BlasThreads

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
    from nnstudio.sweeps.plan import SweepPlan

T = TypeVar("T")

_IDLE_S = 5
"""A process that has had nothing to do for so long ends: the program that it trained for may be gone."""


class LostProcessError(UserError):
    """A process that trained was ended from outside."""


@dataclass(frozen=True)
class RunKey:
    """Which run of a sweep.

    Attributes
    ----------
    cell : SweepCell
    seed : int
    """

    cell: SweepCell
    seed: int


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    Attributes
    ----------
    key : RunKey
    result : SeedResult
        With a sentence where the cell is impossible or training diverged.
    seconds : float
        How long it took; the only thing that is not the same each time.
    """

    key: RunKey
    result: SeedResult
    seconds: float


def train_run(plan: SweepPlan, data_dir: str | None, key: RunKey) -> RunResult:
    """Train one network of a sweep, on one thread.

    Raises
    ------
    UserError
        If the data of the sweep are not to be had here.

    Notes
    -----
    The same arguments give the same figures to the last bit, on any process of a machine.
    """
    spec = _spec(plan, data_dir)
    # Never set back: another thread of this process may be training too, and would round differently.
    BlasThreads().set(1)
    begun = perf_counter()
    try:
        result, _ = _finished(run_steps(spec, key.cell, key.seed))
    except UserError as error:
        result = SeedResult(key.seed, str(error))
    return RunResult(key, result, perf_counter() - begun)


@lru_cache(maxsize=1)
def _spec(plan: SweepPlan, data_dir: str | None) -> SweepSpec:
    """Load the data once in each process."""
    return plan.spec(data_dir)


def _finished(steps: Generator[object, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def is_packaged() -> bool:
    """Return whether the program comes with its own Python: to start a process of that starts the program."""
    return bool(getattr(sys, "frozen", False))


def trained_by_processes(
    plan: SweepPlan, data_dir: str | None, keys: Sequence[RunKey], n_processes: int
) -> Generator[RunResult, None, None]:
    """Yield the results of runs as they end, trained by processes of this machine.

    Closing the iterator ends the processes.

    Raises
    ------
    LostProcessError
        If one of them is ended from outside. The other runs under way are lost with it.
    UserError
        If the data are not to be had.
    """
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    # One run a task: their times differ too much to be bundled, and a result is kept as soon as it is there.
    with parallel_config("loky", n_jobs=n_processes, inner_max_num_threads=1, idle_worker_timeout=_IDLE_S):
        parallel = Parallel(return_as="generator_unordered", batch_size=1)
        try:
            yield from parallel(delayed(train_run)(plan, data_dir, key) for key in keys)
        except TerminatedWorkerError as error:
            raise LostProcessError(
                tr("A process that trained was ended from outside, perhaps for want of memory.")
            ) from error
