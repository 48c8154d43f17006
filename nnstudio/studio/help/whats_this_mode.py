"""What-is-this mode: a click, or moving the focus, explains a thing instead of using it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QAction, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDockWidget,
    QHeaderView,
    QTabBar,
    QWidget,
)

from nnstudio.studio.help.help_card import HelpCard
from nnstudio.studio.help.panel_topics import OF_SETTINGS, TOPICS
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.setting_box import SettingBox
from nnstudio.studio.views.view import View


@contained
class WhatsThisMode(QWidget):
    """An overlay on the window: it takes the clicks, and shows a card for the widget below.

    Tab moves the focus through the controls as usual, and the card follows it. While the mode is off, the
    overlay is hidden and costs nothing. A dock widget is named like its panel.

    Parameters
    ----------
    window : QWidget
    action : QAction
        Is checked while the mode is on.
    input_widget : QWidget
        Explained first where nothing else has the focus.
    show_keys : callable
        Opens the list of keys.
    show_panel : callable (name) -> QWidget
        Brings a panel to the front and returns its widget.
    focus_panel : callable (name)
        Gives the focus to a panel.
    """

    def __init__(
        self,
        window: QWidget,
        action: QAction,
        input_widget: QWidget,
        *,
        show_keys: Callable[[], object],
        show_panel: Callable[[str], QWidget],
        focus_panel: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._window, self._action, self._input_widget = window, action, input_widget
        self._show_panel, self._focus_panel = show_panel, focus_panel
        self._hovered = self._asked = QRect()
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.card = HelpCard(window)
        self.card.dismissed.connect(self.end)
        self.card.keys_wanted.connect(show_keys)
        self.card.panel_wanted.connect(self._go_to_panel)
        self.hide()

    @property
    def is_on(self) -> bool:
        """Whether the mode is on."""
        return self.isVisible()

    def begin(self) -> None:
        """Turn the mode on, and explain the widget that has the focus."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self._window.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._follow_keys)
        focus = QApplication.focusWidget()
        self.explain(focus if focus is not None and self._covers(focus) else self._input_widget, None)
        self._action.setChecked(True)

    def toggle(self) -> None:
        """Turn the mode on or off."""
        if not self.end():
            self.begin()

    def end(self) -> bool:
        """Turn the mode off; return whether it was on."""
        self._action.setChecked(False)
        if not self.is_on:
            return False
        QApplication.instance().focusChanged.disconnect(self._follow_keys)
        self._window.removeEventFilter(self)
        has_focus = self.card.isAncestorOf(QApplication.focusWidget())
        self.card.hide()
        self.hide()
        if has_focus:
            self._input_widget.setFocus()
        return True

    def explain(self, widget: QWidget, position: QPoint | None) -> None:
        """Show the card for a widget, or for what is at a position in it."""
        thing, name, text = _own_explanation(widget, position)
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
            for dock in self._window.findChildren(QDockWidget):
                if dock.windowTitle() == title and dock.objectName() in TOPICS:
                    return dock.objectName()
        at: QWidget | None = widget
        while at is not None and at is not self._window:
            key = at.objectName()
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
        """Return the widget under the overlay."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        found = self._window.childAt(place)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        return found

    def _go_to_panel(self, name: str) -> None:
        widget = self._show_panel(name)

        def explain() -> None:
            if self.is_on:
                self.explain(widget, None)
                self._focus_panel(name)

        # The panel has its place after the layout has been updated.
        QTimer.singleShot(0, self, explain)

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self.end()
        return super().eventFilter(watched, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the widget that a click would explain."""
        widget = self._below(event.position().toPoint())
        box = QRect() if widget is None else self._box(_own_explanation(widget, None)[0])
        if box != self._hovered:
            self._hovered = box
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Explain the widget at this place."""
        place = event.position().toPoint()
        widget = self._below(place)
        if widget is not None:
            self.explain(widget, widget.mapFrom(self._window, place))

    def paintEvent(self, event: object) -> None:
        """Draw a frame around the widget explained, and a thin one around the one below the pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box, width in ((self._hovered, 1), (self._asked, 2)):
            if not box.isEmpty():
                painter.setPen(QPen(colour(appearance.theme.accent), width))
                painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 4, 4)


def _item_explanation(view: QAbstractItemView, place: QPoint) -> str:
    """Return the hover text of a list's or table's item, or of a row's or column's name."""
    role = Qt.ItemDataRole.ToolTipRole
    if isinstance(view, QHeaderView):
        return view.model().headerData(view.logicalIndexAt(place), view.orientation(), role) or ""
    return view.indexAt(place).data(role) or ""


def _own_explanation(widget: QWidget, position: QPoint | None) -> tuple[QWidget, str, str]:
    """Return the widget that explains a widget (itself or a parent), its name and its explanation."""
    at: QWidget | None = widget
    while at is not None and not isinstance(at, QDockWidget) and not at.isWindow():
        text = at.toolTip()
        if isinstance(at, QAbstractItemView) and position is not None:
            text = _item_explanation(at, at.viewport().mapFromGlobal(widget.mapToGlobal(position))) or text
            if text:
                return at, at.accessibleName(), text
        if isinstance(at, Picture):
            text = text if position is None else at.explain(widget.mapTo(at, position))
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
    return (at if isinstance(at, QDockWidget) else widget), "", ""
