"""Gradient ascent of dreams on a background thread, with a bounded share of a core."""

import time
from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.dream import Regularisers, dream_step
from nnstudio.insight.reading import Reading, read
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task

PIECE_S = 0.004
"""Time between pauses of the thread, in seconds."""

LOOKED_AT_FOR_S = 0.5
"""A dream that has not been shown for so many seconds pauses."""


@dataclass(frozen=True, eq=False)
class DreamTask:
    """Goal and settings of a dream.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Must not change.
    space : InputSpace
    goal : tuple of int
        Computing layer and unit.
    regularisers : Regularisers
    """

    architecture: Architecture
    theta: np.ndarray
    space: InputSpace
    goal: tuple[int, int]
    regularisers: Regularisers


@dataclass(frozen=True, eq=False)
class Dream:
    """The state of a dream.

    Attributes
    ----------
    x : ndarray of shape (n_inputs,)
    reading : Reading
        The network's outputs for it.
    n_steps : int
    task : DreamTask
    """

    x: np.ndarray
    reading: Reading
    n_steps: int
    task: DreamTask

    @property
    def z(self) -> float:
        """The pre-activation that is maximised."""
        layer, unit = self.task.goal
        return float(self.reading.z[layer][unit])


class DreamWorker:
    """Takes gradient steps while running and shown.

    Attributes
    ----------
    is_running : bool
        Whether it continues.

    Notes
    -----
    Thread: gui; the steps run on a daemon thread.
    """

    def __init__(self) -> None:
        self.is_running = False
        self._worker = BackgroundWorker("nnstudio-dream")
        self._latest: Dream | None = None
        self._task: DreamTask | None = None
        self._rng = np.random.default_rng(0)
        self._seen_s = 0.0

    @property
    def latest(self) -> Dream | None:
        """The latest state; None before the first."""
        self._worker.poll()
        return self._latest

    def _take(self, dream: Dream) -> None:
        self._latest = dream

    def begin(self, task: DreamTask, start: np.ndarray, seed: int) -> None:
        """Start again from an input, shape (n_inputs,), which is shown at once."""
        self._worker.cancel()
        self._task, self._rng = task, np.random.default_rng(seed)
        self._latest = Dream(start, read(task.architecture, task.theta, start), 0, task)

    def change(self, task: DreamTask) -> None:
        """Continue with other weights or regularisers."""
        self._task = task

    def look(self, share: float) -> None:
        """Keep the dream awake while shown, and set its share of a core, 0…1."""
        self._seen_s = time.perf_counter()
        self._worker.set_share(share)
        if self.is_running and self.latest is not None and not self._worker.is_busy:
            begun, rng = self.latest, self._rng
            self._worker.run(Task(lambda _: self._dream(begun, rng), self._take))

    def pause(self) -> None:
        """Pause until `look` is called while running."""
        self.is_running = False
        self._worker.poll()
        self._worker.cancel()

    def _dream(self, dream: Dream, rng: np.random.Generator) -> Steps[Dream]:
        """Take steps on the worker's thread until the dream is no longer shown."""
        while time.perf_counter() - self._seen_s < LOOKED_AT_FOR_S:
            task, x, n_steps = self._task, dream.x, dream.n_steps
            if task.architecture != dream.task.architecture:
                # The network changed, and this input does not fit it.
                return
            begun_s = time.perf_counter()
            while time.perf_counter() - begun_s < PIECE_S:
                x = dream_step(
                    task.architecture, task.theta, task.space, x, task.goal, task.regularisers, rng=rng
                )
                n_steps += 1
            dream = Dream(x, read(task.architecture, task.theta, x), n_steps, task)
            yield dream

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self.is_running = False
        self._worker.stop()
