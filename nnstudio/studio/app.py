"""Start and end of the desktop application."""

import gc
import logging
import os
import signal
from functools import partial
from pathlib import Path

# pyqtgraph chooses its binding when it is imported.
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSettings, QTimer

from nnstudio.data.catalogue import installed
from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import DIGITS
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.errors import UserError
from nnstudio.files.atomic import sweep_orphans
from nnstudio.files.file_types import LESSON, type_of
from nnstudio.files.model_file import Model, load_model
from nnstudio.files.models import find_model
from nnstudio.files.shipped import DEFAULT_MODEL
from nnstudio.language import tr
from nnstudio.paths import log_path, state_dir
from nnstudio.studio.documents.autosave import has_last_session, read_last_session
from nnstudio.studio.documents.session_snapshot import put_back
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import system_theme
from nnstudio.studio.program.application import create_application
from nnstudio.studio.program.crash_marker import LastExit, crash_marker, mark_restoring
from nnstudio.studio.program.exception_hook import ExceptionHook
from nnstudio.studio.program.log import logging_to_file
from nnstudio.studio.program.single_instance import Receiver, hand_over
from nnstudio.studio.program.translation import install_language
from nnstudio.studio.session.default_configs import NEW_NETWORK
from nnstudio.studio.window.main_window import MainWindow, chosen_theme

_log = logging.getLogger("nnstudio")

SETTLED_MS = 5000
"""A session that has been back for so long does no harm."""


def run(path: Path | None) -> int:
    """Open the window, with a file where one is named, and stay until it is closed.

    Returns
    -------
    int
        The exit status.
    """
    if hand_over(path):
        return 0
    application = create_application()
    install_language(application)
    with logging_to_file() as log, crash_marker() as last_exit:
        sweep_orphans(state_dir())
        window = open_window(QSettings("nnstudio", "nnstudio"))
        if log is None:
            window.say(_without_a_folder(), warning=True)
        exception_hook = ExceptionHook(window, log)
        receiver = Receiver(window, lambda path: window.opener.open_paths([path]))
        exception_hook.install()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: window.close())
        if last_exit is not LastExit.CLEAN:
            _recover(window, last_exit)
        else:
            window.hints.offer()
        is_lesson = path is not None and type_of(path) is LESSON
        if path is not None and not is_lesson:
            window.opener.open_paths([path])
        window.installEventFilter(_FirstPaint(window))
        window.show()
        if path is not None and is_lesson:
            # It arranges the panels, which have their places now.
            window.opener.open_paths([path])
        # What is there by now stays: to look through it again and again would only hold frames up.
        gc.freeze()
        gc.enable()
        status = application.exec()
        receiver.stop()
        exception_hook.remove()
    return status


def _recover(window: MainWindow, last_exit: LastExit) -> None:
    """Say that the last window ended unexpectedly, and bring back what it held."""
    sentences = [tr("nnstudio ended unexpectedly last time.")]
    if has_last_session() and last_exit is LastExit.CRASHED:
        mark_restoring(is_over=False)
        try:
            saved = read_last_session()
            put_back(window.services, saved)
        except UserError as error:
            sentences.append(str(error))
        else:
            sentences += [tr("What it kept of your work is back."), *saved.lost]
        # Were it the session that ends the program, the next start would leave it alone.
        settled = QTimer(window, singleShot=True, interval=SETTLED_MS)
        settled.timeout.connect(partial(mark_restoring, is_over=True))
        settled.start()
    elif has_last_session():
        sentences.append(_last_session())
    window.crash_notice.show_text(" ".join(sentences))


def _without_a_folder() -> str:
    return tr(
        "The folder {folder} cannot be written: what you train is not kept by itself, and there is no log. "
        "Save networks in another folder."
    ).format(folder=log_path().parent)


def _last_session() -> str:
    return tr("Ctrl+Shift+O brings back what you trained last.")


def open_window(settings: QSettings) -> MainWindow:
    """Make the window with the shipped network; without one it starts untrained and says so."""
    theme = chosen_theme(settings, system_theme())
    problem = "digits-mnist" if installed("mnist") else "digits-synthetic"
    try:
        window = MainWindow(load_model(find_model(DEFAULT_MODEL)), problem, theme, settings)
    except UserError as error:
        window = MainWindow(_untrained(), problem, theme, settings)
        window.say(f"{error} {tr('Here is an untrained network; Space trains it.')}", warning=True)
    else:
        welcome = tr(
            "Draw a digit: the answer follows the pen. Space trains the network further, R starts afresh, "
            "? lists the keys."
        )
        window.say(f"{welcome} {_last_session()}" if has_last_session() else welcome)
    return window


def _untrained() -> Model:
    """Return a network with fresh weights, for a program whose shipped one is missing."""
    space = InputSpace("image", (28, 28), 0.0, 1.0)
    architecture = Architecture.of((space.n_features, 64, 32, DIGITS.n_classes))
    theta = initialise(architecture, rng=np.random.default_rng(0))
    return Model(architecture, theta, space, DIGITS, RasterSpec(), {}, NEW_NETWORK)


@contained
class _FirstPaint(QObject):
    """Notes in the log when the window is on the screen: what a start takes can be read there."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first painting, once."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # After this round of events every panel is painted.
            QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        _log.info("the window is painted")
        self.deleteLater()
