"""A trained network in one safetensors file: weights under PyTorch's names, everything else as JSON.

The reader is strict and bounded: for any file, it returns a ``Model`` or raises a ``ModelFileError``.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from safetensors import SafetensorError
from safetensors import numpy as safetensors_numpy

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.ood_detector import OODDetector, detector_architecture
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.model_header import (
    DETECTOR_KEY,
    FORMAT_VERSION,
    LENGTH_BYTES,
    MAX_HEADER_BYTES,
    ForeignError,
    NotAModelError,
    detector_length,
    read_bounded,
    read_header,
)
from nnstudio.language import tr

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from numpy.typing import NDArray

MAX_NAME_LENGTH = 64

_OOD_PREFIX = "novelty."
"""Prefix of the names of the detector's arrays, in files before 0.2."""

_STORED: dict[str, str] = {"float32": "<f4", "float16": "<f2"}


class ModelFileError(UserError):
    """An invalid model: a file that is damaged, foreign or too large, or parts that do not fit."""


class ForeignFileError(ModelFileError):
    """A safetensors file of another program: weights without a description."""


@dataclass(frozen=True, eq=False)
class Model:
    """A network with the meaning of its inputs and outputs, and its card.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
        All finite.
    input_space : InputSpace
    output_space : OutputSpace
    raster : RasterSpec or None
        How drawings become its inputs; None where inputs are not images.
    card : dict
        Its origin and measurements, as JSON values.
    name : str
        At most 64 printable characters.
    ood_detector : OODDetector or None
        Detects inputs that are of none of the classes; it belongs to exactly these weights.

    Raises
    ------
    ModelFileError
        If the parts do not fit together.

    Notes
    -----
    Aliasing: keeps a read-only view of ``theta``.
    """

    architecture: Architecture
    theta: NDArray[np.float32]
    input_space: InputSpace
    output_space: OutputSpace
    raster: RasterSpec | None = None
    card: dict[str, Any] = field(default_factory=dict)
    name: str = "untitled"
    ood_detector: OODDetector | None = None

    def __post_init__(self) -> None:
        network = self.architecture
        if not 1 <= len(self.name) <= MAX_NAME_LENGTH or not self.name.isprintable():
            raise ModelFileError(
                tr(
                    "The name of a model has 1 to {max_name_length} printable characters, unlike "
                    "{name!r:.80}."
                ).format(max_name_length=MAX_NAME_LENGTH, name=self.name)
            )
        if network.n_inputs != self.input_space.n_features:
            raise ModelFileError(
                tr("The network {network} does not fit inputs of {n_features} numbers.").format(
                    network=network, n_features=self.input_space.n_features
                )
            )
        if network.n_outputs not in self.output_space.output_counts:
            raise ModelFileError(
                tr("The network {network} does not fit the {n} outputs {names:.60}.").format(
                    network=network,
                    n=self.output_space.n_outputs,
                    names=", ".join(self.output_space.names),
                )
            )
        if not self.output_space.kind_of(network.n_outputs).allows(network.activations[-1]):
            raise ModelFileError(
                tr(
                    "The output {activation} of {network} does not stand for the two classes {names:.60}."
                ).format(
                    activation=network.activations[-1],
                    network=network,
                    names=", ".join(self.output_space.names),
                )
            )
        has_pixels = not self.input_space.traits.of_pictures
        if (
            self.raster is not None
            and has_pixels
            and self.input_space.shape != (self.raster.size, self.raster.size)
        ):
            raise ModelFileError(
                tr("The rasteriser draws {size} × {size} pixels; the inputs have the shape {shape}.").format(
                    size=self.raster.size, shape=self.input_space.shape
                )
            )
        if self.theta.shape != (network.n_params,) or self.theta.dtype != np.float32:
            raise ModelFileError(
                tr(
                    "The network {network} needs {n_params:,} float32 weights and biases, not {dtype} of "
                    "shape {shape}."
                ).format(
                    network=network, n_params=network.n_params, dtype=self.theta.dtype, shape=self.theta.shape
                )
            )
        if not network.has_biases and any(layer.b.any() for layer in network.layers(self.theta)):
            raise ModelFileError(
                tr("The network {network} has no biases, but one is not 0.").format(network=network)
            )
        if not np.isfinite(self.theta).all():
            raise ModelFileError(tr("A weight is not a finite number; such a network is not kept."))
        if self.ood_detector is not None:
            _check_ood_detector(self.ood_detector, network)
        view = self.theta.view()
        view.flags.writeable = False
        object.__setattr__(self, "theta", view)


def _check_ood_detector(detector: OODDetector, network: Architecture) -> None:
    n_params = detector_architecture(network, detector.units).n_params
    if detector.theta.shape != (n_params,) or detector.theta.dtype != np.float32:
        raise ModelFileError(
            tr(
                "A detector of {units} units beside {network} needs {n_params:,} float32 "
                "weights, not {dtype} of shape {shape}."
            ).format(
                units=detector.units,
                network=network,
                n_params=n_params,
                dtype=detector.theta.dtype,
                shape=detector.theta.shape,
            )
        )
    if not (np.isfinite(detector.theta).all() and math.isfinite(detector.threshold)):
        raise ModelFileError(tr("A weight or the threshold of the detector is not a finite number."))


def save_model(
    path: str | os.PathLike[str], model: Model, dtype: Literal["float32", "float16"] | None = None
) -> None:
    """Save a model atomically.

    Parameters
    ----------
    path : path
    model : Model
    dtype : {"float32", "float16"}, optional
        See `model_bytes`.

    Raises
    ------
    ModelFileError
        If the card is too long or no JSON, or a weight is too large for float16.
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    write_atomically(path, model_bytes(model, dtype))


def model_bytes(model: Model, dtype: Literal["float32", "float16"] | None = None) -> bytes:
    """Return the content of a model's file.

    Parameters
    ----------
    model : Model
    dtype : {"float32", "float16"}, optional
        How weights are stored; float16 rounds them. By default the smaller one that holds them exactly.

    Raises
    ------
    ModelFileError
        If the card is too long or no JSON, or a weight is too large for float16.
    """
    detector = model.ood_detector
    weights = model.theta if detector is None else np.concatenate((model.theta, detector.theta))
    with np.errstate(over="ignore"):
        halves = weights.astype(np.float16)
    if dtype is None:
        dtype = "float16" if np.array_equal(halves, weights) else "float32"
    elif dtype == "float16" and not np.isfinite(halves).all():
        raise ModelFileError(tr("A weight is too large for float16 (65,504 at most); save as float32."))
    tensors = {
        # safetensors 0.8.0 silently corrupts arrays that are not C-contiguous.
        name: np.ascontiguousarray(array, _STORED[dtype])
        for name, array in _arrays(model.architecture, model.theta).items()
    }
    metadata = {"format": "pt", "nnstudio": _description(model)}
    if detector is not None:
        metadata[DETECTOR_KEY] = base64.b64encode(detector.theta.astype(_STORED[dtype]).tobytes()).decode()
    data: bytes = safetensors_numpy.save(tensors, metadata)
    length = int.from_bytes(data[:LENGTH_BYTES], "little")
    if length - detector_length(data[LENGTH_BYTES : LENGTH_BYTES + length]) > MAX_HEADER_BYTES:
        raise ModelFileError(
            tr(
                "The description of this model is longer than the {max_header_bytes:,} bytes that a file "
                "may have; shorten its card."
            ).format(max_header_bytes=MAX_HEADER_BYTES)
        )
    return data


def _arrays(architecture: Architecture, theta: NDArray[np.float32], prefix: str = "") -> dict[str, Any]:
    """Return the weights and biases by their names in a file, views of ``theta``."""
    return {
        prefix + block.name: theta[block.start : block.stop].reshape(block.shape)
        for block in architecture.blocks
    }


def load_model(path: str | os.PathLike[str]) -> Model:
    """Load a model.

    Parameters
    ----------
    path : path

    Raises
    ------
    ModelFileError
        If the file cannot be read, is not a model of nnstudio, or is inconsistent. A `ForeignFileError` if
        `nnstudio.files.open_model` may still be able to read it.
    """
    path = Path(path)
    return _loaded(lambda: read_bounded(path), str(path))


def model_from_bytes(data: bytes, name: str) -> Model:
    """Return the model of a file's bytes; ``name`` is its name in error messages.

    Raises
    ------
    ModelFileError
        See `load_model`.
    """
    return _loaded(lambda: data, name)


def _loaded(read: Callable[[], bytes], path: str) -> Model:
    try:
        data = read()
        return _model(data, *read_header(data))
    except OSError as error:
        raise ModelFileError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except ForeignError as error:
        raise ForeignFileError(f"{path} {error}") from error
    except NotAModelError as error:
        raise ModelFileError(f"{path} {error}") from error
    except UserError as error:
        raise ModelFileError(tr("{path} is damaged: {error}").format(path=path, error=error)) from error
    # What the JSON and safetensors readers may raise on damaged or malicious bytes.
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise ModelFileError(
            tr("{path} is damaged: {error!s:.200}.").format(path=path, error=error)
        ) from error
    except MemoryError as error:
        raise ModelFileError(tr("{path} does not fit into memory.").format(path=path)) from error


def _model(data: bytes, entries: dict[str, Any], description: dict[str, Any], detector: str | None) -> Model:
    sizes, activations = description["layer_sizes"], description["activations"]
    if not (isinstance(sizes, list) and all(type(size) is int for size in sizes)):
        raise ValueError(tr("its layer sizes are not a list of whole numbers"))
    if not (isinstance(activations, list) and all(isinstance(name, str) for name in activations)):
        raise ValueError(tr("its activations are not a list of names"))
    if not isinstance(description["name"], str) or not isinstance(description["card"], dict):
        raise ValueError(tr("its name or its card is of the wrong type"))
    has_biases = description.get("biases", True)
    if type(has_biases) is not bool:
        raise ValueError(tr("it does not say whether there are biases"))
    architecture = Architecture(tuple(sizes), tuple(activations), has_biases)
    raster = description["raster"]
    # Before any array is made: the sizes in the header must be those of the architecture.
    shapes = {name: _shape(entry) for name, entry in entries.items()}
    expected = {block.name: block.shape for block in architecture.blocks}
    beside, threshold = _detector(architecture, description.get("novelty"))
    if beside is not None and detector is None:
        expected |= {_OOD_PREFIX + block.name: block.shape for block in beside.blocks}
    if shapes != expected:
        raise ValueError(
            tr("its arrays are not the weights and biases of {architecture}").format(
                architecture=architecture
            )
        )
    tensors = safetensors_numpy.load(data)
    theta = np.empty(architecture.n_params, np.float32)
    for name, view in _arrays(architecture, theta).items():
        view[...] = tensors[name]
    ood_detector = None
    if beside is not None:
        weights = np.empty(beside.n_params, np.float32)
        if detector is not None:
            weights[:] = _decoded(detector, beside.n_params)
        else:
            for name, view in _arrays(beside, weights, _OOD_PREFIX).items():
                view[...] = tensors[name]
        ood_detector = OODDetector(beside.layer_sizes[1], weights, threshold)
    return Model(
        architecture=architecture,
        theta=theta,
        input_space=InputSpace.from_json(description["input_space"]),
        output_space=OutputSpace.from_json(description["output_space"]),
        raster=None if raster is None else RasterSpec.from_json(raster),
        card=description["card"],
        name=description["name"],
        ood_detector=ood_detector,
    )


def _decoded(text: str, n_params: int) -> NDArray[Any]:
    """Return a detector's weights, which are stored as the network's are."""
    data = base64.b64decode(text, validate=True)
    for dtype in map(np.dtype, _STORED.values()):
        if len(data) == n_params * dtype.itemsize:
            return np.frombuffer(data, dtype)
    raise ValueError(tr("its detector has another number of weights"))


def _detector(network: Architecture, value: object) -> tuple[Architecture | None, float]:
    """Return the architecture of the detector in a description, and its threshold."""
    if value is None:
        return None, math.inf
    if not isinstance(value, dict) or set(value) != {"units", "threshold"}:
        raise ValueError(tr("its detector must have exactly units and threshold"))
    units, threshold = value["units"], value["threshold"]
    if type(units) is not int or type(threshold) is not float:
        raise ValueError(tr("the units or the threshold of its detector are of the wrong type"))
    return detector_architecture(network, units), threshold


def _shape(entry: Any) -> tuple[Any, ...] | None:
    """Return the shape of an array in a header, or None for an array that no model has."""
    if not isinstance(entry, dict) or entry.get("dtype") not in ("F32", "F16"):
        return None
    shape = entry.get("shape")
    return tuple(shape) if isinstance(shape, list) else None


def _description(model: Model) -> str:
    values = {
        "version": FORMAT_VERSION,
        "name": model.name,
        "layer_sizes": list(model.architecture.layer_sizes),
        "activations": list(model.architecture.activations),
        "input_space": model.input_space.to_json(),
        "output_space": model.output_space.to_json(),
        "raster": None if model.raster is None else model.raster.to_json(),
        "card": model.card,
    }
    if not model.architecture.has_biases:
        values["biases"] = False
    if model.ood_detector is not None:
        values["novelty"] = {"units": model.ood_detector.units, "threshold": model.ood_detector.threshold}
    try:
        return json.dumps(values, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(
            tr("The card of this model cannot be saved as JSON: {error}.").format(error=error)
        ) from error
