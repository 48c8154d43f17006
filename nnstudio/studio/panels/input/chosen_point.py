"""The one point of the problem that keys move and remove, in the graph and in the plane."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.language import tr
from nnstudio.studio.session.session import Session


class ChosenPoint(QObject):
    """Chooses a point by its number among all.

    Parameters
    ----------
    session : Session
    parent : QObject

    Attributes
    ----------
    index : int or None
    has_just_added : bool
        Whether adding a point was the last thing done: it is chosen when it has come.
    """

    changed = Signal()
    """Another point is chosen, or none, or it may have moved."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._editor = session, session.point_editor
        self.index: int | None = None
        self.has_just_added = False
        self._n = 0

    def meet_points(self) -> None:
        """Keep the choice while only places change; a point that was added is chosen."""
        points = self._editor.points
        n = 0 if points is None else len(points)
        if n != self._n:
            is_added = self.has_just_added and n == self._n + 1
            self._n = n
            self._set(n - 1 if is_added else None)
        else:
            self.changed.emit()

    def choose(self, index: int | None) -> None:
        """Choose a point, or none."""
        self.has_just_added = False
        self._set(index)

    def _set(self, index: int | None) -> None:
        self.index = index
        self.changed.emit()

    def choose_next(self, step: int) -> None:
        """Choose the next point to the right (1) or to the left (−1)."""
        points = self._editor.points
        if points is not None:
            self.choose(next_along(points.x[:, 0], self.index, step))

    def index_or_sentence(self) -> int | None:
        """Return the number of the point; say how one is chosen, if none is."""
        points = self._editor.points
        if self.index is None or points is None or self.index >= len(points):
            sentence = tr("Choose a point first: click it, or . and , go from point to point.")
            self._session.said.emit(sentence, False)
            return None
        return self.index


def next_along(x: np.ndarray, index: int | None, step: int) -> int:
    """Return the number of the next point to the right (1) or to the left (−1), of abscissas (n,), n ≥ 1.

    After the last comes the first, and where there is no point of a number one begins at an end.
    """
    order = np.argsort(x, kind="stable")
    if index is not None and index < len(order):
        place = int(np.flatnonzero(order == index)[0]) + step
    else:
        place = 0 if step > 0 else -1
    return int(order[place % len(order)])
