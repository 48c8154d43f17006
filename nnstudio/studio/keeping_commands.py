"""What those actions do that take something out of the window: the table of runs, figures and films."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from nnstudio.files import runs_csv
from nnstudio.language import tr
from nnstudio.studio import documents

if TYPE_CHECKING:
    from nnstudio.studio.window import Window


class KeepingCommands:
    """A method for each of their entries, for the class of all commands."""

    _window: "Window"

    def export_runs(self) -> None:
        runs = self._window.session.runs.all
        if not runs:
            self._window.say(tr("Nothing is recorded yet: Space trains the network."), warning=True)
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Export the runs"),
            str(self._window.recent.folder() / f"runs{runs_csv.SUFFIX}"),
            tr("Table (*.csv)"),
        )
        if name:
            path = documents.with_ending(name, runs_csv.SUFFIX)
            self._try_saving(path, lambda window, path: runs_csv.save_runs(path, window.session.runs.all))
