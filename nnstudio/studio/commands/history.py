"""What those actions do that look back at a run, or go on from one of its moments."""

from typing import TYPE_CHECKING

from nnstudio.errors import UserError
from nnstudio.studio.commands.help import DesktopCommands

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow


class TimeCommands(DesktopCommands):
    """One method for each of their entries in ``actions.ENTRIES``, named like it."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._session = window.session

    def first_moment(self) -> None:
        self._session.history.look_at_first()

    def earlier_moment(self) -> None:
        self._session.history.look_back_by(-1)

    def later_moment(self) -> None:
        self._session.history.look_back_by(1)

    def best_moment(self) -> None:
        self._session.history.look_at_best()

    def live(self) -> None:
        self._session.network.look_at(None)

    def play_back(self) -> None:
        self._window.timeline.player.toggle()

    def branch(self) -> None:
        try:
            self._session.history.branch()
        except UserError as error:
            self._window.say(str(error), warning=True)

    def next_run(self) -> None:
        self._window.timeline.step_run(1)

    def previous_run(self) -> None:
        self._window.timeline.step_run(-1)

    def rename_run(self) -> None:
        self._window.timeline.edit_name()

    def delete_run(self) -> None:
        run = self._session.history.run
        if run is not None:
            self._session.history.delete(run)

    def restore_run(self) -> None:
        self._session.history.restore_deleted()
