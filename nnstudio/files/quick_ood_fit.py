"""Fit a small out-of-distribution detector to a network without a recipe, in seconds; for studio.

It is trained on the problem's own samples, built-in characters of the same classes (so that drawings are not
rejected by a network that has seen scans alone), scribbles, and the other alphabet as the shipped recipe of
the same classes names it. Its threshold is chosen on samples that it was not trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.letters import LETTERS
from nnstudio.data.outliers import SCRIBBLES, draw_outliers
from nnstudio.data.problem import Samples
from nnstudio.data.problems import DIGITS, WRITERS
from nnstudio.engine.ood_detector import ood_scores, threshold_for
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_ood import OODRecipe
from nnstudio.training.ood_fitting import OODConfig, fitting

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from numpy.typing import NDArray

    from nnstudio.data.problem import OutputSpace, Problem
    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.ood_detector import OODDetector

N_LEARNED = 10_000
"""Training samples of each source and of each kind of outlier."""
N_HELD_BACK = 2_000
"""The same for the threshold and the measurements."""
CONFIG = OODConfig(units=48, epochs=12, rejected=0.02)

_SIDE = 28
_BLOCK = 250
"""Characters drawn, or scored, between two yields."""
_STREAM = 5

_RECIPES = {DIGITS.class_names: "digits", LETTERS.class_names: "letters"}


@dataclass(frozen=True, eq=False)
class OODExamples:
    """Samples with and without a class: a ``training.epoch_samples.EpochSamples``.

    Attributes
    ----------
    samples : Samples
        To train on, labelled 0 if of a class and 1 if not; the same in every epoch.
    known : tuple of Samples
        Held back: of a class, one for each source.
    outliers : mapping of str to Samples
        Held back: of no class, by kind.
    left_out : str
        Classes that are left out of the outliers.
    """

    samples: Samples
    known: tuple[Samples, ...]
    outliers: Mapping[str, Samples]
    left_out: str

    @property
    def n_samples(self) -> int:
        """Number of samples in every epoch."""
        return len(self.samples)

    def blocks(self, epoch: int) -> Iterator[Samples]:
        """Yield all samples at once."""
        yield self.samples


@dataclass(frozen=True, eq=False)
class FittedOOD:
    """A detector and its measurements.

    Attributes
    ----------
    detector : OODDetector
    n_known : int
        Samples that the threshold was chosen on; of each source at most ``CONFIG.rejected`` lie above.
    left_out : str
        Classes that are left out of the outliers, because they look like the network's own.
    caught : mapping of str to (int, int)
        By kind: rejected outliers and their total, of outliers that it was not trained on.
    """

    detector: OODDetector
    n_known: int
    left_out: str
    caught: Mapping[str, tuple[int, int]]

    def card(self) -> dict[str, Any]:
        """Return the entry for a model's card, with the number of samples that the threshold comes from."""
        found: dict[str, Any] = {
            "threshold": self.detector.threshold,
            "left_out": self.left_out,
            "held_back": self.n_known,
        }
        return found | {kind: {"n": n, "rejected": rejected} for kind, (rejected, n) in self.caught.items()}


def can_be_fitted(problem: Problem) -> bool:
    """Tell whether a problem's samples can be compared with drawings: grey images as nnstudio draws them."""
    train = problem.train
    return (
        problem.input_space.shape == (_SIDE, _SIDE)
        and train.x.dtype == np.uint8
        and train.scale == 1 / 255
        and len(train) > 1
    )


def draw_examples(problem: Problem, *, rng: np.random.Generator) -> Generator[None, None, OODExamples]:
    """Draw the examples for a problem's detectors, a block between yields; all of them can share these.

    Parameters
    ----------
    problem : Problem
        One that ``can_be_fitted``.
    rng : numpy.random.Generator
    """
    recipe = _recipe_for(problem.output_space)
    rows = rng.permutation(len(problem.train))[: N_LEARNED + N_HELD_BACK]
    assert problem.train.x.dtype == np.uint8, "it can be fitted"
    known = [problem.train.x[rows].view(np.uint8)]
    for write, output_space in WRITERS.values():
        if output_space.class_names == problem.output_space.class_names:
            blocks = []
            for _ in range(0, N_LEARNED + N_HELD_BACK, _BLOCK):
                blocks.append(write(_BLOCK, rng=rng)[0])
                yield
            known.append(np.concatenate(blocks))
    outliers = []
    kinds = tuple(dict.fromkeys(recipe.outliers))
    for kind in kinds:
        blocks = []
        for _ in range(0, N_LEARNED + N_HELD_BACK, _BLOCK):
            blocks.append(draw_outliers(kind, _BLOCK, recipe.left_out, rng=rng))
            yield
        outliers.append(np.concatenate(blocks))

    def held_back(images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Samples]:
        # Of few samples a fifth, as of many.
        n = len(images) * N_HELD_BACK // (N_LEARNED + N_HELD_BACK) or 1
        return images[n:], Samples(images[:n], np.zeros(n, np.int64), problem.train.scale)

    known_parts, outlier_parts = ([held_back(images) for images in group] for group in (known, outliers))
    learned = [images for images, _ in known_parts + outlier_parts]
    n_known = sum(len(images) for images, _ in known_parts)
    x = np.concatenate(learned)
    samples = Samples(x, (np.arange(len(x)) >= n_known).astype(np.int64), problem.train.scale)
    return OODExamples(
        samples,
        tuple(part for _, part in known_parts),
        dict(zip(kinds, (part for _, part in outlier_parts), strict=True)),
        recipe.left_out,
    )


def fitting_quickly(
    architecture: Architecture, theta: NDArray[np.float32], examples: OODExamples, *, seed: int
) -> Generator[None, None, FittedOOD]:
    """Fit a detector to a network and choose its threshold, some milliseconds between yields."""
    work = fitting(architecture, theta, examples, examples.samples, CONFIG, seed=seed)
    detector = yield from _without_share(work)
    scores = []
    for part in examples.known:
        scores.append((yield from _scores(architecture, theta, detector, part)))
    detector = detector.with_threshold(threshold_for(scores, CONFIG.rejected))
    caught = {}
    for kind, part in examples.outliers.items():
        found = yield from _scores(architecture, theta, detector, part)
        caught[kind] = int(np.count_nonzero(found > detector.threshold)), len(part)
    return FittedOOD(detector, sum(map(len, examples.known)), examples.left_out, caught)


def _recipe_for(output_space: OutputSpace) -> OODRecipe:
    """Return the outliers for some classes; for classes without a recipe, scribbles alone."""
    name = _RECIPES.get(output_space.class_names)
    shipped = None if name is None else read_recipe(name).ood
    return OODRecipe((SCRIBBLES,)) if shipped is None else shipped


def _without_share(work: Generator[float, None, OODDetector]) -> Generator[None, None, OODDetector]:
    while True:
        try:
            next(work)
        except StopIteration as end:
            detector: OODDetector = end.value
            return detector
        yield


def _scores(
    architecture: Architecture, theta: NDArray[np.float32], detector: OODDetector, part: Samples
) -> Generator[None, None, NDArray[np.float32]]:
    found = []
    for start in range(0, len(part), _BLOCK):
        x = part.subset(slice(start, start + _BLOCK)).inputs()
        found.append(ood_scores(architecture, theta, detector, x))
        yield
    return np.concatenate(found)
