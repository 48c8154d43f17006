"""The widget of a panel whose work in the background ends by Esc."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from nnstudio.studio.painting.event_guard import contained


@contained
class CancelBox(QWidget):
    """Has Esc cancel what is under way in it; where nothing is, the key is the window's.

    Parameters
    ----------
    is_busy : callable
    cancel : callable
    parent : QWidget
    """

    def __init__(self, is_busy: Callable[[], bool], cancel: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._is_busy, self._cancel = is_busy, cancel

    def event(self, event: QEvent) -> bool:
        """Claim Esc before the window's shortcuts while there is something to cancel."""
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.key() == Qt.Key.Key_Escape and self._is_busy():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cancel by Esc."""
        if event.key() == Qt.Key.Key_Escape and self._is_busy():
            self._cancel()
        else:
            super().keyPressEvent(event)
