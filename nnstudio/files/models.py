"""The models shipped with nnstudio, and the search for any model; any package above may import it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nnstudio.data.letters import LETTERS
from nnstudio.data.problems import DIGITS
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.files.model_header import LENGTH_BYTES, read_header
from nnstudio.files.network_toml import SUFFIX, shipped_networks
from nnstudio.files.shipped import DEFAULT_MODEL, find_shipped, shipped_names
from nnstudio.paths import resource

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from nnstudio.data.problem import InputSpace, OutputSpace


_READERS = {DIGITS.class_names: DEFAULT_MODEL, LETTERS.class_names: "letters"}


class UnknownModelError(UserError):
    """There is no such model."""


def shipped_models() -> list[str]:
    """Return the names of the models in the resources folder, in alphabetical order."""
    return shipped_names("models", ".safetensors")


def find_model(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the path of a shipped model or example by its name, or of a model file by its path.

    Raises
    ------
    UnknownModelError
        If there is neither; the sentence names the shipped ones.
    """
    if str(name_or_path) in shipped_networks():
        return resource("examples", f"{name_or_path}{SUFFIX}")
    return find_shipped("model", name_or_path, "models", ".safetensors", UnknownModelError)


def shipped_reader(input_space: InputSpace, output_space: OutputSpace) -> str | None:
    """Return the shipped model that reads such inputs and tells such classes apart; None if there is none."""
    name = _READERS.get(output_space.class_names)
    is_image = input_space.kind == "image" and input_space.shape == (MNIST_SPEC.size, MNIST_SPEC.size)
    return name if is_image and name in shipped_models() else None


@cache
def shipped_architecture(name: str) -> Architecture:
    """Return the architecture of a shipped model, from the head of its file."""
    with find_model(name).open("rb") as file:
        length = file.read(LENGTH_BYTES)
        _, description, _ = read_header(length + file.read(int.from_bytes(length, "little")))
    return Architecture(
        tuple(description["layer_sizes"]),
        tuple(description["activations"]),
        description.get("biases", True),
    )
