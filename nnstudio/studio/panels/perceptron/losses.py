"""Two losses over one weight: J, stairs that no gradient sees, and the perceptron's own criterion."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.insight.perceptron_slice import PerceptronSlice, perceptron_slice
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, font, give_role, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.perceptron.samples import MOST_INPUTS
from nnstudio.studio.panels.perceptron.words import number, weight_name
from nnstudio.studio.session.perceptron import Perceptron, PerceptronSamples
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values
from nnstudio.studio.views.responsive_box import ResponsiveBox
from nnstudio.studio.views.weight_row import WeightRow

PLOT_PX = QSize(150, 100)
ROW_FROM_PX = 420


class LossesPage(QWidget):
    """Shows both losses over a chosen weight, which is dragged in either plot.

    Parameters
    ----------
    perceptron : Perceptron
    parent : QWidget
    """

    def __init__(self, perceptron: Perceptron, parent: QWidget) -> None:
        super().__init__(parent)
        self._perceptron = perceptron
        self._space: InputSpace | None = None
        self._shown: PerceptronSamples | None = None
        self._limit = 0.0
        self.slice: PerceptronSlice | None = None
        self.which = QComboBox(self)
        self.which.setFont(font(11))
        self.which.setAccessibleName(tr("Weight on the axis"))
        self.which.setToolTip(tr("The weight, or the bias, that changes; the others stay"))
        self.which.activated.connect(self._choose)
        self.weight = WeightRow("", tr("Drag or type it, and the network follows"), self)
        self.weight.caption.hide()
        self.weight.grabbed.connect(perceptron.begin_drag)
        self.weight.moved.connect(lambda value: perceptron.drag(self._coordinate, value))
        self.weight.released.connect(lambda: perceptron.finish_drag(self._coordinate))
        self.weight.typed.connect(lambda value: perceptron.type(self._coordinate, value))
        self.loss = Plot(
            tr("J over a weight"), ("", "J"), self, values_at=self._loss_at, is_among_others=True
        )
        self.loss.setToolTip(
            tr("J, the mean of ½(t − y)²: flat but for its steps, so no gradient helps. Drag the line")
        )
        self.criterion = Plot(
            tr("Perceptron criterion over a weight"),
            ("", tr("criterion")),
            self,
            values_at=self._criterion_at,
            is_among_others=True,
        )
        self.criterion.setToolTip(
            tr("The mean of (y − t) z: how far sums are on the wrong side: the rule descends it. Drag")
        )
        self._stairs = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center")
        self._bends = pg.PlotCurveItem(antialias=True)
        self._marks = []
        for plot, curve in ((self.loss, self._stairs), (self.criterion, self._bends)):
            plot.setMinimumSize(PLOT_PX * text_scale())
            plot.addItem(curve, ignoreBounds=True)
            mark = pg.InfiniteLine(angle=90, movable=True)
            mark.setCursor(Qt.CursorShape.SizeHorCursor)
            mark.sigDragged.connect(self._drag)
            mark.sigPositionChangeFinished.connect(self._finish_drag)
            plot.addItem(mark, ignoreBounds=True)
            self._marks.append(mark)
        self.words = QLabel("", self)
        self.words.setFont(font(11))
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        give_role(self.words, "muted")
        self._is_dragged = False
        self._lay_out()
        appearance.follow(self, self._restyle)
        self._restyle()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.which)
        row.addWidget(self.weight, 1)
        layout.addLayout(row)
        layout.addWidget(self.words)
        plots = [(self.loss, 1), (self.criterion, 1)]
        layout.addWidget(ResponsiveBox(plots, ROW_FROM_PX, PLOT_PX, self), 1)

    def _restyle(self) -> None:
        theme = appearance.theme
        self._stairs.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._bends.setPen(pg.mkPen(colour(theme.positive), width=2))
        for mark in self._marks:
            mark.setPen(pg.mkPen(colour(theme.selection), width=2))
            mark.setHoverPen(pg.mkPen(colour(theme.selection), width=4))

    @property
    def _coordinate(self) -> int:
        return max(self.which.currentData() or 0, 0)

    def _choose(self, _: int) -> None:
        self._limit = 0.0
        self.show_state()

    def _drag(self, mark: pg.InfiniteLine) -> None:
        if not self._is_dragged:
            self._is_dragged = True
            self._perceptron.begin_drag()
        self._perceptron.drag(self._coordinate, float(np.clip(mark.value(), -self._limit, self._limit)))

    def _finish_drag(self, _: pg.InfiniteLine) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self._perceptron.finish_drag(self._coordinate)

    # What is shown

    def show_samples(self, space: InputSpace, samples: PerceptronSamples) -> None:
        """Show the losses on what is learned from."""
        if samples is self._shown and space == self._space:
            return
        if space != self._space:
            n = space.n_features
            self.which.clear()
            # Of very many weights the bias alone is offered.
            for k in (*range(n if n <= MOST_INPUTS else 0), n):
                self.which.addItem(weight_name(space, k), k)
        self._space, self._shown, self._limit = space, samples, 0.0
        self.show_state()

    def show_state(self) -> None:
        """Draw both losses around the weights as they are."""
        perceptron, samples = self._perceptron, self._shown
        if samples is None or perceptron.samples is not samples:
            return
        k, weights = self._coordinate, perceptron.weights
        if k >= len(weights):
            return
        value = float(weights[k])
        if not self._limit or (abs(value) > self._limit and not self._is_dragged):
            self._limit = round_up(max(2 * abs(value), 1.5 * float(np.abs(weights).max()), 1.0))
        low, high = -self._limit, self._limit
        self.slice = found = perceptron_slice(samples.points, samples.targets, weights, k, low, high)
        self._stairs.setData(found.edges, found.loss)
        self._bends.setData(found.edges, found.criterion)
        for plot, values in ((self.loss, found.loss), (self.criterion, found.criterion)):
            plot.set_label("bottom", self.which.currentText())
            plot.fit((low, high), (0.0, 1.08 * max(float(values.max()), 1e-3)))
            plot.update_cross()
        for mark in self._marks:
            if not mark.moving:
                mark.setValue(value)
        name = self.which.currentText()
        if not self.weight.is_held:
            self.weight.show_value(name, value, self._limit)
            for control in (self.weight.slider, self.weight.number):
                control.setAccessibleName(name)
        self.words.setText(
            tr("{name} = {value}: J = {loss}, flat there; criterion {criterion}. {n:,} samples.").format(
                name=name,
                value=number(value),
                loss=number(found.loss_at(value)),
                criterion=figure(found.criterion_at(value)),
                n=len(samples.x),
            )
        )

    def _loss_at(self, x: float) -> Values:
        return self._values_at(x, "J", None if self.slice is None else self.slice.loss_at)

    def _criterion_at(self, x: float) -> Values:
        return self._values_at(x, tr("criterion"), None if self.slice is None else self.slice.criterion_at)

    def _values_at(self, x: float, name: str, function: Callable[[float], float] | None) -> Values:
        if function is None:
            return []
        theme = appearance.theme
        return [
            (theme.muted, f"{self.which.currentText()} = {figure(x)}"),
            (theme.text, f"{name} = {number(function(x))}"),
        ]

    def numbers(self) -> NumberTable:
        """Return where samples change sides, with J just above and the criterion there."""
        names = (self.which.currentText(), "J", tr("criterion"))
        if self.slice is None:
            return names, []
        found = self.slice
        columns = (
            found.edges.tolist(),
            [*found.loss.tolist(), float(found.loss[-1])],
            found.criterion.tolist(),
        )
        return names, list(zip(*columns, strict=True))

    def show_all(self) -> None:
        """Show all again in both plots."""
        self.loss.show_all()
        self.criterion.show_all()
