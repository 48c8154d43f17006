"""Tensors of an ONNX graph that depend on its input, and what operators make of them; for `onnx_layers`.

Each is a function of the output of one linear map, unit by unit: an affine map, which goes into the layer
beside it, or a curve, which is an activation of the engine or refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.files.imported_layers import ImportModelError
from nnstudio.files.onnx_functions import IDENTITY, PROBES, Affine, UnitFunction, curve_of, match
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class GraphLayer:
    """A linear map, and the layers below it; its activation once it is known."""

    below: GraphLayer | None
    name: str
    W: NDArray[np.float64]
    b: NDArray[np.float64]
    activation: str | None = None

    def chain(self) -> list[GraphLayer]:
        """Return it and all layers below, the lowest first."""
        return [*(self.below.chain() if self.below else []), self]


@dataclass(frozen=True, eq=False)
class Signal:
    """A tensor that depends on the input: a function of what a layer computes, or of the input itself.

    Attributes
    ----------
    layer : GraphLayer or None
    value : Affine, UnitFunction or str
        Of the layer's z; a string is an activation of the whole layer, whose values nothing may change.
    """

    layer: GraphLayer | None
    value: Affine | UnitFunction | str


def elementwise(
    kind: str, compute: Callable[..., Any], operands: Sequence[Any], name: str, named: str = ""
) -> Signal:
    """Return an operator that takes each unit by itself."""
    signals = [each for each in operands if isinstance(each, Signal)]
    layer = signals[0].layer
    held: list[Affine | UnitFunction | NDArray[Any]] = []
    for each in operands:
        if not isinstance(each, Signal):
            # Clip's bounds may be left out.
            held.append(per_unit([-np.inf, -np.inf, np.inf][len(held)] if each is None else each, name))
        elif each.layer is not layer or isinstance(each.value, str):
            raise ImportModelError(
                tr(
                    "its operator {name!r:.60} ({kind}) joins two paths: nnstudio reads networks that are "
                    "one chain of layers"
                ).format(name=name, kind=kind)
            )
        else:
            held.append(each.value)
    lengths = {
        len(each.scale) if isinstance(each, Affine) else len(each)
        for each in held
        if not isinstance(each, UnitFunction)
    }
    if len(lengths | {1} | ({len(layer.b)} if layer else set())) > 2:
        raise _unfit(name)
    affine = _affine(kind, held)
    return Signal(layer, affine or curve_of(named or kind, compute, held))


def _affine(kind: str, operands: Sequence[Any]) -> Affine | None:
    """Return the result as an affine map, or None where it is none."""
    a, b = (*operands, None)[:2]
    if kind == "Cast" or (kind in ("Sum", "Max", "Min") and len(operands) == 1):
        return a if isinstance(a, Affine) else None
    if kind == "Neg" and isinstance(a, Affine):
        return a.then(-1.0, 0.0)
    if len(operands) != 2:
        return None
    sign = -1.0 if kind == "Sub" else 1.0
    if kind in ("Add", "Sum", "Sub"):
        if isinstance(a, Affine) and isinstance(b, Affine):
            return Affine(a.scale + sign * b.scale, a.shift + sign * b.shift)
        if isinstance(a, Affine) and isinstance(b, np.ndarray):
            return a.then(1.0, sign * b)
        if isinstance(b, Affine) and isinstance(a, np.ndarray):
            return b.then(sign, a)
    if kind == "Mul" and isinstance(a, Affine) and isinstance(b, np.ndarray):
        return a.then(b, 0.0)
    if kind == "Mul" and isinstance(b, Affine) and isinstance(a, np.ndarray):
        return b.then(a, 0.0)
    if kind == "Div" and isinstance(a, Affine) and isinstance(b, np.ndarray):
        return a.then(1 / b, 0.0)
    return None


def per_unit(constant: Any, name: str) -> NDArray[np.float64]:
    """Return a constant as a value for each unit, or one for all."""
    try:
        vector = np.asarray(constant, np.float64).ravel()
    except (ValueError, TypeError) as error:
        raise _unfit(name) from error
    if not len(vector):
        raise _unfit(name)
    return vector[:1] if (vector == vector[0]).all() else vector


def _unfit(name: str) -> ImportModelError:
    return ImportModelError(tr("the constants of {name!r:.60} do not fit its units").format(name=name))


def scaled(signal: Signal, scale: NDArray[np.float64], shift: NDArray[np.float64], name: str) -> Signal:
    """Return a signal times a scale, plus a shift, for each unit or for all."""
    return elementwise("Add", np.add, [elementwise("Mul", np.multiply, [signal, scale], name), shift], name)


def settled(signal: Signal) -> tuple[GraphLayer | None, Affine]:
    """Return the layer with its activation, and what is left to do to its outputs.

    Raises
    ------
    ImportModelError
        If the engine has no such activation.
    """
    layer, value = signal.layer, signal.value
    if isinstance(value, str):
        raise ImportModelError(tr("its {activation} does not stand at the end").format(activation=value))
    if isinstance(value, Affine):
        if layer is None:
            return None, value
        return _taken_in(layer, value, "identity"), IDENTITY
    found = match(value) if layer is not None else None
    if layer is None or found is None:
        raise ImportModelError(
            tr(
                "its activation after {name!r:.60} ({operators}) is none that nnstudio has; it has {known}"
            ).format(
                name=layer.name if layer else tr("the input"),
                operators=", ".join(value.operators),
                known=", ".join(name for name in ACTIVATIONS if name != "identity"),
            )
            + (" " + tr("(GELU in its tanh form)") if {"Erf", "Gelu"} & {*value.operators} else "")
        )
    return _taken_in(layer, found.inner, found.activation), found.outer


def _taken_in(layer: GraphLayer, inner: Affine, activation: str) -> GraphLayer:
    if inner.is_identity:
        return replace(layer, activation=activation)
    W, b = inner.scale[:, None] * layer.W, inner.scale * layer.b + inner.shift
    return replace(layer, W=W, b=b, activation=activation)


def matrix_product(name: str, kind: str, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Signal:
    """Return the linear map of a MatMul or Gemm."""
    left, right, *more = operands
    constant = right if isinstance(left, Signal) else left
    if not isinstance(constant, np.ndarray) or constant.ndim != 2:
        raise unknown_operator(kind, name)
    is_left = isinstance(left, Signal)
    if (is_left and attributes.get("transA")) or (not is_left and attributes.get("transB")):
        raise unknown_operator(kind, name)
    W = constant.astype(np.float64) * attributes.get("alpha", 1.0)
    if attributes.get("transB" if is_left else "transA", 0) != is_left:
        W = W.T
    b = np.zeros(len(W))
    if more and more[0] is not None:
        b = b + per_unit(more[0], name) * attributes.get("beta", 1.0)
    return linear_map(name, left if is_left else right, W, b)


def linear_map(name: str, signal: Signal, W: NDArray[np.float64], b: NDArray[np.float64]) -> Signal:
    """Return a linear map of a signal, whose last affine step is taken into it."""
    below, outer = settled(signal)
    n_inputs = W.shape[1]
    if {len(outer.scale), len(outer.shift)} - {1, n_inputs} or (below and len(below.b) != n_inputs):
        raise ImportModelError(
            tr(
                "{name!r:.60} takes {n_inputs} inputs, and what is before it has another number of outputs"
            ).format(name=name, n_inputs=n_inputs)
        )
    b = b + W @ np.broadcast_to(outer.shift, n_inputs)
    return Signal(GraphLayer(below, name, W * outer.scale, b), IDENTITY)


def pair(first: Signal, second: Signal, name: str) -> Signal:
    """Return the probabilities 1 − p and p of two classes, which one unit computes."""
    both = elementwise("Add", np.add, [first, second], name)
    layer, outer = settled(second)
    is_pair = isinstance(both.value, UnitFunction) and np.allclose(both.value.at(PROBES, IDENTITY), 1)
    if not (is_pair and layer and layer.activation == "sigmoid" and len(layer.b) == 1 and outer.is_identity):
        raise unknown_operator("Concat", name)
    return Signal(replace(layer, activation=None), "sigmoid")


def unknown_operator(kind: str, name: str) -> ImportModelError:
    """Return the error for an operator that no layer computes; ``name`` is that of its output."""
    return ImportModelError(
        tr(
            "its operator {name!r:.60} is a {kind} that no fully connected layer and none of nnstudio's "
            "activations has at this place"
        ).format(name=name, kind=kind)
    )
