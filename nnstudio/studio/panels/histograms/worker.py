"""Distributions of weights, activations and gradients over the displayed run's checkpoints."""

import time
from functools import partial

import numpy as np

from nnstudio.data.problem import Problem, Samples
from nnstudio.insight.distributions import distributions
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.evaluator import SHARE_WHILE_TRAINING
from nnstudio.studio.session.session import Session
from nnstudio.training.checkpoint import Checkpoint

PERIOD_S = 0.5
"""Shortest time between updates with a running network's latest weights, in seconds."""

BATCH_SIZE = 256
"""Number of training samples, evenly spaced, for activations and gradient."""

MAX_CHECKPOINTS = 128
"""Most checkpoints, evenly spaced; more could not be distinguished in a plot."""

_Found = dict[str, np.ndarray]


class HistogramWorker:
    """Computes the distributions at checkpoints of the displayed run, coarsely first.

    Parameters
    ----------
    session : Session

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread. Call ``poll`` at every frame while the result can be
    seen, and ``stop`` in the end.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._worker = BackgroundWorker("nnstudio-distributions")
        self._problem: Problem | None = None
        self._samples: Samples | None = None
        self._moments: tuple[Checkpoint, ...] = ()
        self._picked: list[Checkpoint] = []
        self._known: dict[Checkpoint, _Found] = {}
        self._shown: list[tuple[Checkpoint, _Found]] = []
        self._is_new = False
        self._due_s = 0.0

    @property
    def epochs(self) -> np.ndarray:
        """The epochs of the computed checkpoints, shape (n,)."""
        return np.array([checkpoint.epoch for checkpoint, _ in self._shown])

    def values(self, quantity: str, layer: int) -> np.ndarray:
        """Return the quantiles of a layer at these epochs, shape (n, len(LEVELS))."""
        return np.array([found[quantity][layer] for _, found in self._shown])

    def poll(self) -> bool:
        """Take over results, and start the next computation if due; return whether there are new ones."""
        session = self._session
        run, problem = session.history.run, session.training.problem
        if run is None or problem is None or not session.history.can_show(run):
            return False
        if problem is not self._problem:
            self._worker.cancel()
            self._problem, self._known = problem, {}
            spread = np.linspace(0, len(problem.train) - 1, min(len(problem.train), BATCH_SIZE))
            self._samples = problem.train.subset(spread.astype(np.int64))
        checkpoints = run.checkpoint_history.checkpoints
        if checkpoints is not self._moments:
            # Results of another network have other shapes.
            self._is_new = not self._moments or checkpoints[0] is not self._moments[0]
            self._moments, self._picked = checkpoints, _evenly_spaced(checkpoints)
            if self._is_new:
                self._worker.cancel()
                self._known = {}
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        if is_new:
            self._choose_shown()
        self._ask()
        return is_new

    def _take(self, checkpoint: Checkpoint, found: _Found) -> None:
        self._known[checkpoint], self._is_new = found, True

    def _choose_shown(self) -> None:
        picked = set(self._picked)
        last = max(self._known, key=lambda checkpoint: checkpoint.step, default=None)
        # The latest result is used until a newer one exists.
        self._known = {each: found for each, found in self._known.items() if each in picked or each is last}
        shown = [
            (checkpoint, found)
            for checkpoint, found in self._known.items()
            if all(np.isfinite(values).all() for values in found.values())
        ]
        self._shown = sorted(shown, key=lambda item: item[0].step)

    def _ask(self) -> None:
        now_s = time.perf_counter()
        if self._worker.is_busy:
            return
        wanted = None
        if now_s >= self._due_s and self._picked[-1] not in self._known:
            wanted, self._due_s = self._picked[-1], now_s + PERIOD_S
        else:
            coarse_first = (each for step in (16, 4, 1) for each in self._picked[:-1:step])
            wanted = next((each for each in coarse_first if each not in self._known), None)
        if wanted is not None:
            self._worker.set_share(SHARE_WHILE_TRAINING if self._session.training.is_running else 1.0)
            checkpoint, samples = wanted, self._samples
            self._worker.run(
                Task(lambda _: _distributions(checkpoint, samples), partial(self._take, checkpoint))
            )

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self._worker.stop()


def _distributions(checkpoint: Checkpoint, samples: Samples) -> Steps[_Found]:
    """Compute them in one step on the worker's thread, followed by a proportional pause."""
    config = checkpoint.config
    yield distributions(config.architecture, checkpoint.theta, samples.inputs(), samples.answers, config.loss)


def _sizes(checkpoint: Checkpoint) -> tuple[int, ...]:
    return checkpoint.config.architecture.layer_sizes


def _evenly_spaced(checkpoints: tuple[Checkpoint, ...]) -> list[Checkpoint]:
    """Return checkpoints at a stride that doubles as the run grows, which keeps most, and the last one."""
    span = checkpoints[-1].step - checkpoints[0].step
    stride = 1
    while span / stride > MAX_CHECKPOINTS:
        stride *= 2
    picked = [checkpoints[0]]
    for checkpoint in checkpoints[1:-1]:
        # Multiples of the stride: the choice does not depend on earlier ones.
        if checkpoint.step // stride > picked[-1].step // stride:
            picked.append(checkpoint)
    return picked if len(checkpoints) == 1 else [*picked, checkpoints[-1]]
