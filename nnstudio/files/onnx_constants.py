"""The constants of an ONNX graph, and what is computed of them alone; only `onnx_layers` uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import helper, numpy_helper

from nnstudio.files.imported_layers import ImportModelError
from nnstudio.files.onnx_functions import FUNCTIONS
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray


def constant(attributes: Mapping[str, Any]) -> NDArray[Any]:
    """Return the value of a Constant.

    Raises
    ------
    ImportModelError
        If it is of a kind that a network of layers does not need.
    """
    for name, value in attributes.items():
        if name == "value":
            return numpy_helper.to_array(value)
        if name.startswith("value_"):
            return np.asarray(value)
    raise ImportModelError(tr("its operator Constant has no value that a network of layers needs"))


_ON_CONSTANTS: dict[str, Callable[..., Any]] = {
    "Identity": lambda x: x,
    "Cast": lambda x, to, **_: x.astype(helper.tensor_dtype_to_np_dtype(to)),
    "Transpose": lambda x, perm=None: np.transpose(x, perm),
    "Reshape": lambda x, shape, **_: x.reshape(
        [x.shape[k] if n == 0 else n for k, n in enumerate(shape.tolist())]
    ),
    "Flatten": lambda x, axis=1: x.reshape(int(np.prod(x.shape[:axis])), -1),
    "Squeeze": lambda x, given=None, axes=None: np.squeeze(x, _axes(given, axes)),
    "Unsqueeze": lambda x, given=None, axes=None: np.expand_dims(x, _axes(given, axes) or ()),
    "Concat": lambda *each, axis: np.concatenate(each, axis),
    "MatMul": np.matmul,
    "DequantizeLinear": lambda x, scale, zero=None, axis=1: (
        (x.astype(np.float64) - _along(axis, x, 0 if zero is None else zero)) * _along(axis, x, scale)
    ),
}
"""What else is computed of constants alone; exporters leave it in the graph."""


def _along(axis: int, x: NDArray[Any], values: Any) -> NDArray[np.float64]:
    """Return values for each place along an axis, or one for all."""
    values = np.asarray(values, np.float64)
    return (
        values
        if values.ndim == 0 or x.ndim < 2
        else np.moveaxis(values.reshape(-1, *[1] * (x.ndim - 1)), 0, axis)
    )


def _axes(given: NDArray[Any] | None, axes: Sequence[int] | None) -> tuple[int, ...] | None:
    found = given if given is not None else axes
    return None if found is None else tuple(int(each) for each in found)


def folded(kind: str, operands: Sequence[Any], attributes: Mapping[str, Any]) -> NDArray[Any]:
    """Return the result of an operator on constants.

    Raises
    ------
    ImportModelError
        If the operator is unknown, or the constants do not fit it.
    """
    compute = _ON_CONSTANTS.get(kind) or FUNCTIONS.get(kind)
    if compute is None:
        raise ImportModelError(
            tr("its operator {kind} computes a constant in a way that nnstudio does not know").format(
                kind=kind
            )
        )
    try:
        with np.errstate(all="ignore"):
            return np.asarray(compute(*operands, **attributes))
    # What operands that do not fit each other lead to.
    except (ValueError, TypeError, IndexError, AttributeError, KeyError) as error:
        raise ImportModelError(
            tr("its operator {kind} does not fit the constants it is given").format(kind=kind)
        ) from error
