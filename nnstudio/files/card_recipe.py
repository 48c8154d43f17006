"""The training that a model's card tells of: its recipe, and its start; the command line uses it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from nnstudio.data.scaling import measure_scaling
from nnstudio.errors import UserError
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_data import gather
from nnstudio.files.training_script import TrainingScriptError, TrainingStart
from nnstudio.language import tr
from nnstudio.training.loop import TrainingLoop

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from nnstudio.data.problem import Problem
    from nnstudio.files.model_file import Model
    from nnstudio.files.recipe import Recipe


class CardRecipeError(UserError):
    """A model whose file does not tell how it was trained."""


def recipe_of(model: Model, own: Problem | None = None) -> Recipe:
    """Return the recipe in a model's card, with the seed that it was trained with.

    Parameters
    ----------
    model : Model
    own : Problem, optional
        The user's data, where the model was trained on these.

    Raises
    ------
    CardRecipeError
        If there is none, or the data were others than it names.
    """
    text, seed = model.card.get("recipe_text"), model.card.get("seed")
    if not isinstance(text, str) or type(seed) is not int:
        raise CardRecipeError(
            tr(
                "{name} does not say how it was trained. Name a model that `nnstudio train` wrote, or "
                "save the script from the window, File > Save training script."
            ).format(name=model.name)
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "recipe.toml")
        file.write_text(text, encoding="utf-8")
        try:
            recipe = read_recipe(file, own)
        except UserError as error:
            raise CardRecipeError(
                tr(
                    "{name} was trained on data of its own, or its recipe is damaged ({error}). Where these "
                    "are a table of points, name it with --data."
                ).format(name=model.name, error=str(error).replace(f"{file}, ", "").rstrip("."))
            ) from error
    if [source.title for source in recipe.sources] != _titles(model):
        raise CardRecipeError(
            tr("{name} was trained on other data than its recipe names: {data}.").format(
                name=model.name, data=", ".join(_titles(model)) or tr("none")
            )
        )
    return replace(recipe, config=replace(recipe.config, seed=seed))


def _titles(model: Model) -> list[str]:
    data = model.card.get("data", [])
    return [str(entry.get("title")) for entry in data if isinstance(entry, dict)]


def training_start(
    recipe: Recipe,
    data_dir: str | os.PathLike[str] | None = None,
    problems: Mapping[str, Problem] = MappingProxyType({}),
) -> TrainingStart:
    """Return how training by a recipe begins.

    Parameters
    ----------
    recipe, data_dir, problems
        As for ``gather``.

    Raises
    ------
    UserError
        If the data are missing, or drawn for each epoch.
    """
    data = gather(recipe, data_dir, problems=problems)
    if data.epoch_samples is not None:
        raise TrainingScriptError(
            tr(
                "The samples of {title} are drawn for each epoch, which a short script cannot do. "
                "Choose a network whose samples stay."
            ).format(title=recipe.title)
        )
    train = replace(data.problem.train, scaling=measure_scaling(data.problem.train, recipe.input_scaling))
    loop = TrainingLoop(replace(data.problem, train=train), recipe.config)
    return TrainingStart.of(loop)
