"""Labels: one that elides its text, panel headings and muted remarks."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font


@contained
class ShortLabel(QLabel):
    """A label of any width that elides its text with …."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the height of one line and no width."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the elided text, or all of it where it fits, or a part of it is marked."""
        room = self.contentsRect()
        if self.hasSelectedText() or self.fontMetrics().horizontalAdvance(self.text()) <= room.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        short = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.style().drawItemText(
            painter,
            room,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            short,
            self.foregroundRole(),
        )


def heading(text: str, parent: QWidget) -> QLabel:
    """Make a label with a panel's title."""
    label = QLabel(text, parent)
    label.setFont(font(13, bold=True))
    return label


def remark(text: str, parent: QWidget, kind: type[QLabel] = QLabel) -> QLabel:
    """Make a label of small, muted text."""
    label = kind(text, parent)
    label.setFont(font(11))
    label.setProperty("role", "muted")
    return label


def caption(text: str, control: QWidget, parent: QWidget) -> QLabel:
    """Make a remark that names the control beside it, with the hover text of the control."""
    label = remark(text, parent)
    label.setBuddy(control)
    label.setToolTip(control.toolTip())
    return label


def of_one_line(button: QToolButton) -> None:
    """Let a button be as high as the text beside it: a row keeps its height when the button comes or goes."""
    button.setSizePolicy(button.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Ignored)
