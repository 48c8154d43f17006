"""Autosave of the session: soon after it begins, every half minute and at the end; restores the last one."""

import logging
import secrets
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QObject, QTimer

from nnstudio.errors import UserError
from nnstudio.files.session_file import CONTENTS, SavedSession, members_of, session_from
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.documents.session_snapshot import PanelLayout, captured, last_session, put_back
from nnstudio.studio.session.openings import Opening, Work
from nnstudio.studio.session.services import Services
from nnstudio.training.runs import Run

PERIOD_MS = 30_000
FIRST_MS = 3_000
"""How often there is a look for something to save, before there was any."""

_log = logging.getLogger(__name__)


class NoSessionError(UserError):
    """There is no session to restore."""


class Autosave(QObject):
    """Saves what was trained and drawn, which a crash or a power cut would lose.

    A network that has learnt nothing since it was opened or made is kept only with points of the user's own:
    it is in its file, or its seed makes it again. Checkpoints of runs never change: each is written once.

    Parameters
    ----------
    services : Services
    layout : PanelLayout
        The arrangement of the panels, which is saved too.
    parent : QObject

    Notes
    -----
    Thread: gui. The files are written in the background, from frozen copies.
    """

    def __init__(self, services: Services, layout: PanelLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._layout = services, layout
        self._folder = last_session()
        self._keys: WeakKeyDictionary[Run, str] = WeakKeyDictionary()
        self._prefix, self._n_keys = secrets.token_hex(4), 0
        self._kept: SavedSession | None = None
        self._worker = BackgroundWorker("nnstudio-autosave")
        self._has_warned = False
        self._rests = False
        self._timer = QTimer(self)
        self._timer.setInterval(min(FIRST_MS, PERIOD_MS))
        self._timer.timeout.connect(self.keep)
        self._timer.start()

    def rest(self) -> None:
        """Save nothing from now on: the demonstration is no work of the user."""
        self._timer.stop()
        self._rests = True

    def keep(self) -> None:
        """Save in the background what has changed since the last time."""
        self._worker.poll()
        if self._worker.is_busy:
            return
        saved = self._session()
        if saved is not None and not _is_same(saved, self._kept):
            self._write(saved)

    def finish(self) -> None:
        """Save for the last time, and wait until it is done."""
        self._timer.stop()
        saved = self._session()
        if saved is not None:
            self._write(saved)
        self._worker.wait()
        self._worker.poll()
        self._worker.stop()

    def _session(self) -> SavedSession | None:
        session = self._services.session
        former = session.lesson_guide.former
        if former is not None:
            # A lesson is no work of the user; what was there before it is.
            return former if former.was_trained or former.points.own is not None else None
        has_work = session.network.learnt_model() is not None or session.point_editor.own is not None
        if self._rests or not has_work:
            return None
        return captured(self._services, self._layout)

    def _write(self, saved: SavedSession) -> None:
        self._kept = saved
        self._timer.setInterval(PERIOD_MS)
        title = tr("Keeping the session")
        self._worker.queue(Task(lambda _: self._save(saved), lambda _: None, self._warn, title))

    def _save(self, saved: SavedSession) -> None:
        self._folder.update(members_of(saved, self._key_of))

    def _warn(self, reason: str) -> None:
        """Say once why what is trained is not kept."""
        _log.warning("The session could not be kept: %s", reason)
        if not self._has_warned:
            self._has_warned = True
            self._services.say(
                tr("What you train is not being kept for the next start: {error}").format(error=reason),
                warning=True,
            )

    def _key_of(self, run: Run) -> str:
        """Return a run's folder: the same for as long as the window is open, and unlike any of before."""
        if run not in self._keys:
            self._n_keys += 1
            self._keys[run] = f"runs/{self._prefix}-{self._n_keys}"
        return self._keys[run]


def has_last_session() -> bool:
    """Tell whether there is a session to restore."""
    return (last_session().path / CONTENTS).exists()


def read_last_session() -> SavedSession:
    """Read the last session; on any thread.

    Raises
    ------
    UserError
        If there is none, or nothing of it can be opened.
    """
    if not has_last_session():
        raise NoSessionError(tr("No earlier session has left a trained network."))
    members, is_whole = last_session().read()
    return session_from(members, tr("the last session"), is_whole=is_whole)


def open_last_session(services: Services) -> Opening[None]:
    """Restore the last session; where it cannot be, a sentence says so, and what was open stays."""
    try:
        saved = yield Work(tr("Opening the last session"), read_last_session)
        put_back(services, saved)
    except UserError as error:
        services.say(f"{error} {tr('What was open stays.')}", warning=True)
    else:
        services.say(" ".join([tr("The last session is back."), *saved.lost]), warning=bool(saved.lost))


def _is_same(saved: SavedSession, kept: SavedSession | None) -> bool:
    if kept is None or not np.shares_memory(saved.network.theta, kept.network.theta):
        return False
    drawings = [None if one.drawing is None else one.drawing.to_json() for one in (saved, kept)]
    return (
        drawings[0] == drawings[1]
        and _are_alike(saved.x, kept.x)
        and _are_alike(saved.picture, kept.picture)
        and saved.points == kept.points
        and saved.runs == kept.runs
    )


def _are_alike(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)
