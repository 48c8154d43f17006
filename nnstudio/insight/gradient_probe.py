"""Check the gradient at a few weights in three ways, and how the error depends on the step size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.gradient_check import (
    StepSweep,
    central_difference,
    complex_step,
    random_direction,
    sweep_steps,
)
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.engine.penalty import penalty_gradient

STEPS = 10.0 ** np.arange(-15.0, 0.5, 0.5)
"""From where rounding spoils central differences to where curvature does."""

MISTAKES = ("none", "mean", "biases")
"""Deliberate mistakes in backpropagation, to see them found: no division by n, no bias gradient."""


@dataclass(frozen=True)
class ProbeRow:
    """The derivative of the loss by one weight or bias, found in three ways.

    Attributes
    ----------
    block : str
        ``"layers.0.weight"``, ``"layers.0.bias"``, …
    index : tuple of int
        Unit and input, or unit, counted from 0.
    analytic, complex, central : float
        By backpropagation, by the complex step and by the central difference.
    complex_error, central_error : float
        |analytic − numeric| / max(|analytic|, |numeric|); 0 where both are 0.
    """

    block: str
    index: tuple[int, ...]
    analytic: float
    complex: float
    central: float
    complex_error: float
    central_error: float


@dataclass(frozen=True, eq=False)
class GradientReport:
    """The results so far.

    Attributes
    ----------
    rows : tuple of ProbeRow
    sweep : StepSweep
        The relative error along one random direction, step by step.
    n_samples : int
    is_done : bool
    """

    rows: tuple[ProbeRow, ...]
    sweep: StepSweep
    n_samples: int
    is_done: bool = False

    @property
    def worst(self) -> float:
        """Largest difference from the complex step, relative to the largest derivative; 0 without rows."""
        scale = max((max(abs(row.analytic), abs(row.complex)) for row in self.rows), default=0.0)
        difference = max((abs(row.analytic - row.complex) for row in self.rows), default=0.0)
        return difference / scale if scale else 0.0


@dataclass(frozen=True, eq=False)
class GradientQuestion:
    """A network, a batch and the loss whose gradient is checked.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n, n_inputs)
    answers : int ndarray of shape (n,), or ndarray of shape (n, n_outputs)
    loss : str
        A key of ``engine.losses.LOSSES``.
    l1, l2 : float
        Strengths of a penalty beside the loss.
    mistake : str
        One of ``MISTAKES``, made in the gradient that is checked.
    """

    architecture: Architecture
    theta: np.ndarray
    x: np.ndarray
    answers: np.ndarray
    loss: str
    l1: float = 0.0
    l2: float = 0.0
    mistake: str = "none"

    def gradient(self) -> np.ndarray:
        """Return the gradient by backpropagation, float64 of shape (n_params,), with its mistake."""
        theta = self.theta.astype(np.float64)
        grad = np.empty_like(theta)
        workspace = Workspace(self.architecture, len(self.x), np.float64)
        loss_and_gradient(self.architecture, theta, self.x, self.answers, self.loss, grad, workspace)
        if self.mistake == "mean":
            grad *= len(self.x)
        if self.mistake == "biases":
            for layer in self.architecture.layers(grad):
                layer.b[...] = 0.0
        grad += penalty_gradient(theta, l1=self.l1, l2=self.l2)
        return grad


def coordinates_of_unit(
    architecture: Architecture, layer: int, unit: int, grad: np.ndarray, n: int
) -> list[int]:
    """Return the indices in theta of a unit's n − 1 weights of the steepest slope, and of its bias."""
    weight, bias = architecture.blocks[2 * layer : 2 * layer + 2]
    fan_in = weight.shape[1]
    start = weight.start + unit * fan_in
    steepest = np.argsort(-np.abs(grad[start : start + fan_in]), kind="stable")[: n - 1]
    return [*(start + np.sort(steepest)).tolist(), bias.start + unit]


def coordinates_of_layers(architecture: Architecture, grad: np.ndarray, n: int) -> list[int]:
    """Return the indices in theta of about n weights and biases, the steepest of each block."""
    blocks = architecture.blocks
    each = max(1, n // len(blocks))
    chosen = []
    for block in blocks:
        steepest = np.argsort(-np.abs(grad[block.start : block.stop]), kind="stable")[:each]
        chosen += (block.start + np.sort(steepest)).tolist()
    return chosen


def probe(
    question: GradientQuestion, coordinates: Sequence[int], grad: np.ndarray, *, seed: int = 0
) -> Iterator[GradientReport]:
    """Check derivatives one after the other, then the steps; yield the report after each.

    Parameters
    ----------
    question : GradientQuestion
    coordinates : sequence of int
        The numbers of theta to check.
    grad : ndarray of shape (n_params,)
        The question's ``gradient()``.
    seed : int
        Decides the direction of the sweep.
    """
    empty = StepSweep(*(np.zeros(0) for _ in range(3)))
    report = GradientReport((), empty, len(question.x))
    asked = (question.architecture, question.theta, question.x, question.answers, question.loss)
    for coordinate in coordinates:
        complex_, central = (
            check(*asked, coordinates=[coordinate], analytic=grad, l1=question.l1, l2=question.l2)
            for check in (complex_step, central_difference)
        )
        row = ProbeRow(
            *question.architecture.locate(coordinate),
            float(complex_.analytic[0]),
            float(complex_.numeric[0]),
            float(central.numeric[0]),
            float(complex_.relative_error[0]),
            float(central.relative_error[0]),
        )
        report = replace(report, rows=(*report.rows, row))
        yield report
    direction = random_direction(question.theta.size, rng=np.random.default_rng(seed))
    # The sweep is of the loss alone: its penalty is a sum that rounds in its own way.
    slope = replace(question, l1=0.0, l2=0.0).gradient()
    for h in STEPS:
        swept = sweep_steps(*asked, h, direction=direction, analytic=slope)
        before = report.sweep
        sweep = StepSweep(
            np.append(before.h, swept.h),
            np.append(before.central, swept.central),
            np.append(before.complex, swept.complex),
        )
        report = replace(report, sweep=sweep)
        yield report
    yield replace(report, is_done=True)
