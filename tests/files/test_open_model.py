import itertools

import numpy as np
import pytest
from safetensors import numpy as safetensors_numpy

from nnstudio.engine.passes import predict
from nnstudio.errors import UserError
from nnstudio.files.imported_layers import Assumptions, ImportModelError
from nnstudio.files.model_file import ModelFileError, load_model
from nnstudio.files.models import find_model
from nnstudio.files.onnx_export import onnx_bytes
from nnstudio.files.open_model import OpenOrderError, open_model

RNG = np.random.default_rng(0)


def weights(*sizes, bias=True):
    tensors = {}
    for k, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        tensors[f"fc{k + 1}.weight"] = RNG.normal(0, 0.3, (fan_out, fan_in)).astype(np.float32)
        if bias:
            tensors[f"fc{k + 1}.bias"] = RNG.normal(0, 0.3, fan_out).astype(np.float32)
    return tensors


def written(folder, tensors, name="other.safetensors"):
    path = folder / name
    path.write_bytes(safetensors_numpy.save(tensors))
    return path


def test_own_files_are_opened_as_they_are():
    assert open_model(find_model("seed")).card == load_model(find_model("seed")).card


def test_another_programs_weights(tmp_path):
    tensors = weights(784, 20, 26)
    model = open_model(written(tmp_path, tensors))
    assert model.architecture.activations == ("relu", "softmax")
    assert model.output_space.class_names[:2] == ("A", "B")
    assert model.raster is not None
    assert model.name == "other"
    x = RNG.random((3, 784), np.float32)
    z = np.maximum(x @ tensors["fc1.weight"].T + tensors["fc1.bias"], 0)
    z = z @ tensors["fc2.weight"].T + tensors["fc2.bias"]
    ours = predict(model.architecture, model.theta, x)
    np.testing.assert_allclose(ours, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), rtol=1e-5)


def test_a_single_output_is_a_number(tmp_path):
    tensors = weights(3, 8, 1)
    model = open_model(written(tmp_path, tensors))
    assert (model.input_space.kind, model.input_space.names) == ("numbers", ("x₁", "x₂", "x₃"))
    assert model.output_space.names == ("y",)
    x = RNG.random((3, 3), np.float32)
    z = np.maximum(x @ tensors["fc1.weight"].T + tensors["fc1.bias"], 0)
    expected = z @ tensors["fc2.weight"].T + tensors["fc2.bias"]
    np.testing.assert_allclose(predict(model.architecture, model.theta, x), expected, rtol=1e-4)


def test_weights_alone_make_a_network_without_biases(tmp_path):
    path = written(tmp_path, weights(784, 12, 10, bias=False))
    assert not open_model(path).architecture.has_biases
    # What the inputs were standardised with needs a bias.
    assert open_model(path, Assumptions(mean=0.5)).architecture.has_biases


def test_the_scale_of_inputs_goes_into_the_first_layer(tmp_path):
    path = written(tmp_path, weights(784, 12, 10))
    plain, scaled = open_model(path), open_model(path, Assumptions(mean=0.1307, std=0.3081))
    x = RNG.random((3, 784), np.float32)
    np.testing.assert_allclose(
        predict(scaled.architecture, scaled.theta, x),
        predict(plain.architecture, plain.theta, (x - np.float32(0.1307)) / np.float32(0.3081)),
        rtol=1e-4,
    )


BATCH_NORM = {
    "1.weight": RNG.uniform(0.2, 2, 8).astype(np.float32),
    "1.bias": RNG.normal(0, 1, 8).astype(np.float32),
    "1.running_mean": RNG.normal(0, 1, 8).astype(np.float32),
    "1.running_var": RNG.uniform(0.2, 2, 8).astype(np.float32),
    "1.num_batches_tracked": np.array(7),
}


def normalised(x):
    scale = BATCH_NORM["1.weight"] / np.sqrt(BATCH_NORM["1.running_var"] + 1e-5)
    return (x - BATCH_NORM["1.running_mean"]) * scale + BATCH_NORM["1.bias"]


@pytest.mark.parametrize("behind", [False, True])
def test_batch_normalisation_goes_into_the_layer_beside_it(behind, tmp_path):
    """Linear, BatchNorm1d, ReLU, Linear; or ReLU before BatchNorm1d."""
    layers = weights(64, 8, 10)
    tensors = {f"0.{part}": layers[f"fc1.{part}"] for part in ("weight", "bias")}
    tensors |= {f"3.{part}": layers[f"fc2.{part}"] for part in ("weight", "bias")}
    tensors |= {name.replace("1.", "2." if behind else "1.", 1): array for name, array in BATCH_NORM.items()}
    model = open_model(written(tmp_path, tensors))
    x = RNG.random((3, 64), np.float32)
    z = x @ layers["fc1.weight"].T + layers["fc1.bias"]
    a = normalised(np.maximum(z, 0)) if behind else np.maximum(normalised(z), 0)
    z = a @ layers["fc2.weight"].T + layers["fc2.bias"]
    ours = predict(model.architecture, model.theta, x)
    np.testing.assert_allclose(ours, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), atol=1e-5)


def test_batch_normalisation_without_a_place_is_named(tmp_path):
    tensors = weights(64, 8, 10) | {
        name.replace("1.", "bn1.", 1): array for name, array in BATCH_NORM.items()
    }
    with pytest.raises(
        ModelFileError, match=r"batch normalisation \(bn1\.running_mean\).*torch\.onnx\.export"
    ):
        open_model(written(tmp_path, tensors))


def test_bfloat16_is_the_upper_half_of_float32(tmp_path):
    tensors = weights(64, 10)
    path = tmp_path / "bf16.safetensors"
    halves = {name: (array.view("<u4") >> 16).astype("<u2") for name, array in tensors.items()}
    data = safetensors_numpy.save(halves).replace(b'"U16"', b'"BF16"')
    length = int.from_bytes(data[:8], "little") + 2
    path.write_bytes(length.to_bytes(8, "little") + data[8:])
    layer = open_model(path).architecture.layers(open_model(path).theta)[0]
    np.testing.assert_array_equal(layer.W.view("<u4") & 0xFFFF, 0)
    np.testing.assert_allclose(layer.W, tensors["fc1.weight"], rtol=2**-7)


def test_one_layer_without_a_name(tmp_path):
    tensors = weights(64, 10)
    path = written(tmp_path, {name.removeprefix("fc1."): array for name, array in tensors.items()})
    assert open_model(path).architecture.layer_sizes == (64, 10)


def test_kernels_are_turned(tmp_path):
    tensors = weights(64, 8, 10)
    kernels = {}
    for name, array in tensors.items():
        kernels[name.replace(".weight", "/kernel").replace(".bias", "/bias")] = np.ascontiguousarray(array.T)
    a, b = (
        open_model(written(tmp_path, tensors)),
        open_model(written(tmp_path, kernels, "kernels.safetensors")),
    )
    np.testing.assert_array_equal(a.theta, b.theta)


def test_layers_in_the_order_of_the_alphabet(tmp_path):
    layers = weights(64, 8, 8, 10)
    names = {"fc1": "layer_one", "fc2": "layer_two", "fc3": "layer_three"}
    tensors = {f"{names[key[:3]]}{key[3:]}": array for key, array in layers.items()}
    renamed = open_model(written(tmp_path, tensors))
    np.testing.assert_array_equal(renamed.theta, open_model(written(tmp_path, layers)).theta)


def test_several_orders_are_a_question(tmp_path):
    layers = weights(64, 8, 8, 8, 10)
    names = {"fc1": "a", "fc2": "c", "fc3": "b", "fc4": "d"}
    path = written(tmp_path, {f"{names[key[:3]]}{key[3:]}": array for key, array in layers.items()})
    with pytest.raises(OpenOrderError, match=r"2 orders.*--order a,b,c,d --out FILE") as caught:
        open_model(path)
    assert caught.value.orders == (("a", "b", "c", "d"), ("a", "c", "b", "d"))
    answered = open_model(path, Assumptions(order=("a", "c", "b", "d")))
    np.testing.assert_array_equal(answered.theta, open_model(written(tmp_path, layers)).theta)
    with pytest.raises(ModelFileError, match="name each of them once"):
        open_model(path, Assumptions(order=("a", "b", "d")))


def test_a_point_in_the_plane(tmp_path):
    assert open_model(written(tmp_path, weights(2, 8, 3))).input_space.kind == "plane"


@pytest.mark.parametrize(
    ("tensors", "sentence"),
    [
        (weights(784, 20) | {"fc2.weight": np.zeros((10, 21), np.float32)}, "do not follow each other"),
        (weights(30, 10), "neither a square image"),
        (weights(784, 10) | {"norm.running_mean": np.zeros(3, np.float32)}, "norm.running_mean"),
        (weights(784, 10) | {"fc1.bias": np.zeros(9, np.float32)}, "fc1.bias does not fit"),
        ({"fc1.weight": np.zeros((10, 784), np.int32)}, "I32"),
        (weights(784, 10) | {"norm.weight": np.zeros(10, np.float32)}, "layer normalisation"),
        ({"fc1.weight": np.full((10, 784), np.nan, np.float32)}, "finite"),
        ({"steps": np.zeros(3, np.float32)}, "steps"),
        ({}, "no layer"),
    ],
)
def test_what_is_no_network_is_refused_with_its_reason(tensors, sentence, tmp_path):
    with pytest.raises(ModelFileError, match=sentence):
        open_model(written(tmp_path, tensors))


@pytest.mark.parametrize("values", [{"std": 0.0}, {"std": float("nan")}, {"mean": float("inf")}])
def test_impossible_scales_are_refused(values):
    with pytest.raises(ImportModelError):
        Assumptions(**values)


@pytest.mark.parametrize("name", ["missing.onnx", "missing.safetensors"])
def test_a_missing_file(name, tmp_path):
    with pytest.raises(ModelFileError, match=name):
        open_model(tmp_path / name)


def test_damaged_onnx_files_end_in_a_model_or_a_sentence(tmp_path, model):
    whole = onnx_bytes(model)
    path = tmp_path / "network.onnx"
    refused = 0
    for trial in range(120):
        damaged = bytearray(whole)
        for _ in range(trial % 7):
            damaged[RNG.integers(len(damaged))] = RNG.integers(256)
        path.write_bytes(bytes(damaged[: RNG.integers(len(damaged)) if trial % 3 else len(damaged)]))
        try:
            opened = open_model(path)
        except UserError:
            refused += 1
        else:
            assert np.isfinite(opened.theta).all()
    assert refused > 60
