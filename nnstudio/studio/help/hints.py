"""Hints for the first steps, in the status line until they are closed for good."""

from collections.abc import Callable

from PySide6.QtCore import QSettings, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel

from nnstudio.language import tr
from nnstudio.studio.help.notice_bar import NoticeBar
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.session import Session

SETTING = "hints"
PUT_AWAY = "put away"


class HintBar(NoticeBar):
    """Show one hint at a time; after they were closed, or shown to the last, only the menu brings them back.

    Parameters
    ----------
    message, said, focus_input
        As for `NoticeBar`.
    settings : QSettings
        Keep that the hints were closed.
    action : QAction
        Is checked while a hint is shown.
    session : Session
        Whose network decides which hints there are.
    """

    def __init__(
        self,
        message: QLabel,
        said: SignalInstance,
        focus_input: Callable[[], object],
        settings: QSettings,
        action: QAction,
        session: Session,
    ) -> None:
        super().__init__(tr("Hint"), message, said, focus_input)
        self._settings, self._action, self._session = settings, action, session
        self._nth = 0
        self._hints = _hints_of(session)
        self.next = self.add_button(tr("Next hint"), tr("show what else there is to do"), self.go_on)
        self.away = self.add_button(
            tr("No more hints"), tr("Help > Hints brings them back (Ctrl+F1)"), self.put_away
        )
        session.training.settings_changed.connect(self._meet_network)
        self._waits = False
        """Whether the hints come back when the lesson is left."""
        session.lesson_guide.changed.connect(self._meet_lesson)

    def offer(self) -> None:
        """Show the first hint, unless the hints were closed at an earlier start."""
        if self._settings.value(SETTING) != PUT_AWAY:
            self.begin()
        elif self.is_on:
            self.put_away()

    def toggle(self) -> None:
        """Show the first hint, or close the bar."""
        if self.is_on and not self._is_warned:
            self.put_away()
        else:
            # Who asks for a hint has read the warning.
            self._is_warned = False
            self.begin()

    def begin(self) -> None:
        """Show the first hint."""
        self._hints = _hints_of(self._session)
        self._show(0)

    def _meet_network(self) -> None:
        """Begin with other hints where the network has other inputs now."""
        if self.is_on and _hints_of(self._session) is not self._hints:
            self.begin()

    def _meet_lesson(self) -> None:
        """Give way to a lesson, which says itself what there is to do."""
        is_open = self._session.lesson_guide.lesson is not None
        if is_open and self.is_on:
            self._waits = True
            super().put_away()
        elif not is_open and self._waits:
            self._waits = False
            self.begin()

    def go_on(self) -> None:
        """Show the next hint; after the last one, close the bar."""
        if self._nth + 1 < len(self._hints):
            self._show(self._nth + 1)
        else:
            self.put_away()

    def put_away(self) -> None:
        """Close the bar, and offer no hints at later starts."""
        super().put_away()
        self._settings.setValue(SETTING, PUT_AWAY)
        self._action.setChecked(False)

    def _show(self, nth: int) -> None:
        self._nth = nth
        self.show_text(
            tr("Hint {number} of {total}: {hint}").format(
                number=nth + 1, total=len(self._hints), hint=tr(self._hints[nth])
            )
        )
        is_last = nth + 1 == len(self._hints)
        self.next.setVisible(not is_last)
        self._action.setChecked(True)


def _hints_of(session: Session) -> tuple[str, ...]:
    return STUDIO_INPUT_KINDS[session.network.input_space.kind].hints
