"""Hyper-parameters of the optimisers and the ranges they must lie in; any package may import this module."""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass, fields
from numbers import Real
from typing import TYPE_CHECKING

from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


HYPER_TITLES: Mapping[str, str] = {
    "learning_rate": translatable("learning rate"),
    "momentum": translatable("momentum"),
    "beta1": "β₁",
    "beta2": "β₂",
    "rho": "ρ",
    "eps": "ε",
    "weight_decay": translatable("weight decay"),
    "l2": "L2",
    "l1": "L1",
    "clip_norm": translatable("clipping"),
    "ema_decay": translatable("averaging"),
}
"""What each is called within a sentence; to be translated with ``tr``."""


class HyperError(UserError):
    """A hyper-parameter that is no number or out of range."""


@dataclass(frozen=True)
class Hyper:
    """Hyper-parameters of the optimisers; each rule reads those it knows, all read the last five.

    Attributes
    ----------
    learning_rate : float
        α > 0.
    momentum : float
        μ in [0, 1), of momentum and Nesterov's.
    beta1, beta2 : float
        Decay of Adam's moments, in [0, 1).
    rho : float
        Decay of RMSProp's mean square, in [0, 1).
    eps : float
        ε of the rules that divide, at least 1e-30: float32 holds nothing much smaller, and 0 / 0 would
        follow.
    weight_decay : float
        λ ≥ 0, decoupled: θ ← (1 − αλ) θ before each update, weights and biases alike (Loshchilov & Hutter
        2019, Algorithms 1 and 2, with the rate in the factor, as in PyTorch's AdamW).
    l2 : float
        λ₂ ≥ 0, in the gradient: g ← g + λ₂ θ, weights and biases alike, the derivative of ½ λ₂ ‖θ‖².
        It is what PyTorch's SGD and Adam call weight_decay.
    l1 : float
        λ₁ ≥ 0, in the gradient: g ← g + λ₁ sign θ, the derivative of λ₁ Σ |θ|.
    clip_norm : float
        Longer gradients are shortened to this length, > 0; infinite: none is. Before L2 and L1 are added, so
        as PyTorch's clip_grad_norm_ does it (Pascanu, Mikolov & Bengio 2013, Algorithm 1).
    ema_decay : float
        Decay d of a running average of theta, in [0, 1); 0: none is kept. θ̄ ← d θ̄ + (1 − d) θ after each
        update, beginning with θ after the first, as in PyTorch's get_ema_multi_avg_fn.

    Raises
    ------
    HyperError
        If one is not a number in its range.
    """

    learning_rate: float = 1e-3
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    rho: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    l2: float = 0.0
    l1: float = 0.0
    clip_norm: float = math.inf
    ema_decay: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            fits, words = _RANGES[field.name]
            number = _number(value)
            if not fits(number):
                raise HyperError(
                    tr("The {setting} must be {words}, not {given}.").format(
                        setting=tr(HYPER_TITLES[field.name]), words=tr(words), given=reprlib.repr(value)
                    )
                )
            # A NumPy scalar would lift float32 arithmetic to its own precision; a Python number does not.
            object.__setattr__(self, field.name, number)


def _number(value: object) -> float:
    """Return a plain float, NaN for anything that is not a number that fits one."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


_DECAY = (lambda value: 0 <= value < 1, translatable("a number from 0 up to, but not including, 1"))
_STRENGTH = (lambda value: 0 <= value < math.inf, translatable("a number of at least 0"))
_RANGES: Mapping[str, tuple[Callable[[float], bool], str]] = {
    "learning_rate": (lambda value: 0 < value < math.inf, translatable("a number above 0")),
    "momentum": _DECAY,
    "beta1": _DECAY,
    "beta2": _DECAY,
    "rho": _DECAY,
    "eps": (lambda value: 1e-30 <= value < math.inf, translatable("a number of at least 1e-30")),
    "weight_decay": _STRENGTH,
    "l2": _STRENGTH,
    "l1": _STRENGTH,
    "clip_norm": (lambda value: value > 0, translatable("a number above 0, possibly infinite")),
    "ema_decay": _DECAY,
}
