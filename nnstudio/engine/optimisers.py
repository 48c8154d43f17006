"""Optimisers: update theta by a gradient, in place; any package may import it.

Vectors are processed in blocks that stay in the processor's cache, so that the many passes of a rule read
main memory once. Adding a rule is two functions in `update_rules` and one entry of `OPTIMISERS`.

Common to all rules: clipping, L2 and L1 change the gradient, in this order; weight decay shrinks theta; the
rule updates it; a mask sets pruned weights to zero; then the running average is updated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.engine import update_rules as rules
from nnstudio.language import translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from nnstudio.engine.hyper import Hyper

BLOCK_SIZE = 65_536
"""Numbers per block: theta, grad, two moments and scratch fill 1.25 MiB in float32, an L2 cache or so."""

CLIP_EPS = 1e-6
"""Keeps the factor of clipping finite for a gradient of length 0, as in PyTorch."""


@dataclass
class OptimiserState:
    """The state of an optimiser between steps.

    Attributes
    ----------
    t : int
        Steps taken.
    moments : dict of str to ndarray of shape (n_params,)
        Running vectors by name: Adam's ``m`` and ``v``, momentum's ``velocity``. Adam's are kept without
        their factors 1 − β₁ and 1 − β₂.
    scratch : ndarray of shape (2, min(n_params, BLOCK_SIZE))
        Overwritten at each step; not part of the state.
    mask : ndarray of shape (n_params,), theta's dtype, or None
        1 where a weight is trained, 0 where it is pruned: such a weight is set to 0 after each update.
    average : ndarray of shape (n_params,), or None
        The running average of theta, if ``Hyper.ema_decay`` asks for one.
    """

    t: int
    moments: dict[str, NDArray[Any]]
    scratch: NDArray[Any]
    mask: NDArray[Any] | None = None
    average: NDArray[Any] | None = None

    @property
    def vectors(self) -> tuple[NDArray[Any], ...]:
        """Every vector of theta's shape, in a fixed order."""
        others = (vector for vector in (self.mask, self.average) if vector is not None)
        return (*self.moments.values(), *others)


class BlockViews(NamedTuple):
    """Views of one block of theta and of the vectors that belong to it.

    ``slope`` receives the gradient that the rule sees; it may be the same array as ``grad``.
    """

    theta: NDArray[Any]
    grad: NDArray[Any]
    moments: tuple[NDArray[Any], ...]
    slope: NDArray[Any]
    scratch: NDArray[Any]
    mask: NDArray[Any] | None
    average: NDArray[Any] | None


class Factors(NamedTuple):
    """The scalars of one step, arrays of no dimension; None where there is nothing to do."""

    rule: tuple[NDArray[Any], ...]
    clip: NDArray[Any] | None
    l2: NDArray[Any] | None
    l1: NDArray[Any] | None
    keep: NDArray[Any] | None
    average: NDArray[Any] | None


@dataclass(frozen=True)
class Optimiser:
    """An update rule, and the names of the vectors it keeps.

    Attributes
    ----------
    name, title : str
        Key in `OPTIMISERS`; name for people.
    moment_names : tuple of str
        Vectors of theta's shape that the rule keeps, zero at first.
    coefficients, update : callable
        The rule, as `update_rules` describes it.
    hyper_names : tuple of str
        The entries of `Hyper` that the rule reads, besides the learning rate.
    """

    name: str
    title: str
    moment_names: tuple[str, ...]
    coefficients: Callable[[Hyper, float, int], tuple[float, ...]]
    update: Callable[
        [NDArray[Any], NDArray[Any], Sequence[NDArray[Any]], NDArray[Any], Sequence[NDArray[Any]]],
        None,
    ]
    hyper_names: tuple[str, ...] = ()

    def initial_state(self, theta: NDArray[Any]) -> OptimiserState:
        """Return the state before the first step, in theta's shape and dtype."""
        moments = {name: np.zeros_like(theta) for name in self.moment_names}
        return OptimiserState(0, moments, np.empty((2, min(theta.size, BLOCK_SIZE)), theta.dtype))

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
        vectors = (grad, *state.vectors)
        if any(vector.shape != theta.shape or vector.dtype != theta.dtype for vector in vectors):
            raise ValueError(
                f"gradient and state must have theta's shape {theta.shape} and dtype {theta.dtype}"
            )
        norm = math.sqrt(np.dot(grad, grad)) if hyper.clip_norm < math.inf else 0.0
        factors = self.begin_step(theta, state, hyper, hyper.learning_rate, norm)
        for part in parts_of(slice(0, theta.size), theta, grad, state, state.scratch):
            self.advance(part, factors)

    def begin_step(
        self, theta: NDArray[Any], state: OptimiserState, hyper: Hyper, learning_rate: float, norm: float
    ) -> Factors:
        """Count a step and return its numbers, for `advance` on every part of theta.

        Parameters
        ----------
        theta : ndarray of shape (n_params,)
        state : OptimiserState
            Modified.
        hyper : Hyper
        learning_rate : float
            Instead of that of ``hyper``, at least 0.
        norm : float
            The length of the whole gradient; read only if ``hyper.clip_norm`` is finite.
        """
        state.t += 1
        if hyper.ema_decay and state.average is None:
            state.average = theta.copy()

        def number(value: float) -> NDArray[Any]:
            return np.asarray(value, theta.dtype)

        keep = 1 - learning_rate * hyper.weight_decay
        clip = hyper.clip_norm / (norm + CLIP_EPS)
        # The average begins with theta after the first step.
        decay = hyper.ema_decay if state.t > 1 else 0.0
        return Factors(
            rule=tuple(map(number, self.coefficients(hyper, learning_rate, state.t))),
            clip=number(clip) if clip < 1 else None,
            l2=number(hyper.l2) if hyper.l2 else None,
            l1=number(hyper.l1) if hyper.l1 else None,
            keep=number(keep) if keep != 1 else None,
            average=number(1 - decay) if hyper.ema_decay else None,
        )

    def advance(self, part: BlockViews, factors: Factors) -> None:
        """Update one part of theta, in place."""
        theta, grad, moments, slope, scratch, mask, average = part
        if factors.clip is not None:
            grad = np.multiply(grad, factors.clip, slope)
        if factors.l2 is not None:
            np.multiply(theta, factors.l2, scratch)
            grad = np.add(grad, scratch, slope)
        if factors.l1 is not None:
            np.sign(theta, scratch)
            np.multiply(scratch, factors.l1, scratch)
            grad = np.add(grad, scratch, slope)
        if factors.keep is not None:
            np.multiply(theta, factors.keep, theta)
        self.update(theta, grad, moments, scratch, factors.rule)
        if mask is not None:
            np.multiply(theta, mask, theta)
        if average is not None and factors.average is not None:
            np.subtract(theta, average, scratch)
            np.multiply(scratch, factors.average, scratch)
            np.add(average, scratch, average)


def parts_of(
    span: slice, theta: NDArray[Any], grad: NDArray[Any], state: OptimiserState, scratch: NDArray[Any]
) -> list[BlockViews]:
    """Divide a span of theta, and the vectors that belong to it, into parts that fit the cache.

    Parameters
    ----------
    span : slice
        ``theta[span]`` is divided; it has a start and a stop.
    theta : ndarray of shape (n_params,)
    grad : ndarray of shape (n_params,), or of the span's length
        In the second case it may be overwritten.
    state : OptimiserState
    scratch : ndarray of shape (2, ≥ min(span, BLOCK_SIZE))
    """
    parts = []
    offset = 0 if grad.shape == theta.shape else span.start
    for start in range(span.start, span.stop, BLOCK_SIZE):
        block = slice(start, min(start + BLOCK_SIZE, span.stop))
        size = block.stop - block.start
        grad_part = grad[block.start - offset : block.stop - offset]
        parts.append(
            BlockViews(
                theta=theta[block],
                grad=grad_part,
                moments=tuple(moment[block] for moment in state.moments.values()),
                slope=scratch[1, :size] if grad.shape == theta.shape else grad_part,
                scratch=scratch[0, :size],
                mask=None if state.mask is None else state.mask[block],
                average=None if state.average is None else state.average[block],
            )
        )
    return parts


_MOMENTUM = ("momentum",)
_ADAM = ("beta1", "beta2", "eps")

OPTIMISERS: Mapping[str, Optimiser] = {
    optimiser.name: optimiser
    for optimiser in (
        Optimiser("sgd", "SGD", (), rules.rate, rules.sgd),
        Optimiser(
            "momentum",
            translatable("Momentum"),
            ("velocity",),
            rules.rate_and_momentum,
            rules.momentum,
            _MOMENTUM,
        ),
        Optimiser(
            "nesterov",
            translatable("Nesterov"),
            ("velocity",),
            rules.rate_and_momentum,
            rules.nesterov,
            _MOMENTUM,
        ),
        Optimiser("rmsprop", "RMSProp", ("v",), rules.rmsprop_coefficients, rules.rmsprop, ("rho", "eps")),
        Optimiser(
            "adagrad", translatable("Adagrad"), ("total",), rules.rate_and_eps, rules.adagrad, ("eps",)
        ),
        Optimiser("adam", translatable("Adam"), ("m", "v"), rules.adam_coefficients, rules.adam, _ADAM),
        # Decay is decoupled everywhere, so Adam with a weight decay is AdamW: one rule under two names.
        Optimiser("adamw", "AdamW", ("m", "v"), rules.adam_coefficients, rules.adam, _ADAM),
    )
}
"""Full-batch, stochastic and mini-batch descent are all ``"sgd"``: they differ in the batch size."""
