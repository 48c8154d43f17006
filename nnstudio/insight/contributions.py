"""Attribution: what every pixel and hidden unit adds to one class's logit against another's."""

from dataclasses import dataclass

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading
from nnstudio.insight.slopes import class_seed, slopes_down
from nnstudio.language import tr

PIECEWISE_LINEAR = frozenset({"relu", "leaky_relu", "absolute", "identity"})
"""Activations with f(z) = f′(z) z: around an input they only switch or scale."""


def piecewise_linear_titles() -> str:
    """Return the names of `PIECEWISE_LINEAR` for people, in the order in which they are offered."""
    return ", ".join(tr(each.title) for each in ACTIVATIONS.values() if each.name in PIECEWISE_LINEAR)


@dataclass(frozen=True)
class Contributions:
    """The attribution of a difference of two logits to the values that enter one layer.

    difference = Σ values + biases + gap

    Attributes
    ----------
    difference : float
        Logit of the class minus that of the other, or minus the mean of all others, or the logit alone.
    values : ndarray of shape (fan_in,), float64
        Slope × value of each value that enters the layer.
    biases : float
        What the biases of this and all later layers add.
    is_exact : bool
        Whether all activations above are piecewise linear, so that ``gap`` is only rounding.
    """

    difference: float
    values: np.ndarray
    biases: float
    is_exact: bool

    @property
    def gap(self) -> float:
        """The error of the sum: what the curvature of the activations above adds, or rounding."""
        return self.difference - float(self.values.sum()) - self.biases


# Enormous weights may overflow: the shares are then not finite, and the view says so.
@np.errstate(over="ignore", invalid="ignore")
def contributions(
    architecture: Architecture, theta: np.ndarray, reading: Reading, label: int, against: int | None
) -> tuple[Contributions, ...]:
    """Attribute the difference of two logits to the inputs and to each hidden layer's units.

    Each share is ∂difference/∂value × value, and the biases' is Σ ∂difference/∂z × b. For piecewise linear
    activations the network at this input is one linear map, difference = W_eff x + b_eff, and the shares add
    up to it. For others they are its first-order part ("gradient × input") and ``gap`` is what is missing.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    reading : Reading
    label : int
        The class.
    against : int or None
        Another class; None: the mean of all others; the class itself: its logit alone is attributed, or the
        pre-activation of an output that is a number.

    Returns
    -------
    tuple of Contributions
        One for the values that enter each computing layer: the input first, then each hidden layer.

    Notes
    -----
    Sources: Srinivas & Fleuret 2019, Full-Gradient Representation for Neural Network Visualization
    (the decomposition with biases, complete for ReLU networks); Shrikumar et al. 2016, Not Just a Black Box
    (gradient × input). The attribution is that of the function at this input: where the network is
    piecewise linear it holds on the whole linear piece, and not on the next.  Thread: any.
    """
    logits = reading.z[-1].astype(np.float64)
    seed = class_seed(len(logits), label, against, theta.dtype)
    difference = float(seed[0] @ logits)
    layers = architecture.layers(theta)
    found = []
    biases = 0.0
    is_exact = True
    for slopes in slopes_down(architecture, theta, reading, seed, architecture.n_layers - 1):
        biases += float(slopes.z[0] @ layers[slopes.layer].b)
        shares = slopes.into[0].astype(np.float64) * reading.into(slopes.layer)
        found.append(Contributions(difference, shares, biases, is_exact))
        is_exact = is_exact and (
            slopes.layer == 0 or architecture.activations[slopes.layer - 1] in PIECEWISE_LINEAR
        )
    return tuple(reversed(found))
