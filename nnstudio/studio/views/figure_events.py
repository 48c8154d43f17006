"""What pointer, wheel and keys do on every figure of pyqtgraph: plots, and pictures of numbers."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.views.navigation import Navigation
from nnstudio.studio.views.view import BY_KEY

REACH_PX = 5
"""So far the pointer may move while it rests, or between press and release of a click; else it is a drag."""


class Figure(Protocol):
    """A graphics view whose events are handled here."""

    navigation: Navigation
    viewport: Callable[[], QWidget]
    window: Callable[[], QWidget]
    hasFocus: Callable[[], bool]

    def hover_text(self, place: QPoint) -> str:
        """Return the hover text at a place."""

    def claims(self, event: QKeyEvent) -> bool:
        """Return whether a key is the figure's own although the window may have it elsewhere."""

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key, and return whether it was one for that."""

    def point(self, place: QPoint | None) -> None:
        """Note where the pointer is, or that it has left: pyqtgraph drops quick moves."""

    def click(self, place: QPoint) -> None:
        """Act on a click of the left button."""


class FigureEvents:
    """Handles the events of a figure that are the same for all of them.

    Keys that neither the figure nor its navigation takes, and the context menu, are left to the panel. Hover
    texts last while the pointer rests. A frame shows focus by keyboard.

    Parameters
    ----------
    is_among_others : bool
        Whether the figure is one of many things that are scrolled: the wheel zooms only after a click.

    Notes
    -----
    It keeps no reference to the figure, which refers to it: the two would keep each other alive.
    """

    def __init__(self, *, is_among_others: bool) -> None:
        self._is_among_others = is_among_others
        self._told = ""
        """The hover text that is shown."""
        self._pressed_at: QPoint | None = None
        self._shows_focus = False

    def take(self, figure: Figure, event: QEvent) -> bool:
        """Handle an event of the figure itself; return whether pyqtgraph is not to handle it too."""
        kind = event.type()
        if isinstance(event, QContextMenuEvent):
            event.ignore()
            return True
        if isinstance(event, QFocusEvent):
            self._shows_focus = kind == QEvent.Type.FocusIn and event.reason() in BY_KEY
            figure.viewport().update()
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.ShortcutOverride:
            if figure.navigation.claims(event) or figure.claims(event):
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            # pyqtgraph takes every key.
            event.setAccepted(figure.press(event) or figure.navigation.press(event))
            return event.isAccepted() or event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return False

    def take_of_viewport(self, figure: Figure, event: QEvent, handle: Callable[[QEvent], bool]) -> bool:
        """Handle an event of the figure's viewport, or let pyqtgraph ``handle`` it; return whether it is."""
        kind = event.type()
        if isinstance(event, QContextMenuEvent):
            event.ignore()
            return True
        if isinstance(event, QHelpEvent) and kind == QEvent.Type.ToolTip:
            self._told = figure.hover_text(event.pos())
            around = QRect(0, 0, 2 * REACH_PX, 2 * REACH_PX)
            around.moveCenter(event.pos())
            QToolTip.showText(event.globalPos(), self._told, figure.viewport(), around)
            return True
        # The window need not be the one that has the keys.
        is_chosen = not self._is_among_others or figure.window().focusWidget() is figure
        if kind == QEvent.Type.Wheel and not is_chosen:
            event.ignore()
            return True
        if kind == QEvent.Type.Leave:
            figure.point(None)
        elif isinstance(event, QMouseEvent) and kind == QEvent.Type.MouseMove:
            figure.point(event.position().toPoint())
            if self._told and figure.hover_text(event.position().toPoint()) != self._told:
                self._told = ""
                QToolTip.hideText()
        handled = handle(event)
        if isinstance(event, QMouseEvent) and kind in _BUTTONS:
            # pyqtgraph only takes note of them, and would leave them to the panel.
            event.accept()
            self._note_button(figure, event)
        elif kind == QEvent.Type.Paint and self._shows_focus and figure.hasFocus():
            painter = QPainter(figure.viewport())
            painter.setPen(colour(appearance.theme.accent))
            painter.drawRect(painter.viewport().adjusted(0, 0, -1, -1))
        return bool(handled)

    def _note_button(self, figure: Figure, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place, start = event.position().toPoint(), self._pressed_at
        self._pressed_at = place if event.type() == QEvent.Type.MouseButtonPress else None
        if self._pressed_at is None and start is not None and (place - start).manhattanLength() < REACH_PX:
            figure.click(place)


_BUTTONS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease)
