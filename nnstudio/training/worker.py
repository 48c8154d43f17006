"""What the trainer thread does: obey, step, measure, publish; driven by the trainer alone.

Everything here runs on one thread, so nothing here is locked. The thread takes its work in pieces of some
milliseconds (a step, a batch of a measurement) and looks at its commands in between.
"""

from __future__ import annotations

import logging
import math
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.training.changes import described_change
from nnstudio.training.history import History
from nnstudio.training.loop import Diverged, TrainingLoop
from nnstudio.training.patience import Patience
from nnstudio.training.snapshot import Change, RunState, Snapshot
from nnstudio.training.speed import SpeedMeter
from nnstudio.training.thread_choice import ThreadChoice
from nnstudio.training.threads import BlasThreads

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.data.problem import Problem, Samples
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.evaluation import Evaluation, Measures
    from nnstudio.training.fresh import FreshSamples
    from nnstudio.training.operation import Operation

logger = logging.getLogger(__name__)

_FRAME_S = 1 / 60
_PUBLISHING_SHARE = 0.1
"""At most this part of the time goes into copying weights, however many there are."""

_MEASURING_SHARE = 0.08
"""At most this part of the training time goes into measurements within an epoch."""
_MEASURING_PERIOD_S = 0.1

_N_TRAIN_SLICE = 2000
_MOST_CHANGES = 64


class Worker:
    """The run that is being trained and everything known of it.

    Parameters
    ----------
    loop : TrainingLoop
    n_threads : int or None
        Threads that share a step; None lets measurements decide.

    Attributes
    ----------
    commands : SimpleQueue
        Methods of this object, to be called by its thread at the next step boundary.
    latest : Snapshot
        The one slot that results leave by. Assigning a name is atomic, so nobody waits for anybody.
    stop_asked : bool
        Set it and put any command to end ``run``.
    """

    def __init__(self, loop: TrainingLoop, *, n_threads: int | None = None) -> None:
        self.commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.stop_asked = False
        self._blas = BlasThreads()
        self._threads = ThreadChoice(n_threads)
        self._patience = Patience()
        self._run_id = 1
        self._published_at = self._publishing_s = 0.0
        self._state = RunState.READY
        self._message = ""
        self._until: int | None = None
        self._evaluations: list[Evaluation]
        self._measures: Measures | None
        self._measured_step: int | None
        self._begin(loop)

    # Commands -------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Train until paused or finished."""
        self._go(until=None)

    def pause(self) -> None:
        """Rest after the step that was under way."""
        if self._state is RunState.RUNNING:
            self._rest(RunState.PAUSED)

    def step_batch(self) -> None:
        """Take one step more than asked so far, then rest."""
        self._go(until=self._asked_until() + 1)

    def step_epoch(self) -> None:
        """Train to the end of the epoch, then rest."""
        self._go(until=self._loop.course.epoch_end_after(self._asked_until()))

    def change(self, config: TrainingConfig) -> None:
        """Go on by other choices."""
        loop, old, course = self._loop, self._loop.config, self._loop.course
        loop.change(config)
        if self._until is not None:
            # Whoever asked for an epoch gets the rest of it, in batches of any size.
            self._until = loop.course.step_at(course.epoch_at(self._until))
        self._note_change(described_change(old, config))
        if (config.loss, config.architecture) != (old.loss, old.architecture):
            # What was measured is no value of this loss.
            self._measures = self._measured_step = None
            self._begin_measuring()
        if self._state is RunState.RUNNING and loop.is_finished:
            self._rest(RunState.FINISHED, f"Finished at epoch {loop.epoch:g}.")
        elif self._state is RunState.FINISHED and not loop.is_finished:
            self._rest(RunState.PAUSED)
        else:
            self._publish()

    def operate(self, operation: Operation) -> None:
        """Change some weights by hand within the run."""
        self._loop.operate(operation)
        self._n_operations += 1
        self._note_change(operation.text)
        self._measured_step = None
        self._begin_measuring()
        self._publish()

    def restart(
        self,
        run_id: int,
        problem: Problem,
        config: TrainingConfig,
        theta: NDArray[np.float32] | None,
        mask: NDArray[np.float32] | None = None,
        fresh: FreshSamples | None = None,
    ) -> None:
        """Leave this run for another one, which waits to be played."""
        # First the id: should the new run not come about, its starter must hear of that.
        self._run_id = run_id
        loop = TrainingLoop(problem, config, theta, mask=mask, fresh=fresh)
        self._loop.close()
        self._begin(loop)

    # The thread -----------------------------------------------------------------------------------------

    def run(self) -> None:
        """Work until asked to stop; an error ends the run, never the thread."""
        # Whoever imported NumPy may have left it all cores, which can stall even the first measurement.
        self._blas.set(1)
        try:
            while not self.stop_asked:
                try:
                    self._take_turn()
                except Diverged as event:
                    self._leave_off(RunState.DIVERGED, str(event))
                except Exception as error:
                    logger.exception("The trainer's run %d failed", self._run_id)
                    self._loop.go_back()
                    self._leave_off(
                        RunState.FAILED,
                        f"Training stopped on an error ({type(error).__name__}: {error}). The weights of "
                        f"step {self._loop.n_steps:,} were kept. Reset the run to start again.",
                    )
        finally:
            self._loop.close()
            self._blas.restore()

    def _take_turn(self) -> None:
        is_idle = self._state is not RunState.RUNNING and not self._evaluations
        if is_idle or not self.commands.empty():
            self.commands.get()()
        elif self._evaluations:
            self._measure()
        else:
            self._step()

    def _begin(self, loop: TrainingLoop) -> None:
        self._loop = loop
        self._history = History()
        self._changes: tuple[Change, ...] = ()
        self._n_operations = 0
        self._speed = SpeedMeter()
        self._threads.begin_run()
        self._patience.begin(0.0)
        self._train_slice = _slice_of(loop.problem.train)
        self._measures = self._measured_step = None
        self._measured_at = -math.inf
        self._measuring_s = self._stepping_s = 0.0
        self._evaluations = []
        self._rest(RunState.READY)

    def _go(self, until: int | None) -> None:
        if self._state is RunState.FAILED:
            return
        if self._loop.is_finished:
            self._message = "This run is over. Reset it, or give it more epochs."
            self._publish()
            return
        if until is not None:
            # Someone who takes single steps wants to see the step, not the measurement of the one before.
            self._evaluations = []
        if self._is_out_of_patience():
            # Whoever goes on all the same has patience again.
            self._patience.begin(self._loop.epoch)
        self._until = until
        self._state = RunState.RUNNING
        self._message = ""
        self._publish()

    def _note_change(self, text: str) -> None:
        """Remember what changed and when, the latest at a step beside those before it."""
        if not text:
            return
        epoch, earlier = self._loop.epoch, self._changes
        if earlier and earlier[-1].epoch == epoch:
            if text in earlier[-1].text:
                return
            text, earlier = f"{earlier[-1].text}; {text}", earlier[:-1]
        self._changes = (*earlier[1 - _MOST_CHANGES :], Change(epoch, text))

    def _asked_until(self) -> int:
        return self._loop.n_steps if self._until is None else self._until

    def _rest(self, state: RunState, message: str = "") -> None:
        """Stop stepping, show it at once, and measure the weights that are shown."""
        self._until = None
        self._state = state
        self._message = message
        if self._measured_step != self._loop.n_steps and not self._evaluations:
            self._begin_measuring()
        self._publish()

    def _leave_off(self, state: RunState, message: str) -> None:
        """Stop everything after the loop went back to its kept weights."""
        self._until = None
        self._state = state
        self._message = message
        self._evaluations = []
        self._history.forget_after(self._loop.epoch)
        self._changes = tuple(change for change in self._changes if change.epoch <= self._loop.epoch)
        self._publish()

    def _step(self) -> None:
        loop = self._loop
        if not self._settle_threads() or self._draw():
            return
        begun = perf_counter()
        loss = loop.step()
        seconds = perf_counter() - begun
        self._stepping_s += seconds
        self._speed.add(loop.last_batch_size, seconds=seconds)
        self._history.append_train(loop.epoch, loss)
        if loop.is_finished:
            self._rest(RunState.FINISHED, f"Finished at epoch {loop.epoch:g}.")
        elif loop.n_steps == self._until:
            self._rest(RunState.PAUSED)
        else:
            if self._is_measuring_due():
                self._begin_measuring()
            self._publish_when_due()

    def _draw(self) -> bool:
        """Draw a block of what the next step learns from; false if all of it was there."""
        if not self._loop.draw_block():
            if self._message:
                self._message = ""
                self._publish()
            return False
        message = f"Drawing the samples of epoch {math.floor(self._loop.epoch) + 1} anew."
        if self._message != message:
            self._message = message
            self._publish()
        return True

    # Measuring ------------------------------------------------------------------------------------------

    def _is_measuring_due(self) -> bool:
        since_s = perf_counter() - self._measured_at
        if self._loop.course.ends_epoch(self._loop.n_steps):
            # An epoch of a small problem can be shorter than a frame; nobody could see all of those.
            return since_s >= _FRAME_S
        return since_s >= _MEASURING_PERIOD_S and self._measuring_s <= self._stepping_s * _MEASURING_SHARE

    def _begin_measuring(self) -> None:
        self._evaluations = [
            self._loop.evaluation(samples, self._average())
            for samples in (self._loop.problem.test, self._train_slice)
        ]
        self._measuring_s = 0.0

    def _measure(self) -> None:
        """Measure one more batch; the weights do not change before the last one is done."""
        begun = perf_counter()
        waiting = next((one for one in self._evaluations if not one.is_done), None)
        if waiting is not None:
            waiting.advance()
            self._measuring_s += perf_counter() - begun
            return
        on_test, on_train = (one.finish() for one in self._evaluations)
        if not math.isfinite(on_test.loss):
            self._loop.diverge(f"the loss on the test set became {on_test.loss}")
        self._evaluations = []
        self._measures = on_test
        self._measured_step = self._loop.n_steps
        self._measured_at = perf_counter()
        self._stepping_s = 0.0
        self._history.append_test(self._loop.epoch, on_test.loss, on_test.accuracy, on_train.accuracy)
        self._patience.note(self._loop.epoch, 1 - on_test.accuracy, on_test.loss)
        if self._state is RunState.RUNNING and self._is_out_of_patience():
            self._rest(RunState.PAUSED, self._impatient_sentence())
        elif self._state is RunState.RUNNING:
            # A run that goes back goes back to here, and never beyond what was measured.
            self._loop.keep()
            self._publish_when_due()
        else:
            self._publish()

    def _is_out_of_patience(self) -> bool:
        return self._patience.is_out(self._loop.epoch, self._loop.config.patience_epochs)

    def _impatient_sentence(self) -> str:
        patience = self._patience
        return (
            f"Stopped early at epoch {self._loop.epoch:.3g}: no better than "
            f"{100 * patience.best_error:.2f} % of the test set misread, at epoch {patience.best_epoch:.3g}. "
            "Training goes on when asked to."
        )

    def _settle_threads(self) -> bool:
        """Choose the number of threads where that is to be done; false if a command came in between."""
        if self._threads.is_due(self._loop, self._speed.images_per_second):
            if not self._threads.measure(self._loop, lambda: not self.commands.empty()):
                return False
            self._speed = SpeedMeter()
        return True

    # Publishing -----------------------------------------------------------------------------------------

    def _publish_when_due(self) -> None:
        pause_s = max(_FRAME_S, self._publishing_s / _PUBLISHING_SHARE)
        if perf_counter() - self._published_at >= pause_s:
            self._publish()

    def _average(self) -> NDArray[np.float32] | None:
        """Return the running average where one is kept: it stands for the weights in all that is told."""
        return self._loop.average if self._loop.config.hyper.ema_decay else None

    def _publish(self) -> None:
        begun = perf_counter()
        loop, measures = self._loop, self._measures
        theta = loop.keep()
        average = self._average()
        if average is not None:
            theta = average
        scaling = loop.problem.train.scaling
        if scaling is not None:
            # The window's inputs are as they come: the first layer does the scaling.
            theta = theta.copy()
            first = loop.config.architecture.layers(theta)[0]
            scaling.fold(first.W, first.b)
        theta.flags.writeable = False
        self.latest = Snapshot(
            run_id=self._run_id,
            step=loop.n_steps,
            epoch=loop.epoch,
            theta=theta,
            train_loss=loop.last_loss,
            test_loss=None if measures is None else measures.loss,
            test_accuracy=None if measures is None else measures.accuracy,
            test_step=self._measured_step,
            images_per_second=self._speed.images_per_second,
            learning_rate=loop.learning_rate,
            state=self._state,
            message=self._message,
            history=self._history.view(),
            changes=self._changes,
            n_operations=self._n_operations,
            config=loop.config,
            problem_name=loop.problem.name,
        )
        self._published_at = perf_counter()
        self._publishing_s = self._published_at - begun


def _slice_of(train: Samples) -> Samples:
    """Return evenly spaced training samples: sets that are sorted by class or source stay represented."""
    n = len(train)
    return train.subset(np.linspace(0, n - 1, min(n, _N_TRAIN_SLICE)).astype(np.int64))
