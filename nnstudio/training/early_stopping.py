"""Early stopping: how long nothing has got better; the worker asks after each measurement."""

from __future__ import annotations

import math

from nnstudio.language import tr


class EarlyStopping:
    """Remembers the best measurement of a run, and when it was.

    Fewer errors are better; as many with a smaller loss are, too.

    Attributes
    ----------
    best_epoch : float
        When that was.
    best_error : float
        The part of the samples that was misread then, 0…1; infinite before the first measurement.
    """

    def __init__(self) -> None:
        self.begin(0.0)

    def begin(self, epoch: float) -> None:
        """Start counting at an epoch, with nothing measured yet."""
        self.best_epoch, self.best_error, self._best_loss = epoch, math.inf, math.inf

    def add(self, epoch: float, error: float, loss: float) -> None:
        """Take a measurement in."""
        if (error, loss) < (self.best_error, self._best_loss):
            self.best_epoch, self.best_error, self._best_loss = epoch, error, loss

    def should_stop(self, epoch: float, allowed: float | None) -> bool:
        """Say whether more than the allowed number of epochs went by in vain; None allows any."""
        return allowed is not None and epoch - self.best_epoch >= allowed

    def message(self, epoch: float) -> str:
        """Say that training stopped because it is out."""
        return tr(
            "Stopped early at epoch {epoch:.3g}: no better than {best_error:.2f} % of the test set "
            "misread, at epoch {best_epoch:.3g}. Training goes on when asked to."
        ).format(epoch=epoch, best_error=100 * self.best_error, best_epoch=self.best_epoch)
