"""What a hand or a key does to the points of the plane: paint, erase, move, choose."""

from collections.abc import Callable
from enum import Enum

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.curves import bounded
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import OutputSpace
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.panels.input.chosen_point import ChosenPoint
from nnstudio.studio.session.session import Session

Place = tuple[float, float]


class Mode(Enum):
    """What the left button does in the plane."""

    ASK = "ask"
    PAINT = "paint"
    ERASE = "erase"


class PlanePointTool(QObject):
    """Chooses, paints, moves and erases points; each gesture is one step to undo.

    Parameters
    ----------
    session : Session
    parent : QObject

    Attributes
    ----------
    mode : Mode
    label : int
        The class that is painted.
    value : float
        The number that is painted, where the output is one.
    chosen : ChosenPoint
        The point that keys move and remove.
    """

    mode_changed = Signal()
    """Another tool, or another class or number to paint."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._editor = session, session.point_editor
        self.mode, self.label, self.value = Mode.ASK, 0, 1.0
        self.chosen = ChosenPoint(session, self)
        self._left_over: OwnPoints | None = None
        """The one point that is left of all, which the first that is painted replaces."""
        self._last: Place | None = None
        """Where the last point of the gesture is, or where its eraser was."""

    # What to paint

    def choose_mode(self, mode: Mode) -> None:
        """Take another tool; say why, where points cannot be painted."""
        space = self._session.network.output_space
        if mode is not Mode.ASK and not can_be_painted(space):
            self._session.said.emit(refusal(space), True)
            mode = Mode.ASK
        self.mode = mode
        self.mode_changed.emit()

    def choose_label(self, label: int) -> None:
        """Paint points of a class, by its number, from now on."""
        self.label = label
        self.choose_mode(Mode.PAINT)

    def choose_value(self, value: float) -> None:
        """Paint points with a number from now on."""
        self.value = value
        self.choose_mode(Mode.PAINT)

    def meet_outputs(self, space: OutputSpace) -> None:
        """Paint what such a network can give out."""
        if self.label >= max(space.n_classes, 1):
            self.label = 0
        if self.mode is not Mode.ASK and not can_be_painted(space):
            self.mode = Mode.ASK
        self.mode_changed.emit()

    @property
    def points(self) -> OwnPoints | None:
        """The points of the problem."""
        return self._editor.points

    # Single steps

    def add(self, place: Place) -> None:
        """Add a point at a place, which is learned from; it is chosen."""
        self.chosen.has_just_added = True
        self._edit(lambda points: self._with(points, place), tr("Add a point"))

    def remove_chosen(self) -> None:
        """Remove the chosen point."""
        index = self.chosen.index_or_sentence()
        if index is not None:
            self._edit(lambda points: points.without(index), tr("Remove a point"))

    def move_chosen(self, dx: float, dy: float) -> None:
        """Move the chosen point by so much."""
        points, index = self.points, self.chosen.index_or_sentence()
        if points is not None and index is not None:
            x1, x2 = points.x[index].tolist()
            place = _near((x1 + dx, x2 + dy))
            self._edit(lambda points: points.moved(index, place, points.answers[index]), tr("Move a point"))

    def clear(self) -> None:
        """Remove all points but one, without which nothing could be learned from; the next replaces it."""
        points = self.points
        if points is None or len(points) == 1:
            return
        kept = int(np.flatnonzero(~points.is_test)[0])
        others = np.flatnonzero(np.arange(len(points)) != kept)
        self._edit(lambda points: points.without(others), tr("Clear the points"))
        self._left_over = self.points
        sentence = tr(
            "One point is left, as a network needs one: the first that you paint replaces it. Ctrl+Z brings "
            "the others back."
        )
        self._session.said.emit(sentence, False)

    def _edit(self, edit: Callable[[OwnPoints], OwnPoints], text: str) -> None:
        """Change the points in one step, or say why that cannot be."""
        if self._begin():
            self._show(edit)
            self._editor.finish(text)

    # Gestures

    def begin_painting(self, place: Place) -> bool:
        """Paint a point, and go on painting; return whether that can be."""
        if not self._begin():
            return False
        self._last = place
        return self._show(lambda points: self._with(points, place))

    def paint_to(self, place: Place, apart: tuple[float, float]) -> None:
        """Paint points on the way to a place, at a distance given along both axes."""
        while self._last is not None:
            way = np.subtract(place, self._last)
            length = float(np.hypot(*(way / apart)))
            if length < 1:
                return
            x1, x2 = np.add(self._last, way / length).tolist()
            self._last = x1, x2
            if not self._show(lambda points, at=(x1, x2): self._with(points, at)):
                self._last = None

    def begin_erasing(self, place: Place, radius: tuple[float, float]) -> bool:
        """Erase what is near a place, and go on erasing; return whether that can be."""
        if not self._begin():
            return False
        self._last = place
        self.erase_to(place, radius)
        return True

    def erase_to(self, place: Place, radius: tuple[float, float]) -> None:
        """Erase the points near the way to a place; the radius is given along both axes."""
        points, last = self.points, self._last
        if points is None or last is None:
            return
        self._last = place
        beside, way = (points.x - last) / radius, np.subtract(place, last) / radius
        along = np.clip(beside @ way / max(float(way @ way), 1e-12), 0, 1)
        near = np.flatnonzero(np.hypot(*(beside - along[:, None] * way).T) <= 1)
        if len(near) and not self._show(lambda points: points.without(near)):
            self._last = None

    def begin_move(self, index: int) -> bool:
        """Choose a point, and begin to move it; return whether that can be."""
        self.chosen.choose(index)
        return self._begin()

    def move_to(self, place: Place) -> None:
        """Move the chosen point."""
        points, index = self.points, self.chosen.index
        if points is not None and index is not None and index < len(points):
            self._show(lambda points: points.moved(index, _near(place), points.answers[index]))

    def finish(self, text: str) -> None:
        """End the gesture, by what it is called."""
        self._last = None
        self._editor.finish(text)

    def _begin(self) -> bool:
        """Begin a gesture; say why, if that cannot be."""
        if self.points is None:
            self._session.said.emit(tr("There are no points here that could be edited."), False)
            return False
        if not can_be_painted(self._session.network.output_space):
            self._session.said.emit(refusal(self._session.network.output_space), True)
            return False
        self._editor.begin()
        return self._editor.is_at_work

    def _show(self, edit: Callable[[OwnPoints], OwnPoints]) -> bool:
        """Learn from other points within the gesture; say why, if they are impossible."""
        points = self.points
        if points is None:
            return False
        try:
            self._editor.show(edit(points))
        except UserError as error:
            self._session.said.emit(str(error), True)
            return False
        return True

    def _with(self, points: OwnPoints, place: Place) -> OwnPoints:
        """Return points with one more of what is painted; it replaces the one left over of all."""
        has_labels = points.output_space.traits.has_labels
        answer = self.label if has_labels else bounded(self.value)
        if points is self._left_over:
            return points.moved(0, _near(place), answer)
        return points.added(_near(place), answer)


def can_be_painted(space: OutputSpace) -> bool:
    """Return whether a class or a number that is chosen beforehand says all of an answer."""
    return space.n_outputs == 1 or 0 < space.n_classes <= len(CLASS_MARKS)


def refusal(space: OutputSpace) -> str:
    """Say why no points can be painted for such outputs."""
    if not space.traits.has_labels:
        return tr("A point here has {n} numbers as its answer: a table (CSV) can say them.").format(
            n=space.n_outputs
        )
    return tr("Points of up to {most} classes can be painted, and here are {n}.").format(
        most=len(CLASS_MARKS), n=space.n_classes
    )


def _near(place: Place) -> list[float]:
    return [bounded(value) for value in place]
