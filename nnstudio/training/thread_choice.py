"""The number of threads for a run's steps: measured, kept, measured again on a collapse; for the worker."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from nnstudio.training.loop import Diverged
from nnstudio.training.threads import fastest_count, n_cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnstudio.training.loop import TrainingLoop

logger = logging.getLogger(__name__)

_COLLAPSE = 0.25
"""Below this share of the best speed, threads hinder each other: measure again."""


class ThreadChoice:
    """Chooses the number of threads before the first step of each shape of network and batch.

    Every run of one shape keeps the choice, since another number of threads may round differently.

    Parameters
    ----------
    wanted : int or None
        The number to use; None lets measurements decide.
    """

    def __init__(self, wanted: int | None) -> None:
        self._wanted = wanted
        self._n_threads = wanted or 1
        self._chosen_for: tuple[object, ...] = ()
        self._best_speed = 0.0

    def begin_run(self) -> None:
        """Forget the speed of the previous run."""
        self._best_speed = 0.0

    def is_due(self, loop: TrainingLoop, images_per_second: float) -> bool:
        """Tell whether to measure before the next step, given the speed of the last ones."""
        self._best_speed = max(self._best_speed, images_per_second)
        if self._n_threads > 1 and images_per_second < _COLLAPSE * self._best_speed:
            self._chosen_for = ()
        if _shape(loop) != self._chosen_for:
            return True
        loop.use_threads(self._n_threads)
        return False

    def measure(self, loop: TrainingLoop, is_interrupted: Callable[[], bool]) -> bool:
        """Choose the number by steps on a copy of the loop; return False if interrupted."""
        if self._wanted is None:
            scratch = loop.scratch_copy()

            def take_step() -> None:
                # A divergence of the copy is of no interest.
                with suppress(Diverged):
                    scratch.step()

            try:
                chosen = fastest_count(
                    take_step,
                    scratch.use_threads,
                    # The window needs a core, too.
                    most=max(1, n_cores() // 2),
                    is_interrupted=is_interrupted,
                )
            finally:
                scratch.close()
            if chosen is None:
                return False
            self._n_threads = chosen
            logger.info("%d threads for %s", chosen, loop.config.architecture)
        self._best_speed = 0.0
        self._chosen_for = _shape(loop)
        loop.use_threads(self._n_threads)
        return True


def _shape(loop: TrainingLoop) -> tuple[object, ...]:
    return loop.config.architecture.layer_sizes, loop.config.batch_size
