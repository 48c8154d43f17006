"""Distributions over time, one plot for each layer: bands between quantiles, and the median as a line."""

from dataclasses import dataclass

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
from nnstudio.studio.session.curve_options import CurveOptions
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot
from nnstudio.studio.views.shared_epochs import SharedEpochs

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

    Each plot has its own vertical axis; they show the same epochs, as all plots over epochs do, and have one
    cross-hair.

    Parameters
    ----------
    name : str
        Accessible name.
    options : CurveOptions
    parent : QWidget, optional
    """

    def __init__(self, name: str, options: CurveOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = options
        options.changed.connect(self._follow)
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
        added = LayerPlot(self._options, self)
        added.show_moment(self._epoch)
        added.plot.pointed.connect(self._point)
        self.plots.append(added)

    def show_message(self, message: str) -> None:
        """Show a message instead."""
        if self.layers:
            # What comes next is another run.
            self.show_all()
        self.layers = ()
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

    def _follow(self) -> None:
        """Show the epochs that one plot shows in all; those that are not seen do when they are shown."""
        if self.isVisible():
            for plot in self.plots[: len(self.layers)]:
                plot.follow()

    def _point(self, abscissa: float | None) -> None:
        for plot in self.plots[: len(self.layers)]:
            plot.point(abscissa)


@contained
class LayerPlot(QWidget):
    """One layer's bands, below its name and a remark, which gives way to the values at the pointer."""

    def __init__(self, options: CurveOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self._epochs = np.empty(0)
        self._bands = LayerBands("", "", np.empty((0, len(LEVELS))))
        self._quantity = ""
        self._pointed: float | None = None
        self._moment_epoch: float | None = None
        # Its lines are of numbers, whose signs would change sides.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._title, self._remark = ShortLabel("", self), ShortLabel("", self)
        give_font(self._title, 12, bold=True)
        give_font(self._remark, 11)
        self._remark.setProperty("role", "muted")
        self.plot = Plot("", (tr("epoch"), ""), self, explain=self.explain)
        self._shared = SharedEpochs(self.plot, options)
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
        appearance.follow(self, self._restyle)
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
        can_be_seen = epoch is not None and self._shared.has_place(epoch)
        self._moment.setVisible(can_be_seen)
        if can_be_seen:
            self._moment.setValue(self._shared.abscissa(epoch))

    def follow(self) -> None:
        """Show the epochs that another plot shows, on an axis as it has."""
        if self._options.log_epochs is self.plot.is_logarithmic[0]:
            self._shared.follow()
        elif len(self._epochs):
            is_logarithmic = self.plot.is_logarithmic[1]
            self.show_bands(self._quantity, self._epochs, self._bands, logarithmic=is_logarithmic)

    def show_bands(self, quantity: str, epochs: np.ndarray, bands: LayerBands, *, logarithmic: bool) -> None:
        """Show a layer's quantiles of a quantity at these epochs."""
        plot = self.plot
        is_other, self._quantity = quantity != self._quantity, quantity
        self._epochs, self._bands = epochs, bands
        plot.setAccessibleName(f"{bands.title}: {quantity}")
        self._label_axis()
        log_epochs = self._options.log_epochs
        if plot.is_logarithmic != (log_epochs, logarithmic):
            is_other |= plot.is_logarithmic[0] is not log_epochs
            plot.set_logarithmic(x=log_epochs, y=logarithmic)
            self.show_moment(self._moment_epoch)
        low, high = _ends(bands.values, logarithmic=logarithmic)
        values = np.log10(np.maximum(bands.values, 10.0**low)) if logarithmic else bands.values
        if log_epochs:
            # The beginning has no logarithm; alone it is shown anywhere.
            has_place = epochs > 0 if len(epochs) > 1 else [True]
            epochs, values = epochs[has_place], values[has_place]
        first, length = float(epochs[0]), float(epochs[-1] - epochs[0])
        last = first + (round_up(length) if length > 0 else 1.0)
        left, right = self._shared.abscissa(first), self._shared.abscissa(last)
        if len(epochs) == 1:
            # A single epoch is shown over the whole width.
            x, values = np.array((left, right)), np.repeat(values, 2, axis=0)
        else:
            x = np.log10(epochs) if log_epochs else epochs
        there_and_back = np.concatenate((x, x[::-1]))
        for k, area in enumerate(self._areas):
            area.setData(there_and_back, np.concatenate((values[:, k], values[::-1, -1 - k])))
        self._median.setData(x, values[:, len(LEVELS) // 2])
        plot.fit((left, right), (low, high))
        if is_other and not plot.is_fitted:
            plot.show_all()
        self._shared.follow()
        self.point(self._pointed)

    def point(self, abscissa: float | None) -> None:
        """Show the cross-hair and the values at an abscissa of the axis; None: none."""
        self._pointed = abscissa
        self.plot.show_cross(abscissa)
        title, remark = self._bands.title, self._bands.remark
        if abscissa is not None and len(self._epochs):
            k = self._nearest(abscissa)
            quarter, median, three = (_written(value, 2) for value in self._bands.values[k, 2:5])
            title = f"{title} · {self._epochs[k]:.4g}"
            remark = f"{median} ({quarter} … {three})"
        self._title.setText(title)
        self._remark.setText(remark)

    def _nearest(self, abscissa: float) -> int:
        return int(np.abs(self._epochs - self.plot.value_of(abscissa)).argmin())

    def explain(self, position: QPoint) -> str:
        """Return the hover text at an epoch: the quantiles."""
        abscissa = self.plot.x_at(position)
        if abscissa is None or not len(self._epochs):
            return ""
        k = self._nearest(abscissa)
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
