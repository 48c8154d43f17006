"""Measure a network on samples, a batch at a time, so that the caller can do other work in between."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.engine.decision import decided
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.engine.architecture import Architecture

_WEIGHTS_TIMES_ROWS = 100_000_000
"""Work in one batch: about ten milliseconds on one core."""


def rows_of_a_batch(architecture: Architecture) -> int:
    """Return the number of samples, 16 to 1000, that a network takes about ten milliseconds for."""
    return min(1000, max(16, _WEIGHTS_TIMES_ROWS // architecture.n_params))


@dataclass(frozen=True)
class Residuals:
    """How far numbers that a network gives out are from the right ones, in the unit of the outputs.

    Attributes
    ----------
    rmse : float
        Root of the mean squared error, over all samples and outputs.
    largest : float
        The largest error of any output.
    largest_at : int
        The sample that has it.
    r2 : float or None
        1 − squared errors / squared deviations from each output's mean, the coefficient of determination;
        None where the right answers are all the same.
    """

    rmse: float
    largest: float
    largest_at: int
    r2: float | None


@dataclass(frozen=True)
class Measures:
    """Loss and errors of a network on some samples.

    Attributes
    ----------
    loss : float
        Mean loss.
    n_errors, n : int
        Misclassified samples, and all samples; 0 errors where the answers are numbers.
    residuals : Residuals or None
        Where the answers are numbers.
    """

    loss: float
    n_errors: int
    n: int
    residuals: Residuals | None = None

    @property
    def accuracy(self) -> float:
        """The share of the samples that is classified correctly, 0…1."""
        return 1.0 - self.n_errors / self.n

    @property
    def score(self) -> float:
        """The value of the problem's measure: the accuracy, or the RMSE of numbers."""
        return self.accuracy if self.residuals is None else self.residuals.rmse


def joint_error(parts: Sequence[Measures]) -> float:
    """Return what is to become small on several sets of samples together: the share of errors, or the RMSE.

    Parameters
    ----------
    parts : sequence of Measures
        At least one, all of one network.

    Examples
    --------
    >>> joint_error([Measures(0.1, 1, 10), Measures(0.2, 5, 20)])
    0.2
    """
    n = sum(part.n for part in parts)
    squares = [part.n * part.residuals.rmse**2 for part in parts if part.residuals is not None]
    return math.sqrt(sum(squares) / n) if squares else sum(part.n_errors for part in parts) / n


class Evaluation:
    """A measurement in progress.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
        Must not change before the evaluation is done.
    samples : Samples
    loss : str
        A key of ``engine.losses.LOSSES``.

    Notes
    -----
    Aliasing: reads theta and samples, keeps references.  Thread: any, one at a time.
    """

    def __init__(
        self, architecture: Architecture, theta: NDArray[np.float32], samples: Samples, loss: str
    ) -> None:
        self._architecture = architecture
        self._theta = theta
        self._samples = samples
        self._loss = loss
        batch_size = min(len(samples), rows_of_a_batch(architecture))
        self._workspace = Workspace(architecture, batch_size)
        self._x = np.empty((batch_size, architecture.n_inputs), np.float32)
        self._n_done = 0
        self._sum_of_losses = 0.0
        self._n_errors = 0
        self._squares = self._largest = 0.0
        self._largest_at = 0

    @property
    def is_done(self) -> bool:
        """Whether every sample was measured."""
        return self._n_done == len(self._samples)

    def advance(self) -> None:
        """Measure one more batch."""
        rows = np.arange(self._n_done, min(self._n_done + len(self._x), len(self._samples)))
        x = self._samples.batch(rows, out=self._x[: len(rows)])
        answers = self._samples.answers[rows]
        mean = loss_value(self._architecture, self._theta, x, answers, self._loss, self._workspace)
        self._sum_of_losses += len(rows) * mean
        outputs = self._workspace.a[-1][: len(rows)]
        if self._samples.has_labels:
            read = decided(outputs, self._workspace.z[-1][: len(rows)])
            self._n_errors += int(np.count_nonzero(read != answers))
        else:
            self._add_residuals(outputs.astype(np.float64) - answers)
        self._n_done += len(rows)

    def _add_residuals(self, residuals: NDArray[np.float64]) -> None:
        self._squares += float(np.vdot(residuals, residuals))
        sizes = np.abs(residuals).max(axis=1)
        if sizes.max() > self._largest:
            self._largest = float(sizes.max())
            self._largest_at = self._n_done + int(sizes.argmax())

    def _residuals(self) -> Residuals | None:
        if self._samples.has_labels:
            return None
        targets = self._samples.targets.astype(np.float64)
        spread = float(((targets - targets.mean(axis=0)) ** 2).sum())
        return Residuals(
            math.sqrt(self._squares / targets.size),
            self._largest,
            self._largest_at,
            1 - self._squares / spread if spread else None,
        )

    def finish(self) -> Measures:
        """Measure the remaining batches and return the result."""
        while not self.is_done:
            self.advance()
        return Measures(self._sum_of_losses / self._n_done, self._n_errors, self._n_done, self._residuals())
