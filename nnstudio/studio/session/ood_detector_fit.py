"""Fits a detector of what is of no class beside a network that was trained here, while the run rests."""

import time
from functools import partial

import numpy as np

from nnstudio.data.problem import Problem
from nnstudio.engine.architecture import Architecture
from nnstudio.files.quick_ood_fit import (
    FittedOOD,
    OODExamples,
    can_be_fitted,
    draw_examples,
    fitting_quickly,
)
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.studio.session.viewer import Viewer, can_be_seen

SHARE = 0.6
"""Of one core: the pen is to be followed meanwhile."""

REST_S = 1.0
"""A run that rests no longer than this, between two steps by hand say, is not worth a fit."""

_SEED = 1


class OODDetectorFitter:
    """Fits a detector for the prediction weights if there is none and its score would be visible.

    What it learns from is drawn once for a problem, which takes some seconds; a fit takes a few more. There
    is work only while the run rests, on a thread of its own, and it is left when training goes on.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    reader : Viewer
        Shows what detectors say; while it cannot be seen there is no work.

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread.
    """

    def __init__(self, network: DisplayedNetwork, training: TrainingRun, reader: Viewer) -> None:
        self._network, self._training, self._reader = network, training, reader
        self._worker = BackgroundWorker("nnstudio-ood", share=SHARE)
        self._asked: np.ndarray | None = None
        self._rests_since_s = 0.0
        self._is_begun = False
        # Drawn, and used, on the worker's thread.
        self._examples: tuple[Problem, OODExamples] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a fit is under way."""
        return self._worker.is_busy

    def poll(self) -> None:
        """Hand over a detector that is ready, and begin the next fit where one is wanted."""
        self._worker.poll()
        if not self._is_wanted():
            self._worker.cancel()
            self._asked = None
            return
        theta = self._network.prediction_weights
        if self._asked is None or not (theta is self._asked or np.array_equal(theta, self._asked)):
            self._worker.cancel()
            self._asked, self._rests_since_s = theta, time.perf_counter()
            self._is_begun = False
        if not self._is_begun and time.perf_counter() - self._rests_since_s >= REST_S:
            self._is_begun = True
            self._begin(self._asked)

    def _begin(self, theta: np.ndarray) -> None:
        architecture, problem = self._network.architecture, self._training.problem
        assert problem is not None, "it is wanted"
        self._worker.run(Task(lambda _: self._fit(architecture, theta, problem), partial(self._take, theta)))

    def _take(self, theta: np.ndarray, fitted: FittedOOD) -> None:
        # Another network, which may have its own, can have come since it was asked for.
        if np.array_equal(theta, self._network.prediction_weights):
            self._network.take_detector(theta, fitted.detector, fitted.card())

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._worker.stop()

    def _is_wanted(self) -> bool:
        problem = self._training.problem
        return (
            not self._training.is_running
            and self._network.was_trained
            and self._network.weight_override is None
            and self._network.raster is not None
            and problem is not None
            and problem.output_space.is_like(self._network.output_space)
            and can_be_fitted(problem)
            and not self._network.has_detector
            and can_be_seen(self._reader)
        )

    def _fit(self, architecture: Architecture, theta: np.ndarray, problem: Problem) -> Steps[FittedOOD]:
        """Fit in steps, on the worker's thread."""
        if self._examples is None or self._examples[0] is not problem:
            examples = yield from draw_examples(problem, rng=np.random.default_rng(_SEED))
            self._examples = problem, examples
        yield (yield from fitting_quickly(architecture, theta, self._examples[1], seed=_SEED))
