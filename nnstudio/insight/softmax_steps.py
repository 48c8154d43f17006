"""The softmax of a row of logits, step by step, and the cross-entropy for a true class."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SoftmaxSteps:
    """From logits to probabilities.

    Attributes
    ----------
    logits : ndarray of shape (n_classes,), float64
    largest : float
        Subtracted from each logit first, which changes no quotient and keeps exp from overflowing.
    exponentials : ndarray of shape (n_classes,)
        exp(zⱼ − largest).
    total : float
        Their sum.
    """

    logits: np.ndarray
    largest: float
    exponentials: np.ndarray
    total: float

    @property
    def quotients(self) -> np.ndarray:
        """The probabilities: each exponential divided by the sum."""
        return np.asarray(self.exponentials / self.total)

    def cross_entropy(self, label: int) -> float:
        """Return −log of the class's probability, as log Σ exp(z − largest) − (z_label − largest)."""
        return float(np.log(self.total) - (self.logits[label] - self.largest))


def softmax_steps(logits: np.ndarray) -> SoftmaxSteps:
    """Take softmax(z)ⱼ = exp zⱼ / Σ exp z apart.

    Examples
    --------
    >>> steps = softmax_steps(np.log([1.0, 2.0, 5.0]))
    >>> steps.exponentials, steps.total
    (array([0.2, 0.4, 1. ]), 1.6)
    >>> steps.quotients
    array([0.125, 0.25 , 0.625])
    >>> bool(np.isclose(steps.cross_entropy(0), -np.log(0.125)))
    True
    """
    z = np.asarray(logits, np.float64)
    exponentials = np.exp(z - z.max())
    return SoftmaxSteps(z, float(z.max()), exponentials, float(exponentials.sum()))
