"""Open any file with a network, nnstudio's own or another program's; studio and command line use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.engine.architecture import MAX_PARAMETERS
from nnstudio.errors import UserError
from nnstudio.files.foreign_files import check_not_foreign
from nnstudio.files.imported_layers import Assumptions
from nnstudio.files.model_file import ForeignFileError, ModelFileError, load_model
from nnstudio.files.network_toml import SUFFIX as WRITTEN_SUFFIX
from nnstudio.files.network_toml import open_network_toml
from nnstudio.files.safetensors_import import LayerOrderError, from_safetensors
from nnstudio.files.written_model import model_of
from nnstudio.language import tr

if TYPE_CHECKING:
    import os

    from nnstudio.files.model_file import Model


class OpenOrderError(ModelFileError):
    """A file whose layers follow each other in several orders.

    Attributes
    ----------
    orders : tuple of tuple of str
        The names of the layers in each: `Assumptions.order` takes one.
    """

    def __init__(self, text: str, orders: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(text)
        self.orders = orders


_ONNX_SUFFIX = ".onnx"

_MOST_BYTES = 8 * MAX_PARAMETERS + 1_000_000
"""The size of the largest network in float64, with its names."""


def open_model(path: str | os.PathLike[str], assumed: Assumptions | None = None) -> Model:
    """Load a model of nnstudio, or a fully connected network of another program.

    Parameters
    ----------
    path : path
        An ONNX file if its name ends in ``.onnx``, a network written out if in ``.toml``, else safetensors.
    assumed : Assumptions, optional
        What another program's file does not say; not used for nnstudio's own.

    Raises
    ------
    ModelFileError
        If the file cannot be read, or has no fully connected network.
    WrittenNetworkError
        If a network written out cannot be read; the sentence names the line.
    OpenOrderError
        If its layers follow each other in several orders.
    ForeignFormatError
        If it is of a kind that only other programs read.
    """
    path = Path(path)
    if path.is_file():
        check_not_foreign(path, as_network=True)
    if path.suffix.lower() == WRITTEN_SUFFIX:
        return model_of(open_network_toml(path))
    is_onnx = path.suffix.lower() == _ONNX_SUFFIX
    if not is_onnx:
        try:
            return load_model(path)
        except ForeignFileError:
            pass
    assumed = assumed or Assumptions()
    try:
        if not is_onnx:
            return from_safetensors(_bytes(path), path.stem, assumed)
        # The onnx package takes a quarter of a second, which a start of the program need not wait for.
        from nnstudio.files.onnx_import import from_onnx

        return from_onnx(_bytes(path), path, assumed)
    except OSError as error:
        raise ModelFileError(
            tr("{path} cannot be read: {strerror}.").format(path=path, strerror=error.strerror or error)
        ) from error
    except LayerOrderError as error:
        raise OpenOrderError(
            tr(
                "{path} leaves a question: {error}. Say it: nnstudio export --model {path} --order {order} "
                "--out FILE"
            ).format(path=path, error=error, order=",".join(error.orders[0])),
            error.orders,
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
