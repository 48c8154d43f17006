"""Learning-rate schedules; any package above may import them.

Adding a schedule is a function and one entry of `SCHEDULES`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnstudio.language import translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ONE_CYCLE_RISE = 0.3
"""Share of a one-cycle run in which the rate climbs."""

ONE_CYCLE_START = 1 / 25
ONE_CYCLE_END = ONE_CYCLE_START / 1e4
"""Factors at the beginning and the end of a one-cycle run."""


@dataclass(frozen=True)
class SchedulePoint:
    """The position of a run that a schedule depends on.

    Attributes
    ----------
    epoch : float
        Epochs since the warm-up.
    progress : float
        The share of the run after the warm-up that is done, 0…1; 0 if the run has no end.
    decay : float
        Factor on the rate …
    decay_epochs : float
        … for every so many epochs.
    """

    epoch: float
    progress: float
    decay: float
    decay_epochs: float


@dataclass(frozen=True)
class Schedule:
    """A schedule of the learning rate.

    Attributes
    ----------
    name, title : str
        Key in `SCHEDULES`; name for people.
    factor : callable ``(point) -> float``
        The factor in 0…1 on the learning rate.
    needs_end : bool
        Whether the number of epochs must be known.
    """

    name: str
    title: str
    factor: Callable[[SchedulePoint], float]
    needs_end: bool = False


def _constant(point: SchedulePoint) -> float:
    return 1.0


def _step(point: SchedulePoint) -> float:
    """Return γ^⌊e / E⌋, as PyTorch's StepLR with step_size E."""
    return point.decay ** math.floor(point.epoch / point.decay_epochs)


def _exponential(point: SchedulePoint) -> float:
    """Return γ^(e / E), as PyTorch's ExponentialLR with gamma γ^(1 / E), but falling at every step."""
    return float(point.decay ** (point.epoch / point.decay_epochs))


def _cosine(point: SchedulePoint) -> float:
    """Return (1 + cos πp) / 2: Loshchilov & Hutter 2017, SGDR, eq. 5, one period without restarts.

    PyTorch's CosineAnnealingLR with eta_min 0.
    """
    return 0.5 * (1.0 + math.cos(math.pi * point.progress))


def _one_cycle(point: SchedulePoint) -> float:
    """Climb from 1/25 to 1 along a cosine in the first 0.3 of the run, then fall to 4e-6 along another.

    Smith & Topin 2019, Super-Convergence, in the two-phase form of PyTorch's OneCycleLR (cosine annealing,
    its default factors); the momentum is left alone.
    """
    if point.progress < ONE_CYCLE_RISE:
        return _between(ONE_CYCLE_START, 1.0, point.progress / ONE_CYCLE_RISE)
    return _between(1.0, ONE_CYCLE_END, (point.progress - ONE_CYCLE_RISE) / (1 - ONE_CYCLE_RISE))


def _between(start: float, end: float, progress: float) -> float:
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * progress))


SCHEDULES: Mapping[str, Schedule] = {
    schedule.name: schedule
    for schedule in (
        Schedule("constant", translatable("Constant"), _constant),
        Schedule("step", translatable("Step"), _step),
        Schedule("exponential", translatable("Exponential"), _exponential),
        Schedule("cosine", translatable("Cosine"), _cosine, needs_end=True),
        Schedule("one_cycle", translatable("One cycle"), _one_cycle, needs_end=True),
    )
}


def rate_factor(
    schedule: str,
    epoch: float,
    *,
    warmup_epochs: float,
    epochs: float | None,
    decay: float = 0.1,
    decay_epochs: float = 10.0,
) -> float:
    """Return the factor in 0…1 on the learning rate at ``epoch``.

    Linear from 0 to 1 over the warm-up (Goyal et al. 2017, section 2.2, from zero), then by the schedule:

    - ``"constant"`` stays 1;
    - ``"step"`` is multiplied by ``decay`` at the end of every ``decay_epochs``;
    - ``"exponential"`` falls by as much, continuously;
    - ``"cosine"`` falls as (1 + cos πp) / 2 with p the share of the remaining run that is done;
    - ``"one_cycle"`` climbs from 1/25 to 1, then falls to almost nothing.

    Parameters
    ----------
    schedule : str
        A key of ``SCHEDULES``.
    epoch : float
        Counted to the middle of the step, so that neither the first nor the last step has rate zero.
    warmup_epochs : float
    epochs : float or None
        The end of the run; may be None for a schedule that does not need it.
    decay, decay_epochs : float
        For ``"step"`` and ``"exponential"``: the factor, in 0…1, and after how many epochs, above 0.

    Examples
    --------
    >>> rate_factor("cosine", 6.0, warmup_epochs=1.0, epochs=11.0)
    0.5
    >>> rate_factor("constant", 0.5, warmup_epochs=1.0, epochs=None)
    0.5
    >>> rate_factor("step", 25.0, warmup_epochs=0.0, epochs=None, decay=0.5)
    0.25
    """
    if epoch < warmup_epochs:
        return epoch / warmup_epochs
    since = epoch - warmup_epochs
    progress = 0.0 if epochs is None else min(since / (epochs - warmup_epochs), 1.0)
    return SCHEDULES[schedule].factor(SchedulePoint(since, progress, decay, decay_epochs))
