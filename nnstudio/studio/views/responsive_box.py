"""Widgets beside each other where there is width, one above the other where there is not."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from nnstudio.studio.painting.event_guard import contained


@contained
class ResponsiveBox(QWidget):
    """Lays widgets out in a row from a certain width on, and in a column below it.

    Parameters
    ----------
    widgets : list of (QWidget, int)
        With their stretch factors.
    row_from_px : int
        The width from which there is a row.
    smallest : QSize
        The box may be as small as this, whatever a row would need.
    """

    def __init__(
        self, widgets: list[tuple[QWidget, int]], row_from_px: int, smallest: QSize, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._row_from_px = row_from_px
        self.setMinimumSize(smallest)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        for widget, stretch in widgets:
            self._layout.addWidget(widget, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where the width asks for it."""
        direction = QBoxLayout.Direction
        wanted = direction.LeftToRight if self.width() >= self._row_from_px else direction.TopToBottom
        if wanted != self._layout.direction():
            self._layout.setDirection(wanted)
            self._layout.activate()
