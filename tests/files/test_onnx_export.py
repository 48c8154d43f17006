import numpy as np
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
