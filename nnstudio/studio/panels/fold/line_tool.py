"""Move and turn the line w·x + b = 0 of a unit of the first layer: its weights and its bias follow."""

import numpy as np

from nnstudio.data.problem import subscript
from nnstudio.insight.fold import FoldError, line_through, moved_line, n_folding_layers
from nnstudio.language import tr
from nnstudio.studio.session.session import Session

Line = tuple[np.ndarray, float]
"""Weights (2,) and bias of a unit."""


def value_name(letter: str, layer: int, unit: int) -> str:
    """Return what a value of a unit is called, as in the panel Formula.

    Examples
    --------
    >>> value_name("z", 0, 1)
    'z₁[2]'
    """
    return f"{letter}{subscript(layer + 1)}[{unit + 1}]"


class LineTool:
    """Changes one unit's line, by hand or by keys; each gesture is one step to undo.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    unit : int
        Whose line it is.

    Notes
    -----
    Thread: gui.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._editor, self._network = session, session.weight_editor, session.network
        self.unit = 0
        self._has_begun = False
        self._line: Line | None = None
        """Where the line was put, until the trainer's weights have it."""
        self._start: Line = np.zeros(2), 0.0
        """The line when the gesture began."""
        self._before: np.ndarray | None = None
        """The network's weights when the line was put there."""
        self._made: tuple[np.ndarray, Line, np.ndarray] | None = None

    @property
    def weights(self) -> np.ndarray:
        """The network's weights (n_params,) with the line where the hand is, or has just put it.

        The same array until something changes.
        """
        weights = self._network.prediction_weights
        is_over = not self._editor.is_at_work if self._has_begun else weights is not self._before
        if is_over:
            self._has_begun, self._line = False, None
        if self._line is None:
            return weights
        if self._made is None or self._made[0] is not weights or self._made[1] is not self._line:
            self._made = weights, self._line, self._with_line(weights, self._line)
        return self._made[2]

    def begin(self, unit: int) -> bool:
        """Begin with the line of a unit; return whether it can be changed."""
        architecture = self._network.architecture
        if not n_folding_layers(architecture) or unit >= architecture.layer_sizes[1]:
            # Another network has come since the line was drawn.
            return False
        self._session.selection.select(0, unit)
        layer = architecture.layers(self.weights)[0]
        start = layer.W[unit].astype(np.float64), float(layer.b[unit])
        self._editor.begin()
        if self._editor.is_at_work:
            if unit != self.unit:
                self._line = None
            self.unit, self._start, self._has_begun = unit, start, True
        return self._has_begun

    def move(self, by: np.ndarray) -> None:
        """Move the line by so much from where it was at first, (2,); b follows."""
        w, b = self._start
        self._show((w, moved_line(w, b, by)))

    def turn(self, pivot: np.ndarray, through: np.ndarray) -> None:
        """Turn the line about one of its points so that it passes through another one; W and b follow."""
        try:
            self._show(line_through(pivot, through, self._start[0]))
        except FoldError:
            # The hand is on the pivot: the line stays until it is somewhere else.
            return

    def _show(self, line: Line) -> None:
        shown = self._editor.shown
        if shown is not None and self._has_begun:
            self._line, self._before = line, self._network.prediction_weights
            self._editor.show(self._with_line(shown, line))

    def finish(self, *, key: object = None) -> None:
        """End the gesture; those with the same key that follow each other are undone at once."""
        self._has_begun = False
        name = value_name("z", 0, self.unit)
        self._editor.finish(tr("Line {name} = 0 moved").format(name=name), key)

    def _with_line(self, theta: np.ndarray, line: Line) -> np.ndarray:
        theta = theta.copy()
        layer = self._network.architecture.layers(theta)[0]
        layer.W[self.unit], layer.b[self.unit] = line
        return theta
