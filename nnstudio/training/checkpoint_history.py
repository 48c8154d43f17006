"""The checkpoints of a run within a budget of memory; any package above may import it.

Every checkpoint has the weights, so that the window can show it. Marked ones (the ends of epochs, the best,
changes of settings) and those at rest also have the optimiser's state, within a third of the budget: a run
that continues from such a checkpoint gets, with the same settings, the numbers that the run got. Adam's state
is twice as large as the weights; kept everywhere, it would leave memory for a third of the checkpoints.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.output_kinds import ACCURACY
from nnstudio.language import tr
from nnstudio.training.checkpoint import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnstudio.data.output_kinds import Measure
    from nnstudio.training.changes import Change
    from nnstudio.training.checkpoint import Checkpoint
    from nnstudio.training.history import HistoryView
    from nnstudio.training.start import LoopState

BUDGET_BYTES = 256 * 2**20
"""Of the history of one run."""

MAX_CHECKPOINTS = 2000
"""However small the network: no screen could show more places on a timeline."""

_STATES_SHARE = 1 / 3
"""At most this share of the budget holds states of optimisers."""


class CheckpointHistory:
    """The checkpoints of one run, in the order of their steps, and its curves.

    What does not fit into the budget is thinned: the distance between ordinary checkpoints doubles, in steps,
    until the rest fits, and new ones come at that distance. The ends of epochs stay until no ordinary
    checkpoint is left; then they are thinned in the same way, after them changes of settings, at last the
    best and the first. The newest checkpoint always stays, even if it alone is larger than the budget.

    Parameters
    ----------
    budget_bytes : int
        For weights and states of optimisers.
    history : HistoryView, optional
        Curves that the run continues.
    changes : sequence of Change
        Earlier changes.
    seconds_before : float
        Time of training before the first checkpoint.
    measure : Measure
        What decides the best checkpoint.

    Attributes
    ----------
    measure : Measure
    checkpoints : tuple of Checkpoint
        Replaced by another tuple whenever something changes.
    history : HistoryView or None
    changes : sequence of Change
    note : str
        A message if something could not be recorded, or an empty string.

    Notes
    -----
    Thread: any. The trainer's thread adds; readers take ``checkpoints`` once and never wait.
    """

    def __init__(
        self,
        budget_bytes: int = BUDGET_BYTES,
        *,
        history: HistoryView | None = None,
        changes: Sequence[Change] = (),
        seconds_before: float = 0.0,
        measure: Measure = ACCURACY,
    ) -> None:
        self.measure = measure
        self.checkpoints: tuple[Checkpoint, ...] = ()
        self.history = history
        self.changes = tuple(changes)
        self.note = ""
        self._seconds_before = seconds_before
        self._lock = threading.Lock()
        self._budget_bytes = budget_bytes
        self._n_bytes = 0
        self._stride = self._state_stride = 1
        self._thinned_rank = 0

    @classmethod
    def of(
        cls,
        checkpoints: Sequence[Checkpoint],
        history: HistoryView | None,
        changes: Sequence[Change],
        measure: Measure = ACCURACY,
    ) -> CheckpointHistory:
        """Return a history of given checkpoints, in the order of their steps."""
        checkpoint_history = cls(history=history, changes=changes, measure=measure)
        checkpoint_history._n_bytes = _size(list(checkpoints))
        checkpoint_history._hold(list(checkpoints))
        return checkpoint_history

    @property
    def n_bytes(self) -> int:
        """Memory that the checkpoints take."""
        return self._n_bytes

    @property
    def budget_bytes(self) -> int:
        """Memory that the checkpoints may take; a new budget applies at once."""
        return self._budget_bytes

    @budget_bytes.setter
    def budget_bytes(self, budget_bytes: int) -> None:
        with self._lock:
            if budget_bytes > self._budget_bytes:
                # New checkpoints need not be as sparse as those that were thinned.
                self._stride, self._state_stride, self._thinned_rank = 1, 1, 0
            self._budget_bytes = budget_bytes
            self._hold(list(self.checkpoints))

    @property
    def seconds(self) -> float:
        """Time spent training so far."""
        return self.checkpoints[-1].seconds if self.checkpoints else self._seconds_before

    @property
    def best(self) -> Checkpoint | None:
        """The checkpoint of the best score on the test set; None until one was measured."""
        return _best_of(self.checkpoints)

    def add(
        self, checkpoint: Checkpoint, capture: Callable[[], LoopState], *, is_at_rest: bool = False
    ) -> None:
        """Record a checkpoint that is no earlier than the last one; at the same step it replaces that one.

        Weights that are changed by hand are a checkpoint of their own, after the one that had the step's own
        weights; further changes at the same step replace it.

        Parameters
        ----------
        checkpoint : Checkpoint
            Its mark as the best is set here.
        capture : callable () -> LoopState
            Copies the state; called only if the checkpoint is marked or at rest.
        is_at_rest : bool
            Whether the run is at rest here.
        """
        with self._lock:
            checkpoints = list(self.checkpoints)
            best = self.best
            if checkpoints and _takes_the_place(checkpoint, checkpoints):
                before = self._take_last(checkpoints)
                marks = checkpoint.marks | before.marks
                checkpoint = replace(_with_what_is_known(checkpoint, before), marks=marks)
            elif len(checkpoints) > 1 and self._is_too_close(checkpoints):
                self._take_last(checkpoints)
            if checkpoint.is_measured and self._is_better(checkpoint, best):
                checkpoint = replace(checkpoint, marks=checkpoint.marks | {Mark.BEST})
                if best is not None and best in checkpoints:
                    place = checkpoints.index(best)
                    checkpoints[place] = self._without_best(best)
            if checkpoint.state is None and (checkpoint.marks or is_at_rest):
                checkpoint = self._with_state(checkpoint, capture)
            checkpoints.append(checkpoint)
            self._n_bytes += checkpoint.theta_bytes + checkpoint.state_bytes
            self._hold(checkpoints)

    def free_memory(self) -> None:
        """Free half of the memory of the checkpoints, because it is needed elsewhere."""
        self.note = tr("Memory is short: half of the recording was given up. Training goes on.")
        self.budget_bytes = self._n_bytes // 2

    def drop_after(self, step: int) -> None:
        """Drop the checkpoints after ``step``, for a run that returns to earlier weights."""
        with self._lock:
            checkpoints = [checkpoint for checkpoint in self.checkpoints if checkpoint.step <= step]
            if checkpoints and checkpoints[-1].step == step:
                # The optimiser starts with a new state there.
                checkpoints[-1] = replace(checkpoints[-1], state=None)
            if checkpoints and not any(Mark.BEST in checkpoint.marks for checkpoint in checkpoints):
                measured = [checkpoint for checkpoint in checkpoints if checkpoint.is_measured]
                if measured:
                    best = min(
                        measured, key=lambda checkpoint: self.measure.error(checkpoint.test_score or 0.0)
                    )
                    checkpoints[checkpoints.index(best)] = replace(best, marks=best.marks | {Mark.BEST})
            self._n_bytes = _size(checkpoints)
            self._hold(checkpoints)

    def branch(self, checkpoint: Checkpoint) -> CheckpointHistory:
        """Return an empty history whose curves are those of this run up to a checkpoint."""
        history = None if self.history is None else self.history.until(checkpoint.epoch)
        changes = [change for change in self.changes if change.epoch <= checkpoint.epoch]
        return CheckpointHistory(
            self._budget_bytes,
            history=history,
            changes=changes,
            seconds_before=checkpoint.seconds,
            measure=self.measure,
        )

    def _is_better(self, checkpoint: Checkpoint, best: Checkpoint | None) -> bool:
        if best is None or best.test_score is None or checkpoint.test_score is None:
            return checkpoint.test_score is not None
        return self.measure.is_better(checkpoint.test_score, best.test_score)

    # Within the lock ------------------------------------------------------------------------------------

    def _take_last(self, checkpoints: list[Checkpoint]) -> Checkpoint:
        last = checkpoints.pop()
        self._n_bytes -= last.theta_bytes + last.state_bytes
        return last

    def _is_too_close(self, checkpoints: list[Checkpoint]) -> bool:
        """Tell whether the last checkpoint need not stay when another one comes."""
        last, before = checkpoints[-1], checkpoints[-2]
        return not _stays(last, before.step, self._stride, self._thinned_rank)

    def _without_best(self, best: Checkpoint) -> Checkpoint:
        marks = best.marks - {Mark.BEST}
        state = best.state if marks else None
        self._n_bytes -= best.state_bytes if state is None else 0
        return replace(best, marks=marks, state=state)

    def _with_state(self, checkpoint: Checkpoint, capture: Callable[[], LoopState]) -> Checkpoint:
        try:
            return replace(checkpoint, state=capture())
        except MemoryError:
            logging.getLogger(__name__).warning(
                "no memory for the optimiser's state at step %d", checkpoint.step
            )
            self.note = tr(
                "Memory is short: the optimiser's state is not recorded any more. Training goes on; a branch "
                "begins with a fresh optimiser."
            )
            return checkpoint

    def _hold(self, checkpoints: list[Checkpoint]) -> None:
        """Store the checkpoints, thinned to fit the budget."""
        if checkpoints and checkpoints[-1].state is not None:
            sparser = self._with_fewer_states(checkpoints)
            if sparser is not checkpoints:
                checkpoints, self._n_bytes = sparser, _size(sparser)
        if self._n_bytes > self._budget_bytes or len(checkpoints) > MAX_CHECKPOINTS:
            checkpoints = self._thinned(checkpoints)
            self._n_bytes = _size(checkpoints)
        self.checkpoints = tuple(checkpoints)

    def _thinned(self, checkpoints: list[Checkpoint]) -> list[Checkpoint]:
        checkpoints = self._with_fewer_states(checkpoints)
        for rank in range(_BEST_RANK + 1):
            while self._is_too_much(checkpoints) and any(_rank(each) <= rank for each in checkpoints[1:-1]):
                checkpoints = _spaced(checkpoints, self._stride, rank)
                self._thinned_rank = rank
                if self._is_too_much(checkpoints):
                    self._stride *= 2
        return checkpoints[-1:] if self._is_too_much(checkpoints) else checkpoints

    def _is_too_much(self, checkpoints: list[Checkpoint]) -> bool:
        return len(checkpoints) > MAX_CHECKPOINTS or _size(checkpoints) > self._budget_bytes

    def _with_fewer_states(self, checkpoints: list[Checkpoint]) -> list[Checkpoint]:
        """Drop states at doubling distances until they fit their share; the best and the last go last."""
        most_bytes = _STATES_SHARE * self._budget_bytes
        pinned = (checkpoints[-1], _best_of(checkpoints))
        while sum(checkpoint.state_bytes for checkpoint in checkpoints) > most_bytes:
            stride, previous, dropped = self._state_stride, checkpoints[0], set()
            for checkpoint in checkpoints[1:]:
                if checkpoint.state is None or checkpoint in pinned:
                    continue
                if checkpoint.step - previous.step < stride:
                    dropped.add(checkpoint)
                else:
                    previous = checkpoint
            if not dropped and stride > checkpoints[-1].step - checkpoints[0].step:
                # Only those that must be kept are left, and they are too large.
                return [replace(checkpoint, state=None) for checkpoint in checkpoints]
            checkpoints = [
                replace(checkpoint, state=None) if checkpoint in dropped else checkpoint
                for checkpoint in checkpoints
            ]
            self._state_stride *= 2
        return checkpoints


_BEST_RANK = 3


def _rank(checkpoint: Checkpoint) -> int:
    """Return how late a checkpoint is dropped."""
    order = (Mark.EPOCH, Mark.CHANGE, Mark.BEST)
    return max((order.index(mark) + 1 for mark in checkpoint.marks), default=0)


def _spaced(checkpoints: list[Checkpoint], stride: int, rank: int) -> list[Checkpoint]:
    """Drop inner checkpoints below a rank, and those of it within a stride of the one before."""
    kept = checkpoints[:1]
    for checkpoint in checkpoints[1:-1]:
        if _stays(checkpoint, kept[-1].step, stride, rank):
            kept.append(checkpoint)
    return kept + checkpoints[-1:]


def _stays(checkpoint: Checkpoint, step_before: int, stride: int, rank: int) -> bool:
    own = _rank(checkpoint)
    return own > rank or (own == rank and checkpoint.step - step_before >= stride)


def _takes_the_place(checkpoint: Checkpoint, checkpoints: list[Checkpoint]) -> bool:
    """Tell whether a checkpoint replaces the last one: same step, and same or again edited weights."""
    last = checkpoints[-1]
    is_same = checkpoint.n_weight_edits == last.n_weight_edits
    is_moved_on = len(checkpoints) > 1 and checkpoints[-2].step == last.step
    return checkpoint.step == last.step and (is_same or is_moved_on)


def _with_what_is_known(checkpoint: Checkpoint, before: Checkpoint) -> Checkpoint:
    """Return a checkpoint with what was known of the same weights before."""
    if before.n_weight_edits != checkpoint.n_weight_edits:
        return checkpoint
    state = before.state
    if checkpoint.state is None and state is not None:
        if np.array_equal(state.theta, checkpoint.theta):
            # One copy of the weights is enough.
            state = replace(state, theta=checkpoint.theta)
        checkpoint = replace(checkpoint, state=state)
    old, new = before.config, checkpoint.config
    means_the_same = (old.loss, old.architecture) == (new.loss, new.architecture)
    if before.is_measured and checkpoint.test_step is None and means_the_same:
        checkpoint = replace(
            checkpoint,
            test_loss=before.test_loss,
            test_score=before.test_score,
            test_step=before.test_step,
        )
    return checkpoint


def _best_of(checkpoints: Sequence[Checkpoint]) -> Checkpoint | None:
    return next((checkpoint for checkpoint in reversed(checkpoints) if Mark.BEST in checkpoint.marks), None)


def _size(checkpoints: list[Checkpoint]) -> int:
    return sum(checkpoint.theta_bytes + checkpoint.state_bytes for checkpoint in checkpoints)
