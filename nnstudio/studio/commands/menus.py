"""All commands, in the order of the menus."""

from nnstudio.studio.commands.command import Command
from nnstudio.studio.commands.drawing import DrawMenu
from nnstudio.studio.commands.export import Exports
from nnstudio.studio.commands.files import FileMenu
from nnstudio.studio.commands.help import HelpMenu
from nnstudio.studio.commands.history import TimeMenu
from nnstudio.studio.commands.lessons import LessonsMenu
from nnstudio.studio.commands.teaching import TeachMenu
from nnstudio.studio.commands.training import TrainMenu
from nnstudio.studio.commands.view import ViewMenu
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.documents.clipboard import Clipboard
from nnstudio.studio.documents.film_export import FilmExport
from nnstudio.studio.documents.lesson_visit import LessonVisit
from nnstudio.studio.documents.open_save import FileDialogs, FileOpener
from nnstudio.studio.session.services import Services


class Menus:
    """The menus of the window, and what they share.

    Parameters
    ----------
    services : Services
    control : WindowControl
    opener : FileOpener
    dialogs : FileDialogs
    film_export : FilmExport
    visit : LessonVisit

    Attributes
    ----------
    clipboard : Clipboard
    exports : Exports
    teach : TeachMenu
    """

    def __init__(
        self,
        services: Services,
        control: WindowControl,
        opener: FileOpener,
        dialogs: FileDialogs,
        film_export: FilmExport,
        visit: LessonVisit,
    ) -> None:
        panel_with_focus = control.panel_area.panel_with_focus
        self.clipboard = Clipboard(services, opener, panel_with_focus, control.window)
        self.exports = Exports(services, dialogs, film_export, panel_with_focus, control.window)
        self._file = FileMenu(services, control, opener, dialogs, self.clipboard, self.exports)
        self._draw = DrawMenu(services)
        self._train = TrainMenu(services, control, film_export)
        self.teach = TeachMenu(services, control, opener, dialogs)
        self._lessons = LessonsMenu(services, visit, dialogs, control.panel_area.focus_panel)
        self._time = TimeMenu(services, control, self.exports)
        self._view = ViewMenu(services, control)
        self._help = HelpMenu(services, control)

    def commands(self) -> tuple[Command, ...]:
        """Return all commands: menu by menu, each in its order."""
        return (
            *self._file.commands(),
            *self._draw.commands(),
            *self._train.commands(),
            *self.teach.commands(),
            *self._time.commands(),
            *self._lessons.commands(),
            *self._view.commands(),
            *self._help.commands(),
        )

    def connect(self) -> None:
        """Connect the actions' states to what they show, once actions and panels exist."""
        for menu in (self._draw, self._train, self.teach, self._view):
            menu.connect()
