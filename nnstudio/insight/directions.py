"""Directions in the space of weights: how steep the loss is along them, and how far a step falls.

Any package above ``insight`` may import it; NumPy only.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.difference_quotient import (
    BatchLoss,
    DifferenceError,
    Quotient,
    QuotientErrors,
    free_gradient,
    quotient_along,
    quotient_errors,
)
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.language import tr

N_DIRECTIONS = 1000

STEPS = 10.0 ** np.arange(-12.0, -0.5, 0.5)
"""From where rounding spoils quotients to where curvature does."""

_CHUNK = 2_000_000
"""Numbers that are drawn at a time."""

MOST_DRAWN = 20_000
"""Dimensions of directions that are drawn number by number."""


def weight_direction(n_params: int, coordinate: int) -> np.ndarray:
    """Return the direction that changes one weight alone, shape (n_params,)."""
    direction = np.zeros(n_params)
    direction[coordinate] = 1.0
    return direction


def trained_direction(architecture: Architecture, rng: np.random.Generator) -> np.ndarray:
    """Draw a direction of length 1 among those that training can take, uniformly, shape (n_params,)."""
    direction = rng.standard_normal(architecture.n_params) * architecture.trained_mask()
    return np.asarray(direction / np.linalg.norm(direction))


def downhill(grad: np.ndarray) -> np.ndarray:
    """Return −g / ‖g‖.

    Raises
    ------
    DifferenceError
        If the gradient is 0 or no number.
    """
    length = float(np.linalg.norm(grad))
    if not length or not math.isfinite(length):
        raise DifferenceError(
            tr("The gradient is 0 here: no direction falls fastest. Choose another one, or other weights.")
            if not length
            else tr("The gradient is no number here: the weights are too large. Reset the network (R).")
        )
    return np.asarray(-grad / length)


def toward(theta: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the direction of length 1 from one network to another of the same layers, shape (n_params,).

    Raises
    ------
    DifferenceError
        If both have the same weights.
    """
    difference = other.astype(np.float64) - theta
    length = float(np.linalg.norm(difference))
    if not length:
        raise DifferenceError(
            tr(
                "B has the same weights as the network on show: there is no way to it. "
                "Choose another B in Compare."
            )
        )
    return np.asarray(difference / length)


@dataclass(frozen=True, eq=False)
class DirectionReport:
    """How steep the loss is along one direction.

    Attributes
    ----------
    quotient : Quotient
    slope : float
        g·d.
    norm : float
        ‖g‖, the slope along the gradient.
    errors : QuotientErrors or None
        By the step; None until they are measured.
    """

    quotient: Quotient
    slope: float
    norm: float
    errors: QuotientErrors | None = None

    @property
    def cosine(self) -> float:
        """Of the angle between the direction and the gradient; NaN for a gradient of 0."""
        return self.slope / self.norm if self.norm else math.nan


def direction_report(
    question: GradientQuestion,
    find: Callable[[np.ndarray, np.ndarray], np.ndarray],
    h: float,
    *,
    central: bool,
) -> Iterator[DirectionReport | None]:
    """Take one difference quotient along a direction, then those of all `STEPS`; yield a report after both.

    In between it yields None.

    Parameters
    ----------
    question : GradientQuestion
    find : callable (theta, grad) -> direction
        All of shape (n_params,), float64.
    h : float
    central : bool

    Raises
    ------
    DifferenceError
        If there is no such direction.
    """
    loss, grad = BatchLoss(question), free_gradient(question)
    direction = find(loss.theta, grad)
    quotient = quotient_along(loss, direction, h, loss(loss.theta), loss.rounding(), central=central)
    slope = float(grad @ direction)
    report = DirectionReport(quotient, slope, float(np.linalg.norm(grad)))
    yield report
    for errors in quotient_errors(loss, direction, slope, STEPS):
        yield None if errors is None else replace(report, errors=errors)


@dataclass(frozen=True, eq=False)
class DirectionSlopes:
    """Slopes of the loss along random directions of length 1, beside the steepest of all.

    Attributes
    ----------
    slopes : ndarray of shape (n,)
        g·d of each.
    norm : float
        ‖g‖, the slope along the gradient.
    n_free : int
        Dimensions: weights and biases that are trained.
    """

    slopes: np.ndarray
    norm: float
    n_free: int

    @property
    def mean_cosine(self) -> float:
        """The mean of |cos| of the angle between a direction and the gradient; NaN for a gradient of 0."""
        return float(np.abs(self.slopes).mean()) / self.norm if self.norm else math.nan

    @property
    def expected_cosine(self) -> float:
        """√(2 / πn), which the mean of |cos| tends to with the number of dimensions.

        Examples
        --------
        >>> [round(DirectionSlopes(np.zeros(1), 1.0, n).expected_cosine, 5) for n in (14, 22, 111_400)]
        [0.21324, 0.17011, 0.00239]
        """
        return math.sqrt(2 / (math.pi * self.n_free))


def slopes_along_random(
    question: GradientQuestion, rng: np.random.Generator, n: int = N_DIRECTIONS
) -> Iterator[DirectionSlopes]:
    """Draw directions in portions, and yield the slopes so far after each.

    Parameters
    ----------
    question : GradientQuestion
    rng : Generator
    n : int
        Directions.

    Notes
    -----
    In more than `MOST_DRAWN` dimensions a direction is not drawn number by number: of a normal vector the
    part along the gradient is normal, and the squared length of the rest χ² with a degree of freedom less.
    """
    grad = question.gradient()[question.architecture.trained_mask() > 0]
    norm, n_free = float(np.linalg.norm(grad)), len(grad)
    if n_free > MOST_DRAWN:
        along = rng.standard_normal(n)
        lengths = np.sqrt(along**2 + rng.chisquare(n_free - 1, n))
        yield DirectionSlopes(norm * along / lengths, norm, n_free)
        return
    slopes = np.empty(0)
    while len(slopes) < n:
        drawn = rng.standard_normal((min(max(_CHUNK // n_free, 1), n - len(slopes)), n_free))
        slopes = np.append(slopes, drawn @ grad / np.linalg.norm(drawn, axis=1))
        yield DirectionSlopes(slopes, norm, n_free)


@dataclass(frozen=True, eq=False)
class StepFalls:
    """What steps of gradient descent with different rates promise, and what they bring.

    Attributes
    ----------
    rates : ndarray of shape (n,)
    predicted, real : ndarray of shape (n,)
        Changes of the loss: −η‖g‖², and L(θ − η g) − L(θ). Not finite where a step overflows.
    """

    rates: np.ndarray
    predicted: np.ndarray
    real: np.ndarray

    def kept_to(self, tolerance: float) -> float | None:
        """Return up to which of the rates all steps keep to what is predicted, as far as a share; else None.

        Parameters
        ----------
        tolerance : float
            The largest share that may be missing, or be too much.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            is_kept = np.abs(self.real / self.predicted - 1) <= tolerance
        n_kept = int(np.argmin(is_kept)) if not is_kept.all() else len(is_kept)
        return float(self.rates[n_kept - 1]) if n_kept else None


def step_falls(loss: BatchLoss, grad: np.ndarray, rates: np.ndarray) -> StepFalls:
    """Compare the change of the loss that is predicted along the tangent with the real one.

    Parameters
    ----------
    loss : BatchLoss
    grad : ndarray of shape (n_params,)
    rates : ndarray of shape (n,)
        Learning rates η.
    """
    here = loss(loss.theta)
    real = np.array([loss.along(grad, -rate) for rate in rates.tolist()]) - here
    return StepFalls(rates, -rates * float(grad @ grad), real)


def descent(question: GradientQuestion, rate: float, *, sign: int = -1) -> Iterator[float]:
    """Yield the losses of gradient descent, θ ← θ − η g: at first and after each step, while they are finite.

    Parameters
    ----------
    question : GradientQuestion
    rate : float
    sign : int
        1 makes the slip θ ← θ + η g, which climbs.
    """
    asked = replace(question, theta=question.theta.astype(np.float64))
    while math.isfinite(loss := BatchLoss(asked)(asked.theta)):
        yield loss
        asked = replace(asked, theta=asked.theta + sign * rate * free_gradient(asked))
