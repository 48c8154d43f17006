"""What ONNX's elementwise operators compute, and which of the engine's activations a chain of them is.

Exporters write one activation in many ways: softplus with a threshold, GELU as five operators, batch
normalisation as a multiplication and an addition. So an activation is recognised by its values, not by the
names of its operators. Only `onnx_layers` and `onnx_constants` use it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

_SIDE = np.concatenate((np.geomspace(1e-3, 0.1, 5), np.arange(0.25, 12, 0.375)))
PROBES = np.concatenate((-_SIDE, [0.0], _SIDE))[:, None]
"""Where functions are compared, as a column: close to 0, where they have their corners, and beyond."""

_TOLERANCE = 2e-6
"""Of the range of the values. The constants of a file have 24 bits; GELU's two forms differ by 2 · 10⁻⁴."""


@dataclass(frozen=True, eq=False)
class Affine:
    """The map z → scale · z + shift of each unit.

    Attributes
    ----------
    scale, shift : float64 ndarray of shape (n_units,) or (1,)
    """

    scale: NDArray[np.float64]
    shift: NDArray[np.float64]

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        return bool((self.scale == 1).all() and (self.shift == 0).all())

    def is_same(self, other: Affine) -> bool:
        """Say whether another map is equal to it."""
        return np.array_equal(self.scale, other.scale) and np.array_equal(self.shift, other.shift)

    def then(self, scale: Any, shift: Any) -> Affine:
        """Return this map followed by another."""
        return Affine(self.scale * scale, self.shift * scale + shift)

    def at(self, points: NDArray[np.float64], argument: Affine) -> NDArray[np.float64]:
        """Return its values where ``argument`` has the given values, per unit."""
        if self.is_same(argument):
            return points
        # Units without a slope have one value of the argument, wherever z is: 0 will do.
        ratio = np.divide(
            self.scale,
            argument.scale,
            out=np.zeros_like(self.scale * argument.scale),
            where=argument.scale != 0,
        )
        return ratio * (points - argument.shift) + self.shift


IDENTITY = Affine(np.ones(1), np.zeros(1))


@dataclass(frozen=True, eq=False)
class UnitFunction:
    """A function of each unit's z, known by what computes it.

    Attributes
    ----------
    at : callable (points, argument) -> values
        Values of shape (n_points, n_units) where the affine map ``argument`` of z has the given values.
    arguments : tuple of Affine
        The maps of z that its operators were applied to.
    operators : tuple of str
        Those operators, for messages.
    """

    at: Callable[[NDArray[np.float64], Affine], NDArray[np.float64]]
    arguments: tuple[Affine, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Match:
    """An activation of the engine: the curve is ``outer`` of the activation of ``inner`` of z."""

    activation: str
    inner: Affine
    outer: Affine


def match(curve: UnitFunction) -> Match | None:
    """Return which activation a curve is, or None; by itself rather than as a multiple of another."""
    multiples = []
    for inner in (IDENTITY, *curve.arguments):
        with np.errstate(all="ignore"):
            values = curve.at(PROBES, inner)
        if not np.isfinite(values).all():
            continue
        for name, own in _OWN.items():
            outer = _fitted(values, own)
            if outer is not None and outer.is_identity:
                return Match(name, inner, outer)
            if outer is not None:
                multiples.append(Match(name, inner, outer))
    return multiples[0] if multiples else None


def curve_of(
    operator: str,
    compute: Callable[..., NDArray[Any]],
    operands: Sequence[Affine | UnitFunction | NDArray[Any]],
) -> UnitFunction:
    """Return the curve of an operator applied to functions of one z and to constants.

    Parameters
    ----------
    operator : str
        Its name.
    compute : callable
        Takes an array for each operand.
    operands : sequence of Affine, UnitFunction or ndarray of shape (n_units,) or (1,)
    """

    def at(points: NDArray[np.float64], argument: Affine) -> NDArray[np.float64]:
        return compute(
            *(each if isinstance(each, np.ndarray) else each.at(points, argument) for each in operands)
        )

    arguments: list[Affine] = []
    operators: dict[str, None] = {}
    for each in operands:
        if isinstance(each, Affine):
            arguments.append(each)
        elif isinstance(each, UnitFunction):
            arguments += each.arguments
            operators |= dict.fromkeys(each.operators)
    distinct = [each for k, each in enumerate(arguments) if not any(map(each.is_same, arguments[:k]))]
    return UnitFunction(at, tuple(distinct), (*operators, *({operator} - set(operators))))


def _own_values() -> Mapping[str, NDArray[np.float64]]:
    values = {}
    for name, activation in ACTIVATIONS.items():
        if not activation.output_only and name != "identity":
            values[name] = np.empty_like(PROBES)
            activation.apply(PROBES, values[name])
    return values


_OWN = _own_values()


def _fitted(values: NDArray[np.float64], own: NDArray[np.float64]) -> Affine | None:
    """Return the affine map from an activation's values to the given ones, or None if there is none."""
    centred = own - own.mean()
    scale = (centred * values).sum(axis=0) / (centred**2).sum()
    shift = values.mean(axis=0) - scale * own.mean()
    # Exactly 1 and 0 keep the weights as they are in the file.
    scale, shift = (
        np.where(abs(held - exact) < _TOLERANCE, exact, held) for held, exact in ((scale, 1), (shift, 0))
    )
    spread = np.ptp(values, axis=0)
    if (spread == 0).any() or (abs(values - scale * own - shift) > _TOLERANCE * spread).any():
        return None
    return Affine(scale, shift)


def _clip(x: Any, low: Any = -np.inf, high: Any = np.inf) -> Any:
    return np.minimum(np.maximum(x, low), high)


def _sigmoid(x: Any) -> Any:
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(x))


def _elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _erf(x: Any) -> Any:
    return np.vectorize(math.erf)(x)


def _gelu(x: Any, approximate: str = "none") -> Any:
    if approximate == "tanh":
        return x * _sigmoid(np.sqrt(8 / np.pi) * (x + 0.044715 * x**3))
    return 0.5 * x * (1 + _erf(x / np.sqrt(2)))


def _leaky_relu(x: Any, alpha: Any = 0.01) -> Any:
    return np.where(x > 0, x, alpha * x)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "Abs": np.abs,
    "Add": np.add,
    "And": np.logical_and,
    "Celu": lambda x, alpha=1.0: np.maximum(x, 0) + np.minimum(0, alpha * np.expm1(np.minimum(x, 0) / alpha)),
    "Clip": lambda x, low=-np.inf, high=np.inf, **kept: _clip(x, kept.get("min", low), kept.get("max", high)),
    "Cos": np.cos,
    "Div": np.divide,
    "Elu": _elu,
    "Equal": np.equal,
    "Erf": _erf,
    "Exp": np.exp,
    "Gelu": _gelu,
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "LeakyRelu": _leaky_relu,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
    "Log": np.log,
    "Max": lambda *each: np.maximum.reduce(np.broadcast_arrays(*each)),
    "Min": lambda *each: np.minimum.reduce(np.broadcast_arrays(*each)),
    "Mul": np.multiply,
    "Neg": np.negative,
    "Not": np.logical_not,
    "Or": np.logical_or,
    "PRelu": _leaky_relu,
    "Pow": np.power,
    "Reciprocal": np.reciprocal,
    "Relu": lambda x: np.maximum(x, 0),
    "Selu": lambda x, alpha=1.6732632, gamma=1.050701: gamma * _elu(x, alpha),
    "Sigmoid": _sigmoid,
    "Sign": np.sign,
    "Sin": np.sin,
    "Softplus": lambda x: np.logaddexp(x, 0),
    "Sqrt": np.sqrt,
    "Sub": np.subtract,
    "Sum": lambda *each: sum(each),
    "Swish": lambda x, alpha=1.0: x * _sigmoid(alpha * x),
    "Tanh": np.tanh,
    "ThresholdedRelu": lambda x, alpha=1.0: np.where(x > alpha, x, 0),
    "Where": np.where,
}
"""What the operators compute that activations are made of, with their attributes as keywords."""
