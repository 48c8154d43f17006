"""Open any file with a network, nnstudio's own or another program's; studio and command line use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.engine.architecture import MAX_PARAMETERS
from nnstudio.errors import UserError
from nnstudio.files.imported_layers import Assumptions
from nnstudio.files.model_file import ForeignFileError, ModelFileError, load_model
from nnstudio.files.onnx_import import from_onnx
from nnstudio.files.safetensors_import import from_safetensors
from nnstudio.language import tr

if TYPE_CHECKING:
    import os

    from nnstudio.files.model_file import Model

_ONNX_SUFFIX = ".onnx"

_MOST_BYTES = 8 * MAX_PARAMETERS + 1_000_000
"""The size of the largest network in float64, with its names."""


def open_model(path: str | os.PathLike[str], assumed: Assumptions | None = None) -> Model:
    """Load a model of nnstudio, or a fully connected network of another program.

    Parameters
    ----------
    path : path
        An ONNX file if its name ends in ``.onnx``, else safetensors.
    assumed : Assumptions, optional
        What another program's file does not say; not used for nnstudio's own.

    Raises
    ------
    ModelFileError
        If the file cannot be read, or has no fully connected network.
    """
    path = Path(path)
    read = from_onnx
    if path.suffix.lower() != _ONNX_SUFFIX:
        try:
            return load_model(path)
        except ForeignFileError:
            read = from_safetensors
    try:
        return read(_bytes(path), path.stem, assumed or Assumptions())
    except OSError as error:
        raise ModelFileError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except UserError as error:
        raise ModelFileError(
            tr("{path} is no network that nnstudio can open: {error}.").format(
                path=path, error=str(error).rstrip(".")
            )
        ) from error
    except MemoryError as error:
        raise ModelFileError(tr("{path} does not fit into memory.").format(path=path)) from error


def _bytes(path: Path) -> bytes:
    # Checked first: opening a pipe or a device would block.
    if not path.is_file():
        raise ModelFileError(tr("it is not a file") if path.exists() else tr("there is no such file"))
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ModelFileError(
            tr("it is larger than the {most_bytes:,} bytes of the largest network").format(
                most_bytes=_MOST_BYTES
            )
        )
    return data
