"""What the actions for whole sessions do."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from nnstudio.errors import UserError
from nnstudio.files.session_file import SUFFIX
from nnstudio.language import tr
from nnstudio.studio.documents import open_save, session_snapshot
from nnstudio.studio.documents.autosave import open_last_session

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow


class SessionCommands:
    """A method for each of their entries, for the class of all commands."""

    _window: "MainWindow"

    def save_session(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Save the session"),
            str(self._window.recent.folder() / f"session{SUFFIX}"),
            tr(open_save.SESSION_FILTER),
        )
        if name:
            self._try_saving(open_save.with_ending(name, SUFFIX), session_snapshot.save_as)

    def last_session(self) -> None:
        try:
            open_last_session(self._window)
        except UserError as error:
            self._window.say(f"{error} {tr('What was open stays.')}", warning=True)
