"""A unit of one input: its activation over that input, and the straight line w x + b below."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.insight.activation_curve import activation_curve, values_of
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values

HEIGHT_PX = 230
DIGITS = 4


class OverInputSection(Section):
    """a = σ(w x + b) over x, and w x + b below, with the input marked on both."""

    title = translatable("Over its input")
    hint = translatable(
        "Above, the neuron's activation for every input x; below, the straight line w x + b that goes into\n"
        "it. The weight makes the line steep, the bias moves it; where it crosses 0, the curve turns."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self.plot, self.line_plot = (
            Plot(tr(name), labels, self, values_at=self.values_at, is_among_others=True)
            for name, labels in (
                (translatable("Activation over the input"), ("", tr("activation a"))),
                (translatable("Weighted sum over the input"), ("x", "w x + b")),
            )
        )
        self.figure = self.plot
        self.plot.moved.connect(lambda: self.line_plot.show_x(self.plot.x_range))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._zeros, self.curves, self.points = [], [], []
        for plot in (self.plot, self.line_plot):
            plot.setToolTip(tr(self.hint))
            zero = pg.InfiniteLine(pos=0, angle=0)
            plot.addItem(zero, ignoreBounds=True)
            self._zeros.append(zero)
            self.curves.append(plot.plot([], []))
            self.points.append(plot.plot([], [], pen=None, symbol="o", symbolSize=9, useCache=False))
            layout.addWidget(plot, 1)
        self._recolour()

    def restyle(self) -> None:
        """Draw in the new colours."""
        self._recolour()
        super().restyle()

    def _recolour(self) -> None:
        theme = appearance.theme
        codes = (theme.positive, theme.muted)
        for zero, curve, point, code in zip(self._zeros, self.curves, self.points, codes, strict=True):
            zero.setPen(pg.mkPen(colour(theme.line), width=1))
            curve.setPen(pg.mkPen(colour(code), width=2))
            point.setSymbolPen(None)
            point.setSymbolBrush(colour(theme.selection))

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit of the network's one input, and has a curve."""
        if subject.unit is None or subject.unit[0] or subject.is_softmax:
            return False
        return subject.input_space.n_features == 1 and bool(np.isfinite([subject.w[0], subject.b]).all())

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of both plots."""
        return HEIGHT_PX

    def draw(self, subject: Subject) -> None:
        """Show a unit."""
        w, b = float(subject.w[0]), subject.b
        low, high = (float(ends[0]) for ends in (subject.input_space.lows, subject.input_space.highs))
        ends = np.array([low, high])
        x, z = ends, b + w * ends
        a = values_of(subject.activation, z)
        if z[0] != z[1]:
            # Corners and jumps of the activation are among its points.
            found = activation_curve(subject.activation, *np.sort(z).tolist())
            x, a = (found.z - b) / w, found.a
        self.curves[0].setData(x, a)
        self.curves[1].setData(ends, z)
        at = [] if subject.x is None else [float(subject.x[0])]
        values = (at and [subject.a], at and [subject.z])
        for point, value in zip(self.points, values, strict=True):
            point.setData(at, value)
        reach = round_up(max(float(np.abs(z).max()), 1e-6))
        self.line_plot.set_label("bottom", subject.input_space.names[0])
        self.plot.fit((low, high), (min(float(a.min()), 0.0), max(float(a.max()), 1.0)))
        self.line_plot.fit((low, high), (-reach, reach))
        for plot in (self.plot, self.line_plot):
            plot.update_cross()

    def values_at(self, x: float) -> Values:
        """Return sum and activation at an input."""
        subject, theme = self.subject, appearance.theme
        if subject is None or not self.concerns(subject):
            return []
        z = subject.b + float(subject.w[0]) * x
        a = float(values_of(subject.activation, np.array([z]))[0])
        return [
            (theme.muted, f"{subject.input_space.names[0]} {plain(x, 2)}"),
            (theme.muted, f"w x + b {plain(z, DIGITS)}"),
            (theme.text, f"a {plain(a, DIGITS)}"),
        ]
