"""Files and folders that are dragged into the window are opened as if they had been chosen in a dialog."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from nnstudio.studio.handlers import contained


@contained
class Drops(QObject):
    """Takes one local file or folder at a time.

    Parameters
    ----------
    widget : QWidget
        What they are dropped on.
    """

    dropped = Signal(Path)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept what is a file, and say which."""
        if isinstance(event, QDragEnterEvent | QDropEvent):
            paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
            if len(paths) == 1:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self.dropped.emit(Path(paths[0]))
                return True
        return super().eventFilter(watched, event)
