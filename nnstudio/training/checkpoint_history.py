"""A run as a film: its weights at many of its steps, under a budget of memory; any room above may import it.

Every moment that is kept has the weights, so that the window can show it. Those that stand out (the ends of
epochs, the best, changes of settings, rests) also have the optimiser's state, while a third of the budget
holds the states: whoever goes on from such a moment gets, with the same settings, the numbers that the run
got. Adam's state is twice as large as the weights; kept everywhere it would leave room for a third of the
moments.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.language import tr
from nnstudio.training.checkpoint import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nnstudio.training.checkpoint import Moment
    from nnstudio.training.history import HistoryView
    from nnstudio.training.snapshot import Change
    from nnstudio.training.start import LoopState

BUDGET_BYTES = 256 * 2**20
"""Of one recording by itself."""

MOST_MOMENTS = 2000
"""However small the network: no screen could show more places on a track."""

_STATES_SHARE = 1 / 3
"""At most this part of the budget holds states of optimisers."""


class Recording:
    """The moments of one run, in the order of their steps, and its curves.

    What does not fit into the budget is thinned: the distance between ordinary moments doubles, in steps,
    until the rest fits, and new ones come at that distance. The ends of epochs stay until no ordinary moment
    is left; then they are thinned in the same way, after them changes of settings, then the best and the
    first. The newest moment always stays, even where it alone is larger than the budget.

    Parameters
    ----------
    budget_bytes : int
        For weights and states of optimisers.
    history : HistoryView, optional
        Curves that the run goes on with.
    changes : sequence of Change
        Changes that were before.
    seconds_before : float
        Of training before the first moment.

    Attributes
    ----------
    moments : tuple of Moment
        Another tuple whenever something changed.
    history : HistoryView or None
    changes : sequence of Change
    note : str
        A sentence where something could not be recorded, or an empty string.

    Notes
    -----
    Thread: any. The trainer's adds; readers take ``moments`` once and never wait.
    """

    def __init__(
        self,
        budget_bytes: int = BUDGET_BYTES,
        *,
        history: HistoryView | None = None,
        changes: Sequence[Change] = (),
        seconds_before: float = 0.0,
    ) -> None:
        self.moments: tuple[Moment, ...] = ()
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
        cls, moments: Sequence[Moment], history: HistoryView | None, changes: Sequence[Change]
    ) -> Recording:
        """Return a recording of moments that were kept elsewhere, in the order of their steps."""
        recording = cls(history=history, changes=changes)
        recording._n_bytes = _size(list(moments))
        recording._hold(list(moments))
        return recording

    @property
    def n_bytes(self) -> int:
        """What the moments take."""
        return self._n_bytes

    @property
    def budget_bytes(self) -> int:
        """What the moments may take; another budget is obeyed at once."""
        return self._budget_bytes

    @budget_bytes.setter
    def budget_bytes(self, budget_bytes: int) -> None:
        with self._lock:
            if budget_bytes > self._budget_bytes:
                # What comes from now on need not be as sparse as what was thinned.
                self._stride, self._state_stride, self._thinned_rank = 1, 1, 0
            self._budget_bytes = budget_bytes
            self._hold(list(self.moments))

    @property
    def seconds(self) -> float:
        """Spent training so far."""
        return self.moments[-1].seconds if self.moments else self._seconds_before

    @property
    def best(self) -> Moment | None:
        """The moment of the best accuracy on the test set; None until one was measured."""
        return _best_of(self.moments)

    def add(self, moment: Moment, capture: Callable[[], LoopState], *, is_at_rest: bool = False) -> None:
        """Record a moment that is no earlier than the last one; at the same step it takes its place.

        Weights that are changed by hand are a moment of their own, after that which they were at this step;
        further changes there take its place.

        Parameters
        ----------
        moment : Moment
            Its mark as the best is given here.
        capture : callable () -> LoopState
            Copies the state; called only if the moment stands out.
        is_at_rest : bool
            Whether the run stands still here, which makes it stand out.
        """
        with self._lock:
            moments = list(self.moments)
            best = self.best
            if moments and _takes_the_place(moment, moments):
                before = self._take_last(moments)
                marks = moment.marks | before.marks
                moment = replace(_with_what_is_known(moment, before), marks=marks)
            elif len(moments) > 1 and self._is_too_close(moments):
                self._take_last(moments)
            if moment.is_measured and _is_better(moment, best):
                moment = replace(moment, marks=moment.marks | {Mark.BEST})
                if best is not None and best in moments:
                    place = moments.index(best)
                    moments[place] = self._without_best(best)
            if moment.state is None and (moment.marks or is_at_rest):
                moment = self._with_state(moment, capture)
            moments.append(moment)
            self._n_bytes += moment.theta_bytes + moment.state_bytes
            self._hold(moments)

    def give_way(self) -> None:
        """Let go of half of what is recorded, because the memory is needed."""
        self.note = tr("Memory is short: half of the recording was given up. Training goes on.")
        self.budget_bytes = self._n_bytes // 2

    def forget_after(self, step: int) -> None:
        """Drop the moments beyond ``step``, for a run that goes back to earlier weights."""
        with self._lock:
            moments = [moment for moment in self.moments if moment.step <= step]
            if moments and moments[-1].step == step:
                # The optimiser begins anew there.
                moments[-1] = replace(moments[-1], state=None)
            if moments and not any(Mark.BEST in moment.marks for moment in moments):
                measured = [moment for moment in moments if moment.is_measured]
                if measured:
                    best = max(measured, key=lambda moment: moment.test_accuracy or 0.0)
                    moments[moments.index(best)] = replace(best, marks=best.marks | {Mark.BEST})
            self._n_bytes = _size(moments)
            self._hold(moments)

    def branch(self, moment: Moment) -> Recording:
        """Return an empty recording whose curves are this run's up to a moment."""
        history = None if self.history is None else self.history.until(moment.epoch)
        changes = [change for change in self.changes if change.epoch <= moment.epoch]
        return Recording(self._budget_bytes, history=history, changes=changes, seconds_before=moment.seconds)

    # Within the lock ------------------------------------------------------------------------------------

    def _take_last(self, moments: list[Moment]) -> Moment:
        last = moments.pop()
        self._n_bytes -= last.theta_bytes + last.state_bytes
        return last

    def _is_too_close(self, moments: list[Moment]) -> bool:
        """Tell whether the last moment need not stay when another one comes."""
        last, before = moments[-1], moments[-2]
        return not _stays(last, before.step, self._stride, self._thinned_rank)

    def _without_best(self, best: Moment) -> Moment:
        marks = best.marks - {Mark.BEST}
        state = best.state if marks else None
        self._n_bytes -= best.state_bytes if state is None else 0
        return replace(best, marks=marks, state=state)

    def _with_state(self, moment: Moment, capture: Callable[[], LoopState]) -> Moment:
        try:
            return replace(moment, state=capture())
        except MemoryError:
            logging.getLogger(__name__).warning("no memory for the optimiser's state at step %d", moment.step)
            self.note = tr(
                "Memory is short: the optimiser's state is not recorded any more. Training goes on; a branch "
                "begins with a fresh optimiser."
            )
            return moment

    def _hold(self, moments: list[Moment]) -> None:
        """Make these the moments, as far as the budget goes."""
        if moments and moments[-1].state is not None:
            sparser = self._with_fewer_states(moments)
            if sparser is not moments:
                moments, self._n_bytes = sparser, _size(sparser)
        if self._n_bytes > self._budget_bytes or len(moments) > MOST_MOMENTS:
            moments = self._thinned(moments)
            self._n_bytes = _size(moments)
        self.moments = tuple(moments)

    def _thinned(self, moments: list[Moment]) -> list[Moment]:
        moments = self._with_fewer_states(moments)
        for rank in range(_BEST_RANK + 1):
            while self._is_too_much(moments) and any(_rank(each) <= rank for each in moments[1:-1]):
                moments = _spaced(moments, self._stride, rank)
                self._thinned_rank = rank
                if self._is_too_much(moments):
                    self._stride *= 2
        return moments[-1:] if self._is_too_much(moments) else moments

    def _is_too_much(self, moments: list[Moment]) -> bool:
        return len(moments) > MOST_MOMENTS or _size(moments) > self._budget_bytes

    def _with_fewer_states(self, moments: list[Moment]) -> list[Moment]:
        """Drop states at doubling distances until they keep to their share; the best and the last go last."""
        most_bytes = _STATES_SHARE * self._budget_bytes
        pinned = (moments[-1], _best_of(moments))
        while sum(moment.state_bytes for moment in moments) > most_bytes:
            stride, previous, dropped = self._state_stride, moments[0], set()
            for moment in moments[1:]:
                if moment.state is None or moment in pinned:
                    continue
                if moment.step - previous.step < stride:
                    dropped.add(moment)
                else:
                    previous = moment
            if not dropped and stride > moments[-1].step - moments[0].step:
                # Only those that were to be kept are left, and they are too large.
                return [replace(moment, state=None) for moment in moments]
            moments = [replace(moment, state=None) if moment in dropped else moment for moment in moments]
            self._state_stride *= 2
        return moments


_BEST_RANK = 3


def _rank(moment: Moment) -> int:
    """Return how late a moment is given up."""
    order = (Mark.EPOCH, Mark.CHANGE, Mark.BEST)
    return max((order.index(mark) + 1 for mark in moment.marks), default=0)


def _spaced(moments: list[Moment], stride: int, rank: int) -> list[Moment]:
    """Drop, but for the ends, moments below a rank, and those of it within a stride of the one before."""
    kept = moments[:1]
    for moment in moments[1:-1]:
        if _stays(moment, kept[-1].step, stride, rank):
            kept.append(moment)
    return kept + moments[-1:]


def _stays(moment: Moment, step_before: int, stride: int, rank: int) -> bool:
    own = _rank(moment)
    return own > rank or (own == rank and moment.step - step_before >= stride)


def _takes_the_place(moment: Moment, moments: list[Moment]) -> bool:
    """Tell whether a moment has the last one's weights, or those that a hand has moved on since."""
    last = moments[-1]
    is_same = moment.n_operations == last.n_operations
    is_moved_on = len(moments) > 1 and moments[-2].step == last.step
    return moment.step == last.step and (is_same or is_moved_on)


def _with_what_is_known(moment: Moment, before: Moment) -> Moment:
    """Return a moment with what was known of its weights before it came, where it has the same weights."""
    if before.n_operations != moment.n_operations:
        return moment
    state = before.state
    if moment.state is None and state is not None:
        if np.array_equal(state.theta, moment.theta):
            # One copy of the weights is enough.
            state = replace(state, theta=moment.theta)
        moment = replace(moment, state=state)
    old, new = before.config, moment.config
    means_the_same = (old.loss, old.architecture) == (new.loss, new.architecture)
    if before.is_measured and moment.test_step is None and means_the_same:
        moment = replace(
            moment,
            test_loss=before.test_loss,
            test_accuracy=before.test_accuracy,
            test_step=before.test_step,
        )
    return moment


def _best_of(moments: Sequence[Moment]) -> Moment | None:
    return next((moment for moment in reversed(moments) if Mark.BEST in moment.marks), None)


def _size(moments: list[Moment]) -> int:
    return sum(moment.theta_bytes + moment.state_bytes for moment in moments)


def _is_better(moment: Moment, best: Moment | None) -> bool:
    if best is None or best.test_accuracy is None or moment.test_accuracy is None:
        return moment.test_accuracy is not None
    return moment.test_accuracy > best.test_accuracy
