"""How weights, activations and gradients spread over the run on show, worked out from its recording."""

import time
from functools import partial

import numpy as np

from nnstudio.data.problem import Problem, Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.distributions import distributions
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.evaluator import SHARE_WHILE_TRAINING
from nnstudio.studio.session.session import Session
from nnstudio.training.checkpoint import Checkpoint

PERIOD_S = 0.5
"""The newest weights of a run that goes on are taken so often at most."""

BATCH_SIZE = 256
"""Training samples, evenly spaced and always the same, whose activations and gradient are worked out."""

MAX_CHECKPOINTS = 128
"""Of a recording, evenly spaced: no plot is wider in what one can tell apart."""

_Found = dict[str, np.ndarray]


class HistogramWorker:
    """Works out the distributions at moments of the run on show, coarsely first.

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
        """The epochs of the moments that are worked out, shape (n,)."""
        return np.array([checkpoint.epoch for checkpoint, _ in self._shown])

    def is_of(self, architecture: Architecture) -> bool:
        """Tell whether there is something to show, of a network of these layers."""
        return bool(self._shown) and _sizes(self._shown[0][0]) == architecture.layer_sizes

    def values(self, quantity: str, layer: int) -> np.ndarray:
        """Return the quantiles of a layer at these moments, shape (n, len(LEVELS))."""
        return np.array([found[quantity][layer] for _, found in self._shown])

    def poll(self) -> bool:
        """Take in what was found, and ask for the next where it is due; say whether there is more to show."""
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
            # The shapes of another network do not go together with those at hand.
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
        # The newest one that is known goes on until a newer one is.
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
        """End the thread, waiting for it for a bounded time."""
        self._worker.stop()


def _distributions(checkpoint: Checkpoint, samples: Samples) -> Steps[_Found]:
    """Work them out in one step, on the worker's thread; after it the thread rests in proportion."""
    config = checkpoint.config
    yield distributions(config.architecture, checkpoint.theta, samples.inputs(), samples.labels, config.loss)


def _sizes(checkpoint: Checkpoint) -> tuple[int, ...]:
    return checkpoint.config.architecture.layer_sizes


def _evenly_spaced(checkpoints: tuple[Checkpoint, ...]) -> list[Checkpoint]:
    """Pick moments at a distance that doubles as the run grows, so that most picks stay; and the last one."""
    span = checkpoints[-1].step - checkpoints[0].step
    stride = 1
    while span / stride > MAX_CHECKPOINTS:
        stride *= 2
    picked = [checkpoints[0]]
    for checkpoint in checkpoints[1:-1]:
        # From one multiple of the stride to the next: the choice does not hang on the ones before.
        if checkpoint.step // stride > picked[-1].step // stride:
            picked.append(checkpoint)
    return picked if len(checkpoints) == 1 else [*picked, checkpoints[-1]]
