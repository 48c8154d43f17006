"""Single instance: a second start hands its file to the window that is open, and ends.

The first start listens on a local socket in the user's own folder (a named pipe on Windows); a later one
sends one path and waits for an answer. A start that gets no answer opens a window itself.
"""

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from nnstudio.paths import state_dir

try:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket
except ImportError:
    # It needs libgssapi_krb5, which a small Linux may lack: then every start opens a window.
    HAS_NETWORK = False
else:
    HAS_NETWORK = True

ANSWER_MS = 2000
"""How long a start waits for the window that is open already."""

_LONGEST_MESSAGE = 65_536
_END = b"\0"
_DONE = b"done"
_log = logging.getLogger(__name__)


def _address() -> str:
    if os.name == "nt":
        return rf"\\.\pipe\nnstudio-{os.environ.get('USERNAME', 'user')}"
    return str(state_dir() / "window.socket")


def hand_over(path: Path | None) -> bool:
    """Have the window that is open already, if there is one, come to the front and open a file.

    Returns
    -------
    bool
        Whether it did; if not, this start has to open a window.
    """
    if not HAS_NETWORK:
        return False
    deadline = QDeadlineTimer(ANSWER_MS)
    socket = QLocalSocket()
    socket.connectToServer(_address())
    if not socket.waitForConnected(deadline.remainingTime()):
        return False
    socket.write(os.fsencode(path.resolve() if path else "") + _END)
    answer = b""
    while len(answer) < len(_DONE) and socket.waitForReadyRead(deadline.remainingTime()):
        answer += bytes(socket.readAll().data())
    return answer == _DONE


class Receiver(QObject):
    """Listens for later starts while a window is open.

    Parameters
    ----------
    window : QWidget
        Comes to the front when there is a later start.
    open_path : callable (Path)
        Opens the file that the later start was given.

    Notes
    -----
    Thread: gui.
    """

    def __init__(self, window: QWidget, open_path: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._window, self._open_path = window, open_path
        self._server = _listen(self) if HAS_NETWORK else None
        if self._server is not None:
            self._server.newConnection.connect(self._accept)

    def stop(self) -> None:
        """Stop listening, and remove the socket."""
        if self._server is not None:
            self._server.close()

    def _accept(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            # A client may disconnect early: then no end of a message comes, and nothing is done.
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(partial(self._read, socket))
            self._read(socket)

    def _read(self, socket: "QLocalSocket") -> None:
        received = bytes(socket.peek(_LONGEST_MESSAGE).data())
        if not received.endswith(_END):
            if len(received) == _LONGEST_MESSAGE:
                socket.abort()
            return
        socket.readAll()
        socket.write(_DONE)
        socket.flush()
        socket.disconnectFromServer()
        # Answered first: the other start waits, and opening a file may take longer.
        QTimer.singleShot(0, self, partial(self._obey, os.fsdecode(received.removesuffix(_END))))

    def _obey(self, path: str) -> None:
        if path:
            self._open_path(Path(path))
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()


def _listen(parent: QObject) -> "QLocalServer | None":
    """Return a server, in place of one whose program crashed; none where the folder cannot be written."""
    address = _address()
    server = QLocalServer(parent)
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    try:
        state_dir().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _log.info("Later starts cannot reach this window: %s", error)
        return None
    # No other window answered `hand_over`: a socket that is there was left by a crash.
    QLocalServer.removeServer(address)
    if not server.listen(address):
        _log.info("Later starts cannot reach this window: %s", server.errorString())
        return None
    return server
