"""Early stopping: detect that a run no longer improves; the trainer and recipes use it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.data.output_kinds import Measure


class EarlyStopping:
    """The best measurement of a run, and its epoch.

    Fewer or smaller errors are better; with equal errors, a smaller loss is.

    Attributes
    ----------
    best_epoch : float
        Epoch of the best measurement.
    best_error : float
        What was to become small then, see `Measure.error`: the share of the samples that was misread, 0…1,
        or the RMSE of numbers; infinite before the first measurement.
    """

    def __init__(self) -> None:
        self.begin(0.0)

    def begin(self, epoch: float) -> None:
        """Start counting at an epoch, with nothing measured yet."""
        self.best_epoch, self.best_error, self._best_loss = epoch, math.inf, math.inf

    def add(self, epoch: float, error: float, loss: float) -> bool:
        """Add a measurement, and return whether it is the best so far."""
        is_best = (error, loss) < (self.best_error, self._best_loss)
        if is_best:
            self.best_epoch, self.best_error, self._best_loss = epoch, error, loss
        return is_best

    def should_stop(self, epoch: float, allowed: float | None) -> bool:
        """Tell whether ``allowed`` epochs went by without improvement; None allows any number."""
        return allowed is not None and epoch - self.best_epoch >= allowed

    def message(self, epoch: float, measure: Measure) -> str:
        """Return the message that training stopped early."""
        if not measure.is_share:
            return tr(
                "Stopped early at epoch {epoch:.3g}: no better than {title} {best_error:.4g} on the test "
                "set, at epoch {best_epoch:.3g}. Training goes on when asked to."
            ).format(
                epoch=epoch,
                title=tr(measure.title),
                best_error=self.best_error,
                best_epoch=self.best_epoch,
            )
        return tr(
            "Stopped early at epoch {epoch:.3g}: no better than {best_error:.2f} % of the test set "
            "misread, at epoch {best_epoch:.3g}. Training goes on when asked to."
        ).format(epoch=epoch, best_error=100 * self.best_error, best_epoch=self.best_epoch)
