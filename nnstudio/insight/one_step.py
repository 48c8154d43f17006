"""One training step on one input, in stages: forward, loss, backward, update."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from nnstudio.data.problem import Answer, answers_of
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.training_step import NotFiniteError, TrainingStep
from nnstudio.insight.loss_slopes import LossSlopes, loss_slopes
from nnstudio.insight.reading import Reading, read
from nnstudio.training.config import TrainingConfig


class Phase(StrEnum):
    """The kind of a stage of a training step."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"
    AFTER = "after"


@dataclass(frozen=True)
class StepStage:
    """One stage; forward and backward have one for each computing layer.

    Attributes
    ----------
    phase : Phase
    layer : int
        Its computing layer, the first is 0; the last one in phases without a layer.
    """

    phase: Phase
    layer: int


@dataclass(frozen=True, eq=False)
class OneStep:
    """A training step on one input.

    Attributes
    ----------
    architecture : Architecture
    theta, theta_after : ndarray of shape (n_params,)
        Before and after the update.
    answer : int or ndarray of shape (n_outputs,)
        The true class, or the right numbers.
    reading, reading_after : Reading
        The values of the network for the input, before and after.
    slopes, slopes_after : LossSlopes
        The loss before and after, and its derivatives.
    rate : float
        The learning rate of the step.
    """

    architecture: Architecture
    theta: np.ndarray
    theta_after: np.ndarray
    answer: Answer
    reading: Reading
    reading_after: Reading
    slopes: LossSlopes
    slopes_after: LossSlopes
    rate: float

    @property
    def change(self) -> np.ndarray:
        """The update of theta, shape (n_params,)."""
        return np.asarray(self.theta_after - self.theta)

    @property
    def stages(self) -> tuple[StepStage, ...]:
        """All stages in order."""
        last = self.architecture.n_layers - 1
        layers = range(last + 1)
        return (
            *(StepStage(Phase.FORWARD, k) for k in layers),
            StepStage(Phase.LOSS, last),
            *(StepStage(Phase.BACKWARD, k) for k in reversed(layers)),
            StepStage(Phase.UPDATE, last),
            StepStage(Phase.AFTER, last),
        )


def one_step(config: TrainingConfig, theta: np.ndarray, x: np.ndarray, answer: Answer) -> OneStep | None:
    """Take a training step on one input, on a copy of the weights.

    Parameters
    ----------
    config : TrainingConfig
        Its loss, optimiser and hyper-parameters are used, with the learning rate before any schedule.
    theta : ndarray of shape (n_params,), float32
    x : ndarray of shape (n_inputs,)
    answer : int or ndarray of shape (n_outputs,)
        The true class, or the right numbers.

    Returns
    -------
    OneStep or None
        None where enormous weights overflow.

    Raises
    ------
    LossError
        If the loss does not fit the output.

    Notes
    -----
    The optimiser has taken no step before: its moments are those of a run's first step. Without dropout and
    label smoothing.  Aliasing: keeps a reference to theta, which must not change.
    """
    architecture, hyper = config.architecture, config.hyper
    reading = read(architecture, theta, x)
    if not reading.is_finite:
        return None
    after = theta.copy()
    optimiser = OPTIMISERS[config.optimiser]
    step = TrainingStep(
        architecture,
        after,
        config.loss,
        optimiser,
        optimiser.initial_state(after),
        hyper,
        1,
        frozen=config.frozen,
        compiled=False,
    )
    try:
        step.take(reading.x[None], answers_of(answer), hyper.learning_rate)
    except NotFiniteError:
        return None
    if not architecture.has_biases:
        after *= architecture.trained_mask()
    reading_after = read(architecture, after, x)
    if not reading_after.is_finite:
        return None
    slopes, slopes_after = (
        loss_slopes(architecture, weights, values, answer, config.loss)
        for weights, values in ((theta, reading), (after, reading_after))
    )
    return OneStep(
        architecture,
        theta,
        after,
        answer,
        reading,
        reading_after,
        slopes,
        slopes_after,
        hyper.learning_rate,
    )
