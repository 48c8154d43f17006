"""The unit's activation as a curve, with its weighted sum, activation and slope on it."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.insight.activation_curve import NoCurveError, activation_curve, values_of
from nnstudio.insight.linear_map import slopes_of
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values

HEIGHT_PX, SENTENCE_PX = 160, 48
REACH = 6.0
"""The curve is shown at least so far to both sides of 0."""
FARTHEST = 1e6
DIGITS = 4


class CurveSection(Section):
    """σ over z, with a point at the unit's z and a, and the tangent there."""

    title = translatable("Its curve")
    hint = translatable(
        "The neuron's activation a for every weighted sum z. The point is where the neuron is now; the line\n"
        "through it has the slope of the curve there, by which every gradient is multiplied."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self._drawn: tuple[str, float] | None = None
        self.plot = Plot(
            tr("Activation curve"),
            (tr("weighted sum z"), tr("activation a")),
            self,
            values_at=self.values_at,
            is_among_others=True,
        )
        self.plot.setToolTip(tr(self.hint))
        self.figure = self.plot
        self._axes = [pg.InfiniteLine(pos=0, angle=angle) for angle in (0, 90)]
        for axis in self._axes:
            self.plot.addItem(axis, ignoreBounds=True)
        self.curve = self.plot.plot([], [])
        self.tangent = self.plot.plot([], [])
        self.point = self.plot.plot([], [], pen=None, symbol="o", symbolSize=9, useCache=False)
        self.numbers = remark("", self, ShortLabel)
        self.numbers.setToolTip(tr("The weighted sum, the activation, and the slope of the curve there"))
        self.sentence = remark("", self)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.numbers)
        layout.addWidget(self.sentence, 1)
        self._recolour()

    def restyle(self) -> None:
        """Draw in the new colours."""
        self._recolour()
        super().restyle()

    def _recolour(self) -> None:
        theme = appearance.theme
        for axis in self._axes:
            axis.setPen(pg.mkPen(colour(theme.line), width=1))
        self.curve.setPen(pg.mkPen(colour(theme.positive), width=2))
        self.tangent.setPen(pg.mkPen(colour(theme.selection), width=1, style=Qt.PenStyle.DashLine))
        self.point.setSymbolPen(None)
        self.point.setSymbolBrush(colour(theme.selection))

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of plot and line, or of the sentence that there is no curve."""
        return SENTENCE_PX if subject.is_softmax else HEIGHT_PX

    def draw(self, subject: Subject) -> None:
        """Show a unit's curve."""
        for widget in (self.plot, self.numbers):
            widget.setVisible(not subject.is_softmax)
        self.sentence.setVisible(subject.is_softmax)
        z = subject.z
        is_marked = z is not None and abs(z) <= FARTHEST
        reach = round_up(abs(z)) if is_marked and abs(z) > REACH else REACH
        try:
            self._draw_curve(subject.activation, reach)
        except NoCurveError as error:
            self.sentence.setText(f"{error} {tr('See its table below.')}")
            return
        if is_marked:
            at = np.array([z], np.float64)
            a, slope = (
                float(values_of(subject.activation, at)[0]),
                float(slopes_of(subject.activation, at)[0]),
            )
            run = reach / (4 * math.hypot(1, slope))
            self.point.setData(at, [a])
            self.tangent.setData([z - run, z + run], [a - run * slope, a + run * slope])
            text = tr("z = {z} · a = {a} · slope {slope}").format(
                z=plain(z, DIGITS), a=plain(a, DIGITS), slope=plain(slope, DIGITS)
            )
        else:
            self.point.setData([], [])
            self.tangent.setData([], [])
            text = tr("With an input, the neuron's place on it is marked.")
        if text != self.numbers.text():
            self.numbers.setText(text)
            self.setAccessibleDescription(text)
        self.plot.update_cross()

    def _draw_curve(self, activation: str, reach: float) -> None:
        """Draw an activation from −reach to reach, where it is not drawn."""
        if (activation, reach) == self._drawn:
            return
        found = activation_curve(activation, -reach, reach)
        self.curve.setData(found.z, found.a)
        if self._drawn is None or self._drawn[0] != activation:
            self.plot.show_all()
        self._drawn = (activation, reach)
        self.plot.fit((-reach, reach), (min(float(found.a.min()), 0.0), max(float(found.a.max()), 1.0)))

    def values_at(self, z: float) -> Values:
        """Return activation and slope at a weighted sum."""
        if self._drawn is None:
            return []
        at, theme = np.array([z]), appearance.theme
        a, slope = (float(read(self._drawn[0], at)[0]) for read in (values_of, slopes_of))
        return [
            (theme.muted, f"z {plain(z, 2)}"),
            (theme.text, f"a {plain(a, DIGITS)}"),
            (theme.selection, tr("slope {slope}").format(slope=plain(slope, DIGITS))),
        ]
