"""The losses and their gradients at the output layer; only `losses` uses it.

Each function takes ``(z, a, labels, delta)`` of shape (n, n_outputs), n ≥ 1, with whole-number labels (n,)
or targets (n, n_outputs), which a single output needs; it returns the mean loss of the batch and writes its
gradient into ``delta``.
Values are analytic in the outputs, for the complex step: a case is decided by the real part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activation_functions import relu, softplus
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LossError(UserError):
    """A loss that does not exist or does not fit the output or the labels."""


def squared_error(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return ½ Σ (a − t)² / n; delta = (a − t) / n is ∂loss/∂a."""
    np.copyto(delta, a)
    _subtract_targets(delta, labels)
    flat = delta.reshape(-1)
    # np.dot, not np.vdot: conjugating would not be analytic.
    value = 0.5 * np.dot(flat, flat) / len(delta)
    delta /= len(delta)
    return value


def absolute_error(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return Σ |a − t| / n; delta = sign(a − t) / n is ∂loss/∂a, 0 where they are equal."""
    difference = a.copy()
    _subtract_targets(difference, labels)
    np.sign(difference.real, out=delta)
    difference *= delta
    delta /= len(delta)
    return difference.sum() / len(delta)


def cross_entropy(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return −Σ t log softmax(z) / n; delta = (a Σt − t) / n is ∂loss/∂z.

    log Σ exp z = z_k − log a_k for any unit k. The largest of a row has a ≥ 1 / n_outputs, so its logarithm
    is harmless however far apart the logits lie, and no exponential is computed twice.
    """
    rows = np.arange(len(z))
    if np.iscomplexobj(z):
        top = z.real.argmax(axis=1)
        z_top, log_top = z[rows, top], np.log(a[rows, top])
    else:
        z_top, log_top = z.max(axis=1), np.log(a.max(axis=1))
    if labels.ndim == 1:
        # Logits first: their difference is exact where they are large.
        value = ((z_top - z[rows, labels]) - log_top).sum()
        np.copyto(delta, a)
    else:
        np.subtract(z_top[:, None], z, out=delta)
        delta -= log_top[:, None]
        delta *= labels
        value = delta.sum()
        np.multiply(a, labels.sum(axis=1, keepdims=True), out=delta)
    _subtract_targets(delta, labels)
    delta /= len(delta)
    return value / len(delta)


def sigmoid_cross_entropy(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return −Σ [t log a + (1 − t) log(1 − a)] / n of a = sigmoid(z); delta = (a − t) / n is ∂loss/∂z.

    One term is softplus(z) − t z, which for a label, t = 1, is softplus(−z): no logarithm sees a rounded 0 or
    1.
    """
    if labels.ndim == 1:
        signed = z.copy()
        rows = np.arange(len(z))
        signed[rows, labels] = -signed[rows, labels]
        softplus(signed, delta)
        value = delta.sum()
    else:
        softplus(z, delta)
        delta -= labels * z
        value = delta.sum()
    np.copyto(delta, a)
    _subtract_targets(delta, labels)
    delta /= len(delta)
    return value / len(delta)


def softmax_binary_cross_entropy(
    z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]
) -> Any:
    """Return −Σ [t log a + (1 − t) log(1 − a)] / n of a = softmax(z); delta is ∂loss/∂z.

    With g = (a − t) / (1 − a), delta_i = (g_i − a_i Σ g) / n. For the largest output of a row 1 − a may have
    few digits or none; it is the sum of the others there, and everything that follows is written with that.
    """
    if z.shape[1] == 1:
        # A single output of a softmax is always 1.
        delta[...] = 0
        return delta.sum()
    rows, top = np.arange(len(z)), z.real.argmax(axis=1)
    targets = np.zeros(a.shape, a.real.dtype)
    if labels.ndim == 1:
        targets[rows, labels] = 1
    else:
        targets[...] = labels

    log_a = z - z[rows, top][:, None]
    log_a += np.log(a[rows, top])[:, None]
    rivals = log_a.copy()
    rivals[rows, top] = -np.inf
    second = rivals.real.max(axis=1, keepdims=True)
    shares = np.exp(rivals - second)
    total = shares.sum(axis=1, keepdims=True)
    shares /= total
    others = a.copy()
    others[rows, top] = 0
    log_rest = np.log1p(-others)
    log_rest[rows, top] = (second + np.log(total))[:, 0]
    value = -(targets * log_a + (1 - targets) * log_rest).sum()

    top_error = ((1 - targets[rows, top]) - others.sum(axis=1))[:, None]
    np.subtract(a, targets, out=delta)
    delta /= 1 - others
    delta[rows, top] = 0
    sum_of_rivals = delta.sum(axis=1, keepdims=True)
    delta -= a * sum_of_rivals
    delta -= shares * top_error
    delta[rows, top] += top_error[:, 0]
    delta /= len(delta)
    return value / len(delta)


def hinge(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return Σ over j ≠ y of max(0, 1 + aⱼ − a_y), divided by n; delta is ∂loss/∂a.

    Variant: Weston & Watkins 1999, every rival class counts, with margin 1 and summed over the classes:
    n_outputs times PyTorch's MultiMarginLoss. The derivative where a margin is exactly kept is 0.
    """
    if labels.ndim != 1:
        raise LossError(
            tr(
                "The hinge loss compares one right class with the others: it needs whole-number labels, not "
                "targets."
            )
        )
    rows = np.arange(len(a))
    margins = a - a[rows, labels][:, None]
    margins += 1
    margins[rows, labels] = 0
    relu(margins, delta)
    value = delta.sum()
    np.greater(margins.real, 0, out=delta)
    delta[rows, labels] = -delta.sum(axis=1)
    delta /= len(delta)
    return value / len(delta)


def perceptron(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return Σ (a − t) z / n of a = step(z); delta = (a − t) / n is ∂loss/∂z.

    Variant: the perceptron criterion (Bishop 2006, section 4.1.7), for each output separately: an output on
    the wrong side costs its distance |z|. Gradient descent on it, one sample at a time, is Rosenblatt's rule
    (1958): w ← w + α (t − a) x.
    """
    np.copyto(delta, a)
    _subtract_targets(delta, labels)
    value = (delta * z).sum()
    delta /= len(delta)
    return value / len(delta)


def _subtract_targets(delta: NDArray[Any], labels: NDArray[Any]) -> None:
    """Subtract the targets, one-hot where they are labels."""
    if labels.ndim == 1:
        delta[np.arange(len(delta)), labels] -= 1
    else:
        delta -= labels
