"""Edit weights by hand, with undo."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from nnstudio.errors import UserError
from nnstudio.insight.parameters import Parameter, coordinate_of
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import four_figures
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.run_history import RunHistory
from nnstudio.training.weight_edit import WeightEdit


class WeightEditor(QObject):
    """Applies edits of weights; each gesture can be undone.

    A gesture begins, shows one theta after the other, and is finished: that is one step to undo. Undoing puts
    back the weights that were changed, and leaves what training did to others.

    Attributes
    ----------
    undo_stack : QUndoStack
    holds : bool
        Whether weights that were set to 0 stay so while training goes on.
    reference : ndarray of shape (n_params,), or None
        The weights before the first operation; None before one.

    Notes
    -----
    Thread: gui.
    """

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(self, network: DisplayedNetwork, history: RunHistory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network, self._history = network, history
        self.undo_stack = QUndoStack(self)
        self.holds = True
        self.reference: np.ndarray | None = None
        self._base: np.ndarray | None = None
        self.shown: np.ndarray | None = None
        """What the gesture under way has come to."""
        network.replaced.connect(self.forget)

    @property
    def is_at_work(self) -> bool:
        """Whether a gesture is under way."""
        return self._base is not None

    def begin(self, base: np.ndarray | None = None) -> None:
        """Begin a gesture; ``base`` is the theta that undo restores, by default the displayed one.

        A displayed checkpoint begins a branch first. If there can be none, a sentence says so and no gesture
        begins.
        """
        self._network.override_weights(None)
        if self._network.past is not None:
            try:
                self._history.branch()
            except UserError as error:
                self.said.emit(str(error), True)
                return
        self.shown = self._network.displayed_weights
        self._base = self.shown if base is None else base
        if self.reference is None:
            self.reference = self.shown

    def show(self, theta: np.ndarray) -> None:
        """Change the weights to these, where they differ from what was shown before.

        Nothing happens while no gesture is under way. Biases of a network without them stay 0.
        """
        if self.shown is None:
            return
        architecture = self._network.architecture
        if not architecture.has_biases:
            theta = theta * architecture.trained_mask()
        weight_edit = WeightEdit.between(self.shown, theta)
        if weight_edit.coordinates.size:
            self._history.edit_weights(weight_edit)
        self.shown = theta

    def finish(self, text: str, key: object = None, *, is_pruning: bool = False) -> None:
        """End a gesture.

        Parameters
        ----------
        text : str
            What was done, for the menu and for the marks on the curves.
        key : object
            Gestures with the same key that follow each other are undone at once.
        is_pruning : bool
            Whether weights that became 0 are held there, where ``holds`` says so; a number that is typed or
            dragged elsewhere is trained on, 0 too.
        """
        base, shown = self._base, self.shown
        if base is None or shown is None:
            return
        self._base = self.shown = None
        is_held = self.holds and is_pruning
        change = _Change(self._history.edit_weights, base, shown, text, key, is_held=is_held)
        if change.coordinates.size:
            self.undo_stack.push(change)

    def do(self, theta: np.ndarray, text: str, key: object = None, *, is_pruning: bool = False) -> bool:
        """Change the weights to these in one gesture, see `finish`; return whether it was possible."""
        if self._network.weight_override is not None:
            self.said.emit(
                tr("The window shows {what}: go back to A in Compare to change the network.").format(
                    what=self._network.weight_override.text
                ),
                True,
            )
            return False
        self.begin()
        can_be_edited = self.is_at_work
        self.show(theta)
        self.finish(text, key, is_pruning=is_pruning)
        return can_be_edited

    def set_number(self, place: Parameter, value: float) -> None:
        """Give one weight or bias another value, in one gesture."""
        theta = self._network.displayed_weights.copy()
        theta[coordinate_of(self._network.architecture, place)] = value
        self.do(theta, number_words(place, value))

    def undo(self) -> None:
        """Undo the last gesture in the newest weights, which are displayed from then on."""
        self._network.look_at(None)
        self.undo_stack.undo()

    def redo(self) -> None:
        """Redo the last undone gesture in the newest weights, which are displayed from then on."""
        self._network.look_at(None)
        self.undo_stack.redo()

    def forget(self) -> None:
        """Clear the history: the network was replaced."""
        self.undo_stack.clear()
        self.reference = self._base = self.shown = None


def number_words(place: Parameter, value: float) -> str:
    """Return what was done when a number was set to a value."""
    return tr("{name} = {value}").format(name=place.name, value=four_figures(value))


class _Change(QUndoCommand):
    """What one gesture changed."""

    def __init__(
        self,
        edit_weights: Callable[[WeightEdit], None],
        before: np.ndarray,
        after: np.ndarray,
        text: str,
        key: object,
        *,
        is_held: bool,
    ) -> None:
        super().__init__(text)
        self._edit_weights, self._key, self._is_held = edit_weights, key, is_held
        self.coordinates = np.flatnonzero(before != after)
        self.before, self.after = before[self.coordinates], after[self.coordinates]

    def redo(self) -> None:
        """Change the weights, and hold what became 0."""
        self._edit_weights(WeightEdit(self.coordinates, self.after, self.text()))
        zeros = self.coordinates[self.after == 0]
        if self._is_held and zeros.size:
            self._edit_weights(WeightEdit(zeros, np.zeros(zeros.size, np.float32), is_held=True))

    def undo(self) -> None:
        """Put the weights back."""
        self._edit_weights(WeightEdit(self.coordinates, self.before, self.text()))

    def id(self) -> int:
        """Allow merging of gestures with a key."""
        return -1 if self._key is None else 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take the next gesture into this one where both turn the same knob."""
        if not isinstance(other, _Change) or other._key != self._key:
            return False
        places = np.union1d(self.coordinates, other.coordinates)
        before, after = np.empty(len(places), np.float32), np.empty(len(places), np.float32)
        # Earlier ones last before, later ones last after.
        for change in (other, self):
            before[np.searchsorted(places, change.coordinates)] = change.before
        for change in (self, other):
            after[np.searchsorted(places, change.coordinates)] = change.after
        self.coordinates, self.before, self.after = places, before, after
        self.setText(other.text())
        return True
