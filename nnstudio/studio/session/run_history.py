"""The runs of a session: displaying their checkpoints, and going on from any of them."""

from enum import Enum

from PySide6.QtCore import QObject, Signal

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.session.default_configs import with_more_epochs
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import TrainingConfig
from nnstudio.training.runs import Run, Runs
from nnstudio.training.weight_edit import WeightEdit


class ConfigEffect(Enum):
    """How a configuration came into force."""

    FRESH_WEIGHTS = "fresh weights"
    BRANCH = "branch"
    NEXT_STEP = "next step"


class RunHistory(QObject):
    """Keeps the runs, displays their checkpoints, and begins branches there.

    Displaying a checkpoint does not disturb training.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    parent : QObject

    Attributes
    ----------
    runs : Runs

    Notes
    -----
    Thread: gui.
    """

    runs_changed = Signal()
    """A run began, was renamed, deleted or put back, or another one is trained."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self, network: DisplayedNetwork, training: TrainingRun, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._network, self._training = network, training
        training.snapshot_taken.connect(self._record)
        training.stopped.connect(self._leave_current)
        self.runs = Runs()
        self._past_run: Run | None = None
        self._branching: tuple[CheckpointHistory, Run, int] | None = None
        """The recording that the next snapshots bring, and where it branched off."""
        self._note = ""
        """What was said last of what could not be recorded."""

    @property
    def run(self) -> Run | None:
        """The displayed run: that of the displayed checkpoint, else the one that is trained, if any."""
        return self._past_run if self._network.past is not None else self.runs.current

    def can_show(self, run: Run) -> bool:
        """Tell whether a run's checkpoints can be displayed: it has the same inputs and classes."""
        return (run.input_space, run.output_space) == (self._network.input_space, self._network.output_space)

    def _record(self) -> None:
        """Begin a run in the list where a snapshot is the first of one."""
        snapshot, current = self._network.snapshot, self.runs.current
        if snapshot is None:
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
        spaces = (self._network.input_space, self._network.output_space)
        name = self._network.problem_name
        run = Run(
            snapshot.checkpoint_history,
            name,
            *spaces,
            self._training.data,
            self._training.points,
            self._network.model_name,
            "",
            parent,
            step,
        )
        self.runs.begin(run)
        self._leave_what_is_gone()
        self.runs_changed.emit()

    def note_points(self) -> None:
        """Note that the run that is trained learns from other points by now."""
        run = self.runs.current
        if run is not None:
            run.problem_name, run.points = self._network.problem_name, self._training.points
            run.input_space = self._network.input_space

    def _leave_current(self) -> None:
        """Train no run of the list."""
        self.runs.choose(None)
        self._leave_what_is_gone()
        self.runs_changed.emit()

    def _leave_what_is_gone(self) -> None:
        """Display the newest weights if the run of the displayed checkpoint was dropped."""
        if self._network.past is not None and self._past_run not in self.runs.all:
            self._network.look_at(None)

    # Looking back

    def look_back(self, run: Run, checkpoint: Checkpoint) -> None:
        """Display a checkpoint of a run that can be shown."""
        self._past_run = run
        self._network.look_at(checkpoint)

    def look_back_by(self, n_checkpoints: int) -> None:
        """Move by a number of checkpoints; beyond the last are the newest weights."""
        run = self.run
        if run is None:
            self._say_nothing_is_recorded()
            return
        checkpoints = run.checkpoint_history.checkpoints
        at = len(checkpoints) - 1 if self._network.past is None else place_of(checkpoints, self._network.past)
        wanted = max(at + n_checkpoints, 0)
        if wanted < len(checkpoints):
            self.look_back(run, checkpoints[wanted])
        elif run is self.runs.current:
            self._network.look_at(None)

    def look_at_first(self) -> None:
        """Display the first checkpoint of the displayed run."""
        if self.run is None:
            self._say_nothing_is_recorded()
        else:
            self.look_back(self.run, self.run.first)

    def look_at_best(self) -> None:
        """Display the checkpoint of the displayed run that did best on the test set."""
        run = self.run
        best = None if run is None else run.checkpoint_history.best
        if run is None or best is None:
            self.said.emit(tr("No moment of this run has been measured on the test set yet."), False)
        else:
            self.look_back(run, best)

    def _say_nothing_is_recorded(self) -> None:
        self.said.emit(tr("Nothing is recorded yet: Space trains the network."), False)

    # Changes and branches

    def configure(self, config: TrainingConfig) -> ConfigEffect:
        """Change how, or what, is trained.

        Other layers, other activations of theirs, another initialisation or seed start from fresh weights.
        With anything else the run goes on from its next step; where a checkpoint is displayed, a branch
        begins there.

        Raises
        ------
        UserError
            If the network does not fit the problem; everything stays as it was.
        """
        if self._network.config.needs_fresh_weights(config):
            self._training.restart(config)
            return ConfigEffect.FRESH_WEIGHTS
        if self._network.past is not None:
            self.branch(config)
            return ConfigEffect.BRANCH
        self._training.change(config)
        return ConfigEffect.NEXT_STEP

    def edit_weights(self, weight_edit: WeightEdit) -> None:
        """Change weights of the displayed network by hand; a displayed checkpoint begins a branch.

        Raises
        ------
        UserError
            If there can be no branch; everything stays as it was.
        """
        if self._network.past is not None:
            self.branch()
        self._training.edit_weights(weight_edit)

    def can_branch(self, run: Run) -> bool:
        """Tell whether a run can go on now: the trainer has its problem, with the same data."""
        training = self._training
        here = self._network.problem_name, training.data, training.points
        return training.trainer is not None and (run.problem_name, run.data, run.points) == here

    def is_newest(self, checkpoint: Checkpoint) -> bool:
        """Tell whether a checkpoint holds the newest weights of the run that is trained."""
        current = self.runs.current
        return (
            current is not None
            and current is self.run
            and (checkpoint.step, checkpoint.n_weight_edits)
            == (current.last.step, current.last.n_weight_edits)
        )

    def branch(self, config: TrainingConfig | None = None) -> None:
        """Continue from the displayed checkpoint in a new run, with the same configuration or another.

        Training goes on there if it was under way. The run that is left stays as it is.

        Raises
        ------
        UserError
            If the configuration does not fit the problem; everything stays as it was.
        """
        run = self.run
        if run is None:
            self._say_nothing_is_recorded()
            return
        if not self.can_branch(run):
            raise UserError(
                tr("{run} cannot go on with the data at hand. Choose it in the list of runs first.").format(
                    run=run.name
                )
            )
        checkpoint = self._network.past or run.last
        checkpoint_history = run.checkpoint_history.branch(checkpoint)
        if config is None:
            # A branch from the end of a run would be over before it began.
            more = run.first.config.epochs or checkpoint.config.epochs or 1.0
            config = with_more_epochs(checkpoint.config, checkpoint.epoch, more)
        self._training.go_on_from(checkpoint, config, checkpoint_history)
        self._branching = checkpoint_history, run, checkpoint.step
        if self._training.is_asked_to_train:
            self._training.go_on_quietly()
        sentence = tr("A branch goes on from epoch {epoch:.2f} of {run}, which is kept.").format(
            epoch=checkpoint.epoch, run=run.name
        )
        if checkpoint.state is None and checkpoint.step:
            sentence += " " + tr("The optimiser begins anew: what it remembered was not kept there.")
        next_step = tr("It is being trained.") if self._training.is_asked_to_train else tr("Space trains it.")
        self.said.emit(f"{sentence} {next_step}", False)
        self._training.settings_changed.emit()

    def resume(self, run: Run) -> None:
        """Continue a run of the current problem where it was left."""
        if self._training.trainer is None or run is self.runs.current:
            self._network.look_at(None)
            return
        if run.config.architecture.n_inputs != self._network.input_space.n_features:
            # A session may say anything of its runs: the network would be one of other inputs than are named.
            self.said.emit(
                tr("{run} has other inputs than {title}: it can be looked at no more.").format(
                    run=run.name, title=self._training.problem_title
                ),
                True,
            )
            return
        try:
            self._training.go_on_from(run.last, run.config, run.checkpoint_history)
        except UserError as error:
            self.said.emit(str(error), True)
            return
        self._training.is_asked_to_train = False
        self._network.model_name = run.network_name
        self.runs.choose(run)
        self.said.emit(
            tr("{run} is as it was left, at epoch {epoch:.2f}. Space goes on with it.").format(
                run=run.name, epoch=run.last.epoch
            ),
            False,
        )
        self.runs_changed.emit()
        self._training.settings_changed.emit()

    # The list of runs

    def add(self, run: Run) -> None:
        """Put a run that was trained elsewhere among the others."""
        self.runs.add(run)
        self._leave_what_is_gone()
        self.runs_changed.emit()

    def rename(self, run: Run, name: str) -> None:
        """Rename a run; an empty name changes nothing."""
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
            self._network.look_at(None)
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
    """Return the index of a checkpoint, or of the one nearest to it: thinning may have removed it."""
    if checkpoint in checkpoints:
        return checkpoints.index(checkpoint)
    return min(range(len(checkpoints)), key=lambda k: abs(checkpoints[k].step - checkpoint.step))
