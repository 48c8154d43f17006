"""Random weights to start from; any room may import it. Adding a scheme is one entry of `INITIALISERS`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import DTypeLike, NDArray

    from nnstudio.engine.architecture import Architecture


class InitialiserError(UserError):
    """A way to initialise that does not exist."""


@dataclass(frozen=True)
class Initialiser:
    """A distribution of the weights of one layer, of mean 0.

    Attributes
    ----------
    name, title : str
        Key in `INITIALISERS`; name for people.
    draw : callable ``(rng, std, shape) -> ndarray``
        Draw float64 weights of standard deviation ``std``.
    std : callable ``(fan_in, fan_out) -> float``
        Standard deviation for a layer of these sizes.
    """

    name: str
    title: str
    draw: Callable[[np.random.Generator, float, tuple[int, ...]], NDArray[Any]]
    std: Callable[[int, int], float]


def _normal(rng: np.random.Generator, std: float, shape: tuple[int, ...]) -> NDArray[Any]:
    return rng.normal(0.0, std, shape)


def _uniform(rng: np.random.Generator, std: float, shape: tuple[int, ...]) -> NDArray[Any]:
    limit = math.sqrt(3.0) * std
    return rng.uniform(-limit, limit, shape)


def _he(fan_in: int, fan_out: int) -> float:
    """He et al. 2015, Delving Deep into Rectifiers, eq. 10."""
    return math.sqrt(2.0 / fan_in)


def _glorot(fan_in: int, fan_out: int) -> float:
    """Glorot & Bengio 2010, Understanding the Difficulty of Training Deep Feedforward Networks, eq. 12."""
    return math.sqrt(2.0 / (fan_in + fan_out))


INITIALISERS: Mapping[str, Initialiser] = {
    initialiser.name: initialiser
    for initialiser in (
        Initialiser("he_normal", "He, normal", _normal, _he),
        Initialiser("he_uniform", "He, uniform", _uniform, _he),
        Initialiser("glorot_normal", "Glorot, normal", _normal, _glorot),
        Initialiser("glorot_uniform", "Glorot, uniform", _uniform, _glorot),
    )
}


def initialise(
    architecture: Architecture,
    *,
    rng: np.random.Generator,
    scheme: str = "he_normal",
    dtype: DTypeLike = np.float32,
) -> NDArray[Any]:
    """Draw the parameters of a network: random weights, biases zero.

    Parameters
    ----------
    architecture : Architecture
    rng : numpy.random.Generator
        The same state gives the same network, in every dtype up to rounding.
    scheme : str
        Key in `INITIALISERS`.
    dtype : dtype
        Of the result.

    Returns
    -------
    ndarray of shape (n_params,)
        A new theta.

    Raises
    ------
    InitialiserError
        If there is no such scheme.
    """
    if scheme not in INITIALISERS:
        raise InitialiserError(
            f"There is no initialisation {scheme!r}; choose one of {', '.join(INITIALISERS)}."
        )
    initialiser = INITIALISERS[scheme]
    theta = np.zeros(architecture.n_params, dtype)
    for layer in architecture.layers(theta):
        fan_out, fan_in = layer.W.shape
        layer.W[...] = initialiser.draw(rng, initialiser.std(fan_in, fan_out), layer.W.shape)
    return theta
