"""Training of the displayed network: its problem, its trainer and the snapshots that this brings."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.chosen_points import ChosenPoints
from nnstudio.data.problem import Answer, Problem, ProblemError
from nnstudio.engine.ood_detector import OODDetector
from nnstudio.errors import UserError
from nnstudio.files.preview import PreviewSource
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, R, Task
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.default_configs import at_fresh_pace, with_more_epochs
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.messages import misfit_sentence, state_sentence
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource, problem_sources_by_name
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.epoch_samples import EpochSamples
from nnstudio.training.snapshot import RunState
from nnstudio.training.start import initial_theta
from nnstudio.training.trainer import Trainer
from nnstudio.training.weight_edit import WeightEdit

MOST_INITIALISED = 1_000_000
"""Parameters that are drawn at random in less than a frame."""


class TrainingRun(QObject):
    """Loads the problem and trains the displayed network on it.

    The trainer exists from the first time it is needed, because a problem's data may take seconds to make or
    download; until then the newest weights are the opened model's.

    Parameters
    ----------
    network : DisplayedNetwork
    parent : QObject

    Attributes
    ----------
    run_id : int
        Of the run whose snapshots are taken in; those of an earlier run are dropped.

    Notes
    -----
    Thread: gui. What comes from the trainer is a frozen snapshot.
    """

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    settings_changed = Signal()
    """The problem, the configuration or the state of the run changed: the training bar follows."""

    snapshot_taken = Signal()
    """The trainer brought a snapshot, which is the network's by now."""

    stopped = Signal()
    """The trainer was stopped: there is none until it is needed again."""

    def __init__(self, network: DisplayedNetwork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network = network
        network.config_changed.connect(self.settings_changed)
        self.tasks = BackgroundWorker("nnstudio-tasks")
        self.problem: Problem | None = None
        """What is learned, its labels as they are learned; its inputs are never scaled."""
        self.data = DataChoices()
        """What was done to it before it is learned."""
        self._problem_as_it_is: Problem | None = None
        self.trainer: Trainer | None = None
        self.problem_sources: dict[str, ProblemSource] = problem_sources_by_name()
        """What can be trained on, by name."""
        self.preview: PreviewSource | None = None
        """The samples of a recipe, beside what an epoch has in their place."""
        self.epoch_samples: EpochSamples | None = None
        self.run_id = 0
        self.is_asked_to_train = False
        """Whether training was asked for: it is under way, or will be in a moment."""
        self._goes_on_quietly = False
        """Whether nothing is said of the next time that training goes on."""
        self._loading: Task[Loaded] | None = None
        """The problem loaded last, or under way."""
        self._preparing: Task[Loaded] | None = None
        """The same where it is the displayed network's."""
        self._waiting: list[Callable[[Trainer], None]] = []
        self._rng = np.random.default_rng()

    @property
    def problem_title(self) -> str:
        """What the problem is called."""
        return self.problem_sources[self._network.problem_name].title

    @property
    def points(self) -> ChosenPoints:
        """The points of the problem."""
        return self.problem_sources[self._network.problem_name].chosen_points

    @property
    def never_fits(self) -> bool:
        """Whether the problem is known, before it is loaded, to have other inputs or outputs."""
        network, source = self._network, self.problem_sources[self._network.problem_name]
        return source.entry is not None and not source.fits(network.input_space, network.output_space)

    @property
    def state(self) -> RunState:
        """What the run is doing."""
        snapshot = self._network.snapshot
        return RunState.READY if snapshot is None else snapshot.state

    @property
    def n_samples(self) -> int:
        """How many training samples the problem has; 0 before it is loaded."""
        return 0 if self._problem_as_it_is is None else len(self._problem_as_it_is.train)

    @property
    def is_running(self) -> bool:
        """Whether training is under way."""
        return self.state is RunState.RUNNING

    # Frames

    def poll(self) -> None:
        """Take in what the trainer and the tasks have brought."""
        self.tasks.poll()
        self._take_snapshot()

    def _say_failure(self, sentence: str) -> None:
        self.said.emit(sentence, True)
        self.settings_changed.emit()

    def _take_snapshot(self) -> None:
        if self.trainer is None:
            return
        latest = self.trainer.latest
        if latest is self._network.snapshot or latest.run_id != self.run_id:
            return
        before, self._network.snapshot = self._network.snapshot, latest
        self._network.newest_weights = latest.theta
        if latest.config.needs_fresh_weights(self._network.newest_config):
            # The run that was asked for could not be; what the trainer holds is what is shown.
            self._network.newest_config = latest.config
            self._network.changes.network = True
        has_learnt = self._network.was_trained or latest.step > 0
        if has_learnt != self._network.was_trained:
            self._network.was_trained = has_learnt
            self.settings_changed.emit()
        self._network.changes.progress = True
        if self._network.past is None and (before is None or before.theta is not latest.theta):
            self._network.show_newest()
        if before is None or (before.state, before.message) != (latest.state, latest.message):
            if latest.state is not RunState.READY:
                self.is_asked_to_train = latest.state is RunState.RUNNING
            is_told = latest.state in (RunState.PAUSED, RunState.RUNNING) and self._goes_on_quietly
            self._goes_on_quietly &= latest.state is not RunState.RUNNING
            sentence = "" if is_told else state_sentence(latest, self.problem_title)
            if sentence:
                self.said.emit(sentence, latest.state in (RunState.DIVERGED, RunState.FAILED))
            self.settings_changed.emit()
        self.snapshot_taken.emit()

    # The trainer

    def _with_trainer(self, then: Callable[[Trainer], None]) -> None:
        """Call ``then`` with the trainer, once the problem is loaded."""
        if self.trainer is None and self._loading is not None and self._loading is self.tasks.current:
            # Keys pressed while a problem is on its way are obeyed when it is there, in their order.
            self._waiting.append(then)
            return
        if self.trainer is None and self.problem is not None:
            self.begin(self.problem)
            if self.trainer is None:
                return
        if self.trainer is not None:
            then(self.trainer)
            return
        self._preparing = self.load(self.problem_sources[self._network.problem_name], self._begin_loaded)
        self._waiting.append(then)

    def _begin_loaded(self, loaded: Loaded) -> None:
        self.epoch_samples, self.preview = loaded.epoch_samples, loaded.preview
        self.begin(loaded.problem)

    def load(self, source: ProblemSource, arrived: Callable[[Loaded], None]) -> Task[Loaded]:
        """Load a problem in the background; ``arrived`` gets it."""

        def done(loaded: Loaded) -> None:
            problem = loaded.problem
            more = loaded.account or problem.source
            ready = tr("{title} is ready: %n samples to learn from.", len(problem.train)).format(
                title=tr(problem.title)
            )
            self.said.emit(
                f"{ready} {more}",
                False,
            )
            arrived(loaded)
            waiting, self._waiting = self._waiting, []
            for then in waiting:
                if self.trainer is not None:
                    then(self.trainer)
            self.settings_changed.emit()

        self._waiting = []
        title = tr("Preparing {title}").format(title=source.title)
        self._loading = self.run_task(Task(source.load, done, title=title))
        return self._loading

    def run_task(self, task: Task[R]) -> Task[R]:
        """Run a task in place of the one under way; if it fails, a sentence says so."""
        task.failed = self._say_failure
        self.tasks.run(task)
        self.settings_changed.emit()
        return task

    def begin(self, problem: Problem) -> None:
        """Start a trainer on the network, or say that the problem does not fit it."""
        self.problem = self._problem_as_it_is = problem
        self.data = DataChoices()
        misfit = misfit_sentence(self._network.input_space, self._network.output_space, problem)
        if misfit:
            self.said.emit(misfit, True)
            return
        try:
            self.trainer = Trainer(
                problem,
                self._network.newest_config,
                self._network.newest_weights,
                epoch_samples=self.epoch_samples,
            )
        except UserError as error:
            self.said.emit(str(error), True)
            return
        self.run_id = self.trainer.latest.run_id
        self.trainer.start()

    def stop(self) -> None:
        """Stop the trainer, waiting for it for a bounded time; the network stays."""
        self._network.look_at(None)
        if self.trainer is not None:
            self.trainer.stop()
        self.trainer = self._network.snapshot = None
        self.data = DataChoices()
        if self.problem is not None:
            self.problem = self._problem_as_it_is
        self.is_asked_to_train = False
        self.stopped.emit()

    def forget_problem(self) -> None:
        """Load the problem of the network's ``problem_name`` when it is needed next."""
        self.problem = self.epoch_samples = self.preview = None

    def loaded(self) -> Loaded | None:
        """Return the problem as it was loaded; None before it is."""
        if self.problem is None:
            return None
        return Loaded(self.problem, self.epoch_samples, preview=self.preview)

    def cancel_other_loads(self) -> None:
        """Cancel the task under way, unless it loads the problem at hand."""
        if self.tasks.current is not self._preparing:
            self.tasks.cancel()

    def with_problem(self, then: Callable[[], None]) -> None:
        """Call ``then`` once the problem is loaded."""
        self._with_trainer(lambda trainer: then())

    def prepare(self) -> None:
        """Load the problem if it is not loaded yet, without training on it."""
        self._with_trainer(lambda trainer: None)

    def random_test_input(self, show: Callable[[np.ndarray, Answer], None]) -> None:
        """Pick a test sample; ``show`` gets the input (n_inputs,) and its right answer."""

        def pick(trainer: Trainer) -> None:
            assert self.problem is not None, "a trainer has a problem"
            samples = self.problem.test
            index = int(self._rng.integers(len(samples)))
            show(samples.batch(np.array([index]))[0], samples.answer(index))

        self._with_trainer(pick)

    def numbered_input(
        self, index: int, show: Callable[[np.ndarray, Answer], None], *, is_test: bool
    ) -> None:
        """Pick a sample of the training set, or of the test set, by its number from 0.

        ``show`` gets the input (n_inputs,) and its answer as it is learned; a number that there is not is
        refused with a sentence.
        """

        def pick(trainer: Trainer) -> None:
            assert self.problem is not None, "a trainer has a problem"
            samples = self.problem.test if is_test else self.problem.train
            if index >= len(samples):
                sentence = (
                    tr("There is no test sample {index:,}: {title} has numbers 0 to {last:,}.")
                    if is_test
                    else tr("There is no training sample {index:,}: {title} has numbers 0 to {last:,}.")
                )
                last = len(samples) - 1
                self.said.emit(sentence.format(index=index, title=tr(self.problem.title), last=last), True)
                return
            show(samples.batch(np.array([index]))[0], samples.answer(index))

        self._with_trainer(pick)

    # Training

    def play(self) -> None:
        """Train from the newest weights; a run that is over gets as many epochs more as it began with."""
        self._network.look_at(None)
        self._give_more_epochs()
        self.is_asked_to_train = True
        self._with_trainer(Trainer.play)

    def _give_more_epochs(self, n_epochs: float | None = None) -> None:
        """Move the end of a run that is over, by the epochs that it began with or others, and say so."""
        snapshot = self._network.snapshot
        is_over = snapshot is not None and snapshot.run_id == self.run_id and self.state is RunState.FINISHED
        if self.trainer is None or snapshot is None or not is_over:
            return
        began_with = snapshot.checkpoint_history.checkpoints[0].config.epochs or snapshot.config.epochs
        config = with_more_epochs(snapshot.config, snapshot.epoch, n_epochs or began_with or 1.0)
        self.change(config)
        self._goes_on_quietly = True
        self.said.emit(
            tr(
                "The run was over at epoch {epoch:g}: it goes on to epoch {end:g}. Settings > Epochs moves "
                "the end."
            ).format(epoch=snapshot.epoch, end=config.epochs),
            False,
        )

    def go_on_quietly(self) -> None:
        """Resume training without a sentence: the caller says one."""
        self._goes_on_quietly = True
        self.play()

    def pause(self) -> None:
        """Rest after the step under way."""
        self.is_asked_to_train = False
        if self.trainer is not None:
            self.trainer.pause()

    def step_batch(self) -> None:
        """Take one step from the newest weights."""
        self._network.look_at(None)
        self._give_more_epochs(1.0)
        self._with_trainer(Trainer.step_batch)

    def step_epoch(self) -> None:
        """Train to the end of the epoch from the newest weights."""
        self._network.look_at(None)
        self._give_more_epochs(1.0)
        self._with_trainer(Trainer.step_epoch)

    def reset(self, *, new_seed: bool = False) -> None:
        """Start from fresh weights, of the same seed or a new one; training goes on if it was under way."""
        self.remember()
        if new_seed:
            self._network.newest_config = replace(
                self._network.config, seed=int(self._rng.integers(1, 100_000))
            )
        self._network.newest_config = at_fresh_pace(self._network.config, self._network.input_space.kind)
        if self.trainer is None:
            self.show_fresh(self._network.config)
        else:
            self._network.name_fresh()
            self.run_id = self.trainer.replace(config=self._network.config)
            if self.is_asked_to_train:
                self.trainer.play()
        next_step = tr("They are being trained.") if self.is_asked_to_train else tr("Space trains them.")
        self.said.emit(
            f"{tr('Fresh weights, seed {seed}.').format(seed=self._network.config.seed)} {next_step}",
            False,
        )
        self.settings_changed.emit()

    def restart(self, config: TrainingConfig, theta: np.ndarray | None = None) -> None:
        """Train a fresh network with other layers, activations, initialisation or seed.

        Parameters
        ----------
        config : TrainingConfig
        theta : float32 ndarray of shape (n_params,), optional
            Its weights; without them they are drawn at random.

        Raises
        ------
        UserError
            If the network does not fit the problem; everything stays as it was.
        """
        self._check(config)
        self.remember()
        config = at_fresh_pace(config, self._network.input_space.kind)
        self.show_fresh(config)
        if theta is not None:
            self._network.newest_weights = theta
            self._network.was_trained = True
        if self.trainer is not None:
            self.run_id = self.trainer.replace(config=config, theta=theta)
            if self.is_asked_to_train:
                self.trainer.play()
        self.settings_changed.emit()

    def change(self, config: TrainingConfig) -> None:
        """Train in another way from the next step on.

        Raises
        ------
        UserError
            If the configuration does not fit the problem; everything stays as it was.
        """
        self._check(config)
        network = self._network
        network.look_at(None)
        if self.trainer is not None:
            self.trainer.change(config)
        network.changes.network |= config.architecture != network.architecture
        network.newest_config = config
        network.note_input()
        self.settings_changed.emit()

    def _check(self, config: TrainingConfig) -> None:
        if self.problem is not None:
            config.check(self.problem)

    def go_on_from(
        self, checkpoint: Checkpoint, config: TrainingConfig, checkpoint_history: CheckpointHistory
    ) -> None:
        """Have the trainer go on from a checkpoint, whose weights are the newest from then on.

        Raises
        ------
        UserError
            If the configuration does not fit the problem; everything stays as it was.
        """
        assert self.trainer is not None, "only what is trained goes on"
        network = self._network
        before = network.architecture
        self.run_id = self.trainer.go_on(checkpoint, config, checkpoint_history)
        network.override_weights(None)
        network.past = None
        network.newest_weights, network.newest_config = checkpoint.theta, config
        network.was_trained, network.is_fresh = True, False
        network.changes.weights = network.changes.progress = True
        network.changes.network |= config.architecture != before
        network.replaced.emit()
        network.checkpoint_changed.emit()

    def check_data(self, data: DataChoices) -> None:
        """Check that there are so many samples, as soon as it is known how many there are.

        Raises
        ------
        ProblemError
            With the numbers that there may be.
        """
        if self._problem_as_it_is is not None:
            data.check(self._problem_as_it_is)

    def choose_data(
        self, data: DataChoices, then: Callable[[], None] = lambda: None, *, keeps_weights: bool = False
    ) -> None:
        """Scale inputs and draw labels as ``data`` says, and call ``then``.

        Training begins from fresh weights, or from the newest ones where these were learned from such data.
        """
        if data == self.data:
            then()
        else:
            self._with_trainer(lambda trainer: self._prepare_data(trainer, data, then, keeps_weights))

    def _prepare_data(
        self, trainer: Trainer, data: DataChoices, then: Callable[[], None], keeps_weights: bool
    ) -> None:
        epoch_samples = self.epoch_samples
        if epoch_samples is not None and (data.random_labels or data.samples is not None):
            self.said.emit(
                tr(
                    "The samples of {problem_title} are drawn anew for each epoch, with the labels that "
                    "belong "
                    "to them. Choose a problem whose samples stay."
                ).format(problem_title=self.problem_title),
                True,
            )
            return

        def begin(made: tuple[Problem, Problem]) -> None:
            theta = None
            if keeps_weights:
                theta = self._network.newest_weights
            else:
                self.remember()
                self.show_fresh(at_fresh_pace(self._network.config, self._network.input_space.kind))
            self.problem, learned = made
            self.data = data
            self.run_id = trainer.replace(
                problem=learned, config=self._network.config, theta=theta, epoch_samples=epoch_samples
            )
            if self.is_asked_to_train:
                trainer.play()
            if keeps_weights:
                self.settings_changed.emit()
                then()
                return
            next_step = tr("They are being trained.") if self.is_asked_to_train else tr("Space trains them.")
            self.said.emit(
                f"{tr('Fresh weights for {title}.').format(title=tr(self.problem.title))} {next_step}",
                False,
            )
            self.settings_changed.emit()
            then()

        problem, seed = self._problem_as_it_is, self._network.config.seed
        assert problem is not None, "a trainer has a problem"

        def work(task: Task[tuple[Problem, Problem]]) -> tuple[Problem, Problem]:
            labelled = data.labelled(problem, seed)
            return labelled, data.scaled(labelled)

        title = tr("Preparing {title}").format(title=problem.title)
        self.run_task(Task(work, begin, title=title))

    def change_samples(self, problem: Problem, text: str) -> None:
        """Learn from other samples of the same spaces; weights and run go on.

        Parameters
        ----------
        problem : Problem
        text : str
            What was changed, in words, for the marks on the curves; empty for no mark.
        """
        is_other = problem.name != self._network.problem_name
        self._problem_as_it_is = problem
        try:
            self.data.check(problem)
        except ProblemError as error:
            self.data = replace(self.data, samples=None)
            self.said.emit(f"{error} {tr('All of them are learned from.')}", True)
        self.problem = self.data.labelled(problem, self._network.config.seed)
        self.epoch_samples = self.preview = None
        self._network.problem_name = problem.name
        if self.trainer is not None:
            self.trainer.change_samples(self.problem, text)
        if is_other:
            self.settings_changed.emit()

    def edit_weights(self, weight_edit: WeightEdit) -> None:
        """Edit the newest weights; a run goes on from there."""
        if self.trainer is None:
            theta = self._network.newest_weights.copy()
            weight_edit.apply(self._network.architecture, theta)
            self._network.newest_weights = theta
            self._network.was_trained = True
            self._network.changes.weights = True
            if not self._network.config.is_trainable:
                return
        # A trainer that is still to come starts from these weights, and does it again to the same effect.
        self._with_trainer(lambda trainer: trainer.edit_weights(weight_edit))

    def take_taught(self, theta: np.ndarray, detector: OODDetector | None, text: str) -> None:
        """Take over fine-tuned weights; a run goes on from them, with a mark.

        Parameters
        ----------
        theta : float32 ndarray of shape (n_params,)
        detector : OODDetector or None
            Fitted to them.
        text : str
            What was taught, in words, for the marks on the curves.
        """
        if self.trainer is not None:
            self.trainer.edit_weights(WeightEdit.between(self._network.newest_weights, theta, text))
        self._network.newest_weights = theta
        # What was measured of the detector before is not true of this one.
        self._network.take_detector(theta, detector)
        self._network.was_trained = True
        self._network.changes.weights = True
        self.settings_changed.emit()

    def remember(self) -> None:
        """Keep the network for ``Session.go_back``, with its settings."""
        self._network.remember(self.data, self.points)

    def show_fresh(self, config: TrainingConfig) -> None:
        """Replace the network by an untrained one, as its trainer does; ``remember`` the old one first."""
        self._network.newest_config = config
        if self.trainer is not None and self._network.architecture.n_params > MOST_INITIALISED:
            # The trainer's first snapshot brings the same weights, and the window does not wait for them.
            self._network.newest_weights = np.zeros(self._network.architecture.n_params, np.float32)
        else:
            self._network.newest_weights = initial_theta(self._network.config, self._network.input_space)
        self._network.name_fresh()
        self._network.snapshot = self._network.reading = None
        self._network.changes = Changes(network=True, weights=True, reading=True, progress=True)
