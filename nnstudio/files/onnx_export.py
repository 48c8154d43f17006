"""Export a network as an ONNX file, for onnxruntime, Netron and other readers.

Written without the onnx package, which is forty times as large as this needs: a graph of one Gemm for each
layer and the operators of its activation. Source: onnx/onnx.proto3 of ONNX 1.17; operator set 17.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import nnstudio
from nnstudio.engine.activation_functions import LEAK
from nnstudio.files.atomic import write_atomically
from nnstudio.files.protobuf import chunk, integer, real

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.files.model_file import Model

OPERATOR_SET = 17
_FORMAT_VERSION = 8
"""IR_VERSION: the one that belongs to operator set 17."""

FLOAT = 1
INPUT, OUTPUT, BATCH = "input", "output", "batch"


def save_onnx(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model as ONNX, atomically.

    The input ``input`` has the shape (batch, n_inputs) and holds the network's inputs: for images, the
    pixels row by row, paper 0 and ink 1. The output ``output`` has the shape (batch, n_classes). The names of
    the classes are in the metadata.

    Raises
    ------
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    write_atomically(path, onnx_bytes(model))


def onnx_bytes(model: Model) -> bytes:
    """Return a model as the bytes of an ONNX file."""
    network = model.architecture
    nodes, tensors = [], []
    given = INPUT
    for k, layer in enumerate(network.layers(model.theta)):
        weight, bias = network.blocks[2 * k : 2 * k + 2]
        tensors += [_tensor(weight.name, layer.W), _tensor(bias.name, layer.b)]
        is_last = k == network.n_layers - 1
        z = f"layers.{k}.z"
        nodes.append(_node("Gemm", [given, weight.name, bias.name], z, _whole("transB", 1)))
        given = OUTPUT if is_last else f"layers.{k}.a"
        more_nodes, more_tensors = _ACTIVATIONS[layer.activation](z, given)
        nodes += more_nodes
        tensors += more_tensors
    graph = chunk(
        7,
        *(chunk(1, node) for node in nodes),
        chunk(2, model.name),
        *(chunk(5, tensor) for tensor in tensors),
        chunk(11, _value(INPUT, network.n_inputs)),
        chunk(12, _value(OUTPUT, network.n_outputs)),
    )
    return b"".join(
        (
            integer(1, _FORMAT_VERSION),
            chunk(2, "nnstudio"),
            chunk(3, nnstudio.__version__),
            graph,
            chunk(8, integer(2, OPERATOR_SET)),
            chunk(14, chunk(1, "classes"), chunk(2, "\n".join(model.output_space.class_names))),
        )
    )


def _tensor(name: str, values: NDArray[Any]) -> bytes:
    data = np.ascontiguousarray(values, "<f4")
    return b"".join(
        (*(integer(1, n) for n in data.shape), integer(2, FLOAT), chunk(8, name), chunk(9, data.tobytes()))
    )


def _node(kind: str, inputs: list[str], output: str, *attributes: bytes) -> bytes:
    return b"".join(
        (
            *(chunk(1, name) for name in inputs),
            chunk(2, output),
            chunk(3, f"{output}.{kind}"),
            chunk(4, kind),
            *(chunk(5, attribute) for attribute in attributes),
        )
    )


def _whole(name: str, value: int) -> bytes:
    # −1 is written as a number of 64 bits, in two's complement.
    return chunk(1, name) + integer(3, value % 2**64) + integer(20, 2)


def _float(name: str, value: float) -> bytes:
    return chunk(1, name) + real(2, value) + integer(20, 1)


def _value(name: str, size: int) -> bytes:
    shape = chunk(2, chunk(1, chunk(2, BATCH)), chunk(1, integer(1, size)))
    return chunk(1, name) + chunk(2, chunk(1, integer(1, FLOAT), shape))


_Parts = tuple[list[bytes], list[bytes]]


class _Operator:
    """An activation that is a single ONNX operator."""

    def __init__(self, kind: str, *attributes: bytes) -> None:
        self._kind, self._attributes = kind, attributes

    def __call__(self, z: str, a: str) -> _Parts:
        return [_node(self._kind, [z], a, *self._attributes)], []


def _step(z: str, a: str) -> _Parts:
    """Return the nodes for 1 where z > 0, else 0."""
    zero = f"{a}.zero"
    return (
        [
            _node("Greater", [z, zero], f"{a}.is_positive"),
            _node("Cast", [f"{a}.is_positive"], a, _whole("to", FLOAT)),
        ],
        [_tensor(zero, np.zeros(1))],
    )


def _gelu(z: str, a: str) -> _Parts:
    """Return the nodes of the engine's form: z / (1 + exp −u), u = √(8/π) (z + 0.044715 z³)."""
    scale = math.sqrt(8 / math.pi)
    constants = {f"{a}.cube": 0.044715 * scale, f"{a}.scale": scale}
    steps = [
        ("Mul", [z, z], "square"),
        ("Mul", [f"{a}.square", f"{a}.cube"], "cubic"),
        ("Add", [f"{a}.cubic", f"{a}.scale"], "factor"),
        ("Mul", [f"{a}.factor", z], "u"),
        ("Sigmoid", [f"{a}.u"], "gate"),
    ]
    nodes = [_node(kind, inputs, f"{a}.{output}") for kind, inputs, output in steps]
    nodes.append(_node("Mul", [z, f"{a}.gate"], a))
    return nodes, [_tensor(name, np.array([value])) for name, value in constants.items()]


_ACTIVATIONS: dict[str, Callable[[str, str], _Parts]] = {
    "relu": _Operator("Relu"),
    "sigmoid": _Operator("Sigmoid"),
    "tanh": _Operator("Tanh"),
    "leaky_relu": _Operator("LeakyRelu", _float("alpha", LEAK)),
    "elu": _Operator("Elu", _float("alpha", 1.0)),
    "gelu": _gelu,
    "softplus": _Operator("Softplus"),
    "absolute": _Operator("Abs"),
    "sine": _Operator("Sin"),
    "identity": _Operator("Identity"),
    "step": _step,
    "softmax": _Operator("Softmax", _whole("axis", -1)),
}
"""For each activation of the engine, the nodes and constants that compute it."""
