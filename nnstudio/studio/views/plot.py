"""The plot that curves are drawn in: axes that zoom, move and fit, and a cross-hair; on pyqtgraph."""

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.views.navigation import Navigation, Range
from nnstudio.studio.views.view import show_hover_text

_PADDING = 0.02


@contained
class Plot(pg.PlotWidget):
    """Axes for curves, in the theme's colours.

    The wheel zooms, over an axis that axis alone; dragging moves; a double click, A or Home shows all. Arrow
    keys move, + and − zoom, with Alt the vertical axis alone.

    Parameters
    ----------
    name : str
        Accessible name.
    labels : tuple of str
        Of the horizontal and the vertical axis.
    explain : callable (QPoint) -> str
        Returns the hover text at a place of the plot.
    parent : QWidget, optional

    Notes
    -----
    Ranges are those of pyqtgraph: logarithms to base 10 where an axis is logarithmic. Automatic ranges are
    off: they cost milliseconds a frame.
    """

    moved = Signal()
    """The user moved or zoomed, or asked for all again."""

    pointed = Signal(object)
    """The pointer is at an abscissa (float, a logarithm where the axis is one), or has left (None)."""

    def __init__(
        self,
        name: str,
        labels: tuple[str, str],
        explain: Callable[[QPoint], str],
        parent: QWidget | None = None,
    ) -> None:
        axes = {side: _Axis(side) for side in ("bottom", "left")}
        super().__init__(parent, background=None, axisItems=axes)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._labels, self._explain = labels, explain
        item = self.getPlotItem()
        # Axes are not mirrored in right-to-left languages.
        item.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        item.hideButtons()
        item.setMenuEnabled(False)
        self.box: pg.ViewBox = item.getViewBox()
        self.navigation = Navigation(self.box, _PADDING)
        self.navigation.moved.connect(self.moved)
        self.fit, self.show_all = self.navigation.fit, self.navigation.show_all
        self._cross = pg.InfiniteLine(angle=90)
        self._cross.hide()
        self.addItem(self._cross, ignoreBounds=True)
        appearance.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Apply the theme and the text scale; pyqtgraph ignores the palette."""
        theme = appearance.theme
        self.setBackground(theme.panel)
        for side, label in zip(("bottom", "left"), self._labels, strict=True):
            axis = self.getAxis(side)
            axis.setPen(colour(theme.line))
            axis.setTextPen(colour(theme.muted))
            axis.setTickFont(text_font(11))
            axis.setLabel(label, **{"color": theme.muted, "font-size": f"{round(11 * text_scale())}px"})
            axis.setStyle(tickLength=-4)
            # A prefix would be computed from the logarithm.
            axis.enableAutoSIPrefix(False)
        self.getAxis("left").setWidth(round(52 * text_scale()))
        self.showGrid(x=False, y=True, alpha=0.12)
        self._cross.setPen(pg.mkPen(colour(theme.muted, 0.7), width=1, style=Qt.PenStyle.DotLine))

    # What is seen

    def set_logarithmic(self, *, x: bool, y: bool) -> None:
        """Make axes logarithmic, or not; `fit` has to be told the new ranges."""
        self.setLogMode(x, y)
        # pyqtgraph turns it on again.
        self.box.disableAutoRange()

    @property
    def is_logarithmic(self) -> tuple[bool, bool]:
        """Whether the horizontal and the vertical axis are."""
        return self.getAxis("bottom").logMode, self.getAxis("left").logMode

    @property
    def x_range(self) -> tuple[float, float]:
        """The abscissas at the left and the right end."""
        left, right = self.box.viewRange()[0]
        return left, right

    @property
    def is_fitted(self) -> bool:
        """Whether all is seen, as far as `fit` was told; else what the user chose."""
        return self.navigation.is_fitted

    def show_x(self, x: Range) -> None:
        """Show a part that was chosen in another plot of the same abscissas."""
        self.navigation.show_part(x)

    # Keys and pointer

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the plot, some of which are the window's elsewhere."""
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and self.navigation.claims(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, move or show all; see the class."""
        if not self.navigation.press(event):
            # pyqtgraph takes every key.
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag: pyqtgraph notes it, and leaves the event to the panel."""
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all."""
        self.show_all()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu to the panel."""
        event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the hover text, and let the cross-hair follow the pointer: pyqtgraph drops quick moves."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_hover_text(event, self._explain(event.pos()), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._point(None)
        elif event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point(event.position())
        return bool(super().viewportEvent(event))

    def _point(self, place: QPointF | None) -> None:
        x = None if place is None else self.x_at(place.toPoint())
        self._cross.setVisible(x is not None)
        if x is not None:
            self._cross.setValue(x)
        self.pointed.emit(x)

    def x_at(self, place: QPoint) -> float | None:
        """Return the abscissa at a place, None outside the axes."""
        if not self.box.sceneBoundingRect().contains(QPointF(place)):
            return None
        return float(self.box.mapSceneToView(QPointF(place)).x())

    @property
    def x_per_px(self) -> float:
        """Abscissas per pixel."""
        return float(self.box.viewPixelSize()[0])


class _Axis(pg.AxisItem):
    """An axis whose ticks, where it is logarithmic, are as many round numbers as there is room for."""

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, stdTicks: object
    ) -> list[tuple[float | None, list[float]]]:
        """Return the places of ticks, in one level: all are labelled."""
        room = (26 if self.orientation == "left" else 44) * text_scale()
        return [(None, _log_ticks(minVal, maxVal, max(int(size / room), 2)))]

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write the numbers of ticks."""
        return [f"{10.0**value:g}" if -5 < value < 6 else f"{10.0**value:.0e}" for value in values]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return logarithms of at most ``most`` round numbers between two logarithms."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for steps in (range(1, 10), (1, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
        numbers = [step * 10.0**decade for decade in decades for step in steps]
        ticks = [math.log10(number) for number in numbers]
        seen = [tick for tick in ticks if low <= tick <= high]
        # Close to one another at the end of a decade, however few there are.
        closest = min(np.diff(seen), default=math.inf)
        if len(seen) >= 2 and (high - low) / closest <= most:
            return seen
        if len(steps) == len(range(1, 10)) and len(seen) < 2:
            break
    else:
        apart = math.ceil((high - low) / most)
        return [float(decade) for decade in decades if decade % apart == 0 and low <= decade <= high]
    # Within less than a step: round numbers evenly apart.
    bottom, top = 10.0**low, 10.0**high
    step = 10.0 ** math.ceil(math.log10((top - bottom) / most))
    return [math.log10(k * step) for k in range(math.ceil(bottom / step), math.floor(top / step) + 1) if k]


def smoothed(x: np.ndarray, y: np.ndarray, share: float) -> np.ndarray:
    """Return the exponential moving average of a curve, without the pull of its beginning.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Abscissas, which rise, and ordinates.
    share : float
        Of the mean so far that is left after a thousandth of the curve's length, 0 ≤ share < 1; so curves of
        few points are hardly smoothed. 0 leaves the values.
    """
    if not share or len(y) < 2 or x[-1] <= x[0]:
        return y
    kept = share ** (1000 * np.diff(x, prepend=x[0]) / (x[-1] - x[0]))
    means = []
    total, weight = 0.0, 0.0
    for value, rest in zip(y.tolist(), kept.tolist(), strict=True):
        total, weight = rest * total + (1 - share) * value, rest * weight + (1 - share)
        means.append(total / weight)
    return np.array(means)
