"""What stands in the message line's place until it is put away: a text, and buttons."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import font
from nnstudio.studio.window.status_line import StatusLine

SENTENCE_MS = 4000
"""How long a sentence of the message line is seen before what it covers comes back."""


class NoticeBar(QWidget):
    """Takes no room of its own: a small window has none to give.

    Parameters
    ----------
    name : str
        What the text is called for those who cannot see it.
    status : StatusLine
        Its message gives way, and comes back with each new sentence for a while.
    """

    def __init__(self, name: str, status: StatusLine) -> None:
        super().__init__(status)
        self._status = status
        self._is_on = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self.text = QLabel(self)
        self.text.setFont(font(12))
        self.text.setAccessibleName(name)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row.addWidget(self.text, 1)
        status.layout().insertWidget(0, self, 1)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(SENTENCE_MS)
        self._back.timeout.connect(self._share_line)
        status.said.connect(self._give_way)
        self.hide()

    def add_button(self, text: str, tip: str, do: Callable[[], None]) -> QToolButton:
        """Put a button at the end and return it."""
        button = QToolButton(self)
        button.setObjectName("link")
        button.setText(text)
        button.setToolTip(tr("{action}: {what}").format(action=text, what=tip))
        button.setFont(font(12))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(do)
        self._row.addWidget(button)
        return button

    @property
    def is_on(self) -> bool:
        """Whether it has something to show, be it covered by a sentence."""
        return self._is_on

    def show_text(self, text: str) -> None:
        """Show a line; what does not fit is in the tooltip."""
        self.text.setText(text)
        self.text.setToolTip(text)
        self._is_on = True
        self._share_line()

    def put_away(self) -> None:
        """Leave the line to its message."""
        had_keys = self.has_keys()
        self._is_on = False
        self._back.stop()
        self._share_line()
        if had_keys:
            self.window().input.canvas.setFocus()

    def has_keys(self) -> bool:
        """Tell whether one of the buttons has the keys."""
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _give_way(self) -> None:
        if self._is_on and not self.has_keys():
            self.hide()
            self._status.message.show()
            self._back.start()

    def _share_line(self) -> None:
        self.setVisible(self._is_on)
        self._status.message.setVisible(not self._is_on)
