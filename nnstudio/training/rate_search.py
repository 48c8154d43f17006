"""Find a learning rate for a run that diverged, by steps on copies of it; the worker and recipes use it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.language import tr
from nnstudio.training.loop import Diverged
from nnstudio.training.start import initial_theta

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from nnstudio.training.loop import TrainingLoop

_RATES = tuple(float(f"{digit}e{power}") for power in range(0, -10, -1) for digit in (3, 1))[1:]
"""What is tried, 1 to 1e-9, three or so to a step; no optimiser needs more for usual inputs."""

_N_STEPS = 60
"""Steps of a trial: the bounds of momentum and Adam show within the first dozens."""

_N_MEASURED = 500
"""Training samples that a trial is judged by."""

_HAS_LEARNED = 0.9
"""Weights with at most this share of the loss of fresh ones are worth going on from."""

_STEADY = 1.02
"""The loss of learned weights need not fall in a trial, but must not rise by more than this factor."""


class RateSearch:
    """Tries learning rates below the one that diverged, a training step at a time.

    Each rate gets a few steps without schedule, from the weights that were kept, or from fresh ones where
    those have learned nothing. The rates go down until they do worse twice; the advice is the best.

    Parameters
    ----------
    loop : TrainingLoop
        Back at its kept weights; it is not changed.

    Attributes
    ----------
    is_done : bool
    rate : float or None
        The one advised, or None if none works or the search is not done.
    needs_fresh_weights : bool
        Whether the rate is one for fresh weights.
    """

    def __init__(self, loop: TrainingLoop) -> None:
        self.is_done = False
        self.rate: float | None = None
        self.needs_fresh_weights = False
        self._loop = loop
        n = len(loop.problem.train)
        rows = np.linspace(0, n - 1, min(n, _N_MEASURED)).astype(np.int64)
        self._measured = loop.problem.train.subset(rows)
        self._steps = self._search()

    def advance(self) -> None:
        """Take another step."""
        self.is_done = next(self._steps, self) is self

    def finish(self) -> None:
        """Take all steps."""
        while not self.is_done:
            self.advance()

    @property
    def advice(self) -> str:
        """The result as a sentence."""
        if self.rate is None:
            return tr("No learning rate that was tried works: choose another optimiser or loss, or reset.")
        if self.needs_fresh_weights:
            return tr("They are no better than fresh ones: reset, with a learning rate of {rate:g}.").format(
                rate=self.rate
            )
        return tr("Try a learning rate of {rate:g}.").format(rate=self.rate)

    def _search(self) -> Generator[None]:
        loop = self._loop
        problem = loop.problem
        theta = loop.theta.copy()
        fresh = initial_theta(loop.config, problem.input_space, problem.train.scaling)
        before, fresh_loss = self._loss_at(theta), self._loss_at(fresh)
        bound = before * _STEADY if before <= _HAS_LEARNED * fresh_loss else before
        if loop.n_steps and not before <= _HAS_LEARNED * fresh_loss:
            self.needs_fresh_weights = True
            theta, bound = fresh, fresh_loss
        losses: list[float] = []
        rates = [rate for rate in _RATES if rate < loop.config.hyper.learning_rate]
        for rate in rates:
            losses.append((yield from self._loss_after(theta, rate)))
            best = losses.index(min(losses))
            if losses[best] < bound and len(losses) - best > 2:
                break
        if losses and min(losses) < bound:
            self.rate = rates[losses.index(min(losses))]

    def _loss_after(self, theta: NDArray[np.float32], rate: float) -> Generator[None, None, float]:
        """Take the steps of a trial, and return the loss behind them; infinite if it diverges."""
        config = self._loop.config.with_hyper(learning_rate=rate)
        config = replace(config, schedule="constant", warmup_epochs=0.0, epochs=None)
        copy = self._loop.scratch_copy(config, theta)
        try:
            for _ in range(_N_STEPS):
                copy.step()
                yield
        except Diverged:
            return math.inf
        return self._loss_at(copy.theta)

    def _loss_at(self, theta: NDArray[np.float32]) -> float:
        loss = self._loop.evaluate(self._measured, theta).loss
        return loss if math.isfinite(loss) else math.inf
