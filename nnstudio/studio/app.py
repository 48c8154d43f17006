"""Start and end of the desktop application: Qt, the log, and what happens to an exception."""

import logging
import logging.handlers
import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType

# pyqtgraph chooses its binding when it is imported.
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QSettings,
    Qt,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox

import nnstudio
from nnstudio.data.catalogue import installed
from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import DIGITS
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.errors import UserError
from nnstudio.files.atomic import sweep_orphans
from nnstudio.files.model_file import Model, load_model
from nnstudio.files.models import DEFAULT_MODEL, find_model
from nnstudio.paths import state_dir
from nnstudio.studio.images import icon
from nnstudio.studio.keeper import last_session_path
from nnstudio.studio.starting import NEW_NETWORK
from nnstudio.studio.theme import DARK, font, system_theme
from nnstudio.studio.window import Window, chosen_theme

_log = logging.getLogger("nnstudio")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def run(path: Path | None) -> int:
    """Open the window, with a file where one is named, and stay until it is closed.

    Returns
    -------
    int
        The exit status.
    """
    application = create_application()
    start_log()
    sweep_orphans(state_dir())
    window = open_window(QSettings("nnstudio", "nnstudio"))
    trap = ExceptionTrap(window)
    trap.install()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    if path is not None:
        window.commands.open_path(path)
    window.installEventFilter(_FirstPaint(window))
    window.show()
    status = application.exec()
    trap.remove()
    return status


def create_application() -> QApplication:
    """Return the one application object, made on the first call."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(sys.argv[:1])
    # Every position of the pen counts, however busy the program is. Qt's X11 part sets the first one anew
    # when the application is made, so it is said afterwards.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressTabletEvents, False)
    application.setApplicationName("nnstudio")
    application.setApplicationVersion(nnstudio.__version__)
    application.setDesktopFileName(nnstudio.APPLICATION_ID)
    application.setStyle("Fusion")
    application.setFont(font(13))
    application.setWindowIcon(icon("nnstudio", DARK.text, 64))
    return application


def open_window(settings: QSettings) -> Window:
    """Make the window with the shipped network; without one it starts untrained and says so."""
    theme = chosen_theme(settings, system_theme())
    problem = "digits-mnist" if installed("mnist") else "digits-synthetic"
    try:
        window = Window(load_model(find_model(DEFAULT_MODEL)), problem, theme, settings)
    except UserError as error:
        window = Window(_untrained(), problem, theme, settings)
        window.say(f"{error} Here is an untrained network; Space trains it.", warning=True)
    else:
        last = " Ctrl+Shift+O brings back what you trained last." if last_session_path().exists() else ""
        window.say(
            "Draw a digit: the answer follows the pen. "
            f"Space trains the network further, R starts afresh, ? lists the keys.{last}"
        )
    return window


def _untrained() -> Model:
    """Return a network with fresh weights, for a program whose shipped one is missing."""
    space = InputSpace("image", (28, 28), 0.0, 1.0)
    architecture = Architecture.of((space.n_features, 64, 32, DIGITS.n_classes))
    theta = initialise(architecture, rng=np.random.default_rng(0))
    return Model(architecture, theta, space, DIGITS, RasterSpec(), {}, NEW_NETWORK)


def start_log() -> Path:
    """Log to a rotating file in the user's state folder, Qt's messages included, and return its path."""
    path = state_dir() / "nnstudio.log"
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=500_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    qInstallMessageHandler(_log_qt)
    return path


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)


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


class ExceptionTrap(QObject):
    """Sends exceptions of every thread to the log, and tells of the first one in a dialog.

    Notes
    -----
    Thread: exceptions may come from any; the dialog is opened by the window's thread alone.
    """

    _caught = Signal(str)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._told = False
        # Emitted on the thread that failed, obeyed by the window's.
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of the interpreter."""
        sys.excepthook = self._on_main_thread
        threading.excepthook = self._on_other_thread

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _on_main_thread(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        _log.error("unexpected exception", exc_info=(kind, error, trace))
        self._caught.emit(f"{error} ({kind.__name__})")

    def _on_other_thread(self, args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread else "a thread"
        trace = (args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
        _log.error("unexpected exception in %s", name, exc_info=trace)
        self._caught.emit(f"{args.exc_value} ({args.exc_type.__name__}, in {name})")

    def _tell(self, what: str) -> None:
        if self._told:
            return
        self._told = True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("nnstudio")
        box.setText(f"Something went wrong: {what}. What you see is kept and you can go on.")
        box.setInformativeText(
            f"Details are in {state_dir() / 'nnstudio.log'}. Further errors go there without a dialog."
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
