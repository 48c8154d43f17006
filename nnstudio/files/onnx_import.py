"""Import a fully connected network from an ONNX file, as PyTorch, Keras or scikit-learn export it.

The graph must be a chain of linear layers and activations. Any other operator is refused by name: a guess
would show a network that is not the one in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activation_functions import LEAK
from nnstudio.errors import UserError
from nnstudio.files.imported_layers import Assumptions, ImportModelError, Linear, model_of_layers
from nnstudio.files.protobuf import parse, unpacked
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.files.model_file import Model

_TYPES = {1: "<f4", 7: "<i8", 10: "<f2", 11: "<f8"}
"""TensorProto.DataType: the ones used in such networks."""

_NUMBERS = {1: 4, 7: 7, 11: 10}
"""For these types, the field of TensorProto that holds numbers not written as raw bytes."""

_PASSED_OVER = {"Flatten", "Reshape", "Identity", "Dropout", "Squeeze", "Unsqueeze"}
"""Operators that change only the shape of a sample, or nothing."""

_ACTIVATIONS = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "LeakyRelu": "leaky_relu",
    "Elu": "elu",
    "Gelu": "gelu",
    "Softplus": "softplus",
    "Abs": "absolute",
    "Sin": "sine",
    "Softmax": "softmax",
    "LogSoftmax": "softmax",
}

_SAME_AS_OURS: dict[str, tuple[str, Any, Any]] = {
    "LeakyRelu": ("alpha", 0.01, LEAK),
    "Elu": ("alpha", 1.0, 1.0),
    "Gelu": ("approximate", "none", "tanh"),
}
"""For an operator with variants, the deciding attribute, its default, and the engine's value."""


@dataclass(frozen=True)
class _Node:
    operator: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]


def from_onnx(data: bytes, name: str, assumed: Assumptions) -> Model:
    """Return a model of the network in an ONNX file.

    Raises
    ------
    ImportModelError
        If it is not a chain of linear layers and activations that the engine has; the text continues a
        sentence that begins with the file's name.
    UserError
        As for `nnstudio.files.imported_layers.model_of_layers`.
    """
    try:
        model = parse(memoryview(data))
        graph = parse(model[7][0])
        tensors = dict(_tensor(value) for value in graph.get(5, []))
        nodes = [_node(value) for value in graph.get(1, [])]
        given = [_text(parse(value)[1][0]) for value in graph[11]]
        metadata = {_text(entry[1][0]): _text(entry[2][0]) for entry in map(parse, model.get(14, []))}
    # What damaged or malicious bytes lead to.
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, UserError) as error:
        raise ImportModelError(
            tr("it is damaged or no ONNX file ({error!s:.100})").format(error=error)
        ) from error
    inputs = [each for each in given if each not in tensors]
    if len(inputs) != 1:
        raise ImportModelError(tr("it has {n_inputs} inputs instead of one").format(n_inputs=len(inputs)))
    linears = _linears(nodes, tensors, inputs[0])
    classes = metadata.get("classes", "").split("\n")
    return model_of_layers(
        linears, name, assumed, classes if linears and len(classes) == len(linears[-1].W) else ()
    )


def _text(value: Any) -> str:
    return bytes(value).decode()


def _tensor(value: Any) -> tuple[str, NDArray[Any]]:
    """Read a TensorProto: its name and values."""
    parts = parse(value)
    name, data_type = _text(parts.get(8, [b""])[0]), parts[2][0]
    if 13 in parts:
        raise ImportModelError(tr("the values of {name} are in another file beside it").format(name=name))
    if data_type not in _TYPES:
        raise ImportModelError(
            tr("the values of {name} are of a type that a network of layers does not need").format(name=name)
        )
    if 9 in parts:
        data = np.frombuffer(parts[9][0], _TYPES[data_type])
    elif data_type == 7:
        data = np.array(unpacked(parts.get(7, [])), np.uint64).astype(np.int64)
    else:
        data = np.frombuffer(b"".join(map(bytes, parts.get(_NUMBERS[data_type], []))), _TYPES[data_type])
    return name, data.reshape(unpacked(parts.get(1, [])))


def _node(value: Any) -> _Node:
    parts = parse(value)
    attributes = {}
    for each in map(parse, parts.get(5, [])):
        if 2 in each:
            held: Any = float(np.frombuffer(each[2][0], "<f4")[0])
        elif 4 in each:
            held = _text(each[4][0])
        elif 5 in each:
            held = _tensor(each[5][0])[1]
        else:
            held = each.get(3, [None])[0]
        attributes[_text(each[1][0])] = held
    inputs, outputs = ([_text(name) for name in parts.get(number, [])] for number in (1, 2))
    return _Node(_text(parts[4][0]), inputs, outputs, attributes)


def _linears(nodes: list[_Node], tensors: dict[str, NDArray[Any]], current: str) -> list[Linear]:
    """Follow the chain from the input."""
    linears: list[Linear] = []
    for node in nodes:
        if node.operator == "Constant":
            tensors[node.outputs[0]] = np.asarray(node.attributes.get("value"))
            continue
        if node.operator in ("Transpose", "Cast") and node.inputs[0] in tensors:
            transposed = tensors[node.inputs[0]]
            tensors[node.outputs[0]] = transposed.T if node.operator == "Transpose" else transposed
            continue
        constants = [tensors[name] for name in node.inputs if name in tensors]
        if current not in node.inputs or len(constants) + 1 < len([name for name in node.inputs if name]):
            raise ImportModelError(
                tr(
                    "its operator {outputs!r:.60} ({kind}) does not follow the one before: nnstudio reads "
                    "networks that are one chain of layers"
                ).format(outputs=node.outputs[0], kind=node.operator)
            )
        current = node.outputs[0]
        _append(linears, node, constants)
    return linears


def _append(linears: list[Linear], node: _Node, constants: list[NDArray[Any]]) -> None:
    """Add one operator to the chain."""
    last = linears[-1] if linears else None
    name = node.outputs[0]
    if node.operator in _PASSED_OVER:
        return
    if node.operator == "MatMul" and len(constants) == 1 and constants[0].ndim == 2:
        linears.append(Linear(name, constants[0].T))
    elif node.operator == "Gemm" and constants and constants[0].ndim == 2 and _is_plain(node):
        is_transposed = bool(node.attributes.get("transB", 0))
        W = constants[0] if is_transposed else constants[0].T
        linears.append(Linear(name, W, constants[1].reshape(-1) if len(constants) > 1 else None))
    elif (
        node.operator == "Add" and last and last.b is None and last.activation is None and len(constants) == 1
    ):
        linears[-1] = replace(last, b=constants[0].reshape(-1))
    elif node.operator in _ACTIVATIONS and last and last.activation is None:
        if node.operator in _SAME_AS_OURS:
            attribute, default, ours = _SAME_AS_OURS[node.operator]
            held = node.attributes.get(attribute, default)
            if held != ours and not (isinstance(ours, float) and abs(held - ours) < 1e-6):
                raise ImportModelError(
                    tr("its {kind} has {attribute} {held}; nnstudio's has {ours}").format(
                        kind=node.operator, attribute=attribute, held=held, ours=ours
                    )
                )
        linears[-1] = replace(last, activation=_ACTIVATIONS[node.operator])
    else:
        raise ImportModelError(
            tr(
                "its operator {name!r:.60} is a {kind} that no fully connected layer and none of "
                "nnstudio's activations has at this place"
            ).format(name=name, kind=node.operator)
        )
    if linears[-1].b is not None and len(linears[-1].b) != len(linears[-1].W):
        raise ImportModelError(tr("the bias of {name!r:.60} does not fit its weights").format(name=name))


def _is_plain(node: _Node) -> bool:
    scales = [node.attributes.get(name, 1.0) for name in ("alpha", "beta")]
    return scales == [1.0, 1.0] and not node.attributes.get("transA", 0)
