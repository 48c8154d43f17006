"""Axes of plots: round numbers, as many as there is room for, and all of them written."""

import math
import sys
from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from nnstudio.studio.painting.numbers import with_exponent
from nnstudio.studio.painting.theme import text_scale

_FINE_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""Between numbers at axes, where there is room for few."""

_MOST_DIGITS = 10
"""More than usual: a double has no more."""

_BESIDE_PX = 5
"""Between the numbers and the axis."""

_WIDER_PX = 12
"""Steps in which a vertical axis gets wider, so that it seldom does."""


class Axis(pg.AxisItem):
    """An axis whose ticks are as many round numbers as there is room for."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        # A prefix would be computed from the logarithm. pyqtgraph computes one even here, except at first.
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=-4)
        self._usual_px = self._label_px = 0

    def boundingRect(self) -> QRectF:
        """Have room for the numbers at the ends: pyqtgraph leaves it out where there is a grid."""
        margin = self.style["hideOverlappingLabels"]
        across, up = (margin, 0) if self.orientation == "bottom" else (0, margin)
        return super().boundingRect().adjusted(-across, -up, across, up)

    def setScale(self, scale: float = 1.0) -> None:
        """Write the numbers of another scale: pyqtgraph leaves those that it has painted."""
        super().setScale(scale)
        self.setTicks(None)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return the distance of ticks, in one level: all are labelled, and none beside its place."""
        most = self._most_ticks(size, 18)
        steps = (1, 2, 5, 10) if most > 2 else _FINE_STEPS
        return [(round_up(abs(maxVal - minVal) / most, steps), 0.0)]

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, stdTicks: object
    ) -> list[tuple[float | None, list[float]]]:
        """Return the places of ticks, in one level: all are labelled."""
        return [(None, _log_ticks(minVal, maxVal, self._most_ticks(size, 26)))]

    def _most_ticks(self, size: float, line_px: int) -> int:
        room = (44 if self.orientation == "bottom" else line_px) * text_scale()
        return max(int(size / room), 2)

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write the numbers of ticks."""
        numbers = [10.0**value for value in values]
        return self._written(
            values,
            lambda more: [
                f"{number:.{6 + more}g}" if 3e-4 < number < 1e5 else with_exponent(number, 2 + more)
                for number in numbers
            ],
        )

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write the numbers of ticks, all as precisely; small ones would run into the label."""
        if self.logMode:
            return self.logTickStrings(values, scale, spacing)
        usual = super().tickStrings(values, scale, spacing)
        return self._written(
            values,
            lambda more: [
                with_exponent(value * scale, 2 + more)
                if 1e-12 * spacing < abs(value) < 1e-3 / scale
                else text.replace("-", "−")
                for value, text in zip(values, usual, strict=True)
            ],
        )

    def _written(self, values: list[float], write: Callable[[int], list[str]]) -> list[str]:
        """Write numbers with as many more digits as it takes to tell them apart, and make room for them."""
        more, texts = 0, write(0)
        while len(set(texts)) < len(texts) and more < _MOST_DIGITS:
            more += 1
            texts = write(more)
        if self.style["tickFont"] is None or len(texts) < 2:
            return texts
        longest = max(map(QFontMetricsF(self.style["tickFont"]).horizontalAdvance, texts))
        if self.orientation == "bottom":
            px_apart = min(np.diff(values)) / (self.range[1] - self.range[0]) * self.width()
            # In a narrow plot two long numbers have no room beside each other.
            every = math.ceil((longest + _BESIDE_PX) / px_apart) if px_apart > 0 else 1
            return [text if k % every == 0 else "" for k, text in enumerate(texts)]
        if self._usual_px:
            missing = longest + _BESIDE_PX + self._label_px - self._usual_px
            width = self._usual_px + max(math.ceil(missing / _WIDER_PX), 0) * _WIDER_PX
            if width != self.fixedWidth:
                self.setWidth(width)
        return texts

    def set_room(self, width: int, label: int) -> None:
        """Set the usual width of a vertical axis, of which a part is for its label."""
        self._usual_px, self._label_px = width, label
        self.setWidth(width)


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return logarithms of round numbers between two logarithms: at most ``most``, or more than one."""
    # pyqtgraph lets the user zoom a little further out.
    high = min(high, sys.float_info.max_10_exp)
    decades = range(math.floor(low), math.ceil(high) + 1)
    for steps in (range(1, 10), (1, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
        numbers = [step * 10.0**decade for decade in decades for step in steps]
        seen = [math.log10(number) for number in numbers if low <= math.log10(number) <= high]
        # Close to one another at the end of a decade, however few there are.
        if len(seen) >= 2 and (high - low) / min(np.diff(seen)) <= most:
            return seen
    bottom, top = 10.0**low, 10.0**high
    for room in (most, 1.25 * most, 1.6 * most):
        apart = math.ceil((high - low) / room)
        by_decade = [float(decade) for decade in decades if decade % apart == 0 and low <= decade <= high]
        # Evenly apart, which is closest at the upper end.
        step = round_up(top * (1 - 10.0 ** ((low - high) / room)), _FINE_STEPS)
        evenly = range(math.ceil(bottom / step), math.floor(top / step) + 1)
        seen = max(by_decade, [math.log10(k * step) for k in evenly if k], key=len)
        if len(seen) >= 2:
            break
    return seen


def round_up(value: float, steps: Sequence[float] = (1, 1.5, 2, 3, 4, 5, 7, 10)) -> float:
    """Return the next round number at or above a positive one: ends of axes that grow in steps.

    ``steps`` are what is round in a decade, from 1 to 10.
    """
    scale = 10.0 ** math.floor(math.log10(value))
    # Where the quotient is rounded, it may be a little above all.
    return scale * next((step for step in steps if scale * step >= value), steps[-1])
