"""Depth against width: a line folded by k small layers, and one layer of as many units."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.insight.composer import MOST_VISIBLE_FOLDS, fold_network, fold_remark
from nnstudio.insight.piecewise import PiecewiseLinear, interpolating_network, linear_pieces
from nnstudio.language import tr
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.numbers import figure, grouped
from nnstudio.studio.painting.theme import appearance, colour, font, give_role, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.choice_buttons import choice_buttons
from nnstudio.studio.views.plot import Plot, Values, legend
from nnstudio.studio.views.responsive_box import ResponsiveBox

MOST_FOLDS = 20
FIRST_FOLDS = 4
PLOT_PX = QSize(110, 66)
CONTROLS_PX, ROW_FROM_PX = 148, 300
X_RANGE, Y_RANGE = (0.0, 1.0), (-0.1, 1.1)


class Depth(QWidget):
    """Draws k folds of a line, what one wide layer makes of them, and the pieces of both by k."""

    network_asked = Signal(object, object, tuple, tuple, str)
    """An architecture, its theta, the ranges of x and of y, and a name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Depth against width"))
        self.n_folds = QSpinBox(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        for control in (self.n_folds, self.slider):
            control.setRange(1, MOST_FOLDS)
            control.setFont(font(11))
            control.setAccessibleName(tr("Folds"))
            control.setToolTip(tr("How often the line is folded: so many hidden layers"))
            control.setValue(FIRST_FOLDS)
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.n_folds.valueChanged.connect(self.slider.setValue)
        self.slider.valueChanged.connect(self.n_folds.setValue)
        self.n_folds.valueChanged.connect(self._draw)
        kinds = (
            (tr("Two ReLU"), tr("Each layer has two units of ReLU: 2 max(0, x) − 4 max(0, x − ½)")),
            (tr("One absolute"), tr("Each layer has one absolute unit: 1 − |2x − 1|, the same function")),
        )
        self.kind, self._kinds = choice_buttons(kinds, lambda _: self._draw(), self)
        self.network = QToolButton(self)
        self.network.setText(tr("As network"))
        self.network.setFont(font(11))
        self.network.setToolTip(tr("As network: display the deep network itself"))
        self.network.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.network.clicked.connect(self._ask_network)
        self.words = remark("", self)
        self.words.setWordWrap(True)
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self.plot = Plot(tr("Folded line"), (tr("x"), tr("f(x)")), self, values_at=self.values_at)
        self.plot.setToolTip(tr("The folded line, and one layer of as many units that follows it at first"))
        self.plot.fit(X_RANGE, Y_RANGE)
        self._deep, self._wide = (pg.PlotCurveItem(antialias=True) for _ in range(2))
        self.counts = Plot(
            tr("Pieces by number of folds"), (tr("folds k"), tr("pieces")), self, values_at=self.counts_at
        )
        self.counts.setToolTip(tr("Straight pieces: 2ᵏ by depth, at most 2k + 1 by width"))
        self.counts.set_logarithmic(x=False, y=True)
        k = np.arange(1, MOST_FOLDS + 1)
        self.counts.fit((0.5, MOST_FOLDS + 0.5), (0, np.log10(2.0**MOST_FOLDS) + 0.2))
        self._deep_counts = self.counts.plot(k, 2.0**k, symbol="o", symbolSize=5)
        self._wide_counts = self.counts.plot(k, 2.0 * k + 1, symbol="o", symbolSize=5)
        self._chosen = pg.InfiniteLine(angle=90)
        for plot, item in ((self.plot, self._wide), (self.plot, self._deep), (self.counts, self._chosen)):
            plot.addItem(item, ignoreBounds=True)
        self.deep_pieces: PiecewiseLinear | None = None
        self._lay_out()
        appearance.follow(self, self._restyle)
        self._restyle()
        self._draw()

    def _lay_out(self) -> None:
        controls = QWidget(self)
        controls.setFixedWidth(round(CONTROLS_PX * text_scale()))
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        first = QHBoxLayout()
        caption = remark(tr("Folds k"), self)
        caption.setBuddy(self.n_folds)
        first.addWidget(caption)
        first.addWidget(self.n_folds, 1)
        column.addLayout(first)
        column.addWidget(self.slider)
        self._kinds.setSpacing(3)
        self._kinds.setDirection(QBoxLayout.Direction.TopToBottom)
        column.addLayout(self._kinds)
        column.addWidget(self.network)
        column.addWidget(self.words)
        column.addStretch(1)
        for plot in (self.plot, self.counts):
            plot.setMinimumSize(PLOT_PX * text_scale())
        parts: list[tuple[QWidget, int]] = [(self.plot, 3), (self.counts, 2)]
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self._legend)
        right.addWidget(ResponsiveBox(parts, ROW_FROM_PX, PLOT_PX, self), 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(controls)
        layout.addLayout(right, 1)

    def _restyle(self) -> None:
        theme = appearance.theme
        # The wide one lies below the other, as far as it can follow. Qt strokes a line of more than one pixel
        # itself: seconds for 4,096 pieces.
        deep, wide = pg.mkPen(colour(theme.positive), width=1), pg.mkPen(colour(theme.negative), width=4)
        self._deep.setPen(deep)
        self._wide.setPen(wide)
        for curve, pen in ((self._deep_counts, deep), (self._wide_counts, wide)):
            curve.setPen(pg.mkPen(pen.color(), width=1.5))
            curve.setSymbolPen(None)
            curve.setSymbolBrush(pen.color())
        self._chosen.setPen(pg.mkPen(colour(theme.selection), width=1.2))
        names = ((theme.positive, tr("k layers")), (theme.negative, tr("one layer of 2k units")))
        self._legend.setText(legend((code, "━", text) for code, text in names))

    @property
    def k(self) -> int:
        """Folds: hidden layers."""
        return self.n_folds.value()

    def _deep_network(self) -> tuple[Architecture, np.ndarray]:
        return fold_network(self.k, absolute=self.kind.checkedId() == 1)

    def _wide_network(self) -> tuple[Architecture, np.ndarray]:
        """Return one layer of up to 2k units that joins as many corners of the folded line as it can."""
        n = min(2 * self.k, 2**self.k)
        return interpolating_network(np.arange(n + 1) / 2.0**self.k, np.arange(n + 1) % 2)

    def _draw(self) -> None:
        k = self.k
        self._chosen.setValue(k)
        # More folds than can be seen look like so many.
        seen = min(k, MOST_VISIBLE_FOLDS)
        corners = np.arange(2**seen + 1)
        self._deep.setData(corners / 2.0**seen, (corners % 2).astype(float))
        self.deep_pieces = linear_pieces(*self._deep_network(), *X_RANGE) if k <= MOST_VISIBLE_FOLDS else None
        n_pieces = 2**k if self.deep_pieces is None else len(self.deep_pieces)
        x = np.append(np.arange(min(2 * k, 2**k) + 1) / 2.0**k, 1.0)
        self._wide.setData(x, predict(*self._wide_network(), x[:, None])[:, 0])
        units = k if self.kind.checkedId() == 1 else 2 * k
        words = tr("{layers} with {units}: {deep} pieces. One layer of {wide} ReLU: at most {most}.")
        remark_of = fold_remark(k)
        told = words.format(
            layers=tr("%n layer(s)", k),
            units=tr("%n unit(s)", units),
            deep=grouped(n_pieces),
            wide=2 * k,
            most=grouped(2 * k + 1),
        )
        self.words.setText(f"{told} {remark_of}".strip())
        give_role(self.words, "warning" if remark_of else "muted")
        self.network.setEnabled(k <= MOST_VISIBLE_FOLDS)
        self.plot.update_cross()

    def _ask_network(self) -> None:
        self.network_asked.emit(*self._deep_network(), X_RANGE, Y_RANGE, tr("Folded line"))

    def values_at(self, x: float) -> Values:
        """Return both functions at an x."""
        at, theme = np.array([[x]]), appearance.theme
        deep, wide = (
            float(predict(*network, at)[0, 0]) for network in (self._deep_network(), self._wide_network())
        )
        return [
            (theme.muted, f"x = {figure(x)}"),
            (theme.positive, tr("k layers {value}").format(value=figure(deep))),
            (theme.negative, tr("one layer {value}").format(value=figure(wide))),
        ]

    def counts_at(self, x: float) -> Values:
        """Return the numbers of pieces of the nearest k."""
        k, theme = min(max(round(x), 1), MOST_FOLDS), appearance.theme
        return [
            (theme.muted, f"k = {k}"),
            (theme.positive, tr("{n} pieces by depth").format(n=grouped(2**k))),
            (theme.negative, tr("at most {n} by width").format(n=2 * k + 1)),
        ]

    def show_all(self) -> None:
        """Show all again in both plots."""
        self.plot.show_all()
        self.counts.show_all()

    def numbers(self) -> NumberTable:
        """Return the pieces by number of folds."""
        rows = [(k, 2 * k, 2**k, 2 * k + 1) for k in range(1, MOST_FOLDS + 1)]
        return (tr("folds"), tr("units"), tr("pieces by depth"), tr("most pieces by width")), rows
