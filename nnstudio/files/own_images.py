"""Adapt a recipe to the user's own images; the command line uses it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nnstudio.engine.architecture import Architecture
from nnstudio.files.recipe_sources import NamedProblem

if TYPE_CHECKING:
    from nnstudio.data.problem import Problem
    from nnstudio.files.recipe import Recipe


def with_own_images(recipe: Recipe, problem: Problem) -> Recipe:
    """Return a recipe that trains on a problem, and on nothing else.

    Hidden layers and training stay; so does the warp of the first source. Inputs and outputs are the
    problem's. ``gather`` and ``train_recipe`` expect the problem itself in ``problems``.
    """
    first = recipe.sources[0]
    assert isinstance(first, NamedProblem), "a recipe begins with a problem"
    own = replace(
        first,
        title=problem.title,
        credit="imported by you",
        licence="as you have it",
        problem=problem.name,
        fresh=0,
    )
    old = recipe.config.architecture
    inner = old.layer_sizes[1:-1]
    sizes = (problem.input_space.n_features, *inner, problem.output_space.n_classes)
    return replace(
        recipe,
        title=f"{problem.title} by {recipe.title}",
        sources=(own,),
        config=replace(recipe.config, architecture=Architecture(sizes, old.activations)),
        text=f"# Its sources were replaced. {problem.source}\n{recipe.text}",
    )
