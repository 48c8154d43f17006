"""Classification metrics: confusion, accuracy, precision, calibration; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def confusion(labels: NDArray[Any], predicted: NDArray[Any], n_classes: int) -> NDArray[np.int64]:
    """Count how often each class was predicted as each.

    Parameters
    ----------
    labels, predicted : int ndarray of shape (n,)
        True and predicted classes, from 0 to n_classes − 1.
    n_classes : int

    Returns
    -------
    int64 ndarray of shape (n_classes, n_classes)
        ``[true, predicted]``; a class that does not occur has a row of zeros.

    Raises
    ------
    ValueError
        If the shapes differ or a class is out of range.

    Examples
    --------
    >>> confusion(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
    array([[1, 0],
           [1, 1]])
    """
    _check_same_shape(labels, predicted)
    for classes in (labels, predicted):
        if classes.size and not 0 <= classes.min() <= classes.max() < n_classes:
            raise ValueError(
                f"classes must lie between 0 and {n_classes - 1}, not {classes.min()} … {classes.max()}"
            )
    pairs = labels.astype(np.int64) * n_classes + predicted
    return np.bincount(pairs, minlength=n_classes * n_classes).reshape(n_classes, n_classes)


def accuracy(labels: NDArray[Any], predicted: NDArray[Any]) -> float:
    """Return the share of predictions that are right, 0 to 1.

    Parameters
    ----------
    labels, predicted : int ndarray of shape (n,)
        True and predicted classes, n ≥ 1.

    Raises
    ------
    ValueError
        If the shapes differ or there is no prediction.

    Examples
    --------
    >>> accuracy(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1]))
    0.75
    """
    _check_same_shape(labels, predicted)
    if labels.size == 0:
        raise ValueError("no prediction has no accuracy; give at least one")
    return int(np.count_nonzero(labels == predicted)) / labels.size


@dataclass(frozen=True)
class ClassScores:
    """How well each class is found.

    Attributes
    ----------
    precision : float64 ndarray of shape (n_classes,)
        Of the examples taken for the class, the share that belongs to it; NaN if none was taken for it.
    recall : float64 ndarray of shape (n_classes,)
        Of the examples of the class, the share that was taken for it; NaN if there is none.
    support : int64 ndarray of shape (n_classes,)
        Examples of the class.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    support: NDArray[np.int64]


def class_scores(counts: NDArray[np.int64]) -> ClassScores:
    """Return precision and recall of each class from a confusion table.

    Parameters
    ----------
    counts : int64 ndarray of shape (n_classes, n_classes)
        From `confusion`.

    Examples
    --------
    >>> class_scores(np.array([[1, 0], [1, 1]]))
    ClassScores(precision=array([0.5, 1. ]), recall=array([1. , 0.5]), support=array([1, 2]))
    """
    right, support = np.diagonal(counts), counts.sum(axis=1)
    return ClassScores(_share(right, counts.sum(axis=0)), _share(right, support), support)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Divide, NaN where there is nothing to divide."""
    share = np.full(part.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def top_k_accuracy(labels: NDArray[Any], outputs: NDArray[Any], k: int) -> float:
    """Return the share of examples whose class is among the k largest outputs.

    Parameters
    ----------
    labels : int ndarray of shape (n,), n ≥ 1
    outputs : ndarray of shape (n, n_classes)
    k : int
        1…n_classes.

    Raises
    ------
    ValueError
        If shapes do not fit, there is no example, a class or k is out of range.

    Notes
    -----
    A class counts as k-th if fewer than k outputs are larger than its own or equal and of a smaller index:
    top-1 is exactly the accuracy of ``outputs.argmax(axis=1)``, equal outputs included.

    Examples
    --------
    >>> top_k_accuracy(np.array([0, 2]), np.array([[0.3, 0.5, 0.2], [0.6, 0.3, 0.1]]), k=2)
    0.5
    """
    _check_outputs(labels, outputs)
    if not 1 <= k <= outputs.shape[1]:
        raise ValueError(f"k must lie between 1 and {outputs.shape[1]}, not {k}")
    own = outputs[np.arange(len(labels)), labels][:, None]
    is_earlier = np.arange(outputs.shape[1]) < labels[:, None]
    n_before = ((outputs > own) | ((outputs == own) & is_earlier)).sum(axis=1)
    return int(np.count_nonzero(n_before < k)) / len(labels)


@dataclass(frozen=True)
class Calibration:
    """Whether a network is right as often as it is sure.

    Attributes
    ----------
    edges : float64 ndarray of shape (n_bins + 1,)
        Equal bins of confidence from 0 to 1; bin i is (edges[i], edges[i + 1]].
    counts : int64 ndarray of shape (n_bins,)
        Predictions of a confidence in the bin.
    confidence, accuracy : float64 ndarray of shape (n_bins,)
        Their mean confidence, and the share that is right; NaN in an empty bin.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error: |accuracy − confidence| averaged over the predictions, 0…1."""
        filled = self.counts > 0
        gaps = np.abs(self.accuracy - self.confidence)[filled]
        return float(np.average(gaps, weights=self.counts[filled]))


def calibration(labels: NDArray[Any], probs: NDArray[Any], n_bins: int = 15) -> Calibration:
    """Compare confidence, the largest probability, with how often the prediction is right.

    Parameters
    ----------
    labels : int ndarray of shape (n,), n ≥ 1
    probs : ndarray of shape (n, n_classes)
        Each row sums to 1.
    n_bins : int
        At least 1.

    Raises
    ------
    ValueError
        If shapes do not fit, there is no example, a class is out of range or there is no bin.

    Notes
    -----
    Guo et al. 2017, On Calibration of Modern Neural Networks, eq. 3: bins of equal width, open below.
    """
    _check_outputs(labels, probs)
    if n_bins < 1:
        raise ValueError(f"there must be at least one bin, not {n_bins}")
    confidence = probs.max(axis=1).astype(np.float64)
    is_right = probs.argmax(axis=1) == labels
    edges = np.linspace(0.0, 1.0, n_bins + 1)
    # A confidence a rounding above 1 belongs to the last bin.
    bins = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, n_bins - 1)
    counts = np.bincount(bins, minlength=n_bins)
    sums = (np.bincount(bins, weights=each, minlength=n_bins) for each in (confidence, is_right))
    means = (np.divide(each, counts, out=np.full(n_bins, np.nan), where=counts > 0) for each in sums)
    return Calibration(edges, counts, *means)


def negative_log_likelihood(labels: NDArray[Any], probs: NDArray[Any]) -> float:
    """Return the mean of −log p of the true class, in nats; infinite if a true class was given none.

    Parameters
    ----------
    labels : int ndarray of shape (n,), n ≥ 1
    probs : ndarray of shape (n, n_classes)

    Raises
    ------
    ValueError
        If shapes do not fit, there is no example or a class is out of range.

    Examples
    --------
    >>> round(negative_log_likelihood(np.array([0, 1]), np.array([[0.5, 0.5], [0.75, 0.25]])), 4)
    1.0397
    """
    _check_outputs(labels, probs)
    own = probs[np.arange(len(labels)), labels].astype(np.float64)
    with np.errstate(divide="ignore"):
        return float(-np.log(own).mean())


def _check_outputs(labels: NDArray[Any], outputs: NDArray[Any]) -> None:
    if outputs.ndim != 2 or labels.shape != outputs.shape[:1] or not len(labels):
        raise ValueError(
            f"labels {labels.shape} and outputs {outputs.shape} must be equally many, at least 1"
        )
    if not 0 <= labels.min() <= labels.max() < outputs.shape[1]:
        raise ValueError(
            f"classes must lie between 0 and {outputs.shape[1] - 1}, not {labels.min()} … {labels.max()}"
        )


def _check_same_shape(labels: NDArray[Any], predicted: NDArray[Any]) -> None:
    if labels.ndim != 1 or labels.shape != predicted.shape:
        raise ValueError(f"labels {labels.shape} and predictions {predicted.shape} must be two equal rows")
