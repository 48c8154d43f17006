"""Derivatives of the loss by difference quotients: two losses, a small step, and what rounding leaves.

Any package above ``insight`` may import it; NumPy only.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from nnstudio.engine.gradient_check import random_direction
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_value
from nnstudio.engine.penalty import penalty
from nnstudio.errors import UserError
from nnstudio.insight.gradient_probe import GradientQuestion, coordinates_of_layers
from nnstudio.language import tr

MAX_ENTRIES = 200
"""Weights that are listed at most."""

N_STEEPEST = 12

LARGEST_STEP = 1.0

_SPACING = 1e-8
"""Between the points at which rounding is measured: their third differences are below it by far."""

_N_NOISE = 9


class DifferenceError(UserError):
    """A step or a direction along which there is no difference quotient."""


def check_step(h: float) -> float:
    """Return a step h that a difference quotient can be taken with.

    Raises
    ------
    DifferenceError
        If h is not above 0 and at most 1.
    """
    if not 0 < h <= LARGEST_STEP:
        raise DifferenceError(
            tr(
                "h = {h:g} was not taken, and the one before is kept: the step of a quotient is above 0 and "
                "at most 1, for instance 0.0001."
            ).format(h=h)
        )
    return h


class BatchLoss:
    """The loss of a batch, with its penalty, as a function of theta.

    Parameters
    ----------
    question : GradientQuestion

    Attributes
    ----------
    theta : ndarray of shape (n_params,), float64
        The question's.

    Notes
    -----
    Thread: one at a time; its arrays are used again by every call.
    """

    def __init__(self, question: GradientQuestion) -> None:
        self._question = question
        self.theta = question.theta.astype(np.float64)
        self._x = question.x.astype(np.float64)
        self._workspace = Workspace(question.architecture, len(question.x), np.float64)

    @np.errstate(over="ignore", invalid="ignore")
    def __call__(self, theta: np.ndarray) -> float:
        """Return the loss at a point, shape (n_params,), float64; not finite where weights overflow."""
        asked = self._question
        value = loss_value(asked.architecture, theta, self._x, asked.answers, asked.loss, self._workspace)
        return float(value + penalty(theta, l1=asked.l1, l2=asked.l2))

    def along(self, direction: np.ndarray, distance: float) -> float:
        """Return the loss at θ + distance · direction."""
        return self(self.theta + distance * direction)

    def rounding(self) -> float:
        """Measure by how much rounding moves the loss at theta: its standard deviation.

        Points so close lie on a parabola as nearly as numbers tell; their third differences are rounding.

        Notes
        -----
        Moré & Wild 2011, Estimating Computational Noise, section 3, with differences of order 3 alone.
        """
        direction = random_direction(self.theta.size, rng=np.random.default_rng(0))
        losses = np.array([self.along(direction, k * _SPACING) for k in range(_N_NOISE)])
        least = float(np.finfo(np.float64).eps) * abs(float(losses[0]))
        # The square of a third difference of independent errors is their variance times 6! / (3!)² = 20.
        return max(math.sqrt(float((np.diff(losses, 3) ** 2).mean()) / 20), least)


@dataclass(frozen=True)
class Quotient:
    """A difference quotient of the loss along a direction.

    Attributes
    ----------
    h : float
        The step, as far as it could be taken: what W + h differs from W by.
    here, ahead : float
        The loss at θ and at θ + h d.
    behind : float or None
        The loss at θ − h d, of a central quotient.
    rounding : float
        What each loss may be wrong by.
    """

    h: float
    here: float
    ahead: float
    behind: float | None
    rounding: float

    @property
    def value(self) -> float:
        """(L(θ + h d) − L(θ)) / h, or (L(θ + h d) − L(θ − h d)) / 2h; NaN where a loss is no number."""
        if not self.is_finite:
            return math.nan
        if self.behind is None:
            return (self.ahead - self.here) / self.h
        return (self.ahead - self.behind) / (2 * self.h)

    @property
    def is_finite(self) -> bool:
        """Whether all its losses are numbers."""
        return all(map(math.isfinite, (self.here, self.ahead, self.behind or 0.0)))

    @property
    def uncertainty(self) -> float:
        """What rounding may move the quotient by: the digits below are lost.

        What a large h does, that the quotient is one of a secant, is no loss of digits.
        """
        return 2 * self.rounding / (self.h if self.behind is None else 2 * self.h)


def quotient_along(
    loss: BatchLoss, direction: np.ndarray, h: float, here: float, rounding: float, *, central: bool
) -> Quotient:
    """Take one difference quotient along a direction.

    Parameters
    ----------
    loss : BatchLoss
    direction : ndarray of shape (n_params,)
    h : float
        Above 0.
    here, rounding : float
        The loss at theta, and what it may be wrong by.
    central : bool
        Whether to go to both sides.
    """
    ahead = loss.along(direction, h)
    return Quotient(h, here, ahead, loss.along(direction, -h) if central else None, rounding)


def quotient_by(
    loss: BatchLoss, coordinate: int, h: float, here: float, rounding: float, *, central: bool
) -> Quotient:
    """Take one difference quotient by one weight; parameters as for `quotient_along`.

    Notes
    -----
    W + h is rounded to a number that there is. What it differs from W by is the step that was taken; to
    divide by the h that was meant would lose half of its digits where h is small.
    """
    theta, w = loss.theta, float(loss.theta[coordinate])
    losses = []
    taken = [(w + h) - w, w - (w - h)]
    for place in (w + h, w - h) if central else (w + h,):
        theta[coordinate] = place
        losses.append(loss(theta))
    theta[coordinate] = w
    step = 0.5 * (taken[0] + taken[1]) if central else taken[0]
    # A step that is lost beside a large weight is none: the quotient is then 0 of 0.
    return Quotient(step or h, here, losses[0], losses[1] if central else None, rounding)


@dataclass(frozen=True)
class Entry:
    """One entry of the gradient, by hand and by backpropagation.

    Attributes
    ----------
    coordinate : int
        In theta.
    w : float
        The weight.
    quotient : Quotient
    backprop : float
    """

    coordinate: int
    w: float
    quotient: Quotient
    backprop: float


class Chosen(StrEnum):
    """Which weights a gradient by hand is taken of."""

    ORDER = "order"
    UNIT = "unit"
    STEEPEST = "steepest"


def chosen_coordinates(
    question: GradientQuestion, chosen: Chosen, unit: tuple[int, int] | None
) -> tuple[list[int], int]:
    """Return the numbers of theta to change, `MAX_ENTRIES` at most, and of how many they are the first.

    Parameters
    ----------
    question : GradientQuestion
    chosen : Chosen
        All in theta's order, those of a unit with its bias last, or the steepest of every layer.
    unit : tuple of int (layer, unit), or None
        None: all in order.
    """
    architecture = question.architecture
    mask = architecture.trained_mask() > 0
    if chosen is Chosen.STEEPEST:
        steepest = coordinates_of_layers(architecture, free_gradient(question), N_STEEPEST)
        return sorted(k for k in steepest if mask[k]), architecture.n_trained
    if chosen is Chosen.UNIT and unit is not None:
        layer, row = unit
        weights, biases = architecture.blocks[2 * layer : 2 * layer + 2]
        fan_in = weights.shape[1]
        start = weights.start + row * fan_in
        own = np.append(np.arange(start, start + fan_in), biases.start + row)
        own = own[mask[own]]
    else:
        own = np.flatnonzero(mask)
    return own[:MAX_ENTRIES].tolist(), len(own)


def free_gradient(question: GradientQuestion) -> np.ndarray:
    """Return the gradient by what is trained, shape (n_params,), float64; 0 for biases that are held at 0."""
    return question.gradient() * question.architecture.trained_mask()


@dataclass(frozen=True, eq=False)
class HandGradient:
    """A gradient that is taken entry by entry.

    Attributes
    ----------
    question : GradientQuestion
    coordinates : list of int
        Of the weights in theta, in the order in which they are taken.
    n_all : int
        How many weights there are, of which these may be the first.
    entries : tuple of Entry
        Those that are done.
    """

    question: GradientQuestion
    coordinates: list[int]
    n_all: int
    entries: tuple[Entry, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether every entry is."""
        return len(self.entries) == len(self.coordinates)


def continued(taken: HandGradient, n: int, h: float, *, central: bool) -> Iterator[HandGradient]:
    """Take entries until n of them are done; yield what is done after each.

    Parameters
    ----------
    taken : HandGradient
    n : int
    h : float
    central : bool

    Raises
    ------
    DifferenceError
        If h is not above 0 and at most 1.
    """
    check_step(h)
    loss, grad = BatchLoss(taken.question), taken.question.gradient()
    here, rounding = loss(loss.theta), loss.rounding()
    for coordinate in taken.coordinates[len(taken.entries) : n]:
        w = float(loss.theta[coordinate])
        quotient = quotient_by(loss, coordinate, h, here, rounding, central=central)
        entry = Entry(coordinate, w, quotient, float(grad[coordinate]))
        taken = replace(taken, entries=(*taken.entries, entry))
        yield taken


def flatness_remark(question: GradientQuestion) -> str:
    """Say that step units have no slope that a quotient could find; empty for other networks."""
    if "step" not in question.architecture.activations:
        return ""
    return tr("The network has step units: its loss is flat almost everywhere: every quotient is 0 or huge.")


@dataclass(frozen=True, eq=False)
class QuotientErrors:
    """How wrong difference quotients along a direction are, by their step.

    Attributes
    ----------
    h : ndarray of shape (n,)
    one_sided, central : ndarray of shape (n,)
        |quotient − g·d|.
    """

    h: np.ndarray
    one_sided: np.ndarray
    central: np.ndarray


def quotient_errors(
    loss: BatchLoss, direction: np.ndarray, slope: float, steps: np.ndarray
) -> Iterator[QuotientErrors | None]:
    """Compare difference quotients with the slope, by their step; yield None after each, and all in the end.

    One-sided ones err by ½ h |L″| where h is large, central ones by h² / 6 |L‴|; both by rounding / h where
    it is small.

    Parameters
    ----------
    loss : BatchLoss
    direction : ndarray of shape (n_params,)
    slope : float
        The derivative along it, g·d.
    steps : ndarray of shape (n,)
        Each above 0.
    """
    here = loss(loss.theta)
    ahead, behind = np.empty((2, len(steps)))
    for k, h in enumerate(steps.tolist()):
        ahead[k], behind[k] = loss.along(direction, h), loss.along(direction, -h)
        yield None
    with np.errstate(invalid="ignore"):
        one_sided = np.abs((ahead - here) / steps - slope)
        central = np.abs((ahead - behind) / (2 * steps) - slope)
    yield QuotientErrors(steps, one_sided, central)
