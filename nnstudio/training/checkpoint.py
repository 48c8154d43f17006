"""The state of a run after one of its steps; any package above may import it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from nnstudio.training.start import LoopState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.data.problem import InputScaling
    from nnstudio.training.batch_plan import BatchPlan
    from nnstudio.training.config import TrainingConfig


class Mark(StrEnum):
    """Why a checkpoint is kept longer than others."""

    EPOCH = "epoch"
    """The last step of an epoch."""
    BEST = "best"
    """The best score of the run on the test set so far; the first of equal ones."""
    CHANGE = "change"
    """Settings, or weights by hand, were changed at this step."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A run after one of its steps.

    Attributes
    ----------
    step : int
    epoch : float
    theta : ndarray of shape (n_params,), float32
        As in the snapshot of that step: for unscaled inputs, averaged where an average is kept.
    train_loss, test_loss, test_score, test_step
        As in the snapshot of that step.
    config : TrainingConfig
    batch_plan : BatchPlan
    n_weight_edits : int
        Number of times that weights were changed by hand until then.
    marks : frozenset of Mark
    state : LoopState or None
        What is needed to continue exactly; None where it was not kept.
    seconds : float
        Spent training until then, by the clock: steps and measurements, no rests. A branch continues the
        count of the checkpoint that it began at.

    Notes
    -----
    Aliasing: immutable.  Thread: any.
    """

    step: int
    epoch: float
    theta: NDArray[np.float32]
    train_loss: float | None
    test_loss: float | None
    test_score: float | None
    test_step: int | None
    config: TrainingConfig
    batch_plan: BatchPlan
    n_weight_edits: int = 0
    marks: frozenset[Mark] = frozenset()
    state: LoopState | None = None
    seconds: float = 0.0

    @property
    def is_measured(self) -> bool:
        """Whether the figures of the test set belong to exactly these weights."""
        return self.test_step == self.step

    @property
    def theta_bytes(self) -> int:
        """Memory of the weights."""
        return self.theta.nbytes

    @property
    def state_bytes(self) -> int:
        """Memory of the state beside the weights."""
        if self.state is None:
            return 0
        return sum(vector.nbytes for vector in self.state.vectors if vector is not self.theta)

    def start(self, scaling: InputScaling | None) -> LoopState:
        """Return the state to continue from: the one that was kept, else the weights alone.

        Parameters
        ----------
        scaling : InputScaling or None
            Of the training samples.
        """
        if self.state is not None:
            return self.state
        theta = self.theta
        if scaling is not None:
            theta = theta.copy()
            first = self.config.architecture.layers(theta)[0]
            scaling.unfold(first.W, first.b)
        return LoopState(self.step, self.batch_plan, theta)
