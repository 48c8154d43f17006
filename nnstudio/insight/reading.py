"""All values of a network for one input, and its answer."""

from dataclasses import dataclass

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import class_sums, class_values, decided
from nnstudio.engine.passes import activations


@dataclass(frozen=True)
class Reading:
    """One input and all that the network computes from it.

    Attributes
    ----------
    x : ndarray of shape (n_inputs,)
    z, a : tuple of ndarray, one per computing layer, shape (fan_out,)
        Pre-activations and activations; ``a[-1]`` is the output.
    """

    x: np.ndarray
    z: tuple[np.ndarray, ...]
    a: tuple[np.ndarray, ...]

    @property
    def outputs(self) -> np.ndarray:
        """The last layer's activations, shape (n_outputs,)."""
        return self.a[-1]

    @property
    def class_values(self) -> np.ndarray:
        """The value of each class, shape (n_classes,): two where a single output stands for two classes."""
        return class_values(self.outputs)

    @property
    def class_sums(self) -> np.ndarray:
        """The sum z of each class, shape (n_classes,)."""
        return class_sums(self.z[-1])

    @property
    def label(self) -> int:
        """The class that is read, see `decided`."""
        return int(decided(self.outputs, self.z[-1]))

    @property
    def is_finite(self) -> bool:
        """Whether every value is finite; enormous weights overflow."""
        return all(bool(np.isfinite(values).all()) for values in (*self.z, *self.a))

    def into(self, layer: int) -> np.ndarray:
        """Return the values that enter a computing layer: the input for 0, else the activations before it."""
        return self.x if layer == 0 else self.a[layer - 1]


def read(architecture: Architecture, theta: np.ndarray, x: np.ndarray) -> Reading:
    """Compute every layer's values for one input.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n_inputs,)

    Notes
    -----
    Aliasing: all arrays of the result are new.  Thread: any.
    Weights so large that values overflow raise no error; see ``Reading.is_finite``.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        trace = activations(architecture, theta, np.asarray(x, theta.dtype)[None, :])
    return Reading(trace.a[0][0], tuple(z[0] for z in trace.z), tuple(a[0] for a in trace.a[1:]))
