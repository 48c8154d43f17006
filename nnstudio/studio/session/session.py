"""What the window is working on: a network, its training, the runs and the input; no widgets."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.chosen_points import ChosenPoints
from nnstudio.data.feature_problem import FEATURES_OF, feature_problem, features_of
from nnstudio.data.own_points import NAME as OWN_POINTS
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, OutputSpace, Problem
from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.data.raster_fit import raster_for
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.errors import UserError
from nnstudio.files.model_file import Model, load_model
from nnstudio.files.models import find_model
from nnstudio.files.network_toml import WrittenNetwork
from nnstudio.files.part_drawings import PartSet
from nnstudio.files.session_file import SavedSession
from nnstudio.files.written_model import model_of
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.session.bumps import Bumps
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.character_line import Character
from nnstudio.studio.session.default_configs import NEW_NETWORK, opened_config
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.drawing_collection import DrawingCollection
from nnstudio.studio.session.evaluator import Evaluator
from nnstudio.studio.session.features import Features, feature_source
from nnstudio.studio.session.fill_in import FillIn
from nnstudio.studio.session.fine_tuner import FineTuner
from nnstudio.studio.session.hand_gradient import GradientByHand
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.session.lesson_guide import LessonGuide
from nnstudio.studio.session.line import Line
from nnstudio.studio.session.memorising import Memorising
from nnstudio.studio.session.messages import listed
from nnstudio.studio.session.opened_sweep import OpenedSweep
from nnstudio.studio.session.openings import Openings
from nnstudio.studio.session.other_network import Other
from nnstudio.studio.session.own_drawings import OwnDrawings
from nnstudio.studio.session.own_problems import OwnProblems
from nnstudio.studio.session.parts import Parts
from nnstudio.studio.session.perceptron import Perceptron
from nnstudio.studio.session.picture_features import base_and_features, picture_source, source_for
from nnstudio.studio.session.playback import Playback
from nnstudio.studio.session.point_editor import PointEditor, own_points_source
from nnstudio.studio.session.problem_sources import (
    LARGEST_UNASKED_BYTES,
    Loaded,
    ProblemSource,
    kept_function_source,
    own_function_source,
    with_classes_of,
    with_points,
    with_shipped_reader,
)
from nnstudio.studio.session.run_history import RunHistory
from nnstudio.studio.session.selection import Selection
from nnstudio.studio.session.setting_changes import SettingChanges
from nnstudio.studio.session.setting_list import with_hidden_activations
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.studio.session.training_step import Stepper
from nnstudio.studio.session.unit_images import UnitImages
from nnstudio.studio.session.weight_editing import WeightEditor
from nnstudio.training.config import ConfigError, TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.runs import Run
from nnstudio.training.start_settings import starting_config

DIGITS_PROBLEMS = ("digits-mnist", "digits-synthetic")
"""The second is always here."""


class Session(QObject):
    """The state behind the window; does what concerns several of its parts.

    Parameters
    ----------
    model : Model
        The network that is displayed at first.
    problem_name : str
        What it is trained on.
    parent : QObject

    Attributes
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    history : RunHistory
    input : InputDocument
    point_editor : PointEditor
    features : Features
    line : Line
    bumps : Bumps
    selection : Selection
    unit_images : UnitImages
    weight_editor : WeightEditor
    stepper : Stepper
    playback : Playback
    setting_changes : SettingChanges
    perceptron : Perceptron
    hand_gradient : GradientByHand
    memorising : Memorising
    parts : Parts
    evaluator : Evaluator
    fill_in : FillIn
    drawings : OwnDrawings
    drawing_collection : DrawingCollection
    own_problems : OwnProblems
    fine_tuner : FineTuner
    openings : Openings
    other : Other or None
        The network that the displayed one is compared with, B.
    lesson_guide : LessonGuide

    Notes
    -----
    Thread: gui. Call ``poll`` once a frame, and ``close`` in the end.
    """

    said = Signal(str, bool)
    """A sentence for the message line, from any part, and whether it is a warning."""

    data_missing = Signal(object)
    """Data of a ProblemSource that was asked for have to be fetched or found first."""

    problem_taken = Signal()
    """Another problem, or another recipe's data, is learned from."""

    turn_offered = Signal(object)
    """A `TurnOffer`: imported images seem to lie with rows and columns exchanged."""

    sweep_opened = Signal(object)
    """An `OpenedSweep`: the table of a sweep was opened."""

    soft_steps_offered = Signal(str)
    """Training was asked for, hidden steps do not allow it, as a sentence says, and sigmoids would."""

    def __init__(self, model: Model, problem_name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.network = network = DisplayedNetwork(model, problem_name, self)
        self.training = training = TrainingRun(network, self)
        self.history = history = RunHistory(network, training, self)
        self.input = InputDocument(network, self)
        self.input.x_changed.connect(network.note_input)
        self.point_editor = PointEditor(network, training, history, self.input.undo_stack, self)
        self.features = Features(network, training, self.point_editor, self.take, self)
        self.line = Line(network, training, self.point_editor, self)
        self.problem_taken.connect(self.line.forget)
        self.selection = Selection(network, self)
        self.unit_images = UnitImages(network)
        self.weight_editor = WeightEditor(network, history, self)
        self.bumps = Bumps(network, training, self.weight_editor, self.point_editor, self)
        self.stepper = Stepper(network, self.input, self.weight_editor, self)
        self.playback = Playback(network, history, self)
        self.setting_changes = SettingChanges(network, training, history, self)
        self.perceptron = Perceptron(network, training, self.weight_editor, self.setting_changes, self)
        self.hand_gradient = GradientByHand(network, training, self.selection, self)
        self.memorising = Memorising(network, training, history, self)
        self.parts = Parts(
            network, training, self.selection, self.weight_editor, self.input, self._show_model, self
        )
        self.evaluator = Evaluator(network, training, self.selection, self)
        self.fill_in = FillIn(network, self)
        self.drawings = OwnDrawings(self)
        self.drawing_collection = DrawingCollection(self.drawings, self.input, self)
        self.own_problems = OwnProblems(training, self.drawings, self.take, self)
        self.fine_tuner = FineTuner(network, training, self.input, self.drawings, self)
        self.openings = Openings()
        self.other: Other | None = None
        self.lesson_guide = LessonGuide(
            *(network, training, self.input, self.line, self.selection, self.fill_in, self.work_on), self
        )
        parts = (
            *(network, training, history, self.input, self.point_editor, self.weight_editor, self.stepper),
            *(self.setting_changes, self.drawings, self.drawing_collection, self.own_problems),
            *(self.fine_tuner, self.fill_in, self.line, self.bumps, self.perceptron, self.features),
            *(self.hand_gradient, self.memorising, self.parts, self.lesson_guide),
        )
        for part in parts:
            part.said.connect(self.said)

    def poll(self) -> Changes:
        """Take in what background work has brought, read the input where needed, and return what is new."""
        self.drawings.poll()
        self.fine_tuner.poll()
        self.openings.poll()
        self.lesson_guide.poll()
        self.playback.advance()
        self.training.poll()
        if self.network.changes.network and self.input.x is None:
            # What lies on the canvas becomes an input of the network displayed now.
            self.input.read()
        changes = self.network.poll(self.input.x)
        if changes.network:
            self.selection.clear()
            self.parts.follow()
        self.fill_in.follow()
        changes.results = self.evaluator.poll()
        self.hand_gradient.poll()
        return changes

    def read_line(self) -> tuple[Character, ...]:
        """Read each character of the line on the canvas; empty where there is none."""
        line, network = self.input.line, self.network
        if line is None:
            return ()
        return line.read(network.architecture, network.prediction_weights, network.output_space)

    # Training

    def play(self) -> None:
        """Train from the displayed weights; from a displayed checkpoint in a branch."""
        self._train(self.training.play, plays=True)

    def step_batch(self) -> None:
        """Take one step from the displayed weights; from a displayed checkpoint in a branch."""
        self._train(self.training.step_batch, plays=False)

    def step_epoch(self) -> None:
        """Train the displayed weights to the end of the epoch; from a displayed checkpoint in a branch."""
        self._train(self.training.step_epoch, plays=False)

    def _train(self, begin: Callable[[], None], *, plays: bool) -> None:
        if "step" in self.network.architecture.activations[:-1]:
            try:
                self.network.config.check_trainable()
            except ConfigError as error:
                self.said.emit(str(error), True)
                self.soft_steps_offered.emit(str(error))
                return
        checkpoint, run = self.network.past, self.history.run
        if checkpoint is None or run is None or self.history.is_newest(checkpoint):
            begin()
            return

        def branch() -> None:
            self.history.look_back(run, checkpoint)
            self.training.is_asked_to_train = plays
            try:
                self.history.branch()
            except UserError as error:
                self.training.is_asked_to_train = False
                self.said.emit(str(error), True)
            else:
                if not plays:
                    begin()

        if self.history.can_branch(run):
            branch()
        else:
            self.switch_to(run, then=branch)

    # Problems

    def choose_problem(self, name: str) -> None:
        """Load another problem; a network that fits it is kept.

        Else the network that comes with nnstudio for it is displayed, or a fresh one where there is none.
        """
        source = self.training.problem_sources[name]
        if source.missing().n_bytes > LARGEST_UNASKED_BYTES:
            self.data_missing.emit(source)
            self.training.settings_changed.emit()
            return
        if name == self.network.problem_name:
            self.training.cancel_other_loads()
            loaded = self.training.loaded()
            if loaded is not None and self.training.trainer is None:
                self._take_problem(source, loaded)
            return
        read = source
        if source.reader is not None and not source.fits(self.network.input_space, self.network.output_space):
            read = with_shipped_reader(source, source.reader)
        self.training.load(read, lambda loaded: self._arrive(source, loaded))

    def _arrive(self, source: ProblemSource, loaded: Loaded) -> None:
        """Take a chosen problem, and say which network reads it where it brings one."""
        self._take_problem(source, loaded, model=loaded.model)
        if self.network.model_name != NEW_NETWORK and loaded.model is not None:
            self.said.emit(
                tr("{title} is read by {name}, {architecture}; R starts from fresh weights.").format(
                    title=tr(loaded.problem.title),
                    name=loaded.model.name,
                    architecture=loaded.model.architecture,
                ),
                False,
            )

    def make_points(self, points: PointOptions, seed: int) -> None:
        """Learn from other points of the named set at hand; where they fit the network, the run goes on.

        Another range, or another number of classes, begins with a fresh network.

        Parameters
        ----------
        points : PointOptions
        seed : int

        Raises
        ------
        UserError
            If such points cannot be made; everything stays as it was.
        """
        training, name = self.training, self.network.problem_name
        source = with_points(training.problem_sources[name], points, seed)
        problem, before = load_problem(name, seed=seed, points=points), training.problem
        is_like = (
            before is not None
            and problem.input_space == before.input_space
            and problem.output_space.is_like(before.output_space)
        )
        if not is_like:
            self.take(source, then=training.play if training.is_asked_to_train else lambda: None)
            return
        training.problem_sources[name] = source
        self.point_editor.forget_steps()
        problem = _with_ranges_of(problem, self.network.output_space)
        given = {**asdict(points), "seed": seed}
        chosen = ", ".join(
            f"{option.replace('_', ' ')} {value:g}" for option, value in given.items() if value is not None
        )
        training.change_samples(problem, tr("points: {chosen}").format(chosen=chosen))
        self.history.note_points()

    def take_points(self, points: OwnPoints, account: str = "") -> None:
        """Learn from own points; a network that does not fit them makes room for a fresh one.

        ``account`` is said when they are there; by default their source and the notes on them.
        """
        is_training = self.training.is_asked_to_train
        self.take(
            self.point_editor.offer(points, account),
            then=self.training.play if is_training else lambda: None,
        )

    def take(self, source: ProblemSource, *, then: Callable[[], None] = lambda: None) -> None:
        """Load a recipe or the user's own data; once they are there, they can be chosen again by name.

        ``then`` is called when the network for them is displayed. Where data are missing, ``data_missing``
        is emitted instead.
        """
        if source.missing():
            self.data_missing.emit(source)
        else:
            self._load(source, then)

    def open_sweep(self, opened: OpenedSweep) -> None:
        """Show the table of a sweep; what its cells learn from can be chosen by name then."""
        if opened.source is not None:
            self.training.problem_sources[opened.source.name] = opened.source
        self.sweep_opened.emit(opened)

    def fetch(self, source: ProblemSource) -> None:
        """Download what a source lacks, and take it."""

        def fetched(_: None) -> None:
            if source.recipe is None:
                self.choose_problem(source.name)
            else:
                self.take(source)

        self.training.run_task(Task(source.download, fetched, title=source.title))

    def _load(self, source: ProblemSource, then: Callable[[], None]) -> None:
        def arrived(loaded: Loaded) -> None:
            self._take_problem(source, loaded)
            if loaded.turn_offer is not None:
                self.turn_offered.emit(loaded.turn_offer)
            then()

        self.training.load(source, arrived)

    def _take_problem(
        self,
        source: ProblemSource,
        loaded: Loaded,
        data: DataChoices | None = None,
        then: Callable[[], None] = lambda: None,
        *,
        model: Model | None = None,
    ) -> None:
        """Train on a problem; a network that does not fit it makes room for ``model``, or a fresh one."""
        network, training = self.network, self.training
        problem = loaded.problem
        if problem.input_space == network.input_space:
            problem = _with_ranges_of(problem, network.output_space)
        same = problem.input_space == network.input_space and problem.output_space == network.output_space
        is_replaced = not same or loaded.config is not None
        if is_replaced:
            training.remember()
        training.stop()
        training.problem_sources[source.name] = source
        # Before the fresh weights: kinks are spread over the range of the inputs.
        network.input_space, network.output_space = problem.input_space, problem.output_space
        if is_replaced and model is not None:
            network.take(model, opened_config(model))
            self.input.forget_x()
        elif is_replaced:
            training.show_fresh(loaded.config or starting_config(problem))
        if not same and model is None:
            network.raster = raster_for(problem)
            self.input.forget_x()
        network.problem_name = source.name
        self.point_editor.forget_steps()
        training.epoch_samples, training.preview = loaded.epoch_samples, loaded.preview
        training.begin(problem)
        self.problem_taken.emit()
        training.choose_data(data or DataChoices(input_scaling=loaded.input_scaling), then)

    def switch_to(self, run: Run, *, then: Callable[[], None] = lambda: None) -> None:
        """Display a run as it was left, ready to go on; what it learned from is loaded first where need be.

        ``then`` is called when it is displayed.
        """

        def resume() -> None:
            self.history.resume(run)
            if run is self.history.run:
                then()

        training = self.training
        try:
            source = self._source_of(run.problem_name, run.points, run.input_space, run.output_space)
        except UserError as error:
            self.said.emit(str(error), True)
            return
        if source is None:
            self.said.emit(
                tr("{run} learned from data that are not here: open them first.").format(run=run.name), True
            )
            return
        is_at_hand = source is training.problem_sources.get(source.name)
        is_here, loaded = is_at_hand and source.name == self.network.problem_name, training.loaded()
        if is_here and training.trainer is not None:
            training.choose_data(run.data, resume)
        elif is_here and loaded is not None:
            self._take_problem(source, loaded, run.data, resume)
        else:
            training.load(source, lambda loaded: self._take_problem(source, loaded, run.data, resume))

    def open_trained(self, run: Run) -> None:
        """Put a run that was trained elsewhere among the runs, and display it, ready to go on."""
        if run not in self.history.runs.all:
            self.history.add(run)
        self.switch_to(run)

    # Networks

    def go_back(self) -> None:
        """Display the network again that the last fresh or opened one replaced; again: forth.

        Its settings and its problem come back with it.
        """
        earlier, training = self.network.earlier, self.training
        if earlier is None:
            self.said.emit(tr("There is no earlier network to go back to."), True)
            return
        self._replace_network(earlier.model, earlier.config)
        self.network.was_trained = earlier.was_trained
        sentence = tr("{name}, {architecture}, is back with its settings.").format(
            name=tr(earlier.model.name), architecture=earlier.model.architecture
        )
        name, model = earlier.problem_name, earlier.model
        source = self._source_of(name, earlier.points, model.input_space, model.output_space)
        if source is None:
            sentence = f"{sentence} {self._choose_fitting_problem(model)}".rstrip()
        elif source is not training.problem_sources.get(name) or name != self.network.problem_name:
            training.problem_sources[name] = source
            self.network.problem_name = name
            training.forget_problem()
        elif training.problem is not None:
            training.begin(training.problem)
        self.said.emit(sentence, False)
        training.settings_changed.emit()
        training.choose_data(earlier.data, keeps_weights=True)

    def open_shipped(self, name: str) -> None:
        """Display a network that comes with nnstudio; it is read in the background."""
        title = tr("Opening {name}").format(name=name)
        self.training.run_task(Task(lambda _: load_model(find_model(name)), self.open_model, title=title))

    def open_model(self, model: Model) -> None:
        """Display a saved network, with a problem that it can be trained on where there is one."""
        self._replace_network(model, opened_config(model))
        change = self._choose_fitting_problem(model)
        opened = tr("Opened {name}, {architecture}.").format(name=model.name, architecture=model.architecture)
        self.said.emit(f"{opened} {change}".rstrip(), False)
        self.training.settings_changed.emit()

    def open_written(self, name: str, written: WrittenNetwork) -> None:
        """Display a network that is written out, with its input, and train it on its own function.

        Parameters
        ----------
        name : str
            Of the problem that its function is, unlike that of any other.
        written : WrittenNetwork

        Raises
        ------
        UserError
            If its inputs or outputs are too many; everything stays as it was.
        """
        model, training = model_of(written), self.training
        self._replace_network(model, opened_config(model))
        source = training.problem_sources[name] = own_function_source(name, model)
        self.network.problem_name = name
        training.forget_problem()
        if source.own_function is not None:
            with suppress(UserError):
                # A network that cannot be trained is refused when training is asked for.
                self.network.config.check(source.own_function)
                training.begin(source.own_function)
        if written.x:
            self.input.set_x(np.array(written.x, np.float32))
        opened = tr("Opened {name}.").format(name=model.name)
        self.said.emit(" ".join((opened, *written.note.splitlines())), False)
        training.settings_changed.emit()

    def work_on(self, model: Model, problem: Problem, data: DataChoices, config: TrainingConfig) -> None:
        """Display a network, and have it learn a problem that is at hand, under its own name."""
        training, network = self.training, self.network
        known = training.problem_sources.get(problem.name)
        source = ProblemSource(
            problem.name,
            tr(problem.title),
            lambda _: Loaded(problem, input_scaling=data.input_scaling),
            output_space=problem.output_space,
            kind=problem.input_space.kind,
        )
        if problem.name == OWN_POINTS:
            source = replace(source, own_points=OwnPoints.of(problem))
        elif known is not None:
            source = replace(known, load=source.load, output_space=source.output_space)
        training.problem_sources[problem.name] = source
        self._replace_network(model, config)
        network.was_trained = False
        network.problem_name = problem.name
        self.point_editor.forget_steps()
        training.forget_problem()
        training.begin(problem)
        self.problem_taken.emit()
        training.settings_changed.emit()
        training.choose_data(data, keeps_weights=True)

    def use_activation(self, name: str) -> None:
        """Display the same weights with another activation of all hidden layers, as a run of its own.

        Parameters
        ----------
        name : str
            A key of ``engine.activations.ACTIVATIONS`` that hidden layers may have.
        """
        network = self.network
        if network.architecture.n_layers == 1:
            self.said.emit(tr("This network has no hidden layers, whose activation could be another."), True)
            return
        try:
            config = with_hidden_activations(network.config, name)
        except UserError as error:
            self.said.emit(str(error), True)
            return
        # What tells other inputs was fitted to the units as they were.
        model = replace(network.model(), architecture=config.architecture, ood_detector=None)
        self._show_variant(model, config)
        network.was_trained = True
        self.said.emit(
            tr("The same weights with {activation} in the hidden layers. Ctrl+E: the network before.").format(
                activation=tr(ACTIVATIONS[name].title)
            ),
            False,
        )

    def _show_model(self, model: Model, sentence: str) -> None:
        self._show_variant(model, opened_config(model))
        self.said.emit(sentence, False)

    def _show_variant(self, model: Model, config: TrainingConfig) -> None:
        """Display another network for the same inputs and outputs, which keep their problem."""
        training, x = self.training, self.input.x
        problem = training.problem
        self._replace_network(model, config)
        if x is not None and not self.input.can_be_drawn:
            self.input.set_x(x)
        if problem is not None and config.is_trainable:
            training.begin(problem)
        training.settings_changed.emit()

    def open_parts(self, part_set: PartSet) -> None:
        """Display a network of drawn parts, with a problem that has the character they are parts of."""
        network, training = self.network, self.training

        def begin() -> None:
            try:
                self.parts.open(part_set)
            except UserError as error:
                self.said.emit(str(error), True)

        fits = network.raster is not None and part_set.character in network.output_space.class_names
        if fits and training.problem is not None:
            begin()
            return
        sources = training.problem_sources
        digits = next(name for name in DIGITS_PROBLEMS if sources[name].is_here)
        source = sources[network.problem_name if fits else digits]
        training.load(source, lambda loaded: self._take_problem(source, loaded, then=begin))

    def _replace_network(self, model: Model, config: TrainingConfig) -> None:
        self.training.remember()
        self.training.stop()
        self.training.tasks.cancel()
        self.network.take(model, config)
        self.input.forget_x()

    def restore(self, saved: SavedSession) -> None:
        """Go on with a session that was saved: its network, its runs and its problem.

        Raises
        ------
        UserError
            If the network cannot be trained as the session says; everything stays as it was.
        """
        if saved.config.architecture != saved.network.architecture:
            raise ConfigError(tr("The session's settings are those of another network."))
        network, training = self.network, self.training
        name, model = saved.problem_name, saved.network
        source = self._source_of(name, saved.points, model.input_space, model.output_space)
        self._replace_network(model, saved.config)
        network.was_trained = saved.was_trained
        self.history.runs.take(saved.runs)
        if source is not training.problem_sources.get(name) or name != network.problem_name:
            training.forget_problem()
        if source is not None:
            training.problem_sources[name] = source
            network.problem_name = name
        else:
            sentence = tr("The data that it learned from, {name}, are not on this machine.")
            self.said.emit(
                f"{sentence.format(name=saved.problem_name)} {self._choose_fitting_problem(saved.network)}",
                True,
            )
        self.history.runs_changed.emit()
        training.settings_changed.emit()
        if saved.current is not None:
            self.switch_to(saved.runs[saved.current])

    def _source_of(
        self, name: str, points: ChosenPoints, input_space: InputSpace, output_space: OutputSpace
    ) -> ProblemSource | None:
        """Return a problem with the points that were learned from; None where it is not here.

        It is the one at hand where that has the same points.

        Parameters
        ----------
        name : str
        points : ChosenPoints
        input_space, output_space : InputSpace, OutputSpace
            Of the network that learned from them.

        Raises
        ------
        UserError
            If the points are none of such inputs, as those of a damaged session may be.
        """
        source = self.training.problem_sources.get(name)
        if source is not None and source.chosen_points == points:
            return with_classes_of(source, output_space)
        if points.own is not None:
            if name == OWN_POINTS:
                return own_points_source(points.own)
            if name.startswith(FEATURES_OF) and (features := features_of(input_space)):
                problem = feature_problem(points.own, features, name, input_space)
                return feature_source(problem, points.own)
            return kept_function_source(name, points.own)
        base, made = base_and_features(name)
        if source is None and made is not None and base in self.training.problem_sources:
            return picture_source(self.training.problem_sources[base], made)
        if source is None or source.entry is None:
            return source
        return with_classes_of(with_points(source, points.options, points.seed), output_space)

    def _choose_fitting_problem(self, model: Model) -> str:
        """Turn to a problem that a network can be trained on, and return a sentence where it is another."""
        training, problem = self.training, self.training.problem
        is_like = problem is not None and problem.output_space.is_like(model.output_space)
        if problem is not None and is_like and problem.input_space == model.input_space:
            training.begin(problem)
            return ""
        sources = training.problem_sources
        for name in sources:
            self._have_classes_of(model.output_space, name)
        fitting = [
            source for source in sources.values() if source.fits(model.input_space, model.output_space)
        ]
        # Numbers have ranges of their own, which tell its own problem from others of the kind.
        named = sources.get(str(model.card.get("problem")))
        own = named if named in fitting and not model.input_space.traits.has_pixels else None
        current = sources[self.network.problem_name]
        if problem is None and current in fitting and own in (None, current):
            # It is only not loaded yet.
            return ""
        if not fitting and (source := source_for(model.input_space, model.output_space, sources)) is not None:
            sources[source.name] = source
            fitting = [source]
        if not fitting:
            return tr(
                "No data here fit its inputs and outputs: it can be asked, but not be trained before such "
                "data are opened."
            )
        here = [source for source in fitting if source.is_here]
        # Real data rather than what is written by a program, as at the start.
        real = [source for source in here if source.entry is not None and source.entry.data_set is not None]
        chosen = own or (real or here or fitting)[0]
        self.network.problem_name = chosen.name
        training.forget_problem()
        return tr("Its outputs are {names}, so the problem is now {title}.").format(
            names=listed(model.output_space.names), title=chosen.title
        )

    def _have_classes_of(self, space: OutputSpace, name: str) -> bool:
        """Have a set of the plane made of the classes of a network; return whether it had others."""
        sources = self.training.problem_sources
        source = sources.get(name)
        if source is None:
            return False
        sources[name] = with_classes_of(source, space)
        return sources[name] is not source

    def close(self) -> None:
        """Stop all threads and wait for them, for a bounded time."""
        self.openings.stop()
        self.lesson_guide.stop()
        self.evaluator.stop()
        self.hand_gradient.stop()
        self.fine_tuner.stop()
        self.drawings.stop()
        self.training.tasks.stop()
        self.training.stop()


def _with_ranges_of(problem: Problem, space: OutputSpace) -> Problem:
    """Return a problem with the ranges of a network's outputs, where both are the same numbers.

    A range is where a number is drawn at first: points that have other noise ask for no other network.
    """
    is_same = bool(space.quantities) and problem.output_space.is_like(space)
    return replace(problem, output_space=space) if is_same else problem
