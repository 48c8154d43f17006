"""The epochs that all plots over epochs show: zooming one of them zooms them all."""

import math

from nnstudio.studio.session.curve_options import CurveOptions
from nnstudio.studio.views.plot import Plot


class SharedEpochs:
    """Links the horizontal axis of a plot to those of all others over epochs.

    Parameters
    ----------
    plot : Plot
    options : CurveOptions

    Notes
    -----
    The plot calls `follow` when the options have changed, after its axis is logarithmic where it has to be.
    """

    def __init__(self, plot: Plot, options: CurveOptions) -> None:
        self._plot, self._options = plot, options
        plot.moved.connect(self._choose)

    def abscissa(self, epoch: float) -> float:
        """Return where an epoch is on the axis."""
        return math.log10(max(epoch, 1e-9)) if self._options.log_epochs else epoch

    def has_place(self, epoch: float) -> bool:
        """Return whether an epoch has a place on the axis: the beginning has no logarithm."""
        return epoch > 0 or not self._options.log_epochs

    def _choose(self) -> None:
        shows_all, _ = self._plot.navigation.shows_all()
        self._options.choose_epochs(None if shows_all else self._seen)

    @property
    def _seen(self) -> tuple[float, float]:
        left, right = map(self._plot.value_of, self._plot.x_range)
        return left, right

    def follow(self) -> None:
        """Show the epochs that another plot shows."""
        epochs = self._options.epochs
        if epochs is None:
            if not self._plot.navigation.shows_all()[0]:
                self._plot.show_all()
        elif epochs != self._seen:
            low, high = map(self.abscissa, epochs)
            self._plot.show_x((low, high))
