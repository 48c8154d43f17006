"""The gradient of the loss by the weights that inputs are read with, in the background."""

import time
from functools import partial

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.evaluator import SHARE_WHILE_TRAINING
from nnstudio.studio.session.session import Session

N_SAMPLES = 256
"""Training samples, evenly spaced, whose mean loss it is the gradient of."""

PERIOD_S = 0.25
"""Shortest time between gradients, in seconds."""


class WeightGradient:
    """Computes ∂L/∂W for the prediction weights, on the same samples each time.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    latest : list of ndarray of shape (fan_out, fan_in), or None
        Of every computing layer of the displayed network.

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._worker = BackgroundWorker("nnstudio-weight-gradient")
        self.stop = self._worker.stop
        self._samples: Samples | None = None
        self._asked: np.ndarray | None = None
        self._due_s = 0.0
        self.latest: list[np.ndarray] | None = None

    def begin(self) -> None:
        """Begin with another network, once its problem is loaded."""
        self._worker.cancel()
        self._samples = self._asked = self.latest = None
        self._session.training.with_problem(partial(self._take_samples, self._session.network.architecture))

    def _take_samples(self, architecture: Architecture) -> None:
        if architecture != self._session.network.architecture:
            return
        train = self._session.training.problem.train
        spread = np.linspace(0, len(train) - 1, min(len(train), N_SAMPLES))
        self._samples = train.subset(spread.astype(np.int64))

    def poll(self) -> bool:
        """Take a result over, and ask for the next; return whether there is a new one."""
        before, network = self.latest, self._session.network
        self._worker.poll()
        weights, now_s = network.prediction_weights, time.perf_counter()
        is_due = weights is not self._asked and now_s >= self._due_s and not self._worker.is_busy
        if is_due and self._samples is not None:
            self._asked, self._due_s = weights, now_s + PERIOD_S
            self._worker.set_share(SHARE_WHILE_TRAINING if self._session.training.is_running else 1.0)
            question = network.architecture, weights, self._samples, network.config.loss
            self._worker.run(Task(lambda _: _gradient(*question), self._take))
        return self.latest is not before

    def _take(self, found: list[np.ndarray]) -> None:
        self.latest = found


def _gradient(
    architecture: Architecture, theta: np.ndarray, samples: Samples, loss: str
) -> Steps[list[np.ndarray]]:
    """Compute it in one step on the worker's thread, followed by a proportional pause."""
    x, grad = samples.inputs(), np.empty_like(theta)
    with np.errstate(all="ignore"):
        workspace = Workspace(architecture, len(x), theta.dtype)
        loss_and_gradient(architecture, theta, x, samples.answers, loss, grad, workspace)
    # Enormous weights overflow; a picture shows nothing there.
    yield [layer.W for layer in architecture.layers(np.nan_to_num(grad, copy=False, posinf=0, neginf=0))]
