"""Import weights from a safetensors file of another program, such as PyTorch's ``state_dict``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors

from nnstudio.files.imported_layers import Assumptions, ImportModelError, Linear, model_of_layers
from nnstudio.files.layer_order import MOST_ORDERS, layer_orders
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nnstudio.files.model_file import Model

_TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}

_EPSILON = 1e-5
"""Of PyTorch's batch normalisation, by default; the file does not hold it."""

_STATISTICS = ("running_mean", "running_var")

_NAME = re.compile(r"(?:(?P<layer>.*)[./])?(?P<part>[^./]+)")


class LayerOrderError(ImportModelError):
    """Layers that follow each other in several orders.

    Attributes
    ----------
    orders : tuple of tuple of str
        The names of the layers in each.
    """

    def __init__(self, orders: Sequence[tuple[str, ...]]) -> None:
        self.orders = tuple(orders)
        super().__init__(
            tr(
                "its layers follow each other in {count} orders, and neither their shapes nor their names "
                "tell which is right: {first}; or {second}"
            ).format(
                count=len(orders) if len(orders) < MOST_ORDERS else tr("many"),
                first=", ".join(orders[0]),
                second=", ".join(orders[1]),
            )
        )


def from_safetensors(data: bytes, name: str, assumed: Assumptions) -> Model:
    """Return a model of the layers in a safetensors file.

    A layer is an array ``<layer>.weight`` of shape (outputs, inputs), or ``<layer>.kernel`` of shape
    (inputs, outputs), with an array ``<layer>.bias`` or without. Their order is that of `layer_orders`, or
    the one that is assumed. Batch normalisation is taken into the layer beside it. The activation of hidden
    layers is assumed, because such a file does not hold it.

    Raises
    ------
    LayerOrderError
        If the layers have several orders.
    ImportModelError
        If the file holds anything else; the text continues a sentence that begins with the file's name.
    UserError
        As for `model_of_layers`.
    """
    try:
        entries = safetensors.deserialize(data)  # type: ignore[no-untyped-call]
    # Raised for damaged or malicious bytes.
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise ImportModelError(tr("it cannot be read ({error!s:.100})").format(error=error)) from error
    parts: dict[str, dict[str, NDArray[Any]]] = {}
    for key, entry in sorted(entries):
        matched = _NAME.fullmatch(key)
        if matched is None:
            raise ImportModelError(tr("it holds an array without a name"))
        if matched["part"] != "num_batches_tracked":
            parts.setdefault(matched["layer"] or "", {})[matched["part"]] = _array(key, entry)
    layers, norms = {}, {}
    for layer, arrays in parts.items():
        if set(_STATISTICS) & set(arrays):
            norms[layer] = _normalisation(layer, arrays)
        else:
            layers[layer] = _linear(layer, arrays, assumed.hidden)
    linears = _ordered(layers, assumed.order)
    for layer in norms:
        _take_in(norms[layer], layer, linears)
    if linears:
        linears[-1] = replace(linears[-1], activation=None)
    return model_of_layers(linears, name, assumed)


def _array(key: str, entry: Mapping[str, Any]) -> NDArray[Any]:
    dtype, shape = entry["dtype"], entry["shape"]
    if dtype == "BF16":
        # The upper half of a float32.
        return (np.frombuffer(entry["data"], "<u2").astype("<u4") << 16).view("<f4").reshape(shape)
    if dtype not in _TYPES:
        raise ImportModelError(
            tr("{key} holds {name} and not floating-point numbers of 16 to 64 bits").format(
                key=key, name=dtype
            )
        )
    return np.frombuffer(entry["data"], _TYPES[dtype]).reshape(shape)


def _linear(layer: str, arrays: Mapping[str, NDArray[Any]], hidden: str) -> Linear:
    """Return the layer that arrays of one name make.

    Raises
    ------
    ImportModelError
        If they are something else.
    """

    def key(part: str) -> str:
        return f"{layer}.{part}" if layer else part

    foreign = sorted(set(arrays) - {"weight", "kernel", "bias"})
    weights = sorted(set(arrays) & {"weight", "kernel"})
    if foreign or len(weights) != 1:
        raise ImportModelError(
            tr("it holds {foreign}, which is no weight or bias of a fully connected layer").format(
                foreign=key((foreign or sorted(arrays))[0])
            )
        )
    W, bias = arrays[weights[0]], arrays.get("bias")
    if W.ndim == 1:
        raise ImportModelError(
            tr(
                "{key} has one dimension, as that of a layer normalisation has, and nnstudio reads networks "
                "of fully connected layers alone"
            ).format(key=key(weights[0]))
        )
    if W.ndim != 2:
        raise ImportModelError(
            tr(
                "{key} has {ndim} dimensions: this is no fully connected layer, and nnstudio reads networks "
                "of nothing else"
            ).format(key=key(weights[0]), ndim=W.ndim)
        )
    W = W.T if weights[0] == "kernel" else W
    if bias is not None and bias.shape != W.shape[:1]:
        raise ImportModelError(tr("{bias} does not fit {key}").format(bias=key("bias"), key=key(weights[0])))
    return Linear(layer, W, bias, hidden)


def _ordered(layers: Mapping[str, Linear], order: Sequence[str]) -> list[Linear]:
    """Return the layers in the order of computation."""
    names = sorted(layers, key=_natural)
    if order:
        if sorted(order) != sorted(names):
            raise ImportModelError(
                tr("its layers are {names}; name each of them once, in their order").format(
                    names=", ".join(names)
                )
            )
        return [layers[name] for name in order]
    found = layer_orders(names, [layers[name].W.shape for name in names])
    if len(found) > 1:
        raise LayerOrderError([tuple(names[k] for k in each) for each in found])
    # Where none fits, the sentence names the two that do not.
    return [layers[names[k]] for k in found[0]] if found else [layers[name] for name in names]


def _natural(key: str) -> list[tuple[int, str]]:
    """Return a key for natural order: ``net.10`` after ``net.9``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split("([0-9]+)", key)]


def _normalisation(
    layer: str, arrays: Mapping[str, NDArray[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return batch normalisation as a scale and a shift of each unit."""
    mean, variance = (arrays.get(name, np.empty(0)) for name in _STATISTICS)
    weight = arrays.get("weight", np.ones_like(mean))
    bias = arrays.get("bias", np.zeros_like(mean))
    if {array.shape for array in (mean, variance, weight, bias)} != {(mean.size,)} or set(arrays) - {
        *("weight", "bias"),
        *_STATISTICS,
    }:
        raise ImportModelError(
            tr("the arrays of its batch normalisation ({layer}.running_mean) do not fit each other").format(
                layer=layer
            )
        )
    with np.errstate(all="ignore"):
        scale = weight.astype(np.float64) / np.sqrt(variance.astype(np.float64) + _EPSILON)
    return scale, bias - mean * scale


def _take_in(norm: tuple[NDArray[np.float64], NDArray[np.float64]], name: str, linears: list[Linear]) -> None:
    """Take batch normalisation into the layer beside it, where numbers tell on which side it is.

    Raises
    ------
    ImportModelError
        If they do not: before or behind an activation is not the same.
    """
    scale, shift = norm
    stem, number = _numbered(name)
    numbers = {_numbered(linear.name): k for k, linear in enumerate(linears)}
    before, after = numbers.get((stem, number - 1)), numbers.get((stem, number + 1))
    if number >= 0 and before is not None and len(linears[before].W) == len(scale):
        linear = linears[before]
        b = np.zeros(len(scale)) if linear.b is None else linear.b
        linears[before] = replace(linear, W=linear.W * scale[:, None], b=b * scale + shift)
    elif number >= 0 and after is not None and linears[after].W.shape[1] == len(scale):
        linear = linears[after]
        b = linear.W @ shift + (0 if linear.b is None else linear.b)
        linears[after] = replace(linear, W=linear.W * scale, b=b)
    else:
        raise ImportModelError(
            tr(
                "it holds batch normalisation ({name}.running_mean), and does not say whether an activation "
                "comes before or behind it. Export it as ONNX: torch.onnx.export(model.eval(), (x,), "
                '"net.onnx")'
            ).format(name=name)
        )


def _numbered(name: str) -> tuple[str, int]:
    """Return what is before the number that a name ends in, and the number, or −1."""
    matched = re.fullmatch(r"(.*?)([0-9]+)", name)
    if matched is None or (matched[1] and matched[1][-1] not in "./"):
        return name, -1
    return matched[1], int(matched[2])
