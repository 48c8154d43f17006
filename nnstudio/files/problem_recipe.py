"""Write the recipe that trains a problem by a few choices; the command line uses it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nnstudio.data.problems import USUAL_POINTS, PointOptions
from nnstudio.engine.losses import LOSSES, usual_loss
from nnstudio.files.model_file import MAX_NAME_LENGTH
from nnstudio.files.recipe import Recipe
from nnstudio.files.recipe_sources import NamedProblem
from nnstudio.language import tr
from nnstudio.training.config import ConfigError, TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.start_settings import START_SETTINGS
from nnstudio.training.typed_network import parse_network

if TYPE_CHECKING:
    from nnstudio.data.output_kinds import OutputKind
    from nnstudio.data.problem import Problem

FULL_BATCH = 2_000
"""Training samples up to which a step takes all of them, unless another batch size is chosen."""

_BATCH_SIZE = 128
_EPOCHS, _EPOCHS_OF_FULL_BATCHES = 10.0, 2_000.0

_HELD_BACK = 0.1
"""Share of images that the best epoch is chosen by. Of points there are few: nothing is held back."""


@dataclass(frozen=True)
class Choices:
    """What can be chosen; None, or an empty text: as the window begins.

    Attributes
    ----------
    network : str or None
        Layer sizes as `parse_network` reads them.
    activation, output : str
        Of hidden layers, and of the last layer.
    loss, optimiser : str
    rate : float or None
        The learning rate.
    batch_size : int or None
        None: all samples, if there are at most `FULL_BATCH`, else 128.
    epochs : float or None
        None: 2,000 with full batches, else 10.
    seed : int
    has_biases : bool
    input_scaling : str
        One of ``data.scaling.SCALINGS``.
    points : PointOptions
        How many points are drawn, with which noise, and of how many classes.
    frozen : tuple of int
        Layers that are not trained, counted from 1.
    random_mask : float
        The share of the weights that stays 0.
    samples : int or None
        How many of the samples that are not held back are learned from; None: all.
    random_labels : float
        The share of the samples that are learned from whose label is drawn at random.
    features : str
        What is made of each image, a key of ``data.picture_features.PICTURE_FEATURES``; empty: nothing. The
        problem is that of the features.
    """

    network: str | None = None
    activation: str = ""
    output: str = ""
    loss: str = ""
    optimiser: str = "adam"
    rate: float | None = None
    batch_size: int | None = None
    epochs: float | None = None
    seed: int = 0
    has_biases: bool = True
    input_scaling: str = "none"
    points: PointOptions = USUAL_POINTS
    frozen: tuple[int, ...] = ()
    random_mask: float = 0.0
    samples: int | None = None
    random_labels: float = 0.0
    features: str = ""


def problem_recipe(problem: Problem, choices: Choices, command: str) -> Recipe:
    """Return the recipe for a problem, loaded as was chosen, which ``train_recipe`` expects in ``problems``.

    Of images a tenth is held back to choose the best epoch, of points nothing.

    Parameters
    ----------
    problem : Problem
    choices : Choices
    command : str
        What was typed, for the card.

    Raises
    ------
    UserError
        If a choice is impossible, or does not go with the problem.
    """
    data = DataChoices(choices.input_scaling, choices.random_labels, choices.samples)
    if data.random_labels and not problem.output_space.traits.has_labels:
        raise ConfigError(
            tr("Labels are drawn at random for classes; {title} has none.").format(title=problem.title)
        )
    data.check(problem)
    config = _config(problem, choices)
    credit, _, licence = problem.source.rstrip(".").partition("; ")
    source = NamedProblem(
        title=problem.title[:MAX_NAME_LENGTH],
        credit=_shortened(credit),
        licence=_shortened(licence) or "see its source",
        validation=_held_back(problem),
        problem=problem.name.removesuffix(f" {choices.features}"),
        random_labels=choices.random_labels,
        points=choices.points,
        samples=choices.samples,
        features=choices.features,
    )
    recipe = Recipe(
        name=problem.name,
        title=source.title,
        sources=(source,),
        config=config,
        weights="float32",
        text=_text(source, config, choices.input_scaling, command),
        input_scaling=choices.input_scaling,
        command=command,
    )
    config.check(problem)
    return recipe


def _held_back(problem: Problem) -> float:
    traits = problem.input_space.traits
    return _HELD_BACK if traits.has_pixels or traits.of_pictures else 0.0


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_NAME_LENGTH else f"{text[: MAX_NAME_LENGTH - 1]}…"


def _config(problem: Problem, choices: Choices) -> TrainingConfig:
    space, start = problem.output_space, START_SETTINGS[problem.input_space.kind]
    hidden = choices.activation or start.activation
    typed = " ".join(map(str, start.hidden)) if choices.network is None else choices.network
    architecture = parse_network(
        typed,
        problem.input_space.n_features,
        space.output_counts,
        hidden,
        space.traits.output_activation,
        has_biases=choices.has_biases,
    )
    kind = space.kind_of(architecture.n_outputs)
    output = choices.output or _output_for(choices.loss, kind)
    loss = choices.loss or (usual_loss(output) if kind.has_labels else kind.loss)
    refusal = kind.refusal(loss)
    if loss in LOSSES and refusal is not None:
        raise ConfigError(refusal)
    architecture = replace(architecture, activations=(*architecture.activations[:-1], output))
    n_learned = choices.samples or len(problem.train) - round(len(problem.train) * _held_back(problem))
    is_small = n_learned <= FULL_BATCH
    batch_size = (
        (n_learned if is_small else _BATCH_SIZE) if choices.batch_size is None else choices.batch_size
    )
    epochs = choices.epochs
    if epochs is None:
        epochs = _EPOCHS_OF_FULL_BATCHES if batch_size >= n_learned else _EPOCHS
    config = TrainingConfig(
        architecture,
        loss,
        start.initialisation,
        optimiser=choices.optimiser,
        hyper=start.fresh_hyper,
        batch_size=batch_size,
        epochs=epochs,
        seed=choices.seed,
        frozen=tuple(sorted({layer - 1 for layer in choices.frozen})),
        random_mask=choices.random_mask,
    )
    return config if choices.rate is None else config.with_hyper(learning_rate=choices.rate)


def _output_for(loss: str, kind: OutputKind) -> str:
    """Return the output activation that a loss is made for, or the usual one."""
    made_for = LOSSES[loss].output if loss in LOSSES else None
    return made_for or kind.output_activation


def _text(source: NamedProblem, config: TrainingConfig, input_scaling: str, command: str) -> str:
    """Return the recipe as TOML."""
    network = config.architecture
    tables: dict[str, dict[str, Any]] = {
        "": {"name": source.problem, "title": source.title, "seed": config.seed},
        "[[source]]": {
            "problem": source.problem,
            "title": source.title,
            "credit": source.credit,
            "licence": source.licence,
            "validation": source.validation,
        },
        "[network]": {
            "layers": str(network),
            "hidden": list(network.activations[:-1]),
            "output": network.activations[-1],
            "weights": "float32",
        },
        "[training]": {
            "loss": config.loss,
            "initialisation": config.initialisation,
            "optimiser": config.optimiser,
            "learning_rate": config.hyper.learning_rate,
            "weight_decay": config.hyper.weight_decay,
            "batch_size": config.batch_size,
            "epochs": config.epochs,
            "input_scaling": input_scaling,
        },
    }
    points = source.points
    for key, value in (("points", points.n), ("noise", points.noise), ("classes", points.n_classes)):
        if value is not None:
            tables["[[source]]"][key] = value
    if source.samples is not None:
        tables["[[source]]"]["samples"] = source.samples
    if source.random_labels:
        tables["[[source]]"]["random_labels"] = source.random_labels
    if source.features:
        tables["[[source]]"]["features"] = source.features
    if not network.has_biases:
        tables["[network]"]["biases"] = False
    if config.frozen:
        tables["[training]"]["frozen"] = [layer + 1 for layer in config.frozen]
    if config.random_mask:
        tables["[training]"]["random_mask"] = config.random_mask
    lines = [f"# Written by: {command}"]
    for head, entries in tables.items():
        # JSON's texts, numbers and lists are TOML's as well.
        lines += [
            head,
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items()),
        ]
    return "\n".join((*lines, ""))
