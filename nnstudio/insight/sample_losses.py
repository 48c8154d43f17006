"""The loss of each single sample, where the engine's losses are means of a batch; NumPy only."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnstudio.engine.activation_functions import softplus
from nnstudio.engine.losses import targets_of


def sample_losses(z: np.ndarray, a: np.ndarray, answers: np.ndarray, loss: str, output: str) -> np.ndarray:
    """Compute the loss of every sample.

    Parameters
    ----------
    z, a : ndarray of shape (n, n_outputs), n ≥ 1
        Pre-activations and activations of the output layer.
    answers : int ndarray of shape (n,), or ndarray of shape (n, n_outputs)
        Classes; squared and absolute error and the perceptron's take numbers, too.
    loss, output : str
        Key of ``engine.losses.LOSSES`` and of the output's activation: a pair that ``check_pair`` accepts.

    Returns
    -------
    ndarray of shape (n,), dtype of ``z``
        Their mean is the engine's loss of the batch.

    Examples
    --------
    >>> sample_losses(np.zeros((1, 2)), np.array([[1.0, 0.0]]), np.array([1]), "squared_error", "identity")
    array([1.])
    """
    function = _FUNCTIONS[loss]
    if (loss, output) == ("binary_cross_entropy", "softmax"):
        function = _softmax_binary_cross_entropy
    losses: np.ndarray = function(z, a, targets_of(answers, z.shape[1]))
    return losses


def _targets(a: np.ndarray, answers: np.ndarray) -> np.ndarray:
    if answers.ndim > 1:
        return answers
    targets = np.zeros_like(a)
    targets[np.arange(len(a)), answers] = 1
    return targets


def _squared_error(z: np.ndarray, a: np.ndarray, labels: np.ndarray) -> Any:
    return 0.5 * np.square(a - _targets(a, labels)).sum(axis=1)


def _absolute_error(z: np.ndarray, a: np.ndarray, labels: np.ndarray) -> Any:
    return np.abs(a - _targets(a, labels)).sum(axis=1)


def _cross_entropy(z: np.ndarray, a: np.ndarray, labels: np.ndarray) -> Any:
    rows = np.arange(len(z))
    return -_log_softmax(z)[rows, labels]


def _sigmoid_cross_entropy(z: np.ndarray, a: np.ndarray, labels: np.ndarray) -> Any:
    terms = np.empty_like(z)
    if labels.ndim > 1:
        softplus(z, terms)
        return (terms - labels * z).sum(axis=1)
    signed = z.copy()
    signed[np.arange(len(z)), labels] *= -1
    softplus(signed, terms)
    return terms.sum(axis=1)


def _softmax_binary_cross_entropy(z: np.ndarray, a: np.ndarray, labels: np.ndarray) -> Any:
    rows, top = np.arange(len(z)), z.argmax(axis=1)
    log_a = _log_softmax(z)
    # For the largest output 1 − a may have no digits left: it is the sum of the others.
    rivals = log_a.copy()
    rivals[rows, top] = -np.inf
    second = rivals.max(axis=1)
    log_rest = np.log1p(-np.exp(rivals))
    log_rest[rows, top] = second + np.log(np.exp(rivals - second[:, None]).sum(axis=1))
    return log_rest[rows, labels] - log_a[rows, labels] - log_rest.sum(axis=1)


def _hinge(z: np.ndarray, a: np.ndarray, labels: np.ndarray) -> Any:
    own = a[np.arange(len(a)), labels][:, None]
    # Subtract the margin of 1 that the class itself adds to the sum over its rivals.
    return np.maximum(0, 1 + a - own).sum(axis=1) - 1


def _perceptron(z: np.ndarray, a: np.ndarray, labels: np.ndarray) -> Any:
    return ((a - _targets(a, labels)) * z).sum(axis=1)


def _log_softmax(z: np.ndarray) -> Any:
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


_FUNCTIONS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], Any]] = {
    "cross_entropy": _cross_entropy,
    "binary_cross_entropy": _sigmoid_cross_entropy,
    "squared_error": _squared_error,
    "absolute_error": _absolute_error,
    "hinge": _hinge,
    "perceptron": _perceptron,
}
