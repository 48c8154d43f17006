"""Damage to a network: noise on its weights, biases off, and layers off or shuffled; NumPy only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.surgery import SurgeryError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture

MOST_NOISE = 5.0
"""Largest noise, in standard deviations of a layer's weights."""


@dataclass(frozen=True)
class Damage:
    """What is done to a network.

    Attributes
    ----------
    noise : float
        Standard deviation of what is added to each weight, by that of its layer's weights; 0 … `MOST_NOISE`.
    has_no_biases : bool
        Whether all biases are 0.
    off, shuffled : frozenset of int
        Computing layers, from 0, whose weights are 0, or stand in another order.

    Raises
    ------
    SurgeryError
        If the noise is not such a number.
    """

    noise: float = 0.0
    has_no_biases: bool = False
    off: frozenset[int] = frozenset()
    shuffled: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.noise) and 0 <= self.noise <= MOST_NOISE):
            raise SurgeryError(
                tr("The noise must be from 0 to {most:g}, not {noise!r}.").format(
                    most=MOST_NOISE, noise=self.noise
                )
            )

    @property
    def is_none(self) -> bool:
        """Whether nothing is done."""
        return self == Damage()


class Breaker:
    """Damages one network in varying degree; once made, each call takes no longer than some copies.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Must not change.
    rng : numpy.random.Generator
        Draws noise and order once: more noise is more of the same.

    Notes
    -----
    Weights that are 0 get no noise: what was cut stays so.  Thread: any, one at a time.
    """

    def __init__(self, architecture: Architecture, theta: NDArray[Any], *, rng: np.random.Generator) -> None:
        self.architecture, self.theta = architecture, theta
        self._noise = np.zeros_like(theta)
        self._shuffled = theta.copy()
        layers = (architecture.layers(each) for each in (theta, self._noise, self._shuffled))
        for whole, noise, shuffled in zip(*layers, strict=True):
            drawn = rng.standard_normal(whole.W.shape, np.float32)
            noise.W[...] = whole.W.std() * drawn
            shuffled.W[...] = rng.permutation(whole.W.ravel()).reshape(whole.W.shape)

    def apply(self, damage: Damage) -> NDArray[Any]:
        """Return a damaged theta; without damage, the weights as they were.

        Raises
        ------
        SurgeryError
            If there is no such layer.
        """
        n_layers = self.architecture.n_layers
        unknown = sorted(k for k in damage.off | damage.shuffled if not 0 <= k < n_layers)
        if unknown:
            raise SurgeryError(
                tr("The network {network} has {n_layers} computing layers, and no layer {layer}.").format(
                    network=self.architecture, n_layers=n_layers, layer=unknown[0]
                )
            )
        theta = self.theta.copy()
        layers = (self.architecture.layers(each) for each in (theta, self._noise, self._shuffled))
        for k, (layer, noise, shuffled) in enumerate(zip(*layers, strict=True)):
            if k in damage.shuffled:
                layer.W[...] = shuffled.W
            if damage.noise:
                np.add(layer.W, damage.noise * noise.W, out=layer.W, where=layer.W != 0)
            if k in damage.off:
                layer.W[...] = 0
            if damage.has_no_biases:
                layer.b[...] = 0
        return theta
