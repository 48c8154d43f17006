"""Keeps the session on disk every half minute and at the end, and brings the last one back."""

import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer

from nnstudio.data.strokes import Drawing, DrawingError
from nnstudio.errors import UserError
from nnstudio.files.model_file import Model, save_model
from nnstudio.language import tr
from nnstudio.paths import state_dir

if TYPE_CHECKING:
    from nnstudio.studio.window import Window

PERIOD_MS = 30_000
LARGEST_DRAWING = 400
"""Points of a drawing that is kept with the network; its card is small."""

_log = logging.getLogger(__name__)


def last_session_path() -> Path:
    """Return where a session leaves its network."""
    return state_dir() / "last-session.safetensors"


class SessionKeeper(QObject):
    """Saves what a window has trained, with its drawing, where a crash or a power cut would lose it.

    A network that has learnt nothing since it was opened or made is not kept: it is in its file, or its seed
    makes it again.

    Notes
    -----
    Thread: gui. The file is written by a plain thread, at most one at a time, from a frozen copy.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._kept: Model | None = None
        self._writer: threading.Thread | None = None
        self._failure: UserError | None = None
        """Why the last file could not be written; told once."""
        self._is_told = False
        self._rests = False
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.keep)
        self._timer.start()

    def rest(self) -> None:
        """Keep nothing from now on, for a window that nobody works in."""
        self._timer.stop()
        self._rests = True

    def keep(self) -> None:
        """Save in the background what has changed since the last time."""
        if self._writer is not None and self._writer.is_alive():
            return
        if self._failure is not None and not self._is_told:
            self._is_told = True
            self._window.say(
                tr("What you train is not being kept for the next start: {error}").format(
                    error=self._failure
                ),
                warning=True,
            )
        model = self._model()
        if model is None or (self._kept is not None and np.shares_memory(model.theta, self._kept.theta)):
            return
        self._write(model)

    def _write(self, model: Model) -> None:
        self._kept = model
        self._writer = threading.Thread(target=self._save, args=(model,), name="nnstudio-keeper", daemon=True)
        self._writer.start()

    def _save(self, model: Model) -> None:
        self._failure = _write(model)

    def finish(self) -> None:
        """Save for the last time, and wait until it is done."""
        self._timer.stop()
        if self._writer is not None:
            self._writer.join()
            self._writer = None
        model = self._model()
        if model is not None:
            self._write(model)
            self._writer.join()

    def _model(self) -> Model | None:
        model = None if self._rests else self._window.session.learnt_model()
        if model is None:
            return None
        drawing = self._window.input.canvas.content.drawing
        if sum(map(len, drawing.strokes)) <= LARGEST_DRAWING:
            model.card["drawing"] = drawing.to_json()
        return model


def bring_back(window: "Window", model: Model) -> None:
    """Lay the drawing of a session on the canvas again, if its model's card holds one."""
    try:
        drawing = Drawing.from_json(model.card["drawing"])
    except (KeyError, DrawingError):
        return
    if not drawing.is_empty and model.input_space.kind == "image":
        window.input.canvas.set_drawing(drawing)


def _write(model: Model) -> UserError | None:
    """Keep a session, or return why it cannot be."""
    path = last_session_path()
    try:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
        save_model(path, model)
    except UserError as error:
        _log.warning("The session could not be kept: %s", error)
        return error
    return None
