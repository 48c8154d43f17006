"""Exception hook: uncaught exceptions of any thread go to the log, the first one to a dialog as well."""

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
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

import nnstudio
from nnstudio.language import tr

_log = logging.getLogger(__name__)


class ExceptionHook(QObject):
    """Log the uncaught exceptions of every thread, and show the first one in a dialog.

    Parameters
    ----------
    window : QWidget
        Parent of the dialog; closed by Ctrl+C in the terminal.
    log : Path or None
        The log file, if there is one.

    Notes
    -----
    Thread: exceptions may come from any; the dialog is opened by the window's thread alone.
    """

    _caught = Signal(str, str)
    """The exception in a sentence, and the traceback."""

    def __init__(self, window: QWidget, log: Path | None) -> None:
        super().__init__(window)
        self._window = window
        self._log = log
        self._has_shown = False
        # Emitted on the thread that failed, received on the window's.
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Install the hooks of the interpreter."""
        sys.excepthook = self._on_main_thread
        threading.excepthook = self._on_other_thread

    def remove(self) -> None:
        """Restore the hooks of the interpreter."""
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

    def _show(self, what: str, details: str) -> None:
        if self._has_shown:
            return
        self._has_shown = True
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
        # Any button closes a message box by itself; after copying one may want to read on.
        copy.clicked.disconnect()
        copy.clicked.connect(partial(_copy, details, copy))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _copy(details: str, button: QAbstractButton) -> None:
    QGuiApplication.clipboard().setText(details)
    button.setText(tr("Copied"))


def _details(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Return the versions and the traceback, for a bug report."""
    program = f"nnstudio {nnstudio.__version__}, Python {platform.python_version()}, Qt {PySide6.__version__}"
    lines = traceback.format_exception(kind, error, trace)
    return f"{program}, {platform.platform()}\n\n{''.join(lines)}"
