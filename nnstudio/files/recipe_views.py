"""Widen a finished network so that it reads an image several times, each time moved a little."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture
    from nnstudio.files.toml_entries import Table

View = tuple[float, float]
"""How far an image is moved before it is read: to the right and down, in pixels."""

_MOST = 8
_FARTHEST_PX = 4.0


def read_views(table: Table) -> tuple[View, ...]:
    """Take the entry ``views`` of a recipe's network; empty if there is none.

    Raises
    ------
    UserError
        The table's own, if it is not a list of two to eight pairs of numbers from −4 to 4.
    """
    if "views" not in table:
        return ()
    words = tr("a list of 2 to {most} pairs such as [0.5, -0.5], each number from -4 to 4").format(most=_MOST)
    views = table.take("views", list, words)
    if not 2 <= len(views) <= _MOST or not all(_is_view(view) for view in views):
        refusal = tr("must be {words} (pixels), not {views!r:.80}.")
        table.refuse("views", refusal.format(words=words, views=views))
    return tuple((float(x), float(y)) for x, y in views)


def widened_by_views(
    architecture: Architecture,
    theta: NDArray[Any],
    shape: tuple[int, ...],
    views: tuple[View, ...],
) -> tuple[Architecture, NDArray[Any]]:
    """Return the network whose outputs come from the mean logits of all views.

    Moving an image is linear, so each view's first layer is the old one, moved the other way; its hidden
    layers lie beside those of the other views, with no weights between them.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    shape : (int, int)
        Height and width of the images that go in.
    views : tuple of (float, float)
        At least one.

    Returns
    -------
    architecture : Architecture
        Its hidden layers are as many times as wide as there are views.
    theta : ndarray of its shape (n_params,), same dtype

    Raises
    ------
    ArchitectureError
        If the network would be too large.
    """
    n_views = len(views)
    inner = (size * n_views for size in architecture.layer_sizes[1:-1])
    sizes = (architecture.layer_sizes[0], *inner, architecture.layer_sizes[-1])
    wide = replace(architecture, layer_sizes=sizes)
    result = np.zeros(wide.n_params, theta.dtype)
    last = architecture.n_layers - 1
    for nth, (old, new) in enumerate(zip(architecture.layers(theta), wide.layers(result), strict=True)):
        fan_out, fan_in = old.W.shape
        for place, view in enumerate(views):
            rows = slice(None) if nth == last else slice(place * fan_out, (place + 1) * fan_out)
            columns = slice(None) if nth == 0 else slice(place * fan_in, (place + 1) * fan_in)
            share = 1 / n_views if nth == last else 1.0
            W = _templates_of(old.W, shape, view) if nth == 0 else old.W
            new.W[rows, columns] += share * W
            new.b[rows] += share * old.b
    return wide, result


def _is_view(view: object) -> bool:
    return (
        isinstance(view, list)
        and len(view) == 2
        and all(type(by) in (int, float) and abs(by) <= _FARTHEST_PX for by in view)
    )


def _templates_of(W: NDArray[Any], shape: tuple[int, ...], view: View) -> NDArray[Any]:
    """Return weights with the same response to an image as ``W`` has to the moved image."""
    height, width = shape
    along_x, along_y = _moving(width, view[0]), _moving(height, view[1])
    # Σ W ⊙ (Y image Xᵀ) = Σ (Yᵀ W X) ⊙ image
    moved = along_y.T @ W.reshape(-1, height, width) @ along_x
    return np.asarray(moved.reshape(W.shape), W.dtype)


def _moving(n: int, by: float) -> NDArray[np.float64]:
    """Return the matrix (n, n) that moves a row of n pixels, blending neighbours; beyond it is paper."""
    whole = math.floor(by)
    part = by - whole
    matrix: NDArray[np.float64] = (1 - part) * np.eye(n, k=-whole) + part * np.eye(n, k=-whole - 1)
    return matrix
