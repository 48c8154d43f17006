"""The update rules of the optimisers, on one block of theta; only `optimisers` uses them.

A rule is two functions. ``coefficients(hyper, learning_rate, t)`` returns the numbers that are the same for
all weights at step t = 1, 2, …; ``update(theta, grad, moments, scratch, given)`` then makes as few passes
over the block as possible, in place: grad is only read, and scratch may be overwritten. The coefficients are
given as arrays of no dimension in theta's dtype, which NumPy reads faster than Python's numbers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.engine.hyper import Hyper

    Array = NDArray[Any]


def rate(hyper: Hyper, learning_rate: float, t: int) -> tuple[float, ...]:
    """Return α."""
    return (learning_rate,)


def sgd(theta: Array, grad: Array, moments: Sequence[Array], scratch: Array, given: Sequence[Array]) -> None:
    """Gradient descent: θ ← θ − α g.

    On all samples at once it is full-batch gradient descent (Cauchy 1847), on one at a time the stochastic
    approximation of Robbins & Monro (1951), on a few mini-batch descent: the batch size decides.
    """
    np.multiply(grad, given[0], scratch)
    np.subtract(theta, scratch, theta)


def rate_and_momentum(hyper: Hyper, learning_rate: float, t: int) -> tuple[float, ...]:
    """Return α, μ."""
    return learning_rate, hyper.momentum


def momentum(
    theta: Array, grad: Array, moments: Sequence[Array], scratch: Array, given: Sequence[Array]
) -> None:
    """Momentum: u ← μ u + g,  θ ← θ − α u.

    Variant: Polyak's heavy ball (1964) with the rate outside the velocity, as in PyTorch without dampening,
    so that a change of rate acts at once.
    """
    learning_rate, mu = given
    (velocity,) = moments
    np.multiply(velocity, mu, velocity)
    np.add(velocity, grad, velocity)
    np.multiply(velocity, learning_rate, scratch)
    np.subtract(theta, scratch, theta)


def nesterov(
    theta: Array, grad: Array, moments: Sequence[Array], scratch: Array, given: Sequence[Array]
) -> None:
    """Nesterov's momentum: u ← μ u + g,  θ ← θ − α (g + μ u).

    Variant: Sutskever et al. 2013, section 2, rewritten for the gradient at θ itself, with the rate outside
    the velocity, as in PyTorch's ``SGD(nesterov=True)``.
    """
    learning_rate, mu = given
    (velocity,) = moments
    np.multiply(velocity, mu, velocity)
    np.add(velocity, grad, velocity)
    np.multiply(velocity, mu, scratch)
    np.add(scratch, grad, scratch)
    np.multiply(scratch, learning_rate, scratch)
    np.subtract(theta, scratch, theta)


def rmsprop_coefficients(hyper: Hyper, learning_rate: float, t: int) -> tuple[float, ...]:
    """Return α, ρ, 1 − ρ, ε."""
    return learning_rate, hyper.rho, 1 - hyper.rho, hyper.eps


def rmsprop(
    theta: Array, grad: Array, moments: Sequence[Array], scratch: Array, given: Sequence[Array]
) -> None:
    """RMSProp: v ← ρ v + (1−ρ) g²,  θ ← θ − α g / (√v + ε).

    Variant: Tieleman & Hinton 2012, lecture 6e, not centred and without momentum, with ε outside the root as
    in PyTorch, whose ``alpha`` is ρ.
    """
    learning_rate, rho, rest, eps = given
    (v,) = moments
    np.multiply(grad, grad, scratch)
    np.multiply(scratch, rest, scratch)
    np.multiply(v, rho, v)
    np.add(v, scratch, v)
    np.sqrt(v, scratch)
    np.add(scratch, eps, scratch)
    np.divide(grad, scratch, scratch)
    np.multiply(scratch, learning_rate, scratch)
    np.subtract(theta, scratch, theta)


def rate_and_eps(hyper: Hyper, learning_rate: float, t: int) -> tuple[float, ...]:
    """Return α, ε."""
    return learning_rate, hyper.eps


def adagrad(
    theta: Array, grad: Array, moments: Sequence[Array], scratch: Array, given: Sequence[Array]
) -> None:
    """Adagrad: s ← s + g²,  θ ← θ − α g / (√s + ε).

    Variant: Duchi, Hazan & Singer 2011, figure 1 with the diagonal matrix and ε outside the root, as in
    PyTorch with a sum that begins at 0 and no decay of the rate.
    """
    learning_rate, eps = given
    (total,) = moments
    np.multiply(grad, grad, scratch)
    np.add(total, scratch, total)
    np.sqrt(total, scratch)
    np.add(scratch, eps, scratch)
    np.divide(grad, scratch, scratch)
    np.multiply(scratch, learning_rate, scratch)
    np.subtract(theta, scratch, theta)


def adam_coefficients(hyper: Hyper, learning_rate: float, t: int) -> tuple[float, ...]:
    """Return β₁, β₂, ε / c, α (1−β₁) / ((1−β₁ᵗ) c) with c = √((1−β₂) / (1−β₂ᵗ))."""
    c = math.sqrt((1 - hyper.beta2) / (1 - hyper.beta2**t))
    factor = learning_rate * (1 - hyper.beta1) / (1 - hyper.beta1**t) / c
    return hyper.beta1, hyper.beta2, hyper.eps / c, factor


def adam(theta: Array, grad: Array, moments: Sequence[Array], scratch: Array, given: Sequence[Array]) -> None:
    """Adam: m ← β₁ m + (1−β₁) g,  v ← β₂ v + (1−β₂) g²,  θ ← θ − α m̂ / (√v̂ + ε).

    Variant: Kingma & Ba 2015, Algorithm 1 (ε outside the root). The moments are kept without their factors
    1 − β₁ and 1 − β₂: M = m / (1−β₁), V = v / (1−β₂). Then m̂ = M (1−β₁) / (1−β₁ᵗ) and √v̂ = c √V, and all
    factors move into two numbers: ten passes over the block instead of twelve.
    """
    beta1, beta2, eps, factor = given
    m, v = moments
    np.multiply(m, beta1, m)
    np.add(m, grad, m)
    np.multiply(grad, grad, scratch)
    np.multiply(v, beta2, v)
    np.add(v, scratch, v)
    np.sqrt(v, scratch)
    np.add(scratch, eps, scratch)
    np.divide(m, scratch, scratch)
    np.multiply(scratch, factor, scratch)
    np.subtract(theta, scratch, theta)
