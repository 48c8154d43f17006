"""The trainer's results as immutable snapshots; any package above may import it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.training.changes import Change
    from nnstudio.training.checkpoint_history import CheckpointHistory
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.history import HistoryView


class RunState(StrEnum):
    """What a run is doing, or why it does not continue."""

    READY = "ready"
    """No step taken yet."""
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    """The configured number of epochs is done; ``reset`` or ``replace`` starts another run."""
    DIVERGED = "diverged"
    """A value was not finite; the weights are the last good ones and ``play`` continues with them."""
    FAILED = "failed"
    """The thread met an error; ``reset`` or ``replace`` starts another run."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state of a run at one step; immutable.

    Attributes
    ----------
    run_id : int
        Grows with every reset and replacement. Drop a snapshot of another run than the one you asked for.
    step : int
        Updates taken in this run.
    epoch : float
        Passes over the training data, fractions included.
    theta : ndarray of shape (n_params,), float32
        A read-only copy of the weights after ``step`` updates, all finite: their running average where the
        configuration keeps one, and for unscaled inputs where the problem scales them. The same array as in
        the snapshot before, as long as the weights are the same.
    train_loss : float or None
        Mean loss of the last batch, measured before its update; None before the first step.
    test_loss, test_score : float or None
        On the whole test set, the score by the problem's measure; None until first measured.
    test_step : int or None
        The step whose weights the two test figures belong to (at most ``step``).
    images_per_second : float
        Training speed, smoothed over about a second of stepping; 0 before the first step.
    learning_rate : float
        The rate of the next step, after the schedule.
    state : RunState
    message : str
        A message for the user, or an empty string.
    history : HistoryView
    changes : tuple of Change
        The latest changes within this run, oldest first.
    n_weight_edits : int
        Number of times that weights were changed by hand in this run.
    config : TrainingConfig
    problem_name : str
    checkpoint_history : CheckpointHistory
        The run's, which grows while the run continues.

    Notes
    -----
    Thread: any. Two snapshots are equal only if they are the same object.
    """

    run_id: int
    step: int
    epoch: float
    theta: NDArray[np.float32]
    train_loss: float | None
    test_loss: float | None
    test_score: float | None
    test_step: int | None
    images_per_second: float
    learning_rate: float
    state: RunState
    message: str
    history: HistoryView
    changes: tuple[Change, ...]
    n_weight_edits: int
    config: TrainingConfig
    problem_name: str
    checkpoint_history: CheckpointHistory
