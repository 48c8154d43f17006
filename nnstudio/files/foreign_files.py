"""Name files of other programs that nnstudio does not read, by content and suffix, with the way out.

One place for the command line, the dialogs and drops: a state dict of PyTorch is no damaged image.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from pathlib import Path

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
"""How a pointer of Git LFS begins."""

_HEAD_BYTES = 512
_MOST_MEMBERS = 1000
"""Names of a ZIP archive that are looked at."""


class ForeignFormatError(UserError):
    """A file of another program that nnstudio does not read."""


class _Kind(NamedTuple):
    what: str
    way_out: str


_PYTORCH = _Kind(
    translatable("a PyTorch file (a pickle), which nnstudio does not run"),
    translatable(
        'In PyTorch: safetensors.torch.save_file(model.state_dict(), "{stem}.safetensors"), or '
        'torch.onnx.export(model, (x,), "{stem}.onnx").'
    ),
)
_TORCHSCRIPT = _Kind(
    translatable("a TorchScript program, which nnstudio does not run"),
    translatable(
        'In PyTorch: model = torch.jit.load("{name}"), then '
        'safetensors.torch.save_file(model.state_dict(), "{stem}.safetensors").'
    ),
)
_EXPORTED = _Kind(
    translatable("a program of torch.export, which nnstudio does not run"),
    translatable('In PyTorch: torch.onnx.export(torch.export.load("{name}"), f="{stem}.onnx").'),
)
_KERAS = _Kind(
    translatable("a Keras file, which nnstudio does not read"),
    translatable('In Keras: model.export("{stem}.onnx", format="onnx").'),
)
_HDF5 = _Kind(
    translatable("an HDF5 file, as Keras writes, which nnstudio does not read"),
    translatable(
        'In Keras: keras.models.load_model("{name}").export("{stem}.onnx", format="onnx"); of images: '
        "numpy.savez_compressed(…, x_train=…, y_train=…)."
    ),
)
_TENSORFLOW = _Kind(
    translatable("a TensorFlow model, which nnstudio does not read"),
    translatable("python -m tf2onnx.convert writes one of ONNX."),
)
_PICKLE = _Kind(
    translatable("a pickle, a program for Python, which nnstudio does not run"),
    translatable(
        "From scikit-learn: skl2onnx.to_onnx(model, X[:1]) and its SerializeToString(), written to "
        '"{stem}.onnx"; from PyTorch: safetensors.torch.save_file(model.state_dict(), "{stem}.safetensors"); '
        "of images: numpy.savez_compressed(…, x_train=…, y_train=…)."
    ),
)
_ARRAYS = _Kind(
    translatable("a file of NumPy's arrays, which does not say what network they belong to"),
    translatable(
        'In Python: safetensors.numpy.save_file({{"fc1.weight": W1, "fc1.bias": b1, …}}, '
        '"{stem}.safetensors"), with each W of shape (outputs, inputs).'
    ),
)
_POINTER = _Kind(
    translatable("a pointer of Git LFS and not the file itself, which was not downloaded"),
    translatable("In the repository: git lfs pull."),
)
_VALUES = _Kind(
    translatable("the values of an ONNX file, which lies beside it"),
    translatable("Open {onnx}; both belong into one folder."),
)
_PAGE = _Kind(
    translatable("a web page and not the file itself"),
    translatable("Download the file by its own link (on GitHub: Raw)."),
)

_MAGIC = (
    (LFS_POINTER, _POINTER),
    (b"\x89HDF\r\n\x1a\n", _HDF5),
    (b"\x93NUMPY", _ARRAYS),
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", _PYTORCH),
    *((bytes((0x80, protocol)), _PICKLE) for protocol in range(2, 6)),
)
"""First bytes. The last but one is PyTorch's own number, before version 1.6."""

_SAFETENSORS = bytes(4) + b"{"
"""The upper half of a header's length in eight bytes, and the header's first."""

_SUFFIXES = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".mar"), _PYTORCH),
    **dict.fromkeys((".h5", ".hdf5"), _HDF5),
    ".keras": _KERAS,
    **dict.fromkeys((".pkl", ".pickle", ".joblib", ".skops"), _PICKLE),
    **dict.fromkeys((".tflite", ".pb"), _TENSORFLOW),
    ".pt2": _EXPORTED,
    ".npy": _ARRAYS,
}
"""What a name says, where the bytes do not: old pickles have no mark, joblib's may be compressed."""

_COMPRESSED = {".gz", ".bz2", ".xz", ".z", ".lzma", ".lz4"}


def check_not_foreign(path: Path, *, as_network: bool = False) -> None:
    """Refuse a file that is known to be another program's.

    Parameters
    ----------
    path : Path
        Of an ordinary file.
    as_network : bool
        Whether a network is looked for. NumPy's files hold images or drawings otherwise, and a packed pickle
        is named as such by what reads images.

    Raises
    ------
    ForeignFormatError
        What it is, and how to get a file that nnstudio reads.
    """
    kind = _kind(path, as_network=as_network)
    if kind is not None:
        way_out = tr(kind.way_out).format(
            name=path.name, stem=path.name.partition(".")[0], onnx=path.name.removesuffix(".data")
        )
        raise ForeignFormatError(
            tr("{path} is {what}. {way_out}").format(path=path, what=tr(kind.what), way_out=way_out)
        )


def _kind(path: Path, *, as_network: bool) -> _Kind | None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        # What reads it says why.
        return None
    if head[4:9] == _SAFETENSORS:
        # The length of its header may begin with the mark of a pickle.
        return None
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (as_network or kind is not _ARRAYS):
            return _PYTORCH if kind is _PICKLE and _SUFFIXES.get(path.suffix.lower()) is _PYTORCH else kind
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return _PAGE
    if head[4:8] == b"TFL3":
        return _TENSORFLOW
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path, as_network=as_network)
    if path.name.lower().endswith(".onnx.data"):
        return _VALUES
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if as_network and suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    by_name = _SUFFIXES.get(suffixes[-1]) if suffixes else None
    return by_name if as_network or by_name is not _ARRAYS else None


def _kind_of_archive(path: Path, *, as_network: bool) -> _Kind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:_MOST_MEMBERS]
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return _SUFFIXES.get(path.suffix.lower())
    ends = {name.rpartition("/")[2] for name in names}
    if "constants.pkl" in ends:
        return _TORCHSCRIPT
    if "data.pkl" in ends:
        return _PYTORCH
    if ends & {"serialized_exported_program.json", "archive_format"}:
        return _EXPORTED
    if any(name.endswith(".weights.h5") for name in names):
        return _KERAS
    if as_network and names and all(name.endswith(".npy") for name in names):
        return _ARRAYS
    return _SUFFIXES.get(path.suffix.lower())
