"""The class that outputs stand for; any package may import it.

Classes have an output each. Two classes can also share a single one, which says how much the second class is
the answer: `class_values` and `class_sums` give every class its number in both cases, so that whatever
compares classes needs to know of one case alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import forward

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture


def class_values(outputs: NDArray[Any], axis: int = -1) -> NDArray[Any]:
    """Return the value of every class: the outputs, or 1 − a and a of a single one.

    Parameters
    ----------
    outputs : ndarray of shape (…, n_outputs)
        Activations of the output layer.
    axis : int
        That of the outputs, where it is another than the last.

    Returns
    -------
    ndarray of shape (…, n_classes)
        ``outputs`` itself where there are several.

    Examples
    --------
    >>> class_values(np.array([0.75])), class_values(np.array([0.1, 0.2, 0.7]))
    (array([0.25, 0.75]), array([0.1, 0.2, 0.7]))
    """
    return np.concatenate((1 - outputs, outputs), axis) if outputs.shape[axis] == 1 else outputs


def class_sums(z: NDArray[Any]) -> NDArray[Any]:
    """Return the sum of every class: those of the outputs, or 0 and z of a single one.

    A sigmoid of z is the softmax of 0 and z.

    Parameters
    ----------
    z : ndarray of shape (…, n_outputs)
        Pre-activations of the output layer.

    Returns
    -------
    ndarray of shape (…, n_classes)
        ``z`` itself where there are several outputs.
    """
    return np.concatenate((np.zeros_like(z), z), axis=-1) if z.shape[-1] == 1 else z


def decided(outputs: NDArray[Any], z: NDArray[Any]) -> NDArray[np.int64]:
    """Return the class with the largest output; of equal outputs, the one with the largest sum z decides.

    A single output stands for two classes, of which class 1 is the answer where z > 0.

    Outputs of step units are 0 or 1, so that none or several may fire; the largest sum then decides instead
    of the order of the classes. Saturated outputs of other activations can be equal too.

    Parameters
    ----------
    outputs, z : ndarray of shape (…, n_outputs)
        Activations and pre-activations of the output layer.

    Returns
    -------
    int64 ndarray of shape (…,)

    Examples
    --------
    No unit fires; 0 and 2 fire; 1 alone fires.

    >>> z = np.array([[-3.0, -1.0, -2.0], [2.0, -1.0, 5.0], [-1.0, 2.0, -1.0]])
    >>> decided(np.heaviside(z, 0), z)
    array([1, 2, 1])
    """
    if z.shape[-1] == 1:
        return np.asarray(z[..., 0] > 0, np.int64)
    is_largest = outputs == outputs.max(axis=-1, keepdims=True)
    return np.asarray(np.where(is_largest, z, -np.inf).argmax(axis=-1), np.int64)


def predict_classes(
    architecture: Architecture, theta: NDArray[Any], x: NDArray[Any], batch_size: int = 1024
) -> NDArray[np.int64]:
    """Return the class of any number of inputs, (n,); see `predict_with_classes`."""
    return predict_with_classes(architecture, theta, x, batch_size)[1]


def predict_with_classes(
    architecture: Architecture, theta: NDArray[Any], x: NDArray[Any], batch_size: int = 1024
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Compute the values of the classes for any number of inputs, and the class of each.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n, n_inputs)
    batch_size : int
        Rows computed at a time; bounds the memory used.

    Returns
    -------
    values : ndarray of shape (n, n_classes), theta's dtype
        See `class_values`.
    classes : int64 ndarray of shape (n,)
        See `decided`.

    Raises
    ------
    ValueError
        If x does not fit.
    """
    workspace = Workspace(architecture, min(batch_size, max(len(x), 1)), theta.dtype)
    outputs = np.empty((len(x), architecture.n_outputs), theta.dtype)
    classes = np.empty(len(x), np.int64)
    for start in range(0, len(x), workspace.batch_size):
        rows = slice(start, start + workspace.batch_size)
        outputs[rows] = forward(architecture, theta, x[rows], workspace)
        classes[rows] = decided(outputs[rows], workspace.z[-1][: len(outputs[rows])])
    return class_values(outputs), classes
