"""Graphs as exporters write them, made here; onnxruntime is the oracle."""

import warnings
from dataclasses import dataclass, field

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper, shape_inference
from onnx.external_data_helper import convert_model_to_external_data

from nnstudio.engine.decision import class_values
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import ModelFileError
from nnstudio.files.open_model import open_model

RNG = np.random.default_rng(0)
X = RNG.random((7, 64)).astype(np.float32)
ML = "ai.onnx.ml"


def values(*shape, low=-0.6, high=0.6):
    return RNG.uniform(low, high, shape).astype(np.float32)


@dataclass
class Graph:
    """Nodes one after another, each on the result of the one before it, named t0, t1, …"""

    nodes: list = field(default_factory=list)
    tensors: dict = field(default_factory=dict)
    last: str = "x"
    n_inputs: int = 64

    def add(self, kind, *operands, domain="", **attributes):
        """Append an operator; "." stands for the last result, an array for a constant."""
        names = []
        for operand in operands or (".",):
            if isinstance(operand, str):
                names.append(self.last if operand == "." else operand)
            else:
                names.append(f"c{len(self.tensors)}")
                self.tensors[names[-1]] = np.asarray(operand)
        self.nodes.append(helper.make_node(kind, names, [f"t{len(self.nodes)}"], domain=domain, **attributes))
        self.last = f"t{len(self.nodes) - 1}"
        return self

    def linear(self, fan_in, fan_out):
        return self.add("Gemm", ".", values(fan_out, fan_in), values(fan_out), transB=1)

    def model(self, *outputs, functions=()):
        graph = helper.make_graph(
            self.nodes,
            "network",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", self.n_inputs])],
            [helper.make_empty_tensor_value_info(name) for name in outputs or (self.last,)],
            [numpy_helper.from_array(array, name) for name, array in self.tensors.items()],
        )
        imports = [helper.make_opsetid(*each) for each in (("", 20), (ML, 3), ("local", 1))]
        made = helper.make_model(graph, opset_imports=imports, ir_version=9, functions=functions)
        # Fills in the types of the outputs.
        return shape_inference.infer_shapes(made)


def opened(folder, made):
    onnx.save(made, folder / "network.onnx")
    return open_model(folder / "network.onnx")


def assert_same(folder, made, *, output=0, logits=True):
    """Open a graph and compare with what onnxruntime computes; return the model."""
    model = opened(folder, made)
    theirs = onnxruntime.InferenceSession(made.SerializeToString()).run(None, {"x": X})[output]
    if logits:
        theirs = np.exp(theirs - theirs.max(axis=1, keepdims=True))
        theirs /= theirs.sum(axis=1, keepdims=True)
    ours = predict(model.architecture, model.theta, X)
    np.testing.assert_allclose(ours if theirs.shape == ours.shape else class_values(ours), theirs, atol=1e-5)
    return model


def relu_network():
    return Graph().linear(64, 8).add("Relu").linear(8, 10)


AFFINE = {
    "mean and deviation": [("Sub", ".", np.float32(0.1307)), ("Div", ".", np.float32(0.3081))],
    "of each pixel": [("Sub", ".", values(1, 64)), ("Mul", ".", values(64, low=0.2))],
    "bytes": [("Div", ".", np.float32(255))],
    "from −1 to 1": [("Mul", np.float32(2), "."), ("Add", ".", np.float32(-1))],
    "inverted": [("Sub", np.float32(1), ".")],
    "negative": [("Neg", ".")],
}


@pytest.mark.parametrize("steps", AFFINE.values(), ids=AFFINE)
@pytest.mark.parametrize("place", ["input", "before the activation", "behind it", "logits"])
def test_affine_steps_go_into_the_layer_beside_them(steps, place, tmp_path):
    steps = [
        [
            kind,
            *(
                part if isinstance(part, str) or part.ndim == 0 or place == "input" else part.ravel()[:8]
                for part in parts
            ),
        ]
        for kind, *parts in steps
    ]
    graph = Graph()
    for here in ("input", "before the activation", "behind it", "logits"):
        if here == place and not (here == "logits" and len(steps) == 2 and np.ndim(steps[0][-1])):
            for step in steps:
                graph.add(*step)
        if here == "input":
            graph.linear(64, 8)
        elif here == "before the activation":
            graph.add("Tanh")
        elif here == "behind it":
            graph.linear(8, 10)
    model = assert_same(tmp_path, graph.model())
    assert model.architecture.layer_sizes == (64, 8, 10)
    assert model.architecture.activations == ("tanh", "softmax")


@pytest.mark.parametrize("behind", [False, True])
def test_batch_normalisation_goes_into_the_layer_beside_it(behind, tmp_path):
    graph = Graph().linear(64, 8)
    steps = [("Relu", "."), ("BatchNormalization", ".", values(8), values(8), values(8), values(8, low=0.1))]
    for step in steps if behind else steps[::-1]:
        graph.add(*step)
    model = assert_same(tmp_path, graph.linear(8, 10).model())
    assert model.architecture.activations == ("relu", "softmax")


def softplus_with_threshold(graph):
    z = graph.last
    soft = graph.add("Softplus").last
    is_large = graph.add("Greater", z, np.float32(20)).last
    return graph.add("Where", is_large, z, soft)


def gelu_of_five_operators(graph):
    z = graph.last
    graph.add("Pow", z, np.float32(3)).add("Mul", ".", np.float32(0.044715)).add("Add", z, ".")
    graph.add("Mul", ".", np.float32(np.sqrt(2 / np.pi))).add("Tanh").add("Add", ".", np.float32(1))
    return graph.add("Mul", z, ".").add("Mul", ".", np.float32(0.5))


def silu(graph):
    z = graph.last
    return graph.add("Sigmoid").add("Mul", z, ".")


def exact_gelu(graph):
    z = graph.last
    graph.add("Div", ".", np.float32(np.sqrt(2))).add("Erf").add("Add", ".", np.float32(1)).add("Mul", z, ".")
    return graph.add("Mul", ".", np.float32(0.5))


ACTIVATIONS = {
    "relu": [
        lambda g: g.add("Relu"),
        lambda g: g.add("Clip", ".", np.float32(0)),
        lambda g: g.add("Max", ".", np.float32(0)),
        lambda g: g.add("Relu").add("Mul", ".", np.float32(3)),
    ],
    "leaky_relu": [
        lambda g: g.add("LeakyRelu", alpha=0.01),
        lambda g: g.add("PRelu", ".", np.full(8, np.float32(0.01))),
    ],
    "elu": [lambda g: g.add("Elu"), lambda g: g.add("Celu")],
    "sigmoid": [
        lambda g: g.add("Sigmoid"),
        lambda g: g.add("Neg").add("Exp").add("Add", ".", np.float32(1)).add("Reciprocal"),
    ],
    "tanh": [lambda g: g.add("Tanh"), lambda g: g.add("Mul", ".", np.float32(0.5)).add("Tanh")],
    "softplus": [
        lambda g: g.add("Softplus"),
        softplus_with_threshold,
        lambda g: g.add("Mul", ".", np.float32(2)).add("Softplus").add("Div", ".", np.float32(2)),
    ],
    "silu": [silu],
    "selu": [lambda g: g.add("Selu")],
    "gelu": [lambda g: g.add("Gelu", approximate="tanh"), gelu_of_five_operators],
    "exact_gelu": [exact_gelu, lambda g: g.add("Gelu")],
    "relu6": [lambda g: g.add("Clip", ".", np.float32(0), np.float32(6))],
    "hard_tanh": [lambda g: g.add("Clip", ".", np.float32(-1), np.float32(1))],
    "step": [lambda g: g.add("Greater", ".", np.float32(0)).add("Cast", to=1)],
    "absolute": [lambda g: g.add("Abs")],
    "sine": [lambda g: g.add("Sin")],
}


@pytest.mark.parametrize(
    ("name", "apply"), [(name, apply) for name, ways in ACTIVATIONS.items() for apply in ways]
)
@pytest.mark.parametrize("is_scaled", [False, True])
def test_an_activation_is_recognised_by_its_values(name, apply, is_scaled, tmp_path):
    graph = Graph().linear(64, 8)
    if is_scaled:
        graph.add("BatchNormalization", ".", values(8), values(8), values(8), values(8, low=0.1))
    model = assert_same(tmp_path, apply(graph).linear(8, 10).model())
    assert model.architecture.activations == (name, "softmax")


@pytest.mark.parametrize(
    ("apply", "operator"),
    [
        (lambda g: g.add("Softsign"), "Softsign"),
        (lambda g: g.add("Erf"), "Erf"),
        (lambda g: g.add("Selu", alpha=1.5), r"Selu\(alpha=1.5"),
        (lambda g: g.add("Elu", alpha=2.0), r"Elu\(alpha=2\)"),
        (lambda g: g.add("LeakyRelu", alpha=0.2), r"LeakyRelu\(alpha=0.2\)"),
        (lambda g: g.add("PRelu", ".", np.float32([0.25])), "PRelu"),
        (lambda g: g.add("Clip", ".", np.float32(0), np.float32(5)), "Clip"),
        (lambda g: g.add("HardSigmoid"), "HardSigmoid"),
        (lambda g: g.add("LayerNormalization", ".", values(8)), "LayerNormalization"),
        (
            lambda g: g.add("Add", "x", ".") if g.add("Gemm", ".", values(8, 64)) else None,
            "Add.* joins two paths",
        ),
        (lambda g: g.add("Softmax"), "softmax does not stand at the end"),
        (lambda g: g.add("Transpose", perm=[1, 0]), "Transpose"),
        (lambda g: g.add("Cast", to=7).add("Cast", to=1), "Cast"),
    ],
)
def test_what_no_layer_computes_is_refused_by_name(apply, operator, tmp_path):
    graph = Graph().linear(64, 8)
    apply(graph)
    graph.linear(64 if graph.nodes[-1].op_type == "Add" else 8, 10)
    with pytest.raises(ModelFileError, match=operator):
        opened(tmp_path, graph.model())


def test_weights_on_the_left_and_factors_of_gemm(tmp_path):
    graph = Graph().add("Gemm", ".", values(64, 64), values(1, 64), alpha=0.5, beta=2.0).add("Relu")
    assert_same(tmp_path, graph.add("MatMul", ".", values(64, 10)).add("Add", values(10), ".").model())


@pytest.mark.parametrize("dtype", [np.float64, np.float16])
def test_weights_of_other_types(dtype, tmp_path):
    graph = Graph().add("Cast", to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
    graph.add("MatMul", ".", values(64, 10).astype(dtype)).add("Cast", to=1)
    with warnings.catch_warnings():
        # The oracle rounds to float16 between operators; nnstudio does not.
        warnings.simplefilter("ignore")
        model = opened(tmp_path, graph.model())
    np.testing.assert_array_equal(
        model.architecture.layers(model.theta)[0].W.T, graph.tensors["c0"].astype(np.float32)
    )


@pytest.mark.parametrize("axis", [0, 1])
def test_weights_of_eight_bits(axis, tmp_path):
    W, scale = RNG.integers(-127, 128, (64, 64)).astype(np.int8), values(64, low=1e-3, high=1e-2)
    graph = Graph()
    dequantised = graph.add("DequantizeLinear", W, scale, np.zeros(64, np.int8), axis=axis).last
    graph.last = "x"
    model = opened(tmp_path, graph.add("MatMul", ".", dequantised).model())
    expected = W * scale[:, None] if axis == 0 else W * scale
    np.testing.assert_array_equal(model.architecture.layers(model.theta)[0].W.T, expected)


def test_a_layer_that_takes_a_part_of_the_input_is_refused(tmp_path):
    graph = Graph().add("Reshape", ".", np.array([-1, 16])).add("MatMul", ".", values(16, 10))
    with pytest.raises(ModelFileError, match=r"has 64 numbers.* takes 16"):
        opened(tmp_path, graph.model())


def with_labels(graph, names, *, zipmap):
    """Append what scikit-learn's converter does to tell the label."""
    probabilities = graph.last
    if zipmap:
        key = "classlabels_int64s" if isinstance(names[0], int) else "classlabels_strings"
        graph.add("ZipMap", domain=ML, **{key: names})
    answer = graph.last
    label = graph.add("ArgMax", probabilities, axis=1).last
    graph.add(
        "ArrayFeatureExtractor",
        np.array(names, np.int32 if isinstance(names[0], int) else object),
        label,
        domain=ML,
    )
    return graph.add("Reshape", ".", np.array([-1])).model(graph.last, answer)


@pytest.mark.parametrize("zipmap", [False, True])
@pytest.mark.parametrize("names", [list(range(10)), [f"n{k}" for k in range(10)]])
def test_a_classifier_of_scikit_learn(names, zipmap, tmp_path):
    graph = (
        Graph().add("Cast", to=1).add("MatMul", ".", values(64, 8)).add("Add", ".", values(1, 8)).add("Relu")
    )
    graph.add("MatMul", ".", values(8, 10)).add("Add", ".", values(1, 10)).add("Softmax", axis=1)
    made = with_labels(graph, names, zipmap=zipmap)
    model = opened(tmp_path, made) if zipmap else assert_same(tmp_path, made, output=1, logits=False)
    assert model.architecture.activations == ("relu", "softmax")
    assert model.output_space.class_names == tuple(map(str, names))


def test_two_classes_of_one_sigmoid(tmp_path):
    graph = Graph().linear(64, 8).add("Relu").linear(8, 1).add("Sigmoid")
    second = graph.last
    first = graph.add("Sub", np.float32(1), ".").last
    graph.add("Concat", first, second, axis=1)
    model = assert_same(tmp_path, with_labels(graph, [3, 5], zipmap=False), output=1, logits=False)
    assert model.architecture.layer_sizes == (64, 8, 1)
    assert model.output_space.class_names == ("3", "5")


def test_one_output_of_pytorch(tmp_path):
    graph = Graph().linear(64, 8).add("Relu").linear(8, 1)
    number = opened(tmp_path, graph.model())
    assert number.output_space.names == ("y",)
    assert not number.output_space.traits.has_labels
    assert number.architecture.activations == ("relu", "identity")
    made = graph.add("Sigmoid").model()
    model = opened(tmp_path, made)
    (theirs,) = onnxruntime.InferenceSession(made.SerializeToString()).run(None, {"x": X})
    np.testing.assert_allclose(predict(model.architecture, model.theta, X), theirs, atol=1e-6)
    assert model.architecture.activations == ("relu", "sigmoid")
    assert model.output_space.class_names == ("0", "1")


@pytest.mark.parametrize(("n", "kind"), [(1, "line"), (2, "plane"), (3, "numbers"), (12, "numbers")])
@pytest.mark.parametrize("end", ["Identity", "Tanh"])
def test_a_regression_gives_out_a_number(n, kind, end, tmp_path):
    made = Graph(n_inputs=n).linear(n, 8).add("Relu").linear(8, 1).add(end).model()
    model = opened(tmp_path, made)
    assert (model.input_space.kind, len(model.input_space.names)) == (kind, n)
    assert model.output_space.traits.name == "numbers"
    x = values(5, n)
    (theirs,) = onnxruntime.InferenceSession(made.SerializeToString()).run(None, {"x": x})
    np.testing.assert_allclose(predict(model.architecture, model.theta, x), theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("is_pair", [False, True])
def test_a_linear_classifier(is_pair, tmp_path):
    W, b = values(2 if is_pair else 10, 64), values(2 if is_pair else 10)
    if is_pair:
        W[0], b[0] = -W[1], -b[1]
    graph = Graph().add("Scaler", domain=ML, offset=values(64).tolist(), scale=values(64, low=0.1).tolist())
    graph.nodes.append(
        helper.make_node(
            "LinearClassifier", [graph.last], ["label", "p"], domain=ML, coefficients=W.ravel().tolist(),
            intercepts=b.tolist(), classlabels_ints=list(range(len(b))), multi_class=0,
            post_transform="LOGISTIC" if is_pair else "SOFTMAX",
        )
    )  # fmt: skip
    model = assert_same(tmp_path, graph.model("label", "p"), output=1, logits=False)
    assert model.architecture.layer_sizes == (64, len(b))


def test_logits_and_probabilities_and_hidden_features_are_one_network(tmp_path):
    graph = Graph().linear(64, 8).add("Relu")
    features = graph.last
    logits = graph.linear(8, 10).last
    made = graph.add("Softmax").model(features, logits, graph.last)
    assert assert_same(tmp_path, made, output=2, logits=False).architecture.layer_sizes == (64, 8, 10)


def test_two_heads_are_refused(tmp_path):
    graph = Graph().linear(64, 8).add("Relu")
    trunk = graph.last
    first = graph.linear(8, 10).last
    graph.last = trunk
    with pytest.raises(ModelFileError, match="several outputs"):
        opened(tmp_path, graph.linear(8, 3).model(first, graph.last))


def external(folder, location="network.onnx.data"):
    made = relu_network().model()
    convert_model_to_external_data(made, location="network.onnx.data", size_threshold=100)
    onnx.save(made, folder / "network.onnx")
    if location != "network.onnx.data":
        # What the package would not write.
        for tensor in made.graph.initializer:
            for entry in tensor.external_data:
                if entry.key == "location":
                    entry.value = location
        (folder / "network.onnx").write_bytes(made.SerializeToString())
    return folder / "network.onnx"


def test_values_in_a_file_beside_it(tmp_path):
    path = external(tmp_path)
    assert (tmp_path / "network.onnx.data").stat().st_size > 2000
    (theirs,) = onnxruntime.InferenceSession(path).run(None, {"x": X})
    model = open_model(path)
    ours = predict(model.architecture, model.theta, X)
    np.testing.assert_array_equal(ours.argmax(axis=1), theirs.argmax(axis=1))


def test_a_missing_file_of_values_is_named(tmp_path):
    path = external(tmp_path)
    (tmp_path / "network.onnx.data").unlink()
    with pytest.raises(
        ModelFileError, match=r"network\.onnx\.data, which is not beside it.*external_data=False"
    ):
        open_model(path)


def test_a_pointer_in_place_of_values_is_named(tmp_path):
    path = external(tmp_path)
    (tmp_path / "network.onnx.data").write_bytes(
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
    )
    with pytest.raises(ModelFileError, match="git lfs pull"):
        open_model(path)


def test_a_file_of_values_that_is_cut_short(tmp_path):
    path = external(tmp_path)
    (tmp_path / "network.onnx.data").write_bytes(b"\0" * 100)
    with pytest.raises(ModelFileError, match="damaged"):
        open_model(path)


@pytest.mark.parametrize("location", ["../network.onnx.data", "/etc/hostname", "sub/../../network.onnx.data"])
def test_values_outside_of_the_folder_are_refused(location, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    path = external(inner, location)
    (tmp_path / "network.onnx.data").write_bytes(bytes(5000))
    with pytest.raises(ModelFileError, match="outside of its folder"):
        open_model(path)


def test_local_functions_are_written_out(tmp_path):
    body = [helper.make_node("Relu", ["a"], ["b"])]
    function = helper.make_function("local", "Act", ["a"], ["b"], body, [helper.make_opsetid("", 20)])
    graph = Graph().linear(64, 8).add("Act", domain="local").linear(8, 10)
    assert_same(tmp_path, graph.model(functions=[function]))


@pytest.mark.parametrize("data", [b"", b"\x08", b"no network at all", bytes(200)])
def test_what_is_no_onnx_file_is_refused_in_a_sentence(data, tmp_path):
    (tmp_path / "network.onnx").write_bytes(data)
    with pytest.raises(ModelFileError, match=r"no ONNX file|there is no layer|0 inputs"):
        open_model(tmp_path / "network.onnx")
