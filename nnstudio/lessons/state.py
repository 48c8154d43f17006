"""What a lesson measures: problem, network, weights and input at one moment; players make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.own_points import OwnPoints
from nnstudio.data.plane_sets import PLANE_SETS
from nnstudio.errors import UserError
from nnstudio.insight.reading import read
from nnstudio.language import tr
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.data.problem import Problem, Samples
    from nnstudio.data.strokes import Drawing
    from nnstudio.engine.architecture import Architecture
    from nnstudio.insight.reading import Reading
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.evaluation import Measures


class QuantityError(UserError):
    """Something that cannot be measured: there is no such quantity, or not in this state."""


@dataclass(frozen=True, eq=False)
class LessonState:
    """Everything that quantities are measured on.

    Attributes
    ----------
    problem : Problem
        With the samples that are learned from; inputs are not scaled.
    config : TrainingConfig
    theta : ndarray of shape (n_params,), float32
        Read-only; takes inputs as they are.
    data : DataChoices
        What is done to the samples before they are learned.
    x : ndarray of shape (n_features,), float32, or None
        The input.
    drawing : Drawing or None
        The strokes of the input, where it was drawn.
    line : (float, float) or None
        Slope and intercept of the line beside the network.
    typed : tuple of float
        The numbers that the student typed in this step, question by question.
    selected : (int, int) or None
        Layer and unit, counted from 0.
    pinned : (Architecture, theta) or None
        The network B.
    n_steps : int
        Updates since the weights were fresh, given or opened.
    panels : tuple of str
        The panels that are open.
    diverged : bool
        Whether the last training, or descent of the line, ended because numbers became too large.

    Notes
    -----
    Aliasing: keeps the arrays, which nobody changes.  Thread: any.
    """

    problem: Problem
    config: TrainingConfig
    theta: NDArray[np.float32]
    data: DataChoices = field(default_factory=DataChoices)
    x: NDArray[np.float32] | None = None
    drawing: Drawing | None = None
    line: tuple[float, float] | None = None
    typed: tuple[float, ...] = ()
    selected: tuple[int, int] | None = None
    pinned: tuple[Architecture, NDArray[np.float32]] | None = None
    n_steps: int = 0
    panels: tuple[str, ...] = ()
    diverged: bool = False

    @property
    def architecture(self) -> Architecture:
        """The network's."""
        return self.config.architecture

    @property
    def input(self) -> NDArray[np.float32]:
        """The input.

        Raises
        ------
        QuantityError
            If there is none.
        """
        if self.x is None:
            raise QuantityError(tr("There is no input yet: draw one, or type its numbers."))
        return self.x

    @cached_property
    def reading(self) -> Reading:
        """What the network computes from the input."""
        return read(self.architecture, self.theta, self.input)

    def reading_at(self, *x: float) -> Reading:
        """Return what the network computes from another input.

        Raises
        ------
        QuantityError
            If it takes another number of numbers.
        """
        if len(x) != self.architecture.n_inputs:
            raise QuantityError(
                tr("The network {network} takes %n number(s).", self.architecture.n_inputs).format(
                    network=self.architecture
                )
            )
        return read(self.architecture, self.theta, np.array(x, np.float32))

    @cached_property
    def train_measures(self) -> Measures:
        """Loss and errors on the samples that are learned from."""
        return self._measures(self.problem.train)

    @cached_property
    def test_measures(self) -> Measures:
        """Loss and errors on the test set."""
        return self._measures(self.problem.test)

    def _measures(self, samples: Samples) -> Measures:
        return Evaluation(self.architecture, self.theta, samples, self.config.loss).finish()

    @cached_property
    def truth(self) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        """The function from which the points were drawn: of x (n,), or of points of the plane (n, 2).

        Raises
        ------
        QuantityError
            If nobody knows it.
        """
        name = self.problem.name
        if name in PLANE_SETS and PLANE_SETS[name].truth is not None:
            return PLANE_SETS[name].truth  # type: ignore[return-value]
        found = OwnPoints.of(self.problem).truth if not self.problem.input_space.traits.has_pixels else None
        if found is None:
            raise QuantityError(
                tr("Nobody knows the function of {title}.").format(title=tr(self.problem.title))
            )
        return found

    @cached_property
    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The points that are learned from, x (n, d) and y (n,).

        Raises
        ------
        QuantityError
            If they are no points with one number each.
        """
        space = self.problem.output_space
        if self.problem.input_space.traits.has_pixels or space.traits.has_labels or space.n_outputs != 1:
            raise QuantityError(tr("There are no points here that have one number each."))
        samples = self.problem.train
        return samples.inputs().astype(np.float64), samples.targets[:, 0].astype(np.float64)
