"""Numbers that a network gives out, each with its place in its range and the right one where it is known."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import Quantity
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure, scientific
from nnstudio.studio.painting.theme import colour, font, text_scale
from nnstudio.studio.session.output_kinds import number_text
from nnstudio.studio.views.view import View

TALLEST_ROW = 74
WITH_RANGE, WITH_TRACK = 60, 36
"""Least height of a row with the words below its bar, and of one with a bar."""

LOWEST_ROW = 20
LARGE, SMALL = 24, 14
TRACK_HEIGHT = 5
EDGE = 4.0


class NumberBars(View):
    """A row for each output: its name, its number, a bar from 0 within its range, and the right number.

    The bar is blue above 0 and orange below; a tick marks the right number.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._quantities: tuple[Quantity, ...] = ()
        self._values: np.ndarray | None = None
        self._right: np.ndarray | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Return the size that shows all rows at full height."""
        return self.magnified(QSize(260, TALLEST_ROW * max(len(self._quantities), 1)))

    def set_quantities(self, quantities: tuple[Quantity, ...]) -> None:
        """Set what the numbers are."""
        self._quantities = quantities
        self.setMinimumHeight(round(LOWEST_ROW * len(quantities) * text_scale()))
        self.clear()

    def show_outputs(self, values: np.ndarray, right: np.ndarray | None = None) -> None:
        """Show outputs and, where they are known, the right numbers, both of shape (n_outputs,)."""
        self._values, self._right = values, right
        self._describe()
        self.update()

    def clear(self) -> None:
        """Show the names alone."""
        self._values = self._right = None
        self._describe()
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        """Tell screen readers what is on show."""
        text = "" if self._values is None else "; ".join(map(self._words, range(len(self._quantities))))
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _words(self, k: int) -> str:
        quantity = self._quantities[k]
        text = f"{quantity.name} = {number_text(float(self._values[k]), quantity.unit)}"
        return text if self._right is None else f"{text}, {self._residual(k)}"

    def _residual(self, k: int) -> str:
        right = float(self._right[k])
        return tr("right {right}, residual {residual}").format(
            right=figure(right), residual=scientific(float(self._values[k]) - right)
        )

    def _right_words(self, k: int) -> str:
        return tr("right {right}").format(right=figure(float(self._right[k])))

    def _row_height(self) -> float:
        return min(self.design_height() / max(len(self._quantities), 1), TALLEST_ROW)

    def explain(self, position: QPoint) -> str:
        """Return the hover text of an output: its number and range."""
        k = int(position.y() // self._row_height())
        if self._values is None or not 0 <= k < len(self._quantities):
            return ""
        quantity = self._quantities[k]
        return tr(
            "{words}\nThe bar goes from {low} to {high}; its tick is the right number, where known."
        ).format(
            words=self._words(k),
            low=number_text(quantity.low, quantity.unit),
            high=number_text(quantity.high, quantity.unit),
        )

    def paintEvent(self, event: object) -> None:
        """Paint a row for each output."""
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._row_height()
        for k in range(len(self._quantities)):
            self._paint_row(painter, k, QRectF(0, k * height, self.design_width(), height))

    def _paint_row(self, painter: QPainter, k: int, row: QRectF) -> None:
        quantity, height = self._quantities[k], row.height()
        has_track, has_range = height >= WITH_TRACK, height >= WITH_RANGE
        below = (TRACK_HEIGHT + 8 if has_track else 0) + (16 if has_range else 0)
        line = QRectF(row.left() + EDGE, row.top(), row.width() - 2 * EDGE, height - below)
        size = LARGE if has_range else SMALL
        text = "–" if self._values is None else number_text(float(self._values[k]), quantity.unit)
        needed = QFontMetricsF(font(size, bold=True)).horizontalAdvance(text) + 2
        right = Qt.AlignmentFlag.AlignRight
        self.write(painter, line, text, size_px=size, bold=True, align=right)
        name = line.adjusted(0, 0, -needed - 6, 0)
        self.write(painter, name, quantity.name, size_px=SMALL, muted=True)
        known = () if self._right is None else (self._residual(k), self._right_words(k))
        if has_track:
            self._paint_track(painter, k, QRectF(line.left(), line.bottom() + 2, line.width(), TRACK_HEIGHT))
        if has_range:
            words = QRectF(line.left(), row.bottom() - 18, line.width(), 16)
            ends = figure(quantity.low), figure(quantity.high)
            metrics = QFontMetricsF(font(11))
            self.write(painter, words, ends[0], size_px=11, muted=True)
            self.write(painter, words, ends[1], size_px=11, muted=True, align=right)
            margin = max(map(metrics.horizontalAdvance, ends)) + 8
            middle = words.adjusted(margin, 0, -margin, 0)
            text = next((each for each in known if metrics.horizontalAdvance(each) <= middle.width()), "")
            self.write(painter, middle, text, size_px=11, align=Qt.AlignmentFlag.AlignHCenter)
        elif known:
            start = QFontMetricsF(font(SMALL)).horizontalAdvance(quantity.name) + 10
            self.write(painter, name.adjusted(start, 0, 0, 0), known[0], size_px=11, muted=True, align=right)

    def _paint_track(self, painter: QPainter, k: int, track: QRectF) -> None:
        quantity, theme = self._quantities[k], self.theme

        def place(value: float) -> float:
            share = (value - quantity.low) / (quantity.high - quantity.low)
            return track.left() + min(max(share, 0.0), 1.0) * track.width()

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.control))
        painter.drawRoundedRect(track, 2.5, 2.5)
        if self._values is None:
            return
        value = float(self._values[k])
        start, end = sorted((place(0.0), place(value)))
        bar = QRectF(start, track.top(), max(end - start, 2.0), track.height())
        painter.fillRect(bar, colour(theme.negative if value < 0 else theme.positive))
        if self._right is not None:
            at = place(float(self._right[k]))
            painter.fillRect(QRectF(at - 1, track.top() - 3, 2, track.height() + 6), colour(theme.text))
