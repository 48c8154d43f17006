"""What the window is working on: a network, a problem, an input and a run; no widgets."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.problem import InputSpace, OutputSpace, Problem
from nnstudio.data.problems import PROBLEMS
from nnstudio.data.rasterise import RasterSpec
from nnstudio.data.strokes import Drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.errors import UserError
from nnstudio.files.model_file import Model
from nnstudio.insight.reading import Reading, read
from nnstudio.studio.bridge import Changes
from nnstudio.studio.errands import Errand, Errands, problem_errand
from nnstudio.studio.inputs import from_drawing, from_image
from nnstudio.studio.sentences import misfit_sentence, state_sentence
from nnstudio.studio.starting import NEW_NETWORK, at_fresh_pace, opened_config, starting_config
from nnstudio.training.config import TrainingConfig
from nnstudio.training.snapshot import RunState, Snapshot
from nnstudio.training.trainer import Trainer

MOST_INITIALISED = 1_000_000
"""Parameters that are drawn at random in less than a frame."""


class Session(QObject):
    """The state behind the window.

    The trainer exists from the first time it is needed, because a problem's data may take seconds to make or
    download; until then ``theta`` is the opened model's.

    Notes
    -----
    Thread: gui. What comes from the trainer is a frozen snapshot; one of an earlier run is dropped.
    """

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    input_changed = Signal()
    """The user's hand changed the input: the answer should follow soon."""

    settings_changed = Signal()
    """The problem, the configuration or the state of the run changed: the training bar follows."""

    def __init__(self, model: Model, problem_name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.errands = Errands()
        self.problem_name = problem_name
        self.problem: Problem | None = None
        self.was_trained = False
        """Whether the network on show has learnt anything since it was opened or made."""
        self.trainer: Trainer | None = None
        self.snapshot: Snapshot | None = None
        self.reading: Reading | None = None
        self.x: np.ndarray | None = None
        self._run_id = 0
        self._wants_to_run = False
        """Whether training was asked for; the state follows a moment later."""
        self._changes = Changes()
        self._x_changed = False
        self._earlier: tuple[Model, bool] | None = None
        self._preparing: Errand | None = None
        self._waiting: list[Callable[[Trainer], None]] = []
        self._rng = np.random.default_rng()
        self._take(model, opened_config(model))

    def _take(self, model: Model, config: TrainingConfig) -> None:
        self.was_trained = self._is_fresh = False
        self.model_name = model.name
        self.card = model.card
        self.input_space: InputSpace = model.input_space
        self.output_space: OutputSpace = model.output_space
        self.raster: RasterSpec | None = model.raster
        self.theta: np.ndarray = model.theta
        self.config = config
        self.x = self.reading = None
        self._changes = Changes(network=True, weights=True, reading=True, progress=True)

    @property
    def architecture(self) -> Architecture:
        """The shape of the network on show."""
        return self.config.architecture

    @property
    def state(self) -> RunState:
        """What the run is doing."""
        return RunState.READY if self.snapshot is None else self.snapshot.state

    @property
    def is_running(self) -> bool:
        """Whether training is under way."""
        return self.state is RunState.RUNNING

    def model(self) -> Model:
        """Return the network on show, to be saved."""
        card = {"problem": self.problem_name, "seed": self.config.seed}
        if self.snapshot is not None:
            card |= {"epochs": round(self.snapshot.epoch, 2), "optimiser": self.config.optimiser}
        theta = np.asarray(self.theta, np.float32)
        spaces = (self.input_space, self.output_space)
        return Model(self.architecture, theta, *spaces, self.raster, card, self.model_name)

    def learnt_model(self) -> Model | None:
        """Return the network on show if it has learnt anything, else the one before if that has."""
        if self.was_trained:
            return self.model()
        model, was_trained = self._earlier or (None, False)
        return model if was_trained else None

    # The input

    def set_strokes(self, strokes: tuple[np.ndarray, ...]) -> None:
        """Read strokes in canvas units; nothing, or hardly anything, has no reading, too much is refused."""
        self._read_next(lambda: from_drawing(Drawing(strokes), self.input_space, self.raster))

    def set_image(self, image: np.ndarray) -> None:
        """Read an image of ink, shape (height, width); one of another size is brought to the network's."""
        self._read_next(lambda: from_image(image, self.input_space, self.raster))

    def set_input(self, x: np.ndarray | None) -> None:
        """Read an input as it is, shape (n_inputs,)."""
        # A gesture may still reach the sheet of the problem before.
        self.x = None if x is not None and x.size != self.architecture.n_inputs else x
        self._x_changed = True
        self.input_changed.emit()

    def _read_next(self, make: Callable[[], np.ndarray | None]) -> None:
        try:
            x = make()
        except UserError as error:
            self.said.emit(str(error), True)
            x = None
        self.set_input(x)

    # Frames

    def poll(self) -> Changes:
        """Take in what the trainer and errands have brought, and read the input anew where needed."""
        failure = self.errands.poll()
        if failure is not None:
            self.said.emit(failure, True)
            self.settings_changed.emit()
        self._take_snapshot()
        changes, self._changes = self._changes, Changes()
        if self._x_changed or (changes.weights and self.x is not None):
            self._x_changed = False
            self.reading = None if self.x is None else self._read(self.x)
            changes.reading = True
        return changes

    def _read(self, x: np.ndarray) -> Reading | None:
        reading = read(self.architecture, self.theta, x)
        if reading.is_finite:
            return reading
        self.said.emit("The weights are so large that the answer is no number. Reset the network (R).", True)
        return None

    def _take_snapshot(self) -> None:
        if self.trainer is None:
            return
        latest = self.trainer.latest
        if latest is self.snapshot or latest.run_id != self._run_id:
            return
        before, self.snapshot = self.snapshot, latest
        self.theta = latest.theta
        if latest.config.architecture != self.architecture:
            # The run that was asked for could not be; what the trainer holds is what is shown.
            self.config = latest.config
            self._changes.network = True
        has_learnt = self.was_trained or latest.step > 0
        if has_learnt != self.was_trained:
            self.was_trained = has_learnt
            self.settings_changed.emit()
        self._changes.progress = True
        if before is None or before.step != latest.step or before.run_id != latest.run_id:
            self._changes.weights = True
        if before is None or before.state is not latest.state:
            if latest.state is not RunState.READY:
                self._wants_to_run = latest.state is RunState.RUNNING
            sentence = state_sentence(latest, PROBLEMS[self.problem_name].title)
            if sentence:
                self.said.emit(sentence, latest.state in (RunState.DIVERGED, RunState.FAILED))
            self.settings_changed.emit()

    # Training

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
        if self._preparing is None or self._preparing is not self.errands.current:
            self._waiting = []
            self._preparing = self._load(self.problem_name, self._begin_and_obey)
        self._waiting.append(then)

    def _begin_and_obey(self, problem: Problem) -> None:
        self._begin(problem)
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            if self.trainer is not None:
                then(self.trainer)

    def _load(self, name: str, arrived: Callable[[Problem], None]) -> Errand:
        def done(problem: Problem) -> None:
            n = len(problem.train)
            self.said.emit(f"{problem.title} is ready: {n:,} samples to learn from. {problem.source}", False)
            arrived(problem)
            self.settings_changed.emit()

        errand = problem_errand(name, done)
        self.errands.run(errand)
        self.settings_changed.emit()
        return errand

    def _begin(self, problem: Problem) -> None:
        """Start a trainer on the network on show; says so where the problem is not the network's."""
        self.problem = problem
        if problem.output_space.class_names != self.output_space.class_names:
            self.said.emit(misfit_sentence(self.output_space, problem), True)
            return
        try:
            self.trainer = Trainer(problem, self.config, self.theta)
        except UserError as error:
            self.said.emit(str(error), True)
            return
        self._run_id = self.trainer.latest.run_id
        self.trainer.start()

    def play(self) -> None:
        """Train from the weights on show."""
        self._wants_to_run = True
        self._with_trainer(Trainer.play)

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
        if new_seed:
            self.config = replace(self.config, seed=int(self._rng.integers(1, 100_000)))
        self.config = at_fresh_pace(self.config, self.input_space.kind)
        if self.trainer is None:
            self._show_fresh(self.config)
        else:
            self._remember()
            self._name_fresh()
            self._run_id = self.trainer.replace(config=self.config)
            if self._wants_to_run:
                self.trainer.play()
        next_step = "They are being trained." if self._wants_to_run else "Space trains them."
        self.said.emit(f"Fresh weights, seed {self.config.seed}. {next_step}", False)
        self.settings_changed.emit()

    def set_learning_rate(self, learning_rate: float) -> None:
        """Go on at another rate.

        Raises
        ------
        HyperError
            If the rate is not a finite number above 0.
        """
        self.config = replace(self.config, hyper=replace(self.config.hyper, learning_rate=learning_rate))
        if self.trainer is not None:
            self.trainer.set_learning_rate(learning_rate)
        self.settings_changed.emit()

    def configure(self, config: TrainingConfig) -> None:
        """Change how, or what, is trained.

        Other layers or another activation of theirs start from fresh weights; anything else goes on from
        those on show.

        Raises
        ------
        UserError
            If the network does not fit the problem; everything stays as it was.
        """
        if self.problem is not None:
            config.check(self.problem)
        old, new = self.architecture, config.architecture
        fresh = new.layer_sizes != old.layer_sizes or new.activations[:-1] != old.activations[:-1]
        if fresh:
            config = at_fresh_pace(config, self.input_space.kind)
            self._show_fresh(config)
        self.config = config
        self._changes.network |= new != old
        self._x_changed = True
        if self.trainer is not None:
            self._run_id = self.trainer.replace(config=config, theta=None if fresh else self.theta)
            if self._wants_to_run:
                self.trainer.play()
        self.settings_changed.emit()

    def _show_fresh(self, config: TrainingConfig) -> None:
        """Put the untrained network of a configuration on show; the one before can be had back."""
        self._remember()
        self.config = config
        if self.trainer is not None and self.architecture.n_params > MOST_INITIALISED:
            # The trainer's first snapshot brings the same weights, and the window does not wait for them.
            self.theta = np.zeros(self.architecture.n_params, np.float32)
        else:
            rng = np.random.default_rng(self.config.seed)
            self.theta = initialise(self.architecture, rng=rng, scheme=self.config.initialisation)
        self._name_fresh()
        self.snapshot = self.reading = None
        self._changes = Changes(network=True, weights=True, reading=True, progress=True)

    def _name_fresh(self) -> None:
        self.model_name, self.card = NEW_NETWORK, {}
        self.was_trained, self._is_fresh = False, True

    def _remember(self) -> None:
        """Keep the network on show, to go back to; a fresh one that has learnt nothing is no loss."""
        if self.was_trained or not self._is_fresh:
            self._earlier = self.model(), self.was_trained

    # Problems and models

    def choose_problem(self, name: str) -> None:
        """Load another problem; a network that fits it is kept, else a fresh one takes its place."""
        if name == self.problem_name:
            if self.errands.current is not self._preparing:
                self.errands.cancel()
            if self.problem is not None and self.trainer is None:
                self._take_problem(name, self.problem)
            return
        self._load(name, lambda problem: self._take_problem(name, problem))

    def _take_problem(self, name: str, problem: Problem) -> None:
        same = problem.input_space == self.input_space and problem.output_space == self.output_space
        self._drop_trainer()
        if not same:
            config = starting_config(problem)
            self._show_fresh(config)
            self.input_space, self.output_space = problem.input_space, problem.output_space
            drawn = problem.input_space.shape == (RasterSpec().size, RasterSpec().size)
            self.raster = RasterSpec() if drawn else None
            self.x = None
        self.problem_name = name
        self._begin(problem)

    def _drop_trainer(self) -> None:
        if self.trainer is not None:
            self.trainer.stop()
        self.trainer = self.snapshot = None
        self._wants_to_run = False

    def go_back(self) -> None:
        """Put the network on show again that the last fresh or opened one replaced; again: forth."""
        if self._earlier is None:
            self.said.emit("There is no earlier network to go back to.", True)
        else:
            model, was_trained = self._earlier
            self.open_model(model)
            self.was_trained = was_trained

    def open_model(self, model: Model) -> None:
        """Put a saved network on show, with a problem of its kind of input.

        Raises
        ------
        ConfigError
            If it is none that could be trained; everything stays as it was.
        """
        config = opened_config(model)
        self._remember()
        self._drop_trainer()
        self.errands.cancel()
        self._take(model, config)
        fits = [name for name, entry in PROBLEMS.items() if entry.kind == model.input_space.kind]
        if self.problem_name not in fits and fits:
            self.problem_name, self.problem = fits[0], None
        elif self.problem is not None:
            self._begin(self.problem)
        self.said.emit(f"Opened {model.name}, {model.architecture}.", False)
        self.settings_changed.emit()

    def random_test_input(self, show: Callable[[np.ndarray, str], None]) -> None:
        """Pick a test sample; ``show`` gets the input (n_inputs,) and its class name."""

        def pick(trainer: Trainer) -> None:
            samples = self.problem.test
            index = int(self._rng.integers(len(samples)))
            show(
                samples.batch(np.array([index]))[0], self.output_space.class_names[int(samples.labels[index])]
            )

        self._with_trainer(pick)

    def close(self) -> None:
        """Stop all threads and wait for them, for a bounded time."""
        self.errands.stop()
        self._drop_trainer()
