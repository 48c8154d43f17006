"""A line or a plane beside the network: typed, dragged, the best one, or made the network; no widgets."""

from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QObject, Signal

from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.insight.line_fit import (
    DescentStep,
    LinearModel,
    best_linear_model,
    descent_step,
    linear_model,
)
from nnstudio.language import tr
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.point_editor import PointEditor
from nnstudio.studio.session.training_run import TrainingRun

LARGEST = 1e9
"""Of a slope or an intercept."""

FIRST_RATE = 0.1

HANDLES = (0.1, 0.9)
"""Where the line is held, as shares of the points' range."""


class ResidualStyle(StrEnum):
    """How what is left between the line and the points is drawn."""

    NONE = "none"
    SEGMENTS = "segments"
    SQUARES = "squares"


def curve_refusal(input_space: InputSpace, output_space: OutputSpace) -> str:
    """Say why there is no function of one variable; empty where there is."""
    if input_space.traits.has_pixels or input_space.n_features != 1:
        return tr("The input is not one number: there is no curve here. Choose one among the problems.")
    if len(output_space.quantities) != 1:
        return tr("The output is not one number: there is no curve here. Choose one among the problems.")
    return ""


def refusal(input_space: InputSpace, output_space: OutputSpace) -> str:
    """Say why there is no function of one variable or two; empty where there is."""
    if input_space.traits.has_pixels or input_space.n_features > 2:
        return tr(
            "The input is neither one number nor two: there is no line or plane here. Choose a curve among "
            "the problems."
        )
    if len(output_space.quantities) != 1:
        return tr(
            "The output is not one number: there is no line or plane here. Choose a curve among the problems."
        )
    return ""


def learned_points(points: OwnPoints | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what is learned from of a function of one variable or two; else None.

    Returns
    -------
    x : float64 ndarray of shape (n, d), d 1 or 2
    y : float64 ndarray of shape (n,)
    """
    if points is None or refusal(points.input_space, points.output_space):
        return None
    learned = ~points.is_test
    return points.x[learned].astype(np.float64), points.answers[learned, 0].astype(np.float64)


def curve_points(points: OwnPoints | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what is learned from of a function of one variable: x (n, 1) and y (n,), float64; else None."""
    if points is None or curve_refusal(points.input_space, points.output_space):
        return None
    return learned_points(points)


class Line(QObject):
    """A line ŷ = m x + b, or a plane ŷ = m₁ x₁ + m₂ x₂ + b, compared with the points that are learned from.

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
        The line or plane; None before one is asked for, and where there are no points for one.
    is_shown : bool
        Whether a line is drawn in the graph.
    residuals : ResidualStyle
    rate : float
        The learning rate of `take_step`.

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
        self.residuals = ResidualStyle.SEGMENTS
        self.rate = FIRST_RATE
        self._known: tuple[OwnPoints | None, tuple[np.ndarray, np.ndarray] | None] = None, None
        point_editor.changed.connect(self._follow_points)

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray] | None:
        """What it is fitted to: x (n, d) and y (n,), float64; None where there is no such problem.

        The same tuple until there are other points.
        """
        points = self._editor.points
        if self._known[0] is not points:
            self._known = points, learned_points(points)
        return self._known[1]

    def begin(self) -> None:
        """Show a line or plane where there is none, or one of another kind: the flat one through the mean."""
        points = self.points
        if points is not None and (self.model is None or len(self.model.slopes) != points[0].shape[1]):
            self.is_shown = True
            self.set_to([0.0] * points[0].shape[1], float(points[1].mean()))

    def forget(self) -> None:
        """Have no line: other points are learned from."""
        self.model, self.is_shown = None, False
        self.changed.emit()

    def set_to(self, slopes: ArrayLike, intercept: float) -> None:
        """Take another line or plane, at most `LARGEST` steep and high.

        Parameters
        ----------
        slopes : array-like of shape (d,)
        intercept : float
        """
        points = self.points
        if points is not None:
            limited = np.clip([*np.asarray(slopes), intercept], -LARGEST, LARGEST)
            self.model = linear_model(*points, limited[:-1], float(limited[-1]))
            self.changed.emit()

    def take_best(self) -> None:
        """Take the line or plane of the least squared error."""
        points = self.points
        if points is None:
            self.said.emit(
                tr("There are no points here that a line fits. Choose a curve among the problems."), False
            )
            return
        best = best_linear_model(*points)
        self.is_shown = True
        self.set_to(best.slopes, best.intercept)

    @property
    def step(self) -> DescentStep | None:
        """What a step of batch descent would do to the line; None without one."""
        points, model = self.points, self.model
        if points is None or model is None:
            return None
        return descent_step(*points, model, self.rate)

    def set_rate(self, rate: float) -> None:
        """Take steps with another learning rate."""
        self.rate = rate
        self.changed.emit()

    def take_step(self) -> None:
        """Move the line by one step of batch descent."""
        step = self.step
        if step is not None:
            self.set_to(step.after.slopes, step.after.intercept)

    @property
    def handles(self) -> np.ndarray:
        """Where a line is held, (2, 2): x and ŷ of each handle; there is one."""
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
        self.set_to([slope], y1 - slope * x1)

    def show(self, shown: bool) -> None:
        """Draw the line in the graph, or not."""
        self.begin()
        self.is_shown = shown
        self.changed.emit()

    def draw_residuals(self, residuals: ResidualStyle) -> None:
        """Draw what is left in another way."""
        self.residuals = residuals
        self.changed.emit()

    def draw_residuals_next(self) -> None:
        """Draw what is left in the next way: segments, squares, not at all."""
        ways = list(ResidualStyle)
        self.draw_residuals(ways[(ways.index(self.residuals) + 1) % len(ways)])

    def make_network(self) -> None:
        """Replace the network by the line or plane: 1-1 or 2-1, Identity, its weights m and its bias b."""
        model = self.model
        if model is None:
            self.said.emit(tr("There is no line yet: Train > Best line (J) makes one."), False)
            return
        config = replace(
            self._network.config,
            architecture=Architecture.of((len(model.slopes), 1), output="identity"),
            loss="squared_error",
        )
        theta = np.array([*model.slopes, model.intercept], np.float32)
        try:
            self._training.restart(config, theta)
        except UserError as error:
            self.said.emit(str(error), True)
            return
        words = tr("It is the network now: %n weight(s) and a bias. Space trains it.", len(model.slopes))
        self.said.emit(words, False)

    def _follow_points(self) -> None:
        """Compare it with other points."""
        if self.model is None:
            return
        points = self.points
        if points is None or points[0].shape[1] != len(self.model.slopes):
            self.forget()
        else:
            self.set_to(self.model.slopes, self.model.intercept)
