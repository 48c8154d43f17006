"""Scope of the colour scale: the largest value of a unit, of its layer, or of the network."""

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.language import translatable


class Scope(StrEnum):
    """The values whose maximum gets the full colour."""

    UNIT = "unit"
    LAYER = "layer"
    NETWORK = "network"


SCOPE_WORDS = {
    Scope.UNIT: translatable("each unit by its own largest"),
    Scope.LAYER: translatable("one scale per layer"),
    Scope.NETWORK: translatable("one scale for the network"),
}


class ColourScale(QObject):
    """The colour scope of all pictures of weights and units.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scope = Scope.LAYER

    def choose(self, scope: Scope) -> None:
        """Set the scope."""
        if scope is not self.scope:
            self.scope = scope
            self.changed.emit()

    def choose_next(self) -> None:
        """Set the next wider scope; after the widest, the narrowest."""
        scopes = list(Scope)
        self.choose(scopes[(scopes.index(self.scope) + 1) % len(scopes)])


def largest(arrays: list[np.ndarray]) -> float:
    """Return the largest absolute value in any of the arrays."""
    return max(max(float(array.max()), -float(array.min())) for array in arrays)
