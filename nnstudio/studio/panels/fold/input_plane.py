"""The plane of the inputs in the panel Fold: the lines of the first layer's units are dragged here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGraphicsItem, QWidget

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.fold.line_tool import LineTool
from nnstudio.studio.panels.fold.plane import HANDLE_PX, LINE_REACH_PX, FoldPlane, PointGroup
from nnstudio.studio.session.session import Session
from nnstudio.studio.views.plot import ActionOf

HANDLES = (0.12, 0.88)
"""Where a line is held to be turned, as shares of what is seen of it."""

MOVE_STEP, TURN_STEP = 1 / 50, np.radians(2.5)
"""Of a key: a share of the plane, and an angle."""


@dataclass(frozen=True)
class Hold:
    """Where a line is held.

    Attributes
    ----------
    unit : int
        Whose line it is.
    handle : int or None
        One of the two by which it is turned; None: it is moved.
    """

    unit: int
    handle: int | None


@contained
class InputPlane(FoldPlane):
    """Shows the plane as it comes in, and moves and turns the lines z = 0 of the first layer's units.

    Parameters
    ----------
    name : str
    session : Session
    action_of, explain, parent
        As of the base.

    Attributes
    ----------
    tool : LineTool
    """

    def __init__(
        self,
        name: str,
        session: Session,
        action_of: ActionOf,
        explain: Callable[[QPoint], str],
        parent: QWidget,
    ) -> None:
        self._unit_lines: dict[int, np.ndarray] = {}
        self._axes: tuple[int, ...] = ()
        self._thin = pg.PlotCurveItem(antialias=True, connect="pairs", skipFiniteCheck=True)
        self._bold = pg.PlotCurveItem(antialias=True, connect="pairs", skipFiniteCheck=True)
        self._handles = pg.ScatterPlotItem(pxMode=True)
        super().__init__(name, action_of, explain, parent)
        self._session, self.tool = session, LineTool(session)
        self._held: Hold | None = None
        self._pressed_at = self._pivot = np.zeros(2)
        for item in (self._thin, self._bold, self._handles):
            self.place_item(item, 2)

    def set_groups(self, groups: Sequence[PointGroup]) -> None:
        """Set which points are drawn alike; Qt keeps their picture, since they stay where they are."""
        super().set_groups(groups)
        for dots in self.dots:
            dots.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def recolour(self) -> None:
        """Take on the theme's colours."""
        super().recolour()
        theme, scale = appearance.theme, text_scale()
        self._thin.setPen(pg.mkPen(colour(theme.muted, 0.7), width=scale))
        self._bold.setPen(pg.mkPen(colour(theme.selection), width=2 * scale))
        self._handles.setBrush(pg.mkBrush(colour(theme.panel)))
        self._handles.setPen(pg.mkPen(colour(theme.selection), width=2 * scale))
        self._handles.setSize(round(HANDLE_PX * scale))

    def show_unit_lines(self, lines: dict[int, np.ndarray], axes: tuple[int, ...]) -> None:
        """Show the units' lines (2, 2), those of the axes with handles."""
        self._unit_lines, self._axes = lines, axes
        nothing = np.empty((0, 2, 2))
        for curve, is_bold in ((self._thin, False), (self._bold, True)):
            ends = [line for unit, line in lines.items() if (unit in axes) == is_bold]
            curve.setData(*np.reshape(ends or nothing, (-1, 2)).T)
        handles = self._places_of_handles()
        self._handles.setVisible(len(handles) > 0)
        if len(handles):
            self._handles.setData(*handles.T)

    @property
    def _turned(self) -> list[int]:
        return [unit for unit in self._axes if unit in self._unit_lines]

    def _places_of_handles(self) -> np.ndarray:
        """Return where the handles are, (2 units, 2)."""
        ends = [self._unit_lines[unit] for unit in self._turned]
        places = [line[0] + share * (line[1] - line[0]) for line in ends for share in HANDLES]
        return np.reshape(places, (-1, 2))

    def hold_at(self, position: QPointF) -> Hold | None:
        """Return which line is at a place of the plot: handles before lines."""
        handle = self.nearest(self._places_of_handles(), position)
        if handle is not None:
            return Hold(self._turned[handle // 2], handle % 2)
        if not self._unit_lines or not self.is_within_axes(position):
            return None
        units, ends = list(self._unit_lines), np.stack(list(self._unit_lines.values())) / self.px
        along, to_place = ends[:, 1] - ends[:, 0], self.at(position) / self.px - ends[:, 0]
        share = np.clip((along * to_place).sum(axis=1) / np.square(along).sum(axis=1), 0, 1)
        apart = np.hypot(*(to_place - share[:, None] * along).T)
        nearest = int(apart.argmin())
        return Hold(units[nearest], None) if apart[nearest] <= LINE_REACH_PX * text_scale() else None

    # The pointer

    def viewportEvent(self, event: QEvent) -> bool:
        """Show that a line under the pointer can be dragged."""
        handled = super().viewportEvent(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and not event.buttons():
            is_held = self.hold_at(event.position()) is not None
            self.viewport().setCursor(Qt.CursorShape.SizeAllCursor if is_held else Qt.CursorShape.ArrowCursor)
        return handled

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag a line; else a drag of the view."""
        hold = self.hold_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if hold is not None and self.begin(hold, self.at(event.position())):
            event.accept()
        else:
            super().mousePressEvent(event)

    def begin(self, hold: Hold, at: np.ndarray) -> bool:
        """Begin a gesture at a point of the plane; return whether there is one."""
        if not self.tool.begin(hold.unit):
            return False
        self._held, self._pressed_at = hold, at
        self._pivot = np.zeros(2)
        if hold.handle is not None and self._session.network.architecture.has_biases:
            line = self._unit_lines[hold.unit]
            self._pivot = line[0] + HANDLES[1 - hold.handle] * (line[1] - line[0])
        return True

    def drag_to(self, at: np.ndarray) -> None:
        """Move or turn the line that is held; without biases all lines go through 0, and turn."""
        if self._held is not None:
            has_biases = self._session.network.architecture.has_biases
            if self._held.handle is None and has_biases:
                self.tool.move(at - self._pressed_at)
            else:
                self.tool.turn(self._pivot, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the line that was pressed."""
        if self._held is None:
            super().mouseMoveEvent(event)
        else:
            self.drag_to(self.at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if self._held is None:
            super().mouseReleaseEvent(event)
        else:
            self._held = None
            self.tool.finish()
            event.accept()

    # Keys

    def step_line(self, unit: int, right: int, down: int, *, turns: bool) -> None:
        """Move or turn the line of a unit by one step of the keys."""
        line = self._unit_lines.get(unit)
        if line is None:
            return
        middle = line.mean(axis=0)
        if self.begin(Hold(unit, 0 if turns else None), middle):
            (left, far), (bottom, top) = self.box.viewRange()
            by = np.array((right * (far - left), -down * (top - bottom))) * MOVE_STEP
            if turns:
                self._pivot = middle if self._session.network.architecture.has_biases else np.zeros(2)
                along, angle = line[1] - line[0], -right * TURN_STEP
                turned = np.array(
                    (
                        along[0] * np.cos(angle) - along[1] * np.sin(angle),
                        along[0] * np.sin(angle) + along[1] * np.cos(angle),
                    )
                )
                self.drag_to(self._pivot + turned)
            else:
                self.drag_to(middle + by)
            self._held = None
            self.tool.finish(key=("line", unit))
