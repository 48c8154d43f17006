"""The runs that there have been, as named branches of each other; any room above may import it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.training.recording import BUDGET_BYTES, Recording

if TYPE_CHECKING:
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.recording import Moment

MOST_RUNS = 32
"""More lanes than anyone looks at; the oldest one goes."""

_CURRENT_SHARE = 0.5
"""At least this part of the budget belongs to the current run."""


@dataclass(eq=False)
class Run:
    """One training run, from fresh or opened weights or from a moment of another run.

    Attributes
    ----------
    name : str
        As the user calls it.
    problem_name : str
        The key of what is learned.
    recording : Recording
    parent : Run or None
        The run that it branched from; it may have been deleted since.
    parent_step : int
        The step at which it did.
    """

    name: str
    problem_name: str
    recording: Recording
    parent: Run | None = None
    parent_step: int = 0

    @property
    def first(self) -> Moment:
        """Its beginning."""
        return self.recording.moments[0]

    @property
    def last(self) -> Moment:
        """The newest moment."""
        return self.recording.moments[-1]

    @property
    def config(self) -> TrainingConfig:
        """The choices in force at its newest moment, architecture and seed among them."""
        return self.last.config

    @property
    def has_learnt(self) -> bool:
        """Whether it has taken a step."""
        return self.last.step > self.first.step


@dataclass(eq=False)
class Runs:
    """Every run of a session under one budget of memory; one of them is the current.

    Attributes
    ----------
    budget_bytes : int
        For all recordings together. The current one has half of it or more, and the others share the rest:
        they are thinned like any recording.
    all : list of Run
        In the order in which they began.
    current : Run or None
        The one that is trained.

    Notes
    -----
    Thread: gui.
    """

    budget_bytes: int = BUDGET_BYTES
    all: list[Run] = field(default_factory=list)
    current: Run | None = None
    _n_named: int = 0

    def begin(
        self, recording: Recording, problem_name: str, parent: Run | None = None, parent_step: int = 0
    ) -> Run:
        """Add a run, named by its number, and make it the current one; one that learnt nothing goes."""
        before = self.current
        if before is not None and not before.has_learnt:
            self.all.remove(before)
        self._n_named += 1
        word = tr("Run") if parent is None else tr("Branch")
        run = Run(f"{word} {self._n_named}", problem_name, recording, parent, parent_step)
        self.all.append(run)
        self.choose(run)
        return run

    def choose(self, run: Run) -> None:
        """Make one of the runs the current one."""
        self.current = run
        while len(self.all) > MOST_RUNS:
            self.all.remove(next(each for each in self.all if each is not run))
        self._share()

    def restore(self, run: Run, place: int) -> None:
        """Put a run back that was deleted."""
        self.all.insert(place, run)
        self._share()

    def delete(self, run: Run) -> int:
        """Forget a run that is not the current one, and return the place that it had."""
        if run is self.current:
            raise ValueError("the current run cannot be deleted")
        place = self.all.index(run)
        del self.all[place]
        self._share()
        return place

    def _share(self) -> None:
        """Share the budget: what the others leave of their half, the current run may have."""
        others = [run for run in self.all if run is not self.current]
        left = round((1 - _CURRENT_SHARE) * self.budget_bytes)
        # The smallest first: what they do not need is for the larger ones.
        for n_waiting, run in zip(
            range(len(others), 0, -1), sorted(others, key=lambda run: run.recording.n_bytes), strict=True
        ):
            run.recording.budget_bytes = left // n_waiting
            left -= run.recording.n_bytes
        if self.current is not None:
            self.current.recording.budget_bytes = round(_CURRENT_SHARE * self.budget_bytes) + max(0, left)
