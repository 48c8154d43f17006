import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.network_formula import Symbol, network_formula


def formula(*activations, has_biases=True):
    architecture = Architecture((2,) * (len(activations) + 1), activations, has_biases)
    return network_formula(architecture).text


@pytest.mark.parametrize(
    ("activations", "text"),
    [
        (["sigmoid", "sigmoid", "identity"], "F̂(x) = W₃σ(W₂σ(W₁x + b₁) + b₂) + b₃"),
        (["identity"] * 3, "F̂(x) = W₃(W₂(W₁x + b₁) + b₂) + b₃"),
        (["relu", "softmax"], "F̂(x) = softmax(W₂ ReLU(W₁x + b₁) + b₂)"),
        (["absolute", "tanh", "identity"], "F̂(x) = W₃ tanh(W₂|W₁x + b₁| + b₂) + b₃"),
        (["sine", "identity", "step"], "F̂(x) = step(W₃(W₂ sin(W₁x + b₁) + b₂) + b₃)"),
        (["relu"], "F̂(x) = ReLU(W₁x + b₁)"),
    ],
)
def test_the_whole_network_is_one_line(activations, text):
    assert formula(*activations) == text


def test_a_network_without_biases_has_no_b():
    assert formula("relu", "relu", "softmax", has_biases=False) == "F̂(x) = softmax(W₃ ReLU(W₂ ReLU(W₁x)))"
    assert formula("identity", "identity", has_biases=False) == "F̂(x) = W₂W₁x"


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_but_the_identity_is_named(activation):
    assert ("(" in formula(activation).removeprefix("F̂(x)") or "|" in formula(activation)) == (
        activation != "identity"
    )


def test_each_letter_has_its_shape_and_its_block():
    architecture = Architecture.parse("784-100-10")
    symbols = network_formula(architecture).symbols
    assert [(symbol.name, symbol.size) for symbol in symbols] == [
        ("W₂", "10 × 100"),
        ("W₁", "100 × 784"),
        ("x", "784"),
        ("b₁", "100"),
        ("b₂", "10"),
    ]
    shapes = {block.name: block.shape for block in architecture.blocks}
    assert {symbol.block: symbol.shape for symbol in symbols if symbol.block} == shapes
    assert Symbol("x", "", (784,)) in symbols


def test_the_pieces_are_the_text():
    found = network_formula(Architecture.of((1, 2, 1), hidden="sigmoid", output="identity"))
    assert [piece if isinstance(piece, str) else piece.name for piece in found.pieces] == [
        "F̂(x) = ", "W₂", "σ(", "W₁", "x", " + ", "b₁", ")", " + ", "b₂",
    ]  # fmt: skip
