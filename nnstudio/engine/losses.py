"""Loss functions: the batch mean and its gradient at the output layer; any room may import it.

Adding one is one entry of `LOSSES`. Values are analytic in the outputs, for the complex-step check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


class LossError(UserError):
    """A loss that does not exist or does not fit the output or the labels."""


@dataclass(frozen=True)
class Loss:
    """A loss function, averaged over the batch.

    Attributes
    ----------
    name : str
        Key in `LOSSES`, as written in recipes.
    title : str
        Name for people.
    value_and_delta : callable ``(z, a, labels, delta) -> scalar``
        Return the mean loss of the batch and write its gradient into ``delta``. Shapes are (n, n_outputs),
        n ≥ 1; ``labels`` int (n,), or targets (n, n_outputs).
    output : str or None
        The output activation that the loss is made for: ``delta`` is then ∂loss/∂z, the simple delta.
        None: any output will do; ``delta`` is ∂loss/∂a and the chain rule goes on from there.
    """

    name: str
    title: str
    value_and_delta: Callable[[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]], Any]
    output: str | None = None


def check_pair(output_activation: str, loss: str) -> None:
    """Check that a loss exists and fits the activation of the output layer.

    Raises
    ------
    LossError
        If it does not; the sentence names what would.
    """
    if loss not in LOSSES:
        raise LossError(f"There is no loss {loss!r}; choose one of {', '.join(LOSSES)}.")
    needed = LOSSES[loss].output
    if needed is not None and output_activation != needed:
        raise LossError(
            f"The loss {LOSSES[loss].title} needs the output activation {ACTIVATIONS[needed].title}, not "
            f"{output_activation!r}. Change the one or the other."
        )


def check_labels(labels: NDArray[Any], n: int, n_outputs: int) -> None:
    """Check that there is a label of a class, or a row of targets, for each of n ≥ 1 outputs.

    Raises
    ------
    LossError
        If the batch is empty, the shape fits neither, or a label is not a class.
    """
    if n < 1:
        raise LossError("An empty batch has no mean loss; give at least one example.")
    if labels.shape == (n, n_outputs):
        return
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise LossError(
            f"{n} outputs of {n_outputs} units need whole-number labels of shape ({n},) or targets of shape "
            f"({n}, {n_outputs}); got {labels.dtype} of shape {labels.shape}."
        )
    if labels.min() < 0 or labels.max() >= n_outputs:
        raise LossError(
            f"Labels must lie between 0 and {n_outputs - 1}; these lie between {labels.min()} and "
            f"{labels.max()}."
        )


def _subtract_targets(delta: NDArray[Any], labels: NDArray[Any]) -> None:
    """Subtract the targets, one-hot where they are labels."""
    if labels.ndim == 1:
        delta[np.arange(len(delta)), labels] -= 1
    else:
        delta -= labels


def _squared_error(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return ½ Σ (a − t)² / n; delta = (a − t) / n is ∂loss/∂a."""
    np.copyto(delta, a)
    _subtract_targets(delta, labels)
    flat = delta.reshape(-1)
    # np.dot, not np.vdot: conjugating would not be analytic.
    value = 0.5 * np.dot(flat, flat) / len(delta)
    delta /= len(delta)
    return value


def _cross_entropy(z: NDArray[Any], a: NDArray[Any], labels: NDArray[Any], delta: NDArray[Any]) -> Any:
    """Return −Σ t log softmax(z) / n; delta = (a Σt − t) / n is ∂loss/∂z.

    log Σ exp z = z_k − log a_k for any unit k. The largest of a row has a ≥ 1 / n_outputs, so its logarithm
    is harmless however far apart the logits lie, and no exponential is computed twice.
    """
    rows = np.arange(len(z))
    top = z.real.argmax(axis=1)
    z_top, log_top = z[rows, top], np.log(a[rows, top])
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


LOSSES: Mapping[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("cross_entropy", "cross-entropy", _cross_entropy, output="softmax"),
        Loss("squared_error", "squared error", _squared_error),
    )
}
