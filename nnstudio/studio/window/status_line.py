"""The status line at the bottom of the window."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import ShortLabel, of_one_line, remark
from nnstudio.studio.painting.theme import font, give_role


@contained
class StatusLine(QWidget):
    """One line for sentences, at the bottom of the window, and the network's size at its right.

    The size gives way to a sentence, or a notice in its place, that needs its room.
    """

    said = Signal(bool)
    """There is a new sentence, and whether it is a warning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 4, 14, 4)
        self.message = ShortLabel("", self)
        self.message.setFont(font(12))
        self.message.setAccessibleName(tr("Message"))
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = remark("", self)
        self._layout = layout
        layout.addWidget(self.message, 1)
        layout.addWidget(self.facts)

    def add_button(self, action: QAction) -> QToolButton:
        """Put an action's button between the sentence and the facts; it is hidden at first."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setFont(font(11))
        button.setObjectName("furniture")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        of_one_line(button)
        self._layout.insertWidget(self._layout.count() - 1, button)
        button.hide()
        return button

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a sentence; the whole of it is in the tooltip too."""
        give_role(self.message, "warning" if warning else "muted")
        self.message.setText(text)
        self.message.setToolTip(text)
        self.said.emit(warning)
        self._share_room()

    def show_facts(self, text: str, tip: str) -> None:
        """Show what the network is, its size and its seed, with a tooltip."""
        self.facts.setToolTip(tip)
        if text != self.facts.text():
            self.facts.setText(text)
            self._share_room()

    def event(self, event: QEvent) -> bool:
        """Share the room again where it, or what is in it, has changed."""
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share_room()
        return handled

    def _share_room(self) -> None:
        margins = self._layout.contentsMargins()
        items = [self._layout.itemAt(k).widget() for k in range(self._layout.count())]
        # The sentence, or a notice in its place, and buttons.
        shown = [widget for widget in items if widget is self.facts or not widget.isHidden()]
        needed = sum(widget.sizeHint().width() + self._layout.spacing() for widget in shown)
        self.facts.setVisible(needed + margins.left() + margins.right() <= self.width())
