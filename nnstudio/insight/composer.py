"""Chains of functions of one argument, stage by stage, and the networks that fold a line by depth."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

MAX_STAGES = 12

MOST_VISIBLE_FOLDS = 12
"""Pieces of more folds are finer than a pixel: 2¹² = 4,096 on the width of a screen."""


class ComposerError(UserError):
    """A chain or a folding network that cannot be made."""


@dataclass(frozen=True)
class StageFunction:
    """A function of one argument.

    Attributes
    ----------
    name, title : str
        Key in `STAGE_FUNCTIONS`; name for people.
    apply : callable ``(z, out) -> None``
        Write f(z) into ``out``, both float64 of shape (n, 1); NaN or infinite where it has no number.
    """

    name: str
    title: str
    apply: Callable[[NDArray[Any], NDArray[Any]], Any]


STAGE_FUNCTIONS: Mapping[str, StageFunction] = MappingProxyType(
    {
        function.name: function
        for function in (
            *(
                StageFunction(each.name, each.title, each.apply)
                for each in ACTIVATIONS.values()
                if not each.output_only
            ),
            StageFunction("exp", translatable("Exponential"), np.exp),
            StageFunction("sqrt", translatable("Square root"), np.sqrt),
            StageFunction("cosine", translatable("Cosine"), np.cos),
        )
    }
)
"""All activations of hidden layers, and functions for chains alone."""


@dataclass(frozen=True)
class ChainStage:
    """One stage of a chain: a = f(w x + b), a layer of one unit.

    Attributes
    ----------
    function : str
        Key in `STAGE_FUNCTIONS`.
    w, b : float

    Raises
    ------
    ComposerError
        If there is no such function, or a number is not finite.
    """

    function: str
    w: float = 1.0
    b: float = 0.0

    def __post_init__(self) -> None:
        if self.function not in STAGE_FUNCTIONS:
            raise ComposerError(
                tr("There is no function {name!r}; choose one of {names}.").format(
                    name=self.function, names=", ".join(STAGE_FUNCTIONS)
                )
            )
        if not np.isfinite((self.w, self.b)).all():
            raise ComposerError(
                tr("The weight and the bias of a stage are finite numbers, not {w} and {b}.").format(
                    w=self.w, b=self.b
                )
            )


@dataclass(frozen=True, eq=False)
class Composition:
    """The values of a chain of functions.

    Attributes
    ----------
    stages : tuple of ChainStage
    x : ndarray of shape (n,), float64
    values : ndarray of shape (n_stages, n), float64
        After each stage; NaN where it, or a stage before it, has no number.
    """

    stages: tuple[ChainStage, ...]
    x: NDArray[np.float64]
    values: NDArray[np.float64]

    def gaps(self, stage: int) -> list[tuple[float, float]]:
        """Return the first and the last x of each run of x at which a stage is the first without a number."""
        before = self.values[stage - 1] if stage else self.x
        is_lost = np.isnan(self.values[stage]) & ~np.isnan(before)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], is_lost.astype(np.int8), [0]))))
        return [
            (float(self.x[first]), float(self.x[last - 1]))
            for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]

    def remarks(self) -> tuple[str, ...]:
        """Say which stages have no number everywhere, a sentence each."""
        found = []
        for nth, stage in enumerate(self.stages):
            gaps = self.gaps(nth)
            title = tr(STAGE_FUNCTIONS[stage.function].title)
            if gaps and np.isnan(self.values[nth]).all():
                found.append(
                    tr("Stage {number}, {title}, has no number anywhere.").format(number=nth + 1, title=title)
                )
            elif gaps:
                found.append(
                    tr(
                        "Stage {number}, {title}, has no number at some x, as from {low:.4g} to {high:.4g}: "
                        "the curve stops there."
                    ).format(number=nth + 1, title=title, low=gaps[0][0], high=gaps[0][1])
                )
        return tuple(found)


def compose(stages: Sequence[ChainStage], x: NDArray[Any]) -> Composition:
    """Compute each stage of a chain over a grid.

    Parameters
    ----------
    stages : sequence of ChainStage
        1 to `MAX_STAGES`, the innermost function first.
    x : ndarray of shape (n,), n ≥ 1
        In ascending order.

    Raises
    ------
    ComposerError
        If there is no stage, or too many.

    Examples
    --------
    >>> compose([ChainStage("cosine"), ChainStage("sqrt")], np.array([0.0, np.pi])).values
    array([[ 1., -1.],
           [ 1., nan]])
    """
    if not 1 <= len(stages) <= MAX_STAGES:
        raise ComposerError(
            tr("A chain has 1 to {most} stages, not {n}.").format(most=MAX_STAGES, n=len(stages))
        )
    x = np.asarray(x, np.float64)
    values = np.empty((len(stages), len(x)))
    a = x[:, None]
    for stage, row in zip(stages, values, strict=True):
        with np.errstate(over="ignore", invalid="ignore"):
            z = stage.w * a + stage.b
            STAGE_FUNCTIONS[stage.function].apply(z, row[:, None])
        row[~np.isfinite(row)] = np.nan
        # What saturates at infinity would have a number again.
        row[np.isnan(a[:, 0])] = np.nan
        a = row[:, None]
    return Composition(tuple(stages), x, values)


def fold_network(n_folds: int, *, absolute: bool = False) -> tuple[Architecture, NDArray[np.float64]]:
    """Write down the network that folds the interval from 0 to 1 onto itself several times.

    Each hidden layer computes T(x) = 2 max(0, x) − 4 max(0, x − ½) of the layer below, or with one absolute
    unit T(x) = 1 − |2x − 1|, which are the same on the interval: up from 0 to 1 and down again.

    Parameters
    ----------
    n_folds : int
        Hidden layers k, at least 1.
    absolute : bool
        Whether each hidden layer has one absolute unit rather than two of ReLU.

    Returns
    -------
    architecture : Architecture
        1-2-…-2-1 or 1-1-…-1.
    theta : ndarray of shape (n_params,), float64
        The output has 2ᵏ linear pieces between 0 and 1; one hidden layer of as many units has at most 2k + 1.

    Raises
    ------
    ComposerError
        If there is no fold.
    ArchitectureError
        If there are more layers than a network has.

    Notes
    -----
    Source: Telgarsky 2015, Representation Benefits of Deep Feedforward Networks.
    """
    if n_folds < 1:
        raise ComposerError(tr("A line is folded once or more, not {n} times.").format(n=n_folds))
    units, activation = (1, "absolute") if absolute else (2, "relu")
    architecture = Architecture.of((1, *(units,) * n_folds, 1), hidden=activation, output="identity")
    theta = np.empty(architecture.n_params)
    # T = fold · a + shift, with a the activations of a hidden layer, which is a = σ(W T + b).
    fold, shift = (np.array([[-1.0]]), 1.0) if absolute else (np.array([[2.0, -4.0]]), 0.0)
    W, b = (np.array([[2.0]]), -1.0) if absolute else (np.ones((2, 1)), np.array([0.0, -0.5]))
    first, *others, output = architecture.layers(theta)
    first.W[...], first.b[...] = W, b
    for layer in others:
        layer.W[...], layer.b[...] = W @ fold, W[:, 0] * shift + b
    output.W[...], output.b[...] = fold, shift
    return architecture, theta


def fold_remark(n_folds: int) -> str:
    """Say that the pieces of many folds cannot be seen; nothing up to `MOST_VISIBLE_FOLDS`."""
    if n_folds <= MOST_VISIBLE_FOLDS:
        return ""
    return tr("{n} folds make {pieces:,} pieces, finer than a pixel.").format(n=n_folds, pieces=2**n_folds)
