"""Fit an out-of-distribution detector to a trained network that does not change; files use it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.ood_detector import OODDetector, detector_architecture
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import forward
from nnstudio.engine.training_step import TrainingStep
from nnstudio.language import tr
from nnstudio.training.config import ConfigError
from nnstudio.training.epoch_samples import EpochBuffer
from nnstudio.training.schedule import rate_factor

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.engine.architecture import Architecture
    from nnstudio.training.epoch_samples import EpochSamples

MAX_UNITS = 1_000
MAX_EPOCHS = 100

_LEARNING_RATE = 2e-3
_EMA_DECAY = 0.995
_BATCH_SIZE = 256
_WARMUP_EPOCHS = 0.2
_BLOCK = 5
"""Steps between two yields of a fit, some milliseconds."""

_STREAM = 3
"""Separates these random numbers from those of the network's own training."""


@dataclass(frozen=True)
class OODConfig:
    """The settings of a detector's fit.

    Attributes
    ----------
    units : int
        Of its hidden layer, 1…1,000.
    epochs : int
        1…100.
    rejected : float
        The share of the validation samples of each source that it may reject, above 0 and below 1.
    weight_decay : float
        As of ``Hyper``, from 0 to 1.

    Raises
    ------
    ConfigError
        If an entry is not a number or out of its range.
    """

    units: int = 48
    epochs: int = 5
    rejected: float = 0.02
    weight_decay: float = 0.02

    def __post_init__(self) -> None:
        for what, value, high in (
            (tr("units"), self.units, MAX_UNITS),
            (tr("epochs"), self.epochs, MAX_EPOCHS),
        ):
            if type(value) is not int or not 1 <= value <= high:
                raise ConfigError(
                    tr("A detector's {what} are a whole number from 1 to {high:,}, not {value!r}.").format(
                        what=what, high=high, value=value
                    )
                )
        if not isinstance(self.rejected, float) or not 0 < self.rejected < 1:
            raise ConfigError(
                tr("The rejected part is above 0 and below 1, not {rejected!r}.").format(
                    rejected=self.rejected
                )
            )
        if not isinstance(self.weight_decay, float) or not 0 <= self.weight_decay <= 1:
            raise ConfigError(
                tr("A detector's weight decay is from 0 to 1, not {weight_decay!r}.").format(
                    weight_decay=self.weight_decay
                )
            )


def fit_detector(
    network: Architecture,
    theta: NDArray[np.float32],
    epoch_samples: EpochSamples,
    like: Samples,
    config: OODConfig,
    *,
    seed: int,
    on_block: Callable[[float], None] | None = None,
) -> OODDetector:
    """Fit a detector as ``fitting`` does, to its end.

    Parameters
    ----------
    on_block : callable, optional
        Called between blocks of work with the share that is done, 0…1; what it raises ends the fit.
    """
    work = fitting(network, theta, epoch_samples, like, config, seed=seed)
    while True:
        try:
            share = next(work)
        except StopIteration as end:
            detector: OODDetector = end.value
            return detector
        if on_block is not None:
            on_block(share)


def fitting(
    network: Architecture,
    theta: NDArray[np.float32],
    epoch_samples: EpochSamples,
    like: Samples,
    config: OODConfig,
    *,
    seed: int,
) -> Generator[float, None, OODDetector]:
    """Fit a detector to separate samples labelled 1, of none of the classes, from those labelled 0.

    Parameters
    ----------
    network, theta
        The trained network.
    epoch_samples : EpochSamples
        Draws each epoch's samples.
    like : Samples
        The dtype, width and scale that they have.
    config : OODConfig
    seed : int
        Decides the initial weights and the order of the samples.

    Yields
    ------
    float
        Between blocks of work: the share that is done, 0…1.

    Returns
    -------
    OODDetector
        Its threshold is infinite: nothing is rejected until one has been chosen.

    Notes
    -----
    Thread: any.  Variant: outlier exposure (Hendrycks, Mazeika and Dietterich 2019), but with a separate
    network on the first one's hidden layers, which do not change.
    """
    architecture = detector_architecture(network, config.units)
    rng = np.random.default_rng((seed, _STREAM))
    weights = initialise(architecture, rng=rng, scheme="he_normal")
    optimiser = OPTIMISERS["adam"]
    state = optimiser.initial_state(weights)
    hyper = Hyper(learning_rate=_LEARNING_RATE, weight_decay=config.weight_decay, ema_decay=_EMA_DECAY)
    step = TrainingStep(architecture, weights, "binary_cross_entropy", optimiser, state, hyper, _BATCH_SIZE)
    seen = _DetectorInput(network, theta, _BATCH_SIZE)
    buffer = EpochBuffer(epoch_samples, like)
    n_batches = -(-epoch_samples.n_samples // _BATCH_SIZE)
    for epoch in range(config.epochs):
        while buffer.draw_block(epoch):
            yield epoch / config.epochs
        order = rng.permutation(epoch_samples.n_samples)
        if epoch == 0:
            seen.measure(buffer.samples.batch(order[: 8 * _BATCH_SIZE]))
        for nth in range(n_batches):
            rows = order[nth * _BATCH_SIZE : (nth + 1) * _BATCH_SIZE]
            middle = epoch + (nth + 0.5) / n_batches
            factor = rate_factor("cosine", middle, warmup_epochs=_WARMUP_EPOCHS, epochs=config.epochs)
            targets = buffer.samples.labels[rows].astype(np.float32)[:, None]
            step.take(seen.of(buffer.samples.batch(rows)), targets, factor * _LEARNING_RATE)
            if nth % _BLOCK == 0:
                yield middle / config.epochs
    assert state.average is not None, "the running average is kept"
    fitted = state.average.copy()
    # Fold the scales in: the detector takes unscaled activations.
    architecture.layers(fitted)[0].W[...] /= seen.scale
    return OODDetector(config.units, fitted, np.inf)


def rounded(detector: OODDetector) -> OODDetector:
    """Return a detector with its weights rounded to float16, as a file holds them."""
    return replace(detector, theta=detector.theta.astype(np.float16).astype(np.float32))


class _DetectorInput:
    """The detector's input for a batch, each layer's values scaled to a root mean square of 1."""

    def __init__(self, network: Architecture, theta: NDArray[np.float32], batch_size: int) -> None:
        self._network = network
        self._theta = theta
        self._workspace = Workspace(network, batch_size, theta.dtype)
        self.scale = np.ones(sum(network.layer_sizes[:-1]), np.float32)

    def measure(self, x: NDArray[np.float32]) -> None:
        """Measure the scale of each layer on these inputs."""
        blocks = range(0, len(x), self._workspace.batch_size)
        values = np.concatenate([self.of(x[start : start + self._workspace.batch_size]) for start in blocks])
        start = 0
        for size in self._network.layer_sizes[:-1]:
            layer = slice(start, start + size)
            # A layer without any activation is not scaled.
            self.scale[layer] = np.sqrt(np.mean(np.square(values[:, layer]))) or 1.0
            start += size

    def of(self, x: NDArray[np.float32]) -> NDArray[Any]:
        """Return the inputs and all hidden activations of a batch, scaled, shape (n, n_seen)."""
        forward(self._network, self._theta, x, self._workspace)
        seen = np.concatenate([x, *(a[: len(x)] for a in self._workspace.a[:-1])], axis=1)
        seen /= self.scale
        return seen
