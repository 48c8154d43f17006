"""The menu File: opening, saving, and the clipboard."""

from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.exports import export
from nnstudio.files.file_types import DRAWING, SESSION, SMALL_NETWORK
from nnstudio.files.network_toml import save_network_toml
from nnstudio.files.table_csv import SUFFIX
from nnstudio.files.written_model import NOTE, written_network
from nnstudio.language import tr
from nnstudio.studio.commands.command import Command
from nnstudio.studio.commands.export import Exports
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.documents.autosave import open_last_session
from nnstudio.studio.documents.clipboard import Clipboard
from nnstudio.studio.documents.open_save import (
    FileDialogs,
    FileOpener,
    network_kinds,
    open_filters,
    save_drawing,
)
from nnstudio.studio.documents.session_snapshot import save_as
from nnstudio.studio.session.services import Services


class FileMenu:
    """What the entries of the menu File do.

    Parameters
    ----------
    services : Services
    control : WindowControl
    opener : FileOpener
    dialogs : FileDialogs
    clipboard : Clipboard
    exports : Exports
    """

    def __init__(
        self,
        services: Services,
        control: WindowControl,
        opener: FileOpener,
        dialogs: FileDialogs,
        clipboard: Clipboard,
        exports: Exports,
    ) -> None:
        self._services, self._control = services, control
        self._opener, self._dialogs = opener, dialogs
        self._clipboard, self._exports = clipboard, exports

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        return (
            Command(
                "open",
                "File",
                "Open…",
                "open a session, a network, a recipe, a photo, a drawing, or a table of points or images",
                self._open,
                ("Ctrl+O",),
            ),
            Command(
                "import-images",
                "File",
                "Import images…",
                "learn from a folder that has a sub-folder of images for each class",
                self._import_images,
                ("Ctrl+I",),
            ),
            Command(
                "last-session",
                "File",
                "Last session",
                "go on where the last session ended: its network, its runs, its drawing",
                self._open_last_session,
                ("Ctrl+Shift+O",),
            ),
            Command(
                "save-session",
                "File",
                "Save session as…",
                "save all you work on in one file: problem, settings, runs with their moments, drawing and "
                "layout",
                self._save_session,
                ("Ctrl+K",),
                begins_group=True,
            ),
            Command(
                "save",
                "File",
                "Save network as…",
                "save the network on show, for nnstudio or as ONNX or a Python script",
                self._save_network,
                ("Ctrl+S",),
            ),
            Command(
                "save-training-script",
                "File",
                "Save training script…",
                "write 30 lines of NumPy that train this network from its start, with the same losses",
                self._exports.save_training_script,
                ("Ctrl+Alt+P",),
            ),
            Command(
                "save-small-network",
                "File",
                "Save as small network…",
                "write the network on show as text, with every number and the input (TOML)",
                self._save_small_network,
                ("Ctrl+Alt+S",),
            ),
            Command(
                "save-drawing",
                "File",
                "Save drawing as…",
                "save the drawing on the canvas",
                self._save_drawing,
                ("Ctrl+Shift+S",),
            ),
            Command(
                "save-points",
                "File",
                "Save points as…",
                "save the points that are learned from and tested on as a table (CSV)",
                self._save_points,
                ("Ctrl+Shift+P",),
            ),
            Command(
                "save-figure",
                "File",
                "Save figure…",
                "save the panel with the keys, or the window, as SVG, PDF or PNG",
                self._exports.save_figure,
                ("Ctrl+Shift+G",),
            ),
            Command(
                "save-numbers",
                "File",
                "Save numbers…",
                "save what the panel with the keys shows as a table (CSV)",
                self._exports.save_numbers,
                ("Ctrl+Shift+T",),
            ),
            Command(
                "copy",
                "File",
                "Copy",
                "put a picture of the panel with the keys on the clipboard, or the drawing with its strokes",
                self._clipboard.copy,
                ("Ctrl+C",),
                begins_group=True,
            ),
            Command(
                "paste",
                "File",
                "Paste",
                "lay a copied picture, drawing or file on the canvas",
                self._clipboard.paste,
                ("Ctrl+V",),
            ),
            Command(
                "quit",
                "File",
                "Quit",
                "stop training and close",
                self._control.window.close,
                ("Ctrl+Q",),
                begins_group=True,
            ),
        )

    def _open(self) -> None:
        path = self._dialogs.ask_open(tr("Open"), open_filters())
        if path is not None:
            self._opener.open_paths([path])

    def _import_images(self) -> None:
        path = self._dialogs.ask_folder(tr("Import a folder with a sub-folder for each class"))
        if path is not None:
            self._opener.open_paths([path])

    def _open_last_session(self) -> None:
        self._services.session.openings.start(open_last_session(self._services))

    def _save_session(self) -> None:
        self._dialogs.save_as(
            tr("Save the session"),
            f"session{SESSION.suffix}",
            {SESSION.dialog_filter: SESSION.suffix},
            lambda path: save_as(self._services, self._control.panel_area, path),
        )

    def _save_network(self) -> None:
        self._dialogs.save_as(
            tr("Save the network"),
            "network.safetensors",
            network_kinds(),
            lambda path: export(path, self._services.session.network.model()),
        )

    def _save_small_network(self) -> None:
        session = self._services.session
        network, x = session.network, session.input.x
        # Of numbers that were changed the note may no longer be true.
        note = "" if network.was_trained else str(network.card.get(NOTE, ""))
        try:
            written = written_network(network.model(), note, () if x is None else x.tolist())
        except UserError as error:
            self._services.say(str(error), warning=True)
            return
        self._dialogs.save_as(
            tr("Save as a small network"),
            f"network{SMALL_NETWORK.suffix}",
            {SMALL_NETWORK.dialog_filter: SMALL_NETWORK.suffix},
            lambda path: save_network_toml(path, written),
        )

    def _save_points(self) -> None:
        points = self._services.session.point_editor.points
        if points is None:
            self._services.say(
                tr("There are no points here: choose a curve or a set of the plane as the problem first."),
                warning=True,
            )
            return
        self._dialogs.save_as(
            tr("Save the points"),
            f"points{SUFFIX}",
            {tr("Table (*.csv)"): SUFFIX},
            lambda path: write_atomically(path, points.table_text().encode()),
        )

    def _save_drawing(self) -> None:
        self._dialogs.save_as(
            tr("Save the drawing"),
            f"drawing{DRAWING.suffix}",
            {DRAWING.dialog_filter: DRAWING.suffix},
            lambda path: save_drawing(self._services.session.input.drawing, path),
        )
