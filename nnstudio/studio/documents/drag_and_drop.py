"""Drag and drop: what is dropped on the window is opened or pasted."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from nnstudio.studio.documents.clipboard import can_take
from nnstudio.studio.painting.event_guard import contained


@contained
class DragAndDrop(QObject):
    """Takes files, folders, pictures and drawings.

    Parameters
    ----------
    widget : QWidget
        What they are dropped on.
    """

    dropped = Signal(object)
    """The QMimeData, which lives no longer than the slots that are called at once."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept what can be taken, and say what it is."""
        if isinstance(event, QDragEnterEvent | QDropEvent) and can_take(event.mimeData()):
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.dropped.emit(event.mimeData())
            return True
        return super().eventFilter(watched, event)
