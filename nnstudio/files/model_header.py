"""Read the header of a model's file, bounded and strict; only `model_file` uses it."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, NoReturn

from nnstudio.engine.architecture import MAX_PARAMETERS
from nnstudio.language import tr

if TYPE_CHECKING:
    from pathlib import Path

MAX_HEADER_BYTES = 64 * 1024
"""Enough for the longest card. A valid header of 63 MB takes a minute and 2 GB to parse."""

_MAX_DETECTOR_BYTES = 16 * 2**20
_DETECTOR = re.compile(rb'"nnstudio\.novelty": ?"[A-Za-z0-9+/=]*"')
"""The detector's weights in a header, which may be longer by them: one string, parsed in no time."""

MAX_TENSORS = 64

DETECTOR_KEY = "nnstudio.novelty"
"""Of the metadata: the detector's weights in base64. As arrays, PyTorch would take them for the network's."""

LENGTH_BYTES = 8
FORMAT_VERSION = 1
_PARTS = ("version", "name", "layer_sizes", "activations", "input_space", "output_space", "raster", "card")
_OPTIONAL_PARTS = {"novelty", "biases"}


class NotAModelError(Exception):
    """A file that is not a model; the text continues a sentence that begins with the file's path."""


class ForeignError(NotAModelError):
    """The same, for a file of another program that holds arrays."""


def read_bounded(path: Path) -> bytes:
    """Return the bytes of a file that can be a model.

    Raises
    ------
    NotAModelError
        If it cannot be one.
    OSError
        If the file cannot be read.
    """
    # Checked first: opening a pipe or a device would block.
    if path.is_dir():
        raise NotAModelError(tr("is a folder; name the model file in it."))
    if path.exists() and not path.is_file():
        raise NotAModelError(tr("is not a file."))
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        size = os.fstat(file.fileno()).st_size
        if size < LENGTH_BYTES + length or length < 2:
            raise NotAModelError(tr("is cut short, or not a safetensors file; get it again."))
        start = file.read(length) if length <= MAX_HEADER_BYTES + _MAX_DETECTOR_BYTES else b""
        if length - detector_length(start) > MAX_HEADER_BYTES:
            raise NotAModelError(
                tr("has a header of {length:,} bytes; nnstudio reads at most {max_header_bytes:,}.").format(
                    length=length, max_header_bytes=MAX_HEADER_BYTES
                )
            )
        if size > LENGTH_BYTES + length + 4 * MAX_PARAMETERS:
            raise NotAModelError(
                tr("has {size:,} bytes, more than a network of {max_parameters:,} parameters needs.").format(
                    size=size, max_parameters=MAX_PARAMETERS
                )
            )
        file.seek(0)
        return file.read(size)


def detector_length(header: bytes) -> int:
    """Return how many bytes of a header are the detector's weights."""
    found = _DETECTOR.search(header)
    return len(found[0]) if found else 0


def read_header(data: bytes) -> tuple[dict[str, Any], dict[str, Any], str | None]:
    """Return the entries of the tensors, nnstudio's description, and the detector's weights.

    Raises
    ------
    NotAModelError
        If the bytes are not a model; a `ForeignError` if they are arrays of another program.
    ValueError, TypeError, RecursionError
        If the header is damaged.
    """
    length = int.from_bytes(data[:LENGTH_BYTES], "little")
    header = _object(data[LENGTH_BYTES : LENGTH_BYTES + length].decode(), tr("The header"))
    metadata = header.pop("__metadata__", None)
    if not isinstance(metadata, dict) or "nnstudio" not in metadata:
        raise ForeignError(
            tr(
                "is a safetensors file of another program: it does not say which network its arrays belong "
                "to."
            )
        )
    if len(header) > MAX_TENSORS:
        raise NotAModelError(
            tr("holds {n_header} arrays; a model has at most {max_tensors}.").format(
                n_header=len(header), max_tensors=MAX_TENSORS
            )
        )
    description = _object(metadata["nnstudio"], tr("The description"))
    version = description.get("version")
    if type(version) is int and version > FORMAT_VERSION:
        raise NotAModelError(tr("was written by a newer nnstudio; update to read it."))
    if set(description) - _OPTIONAL_PARTS != set(_PARTS) or version != FORMAT_VERSION:
        raise ValueError(
            tr("its description must have exactly the parts {names}").format(names=", ".join(_PARTS))
        )
    return header, description, metadata.get(DETECTOR_KEY)


def _object(text: str, what: str) -> dict[str, Any]:
    value = json.loads(text, parse_constant=_refuse_constant)
    if not isinstance(value, dict):
        raise TypeError(tr("{what} is not a JSON object").format(what=what))
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(tr("{name} is not a number of JSON").format(name=name))
