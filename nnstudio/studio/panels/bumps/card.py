"""The card of one bump: the weights of its four units, and their ramps as they add up."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from nnstudio.data.problem import subscript
from nnstudio.insight.bumps import Bump
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, font, give_role, text_scale
from nnstudio.studio.views.plot import Plot, Values

PLOT_PX = QSize(100, 76)

BOTH_FROM_PX = 290
"""From this width on the ramps stand beside the weights."""


@contained
class BumpCard(QWidget):
    """A row for each unit with w, b and u, and a plot of the sums of one, two, three and all four ramps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Weights of the bump"))
        self._bump: Bump | None = None
        heads = (
            ("w", tr("From x to the unit")),
            ("b", tr("Bias of the unit, −w s: it bends at s = −b/w")),
            ("u", tr("From the unit to the output: t / (s₂ − s₁) up, t / (s₄ − s₃) down")),
        )
        self._shows_ramps = False
        self.table = QWidget(self)
        grid = QGridLayout(self.table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        self.values: list[list[QLabel]] = []
        for column, (name, tip) in enumerate(heads, 1):
            label = self._label(name, tip)
            give_role(label, "muted")
            grid.addWidget(label, 0, column)
        for row in range(4):
            name = self._label(
                tr("unit {number}").format(number=row + 1), "", align=Qt.AlignmentFlag.AlignLeft
            )
            give_role(name, "muted")
            grid.addWidget(name, row + 1, 0)
            self.values.append([self._label("–", tip) for _, tip in heads])
            for column, (label, (head, _)) in enumerate(zip(self.values[-1], heads, strict=True), 1):
                label.setAccessibleName(f"{head}{subscript(row + 1)}")
                grid.addWidget(label, row + 1, column)
        grid.setColumnStretch(0, 1)
        self.plot = Plot(
            tr("Ramps adding up"), (tr("x"), ""), self, values_at=self.values_at, is_among_others=True
        )
        self.plot.setToolTip(
            tr("The ramp of the first unit, then the sums with the second, third and fourth")
        )
        self.plot.setMinimumSize(PLOT_PX * text_scale())
        self._sums = [pg.PlotCurveItem(antialias=True) for _ in range(4)]
        for curve in self._sums:
            self.plot.addItem(curve, ignoreBounds=True)
        grid.setRowStretch(5, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.plot, 1)
        self._show_parts()
        appearance.follow(self, self._restyle)
        self._restyle()

    def show_ramps(self, shown: bool) -> None:
        """Show the ramps, or the weights, where there is no room for both."""
        self._shows_ramps = shown
        self._show_parts()

    def _show_parts(self) -> None:
        has_room = self.width() >= BOTH_FROM_PX * text_scale()
        self.table.setVisible(has_room or not self._shows_ramps)
        self.plot.setVisible(has_room or self._shows_ramps)

    def minimumSizeHint(self) -> QSize:
        """Return the size that the table needs, which the plot has in its place."""
        return self.table.minimumSizeHint().expandedTo(self.plot.minimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show both parts where there is room."""
        self._show_parts()

    def _label(self, text: str, tip: str, *, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight) -> QLabel:
        label = QLabel(text, self)
        label.setFont(font(11))
        label.setToolTip(tip)
        label.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance("−0.0000"))
        return label

    def _restyle(self) -> None:
        theme = appearance.theme
        for nth, curve in enumerate(self._sums):
            is_last = nth == len(self._sums) - 1
            code = theme.selection if is_last else theme.muted
            pen = pg.mkPen(colour(code, 1.0 if is_last else 0.3 + 0.2 * nth), width=2.2 if is_last else 1.2)
            curve.setPen(pen)

    def show_bump(self, bump: Bump | None, w: np.ndarray, b: np.ndarray, u: np.ndarray) -> None:
        """Show a bump and the weights of its units, each (4,); None: they make no bump."""
        self._bump = bump
        for line, numbers in zip(self.values, zip(w, b, u, strict=True), strict=True):
            for label, value in zip(line, numbers, strict=True):
                label.setText(figure(float(value)))
        self.plot.show_hint("" if bump is not None else tr("These four units make no bump."))
        for curve in self._sums:
            curve.setVisible(bump is not None)
        if bump is None:
            return
        s1, _, _, s4 = bump.s
        margin = 0.15 * (s4 - s1)
        x = np.array([s1 - margin, *bump.s, s4 + margin])
        sums = _sums(bump, x)
        for curve, y in zip(self._sums, sums, strict=True):
            curve.setData(x, y)
        height = abs(bump.top) or 1.0
        low, high = min(bump.top, 0.0), max(bump.top, 0.0)
        self.plot.fit((x[0], x[-1]), (low - 0.6 * height, high + 0.6 * height))
        self.plot.update_cross()

    def values_at(self, x: float) -> Values:
        """Return the sums of the ramps at an x."""
        if self._bump is None:
            return []
        theme = appearance.theme
        sums = _sums(self._bump, np.array([x]))[:, 0]
        lines = [
            (
                theme.muted if n < 4 else theme.selection,
                tr("%n ramp(s): {value}", n).format(value=figure(total)),
            )
            for n, total in enumerate(sums.tolist(), 1)
        ]
        return [(theme.muted, f"x = {figure(x)}"), *lines]


def _sums(bump: Bump, x: np.ndarray) -> np.ndarray:
    """Return the sums of the first one to four ramps at each x, (4, n)."""
    ramps = np.array(bump.u)[:, None] * np.maximum(x - np.array(bump.s)[:, None], 0)
    return np.asarray(ramps.cumsum(axis=0))
