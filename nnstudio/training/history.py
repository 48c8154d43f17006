"""Training curves in bounded memory; any package above may import it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HistoryView:
    """Read-only curves of one run, all float64.

    Attributes
    ----------
    train_epoch, train_loss : ndarray of shape (n_train,)
        Batch losses; in a long run each point is the mean over neighbouring steps.
    test_epoch, test_loss, test_score, train_score : ndarray of shape (n_test,)
        Measurements on the whole test set, the score by the problem's measure; ``train_score`` is measured
        at the same steps on a fixed slice of the training data, so it is an estimate. In a long run every
        second measurement is dropped.
    steps_per_point : int
        Batch losses in each point of the training loss.
    """

    train_epoch: Curve
    train_loss: Curve
    test_epoch: Curve
    test_loss: Curve
    test_score: Curve
    train_score: Curve
    steps_per_point: int = 1

    def until(self, epoch: float) -> HistoryView:
        """Return the curves up to and including ``epoch``.

        Notes
        -----
        Aliasing: views of these curves.
        """
        train = slice(0, int(np.searchsorted(self.train_epoch, epoch, side="right")))
        test = slice(0, int(np.searchsorted(self.test_epoch, epoch, side="right")))
        return HistoryView(
            self.train_epoch[train],
            self.train_loss[train],
            self.test_epoch[test],
            self.test_loss[test],
            self.test_score[test],
            self.train_score[test],
            self.steps_per_point,
        )


class History:
    """Append-only record of a run that never outgrows its capacity.

    When a curve is full it is halved. Neighbouring training losses are replaced by their mean, and from then
    on each point covers twice as many steps. Test measurements belong to one theta and are not averaged: the
    later one of each pair stays.

    Parameters
    ----------
    capacity : int
        The largest number of points of a curve, even, at least 2.
    earlier : HistoryView, optional
        Curves to continue, of fewer points; copied.

    Notes
    -----
    Thread: the trainer's alone. ``view`` hands out copies that any thread may keep.
    """

    def __init__(self, capacity: int = 2048, earlier: HistoryView | None = None) -> None:
        if capacity < 2 or capacity % 2:
            raise ValueError(f"capacity must be even and at least 2, not {capacity}")
        self._train = np.empty((2, capacity))
        self._test = np.empty((4, capacity))
        self._n_train = 0
        self._n_test = 0
        self._steps_per_point = 1
        # Plain numbers: an array would cost a step of a small network a tenth of its time.
        self._epoch_sum = self._loss_sum = 0.0
        self._n_gathered = 0
        self._view: HistoryView | None = None
        if earlier is not None:
            self._n_train, self._n_test = len(earlier.train_epoch), len(earlier.test_epoch)
            self._steps_per_point = earlier.steps_per_point
            self._train[:, : self._n_train] = earlier.train_epoch, earlier.train_loss
            self._test[:, : self._n_test] = (
                earlier.test_epoch,
                earlier.test_loss,
                earlier.test_score,
                earlier.train_score,
            )

    def append_train(self, epoch: float, loss: float) -> None:
        """Record the loss of one step taken at ``epoch``."""
        self._epoch_sum += epoch
        self._loss_sum += loss
        self._n_gathered += 1
        if self._n_gathered < self._steps_per_point:
            return
        self._train[0, self._n_train] = self._epoch_sum / self._n_gathered
        self._train[1, self._n_train] = self._loss_sum / self._n_gathered
        self._n_train += 1
        self._forget_gathered()
        if self._n_train == self._train.shape[1]:
            half = self._n_train // 2
            self._train[:, :half] = self._train.reshape(2, half, 2).mean(axis=2)
            self._n_train = half
            self._steps_per_point *= 2

    def append_test(self, epoch: float, test_loss: float, test_score: float, train_score: float) -> None:
        """Record one measurement of the weights reached at ``epoch``."""
        self._test[:, self._n_test] = (epoch, test_loss, test_score, train_score)
        self._n_test += 1
        self._view = None
        if self._n_test == self._test.shape[1]:
            half = self._n_test // 2
            self._test[:, :half] = self._test[:, 1::2].copy()
            self._n_test = half

    def drop_after(self, epoch: float) -> None:
        """Drop every point after ``epoch``, for a run that returns to earlier weights."""
        self._n_train = int(np.searchsorted(self._train[0, : self._n_train], epoch, side="right"))
        self._n_test = int(np.searchsorted(self._test[0, : self._n_test], epoch, side="right"))
        self._forget_gathered()

    def _forget_gathered(self) -> None:
        self._epoch_sum = self._loss_sum = 0.0
        self._n_gathered = 0
        self._view = None

    def view(self) -> HistoryView:
        """Return the curves so far.

        Notes
        -----
        Aliasing: read-only copies; the same object as long as nothing was added.
        """
        if self._view is None:
            train = self._train[:, : self._n_train].copy()
            test = self._test[:, : self._n_test].copy()
            train.flags.writeable = False
            test.flags.writeable = False
            self._view = HistoryView(
                train[0], train[1], test[0], test[1], test[2], test[3], self._steps_per_point
            )
        return self._view
