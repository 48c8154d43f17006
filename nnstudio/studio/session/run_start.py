"""Where the displayed run began, for a script that trains it again."""

from dataclasses import dataclass

from nnstudio.data.problem import Problem
from nnstudio.errors import UserError
from nnstudio.files.training_script import TrainingStart
from nnstudio.language import tr
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.run_history import RunHistory
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.loop import TrainingLoop


class RunStartError(UserError):
    """A run that cannot be begun again by a script."""


@dataclass(frozen=True, eq=False)
class RunStart:
    """The first step of a run, and what it learned from.

    Attributes
    ----------
    problem : Problem
        Not scaled yet.
    data : DataChoices
    checkpoint : Checkpoint
    n_steps : int
        Steps that the run has taken.
    later : str
        What was changed after its first step, in words; empty if nothing was.
    """

    problem: Problem
    data: DataChoices
    checkpoint: Checkpoint
    n_steps: int
    later: str

    def training_start(self) -> TrainingStart:
        """Return what the script needs; reads all samples where inputs are scaled.

        Notes
        -----
        Thread: any.
        """
        learned = self.data.scaled(self.problem)
        state, config = self.checkpoint.start(learned.train.scaling), self.checkpoint.config
        # A mask is kept with the state; biases that are not there are always held.
        loop = TrainingLoop(learned, config, state.theta, mask=state.mask)
        return TrainingStart.of(loop, self.n_steps)


def run_start(network: DisplayedNetwork, training: TrainingRun, history: RunHistory) -> RunStart:
    """Return where the displayed run began; training has its problem by now.

    Raises
    ------
    RunStartError
        If its samples are not those at hand, or no short script can draw them, or it is a branch.
    """
    run, problem = history.run, training.problem
    assert problem is not None, "a trainer has a problem"
    if training.epoch_samples is not None:
        raise RunStartError(
            tr(
                "The samples of {title} are drawn for each epoch, which a short script cannot do. "
                "Choose a problem whose samples stay."
            ).format(title=training.problem_title)
        )
    if run is None:
        # The trainer is so new that it has brought nothing yet.
        plan = BatchPlan(len(problem.train), 1)
        fresh = Checkpoint(
            0, 0.0, network.newest_weights, None, None, None, None, network.newest_config, plan
        )
        return RunStart(problem, training.data, fresh, 0, "")
    if not history.can_branch(run):
        raise RunStartError(
            tr(
                "{run} learned from other data than those at hand. Choose it in the list of runs, and then "
                "save its script."
            ).format(run=run.name)
        )
    checkpoints = run.checkpoint_history.checkpoints
    first = checkpoints[0]
    if first.step:
        raise RunStartError(
            tr(
                "{run} is a branch: it goes on with what the optimiser remembered. Go to the run that it "
                "began in, whose start can be written."
            ).format(run=run.name)
        )
    # What was set and changed by hand before the first step belongs to the start.
    (*_, begun) = (checkpoint for checkpoint in checkpoints if checkpoint.step == 0)
    later = [change for change in run.checkpoint_history.changes if change.epoch > 0]
    words = "; ".join(
        tr("{what} at epoch {epoch:.3g}").format(what=change.text, epoch=change.epoch) for change in later
    )
    return RunStart(problem, training.data, begun, run.last.step, words)
