"""Import a fully connected network from an ONNX file, as PyTorch, Keras or scikit-learn export it.

The onnx package reads and checks the file, and the values that lie in another file beside it; `onnx_layers`
turns its graph into layers. Imported where an ONNX file is opened: the package takes a quarter of a second.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import checker, inliner
from onnx.external_data_helper import ExternalDataInfo, load_external_data_for_model, uses_external_data

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import MAX_PARAMETERS
from nnstudio.errors import UserError
from nnstudio.files.foreign_files import LFS_POINTER
from nnstudio.files.imported_layers import Assumptions, ImportModelError, model_of_layers
from nnstudio.files.onnx_export import BIASES, CLASSES, INPUTS, NUMBERS
from nnstudio.files.onnx_layers import layers_of
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnstudio.files.model_file import Model

T = TypeVar("T")

_DAMAGES = (
    DecodeError,
    checker.ValidationError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
)
"""What damaged or malicious bytes lead to."""


def from_onnx(data: bytes, path: Path, assumed: Assumptions) -> Model:
    """Return a model of the network in an ONNX file.

    Parameters
    ----------
    data : bytes
        The content of the file.
    path : Path
        Of the file: its name is that of the model, and values may lie in another file of its folder.
    assumed : Assumptions

    Raises
    ------
    ImportModelError
        If it is not a chain of linear layers and activations that the engine has; the text continues a
        sentence that begins with the file's name.
    UserError
        As for `nnstudio.files.imported_layers.model_of_layers`.
    """
    try:
        model = onnx.load_model_from_string(data)
        _load_external_data(model, path.parent)
        checker.check_model(model)
        if model.functions:
            model = inliner.inline_local_functions(model)
        # Weights that are not finite are refused by their model.
        with np.errstate(all="ignore"):
            linears, class_names = layers_of(model.graph)
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        if CLASSES in metadata:
            class_names = tuple(metadata[CLASSES].split("\n"))
    except UserError:
        raise
    except _DAMAGES as error:
        reason = " ".join(str(error).split())
        raise ImportModelError(
            tr("it is damaged or no ONNX file ({error:.100})").format(error=reason)
        ) from error
    if metadata.get(BIASES) == "none" and not any(
        linear.b is not None and linear.b.any() for linear in linears
    ):
        linears = [replace(linear, b=None) for linear in linears]
    inputs = _described(metadata, INPUTS, InputSpace.from_json)
    numbers = _described(metadata, NUMBERS, OutputSpace.from_json)
    found = model_of_layers(linears, path.stem, assumed, class_names, inputs=inputs, numbers=numbers)
    raster = _described(metadata, "raster", RasterSpec.from_json)
    fits = raster is not None and found.input_space.shape == (raster.size, raster.size)
    return replace(found, raster=raster) if fits else found


def _described(metadata: dict[str, str], key: str, read: Callable[[object], T]) -> T | None:
    """Return what nnstudio has written of the network; None where it is not in order."""
    try:
        return read(json.loads(metadata[key]))
    except (KeyError, ValueError, RecursionError, UserError):
        return None


def _load_external_data(model: onnx.ModelProto, folder: Path) -> None:
    """Read the values that lie in another file; a path that leaves the folder is refused by the package."""
    total = 0
    for tensor in model.graph.initializer:
        if not uses_external_data(tensor):
            continue
        info = ExternalDataInfo(tensor)
        path = folder / info.location
        if os.path.isabs(info.location) or ".." in Path(info.location).parts:
            raise ImportModelError(
                tr("its values are said to be in {location:.80}, outside of its folder").format(
                    location=info.location
                )
            )
        if not path.is_file():
            raise ImportModelError(
                tr(
                    "its values are in a file {location:.80}, which is not beside it: put both into one "
                    "folder, or export with torch.onnx.export(…, external_data=False)"
                ).format(location=info.location)
            )
        with path.open("rb") as file:
            if file.read(len(LFS_POINTER)) == LFS_POINTER:
                raise ImportModelError(
                    tr(
                        "{location:.80} beside it is a pointer of Git LFS; in the repository: git lfs pull"
                    ).format(location=info.location)
                )
        total += path.stat().st_size if info.length is None else info.length
    if total > 8 * MAX_PARAMETERS:
        raise ImportModelError(
            tr("its {total:,} bytes of values are more than the largest network has").format(total=total)
        )
    load_external_data_for_model(model, str(folder))
