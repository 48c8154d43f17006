"""When and how a run is measured while it trains, a batch at a time; the worker uses it."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.training.evaluation import Evaluation, Measures
    from nnstudio.training.loop import TrainingLoop

FRAME_S = 1 / 60

_SHARE = 0.08
"""At most this share of the training time goes into measurements within an epoch."""
_PERIOD_S = 0.1

N_TRAIN_SLICE = 2000
"""Training samples that are measured; of fewer, all are."""


class Measuring:
    """Measures a loop's weights on its whole test set and on a fixed slice of its training samples.

    Parameters
    ----------
    loop : TrainingLoop
        Takes no step while a measurement is under way.

    Attributes
    ----------
    measures : Measures or None
        The newest on the test set; None until first measured.
    step : int or None
        The step whose weights they belong to.
    """

    def __init__(self, loop: TrainingLoop) -> None:
        self.measures: Measures | None = None
        self.step: int | None = None
        self._loop = loop
        self._train_slice = _slice_of(loop.problem.train)
        self._evaluations: list[Evaluation] = []
        self._ended_at = -math.inf
        self._used_s = self._stepping_s = 0.0

    @property
    def is_under_way(self) -> bool:
        """Whether a measurement has begun and not ended."""
        return bool(self._evaluations)

    def note_step(self, seconds: float) -> None:
        """Count the time that a step took."""
        self._stepping_s += seconds

    def is_due(self) -> bool:
        """Tell whether to measure after this step."""
        since_s = perf_counter() - self._ended_at
        if since_s < FRAME_S:
            # An epoch of a small problem can be shorter than a frame; not all of those could be seen.
            return False
        is_affordable = since_s >= _PERIOD_S and self._used_s <= self._stepping_s * _SHARE
        return is_affordable or self._loop.batch_plan.ends_epoch(self._loop.n_steps)

    def begin(self, theta: NDArray[np.float32] | None) -> None:
        """Begin a measurement of the live weights, or of others."""
        self._evaluations = [
            self._loop.evaluation(samples, theta) for samples in (self._loop.problem.test, self._train_slice)
        ]
        self._used_s = 0.0

    def cancel(self) -> None:
        """Abandon the measurement that is under way."""
        self._evaluations = []

    def reset(self) -> None:
        """Forget the measured values, because they mean something else now."""
        self.measures = self.step = None

    def advance(self) -> Measures | None:
        """Measure one more batch.

        Returns
        -------
        Measures or None
            Those of the training slice after the last batch: ``measures`` and ``step`` are new then.

        Raises
        ------
        Diverged
            If the loss on the test set is not finite; the loop has returned to the last kept weights.
        """
        begun = perf_counter()
        waiting = next((one for one in self._evaluations if not one.is_done), None)
        if waiting is not None:
            waiting.advance()
            self._used_s += perf_counter() - begun
            return None
        on_test, on_train = (one.finish() for one in self._evaluations)
        if not math.isfinite(on_test.loss):
            self._loop.diverge(tr("the loss on the test set became {loss}").format(loss=on_test.loss))
        self._evaluations = []
        self.measures, self.step = on_test, self._loop.n_steps
        self._ended_at = perf_counter()
        self._stepping_s = 0.0
        return on_train


def _slice_of(train: Samples) -> Samples:
    """Return evenly spaced training samples: sets that are sorted by class or source stay represented."""
    n = len(train)
    return train.subset(np.linspace(0, n - 1, min(n, N_TRAIN_SLICE)).astype(np.int64))
