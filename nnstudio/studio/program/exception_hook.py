"""What happens to an exception that nobody caught, on whatever thread: the log, and one dialog."""

import logging
import platform
import sys
import threading
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QMessageBox

import nnstudio
from nnstudio.language import tr
from nnstudio.studio.window.main_window import MainWindow

_log = logging.getLogger(__name__)


class ExceptionHook(QObject):
    """Sends exceptions of every thread to the log, and tells of the first one in a dialog.

    Parameters
    ----------
    window : Window
    log : Path or None
        Where the log is, if there is one.

    Notes
    -----
    Thread: exceptions may come from any; the dialog is opened by the window's thread alone.
    """

    _caught = Signal(str, str)
    """What happened in a sentence, and the traceback."""

    def __init__(self, window: MainWindow, log: Path | None) -> None:
        super().__init__(window)
        self._window = window
        self._log = log
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
        self._caught.emit(f"{error} ({kind.__name__})", _details(kind, error, trace))

    def _on_other_thread(self, args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread else tr("a thread")
        trace = (args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
        _log.error("unexpected exception in %s", name, exc_info=trace)
        what = tr("{error} ({kind}, in {thread})").format(
            error=args.exc_value, kind=args.exc_type.__name__, thread=name
        )
        self._caught.emit(what, _details(*trace))

    def _tell(self, what: str, details: str) -> None:
        if self._told:
            return
        self._told = True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("nnstudio")
        box.setText(
            tr("Something went wrong: {what}. What you see is kept and you can go on.").format(what=what)
        )
        where = tr("There is no log: copy the details if you want to keep them.")
        if self._log is not None:
            where = tr("Details are in {log_path}. Further errors go there without a dialog.").format(
                log_path=self._log
            )
        box.setInformativeText(where)
        box.setDetailedText(details)
        box.addButton(QMessageBox.StandardButton.Close)
        copy = box.addButton(tr("Copy details"), QMessageBox.ButtonRole.ActionRole)
        # Any button closes such a box by itself; who has copied may want to read on.
        copy.clicked.disconnect()
        copy.clicked.connect(partial(_copy, details, copy))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _copy(details: str, button: QAbstractButton) -> None:
    QGuiApplication.clipboard().setText(details)
    button.setText(tr("Copied"))


def _details(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Return what a person who mends it wants to know."""
    program = f"nnstudio {nnstudio.__version__}, Python {platform.python_version()}, Qt {PySide6.__version__}"
    lines = traceback.format_exception(kind, error, trace)
    return f"{program}, {platform.platform()}\n\n{''.join(lines)}"
