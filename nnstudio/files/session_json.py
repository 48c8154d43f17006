"""The JSON of a session file: settings, checkpoints and runs, read strictly; for the session files."""

from __future__ import annotations

import math
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from nnstudio.data.chosen_points import ChosenPoints
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problems import PointOptions
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.language import tr
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnstudio.training.start import LoopState


class SessionFormatError(ValueError):
    """An invalid value at some place of a session; the text continues a sentence."""


def object_of(value: object, *keys: str) -> dict[str, Any]:
    """Return a JSON object that has exactly these keys.

    Raises
    ------
    SessionFormatError
        If it is anything else.
    """
    if not isinstance(value, dict) or set(value) != set(keys):
        raise SessionFormatError(tr("an entry must have exactly {keys}").format(keys=", ".join(keys)))
    return value


def number_of(value: object, *, is_optional: bool = False) -> float | None:
    """Return a finite number, or None if that is allowed.

    Raises
    ------
    SessionFormatError
        If it is anything else.
    """
    if value is None and is_optional:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SessionFormatError(tr("{value!r:.40} is no number").format(value=value))
    return float(value)


def whole_of(value: object) -> int:
    """Return a whole number from 0.

    Raises
    ------
    SessionFormatError
        If it is anything else.
    """
    if type(value) is not int or not 0 <= value < 2**63:
        raise SessionFormatError(tr("{value!r:.40} is no whole number from 0").format(value=value))
    return value


def text_of(value: object, longest: int = 1000) -> str:
    """Return a text.

    Raises
    ------
    SessionFormatError
        If it is not one, or longer.
    """
    if not isinstance(value, str) or len(value) > longest:
        raise SessionFormatError(
            tr("{value!r:.40} is no text of at most {longest} characters").format(
                value=value, longest=longest
            )
        )
    return value


def list_of(value: object, longest: int = 100_000) -> list[Any]:
    """Return a list.

    Raises
    ------
    SessionFormatError
        If it is not one, or longer.
    """
    if not isinstance(value, list) or len(value) > longest:
        raise SessionFormatError(tr("an entry must be a list of at most {longest}").format(longest=longest))
    return value


_ADDED_LATER = {"frozen": [], "random_mask": 0.0}
"""Settings that sessions of the first version do not have."""


def config_to_json(config: TrainingConfig) -> dict[str, Any]:
    """Return a configuration as JSON values; an infinite number is null."""
    values = _plain(config)
    values["architecture"] = {
        "layer_sizes": list(config.architecture.layer_sizes),
        "activations": list(config.architecture.activations),
    } | ({} if config.architecture.has_biases else {"biases": False})
    values["hyper"] = _plain(config.hyper)
    if math.isinf(config.hyper.clip_norm):
        values["hyper"]["clip_norm"] = None
    return values


def config_from_json(value: object) -> TrainingConfig:
    """Return the configuration that `config_to_json` wrote.

    Raises
    ------
    SessionFormatError
        If it is not one.
    UserError
        If one of its entries is impossible.
    """
    if isinstance(value, dict):
        value = {**_ADDED_LATER, **value}
    values = dict(object_of(value, *_names(TrainingConfig)))
    network = values["architecture"]
    has_biases = not (isinstance(network, dict) and network.get("biases") is False)
    network = object_of(network, "layer_sizes", "activations", *(() if has_biases else ("biases",)))
    sizes = tuple(whole_of(size) for size in list_of(network["layer_sizes"]))
    kinds = tuple(text_of(kind) for kind in list_of(network["activations"]))
    hyper = dict(object_of(values["hyper"], *_names(Hyper)))
    if hyper["clip_norm"] is None:
        hyper["clip_norm"] = math.inf
    try:
        return TrainingConfig(
            **{
                **values,
                "architecture": Architecture(sizes, kinds, has_biases),
                "hyper": Hyper(**hyper),
                "frozen": tuple(whole_of(layer) for layer in list_of(values["frozen"])),
            }
        )
    except TypeError as error:
        raise SessionFormatError(tr("a setting is of the wrong kind: {error}").format(error=error)) from error


def data_to_json(data: DataChoices) -> dict[str, Any]:
    """Return the changes of samples as JSON values; their number is left out where all are learned from."""
    values = _plain(data)
    if data.samples is None:
        # As versions wrote it that do not know of fewer samples.
        del values["samples"]
    return values


def data_from_json(value: object) -> DataChoices:
    """Return what `data_to_json` wrote; raises like `config_from_json`."""
    samples = whole_of(value["samples"]) if isinstance(value, dict) and "samples" in value else None
    keys = set(_names(DataChoices)) - ({"samples"} if samples is None else set())
    values = object_of(value, *sorted(keys))
    scaling, random_labels = text_of(values["input_scaling"]), number_of(values["random_labels"])
    return DataChoices(scaling, random_labels or 0.0, samples)


def checkpoint_to_json(checkpoint: Checkpoint, config: int) -> dict[str, Any]:
    """Return a checkpoint without its vectors; ``config`` is the index of its configuration in a list."""
    state = checkpoint.state
    return {
        "step": checkpoint.step,
        "epoch": checkpoint.epoch,
        "train_loss": checkpoint.train_loss,
        "test_loss": checkpoint.test_loss,
        "test_accuracy": checkpoint.test_score,
        "test_step": checkpoint.test_step,
        "config": config,
        "course": _plain(checkpoint.batch_plan),
        "n_operations": checkpoint.n_weight_edits,
        "marks": sorted(checkpoint.marks),
        "seconds": checkpoint.seconds,
        "state": None if state is None else _state_to_json(state),
    }


def _state_to_json(state: LoopState) -> dict[str, Any]:
    # Their order is the optimiser's, which an archive of arrays does not keep.
    return {
        "step": state.step,
        "course": _plain(state.batch_plan),
        "optimiser": state.optimiser,
        "t": state.t,
        "moments": list(state.moments),
    }


CURVES = {
    "train_epoch": "train_epoch",
    "train_loss": "train_loss",
    "test_epoch": "test_epoch",
    "test_loss": "test_loss",
    "test_accuracy": "test_score",
    "train_accuracy": "train_score",
}
"""Names of a run's curves in the file, and in `HistoryView`."""

RUN_KEYS = (
    "key",
    "name",
    "problem_name",
    "input_space",
    "output_space",
    "data",
    "network_name",
    "parent",
    "parent_step",
    "configs",
    "moments",
    "changes",
    "steps_per_point",
)

INPUT = "input.safetensors"

POINTS = "points"
"""The part of a session on its points; of a run, their place in the list. Not every session has them."""

POINTS_OF_RUNS = "points_of_runs"
"""The list of all points that runs of a session learn from."""

CHECKPOINT_KEYS = (
    "step",
    "epoch",
    "train_loss",
    "test_loss",
    "test_accuracy",
    "test_step",
    "config",
    "course",
    "n_operations",
    "marks",
    "seconds",
    "state",
)


def batch_plan_from_json(value: object) -> BatchPlan:
    """Return a batch plan.

    Raises
    ------
    SessionFormatError
        If it is not one.
    """
    values = object_of(value, *_names(BatchPlan))
    n_samples, batch_size = whole_of(values["n_samples"]), whole_of(values["batch_size"])
    n_seen = whole_of(values["n_seen"])
    if not 1 <= batch_size <= n_samples or not n_seen < n_samples:
        raise SessionFormatError(tr("the batches of a run do not divide its samples"))
    first_epoch = number_of(values["first_epoch"]) or 0.0
    return BatchPlan(n_samples, batch_size, whole_of(values["first_step"]), first_epoch, n_seen)


def marks_from_json(value: object) -> frozenset[Mark]:
    """Return the marks of a checkpoint.

    Raises
    ------
    SessionFormatError
        If one is unknown.
    """
    try:
        return frozenset(Mark(text_of(name)) for name in list_of(value))
    except ValueError as error:
        raise SessionFormatError(str(error)) from error


def _plain(thing: object) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in _names(type(thing))}


def _names(cls: type) -> list[str]:
    return [field.name for field in fields(cls)]


def checkpoint_name(key: str, entry: Mapping[str, Any]) -> str:
    """Return the name of a checkpoint's member."""
    return f"{key}/{whole_of(entry['step']):09d}-{whole_of(entry['n_operations'])}.safetensors"


def curves_name(key: str) -> str:
    """Return the name of the member with a run's curves."""
    return f"{key}/curves.safetensors"


def points_to_json(points: ChosenPoints) -> dict[str, Any]:
    """Return the points that are learned from as JSON values."""
    if points.own is not None:
        return {"own": points.own.to_json()}
    chosen = {name: value for name, value in asdict(points.options).items() if value is not None}
    return {"chosen": chosen, "seed": points.seed}


def points_from_json(value: object) -> ChosenPoints:
    """Return what `points_to_json` wrote.

    Raises
    ------
    SessionFormatError, UserError
        If it is anything else.
    """
    if isinstance(value, dict) and "own" in value:
        return ChosenPoints(OwnPoints.from_json(object_of(value, "own")["own"]))
    parts = object_of(value, "chosen", "seed")
    names = {each.name for each in fields(PointOptions)}
    chosen = parts["chosen"]
    if not isinstance(chosen, dict) or not names.issuperset(chosen):
        raise SessionFormatError(tr("options of points are {names}").format(names=", ".join(sorted(names))))
    given: dict[str, Any] = {
        name: whole_of(each) if name in ("n", "n_classes") else number_of(each)
        for name, each in chosen.items()
    }
    return ChosenPoints(None, PointOptions(**given), whole_of(parts["seed"]))
