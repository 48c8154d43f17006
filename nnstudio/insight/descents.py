"""Gradient descents on a surface of a few directions, with batches of any size from one seed; NumPy only."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.insight.loss_surface import LossQuestion, LossSurface, parabola, sample_slopes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_YIELD_S = 0.02
_FAR = 1e12
"""Coefficients beyond it have diverged."""


@dataclass(frozen=True, eq=False)
class Descent:
    """The places that a descent passed.

    Attributes
    ----------
    batch_size : int
        Samples of each step; that of all samples: batch descent, 1: stochastic.
    coefficients : ndarray of shape (n_steps + 1, n_directions), float64
        The first is the start.
    losses : ndarray of shape (n_steps + 1,), float64
        On all samples.
    has_diverged : bool
        Whether it ended early, since its place or its loss was no finite number any more.
    """

    batch_size: int
    coefficients: NDArray[np.float64]
    losses: NDArray[np.float64]
    has_diverged: bool


def moved(
    question: LossQuestion, directions: Sequence[NDArray[Any]], coefficients: Sequence[float]
) -> LossQuestion:
    """Return the question at another place of the surface."""
    theta = question.theta.astype(np.float64)
    for c, direction in zip(coefficients, directions, strict=True):
        theta = theta + c * direction
    return replace(question, theta=theta)


def descend(
    question: LossQuestion,
    directions: Sequence[NDArray[Any]],
    start: Sequence[float],
    rate: float,
    n_steps: int,
    batch_size: int,
    *,
    seed: int = 0,
) -> Iterator[Descent | None]:
    """Descend from a place of a surface; what the directions do not change stays.

    c ← c − η ∇L(c), the mean over a batch; an epoch takes every sample once, in an order from the seed.

    Parameters
    ----------
    question : LossQuestion
    directions : sequence of ndarray of shape (n_params,)
    start : sequence of float
        Its coefficients.
    rate : float
        The learning rate η.
    n_steps : int
    batch_size : int
        At least 1; of more than there are samples, all are taken.
    seed : int

    Yields
    ------
    Descent or None
        None after every few milliseconds, and then the descent.
    """
    n = len(question.x)
    batch_size = min(batch_size, n)
    rng = np.random.default_rng(seed)
    surface = LossSurface(question, directions)
    places = [np.array(start, np.float64)]
    losses = [surface.at(start)]
    order = np.arange(n)
    first, begun_s = n, time.perf_counter()
    for _ in range(n_steps):
        if first >= n:
            first = 0
            if batch_size < n:
                order = rng.permutation(n)
        rows = order[first : first + batch_size]
        first += batch_size
        here = moved(question, directions, places[-1].tolist())
        batch = replace(here, x=question.x[rows], answers=question.answers[rows])
        with np.errstate(over="ignore", invalid="ignore"):
            after = places[-1] - rate * sample_slopes(batch, directions).mean(axis=0)
        loss = surface.at(after.tolist()) if np.abs(after).max() < _FAR else math.inf
        if not math.isfinite(loss):
            break
        places.append(after)
        losses.append(loss)
        if time.perf_counter() - begun_s > _YIELD_S:
            yield None
            begun_s = time.perf_counter()
    yield Descent(batch_size, np.array(places), np.array(losses), len(places) <= n_steps)


def gradient_spread(slopes: NDArray[np.float64], batch_size: int) -> float:
    """Return how far the gradient of a batch lies from that of all samples, as a root of a mean square.

    Var = σ² / m · (n − m) / (n − 1), of m of n samples drawn without replacement

    Parameters
    ----------
    slopes : ndarray of shape (n, n_directions)
        Of single samples.
    batch_size : int
        m, from 1 to n.

    Examples
    --------
    >>> slopes = np.array([[1.0], [2.0], [6.0]])
    >>> gradient_spread(slopes, 3), round(gradient_spread(slopes, 1), 4)
    (0.0, 2.1602)
    """
    n = len(slopes)
    if n == 1:
        return 0.0
    variance = float(((slopes - slopes.mean(axis=0)) ** 2).sum(axis=1).mean())
    return math.sqrt(variance / batch_size * (n - batch_size) / (n - 1))


@dataclass(frozen=True, eq=False)
class Bowl:
    """The shape of a surface that is a parabola.

    Attributes
    ----------
    hessian : ndarray of shape (n_directions, n_directions), float64
    eigenvalues : ndarray of shape (n_directions,), float64
        From the smallest, which is 0 in a valley that does not end.
    """

    hessian: NDArray[np.float64]
    eigenvalues: NDArray[np.float64]

    @property
    def largest_rate(self) -> float:
        """2 / λ of the largest eigenvalue: batch descent diverges above."""
        largest = float(self.eigenvalues[-1])
        return 2 / largest if largest > 0 else math.inf

    @property
    def condition(self) -> float:
        """The largest eigenvalue by the smallest; infinite where that is 0."""
        smallest = float(self.eigenvalues[0])
        return float(self.eigenvalues[-1]) / smallest if smallest > 0 else math.inf


def bowl(question: LossQuestion, directions: Sequence[NDArray[Any]]) -> Bowl | None:
    """Return the shape of a surface where it is a parabola; else None."""
    hessian = parabola(question, directions)
    if hessian is None:
        return None
    values = np.asarray(np.linalg.eigvalsh(hessian), np.float64)
    values[values < len(values) * np.finfo(np.float64).eps * values[-1]] = 0.0
    return Bowl(hessian, values)


def with_scaled_inputs(question: LossQuestion) -> LossQuestion:
    """Return the same function of standardised inputs: mean 0 and standard deviation 1, constants left.

    Notes
    -----
    The first layer's weights and biases are changed so that the network's outputs stay the same. Without
    biases inputs are only divided, since nothing could make up for a shift.
    """
    x = question.x.astype(np.float64)
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    mean = x.mean(axis=0) if question.architecture.has_biases else np.zeros(x.shape[1])
    theta = question.theta.astype(np.float64)
    first = question.architecture.layers(theta)[0]
    first.b[...] += first.W @ mean
    first.W[...] *= spread
    return replace(question, x=(x - mean) / spread, theta=theta)
