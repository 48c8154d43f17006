"""A small plot of the learning rate over a run."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.views.view import View
from nnstudio.training.config import TrainingConfig

HEIGHT_PX = 84
N_POINTS = 400
FEWEST_EPOCHS = 10.0


class SchedulePlot(View):
    """Plots the learning rate up to the run's end, and marks the current epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Learning rate over the run"), parent)
        self.set_design_minimum_size(160, HEIGHT_PX)
        self._config: TrainingConfig | None = None
        self._epoch = 0.0
        self._end = FEWEST_EPOCHS
        self._rates = np.zeros(0)

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(260, HEIGHT_PX))

    def show_course(self, config: TrainingConfig, epoch: float) -> None:
        """Show the rates of a configuration, and mark the current epoch."""
        end = config.epochs
        if end is None:
            # Long enough to show the schedule; the end grows in steps, so that the plot rarely changes.
            reach = max(FEWEST_EPOCHS, 2 * config.warmup_epochs, epoch)
            if config.schedule in ("step", "exponential"):
                reach = max(reach, config.warmup_epochs + 3 * config.rate_decay_epochs)
            scale = 10 ** math.floor(math.log10(reach))
            end = next(scale * step for step in (1, 1.5, 2, 3, 5, 7.5, 10) if scale * step >= reach)
        if config is not self._config or end != self._end:
            self._config, self._end = config, end
            middles = (np.arange(N_POINTS) + 0.5) / N_POINTS * end
            self._rates = np.array([config.rate_at(middle) for middle in middles])
            self.update()
        # Smaller changes are below a pixel.
        if abs(epoch - self._epoch) * self.design_width() > end:
            self._epoch = epoch
            self.update()

    def _plot_area(self) -> QRectF:
        return QRectF(self.design_rect()).adjusted(2, 18, -2, -18)

    def explain(self, position: QPoint) -> str:
        """Return the hover text at an epoch: the rate."""
        area = self._plot_area()
        share = (position.x() - area.left()) / max(area.width(), 1.0)
        if self._config is None or not 0 <= share <= 1:
            return ""
        epoch = share * self._end
        return tr("epoch {epoch:.3g}: learning rate {rate:.3g}").format(
            epoch=epoch, rate=self._config.rate_at(epoch)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the curve, its highest value and its end."""
        if self._config is None:
            return
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._plot_area()
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        top = self._config.hyper.learning_rate
        x = area.left() + (np.arange(N_POINTS) + 0.5) / N_POINTS * area.width()
        y = area.bottom() - self._rates / top * area.height()
        painter.setPen(QPen(colour(self.theme.positive), 2))
        painter.drawPolyline(
            QPolygonF([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])
        )
        if 0 < self._epoch <= self._end:
            here = area.left() + self._epoch / self._end * area.width()
            painter.setPen(QPen(colour(self.theme.selection), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(here, area.top()), QPointF(here, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        above = QRectF(area.left(), area.top() - 18, area.width(), 16)
        below = QRectF(area.left(), area.bottom() + 2, area.width(), 16)
        self.write(
            painter,
            above,
            tr("rate, at most {rate:.3g}").format(rate=self._rates.max()),
            size_px=11,
            muted=True,
        )
        end = tr("epoch {end:g}").format(end=self._end) + ("" if self._config.epochs is not None else " …")
        self.write(painter, below, "0", size_px=11, muted=True)
        self.write(painter, below, end, size_px=11, muted=True, align=Qt.AlignmentFlag.AlignRight)
        painter.end()
