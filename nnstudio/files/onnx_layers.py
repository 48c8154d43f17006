"""Turn an ONNX graph into layers: a chain of linear maps, each with an activation of the engine.

Each tensor of the graph is either a constant or a function of the output of one linear map, unit by unit;
affine steps (normalisation, batch normalisation, a scale) are taken into the layer beside them. Any other
operator that an output depends on is refused by name: a guess would show a network that is not the one in the
file. Only `onnx_import` uses it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import helper, numpy_helper

from nnstudio.files.imported_layers import ImportModelError, Linear
from nnstudio.files.onnx_constants import constant, folded
from nnstudio.files.onnx_functions import FUNCTIONS, IDENTITY
from nnstudio.files.onnx_signals import (
    GraphLayer,
    Signal,
    elementwise,
    linear_map,
    matrix_product,
    pair,
    per_unit,
    scaled,
    settled,
    unknown_operator,
)
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import onnx


@dataclass(frozen=True)
class _Label:
    """A tensor that says which class is the answer, or holds one class's part of it."""

    of: Signal | None


@dataclass(frozen=True)
class _Refused:
    """A tensor that no layer computes, and the sentence that says why."""

    why: str


_Value = Any  # NDArray | Signal | _Label | _Refused


def layers_of(graph: onnx.GraphProto) -> tuple[list[Linear], tuple[str, ...]]:
    """Return the layers of a graph in the order of computation, and the names of its classes.

    Parameters
    ----------
    graph : onnx.GraphProto
        Checked, with all values in memory and no local functions.

    Returns
    -------
    layers : list of Linear
        The last one without an activation if its outputs are logits.
    class_names : tuple of str
        Empty if the graph names none.

    Raises
    ------
    ImportModelError
        If the graph is anything else than a chain of layers.
    """
    reader = _Reader(graph)
    return reader.layers(), reader.class_names


class _Reader:
    """Follows the graph from its input."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.class_names: tuple[str, ...] = ()
        self._values: dict[str, _Value] = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer
        }
        inputs = [each.name for each in graph.input if each.name not in self._values]
        if len(inputs) != 1:
            raise ImportModelError(tr("it has {n_inputs} inputs instead of one").format(n_inputs=len(inputs)))
        self._values[inputs[0]] = Signal(None, IDENTITY)
        (tensor,) = (each.type.tensor_type for each in graph.input if each.name == inputs[0])
        self._dims = [dim.dim_value for dim in tensor.shape.dim]
        for node in graph.node:
            results = self._results(node)
            self._values |= dict(zip(node.output, results, strict=False))
        self._outputs = [self._values[each.name] for each in graph.output if each.name in self._values]

    def layers(self) -> list[Linear]:
        """Return the layers below the graph's output."""
        for output in self._outputs:
            if isinstance(output, _Refused):
                raise ImportModelError(output.why)
        signals = [output for output in self._outputs if isinstance(output, Signal)]
        signals = signals or [each.of for each in self._outputs if isinstance(each, _Label) and each.of]
        chains = [self._finished(signal) for signal in signals]
        if not chains or not max(chains, key=len):
            raise ImportModelError(tr("there is no layer in it"))
        # Of logits and their softmax, the one that says more.
        longest = max(
            chains, key=lambda chain: (len(chain), chain[-1].activation is not None if chain else False)
        )
        n_inputs, dims = longest[0].W.shape[1], self._dims
        # Known sizes are above 0. A sample is what is behind the first, or all of it.
        if all(dims[1:]) and len(dims) > 1 and n_inputs not in (math.prod(dims[1:]), math.prod(dims)):
            raise ImportModelError(
                tr(
                    "its input has {size:,} numbers, of which its first layer {name!r:.60} takes {n_inputs:,}"
                ).format(size=math.prod(dims[1:]), name=longest[0].name, n_inputs=n_inputs)
            )
        names = [layer.name for layer in longest]
        for chain in chains:
            if [layer.name for layer in chain] != names[: len(chain)]:
                raise ImportModelError(
                    tr(
                        "it ends in several outputs, {first!r:.60} and {second!r:.60}: nnstudio reads "
                        "networks that are one chain of layers"
                    ).format(first=names[-1], second=chain[-1].name)
                )
        return [Linear(layer.name, layer.W, layer.b, layer.activation) for layer in longest]

    def _finished(self, signal: Signal) -> list[GraphLayer]:
        """Return the layers below an output."""
        if signal.layer is None:
            return []
        if isinstance(signal.value, str):
            return replace(signal.layer, activation=signal.value).chain()
        layer, outer = settled(signal)
        assert layer is not None
        if not outer.is_identity:
            raise ImportModelError(
                tr(
                    "its output is a multiple of the activation {name}, which no layer of nnstudio computes"
                ).format(name=layer.activation)
            )
        if layer.activation == "identity":
            return replace(layer, activation=None).chain()
        return layer.chain()

    def _results(self, node: onnx.NodeProto) -> Sequence[_Value]:
        """Return the values of a node's outputs."""
        operands = [self._values.get(name) if name else None for name in node.input]
        attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        kind = node.op_type
        first = operands[0] if operands else None
        try:
            if kind == "Constant":
                return [constant(attributes)]
            if all(each is None or isinstance(each, np.ndarray) for each in operands):
                return [folded(kind, operands, attributes)]
            refused = next((each for each in operands if isinstance(each, _Refused)), None)
            if refused and not (kind == "Reshape" and isinstance(first, Signal)):
                return [refused] * len(node.output)
            label = next((each for each in operands if isinstance(each, _Label)), None)
            if label:
                if kind == "ArrayFeatureExtractor" and isinstance(first, np.ndarray):
                    self._name_classes(first.ravel().tolist())
                elif kind not in _OF_LABELS:
                    raise unknown_operator(kind, node.output[0])
                return [label]
            if isinstance(first, Signal) and kind in ("ArgMax", "TopK"):
                return [_Label(first)] * len(node.output)
            if kind == "LinearClassifier" and isinstance(first, Signal):
                return self._linear_classifier(node.output[0], first, attributes)
            if kind == "ZipMap" and isinstance(first, Signal):
                self._name_classes(
                    attributes.get("classlabels_int64s") or attributes.get("classlabels_strings") or ()
                )
                return [first]
            return [_signal(node, kind, operands, attributes)]
        except ImportModelError as error:
            return [_Refused(str(error))] * len(node.output)

    def _name_classes(self, names: Sequence[Any]) -> None:
        self.class_names = tuple(
            each.decode(errors="replace") if isinstance(each, bytes) else str(each) for each in names
        )

    def _linear_classifier(
        self, name: str, signal: Signal, attributes: Mapping[str, Any]
    ) -> Sequence[_Value]:
        """Return the label and the probabilities of a classifier without a hidden layer."""
        b = np.array(attributes.get("intercepts", ()), np.float64)
        coefficients = np.array(attributes["coefficients"], np.float64)
        self._name_classes(attributes.get("classlabels_ints") or attributes.get("classlabels_strings") or ())
        W = coefficients.reshape(max(len(b), len(self.class_names), 1), -1)
        b = b if len(b) else np.zeros(len(W))
        post = bytes(attributes.get("post_transform", b"NONE")).decode()
        is_pair = len(W) == 2 and np.array_equal(W[0], -W[1]) and b[0] == -b[1]
        if post == "LOGISTIC" and is_pair:
            # The sigmoids of −z and z are the softmax of −z/2 and z/2.
            W, b, post = W / 2, b / 2, "SOFTMAX"
        if post not in ("SOFTMAX", "LOGISTIC", "NONE"):
            raise ImportModelError(
                tr("its LinearClassifier has the output {post}, which no layer of nnstudio computes").format(
                    post=post
                )
            )
        linear = linear_map(name, signal, W, b)
        answer = {
            "SOFTMAX": Signal(linear.layer, "softmax"),
            "LOGISTIC": elementwise("Sigmoid", FUNCTIONS["Sigmoid"], [linear], name),
            "NONE": linear,
        }[post]
        return [_Label(answer), answer]


_SAME = {"Identity", "Flatten", "Reshape", "Dropout", "Squeeze", "Unsqueeze", "CastLike"}
"""Operators that change only the shape of a sample, or nothing."""

_PARTS = {"Slice", "Gather", "ArrayFeatureExtractor"}
"""Operators that give one class's share of the answer."""

_OF_LABELS = {"Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity", "LabelEncoder"}
"""Operators that may follow where the answer is a label."""


def _signal(
    node: onnx.NodeProto, kind: str, operands: Sequence[_Value], attributes: Mapping[str, Any]
) -> _Value:
    """Return the result of an operator on at least one signal."""
    name = node.output[0]
    signals = [each for each in operands if isinstance(each, Signal)]
    first, others = signals[0], operands[1:]
    is_whole = isinstance(first.value, str)
    if kind in _SAME and operands[0] is first:
        return first
    if kind == "Transpose" and operands[0] is first:
        raise ImportModelError(
            tr("its operator {name!r:.60} (Transpose) turns the inputs around").format(name=name)
        )
    if kind == "Cast":
        # To a floating-point type; to a whole number it would round.
        if np.issubdtype(np.dtype(helper.tensor_dtype_to_np_dtype(attributes["to"])), np.integer):
            raise unknown_operator(kind, name)
        return first if is_whole else elementwise("Cast", lambda x: np.asarray(x, np.float64), [first], name)
    if kind in ("Softmax", "LogSoftmax"):
        layer, outer = settled(first)
        if layer is None or layer.activation != "identity" or not outer.is_identity or len(signals) > 1:
            raise unknown_operator(kind, name)
        return Signal(replace(layer, activation=None), "softmax")
    if is_whole:
        if kind == "Log" or (kind == "Normalizer" and attributes.get("norm") == b"L1"):
            return first
        if kind in _PARTS:
            return _Label(first)
        raise ImportModelError(
            tr("its {activation} does not stand at the end: {name!r:.60} ({kind}) follows it").format(
                activation=first.value, name=name, kind=kind
            )
        )
    if kind in ("MatMul", "Gemm") and len(signals) == 1:
        return matrix_product(name, kind, operands, attributes)
    if kind == "BatchNormalization" and operands[0] is first and not attributes.get("training_mode"):
        gamma, beta, mean, variance = (per_unit(each, name) for each in others)
        scale = gamma / np.sqrt(variance + attributes.get("epsilon", 1e-5))
        return scaled(first, scale, beta - mean * scale, name)
    if kind == "Scaler":
        offset, factor = (
            np.array(attributes.get(each, [default]), np.float64)
            for each, default in (("offset", 0), ("scale", 1))
        )
        return scaled(first, factor, -offset * factor, name)
    if kind == "Concat" and len(signals) == 2 == len(operands):
        return pair(signals[0], signals[1], name)
    if kind not in FUNCTIONS:
        raise unknown_operator(kind, name)
    plain = {key: value.decode() if isinstance(value, bytes) else value for key, value in attributes.items()}
    # Named with its attributes, LeakyRelu(alpha=0.2): they may be why the engine does not have it.
    words = ", ".join(f"{key}={value:.4g}" for key, value in plain.items() if isinstance(value, float))
    named = f"{kind}({words})" if words else kind
    return elementwise(kind, lambda *each: FUNCTIONS[kind](*each, **plain), operands, name, named)
