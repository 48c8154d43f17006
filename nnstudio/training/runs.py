"""The runs of a session, as named branches of each other; any package above may import it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.training.checkpoint_history import BUDGET_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnstudio.data.chosen_points import ChosenPoints
    from nnstudio.data.output_kinds import Measure
    from nnstudio.data.problem import InputSpace, OutputSpace
    from nnstudio.training.checkpoint import Checkpoint
    from nnstudio.training.checkpoint_history import CheckpointHistory
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.data_choices import DataChoices

MOST_RUNS = 32
"""More than fit on a timeline; the oldest one is dropped."""

_CURRENT_SHARE = 0.5
"""At least this share of the budget belongs to the current run."""


@dataclass(eq=False)
class Run:
    """One training run, started from initial or opened weights or from a checkpoint of another run.

    Attributes
    ----------
    checkpoint_history : CheckpointHistory
        With at least one checkpoint.
    problem_name : str
        The key of the problem.
    input_space : InputSpace
    output_space : OutputSpace
    data : DataChoices
        How its samples were changed.
    points : ChosenPoints
        The points that it learns from, where it learns from points.
    network_name : str
        The name of the network.
    name : str
        The user's name for it; empty until it is among others.
    parent : Run or None
        The run that it branched from; it may have been deleted since.
    parent_step : int
        The step of the branch.
    """

    checkpoint_history: CheckpointHistory
    problem_name: str
    input_space: InputSpace
    output_space: OutputSpace
    data: DataChoices
    points: ChosenPoints
    network_name: str
    name: str = ""
    parent: Run | None = None
    parent_step: int = 0

    @property
    def measure(self) -> Measure:
        """What the scores of its checkpoints are."""
        return self.output_space.traits.measure

    @property
    def first(self) -> Checkpoint:
        """The first checkpoint."""
        return self.checkpoint_history.checkpoints[0]

    @property
    def last(self) -> Checkpoint:
        """The newest checkpoint."""
        return self.checkpoint_history.checkpoints[-1]

    @property
    def config(self) -> TrainingConfig:
        """The settings at its newest checkpoint, including architecture and seed."""
        return self.last.config

    @property
    def has_learnt(self) -> bool:
        """Whether it has taken a step, or its weights were changed by hand."""
        first, last = self.first, self.last
        return (last.step, last.n_weight_edits) != (first.step, first.n_weight_edits)


@dataclass(eq=False)
class Runs:
    """Every run of a session under one budget of memory; one of them is the current.

    Attributes
    ----------
    budget_bytes : int
        For all runs together. The current one has half of it or more, and the others share the rest: they are
        thinned like any history.
    all : list of Run
        In the order in which they began.
    current : Run or None
        The one that is trained; None if none is.
    deleted : (int, Run) or None
        The last deleted run, and its place: it can be restored until another run begins.

    Notes
    -----
    Thread: gui.
    """

    budget_bytes: int = BUDGET_BYTES
    all: list[Run] = field(default_factory=list)
    current: Run | None = None
    deleted: tuple[int, Run] | None = None
    _n_named: int = 0

    def add(self, run: Run) -> None:
        """Add a run that has a name and is not trained here; the current one stays."""
        self.deleted = None
        self.all.append(run)
        self._make_room(run)

    def begin(self, run: Run) -> None:
        """Add a run, named by its number where it has no name, and make it the current one."""
        self._n_named += 1
        if not run.name:
            name = tr("Run {number}") if run.parent is None else tr("Branch {number}")
            taken = {each.name for each in self.all}
            while name.format(number=self._n_named) in taken:
                self._n_named += 1
            run.name = name.format(number=self._n_named)
        self.deleted = None
        self.choose(run)

    def take(self, runs: Sequence[Run]) -> None:
        """Replace all runs by those of another session; none of them is the current one."""
        self.all, self.current, self.deleted = list(runs)[-MOST_RUNS:], None, None
        self._n_named = max(self._n_named, len(self.all))
        self._share()

    def choose(self, run: Run | None) -> None:
        """Make a run the current one, or none; the previous one is dropped if it has learnt nothing."""
        left, self.current = self.current, run
        if left is not None and left is not run and not left.has_learnt:
            self.all.remove(left)
        if run is not None and run not in self.all:
            self.all.append(run)
        self._make_room(run)

    def _make_room(self, run: Run | None) -> None:
        """Drop the oldest runs where there are too many, but not the current one nor ``run``."""
        while len(self.all) > MOST_RUNS:
            self.all.remove(next(each for each in self.all if each not in (run, self.current)))
        self._share()

    def delete(self, run: Run) -> None:
        """Remove a run that is not the current one; the one deleted before can no longer be restored."""
        if run is self.current:
            raise ValueError("the current run cannot be deleted")
        self.deleted = self.all.index(run), run
        self.all.remove(run)
        self._share()

    def restore(self) -> Run | None:
        """Restore the last deleted run, if possible, and return it."""
        if self.deleted is None:
            return None
        place, run = self.deleted
        self.deleted = None
        self.all.insert(place, run)
        self._share()
        return run

    def _share(self) -> None:
        """Divide the budget: the current run may have what the others leave of their half."""
        others = [run for run in self.all if run is not self.current]
        if self.deleted is not None:
            others.append(self.deleted[1])
        left = round((1 - _CURRENT_SHARE) * self.budget_bytes)
        # The smallest first: what they do not need is for the larger ones.
        for n_waiting, run in zip(
            range(len(others), 0, -1),
            sorted(others, key=lambda run: run.checkpoint_history.n_bytes),
            strict=True,
        ):
            run.checkpoint_history.budget_bytes = left // n_waiting
            left -= run.checkpoint_history.n_bytes
        if self.current is not None:
            self.current.checkpoint_history.budget_bytes = round(_CURRENT_SHARE * self.budget_bytes) + max(
                0, left
            )
