"""An activation as a curve with its slope, and what a nudge of one weight does to a neuron."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.errors import UserError
from nnstudio.insight.linear_map import slopes_of
from nnstudio.language import tr


class NoCurveError(UserError):
    """An activation that is no function of one number."""


@dataclass(frozen=True, eq=False)
class ActivationCurve:
    """An activation over a range.

    Attributes
    ----------
    z, a, slope : ndarray of shape (n,), float64
        z ascending, f(z), f′(z). Lines from point to point show corners and jumps where they are.
    """

    z: np.ndarray
    a: np.ndarray
    slope: np.ndarray


def activation_curve(activation: str, low: float, high: float, n: int = 201) -> ActivationCurve:
    """Sample an activation and its slope.

    Parameters
    ----------
    activation : str
        Key in `nnstudio.engine.activations.ACTIVATIONS`.
    low, high : float
        low < high.
    n : int
        Evenly spaced points, at least 2. Around 0, where corners and jumps are, two more are added.

    Raises
    ------
    NoCurveError
        If the activation takes a whole layer at once.
    """
    z = np.linspace(low, high, n)
    if low < 0 < high:
        # Corners and jumps are at 0, and belong to its left side.
        z = np.union1d(z, [0.0, np.nextafter(0.0, 1.0)])
    return ActivationCurve(z, values_of(activation, z), slopes_of(activation, z))


def values_of(activation: str, z: np.ndarray) -> np.ndarray:
    """Return f(z) of an activation that works unit by unit; float64, z's shape.

    Raises
    ------
    NoCurveError
        If the activation takes a whole layer at once.
    """
    if ACTIVATIONS[activation].output_only:
        raise NoCurveError(
            tr("{title} is not a curve of one number: it depends on all units of the layer.").format(
                title=tr(ACTIVATIONS[activation].title)
            )
        )
    given = np.asarray(z, np.float64).reshape(1, -1)
    values = np.empty_like(given)
    ACTIVATIONS[activation].apply(given, values)
    return values.reshape(z.shape)


@dataclass(frozen=True)
class Nudge:
    """What a change of a neuron's weights and bias does to its output.

    Attributes
    ----------
    z, z_after : float
        The pre-activation before and after.
    a, a_after : float
        The output before and after.
    predicted : float
        Σ ∂a/∂wⱼ Δwⱼ + ∂a/∂b Δb, the change along the tangent.
    """

    z: float
    z_after: float
    a: float
    a_after: float
    predicted: float

    @property
    def real(self) -> float:
        """The change of the output."""
        return self.a_after - self.a


def nudge(
    activation: str,
    w: Sequence[float] | np.ndarray,
    b: float,
    x: Sequence[float] | np.ndarray,
    change_of_w: Sequence[float] | np.ndarray,
    change_of_b: float = 0.0,
) -> Nudge:
    """Change a neuron's weights and bias, and compare the change of its output with the predicted one.

    Parameters
    ----------
    activation : str
        Key in `nnstudio.engine.activations.ACTIVATIONS`.
    w, x, change_of_w : array_like of shape (fan_in,)
    b, change_of_b : float

    Raises
    ------
    NoCurveError
        If the activation takes a whole layer at once.

    Examples
    --------
    A sigmoid neuron answers a small change with a small change, a step neuron with nothing or with all.

    >>> small = nudge("sigmoid", [1.0], 0.0, [0.5], [0.1])
    >>> round(small.predicted, 6), round(small.real, 6)
    (0.01175, 0.011676)
    >>> nudge("step", [1.0], 0.0, [0.5], [0.1]).real, nudge("step", [1.0], 0.0, [0.5], [-1.1]).real
    (0.0, -1.0)
    """
    given = np.asarray(x, np.float64)
    before = float(np.dot(w, given)) + b
    change = float(np.dot(change_of_w, given)) + change_of_b
    z = np.array([before, before + change])
    a, a_after = (float(value) for value in values_of(activation, z))
    predicted = float(slopes_of(activation, z)[0]) * change
    return Nudge(before, before + change, a, a_after, predicted)
