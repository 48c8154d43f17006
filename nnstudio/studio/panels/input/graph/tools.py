"""What a hand or a key does in the graph: edit points, and move kinks."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from nnstudio.data.curves import bounded
from nnstudio.data.own_points import OwnPoints
from nnstudio.errors import UserError
from nnstudio.insight.piecewise import first_kinks
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.panels.input.chosen_point import ChosenPoint
from nnstudio.studio.session.layer_names import unit_name
from nnstudio.studio.session.messages import NO_BIASES
from nnstudio.studio.session.session import Session


class GraphPointTool:
    """Adds, moves and removes points.

    Parameters
    ----------
    session : Session
    parent : QObject

    Attributes
    ----------
    chosen : ChosenPoint
        The point that keys move and remove.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        self._session, self._editor = session, session.point_editor
        self.chosen = ChosenPoint(session, parent)

    @property
    def points(self) -> OwnPoints | None:
        """The points of the problem."""
        return self._editor.points

    @property
    def can_edit(self) -> bool:
        """Whether a place in the graph says what a point is: it has one number as answer, or a class."""
        points = self.points
        return points is not None and (
            points.output_space.traits.has_labels or points.output_space.n_outputs == 1
        )

    def add(self, x: float, y: float) -> None:
        """Add a point at a place, which is learned from."""
        self.chosen.has_just_added = True
        self._edit(lambda points: points.added([bounded(x)], self._answer_at(y)), tr("Add a point"))

    def remove_chosen(self) -> None:
        """Remove the chosen point."""
        index = self.chosen.index_or_sentence()
        if index is not None:
            self._edit(lambda points: points.without(index), tr("Remove a point"))

    def move_chosen(self, dx: float, dy: float) -> None:
        """Move the chosen point by so much; a class changes by one."""
        points, index = self.points, self.chosen.index_or_sentence()
        if points is None or index is None:
            return
        x, y = float(points.x[index, 0]) + dx, float(heights(points)[index, 0])
        y += dy if points.answers.ndim == 2 else np.sign(dy)
        self._edit(lambda points: points.moved(index, [bounded(x)], self._answer_at(y)), tr("Move a point"))

    def begin_drag(self) -> bool:
        """Begin to drag a point; return whether it can be."""
        if self.can_edit:
            self._editor.begin()
        return self._editor.is_at_work

    def drag(self, index: int, x: float, y: float) -> None:
        """Move a point, by its number, to a place."""
        points = self.points
        if points is not None:
            self._editor.show(points.moved(index, [bounded(x)], self._answer_at(y)))

    def finish_drag(self) -> None:
        """End the drag: it is one step to undo."""
        self._editor.finish(tr("Move a point"))

    def _edit(self, edit: Callable[[OwnPoints], OwnPoints], text: str) -> None:
        """Change the points in one step, or say why that cannot be."""
        points = self.points
        if points is None or not self.can_edit:
            self._session.said.emit(tr("There are no points here that a click could change."), False)
            return
        try:
            self._editor.do(edit(points), text)
        except UserError as error:
            self._session.said.emit(str(error), True)

    def _answer_at(self, y: float) -> float:
        space = self._session.network.output_space
        return bounded(y) if space.quantities else min(max(round(y), 0), space.n_classes - 1)


def heights(points: OwnPoints) -> np.ndarray:
    """Return how high each point's answers are drawn, (n, n_outputs): a class at its number."""
    answers = points.answers
    return answers if answers.ndim == 2 else answers[:, None].astype(np.float32)


class KinkTool:
    """Moves where a unit of the first layer bends: w x + b = 0, so that b = −w x.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    weights : ndarray of shape (n_params,), or None
        The network's own with the kink where the hand is, which the trainer's follow with its next step;
        None while nothing is dragged.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._editor, self._network = session, session.weight_editor, session.network
        self.weights: np.ndarray | None = None
        self._unit, self._x = 0, 0.0
        self._moved: np.ndarray | None = None
        """The weights before the last move."""

    def begin(self, unit: int) -> bool:
        """Begin to move a unit's kink; return whether it can be moved."""
        self._session.selection.select(0, unit)
        if not self._network.architecture.has_biases:
            self._session.said.emit(tr(NO_BIASES), False)
            return False
        weights = self._network.prediction_weights
        # The trainer may not have answered the last move yet.
        is_ahead = weights is self._moved and unit == self._unit
        x = self._x if is_ahead else float(first_kinks(self._network.architecture, weights)[unit])
        if not np.isfinite(x):
            return False
        self._unit, self._x = unit, x
        self._editor.begin()
        return self._editor.is_at_work

    def move_to(self, x: float) -> None:
        """Move the kink."""
        self._x, self._moved = x, self._network.prediction_weights
        if self._editor.shown is not None:
            self._editor.show(self._with_kink(self._editor.shown))
            self.weights = self._with_kink(self._network.prediction_weights)

    def follow(self) -> None:
        """Take over what training has made of the other weights meanwhile, where a kink is moved."""
        if self.weights is not None:
            self.weights = self._with_kink(self._network.prediction_weights)

    def finish(self, *, key: object = None) -> None:
        """End the move: it is one step to undo; steps with the same key are one."""
        self.weights = None
        words = tr("{unit}: kink at {x}")
        unit = unit_name(self._network.architecture, self._network.output_space, 0, self._unit)
        self._editor.finish(words.format(unit=unit, x=figure(self._x)), key)

    def step_selected(self, dx: float) -> None:
        """Move the kink of the selected unit by so much."""
        unit = self._session.selection.unit
        if unit is None or unit[0] != 0 or self._network.architecture.n_layers < 2:
            sentence = tr("Select a unit of the first hidden layer first: then its kink is moved.")
            self._session.said.emit(sentence, False)
        elif self.begin(unit[1]):
            self.move_to(self._x + dx)
            self.finish(key=("kink", unit))

    def _with_kink(self, theta: np.ndarray) -> np.ndarray:
        theta = theta.copy()
        layer = self._network.architecture.layers(theta)[0]
        layer.b[self._unit] = -layer.W[self._unit, 0] * self._x
        return theta
