"""The status line at the bottom of the window."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font, give_role


class StatusLine(QWidget):
    """One line for sentences, at the bottom of the window, and the network's size at its right."""

    said = Signal(bool)
    """There is a new sentence, and whether it is a warning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 4, 14, 4)
        self.message = QLabel("", self)
        self.message.setFont(font(12))
        self.message.setAccessibleName(tr("Message"))
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
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
        self._layout.insertWidget(self._layout.count() - 1, button)
        button.hide()
        return button

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a sentence; the whole of it is in the tooltip too."""
        give_role(self.message, "warning" if warning else "muted")
        self.message.setText(text)
        self.message.setToolTip(text)
        self.said.emit(warning)
