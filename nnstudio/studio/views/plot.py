"""The plot that curves are drawn in: axes that zoom, move and fit, and a cross-hair; on pyqtgraph."""

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QGraphicsView, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import with_exponent
from nnstudio.studio.painting.theme import appearance, colour, font, text_font, text_scale
from nnstudio.studio.views import item_changes  # noqa: F401 - guards the items made here
from nnstudio.studio.views.navigation import Navigation, Range, key_of
from nnstudio.studio.views.view import ARROWS, show_hover_text

_IN_FRONT = 10
"""Above the curves, which come later."""

_PADDING = 0.02
_OVERHANG_PX = 12
"""The numbers at the ends of an axis may reach so far beyond it."""
_ABOVE_PX = 5
"""Half of the number at the upper end, which is not at the very end."""


_LABELLED_PX, _NUMBERS_PX = 52, 36
"""Widths of a vertical axis with a label, and without one."""

HOW_TO_MOVE = translatable(
    "The wheel zooms, over an axis that axis alone; dragging moves; A or a double click shows all."
)

_FINE_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""Between numbers at axes, where there is room for few."""

_SIDES = ("bottom", "left", "right")

Values = list[tuple[str, str]]
"""Colours, as ``#rrggbb``, and the texts written in them."""


@contained
class Plot(pg.PlotWidget):
    """Axes for curves, in the theme's colours.

    The wheel zooms, over an axis that axis alone; dragging moves; a double click, A or Home shows all. Arrow
    keys move, + and − zoom, with Alt the vertical axis alone. Dragging the line of a slider moves the slider,
    and so do Shift and the arrow keys.

    Parameters
    ----------
    name : str
        Accessible name.
    labels : tuple of str
        Of the horizontal axis, the left one, and the right one where there is one.
    parent : QWidget, optional
    explain : callable (QPoint) -> str, optional
        Returns the hover text at a place of the plot; where it is empty, that is the tooltip, unless values
        are shown at the cross-hair.
    values_at : callable (float) -> Values, optional
        Returns what is written beside the cross-hair at an abscissa; without one nothing is.
    is_among_others : bool
        Whether it is one of many things that are scrolled: the wheel zooms only after a click.
    pan_modifiers : Qt.KeyboardModifier
        To be held with the arrow keys to move.

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
        labels: tuple[str, ...],
        parent: QWidget | None = None,
        *,
        explain: Callable[[QPoint], str] | None = None,
        values_at: Callable[[float], Values] | None = None,
        is_among_others: bool = False,
        pan_modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self._sides = dict(zip(_SIDES, labels, strict=False))
        axes = {side: _Axis(side) for side in self._sides}
        # The panel's menu is used; pyqtgraph's cost a millisecond at every start.
        super().__init__(parent, background=None, axisItems=axes, enableMenu=False)
        # pyqtgraph keeps the plain background as a picture, which figures of lines would hold.
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._explain, self._values_at, self._is_among_others = explain, values_at, is_among_others
        item = self.getPlotItem()
        # Axes are not mirrored in right-to-left languages.
        item.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        item.hideButtons()
        self.box: pg.ViewBox = item.getViewBox()
        self.navigation = Navigation(self.box, _PADDING, pan_modifiers)
        self.navigation.moved.connect(self.moved)
        self.fit, self.show_all = self.navigation.fit, self.navigation.show_all
        self._cross = pg.InfiniteLine(angle=90)
        self._cross.setZValue(_IN_FRONT)
        self._cross.hide()
        self._readout = pg.TextItem()
        self._readout.setZValue(_IN_FRONT)
        self._readout.hide()
        self.addItem(self._cross, ignoreBounds=True)
        self.addItem(self._readout, ignoreBounds=True)
        self._pointer: QPoint | None = None
        self.slider_line: SliderLine | None = None
        self._hint = QLabel(self.viewport())
        self._hint.setFont(font(12))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "muted")
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._hint.hide()
        QVBoxLayout(self.viewport()).addWidget(self._hint)
        # Another range lies under a pointer that rests.
        self.box.sigRangeChanged.connect(self.update_cross)
        appearance.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Apply the theme and the text scale; pyqtgraph ignores the palette."""
        theme = appearance.theme
        self.setBackground(theme.panel)
        scale = text_scale()
        margins = (0, round(_ABOVE_PX * scale), round(_OVERHANG_PX * scale), 0)
        self.getPlotItem().layout.setContentsMargins(*margins)
        for side in self._sides:
            self.style_axis(side, theme.muted)
        self.showGrid(x=False, y=True, alpha=0.12)
        self._cross.setPen(pg.mkPen(colour(theme.muted, 0.7), width=1, style=Qt.PenStyle.DotLine))
        self._readout.fill = pg.mkBrush(colour(theme.control, 0.9))
        self._readout.border = pg.mkPen(colour(theme.line))
        self._readout.setFont(text_font(11))
        self.update_cross()

    def style_axis(self, side: str, code: str) -> None:
        """Write the numbers and the label of an axis, "bottom", "left" or "right", in a colour."""
        axis = self.getAxis(side)
        axis.setPen(colour(appearance.theme.line))
        axis.setStyle(hideOverlappingLabels=round(_OVERHANG_PX * text_scale()))
        axis.setTextPen(colour(code))
        axis.setTickFont(text_font(11))
        axis.setLabel(self._sides[side], **{"color": code, "font-size": f"{round(11 * text_scale())}px"})
        if side != "bottom":
            axis.setWidth(round((_LABELLED_PX if self._sides[side] else _NUMBERS_PX) * text_scale()))

    def set_label(self, side: str, text: str) -> None:
        """Write another label at an axis; none leaves its room to the curves."""
        if text != self._sides[side]:
            self._sides[side] = text
            self.style_axis(side, appearance.theme.muted)

    def show_hint(self, text: str) -> None:
        """Write in the middle why there is nothing to see; an empty text writes nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def add_slider_line(self, slider: QAbstractSlider) -> None:
        """Show a line that is dragged instead of a slider, whose range is the abscissas 0 … 100."""
        self.slider_line = SliderLine(slider)
        self.addItem(self.slider_line, ignoreBounds=True)

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
        if is_key and (self.navigation.claims(event) or self._moves_slider(event)):
            event.accept()
            return True
        return bool(super().event(event))

    def _moves_slider(self, event: QKeyEvent) -> bool:
        key, modifiers = key_of(event)
        has_line = self.slider_line is not None and self.slider_line.isVisible()
        return has_line and modifiers == Qt.KeyboardModifier.ShiftModifier and key in ARROWS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, move, show all or move the slider; see the class."""
        if self._moves_slider(event):
            right, down = ARROWS[key_of(event)[0]]
            self.slider_line.step(right - down)
        elif not self.navigation.press(event):
            # pyqtgraph takes every key.
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, or leave the event to what scrolls."""
        # The window need not be the one that has the keys.
        if self._is_among_others and self.window().focusWidget() is not self:
            event.ignore()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag: pyqtgraph notes it, and leaves the event to the panel."""
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all, by the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.show_all()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu to the panel."""
        event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the hover text, and let the cross-hair follow the pointer: pyqtgraph drops quick moves."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = "" if self._explain is None else self._explain(event.pos())
            if not text and not self._readout.isVisible():
                # Beside the values under the cross-hair it would only cover the curves.
                text = "\n".join(filter(None, (self.toolTip(), tr(HOW_TO_MOVE))))
            show_hover_text(event, text, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._pointer = None
            self.update_cross()
        elif event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._pointer = event.position().toPoint()
            self.update_cross()
        return bool(super().viewportEvent(event))

    def update_cross(self) -> None:
        """Show what is under the pointer: the pointer, the range or the curves have changed."""
        x = None if self._pointer is None else self.x_at(self._pointer)
        if x is None and not self._cross.isVisible():
            return
        self.show_cross(x)
        lines = [] if x is None or self._values_at is None else self._values_at(self.value_of(x))
        self._readout.setVisible(bool(lines))
        if lines:
            self._readout.setHtml(
                "<br>".join(f'<span style="color: {code}">{escape(text)}</span>' for code, text in lines)
            )
            left, right = self.x_range
            room, width = self.box.width(), self._readout.boundingRect().width()
            at = (x - left) / (right - left) * room
            # To the side where there is more room, and within the axes.
            start = max(min(at if at < room / 2 else at - width, room - width), 0.0)
            self._readout.setAnchor(((at - start) / width, 0))
            self._readout.setPos(x, self.box.viewRange()[1][1])
        self.pointed.emit(x)

    def show_cross(self, x: float | None) -> None:
        """Show the cross-hair at an abscissa of the axis, or none."""
        self._cross.setVisible(x is not None)
        if x is not None:
            self._cross.setValue(x)

    def x_at(self, place: QPoint) -> float | None:
        """Return the abscissa at a place, None outside the axes."""
        if not self.box.sceneBoundingRect().contains(QPointF(place)):
            return None
        return float(self.box.mapSceneToView(QPointF(place)).x())

    def value_of(self, x: float) -> float:
        """Return the number at an abscissa of the axis, which is its logarithm where the axis is one."""
        return float(10.0 ** min(x, 300.0)) if self.is_logarithmic[0] else x

    @property
    def x_per_px(self) -> float:
        """Abscissas per pixel."""
        return float(self.box.viewPixelSize()[0])


class SliderLine(pg.InfiniteLine):
    """A vertical line that is dragged instead of a slider, whose range is the abscissas 0 … 100.

    Parameters
    ----------
    slider : QAbstractSlider
        Is pressed while the line is dragged. Where it is moved otherwise, the line has to be told.
    """

    def __init__(self, slider: QAbstractSlider) -> None:
        super().__init__(angle=90, movable=True, bounds=(0.0, 100.0))
        self._slider = slider
        self.addMarker("v", 0.97, 11)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.sigDragged.connect(self._drag)
        self.sigPositionChangeFinished.connect(lambda: slider.setSliderDown(False))
        appearance.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        chosen = colour(appearance.theme.selection)
        self.setPen(pg.mkPen(chosen, width=1, style=Qt.PenStyle.DashLine))
        self.setHoverPen(pg.mkPen(chosen, width=3))

    def _drag(self) -> None:
        slider = self._slider
        slider.setSliderDown(True)
        low, high = slider.minimum(), slider.maximum()
        slider.setValue(round(low + self.value() / 100 * (high - low)))
        # The slider has steps, and may refuse.
        self.setValue(100 * (slider.value() - low) / (high - low))

    def step(self, direction: int) -> None:
        """Move the slider by a single step, up (1) or down (−1)."""
        action = QAbstractSlider.SliderAction
        self._slider.triggerAction(
            action.SliderSingleStepAdd if direction > 0 else action.SliderSingleStepSub
        )


class _Axis(pg.AxisItem):
    """An axis whose ticks are as many round numbers as there is room for."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        # A prefix would be computed from the logarithm. pyqtgraph computes one even here, except at first.
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=-4)

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
        return [f"{10.0**value:g}" if -3.5 < value < 5 else with_exponent(10.0**value) for value in values]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write the numbers of ticks, all as precisely; small ones would run into the label."""
        if self.logMode:
            return self.logTickStrings(values, scale, spacing)
        written = super().tickStrings(values, scale, spacing)
        return [
            with_exponent(value * scale)
            if 1e-12 * spacing < abs(value) < 1e-3 / scale
            else text.replace("-", "−")
            for value, text in zip(values, written, strict=True)
        ]


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


def legend(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return rich text of a legend: each entry's colour, its sign in that colour, and its name."""
    return "&nbsp;&nbsp; ".join(
        f'<span style="color: {code}">{sign}</span> {escape(text)}' for code, sign, text in entries
    )


def round_up(value: float, steps: Sequence[float] = (1, 1.5, 2, 3, 4, 5, 7, 10)) -> float:
    """Return the next round number at or above a positive one: ends of axes that grow in steps.

    ``steps`` are what is round in a decade, from 1 to 10.
    """
    scale = 10.0 ** math.floor(math.log10(value))
    # Where the quotient is rounded, it may be a little above all.
    return scale * next((step for step in steps if scale * step >= value), steps[-1])


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
