"""Compare two networks: agreement, distances, and measures along the straight line between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.decision import decided
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


@dataclass(frozen=True)
class Closeness:
    """How close two networks are to the right numbers, and to each other, on the same samples.

    Attributes
    ----------
    n : int
        Number of samples.
    rmse_first, rmse_second : float
        Root of the mean squared error, over all samples and outputs.
    apart : float
        The same of the difference of both networks' outputs.
    n_outputs : int
    """

    n: int
    rmse_first: float
    rmse_second: float
    apart: float
    n_outputs: int

    def half_mean_square(self, rmse: float) -> float:
        """Return J, the mean over the samples of ½ Σ residual², of a root mean squared error."""
        return 0.5 * self.n_outputs * rmse**2


Network = tuple["Architecture", "NDArray[Any]"]
"""An architecture and its theta, of shape (n_params,)."""


def agreement(first: Network, second: Network, samples: Samples) -> Iterator[Agreement | Closeness | None]:
    """Compare two networks with the same inputs and outputs, some milliseconds between yields.

    Yields
    ------
    Agreement, Closeness or None
        None until all samples are done, and then the result: of classes, or of numbers.
    """
    outputs, classes = [], []
    for architecture, theta in (first, second):
        rows = min(len(samples), rows_of_a_batch(architecture))
        workspace = Workspace(architecture, rows, theta.dtype)
        found = np.empty((len(samples), architecture.n_outputs), theta.dtype)
        read = np.empty(len(samples), np.int64)
        for start in range(0, len(samples), rows):
            part = np.arange(start, min(start + rows, len(samples)))
            found[part] = forward(architecture, theta, samples.batch(part), workspace)
            read[part] = decided(found[part], workspace.z[-1][: len(part)])
            yield None
        outputs.append(found)
        classes.append(read)
    if not samples.has_labels:
        yield _closeness(outputs[0], outputs[1], samples)
        return
    a, b = classes
    is_right_a, is_right_b = a == samples.labels, b == samples.labels
    yield Agreement(
        n=len(samples),
        n_same=int(np.count_nonzero(a == b)),
        n_first=int(np.count_nonzero(is_right_a)),
        n_second=int(np.count_nonzero(is_right_b)),
        n_only_first=int(np.count_nonzero(is_right_a & ~is_right_b)),
        n_only_second=int(np.count_nonzero(is_right_b & ~is_right_a)),
    )


def _closeness(first: NDArray[Any], second: NDArray[Any], samples: Samples) -> Closeness:
    def rms(values: NDArray[Any]) -> float:
        return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))

    right = samples.targets
    return Closeness(
        len(samples), rms(first - right), rms(second - right), rms(first - second), right.shape[1]
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
