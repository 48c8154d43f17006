"""What a window holds as a session to be saved, and a saved session back in a window."""

import base64
import binascii
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from nnstudio.files.session_file import SavedSession, open_session, save_session
from nnstudio.files.session_store import SessionFolder
from nnstudio.language import tr
from nnstudio.paths import state_dir
from nnstudio.studio.session.default_configs import opened_config

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow

_LAYOUT = "layout"


def last_session() -> SessionFolder:
    """Return where a session is kept while one works, for the next start."""
    return SessionFolder(state_dir() / "last-session")


def captured(window: "MainWindow") -> SavedSession:
    """Return all that one works on in a window; quick, for nothing is copied."""
    session = window.session
    network = session.network.learnt_model()
    is_on_show = network is None or session.network.was_trained
    if network is None:
        network = session.network.newest_model()
    document = session.input
    has_strokes_only = document.can_be_drawn and document.content.pixels is None
    runs = tuple(session.history.runs.all)
    current = session.history.runs.current
    return SavedSession(
        problem_name=session.network.problem_name,
        data=session.training.data,
        network=network,
        config=session.network.newest_config if is_on_show else opened_config(network),
        was_trained=session.network.was_trained,
        runs=runs,
        current=runs.index(current) if is_on_show and current in runs else None,
        drawing=None if document.drawing.is_empty else document.drawing,
        x=None if has_strokes_only else document.x,
        window={_LAYOUT: base64.b64encode(window.dock_area.state().data()).decode()},
    )


def save_as(window: "MainWindow", path: Path) -> None:
    """Save the session in one file.

    Raises
    ------
    WriteError
        If the file cannot be written; what stood there is unchanged.
    """
    save_session(path, captured(window))


def open_file(window: "MainWindow", path: Path) -> None:
    """Open a session's file, layout and all; what is damaged is left out and said.

    Raises
    ------
    UserError
        If nothing of it can be opened; what was open stays.
    """
    saved = open_session(path)
    put_back(window, saved)
    window.say(" ".join([tr("Opened {name}.").format(name=path.name), *saved.lost]), warning=bool(saved.lost))
    layout = saved.window.get(_LAYOUT)
    if layout is not None:
        try:
            window.dock_area.restore(QByteArray(base64.b64decode(layout, validate=True)))
        except binascii.Error:
            return


def put_back(window: "MainWindow", saved: SavedSession) -> None:
    """Put a saved session's network, runs and drawing back.

    Raises
    ------
    UserError
        If the network cannot be trained as its settings say; what was open stays.
    """
    window.session.restore(saved)
    document = window.session.input
    if not document.can_be_drawn:
        if saved.x is not None:
            document.set_x(saved.x)
        return
    if saved.drawing is not None:
        document.set_drawing(saved.drawing)
    if saved.x is not None:
        document.set_pixels(saved.x.reshape(window.session.network.input_space.shape), tr("Open a session"))
