"""Compare two networks: agreement, distances, and accuracy along the straight line between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import forward
from nnstudio.engine.surgery import interpolate
from nnstudio.training.evaluation import Evaluation, Measures, rows_of_a_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.engine.architecture import Architecture


@dataclass(frozen=True)
class Agreement:
    """How far two networks agree on the same samples.

    Attributes
    ----------
    n : int
        Number of samples.
    n_same : int
        Samples that both classify alike.
    n_first, n_second : int
        Samples that the first, and the second, classifies correctly.
    n_only_first, n_only_second : int
        Samples that only the first, and only the second, classifies correctly.
    """

    n: int
    n_same: int
    n_first: int
    n_second: int
    n_only_first: int
    n_only_second: int


Network = tuple["Architecture", "NDArray[Any]"]
"""An architecture and its theta, of shape (n_params,)."""


def agreement(first: Network, second: Network, samples: Samples) -> Iterator[Agreement | None]:
    """Compare two networks with the same inputs and classes, some milliseconds between yields.

    Yields
    ------
    Agreement or None
        None until all samples are done, and then the result.
    """
    answers = []
    for architecture, theta in (first, second):
        rows = min(len(samples), rows_of_a_batch(architecture))
        workspace, found = Workspace(architecture, rows, theta.dtype), np.empty(len(samples), np.int64)
        for start in range(0, len(samples), rows):
            part = np.arange(start, min(start + rows, len(samples)))
            found[part] = forward(architecture, theta, samples.batch(part), workspace).argmax(axis=1)
            yield None
        answers.append(found)
    a, b = answers
    is_right_a, is_right_b = a == samples.labels, b == samples.labels
    yield Agreement(
        n=len(samples),
        n_same=int(np.count_nonzero(a == b)),
        n_first=int(np.count_nonzero(is_right_a)),
        n_second=int(np.count_nonzero(is_right_b)),
        n_only_first=int(np.count_nonzero(is_right_a & ~is_right_b)),
        n_only_second=int(np.count_nonzero(is_right_b & ~is_right_a)),
    )


def distances(
    architecture: Architecture, first: NDArray[Any], second: NDArray[Any]
) -> tuple[tuple[float, float], ...]:
    """Return the distance of two networks of one architecture, for each computing layer.

    Returns
    -------
    tuple of (float, float)
        ‖W₂ − W₁‖ over all weights of the layer, and the same divided by ‖W₁‖ (0 where that is 0).
    """
    found = []
    for a, b in zip(architecture.layers(first), architecture.layers(second), strict=True):
        apart = float(np.linalg.norm(b.W.astype(np.float64) - a.W))
        length = float(np.linalg.norm(a.W.astype(np.float64)))
        found.append((apart, apart / length if length else 0.0))
    return tuple(found)


def measured_along(
    architecture: Architecture, thetas: Iterable[NDArray[np.float32]], samples: Samples, loss: str
) -> Iterator[tuple[Measures, ...]]:
    """Measure networks one after the other, some milliseconds between yields.

    Yields
    ------
    tuple of Measures
        Of the first networks, as many as are done.
    """
    found: tuple[Measures, ...] = ()
    for theta in thetas:
        evaluation = Evaluation(architecture, theta, samples, loss)
        while not evaluation.is_done:
            evaluation.advance()
            yield found
        found = (*found, evaluation.finish())
        yield found


def between(
    start: NDArray[np.float32], end: NDArray[np.float32], shares: Sequence[float]
) -> Iterator[NDArray[np.float32]]:
    """Return interpolations between two thetas at the given shares."""
    return (interpolate(start, end, share) for share in shares)
