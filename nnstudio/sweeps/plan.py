"""A sweep as its file describes it, without data, and the sweep that it becomes with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from nnstudio.data.problems import PROBLEMS, PointOptions, load_problem
from nnstudio.files.problem_recipe import FULL_BATCH, Choices, problem_recipe
from nnstudio.files.recipe_data import gather, joined
from nnstudio.insight.sweep_settings import Draft, with_values
from nnstudio.insight.sweep_spec import SweepSpec
from nnstudio.training.data_choices import DataChoices

if TYPE_CHECKING:
    import os

    from nnstudio.files.recipe import Recipe
    from nnstudio.insight.sweep_settings import Value
    from nnstudio.insight.sweep_spec import SweepAxis, SweepCell


MOST_RUNS = 10_000
"""More than the 400 cells of the window, which keeps a picture of each: here a run is a row of a file."""


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep trains: small, so that it can be kept in a table and sent to other processes.

    Two plans are equal where they train the same, whatever the comments of their texts.

    Attributes
    ----------
    problem : str
        A key of ``data.problems.PROBLEMS``; empty where there is a recipe.
    recipe : Recipe or None
        Of its data, network and training only what is trained counts: no views, no detector of outliers.
    axes : tuple of SweepAxis
    fixed : tuple of (str, value)
        Settings with one value for all cells, by their names in ``SWEEP_SETTINGS``.
    seeds : tuple of int
    n_steps, epochs, patience_epochs
        As in ``SweepSpec``.
    data_seed : int
        Of the points that nnstudio draws.
    text, recipe_text : str
        The file itself, and that of its recipe; empty where there is none.
    """

    problem: str
    recipe: Recipe | None
    axes: tuple[SweepAxis, ...]
    fixed: tuple[tuple[str, Value], ...]
    seeds: tuple[int, ...]
    n_steps: int | None
    epochs: float | None
    patience_epochs: float | None
    data_seed: int
    text: str = field(default="", compare=False)
    recipe_text: str = field(default="", compare=False)

    @property
    def n_runs(self) -> int:
        """How many networks are trained: one for each cell and seed."""
        return math.prod(len(axis.values) for axis in self.axes) * len(self.seeds)

    def cells(self) -> tuple[SweepCell, ...]:
        """Return all cells, as `SweepSpec.cells` does."""
        return tuple(product(*(range(len(axis.values)) for axis in self.axes)))

    def spec(self, data_dir: str | os.PathLike[str] | None = None) -> SweepSpec:
        """Load the data, and return what is trained.

        Raises
        ------
        UserError
            If the data are missing, or there can be no such network, training or points.
        """
        return self._of_problem(data_dir) if self.recipe is None else self._of_recipe(self.recipe, data_dir)

    def _of_problem(self, data_dir: str | os.PathLike[str] | None) -> SweepSpec:
        entry, fixed = PROBLEMS[self.problem], dict(self.fixed)
        points = PointOptions()
        for name in ("noise", "n"):
            if name in fixed:
                points = replace(points, **{name: fixed[name]})  # type: ignore[arg-type]
        problem = load_problem(self.problem, data_dir=data_dir, seed=self.data_seed, points=points)
        config = problem_recipe(problem, Choices(points=points), "nnstudio sweep").config
        if config.batch_size == len(problem.train):
            # All samples in a step, however many points a cell has.
            config = replace(config, batch_size=FULL_BATCH)
        draft = Draft(config, points, entry.kind, DataChoices(input_scaling=entry.input_scaling))
        draft = with_values(draft, fixed)
        return SweepSpec(
            problem,
            draft.config,
            self.axes,
            self.seeds,
            self.n_steps,
            self.epochs,
            None if entry.points is None else points,
            self.data_seed,
            draft.data,
            self.patience_epochs,
        )

    def _of_recipe(self, recipe: Recipe, data_dir: str | os.PathLike[str] | None) -> SweepSpec:
        data = gather(recipe, data_dir)
        kind = data.problem.input_space.kind
        draft = Draft(recipe.config, PointOptions(), kind, DataChoices(input_scaling=recipe.input_scaling))
        draft = with_values(draft, dict(self.fixed))
        return SweepSpec(
            data.problem,
            draft.config,
            self.axes,
            self.seeds,
            self.n_steps,
            self.epochs,
            None,
            self.data_seed,
            draft.data,
            self.patience_epochs,
            joined(list(data.validation.values())) if data.is_held_back else None,
            data.epoch_samples,
        )
