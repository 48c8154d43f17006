"""Train a run of a sweep: one pure function, called by processes of this machine or by a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from nnstudio.errors import UserError
from nnstudio.insight.sweep import SeedResult, run_steps
from nnstudio.training.threads import BlasThreads

if TYPE_CHECKING:
    from collections.abc import Generator

    from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
    from nnstudio.sweeps.plan import SweepPlan

T = TypeVar("T")


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
