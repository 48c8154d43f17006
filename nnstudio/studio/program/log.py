"""Log file: messages of Python and Qt, and beside it the trace of a crash in native code."""

import faulthandler
import logging
import logging.handlers
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from nnstudio.paths import log_path

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def crash_path() -> Path:
    """Return the path of the trace of crashes in native code, beside the log."""
    return log_path().with_name("crash.log")


@contextmanager
def logging_to_file() -> Iterator[Path | None]:
    """Write a rotating log, Qt's messages included, and a trace of crashes.

    Yields
    ------
    Path or None
        The log file; None where its folder cannot be written: then warnings go to standard error.
    """
    path: Path | None = log_path()
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=500_000, backupCount=2, encoding="utf-8"
        )
        crashes = crash_path().open("a", encoding="utf-8")
    except OSError:
        path, handler, crashes = None, logging.StreamHandler(), None
        handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    qInstallMessageHandler(_log_qt)
    if crashes is not None:
        faulthandler.enable(crashes)
    try:
        yield path
    finally:
        qInstallMessageHandler(None)
        root.removeHandler(handler)
        handler.close()
        if crashes is not None:
            faulthandler.disable()
            crashes.close()


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
