"""Prune a network in varying degree: silence its weakest units or remove its smallest weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.passes import activations
from nnstudio.engine.surgery import silence_units, smallest_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.engine.architecture import Architecture

N_STRENGTH_SAMPLES = 1000


@dataclass(frozen=True)
class PruningKind:
    """What is pruned, and in which order: the weakest first, or by chance.

    Attributes
    ----------
    of_units : bool
        Hidden units are silenced; otherwise single weights are pruned.
    layer : int or None
        Their layer, the first computing one is 0; None: weights of all layers together.
    is_random : bool
        Whether chance decides which weights go; the same ones each time.
    """

    of_units: bool
    layer: int | None
    is_random: bool = False

    def size(self, architecture: Architecture) -> int:
        """Return how many units or weights there are to prune."""
        if self.of_units:
            assert self.layer is not None, "units are of one layer"
            return architecture.layer_sizes[self.layer + 1]
        layers = range(architecture.n_layers) if self.layer is None else [self.layer]
        return sum(architecture.layer_sizes[k] * architecture.layer_sizes[k + 1] for k in layers)


def pruning_kinds(architecture: Architecture) -> tuple[PruningKind, ...]:
    """Return all kinds: each hidden layer's units, all weights, each layer's weights, and these by chance."""
    units = [PruningKind(True, k) for k in range(architecture.n_layers - 1)]
    layers = (None, *(range(architecture.n_layers) if architecture.n_layers > 1 else ()))
    return (*units, *(PruningKind(False, k, chance) for chance in (False, True) for k in layers))


def unit_strengths(
    architecture: Architecture, theta: NDArray[Any], layer: int, x: NDArray[Any]
) -> NDArray[np.float64]:
    """Return how much each unit of a hidden layer adds to the layer above, over some inputs.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layer : int
        Hidden layer, from 0.
    x : ndarray of shape (n, n_inputs)

    Returns
    -------
    ndarray of shape (fan_out,)
        The root mean square of the unit's activation times the L2 norm of its outgoing weights.
    """
    a = activations(architecture, theta, x).a[layer + 1].astype(np.float64)
    outgoing = architecture.layers(theta)[layer + 1].W.astype(np.float64)
    strengths: NDArray[np.float64] = np.sqrt((a**2).mean(axis=0)) * np.linalg.norm(outgoing, axis=0)
    return strengths


class Pruner:
    """Prunes one network to varying degrees; once made, each call takes no longer than a copy.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
        Must not change.
    pruning : PruningKind
    samples : Samples
        Inputs on which the strength of units is measured, evenly spaced ones of them.

    Attributes
    ----------
    n : int
        Number of units or weights that can be pruned.

    Notes
    -----
    Weights are ordered by magnitude, units by `unit_strengths`.  Thread: any, one at a time.
    """

    def __init__(
        self, architecture: Architecture, theta: NDArray[np.float32], pruning: PruningKind, samples: Samples
    ) -> None:
        self.architecture, self.theta, self.pruning = architecture, theta, pruning
        if not pruning.of_units:
            self._order = smallest_first(architecture, theta, pruning.layer)
            if pruning.is_random:
                self._order = np.random.default_rng(0).permutation(np.sort(self._order))
        else:
            assert pruning.layer is not None, "units are of one layer"
            rows = np.linspace(0, len(samples) - 1, min(len(samples), N_STRENGTH_SAMPLES)).astype(np.int64)
            strengths = unit_strengths(architecture, theta, pruning.layer, samples.batch(rows))
            self._order = np.argsort(strengths, kind="stable")
        self.n = len(self._order)

    def count(self, share: float) -> int:
        """Return the number of units or weights in a share, 0…1."""
        return round(share * self.n)

    def prune(self, share: float) -> NDArray[np.float32]:
        """Return theta with the weakest ``share``, 0…1, pruned."""
        weakest = self._order[: self.count(share)]
        if self.pruning.of_units:
            assert self.pruning.layer is not None, "units are of one layer"
            theta: NDArray[np.float32] = silence_units(
                self.architecture, self.theta, self.pruning.layer, weakest
            )
            return theta
        theta = self.theta.copy()
        theta[weakest] = 0
        return theta
