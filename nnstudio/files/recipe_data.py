"""Gather the data that a recipe names, and divide them into what is learned from, chosen on and judged on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio import paths
from nnstudio.data.problem import Problem, Samples
from nnstudio.data.problems import MissingDataError, load_problem
from nnstudio.data.rasterise import RasterSpec, rasterise_with_pens
from nnstudio.data.strokes import read_stroke_file
from nnstudio.errors import UserError
from nnstudio.files.recipe import ProblemSource, StrokeSource

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nnstudio.data.problem import OutputSpace
    from nnstudio.files.recipe import Recipe, Source

_STROKE_FOLDERS = ("", "strokes")


class RecipeDataError(UserError):
    """The data that a recipe names do not fit together."""


@dataclass(frozen=True, eq=False)
class RecipeData:
    """The data of a recipe.

    Attributes
    ----------
    problem : Problem
        Its ``train`` is learned from; its ``test`` holds the test samples of every source.
    validation, test : mapping of str to Samples
        By the title of the source: what the best weights are chosen on, and what is read once at the end.
        Nobody who wrote a training stroke wrote one for validation.
    raster : RasterSpec or None
        How drawings become inputs; None where inputs are not images.
    """

    problem: Problem
    validation: Mapping[str, Samples]
    test: Mapping[str, Samples]
    raster: RasterSpec | None


def gather(recipe: Recipe, data_dir: str | os.PathLike[str] | None = None) -> RecipeData:
    """Load and divide the data of a recipe.

    Parameters
    ----------
    recipe : Recipe
        Its seed decides the division.
    data_dir : path-like, optional
        The folder that holds the files itself or in ``mnist`` and ``strokes``; by default
        ``nnstudio.paths.data_dir()``.

    Raises
    ------
    MissingDataError
        If a file is not there; the sentence names it and the folder.
    RecipeDataError
        If the sources differ in what goes in or comes out, or one is too small to divide.
    ConfigError
        If the network does not fit the data.
    IdxError, StrokeFileError
        If a file is damaged.
    """
    folder = paths.data_dir() if data_dir is None else Path(data_dir)
    first: Problem | None = None
    train: list[Samples] = []
    validation: dict[str, Samples] = {}
    test: dict[str, Samples] = {}
    raster: RasterSpec | None = None
    for nth, source in enumerate(recipe.sources):
        rng = np.random.default_rng((recipe.config.seed, nth))
        if isinstance(source, ProblemSource):
            problem = load_problem(source.problem, data_dir=folder, seed=recipe.config.seed)
            if first is None:
                first = problem
                raster = RasterSpec() if problem.input_space.kind == "image" else None
            _check_alike(first, problem, source)
            held_back = _some(len(problem.train), source, rng)
            train.append(problem.train.subset(np.flatnonzero(~held_back)))
            validation[source.title] = problem.train.subset(np.flatnonzero(held_back))
            test[source.title] = problem.test
        elif isinstance(source, StrokeSource):
            assert first is not None, "a recipe begins with a problem"
            if raster is None:
                raise RecipeDataError(f"{source.title} are drawings, but {first.title} has no images.")
            learned, validation[source.title] = _strokes(source, folder, raster, first.output_space, rng)
            train.append(learned)
    assert first is not None, "a recipe begins with a problem"
    whole = Problem(
        name=recipe.name,
        title=recipe.title,
        input_space=first.input_space,
        output_space=first.output_space,
        train=_joined(train),
        test=_joined(list(test.values())),
        source=" ".join(f"{source.title}: {source.credit}; {source.licence}." for source in recipe.sources),
    )
    recipe.config.check(whole)
    return RecipeData(whole, validation, test, raster)


def _strokes(
    source: StrokeSource,
    folder: Path,
    raster: RasterSpec,
    output_space: OutputSpace,
    rng: np.random.Generator,
) -> tuple[Samples, Samples]:
    """Return what is learned from, inked with every pen, and what is held back, with the ordinary one."""
    path = _find_strokes(source.strokes, folder)
    drawings = read_stroke_file(path)
    class_of = {name: nth for nth, name in enumerate(output_space.class_names)}
    unknown = sorted(set(drawings.labels.tolist()) - class_of.keys())
    if unknown:
        raise RecipeDataError(
            f"{path} has drawings labelled {unknown[0]!r}, which is no {output_space.noun}."
        )
    labels = np.array([class_of[label] for label in drawings.labels.tolist()], np.int64)
    writers = np.unique(drawings.writers)
    held_back = np.isin(drawings.writers, writers[_some(len(writers), source, rng)])

    def inked(rows: NDArray[np.bool_], pen: float) -> Samples:
        images = rasterise_with_pens(drawings.polylines, np.full(len(drawings), pen), raster)
        return Samples(images[rows], labels[rows], 1 / 255, drawings.writers[rows])

    return _joined([inked(~held_back, pen) for pen in source.pens]), inked(held_back, raster.pen)


def _find_strokes(name: str, folder: Path) -> Path:
    for place in _STROKE_FOLDERS:
        path = folder / place / name
        if path.is_file():
            return path
    raise MissingDataError(
        f"There is no {name} in {folder} or its folder strokes. Name the folder where you have it with "
        "--data-dir."
    )


def _some(n: int, source: Source, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which of ``n`` samples or writers are held back: at least one, and not all."""
    n_held_back = round(n * source.validation)
    if not 0 < n_held_back < n:
        raise RecipeDataError(
            f"{source.title} cannot be divided: {source.validation:g} of {n} samples or writers are "
            f"{n_held_back}. Choose another part for validation."
        )
    chosen = np.zeros(n, np.bool_)
    chosen[rng.permutation(n)[:n_held_back]] = True
    return chosen


def _check_alike(first: Problem, problem: Problem, source: Source) -> None:
    if (problem.input_space, problem.output_space) != (first.input_space, first.output_space):
        raise RecipeDataError(f"{source.title} and {first.title} differ in what goes in or comes out.")


def _joined(parts: list[Samples]) -> Samples:
    if len({(part.x.dtype, part.scale) for part in parts}) != 1:
        raise RecipeDataError("The sources of this recipe hold their numbers in different units.")
    x = np.concatenate([part.x for part in parts])
    return Samples(x, np.concatenate([part.labels for part in parts]), parts[0].scale)
