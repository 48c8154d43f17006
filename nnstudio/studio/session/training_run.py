"""The run of the network on show: its trainer, what it is told and what it brings."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject

from nnstudio.data.problem import Problem
from nnstudio.engine.initialise import initialise
from nnstudio.engine.ood_detector import OODDetector
from nnstudio.errors import UserError
from nnstudio.files.model_file import Model
from nnstudio.files.preview import PreviewSource
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.data_choices import data_task
from nnstudio.studio.session.default_configs import at_fresh_pace
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.messages import misfit_sentence, state_sentence
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource, problem_offers
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.epoch_samples import EpochSamples
from nnstudio.training.snapshot import RunState, Snapshot
from nnstudio.training.trainer import Trainer
from nnstudio.training.weight_edit import WeightEdit

MOST_INITIALISED = 1_000_000
"""Parameters that are drawn at random in less than a frame."""


class TrainingRun(DisplayedNetwork):
    """Trains the network on show.

    The trainer exists from the first time it is needed, because a problem's data may take seconds to make or
    download; until then the newest weights are the opened model's.

    Notes
    -----
    Thread: gui. What comes from the trainer is a frozen snapshot; one of an earlier run is dropped.
    """

    def __init__(self, model: Model, problem_name: str, parent: QObject | None = None) -> None:
        super().__init__(model, problem_name, parent)
        self.tasks = BackgroundWorker("nnstudio-tasks")
        self.problem: Problem | None = None
        """What is learned, its labels as they are learned; its inputs are never scaled."""
        self.data = DataChoices()
        """What was done to it before it is learned."""
        self._problem_as_it_is: Problem | None = None
        self.trainer: Trainer | None = None
        self.offers: dict[str, ProblemSource] = problem_offers()
        """What can be trained on, by name."""
        self.preview: PreviewSource | None = None
        """The samples of a recipe, beside what an epoch has in their place."""
        self._epoch_samples: EpochSamples | None = None
        self._run_id = 0
        self._wants_to_run = False
        """Whether training was asked for; the state follows a moment later."""
        self._goes_on_quietly = False
        """Whether nothing is said of the next time that training goes on."""
        self._preparing: Task | None = None
        self._waiting: list[Callable[[Trainer], None]] = []
        self._rng = np.random.default_rng()

    @property
    def problem_title(self) -> str:
        """What the problem is called."""
        return self.offers[self.problem_name].title

    @property
    def is_asked_to_train(self) -> bool:
        """Whether training was asked for, be it under way or about to be."""
        return self._wants_to_run

    # Frames

    def poll(self) -> Changes:
        """Take in what the trainer and the tasks have brought, and read the input anew where needed."""
        self.tasks.poll()
        self._take_snapshot()
        changes, self._changes = self._changes, Changes()
        self._read_anew(changes)
        return changes

    def _say_failure(self, sentence: str) -> None:
        self.said.emit(sentence, True)
        self.settings_changed.emit()

    def _take_snapshot(self) -> None:
        if self.trainer is None:
            return
        latest = self.trainer.latest
        if latest is self.snapshot or latest.run_id != self._run_id:
            return
        before, self.snapshot = self.snapshot, latest
        self.newest_weights = latest.theta
        if latest.config.needs_fresh_weights(self._newest_config):
            # The run that was asked for could not be; what the trainer holds is what is shown.
            self.config = latest.config
            self._changes.network = True
        has_learnt = self.was_trained or latest.step > 0
        if has_learnt != self.was_trained:
            self.was_trained = has_learnt
            self.settings_changed.emit()
        self._changes.progress = True
        if self.past is None and (before is None or _weights_of(before) != _weights_of(latest)):
            self._show_newest()
        if before is None or (before.state, before.message) != (latest.state, latest.message):
            if latest.state is not RunState.READY:
                self._wants_to_run = latest.state is RunState.RUNNING
            is_told = latest.state is RunState.RUNNING and self._goes_on_quietly
            self._goes_on_quietly &= latest.state is not RunState.RUNNING
            sentence = "" if is_told else state_sentence(latest, self.problem_title)
            if sentence:
                self.said.emit(sentence, latest.state in (RunState.DIVERGED, RunState.FAILED))
            self.settings_changed.emit()

    def _show_newest(self) -> None:
        """Show weights that the trainer brought, or what a lens makes of them."""
        weight_override = self.weight_override
        if (
            weight_override is not None
            and weight_override.follow is not None
            and weight_override.theta.size == self.own_weights.size
        ):
            self.weight_override = replace(weight_override, theta=weight_override.follow(self.own_weights))
        self._changes.weights |= weight_override is None or weight_override.follow is not None

    # The trainer

    def _with_trainer(self, then: Callable[[Trainer], None]) -> None:
        """Do something with the trainer, loading the problem first where that is still to be done."""
        if self.trainer is None and self.problem is not None:
            self._begin(self.problem)
            if self.trainer is None:
                return
        if self.trainer is not None:
            then(self.trainer)
            return
        # Keys pressed while the problem is on its way are obeyed when it is there, in their order.
        if self._preparing is None or self._preparing is not self.tasks.current:
            self._waiting = []
            self._preparing = self._load(self.offers[self.problem_name], self._begin_and_obey)
        self._waiting.append(then)

    def _begin_and_obey(self, loaded: Loaded) -> None:
        self._epoch_samples, self.preview = loaded.epoch_samples, loaded.preview
        self._begin(loaded.problem)
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            if self.trainer is not None:
                then(self.trainer)

    def _load(self, offer: ProblemSource, arrived: Callable[[Loaded], None]) -> Task:
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
            self.settings_changed.emit()

        title = tr("Preparing {title}").format(title=offer.title)
        task = Task(offer.load, done, self._say_failure, title)
        self.tasks.run(task)
        self.settings_changed.emit()
        return task

    def _begin(self, problem: Problem) -> None:
        """Start a trainer on the network on show; says so where the problem is not the network's."""
        self.problem = self._problem_as_it_is = problem
        self.data = DataChoices()
        if problem.output_space.class_names != self.output_space.class_names:
            self.said.emit(misfit_sentence(self.output_space, problem), True)
            return
        try:
            self.trainer = Trainer(
                problem, self.config, self.newest_weights, epoch_samples=self._epoch_samples
            )
        except UserError as error:
            self.said.emit(str(error), True)
            return
        self._run_id = self.trainer.latest.run_id
        self.trainer.start()

    def _drop_trainer(self) -> None:
        self.look_at(None)
        if self.trainer is not None:
            self.trainer.stop()
        self.trainer = self.snapshot = None
        self.data = DataChoices()
        if self.problem is not None:
            self.problem = self._problem_as_it_is
        self._wants_to_run = False

    # Training

    def play(self) -> None:
        """Train from the weights on show."""
        self._wants_to_run = True
        self._with_trainer(Trainer.play)

    def go_on_quietly(self) -> None:
        """Train on after a rest; whoever lets it go on says so, with what the rest was for."""
        self._goes_on_quietly = True
        self.play()

    def pause(self) -> None:
        """Rest after the step under way."""
        self._wants_to_run = False
        if self.trainer is not None:
            self.trainer.pause()

    def step_batch(self) -> None:
        """Take one step."""
        self._with_trainer(Trainer.step_batch)

    def step_epoch(self) -> None:
        """Train to the end of the epoch."""
        self._with_trainer(Trainer.step_epoch)

    def reset(self, *, new_seed: bool = False) -> None:
        """Start from fresh weights, of the same seed or a new one; training goes on if it was under way."""
        self.look_at(None)
        if new_seed:
            self.config = replace(self.config, seed=int(self._rng.integers(1, 100_000)))
        self.config = at_fresh_pace(self.config, self.input_space.kind)
        if self.trainer is None:
            self._show_fresh(self.config)
        else:
            self._remember()
            self._name_fresh()
            self.replaced.emit()
            self._run_id = self.trainer.replace(config=self.config)
            if self._wants_to_run:
                self.trainer.play()
        next_step = tr("They are being trained.") if self._wants_to_run else tr("Space trains them.")
        self.said.emit(
            f"{tr('Fresh weights, seed {seed}.').format(seed=self.config.seed)} {next_step}",
            False,
        )
        self.settings_changed.emit()

    def configure(self, config: TrainingConfig) -> None:
        """Change how, or what, is trained.

        Other layers, other activations of theirs, another initialisation or seed start from fresh weights;
        with anything else the run goes on, from its next step.

        Raises
        ------
        UserError
            If the network does not fit the problem; everything stays as it was.
        """
        if self.problem is not None:
            config.check(self.problem)
        is_other_network = config.architecture != self.architecture
        if self.config.needs_fresh_weights(config):
            config = at_fresh_pace(config, self.input_space.kind)
            self._show_fresh(config)
            if self.trainer is not None:
                self._run_id = self.trainer.replace(config=config)
                if self._wants_to_run:
                    self.trainer.play()
        elif self.trainer is not None:
            self.trainer.change(config)
        self.config = config
        self._changes.network |= is_other_network
        self._x_changed = True
        self.settings_changed.emit()

    def choose_data(self, data: DataChoices, then: Callable[[], None] = lambda: None) -> None:
        """Do something else to the samples, learn from them with fresh weights, and ``then`` go on."""
        if data == self.data:
            then()
        else:
            self._with_trainer(lambda trainer: self._prepare_data(trainer, data, then))

    def _prepare_data(self, trainer: Trainer, data: DataChoices, then: Callable[[], None]) -> None:
        epoch_samples = self._epoch_samples
        if epoch_samples is not None and data.random_labels:
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
            self.problem, learned = made
            self.data = data
            self._show_fresh(at_fresh_pace(self.config, self.input_space.kind))
            self._run_id = trainer.replace(problem=learned, config=self.config, epoch_samples=epoch_samples)
            if self._wants_to_run:
                trainer.play()
            next_step = tr("They are being trained.") if self._wants_to_run else tr("Space trains them.")
            self.said.emit(
                f"{tr('Fresh weights for {title}.').format(title=tr(self.problem.title))} {next_step}",
                False,
            )
            self.settings_changed.emit()
            then()

        assert self._problem_as_it_is is not None, "a trainer has a problem"
        self.tasks.run(data_task(self._problem_as_it_is, data, self.config.seed, begin, self._say_failure))
        self.settings_changed.emit()

    def edit_weights(self, weight_edit: WeightEdit) -> None:
        """Change weights of the network on show by hand; a run goes on from there."""
        if self.trainer is None:
            theta = self.newest_weights.copy()
            weight_edit.apply(self.architecture, theta)
            self.newest_weights = theta
            self.was_trained = True
            self._changes.weights = True
        # A trainer that is still to come starts from these weights, and does it again to the same effect.
        self._with_trainer(lambda trainer: trainer.edit_weights(weight_edit))

    def take_taught(self, theta: np.ndarray, detector: OODDetector | None, text: str) -> None:
        """Put weights on show that were taught from those on show; a run goes on from them, with a mark.

        Parameters
        ----------
        theta : float32 ndarray of shape (n_params,)
        detector : OODDetector or None
            Fitted to them.
        text : str
            What was taught, in words, for the marks on the curves.
        """
        if self.trainer is not None:
            self.trainer.edit_weights(WeightEdit.between(self.newest_weights, theta, text))
        self.newest_weights = self._fitted_to = theta
        # What was measured of the detector before is not true of this one.
        self._detector, self._detector_card = detector, {}
        self.was_trained = True
        self._changes.weights = True
        self.settings_changed.emit()

    @property
    def detector(self) -> OODDetector | None:
        """What tells an input of no class, where there is one that fits the weights on show."""
        return self._fitting_detector

    def _show_fresh(self, config: TrainingConfig) -> None:
        """Put the untrained network of a configuration on show; the one before can be had back."""
        self._remember()
        self.config = config
        if self.trainer is not None and self.architecture.n_params > MOST_INITIALISED:
            # The trainer's first snapshot brings the same weights, and the window does not wait for them.
            self.newest_weights = np.zeros(self.architecture.n_params, np.float32)
        else:
            rng = np.random.default_rng(self.config.seed)
            self.newest_weights = initialise(self.architecture, rng=rng, scheme=self.config.initialisation)
        self._name_fresh()
        self.replaced.emit()
        self.snapshot = self.reading = None
        self._changes = Changes(network=True, weights=True, reading=True, progress=True)


def _weights_of(snapshot: Snapshot) -> tuple[int, int, int]:
    """Tell which weights a snapshot holds."""
    return snapshot.run_id, snapshot.step, snapshot.n_weight_edits
