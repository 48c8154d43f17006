"""The same network trained from several seeds on all samples at once: where each start ends; NumPy only."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.errors import UserError
from nnstudio.training.config import MAX_BATCH_SIZE
from nnstudio.training.evaluation import Evaluation
from nnstudio.training.loop import TrainingLoop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nnstudio.data.problem import Problem
    from nnstudio.training.config import TrainingConfig

N_STARTS = 5
MOST_STEPS = 1500
_BEARABLE = 1.5e11
"""Products of all steps of all starts, in some seconds."""
_YIELD_S = 0.02


@dataclass(frozen=True)
class StartEnd:
    """Where training from one seed ended.

    Attributes
    ----------
    seed : int
    first, last : float
        Losses on the samples; ``last`` is NaN where training diverged.
    """

    seed: int
    first: float
    last: float


def bearable_steps(config: TrainingConfig, n_samples: int) -> int:
    """Return how many steps all starts can take in some seconds, `MOST_STEPS` at most."""
    products = 3 * config.architecture.n_params * n_samples * N_STARTS
    return max(1, min(MOST_STEPS, int(_BEARABLE / products)))


def train_from_starts(
    problem: Problem, config: TrainingConfig, n_samples: int, n_steps: int, n_starts: int = N_STARTS
) -> Iterator[tuple[StartEnd, ...] | None]:
    """Train from one seed after the other, a few milliseconds at a time.

    Parameters
    ----------
    problem : Problem
    config : TrainingConfig
        Its seed is the first.
    n_samples : int
        So many samples are used, evenly spaced, in one batch.
    n_steps, n_starts : int

    Yields
    ------
    tuple of StartEnd or None
        None in between; those so far after each start.

    Raises
    ------
    UserError
        If the network cannot be trained on the problem.
    """
    rows = np.linspace(0, len(problem.train) - 1, n_samples).astype(np.int64)
    samples = replace(problem.train.subset(rows), scaling=problem.train.scaling)
    few = replace(problem, train=samples)
    found: tuple[StartEnd, ...] = ()
    for seed in range(config.seed, config.seed + n_starts):
        each = replace(config, seed=seed, batch_size=min(n_samples, MAX_BATCH_SIZE))
        loop = TrainingLoop(few, each)
        first = _loss(loop)
        last, begun_s = math.nan, time.perf_counter()
        try:
            while loop.n_steps < n_steps:
                loop.step()
                if time.perf_counter() - begun_s > _YIELD_S:
                    yield None
                    begun_s = time.perf_counter()
            loop.keep()
            last = _loss(loop)
        except UserError:
            # It diverged: that start has no end.
            last = math.nan
        found = (*found, StartEnd(seed, first, last))
        yield found


def _loss(loop: TrainingLoop) -> float:
    config = loop.config
    return Evaluation(config.architecture, loop.theta, loop.problem.train, config.loss).finish().loss
