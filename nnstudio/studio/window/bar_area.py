"""A bar across the window, which scrolls sideways where it is wider than the window."""

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from nnstudio.studio.painting.event_guard import contained


class Bar(Protocol):
    """A widget in a row, some parts of which can be left out.

    Attributes
    ----------
    spare : list of QWidget
        The least needed first; what they do can be done elsewhere.
    """

    spare: list[QWidget]


@contained
class BarArea(QScrollArea):
    """Holds a bar across the window: parts are left out of one that is too wide, and it scrolls at last.

    Parameters
    ----------
    bar : QWidget and Bar
    name, tip : str
        What is said of its scroll bar.
    parent : QWidget
    """

    def __init__(self, bar: QWidget, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._bar = bar
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(bar)
        self.horizontalScrollBar().setAccessibleName(name)
        self.horizontalScrollBar().setToolTip(tip)

    def _fit(self) -> None:
        leave_out(self._bar, self.maximumViewportSize().width())

    def sizeHint(self) -> QSize:
        """Return the height of the bar, and of the scroll bar where there is one."""
        bar = self.widget()
        is_wide = bar.minimumSizeHint().width() > self.width()
        below = self.horizontalScrollBar().sizeHint().height() if is_wide else 0
        return QSize(bar.sizeHint().width(), bar.minimumSizeHint().height() + below)

    def minimumSizeHint(self) -> QSize:
        """Return the height; any width will do."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the bar leave out what does not fit; make room for a scroll bar, or take it back."""
        super().resizeEvent(event)
        self._fit()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the bar when it needs another height."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
            self.updateGeometry()
        return super().eventFilter(watched, event)


def leave_out(bar: QWidget, width: int) -> None:
    """Hide parts of a bar that is wider than a width, the least needed first; show what has room again."""
    layout = bar.layout()
    items = [layout.itemAt(k).widget() for k in range(layout.count())]
    widgets = [widget for widget in items if widget is not None]
    needs = {widget: max(widget.minimumSizeHint().width(), widget.minimumWidth()) for widget in widgets}
    margins = layout.contentsMargins()
    need = sum(needs.values()) + layout.spacing() * (len(widgets) - 1) + margins.left() + margins.right()
    for part in bar.spare:
        has_room = need <= width
        if part.isHidden() is has_room:
            part.setVisible(has_room)
        if not has_room:
            need -= needs[part] + layout.spacing()
