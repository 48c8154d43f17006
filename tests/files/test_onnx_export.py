import numpy as np
import onnx
import onnxruntime
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import Model
from nnstudio.files.onnx_export import onnx_bytes, save_onnx
from nnstudio.files.open_model import open_model

CLASSES = ("nought", "one", "two", "three")


def model_of(*activations):
    architecture = Architecture((64, *[9] * (len(activations) - 1), 4), activations)
    theta = initialise(architecture, rng=np.random.default_rng(0))
    theta += np.random.default_rng(1).normal(0, 0.2, theta.size)
    spec = RasterSpec(8, 6.0, 1.0, 4)
    return Model(architecture, theta, InputSpace("image", (8, 8), 0.0, 1.0), OutputSpace(CLASSES), spec)


X = np.random.default_rng(2).random((7, 64), np.float32)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_onnxruntime_computes_the_same(name):
    hidden = "tanh" if ACTIVATIONS[name].output_only else name
    model = model_of(hidden, "relu", name)
    (theirs,) = onnxruntime.InferenceSession(onnx_bytes(model)).run(None, {"input": X})
    ours = predict(model.architecture, model.theta, X)
    np.testing.assert_allclose(theirs, ours, rtol=1e-6, atol=1e-6 * abs(ours).max())


def test_any_number_of_samples_and_the_classes():
    session = onnxruntime.InferenceSession(onnx_bytes(model_of("relu", "softmax")))
    assert [(given.name, given.shape) for given in session.get_inputs()] == [("input", ["batch", 64])]
    assert [(given.name, given.shape) for given in session.get_outputs()] == [("output", ["batch", 4])]
    assert session.get_modelmeta().custom_metadata_map["classes"].split("\n") == list(CLASSES)
    assert session.run(None, {"input": X[:1]})[0].shape == (1, 4)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "softplus", "absolute", "sine"])
def test_it_can_be_opened_again(name, tmp_path):
    model = model_of(name, "tanh", "softmax")
    save_onnx(tmp_path / "network.onnx", model)
    again = open_model(tmp_path / "network.onnx")
    assert again.architecture == model.architecture
    assert again.output_space.class_names == CLASSES
    assert again.raster == model.raster
    np.testing.assert_array_equal(again.theta, model.theta)


@pytest.mark.parametrize("which", ["curve_model", "numbers_model", "plane_model"])
def test_numbers_go_in_and_come_out(which, request, tmp_path):
    model = request.getfixturevalue(which)
    save_onnx(tmp_path / "network.onnx", model)
    session = onnxruntime.InferenceSession(tmp_path / "network.onnx")
    n_inputs, n_outputs = model.architecture.n_inputs, model.architecture.n_outputs
    assert [given.shape for given in session.get_inputs()] == [["batch", n_inputs]]
    assert [given.shape for given in session.get_outputs()] == [["batch", n_outputs]]
    x = np.random.default_rng(3).normal(size=(6, n_inputs)).astype(np.float32)
    (theirs,) = session.run(None, {"input": x})
    np.testing.assert_allclose(theirs, predict(model.architecture, model.theta, x), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("which", ["curve_model", "numbers_model"])
def test_numbers_keep_their_names_units_and_ranges(which, request, tmp_path):
    model = request.getfixturevalue(which)
    save_onnx(tmp_path / "network.onnx", model)
    again = open_model(tmp_path / "network.onnx")
    assert (again.architecture, again.input_space) == (model.architecture, model.input_space)
    assert again.output_space == model.output_space
    np.testing.assert_array_equal(again.theta, model.theta)


def test_without_biases_none_is_written(numbers_model):
    graph = onnx.load_from_string(onnx_bytes(numbers_model)).graph
    assert [tensor.name for tensor in graph.initializer] == ["layers.0.weight", "layers.1.weight"]


@pytest.mark.parametrize("damage", ["[]", "{", "null", '{"quantities": []}'])
def test_damaged_descriptions_are_left_out(curve_model, damage, tmp_path):
    file = onnx.load_from_string(onnx_bytes(curve_model))
    for entry in file.metadata_props:
        entry.value = damage
    (tmp_path / "network.onnx").write_bytes(file.SerializeToString())
    again = open_model(tmp_path / "network.onnx")
    assert (again.input_space.names, again.output_space.names) == (("x",), ("y",))
