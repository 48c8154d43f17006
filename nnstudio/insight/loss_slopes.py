"""Derivatives of the loss of one input by each unit and each weight."""

from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import Answer, answers_of
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import LOSSES, check_pair, targets_of
from nnstudio.insight.reading import Reading
from nnstudio.insight.slopes import slopes_down


@dataclass(frozen=True)
class LossSlopes:
    """The loss of one input with a known answer, and its slopes.

    Attributes
    ----------
    loss : float
    z : tuple of ndarray of shape (fan_out,)
        ∂loss/∂z of each computing layer.
    a : tuple of ndarray of shape (fan_out,)
        ∂loss/∂a of each hidden layer.
    reading : Reading
    """

    loss: float
    z: tuple[np.ndarray, ...]
    a: tuple[np.ndarray, ...]
    reading: Reading

    def weights(self, layer: int, unit: int) -> np.ndarray:
        """Return ∂loss/∂w of one unit's weights, shape (fan_in,); that of its bias is ``z[layer][unit]``."""
        return np.asarray(self.z[layer][unit] * self.reading.into(layer))


def loss_slopes(
    architecture: Architecture, theta: np.ndarray, reading: Reading, answer: Answer, loss: str
) -> LossSlopes:
    """Compute the loss of a reading for its right answer, and its gradient.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    reading : Reading
    answer : int or ndarray of shape (n_outputs,)
        The true class, or the right numbers.
    loss : str
        Key in `nnstudio.engine.losses.LOSSES`, one that fits the output.

    Raises
    ------
    LossError
        If the loss does not fit the output.

    Notes
    -----
    For this one input alone, without penalties on weights and without label smoothing.  Thread: any.
    """
    output = architecture.activations[-1]
    check_pair(output, loss)
    z, a = reading.z[-1][None].copy(), reading.a[-1][None]
    delta = np.empty_like(z)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        answers = targets_of(answers_of(answer), z.shape[1])
        value = float(LOSSES[loss].function_for(output)(z, a, answers, delta))
        # A loss with an output activation of its own gives ∂loss/∂z already.
        if LOSSES[loss].output is None:
            ACTIVATIONS[output].times_derivative(delta, z, a)
    found = tuple(slopes_down(architecture, theta, reading, delta, architecture.n_layers - 1))[::-1]
    return LossSlopes(
        value, tuple(each.z[0] for each in found), tuple(each.into[0] for each in found[1:]), reading
    )
