"""The axes of a landscape that a user can choose: their directions, ranges and names; NumPy only."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.insight.directions import trained_direction, weight_direction
from nnstudio.insight.landscape import Axis, LandscapeError
from nnstudio.insight.landscape_directions import PrincipalDirections, principal_directions, scaled_by_unit
from nnstudio.insight.loss_surface import gradient_of, parabola
from nnstudio.insight.parameters import parameter
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.insight.loss_surface import LossQuestion

_ROUND = (1, 1.5, 2, 3, 4, 5, 7, 10)
_WALK = 0.5
"""Range of a random direction of length 1, as a share of the length of theta."""
_DOWNHILL = 0.25
"""The same along the gradient, which is steeper."""
_BEYOND = 0.5
"""Of the way to another network, on both sides."""
_MARGIN = 0.2
"""Around a path, as a share of its width."""


class Along(StrEnum):
    """What an axis is."""

    WEIGHT = "weight"
    GRADIENT = "gradient"
    RANDOM = "random"
    SCALED = "scaled"
    TOWARDS = "towards"
    PATH = "path"


@dataclass(frozen=True, eq=False)
class AxisChoice:
    """An axis as it is asked for.

    Attributes
    ----------
    along : Along
    coordinate : int
        Of a weight.
    seed : int
        Of a random direction.
    target : ndarray of shape (n_params,), optional
        The network towards which it leads.
    target_name : str
    component : int
        0 or 1: of the widest directions of a path.
    span : float, optional
        From −span to span; None: a range is found.
    """

    along: Along
    coordinate: int = 0
    seed: int = 0
    target: NDArray[Any] | None = None
    target_name: str = ""
    component: int = 0
    span: float | None = None


def build_axes(
    question: LossQuestion, choices: Sequence[AxisChoice], path: Sequence[NDArray[Any]] = ()
) -> tuple[Axis, ...]:
    """Find the directions and ranges of axes.

    Parameters
    ----------
    question : LossQuestion
    choices : sequence of AxisChoice
    path : sequence of ndarray of shape (n_params,)
        Networks that training passed, for the widest directions.

    Raises
    ------
    LandscapeError
        If a direction is 0, a range is empty, or two axes are the same weight.
    """
    weights = [each.coordinate for each in choices if each.along is Along.WEIGHT]
    if len(set(weights)) < len(weights):
        raise LandscapeError(tr("Both axes are the same weight. Choose another one for the second axis."))
    is_of_path = any(each.along is Along.PATH for each in choices)
    widest = principal_directions(path, question.theta.astype(np.float64)) if path and is_of_path else None
    axes = tuple(
        _path_axis(choice, widest) if choice.along is Along.PATH else _axis(question, choice, n)
        for n, choice in enumerate(choices)
    )
    if weights and all(choice.span is None for choice in choices):
        return _with_the_lowest(question, axes)
    return axes


def _with_the_lowest(question: LossQuestion, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """Widen axes so that they hold the lowest place and the slope behind it, where it is a parabola's."""
    directions = [axis.direction for axis in axes]
    hessian = parabola(question, directions)
    if hessian is None:
        return axes
    slopes = np.array([gradient_of(question) @ direction for direction in directions])
    lowest = np.linalg.lstsq(hessian, -slopes, rcond=None)[0]
    # Where the loss is as high again as here, on the other side of the lowest place.
    fall = float(lowest @ hessian @ lowest)
    found = []
    for axis, c, curvature in zip(axes, lowest, np.diag(hessian), strict=True):
        span = abs(float(c)) + math.sqrt(max(fall, 0.0) / curvature) if curvature > 0 else 0.0
        span = max(axis.high, round_span(span)) if span else axis.high
        found.append(replace(axis, low=-span, high=span))
    return tuple(found)


def _axis(question: LossQuestion, choice: AxisChoice, n: int) -> Axis:
    architecture, theta = question.architecture, question.theta.astype(np.float64)
    mask = architecture.trained_mask().astype(np.float64)
    length = float(np.linalg.norm(theta)) or 1.0
    if choice.along is Along.WEIGHT:
        here = float(theta[choice.coordinate])
        low, high = _ends(choice, _weight_span(question, choice.coordinate))
        direction = weight_direction(theta.size, choice.coordinate) * mask
        title = parameter(architecture, choice.coordinate).name
        if not direction.any():
            raise LandscapeError(tr("{name} is held at 0. Choose another weight.").format(name=title))
        return Axis(direction, low, high, title, here)
    if choice.along is Along.GRADIENT:
        g = gradient_of(question)
        slope = float(np.linalg.norm(g))
        if not (0 < slope < math.inf):
            raise LandscapeError(
                tr("The gradient is 0 here, or not finite: no way leads down. Choose another direction.")
            )
        return Axis(-g, *_ends(choice, _DOWNHILL * length / slope), tr("η along −gradient"))
    if choice.along is Along.TOWARDS:
        target = theta if choice.target is None else choice.target.astype(np.float64)
        direction = target - theta
        if not direction.any():
            raise LandscapeError(
                tr(
                    "The way to {name} has no length: it is the network on show. Choose another direction."
                ).format(name=choice.target_name)
            )
        ends = (-_BEYOND, 1 + _BEYOND) if choice.span is None else (-choice.span, choice.span)
        return Axis(direction, *ends, tr("towards {name} (1 is there)").format(name=choice.target_name))
    direction = trained_direction(architecture, np.random.default_rng((choice.seed, n)))
    letter = "αβ"[n]
    if choice.along is Along.SCALED:
        title = tr("{letter}, random, scaled per unit").format(letter=letter)
        return Axis(scaled_by_unit(architecture, theta, direction), *_ends(choice, 1.0), title)
    title = tr("{letter}, random, of length 1").format(letter=letter)
    return Axis(direction, *_ends(choice, _WALK * length), title)


def _path_axis(choice: AxisChoice, found: PrincipalDirections | None) -> Axis:
    if found is None or not found.directions[choice.component].any():
        raise LandscapeError(
            tr("The recorded path has no two directions yet. Train some steps, or choose random ones.")
        )
    seen = np.append(found.coefficients[:, choice.component], 0.0)
    low, high = float(seen.min()), float(seen.max())
    margin = _MARGIN * (high - low)
    ends = (low - margin, high + margin) if choice.span is None else (-choice.span, choice.span)
    title = tr("path, direction {number} ({share:.0f} %)").format(
        number=choice.component + 1, share=100 * found.shares[choice.component]
    )
    return Axis(found.directions[choice.component], ends[0], ends[1], title)


def _ends(choice: AxisChoice, automatic: float) -> tuple[float, float]:
    span = round_span(automatic) if choice.span is None else choice.span
    return -span, span


def _weight_span(question: LossQuestion, coordinate: int) -> float:
    """Return a range in which a weight may be looked for: twice the largest of its block, or 1."""
    theta = question.theta
    block = next(each for each in question.architecture.blocks if each.start <= coordinate < each.stop)
    return 2 * float(np.abs(theta[block.start : block.stop]).max()) or 1.0


def round_span(value: float) -> float:
    """Return the next round number at or above a positive one.

    Examples
    --------
    >>> round_span(0.21), round_span(4.0)
    (0.3, 4.0)
    """
    scale = 10.0 ** math.floor(math.log10(value))
    return float(f"{scale * next((step for step in _ROUND if scale * step >= value), _ROUND[-1]):.6g}")
