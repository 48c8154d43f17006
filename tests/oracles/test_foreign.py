"""Networks that PyTorch wrote, read without it: the same answers as PyTorch's own."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nnstudio.engine.passes import predict
from nnstudio.files.imported_layers import Assumptions
from nnstudio.files.model_file import ModelFileError, save_model
from nnstudio.files.open_model import open_model

FOLDER = Path(__file__).parent / "foreign"
OUTPUTS = np.load(FOLDER / "outputs.npz")


def assert_same(model, name):
    ours = predict(model.architecture, model.theta, OUTPUTS["x"])
    theirs = np.exp(OUTPUTS[name] - OUTPUTS[name].max(axis=1, keepdims=True))
    np.testing.assert_allclose(ours, theirs / theirs.sum(axis=1, keepdims=True), rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize("exporter", ["", "-dynamo"])
@pytest.mark.parametrize("name", ["stack", "smooth", "relus"])
def test_onnx(name, exporter):
    model = open_model(FOLDER / f"{name}{exporter}.onnx")
    assert model.name == f"{name}{exporter}"
    assert model.input_space.shape == (8, 8)
    assert_same(model, name)


def test_safetensors_layers_follow_their_numbers():
    model = open_model(FOLDER / "relus.safetensors")
    assert model.architecture.layer_sizes == (64, *[6] * 11)
    assert_same(model, "relus")


def test_safetensors_do_not_hold_the_activation():
    model = open_model(FOLDER / "stack.safetensors", Assumptions(hidden="tanh"))
    assert model.architecture.activations == ("tanh", "tanh", "softmax")
    np.testing.assert_array_equal(model.architecture.layers(model.theta)[1].b, 0)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [("convolution.onnx", "Conv"), ("convolution.safetensors", "0.weight has 4 dimensions")],
)
def test_convolutions_are_refused_by_name(file, sentence):
    with pytest.raises(ModelFileError, match=sentence):
        open_model(FOLDER / file)


def test_pytorch_loads_what_is_written(tmp_path):
    torch = pytest.importorskip("torch")
    safetensors_torch = pytest.importorskip("safetensors.torch")
    model = open_model(FOLDER / "relus.onnx")
    save_model(tmp_path / "ours.safetensors", model)

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            sizes = model.architecture.layer_sizes
            self.layers = torch.nn.ModuleList(torch.nn.Linear(*pair) for pair in pairwise(sizes))

        def forward(self, x):
            for layer in self.layers[:-1]:
                x = torch.relu(layer(x))
            return torch.softmax(self.layers[-1](x), dim=1)

    network = Network()
    network.load_state_dict(safetensors_torch.load_file(tmp_path / "ours.safetensors"))
    theirs = network(torch.from_numpy(OUTPUTS["x"])).detach().numpy()
    np.testing.assert_allclose(predict(model.architecture, model.theta, OUTPUTS["x"]), theirs, rtol=2e-6)
