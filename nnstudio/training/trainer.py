"""The background thread that trains, and its only interface; the window and the demo use it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import ConfigError
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.start import checked_mask, checked_theta
from nnstudio.training.threads import threads_from_environment
from nnstudio.training.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from nnstudio.data.problem import Problem
    from nnstudio.training.checkpoint import Checkpoint
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.epoch_samples import EpochSamples
    from nnstudio.training.snapshot import Snapshot
    from nnstudio.training.start import LoopState
    from nnstudio.training.weight_edit import WeightEdit


class Trainer:
    """Train a network on a thread of its own, and publish snapshots of it.

    Commands return at once and are executed in their order at the next step boundary. Impossible ones raise
    in the caller's thread, and then nothing changes. Results are read from ``latest``; poll it once a frame.
    At most 60 snapshots a second are made, and one at once after every change of state, so that even a single
    step of a paused run is seen.

    Every run is recorded in ``latest.checkpoint_history``; ``go_on`` continues from any of its checkpoints.

    The test set is always measured whole: before the first step, at each epoch's end, in between while that
    takes less than 8 % of the training time, and whenever the run comes to rest, so that the figures belong
    to the weights in view. Epochs shorter than a frame are not all measured.

    Parameters
    ----------
    problem : Problem
    config : TrainingConfig
    theta : array_like of shape (n_params,), optional
        Weights to continue from, for unscaled inputs; copied. Without them the seed decides.
    epoch_samples : EpochSamples, optional
        Draws the samples of each epoch, instead of the problem's training samples; a block at a time, and
        commands are executed in between.

    Raises
    ------
    ConfigError
        If the network does not fit the problem, or ``theta`` does not fit the network.
    ThreadCountError
        If ``NNSTUDIO_THREADS`` is not a number of threads.

    Notes
    -----
    Thread: any; commands may come from several. The live weights belong to the trainer's thread alone.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainingConfig,
        theta: ArrayLike | None = None,
        *,
        epoch_samples: EpochSamples | None = None,
    ) -> None:
        self._lock = threading.Lock()
        # As last commanded, which may be ahead of the thread.
        self._problem = problem
        self._epoch_samples = epoch_samples
        self._config = config
        self._run_id = 1
        config.check(problem)
        start_theta = None if theta is None else _for_samples_of(problem, config, theta)
        loop = TrainingLoop(problem, config, start_theta, epoch_samples=epoch_samples)
        self._worker = Worker(loop, CheckpointHistory(), n_threads=threads_from_environment())
        self._thread = threading.Thread(target=self._worker.run, name="nnstudio-trainer", daemon=True)

    @property
    def latest(self) -> Snapshot:
        """The newest snapshot; the first one is there before the thread is started."""
        return self._worker.latest

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread; the run waits, state ``ready``, until it is played."""
        self._thread.start()

    def play(self) -> None:
        """Train until paused or finished; after a divergence, continue with the kept weights."""
        self._send(self._worker.play)

    def pause(self) -> None:
        """Pause after the step that is under way."""
        self._send(self._worker.pause)

    def step_batch(self) -> None:
        """Take one step, then pause."""
        self._send(self._worker.step_batch)

    def step_epoch(self) -> None:
        """Train to the end of the epoch, then pause."""
        self._send(self._worker.step_epoch)

    def change(self, config: TrainingConfig) -> None:
        """Continue with other settings, in this run and those reset from it; see ``TrainingLoop.change``.

        Raises
        ------
        ConfigError
            If the settings need new weights; the run continues as before.
        """
        with self._lock:
            self._config.check_change(config)
            self._config = config
            self._send(lambda: self._worker.change(config))

    def change_samples(self, problem: Problem, text: str = "") -> None:
        """Learn from other samples of the same spaces within this run, from the next step on.

        Parameters
        ----------
        problem : Problem
            Its samples are scaled as those before.
        text : str
            A description, for the marks on the curves.

        Raises
        ------
        ConfigError
            If the network does not fit the problem; the run continues as before.
        """
        with self._lock:
            self._config.check(problem)
            self._problem, self._epoch_samples = problem, None
            self._send(lambda: self._worker.change_samples(problem, text))

    def edit_weights(self, weight_edit: WeightEdit) -> None:
        """Change some weights by hand within this run, at the next step boundary.

        Raises
        ------
        ConfigError
            If the network has no such weights.
        """
        with self._lock:
            n_params = self._config.architecture.n_params
            if weight_edit.coordinates.size and int(weight_edit.coordinates.max()) >= n_params:
                raise ConfigError(
                    tr(
                        "The network {architecture} has {n_params:,} weights and biases; this operation is "
                        "one "
                        "for a larger network."
                    ).format(architecture=self._config.architecture, n_params=n_params)
                )
            self._send(lambda: self._worker.edit_weights(weight_edit))

    def reset(self, *, seed: int | None = None) -> int:
        """Start a new run from initial weights: with the same seed, or another.

        Parameters
        ----------
        seed : int, optional

        Returns
        -------
        int
            The ``run_id`` of the new run; its snapshots follow.

        Raises
        ------
        ConfigError
            If the seed is not a whole number from 0.
        """
        with self._lock:
            config = self._config if seed is None else replace(self._config, seed=seed)
            return self._restart(self._problem, config, None)

    def replace(
        self,
        *,
        problem: Problem | None = None,
        config: TrainingConfig | None = None,
        theta: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        epoch_samples: EpochSamples | None = None,
    ) -> int:
        """Replace this run by one of another problem, another configuration or given weights.

        Parameters
        ----------
        problem, config : optional
            What is not given stays.
        theta : array_like of shape (n_params,), optional
            Weights to continue from, for unscaled inputs; copied. Without them the seed decides.
        mask : array_like of shape (n_params,), optional
            0 or false where a weight is pruned, and stays 0 through this run; copied.
        epoch_samples : EpochSamples, optional
            Draws the samples of each epoch of another problem, instead of its training samples.

        Returns
        -------
        int
            The ``run_id`` of the new run; its snapshots follow.

        Raises
        ------
        ConfigError
            If the network does not fit the problem, or ``theta`` or ``mask`` the network; the old run
            continues.
        """
        with self._lock:
            problem = self._problem if problem is None else problem
            config = self._config if config is None else config
            return self._restart(problem, config, theta, mask, epoch_samples)

    def go_on(
        self, checkpoint: Checkpoint, config: TrainingConfig, checkpoint_history: CheckpointHistory
    ) -> int:
        """Replace this run by one that continues from a checkpoint of the same problem; it waits there.

        With the configuration of that checkpoint it gets the numbers that the recorded run got, if the
        optimiser's state was kept; else the optimiser starts with a new state.

        Parameters
        ----------
        checkpoint : Checkpoint
        config : TrainingConfig
        checkpoint_history : CheckpointHistory
            Records the run: the checkpoint's own, to continue after its last checkpoint, or a branch of it.

        Returns
        -------
        int
            The ``run_id`` of the new run; its snapshots follow.

        Raises
        ------
        ConfigError
            If the run learned from another number of samples, or the configuration needs new weights; the
            old run continues.
        """
        with self._lock:
            checkpoint.config.check_change(config)
            n_samples = (
                len(self._problem.train) if self._epoch_samples is None else self._epoch_samples.n_samples
            )
            state = checkpoint.start(self._problem.train.scaling)
            state.check(n_samples, self._problem.title)
            return self._restart(self._problem, config, state=state, checkpoint_history=checkpoint_history)

    def stop(self, timeout_s: float = 2.0) -> bool:
        """End the thread and wait for it; may be called again, or before the start.

        Parameters
        ----------
        timeout_s : float
            How long to wait at most. A piece of work takes some milliseconds, more for enormous networks.

        Returns
        -------
        bool
            Whether the thread has ended. If not, it ends with the program: it is a daemon.
        """
        self._worker.stop_asked = True
        self._send(lambda: None)
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _restart(
        self,
        problem: Problem,
        config: TrainingConfig,
        theta: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        epoch_samples: EpochSamples | None = None,
        state: LoopState | None = None,
        checkpoint_history: CheckpointHistory | None = None,
    ) -> int:
        config.check(problem)
        start_theta = None if theta is None else _for_samples_of(problem, config, theta)
        start_mask = None if mask is None else checked_mask(config, mask)
        if problem is self._problem:
            epoch_samples = self._epoch_samples
        self._problem, self._epoch_samples = problem, epoch_samples
        self._config = config
        self._run_id = run_id = self._run_id + 1

        def make_loop() -> TrainingLoop:
            return TrainingLoop(
                problem, config, start_theta, mask=start_mask, epoch_samples=epoch_samples, state=state
            )

        self._send(lambda: self._worker.restart(run_id, make_loop, checkpoint_history or CheckpointHistory()))
        return run_id

    def _send(self, command: Callable[[], None]) -> None:
        self._worker.commands.put(command)


def _for_samples_of(problem: Problem, config: TrainingConfig, theta: ArrayLike) -> NDArray[np.float32]:
    """Return a copy of weights for unscaled inputs as weights for the inputs of the problem's samples."""
    copy, scaling = checked_theta(config, theta), problem.train.scaling
    if scaling is not None:
        first = config.architecture.layers(copy)[0]
        scaling.unfold(first.W, first.b)
    return copy
