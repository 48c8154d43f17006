"""Networks that are one click away: those that come with nnstudio, the one before, and recent files."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from nnstudio.errors import UserError
from nnstudio.files.file_types import NETWORK, SMALL_NETWORK, type_of
from nnstudio.files.models import shipped_architecture, shipped_models
from nnstudio.language import tr
from nnstudio.studio.documents.open_save import FileOpener
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.session.services import Services


@dataclass(frozen=True, eq=False)
class NetworkEntry:
    """A network to choose.

    Attributes
    ----------
    title, tip : str
        What it is called, and where it comes from.
    open : callable
        Displays it.
    """

    title: str
    tip: str
    open: Callable[[], object]


class NetworkList:
    """Lists the networks that can be displayed at once.

    Parameters
    ----------
    services : Services
    recent : RecentFiles
    opener : FileOpener
    """

    def __init__(self, services: Services, recent: RecentFiles, opener: FileOpener) -> None:
        self._session, self._recent, self._opener = services.session, recent, opener

    def entries(self) -> tuple[list[NetworkEntry], list[NetworkEntry]]:
        """Return the networks that come with nnstudio, and those that were open before."""
        shipped = [
            NetworkEntry(
                tr("{name} · {architecture}").format(name=name, architecture=_sizes(name)),
                tr("{name}: comes with nnstudio").format(name=name),
                partial(self._session.open_shipped, name),
            )
            for name in shipped_models()
        ]
        before = [
            NetworkEntry(path.name, str(path), partial(self._opener.open_paths, [path]))
            for path in self._recent.paths()
            if _is_network(path)
        ]
        earlier = self._session.network.earlier
        if earlier is not None:
            title = tr("{name} · {architecture}, earlier").format(
                name=tr(earlier.model.name), architecture=_dashed(earlier.model.architecture.layer_sizes)
            )
            tip = tr("The network before this one, with its settings (Ctrl+E)")
            before.insert(0, NetworkEntry(title, tip, self._session.go_back))
        return shipped, before

    def make_menu(self, before: QAction, menu: QMenu) -> QMenu:
        """Put a menu of the networks into another, before one of its entries."""
        networks = QMenu(tr("Networks"), menu)
        networks.setToolTipsVisible(True)
        menu.insertMenu(before, networks)

        def fill() -> None:
            networks.clear()
            for part in self.entries():
                networks.addSeparator()
                for entry in part:
                    action = networks.addAction(entry.title)
                    action.setToolTip(entry.tip)
                    action.triggered.connect(lambda _=False, entry=entry: entry.open())

        networks.aboutToShow.connect(fill)
        return networks


def _sizes(name: str) -> str:
    return _dashed(shipped_architecture(name).layer_sizes)


def _dashed(sizes: tuple[int, ...]) -> str:
    return "–".join(map(str, sizes))


def _is_network(path: Path) -> bool:
    try:
        return type_of(path) in (NETWORK, SMALL_NETWORK)
    except UserError:
        return False
