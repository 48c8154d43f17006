"""The menu Time: moments of a run, runs, and what is exported of them."""

from functools import partial

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.commands.command import Command
from nnstudio.studio.commands.export import Exports
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.session.services import Services


class TimeMenu:
    """What the entries of the menu Time do.

    Parameters
    ----------
    services : Services
    control : WindowControl
    exports : Exports
    """

    def __init__(self, services: Services, control: WindowControl, exports: Exports) -> None:
        self._services, self._session = services, services.session
        self._control, self._exports = control, exports

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        session = self._session
        return (
            Command(
                "first-moment",
                "Time",
                "First moment",
                "show the network as the run began with it",
                session.history.look_at_first,
                ("Alt+Home",),
                has_icon=True,
            ),
            Command(
                "earlier-moment",
                "Time",
                "Step back",
                "show the moment before",
                partial(session.history.look_back_by, -1),
                ("Alt+Left",),
                has_icon=True,
            ),
            Command(
                "later-moment",
                "Time",
                "Step forward",
                "show the moment after",
                partial(session.history.look_back_by, 1),
                ("Alt+Right",),
                has_icon=True,
            ),
            Command(
                "best-moment",
                "Time",
                "Best moment",
                "show the moment of the run that did best on the test set",
                session.history.look_at_best,
                ("Alt+Up",),
                has_icon=True,
            ),
            Command(
                "play-back",
                "Time",
                "Play back",
                "play the run as a film; once more stops it",
                self._services.session.playback.toggle,
                ("Shift+Space",),
                has_icon=True,
                checkable=True,
            ),
            Command(
                "live",
                "Time",
                "Live",
                "show the newest weights, and what training brings",
                partial(session.network.look_at, None),
                ("L",),
                checkable=True,
            ),
            Command(
                "branch",
                "Time",
                "Continue from here",
                "go on from the moment on show in a run of its own; the run that is left stays as it is",
                self._branch,
                ("Ctrl+B",),
                has_icon=True,
                begins_group=True,
            ),
            Command(
                "next-run",
                "Time",
                "Next run",
                "put the next run on show as it was left",
                partial(self._step_run, 1),
                ("Ctrl+PgDown",),
            ),
            Command(
                "previous-run",
                "Time",
                "Previous run",
                "put the run before on show",
                partial(self._step_run, -1),
                ("Ctrl+PgUp",),
            ),
            Command(
                "rename-run",
                "Time",
                "Rename run",
                "call the run on show something else",
                self._control.edit_run_name,
                ("F2",),
                begins_group=True,
            ),
            Command(
                "delete-run",
                "Time",
                "Delete run",
                "forget the run on show",
                self._delete,
                ("Ctrl+Shift+Del",),
            ),
            Command(
                "restore-run",
                "Time",
                "Bring back deleted run",
                "undo the last deletion of a run",
                session.history.restore_deleted,
                ("Ctrl+Alt+B",),
            ),
            Command(
                "export-runs",
                "Time",
                "Export runs…",
                "save the table of all runs, with every setting, for a spreadsheet (CSV)",
                self._exports.save_runs,
                ("Ctrl+Shift+E",),
                begins_group=True,
            ),
            Command(
                "save-film",
                "Time",
                "Save film…",
                "save the run as pictures of the panel with the keys, or of the window, one for each moment",
                self._exports.save_film,
                ("Ctrl+Shift+M",),
            ),
        )

    def _branch(self) -> None:
        try:
            self._session.history.branch()
        except UserError as error:
            self._services.say(str(error), warning=True)

    def _step_run(self, n_runs: int) -> None:
        """Display the next run, or one before, as it was left."""
        runs, run = self._session.history.runs.all, self._session.history.run
        if run in runs and len(runs) > 1:
            self._services.session.playback.stop()
            self._session.switch_to(runs[(runs.index(run) + n_runs) % len(runs)])
        else:
            self._services.say(tr("There is no other run."))

    def _delete(self) -> None:
        run = self._session.history.run
        if run is not None:
            self._session.history.delete(run)
