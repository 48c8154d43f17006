"""What the graph of a curve, and the plane, show beside points and network; no widgets."""

from PySide6.QtCore import QObject, Signal


class GraphOptions(QObject):
    """Whether units, the truth and a band are drawn.

    Attributes
    ----------
    shows_units : bool
        Each unit's contribution, and the kinks on the axis; in the plane, the lines of the first layer.
    shows_truth : bool
        The function from which the points were drawn. Hidden again with every other set.
    shows_band : bool
    band : float
        Half of the band's height, as a share of the range of the outputs, above 0.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shows_units = self.shows_truth = self.shows_band = False
        self.band = 0.05

    def show_units(self, shown: bool) -> None:
        """Draw each unit's contribution, or not."""
        self.shows_units = shown
        self.changed.emit()

    def show_truth(self, shown: bool) -> None:
        """Draw the function from which the points were drawn, or not."""
        self.shows_truth = shown
        self.changed.emit()

    def show_band(self, shown: bool) -> None:
        """Draw the band, or not."""
        self.shows_band = shown
        self.changed.emit()

    def set_band(self, share: float) -> None:
        """Make the band as high as twice a share of the range of the outputs, and draw it."""
        self.band, self.shows_band = share, True
        self.changed.emit()
