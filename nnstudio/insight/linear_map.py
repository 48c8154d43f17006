"""What is linear in a network, as one matrix: layers without activation, and one piece of a ReLU network."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture, Layer
from nnstudio.errors import UserError
from nnstudio.insight.contributions import PIECEWISE_LINEAR
from nnstudio.insight.reading import Reading
from nnstudio.language import tr


class NotPiecewiseLinearError(UserError):
    """A network that is no linear function around an input."""


@dataclass(frozen=True, eq=False)
class LinearMap:
    """f(x) = W x + b.

    Attributes
    ----------
    W : ndarray of shape (n_out, n_in), float64
    b : ndarray of shape (n_out,), float64
    """

    W: np.ndarray
    b: np.ndarray

    def at(self, x: np.ndarray) -> np.ndarray:
        """Return f(x), shape (n_out,)."""
        return np.asarray(self.W @ x + self.b)


def linear_groups(architecture: Architecture) -> tuple[range, ...]:
    """Return the computing layers in groups that are one linear map each.

    A layer whose activation is the identity is in a group with the next one. The activation of a group's last
    layer does not matter: the map leads to that layer's pre-activations.

    Examples
    --------
    >>> linear_groups(Architecture((2, 4, 3, 1), ("identity", "relu", "identity")))
    (range(0, 2), range(2, 3))
    """
    groups = []
    start = 0
    for k, activation in enumerate(architecture.activations):
        if activation != "identity" or k == architecture.n_layers - 1:
            groups.append(range(start, k + 1))
            start = k + 1
    return tuple(groups)


def product(layers: Sequence[Layer]) -> LinearMap:
    """Multiply layers into one linear map, as if there were no activation between them.

    W = Wₙ … W₂ W₁,  b = bₙ + Wₙ (bₙ₋₁ + Wₙ₋₁ (…))

    Parameters
    ----------
    layers : sequence of Layer
        At least one; one of the groups of `linear_groups`.

    Notes
    -----
    Formed in float64.

    Examples
    --------
    The functions 2x + 1 and −x + 3, one after the other, are −2x + 2.

    >>> architecture = Architecture.of((1, 1, 1), hidden="identity", output="identity")
    >>> one = product(architecture.layers(np.array([2.0, 1.0, -1.0, 3.0])))
    >>> one.W, one.b
    (array([[-2.]]), array([2.]))
    """
    return _chained(layers, [np.ones(len(layer.b)) for layer in layers[:-1]])[-1]


@dataclass(frozen=True, eq=False)
class Border:
    """The nearest place where a piece of a piecewise linear network ends.

    Attributes
    ----------
    layer, unit : int
        The unit whose pre-activation is 0 there; the neighbouring piece differs by its slope alone.
    distance : float
        From the input, in the units of the inputs.
    x : ndarray of shape (n_inputs,)
        The nearest point of the border.
    beyond : LinearMap
        What the network is on the other side.
    """

    layer: int
    unit: int
    distance: float
    x: np.ndarray
    beyond: LinearMap


@dataclass(frozen=True, eq=False)
class Piece:
    """The linear function that a network is around one input.

    Attributes
    ----------
    map : LinearMap
        Of the outputs, or of their pre-activations.
    is_of_outputs : bool
        Whether it gives the outputs; else the output activation bends (softmax, sigmoid), and it gives z.
    slopes : tuple of ndarray of shape (fan_out,), float64
        f′(z) of each unit of the layers that the map leads through: 0 and 1 for ReLU.
    border : Border or None
        Where the next piece begins; None where no unit can switch.
    """

    map: LinearMap
    is_of_outputs: bool
    slopes: tuple[np.ndarray, ...]
    border: Border | None

    @property
    def dead(self) -> tuple[np.ndarray, ...]:
        """The units of each layer whose slope is 0, which take no part."""
        return tuple(np.flatnonzero(slopes == 0) for slopes in self.slopes)


# Enormous weights may overflow: the map is then not finite, as the reading.
@np.errstate(over="ignore", invalid="ignore")
def piece_at(architecture: Architecture, theta: np.ndarray, reading: Reading) -> Piece:
    """Return the linear function that a piecewise linear network is at an input, and where it ends.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    reading : Reading
        Of the input; which units are active is taken from it.

    Raises
    ------
    NotPiecewiseLinearError
        If a hidden layer bends or jumps.

    Notes
    -----
    In float64. The border is the nearest hyperplane zⱼ(x) = vⱼ·x + cⱼ = 0 of any unit that switches, at the
    distance |zⱼ| / ‖vⱼ‖; up to it the map holds in every direction. At a corner itself, z = 0, the slope is
    the engine's.
    """
    layers = architecture.layers(theta)
    for k, layer in enumerate(layers[:-1]):
        if layer.activation not in PIECEWISE_LINEAR:
            raise NotPiecewiseLinearError(
                tr(
                    "Hidden layer {layer} has the activation {title}, which bends or jumps: around this "
                    "input the network is no linear function. One of {names} is."
                ).format(
                    layer=k + 1,
                    title=tr(ACTIVATIONS[layer.activation].title),
                    names=", ".join(
                        tr(entry.title) for name, entry in ACTIVATIONS.items() if name in PIECEWISE_LINEAR
                    ),
                )
            )
    is_of_outputs = layers[-1].activation in PIECEWISE_LINEAR
    bent = layers if is_of_outputs else layers[:-1]
    slopes = [slopes_of(layer.activation, z) for layer, z in zip(bent, reading.z, strict=False)]
    maps = _chained(layers, slopes)
    border = _border(layers, slopes, maps, reading.x.astype(np.float64))
    return Piece(maps[-1], is_of_outputs, tuple(slopes), border)


def slopes_of(activation: str, z: np.ndarray) -> np.ndarray:
    """Return f′(z) of an activation that works unit by unit; float64, z's shape."""
    slopes = np.ones((1, z.size))
    given = np.array(z, np.float64).reshape(1, -1)
    values = np.empty_like(given)
    ACTIVATIONS[activation].apply(given, values)
    ACTIVATIONS[activation].times_derivative(slopes, given, values)
    return slopes.reshape(z.shape)


def _chained(layers: Sequence[Layer], slopes: Sequence[np.ndarray]) -> list[LinearMap]:
    """Return the map to each layer's pre-activations; with slopes for the last layer, to its activations too.

    A unit with f(z) = s z hands on s times its row.
    """
    maps: list[LinearMap] = []
    for k, layer in enumerate(layers):
        W, b = layer.W.astype(np.float64), layer.b.astype(np.float64)
        if k:
            below, slope = maps[-1], slopes[k - 1]
            W, b = W @ (slope[:, None] * below.W), W @ (slope * below.b) + b
        maps.append(LinearMap(W, b))
    if len(slopes) == len(layers):
        maps.append(LinearMap(slopes[-1][:, None] * maps[-1].W, slopes[-1] * maps[-1].b))
    return maps


def _border(
    layers: Sequence[Layer], slopes: Sequence[np.ndarray], maps: Sequence[LinearMap], x: np.ndarray
) -> Border | None:
    """Return the nearest border of a piece; ``maps`` are those of the piece."""
    nearest: tuple[float, int, int] = (math.inf, 0, 0)
    for k in range(len(slopes)):
        if layers[k].activation == "identity":
            continue
        length = np.linalg.norm(maps[k].W, axis=1)
        distances = np.full(length.shape, np.inf)
        np.divide(np.abs(maps[k].at(x)), length, out=distances, where=length > 0)
        closest = int(distances.argmin())
        nearest = min(nearest, (float(distances[closest]), k, closest))
    distance, layer, unit = nearest
    if not math.isfinite(distance):
        return None
    v, z = maps[layer].W[unit], maps[layer].at(x)[unit]
    other_side = -1.0 if z > 0 else 1.0
    beyond = [each.copy() for each in slopes]
    beyond[layer][unit] = slopes_of(layers[layer].activation, np.array([other_side]))[0]
    return Border(layer, unit, distance, x - z / (v @ v) * v, _chained(layers, beyond)[-1])
