"""How well predicted classes agree with the true ones; any room may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def confusion(labels: NDArray[Any], predicted: NDArray[Any], n_classes: int) -> NDArray[np.int64]:
    """Count how often each class was taken for each.

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


def _check_same_shape(labels: NDArray[Any], predicted: NDArray[Any]) -> None:
    if labels.ndim != 1 or labels.shape != predicted.shape:
        raise ValueError(f"labels {labels.shape} and predictions {predicted.shape} must be two equal rows")
