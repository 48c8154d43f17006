"""Initial weights of a network; any package may import it. A scheme is one entry of `INITIALISERS`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from nnstudio.engine.architecture import Architecture


class InitialiserError(UserError):
    """An initialisation scheme that does not exist or cannot take the given scale."""


@dataclass(frozen=True)
class Initialiser:
    """A scheme that draws the initial weights of one layer.

    Attributes
    ----------
    name, title : str
        Key in `INITIALISERS`; name for people.
    draw : callable ``(rng, fan_in, fan_out) -> ndarray of shape (fan_out, fan_in)``
        Draw float64 weights of scale 1.
    scale : float
        Factor on them unless the caller gives another.
    spreads_kinks : bool
        Whether the biases of the first hidden layer are chosen too, so that the units change between off and
        on all over the range of inputs; otherwise all biases are zero.
    """

    name: str
    title: str
    draw: Callable[[np.random.Generator, int, int], NDArray[Any]]
    scale: float = 1.0
    spreads_kinks: bool = False


def _ones(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    return np.ones((fan_out, fan_in))


def _normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    return rng.standard_normal((fan_out, fan_in))


def _uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    return rng.uniform(-1.0, 1.0, (fan_out, fan_in))


def _he_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    """He et al. 2015, Delving Deep into Rectifiers, eq. 10: variance 2 / fan_in."""
    return _scaled(_normal(rng, fan_in, fan_out), math.sqrt(2.0 / fan_in))


def _he_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    """Spread the variance of `_he_normal` evenly."""
    return _scaled(_uniform(rng, fan_in, fan_out), math.sqrt(3.0 * 2.0 / fan_in))


def _glorot_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    """Glorot & Bengio 2010, Understanding the Difficulty, eq. 12: variance 2 / (fan_in + fan_out)."""
    return _scaled(_normal(rng, fan_in, fan_out), math.sqrt(2.0 / (fan_in + fan_out)))


def _glorot_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    """Glorot & Bengio 2010, eq. 16: the variance of `_glorot_normal`, spread evenly."""
    return _scaled(_uniform(rng, fan_in, fan_out), math.sqrt(3.0 * 2.0 / (fan_in + fan_out)))


def _orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[Any]:
    """Saxe, McClelland & Ganguli 2014, section 3: rows, or columns if they are fewer, at right angles.

    Uniform among all such matrices: Q of a normal matrix, with the signs that make R's diagonal positive
    (Mezzadri 2007), as PyTorch's ``orthogonal_``.
    """
    short, long = sorted((fan_in, fan_out))
    q, r = np.linalg.qr(rng.standard_normal((long, short)))
    q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return q if fan_out >= fan_in else q.T


def _scaled(weights: NDArray[Any], factor: float) -> NDArray[Any]:
    """Multiply initial weights in place."""
    weights *= factor
    return weights


INITIALISERS: Mapping[str, Initialiser] = {
    initialiser.name: initialiser
    for initialiser in (
        Initialiser("he_normal", translatable("He, normal"), _he_normal),
        Initialiser("he_uniform", translatable("He, uniform"), _he_uniform),
        Initialiser("glorot_normal", translatable("Glorot, normal"), _glorot_normal),
        Initialiser("glorot_uniform", translatable("Glorot, uniform"), _glorot_uniform),
        Initialiser("orthogonal", translatable("Orthogonal"), _orthogonal),
        Initialiser("normal", translatable("Normal"), _normal, scale=0.01),
        Initialiser("uniform", translatable("Uniform"), _uniform, scale=0.05),
        Initialiser("constant", translatable("Constant"), _ones, scale=0.1),
        Initialiser("zeros", translatable("Zeros"), _ones, scale=0.0),
        Initialiser("kinks_spread", translatable("Kinks spread"), _he_normal, spreads_kinks=True),
    )
}


def initialise(
    architecture: Architecture,
    *,
    rng: np.random.Generator,
    scheme: str = "he_normal",
    scale: float | None = None,
    input_range: tuple[ArrayLike, ArrayLike] = (-1.0, 1.0),
    dtype: DTypeLike = np.float32,
) -> NDArray[Any]:
    """Choose the parameters of a network: weights by a scheme, biases zero but for ``"kinks_spread"``.

    Parameters
    ----------
    architecture : Architecture
    rng : numpy.random.Generator
        The same state gives the same network, in every dtype up to rounding.
    scheme : str
        Key in `INITIALISERS`. With ``"zeros"`` or ``"constant"`` the units of a hidden layer stay alike
        during training: their gradients are the same.
    scale : float, optional
        The standard deviation of ``"normal"``, the limit of ``"uniform"``, the value of ``"constant"``; a
        factor on the others. By default 0.01, 0.05, 0.1 and 1; ``"zeros"`` stay zero.
    input_range : (low, high)
        Of the network's inputs, numbers or arrays of shape (n_inputs,), low ≤ high. ``"kinks_spread"`` draws
        a point s in it for each unit of the first hidden layer, with weights of ``"he_normal"``, and lets
        the unit's z = w · (x − s) change its sign there, b = −w · s: for one input the kinks of a ReLU
        network lie all over the range, where zero biases put them all at 0. Other schemes ignore it.
    dtype : dtype
        Of the result.

    Returns
    -------
    ndarray of shape (n_params,)
        A new theta.

    Raises
    ------
    InitialiserError
        If there is no such scheme, or the scale or the range of inputs is not finite.
    """
    if scheme not in INITIALISERS:
        raise InitialiserError(
            tr("There is no initialisation {scheme!r}; choose one of {names}.").format(
                scheme=scheme, names=", ".join(INITIALISERS)
            )
        )
    initialiser = INITIALISERS[scheme]
    if scale is None or scheme == "zeros":
        scale = initialiser.scale
    if not math.isfinite(scale):
        raise InitialiserError(
            tr("The scale of initial weights must be a finite number, not {scale!r}.").format(scale=scale)
        )
    low, high = (np.asarray(end, np.float64) for end in input_range)
    if not (np.isfinite(low).all() and np.isfinite(high).all() and (low <= high).all()):
        raise InitialiserError(
            tr(
                "The range of inputs goes from a smaller to a larger number, not from {low} to {high}."
            ).format(low=low, high=high)
        )
    theta = np.zeros(architecture.n_params, dtype)
    for k, layer in enumerate(architecture.layers(theta)):
        fan_out, fan_in = layer.W.shape
        weights = _scaled(initialiser.draw(rng, fan_in, fan_out), scale)
        layer.W[...] = weights
        if initialiser.spreads_kinks and architecture.has_biases and k == 0 < architecture.n_layers - 1:
            layer.b[...] = -(weights * rng.uniform(low, high, weights.shape)).sum(axis=1)
    return theta
