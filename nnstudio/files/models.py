"""The models shipped with nnstudio, and the search for any model; any package above may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnstudio.errors import UserError
from nnstudio.files.shipped import find_shipped, shipped_names

if TYPE_CHECKING:
    import os
    from pathlib import Path


DEFAULT_MODEL = "digits"
"""The shipped model that the window opens with and the command line reads with by default."""


class UnknownModelError(UserError):
    """There is no such model."""


def shipped_models() -> list[str]:
    """Return the names of the models in the resources folder, in alphabetical order."""
    return shipped_names("models", ".safetensors")


def find_model(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the path of a shipped model by its name, or of a model file by its path.

    Raises
    ------
    UnknownModelError
        If there is neither; the sentence names the shipped ones.
    """
    return find_shipped("model", name_or_path, "models", ".safetensors", UnknownModelError)
