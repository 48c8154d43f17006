"""Recent files: their list and menu, and the folder that dialogs begin in."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from nnstudio.language import tr

MOST = 10
_KEY = "recent"


class RecentFiles(QObject):
    """The last files, the newest first, kept with the window's settings.

    Parameters
    ----------
    settings : QSettings
    parent : QObject
    """

    def __init__(self, settings: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings

    def paths(self) -> list[Path]:
        """Return the last files that still exist; settings that make no sense hold none."""
        kept = self._settings.value(_KEY, [])
        # One text comes back as itself, none as None, and what was edited by hand as anything.
        names = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        paths = [Path(name) for name in names if isinstance(name, str) and name]
        return [path for path in paths if _is_there(path)][:MOST]

    def note(self, path: Path) -> None:
        """Put a file at the head of the list."""
        path = path.resolve()
        others = [each for each in self.paths() if each != path]
        self._settings.setValue(_KEY, [str(each) for each in (path, *others)][:MOST])

    def folder(self) -> Path:
        """Return where a dialog begins: beside the last file, else in the user's own folder."""
        return next((path.parent for path in self.paths()), Path.home())

    def make_menu(self, before: QAction, menu: QMenu, open_paths: Callable[[list[Path]], None]) -> None:
        """Put a menu of the last files into another, before one of its entries."""
        recent = QMenu(tr("Open recent"), menu)
        menu.insertMenu(before, recent)

        def fill() -> None:
            recent.clear()
            for path in self.paths():
                action = recent.addAction(path.name)
                action.setToolTip(str(path))
                action.triggered.connect(lambda _=False, path=path: open_paths([path]))
            if recent.isEmpty():
                recent.addAction(tr("Nothing yet")).setEnabled(False)

        recent.setToolTipsVisible(True)
        recent.aboutToShow.connect(fill)
        fill()


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # A name too long, or a folder that may not be looked into.
        return False
