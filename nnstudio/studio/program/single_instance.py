"""One window for one person: a second start hands its file over to the first, and ends.

The first start listens on a socket in the user's own folder (a named pipe on Windows); whoever connects sends
one path and waits for a word back. Nothing is unpickled. A start that gets no answer opens a window itself.
"""

import logging
import os
import threading
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from nnstudio.paths import state_dir
from nnstudio.studio.window.main_window import MainWindow

ANSWER_S = 2.0
"""How long a start waits for the window that is open already."""

_LONGEST_MESSAGE = 65_536
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
    try:
        with Client(_address()) as connection:
            connection.send_bytes(str(path.resolve() if path else "").encode())
            return connection.poll(ANSWER_S) and connection.recv_bytes(_LONGEST_MESSAGE) == _DONE
    # No window, one that ended without a word, or one that hangs.
    except (OSError, EOFError):
        return False


class Receiver(QObject):
    """Listens for later starts while a window is open.

    Notes
    -----
    Thread: gui; one thread of its own waits for connections.
    """

    _asked = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._asked.connect(self._obey, Qt.ConnectionType.QueuedConnection)
        self._listener = _listen()
        self._thread: threading.Thread | None = None
        if self._listener is not None:
            self._thread = threading.Thread(target=self._wait, name="nnstudio-receiver", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop listening, and leave nothing behind."""
        listener, self._listener = self._listener, None
        if listener is None or self._thread is None:
            return
        # Closing a socket wakes nobody who waits for it; a connection does.
        with suppress(OSError):
            Client(listener.address).close()
        self._thread.join(ANSWER_S)
        listener.close()

    def _wait(self) -> None:
        while (listener := self._listener) is not None:
            try:
                with listener.accept() as connection:
                    self._answer(connection)
            # Whoever leaves before the word is spoken is no reason to stop listening.
            except (OSError, EOFError):
                continue

    def _answer(self, connection: Connection) -> None:
        path = connection.recv_bytes(_LONGEST_MESSAGE).decode()
        self._asked.emit(path)
        connection.send_bytes(_DONE)

    def _obey(self, path: str) -> None:
        window = self._window
        if path:
            window.commands.open_path(Path(path))
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()


def _listen() -> Listener | None:
    """Return a listener, in place of one whose program has ended; none where the folder cannot be written."""
    address = _address()
    try:
        if os.name != "nt":
            Path(address).parent.mkdir(parents=True, exist_ok=True)
            # Nobody answered there, or this start would not have come so far.
            Path(address).unlink(missing_ok=True)
        return Listener(address)
    except OSError as error:
        _log.info("Later starts cannot reach this window: %s", error)
        return None
