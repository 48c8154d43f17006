"""Text in lines, one of which is looked at by the pointer or the cursor."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font


@contained
class FormulaText(QTextEdit):
    """Text that can be read, selected and copied; the arrow keys lead a cursor through it.

    Attributes
    ----------
    line : int
        The paragraph under the pointer, else at the cursor while the text has the keys; −1: none.
    """

    line_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(12))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setStyleSheet("background: transparent;")
        self.viewport().setMouseTracking(True)
        self.line = -1
        self._pointer: QPoint | None = None
        """Where the pointer is in the viewport."""
        self.cursorPositionChanged.connect(self._look)
        self.verticalScrollBar().valueChanged.connect(self._look)

    def show_html(self, html: str) -> None:
        """Show another text, with the cursor and what is seen at the same places."""
        bar, cursor = self.verticalScrollBar(), self.textCursor()
        seen, anchor, position = bar.value(), cursor.anchor(), cursor.position()
        self.blockSignals(True)
        self.setHtml(html)
        last = self.document().characterCount() - 1
        cursor = self.textCursor()
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.blockSignals(False)
        bar.setValue(seen)
        self._look()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at the line under the pointer."""
        self._pointer = event.position().toPoint()
        super().mouseMoveEvent(event)
        self._look()

    def viewportEvent(self, event: QEvent) -> bool:
        """Look at no line where the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self._pointer = None
            self._look()
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Look at the line at the cursor."""
        super().focusInEvent(event)
        self._look()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Look at the line under the pointer alone."""
        super().focusOutEvent(event)
        self._look()

    def _look(self) -> None:
        line = -1 if self._pointer is None else self._line_at(self._pointer)
        if line < 0 and self.hasFocus():
            line = self.textCursor().blockNumber()
        if line != self.line:
            self.line = line
            self.line_changed.emit()

    def _line_at(self, position: QPoint) -> int:
        block = self.cursorForPosition(position).block()
        box = self.document().documentLayout().blockBoundingRect(block)
        y = position.y() + self.verticalScrollBar().value()
        return block.blockNumber() if box.top() <= y < box.bottom() else -1
