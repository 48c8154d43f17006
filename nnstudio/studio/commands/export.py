"""Exports of what is displayed: its training as a script, the table of runs, figures, numbers, and films."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from nnstudio.errors import UserError
from nnstudio.files.runs_csv import save_runs
from nnstudio.files.table_csv import SUFFIX, save_table
from nnstudio.files.training_script import SUFFIX as SCRIPT_SUFFIX
from nnstudio.files.training_script import save_training_script
from nnstudio.language import tr
from nnstudio.studio.documents.film_export import FilmExport
from nnstudio.studio.documents.open_save import FileDialogs
from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.panels.panel import HasNumbers, Panel
from nnstudio.studio.session.openings import Opening, Work
from nnstudio.studio.session.run_start import RunStart, run_start
from nnstudio.studio.session.services import Services
from nnstudio.studio.views import figure_export


class Exports:
    """Saves the training as a script, the runs as a table, and a panel as a figure, its numbers, or a film.

    Parameters
    ----------
    services : Services
    dialogs : FileDialogs
    film_export : FilmExport
    panel_with_focus : callable () -> Panel or None
    window : QWidget
        What is saved where no panel has the focus.
    """

    def __init__(
        self,
        services: Services,
        dialogs: FileDialogs,
        film_export: FilmExport,
        panel_with_focus: Callable[[], Panel | None],
        window: QWidget,
    ) -> None:
        self._services, self._session, self._dialogs = services, services.session, dialogs
        self._film_export, self._panel_with_focus, self._window = film_export, panel_with_focus, window

    def save_runs(self) -> None:
        """Ask for a name, and save the table of all runs."""
        runs = self._session.history.runs.all
        if not runs:
            self._services.say(tr("Nothing is recorded yet: Space trains the network."), warning=True)
            return
        self._dialogs.save_as(
            tr("Export the runs"),
            f"runs{SUFFIX}",
            {tr("Table (*.csv)"): SUFFIX},
            lambda path: save_runs(path, self._session.history.runs.all),
        )

    def save_training_script(self) -> None:
        """Ask for a name, and save a script that trains the displayed run again, with its samples."""
        session = self._session

        def ask() -> None:
            try:
                start = run_start(session.network, session.training, session.history)
            except UserError as error:
                self._services.say(str(error), warning=True)
                return
            path = self._dialogs.ask_save(
                tr("Save a script that trains this network"),
                f"train{SCRIPT_SUFFIX}",
                {tr("Python script (*.py)"): SCRIPT_SUFFIX},
            )
            if path is not None:
                session.openings.start(self._saving(path, start))

        session.training.with_problem(ask)

    def _saving(self, path: Path, start: RunStart) -> Opening[None]:
        def write() -> Path:
            return save_training_script(path, start.training_start())

        try:
            data = yield Work(tr("Writing {name}").format(name=path.name), write)
        except UserError as error:
            self._services.say(f"{error} {tr('Nothing was overwritten.')}", warning=True)
            return
        said = tr("Saved {path}, and its samples in {data}.").format(path=path, data=data.name)
        if start.later:
            said += " " + tr("It keeps the settings of the start; not in it: {later}.").format(
                later=start.later
            )
        self._services.say(said)

    def save_figure(self) -> None:
        """Save the panel that has the focus as a figure."""
        self.save_figure_of(self._panel_with_focus())

    def save_figure_of(self, panel: Panel | None) -> None:
        """Ask for a name, and save a panel as a figure; None saves the window."""
        widget, title = self._subject(panel)
        paper = appearance.theme.panel
        self._dialogs.save_as(
            tr("Save {title} as a figure").format(title=title),
            f"{_file_name(title)}{figure_export.SVG}",
            {
                tr("Lines and letters (*.svg)"): figure_export.SVG,
                tr("Lines and letters on a page (*.pdf)"): figure_export.PDF,
                tr("Pixels (*.png)"): figure_export.PNG,
            },
            lambda path: figure_export.save_figure(path, widget, title, paper),
        )

    def save_numbers(self) -> None:
        """Save the numbers of the panel that has the focus."""
        panel = self._panel_with_focus()
        if isinstance(panel, HasNumbers):
            self.save_numbers_of(panel)
        else:
            self._services.say(
                tr("No numbers of this panel can be saved: go to one of curves or counts, as Loss (F6)."),
                warning=True,
            )

    def save_numbers_of(self, panel: Panel) -> None:
        """Ask for a name, and save the numbers that a panel shows as a table."""
        assert isinstance(panel, HasNumbers)
        columns, rows = panel.numbers()
        if not rows:
            self._services.say(
                tr("{title} shows no numbers yet.").format(title=tr(panel.title)), warning=True
            )
            return
        _, title = self._subject(panel)
        self._dialogs.save_as(
            tr("Save the numbers of {title}").format(title=title),
            f"{_file_name(title)}{SUFFIX}",
            {tr("Table (*.csv)"): SUFFIX},
            lambda path: save_table(path, columns, rows),
        )

    def save_film(self) -> None:
        """Save the panel that has the focus as a film."""
        self.save_film_of(self._panel_with_focus())

    def save_film_of(self, panel: Panel | None) -> None:
        """Ask for a place, and save the displayed run as a film of a panel; None films the window."""
        run = self._session.history.run
        if run is None or not self._session.history.can_show(run):
            self._services.say(tr("Nothing is recorded yet: Space trains the network."), warning=True)
            return
        widget, title = self._subject(panel)
        folder = self._dialogs.ask_folder(tr("Where the film's folder goes"))
        if folder is None:
            return
        try:
            self._film_export.begin(run, widget, _unused(folder, _file_name(f"{title} film")))
        except UserError as error:
            self._services.say(f"{error} {tr('Choose another place or make room.')}", warning=True)

    def _subject(self, panel: Panel | None) -> tuple[QWidget, str]:
        """Return the widget to save and its title: the panel's, and the run's."""
        run = self._session.history.run
        what = "nnstudio" if panel is None else tr(panel.title)
        return (
            self._window if panel is None else panel.widget,
            what if run is None else f"{what} {run.name}",
        )


def _file_name(title: str) -> str:
    """Return words as a name for a file that every system takes."""
    return re.sub(r"[^\w]+", "-", title).strip("-").lower() or "figure"


def _unused(folder: Path, name: str) -> Path:
    """Return a path in a folder where nothing is yet."""
    path, n = folder / name, 1
    while path.exists():
        n += 1
        path = folder / f"{name}-{n}"
    return path
