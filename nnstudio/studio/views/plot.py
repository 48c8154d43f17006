"""The plot that curves are drawn in: axes that zoom, move and fit, and a cross-hair; on pyqtgraph."""

from collections.abc import Callable, Iterable
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractSlider, QGraphicsView, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font, text_font, text_scale
from nnstudio.studio.views import item_changes  # noqa: F401 - guards the items made here
from nnstudio.studio.views.axis import Axis
from nnstudio.studio.views.figure_events import FigureEvents
from nnstudio.studio.views.navigation import Navigation, Range, key_of
from nnstudio.studio.views.view import ARROWS

_IN_FRONT = 10
"""Above the curves, which come later."""

_PADDING = 0.02
_OVERHANG_PX = 12
"""The numbers at the ends of an axis may reach so far beyond it."""
_ABOVE_PX = 5
"""Half of the number at the upper end, which is not at the very end."""

_BEHIND_HINT = 0.3
"""Opacity of axes and curves."""

_WIDE_HINT_PX = 260
"""With so much room beside the axes, a hint leaves their numbers free."""

_NUMBERS_PX, _LABEL_PX = 40, 12
"""Of the width of a vertical axis: its numbers, and its label where it has one."""

AXIS_TIP = translatable("The wheel zooms this axis alone here.")

_SIDES = ("bottom", "left", "right")

Act = Callable[[], object]

ActionOf = Callable[[Qt.Key, Qt.KeyboardModifier], Act | None]
"""Returns what a key does; None where it is none of the plot's own."""

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
    action_of : ActionOf, optional
        Its keys are taken before the window's shortcuts; the keypad's modifier is left out.
    is_among_others : bool
        Whether it is one of many things that are scrolled: the wheel zooms only after a click.
    pan_modifiers : Qt.KeyboardModifier
        To be held with the arrow keys to move.

    Notes
    -----
    Ranges are those of pyqtgraph: logarithms to base 10 where an axis is logarithmic. Automatic ranges are
    off: they cost milliseconds a frame.
    """

    _events = FigureEvents(is_among_others=False)
    """Of a plot that is still being made, or is being deleted: events come then too."""

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
        action_of: ActionOf | None = None,
        is_among_others: bool = False,
        pan_modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self._events = FigureEvents(is_among_others=is_among_others)
        self._sides = dict(zip(_SIDES, labels, strict=False))
        axes = {side: Axis(side) for side in self._sides}
        # The panel's menu is used; pyqtgraph's cost a millisecond at every start.
        super().__init__(parent, background=None, axisItems=axes, enableMenu=False)
        # pyqtgraph keeps the plain background as a picture, which figures of lines would hold.
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._explain, self._values_at, self._own_action = explain, values_at, action_of
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
        self._hint_room = QVBoxLayout(self.viewport())
        self._hint_room.addWidget(self._hint)
        # Another range lies under a pointer that rests.
        self.box.sigRangeChanged.connect(self.update_cross)
        appearance.follow(self, self.restyle)
        self.restyle()

    def sizeHint(self) -> QSize:
        """Ask for the least height: Qt asks for the last one, which a panel could then never give up."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

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
            numbers, label = (round(px * text_scale()) for px in (_NUMBERS_PX, _LABEL_PX))
            axis.set_room(*((numbers + label, label) if self._sides[side] else (numbers, 0)))

    def set_label(self, side: str, text: str) -> None:
        """Write another label at an axis; none leaves its room to the curves."""
        if text != self._sides[side]:
            self._sides[side] = text
            self.style_axis(side, appearance.theme.muted)

    def show_hint(self, text: str) -> None:
        """Write in the middle why there is nothing to see; an empty text writes nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        # In a narrow plot the words reach over the numbers of the axes.
        self.getPlotItem().setOpacity(_BEHIND_HINT if text else 1.0)
        if text:
            beside = round(self.getAxis("left").width())
            is_wide = self.viewport().width() > _WIDE_HINT_PX * text_scale() + beside
            margins = (beside, 0, 0, round(self.getAxis("bottom").height()))
            self._hint_room.setContentsMargins(*(margins if is_wide else (0, 0, 0, 0)))

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
        """Handle keys, the menu and the focus; see the class."""
        return self._events.take(self, event) or bool(super().event(event))

    def viewportEvent(self, event: QEvent) -> bool:
        """Handle the pointer and the wheel; see the class."""
        return self._events.take_of_viewport(self, event, super().viewportEvent)

    def claims(self, event: QKeyEvent) -> bool:
        """Return whether a key is one of the plot's own, or moves the slider."""
        return self._act_by(event) is not None

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key of the plot's own does, or move the slider."""
        act = self._act_by(event)
        if act is not None:
            act()
        return act is not None

    def _act_by(self, event: QKeyEvent) -> Act | None:
        key, modifiers = key_of(event)
        act = None if self._own_action is None else self._own_action(key, modifiers)
        line = self.slider_line
        if act is None and line is not None and line.isVisible():
            right, down = ARROWS.get(key, (0, 0))
            if (right or down) and modifiers == Qt.KeyboardModifier.ShiftModifier:
                return lambda: line.step(right - down)
        return act

    def click(self, place: QPoint) -> None:
        """Leave the curves as they are."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all, by the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.show_all()

    def hover_text(self, place: QPoint) -> str:
        """Return the hover text at a place, none where values are shown: it would cover the curves."""
        text = "" if self._explain is None else self._explain(place)
        if not text and not self._readout.isVisible():
            is_in = self.is_within_axes(QPointF(place))
            text = "\n".join(filter(None, (self.toolTip(), self.navigation.tip if is_in else tr(AXIS_TIP))))
        return text

    def point(self, place: QPoint | None) -> None:
        """Let the cross-hair follow the pointer."""
        self._pointer = place
        self.update_cross()

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
        position = QPointF(place)
        return self.place_at(position)[0] if self.is_within_axes(position) else None

    def is_within_axes(self, position: QPointF) -> bool:
        """Return whether a position in the plot is where curves are, not at an axis."""
        return bool(self.box.sceneBoundingRect().contains(position))

    def place_at(self, position: QPointF) -> tuple[float, float]:
        """Return the abscissa and the ordinate at a position in the plot."""
        place = self.box.mapSceneToView(position)
        return place.x(), place.y()

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
        appearance.follow(slider, self._restyle)
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


def legend(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return rich text of a legend: each entry's colour, its sign in that colour, and its name."""
    return "&nbsp;&nbsp; ".join(
        f'<span style="color: {code}">{sign}</span> {escape(text)}' for code, sign, text in entries
    )
