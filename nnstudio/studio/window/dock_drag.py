"""Dragging a panel by its title or tab: where it would go is shown, and it goes there when let go.

Qt can do this too, but crashes when the layout changes while the button is down (6.11: a tab that is dragged
while its row is rebuilt, a layout that is restored), and on Wayland it cannot at all. Only public calls are
made here, and only at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.window.dock import Dock
from nnstudio.studio.window.dock_layout import Side

EDGE = 0.25
"""Share of a panel's width or height that means: beside it. The rest means: as a tab of it."""


@dataclass(frozen=True)
class Spot:
    """Where a panel would go: to a side of another, or ``side`` None for a tab of it."""

    target: Dock
    side: Side | None
    box: QRect
    """About the room that it would take in the dock area."""


@contained
class DockDrag(QWidget):
    """A panel that is dragged; as a widget, the place where it would go.

    Parameters
    ----------
    docks : mapping of str to Dock
        All panels by name.
    tabs_with : callable (dock) -> list of Dock
        Returns the other panels in a panel's row of tabs.
    put : callable (dock, target, side)
        Puts a panel to a side of another, or makes it a tab of it (None).
    dock_area : QWidget
        The panels and the mark of the place lie on it.
    """

    def __init__(
        self,
        docks: Mapping[str, Dock],
        tabs_with: Callable[[Dock], list[Dock]],
        put: Callable[[Dock, Dock, Side | None], None],
        dock_area: QWidget,
    ) -> None:
        super().__init__(dock_area)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._docks, self._tabs_with, self._put = docks, tabs_with, put
        self._dock_area = dock_area
        self._dock: Dock | None = None
        self._pressed = self._grip = QPoint()
        self._is_moving = False

    def press(self, dock: Dock, place: QPoint) -> None:
        """Take hold of a panel at a place on the screen."""
        self._dock, self._pressed, self._is_moving = dock, place, False
        self._grip = place - dock.pos()

    def move_to(self, place: QPoint) -> None:
        """Follow the pointer to a place on the screen."""
        dock = self._dock
        if dock is None:
            return
        far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        self._is_moving |= far
        if not self._is_moving:
            return
        if dock.isFloating():
            dock.move(place - self._grip)
        spot = self._spot(dock, place)
        self.setVisible(spot is not None)
        if spot is not None:
            self.setGeometry(spot.box)
            self.raise_()

    def release(self, place: QPoint) -> None:
        """Let go at a place on the screen."""
        dock, self._dock = self._dock, None
        self.hide()
        if dock is None or not self._is_moving:
            return
        spot = self._spot(dock, place)
        if spot is not None:
            self._put(dock, spot.target, spot.side)
        elif not self._is_over_dock_area(place) and not dock.isFloating():
            dock.setFloating(True)
            dock.move(place - QPoint(dock.width() // 2, 12))

    def _is_over_dock_area(self, place: QPoint) -> bool:
        return self._dock_area.rect().contains(self._dock_area.mapFromGlobal(place))

    def _spot(self, dock: Dock, place: QPoint) -> Spot | None:
        here = self._dock_area.mapFromGlobal(place)
        for under in self._docks.values():
            box = QRect(under.mapTo(self._dock_area, QPoint(0, 0)), under.size())
            if under.isFloating() or not under.is_in_front or not box.contains(here):
                continue
            side = _side(box, here)
            siblings = self._tabs_with(dock)
            if under is not dock and under not in siblings:
                return Spot(under, side, _part_of(box, side))
            # It is where it would go already, unless it leaves its tabs for a side of them.
            if side is None or not siblings or dock.isFloating():
                return None
            return Spot(siblings[0], side, _part_of(box, side))
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a veil over the place."""
        painter = QPainter(self)
        painter.setPen(colour(appearance.theme.accent))
        painter.setBrush(colour(appearance.theme.accent, 0.2))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def _side(box: QRect, here: QPoint) -> Side | None:
    """Return the side of a box that a point within it is close to, if it is to any."""
    x = (here.x() - box.left()) / max(box.width(), 1)
    y = (here.y() - box.top()) / max(box.height(), 1)
    near = {Side.LEFT: x, Side.RIGHT: 1 - x, Side.TOP: y, Side.BOTTOM: 1 - y}
    side = min(near, key=near.__getitem__)
    return side if near[side] < EDGE else None


def _part_of(box: QRect, side: Side | None) -> QRect:
    half_width, half_height = box.width() // 2, box.height() // 2
    return {
        None: box,
        Side.LEFT: box.adjusted(0, 0, -half_width, 0),
        Side.RIGHT: box.adjusted(half_width, 0, 0, 0),
        Side.TOP: box.adjusted(0, 0, 0, -half_height),
        Side.BOTTOM: box.adjusted(0, half_height, 0, 0),
    }[side]
