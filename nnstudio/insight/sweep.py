"""Sweeps: networks trained with each combination of values of some settings.

`cell_steps` trains a cell step by step, for a thread that does other work between two steps, and `run_steps`
one network of it. Nothing depends on the order in which cells are trained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import forward, predict
from nnstudio.errors import UserError
from nnstudio.insight.contours import class_borders, node_grid, total_length
from nnstudio.insight.tiles import grid_points
from nnstudio.language import tr
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.early_stopping import EarlyStopping
from nnstudio.training.evaluation import joint_error, rows_of_a_batch
from nnstudio.training.history import History
from nnstudio.training.loop import TrainingLoop

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nnstudio.data.problem import InputSpace, Problem, Samples
    from nnstudio.data.problems import PointOptions
    from nnstudio.insight.sweep_settings import Draft
    from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.data_choices import DataChoices
    from nnstudio.training.evaluation import Measures
    from nnstudio.training.history import HistoryView

FIELD_SIDE = {1: 128, 2: 64}
"""Steps along a side of the picture of a cell, by the number of features."""

BORDER_SIDE = 101
"""Nodes along a side of the grid that the boundary is measured on."""

MOST_SHOWN = 200
"""Samples that are marked in the picture of a cell."""

_SLICE_S = 0.004
"""Time of work between two chances to give up."""


@dataclass(frozen=True)
class SeedResult:
    """What the run of one seed came to.

    Attributes
    ----------
    seed : int
    failure : str
        Why there are no figures, as a sentence; empty where there are.
    n_params : int
        Weights and biases that were trained.
    n_steps : int
        Updates up to the weights that were measured.
    train_score, test_score, train_loss, test_loss : float
        On all samples that were learned from, and on the test set.
    boundary : float or None
        The length of the borders between the classes' regions, in the unit of the plane; None where the
        input is no point of a plane or the answers are numbers.
    """

    seed: int
    failure: str = ""
    n_params: int = 0
    n_steps: int = 0
    train_score: float = math.nan
    test_score: float = math.nan
    train_loss: float = math.nan
    test_loss: float = math.nan
    boundary: float | None = None


@dataclass(frozen=True, eq=False)
class CellRun:
    """The run of a cell's first seed, to be displayed and trained further.

    Attributes
    ----------
    config : TrainingConfig
    points : PointOptions
        How its points were drawn, where they were.
    data : DataChoices
        What was done to its samples before they were learned.
    checkpoints : tuple of Checkpoint
        Of its first weights and of its last, with the state of the optimiser where such states are kept.
    history : HistoryView
    """

    config: TrainingConfig
    points: PointOptions
    data: DataChoices
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
        Of the first seed; None where only figures are known.
    """

    cell: SweepCell
    failure: str = ""
    n_params: int = 0
    seeds: tuple[SeedResult, ...] = ()
    field: NDArray[np.float32] | None = None
    shown: Samples | None = None
    run: CellRun | None = None

    @classmethod
    def of(cls, cell: SweepCell, seeds: Sequence[SeedResult]) -> CellResult:
        """Return the figures of a cell whose runs are done; one that failed stands for all."""
        for seed in seeds:
            if seed.failure:
                return cls(cell, seed.failure)
        return cls(cell, "", seeds[0].n_params, tuple(seeds))

    @property
    def train_score(self) -> float:
        """The mean over seeds of the problem's measure on the training samples."""
        return fmean(seed.train_score for seed in self.seeds)

    @property
    def test_score(self) -> float:
        """The mean over seeds of the problem's measure on the test set."""
        return fmean(seed.test_score for seed in self.seeds)

    @property
    def test_range(self) -> tuple[float, float]:
        """The smallest and the largest of the seeds' scores on the test set."""
        scores = [seed.test_score for seed in self.seeds]
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


def run_steps(
    spec: SweepSpec, cell: SweepCell, seed: int
) -> Generator[None, None, tuple[SeedResult, CellRun]]:
    """Train the network of one seed of a cell some milliseconds at a time, and return what it came to.

    Raises
    ------
    UserError
        If the cell is impossible, or training diverges.

    Notes
    -----
    The same arguments give the same figures to the last bit, where BLAS has one thread.  Thread: any.
    """
    draft = spec.draft_of(cell)
    return (yield from _train(spec, draft, spec.problem_of(draft), seed))


def _train(
    spec: SweepSpec, draft: Draft, problem: Problem, seed: int
) -> Generator[None, None, tuple[SeedResult, CellRun]]:
    """Train one network in slices, and return its result and its run."""
    begun = slice_begun = perf_counter()
    config = spec.config_of(draft, len(problem.train), seed)
    loop, history = TrainingLoop(problem, config, epoch_samples=spec.epoch_samples), History()
    first = _checkpoint(loop, loop.theta.copy())
    n_steps = spec.n_steps or loop.batch_plan.step_at(spec.epochs or 0.0)
    best = _Best(loop, spec)
    while loop.n_steps < n_steps and not best.is_enough:
        while loop.draw_block():
            yield None
        history.append_train(loop.epoch, loop.step())
        if best.is_due:
            yield from best.measure()
        if perf_counter() - slice_begun > _SLICE_S:
            yield None
            slice_begun = perf_counter()
    # Weights that overflowed in the last step are found here.
    loop.keep()
    if best.checkpoint is not None and best.theta is not None:
        theta, last = best.theta, best.checkpoint
    else:
        theta = loop.average
        last = replace(_checkpoint(loop, theta.copy()), state=loop.state() if spec.keeps_states else None)
    train = yield from _measured(loop, theta, problem.train)
    test = yield from _measured(loop, theta, problem.test)
    for measures, name in ((train, tr("training set")), (test, tr("test set"))):
        if not math.isfinite(measures.loss):
            loop.diverge(tr("the loss on the {name} became {loss}").format(name=name, loss=measures.loss))
    history.append_test(last.epoch, test.loss, test.score, train.score)
    boundary = None
    if spec.has_boundary:
        boundary = yield from _boundary(config, last.theta, problem.input_space)
    last = replace(
        last,
        test_loss=test.loss,
        test_score=test.score,
        test_step=last.step,
        marks=frozenset({Mark.BEST, Mark.EPOCH} if loop.batch_plan.ends_epoch(last.step) else {Mark.BEST}),
        seconds=perf_counter() - begun,
    )
    run = CellRun(config, draft.points, draft.data, (first, last), history.view())
    result = SeedResult(
        seed,
        n_params=config.architecture.n_trained,
        n_steps=last.step,
        train_score=train.score,
        test_score=test.score,
        train_loss=train.loss,
        test_loss=test.loss,
        boundary=boundary,
    )
    return result, run


class _Best:
    """The weights that did best so far, where a run may end early."""

    def __init__(self, loop: TrainingLoop, spec: SweepSpec) -> None:
        self._loop, self._patience = loop, spec.patience_epochs
        self._stopping = EarlyStopping()
        samples = loop.problem.train if spec.validation is None else spec.validation
        self._samples = replace(samples, scaling=loop.problem.train.scaling)
        self.theta: NDArray[np.float32] | None = None
        self.checkpoint: Checkpoint | None = None

    @property
    def is_due(self) -> bool:
        """Whether there is something to measure after a step: at the end of each epoch."""
        return self._patience is not None and self._loop.batch_plan.ends_epoch(self._loop.n_steps)

    def measure(self) -> Generator[None, None, None]:
        """Measure the weights, and keep them if they are the best so far."""
        loop, theta = self._loop, self._loop.average
        measures = yield from _measured(loop, theta, self._samples)
        if self._stopping.add(loop.epoch, joint_error([measures]), measures.loss):
            self.theta, self.checkpoint = theta, _checkpoint(loop, theta.copy())

    @property
    def is_enough(self) -> bool:
        """Whether the run ends here."""
        return self._stopping.should_stop(self._loop.epoch, self._patience)


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
    spec: SweepSpec, results: Mapping[SweepCell, CellResult]
) -> tuple[tuple[str, ...], list[list[object]]]:
    """Return the names of columns, and a row for each cell that is done, in the order of `SweepSpec.cells`.

    Unknown values are None. Names are as in Python.
    """
    measure = spec.problem.measure.name
    names = (
        *(axis.setting for axis in spec.axes),
        *("n_params", f"train_{measure}", f"test_{measure}"),
        *(f"lowest_test_{measure}", f"highest_test_{measure}", "train_loss", "test_loss", "boundary"),
        *("n_seeds", "failure"),
    )
    rows: list[list[object]] = []
    for cell in spec.cells():
        result = results.get(cell)
        if result is None:
            continue
        begins = spec.values_of(cell)
        if result.failure:
            rows.append([*begins, *[None] * 8, 0, result.failure])
            continue
        losses = (fmean(getattr(seed, name) for seed in result.seeds) for name in ("train_loss", "test_loss"))
        figures = [result.n_params, result.train_score, result.test_score, *result.test_range, *losses]
        rows.append([*begins, *figures, result.boundary, len(result.seeds), ""])
    return names, rows
