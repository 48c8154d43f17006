"""Plot of the error of numeric derivatives over the step size."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.engine.gradient_check import StepSweep
from nnstudio.insight.gradient_probe import STEPS
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font, text_font, text_scale
from nnstudio.studio.views.view import show_hover_text

LOWEST_ERROR = 1e-17
"""Plotted in place of an error of 0: below the resolution of a double."""


@contained
class SweepPlot(QWidget):
    """Relative error of central differences and of the complex step over the step size h, log-log."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Error of a numeric derivative by its step"))
        self._sweep = StepSweep(*(np.zeros(0) for _ in range(3)))
        self._plot = pg.PlotWidget(background=None)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.viewport().installEventFilter(self)
        self._item = self._plot.getPlotItem()
        self._item.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.setMouseEnabled(False, False)
        self._item.setLogMode(True, True)
        self._item.getViewBox().disableAutoRange()
        ends = np.log10(STEPS[[0, -1]])
        self._item.getViewBox().setRange(xRange=tuple(ends), yRange=(-17, 1), padding=0.02)
        self._central = self._item.plot([], [])
        self._complex = self._item.plot([], [])
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._legend)
        layout.addWidget(self._plot, 1)
        self.setMinimumSize(200, 110)
        self._restyle()
        appearance.changed.connect(self._restyle)

    def _restyle(self) -> None:
        """Apply the theme and the text scale; pyqtgraph ignores the palette."""
        theme = appearance.theme
        self._plot.setBackground(theme.panel)
        for side, label in (("bottom", tr("step h")), ("left", tr("relative error"))):
            axis = self._item.getAxis(side)
            axis.setPen(colour(theme.line))
            axis.setTextPen(colour(theme.muted))
            axis.setTickFont(text_font(11))
            axis.setLabel(label, **{"color": theme.muted, "font-size": f"{round(11 * text_scale())}px"})
            axis.setStyle(tickLength=-4)
            axis.enableAutoSIPrefix(False)
            apart = 3 if side == "bottom" else 6
            axis.setTicks([[(k, f"1e{k}") for k in range(-18, 3, apart)]])
        self._item.getAxis("left").setWidth(58)
        self._item.showGrid(x=False, y=True, alpha=0.12)
        self._central.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._complex.setPen(pg.mkPen(colour(theme.positive), width=2))
        words = ((theme.negative, tr("━ central difference")), (theme.positive, tr("━ complex step")))
        self._legend.setText(
            "&nbsp;&nbsp;&nbsp;".join(
                f'<span style="color: {code}">{text[0]}</span>{text[1:]}' for code, text in words
            )
        )

    def show_sweep(self, sweep: StepSweep) -> None:
        """Show the errors found so far."""
        if sweep is not self._sweep:
            self._sweep = sweep
            self._central.setData(sweep.h, np.maximum(sweep.central, LOWEST_ERROR))
            self._complex.setData(sweep.h, np.maximum(sweep.complex, LOWEST_ERROR))

    def explain(self, position: QPoint) -> str:
        """Return the hover text at the nearest step: both errors."""
        box = self._item.getViewBox()
        at = self._plot.mapFrom(self, position)
        if not len(self._sweep.h) or not box.sceneBoundingRect().contains(at):
            return ""
        k = int(np.abs(np.log10(self._sweep.h) - box.mapSceneToView(at).x()).argmin())
        return tr(
            "h = {h:.1e}: central difference {central:.1e}, complex step {complex:.1e}, relative to "
            "the derivative along a random direction"
        ).format(h=self._sweep.h[k], central=self._sweep.central[k], complex=self._sweep.complex[k])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the tooltip of the plot."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_hover_text(event, self.explain(self.mapFromGlobal(event.globalPos())), self._plot.viewport())
            return True
        return False
