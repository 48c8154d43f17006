"""The summary of a run for a row of a table; any package above may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnstudio.data.output_kinds import Measure
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.data_choices import DataChoices
    from nnstudio.training.runs import Run


@dataclass(frozen=True)
class RunSummary:
    """The settings and results of a run so far.

    Attributes
    ----------
    name : str
    parent : str
        The name of the run that it branched from, or an empty string.
    parent_step : int or None
        The step of the branch.
    problem_name : str
    data : DataChoices
    network_name : str
    measure : Measure
        What the scores are.
    config : TrainingConfig
        The settings at its newest checkpoint.
    best_score, best_epoch : float or None
        The best score on the test set, and when it was reached; None until one was measured.
    step : int
    epoch : float
        The newest checkpoint's.
    train_loss, test_loss, test_score : float or None
        Of the newest checkpoint.
    seconds : float
        Spent training, by the clock, counted from the initial weights.
    n_checkpoints : int
        Number of checkpoints that are kept.
    """

    name: str
    parent: str
    parent_step: int | None
    problem_name: str
    data: DataChoices
    network_name: str
    measure: Measure
    config: TrainingConfig
    best_score: float | None
    best_epoch: float | None
    step: int
    epoch: float
    train_loss: float | None
    test_loss: float | None
    test_score: float | None
    seconds: float
    n_checkpoints: int

    @classmethod
    def of(cls, run: Run) -> RunSummary:
        """Summarise a run, which may be under way."""
        checkpoints, best, parent = (
            run.checkpoint_history.checkpoints,
            run.checkpoint_history.best,
            run.parent,
        )
        last = checkpoints[-1]
        return cls(
            name=run.name,
            parent="" if parent is None else parent.name,
            parent_step=None if parent is None else run.parent_step,
            problem_name=run.problem_name,
            data=run.data,
            network_name=run.network_name,
            measure=run.measure,
            config=last.config,
            best_score=None if best is None else best.test_score,
            best_epoch=None if best is None else best.epoch,
            step=last.step,
            epoch=last.epoch,
            train_loss=last.train_loss,
            test_loss=last.test_loss,
            test_score=last.test_score,
            seconds=last.seconds,
            n_checkpoints=len(checkpoints),
        )
