"""Fit and measure an out-of-distribution detector by a recipe; `recipe_training` calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.outliers import draw_outliers
from nnstudio.data.problem import Samples
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.renormalise import renormalise
from nnstudio.engine.ood_detector import ood_scores, threshold_for
from nnstudio.files.recipe_samples import SourceSamples
from nnstudio.training.ood_fitting import fit_detector, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.ood_detector import OODDetector
    from nnstudio.files.recipe_data import RecipeData
    from nnstudio.files.recipe_ood import OODRecipe

_BLOCK = 2048
_N_MEASURED = 4000
"""Outliers of each kind that a detector is measured on."""

_STREAM, _MEASURED = 4, 1
"""Separates these random numbers from those of the sources and of the training; see ``RecipeSamples``."""


def fit_to_recipe(
    ood: OODRecipe,
    data: RecipeData,
    architecture: Architecture,
    theta: NDArray[np.float32],
    *,
    seed: int,
    half: bool,
    on_block: Callable[[float], None] | None = None,
) -> OODDetector:
    """Fit a detector to a network that a recipe has trained, and choose its threshold.

    It is trained on the network's training samples and on outliers; the threshold is the lowest that rejects
    at most the recipe's share of each source's validation samples.

    Parameters
    ----------
    ood : OODRecipe
    data : RecipeData
    architecture, theta
        The network, its weights as they will be stored.
    seed : int
    half : bool
        Whether the weights will be stored as float16.
    on_block : callable, optional
        See ``fit_detector``.
    """
    samples = _Mixture(ood, data, seed)
    detector = fit_detector(
        architecture, theta, samples, data.problem.train, ood.config, seed=seed, on_block=on_block
    )
    if half:
        detector = rounded(detector)
    scores = [ood_scores(architecture, theta, detector, part.inputs()) for part in data.validation.values()]
    return detector.with_threshold(threshold_for(scores, ood.config.rejected))


def measure_outliers(
    ood: OODRecipe,
    data: RecipeData,
    architecture: Architecture,
    theta: NDArray[np.float32],
    detector: OODDetector,
) -> dict[str, Any]:
    """Count the outliers, not trained on, that a detector rejects, for a model's card."""
    found: dict[str, Any] = {"threshold": detector.threshold, "left_out": ood.left_out}
    for nth, kind in enumerate(dict.fromkeys(ood.outliers)):
        rng = np.random.default_rng((nth, _STREAM, _MEASURED))
        images = _outliers(kind, _N_MEASURED, ood.left_out, data.raster, rng)
        x = images.astype(np.float32) * np.float32(data.problem.train.scale)
        scores = ood_scores(architecture, theta, detector, x)
        found[kind] = {"n": len(x), "rejected": int(np.count_nonzero(scores > detector.threshold))}
    return found


class _Mixture:
    """Samples of all sources, labelled 0, and as many outliers, labelled 1: an ``EpochSamples``.

    Each source contributes the same number, however many samples it has: what is rare in training, such as
    another way of writing, must not be rejected.
    """

    def __init__(self, ood: OODRecipe, data: RecipeData, seed: int) -> None:
        self._ood = ood
        self._parts = (
            data.epoch_samples.parts
            if data.epoch_samples is not None
            else [SourceSamples(data.problem.train)]
        )
        self._raster = data.raster
        self._scale = data.problem.train.scale
        self._seed = seed
        self.n_samples = 2 * ood.fresh

    def blocks(self, epoch: int) -> Iterator[Samples]:
        """Yield the samples of one epoch, source after source."""
        rng = np.random.default_rng((self._seed, epoch, _STREAM))
        for part, n in zip(self._parts, _shares(self._ood.fresh, len(self._parts)), strict=True):
            for known in _some(part, n, rng):
                yield Samples(known, np.zeros(len(known), np.int64), self._scale)
        kinds = self._ood.outliers
        for kind, n in zip(kinds, _shares(self._ood.fresh, len(kinds)), strict=True):
            for start in range(0, n, _BLOCK):
                images = _outliers(kind, min(_BLOCK, n - start), self._ood.left_out, self._raster, rng)
                yield Samples(images, np.ones(len(images), np.int64), self._scale)


def _outliers(
    kind: str, n: int, left_out: Sequence[str], raster: RasterSpec | None, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw outliers as images of the network's own size, one per row."""
    images = draw_outliers(kind, n, left_out, rng=rng)
    if raster is None or raster.size == MNIST_SPEC.size:
        return images
    size = MNIST_SPEC.size
    return renormalise(images.reshape(-1, size, size), raster).reshape(len(images), -1)


def _shares(n: int, n_shares: int) -> list[int]:
    """Divide n as evenly as possible into whole numbers."""
    return [n * (k + 1) // n_shares - n * k // n_shares for k in range(n_shares)]


def _some(part: SourceSamples, n: int, rng: np.random.Generator) -> Iterator[NDArray[Any]]:
    """Yield n samples of a source, chosen at random, or all of them several times, drawn each time."""
    while n > 0:
        wanted = min(n, part.n_samples)
        chosen = np.zeros(part.n_samples, np.bool_)
        chosen[rng.permutation(part.n_samples)[:wanted]] = True
        start = 0
        for block in part.blocks(rng):
            yield block.x[chosen[start : start + len(block)]]
            start += len(block)
        n -= wanted
