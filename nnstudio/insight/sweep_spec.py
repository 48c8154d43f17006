"""What a sweep trains: the values of some settings, with which seeds and for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.errors import UserError
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS, Draft, SweepError, Value, with_values
from nnstudio.language import tr
from nnstudio.training.config import MAX_EPOCHS
from nnstudio.training.data_choices import DataChoices

if TYPE_CHECKING:
    from nnstudio.data.problem import Problem, Samples
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.epoch_samples import EpochSamples

MOST_CELLS = 400
"""Of a sweep in the window, which keeps all its pictures and networks."""

MOST_SEEDS = 20
MOST_STEPS = 1_000_000

STATE_BYTES = 256 * 2**20
"""States of optimisers are kept where those of all cells together take less."""

_STEP_S, _PRODUCTS_PER_S = 1.2e-4, 5e9
"""A step's time: what it takes however small the network, and products of weights and samples a second."""

SweepCell = tuple[int, ...]
"""A place in the table, counted from 0 along each axis."""

_MOST_COSTED = 1000
"""Cells whose times are estimated one by one; those of a larger sweep follow from so many."""


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


@dataclass(frozen=True, eq=False)
class SweepSpec:
    """What is trained in each cell, and for how long.

    Attributes
    ----------
    problem : Problem
        With the labels that are learned; its inputs are not scaled.
    config : TrainingConfig
        The settings that the axes leave as they are; its seed and its end are replaced.
    axes : tuple of SweepAxis
        In the window two, of the rows and of the columns.
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
    data : DataChoices
        What is done to the samples before they are learned.
    patience_epochs : float or None
        A run ends after so many epochs without better figures of ``validation``, and its weights are those of
        the best epoch; None: its weights are the last ones.
    validation : Samples or None
        None: the training samples.
    epoch_samples : EpochSamples or None
        Draws the samples of each epoch, where they change.

    Raises
    ------
    SweepError
        If there is no axis, two axes have one setting or contradict each other, or one has a setting that
        the problem does not have; or if the seeds or the length of a run are out of range.
    """

    problem: Problem
    config: TrainingConfig
    axes: tuple[SweepAxis, ...]
    seeds: tuple[int, ...] = (0,)
    n_steps: int | None = 2000
    epochs: float | None = None
    points: PointOptions | None = None
    points_seed: int = 0
    data: DataChoices = field(default_factory=DataChoices)
    patience_epochs: float | None = None
    validation: Samples | None = None
    epoch_samples: EpochSamples | None = None

    def __post_init__(self) -> None:
        names = [axis.setting for axis in self.axes]
        if not names or len(set(names)) < len(names):
            raise SweepError(tr("Rows and columns need two settings; choose another one for the rows."))
        if "hidden" in names and {"units", "layers"} & set(names):
            raise SweepError(
                tr("The sizes of layers say how many units and layers there are; vary these or those.")
            )
        for axis in self.axes:
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

    def check_size(self, most: int) -> None:
        """Refuse a sweep of too many cells.

        Raises
        ------
        SweepError
            With the number of cells and the time that they would take.
        """
        if self.n_cells > most:
            counts = f" {tr('times')} ".join(str(len(axis.values)) for axis in self.axes)
            raise SweepError(
                tr(
                    "{counts} values are {n:,} cells, about {time} of training; at most {most:,} are taken. "
                    "Leave out some values."
                ).format(counts=counts, n=self.n_cells, time=spoken_time(self.estimated_seconds()), most=most)
            )

    @property
    def n_cells(self) -> int:
        """How many cells the table has."""
        return math.prod(len(axis.values) for axis in self.axes)

    def cells(self) -> tuple[SweepCell, ...]:
        """Return all cells; of two axes row by row."""
        return tuple(product(*(range(len(axis.values)) for axis in self.axes)))

    def values_of(self, cell: SweepCell) -> tuple[Value, ...]:
        """Return the values of a cell, in the order of the axes."""
        return tuple(axis.values[place] for axis, place in zip(self.axes, cell, strict=True))

    def title_of(self, cell: SweepCell) -> str:
        """Return what a cell is called: its values."""
        return ", ".join(axis.titled(place) for axis, place in zip(self.axes, cell, strict=True))

    def draft_of(self, cell: SweepCell) -> Draft:
        """Return the settings of a cell.

        Raises
        ------
        UserError
            If there can be no such network or no such setting.
        """
        # Some schedules need an end, which `config_of` replaces.
        config = self.config if self.config.epochs is not None else replace(self.config, epochs=MAX_EPOCHS)
        draft = Draft(config, self.points or PointOptions(), self.problem.input_space.kind, self.data)
        names = (axis.setting for axis in self.axes)
        return with_values(draft, dict(zip(names, self.values_of(cell), strict=True)))

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
            problem = draft.data.labelled(problem, self.config.seed)
        return draft.data.scaled(problem)

    def config_of(self, draft: Draft, n_train: int, seed: int) -> TrainingConfig:
        """Return the settings of one run: those of its cell, with its seed and its end.

        Where the settings have an end of their own, the warm-up is shorter or longer in proportion.
        """
        epochs, config = self.epochs, draft.config
        if self.n_steps is not None:
            epochs = self.n_steps / math.ceil(n_train / min(config.batch_size, n_train))
        assert epochs is not None, "a run has an end"
        warmup_epochs = config.warmup_epochs
        if self.config.epochs is not None:
            warmup_epochs *= epochs / self.config.epochs
        return replace(config, seed=seed, epochs=epochs, warmup_epochs=warmup_epochs)

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
        sides = [len(axis.values) for axis in self.axes]
        places = range(0, self.n_cells, -(-self.n_cells // _MOST_COSTED))
        cells = (tuple(map(int, np.unravel_index(place, sides))) for place in places)
        return self.n_cells * fmean(self.cost_of(cell) for cell in cells)

    @property
    def has_boundary(self) -> bool:
        """Whether the borders between the classes' regions are measured: over a plane."""
        return self.problem.input_space.spans_plane and self.problem.output_space.traits.has_labels

    @property
    def keeps_states(self) -> bool:
        """Whether the state of an optimiser is kept in each cell, so that its run goes on as if unbroken."""
        return 12 * self.config.architecture.n_params * self.n_cells <= STATE_BYTES


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
