"""Whether a loss is convex: secants of slices, random pairs, and what is proved; NumPy only."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.insight.directions import trained_direction
from nnstudio.insight.landscape import Axis, Landscape
from nnstudio.insight.loss_surface import LossQuestion, LossSurface
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture

TOYS: Mapping[str, tuple[str, float, Callable[[NDArray[np.float64]], NDArray[np.float64]]]] = {
    "square": ("x²", 2.0, np.square),
    "cosine": (translatable("cos x"), math.pi, np.cos),
}
"""Functions to try a secant on: by name, their titles, ranges to both sides, and the functions."""

N_PAIRS = 200
_BETWEEN = np.linspace(0.0, 1.0, 11)
"""Where between two places the loss is compared with the secant."""
_SLACK = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-5}
"""An excess that is smaller, as a share of the losses, is rounding."""
_WALK = 0.5
"""Range of random directions of length 1, as a share of the length of theta."""
_YIELD_S = 0.02

_CONVEX = {
    ("softmax", "cross_entropy"),
    ("sigmoid", "binary_cross_entropy"),
    ("identity", "squared_error"),
    ("identity", "absolute_error"),
    ("identity", "hinge"),
    ("step", "perceptron"),
}
"""Output activations with losses that are convex functions of z."""


@dataclass(frozen=True)
class Secant:
    """A straight line between two places of a slice, compared with the slice.

    Attributes
    ----------
    a, b : float
        ``a`` is less.
    value_a, value_b : float
    excess : float
        By how much the curve is above the secant, where that is most; 0 where it nowhere is.
    at : float
        Where that is.
    """

    a: float
    b: float
    value_a: float
    value_b: float
    excess: float
    at: float

    def value_at(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the secant at places between a and b."""
        share = (x - self.a) / (self.b - self.a)
        return self.value_a + share * (self.value_b - self.value_a)


def secant(places: NDArray[np.float64], values: NDArray[np.float64], a: float, b: float) -> Secant | None:
    """Draw a secant of a curve that is known at places, and straight between them.

    Parameters
    ----------
    places : ndarray of shape (n,), float64
        In rising order.
    values : ndarray of shape (n,), float64
    a, b : float
        Between the first and the last place, in any order.

    Returns
    -------
    Secant or None
        None where both points are at one place, or the curve is not finite between them.

    Examples
    --------
    >>> x = np.linspace(-np.pi / 2, np.pi / 2, 101)
    >>> found = secant(x, np.cos(x), x[0], x[-1])
    >>> round(found.excess, 12), abs(round(found.at, 12))
    (1.0, 0.0)
    >>> secant(x, x**2, -1.0, 1.0).excess
    0.0
    """
    a, b = min(a, b), max(a, b)
    if b - a <= 1e-9 * (places[-1] - places[0]):
        return None
    inner = places[(places > a) & (places < b)]
    x = np.concatenate(([a], inner, [b]))
    y = np.interp(x, places, values)
    if not np.isfinite(y).all():
        return None
    line = Secant(a, b, float(y[0]), float(y[-1]), 0.0, a)
    above = y - line.value_at(x)
    k = int(above.argmax())
    tolerance = 1e-12 * max(1.0, float(np.abs(y).max()))
    if above[k] <= tolerance:
        return line
    return replace(line, excess=float(above[k]), at=float(x[k]))


def toy_landscape(name: str, n_points: int) -> Landscape:
    """Return one of `TOYS` as a slice."""
    _, span, function = TOYS[name]
    axis = Axis(np.zeros(0), -span, span, "x")
    values = function(axis.coefficients(n_points))
    here = float(function(np.zeros(1))[0])
    return Landscape((axis,), values, values, np.ones(n_points, bool), here, 0, 0.0)


def proof_of_convexity(architecture: Architecture, loss: str) -> str:
    """Return why a loss is a convex function of all weights, as a sentence; empty where that is not known."""
    if architecture.n_layers > 1 or (architecture.activations[-1], loss) not in _CONVEX:
        return ""
    return tr(
        "Without a hidden layer z is a linear function of the weights, and the loss a convex function of z."
    )


@dataclass(frozen=True, eq=False)
class Trials:
    """What random pairs of places have shown so far.

    Attributes
    ----------
    n : int
        Pairs that were tried.
    n_left_out : int
        Of these, pairs between which the loss is not finite.
    n_violations : int
        Pairs between which the loss is above the secant.
    excess : float
        The largest, relative to the size of the losses there.
    direction : ndarray of shape (n_params,), or None
        Of the worst pair.
    ends : tuple of float
        Its coefficients.
    """

    n: int = 0
    n_left_out: int = 0
    n_violations: int = 0
    excess: float = 0.0
    direction: NDArray[Any] | None = None
    ends: tuple[float, float] = (0.0, 0.0)


@np.errstate(invalid="ignore", over="ignore")
def excess_between(at: Callable[[float], float], a: float, b: float) -> tuple[float, float]:
    """Return by how much a function is above its secant, and the largest of its sizes there.

    Examples
    --------
    The gap of x² is λ(1 − λ)(a − b)² below the secant, everywhere:

    >>> excess_between(lambda x: x * x, -1.0, 3.0)[0] <= 0
    True
    """
    values = np.array([at(a + share * (b - a)) for share in _BETWEEN])
    line = values[0] + _BETWEEN * (values[-1] - values[0])
    return float((values - line)[1:-1].max()), float(np.abs(values).max())


def try_pairs(question: LossQuestion, n_pairs: int = N_PAIRS, *, seed: int = 0) -> Iterator[Trials]:
    """Compare the loss with secants between random pairs, each on a random line through the network.

    Yields
    ------
    Trials
        So far, after every few milliseconds.
    """
    rng = np.random.default_rng(seed)
    slack = _SLACK[np.dtype(question.dtype)]
    span = _WALK * (float(np.linalg.norm(question.theta)) or 1.0)
    found, begun_s = Trials(), time.perf_counter()
    for _ in range(n_pairs):
        direction = trained_direction(question.architecture, rng)
        a, b = np.sort(rng.uniform(-span, span, 2)).tolist()
        surface = LossSurface(question, [direction])
        excess, size = excess_between(lambda c, at=surface.at: at((c,)), a, b)  # type: ignore[misc]
        found = replace(found, n=found.n + 1)
        if not math.isfinite(excess):
            found = replace(found, n_left_out=found.n_left_out + 1)
        elif excess > slack * max(size, 1e-300):
            found = replace(found, n_violations=found.n_violations + 1)
            if excess / size > found.excess:
                found = replace(found, excess=excess / size, direction=direction, ends=(a, b))
        if time.perf_counter() - begun_s > _YIELD_S:
            yield found
            begun_s = time.perf_counter()
    yield found


def verdict(trials: Trials, proof: str) -> str:
    """Say what pairs have shown, and no more.

    Parameters
    ----------
    trials : Trials
    proof : str
        See `proof_of_convexity`.
    """
    left_out = ""
    if trials.n_left_out:
        left_out = f" {tr('%n pair(s) left out: the loss is not finite there.', trials.n_left_out)}"
    if trials.n_violations:
        return (
            tr("Not convex: {k} of {n} pairs have the loss above their secant. The worst is drawn.").format(
                k=trials.n_violations, n=trials.n
            )
            + left_out
        )
    said = tr("No violation in {n} pairs.").format(n=trials.n - trials.n_left_out)
    if proof:
        return f"{said} {tr('Convex, proved:')} {proof}{left_out}"
    return f"{said} {tr('That proves nothing: others may show one.')}{left_out}"


def largest_excess(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return by how much a curve is above any of its secants, where that is most; 0 where it never is.

    Parameters
    ----------
    x, y : ndarray of shape (n,), float64
        Its places, in rising order, and values, all finite.

    Notes
    -----
    At a place, that is the distance from the lower convex hull of the points; by Andrew's monotone chain.

    Examples
    --------
    >>> x = np.linspace(-1.0, 1.0, 21)
    >>> largest_excess(x, x**2), largest_excess(x, np.cos(x)) > 0.4
    (0.0, True)
    """
    kept: list[int] = []
    for k in range(len(x)):
        while len(kept) > 1:
            i, j = kept[-2:]
            if (y[j] - y[i]) * (x[k] - x[i]) < (y[k] - y[i]) * (x[j] - x[i]):
                break
            kept.pop()
        kept.append(k)
    return float((y - np.interp(x, x[kept], y[kept])).max())
