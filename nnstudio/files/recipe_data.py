"""Load the data of a recipe, and divide them into training, validation and test samples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nnstudio import paths
from nnstudio.data.few_samples import check_count
from nnstudio.data.letters import map_labels
from nnstudio.data.picture_problem import find_features, picture_feature_problem
from nnstudio.data.problem import Problem, Samples
from nnstudio.data.problems import WRITERS, MissingDataError, load_problem
from nnstudio.data.random_labels import randomised
from nnstudio.data.raster_fit import raster_for
from nnstudio.data.rasterise import rasterise_with_pens
from nnstudio.data.strokes import read_stroke_file
from nnstudio.data.warp import Warper
from nnstudio.errors import UserError
from nnstudio.files.recipe_samples import (
    RecipeSamples,
    RepeatedPart,
    RewrittenPart,
    SourceSamples,
    WarpedPart,
    WrittenPart,
)
from nnstudio.files.recipe_sources import NamedProblem, StrokeSource
from nnstudio.language import tr

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nnstudio.data.problem import InputSpace, OutputSpace
    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.files.recipe import Recipe
    from nnstudio.files.recipe_sources import Source

_STROKE_FOLDERS = ("", "strokes")

MAX_EPOCH_BYTES = 512 * 2**20
"""Largest epoch that can be drawn: it is held in memory."""


class RecipeDataError(UserError):
    """Data of a recipe that do not fit together."""


@dataclass(frozen=True, eq=False)
class RecipeData:
    """The data of a recipe.

    Attributes
    ----------
    problem : Problem
        Its ``train`` holds the training samples; its ``test`` the test samples of every source with some, or
        the training samples where none has any of its own.
    validation, test : mapping of str to Samples
        By the title of the source: the samples to choose the best weights by, and those for the final test.
        No writer of a training stroke wrote one for validation or test. Where nothing is held back,
        ``validation`` is what was trained on.
    is_held_back : bool
        Whether the samples for validation are not trained on.
    raster : RasterSpec or None
        How drawings become inputs; None if inputs are not square images.
    epoch_samples : RecipeSamples or None
        Draws the samples of each epoch; None if every epoch has those of ``problem.train``.
    parts : tuple of SourceSamples
        The samples of each source, in the recipe's order.
    """

    problem: Problem
    validation: Mapping[str, Samples]
    is_held_back: bool
    test: Mapping[str, Samples]
    raster: RasterSpec | None
    epoch_samples: RecipeSamples | None
    parts: tuple[SourceSamples, ...]


def gather(
    recipe: Recipe,
    data_dir: str | os.PathLike[str] | None = None,
    *,
    problems: Mapping[str, Problem] = MappingProxyType({}),
) -> RecipeData:
    """Load and divide the data of a recipe.

    Parameters
    ----------
    recipe : Recipe
        Its seed decides the division.
    data_dir : path-like, optional
        The folder that holds the files itself or in ``mnist`` and ``strokes``; by default
        ``nnstudio.paths.data_dir()``.
    problems : mapping of str to Problem
        Those that are already loaded, by name; see ``recipe.with_own_images``.

    Raises
    ------
    MissingDataError
        If a file is not there; the sentence names it and the folder.
    RecipeDataError
        If the sources differ in inputs or outputs, one is too small to divide, or an epoch that is drawn is
        too large for memory.
    ConfigError
        If the network does not fit the data.
    ProblemError
        If a source asks for more samples than there are, or for fewer than classes.
    IdxError, StrokeFileError
        If a file is damaged.
    """
    folder = paths.data_dir() if data_dir is None else Path(data_dir)
    seed = recipe.config.seed
    first: Problem | None = None
    parts: list[SourceSamples] = []
    validation: dict[str, Samples] = {}
    test: dict[str, Samples] = {}
    raster: RasterSpec | None = None
    for nth, source in enumerate(recipe.sources):
        rng = np.random.default_rng((seed, nth))
        if isinstance(source, NamedProblem):
            problem = problems.get(source.problem) or load_problem(
                source.problem, data_dir=folder, seed=seed, points=source.points
            )
            if source.features and not problem.input_space.traits.of_pictures:
                problem = picture_feature_problem(problem, find_features(source.features))
            if first is None:
                first = problem
                raster = raster_for(problem)
            _check_alike(first, problem, source)
            learned, held_back, _ = _divided(len(problem.train), source, rng)
            parts.append(_part(source, _labelled(source, problem, learned, rng), problem.input_space))
            if len(held_back):
                validation[source.title] = problem.train.subset(held_back)
            # A table of a few points has no others to be tested on.
            if problem.test is not problem.train:
                test[source.title] = problem.test
        else:
            assert first is not None, "a recipe begins with a problem"
            if raster is None or first.input_space.traits.of_pictures:
                raise RecipeDataError(
                    tr("{drawings} are drawings, but {first} has no images that can be drawn.").format(
                        drawings=source.title, first=first.title
                    )
                )
            drawn = _strokes(source, folder, raster, first.output_space, rng)
            parts.append(drawn.learned)
            validation[source.title] = drawn.validation
            if drawn.test is not None:
                test[source.title] = drawn.test
    assert first is not None, "a recipe begins with a problem"
    train = joined([part.plain for part in parts])
    whole = Problem(
        name=recipe.name,
        title=recipe.title,
        input_space=first.input_space,
        output_space=first.output_space,
        train=train,
        test=joined(list(test.values())) if test else train,
        source=" ".join(f"{source.title}: {source.credit}; {source.licence}." for source in recipe.sources),
    )
    recipe.config.check(whole)
    is_redrawn = any(source.is_drawn_per_epoch for source in recipe.sources)
    epoch_samples = RecipeSamples(parts, seed) if is_redrawn else None
    if epoch_samples is not None and epoch_samples.n_samples * whole.input_space.n_features > MAX_EPOCH_BYTES:
        raise RecipeDataError(
            tr(
                "An epoch of this recipe has {n_samples:,} samples, more than fit into {max_epoch_bytes} "
                "MB; lower repeats or fresh."
            ).format(n_samples=epoch_samples.n_samples, max_epoch_bytes=MAX_EPOCH_BYTES >> 20)
        )
    is_held_back = bool(validation)
    if not is_held_back:
        validation = {source.title: part.plain for source, part in zip(recipe.sources, parts, strict=True)}
    return RecipeData(whole, validation, is_held_back, test, raster, epoch_samples, tuple(parts))


def _labelled(
    source: NamedProblem, problem: Problem, learned: NDArray[np.intp], rng: np.random.Generator
) -> Samples:
    """Return the training samples, or some of them, with the labels to train on.

    Raises
    ------
    ProblemError
        If there are not as many as the source asks for.
    """
    if source.samples is not None:
        check_count(problem, source.samples, most=len(learned))
        learned = rng.permutation(learned)[: source.samples]
    samples = problem.train.subset(learned)
    if not source.random_labels:
        return samples
    return randomised(samples, problem.output_space.n_classes, source.random_labels, rng=rng)


def _part(source: NamedProblem, learned: Samples, space: InputSpace) -> SourceSamples:
    """Return the part that draws a problem's training samples."""
    if source.fresh:
        part: SourceSamples = WrittenPart(learned, WRITERS[source.problem][0], source.fresh)
    else:
        part = RepeatedPart(learned, source.repeats)
    if source.warp is None:
        return part
    height, width = space.shape
    return WarpedPart(part, Warper(source.warp, (height, width)))


class _Strokes(NamedTuple):
    """The samples of a file of strokes."""

    learned: SourceSamples
    validation: Samples
    test: Samples | None


def _strokes(
    source: StrokeSource,
    folder: Path,
    raster: RasterSpec,
    output_space: OutputSpace,
    rng: np.random.Generator,
) -> _Strokes:
    """Return the part that draws the training strokes, and those held back, inked plainly."""
    path = _find_strokes(source.strokes, folder)
    drawings = read_stroke_file(path)
    mapped = map_labels(drawings.labels, output_space)
    if mapped.without_class:
        unknown = min(mapped.without_class)
        raise RecipeDataError(
            tr("{path} has drawings labelled {unknown!r}, which is no {noun}.").format(
                path=path, unknown=unknown, noun=output_space.noun
            )
        )
    labels = mapped.labels
    writers = np.unique(drawings.writers)
    learned, held_back, tested = (
        np.flatnonzero(np.isin(drawings.writers, writers[group]))
        for group in _divided(len(writers), source, rng)
    )

    def inked(rows: NDArray[np.intp], pen: float) -> Samples:
        images = rasterise_with_pens(drawings.polylines.subset(rows), np.full(len(rows), pen), raster)
        return Samples(images, labels[rows], 1 / 255, drawings.writers[rows])

    part: SourceSamples = SourceSamples(joined([inked(learned, pen) for pen in source.pens or (raster.pen,)]))
    if source.rewrite is not None:
        polylines = drawings.polylines.subset(learned)
        names = output_space.class_names
        zero = names.index("0") if "0" in names else None
        part = RewrittenPart(part.plain, polylines, source.rewrite, source.repeats, raster, zero)
    if source.warp is not None:
        part = WarpedPart(part, Warper(source.warp, (raster.size, raster.size)))
    return _Strokes(part, inked(held_back, raster.pen), inked(tested, raster.pen) if len(tested) else None)


def stroke_file(name: str, folder: Path) -> Path | None:
    """Return the path of a file of strokes in the folder of the user's data, or None if it is not there."""
    paths = (folder / place / name for place in _STROKE_FOLDERS)
    return next((path for path in paths if path.is_file()), None)


def _find_strokes(name: str, folder: Path) -> Path:
    path = stroke_file(name, folder)
    if path is not None:
        return path
    raise MissingDataError(
        tr(
            "There is no {name} in {folder} or its folder strokes. Put it there, or name the folder "
            "where you have it with --data-dir or in NNSTUDIO_DATA."
        ).format(name=name, folder=folder)
    )


def _divided(n: int, source: Source, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Divide ``n`` samples or writers into those for training, for validation and for the test.

    The last two are empty where the source has no share for them.
    """
    test = source.test if isinstance(source, StrokeSource) else 0.0
    n_validation, n_test = round(n * source.validation), round(n * test)
    is_possible = (
        (n_validation > 0) == (source.validation > 0)
        and (n_test > 0) == (test > 0)
        and n_validation + n_test < n
    )
    if not is_possible:
        form = tr(
            "{title} cannot be divided: {validation:g} of {n} samples or writers are {n_validation}. Choose "
            "another part for validation."
        )
        if test:
            form = tr(
                "{title} cannot be divided: {validation:g} and {test:g} of {n} samples or writers are "
                "{n_validation} and {n_test}. Choose another part for validation or test."
            )
        raise RecipeDataError(
            form.format(
                title=source.title,
                validation=source.validation,
                test=test,
                n=n,
                n_validation=n_validation,
                n_test=n_test,
            )
        )
    order = rng.permutation(n)
    parts = np.split(order, [n_validation, n_validation + n_test])
    return [np.sort(part) for part in (parts[2], parts[0], parts[1])]


def _check_alike(first: Problem, problem: Problem, source: Source) -> None:
    if (problem.input_space, problem.output_space) != (first.input_space, first.output_space):
        raise RecipeDataError(
            tr("{one} and {other} differ in what goes in or comes out.").format(
                one=source.title, other=first.title
            )
        )


def joined(parts: list[Samples]) -> Samples:
    """Return the samples of several sources, one after the other.

    Raises
    ------
    RecipeDataError
        If their numbers are in different units.
    """
    if len({(part.x.dtype, part.scale) for part in parts}) != 1:
        raise RecipeDataError(tr("The sources of this recipe hold their numbers in different units."))
    x = np.concatenate([part.x for part in parts])
    return Samples(x, np.concatenate([part.answers for part in parts]), parts[0].scale)
