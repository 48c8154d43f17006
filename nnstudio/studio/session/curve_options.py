"""How curves over epochs are shown, and of which runs; one for all plots of them."""

from collections.abc import Sequence
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from nnstudio.training.runs import Run

MOST_SMOOTHING = 0.99

RUN_SIGNS = ("╌", "┈", "–·", "–··")
"""How the curves of runs beside the displayed one are drawn, as text."""


class CurveOptions(QObject):
    """The epochs on show, whether their axis is logarithmic, and how much curves are smoothed.

    Attributes
    ----------
    epochs : tuple of float, or None
        The first and the last, chosen by zooming one of the plots; None: all, also those still to come.
    log_epochs : bool
    smoothing : float
        Share of the mean so far in each point of a smoothed curve, 0 … `MOST_SMOOTHING`.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.epochs: tuple[float, float] | None = None
        self.log_epochs = False
        self.smoothing = 0.0
        self._left_out: WeakSet[Run] = WeakSet()

    def overlaid(self, displayed: Run, runs: Sequence[Run]) -> list[Run]:
        """Return the runs whose curves are drawn beside those of the displayed one, the latest first.

        They are of its problem and measure, not taken out, and no more than there are `RUN_SIGNS`.
        """
        others = [
            run
            for run in reversed(runs)
            if run is not displayed
            and run.problem_name == displayed.problem_name
            and run.measure is displayed.measure
            and run.checkpoint_history.history is not None
            and run not in self._left_out
        ]
        return others[: len(RUN_SIGNS)]

    def toggle(self, run: Run) -> None:
        """Take the curves of a run out of the plots, or put them back."""
        if run in self._left_out:
            self._left_out.remove(run)
        else:
            self._left_out.add(run)
        self.changed.emit()

    def choose_epochs(self, epochs: tuple[float, float] | None) -> None:
        """Show a part of the epochs, or all."""
        if epochs != self.epochs:
            self.epochs = epochs
            self.changed.emit()

    def set_log_epochs(self, logarithmic: bool) -> None:
        """Make the axis of epochs logarithmic, or not; all of them are shown."""
        if logarithmic != self.log_epochs:
            self.log_epochs, self.epochs = logarithmic, None
            self.changed.emit()

    def set_smoothing(self, share: float) -> None:
        """Smooth curves by a moving average."""
        share = min(max(share, 0.0), MOST_SMOOTHING)
        if share != self.smoothing:
            self.smoothing = share
            self.changed.emit()
