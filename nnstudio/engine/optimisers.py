"""Rules that turn a gradient into an update of theta, in place; any room may import it.

The vectors are walked in blocks that stay in the processor's cache, so that the many passes of a rule read
main memory once. A rule sees one block at a time; adding one is one entry of `OPTIMISERS`.
"""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass, fields
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

BLOCK_SIZE = 32_768
"""Numbers per block: theta, grad, two moments and scratch fill 640 KiB in float32, an L2 cache or so."""


class HyperError(UserError):
    """A hyper-parameter that is no number or out of range."""


@dataclass(frozen=True)
class Hyper:
    """Hyper-parameters of the optimisers; each reads those it knows.

    Attributes
    ----------
    learning_rate : float
        α > 0.
    momentum : float
        μ in [0, 1), momentum only.
    beta1, beta2 : float
        Decay of Adam's moments, in [0, 1).
    eps : float
        Adam's ε, at least 1e-30: float32 holds nothing much smaller, and 0 / 0 would follow.
    weight_decay : float
        λ ≥ 0, decoupled: θ ← (1 − αλ) θ before each update, weights and biases alike (Loshchilov & Hutter
        2019, Algorithms 1 and 2, with the rate in the factor, as in PyTorch's AdamW).

    Raises
    ------
    HyperError
        If one is not a finite number in its range.
    """

    learning_rate: float = 1e-3
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            fits, words = _RANGES[field.name]
            number = _number(value)
            if not (math.isfinite(number) and fits(number)):
                raise HyperError(
                    f"The {field.name.replace('_', ' ')} must be {words}, not {reprlib.repr(value)}."
                )
            # A NumPy scalar would lift float32 arithmetic to its own precision; a Python number does not.
            object.__setattr__(self, field.name, number)


def _number(value: object) -> float:
    """Return a plain float, NaN for whatever is not a number that fits one."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


_DECAY = (lambda value: 0 <= value < 1, "a number from 0 up to, but not including, 1")
_RANGES: Mapping[str, tuple[Callable[[float], bool], str]] = {
    "learning_rate": (lambda value: value > 0, "a number above 0"),
    "momentum": _DECAY,
    "beta1": _DECAY,
    "beta2": _DECAY,
    "eps": (lambda value: value >= 1e-30, "a number of at least 1e-30"),
    "weight_decay": (lambda value: value >= 0, "a number of at least 0"),
}


@dataclass
class OptimiserState:
    """What an optimiser remembers between steps.

    Attributes
    ----------
    t : int
        Steps taken.
    moments : dict of str to ndarray of shape (n_params,)
        Running vectors by name: Adam's ``m`` and ``v``, momentum's ``velocity``.
    scratch : ndarray of shape (min(n_params, BLOCK_SIZE),)
        Overwritten at each step; nothing is remembered in it.
    """

    t: int
    moments: dict[str, NDArray[Any]]
    scratch: NDArray[Any]


@dataclass(frozen=True)
class Optimiser:
    """An update rule, and the names of the vectors it keeps.

    Attributes
    ----------
    name, title : str
        Key in `OPTIMISERS`; name for people.
    moment_names : tuple of str
        Vectors of theta's shape that the rule keeps, zero at first.
    update : callable ``(theta, grad, moments, scratch, t, hyper) -> None``
        Advance one block in place at step t = 1, 2, …; ``moments`` in the order of ``moment_names``,
        ``scratch`` of the block's shape and free to use.
    """

    name: str
    title: str
    moment_names: tuple[str, ...]
    update: Callable[
        [NDArray[Any], NDArray[Any], list[NDArray[Any]], NDArray[Any], int, Hyper],
        None,
    ]

    def initial_state(self, theta: NDArray[Any]) -> OptimiserState:
        """Return the state before the first step, in theta's shape and dtype."""
        moments = {name: np.zeros_like(theta) for name in self.moment_names}
        return OptimiserState(0, moments, np.empty(min(theta.size, BLOCK_SIZE), theta.dtype))

    @np.errstate(over="ignore", invalid="ignore")
    def step(self, theta: NDArray[Any], grad: NDArray[Any], state: OptimiserState, hyper: Hyper) -> None:
        """Advance theta by one update.

        Parameters
        ----------
        theta, grad : ndarray of shape (n_params,), same dtype, C-contiguous
        state : OptimiserState
            From `initial_state` of this optimiser. Modified.
        hyper : Hyper
            May change from step to step.

        Raises
        ------
        ValueError
            If grad or the state does not fit theta.

        Notes
        -----
        Aliasing: writes theta and state; reads grad.  Thread: any.
        A theta that overflows gives no warning; the next loss is not finite.
        """
        vectors = (grad, *(state.moments[name] for name in self.moment_names))
        if any(vector.shape != theta.shape or vector.dtype != theta.dtype for vector in vectors):
            raise ValueError(
                f"gradient and state must have theta's shape {theta.shape} and dtype {theta.dtype}"
            )
        state.t += 1
        keep = 1 - hyper.learning_rate * hyper.weight_decay
        for start in range(0, theta.size, BLOCK_SIZE):
            block = slice(start, start + BLOCK_SIZE)
            part, grad_part, *moments = theta[block], *(vector[block] for vector in vectors)
            if keep != 1:
                part *= keep
            self.update(part, grad_part, moments, state.scratch[: part.size], state.t, hyper)


def _sgd(
    theta: NDArray[Any],
    grad: NDArray[Any],
    moments: list[NDArray[Any]],
    scratch: NDArray[Any],
    t: int,
    hyper: Hyper,
) -> None:
    """Gradient descent: θ ← θ − α g."""
    np.multiply(grad, hyper.learning_rate, out=scratch)
    theta -= scratch


def _momentum(
    theta: NDArray[Any],
    grad: NDArray[Any],
    moments: list[NDArray[Any]],
    scratch: NDArray[Any],
    t: int,
    hyper: Hyper,
) -> None:
    """Momentum: u ← μ u + g,  θ ← θ − α u.

    Variant: Polyak's heavy ball (1964) with the rate outside the velocity, as in PyTorch without dampening,
    so that a change of rate acts at once.
    """
    (velocity,) = moments
    velocity *= hyper.momentum
    velocity += grad
    np.multiply(velocity, hyper.learning_rate, out=scratch)
    theta -= scratch


def _adam(
    theta: NDArray[Any],
    grad: NDArray[Any],
    moments: list[NDArray[Any]],
    scratch: NDArray[Any],
    t: int,
    hyper: Hyper,
) -> None:
    """Adam: m ← β₁ m + (1−β₁) g,  v ← β₂ v + (1−β₂) g²,  θ ← θ − α m̂ / (√v̂ + ε).

    Variant: Kingma & Ba 2015, Algorithm 1 (ε outside the root). With c = √(1 − β₂ᵗ), √v̂ = √v / c: the two
    corrections move into scalars, α c / (1 − β₁ᵗ) and ε c, and cost no pass.
    """
    m, v = moments
    np.subtract(grad, m, out=scratch)
    scratch *= 1 - hyper.beta1
    m += scratch
    np.multiply(grad, grad, out=scratch)
    scratch -= v
    scratch *= 1 - hyper.beta2
    v += scratch
    root = math.sqrt(1 - hyper.beta2**t)
    np.sqrt(v, out=scratch)
    scratch += hyper.eps * root
    np.divide(m, scratch, out=scratch)
    scratch *= hyper.learning_rate * root / (1 - hyper.beta1**t)
    theta -= scratch


OPTIMISERS: Mapping[str, Optimiser] = {
    optimiser.name: optimiser
    for optimiser in (
        Optimiser("sgd", "SGD", (), _sgd),
        Optimiser("momentum", "Momentum", ("velocity",), _momentum),
        Optimiser("adam", "Adam", ("m", "v"), _adam),
    )
}
