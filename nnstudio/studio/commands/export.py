"""What those actions do that take something out of the window: the table of runs, figures and films."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from nnstudio.errors import UserError
from nnstudio.files import runs_csv
from nnstudio.language import tr
from nnstudio.studio.documents import figure_export, open_save
from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.window.dock import Dock

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow


class KeepingCommands:
    """A method for each of their entries, for the class of all commands."""

    _window: "MainWindow"

    def export_runs(self) -> None:
        runs = self._window.session.history.runs.all
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
            path = open_save.with_ending(name, runs_csv.SUFFIX)
            self._try_saving(
                path, lambda window, path: runs_csv.save_runs(path, window.session.history.runs.all)
            )

    def save_figure(self) -> None:
        self.save_figure_of(self._window.dock_area.panel_with_focus())

    def save_figure_of(self, dock: Dock | None) -> None:
        """Ask for a name, and save a panel as a figure; None is the window."""
        widget, title = self._filmed(dock)
        name, kind = QFileDialog.getSaveFileName(
            self._window,
            tr("Save {title} as a figure").format(title=title),
            str(self._window.recent.folder() / f"{_file_name(title)}{figure_export.SVG}"),
            ";;".join((tr("Lines and letters (*.svg)"), tr("Pixels (*.png)"))),
        )
        if name:
            path = open_save.with_ending(
                name, figure_export.PNG if figure_export.PNG in kind else figure_export.SVG
            )
            paper = appearance.theme.panel
            self._try_saving(path, lambda _, path: figure_export.save_figure(path, widget, title, paper))

    def save_film(self) -> None:
        self.save_film_of(self._window.dock_area.panel_with_focus())

    def save_film_of(self, dock: Dock | None) -> None:
        """Ask for a place, and save the run on show as a film of a panel; None is the window."""
        run = self._window.session.history.run
        if run is None or not self._window.session.history.can_show(run):
            self._window.say(tr("Nothing is recorded yet: Space trains the network."), warning=True)
            return
        widget, title = self._filmed(dock)
        name = QFileDialog.getExistingDirectory(
            self._window,
            tr("Where the film's folder goes"),
            str(self._window.recent.folder()),
        )
        if not name:
            return
        try:
            self._window.film_export.begin(widget, _unused(Path(name), _file_name(f"{title} film")))
        except UserError as error:
            self._window.say(f"{error} {tr('Choose another place or make room.')}", warning=True)

    def _filmed(self, dock: Dock | None) -> tuple[QWidget, str]:
        """Return what is saved, and what it is called: the panel, and the run that it shows."""
        run = self._window.session.history.run
        what = "nnstudio" if dock is None else tr(dock.panel.title)
        return (
            self._window if dock is None else dock.panel.widget,
            what if run is None else f"{what} {run.name}",
        )


def _file_name(title: str) -> str:
    """Return words as a name for a file that every system takes."""
    return re.sub(r"[^\w]+", "-", title).strip("-").lower() or "figure"


def _unused(folder: Path, name: str) -> Path:
    """Return a place in a folder where nothing is yet."""
    path, n = folder / name, 1
    while path.exists():
        n += 1
        path = folder / f"{name}-{n}"
    return path
