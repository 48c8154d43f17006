"""Records how weights, activations and gradients are distributed while a run goes on and somebody looks."""

import time
from collections.abc import Iterator

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.distributions import DistributionHistory, distributions
from nnstudio.studio.paced_worker import PacedWorker
from nnstudio.studio.session import Session
from nnstudio.studio.surveyor import SHARE_WHILE_TRAINING

PERIOD_S = 0.5
BATCH_SIZE = 256
"""Training samples, evenly spaced and always the same, whose activations and gradient are recorded."""


class Recorder:
    """Adds the weights on show to a history, twice a second at most.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    history : DistributionHistory
        Of the run on show; another run begins another.

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread. Call ``poll`` at every frame while the history can be
    seen, and ``stop`` in the end.
    """

    def __init__(self, session: Session) -> None:
        self.history = DistributionHistory()
        self._session = session
        self._worker = PacedWorker("nnstudio-distributions")
        self._run: tuple[object, ...] = ()
        self._samples: Samples | None = None
        self._asked: np.ndarray | None = None
        self._found: tuple[tuple[object, ...], float, dict[str, np.ndarray]] | None = None
        self._taken: object = None
        self._due_s = 0.0

    def poll(self) -> bool:
        """Take in what was found, and ask for the next where it is due; say whether the history changed."""
        session = self._session
        if session.problem is None or session.trainer is None:
            return False
        run_id = 0 if session.snapshot is None else session.snapshot.run_id
        run = (session.problem, session.architecture, session.config.loss, run_id)
        is_new = run != self._run
        if is_new:
            self._run, self.history, self._asked = run, DistributionHistory(), None
            train = session.problem.train
            spread = np.linspace(0, len(train) - 1, min(len(train), BATCH_SIZE)).astype(np.int64)
            self._samples = train.subset(spread)
        found = self._found
        if found is not None and found is not self._taken:
            self._taken = found
            if found[0] is self._run:
                self.history.append(*found[1:])
                is_new = True
        now_s = time.perf_counter()
        if not self._worker.is_busy and self._asked is not session.theta and now_s >= self._due_s:
            self._due_s, self._asked = now_s + PERIOD_S, session.theta
            self._worker.set_share(SHARE_WHILE_TRAINING if session.is_running else 1.0)
            epoch = 0.0 if session.snapshot is None else session.snapshot.epoch
            run, samples, theta = self._run, self._samples, session.theta
            self._worker.run(lambda: self._find(run, epoch, theta, samples))
        return is_new

    def _find(
        self, run: tuple[object, ...], epoch: float, theta: np.ndarray, samples: Samples
    ) -> Iterator[None]:
        architecture: Architecture = run[1]
        found = distributions(architecture, theta, samples.inputs(), samples.labels, run[2])
        self._found = (run, epoch, found)
        # The rest in proportion comes before the next.
        yield

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._worker.stop()
