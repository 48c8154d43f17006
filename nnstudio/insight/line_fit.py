"""A line, or a plane, beside the points it is fitted to: errors, closed form, and descent towards it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.least_squares import fit_linear
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class PointStatistics:
    """The sums of the closed form of a line, and what follows from them.

    slope = (n Σxy − Σx Σy) / (n Σx² − (Σx)²),  intercept = (Σy − slope Σx) / n

    Attributes
    ----------
    n : int
    sum_x, sum_y, sum_xx, sum_xy, sum_yy : float
    mean_x, mean_y : float
    variance_x, variance_y : float
        With n − 1; NaN for one point.
    r : float
        Correlation of x and y; NaN where one of them never changes.
    """

    n: int
    sum_x: float
    sum_y: float
    sum_xx: float
    sum_xy: float
    sum_yy: float
    mean_x: float
    mean_y: float
    variance_x: float
    variance_y: float
    r: float


def point_statistics(x: NDArray[Any], y: NDArray[Any]) -> PointStatistics:
    """Compute the sums, means, variances and the correlation of points.

    Parameters
    ----------
    x, y : ndarray of shape (n,), n ≥ 1

    Notes
    -----
    Variances and correlation are computed from the differences from the means: the sums alone would lose
    their digits where the points are far from 0.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    n = len(x)
    mean_x, mean_y = float(x.mean()), float(y.mean())
    from_x, from_y = x - mean_x, y - mean_y
    square_x, square_y = float(from_x @ from_x), float(from_y @ from_y)
    changes = n > 1 and _changes(x) and _changes(y)
    return PointStatistics(
        n,
        float(x.sum()),
        float(y.sum()),
        float(x @ x),
        float(x @ y),
        float(y @ y),
        mean_x,
        mean_y,
        square_x / (n - 1) if n > 1 else math.nan,
        square_y / (n - 1) if n > 1 else math.nan,
        float(from_x @ from_y) / math.sqrt(square_x * square_y) if changes else math.nan,
    )


def _changes(values: NDArray[np.float64]) -> bool:
    return bool((values != values[0]).any())


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A line or plane ŷ = slopes · x + intercept, compared with points.

    Attributes
    ----------
    slopes : ndarray of shape (d,), float64
        One for a line, two for a plane.
    intercept : float
    residuals : ndarray of shape (n,), float64
        y − ŷ.
    sse : float
        Sum of squared residuals.
    loss : float
        J = SSE / 2n.
    r_squared : float
        1 − SSE / Σ(y − ȳ)²; NaN where y never changes.
    gradient : ndarray of shape (d + 1,), float64
        ∂J by the slopes, then by the intercept: theta's order.
    """

    slopes: NDArray[np.float64]
    intercept: float
    residuals: NDArray[np.float64]
    sse: float
    loss: float
    r_squared: float
    gradient: NDArray[np.float64]


def linear_model(x: NDArray[Any], y: NDArray[Any], slopes: ArrayLike, intercept: float) -> LinearModel:
    """Compare a line or plane with points.

    Parameters
    ----------
    x : ndarray of shape (n, d), n ≥ 1
    y : ndarray of shape (n,)
    slopes : array-like of shape (d,)
    intercept : float
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    slopes = np.array(slopes, np.float64)
    residuals = y - (x @ slopes + intercept)
    sse = float(residuals @ residuals)
    from_mean = y - y.mean()
    r_squared = 1 - sse / float(from_mean @ from_mean) if _changes(y) else math.nan
    gradient = -np.append(residuals @ x, residuals.sum()) / len(y)
    return LinearModel(slopes, float(intercept), residuals, sse, sse / (2 * len(y)), r_squared, gradient)


def best_linear_model(x: NDArray[Any], y: NDArray[Any]) -> LinearModel:
    """Find the line or plane of the least squared error; of many, the flattest.

    Parameters
    ----------
    x : ndarray of shape (n, d), n ≥ 1
    y : ndarray of shape (n,)

    Raises
    ------
    FitError
        If the shapes do not fit, there is no point or a number is not finite.
    """
    fit = fit_linear(x, y)
    return linear_model(x, y, fit.W[0], float(fit.b[0]))


def fit_remark(x: NDArray[Any]) -> str:
    """Say why points do not determine the best line or plane, or leave nothing to test it by; or nothing.

    Parameters
    ----------
    x : ndarray of shape (n, d), d 1 or 2, n ≥ 1
    """
    n, d = x.shape
    rank = fit_linear(x, np.zeros(n)).rank
    if n == 1:
        return (
            tr("There is one point; every slope fits equally. The flattest is drawn.")
            if d == 1
            else tr("There is one point; every plane through it fits equally. The flattest is drawn.")
        )
    if rank == 0:
        return (
            tr("x never changes; every slope fits equally. The flattest is drawn.")
            if d == 1
            else tr("All points lie at one place; every slope fits equally. The flattest is drawn.")
        )
    if rank < d:
        return tr("All points lie on one line; many planes fit equally. The flattest is drawn.")
    if n == d + 1:
        return (
            tr("There are two points; the line passes through both, whatever the noise.")
            if d == 1
            else tr("There are three points; the plane passes through all of them, whatever the noise.")
        )
    return ""


@dataclass(frozen=True, eq=False)
class Curvature:
    """The Hessian of J of a line or plane: the shape of its bowl, the same everywhere.

    H = Σ (x, 1)(x, 1)ᵀ / n

    Attributes
    ----------
    hessian : ndarray of shape (d + 1, d + 1), float64
        Of the slopes, then the intercept: theta's order.
    eigenvalues : ndarray of shape (d + 1,), float64
        From the smallest; 0 along what the points do not determine.
    """

    hessian: NDArray[np.float64]
    eigenvalues: NDArray[np.float64]

    @property
    def largest_rate(self) -> float:
        """The learning rate 2 / λ of the largest eigenvalue, above which batch descent diverges."""
        return 2 / float(self.eigenvalues[-1])

    @property
    def condition(self) -> float:
        """The largest eigenvalue by the smallest; infinite where the points do not determine the model."""
        smallest = float(self.eigenvalues[0])
        return float(self.eigenvalues[-1]) / smallest if smallest else math.inf


def curvature(x: NDArray[Any]) -> Curvature:
    """Compute the Hessian of J = ½ Σ (ŷ − y)² / n over inputs; targets do not matter.

    Parameters
    ----------
    x : ndarray of shape (n, d), n ≥ 1

    Notes
    -----
    Eigenvalues are squared singular values of the inputs with their column of ones, divided by n: those of
    the Hessian itself would be lost below 1e-16 of the largest, and may be negative.
    """
    x = np.asarray(x, np.float64)
    n, d = x.shape
    design = np.column_stack((x, np.ones(n)))
    values = np.zeros(d + 1)
    singular = np.linalg.svd(design, compute_uv=False)
    singular[singular <= max(n, d + 1) * np.finfo(np.float64).eps * singular[0]] = 0.0
    values[: len(singular)] = singular**2 / n
    return Curvature(design.T @ design / n, values[::-1].copy())


def standardised(x: NDArray[Any]) -> NDArray[np.float64]:
    """Shift and stretch each feature to mean 0 and standard deviation 1 (with n); a constant is shifted only.

    Parameters
    ----------
    x : ndarray of shape (n, d)
    """
    x = np.asarray(x, np.float64)
    spread = x.std(axis=0)
    return np.asarray((x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


@dataclass(frozen=True, eq=False)
class DescentStep:
    """One step of gradient descent on J of a line or plane.

    Attributes
    ----------
    after : LinearModel
    predicted_fall : float
        Of J along the tangent, η ‖g‖².
    real_fall : float
        Negative where J rises.
    """

    after: LinearModel
    predicted_fall: float
    real_fall: float


def descent_step(x: NDArray[Any], y: NDArray[Any], model: LinearModel, rate: float) -> DescentStep:
    """Take one step of batch descent.

    Parameters
    ----------
    x : ndarray of shape (n, d), n ≥ 1
    y : ndarray of shape (n,)
    model : LinearModel
        Of these points.
    rate : float
        The learning rate η.
    """
    g = model.gradient
    after = linear_model(x, y, model.slopes - rate * g[:-1], model.intercept - rate * float(g[-1]))
    return DescentStep(after, rate * float(g @ g), model.loss - after.loss)
