"""Distributions over time, one plot for each layer: bands between quantiles, and the median as a line."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.insight.distributions import LEVELS
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.theme import appearance, colour, give_font, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.plot import Plot, round_up

NARROWEST_PX, LOWEST_PX = 128, 110
"""Of a plot with its title, at 100 % text size."""

LABELLED_FROM_PX = 200
"""Width of a plot from which its vertical axis has a label."""

DECADES = 8
"""Most decades of a logarithmic axis."""

OPACITIES = (0.14, 0.28, 0.45)
"""Of the bands of all values, of 90 %, and of the middle half."""


@dataclass(frozen=True, eq=False)
class LayerBands:
    """One layer's quantiles, shape (n, len(LEVELS)), and its plot's title."""

    title: str
    remark: str
    values: np.ndarray


@contained
class QuantileBands(QWidget):
    """Shows how each layer's values spread over epochs: all, the middle 90 %, the middle half, the median.

    Each plot has its own vertical axis; they show the same epochs, and have one cross-hair.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumSize(200, LOWEST_PX)
        self.layers: tuple[LayerBands, ...] = ()
        self._epochs = np.empty(0)
        self._quantity = ""
        self._epoch: float | None = None
        self.plots: list[LayerPlot] = []
        """One for each layer; those of a network that had more layers are hidden."""
        self._message = QLabel(self)
        self._message.setProperty("role", "muted")
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        give_font(self._message, 12)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._message, 1)
        layout.addLayout(self._grid, 1)
        self._shape = (0, 0)

    def show_moment(self, epoch: float | None) -> None:
        """Mark the epoch of the displayed checkpoint; None: the live network is displayed."""
        if epoch != self._epoch:
            self._epoch = epoch
            for plot in self.plots:
                plot.show_moment(epoch)

    def show_bands(
        self, quantity: str, epochs: np.ndarray, layers: list[LayerBands], *, logarithmic: bool
    ) -> None:
        """Show a quantity of all layers at these epochs, on a logarithmic scale or a linear one."""
        self._quantity, self._epochs, self.layers = quantity, epochs, tuple(layers)
        while len(self.plots) < len(layers):
            self._add_plot()
        self._message.hide()
        self._arrange()
        for plot, bands in zip(self.plots, layers, strict=False):
            plot.show_bands(quantity, epochs, bands, logarithmic=logarithmic)

    def _add_plot(self) -> None:
        added = LayerPlot(self)
        added.show_moment(self._epoch)
        added.plot.moved.connect(partial(self._follow, added.plot))
        added.plot.pointed.connect(self._point)
        self.plots.append(added)

    def show_message(self, message: str) -> None:
        """Show a message instead."""
        self.layers = ()
        # What comes next is another run.
        self.show_all()
        self._message.setText(message)
        self._message.show()
        self._arrange()

    def numbers(self) -> NumberTable:
        """Return the names of columns, and a row for each layer and epoch."""
        levels = (tr("smallest"), *(f"{100 * level:.0f} %" for level in LEVELS[1:-1]), tr("largest"))
        rows = [
            (bands.title, epoch, *values)
            for bands in self.layers
            for epoch, values in zip(self._epochs.tolist(), bands.values.tolist(), strict=True)
        ]
        return (tr("layer"), tr("epoch"), *(f"{self._quantity}: {level}" for level in levels)), rows

    def show_all(self) -> None:
        """Show all epochs and values of all layers."""
        for plot in self.plots:
            plot.plot.show_all()

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the size."""
        self._arrange()

    def _arrange(self) -> None:
        """Put the plots into rows, side by side rather than below each other where it is low."""
        n = len(self.layers)
        columns = min(n, max(1, int(self.width() / (NARROWEST_PX * text_scale()))))
        while 0 < columns < n and -(-n // columns) * LOWEST_PX * text_scale() > self.height():
            columns += 1
        if self._shape == (n, columns):
            return
        self._shape = (n, columns)
        for k, plot in enumerate(self.plots):
            self._grid.removeWidget(plot)
            if k < n:
                self._grid.addWidget(plot, *divmod(k, columns))
            plot.setVisible(k < n)
        for k in range(max(self._grid.columnCount(), self._grid.rowCount())):
            self._grid.setColumnStretch(k, int(k < columns))
            self._grid.setRowStretch(k, int(k * columns < n))

    # What is looked at

    def _follow(self, moved: Plot) -> None:
        """Show the epochs that one plot shows in all."""
        for plot in (each.plot for each in self.plots if each.plot is not moved):
            if moved.is_fitted:
                if not plot.is_fitted:
                    plot.show_all()
            elif plot.x_range != moved.x_range:
                plot.show_x(moved.x_range)

    def _point(self, epoch: float | None) -> None:
        for plot in self.plots[: len(self.layers)]:
            plot.point(epoch)


@contained
class LayerPlot(QWidget):
    """One layer's bands, below its name and a remark, which gives way to the values at the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs = np.empty(0)
        self._bands = LayerBands("", "", np.empty((0, len(LEVELS))))
        self._quantity = ""
        self._pointed: float | None = None
        self._moment_epoch: float | None = None
        self._title, self._remark = ShortLabel("", self), ShortLabel("", self)
        give_font(self._title, 12, bold=True)
        give_font(self._remark, 11)
        self._remark.setProperty("role", "muted")
        self.plot = Plot("", (tr("epoch"), ""), self, explain=self.explain)
        self.plot.setMinimumSize(40, 40)
        self._areas = [pg.PlotCurveItem(pen=None, fillLevel="enclosed") for _ in OPACITIES]
        self._median = pg.PlotCurveItem()
        for item in (*self._areas, self._median):
            self.plot.addItem(item)
        self._moment = pg.InfiniteLine(angle=90)
        self.plot.addItem(self._moment, ignoreBounds=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title)
        layout.addWidget(self._remark)
        layout.addWidget(self.plot, 1)
        appearance.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        theme = appearance.theme
        for area, opacity in zip(self._areas, OPACITIES, strict=True):
            area.setBrush(colour(theme.accent, opacity))
        self._median.setPen(pg.mkPen(colour(theme.text), width=1))
        self._moment.setPen(pg.mkPen(colour(theme.selection), width=1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the label out where the bands need its room: the button that is down says the same."""
        self._label_axis()

    def _label_axis(self) -> None:
        has_room = self.width() >= LABELLED_FROM_PX * text_scale()
        self.plot.set_label("left", self._quantity if has_room else "")

    def show_moment(self, epoch: float | None) -> None:
        """Mark an epoch; None: none."""
        self._moment_epoch = epoch
        self._moment.setVisible(epoch is not None)
        if epoch is not None:
            self._moment.setValue(epoch)

    def show_bands(self, quantity: str, epochs: np.ndarray, bands: LayerBands, *, logarithmic: bool) -> None:
        """Show a layer's quantiles of a quantity at these epochs."""
        plot = self.plot
        is_other, self._quantity = quantity != self._quantity, quantity
        self._epochs, self._bands = epochs, bands
        plot.setAccessibleName(f"{bands.title}: {quantity}")
        self._label_axis()
        if plot.is_logarithmic[1] is not logarithmic:
            plot.set_logarithmic(x=False, y=logarithmic)
        low, high = _ends(bands.values, logarithmic=logarithmic)
        values = np.log10(np.maximum(bands.values, 10.0**low)) if logarithmic else bands.values
        length = float(epochs[-1] - epochs[0])
        left, right = float(epochs[0]), float(epochs[0]) + (round_up(length) if length > 0 else 1.0)
        if len(epochs) == 1:
            # A single epoch is shown over the whole width.
            epochs, values = np.array((left, right)), np.repeat(values, 2, axis=0)
        there_and_back = np.concatenate((epochs, epochs[::-1]))
        for k, area in enumerate(self._areas):
            area.setData(there_and_back, np.concatenate((values[:, k], values[::-1, -1 - k])))
        self._median.setData(epochs, values[:, len(LEVELS) // 2])
        plot.fit((left, right), (low, high))
        if is_other and not plot.is_fitted:
            plot.show_all()
        self.point(self._pointed)

    def point(self, epoch: float | None) -> None:
        """Show the cross-hair and the values at an epoch; None: none."""
        self._pointed = epoch
        self.plot.show_cross(epoch)
        title, remark = self._bands.title, self._bands.remark
        if epoch is not None and len(self._epochs):
            k = self._nearest(epoch)
            quarter, median, three = (_written(value, 2) for value in self._bands.values[k, 2:5])
            title = f"{title} · {self._epochs[k]:.4g}"
            remark = f"{median} ({quarter} … {three})"
        self._title.setText(title)
        self._remark.setText(remark)

    def _nearest(self, epoch: float) -> int:
        return int(np.abs(self._epochs - epoch).argmin())

    def explain(self, position: QPoint) -> str:
        """Return the hover text at an epoch: the quantiles."""
        epoch = self.plot.x_at(position)
        if epoch is None or not len(self._epochs):
            return ""
        k = self._nearest(epoch)
        low, five, quarter, median, three, most, high = map(_written, self._bands.values[k])
        return tr(
            "{title}, epoch {epochs:.2f}: {quantity}\n"
            "median {median}; half lie in {quarter} … {three}; 90 % in {five} … {most}; "
            "all in {low} … {high}"
        ).format(
            title=self._bands.title,
            epochs=self._epochs[k],
            quantity=self._quantity,
            median=median,
            quarter=quarter,
            three=three,
            five=five,
            most=most,
            low=low,
            high=high,
        )


def _written(value: float, n_digits: int = 3) -> str:
    return f"{value:.{n_digits}g}".replace("-", "−")


def _ends(values: np.ndarray, *, logarithmic: bool) -> tuple[float, float]:
    """Return the ends of an axis, or their logarithms: round, so that they change rarely."""
    if logarithmic:
        positive = values[values > 0]
        if not positive.size:
            return -DECADES, 0.0
        high = float(np.ceil(2 * np.log10(positive.max())) / 2)
        return max(float(np.floor(2 * np.log10(positive.min())) / 2), high - DECADES), high + 0.1
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    if high == low:
        return -1.0, 1.0
    step = round_up((high - low) / 20)
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)
