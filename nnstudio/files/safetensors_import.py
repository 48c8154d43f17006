"""Import weights from a safetensors file of another program, such as PyTorch's ``state_dict``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safetensors import SafetensorError
from safetensors import numpy as safetensors_numpy

from nnstudio.files.imported_layers import Assumptions, ImportModelError, Linear, model_of_layers
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.files.model_file import Model

_FLOATS = ("float16", "float32", "float64")


def from_safetensors(data: bytes, name: str, assumed: Assumptions) -> Model:
    """Return a model of the layers in a safetensors file.

    A layer is an array ``<layer>.weight`` of shape (outputs, inputs), with an array ``<layer>.bias`` or
    without; layers are ordered by their names, in which 10 comes after 9. The activation of hidden layers is
    assumed, because such a file does not hold it.

    Raises
    ------
    ImportModelError
        If the file holds anything else; the text continues a sentence that begins with the file's name.
    UserError
        As for `model_of_layers`.
    """
    try:
        tensors = safetensors_numpy.load(data)
    # Raised for damaged or malicious bytes, and for types that NumPy does not have.
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise ImportModelError(tr("it cannot be read ({error!s:.100})").format(error=error)) from error
    linears = []
    used = set()
    for key in sorted(tensors, key=_natural):
        if tensors[key].dtype.name not in _FLOATS:
            raise ImportModelError(
                tr("{key} holds {name} and not floating-point numbers").format(
                    key=key, name=tensors[key].dtype.name
                )
            )
        layer, _, part = key.rpartition(".")
        if part != "weight":
            continue
        if tensors[key].ndim != 2:
            raise ImportModelError(
                tr(
                    "{key} has {ndim} dimensions: this is no fully connected layer, and nnstudio reads "
                    "networks of nothing else"
                ).format(key=key, ndim=tensors[key].ndim)
            )
        bias = tensors.get(f"{layer}.bias")
        if bias is not None and bias.shape != tensors[key].shape[:1]:
            raise ImportModelError(tr("{layer}.bias does not fit {key}").format(layer=layer, key=key))
        used |= {key, f"{layer}.bias"}
        linears.append(Linear(key, tensors[key], bias, assumed.hidden))
    if foreign := sorted(set(tensors) - used):
        raise ImportModelError(
            tr("it holds {foreign}, which is no weight or bias of a fully connected layer").format(
                foreign=foreign[0]
            )
        )
    if linears:
        last = linears[-1]
        linears[-1] = Linear(last.name, last.W, last.b)
    return model_of_layers(linears, name, assumed)


def _natural(key: str) -> list[tuple[int, str]]:
    """Return a key for natural order: ``net.10`` after ``net.9``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split("([0-9]+)", key)]
