"""The activation functions and their derivatives, on arrays (n, fan_out); any package may import it.

Each function writes f(z) into ``out`` and keeps ``z``; each derivative turns ∂loss/∂a in ``delta`` into
∂loss/∂z, and may use ``z`` as scratch. All are analytic where they are differentiable, so that the same code
trains in float32 and is checked with complex numbers: a case is decided by the real part, never by a
modulus. Where a function has a corner, the derivative there is that of PyTorch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LEAK = 0.01
"""Slope of leaky ReLU below 0."""

_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_ALPHA = 1.6732632423543772848170429916717

_GELU_SCALE = math.sqrt(8 / math.pi)
_GELU_CUBE = 0.044715

_NEAR, _FAR, _FARTHEST = 0.46875, 4.0, 30.0
_ERF = (
    (
        *(1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2),
        *(3.77485237685302021e2, 3.20937758913846947e3),
    ),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
_ERFC = (
    (
        *(2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0),
        *(6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2),
        *(1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3),
    ),
    (
        *(1.0, 1.57449261107098347e1, 1.17693950891312499e2),
        *(5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3),
        *(4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
    ),
)
_ERFC_FAR = (
    (
        *(1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1),
        *(1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4),
    ),
    (
        *(1.0, 2.56852019228982242e0, 1.87295284992346725e0),
        *(5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3),
    ),
)
"""Cody 1969, Rational Chebyshev approximations for the error function: numerators and denominators of erf up
to `_NEAR`, and of erfc up to `_FAR` and beyond, the highest power first."""

_BLOCK_SIZE = 16_384
"""Size of a block of scratch: it stays in the cache, and no array of a layer's size is allocated."""


def _blocks(*arrays: NDArray[Any]) -> Iterator[tuple[NDArray[Any], ...]]:
    """Yield the same rows of each array, few enough for scratch of their size."""
    n_rows = max(1, _BLOCK_SIZE // arrays[0].shape[1])
    for start in range(0, len(arrays[0]), n_rows):
        yield tuple(array[start : start + n_rows] for array in arrays)


def identity(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = z."""
    np.copyto(out, z)


def times_one(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Leave delta as it is: f′ = 1."""


def step(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = 1 where z > 0, else 0."""
    # Unlike a comparison, np.heaviside keeps NaN.
    np.heaviside(z.real, 0.0, out=out)


def times_zero(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = 0, which is true everywhere but at the step itself."""
    delta[...] = 0


def relu(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = max(z, 0)."""
    if np.iscomplexobj(z):
        # np.maximum would compare imaginary parts where the real parts are equal.
        np.multiply(z, z.real > 0, out=out)
    else:
        # NumPy compares with a row of zeros several times faster than with a scalar.
        np.maximum(z, np.zeros(z.shape[1], z.dtype), out=out)


def times_relu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = 1 where z > 0, else 0."""
    np.greater(a.real, 0, out=z)
    delta *= z


def leaky_relu(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = z where z > 0, else `LEAK` z."""
    if np.iscomplexobj(z):
        np.multiply(z, np.where(z.real > 0, 1.0, LEAK), out=out)
    else:
        np.multiply(z, LEAK, out=out)
        np.maximum(z, out, out=out)


def times_leaky_relu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = 1 where z > 0, else `LEAK`."""
    np.greater(a.real, 0, out=z)
    np.maximum(z, LEAK, out=z)
    delta *= z


def relu6(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = min(max(z, 0), 6)."""
    _clip(z, 0.0, 6.0, out)


def times_relu6_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = 1 where 0 < z < 6, else 0."""
    delta *= (a.real > 0) & (a.real < 6)


def hard_tanh(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = min(max(z, −1), 1)."""
    _clip(z, -1.0, 1.0, out)


def times_hard_tanh_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = 1 where −1 < z < 1, else 0."""
    delta *= np.abs(a.real) < 1


def absolute(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = |z|, as z sign z."""
    np.sign(z.real, out=out)
    out *= z


def times_sign(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = sign z, 0 at 0."""
    # Ten times as fast as np.sign onto its own input.
    for delta_rows, z_rows in _blocks(delta, z):
        delta_rows *= np.sign(z_rows.real)


def sigmoid(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = 1 / (1 + exp −z)."""
    np.negative(z, out=out)
    # Beyond, exp would overflow and f is 0 to working precision. `.real` of a real array is the array itself.
    real = out.real
    np.minimum(real, np.log(np.finfo(out.dtype).max) - 1, out=real)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def times_sigmoid_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = a (1 − a)."""
    np.subtract(1, a, out=z)
    z *= a
    delta *= z


def tanh(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = tanh z."""
    np.tanh(z, out=out)


def times_tanh_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = 1 − a²."""
    np.multiply(a, a, out=z)
    np.subtract(1, z, out=z)
    delta *= z


def softplus(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = log(1 + exp z), as max(z, 0) + log(1 + exp −|z|), which cannot overflow.

    Variant: exact everywhere; PyTorch's goes over to z above 20, which changes the ninth digit there.
    """
    absolute(z, out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    _add_positive_part(z, out)


def times_sigmoid(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by softplus′ = 1 / (1 + exp −z)."""
    sigmoid(z, z)
    delta *= z


def elu(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = z where z > 0, else exp z − 1.

    Variant: Clevert, Unterthiner & Hochreiter 2016, eq. 15, with α = 1: the derivative has no jump.
    """
    _negative_part(z, out)
    np.expm1(out, out=out)
    _add_positive_part(z, out)


def times_elu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = exp min(z, 0)."""
    # a + 1 would be as right, and lose its digits where f′ is small.
    _negative_part(z, z)
    np.exp(z, out=z)
    delta *= z


def selu(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = λ z where z > 0, else λ α (exp z − 1).

    Variant: Klambauer, Unterthiner, Mayr & Hochreiter 2017, eq. 2, with the λ and α of their equation 14,
    which keep mean 0 and variance 1 from layer to layer.
    """
    _negative_part(z, out)
    np.expm1(out, out=out)
    out *= _SELU_ALPHA
    _add_positive_part(z, out)
    out *= _SELU_SCALE


def times_selu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = λ where z > 0, else λ α exp z."""
    for delta_rows, z_rows, a_rows in _blocks(delta, z, a):
        is_negative = a_rows.real <= 0
        np.exp(z_rows, out=z_rows, where=is_negative)
        z_rows *= _SELU_ALPHA
        z_rows[~is_negative] = 1
        delta_rows *= z_rows
    delta *= _SELU_SCALE


def silu(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = z / (1 + exp −z): SiLU, also called swish.

    Variant: Elfwing, Uchibe & Doya 2018, eq. 8.
    """
    sigmoid(z, out)
    out *= z


def times_silu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = s + z s (1 − s) = s + a (1 − s), s = 1 / (1 + exp −z)."""
    sigmoid(z, z)
    for delta_rows, s, a_rows in _blocks(delta, z, a):
        slope = 1 - s
        slope *= a_rows
        slope += s
        delta_rows *= slope


def gelu(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = z / (1 + exp −u) with u = √(8/π) (z + 0.044715 z³).

    Variant: the tanh form of Hendrycks & Gimpel 2016, section 2, ½ z (1 + tanh ½u): PyTorch's
    ``GELU(approximate="tanh")``. Written with a sigmoid it keeps its digits where f is small.
    """
    np.multiply(z, z, out=out)
    out *= _GELU_SCALE * _GELU_CUBE
    out += _GELU_SCALE
    out *= z
    sigmoid(out, out)
    out *= z


def times_gelu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = s + z s (1 − s) u′, s = 1 / (1 + exp −u)."""
    for delta_rows, z_rows in _blocks(delta, z):
        square = z_rows * z_rows
        u = square * (_GELU_SCALE * _GELU_CUBE)
        u += _GELU_SCALE
        u *= z_rows
        s = np.empty_like(u)
        sigmoid(u, s)
        square *= 3 * _GELU_SCALE * _GELU_CUBE
        square += _GELU_SCALE
        square *= z_rows
        np.subtract(1, s, out=u)
        u *= s
        square *= u
        square += s
        delta_rows *= square


def exact_gelu(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = z Φ(z), Φ being the distribution function of the standard normal distribution.

    Variant: Hendrycks & Gimpel 2016, section 2, with the error function itself: PyTorch's ``GELU()``.
    """
    for z_rows, out_rows in _blocks(z, out):
        np.multiply(z_rows, _normal_distribution(z_rows), out=out_rows)


def times_exact_gelu_derivative(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by f′ = Φ(z) + z φ(z), φ(z) = exp(−½ z²) / √(2π)."""
    for delta_rows, z_rows in _blocks(delta, z):
        slope = _normal_distribution(z_rows)
        # Far out the density is 0, and its exponent would overflow.
        real = z_rows.real
        np.clip(real, -_FARTHEST, _FARTHEST, out=real)
        density = np.exp(-0.5 * z_rows * z_rows)
        density *= z_rows
        density *= 1 / math.sqrt(2 * math.pi)
        slope += density
        delta_rows *= slope


def sine(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z) = sin z."""
    np.sin(z, out=out)


def times_cosine(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply by sin′ = cos z."""
    np.cos(z, out=z)
    delta *= z


def softmax(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute f(z)ⱼ = exp zⱼ / Σ exp z along each row."""
    # Softmax does not change when a row is shifted; with the largest at 0, exp cannot overflow.
    np.subtract(z, z.real.max(axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


def times_softmax_jacobian(delta: NDArray[Any], z: NDArray[Any], a: NDArray[Any]) -> None:
    """Multiply each row by the Jacobian diag(a) − a aᵀ."""
    np.multiply(delta, a, out=z)
    delta -= z.sum(axis=1, keepdims=True)
    delta *= a


def _clip(z: NDArray[Any], low: float, high: float, out: NDArray[Any]) -> None:
    """Write min(max(z, low), high)."""
    if np.iscomplexobj(z):
        np.copyto(out, z)
        out[z.real <= low] = low
        out[z.real >= high] = high
    else:
        np.clip(z, low, high, out=out)


def _normal_distribution(z: NDArray[Any]) -> NDArray[Any]:
    """Return Φ(z) = ½ erfc(−z / √2), a new array, with all its digits where it is small."""
    x = z * np.copysign(z.real.dtype.type(math.sqrt(0.5)), z.real)
    real = x.real
    np.minimum(real, _FARTHEST, out=real)
    is_near, is_far = real <= _NEAR, real > _FAR
    tail = np.empty_like(x)
    near = x[is_near]
    tail[is_near] = 0.5 - 0.5 * near * _quotient(near * near, *_ERF)
    is_between = ~(is_near | is_far)
    between = x[is_between]
    tail[is_between] = 0.5 * np.exp(-between * between) * _quotient(between, *_ERFC)
    far = x[is_far]
    inverse = 1 / (far * far)
    series = 1 / math.sqrt(math.pi) - inverse * _quotient(inverse, *_ERFC_FAR)
    tail[is_far] = 0.5 * np.exp(-far * far) * series / far
    return np.asarray(np.where(z.real < 0, tail, 1 - tail))


def _quotient(x: NDArray[Any], above: Sequence[float], below: Sequence[float]) -> NDArray[Any]:
    """Return the quotient of two polynomials, their highest powers first."""
    numerator, denominator = np.full_like(x, above[0]), np.full_like(x, below[0])
    for p, q in zip(above[1:], below[1:], strict=True):
        numerator *= x
        numerator += p
        denominator *= x
        denominator += q
    numerator /= denominator
    return numerator


def _negative_part(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Write min(z, 0); ``out`` may be ``z``."""
    if np.iscomplexobj(z):
        np.multiply(z, z.real < 0, out=out)
    else:
        np.minimum(z, np.zeros(z.shape[1], z.dtype), out=out)


def _add_positive_part(z: NDArray[Any], out: NDArray[Any]) -> None:
    """Add max(z, 0) to ``out``."""
    for z_rows, out_rows in _blocks(z, out):
        positive = np.empty_like(z_rows)
        relu(z_rows, positive)
        out_rows += positive
