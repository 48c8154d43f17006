"""Check the gradient of backpropagation against numeric derivatives; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient, loss_value
from nnstudio.engine.penalty import penalty, penalty_gradient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from nnstudio.engine.architecture import Architecture


@dataclass(frozen=True)
class GradientCheck:
    """Derivatives of the loss along some directions, found in two ways.

    Attributes
    ----------
    analytic, numeric : ndarray of shape (n_directions,), float64 or longdouble
        By backpropagation, and by changing theta.
    """

    analytic: NDArray[np.floating[Any]]
    numeric: NDArray[np.floating[Any]]

    @property
    def relative_error(self) -> NDArray[np.floating[Any]]:
        """|analytic − numeric| / max(|analytic|, |numeric|) of each direction; 0 where both are 0."""
        scale = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        error = np.zeros_like(self.analytic)
        np.divide(np.abs(self.analytic - self.numeric), scale, out=error, where=scale > 0)
        return error

    @property
    def worst(self) -> float:
        """Largest difference relative to the largest derivative: judges a whole gradient.

        A single derivative that almost cancels over the batch, or that of a saturated unit, has few correct
        digits in double precision; `complex_step` in extended precision shows that its formula is right.
        """
        scale = np.abs([self.analytic, self.numeric]).max(initial=0.0)
        difference = np.abs(self.analytic - self.numeric).max(initial=0.0)
        return float(difference / scale) if scale > 0 else 0.0


def random_direction(n_params: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a direction of length 1, uniformly."""
    direction = rng.standard_normal(n_params)
    return direction / np.linalg.norm(direction)


def complex_step(
    architecture: Architecture,
    theta: NDArray[Any],
    x: NDArray[Any],
    labels: NDArray[Any],
    loss: str,
    *,
    coordinates: ArrayLike | None = None,
    direction: NDArray[Any] | None = None,
    h: float = 1e-30,
    l1: float = 0.0,
    l2: float = 0.0,
    analytic: NDArray[Any] | None = None,
    dtype: DTypeLike = np.complex128,
) -> GradientCheck:
    """Compare the gradient with Im loss(θ + i h d) / h.

    No difference is taken, so nothing cancels and h may be arbitrarily small: exact to rounding.

    Parameters
    ----------
    architecture : Architecture
    theta : real ndarray of shape (n_params,)
        Computed in ``dtype``, whatever its precision.
    x, labels, loss
        As for `nnstudio.engine.passes.loss_and_gradient`.
    coordinates : int array-like, optional
        Parameters to check, one direction each.
    direction : real ndarray of shape (n_params,), optional
        One direction to check instead, see `random_direction`. Neither: every parameter.
    h : float
        Step.
    l1, l2 : float
        Strengths of a `penalty` beside the loss.
    analytic : real ndarray of shape (n_params,), optional
        Gradient to check; by default that of `loss_and_gradient` and of the penalty, in the real
        counterpart of ``dtype``.
    dtype : complex dtype
        ``np.clongdouble`` restores the digits lost to cancellation, on machines that have it.

    Returns
    -------
    GradientCheck

    Raises
    ------
    ValueError
        If both coordinates and a direction are given, or the direction has not theta's shape.
    IndexError
        If a coordinate lies outside theta.

    Notes
    -----
    Squire & Trapp 1998, Using Complex Variables to Estimate Derivatives of Real Functions.
    """

    def derivative(loss_at: Callable[[Any], Any], d: Any) -> Any:
        return loss_at(1j * h * d).imag / h

    problem = (architecture, theta, x, labels, loss)
    return _compare(*problem, coordinates, direction, (l1, l2), analytic, dtype, derivative)


def central_difference(
    architecture: Architecture,
    theta: NDArray[Any],
    x: NDArray[Any],
    labels: NDArray[Any],
    loss: str,
    *,
    coordinates: ArrayLike | None = None,
    direction: NDArray[Any] | None = None,
    h: float = 1e-5,
    l1: float = 0.0,
    l2: float = 0.0,
    analytic: NDArray[Any] | None = None,
) -> GradientCheck:
    """Compare the gradient with (loss(θ + h d) − loss(θ − h d)) / 2h in float64.

    A larger h errs by h², a smaller one by rounding / h; near 1e-5 about ten digits remain.

    Parameters, result and errors are those of `complex_step`.
    """

    def derivative(loss_at: Callable[[Any], Any], d: Any) -> float:
        return float(loss_at(h * d) - loss_at(-h * d)) / (2 * h)

    problem = (architecture, theta, x, labels, loss)
    return _compare(*problem, coordinates, direction, (l1, l2), analytic, np.float64, derivative)


@dataclass(frozen=True)
class StepSweep:
    """How the error of numeric derivatives depends on the step.

    Attributes
    ----------
    h : float64 ndarray of shape (n_steps,)
    central, complex : float64 ndarray of shape (n_steps,)
        `GradientCheck.worst` of central differences and of the complex step with that h.
    """

    h: NDArray[np.float64]
    central: NDArray[np.float64]
    complex: NDArray[np.float64]


def sweep_steps(
    architecture: Architecture,
    theta: NDArray[Any],
    x: NDArray[Any],
    labels: NDArray[Any],
    loss: str,
    h: ArrayLike,
    *,
    coordinates: ArrayLike | None = None,
    direction: NDArray[Any] | None = None,
    analytic: NDArray[Any] | None = None,
) -> StepSweep:
    """Check one gradient with many step sizes, by central differences and by the complex step.

    Central differences err by h² where h is large and by rounding / h where it is small; the complex step by
    h² alone.

    Parameters
    ----------
    h : array_like of float
        Steps, each above 0.
    architecture, theta, x, labels, loss, coordinates, direction, analytic
        As for `complex_step`.

    Raises
    ------
    ValueError
        If a step is not a finite number above 0, or as `complex_step`.
    IndexError
        As `complex_step`.
    """
    steps = np.atleast_1d(np.asarray(h, np.float64))
    if not (np.isfinite(steps) & (steps > 0)).all():
        raise ValueError(f"each step must be a finite number above 0, not {h!r}")
    central, complex_ = (
        np.array(
            [
                check(
                    architecture,
                    theta,
                    x,
                    labels,
                    loss,
                    coordinates=coordinates,
                    direction=direction,
                    h=float(step),
                    analytic=analytic,
                ).worst
                for step in steps
            ]
        )
        for check in (central_difference, complex_step)
    )
    return StepSweep(steps, central, complex_)


def _compare(
    architecture: Architecture,
    theta: NDArray[Any],
    x: NDArray[Any],
    labels: NDArray[Any],
    loss: str,
    coordinates: ArrayLike | None,
    direction: NDArray[Any] | None,
    strengths: tuple[float, float],
    analytic: NDArray[Any] | None,
    dtype: DTypeLike,
    derivative: Callable[[Callable[[Any], Any], Any], Any],
) -> GradientCheck:
    """Compare along each direction; ``derivative`` gets the loss as a function of the change."""
    real = np.finfo(dtype).dtype
    l1, l2 = strengths
    if analytic is None:
        analytic = np.empty(theta.size, real)
        workspace = Workspace(architecture, len(x), real)
        loss_and_gradient(architecture, theta.astype(real), x, labels, loss, analytic, workspace)
        analytic += penalty_gradient(theta.astype(real), l1=l1, l2=l2)

    point, x = theta.astype(dtype), x.astype(dtype)
    workspace = Workspace(architecture, len(x), dtype)

    def loss_along(part: slice) -> Callable[[Any], Any]:
        def loss_at(change: Any) -> Any:
            kept = point[part].copy()
            point[part] += change
            value = loss_value(architecture, point, x, labels, loss, workspace)
            value += penalty(point, l1=l1, l2=l2)
            point[part] = kept
            return value

        return loss_at

    probes = list(_probes(theta.size, coordinates, direction))
    return GradientCheck(
        np.array([np.sum(analytic[part] * d) for part, d in probes], real),
        np.array([derivative(loss_along(part), d) for part, d in probes], real),
    )


def _probes(
    n_params: int, coordinates: ArrayLike | None, direction: NDArray[Any] | None
) -> Iterator[tuple[slice, Any]]:
    """Yield the part of theta that changes, and how fast."""
    if direction is None:
        everything = range(n_params)
        chosen = everything if coordinates is None else np.asarray(coordinates, np.intp).tolist()
        for i in chosen:
            start = everything[i]
            yield slice(start, start + 1), 1.0
    elif coordinates is not None:
        raise ValueError("give coordinates or a direction, not both")
    elif direction.shape != (n_params,):
        raise ValueError(f"a direction has theta's shape ({n_params},), not {direction.shape}")
    else:
        yield slice(None), direction.astype(np.float64)
