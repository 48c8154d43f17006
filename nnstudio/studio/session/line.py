"""A straight line beside the network: typed, dragged, the best one, or made the network; no widgets."""

from dataclasses import replace
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.insight.line_fit import LinearModel, best_linear_model, linear_model
from nnstudio.language import tr
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.point_editor import PointEditor
from nnstudio.studio.session.training_run import TrainingRun

LARGEST = 1e9
"""Of a slope or an intercept."""

HANDLES = (0.1, 0.9)
"""Where the line is held, as shares of the points' range."""


class Residuals(StrEnum):
    """How what is left between the line and the points is drawn."""

    NONE = "none"
    SEGMENTS = "segments"
    SQUARES = "squares"


def refusal(input_space: InputSpace, output_space: OutputSpace) -> str:
    """Say why there is no function of one variable; empty where there is."""
    if input_space.traits.has_pixels or input_space.n_features != 1:
        return tr("The input is not one number: there is no curve here. Choose one among the problems.")
    if len(output_space.quantities) != 1:
        return tr("The output is not one number: there is no curve here. Choose one among the problems.")
    return ""


def curve_points(points: OwnPoints | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what is learned from of a function of one variable: x (n, 1) and y (n,), float64; else None."""
    if points is None or refusal(points.input_space, points.output_space):
        return None
    learned = ~points.is_test
    return points.x[learned].astype(np.float64), points.answers[learned, 0].astype(np.float64)


class Line(QObject):
    """A line ŷ = m x + b, compared with the points that are learned from.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    point_editor : PointEditor
        Has the points.
    parent : QObject

    Attributes
    ----------
    model : LinearModel or None
        The line; None before one is asked for, and where there are no points for one.
    is_shown : bool
        Whether it is drawn in the graph.
    residuals : Residuals

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """Another line, other points, or another way to draw them."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        point_editor: PointEditor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training, self._editor = network, training, point_editor
        self.model: LinearModel | None = None
        self.is_shown = False
        self.residuals = Residuals.SEGMENTS
        self._known: tuple[OwnPoints | None, tuple[np.ndarray, np.ndarray] | None] = None, None
        point_editor.changed.connect(self._follow_points)

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray] | None:
        """What the line is fitted to: x (n, 1) and y (n,), float64; None where there is no such problem.

        The same tuple until there are other points.
        """
        points = self._editor.points
        if self._known[0] is not points:
            self._known = points, curve_points(points)
        return self._known[1]

    def begin(self) -> None:
        """Show a line where there is none: the flat one through the mean."""
        points = self.points
        if self.model is None and points is not None:
            self.is_shown = True
            self.set_to(0.0, float(points[1].mean()))

    def forget(self) -> None:
        """Have no line: other points are learned from."""
        self.model, self.is_shown = None, False
        self.changed.emit()

    def set_to(self, slope: float, intercept: float) -> None:
        """Take another line, at most `LARGEST` steep and high."""
        points = self.points
        if points is not None:
            slope, intercept = (min(max(value, -LARGEST), LARGEST) for value in (slope, intercept))
            self.model = linear_model(*points, [slope], intercept)
            self.changed.emit()

    def take_best(self) -> None:
        """Take the line of the least squared error."""
        points = self.points
        if points is None:
            self.said.emit(tr("There are no points here that a line could be fitted to."), False)
            return
        best = best_linear_model(*points)
        self.is_shown = True
        self.set_to(float(best.slopes[0]), best.intercept)

    @property
    def handles(self) -> np.ndarray:
        """Where the line is held, (2, 2): x and ŷ of each handle; there is a line."""
        points, model = self.points, self.model
        assert points is not None, "a line lies among points"
        assert model is not None, "a line has handles"
        low, high = float(points[0].min()), float(points[0].max())
        if low == high:
            low, high = low - 0.5, high + 0.5
        x = low + np.array(HANDLES) * (high - low)
        return np.column_stack((x, model.slopes[0] * x + model.intercept))

    def drag(self, handle: int, y: float) -> None:
        """Move one handle up or down; the other one stays."""
        places = self.handles
        places[handle, 1] = y
        (x1, y1), (x2, y2) = places.tolist()
        slope = (y2 - y1) / (x2 - x1)
        self.set_to(slope, y1 - slope * x1)

    def show(self, shown: bool) -> None:
        """Draw the line in the graph, or not."""
        self.begin()
        self.is_shown = shown
        self.changed.emit()

    def draw_residuals(self, residuals: Residuals) -> None:
        """Draw what is left in another way."""
        self.residuals = residuals
        self.changed.emit()

    def draw_residuals_next(self) -> None:
        """Draw what is left in the next way: segments, squares, not at all."""
        ways = list(Residuals)
        self.draw_residuals(ways[(ways.index(self.residuals) + 1) % len(ways)])

    def make_network(self) -> None:
        """Replace the network by the line: 1-1, Identity, its weight m and its bias b."""
        model = self.model
        if model is None:
            self.said.emit(tr("There is no line yet."), False)
            return
        config = replace(
            self._network.config,
            architecture=Architecture.of((1, 1), output="identity"),
            loss="squared_error",
        )
        theta = np.array([model.slopes[0], model.intercept], np.float32)
        try:
            self._training.restart(config, theta)
        except UserError as error:
            self.said.emit(str(error), True)
            return
        self.said.emit(tr("The line is the network now, one weight and one bias. Space trains it."), False)

    def _follow_points(self) -> None:
        """Compare the line with other points."""
        if self.model is not None:
            if self.points is None:
                self.forget()
            else:
                self.set_to(float(self.model.slopes[0]), self.model.intercept)
