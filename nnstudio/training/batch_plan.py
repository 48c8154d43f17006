"""Which samples each step of a run trains on, and the epoch it is at; the training loop uses it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


class BatchRange(NamedTuple):
    """The samples of one step: those from ``start`` to ``stop`` in the order of an epoch, counted from 0."""

    epoch: int
    start: int
    stop: int


@dataclass(frozen=True)
class BatchPlan:
    """The batches of a run, since the last change of their size.

    Steps are counted from the run's beginning. Batches divide an epoch into equal shares, though its last one
    may be smaller. A change of size within an epoch divides what is left of it.

    Attributes
    ----------
    n_samples : int
        In an epoch.
    batch_size : int
        From 1 to ``n_samples``.
    first_step : int
        The first step with this size.
    first_epoch : float
        Where in the run that step is.
    n_seen : int
        Samples of the epoch under way that came before that step, less than ``n_samples``.

    Examples
    --------
    Ten samples in batches of 5; after the first of them, in batches of 2:

    >>> plan = BatchPlan(10, 5).with_batch_size(2, step=1)
    >>> [plan.epoch_at(step) for step in (1, 2, 3, 4, 9)]
    [0.5, 0.6666666666666666, 0.8333333333333333, 1.0, 2.0]
    >>> plan.place_of(1), plan.place_of(3)
    (BatchRange(epoch=0, start=5, stop=7), BatchRange(epoch=0, start=9, stop=10))
    """

    n_samples: int
    batch_size: int
    first_step: int = 0
    first_epoch: float = 0.0
    n_seen: int = 0

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches in a whole epoch."""
        return math.ceil(self.n_samples / self.batch_size)

    @property
    def _n_remaining_steps(self) -> int:
        """Batches in the rest of the epoch in which this size began; 0 if it began with an epoch."""
        return math.ceil((self.n_samples - self.n_seen) / self.batch_size) if self.n_seen else 0

    @property
    def _first_whole_epoch(self) -> int:
        return math.ceil(self.first_epoch)

    def epoch_at(self, step: float) -> float:
        """Return the number of epochs done after ``step`` steps, which need not be a whole number."""
        since, remaining = step - self.first_step, self._n_remaining_steps
        if since < remaining:
            return self.first_epoch + (self._first_whole_epoch - self.first_epoch) * since / remaining
        return self._first_whole_epoch + (since - remaining) / self.steps_per_epoch

    def place_of(self, step: int) -> BatchRange:
        """Return the samples of the step that follows ``step`` others."""
        since, remaining = step - self.first_step, self._n_remaining_steps
        if since < remaining:
            epoch, start = self._first_whole_epoch - 1, self.n_seen + since * self.batch_size
        else:
            epoch, nth = divmod(since - remaining, self.steps_per_epoch)
            epoch, start = self._first_whole_epoch + epoch, nth * self.batch_size
        return BatchRange(epoch, start, min(start + self.batch_size, self.n_samples))

    def step_at(self, epoch: float) -> int:
        """Return the number of steps after which at least ``epoch`` epochs are done."""
        whole, remaining = self._first_whole_epoch, self._n_remaining_steps
        if epoch <= whole and remaining:
            share = (epoch - self.first_epoch) / (whole - self.first_epoch)
            return self.first_step + math.ceil(share * remaining)
        return self.first_step + remaining + math.ceil((epoch - whole) * self.steps_per_epoch)

    def epoch_end_after(self, step: int) -> int:
        """Return the next step, after ``step``, that ends an epoch."""
        since, remaining = step - self.first_step, self._n_remaining_steps
        if since < remaining:
            return self.first_step + remaining
        n = self.steps_per_epoch
        return self.first_step + remaining + ((since - remaining) // n + 1) * n

    def ends_epoch(self, step: int) -> bool:
        """Tell whether the last of ``step`` steps ended an epoch."""
        return step > 0 and self.place_of(step).start == 0

    def with_batch_size(self, batch_size: int, *, step: int) -> BatchPlan:
        """Return the plan with batches of another size after ``step`` steps."""
        if batch_size == self.batch_size:
            return self
        n_seen = self.place_of(step).start
        return BatchPlan(self.n_samples, batch_size, step, self.epoch_at(step), n_seen)

    def with_samples(self, n_samples: int, batch_size: int, *, step: int) -> BatchPlan:
        """Return the plan with another number of samples after ``step`` steps.

        As large a part of the epoch under way remains, to whole samples.

        Examples
        --------
        Ten samples in batches of 5; after the first of them, twenty:

        >>> plan = BatchPlan(10, 5).with_samples(20, 5, step=1)
        >>> plan.place_of(1), plan.epoch_at(3)
        (BatchRange(epoch=0, start=10, stop=15), 1.0)
        """
        if n_samples == self.n_samples:
            return self.with_batch_size(batch_size, step=step)
        epoch = self.epoch_at(step)
        n_seen = min(round(epoch % 1.0 * n_samples), n_samples - 1)
        return BatchPlan(n_samples, batch_size, step, epoch if n_seen else float(math.ceil(epoch)), n_seen)
