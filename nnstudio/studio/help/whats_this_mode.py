"""The mode in which a click, or the keys, ask what something is instead of doing what it does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTabBar,
    QWidget,
)

from nnstudio.studio.help.help_card import HelpCard
from nnstudio.studio.help.panel_topics import OF_SETTINGS, TOPICS
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.views.setting_box import SettingBox
from nnstudio.studio.views.view import View
from nnstudio.studio.window.dock import Dock

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow


@contained
class WhatsThisMode(QWidget):
    """A pane of glass over the window: it takes the clicks, and shows a card for what lies below.

    The keys go on through the controls as ever, and the card follows them. While the mode is off, the glass
    is hidden and costs nothing.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._hovered = self._asked = QRect()
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.card = HelpCard(window)
        self.card.dismissed.connect(self.end)
        self.card.keys_wanted.connect(window.commands.keys)
        self.card.panel_wanted.connect(self._go_to_panel)
        self.hide()

    @property
    def is_on(self) -> bool:
        """Whether clicks ask."""
        return self.isVisible()

    def begin(self) -> None:
        """Ask from now on; what has the keys is explained at once."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self._window.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._follow_keys)
        focus = QApplication.focusWidget()
        self.explain(focus if focus is not None and self._covers(focus) else self._window.input.canvas, None)
        self._window.actions_by_name["what-is-this"].setChecked(True)

    def end(self) -> None:
        """Let clicks do what they do."""
        self._window.actions_by_name["what-is-this"].setChecked(False)
        if not self.is_on:
            return
        QApplication.instance().focusChanged.disconnect(self._follow_keys)
        self._window.removeEventFilter(self)
        has_keys = self.card.isAncestorOf(QApplication.focusWidget())
        self.card.hide()
        self.hide()
        if has_keys:
            self._window.input.canvas.setFocus()

    def explain(self, widget: QWidget, position: QPoint | None) -> None:
        """Show the card for a widget, or for what is at a position in it."""
        thing, name, text = _own_words(widget, position)
        key = self._topic_of(widget, position)
        self._asked = self._box(thing)
        self.card.show_thing(name, text, key, self._asked)
        # From what was asked about, Tab leads to the card's links, and on to where it led before; from a
        # panel that floats, no order leads here.
        if self._covers(widget):
            QWidget.setTabOrder(widget, self.card.label)
            QWidget.setTabOrder(self.card.label, self.card.done)
        self.update()

    def _topic_of(self, widget: QWidget, position: QPoint | None) -> str | None:
        if isinstance(widget, QTabBar) and position is not None:
            title = widget.tabText(widget.tabAt(position))
            for dock in self._window.dock_area.docks.values():
                if dock.windowTitle() == title and dock.panel.name in TOPICS:
                    return dock.panel.name
        at: QWidget | None = widget
        while at is not None and at is not self._window:
            key = at.panel.name if isinstance(at, Dock) else at.objectName()
            if isinstance(at, SettingBox):
                key = OF_SETTINGS.get(at.setting.key, "")
            if key in TOPICS:
                return key
            at = at.parentWidget()
        return None

    def _follow_keys(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._covers(now) and not self.card.isAncestorOf(now):
            self.explain(now, None)

    def _covers(self, widget: QWidget) -> bool:
        return widget.window() is self._window

    def _box(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._window, QPoint()), widget.size())

    def _below(self, place: QPoint) -> QWidget | None:
        """Return what is under the glass."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        found = self._window.childAt(place)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        return found

    def _go_to_panel(self, name: str) -> None:
        self._window.show_panel(name)
        dock = self._window.dock_area.docks[name]

        def explain() -> None:
            if self.is_on:
                self.explain(dock.panel.widget, None)
                dock.focus()

        # The panel takes its place when the layout has been made anew.
        QTimer.singleShot(0, self, explain)

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window whatever size it has."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self.end()
        return super().eventFilter(watched, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what a click would ask about."""
        widget = self._below(event.position().toPoint())
        box = QRect() if widget is None else self._box(_own_words(widget, None)[0])
        if box != self._hovered:
            self._hovered = box
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Explain what is there."""
        place = event.position().toPoint()
        widget = self._below(place)
        if widget is not None:
            self.explain(widget, widget.mapFrom(self._window, place))

    def paintEvent(self, event: object) -> None:
        """Draw a frame around what is explained, and a thin one around what could be."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box, width in ((self._hovered, 1), (self._asked, 2)):
            if not box.isEmpty():
                painter.setPen(QPen(colour(appearance.theme.accent), width))
                painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 4, 4)


def _own_words(widget: QWidget, position: QPoint | None) -> tuple[QWidget, str, str]:
    """Return the thing that a widget is or belongs to, its name, and what it says of itself."""
    at: QWidget | None = widget
    while at is not None and not isinstance(at, Dock) and not at.isWindow():
        text = at.toolTip()
        if isinstance(at, QAbstractItemView) and not isinstance(at, QHeaderView):
            if position is not None:
                place = at.viewport().mapFromGlobal(widget.mapToGlobal(position))
                text = at.indexAt(place).data(Qt.ItemDataRole.ToolTipRole) or text
            return at, at.accessibleName(), text
        if isinstance(at, View):
            if position is not None:
                place = QPointF(at.mapFrom(widget, position)) / text_scale()
                text = at.explain(place.toPoint()) or text
            return at, at.accessibleName(), text
        if text:
            name = at.accessibleName() or (at.text() if isinstance(at, QAbstractButton) else "")
            # A tooltip begins with the name of its control.
            return at, name, text.removeprefix(f"{name}: ")
        at = at.parentWidget()
    return (at if isinstance(at, Dock) else widget), "", ""
