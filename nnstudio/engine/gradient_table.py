"""Results of a gradient check, by weight and over step sizes; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.gradient_check import central_difference, complex_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.gradient_check import GradientCheck


@dataclass(frozen=True)
class GradientRow:
    """The derivative by one weight or bias, found in two ways.

    Attributes
    ----------
    name : str
        ``"layers.0.weight"``, ``"layers.0.bias"``, …
    index : tuple of int
        Unit and input, or unit, counted from 0.
    analytic, numeric : float
        By backpropagation, and by changing the weight.
    relative_error : float
        As `GradientCheck.relative_error`.
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    relative_error: float


def gradient_rows(
    architecture: Architecture, coordinates: Sequence[int], check: GradientCheck
) -> tuple[GradientRow, ...]:
    """Return one named row for each checked derivative.

    Parameters
    ----------
    architecture : Architecture
    coordinates : sequence of int
        The numbers of theta that were checked, in their order.
    check : GradientCheck
        From `complex_step` or `central_difference` with these coordinates.

    Raises
    ------
    ArchitectureError
        If theta has no such number.
    ValueError
        If the check is one of more or fewer coordinates.
    """
    columns = zip(
        coordinates,
        check.analytic.tolist(),
        check.numeric.tolist(),
        check.relative_error.tolist(),
        strict=True,
    )
    return tuple(
        GradientRow(*architecture.locate(i), analytic, numeric, error)
        for i, analytic, numeric, error in columns
    )


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
