"""Dreams on a thread of its own, as long as somebody looks, with a bounded share of the machine."""

import time
from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.dream import Regularisers, dream_step
from nnstudio.insight.reading import Reading, read
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task

PIECE_S = 0.004
"""The thread gives way so often."""

LOOKED_AT_FOR_S = 0.5
"""A dream that nobody has looked at for so long rests."""


@dataclass(frozen=True, eq=False)
class DreamTask:
    """What is dreamt of, and how.

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
    """How far a dream has come.

    Attributes
    ----------
    x : ndarray of shape (n_inputs,)
    reading : Reading
        What the network makes of it.
    n_steps : int
    task : DreamTask
    """

    x: np.ndarray
    reading: Reading
    n_steps: int
    task: DreamTask

    @property
    def z(self) -> float:
        """The pre-activation that is to grow."""
        layer, unit = self.task.goal
        return float(self.reading.z[layer][unit])


class DreamWorker:
    """Climbs step by step while it is running and looked at.

    Attributes
    ----------
    is_running : bool
        Whether it is to go on.

    Notes
    -----
    Thread: gui; the steps are taken on a plain daemon thread.
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
        """The newest picture; None before the first."""
        self._worker.poll()
        return self._latest

    def _take(self, dream: Dream) -> None:
        self._latest = dream

    def begin(self, task: DreamTask, start: np.ndarray, seed: int) -> None:
        """Begin anew from an input, shape (n_inputs,); it is on show at once, and climbs when it runs."""
        self._worker.cancel()
        self._task, self._rng = task, np.random.default_rng(seed)
        self._latest = Dream(start, read(task.architecture, task.theta, start), 0, task)

    def change(self, task: DreamTask) -> None:
        """Go on with other weights or regularisers."""
        self._task = task

    def look(self, share: float) -> None:
        """Say that somebody looks, and which part of a core may be taken, 0…1; wakes a dream that rests."""
        self._seen_s = time.perf_counter()
        self._worker.set_share(share)
        if self.is_running and self.latest is not None and not self._worker.is_busy:
            begun, rng = self.latest, self._rng
            self._worker.run(Task(lambda _: self._dream(begun, rng), self._take))

    def pause(self) -> None:
        """Rest until `look` finds it running again."""
        self.is_running = False
        self._worker.poll()
        self._worker.cancel()

    def _dream(self, dream: Dream, rng: np.random.Generator) -> Steps[Dream]:
        """Take steps, on the worker's thread, until nobody looks any more."""
        while time.perf_counter() - self._seen_s < LOOKED_AT_FOR_S:
            task, x, n_steps = self._task, dream.x, dream.n_steps
            if task.architecture != dream.task.architecture:
                # The network is another one, and this picture none of its inputs.
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
        """End the thread, waiting for it for a bounded time."""
        self.is_running = False
        self._worker.stop()
