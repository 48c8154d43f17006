"""The runs of a session: looking back at their moments, and going on from any of them."""

from PySide6.QtCore import QObject, Signal

from nnstudio.errors import UserError
from nnstudio.files.model_file import Model
from nnstudio.language import tr
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import TrainingConfig
from nnstudio.training.runs import Run, Runs
from nnstudio.training.weight_edit import WeightEdit


class RunHistory(TrainingRun):
    """Keeps the runs that there have been, and branches off from their moments.

    Whoever changes a setting or a weight while the past is on show means that moment: a branch begins there.
    Training is not disturbed by looking back.

    Attributes
    ----------
    runs : Runs

    Notes
    -----
    Thread: gui.
    """

    runs_changed = Signal()
    """A run began, was renamed, deleted or put back, or another one is trained."""

    def __init__(self, model: Model, problem_name: str, parent: QObject | None = None) -> None:
        super().__init__(model, problem_name, parent)
        self.runs = Runs()
        self._past_run: Run | None = None
        self._branching: tuple[CheckpointHistory, Run, int] | None = None
        """The recording that the next snapshots bring, and where it branched off."""
        self._note = ""
        """What was said last of what could not be recorded."""

    @property
    def run(self) -> Run | None:
        """The run on show: the one looked back at, else the one that is trained, if any."""
        return self._past_run if self.past is not None else self.runs.current

    def can_show(self, run: Run) -> bool:
        """Tell whether the window can show a run's moments as it is: for the same inputs and classes."""
        return (run.input_space, run.output_space) == (self.input_space, self.output_space)

    # Frames

    def _take_snapshot(self) -> None:
        super()._take_snapshot()
        snapshot, current = self.snapshot, self.runs.current
        if snapshot is None or snapshot.run_id != self._run_id:
            return
        if snapshot.checkpoint_history.note != self._note:
            self._note = snapshot.checkpoint_history.note
            if self._note:
                self.said.emit(self._note, True)
        if current is not None and snapshot.checkpoint_history is current.checkpoint_history:
            return
        parent, step = None, 0
        if self._branching is not None and self._branching[0] is snapshot.checkpoint_history:
            _, parent, step = self._branching
        self._branching = None
        spaces = (self.input_space, self.output_space)
        name = self.problem_name
        run = Run(snapshot.checkpoint_history, name, *spaces, self.data, self.model_name, "", parent, step)
        self.runs.begin(run)
        self._leave_what_is_gone()
        self.runs_changed.emit()

    def _drop_trainer(self) -> None:
        super()._drop_trainer()
        self.runs.choose(None)
        self._leave_what_is_gone()
        self.runs_changed.emit()

    def _leave_what_is_gone(self) -> None:
        """Look at the newest weights where the run that was looked back at is kept no more."""
        if self.past is not None and self._past_run not in self.runs.all:
            self.look_at(None)

    # Looking back

    def look_back(self, run: Run, checkpoint: Checkpoint) -> None:
        """Show the network as it was at a moment of a run that can be shown."""
        self._past_run = run
        self.look_at(checkpoint)

    def look_back_by(self, n_checkpoints: int) -> None:
        """Show the moment so many before or after the one on show; beyond the last one is the present."""
        run = self.run
        if run is None:
            self._say_nothing_is_recorded()
            return
        checkpoints = run.checkpoint_history.checkpoints
        at = len(checkpoints) - 1 if self.past is None else place_of(checkpoints, self.past)
        wanted = max(at + n_checkpoints, 0)
        if wanted < len(checkpoints):
            self.look_back(run, checkpoints[wanted])
        elif run is self.runs.current:
            self.look_at(None)

    def look_at_first(self) -> None:
        """Show the beginning of the run on show."""
        if self.run is None:
            self._say_nothing_is_recorded()
        else:
            self.look_back(self.run, self.run.first)

    def look_at_best(self) -> None:
        """Show the moment of the run on show that did best on the test set."""
        best = None if self.run is None else self.run.checkpoint_history.best
        if best is None:
            self.said.emit(tr("No moment of this run has been measured on the test set yet."), False)
        else:
            self.look_back(self.run, best)

    def _say_nothing_is_recorded(self) -> None:
        self.said.emit(tr("Nothing is recorded yet: Space trains the network."), False)

    def step_batch(self) -> None:
        """Take one step from the newest weights."""
        self.look_at(None)
        super().step_batch()

    def step_epoch(self) -> None:
        """Train to the end of the epoch from the newest weights."""
        self.look_at(None)
        super().step_epoch()

    def play(self) -> None:
        """Train from the newest weights."""
        self.look_at(None)
        super().play()

    # Branches

    def configure(self, config: TrainingConfig) -> None:
        """Change how, or what, is trained; from the past on, where that is on show."""
        if self.past is None or self.past.config.needs_fresh_weights(config):
            self.look_at(None)
            super().configure(config)
        else:
            self.branch(config)

    def edit_weights(self, weight_edit: WeightEdit) -> None:
        """Change weights of the network on show by hand; from the past on, where that is on show."""
        if self.past is not None:
            self.branch()
        super().edit_weights(weight_edit)

    def branch(self, config: TrainingConfig | None = None) -> None:
        """Go on from the moment on show in a run of its own, with the same choices or others.

        Training goes on there if it was under way. The run that is left stays as it is.

        Raises
        ------
        UserError
            If the choices cannot be; everything stays as it was.
        """
        run = self.run
        if run is None:
            self._say_nothing_is_recorded()
            return
        if self.trainer is None or (run.problem_name, run.data) != (self.problem_name, self.data):
            raise UserError(
                tr("{run} cannot go on with the data at hand. Choose it in the list of runs first.").format(
                    run=run.name
                )
            )
        checkpoint = self.past or run.last
        checkpoint_history = run.checkpoint_history.branch(checkpoint)
        config = config or checkpoint.config
        self._go_on(checkpoint, config, checkpoint_history)
        self._branching = checkpoint_history, run, checkpoint.step
        if self._wants_to_run:
            self.trainer.play()
        sentence = tr("A branch goes on from epoch {epoch:.2f} of {run}, which is kept.").format(
            epoch=checkpoint.epoch, run=run.name
        )
        if checkpoint.state is None and checkpoint.step:
            sentence += " " + tr("The optimiser begins anew: what it remembered was not kept there.")
        next_step = tr("It is being trained.") if self._wants_to_run else tr("Space trains it.")
        self.said.emit(f"{sentence} {next_step}", False)
        self.settings_changed.emit()

    def resume(self, run: Run) -> None:
        """Put a run of the problem at hand on show as it was left, ready to go on."""
        if self.trainer is None or run is self.runs.current:
            self.look_at(None)
            return
        try:
            self._go_on(run.last, run.config, run.checkpoint_history)
        except UserError as error:
            self.said.emit(str(error), True)
            return
        self._wants_to_run = False
        self.model_name = run.network_name
        self.runs.choose(run)
        self.said.emit(
            tr("{run} is as it was left, at epoch {epoch:.2f}. Space goes on with it.").format(
                run=run.name, epoch=run.last.epoch
            ),
            False,
        )
        self.runs_changed.emit()
        self.settings_changed.emit()

    def _go_on(
        self, checkpoint: Checkpoint, config: TrainingConfig, checkpoint_history: CheckpointHistory
    ) -> None:
        """Have the trainer go on from a moment, and show that moment as the newest."""
        before = self.architecture
        self._run_id = self.trainer.go_on(checkpoint, config, checkpoint_history)
        self.override_weights(None)
        self.past = None
        self.newest_weights, self.config = checkpoint.theta, config
        self.was_trained, self._is_fresh = True, False
        self._changes.weights = self._changes.progress = True
        self._changes.network |= config.architecture != before
        self.replaced.emit()
        self.checkpoint_changed.emit()

    # The list of runs

    def rename(self, run: Run, name: str) -> None:
        """Call a run something else; an empty name changes nothing."""
        if name.strip():
            run.name = name.strip()
            self.runs_changed.emit()

    def delete(self, run: Run) -> None:
        """Forget a run that is not being trained; it can be put back until another one begins."""
        if run not in self.runs.all:
            # A table that could not be seen still had it.
            return
        if run is self.runs.current:
            self.said.emit(
                tr("{run} is the run that is trained. Choose another one first.").format(run=run.name), True
            )
            return
        if run is self.run:
            self.look_at(None)
        self.runs.delete(run)
        self.said.emit(
            tr("{run} is deleted; Time > Bring back deleted run undoes that.").format(run=run.name), False
        )
        self.runs_changed.emit()

    def restore_deleted(self) -> None:
        """Put the run back that was deleted last."""
        run = self.runs.restore()
        if run is None:
            self.said.emit(tr("There is no deleted run to bring back."), False)
        else:
            self.said.emit(tr("{run} is back.").format(run=run.name), False)
            self.runs_changed.emit()


def place_of(checkpoints: tuple[Checkpoint, ...], checkpoint: Checkpoint) -> int:
    """Return the place of a moment, or of the one nearest to it: thinning may have taken it."""
    if checkpoint in checkpoints:
        return checkpoints.index(checkpoint)
    return min(range(len(checkpoints)), key=lambda k: abs(checkpoints[k].step - checkpoint.step))
