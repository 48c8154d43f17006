"""A ring round what a step of a lesson points at, and the place of the lesson in the window."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.panel import Panel
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.network.scene import UnitAddress
from nnstudio.studio.views.network.view import NetworkView
from nnstudio.studio.window.dock_area import DockArea

PERIOD_MS = 120
"""How often the ring follows what it is round."""

MARGIN = 3
WIDTH = 3.0


@contained
class Ring(QWidget):
    """A ring over the window, which swallows no click and takes no focus.

    Parameters
    ----------
    window : QWidget
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def stand_round(self, place: QRect | None) -> None:
        """Be round a part of the window, or nowhere."""
        if place is None or place.isEmpty():
            self.hide()
            return
        room = self.parentWidget().rect()
        wanted = place.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).intersected(room)
        if wanted != self.geometry():
            self.setGeometry(wanted)
        if self.isHidden():
            self.show()
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a light line within a dark one: it is seen on any ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(WIDTH, WIDTH, -WIDTH, -WIDTH)
        for code, width in ((appearance.theme.window, WIDTH + 2), (appearance.theme.selection, WIDTH)):
            painter.setPen(QPen(colour(code), width))
            painter.drawRoundedRect(box, 7, 7)


class LessonRing(QObject):
    """Brings forward what a step shows, and keeps a ring round what it points at.

    Parameters
    ----------
    services : Services
    dock_area : DockArea
    panels : mapping of str to Panel
    parts : mapping of str to QWidget
        Parts of the window that are no panels, by the names of `lessons.places.PARTS`.
    window : QWidget
    """

    def __init__(
        self,
        services: Services,
        dock_area: DockArea,
        panels: Mapping[str, Panel],
        parts: Mapping[str, QWidget],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services, self._guide = services, services.session.lesson_guide
        self._dock_area, self._panels, self._parts, self._window = dock_area, panels, parts, window
        self.ring = Ring(window)
        self._brought: tuple[str, ...] = ()
        """Panels that the step brought forward."""
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self._follow)
        self._guide.step_began.connect(self._begin)
        self._guide.changed.connect(self._end)
        services.closing.connect(self._timer.stop)

    def _begin(self) -> None:
        """Bring panels forward, and begin to follow what the step points at."""
        lesson = self._dock_area.docks["lesson"]
        if lesson in self._dock_area.tabs_with(self._dock_area.docks["input"]) or not lesson.is_in_front:
            self._services.show_panel("lesson")
        for name in set(self._brought) - {*self._guide.panels}:
            self._put_behind(name)
        self._brought = self._guide.panels
        for name in self._guide.panels:
            self._services.show_panel(name)
        look = self._guide.step.look
        first = look.split(" ")[0]
        if first in self._panels:
            self._services.show_panel(first)
        elif look and first not in self._parts:
            self._services.show_panel("network")
        if not lesson.is_in_front:
            self._services.show_panel("lesson")
        if look:
            self._timer.start()
        else:
            self._timer.stop()
            self.ring.stand_round(None)

    def _put_behind(self, name: str) -> None:
        """Bring what is usually there to the front of a panel that another step brought forward."""
        dock = self._dock_area.docks[name]
        others = self._dock_area.tabs_with(dock)
        if dock.is_in_front and others:
            docks = list(self._dock_area.docks.values())
            first = min([dock, *others], key=docks.index)
            if first is not dock:
                self._services.show_panel(first.panel.name)

    def _end(self) -> None:
        if self._guide.lesson is None:
            self._timer.stop()
            self.ring.stand_round(None)
            self._brought = ()

    def _follow(self) -> None:
        if self._guide.lesson is not None:
            self.ring.stand_round(self.place_of(self._guide.step.look))

    def place_of(self, look: str) -> QRect | None:
        """Return where in the window that is which a step points at; None where it cannot be seen."""
        first, *rest = look.split(" ")
        if first in self._parts:
            return self._place_of_widget(self._parts[first])
        # "input 0" is a node of the network.
        if first in self._panels and not (rest and rest[0].isdigit()):
            dock = self._dock_area.docks[first]
            if not rest:
                return self._place_of_widget(dock)
            found = self._panels[first].widget.findChild(QWidget, rest[0])
            return None if found is None else self._place_of_widget(found)
        return self._place_in_network(first, [int(number) for number in rest])

    def _place_of_widget(self, widget: QWidget) -> QRect | None:
        if not widget.isVisible() or widget.window() is not self._window:
            return None
        return QRect(widget.mapTo(self._window, QPoint(0, 0)), widget.size())

    def _place_in_network(self, kind: str, numbers: list[int]) -> QRect | None:
        view = self._panels["network"].widget
        assert isinstance(view, NetworkView)
        if view.scene is None or not view.isVisible():
            return None
        box: QRectF | None = None
        if kind == "unit":
            box = view.cell_of(UnitAddress(numbers[0], numbers[1]))
        elif kind == "input":
            nodes = view.scene.input_nodes(view.placed())
            box = nodes[numbers[0]] if numbers[0] < len(nodes) else view.placed().input_box
        else:
            layer, unit, *source = numbers
            place = Parameter(layer, unit, source[0] if source else None)
            box = next((each.box for each in view.number_boxes() if each.place == place), None)
        if box is None:
            return None
        scale = text_scale()
        corner = view.mapTo(self._window, QPoint(0, 0))
        return QRectF(box.topLeft() * scale, box.size() * scale).toRect().translated(corner)

    def missing(self) -> str:
        """Say what the step points at that is not there; empty where all is well."""
        look = self._guide.step.look if self._guide.lesson is not None else ""
        if not look or self.place_of(look) is not None:
            return ""
        return tr("This step points at “{look}”, which cannot be seen now.").format(look=look)
