"""``nnstudio export``: write a network for other programs, or convert one of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.imports import point_table
from nnstudio.cli.status import DONE
from nnstudio.data.feature_problem import features_of
from nnstudio.errors import UserError
from nnstudio.files.card_recipe import recipe_of, training_start
from nnstudio.files.exports import export
from nnstudio.files.imported_layers import Assumptions
from nnstudio.files.models import find_model
from nnstudio.files.network_toml import SUFFIX, save_network_toml
from nnstudio.files.open_model import open_model
from nnstudio.files.recipe_sources import NamedProblem
from nnstudio.files.training_script import save_training_script
from nnstudio.files.written_model import NOTE, written_network

if TYPE_CHECKING:
    import argparse

    from nnstudio.files.model_file import Model


class CallError(UserError):
    """Options that do not go together."""


def run(arguments: argparse.Namespace) -> int:
    """Write the file, and print its name and size."""
    path = Path(arguments.out)
    order = tuple(name.strip() for name in arguments.order.split(",")) if arguments.order else ()
    assumed = Assumptions(arguments.hidden, arguments.mean, arguments.std, order)
    model = open_model(find_model(arguments.model), assumed)
    if arguments.training:
        return _write_training(path, model, arguments)
    if arguments.data is not None or arguments.data_dir is not None:
        raise CallError("--data and --data-dir say what a training script learns from; add --training.")
    if path.suffix.lower() == SUFFIX:
        save_network_toml(path, written_network(model, str(model.card.get(NOTE, ""))))
    else:
        export(path, model)
    print(f"{path}: {model.name}, {model.architecture}, {path.stat().st_size:,} bytes")
    return DONE


def _write_training(path: Path, model: Model, arguments: argparse.Namespace) -> int:
    """Write the script that trains the model from its start, and print the names of both files."""
    if features_of(model.input_space):
        raise CallError(
            f"{model.name} was trained on features of points, which its file does not hold. Learn them in "
            "the window, and save the script there, by File > Save training script."
        )
    own = None if arguments.data is None else point_table(Path(arguments.data))
    recipe = recipe_of(model, own)
    names = [source.problem for source in recipe.sources if isinstance(source, NamedProblem)]
    if own is not None and own.name not in names:
        raise CallError(
            f"{model.name} was trained on {recipe.sources[0].title}, not on {arguments.data}; "
            "leave --data out."
        )
    start = training_start(recipe, arguments.data_dir, {} if own is None else {own.name: own})
    data_path = save_training_script(path, start)
    print(
        f"{path}: {start.title}, {start.config.architecture}, trained from its start, {start.n_steps:,} steps"
    )
    print(
        f"{data_path}: {len(start.samples):,} samples and the first weights, "
        f"{data_path.stat().st_size:,} bytes"
    )
    return DONE
