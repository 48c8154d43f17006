"""How the learning rate changes in the course of a run; used by the training loop."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _constant(_progress: float) -> float:
    return 1.0


def _cosine(progress: float) -> float:
    return 0.5 * (1.0 + math.cos(math.pi * progress))


SCHEDULES: Mapping[str, Callable[[float], float]] = MappingProxyType(
    {"constant": _constant, "cosine": _cosine}
)
"""The factor on the learning rate at a progress of 0…1 between warm-up and end."""


def rate_factor(schedule: str, epoch: float, *, warmup_epochs: float, epochs: float | None) -> float:
    """Return the factor in 0…1 on the learning rate at ``epoch``.

    Linear from 0 to 1 over the warm-up, then by the schedule: ``"constant"`` stays 1, ``"cosine"`` falls as
    (1 + cos πp) / 2 with p the part of the remaining run that is done.

    Parameters
    ----------
    schedule : str
        A key of ``SCHEDULES``.
    epoch : float
        Counted to the middle of the step, so that neither the first nor the last step has rate zero.
    warmup_epochs : float
    epochs : float or None
        The end of the run; may be None for ``"constant"``.

    Notes
    -----
    Variant: Loshchilov & Hutter 2017, equation 5, one period, without restarts.

    Examples
    --------
    >>> rate_factor("cosine", 6.0, warmup_epochs=1.0, epochs=11.0)
    0.5
    >>> rate_factor("constant", 0.5, warmup_epochs=1.0, epochs=None)
    0.5
    """
    if epoch < warmup_epochs:
        return epoch / warmup_epochs
    if epochs is None:
        return SCHEDULES[schedule](0.0)
    progress = min((epoch - warmup_epochs) / (epochs - warmup_epochs), 1.0)
    return SCHEDULES[schedule](progress)
