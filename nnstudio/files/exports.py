"""The file formats that a network can be exported to, by suffix; studio and command line use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nnstudio.errors import UserError
from nnstudio.files.model_file import save_model
from nnstudio.files.script_export import save_script
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from nnstudio.files.model_file import Model


class ExportError(UserError):
    """A file name whose suffix is no export format."""


class Export(NamedTuple):
    """A file format.

    Attributes
    ----------
    suffix : str
    title : str
        For display.
    save : callable ``(path, model) -> None``
    """

    suffix: str
    title: str
    save: Callable[[str | os.PathLike[str], Model], None]


def _save_onnx(path: str | os.PathLike[str], model: Model) -> None:
    # The onnx package takes a quarter of a second, which a start of the program need not wait for.
    from nnstudio.files.onnx_export import save_onnx

    save_onnx(path, model)


EXPORTS = (
    Export(".safetensors", translatable("nnstudio and PyTorch"), save_model),
    Export(".onnx", "ONNX", _save_onnx),
    Export(".py", translatable("Python script"), save_script),
)


def export(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model in the format of the file name's suffix.

    Raises
    ------
    ExportError
        If there is no such format; the sentence names the suffixes there are.
    UserError
        If this model cannot be written in it, or the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    for kind in EXPORTS:
        if kind.suffix == suffix:
            kind.save(path, model)
            return
    endings = ", ".join(f"{kind.suffix} ({kind.title})" for kind in EXPORTS)
    raise ExportError(
        tr("{path} does not say what to write; end its name in one of {endings}.").format(
            path=path, endings=endings
        )
    )
