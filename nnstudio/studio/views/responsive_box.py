"""A box layout that is a row in wide panels and a column in narrow ones."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from nnstudio.studio.painting.event_guard import contained


@contained
class ResponsiveBox(QWidget):
    """Lays widgets out in a row from a given width on, in a column below it.

    Parameters
    ----------
    widgets : list of (QWidget, int)
        Widgets with their stretch factors.
    row_from_px : int
        The smallest width of a row.
    smallest : QSize
        The minimum size, even where a row needs more.
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
        """Switch between row and column by the width."""
        direction = QBoxLayout.Direction
        wanted = direction.LeftToRight if self.width() >= self._row_from_px else direction.TopToBottom
        if wanted != self._layout.direction():
            self._layout.setDirection(wanted)
            self._layout.activate()
