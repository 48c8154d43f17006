"""Keys of buttons and lists beside the window's own: Space is always the window's."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox

from nnstudio.studio.painting.event_guard import contained


def press_focused(event: QKeyEvent) -> bool:
    """Press the button that has the focus, or open the list, where a key event is Return or Enter.

    Space, which does so elsewhere, trains the network. Call it with keys that the control did not take.

    Returns
    -------
    bool
        Whether something was pressed.
    """
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.isAutoRepeat():
        return False
    control = QApplication.focusWidget()
    if isinstance(control, QAbstractButton):
        control.click()
    elif isinstance(control, QComboBox) and not control.isEditable():
        control.showPopup()
    else:
        return False
    return True


@contained
class ListFocus(QObject):
    """Tells when a list box was used: its list was open and is closed, and the box has the focus.

    Parameters
    ----------
    boxes : list of QComboBox
    parent : QObject
    """

    used = Signal()

    def __init__(self, boxes: list[QComboBox], parent: QObject) -> None:
        super().__init__(parent)
        self._open: QComboBox | None = None
        for box in boxes:
            box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note when a list opens, and when the focus comes back from it."""
        if isinstance(event, QFocusEvent) and isinstance(watched, QComboBox):
            if event.type() == QEvent.Type.FocusOut:
                # The box's menu is a popup as well.
                self._open = watched if watched.view().isVisible() else None
            elif event.type() == QEvent.Type.FocusIn:
                was_open, self._open = self._open, None
                if was_open is watched and event.reason() == Qt.FocusReason.PopupFocusReason:
                    self.used.emit()
        return False
