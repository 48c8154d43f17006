"""A network of one output for two classes, written to every kind of file and read again."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import predict_with_classes
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import Model, ModelFileError, load_model, save_model
from nnstudio.files.network_toml import WrittenNetworkError, open_network_toml, save_network_toml
from nnstudio.files.onnx_export import save_onnx
from nnstudio.files.open_model import open_model
from nnstudio.files.script_export import save_script, script_text
from nnstudio.files.written_model import model_of, own_function, written_network

CLASSES = OutputSpace(("in", "out"))
X = np.random.default_rng(1).normal(size=(9, 2)).astype(np.float32)


@pytest.fixture(params=["sigmoid", "step"])
def model(request):
    architecture = Architecture((2, 4, 1), ("tanh", request.param))
    theta = np.random.default_rng(0).normal(size=architecture.n_params).astype(np.float32)
    space = InputSpace.of_numbers(2, -1.0, 1.0)
    return Model(architecture, theta, space, CLASSES, name="one for two")


def assert_same(model, again):
    assert again.architecture == model.architecture
    assert again.output_space.class_names == model.output_space.class_names
    np.testing.assert_array_equal(again.theta, model.theta)


def test_its_own_file(model, tmp_path):
    save_model(tmp_path / "m.safetensors", model)
    assert_same(model, load_model(tmp_path / "m.safetensors"))


def test_of_three_classes_or_another_output_there_is_no_such_network(model):
    with pytest.raises(ModelFileError, match="does not fit the 3 outputs"):
        replace(model, output_space=OutputSpace(("a", "b", "c")))
    with pytest.raises(ModelFileError, match="The output tanh of 2-4-1"):
        replace(model, architecture=replace(model.architecture, activations=("tanh", "tanh")))


def test_onnx(model, tmp_path):
    save_onnx(tmp_path / "m.onnx", model)
    (theirs,) = onnxruntime.InferenceSession(tmp_path / "m.onnx").run(None, {"input": X})
    np.testing.assert_allclose(theirs, predict(model.architecture, model.theta, X), atol=1e-6)
    assert_same(model, open_model(tmp_path / "m.onnx"))


def test_written_out(model, tmp_path):
    save_network_toml(tmp_path / "m.toml", written_network(model))
    again = model_of(open_network_toml(tmp_path / "m.toml"))
    assert_same(model, again)
    assert set(own_function(again, "own", "Own").train.labels) <= {0, 1}


def test_of_a_file_with_one_name_the_output_is_a_number(model):
    written = written_network(model)
    assert model_of(replace(written, output_names=("y",))).output_space.quantities[0].name == "y"
    assert model_of(replace(written, output_names=())).output_space.quantities[0].name == "y"
    architecture = replace(model.architecture, activations=("tanh", "identity"))
    with pytest.raises(WrittenNetworkError, match="must be 1 name"):
        replace(written, architecture=architecture)


def answers(path, *words):
    done = subprocess.run(
        [sys.executable, "-I", path, *map(str, words)], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.split()


def test_a_script(model, tmp_path):
    path = tmp_path / "m.py"
    save_script(path, model)
    values, classes = predict_with_classes(model.architecture, model.theta, X)
    for x, value, label in zip(X[:2], values, classes, strict=False):
        name, share = answers(path, *x)
        assert name == CLASSES.class_names[label]
        assert float(share) == pytest.approx(value[label], abs=1e-4)


def test_a_script_that_reads_pictures_knows_of_the_two_classes():
    architecture = Architecture((64, 1), ("sigmoid",))
    model = Model(
        architecture,
        np.zeros(architecture.n_params, np.float32),
        InputSpace("image", (8, 8), 0.0, 1.0),
        CLASSES,
        RasterSpec(8, 6.0, 1.0, 4),
    )
    text = script_text(model)
    compile(text, "script", "exec")
    _, main = text.split("    outputs, z = network(image.ravel())\n")
    lines = [line.strip() for line in main.splitlines() if "print" not in line]
    found = {"outputs": np.array([0.75]), "z": np.array([1.1])}
    exec("\n".join(lines), found)
    assert (found["best"], found["outputs"]) == (1, (0.25, 0.75))
    assert "CLASSES = ['in', 'out']" in text
