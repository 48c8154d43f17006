"""Original samples beside the ones drawn for an epoch, as pictures; studio and command line use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.rewrite import RewriteStrengths
from nnstudio.data.strokes import read_stroke_file
from nnstudio.data.warp import Warper, WarpStrengths
from nnstudio.errors import UserError
from nnstudio.files.recipe_samples import RewrittenPart, SourceSamples, WarpedPart
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.data.problem import Problem
    from nnstudio.files.recipe import Recipe
    from nnstudio.files.recipe_data import RecipeData

_MOST_STROKES = 500
"""Most drawings of a file that are previewed, picked at random."""


class PreviewError(UserError):
    """A source without images to show."""


@dataclass(frozen=True, eq=False)
class Pair:
    """One sample, original and as drawn for an epoch.

    Attributes
    ----------
    original : float32 ndarray of shape (height, width), or None
        Ink 1, paper 0; None if it was generated for the epoch.
    drawn : float32 ndarray of the same shape
        The sample of an epoch.
    label, source : str
    """

    original: NDArray[np.float32] | None
    drawn: NDArray[np.float32]
    label: str
    source: str


@dataclass(frozen=True, eq=False)
class PreviewSource:
    """A source of pairs.

    Attributes
    ----------
    title : str
    how : str
        How the samples are changed, a sentence.
    parts : sequence of (str, SourceSamples)
        Each source with its title.
    class_names : sequence of str
    shape : (int, int)
    """

    title: str
    how: str
    parts: Sequence[tuple[str, SourceSamples]]
    class_names: Sequence[str]
    shape: tuple[int, ...]

    def pairs(self, n: int, *, rng: np.random.Generator) -> Iterator[Pair]:
        """Draw pairs, the same number from each source, source after source."""
        for nth, (title, part) in enumerate(self.parts):
            for _ in range((n + nth) // len(self.parts)):
                plain, drawn = part.one(rng)
                label = self.class_names[int(drawn.labels[0])]
                original = None if plain is None else plain.inputs().reshape(self.shape)
                yield Pair(original, drawn.inputs().reshape(self.shape), label, title)


def problem_preview(problem: Problem) -> PreviewSource:
    """Return a problem's images beside their usual warps.

    Raises
    ------
    PreviewError
        If its samples are not images.
    """
    shape = problem.input_space.shape
    if not problem.input_space.traits.can_be_warped:
        raise PreviewError(
            tr("The samples of {title} are points; there are no pictures of them.").format(
                title=problem.title
            )
        )
    part = WarpedPart(SourceSamples(problem.train), Warper(WarpStrengths(), (shape[0], shape[1])))
    how = tr("Each image as it is, and bent by the usual warp, which recipes can apply.")
    return PreviewSource(
        problem.title, how, ((problem.title, part),), problem.output_space.class_names, shape
    )


def recipe_preview(recipe: Recipe, data: RecipeData) -> PreviewSource:
    """Return the samples of each source of a recipe beside those of an epoch.

    Raises
    ------
    PreviewError
        If its samples are not images.
    """
    space = data.problem.input_space
    if not space.traits.can_be_warped:
        raise PreviewError(
            tr("The samples of {title} are points; there are no pictures of them.").format(title=recipe.title)
        )
    titles = [source.title for source in recipe.sources]
    how = tr(
        "Each sample as it is, and as an epoch of this recipe has it; what is written anew stands alone."
    )
    if data.epoch_samples is None:
        how = tr("This recipe learns from its samples as they are.")
    parts = tuple(zip(titles, data.parts, strict=True))
    return PreviewSource(recipe.title, how, parts, data.problem.output_space.class_names, space.shape)


def stroke_preview(path: Path, *, rng: np.random.Generator) -> PreviewSource:
    """Return drawings of a file of strokes beside their usual rewritings.

    Raises
    ------
    StrokeFileError
        If it cannot be read.
    PreviewError
        If it holds no drawing.
    """
    strokes = read_stroke_file(path)
    if not len(strokes):
        raise PreviewError(tr("{path} holds no drawing.").format(path=path))
    rows = rng.permutation(len(strokes))[:_MOST_STROKES]
    names, labels = np.unique(strokes.labels[rows], return_inverse=True)
    polylines = strokes.polylines.subset(rows)
    plain = Samples(rasterise_all(polylines), labels.astype(np.int64), 1 / 255)
    part = RewrittenPart(plain, polylines, RewriteStrengths(), 1, MNIST_SPEC)
    how = tr("Each drawing inked as it is, and rewritten as another hand might.")
    shape = (MNIST_SPEC.size, MNIST_SPEC.size)
    return PreviewSource(path.name, how, ((path.name, part),), tuple(names.tolist()), shape)
