"""Derivatives of values inside a network by everything before them: backpropagation for one input."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading


@dataclass(frozen=True)
class LayerSlopes:
    """The derivatives of some values with respect to one layer.

    Attributes
    ----------
    layer : int
        Index of the computing layer.
    z : ndarray of shape (k, fan_out)
        Of each of the k values, by the layer's pre-activations.
    into : ndarray of shape (k, fan_in)
        By the values that enter the layer.
    """

    layer: int
    z: np.ndarray
    into: np.ndarray


def slopes_down(
    architecture: Architecture, theta: np.ndarray, reading: Reading, seed: np.ndarray, layer: int
) -> Iterator[LayerSlopes]:
    """Yield derivatives layer by layer, from ``layer`` down to the first.

    ∂/∂aᵏ⁻¹ = ∂/∂zᵏ Wᵏ,  ∂/∂zᵏ⁻¹ = ∂/∂aᵏ⁻¹ ⊙ f′(zᵏ⁻¹)

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    reading : Reading
    seed : ndarray of shape (k, fan_out of ``layer``)
        ∂/∂z of that layer: a row of the identity selects one unit's pre-activation.
    layer : int
        Index of a computing layer.

    Notes
    -----
    Variant: Rumelhart, Hinton & Williams 1986, for one input; at a corner of an activation the derivative is
    the engine's.  Aliasing: all arrays are new, except that the first ``z`` is ``seed``.  Thread: any.
    Not finite where enormous weights overflow.
    """
    layers = architecture.layers(theta)
    delta = seed
    for index in range(layer, -1, -1):
        with np.errstate(over="ignore", invalid="ignore"):
            into = delta @ layers[index].W
        yield LayerSlopes(index, delta, into)
        if index:
            delta = into.copy()
            # The derivative overwrites its copy of z.
            z = np.repeat(reading.z[index - 1][None], len(delta), axis=0)
            a = np.broadcast_to(reading.a[index - 1], delta.shape)
            with np.errstate(over="ignore", invalid="ignore"):
                ACTIVATIONS[layers[index - 1].activation].times_derivative(delta, z, a)


def input_slopes(
    architecture: Architecture, theta: np.ndarray, reading: Reading, seed: np.ndarray, layer: int
) -> np.ndarray:
    """Compute only the derivatives by the input, shape (k, n_inputs); parameters as for `slopes_down`."""
    *_, lowest = slopes_down(architecture, theta, reading, seed, layer)
    return lowest.into


def class_seed(n_outputs: int, label: int, against: int | None, dtype: np.dtype) -> np.ndarray:
    """Return ∂/∂logits of the difference of two logits, one class's minus another's.

    Where a single output stands for two classes, the difference is its z, or −z for class 0; alone it is z.

    Parameters
    ----------
    n_outputs, label : int
    against : int or None
        Another class; None: the mean of all the others; the class itself: its unit's logit alone.
    dtype : dtype
        That of theta.

    Returns
    -------
    ndarray of shape (1, n_outputs)
    """
    if n_outputs == 1:
        return np.full((1, 1), -1 if label == 0 and against != 0 else 1, dtype)
    seed = np.zeros((1, n_outputs), dtype)
    if against is None:
        seed[:] = -1 / (n_outputs - 1)
    else:
        seed[0, against] = -1
    seed[0, label] = 1
    return seed
