"""Plot of the sums template · x of one class and of all others, with the threshold as a line to drag."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.insight.parts import TwoHistograms
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.plot import Plot, Values

_FILL = 0.25
"""Opacity of the area below a histogram."""


@contained
class SumsPlot(Plot):
    """Two histograms, and the threshold between them.

    Parameters
    ----------
    parent : QWidget, optional
    """

    grabbed = Signal()
    moved_to = Signal(float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Sums of the part"),
            (tr("template · x"), tr("samples (%)")),
            parent,
            values_at=self.values_at,
            is_among_others=True,
        )
        self.setMinimumSize(round(150 * text_scale()), round(96 * text_scale()))
        self.setToolTip(
            tr(
                "How much ink of a sample is where the template wants it, in the class and in all others.\n"
                "The unit fires to the right of the line: drag it. Training samples"
            )
        )
        self._histograms: TwoHistograms | None = None
        self._class_name = ""
        self._others = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0.0)
        self._of_class = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0.0)
        for curve in (self._others, self._of_class):
            self.addItem(curve, ignoreBounds=True)
        self._line = pg.InfiniteLine(angle=90, movable=True)
        self._line.setCursor(Qt.CursorShape.SizeHorCursor)
        self._line.sigDragged.connect(self._drag)
        self._line.sigPositionChangeFinished.connect(self._finish)
        self.addItem(self._line, ignoreBounds=True)
        self._is_dragged = False
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme = appearance.theme
        for curve, code in ((self._others, theme.negative), (self._of_class, theme.positive)):
            curve.setPen(pg.mkPen(colour(code), width=1))
            curve.setBrush(pg.mkBrush(colour(code, _FILL)))
        self._line.setPen(pg.mkPen(colour(theme.selection), width=2))
        self._line.setHoverPen(pg.mkPen(colour(theme.selection), width=4))

    def show_sums(self, histograms: TwoHistograms | None, class_name: str, hint: str = "") -> None:
        """Show histograms of the sums; None: none, and the hint says why."""
        self.show_hint(hint if histograms is None else "")
        self._line.setVisible(histograms is not None)
        self._class_name = class_name
        if histograms is self._histograms:
            return
        self._histograms = histograms
        if histograms is None:
            for curve in (self._others, self._of_class):
                curve.setData([0.0, 1.0], [0.0])
            return
        self._others.setData(histograms.edges, 100 * histograms.others)
        self._of_class.setData(histograms.edges, 100 * histograms.of_class)
        top = 100 * max(float(histograms.others.max()), float(histograms.of_class.max()), 0.01)
        self.fit((float(histograms.edges[0]), float(histograms.edges[-1])), (0.0, 1.08 * top))
        self.update_cross()

    def show_threshold(self, threshold: float) -> None:
        """Put the line at a threshold, unless it is being dragged."""
        if not self._line.moving:
            self._line.setValue(threshold)

    def _drag(self) -> None:
        if not self._is_dragged:
            self._is_dragged = True
            self.grabbed.emit()
        self.moved_to.emit(float(self._line.value()))

    def _finish(self) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self.released.emit()

    def values_at(self, x: float) -> Values:
        """Return the shares of the class and of the others above an abscissa."""
        found = self._histograms
        if found is None:
            return []
        theme = appearance.theme
        middles = (found.edges[1:] + found.edges[:-1]) / 2
        of_class, others = (100 * float(share[middles > x].sum()) for share in (found.of_class, found.others))
        return [
            (theme.muted, tr("above {x}").format(x=figure(x))),
            (theme.positive, tr("{share:.0f} % of {name}").format(share=of_class, name=self._class_name)),
            (theme.negative, tr("{share:.0f} % of all others").format(share=others)),
        ]

    def numbers(self) -> NumberTable:
        """Return the lower edge of each bin, and the share of either side in it, in percent."""
        names = (
            "template · x",
            tr("{name} (%)").format(name=self._class_name),
            tr("others (%)"),
        )
        if self._histograms is None:
            return names, []
        found = self._histograms
        rows = np.column_stack((found.edges[:-1], 100 * found.of_class, 100 * found.others))
        return names, rows.tolist()
