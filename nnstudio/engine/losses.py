"""The table of losses, and the output activations that each allows; any package may import it.

Adding one is a function in `nnstudio.engine.loss_functions` and one entry of `LOSSES`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine import loss_functions as functions
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.loss_functions import LossError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    LossFunction = Callable[[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]], Any]

__all__ = [
    "LOSSES",
    "Loss",
    "LossError",
    "check_labels",
    "check_pair",
    "smooth_labels",
    "targets_of",
    "usual_loss",
]


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
        None: any output is allowed; ``delta`` is ∂loss/∂a, and the chain rule is applied to it.
    others : mapping of str to callable
        Other output activations that a loss with an ``output`` goes with, each with a function of its own;
        their ``delta`` is ∂loss/∂z, too.
    why : str
        What the loss requires of the outputs, for the error message.
    """

    name: str
    title: str
    value_and_delta: LossFunction
    output: str | None = None
    others: Mapping[str, LossFunction] = field(default_factory=dict)
    why: str = ""

    def function_for(self, output_activation: str) -> LossFunction:
        """Return the function for an output activation that `check_pair` accepts."""
        return self.others.get(output_activation, self.value_and_delta)


def check_pair(output_activation: str, loss: str) -> None:
    """Check that a loss exists and fits the activation of the output layer.

    Raises
    ------
    LossError
        If it does not; the message names a loss that would.
    """
    if loss not in LOSSES:
        raise LossError(
            tr("There is no loss {loss!r}; choose one of {names}.").format(loss=loss, names=", ".join(LOSSES))
        )
    entry = LOSSES[loss]
    if entry.output is None or output_activation in (entry.output, *entry.others):
        return
    possible = f" {tr('or')} ".join(ACTIVATIONS[name].title for name in (entry.output, *entry.others))
    raise LossError(
        tr(
            "The loss {title} needs the output activation {possible}, not {output_activation!r}: "
            "{why}. Change the one or the other."
        ).format(
            title=tr(entry.title), possible=possible, output_activation=output_activation, why=tr(entry.why)
        )
    )


def check_labels(labels: NDArray[Any], n: int, n_outputs: int) -> None:
    """Check that there is a class label, or a row of targets, for each of n ≥ 1 outputs.

    Labels of a single output are 0 and 1, see `targets_of`.

    Raises
    ------
    LossError
        If the batch is empty, the shape fits neither, or a label is not a class.
    """
    if n < 1:
        raise LossError(tr("An empty batch has no mean loss; give at least one example."))
    if labels.shape == (n, n_outputs):
        return
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise LossError(
            tr(
                "{n} outputs of {n_outputs} units need whole-number labels of shape ({n},) or targets of "
                "shape ({n}, {n_outputs}); got {dtype} of shape {shape}."
            ).format(n=n, n_outputs=n_outputs, dtype=labels.dtype, shape=labels.shape)
        )
    last = max(n_outputs - 1, 1)
    if labels.min() < 0 or labels.max() > last:
        raise LossError(
            tr("Labels must lie between 0 and {last}; these lie between {low} and {high}.").format(
                last=last, low=labels.min(), high=labels.max()
            )
        )


def targets_of(answers: NDArray[Any], n_outputs: int) -> NDArray[Any]:
    """Return answers as the losses take them: labels of a single output become its targets.

    A single output stands for two classes: it is to be 0 for class 0, and 1 for class 1.

    Parameters
    ----------
    answers : int ndarray of shape (n,), or ndarray of shape (n, n_outputs)
    n_outputs : int

    Examples
    --------
    >>> targets_of(np.array([0, 1, 1]), 1).tolist(), targets_of(np.array([0, 2]), 3).tolist()
    ([[0.0], [1.0], [1.0]], [0, 2])
    """
    if answers.ndim == 1 and n_outputs == 1:
        return answers.astype(np.float32)[:, None]
    return answers


def smooth_labels(
    labels: NDArray[Any], n_outputs: int, share: float, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Turn labels into targets that give an equal share of the certainty to all classes.

    t = (1 − ε) one-hot + ε / n_classes, and for a single output t = (1 − ε) label + ε / 2.

    Parameters
    ----------
    labels : int ndarray of shape (n,)
        From 0 to n_outputs − 1; 0 and 1 for a single output.
    n_outputs : int
    share : float
        ε, from 0 to 1.
    out : ndarray of shape (n, n_outputs), optional
        Where to write; without it a new float32 array is made.

    Returns
    -------
    ndarray of shape (n, n_outputs)

    Raises
    ------
    LossError
        If the share is not a number from 0 to 1.

    Notes
    -----
    Variant: Szegedy et al. 2016, Rethinking the Inception Architecture, section 7, with the uniform
    distribution; the right class keeps its part of ε, as in PyTorch.

    Examples
    --------
    >>> smooth_labels(np.array([1]), 4, 0.2, out=np.empty((1, 4)))
    array([[0.05, 0.85, 0.05, 0.05]])
    """
    if not (math.isfinite(share) and 0 <= share <= 1):
        raise LossError(
            tr("The label smoothing must be a number from 0 to 1, not {share!r}.").format(share=share)
        )
    if out is None:
        out = np.empty((len(labels), n_outputs), np.float32)
    if n_outputs == 1:
        out[...] = (1 - share) * labels[:, None] + share / 2
        return out
    out[...] = share / n_outputs
    out[np.arange(len(labels)), labels] += 1 - share
    return out


def usual_loss(output_activation: str) -> str:
    """Return the loss that an output activation is usually trained by.

    Examples
    --------
    >>> [usual_loss(output) for output in ("softmax", "sigmoid", "step", "tanh")]
    ['cross_entropy', 'binary_cross_entropy', 'perceptron', 'squared_error']
    """
    made_for = (loss.name for loss in LOSSES.values() if loss.output == output_activation)
    return next(made_for, "squared_error")


LOSSES: Mapping[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "cross_entropy",
            "cross-entropy",
            functions.cross_entropy,
            output="softmax",
            why=translatable("it compares distributions over the classes, which sum to 1"),
        ),
        Loss(
            "binary_cross_entropy",
            translatable("binary cross-entropy"),
            functions.sigmoid_cross_entropy,
            output="sigmoid",
            others={"softmax": functions.softmax_binary_cross_entropy},
            why=translatable("each output must be a probability, between 0 and 1"),
        ),
        Loss("squared_error", translatable("squared error"), functions.squared_error),
        Loss("absolute_error", translatable("absolute error"), functions.absolute_error),
        Loss("hinge", "hinge", functions.hinge),
        Loss(
            "perceptron",
            "perceptron",
            functions.perceptron,
            output="step",
            why=translatable("Rosenblatt's rule corrects units that fire or do not"),
        ),
    )
}
