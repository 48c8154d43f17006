import io
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnstudio.errors import UserError
from nnstudio.files.drawing_file import check_readable
from nnstudio.files.foreign_files import ForeignFormatError, check_not_foreign
from nnstudio.files.model_file import model_bytes
from nnstudio.files.models import find_model
from nnstudio.files.open_model import open_model


def archive(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, b"0")
    return buffer.getvalue()


def arrays():
    buffer = io.BytesIO()
    np.savez(buffer, W1=np.zeros((3, 2)), b1=np.zeros(3))
    return buffer.getvalue()


TORCH = archive("state/data.pkl", "state/data/0", "state/version")
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2144326\n"
FOREIGN = {
    "state.pt": (TORCH, "a PyTorch file", "safetensors.torch.save_file"),
    "pytorch_model.bin": (TORCH, "a PyTorch file", "safetensors.torch.save_file"),
    "renamed.safetensors": (TORCH, "a PyTorch file", "safetensors.torch.save_file"),
    "old.pth": (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.rest", "a PyTorch file", "save_file"),
    "plain.pth": (pickle.dumps({"a": 1}), "a PyTorch file", "save_file"),
    "script.pt": (archive("m/data.pkl", "m/constants.pkl"), "a TorchScript program", "torch.jit.load"),
    "program.pt2": (archive("archive_format", "models/model.json"), "torch.export", "torch.onnx.export"),
    "net.h5": (b"\x89HDF\r\n\x1a\n" + bytes(50), "an HDF5 file", "export"),
    "net.weights": (b"\x89HDF\r\n\x1a\n" + bytes(50), "an HDF5 file", "export"),
    "net.keras": (archive("config.json", "model.weights.h5"), "a Keras file", 'format="onnx"'),
    "mlp.pkl": (pickle.dumps([1]), "a pickle", "skl2onnx"),
    "ancient.pkl": (pickle.dumps([1], protocol=0), "a pickle", "skl2onnx"),
    "mlp.joblib": (b"\x78\x9c" + bytes(20), "a pickle", "skl2onnx"),
    "unnamed": (pickle.dumps([1], protocol=4), "a pickle", "skl2onnx"),
    "net.onnx": (POINTER, "a pointer of Git LFS", "git lfs pull"),
    "seven.png": (POINTER, "a pointer of Git LFS", "git lfs pull"),
    "net.onnx.data": (bytes(100), "the values of an ONNX file", r"Open net\.onnx;"),
    "net.tflite": (b"\x1c\0\0\0TFL3" + bytes(20), "a TensorFlow model", "tf2onnx"),
    "net.safetensors": (b"\n<!DOCTYPE html>\n<html>", "a web page", "Raw"),
}  # fmt: skip


@pytest.mark.parametrize("length", [0x380, 0x480, 0x580])
def test_a_network_whose_header_is_as_long_as_a_pickles_mark_opens(plane_model, length, tmp_path):
    """Its first two bytes are those of a pickle."""
    missing = length - int.from_bytes(model_bytes(replace(plane_model, card={"x": ""}))[:8], "little")
    path = tmp_path / "plane.safetensors"
    path.write_bytes(model_bytes(replace(plane_model, card={"x": "x" * missing})))
    assert path.read_bytes()[:2] == bytes((0x80, length >> 8))
    assert open_model(path).architecture == plane_model.architecture


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("read", [open_model, check_readable])
def test_another_programs_file_is_named_with_the_way_out(name, read, tmp_path):
    content, what, way_out = FOREIGN[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ForeignFormatError, match=rf"(?s)^{path} is .*{what}.*{way_out}"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("weights.npz", arrays(), "NumPy's arrays.*each W of shape"),
        ("weights.npy", b"\x93NUMPY\x01\0", "NumPy's arrays"),
        ("mnist.pkl.gz", b"\x1f\x8b" + bytes(20), "a pickle"),
    ],
)
def test_what_may_hold_images_is_refused_as_a_network_alone(name, content, sentence, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    check_not_foreign(path)
    with pytest.raises(ForeignFormatError, match=sentence):
        open_model(path)


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.zip", "a.png", ".pt/.x"])
def test_anything_else_is_left_to_its_reader(name, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(archive("x") if name.endswith("zip") else b"0")
    check_not_foreign(path)
    check_not_foreign(find_model("seed"), as_network=True)


def test_a_broken_archive_goes_by_its_name(tmp_path):
    for name in ("a.pt", "a.keras"):
        (tmp_path / name).write_bytes(TORCH[:60])
        with pytest.raises(ForeignFormatError):
            check_not_foreign(tmp_path / name)
    (tmp_path / "a.zip").write_bytes(TORCH[:60])
    check_not_foreign(tmp_path / "a.zip")


def test_a_missing_file_is_missing():
    with pytest.raises(UserError, match=r"no such file|cannot be read"):
        open_model(Path("missing.pt"))
