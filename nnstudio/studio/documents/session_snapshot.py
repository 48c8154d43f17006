"""What is worked on as a session to be saved, and a saved session put back."""

import base64
import binascii
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray

from nnstudio.files.session_file import SavedSession, open_session, save_session
from nnstudio.files.session_store import SessionFolder
from nnstudio.language import tr
from nnstudio.paths import state_dir
from nnstudio.studio.session.default_configs import opened_config
from nnstudio.studio.session.openings import Opening, Work
from nnstudio.studio.session.services import Services

_LAYOUT = "layout"


class PanelLayout(Protocol):
    """The arrangement of the panels, to be saved and restored."""

    def state(self) -> QByteArray:
        """Return the arrangement as bytes."""

    def restore(self, state: object) -> None:
        """Arrange the panels as they were; what is no state of theirs is ignored."""


def last_session() -> SessionFolder:
    """Return where a session is kept while one works, for the next start."""
    return SessionFolder(state_dir() / "last-session")


def captured(services: Services, layout: PanelLayout) -> SavedSession:
    """Return all that is worked on; quick, because nothing is copied."""
    session = services.session
    network = session.network.learnt_model()
    is_on_show = network is None or session.network.was_trained
    if network is None:
        network = session.network.newest_model()
    document = session.input
    is_drawn = document.can_be_drawn and document.content.pixels is None
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
        x=None if is_drawn else document.x,
        picture=document.content.picture,
        points=session.training.points,
        window={_LAYOUT: base64.b64encode(layout.state().data()).decode()},
    )


def save_as(services: Services, layout: PanelLayout, path: Path) -> None:
    """Save the session in one file.

    Raises
    ------
    WriteError
        If the file cannot be written; what stood there is unchanged.
    """
    save_session(path, captured(services, layout))


def open_file(services: Services, layout: PanelLayout, path: Path) -> Opening[None]:
    """Open a session's file with its layout; what is damaged is left out and said.

    Raises
    ------
    UserError
        If nothing of it can be opened; what was open stays.
    """
    saved = yield Work(tr("Opening {name}").format(name=path.name), partial(open_session, path))
    put_back(services, saved)
    services.say(
        " ".join([tr("Opened {name}.").format(name=path.name), *saved.lost]), warning=bool(saved.lost)
    )
    state = saved.window.get(_LAYOUT)
    if state is not None:
        try:
            layout.restore(QByteArray(base64.b64decode(state, validate=True)))
        except binascii.Error:
            return


def put_back(services: Services, saved: SavedSession) -> None:
    """Put a saved session's network, runs and input back.

    Raises
    ------
    UserError
        If the network cannot be trained as its settings say; what was open stays.
    """
    services.session.restore(saved)
    document = services.session.input
    if not document.can_be_drawn:
        if saved.x is not None:
            document.set_x(saved.x)
        return
    document.clear()
    if saved.drawing is not None:
        document.set_drawing(saved.drawing)
    if saved.picture is not None:
        document.set_image(saved.picture)
    if saved.x is not None:
        document.set_pixels(saved.x.reshape(services.session.network.input_space.shape), tr("Open a session"))
