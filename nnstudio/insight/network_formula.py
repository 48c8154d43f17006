"""The whole network as one formula: F̂(x) = W₂σ(W₁x + b₁) + b₂, each letter with its shape."""

from dataclasses import dataclass

from nnstudio.data.problem import subscript
from nnstudio.engine.architecture import Architecture

_AROUND = {
    "sigmoid": ("σ(", ")"),
    "absolute": ("|", "|"),
    "relu": ("ReLU(", ")"),
    "leaky_relu": ("LeakyReLU(", ")"),
    "elu": ("ELU(", ")"),
    "selu": ("SELU(", ")"),
    "silu": ("SiLU(", ")"),
    "gelu": ("GELU(", ")"),
    "exact_gelu": ("GELU(", ")"),
    "relu6": ("ReLU6(", ")"),
    "hard_tanh": ("hardtanh(", ")"),
    "sine": ("sin(", ")"),
}
"""What stands around the argument of an activation; the others have their own name."""


@dataclass(frozen=True)
class Symbol:
    """A matrix or a vector of the formula.

    Attributes
    ----------
    name : str
        ``"W₁"``, ``"b₁"``, or ``"x"`` for the input.
    block : str
        The name of its block in `Architecture.blocks`; empty for the input.
    shape : tuple of int
        ``(fan_out, fan_in)``, or the length of a vector.
    """

    name: str
    block: str
    shape: tuple[int, ...]

    @property
    def size(self) -> str:
        """Its shape for people.

        Examples
        --------
        >>> Symbol("W₁", "layers.0.weight", (100, 784)).size
        '100 × 784'
        """
        return " × ".join(f"{size:,}" for size in self.shape)


@dataclass(frozen=True)
class NetworkFormula:
    """A network as one formula, the same in all languages.

    Attributes
    ----------
    pieces : tuple of str or Symbol
        In the order of reading; joined they are the text.
    """

    pieces: tuple[str | Symbol, ...]

    @property
    def text(self) -> str:
        """The formula."""
        return "".join(piece if isinstance(piece, str) else piece.name for piece in self.pieces)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Its letters in the order of the formula: the last layer's weights first."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Symbol))


def network_formula(architecture: Architecture) -> NetworkFormula:
    """Write a network as one formula; that of a network without biases has no b.

    Examples
    --------
    >>> network_formula(Architecture.of((2, 4, 3, 1), hidden="sigmoid", output="identity")).text
    'F̂(x) = W₃σ(W₂σ(W₁x + b₁) + b₂) + b₃'
    >>> network_formula(Architecture((784, 100, 10), ("relu", "softmax"), has_biases=False)).text
    'F̂(x) = softmax(W₂ ReLU(W₁x))'
    """
    inside: list[str | Symbol] = [Symbol("x", "", (architecture.n_inputs,))]
    is_sum = False
    for k, activation in enumerate(architecture.activations):
        fan_in, fan_out = architecture.layer_sizes[k : k + 2]
        weights = Symbol(f"W{subscript(k + 1)}", f"layers.{k}.weight", (fan_out, fan_in))
        if is_sum:
            inside = ["(", *inside, ")"]
        elif isinstance(inside[0], str) and inside[0][:2].isalpha():
            # The name of a function, not a letter.
            inside = [" ", *inside]
        inside = [weights, *inside]
        if architecture.has_biases:
            inside += [" + ", Symbol(f"b{subscript(k + 1)}", f"layers.{k}.bias", (fan_out,))]
        is_sum = architecture.has_biases and activation == "identity"
        if activation != "identity":
            before, after = _AROUND.get(activation, (f"{activation}(", ")"))
            inside = [before, *inside, after]
    return NetworkFormula(("F̂(x) = ", *inside))
