"""Notice of data that a recipe or a problem waits for, with the buttons that bring them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QLabel

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.help.notice_bar import NoticeBar
from nnstudio.studio.session.problem_sources import ProblemSource, in_folder
from nnstudio.studio.session.session import Session


class DataNotice(NoticeBar):
    """Says what data are missing until they are read, or something else is learned from.

    Parameters
    ----------
    message, said, focus_input
        As for `NoticeBar`.
    session : Session
    ask_folder : callable (title)
        Asks for a folder; None where the dialog is cancelled.
    """

    def __init__(
        self,
        message: QLabel,
        said: SignalInstance,
        focus_input: Callable[[], object],
        session: Session,
        ask_folder: Callable[[str], Path | None],
    ) -> None:
        super().__init__(tr("Missing data"), message, said, focus_input)
        self._session, self._ask_folder = session, ask_folder
        self._source: ProblemSource | None = None
        self.fetch = self.add_button(tr("Fetch"), tr("download the data, verify and read them"), self._fetch)
        self.folder = self.add_button(
            tr("Choose folder…"), tr("name the folder that holds the files"), self._choose_folder
        )
        self.away = self.add_button(tr("Close"), tr("put this line away"), self.put_away)
        session.data_missing.connect(self._tell)
        session.problem_taken.connect(self._leave)

    def _tell(self, source: ProblemSource) -> None:
        self._source = source
        missing = source.missing()
        self.fetch.setVisible(bool(missing.data_sets))
        self.folder.setVisible(bool(missing.files))
        words = tr("{title} waits for data: {missing}.")
        self.show_text(words.format(title=source.title, missing=missing.described()))

    def _fetch(self) -> None:
        if self._source is not None:
            self._session.fetch(self._source)

    def _choose_folder(self) -> None:
        folder = self._ask_folder(tr("The folder with the files of strokes"))
        if folder is None or self._source is None:
            return
        try:
            self._session.take(in_folder(self._source, folder))
        except UserError as error:
            self._session.said.emit(str(error), True)

    def _leave(self) -> None:
        if self.is_on:
            self.put_away()

    def _share_line(self) -> None:
        """Stand before hints: what was asked for is more urgent."""
        super()._share_line()
        others = self.parentWidget().findChildren(
            NoticeBar, options=Qt.FindChildOption.FindDirectChildrenOnly
        )
        for other in others:
            if other is not self and other.is_on:
                other.setVisible(not self.is_on)
                self._message.hide()
