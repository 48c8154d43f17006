"""Export a network as an ONNX file, for onnxruntime, Netron and other readers.

A graph of one Gemm for each layer and the operators of its activation. Imported where such a file is written:
the onnx package takes a quarter of a second.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

import nnstudio
from nnstudio.engine.activation_functions import LEAK
from nnstudio.files.atomic import write_atomically

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import onnx
    from numpy.typing import NDArray

    from nnstudio.files.model_file import Model

OPERATOR_SET = 17
_FORMAT_VERSION = 8
"""IR_VERSION: the one that belongs to operator set 17."""

INPUT, OUTPUT, BATCH = "input", "output", "batch"

CLASSES, NUMBERS, INPUTS, BIASES = "classes", "numbers", "inputs", "biases"
"""Metadata: a class in each line; the numbers given out, as a model file has them; the numbers taken; "none"
where there are no biases."""


def save_onnx(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model as ONNX, atomically.

    The input ``input`` has the shape (batch, n_inputs) and holds the network's inputs: for images, the
    pixels row by row, paper 0 and ink 1. The output ``output`` has the shape (batch, n_outputs); a single one
    for two classes is how much the second is the answer. The names of the classes, or of the numbers with
    their units, are in the metadata, and how drawings become inputs.

    Raises
    ------
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    write_atomically(path, onnx_bytes(model))


def onnx_bytes(model: Model) -> bytes:
    """Return a model as the bytes of an ONNX file."""
    network = model.architecture
    nodes: list[onnx.NodeProto] = []
    tensors: list[onnx.TensorProto] = []
    given = INPUT
    for k, layer in enumerate(network.layers(model.theta)):
        weight, bias = network.blocks[2 * k : 2 * k + 2]
        operands = [given, weight.name]
        tensors.append(_tensor(weight.name, layer.W))
        if network.has_biases:
            operands.append(bias.name)
            tensors.append(_tensor(bias.name, layer.b))
        z = f"layers.{k}.z"
        nodes.append(_node("Gemm", operands, z, transB=1))
        given = OUTPUT if k == network.n_layers - 1 else f"layers.{k}.a"
        more_nodes, more_tensors = _ACTIVATIONS[layer.activation](z, given)
        nodes += more_nodes
        tensors += more_tensors
    graph = helper.make_graph(
        nodes, model.name, [_value(INPUT, network.n_inputs)], [_value(OUTPUT, network.n_outputs)], tensors
    )
    file = helper.make_model(
        graph,
        ir_version=_FORMAT_VERSION,
        opset_imports=[helper.make_opsetid("", OPERATOR_SET)],
        producer_name="nnstudio",
        producer_version=nnstudio.__version__,
    )
    props = {}
    if model.output_space.traits.has_labels:
        props[CLASSES] = "\n".join(model.output_space.class_names)
    else:
        props[NUMBERS] = json.dumps(model.output_space.to_json())
    if not model.input_space.traits.has_pixels:
        props[INPUTS] = json.dumps(model.input_space.to_json())
    if not network.has_biases:
        props[BIASES] = "none"
    if model.raster is not None:
        props["raster"] = json.dumps(model.raster.to_json())
    helper.set_model_props(file, props)
    checker.check_model(file)
    data: bytes = file.SerializeToString()
    return data


def _tensor(name: str, values: NDArray[Any]) -> onnx.TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name)


def _node(kind: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(kind, inputs, [output], f"{output}.{kind}", **attributes)


def _value(name: str, size: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, size])


_Parts = tuple[list["onnx.NodeProto"], list["onnx.TensorProto"]]


def _operator(kind: str, **attributes: Any) -> Callable[[str, str], _Parts]:
    """Return what writes an activation that is a single ONNX operator."""
    return lambda z, a: ([_node(kind, [z], a, **attributes)], [])


def _step(z: str, a: str) -> _Parts:
    """Return the nodes for 1 where z > 0, else 0."""
    zero, is_positive = f"{a}.zero", f"{a}.is_positive"
    compare = _node("Greater", [z, zero], is_positive)
    return [compare, _node("Cast", [is_positive], a, to=TensorProto.FLOAT)], [_tensor(zero, np.zeros(1))]


def _silu(z: str, a: str) -> _Parts:
    gate = f"{a}.gate"
    return [_node("Sigmoid", [z], gate), _node("Mul", [z, gate], a)], []


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


def _exact_gelu(z: str, a: str) -> _Parts:
    """Return the nodes of ½ z (1 + erf(z / √2))."""
    constants = {f"{a}.scale": math.sqrt(0.5), f"{a}.one": 1.0, f"{a}.half": 0.5}
    steps = [
        ("Mul", [z, f"{a}.scale"], "scaled"),
        ("Erf", [f"{a}.scaled"], "erf"),
        ("Add", [f"{a}.erf", f"{a}.one"], "twice"),
        ("Mul", [f"{a}.twice", f"{a}.half"], "gate"),
    ]
    nodes = [_node(kind, inputs, f"{a}.{output}") for kind, inputs, output in steps]
    nodes.append(_node("Mul", [z, f"{a}.gate"], a))
    return nodes, [_tensor(name, np.array([value])) for name, value in constants.items()]


def _clip(low: float, high: float) -> Callable[[str, str], _Parts]:
    """Return what writes an activation that is z within two bounds, and the nearer one beyond."""

    def parts(z: str, a: str) -> _Parts:
        names = f"{a}.low", f"{a}.high"
        # Scalars: Clip takes no arrays.
        bounds = zip(names, (low, high), strict=True)
        tensors = [numpy_helper.from_array(np.array(value, np.float32), name) for name, value in bounds]
        return [_node("Clip", [z, *names], a)], tensors

    return parts


_ACTIVATIONS: dict[str, Callable[[str, str], _Parts]] = {
    "relu": _operator("Relu"),
    "sigmoid": _operator("Sigmoid"),
    "tanh": _operator("Tanh"),
    "leaky_relu": _operator("LeakyRelu", alpha=LEAK),
    "elu": _operator("Elu", alpha=1.0),
    "selu": _operator("Selu"),
    "silu": _silu,
    "gelu": _gelu,
    "exact_gelu": _exact_gelu,
    "relu6": _clip(0.0, 6.0),
    "hard_tanh": _clip(-1.0, 1.0),
    "softplus": _operator("Softplus"),
    "absolute": _operator("Abs"),
    "sine": _operator("Sin"),
    "identity": _operator("Identity"),
    "step": _step,
    "softmax": _operator("Softmax", axis=-1),
}
"""For each activation of the engine, the nodes and constants that compute it."""
