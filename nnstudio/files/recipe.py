"""Recipes: which data train which network, and how; a TOML file that is read strictly.

A recipe has the entries ``name``, ``title`` and ``seed``, one table ``[[source]]`` for each source of data,
``[network]`` and ``[training]``; resources/recipes holds examples.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from nnstudio.data.problems import PROBLEMS
from nnstudio.data.scaling import SCALINGS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.optimisers import Hyper
from nnstudio.errors import UserError
from nnstudio.files.model_file import MAX_NAME_LENGTH
from nnstudio.files.shipped import find_shipped, shipped_names
from nnstudio.files.toml_entries import TomlFile
from nnstudio.training.config import TrainingConfig

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from nnstudio.files.toml_entries import Table

_TABLES = ("source", "network", "training")
_HYPER = tuple(field.name for field in fields(Hyper))
# The number of epochs first: others are judged beside it.
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
)
_PEN_PX = 1.0, 10.0


class RecipeError(UserError):
    """A recipe that cannot be followed; the sentence names the file, the line and the key."""


@dataclass(frozen=True)
class Source:
    """Where some of the samples come from.

    Attributes
    ----------
    title, credit, licence : str
        For people: what it is, whom to thank, on which terms.
    validation : float
        The part of the training samples, or of the writers, that is held back to choose the best weights.
    """

    title: str
    credit: str
    licence: str
    validation: float


@dataclass(frozen=True)
class ProblemSource(Source):
    """A whole problem: its training samples are learned from, its test samples are for the final test.

    Attributes
    ----------
    problem : str
        A key of ``data.problems.PROBLEMS``.
    """

    problem: str


@dataclass(frozen=True)
class StrokeSource(Source):
    """A file of pen strokes, divided by writer.

    Attributes
    ----------
    strokes : str
        The name of the file.
    pens : tuple of float
        Each drawing is learned from once with each of these pens, in pixels.
    """

    strokes: str
    pens: tuple[float, ...]


@dataclass(frozen=True)
class Recipe:
    """Everything that leads to one model, except the data themselves.

    Attributes
    ----------
    name, title : str
    sources : tuple of Source
        The first one is a ``ProblemSource``: it says what goes in and what comes out.
    config : TrainingConfig
        With a number of epochs.
    weights : {"float32", "float16"}
        The precision that the finished weights are rounded to.
    text : str
        The file itself, for the model's card.
    input_scaling : str
        One of ``data.scaling.SCALINGS``: what is done to the inputs while training. The finished model takes
        them as they come.
    """

    name: str
    title: str
    sources: tuple[Source, ...]
    config: TrainingConfig
    weights: Literal["float32", "float16"]
    text: str
    input_scaling: str = "none"


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


def read_recipe(name_or_path: str | os.PathLike[str]) -> Recipe:
    """Read a shipped recipe by its name, or any recipe by its path.

    Raises
    ------
    RecipeError
        If there is none, or an entry is unknown, missing or impossible.
    """
    file = TomlFile(find_recipe(name_or_path), RecipeError)
    top = file.top(_TABLES)
    name = _printable(top, "name")
    title = _printable(top, "title")
    seed = top.take("seed", int, "a whole number from 0")
    if not 0 <= seed < 2**63:
        top.refuse("seed", f"must be a whole number from 0, not {seed}.")
    top.finish()
    sources = tuple(_source(table) for table in file.tables("source"))
    if not sources or not isinstance(sources[0], ProblemSource):
        file.refuse("source", 0, "source", "must come first with a problem, which says what goes in and out.")
    architecture, weights = _network(file.table("network"))
    training = file.table("training")
    input_scaling = _input_scaling(training)
    config = _training(training, architecture, seed)
    return Recipe(name, title, sources, config, weights, file.text, input_scaling)


def _printable(table: Table, key: str) -> str:
    words = f"1 to {MAX_NAME_LENGTH} printable characters"
    text = table.take(key, str, words)
    if not 1 <= len(text) <= MAX_NAME_LENGTH or not text.isprintable():
        table.refuse(key, f"must be {words}, not {text!r:.80}.")
    return text


def _source(table: Table) -> Source:
    title, credit, licence = (_printable(table, key) for key in ("title", "credit", "licence"))
    validation = table.take("validation", float, "a part above 0 and below 1")
    if not 0.0 < validation < 1.0:
        table.refuse("validation", f"must be a part above 0 and below 1, not {validation}.")
    if "strokes" in table:
        strokes = table.take("strokes", str, "the name of a file of strokes")
        if not strokes or "/" in strokes or "\\" in strokes:
            table.refuse("strokes", f"must be the name of a file without its folder, not {strokes!r:.80}.")
        words = f"a list of numbers from {_PEN_PX[0]:g} to {_PEN_PX[1]:g}"
        pens = table.take("pens", list, words)
        if not pens or not all(type(pen) in (int, float) and _PEN_PX[0] <= pen <= _PEN_PX[1] for pen in pens):
            table.refuse("pens", f"must be {words} (pixels), not {pens!r:.60}.")
        table.finish()
        return StrokeSource(title, credit, licence, validation, strokes, tuple(map(float, pens)))
    problem = table.take("problem", str, f"one of {', '.join(PROBLEMS)}")
    if problem not in PROBLEMS:
        table.refuse("problem", f"must be one of {', '.join(PROBLEMS)}, not {problem!r:.60}.")
    table.finish()
    return ProblemSource(title, credit, licence, validation, problem)


def _network(table: Table) -> tuple[Architecture, Literal["float32", "float16"]]:
    layers = table.take("layers", str, 'a text such as "784-100-10"')
    hidden = table.take("hidden", str, "the activation of the hidden layers")
    output = table.take("output", str, "the activation of the last layer")
    weights = table.take("weights", str, '"float32" or "float16"')
    table.finish()
    try:
        Architecture.parse(layers)
    except UserError as error:
        table.refuse("layers", f"cannot be: {error}")
    # On two inputs, where nothing but the activation can be wrong.
    for key, sizes, chosen in (("hidden", (2, 2, 2), (hidden, "identity")), ("output", (2, 2), (output,))):
        try:
            Architecture(sizes, chosen)
        except UserError as error:
            table.refuse(key, f"cannot be: {error}")
    if weights not in ("float32", "float16"):
        table.refuse("weights", f'must be "float32" or "float16", not {weights!r:.60}.')
    return Architecture.parse(layers, hidden, output), cast("Literal['float32', 'float16']", weights)


def _input_scaling(table: Table) -> str:
    if "input_scaling" not in table:
        return "none"
    words = f"one of {', '.join(SCALINGS)}"
    input_scaling = table.take("input_scaling", str, words)
    if input_scaling not in SCALINGS:
        table.refuse("input_scaling", f"must be {words}, not {input_scaling!r:.60}.")
    return input_scaling


def _training(table: Table, architecture: Architecture, seed: int) -> TrainingConfig:
    if "epochs" not in table:
        table.refuse("epochs", "is missing; it must be a number above 0.")
    if "loss" not in table:
        table.refuse("loss", "is missing; it must be the name of a loss.")
    hyper = Hyper()
    for key in _HYPER:
        if key in table:
            hyper = _with(table, hyper, key)
    # Squared error goes with any output; the recipe's own loss replaces it.
    config = TrainingConfig(architecture, loss="squared_error", hyper=hyper, epochs=1.0, seed=seed)
    for key in _CHOICES:
        if key in table:
            config = _with(table, config, key)
    table.finish()
    return config


def _with(table: Table, whole: Any, key: str) -> Any:
    """Return ``whole`` with one of its parts taken from the table, refused in its own words."""
    try:
        return replace(whole, **{key: table.take_any(key)})
    except UserError as error:
        table.refuse(key, f"cannot be: {error}")
