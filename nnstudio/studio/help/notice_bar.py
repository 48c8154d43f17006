"""Notices in place of the status line's message, until they are closed; one is shown after a crash."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

import nnstudio
from nnstudio.language import tr
from nnstudio.paths import log_path
from nnstudio.studio.painting.labels import ShortLabel, of_one_line
from nnstudio.studio.painting.theme import font
from nnstudio.studio.program.log import crash_path

SENTENCE_MS = 4000
LETTER_MS = 70
"""How long a new message is shown before the notice comes back: at least, and for each of its letters."""

LONGEST_DETAILS = 20_000
"""Characters from the end of each log."""


class NoticeBar(QWidget):
    """A text and buttons in the place of a message, so that it needs no height of its own.

    Parameters
    ----------
    name : str
        Accessible name of the text.
    message : QLabel
        Is hidden meanwhile; in a row with a box layout.
    said : signal (bool)
        There is a new message: it is shown for a while, or until the next one where it is a warning.
    focus_input : callable
        Gives the focus to the input, where a button of the notice had it.
    """

    def __init__(
        self, name: str, message: QLabel, said: SignalInstance, focus_input: Callable[[], object]
    ) -> None:
        super().__init__(message.parentWidget())
        self._message, self._focus_input = message, focus_input
        self._is_on = self._is_warned = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self.text = ShortLabel(parent=self)
        self.text.setFont(font(12))
        self.text.setAccessibleName(name)
        self._row.addWidget(self.text, 1)
        message.parentWidget().layout().insertWidget(0, self, 1)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.timeout.connect(self._share_line)
        said.connect(self._give_way)
        self.hide()

    def sizeHint(self) -> QSize:
        """Return a size with room for all of the text, which may have less."""
        return super().sizeHint() + QSize(self.text.sizeHint().width(), 0)

    def add_button(self, text: str, tip: str, do: Callable[[], None]) -> QToolButton:
        """Put a button at the end and return it."""
        button = QToolButton(self)
        button.setObjectName("link")
        button.setText(text)
        button.setToolTip(tr("{action}: {what}").format(action=text, what=tip))
        button.setFont(font(12))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        of_one_line(button)
        button.clicked.connect(do)
        self._row.addWidget(button)
        return button

    @property
    def is_on(self) -> bool:
        """Whether there is a notice, be it covered by a message."""
        return self._is_on

    def show_text(self, text: str) -> None:
        """Show a notice, or keep it until the warning on show is gone; its tooltip has the whole text."""
        self.text.setText(text)
        self.text.setToolTip(text)
        self._is_on = True
        if not self._is_warned:
            self._share_line()

    def put_away(self) -> None:
        """Close the notice, and show the message again."""
        had_focus = self.has_focus()
        self._is_on = False
        self._back.stop()
        self._share_line()
        if had_focus:
            self._focus_input()

    def has_focus(self) -> bool:
        """Tell whether one of the buttons has the focus."""
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _give_way(self, is_warning: bool) -> None:
        self._is_warned = is_warning
        had_focus = self.has_focus()
        if not self._is_on or (had_focus and not is_warning):
            return
        self.hide()
        self._message.show()
        if is_warning:
            self._back.stop()
        else:
            self._back.start(max(SENTENCE_MS, LETTER_MS * len(self._message.text())))
        if had_focus:
            self._focus_input()

    def _share_line(self) -> None:
        self.setVisible(self._is_on)
        self._message.setVisible(not self._is_on)


class CrashNotice(NoticeBar):
    """Notice shown after a crash; copies the details to the clipboard.

    Parameters
    ----------
    message, said, focus_input
        As for `NoticeBar`.
    """

    def __init__(self, message: QLabel, said: SignalInstance, focus_input: Callable[[], object]) -> None:
        super().__init__(tr("What happened last time"), message, said, focus_input)
        self.copy = self.add_button(
            tr("Copy details"), tr("put the end of the log on the clipboard"), self._copy_details
        )
        self.away = self.add_button(tr("Close"), tr("put this line away"), self.put_away)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(crash_details())
        self.copy.setText(tr("Copied"))


def crash_details() -> str:
    """Return the ends of the log and of the trace of crashes."""
    parts = [f"nnstudio {nnstudio.__version__}"]
    for path in (log_path(), crash_path()):
        end = _end_of(path)
        if end:
            parts.append(f"{path.name}:\n{end}")
    return "\n\n".join(parts)


def _end_of(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")[-LONGEST_DETAILS:].strip()
    return ""
