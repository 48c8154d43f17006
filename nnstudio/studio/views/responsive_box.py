"""A box layout that is a row in wide panels and a column in narrow ones."""

from PySide6.QtCore import QEvent, QSize
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
        The smallest width of a row; it may need more.
    smallest : QSize
        The minimum size, even where a row needs more; a column is as high as its widgets need at least.
    """

    def __init__(
        self, widgets: list[tuple[QWidget, int]], row_from_px: int, smallest: QSize, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._row_from_px, self._smallest = row_from_px, smallest
        self.setMinimumSize(smallest)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self._widgets = [widget for widget, _ in widgets]
        for widget, stretch in widgets:
            self._layout.addWidget(widget, stretch)

    def event(self, event: QEvent) -> bool:
        """Ask for other room when a widget is shown or hidden."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return bool(handled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Switch between row and column by the width."""
        self._arrange()

    def _arrange(self) -> None:
        direction = QBoxLayout.Direction
        needed = sum(
            widget.minimumSizeHint().expandedTo(widget.minimumSize()).width() for widget in self._widgets
        )
        needed += self._layout.spacing() * (len(self._widgets) - 1)
        is_row = self.width() >= max(self._row_from_px, needed)
        wanted = direction.LeftToRight if is_row else direction.TopToBottom
        if wanted != self._layout.direction():
            self._layout.setDirection(wanted)
            self._layout.activate()
        lowest = 0 if is_row else self._layout.minimumSize().height()
        self.setMinimumHeight(max(lowest, self._smallest.height()))
