"""The one unit that all views mark and explain."""

from PySide6.QtCore import QObject, Signal

from nnstudio.insight.parameters import Parameter
from nnstudio.studio.session.displayed_network import DisplayedNetwork

INPUT = -1
"""Stands where a computing layer does, for the values of the input."""


class Selection(QObject):
    """Holds the selected unit; views send their clicks here, and all of them follow.

    Parameters
    ----------
    network : DisplayedNetwork
        Whose network the unit is one of.

    Notes
    -----
    Thread: gui. The frame after a change has ``Changes.selection`` set; a new network begins with none.
    """

    changed = Signal()
    pointed_changed = Signal()
    path_changed = Signal()
    confusion_chosen = Signal(int, int)
    """A cell of the confusion matrix was chosen: the true and the predicted class."""

    def __init__(self, network: DisplayedNetwork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self.unit: tuple[int, int] | None = None
        """The computing layer (0 is the first) and the unit in it."""
        self.source: int | None = None
        """Which of the unit's incoming weights is looked at: the index of what it comes from."""

        self.pointed: tuple[int, int] | None = None
        """The unit under the pointer or the keys in some view, which others mark; or (INPUT, number)."""
        self.path: tuple[Parameter, ...] = ()
        """The weights of a path through the network that is looked at; it may begin with a bias."""

    def point_at(self, layer: int | None, unit: int | None) -> None:
        """Mark a unit in every view that shows it, or a value of the input, or none."""
        pointed = None if layer is None or unit is None else (layer, unit)
        if pointed != self.pointed:
            self.pointed = pointed
            self.pointed_changed.emit()

    def light_path(self, path: tuple[Parameter, ...]) -> None:
        """Light a path in every view that shows edges, or none."""
        if path != self.path:
            self.path = path
            self.path_changed.emit()

    def select(self, layer: int, unit: int, source: int | None = None) -> None:
        """Select a unit of a computing layer, or one of its weights; what the network has not is none.

        Until the next frame, a click may meet the network that was before.
        """
        architecture = self._network.architecture
        exists = 0 <= layer < architecture.n_layers and 0 <= unit < architecture.layer_sizes[layer + 1]
        if not exists:
            self.clear()
        elif source is not None and not 0 <= source < architecture.layer_sizes[layer]:
            self._set((layer, unit), None)
        else:
            self._set((layer, unit), source)

    def choose_confusion(self, true: int, predicted: int) -> None:
        """Choose the test samples of one class that were predicted as another."""
        self.confusion_chosen.emit(true, predicted)

    def clear(self) -> None:
        """Select nothing, and light no path."""
        self.light_path(())
        self._set(None, None)

    def _set(self, unit: tuple[int, int] | None, source: int | None) -> None:
        if (unit, source) != (self.unit, self.source):
            self.unit, self.source = unit, source
            self.changed.emit()
