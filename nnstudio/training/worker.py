"""The loop of the trainer's thread: execute commands, step, measure, publish; only the trainer uses it.

Everything here runs on one thread, so nothing is locked. The thread does its work in pieces of some
milliseconds (a step, a batch of a measurement) and executes commands in between.
"""

from __future__ import annotations

import logging
import math
from contextlib import suppress
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, TypedDict

from nnstudio.language import tr
from nnstudio.training.changes import Change, described_change, with_change
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.early_stopping import EarlyStopping
from nnstudio.training.history import History
from nnstudio.training.loop import Diverged
from nnstudio.training.measuring import FRAME_S, Measuring
from nnstudio.training.rate_search import RateSearch
from nnstudio.training.snapshot import RunState, Snapshot
from nnstudio.training.speed import SpeedMeter, Stopwatch
from nnstudio.training.thread_choice import ThreadChoice
from nnstudio.training.threads import BlasThreads
from nnstudio.training.window_turn import window_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.data.problem import Problem
    from nnstudio.training.checkpoint_history import CheckpointHistory
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.loop import TrainingLoop
    from nnstudio.training.weight_edit import WeightEdit

logger = logging.getLogger(__name__)

_PUBLISHING_SHARE = 0.1
"""At most this share of the time goes into copying weights, however many there are."""

_LONGEST_UNRECORDED_S = 1 / 20
_UNRECORDED_SHARE = 0.01
"""Share of the time so far: every snapshot of the first seconds is recorded, later ones at that pause."""


class _Progress(TypedDict):
    """The fields that the snapshot and the checkpoint of a step share; see there for their meaning."""

    step: int
    epoch: float
    theta: NDArray[np.float32]
    train_loss: float | None
    test_loss: float | None
    test_score: float | None
    test_step: int | None
    config: TrainingConfig
    n_weight_edits: int


class Worker:
    """The run that is being trained, with its history, measurements and speed.

    Parameters
    ----------
    loop : TrainingLoop
    checkpoint_history : CheckpointHistory
        Records the run, and holds what was before it.
    n_threads : int or None
        Threads that share a step; None lets measurements decide.

    Attributes
    ----------
    commands : SimpleQueue
        Methods of this object, to be called by its thread at the next step boundary.
    latest : Snapshot
        The newest results. Assigning a name is atomic, so no thread waits for another.
    stop_asked : bool
        Set it and put any command to end ``run``.
    """

    def __init__(
        self, loop: TrainingLoop, checkpoint_history: CheckpointHistory, *, n_threads: int | None = None
    ) -> None:
        self.commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.stop_asked = False
        self._blas = BlasThreads()
        self._threads = ThreadChoice(n_threads)
        self._early_stopping = EarlyStopping()
        self._run_id = 1
        self._published_at = self._publishing_s = self._recorded_at = self._step_s = 0.0
        self._published: tuple[tuple[TrainingLoop, int, int, float], NDArray[np.float32]] | None = None
        """What the newest published weights are a copy of, and that copy."""
        self._state = RunState.READY
        self._message = ""
        self._until: int | None = None
        self._measuring: Measuring
        self._rate_search: RateSearch | None = None
        """Under way after a divergence, until another command comes."""
        self._changes: tuple[Change, ...]
        self._begin(loop, checkpoint_history)

    # Commands -------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Train until paused or finished."""
        self._go(until=None)

    def pause(self) -> None:
        """Pause after the step that was under way."""
        if self._state is RunState.RUNNING:
            self._rest(RunState.PAUSED)

    def step_batch(self) -> None:
        """Take one step more than asked so far, then pause."""
        self._go(until=self._asked_until() + 1)

    def step_epoch(self) -> None:
        """Train to the end of the epoch, then pause."""
        self._go(until=self._loop.batch_plan.epoch_end_after(self._asked_until()))

    def change(self, config: TrainingConfig) -> None:
        """Continue with other settings."""
        loop, old, batch_plan = self._loop, self._loop.config, self._loop.batch_plan
        loop.change(config)
        if self._until is not None:
            # A command for an epoch covers the rest of it, in batches of any size.
            self._until = loop.batch_plan.step_at(batch_plan.epoch_at(self._until))
        self._changes = with_change(self._changes, loop.epoch, described_change(old, config))
        if (config.loss, config.architecture) != (old.loss, old.architecture):
            # The measured values are not values of this loss.
            self._measuring.reset()
            self._measuring.begin(self._average())
        if self._state is RunState.RUNNING and loop.is_finished:
            self._rest(RunState.FINISHED, tr("Finished at epoch {epoch:g}.").format(epoch=loop.epoch))
        elif self._state is RunState.FINISHED and not loop.is_finished:
            self._rest(RunState.PAUSED)
        else:
            self._publish()

    def edit_weights(self, weight_edit: WeightEdit) -> None:
        """Change some weights by hand within the run."""
        self._loop.edit_weights(weight_edit)
        self._n_weight_edits += 1
        self._changes = with_change(self._changes, self._loop.epoch, weight_edit.text)
        self._measuring.reset()
        self._measuring.begin(self._average())
        self._publish()

    def change_samples(self, problem: Problem, text: str) -> None:
        """Learn from other samples within the run; ``text`` says so among the changes."""
        loop, batch_plan = self._loop, self._loop.batch_plan
        try:
            loop.change_samples(problem)
        finally:
            self._measuring = Measuring(loop)
        if self._until is not None:
            self._until = loop.batch_plan.step_at(batch_plan.epoch_at(self._until))
        self._changes = with_change(self._changes, loop.epoch, text)
        self._measuring.begin(self._average())
        self._publish()

    def restart(
        self, run_id: int, make_loop: Callable[[], TrainingLoop], checkpoint_history: CheckpointHistory
    ) -> None:
        """Replace this run by another one, which waits to be played."""
        self._record_last()
        # The id first: if the new run fails to start, the failure must carry its id.
        self._run_id = run_id
        loop = make_loop()
        self._loop.close()
        self._begin(loop, checkpoint_history)

    # The thread -----------------------------------------------------------------------------------------

    def run(self) -> None:
        """Execute commands and train until asked to stop; an error ends the run, never the thread."""
        # NumPy may have been left with all cores, which can stall even the first measurement.
        self._blas.set(1)
        try:
            while not self.stop_asked:
                try:
                    self._take_turn()
                except Diverged as event:
                    self._stop_after_failure(RunState.DIVERGED, str(event))
                    self._rate_search = RateSearch(self._loop)
                except Exception as error:
                    logger.exception("The trainer's run %d failed", self._run_id)
                    self._loop.go_back()
                    self._stop_after_failure(
                        RunState.FAILED,
                        tr(
                            "Training stopped on an error ({name}: {error}). The weights of step "
                            "{n_steps:,} were kept. Reset the run to start again."
                        ).format(name=type(error).__name__, error=error, n_steps=self._loop.n_steps),
                    )
        finally:
            self._record_last()
            self._loop.close()
            self._blas.restore()

    def _record_last(self) -> None:
        """Record a last checkpoint of a run that is left, to continue from later."""
        if self._state is RunState.RUNNING:
            self._clock.stop()
            self._state = RunState.PAUSED
            with suppress(Diverged):
                self._record(self._progress())

    def _take_turn(self) -> None:
        is_busy = self._measuring.is_under_way or self._rate_search is not None
        is_idle = self._state is not RunState.RUNNING and not is_busy
        if is_idle or not self.commands.empty():
            command = self.commands.get()
            self._rate_search = None
            command()
        elif self._rate_search is not None:
            self._search_rate(self._rate_search)
        elif self._measuring.is_under_way:
            self._measure()
        else:
            self._step()

    def _begin(self, loop: TrainingLoop, checkpoint_history: CheckpointHistory) -> None:
        self._loop = loop
        self._checkpoint_history = checkpoint_history
        checkpoint_history.measure = loop.problem.measure
        self._history = History(earlier=checkpoint_history.history)
        self._changes = checkpoint_history.changes
        self._n_weight_edits = (
            checkpoint_history.checkpoints[-1].n_weight_edits if checkpoint_history.checkpoints else 0
        )
        self._speed, self._clock = SpeedMeter(), Stopwatch(checkpoint_history.seconds)
        self._threads.begin_run()
        self._early_stopping.begin(loop.epoch)
        self._measuring = Measuring(loop)
        self._rest(RunState.FINISHED if loop.is_finished else RunState.READY)

    def _go(self, until: int | None) -> None:
        if self._state is RunState.FAILED:
            return
        if self._loop.is_finished:
            self._message = tr("This run is over. Reset it, or give it more epochs.")
            self._publish()
            return
        if until is not None:
            # A user who takes single steps wants to see the step, not the measurement of the one before.
            self._measuring.cancel()
        if self._should_stop_early():
            # A user who plays on all the same starts the count of epochs again.
            self._early_stopping.begin(self._loop.epoch)
        self._until = until
        self._state, self._message = RunState.RUNNING, ""
        self._publish()
        self._clock.start()

    def _asked_until(self) -> int:
        return self._loop.n_steps if self._until is None else self._until

    def _rest(self, state: RunState, message: str = "") -> None:
        """Stop stepping, publish at once, and measure the published weights."""
        self._clock.stop()
        self._until, self._state, self._message = None, state, message
        if self._measuring.step != self._loop.n_steps and not self._measuring.is_under_way:
            self._measuring.begin(self._average())
        self._publish()

    def _stop_after_failure(self, state: RunState, message: str) -> None:
        """Stop everything after the loop returned to its kept weights."""
        self._clock.stop()
        self._until, self._state, self._message = None, state, message
        self._measuring.cancel()
        self._checkpoint_history.drop_after(self._loop.n_steps)
        self._history.drop_after(self._loop.epoch)
        self._changes = tuple(change for change in self._changes if change.epoch <= self._loop.epoch)
        self._publish()

    def _search_rate(self, search: RateSearch) -> None:
        """Search on for a learning rate that works, and add the advice to the message in the end."""
        search.advance()
        if search.is_done:
            self._rate_search = None
            self._message = f"{self._message} {search.advice}"
            self._publish()

    def _step(self) -> None:
        loop = self._loop
        self._announce_loading()
        if not self._settle_threads() or self._draw():
            return
        window_turn.give_way(self._step_s)
        begun = perf_counter()
        loss = loop.step()
        self._step_s = seconds = perf_counter() - begun
        self._measuring.note_step(seconds)
        self._speed.add(loop.last_batch_size, seconds=seconds)
        self._history.append_train(loop.epoch, loss)
        if loop.is_finished:
            self._rest(RunState.FINISHED, tr("Finished at epoch {epoch:g}.").format(epoch=loop.epoch))
        elif loop.n_steps == self._until:
            self._rest(RunState.PAUSED)
        else:
            if self._measuring.is_due():
                self._measuring.begin(self._average())
            if self._is_publishing_due():
                self._publish()

    def _announce_loading(self) -> None:
        """Say why the first step takes long, if it does; the run's next message replaces this one."""
        if self._loop.loads_next:
            self._message = tr(
                "Loading the compiled training step: some seconds the first time after an installation."
            )
            self._publish()

    def _draw(self) -> bool:
        """Draw a block of the next step's samples; return False if all of them were there."""
        if not self._loop.draw_block():
            if self._message and not self._loop.loads_next:
                self._message = ""
                self._publish()
            return False
        message = tr("Drawing the samples of epoch {floor} anew.").format(
            floor=math.floor(self._loop.epoch) + 1
        )
        if self._message != message:
            self._message = message
            self._publish()
        return True

    # Measuring ------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        """Measure one more batch; the weights do not change before the last one is done."""
        on_train = self._measuring.advance()
        on_test = self._measuring.measures
        if on_train is None or on_test is None:
            return
        self._history.append_test(self._loop.epoch, on_test.loss, on_test.score, on_train.score)
        error = self._loop.problem.measure.error(on_test.score)
        self._early_stopping.add(self._loop.epoch, error, on_test.loss)
        if self._state is RunState.RUNNING and self._should_stop_early():
            self._rest(
                RunState.PAUSED, self._early_stopping.message(self._loop.epoch, self._loop.problem.measure)
            )
        elif self._state is RunState.RUNNING and not self._is_publishing_due():
            # A diverged run returns to these weights, and never to ones before a measurement.
            self._record(self._progress())
        else:
            self._publish()

    def _should_stop_early(self) -> bool:
        return self._early_stopping.should_stop(self._loop.epoch, self._loop.config.patience_epochs)

    def _settle_threads(self) -> bool:
        """Choose the number of threads if that is due; return False if a command came in between."""
        if self._threads.is_due(self._loop, self._speed.images_per_second):
            if not self._threads.measure(self._loop, lambda: not self.commands.empty()):
                return False
            self._speed = SpeedMeter()
        return True

    # Publishing -----------------------------------------------------------------------------------------

    def _is_publishing_due(self) -> bool:
        pause_s = max(FRAME_S, self._publishing_s / _PUBLISHING_SHARE)
        return perf_counter() - self._published_at >= pause_s

    def _average(self) -> NDArray[np.float32] | None:
        """Return the running average if one is kept: it is published instead of the weights."""
        return self._loop.average if self._loop.config.hyper.ema_decay else None

    def _published_theta(self) -> NDArray[np.float32]:
        """Keep the weights, and return a read-only copy of the published ones: the same until they change."""
        loop = self._loop
        source = (loop, loop.n_steps, self._n_weight_edits, loop.config.hyper.ema_decay)
        if self._published is not None and self._published[0] == source:
            return self._published[1]
        self._published = None
        try:
            theta = self._copy_published()
        except MemoryError:
            self._checkpoint_history.free_memory()
            theta = self._copy_published()
        self._published = source, theta
        return theta

    def _copy_published(self) -> NDArray[np.float32]:
        loop = self._loop
        theta = loop.keep()
        average = self._average()
        if average is not None:
            theta = average
        scaling = loop.problem.train.scaling
        if scaling is not None:
            # The window's inputs are unscaled: the first layer does the scaling.
            theta = theta.copy()
            first = loop.config.architecture.layers(theta)[0]
            scaling.fold(first.W, first.b)
        theta.flags.writeable = False
        return theta

    def _progress(self) -> _Progress:
        loop, measures = self._loop, self._measuring.measures
        return {
            "step": loop.n_steps,
            "epoch": loop.epoch,
            "theta": self._published_theta(),
            "train_loss": loop.last_loss,
            "test_loss": None if measures is None else measures.loss,
            "test_score": None if measures is None else measures.score,
            "test_step": self._measuring.step,
            "config": loop.config,
            "n_weight_edits": self._n_weight_edits,
        }

    def _publish(self) -> None:
        begun = perf_counter()
        loop = self._loop
        progress, history = self._progress(), self._history.view()
        self._checkpoint_history.history, self._checkpoint_history.changes = history, self._changes
        self._record(progress)
        self.latest = Snapshot(
            **progress,
            run_id=self._run_id,
            images_per_second=self._speed.images_per_second,
            learning_rate=loop.learning_rate,
            state=self._state,
            message=self._message,
            history=history,
            changes=self._changes,
            problem_name=loop.problem.name,
            checkpoint_history=self._checkpoint_history,
        )
        self._published_at = perf_counter()
        self._publishing_s = self._published_at - begun

    def _record(self, progress: _Progress) -> None:
        """Add a checkpoint, unless it is an ordinary one too soon after the last."""
        loop = self._loop
        marks = set()
        if loop.batch_plan.ends_epoch(loop.n_steps):
            marks.add(Mark.EPOCH)
        if self._changes and self._changes[-1].epoch == loop.epoch:
            marks.add(Mark.CHANGE)
        is_at_rest = self._state is not RunState.RUNNING
        stands_out = marks or is_at_rest or self._measuring.step == loop.n_steps
        pause_s = min(_LONGEST_UNRECORDED_S, _UNRECORDED_SHARE * self._clock.seconds)
        if not stands_out and perf_counter() - self._recorded_at < pause_s:
            # Memory that is kept cannot be reused, and new memory is in no cache.
            return
        self._recorded_at = perf_counter()
        checkpoint = Checkpoint(
            **progress,
            batch_plan=loop.batch_plan,
            marks=frozenset(marks),
            seconds=self._clock.seconds,
        )
        self._checkpoint_history.add(checkpoint, loop.state, is_at_rest=is_at_rest)
