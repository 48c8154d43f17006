"""Sweeps: networks trained with each pair of values of two settings.

`cell_steps` trains a cell step by step, for a thread that does other work between two steps. Nothing depends
on the order in which cells are trained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import forward, predict
from nnstudio.errors import UserError
from nnstudio.insight.contours import class_borders, node_grid, total_length
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS, Draft, SweepError, Value
from nnstudio.insight.tiles import grid_points
from nnstudio.language import tr
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.evaluation import rows_of_a_batch
from nnstudio.training.history import History
from nnstudio.training.loop import TrainingLoop

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from nnstudio.data.problem import InputSpace, Problem, Samples
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.data_choices import DataChoices
    from nnstudio.training.evaluation import Measures
    from nnstudio.training.history import HistoryView

MOST_CELLS = 400
MOST_SEEDS = 20
MOST_STEPS = 1_000_000

FIELD_SIDE = {1: 128, 2: 64}
"""Steps along a side of the picture of a cell, by the number of features."""

BORDER_SIDE = 101
"""Nodes along a side of the grid that the boundary is measured on."""

MOST_SHOWN = 200
"""Samples that are marked in the picture of a cell."""

STATE_BYTES = 256 * 2**20
"""States of optimisers are kept where those of all cells together take less."""

_SLICE_S = 0.004
"""Time of work between two chances to give up."""

_STEP_S, _PRODUCTS_PER_S = 1.2e-4, 5e9
"""A step's time: what it takes however small the network, and products of weights and samples a second."""


@dataclass(frozen=True)
class SweepAxis:
    """A setting, and the values that it takes along one side of the table.

    Attributes
    ----------
    setting : str
        A key of `SWEEP_SETTINGS`.
    values : tuple of float, int or str
    """

    setting: str
    values: tuple[Value, ...]

    @classmethod
    def parse(cls, setting: str, text: str) -> SweepAxis:
        """Read values between commas, semicolons or blanks.

        Raises
        ------
        SweepError
            If one is no value of the setting, or is there twice.

        Examples
        --------
        >>> SweepAxis.parse("l2", "0, 0.001, 0.01")
        SweepAxis(setting='l2', values=(0.0, 0.001, 0.01))
        """
        return cls(setting, SWEEP_SETTINGS[setting].parse(text))

    def text(self, place: int) -> str:
        """Return a value for people, without the setting's name."""
        return SWEEP_SETTINGS[self.setting].text(self.values[place])

    def titled(self, place: int) -> str:
        """Return a value for people, after the setting's name."""
        return f"{tr(SWEEP_SETTINGS[self.setting].title)} {self.text(place)}"


@dataclass(frozen=True)
class SweepCell:
    """A place in the table, counted from 0."""

    row: int
    column: int


@dataclass(frozen=True, eq=False)
class SweepSpec:
    """What is trained in each cell, and for how long.

    Attributes
    ----------
    problem : Problem
        With the labels that are learned; its inputs are not scaled.
    config : TrainingConfig
        The settings that the axes leave as they are; its seed and its end are replaced.
    across, down : SweepAxis
        Of the columns and of the rows.
    seeds : tuple of int
        Each cell is trained once with each. A seed decides the first weights and the order of the samples;
        the samples stay.
    n_steps : int or None
        Updates of each run; None: so many ``epochs``.
    epochs : float or None
        Passes over the training samples, in place of ``n_steps``.
    points : PointOptions or None
        How the problem's points were drawn; None where they cannot be drawn again.
    points_seed : int
        Of those points.
    data : DataChoices or None
        What is done to the samples before they are learned.

    Raises
    ------
    SweepError
        If the axes have one setting, a setting that the problem does not have, or too many cells; or if the
        seeds or the length of a run are out of range.
    """

    problem: Problem
    config: TrainingConfig
    across: SweepAxis
    down: SweepAxis
    seeds: tuple[int, ...] = (0,)
    n_steps: int | None = 2000
    epochs: float | None = None
    points: PointOptions | None = None
    points_seed: int = 0
    data: DataChoices | None = None

    def __post_init__(self) -> None:
        if self.across.setting == self.down.setting:
            raise SweepError(tr("Rows and columns need two settings; choose another one for the rows."))
        for axis in (self.across, self.down):
            setting = SWEEP_SETTINGS[axis.setting]
            if setting.is_of_points and self.points is None:
                raise SweepError(
                    tr(
                        "{setting} can be chosen for points that nnstudio draws; those of {title} are given."
                    ).format(setting=tr(setting.title), title=tr(self.problem.title))
                )
        if not 1 <= len(self.seeds) <= MOST_SEEDS or len(set(self.seeds)) < len(self.seeds):
            raise SweepError(
                tr("A cell has 1 to {most} different seeds, not {given}.").format(
                    most=MOST_SEEDS, given=len(self.seeds)
                )
            )
        if self.n_steps is not None and not 1 <= self.n_steps <= MOST_STEPS:
            raise SweepError(
                tr("A run has 1 to {most:,} steps, not {given:,}.").format(
                    most=MOST_STEPS, given=self.n_steps
                )
            )
        if (self.n_steps is None) == (self.epochs is None):
            raise SweepError(tr("Give either the steps of each run or its epochs."))
        if self.n_cells > MOST_CELLS:
            raise SweepError(
                tr(
                    "{rows} times {columns} values are {n:,} cells, about {time} of training; at most {most} "
                    "are taken. Leave out some values."
                ).format(
                    rows=len(self.down.values),
                    columns=len(self.across.values),
                    n=self.n_cells,
                    time=spoken_time(self.estimated_seconds()),
                    most=MOST_CELLS,
                )
            )

    @property
    def n_cells(self) -> int:
        """How many cells the table has."""
        return len(self.across.values) * len(self.down.values)

    def cells(self) -> tuple[SweepCell, ...]:
        """Return all cells, row by row."""
        rows, columns = range(len(self.down.values)), range(len(self.across.values))
        return tuple(SweepCell(row, column) for row in rows for column in columns)

    def title_of(self, cell: SweepCell) -> str:
        """Return what a cell is called: its two values."""
        return f"{self.down.titled(cell.row)}, {self.across.titled(cell.column)}"

    def draft_of(self, cell: SweepCell) -> Draft:
        """Return the settings of a cell.

        Raises
        ------
        UserError
            If there can be no such network or no such setting.
        """
        draft = Draft(self.config, self.points or PointOptions(), self.problem.input_space.kind)
        values = {
            self.across.setting: self.across.values[cell.column],
            self.down.setting: self.down.values[cell.row],
        }
        # In the order of the table of settings, so that rows and columns can be exchanged.
        for name, setting in SWEEP_SETTINGS.items():
            if name in values:
                draft = setting.write(draft, values[name])
        return draft

    def problem_of(self, draft: Draft) -> Problem:
        """Return what a cell learns, its inputs scaled as they are learned.

        Raises
        ------
        UserError
            If there can be no such points.
        """
        problem = self.problem
        if self.points is not None and draft.points != self.points:
            problem = load_problem(problem.name, seed=self.points_seed, points=draft.points)
            if problem.output_space.is_like(self.problem.output_space):
                # Numbers with other noise have another range, which no figure depends on.
                problem = replace(problem, output_space=self.problem.output_space)
            if self.data is not None:
                problem = self.data.labelled(problem, self.config.seed)
        return problem if self.data is None else self.data.scaled(problem)

    def config_of(self, draft: Draft, n_train: int, seed: int) -> TrainingConfig:
        """Return the settings of one run: those of its cell, with its seed and its end."""
        epochs = self.epochs
        if self.n_steps is not None:
            epochs = self.n_steps / math.ceil(n_train / min(draft.config.batch_size, n_train))
        return replace(draft.config, seed=seed, epochs=epochs)

    def steps_of(self, draft: Draft) -> int:
        """Return the updates of one run, as far as is known before its points are drawn."""
        if self.n_steps is not None:
            return self.n_steps
        assert self.epochs is not None, "a run has an end"
        n_train = draft.points.n or len(self.problem.train)
        return math.ceil(self.epochs * math.ceil(n_train / min(draft.config.batch_size, n_train)))

    def cost_of(self, cell: SweepCell) -> float:
        """Return about how many seconds a cell takes on one core; 0 where it is impossible."""
        try:
            draft = self.draft_of(cell)
        except UserError:
            return 0.0
        config = draft.config
        n_train = draft.points.n or len(self.problem.train)
        products = 3 * config.architecture.n_params * min(config.batch_size, n_train)
        return len(self.seeds) * self.steps_of(draft) * (_STEP_S + products / _PRODUCTS_PER_S)

    def estimated_seconds(self) -> float:
        """Return about how long all cells take, on one core, one after the other."""
        return sum(self.cost_of(cell) for cell in self.cells())

    @property
    def has_boundary(self) -> bool:
        """Whether the borders between the classes' regions are measured: over a plane."""
        return self.problem.input_space.spans_plane and self.problem.output_space.traits.has_labels

    @property
    def keeps_states(self) -> bool:
        """Whether the state of an optimiser is kept in each cell, so that its run goes on as if unbroken."""
        return 12 * self.config.architecture.n_params * self.n_cells <= STATE_BYTES


@dataclass(frozen=True, eq=False)
class SeedResult:
    """What the run of one seed came to.

    Attributes
    ----------
    seed : int
    train, test : Measures
        On all samples that were learned from, and on the test set.
    boundary : float or None
        The length of the borders between the classes' regions, in the unit of the plane; None where the
        input is no point of a plane or the answers are numbers.
    """

    seed: int
    train: Measures
    test: Measures
    boundary: float | None


@dataclass(frozen=True, eq=False)
class CellRun:
    """The run of a cell's first seed, to be displayed and trained further.

    Attributes
    ----------
    config : TrainingConfig
    points : PointOptions
        How its points were drawn, where they were.
    checkpoints : tuple of Checkpoint
        Of its first weights and of its last, with the state of the optimiser where such states are kept.
    history : HistoryView
    """

    config: TrainingConfig
    points: PointOptions
    checkpoints: tuple[Checkpoint, ...]
    history: HistoryView

    @property
    def theta(self) -> NDArray[np.float32]:
        """The last weights, (n_params,), for inputs that are not scaled."""
        return self.checkpoints[-1].theta


@dataclass(frozen=True, eq=False)
class CellResult:
    """What training came to in one cell.

    Attributes
    ----------
    cell : SweepCell
    failure : str
        Why there is nothing, as a sentence; empty where there is.
    n_params : int
        Weights and biases that were trained.
    seeds : tuple of SeedResult
    field : ndarray of shape (n_outputs, rows, columns), float32, or None
        The outputs of the first seed's network over the range of its inputs, row 0 at the top; None where
        inputs have too many features.
    shown : Samples or None
        Some of what was learned from, to be marked in the field; None where there is none.
    run : CellRun or None
    """

    cell: SweepCell
    failure: str = ""
    n_params: int = 0
    seeds: tuple[SeedResult, ...] = ()
    field: NDArray[np.float32] | None = None
    shown: Samples | None = None
    run: CellRun | None = None

    @property
    def train_score(self) -> float:
        """The mean over seeds of the problem's measure on the training samples."""
        return fmean(seed.train.score for seed in self.seeds)

    @property
    def test_score(self) -> float:
        """The mean over seeds of the problem's measure on the test set."""
        return fmean(seed.test.score for seed in self.seeds)

    @property
    def test_range(self) -> tuple[float, float]:
        """The smallest and the largest of the seeds' scores on the test set."""
        scores = [seed.test.score for seed in self.seeds]
        return min(scores), max(scores)

    @property
    def boundary(self) -> float | None:
        """The mean length of the boundary; None where there is none."""
        lengths = [seed.boundary for seed in self.seeds if seed.boundary is not None]
        return fmean(lengths) if lengths else None


def cell_steps(spec: SweepSpec, cell: SweepCell) -> Iterator[CellResult | None]:
    """Train a cell some milliseconds at a time: None after each, in the end the result.

    An impossible cell has a result with a sentence.

    Notes
    -----
    The same arguments give the same figures to the last bit, where BLAS has one thread.  Thread: any.
    """
    try:
        draft = spec.draft_of(cell)
        problem = spec.problem_of(draft)
        found: list[SeedResult] = []
        first: CellRun | None = None
        for seed in spec.seeds:
            result, run = yield from _train(spec, draft, problem, seed)
            found.append(result)
            first = first or run
    except UserError as error:
        yield CellResult(cell, str(error))
        return
    assert first is not None, "there is at least one seed"
    architecture, space = first.config.architecture, problem.input_space
    field = shown = None
    if space.traits.has_field:
        points = grid_points(space, FIELD_SIDE[space.n_features])
        outputs = predict(architecture, first.theta, points.reshape(-1, space.n_features))
        field = np.moveaxis(outputs.reshape(*points.shape[:2], -1), 2, 0)
        shown = replace(problem.train.subset(slice(MOST_SHOWN)), scaling=None)
    yield CellResult(cell, "", architecture.n_trained, tuple(found), field, shown, first)


def _train(
    spec: SweepSpec, draft: Draft, problem: Problem, seed: int
) -> Generator[None, None, tuple[SeedResult, CellRun]]:
    """Train one network in slices, and return its result and its run."""
    begun = slice_begun = perf_counter()
    config = spec.config_of(draft, len(problem.train), seed)
    loop, history = TrainingLoop(problem, config), History()
    first = _checkpoint(loop, loop.theta.copy())
    n_steps = spec.n_steps or loop.batch_plan.step_at(spec.epochs or 0.0)
    while loop.n_steps < n_steps:
        history.append_train(loop.epoch, loop.step())
        if perf_counter() - slice_begun > _SLICE_S:
            yield None
            slice_begun = perf_counter()
    # Weights that overflowed in the last step are found here.
    loop.keep()
    theta = loop.average
    train = yield from _measured(loop, theta, problem.train)
    test = yield from _measured(loop, theta, problem.test)
    for measures, name in ((train, tr("training set")), (test, tr("test set"))):
        if not math.isfinite(measures.loss):
            loop.diverge(tr("the loss on the {name} became {loss}").format(name=name, loss=measures.loss))
    history.append_test(loop.epoch, test.loss, test.score, train.score)
    marks = {Mark.BEST, Mark.EPOCH} if loop.batch_plan.ends_epoch(loop.n_steps) else {Mark.BEST}
    last = replace(
        _checkpoint(loop, theta),
        test_loss=test.loss,
        test_score=test.score,
        test_step=loop.n_steps,
        marks=frozenset(marks),
        state=loop.state() if spec.keeps_states else None,
    )
    boundary = None
    if spec.has_boundary:
        boundary = yield from _boundary(config, last.theta, problem.input_space)
    last = replace(last, seconds=perf_counter() - begun)
    run = CellRun(config, draft.points, (first, last), history.view())
    return SeedResult(seed, train, test, boundary), run


def _checkpoint(loop: TrainingLoop, theta: NDArray[np.float32]) -> Checkpoint:
    """Return a checkpoint of a loop, with weights that take inputs as they are; ``theta`` is changed."""
    scaling = loop.problem.train.scaling
    if scaling is not None:
        first_layer = loop.config.architecture.layers(theta)[0]
        scaling.fold(first_layer.W, first_layer.b)
    theta.flags.writeable = False
    return Checkpoint(
        step=loop.n_steps,
        epoch=loop.epoch,
        theta=theta,
        train_loss=loop.last_loss,
        test_loss=None,
        test_score=None,
        test_step=None,
        config=loop.config,
        batch_plan=loop.batch_plan,
    )


def _measured(
    loop: TrainingLoop, theta: NDArray[np.float32], samples: Samples
) -> Generator[None, None, Measures]:
    evaluation = loop.evaluation(samples, theta)
    while not evaluation.is_done:
        evaluation.advance()
        yield None
    return evaluation.finish()


def _boundary(
    config: TrainingConfig, theta: NDArray[np.float32], space: InputSpace
) -> Generator[None, None, float]:
    """Measure the borders between the classes over the plane, by the sums of the output units."""
    architecture = config.architecture
    nodes = node_grid(space.lows.tolist(), space.highs.tolist(), BORDER_SIDE).astype(np.float32)
    x = nodes.reshape(-1, 2)
    workspace = Workspace(architecture, rows_of_a_batch(architecture), np.dtype(np.float32))
    z = np.empty((len(x), architecture.n_outputs), np.float32)
    for start in range(0, len(x), workspace.batch_size):
        rows = slice(start, min(start + workspace.batch_size, len(x)))
        forward(architecture, theta, x[rows], workspace)
        z[rows] = workspace.z[-1][: rows.stop - start]
        yield None
    scores = z.reshape(*nodes.shape[:2], -1)
    return total_length(class_borders(scores, space.lows.tolist(), space.highs.tolist()))


def sweep_table(
    spec: SweepSpec, results: dict[SweepCell, CellResult]
) -> tuple[tuple[str, ...], list[list[object]]]:
    """Return the names of columns, and a row for each cell that is done, in the order of `SweepSpec.cells`.

    Unknown values are None. Names are as in Python.
    """
    measure = spec.problem.measure.name
    names = (
        *(spec.down.setting, spec.across.setting, "n_params", f"train_{measure}", f"test_{measure}"),
        *(f"lowest_test_{measure}", f"highest_test_{measure}", "train_loss", "test_loss", "boundary"),
        *("n_seeds", "failure"),
    )
    rows: list[list[object]] = []
    for cell in spec.cells():
        result = results.get(cell)
        if result is None:
            continue
        begins = [spec.down.values[cell.row], spec.across.values[cell.column]]
        if result.failure:
            rows.append([*begins, *[None] * 8, 0, result.failure])
            continue
        losses = (fmean(getattr(seed, part).loss for seed in result.seeds) for part in ("train", "test"))
        figures = [result.n_params, result.train_score, result.test_score, *result.test_range, *losses]
        rows.append([*begins, *figures, result.boundary, len(result.seeds), ""])
    return names, rows


def spoken_time(seconds: float) -> str:
    """Return a length of time in words, to one figure or two.

    Examples
    --------
    >>> spoken_time(0.4), spoken_time(74), spoken_time(4000)
    ('1 s', '1 min 14 s', '1 h 07 min')
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return tr("{s} s").format(s=whole)
    if whole < 3600:
        return tr("{min} min {s:02d} s").format(min=whole // 60, s=whole % 60)
    minutes = round(whole / 60)
    return tr("{h} h {min:02d} min").format(h=minutes // 60, min=minutes % 60)
