"""Distributions over time, one plot for each layer: bands between quantiles, and the median as a line."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnstudio.insight.distributions import LEVELS
from nnstudio.language import tr
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.views.view import View

LINE = 16
AXIS_WIDTH = 46
NARROWEST_PLOT, LOWEST_PLOT = 122, 100
DECADES = 8
"""Most decades of a logarithmic axis."""


@dataclass(frozen=True, eq=False)
class LayerBands:
    """One layer's quantiles, shape (n, len(LEVELS)), and its plot's title."""

    title: str
    remark: str
    values: np.ndarray


class QuantileBands(View):
    """Shows how each layer's values spread over epochs: all, the middle 90 %, the middle half, the median.

    Each plot has its own vertical axis. The hover text has the quantiles at the epoch.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(200, 70)
        self._layers: list[LayerBands] = []
        self._epochs = np.empty(0)
        self._quantity = ""
        self._logarithmic = False
        self._message = ""
        self._epoch: float | None = None

    def show_moment(self, epoch: float | None) -> None:
        """Mark the epoch of the displayed checkpoint; None: the live network is displayed."""
        if epoch != self._epoch:
            self._epoch = epoch
            self.update()

    def show_bands(
        self, quantity: str, epochs: np.ndarray, layers: list[LayerBands], *, logarithmic: bool
    ) -> None:
        """Show a quantity of all layers at these epochs, on a logarithmic scale or a linear one."""
        self._quantity, self._epochs, self._layers = quantity, epochs, layers
        self._logarithmic, self._message = logarithmic, ""
        self.update()

    def show_message(self, message: str) -> None:
        """Show a message instead."""
        self._layers, self._message = [], message
        self.update()

    # Layout

    def _plots(self) -> list[QRectF]:
        """Return the box of each layer's plot, axes excluded."""
        n = len(self._layers)
        if not n:
            return []
        columns = min(n, max(1, int(self.design_width() / NARROWEST_PLOT)))
        # In a low panel plots are side by side instead of below each other.
        while columns < n and -(-n // columns) * LOWEST_PLOT > self.design_height():
            columns += 1
        rows = -(-n // columns)
        width, height = self.design_width() / columns, self.design_height() / rows
        return [
            QRectF(
                (k % columns) * width + AXIS_WIDTH,
                (k // columns) * height + 2.4 * LINE,
                max(width - AXIS_WIDTH - 10, 1),
                max(height - 3.8 * LINE, 1),
            )
            for k in range(n)
        ]

    def _range(self, layer: LayerBands) -> tuple[float, float]:
        """Return the values at the bottom and at the top of a layer's axis, or their logarithms."""
        if not self._logarithmic:
            low, high = min(float(layer.values.min()), 0.0), max(float(layer.values.max()), 0.0)
            return (low, high) if high > low else (low - 1, high + 1)
        positive = layer.values[layer.values > 0]
        if not positive.size:
            return -DECADES, 0.0
        high = float(np.log10(positive.max()))
        return max(float(np.log10(positive.min())), high - DECADES), high + 0.1

    def _xs(self, plot: QRectF) -> np.ndarray:
        first, last = self._epochs[0], max(self._epochs[-1], self._epochs[0] + 1e-9)
        return plot.left() + (self._epochs - first) / (last - first) * plot.width()

    def _ys(self, plot: QRectF, layer: LayerBands) -> np.ndarray:
        """Return the y position of every quantile, shape (n, len(LEVELS))."""
        low, high = self._range(layer)
        values = np.log10(np.maximum(layer.values, 10.0**low)) if self._logarithmic else layer.values
        return plot.bottom() - (values - low) / (high - low) * plot.height()

    # Mouse and keyboard

    def explain(self, position: QPoint) -> str:
        """Return the hover text at an epoch: the quantiles."""
        for plot, layer in zip(self._plots(), self._layers, strict=True):
            if plot.contains(QPointF(position)):
                k = int(np.abs(self._xs(plot) - position.x()).argmin())
                low, five, quarter, median, three, most, high = (f"{v:.3g}" for v in layer.values[k])
                return (
                    tr(
                        "{title}, epoch {epochs:.2f}: {quantity}\n"
                        "median {median}; half lie in {quarter} … {three}; 90 % in {five} … {most}; "
                        "all in {low} … {high}"
                    ).format(
                        title=layer.title,
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
                ).replace("-", "−")
        return ""

    # Painting

    def paintEvent(self, event: object) -> None:
        """Paint a plot for each layer."""
        painter = self.painter()
        if not self._layers or not len(self._epochs):
            self.write_message(painter, self._message)
            return
        for plot, layer in zip(self._plots(), self._layers, strict=True):
            self._paint_axes(painter, plot, layer)
            self._paint_bands(painter, plot, layer)
            self._paint_moment(painter, plot)

    def _paint_moment(self, painter: QPainter, plot: QRectF) -> None:
        first, last = self._epochs[0], self._epochs[-1]
        if self._epoch is None or not first <= self._epoch <= last or first == last:
            return
        x = plot.left() + (self._epoch - first) / (last - first) * plot.width()
        painter.setPen(QPen(colour(self.theme.selection), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_axes(self, painter: QPainter, plot: QRectF, layer: LayerBands) -> None:
        above = QRectF(plot.left() - AXIS_WIDTH, plot.top() - 2.4 * LINE, plot.width() + AXIS_WIDTH, LINE)
        self.write(painter, above, layer.title, bold=True)
        self.write(painter, above.translated(0, LINE - 2), layer.remark, size_px=11, muted=True)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(plot.topLeft(), plot.bottomLeft())
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        low, high = self._range(layer)
        ticks = np.array([low, high])
        if self._logarithmic:
            decades = np.arange(np.ceil(low), np.floor(high) + 1)
            ticks = decades[:: max(1, int(len(decades) * LINE / plot.height()) + 1)]
        elif low < 0 < high:
            ticks = np.array([low, 0.0, high])
        written: list[float] = []
        for tick in sorted(ticks, key=abs):
            y = plot.bottom() - (tick - low) / (high - low) * plot.height()
            if any(abs(y - other) < LINE - 2 for other in written):
                continue
            written.append(y)
            text = f"10{_superscript(int(tick))}" if self._logarithmic else f"{tick:.3g}"
            box = QRectF(plot.left() - AXIS_WIDTH, y - LINE / 2, AXIS_WIDTH - 4, LINE)
            text = text.replace("-", "−")
            self.write(painter, box, text, size_px=11, muted=True, align=Qt.AlignmentFlag.AlignRight)
            painter.setPen(QPen(colour(self.theme.line, 0.6), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        below = QRectF(plot.left(), plot.bottom() + 2, plot.width(), LINE)
        start, stop = (f"{epoch:.3g}" for epoch in (self._epochs[0], self._epochs[-1]))
        # The middle label has as much room on either side as the wider of the others needs.
        advance = QFontMetricsF(font(11)).horizontalAdvance
        is_wide = plot.width() > advance(tr("epoch")) + 2 * max(advance(start), advance(stop)) + 8
        # Without room for all three, the start, mostly 0, is left out for the axis's name.
        left = below if is_wide else below.adjusted(-AXIS_WIDTH + 6, 0, 0, 0)
        self.write(painter, left, start if is_wide else tr("epoch"), size_px=11, muted=True)
        right = Qt.AlignmentFlag.AlignRight
        self.write(painter, below, stop, size_px=11, muted=True, align=right)
        if is_wide:
            middle = Qt.AlignmentFlag.AlignHCenter
            self.write(painter, below, tr("epoch"), size_px=11, muted=True, align=middle)

    def _paint_bands(self, painter: QPainter, plot: QRectF, layer: LayerBands) -> None:
        xs, ys = self._xs(plot), self._ys(plot, layer)
        if len(xs) == 1:
            # A single epoch is shown over the whole width.
            xs, ys = np.array([plot.left(), plot.right()]), np.repeat(ys, 2, axis=0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for k, opacity in enumerate((0.14, 0.28, 0.45)):
            painter.setBrush(colour(self.theme.accent, opacity))
            painter.drawPolygon(
                QPolygonF(
                    [
                        *map(QPointF, xs.tolist(), ys[:, k].tolist()),
                        *map(QPointF, xs[::-1].tolist(), ys[::-1, len(LEVELS) - 1 - k].tolist()),
                    ]
                )
            )
        painter.setPen(QPen(colour(self.theme.text), 1.5))
        painter.drawPolyline(QPolygonF([*map(QPointF, xs.tolist(), ys[:, len(LEVELS) // 2].tolist())]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _superscript(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
