"""Read recipes, TOML files that say which data train which network, and how.

A recipe has the entries ``name``, ``title`` and ``seed``, one table ``[[source]]`` for each source of data,
``[network]`` and ``[training]``; resources/recipes holds examples. If a source is drawn for each epoch,
``[source.warp]`` or ``[source.rewrite]`` says how; ``[novelty]`` describes an out-of-distribution detector.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal, cast

from nnstudio.data.problems import PROBLEMS
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.scaling import SCALINGS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.losses import usual_loss
from nnstudio.errors import UserError
from nnstudio.files.recipe_ood import read_ood
from nnstudio.files.recipe_sources import NamedProblem, printable, read_source
from nnstudio.files.recipe_views import read_views
from nnstudio.files.shipped import find_shipped, shipped_names
from nnstudio.files.toml_entries import TomlFile
from nnstudio.language import tr, translatable
from nnstudio.training.config import TrainingConfig

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from nnstudio.data.problem import Problem
    from nnstudio.files.recipe_ood import OODRecipe
    from nnstudio.files.recipe_sources import StrokeSource
    from nnstudio.files.recipe_views import View
    from nnstudio.files.toml_entries import Table

_TABLES = ("source", "network", "training", "novelty")
_HIDDEN_WORDS = translatable("the activation of the hidden layers, or a list with one for each")
_HYPER = tuple(field.name for field in fields(Hyper))
# The number of epochs first: others are checked against it.
_CHOICES = (
    "epochs",
    "loss",
    "initialisation",
    "optimiser",
    "batch_size",
    "warmup_epochs",
    "schedule",
    "rate_decay",
    "rate_decay_epochs",
    "label_smoothing",
    "dropout",
    "input_dropout",
    "patience_epochs",
    "random_mask",
)


class RecipeError(UserError):
    """An invalid recipe; the sentence names the file, the line and the key."""


@dataclass(frozen=True)
class Recipe:
    """All settings that lead to one model, without the data.

    Attributes
    ----------
    name, title : str
    sources : tuple of NamedProblem and StrokeSource
        The first one is a ``NamedProblem``, which decides inputs and outputs.
    config : TrainingConfig
        With a number of epochs.
    weights : {"float32", "float16"}
        The precision that the finished weights are rounded to.
    text : str
        The file itself, for the model's card.
    command : str
        How it was trained, for the card, where that is not ``nnstudio train --recipe``.
    input_scaling : str
        One of ``data.scaling.SCALINGS``: how inputs are scaled for training. The finished model takes
        unscaled ones.
    ood : OODRecipe or None
        How to fit an out-of-distribution detector.
    views : tuple of (float, float)
        The finished network reads each image once for each of these, moved by so many pixels to the right and
        down, and its hidden layers are as many times as wide; none: once, unmoved.
    """

    name: str
    title: str
    sources: tuple[NamedProblem | StrokeSource, ...]
    config: TrainingConfig
    weights: Literal["float32", "float16"]
    text: str
    input_scaling: str = "none"
    ood: OODRecipe | None = None
    views: tuple[View, ...] = ()
    command: str = ""


def shipped_recipes() -> list[str]:
    """Return the names of the recipes in the resources folder, in alphabetical order."""
    return shipped_names("recipes", ".toml")


def find_recipe(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the path of a shipped recipe by its name, or of a recipe file by its path.

    Raises
    ------
    RecipeError
        If there is neither; the sentence names the shipped ones.
    """
    return find_shipped("recipe", name_or_path, "recipes", ".toml", RecipeError)


def read_recipe(name_or_path: str | os.PathLike[str], own: Problem | None = None) -> Recipe:
    """Read a shipped recipe by its name, or any recipe by its path.

    Parameters
    ----------
    name_or_path : str or path
    own : Problem, optional
        The user's, which a source may name as well; ``gather`` expects it in ``problems``.

    Raises
    ------
    RecipeError
        If there is none, or an entry is unknown, missing or impossible.
    """
    return recipe_of(TomlFile(find_recipe(name_or_path), RecipeError), own)


def recipe_of(file: TomlFile, own: Problem | None = None) -> Recipe:
    """Return the recipe that a text is; see `read_recipe`.

    Raises
    ------
    UserError
        The file's own, if an entry is unknown, missing or impossible.
    """
    top = file.top(_TABLES)
    name = printable(top, "name")
    title = printable(top, "title")
    seed = top.take("seed", int, tr("a whole number from 0"))
    if not 0 <= seed < 2**63:
        top.refuse("seed", tr("must be a whole number from 0, not {seed}.").format(seed=seed))
    top.finish()
    sources: list[NamedProblem | StrokeSource] = []
    for table in file.tables("source"):
        source = read_source(table, "" if own is None else own.name)
        if source.title in (other.title for other in sources):
            table.refuse(
                "title",
                tr("must differ from the other sources'; there are two {title!r}.").format(
                    title=source.title
                ),
            )
        sources.append(source)
    if not sources or not isinstance(sources[0], NamedProblem):
        file.refuse(
            "source", 0, "source", tr("must come first with a problem, which says what goes in and out.")
        )
    first = sources[0].problem
    is_own = own is not None and first == own.name
    network = file.table("network")
    views = read_views(network)
    if views and sources[0].features:
        network.refuse("views", tr("are for images, not for features of them."))
    if views and (is_own or not PROBLEMS[first].input_traits.can_be_warped):
        network.refuse("views", tr("are for images; {problem} has none.").format(problem=first))
    architecture, weights = _network(network)
    training = file.table("training")
    input_scaling = _input_scaling(training)
    config = _training(training, architecture, seed)
    ood = read_ood(file.table("novelty")) if "novelty" in file else None
    if ood is not None and (is_own or not PROBLEMS[first].output_space.traits.has_labels):
        file.refuse("", 0, "novelty", tr("is for classes; {problem} has none.").format(problem=first))
    return Recipe(name, title, tuple(sources), config, weights, file.text, input_scaling, ood, views)


def with_own_images(recipe: Recipe, problem: Problem) -> Recipe:
    """Return a recipe that trains on a problem, and on nothing else.

    Hidden layers and training stay; so does the warp of the first source. Inputs and outputs are the
    problem's; views move by the same share of the image. ``gather`` and ``train_recipe`` expect the
    problem itself in ``problems``.
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
    sizes = (problem.input_space.n_features, *inner, problem.output_space.n_outputs)
    factor = problem.input_space.shape[0] / MNIST_SPEC.size
    return replace(
        recipe,
        views=tuple((x * factor, y * factor) for x, y in recipe.views),
        title=f"{problem.title} by {recipe.title}",
        sources=(own,),
        config=replace(recipe.config, architecture=replace(old, layer_sizes=sizes)),
        text=f"# Its sources were replaced. {problem.source}\n{recipe.text}",
    )


def _network(table: Table) -> tuple[Architecture, Literal["float32", "float16"]]:
    layers = table.take("layers", str, tr('a text such as "784-100-10"'))
    if "hidden" not in table:
        table.refuse(
            "hidden", tr("is missing; it must be {hidden_words}.").format(hidden_words=tr(_HIDDEN_WORDS))
        )
    hidden = table.take_any("hidden")
    output = table.take("output", str, tr("the activation of the last layer"))
    weights = table.take("weights", str, tr('"float32" or "float16"'))
    has_biases = table.take("biases", bool, tr("true or false")) if "biases" in table else True
    table.finish()
    try:
        sizes = Architecture.parse(layers).layer_sizes
    except UserError as error:
        table.refuse("layers", tr("cannot be: {error}").format(error=error))
    names = _hidden_activations(table, hidden, len(sizes) - 2)
    _check_activations(table, "output", (2, 2), (output,))
    if weights not in ("float32", "float16"):
        table.refuse(
            "weights", tr('must be "float32" or "float16", not {weights!r:.60}.').format(weights=weights)
        )
    return Architecture(sizes, (*names, output), has_biases), cast("Literal['float32', 'float16']", weights)


def _hidden_activations(table: Table, hidden: object, n_hidden: int) -> list[str]:
    """Return the activation of each hidden layer, given one for all or a list."""
    if isinstance(hidden, str):
        # A name is checked even if there is no layer to have it.
        names, each = [hidden], [hidden] * n_hidden
    else:
        if not isinstance(hidden, list) or not all(isinstance(name, str) for name in hidden):
            table.refuse(
                "hidden",
                tr("must be {hidden_words}, not {hidden!r:.60}.").format(
                    hidden_words=tr(_HIDDEN_WORDS), hidden=hidden
                ),
            )
        if len(hidden) != n_hidden:
            table.refuse(
                "hidden",
                tr("must name an activation for each of %n layer(s), not {given}.", n_hidden).format(
                    given=len(hidden)
                ),
            )
        names = each = hidden
    for name in names:
        _check_activations(table, "hidden", (2, 2, 2), (name, "identity"))
    return each


def _check_activations(table: Table, key: str, sizes: tuple[int, ...], activations: tuple[str, ...]) -> None:
    """Refuse impossible activations; on sizes that cannot be wrong otherwise."""
    try:
        TrainingConfig(Architecture(sizes, activations), loss=usual_loss(activations[-1])).check_trainable()
    except UserError as error:
        table.refuse(key, tr("cannot be: {error}").format(error=error))


def _input_scaling(table: Table) -> str:
    if "input_scaling" not in table:
        return "none"
    words = tr("one of {names}").format(names=", ".join(SCALINGS))
    input_scaling = table.take("input_scaling", str, words)
    if input_scaling not in SCALINGS:
        table.refuse(
            "input_scaling",
            tr("must be {words}, not {input_scaling!r:.60}.").format(
                words=words, input_scaling=input_scaling
            ),
        )
    return input_scaling


def _training(table: Table, architecture: Architecture, seed: int) -> TrainingConfig:
    if "epochs" not in table:
        table.refuse("epochs", tr("is missing; it must be a number above 0."))
    if "loss" not in table:
        table.refuse("loss", tr("is missing; it must be the name of a loss."))
    hyper = Hyper()
    for key in _HYPER:
        if key in table:
            hyper = table.take_into(hyper, key)
    # The recipe's own loss replaces the one that goes with the output.
    loss = usual_loss(architecture.activations[-1])
    config = TrainingConfig(architecture, loss=loss, hyper=hyper, epochs=1.0, seed=seed)
    for key in _CHOICES:
        if key in table:
            config = table.take_into(config, key)
    if "frozen" in table:
        words = tr("a list of layers, counted from 1")
        frozen = table.take("frozen", list, words)
        if not all(type(layer) is int for layer in frozen):
            table.refuse(
                "frozen", tr("must be {words}, not {frozen!r:.60}.").format(words=words, frozen=frozen)
            )
        try:
            config = replace(config, frozen=tuple(sorted({layer - 1 for layer in frozen})))
        except UserError as error:
            table.refuse("frozen", tr("cannot be: {error}").format(error=error))
    table.finish()
    return config
