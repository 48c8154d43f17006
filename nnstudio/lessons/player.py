"""Play a lesson: obey actions, answer quantities, keep and restore the state of a step.

`Player` is what plays lessons. `HeadlessPlayer` does so on arrays alone, for the tests of lessons and for
the command line; the guide of the window does so on the session that is on the screen. Both obey the same
`actions.Action` values and are asked for the same `state.LessonState`, on which all quantities are measured,
so that two players agree where their states do:

* ``state()`` returns what quantities are measured on, as it is now. Weights take inputs as they are, not
  scaled.
* ``obey(action)`` does what one action says and returns once it is done: training has ended when it returns.
  What is impossible raises `PlayError` with a sentence, and leaves everything as it was. Training that
  diverges ends at the last good weights, and the state says ``diverged``.
* ``snapshot()`` and ``restore(snapshot)`` keep and bring back a state, theta bit for bit and the optimiser
  with it: that is how one goes back to an earlier step. A snapshot is opaque, and stays valid as long as the
  player lives.

A step begins by obeying its set-up (`lesson_file.Step.set_up`); its solution is obeyed by *Show me* and by
the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nnstudio.data.feature_maps import Feature
from nnstudio.data.feature_problem import feature_problem
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.data.problems import PROBLEMS, USUAL_POINTS, MissingDataError, load_problem
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.typed_numbers import check_rows
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.files.model_file import load_model
from nnstudio.files.models import find_model, shipped_models
from nnstudio.files.network_toml import open_network_toml, shipped_networks
from nnstudio.files.part_drawings import open_parts
from nnstudio.files.written_model import model_of, own_function
from nnstudio.insight.bumps import bump_network, equal_bumps
from nnstudio.insight.line_fit import best_linear_model, descent_step, linear_model
from nnstudio.insight.parts import (
    GateKind,
    Part,
    sums,
    template_of,
    threshold_that_misses,
    with_gate,
    with_part,
)
from nnstudio.language import tr
from nnstudio.lessons import actions
from nnstudio.lessons.state import LessonState
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.loop import Diverged, TrainingLoop
from nnstudio.training.start import LoopState, initial_theta
from nnstudio.training.start_settings import further_config, starting_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.data.problem import InputScaling, Problem
    from nnstudio.data.problems import PointOptions
    from nnstudio.files.model_file import Model
    from nnstudio.lessons.actions import Action
    from nnstudio.lessons.lesson_file import Step

LESSON_POINTS = "lesson-points"
"""The name of the problem that points of a lesson make."""

SAMPLES_OF_MODEL = 500
"""Images that are loaded with a model that comes with nnstudio, unless a problem was chosen."""


class PlayError(UserError):
    """An action that is impossible in this state."""


class Player(Protocol):
    """What plays a lesson; see the module."""

    def state(self) -> LessonState:
        """Return what quantities are measured on, as it is now."""

    def obey(self, action: Action) -> None:
        """Do what an action says; return once it is done.

        Raises
        ------
        UserError
            If it is impossible; everything is as it was.
        """

    def snapshot(self) -> Any:
        """Return all of the state, to be restored by this player."""

    def restore(self, snapshot: Any) -> None:
        """Return to a state, bit for bit."""


@dataclass(frozen=True, eq=False)
class _Snapshot:
    state: LessonState
    resume: LoopState | None


@lru_cache(maxsize=16)
def _loaded(name: str, seed: int, points: PointOptions, first: int | None) -> Problem:
    return load_problem(name, seed=seed, points=points, first=first)


class HeadlessPlayer:
    """A player on arrays alone, without threads and without a window.

    Notes
    -----
    Thread: any, one at a time.
    """

    def __init__(self) -> None:
        problem = load_problem("curve-three-points")
        self._resume: LoopState | None = None
        self._state: LessonState
        self._learn(problem, DataChoices(PROBLEMS[problem.name].input_scaling))

    def state(self) -> LessonState:
        """Return what quantities are measured on, as it is now."""
        return self._state

    def take(self, state: LessonState) -> None:
        """Go on from a state; its training begins from the first step."""
        self._state, self._resume = state, None

    def snapshot(self) -> Any:
        """Return all of the state."""
        return _Snapshot(self._state, self._resume)

    def restore(self, snapshot: Any) -> None:
        """Return to a state, bit for bit."""
        self._state, self._resume = snapshot.state, snapshot.resume

    def obey(self, action: Action) -> None:
        """Do what an action says.

        Raises
        ------
        UserError
            If it is impossible; everything is as it was.
        """
        before = self.snapshot()
        try:
            self._obey(action)
        except UserError as error:
            self.restore(before)
            raise PlayError(str(error)) from error
        except (IndexError, ValueError) as error:
            self.restore(before)
            raise PlayError(tr("Here there is no such unit, point or pixel.")) from error

    def _obey(self, action: Action) -> None:
        state = self._state
        match action:
            case actions.ChooseProblem():
                self._choose_problem(action)
            case actions.SetPoints():
                self._learn(_points_problem(action))
            case actions.MovePoint(point, to):
                *x, answer = to
                self._learn_others(OwnPoints.of(state.problem).moved(point, x, answer))
            case actions.RemovePoint(point):
                self._learn_others(OwnPoints.of(state.problem).without(point))
            case actions.ChangeData():
                self._change_data(action)
            case actions.OpenNetwork():
                self._open(action)
            case actions.ChangeNetwork():
                self._change_network(action)
            case actions.SetWeights(layers):
                self._take_theta(_written_theta(state.architecture, layers))
            case actions.PutNumber():
                self._put(action)
            case actions.ChangeSettings(values):
                self._change_settings(values)
            case actions.SetSeed(seed):
                self._begin(replace(state.config, seed=seed))
            case actions.SetLine(line):
                self._set_line(line)
            case actions.LineAsNetwork():
                self._line_as_network()
            case actions.DescendLine(steps):
                self._descend_line(steps)
            case actions.SetInput():
                self._set_input(action)
            case actions.PaintPixel(row, column, value):
                self._paint(row, column, value)
            case actions.FillBumps(n):
                self._fill_bumps(n)
            case actions.OpenParts():
                self._open_parts(action)
            case actions.SelectUnit(layer, unit):
                if layer >= state.architecture.n_layers or unit >= state.architecture.layer_sizes[layer + 1]:
                    raise PlayError(
                        tr("There is no unit {unit} in layer {layer}.").format(unit=unit, layer=layer)
                    )
                self._state = replace(state, selected=(layer, unit))
            case actions.ShowPanels(names):
                self._state = replace(state, panels=names)
            case actions.PinNetwork():
                self._state = replace(state, pinned=(state.architecture, state.theta))
            case actions.TypeNumbers(numbers):
                self._state = replace(state, typed=numbers)
            case actions.Train():
                self._train(action)
            case actions.Blank():
                pass

    def _choose_problem(self, action: actions.ChooseProblem) -> None:
        try:
            problem = _loaded(action.name, action.seed, action.points, action.samples)
        except MissingDataError:
            if not action.instead:
                raise
            problem = _loaded(action.instead, action.seed, action.points, action.samples)
        self._learn(problem, DataChoices(PROBLEMS[problem.name].input_scaling))

    def _learn(self, problem: Problem, data: DataChoices | None = None) -> None:
        """Learn a problem with a fresh network."""
        config = starting_config(problem)
        theta = config.architecture.trained_mask()
        self._state = LessonState(problem, config, theta, data or DataChoices())
        self._begin(config)

    def _learn_others(self, points: OwnPoints) -> None:
        """Learn other points with the same network, which goes on."""
        state = self._state
        problem = replace(points.problem(), name=state.problem.name, title=state.problem.title)
        if self._resume is not None and len(problem.train) != len(state.problem.train):
            self._resume = None
        self._state = replace(state, problem=problem)

    def _begin(self, config: Any, theta: NDArray[np.float32] | None = None) -> None:
        """Take a network: with given weights, or fresh ones."""
        state = self._state
        if theta is None:
            scaling = self._scaling()
            theta = initial_theta(config, state.problem.input_space, scaling)
            theta = _folded(config.architecture, theta, scaling)
        self._resume = None
        self._state = replace(
            state, config=config, theta=_read_only(theta), n_steps=0, diverged=False, selected=None
        )

    def _take_theta(self, theta: NDArray[np.float32]) -> None:
        """Take other weights of the same network; its run goes on with them."""
        if not np.isfinite(theta).all():
            raise PlayError(tr("A weight is too large."))
        if self._resume is not None:
            scaled = _unfolded(self._state.architecture, theta, self._scaling())
            self._resume = replace(self._resume, theta=_read_only(scaled))
        self._state = replace(self._state, theta=_read_only(theta))

    def _scaling(self) -> InputScaling | None:
        return self._state.data.scaled(self._state.problem).train.scaling

    def _change_data(self, action: actions.ChangeData) -> None:
        state = self._state
        data, problem = state.data, state.problem
        if action.scaling is not None:
            data = replace(data, input_scaling=action.scaling)
        if action.random_labels is not None:
            data = replace(data, random_labels=action.random_labels)
            problem = data.labelled(problem, state.config.seed)
        if action.features:
            found = tuple(map(Feature.parse, action.features))
            self._learn(feature_problem(OwnPoints.of(problem), found, problem.name), data)
            return
        self._state = replace(state, data=data, problem=problem)
        self._begin(state.config)

    def _open(self, action: actions.OpenNetwork) -> None:
        state, name = self._state, action.name
        x: Sequence[float] = action.x
        if action.model is not None:
            model = action.model
        elif name in shipped_networks():
            written = open_network_toml(name)
            model, x = model_of(written), written.x
        elif name in shipped_models():
            model = load_model(find_model(name))
        else:
            names = (*shipped_models(), *shipped_networks())
            raise PlayError(
                tr("There is no network {name!r}; there are {names}.").format(
                    name=name, names=", ".join(names)
                )
            )
        problem = state.problem
        # A written network is a function of its own; one that reads pictures stays with those at hand.
        if not (
            model.input_space.traits.has_pixels
            and problem.output_space.is_like(model.output_space)
            and problem.input_space.n_features == model.input_space.n_features
        ):
            problem = _problem_for(model, name)
        config = further_config(model.architecture, model.input_space, model.output_space)
        self._state = LessonState(problem, config, model.theta, panels=state.panels)
        self._begin(config, model.theta)
        if x:
            self._state = replace(self._state, x=_read_only(np.array(x, np.float32)))

    def _change_network(self, action: actions.ChangeNetwork) -> None:
        state = self._state
        old = state.architecture
        sizes = action.sizes or old.layer_sizes
        names = action.activations
        if not names:
            middle = old.activations[0] if old.n_layers > 1 else "relu"
            names = (
                old.activations
                if len(sizes) == len(old.layer_sizes)
                else ((middle,) * (len(sizes) - 2) + old.activations[-1:])
            )
        has_biases = old.has_biases if action.biases is None else action.biases
        architecture = Architecture(sizes, names, has_biases)
        loss = action.loss
        if not loss:
            usual = further_config(architecture, state.problem.input_space, state.problem.output_space)
            same_output = architecture.activations[-1] == old.activations[-1]
            loss = state.config.loss if same_output else usual.loss
        config = replace(state.config, architecture=architecture, loss=loss)
        config.check(state.problem)
        if action.keep_weights:
            if sizes != old.layer_sizes:
                raise PlayError(tr("Weights can be kept where the sizes stay."))
            self._begin(config, state.theta)
        else:
            self._begin(config)

    def _change_settings(self, values: Any) -> None:
        own: dict[str, Any] = {}
        hyper: dict[str, Any] = {}
        for name, value in values.items():
            (own if hasattr(self._state.config, name) else hyper)[name] = value
        config = replace(self._state.config.with_hyper(**hyper), **own)
        if config.initialisation != self._state.config.initialisation:
            self._begin(config)
        self._state = replace(self._state, config=config)

    def _put(self, action: actions.PutNumber) -> None:
        state = self._state
        name = f"layers.{action.layer}." + ("bias" if action.source is None else "weight")
        place = (action.unit,) if action.source is None else (action.unit, action.source)
        theta = state.theta.copy()
        theta[state.architecture.coordinate(name, *place)] = action.value
        self._take_theta(theta)

    def _fill_bumps(self, n: int) -> None:
        state = self._state
        space = state.problem.input_space
        bumps = equal_bumps(state.truth, float(space.lows[0]), float(space.highs[0]), n)
        architecture, theta = bump_network(bumps)
        config = replace(state.config, architecture=architecture, loss="squared_error")
        config.check(state.problem)
        self._begin(config, theta.astype(np.float32))

    def _open_parts(self, action: actions.OpenParts) -> None:
        state = self._state
        space, names = state.problem.input_space, state.problem.output_space.class_names
        part_set = open_parts(action.name)
        if not space.traits.has_pixels or part_set.character not in names:
            raise PlayError(
                tr("Parts need a problem of pictures with the class {name}.").format(name=part_set.character)
            )
        answer, units = names.index(part_set.character), range(len(part_set.parts))
        architecture = Architecture.of(
            (space.n_features, len(units), len(names)), hidden="step", output="step"
        )
        theta: NDArray[Any] = np.zeros(architecture.n_params, np.float32)
        samples = state.problem.train
        of_class = np.flatnonzero(samples.labels == answer)
        for unit, drawing in zip(units, part_set.parts, strict=True):
            template = template_of(*drawing.images(RasterSpec(size=space.shape[0])))
            threshold = threshold_that_misses(sums(samples, template, of_class), action.misses)
            theta = with_part(architecture, theta, unit, Part(template, 1.0, threshold))
        theta = with_gate(architecture, theta, answer, units, GateKind.AND)
        self._begin(further_config(architecture, space, state.problem.output_space), theta)

    def _set_line(self, line: tuple[float, float] | None) -> None:
        if line is None:
            best = best_linear_model(*self._state.curve)
            line = float(best.slopes[0]), best.intercept
        self._state = replace(self._state, line=line)

    def _line_as_network(self) -> None:
        state = self._state
        if state.line is None:
            raise PlayError(tr("There is no line yet."))
        architecture = Architecture((1, 1), ("identity",))
        config = replace(state.config, architecture=architecture, loss="squared_error")
        config.check(state.problem)
        self._begin(config, np.array(state.line, np.float32))

    def _descend_line(self, steps: int) -> None:
        state = self._state
        if state.line is None:
            raise PlayError(tr("There is no line yet."))
        x, y = state.curve
        model = linear_model(x, y, state.line[:1], state.line[1])
        for _ in range(steps):
            model = descent_step(x, y, model, state.config.hyper.learning_rate).after
            if not np.isfinite(model.loss) or abs(model.intercept) > 1e9:
                self._state = replace(state, diverged=True)
                return
        self._state = replace(state, line=(float(model.slopes[0]), model.intercept), diverged=False)

    def _set_input(self, action: actions.SetInput) -> None:
        state = self._state
        space = state.problem.input_space
        if action.sample is not None:
            samples = state.problem.train if action.part == "train" else state.problem.test
            if action.sample >= len(samples):
                raise PlayError(tr("There is no sample {number}.").format(number=action.sample))
            x = samples.batch(np.array([action.sample]))[0]
        elif action.drawing is not None:
            x = rasterise(action.drawing).ravel().astype(np.float32)
        else:
            x = np.array(action.numbers, np.float32)
        if x.shape != (space.n_features,):
            raise PlayError(
                tr("An input has %n number(s) here, not {given}.", space.n_features).format(given=len(x))
            )
        self._state = replace(state, x=_read_only(x), drawing=action.drawing)

    def _paint(self, row: int, column: int, value: float) -> None:
        state = self._state
        space = state.problem.input_space
        if state.x is None or not space.traits.has_pixels:
            raise PlayError(tr("There is no picture to paint on."))
        x = state.x.copy().reshape(space.shape)
        x[row, column] = value
        self._state = replace(state, x=_read_only(x.ravel()), drawing=None)

    def _train(self, action: actions.Train) -> None:
        state = self._state
        architecture, problem = state.architecture, state.data.scaled(state.problem)
        scaling = problem.train.scaling
        start = state
        if self._resume is None:
            theta = _unfolded(architecture, state.theta, scaling)
            loop = TrainingLoop(problem, state.config, theta)
        else:
            loop = TrainingLoop(problem, state.config, state=self._resume)
        n_steps = action.steps or max(1, round((action.epochs or 0) * loop.steps_per_epoch))
        diverged = False

        def shown() -> LessonState:
            theta = _folded(architecture, loop.keep().copy(), scaling)
            return replace(state, theta=_read_only(theta), n_steps=state.n_steps + done, diverged=diverged)

        done = 0
        try:
            while done < n_steps:
                loop.step()
                done += 1
                if action.until is not None and done % action.every == 0:
                    if action.until.holds(shown(), start):
                        break
                elif done % 100 == 0:
                    loop.keep()
            self._state = shown()
        except Diverged:
            diverged = True
            self._state = shown()
        self._resume = loop.state()
        loop.close()


def _problem_for(model: Model, name: str) -> Problem:
    """Return what a model is for: images that nnstudio writes, or points on its own function."""
    for entry in PROBLEMS.values():
        is_for_images = entry.input_traits.has_pixels and model.input_space.traits.has_pixels
        is_built_in = is_for_images and not entry.needs_download
        if is_built_in and entry.output_space.is_like(model.output_space):
            return _loaded(entry.name, 0, USUAL_POINTS, SAMPLES_OF_MODEL)
    return own_function(model, name, model.name)


def _points_problem(action: actions.SetPoints) -> Problem:
    rows = np.array(action.points, np.float64)
    x = rows[:, :-1]
    low, high = x.min(axis=0), x.max(axis=0)
    margin = np.maximum(0.1 * (high - low), 0.5)
    input_space = InputSpace.of_numbers(x.shape[1], tuple(low - margin), tuple(high + margin))
    answers: NDArray[Any]
    if action.class_names:
        output_space = OutputSpace(action.class_names)
        answers = rows[:, -1].astype(np.int64)
    else:
        output_space = OutputSpace(quantities=(Quantity.around("y", rows[:, -1]),))
        answers = rows[:, -1:].astype(np.float32)
    points = OwnPoints(
        input_space, output_space, x.astype(np.float32), answers, np.zeros(len(rows), np.bool_)
    )
    # Under the name of own points, the window would show those that the user has made.
    return replace(points.problem(), name=LESSON_POINTS, title=tr("Points of the lesson"))


def _written_theta(architecture: Architecture, layers: Any) -> NDArray[np.float32]:
    if len(layers) != architecture.n_layers:
        raise PlayError(
            tr("The network {network} has %n layer(s) with weights.", architecture.n_layers).format(
                network=architecture
            )
        )
    theta = np.zeros(architecture.n_params, np.float32)
    for k, (layer, (rows, biases)) in enumerate(zip(architecture.layers(theta), layers, strict=True)):
        check_rows(rows, k, layer.W.shape[1], layer.W.shape[0])
        if len(biases) != len(layer.b):
            raise PlayError(tr("A layer has %n bias(es).", len(layer.b)))
        layer.W[...], layer.b[...] = rows, biases
    return theta


def _folded(
    architecture: Architecture, theta: NDArray[np.float32], scaling: InputScaling | None
) -> NDArray[np.float32]:
    """Change weights for scaled inputs so that they take inputs as they are, in place."""
    if scaling is not None:
        first = architecture.layers(theta)[0]
        scaling.fold(first.W, first.b)
    return theta


def _unfolded(
    architecture: Architecture, theta: NDArray[np.float32], scaling: InputScaling | None
) -> NDArray[np.float32]:
    """Return weights that take scaled inputs."""
    theta = theta.copy()
    if scaling is not None:
        first = architecture.layers(theta)[0]
        scaling.unfold(first.W, first.b)
    return theta


def _read_only(array: NDArray[np.float32]) -> NDArray[np.float32]:
    if array.flags.writeable:
        array = array.copy()
        array.flags.writeable = False
    return array


def begin_step(player: Player, step: Step) -> LessonState:
    """Set up a step, and return the state in which it begins."""
    for action in (actions.TypeNumbers(()), *step.set_up):
        player.obey(action)
    return player.state()
