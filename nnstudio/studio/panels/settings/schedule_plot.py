"""A small plot of the learning rate over a run."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values
from nnstudio.training.config import TrainingConfig

HEIGHT_PX = 130
N_POINTS = 400
FEWEST_EPOCHS = 10.0


@contained
class SchedulePlot(Plot):
    """Plots the learning rate up to the run's end, and marks the current epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Learning rate over the run"),
            (tr("epoch"), tr("learning rate")),
            parent,
            values_at=self.values_at,
            is_among_others=True,
        )
        self.setToolTip(tr("Learning rate over the run, up to its end where it has one. Click it to zoom."))
        self.setMinimumWidth(160)
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._config: TrainingConfig | None = None
        self._epoch = 0.0
        self._end = FEWEST_EPOCHS
        self._epochs = self._rates = np.zeros(0)
        self._curve = self.plot([], [])
        self._moment = pg.InfiniteLine(angle=90)
        self._moment.hide()
        self.addItem(self._moment, ignoreBounds=True)
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme = appearance.theme
        self._curve.setPen(pg.mkPen(colour(theme.positive), width=2))
        self._moment.setPen(pg.mkPen(colour(theme.selection), width=1, style=Qt.PenStyle.DashLine))

    def show_course(self, config: TrainingConfig, epoch: float) -> None:
        """Show the rates of a configuration, and mark the current epoch."""
        end = config.epochs
        if end is None:
            # Long enough to show the schedule; the end grows in steps, so that the plot rarely changes.
            reach = max(FEWEST_EPOCHS, 2 * config.warmup_epochs, epoch)
            if config.schedule in ("step", "exponential"):
                reach = max(reach, config.warmup_epochs + 3 * config.rate_decay_epochs)
            end = round_up(reach)
        if config is not self._config or end != self._end:
            self._config, self._end = config, end
            self._epochs = (np.arange(N_POINTS) + 0.5) / N_POINTS * end
            self._rates = np.array([config.rate_at(middle) for middle in self._epochs])
            self._curve.setData(self._epochs, self._rates)
            self.fit((0.0, end), (0.0, config.hyper.learning_rate))
            self.update_cross()
        # Smaller changes are below a pixel.
        if abs(epoch - self._epoch) > self.x_per_px:
            self._epoch = epoch
            self._moment.setVisible(epoch > 0)
            self._moment.setValue(epoch)

    def values_at(self, epoch: float) -> Values:
        """Return an epoch of the run and its learning rate."""
        if self._config is None or not 0 <= epoch <= self._end:
            return []
        theme = appearance.theme
        rate = tr("learning rate {rate:.3g}").format(rate=self._config.rate_at(epoch))
        return [(theme.text, tr("epoch {epoch:.3g}").format(epoch=epoch)), (theme.positive, rate)]

    def numbers(self) -> NumberTable:
        """Return the names of columns, and the rows of the curve."""
        rows = zip(self._epochs.tolist(), self._rates.tolist(), strict=True)
        return ("epoch", "learning rate"), list(rows)
