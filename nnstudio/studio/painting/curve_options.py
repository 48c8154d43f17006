"""How curves over epochs are shown; one for all plots of them, as `colour_scale` is for pictures."""

from PySide6.QtCore import QObject, Signal

MOST_SMOOTHING = 0.99


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
