"""Learning without a gradient: random changes of all weights, kept where they help, against descent.

Any package above ``insight`` may import it; NumPy only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnstudio.insight.difference_quotient import BatchLoss
from nnstudio.insight.directions import descent
from nnstudio.insight.gradient_probe import GradientQuestion


def tweaks(question: GradientQuestion, size: float, rng: np.random.Generator) -> Iterator[float]:
    """Yield the least loss so far: at first, and after each random change that was tried.

    θ′ = θ + size · ξ with ξ normal of every weight and bias; it is kept if its loss is less. Every value
    costs one evaluation of the loss.

    Parameters
    ----------
    question : GradientQuestion
    size : float
        Standard deviation of a change.
    rng : Generator
    """
    loss, mask = BatchLoss(question), question.architecture.trained_mask()
    theta = loss.theta
    best = loss(theta)
    while True:
        yield best
        tried = theta + size * rng.standard_normal(len(theta)) * mask
        value = loss(tried)
        if value < best:
            theta, best = tried, value


@dataclass(frozen=True, eq=False)
class Race:
    """Random changes and gradient descent from the same weights.

    Attributes
    ----------
    tweaks : ndarray of shape (n + 1,)
        The least loss after so many tries.
    descent : ndarray of shape (k,), k ≤ n + 1
        The loss after so many steps; it ends where descent diverges.
    """

    tweaks: np.ndarray
    descent: np.ndarray

    @property
    def n_kept(self) -> int:
        """How many of the tries were better than all before."""
        return int(np.count_nonzero(np.diff(self.tweaks)))

    @property
    def overtaken_after(self) -> int | None:
        """Steps after which descent is where the tries are in the end; None where it never is."""
        return steps_to(self.descent, float(self.tweaks[-1]))


def steps_to(losses: np.ndarray, goal: float) -> int | None:
    """Return after how many steps a loss of at most ``goal`` is reached; None where it is not.

    Examples
    --------
    >>> steps_to(np.array([0.7, 0.5, 0.3, 0.2]), 0.3), steps_to(np.array([0.7]), 0.3)
    (2, None)
    """
    reached = np.flatnonzero(losses <= goal)
    return int(reached[0]) if len(reached) else None


def race(
    question: GradientQuestion, size: float, rate: float, n: int, rng: np.random.Generator
) -> Iterator[Race]:
    """Try n random changes and take n steps of descent; yield both so far after each.

    Parameters
    ----------
    question : GradientQuestion
    size : float
        Standard deviation of a random change.
    rate : float
        Learning rate of descent on the same batch.
    n : int
    rng : Generator

    Notes
    -----
    A try costs one evaluation of the loss; a step costs one with its gradient, about three times as much,
    however many weights there are.
    """
    tried = tweaks(question, size, rng)
    falling = descent(question, rate)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(n + 1):
        found[0].append(next(tried))
        found[1].extend(value for value in (next(falling, None),) if value is not None)
        yield Race(*map(np.array, found))
