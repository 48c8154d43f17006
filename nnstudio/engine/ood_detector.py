"""Detect inputs that are of none of the classes (out of distribution); any package may import it.

A softmax divides 100 % among the classes for any input, and is as sure of inputs unlike the training data:
measured on digits, energy, Mahalanobis distance and nearest neighbours in the hidden layers accept half of
all letters. A second, small network does better: it sees the input and all hidden activations, and is trained
on drawings that are of none of the classes. The first network does not change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import forward

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray


class OODScore(NamedTuple):
    """The detector's score of one input.

    Attributes
    ----------
    score : float
        The detector's log-odds that the input is of none of the classes.
    threshold : float
        The input is rejected above it.
    """

    score: float
    threshold: float

    @property
    def is_rejected(self) -> bool:
        """Whether the input is taken for one of none of the classes."""
        return self.score > self.threshold

    @property
    def measure(self) -> float:
        """The score mapped to 0…1; above ½ the input is rejected."""
        # The logistic function of the distance, written with tanh, which cannot overflow.
        return 0.5 + 0.5 * math.tanh(0.5 * (self.score - self.threshold))


@dataclass(frozen=True, eq=False)
class OODDetector:
    """A network of one hidden layer that judges the inputs of another network.

    Attributes
    ----------
    units : int
        Of its hidden layer.
    theta : ndarray of shape (n_params,), float32
        Its weights, in the order of ``detector_architecture``.
    threshold : float
        Scores above are rejected.

    Notes
    -----
    Aliasing: keeps a read-only view of ``theta``.
    """

    units: int
    theta: NDArray[np.float32]
    threshold: float

    def __post_init__(self) -> None:
        view = self.theta.view()
        view.flags.writeable = False
        object.__setattr__(self, "theta", view)

    def scores(self, below: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """Return the log-odds that inputs are of none of the classes.

        Parameters
        ----------
        below : sequence of ndarray of shape (n, size)
            What enters each layer of the network: the inputs, then all hidden activations.

        Returns
        -------
        float32 ndarray of shape (n,)
            Not finite where the network's own values overflow.
        """
        seen = np.concatenate(below, axis=1, dtype=np.float32)
        architecture = Architecture.of((seen.shape[1], self.units, 1), hidden="relu", output="sigmoid")
        workspace = Workspace(architecture, max(len(seen), 1))
        forward(architecture, self.theta, seen, workspace)
        log_odds: NDArray[np.float32] = workspace.z[-1][: len(seen), 0]
        return log_odds

    def with_threshold(self, threshold: float) -> OODDetector:
        """Return the same detector with another threshold."""
        return replace(self, threshold=threshold)

    def judge(self, below: Sequence[NDArray[Any]]) -> OODScore:
        """Judge one input, given what enters each layer, each of shape (size,)."""
        (score,) = self.scores([values[None] for values in below]).tolist()
        return OODScore(score, self.threshold)


def detector_architecture(network: Architecture, units: int) -> Architecture:
    """Return the architecture of a detector for a network: it sees what enters each of its layers."""
    return Architecture.of((sum(network.layer_sizes[:-1]), units, 1), hidden="relu", output="sigmoid")


def ood_scores(
    network: Architecture,
    theta: NDArray[Any],
    detector: OODDetector,
    x: NDArray[Any],
    batch_size: int = 1024,
) -> NDArray[np.float32]:
    """Return the detector's scores of any number of inputs.

    Parameters
    ----------
    network, theta
        The network whose inputs are judged.
    detector : OODDetector
    x : ndarray of shape (n, n_inputs)
    batch_size : int
        Rows computed at a time; bounds the memory used.

    Returns
    -------
    float32 ndarray of shape (n,)
    """
    workspace = Workspace(network, min(batch_size, max(len(x), 1)), theta.dtype)
    scores = np.empty(len(x), np.float32)
    for start in range(0, len(x), workspace.batch_size):
        rows = x[start : start + workspace.batch_size]
        forward(network, theta, rows, workspace)
        scores[start : start + len(rows)] = detector.scores(
            [rows, *(a[: len(rows)] for a in workspace.a[:-1])]
        )
    return scores


def threshold_for(scores: Iterable[NDArray[Any]], share: float) -> float:
    """Return the lowest threshold above which at most a share of each set's scores lies.

    Parameters
    ----------
    scores : iterable of ndarray of shape (n,), n ≥ 1
        One for each set of inputs that are of a class.
    share : float
        0…1.

    Examples
    --------
    >>> threshold_for([np.arange(100), np.arange(10)], 0.02)
    97.0
    """
    return max(float(np.sort(each)[-1 - math.floor(share * len(each))]) for each in scores)
