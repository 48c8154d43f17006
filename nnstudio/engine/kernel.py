"""A training step compiled by Numba, which runs without the interpreter; only `compiled_step` imports it.

`work` executes the table that `nnstudio.engine.program` writes: pieces that any thread may take, in rounds
that wait for each other. The arithmetic is that of the NumPy path, operation by operation; only sums may be
taken in another order. NaN stays NaN.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from nnstudio.engine import program as p
from nnstudio.engine.activation_functions import LEAK
from nnstudio.engine.intrinsics import fetch_add, product_32, product_64, read, take, yield_processor
from nnstudio.engine.optimisers import CLIP_EPS

_ZERO, _ONE = np.float32(0), np.float32(1)
_LEAK = np.float32(LEAK)
_BLOCK = 4_096
_PLAIN = 111
"""BLAS's constant for a matrix that is not transposed; the next number means transposed."""

_compiled = njit(nogil=True, cache=True, error_model="numpy")
# The square root and the division of each number stay exact; only sums may be vectorised in another order.
_compiled_sum = njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc"})


@_compiled
def _address(settings, member, base, offset):
    if base == p.SCRATCH:
        return settings[p.MEMORY] + 4 * (settings[p.SCRATCH_AT] + member * settings[p.SCRATCH_SIZE] + offset)
    return settings[base] + 4 * offset


@_compiled
def _multiply(op, settings, member):
    flip_a, flip_b = _PLAIN + op[1], _PLAIN + op[2]
    a = _address(settings, member, op[6], op[7])
    b = _address(settings, member, op[9], op[10])
    c = _address(settings, member, op[12], op[13])
    product = settings[p.PRODUCT]
    if settings[p.WIDTH] == 64:
        product_64(product, flip_a, flip_b, op[3], op[4], op[5], a, op[8], b, op[11], c, op[14])
    else:
        product_32(product, flip_a, flip_b, op[3], op[4], op[5], a, op[8], b, op[11], c, op[14])


@_compiled
def _activate(op, theta, memory):
    """Add the biases and apply the activation, in place."""
    activation, start, rows, columns, stride = op[1], op[2], op[3], op[4], op[5]
    b = theta[op[6] : op[6] + columns]
    for row in range(rows):
        a = memory[start + row * stride : start + row * stride + columns]
        if activation == p.RELU:
            for j in range(columns):
                z = a[j] + b[j]
                a[j] = _ZERO if z < _ZERO else z
        elif activation == p.LEAKY_RELU:
            for j in range(columns):
                z = a[j] + b[j]
                a[j] = z * _LEAK if z < _ZERO else z
        else:
            for j in range(columns):
                a[j] += b[j]


@_compiled
def _derive(op, memory):
    """Multiply delta by the derivative of the activation."""
    activation, delta_start, a_start, rows, columns, stride = op[1], op[2], op[3], op[4], op[5], op[6]
    slope = _ZERO if activation == p.RELU else _LEAK
    if activation == p.IDENTITY:
        return
    for row in range(rows):
        at = row * stride
        delta = memory[delta_start + at : delta_start + at + columns]
        a = memory[a_start + at : a_start + at + columns]
        for j in range(columns):
            delta[j] *= _ONE if a[j] > _ZERO else slope


@_compiled
def _loss(op, theta, memory, labels, n):
    """Return the cross-entropy of some rows of a batch of n, and write delta over their logits."""
    start, rows, columns, first = op[1], op[2], op[3], op[5]
    b = theta[op[4] : op[4] + columns]
    size = np.float32(n)
    loss = 0.0
    for row in range(rows):
        z = memory[start + row * columns : start + (row + 1) * columns]
        top = z[0] + b[0]
        for j in range(columns):
            z[j] += b[j]
            top = max(top, z[j])
        label = labels[first + row]
        right = z[label]
        total = _ZERO
        for j in range(columns):
            z[j] = math.exp(z[j] - top)
            total += z[j]
        # Logits first: their difference is exact where they are large.
        loss += (top - right) + math.log(total)
        for j in range(columns):
            z[j] /= total
        z[label] -= _ONE
        for j in range(columns):
            z[j] /= size
    return loss / n


@_compiled
def _start_of(settings, member, base, offset):
    """Return where an operand begins in the memory."""
    if base == p.SCRATCH:
        return settings[p.SCRATCH_AT] + member * settings[p.SCRATCH_SIZE] + offset
    return offset


@_compiled
def _sum_rows(op, memory, settings, member):
    """Sum delta over the batch: the gradient of the biases."""
    start, rows, columns = op[1], op[2], op[3]
    out_start = _start_of(settings, member, op[4], op[5])
    out = memory[out_start : out_start + columns]
    out[:] = _ZERO
    for row in range(rows):
        delta = memory[start + row * columns : start + (row + 1) * columns]
        for j in range(columns):
            out[j] += delta[j]


@_compiled_sum
def _square(memory, start, rows, columns, stride):
    total = _ZERO
    for row in range(rows):
        g = memory[start + row * stride : start + row * stride + columns]
        for i in range(columns):
            total += g[i] * g[i]
    return total


@_compiled
def _apply_rule(rule, t, g, m, v, factors):
    """Update a block of theta by one of the rules of `update_rules`, in one pass."""
    f0, f1, f2, f3 = factors[0], factors[1], factors[2], factors[3]
    if rule == p.SGD:
        for i in range(len(t)):
            t[i] -= g[i] * f0
    elif rule == p.MOMENTUM:
        for i in range(len(t)):
            m[i] = m[i] * f1 + g[i]
            t[i] -= m[i] * f0
    elif rule == p.NESTEROV:
        for i in range(len(t)):
            m[i] = m[i] * f1 + g[i]
            t[i] -= (m[i] * f1 + g[i]) * f0
    elif rule == p.RMSPROP:
        for i in range(len(t)):
            m[i] = m[i] * f1 + g[i] * g[i] * f2
            t[i] -= g[i] / (math.sqrt(m[i]) + f3) * f0
    elif rule == p.ADAGRAD:
        for i in range(len(t)):
            m[i] += g[i] * g[i]
            t[i] -= g[i] / (math.sqrt(m[i]) + f1) * f0
    else:
        for i in range(len(t)):
            m[i] = m[i] * f0 + g[i]
            v[i] = v[i] * f1 + g[i] * g[i]
            t[i] -= m[i] / (math.sqrt(v[i]) + f2) * f3


@_compiled
def _advance(start, g, settings, theta, m, v, mask, average, factors, clip):
    """Update the part of theta whose gradient is g, as `Optimiser.advance` does."""
    l2, l1, keep, rate = factors[4], factors[5], factors[6], factors[7]
    for begin in range(0, len(g), _BLOCK):
        end = min(begin + _BLOCK, len(g))
        slope, t = g[begin:end], theta[start + begin : start + end]
        if clip < _ONE:
            for i in range(len(t)):
                slope[i] *= clip
        if l2 != _ZERO:
            for i in range(len(t)):
                slope[i] += t[i] * l2
        if l1 != _ZERO:
            for i in range(len(t)):
                slope[i] += np.sign(t[i]) * l1
        if keep != _ONE:
            for i in range(len(t)):
                t[i] *= keep
        first, second = start + begin, start + end
        _apply_rule(settings[p.RULE], t, slope, m[first:second], v[first:second], factors)
        if len(mask):
            kept = mask[first:second]
            for i in range(len(t)):
                t[i] *= kept[i]
        if rate != _ZERO:
            mean = average[first:second]
            for i in range(len(t)):
                mean[i] += (t[i] - mean[i]) * rate


@_compiled
def _update(op, member, settings, theta, memory, m, v, mask, average, factors, losses, squares):
    """Update rows of theta by their gradient, unless something is not finite."""
    grad_start = _start_of(settings, member, op[1], op[2])
    start, rows, columns, stride = op[3], op[4], op[5], op[6]
    clip = _ONE
    if settings[p.CLIPS]:
        norm = math.sqrt(squares.sum())
        clip = np.float32(factors[8] / (norm + CLIP_EPS))
        is_finite = math.isfinite(norm)
    else:
        squares[op[7]] = _square(memory, grad_start, rows, columns, columns)
        is_finite = math.isfinite(squares[op[7]])
    if not is_finite or not math.isfinite(losses.sum()):
        return
    for row in range(rows):
        g = memory[grad_start + row * columns : grad_start + (row + 1) * columns]
        _advance(start + row * stride, g, settings, theta, m, v, mask, average, factors, clip)


@_compiled
def _perform(op, member, settings, vectors):
    theta, memory, m, v, mask, average, labels, factors, losses, squares = vectors
    if op[0] == p.MULTIPLY:
        _multiply(op, settings, member)
    elif op[0] == p.ACTIVATE:
        _activate(op, theta, memory)
    elif op[0] == p.LOSS:
        losses[op[6]] = _loss(op, theta, memory, labels, settings[p.SIZE])
    elif op[0] == p.DERIVE:
        _derive(op, memory)
    elif op[0] == p.SUM_ROWS:
        _sum_rows(op, memory, settings, member)
    elif op[0] == p.SQUARE:
        squares[op[5]] = _square(memory, op[1], op[2], op[3], op[4])
    else:
        _update(op, member, settings, theta, memory, m, v, mask, average, factors, losses, squares)


@_compiled
def _wait(address, least, settings):
    """Wait for a number, and yield to other programs meanwhile."""
    while read(address) < least:
        yield_processor(settings[p.YIELD_PROCESSOR])


_ints, _table, _floats, _sums = types.int64[::1], types.int64[:, ::1], types.float32[::1], types.float64[::1]
_vectors = types.Tuple((*[_floats] * 6, _ints, _floats, _sums, _sums))


@njit(
    types.void(types.int64, _table, _table, _ints, _ints, _vectors),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def work(member, table, pieces, rounds, settings, vectors):
    """Take pieces and execute them: member 0 for one step, the others until no step has begun for a while.

    Parameters
    ----------
    member : int
        0, who begins the step and returns when it is done, to n_threads − 1. No thread waits for a member
        that has not started, and a thread that waits for a piece yields to other programs.
    table, pieces, rounds : int64 ndarray
        Of a `program.Program`.
    settings : int64 ndarray
        As `program` names them. At the address CONTROL are the number of steps begun, the number of pieces
        done, for each further member whether it is here, and for each piece the last step that took it; all
        but the last are eight numbers apart.
    vectors : tuple of one-dimensional ndarray
        theta, memory, m, v, mask and average, float32, all but the memory of theta's shape or empty; labels,
        int64, at least one batch of them; factors, float32: four of the rule, L2, L1, what weight decay
        keeps, the rate of the average or 0, and the clip norm; losses and squares, float64, overwritten with
        sums over pieces, which do not depend on the thread that computed them.
    """
    n_threads, n_pieces = settings[p.N_THREADS], len(pieces)
    begun, done = settings[p.CONTROL], settings[p.CONTROL] + 64
    here = done + 64 * member
    taken = settings[p.CONTROL] + 64 * (1 + n_threads)
    step = read(begun)
    if member == 0:
        step += 1
        fetch_add(begun, 1)
    else:
        # The step that it was called for may not be done yet.
        step -= 1
    n_idle = 0
    while True:
        if member > 0:
            if read(begun) == step:
                n_idle += 1
                if n_idle > settings[p.PATIENCE]:
                    fetch_add(here, -1)
                    return
                yield_processor(settings[p.YIELD_PROCESSOR])
                continue
            step, n_idle = read(begun), 0
        for nth in range(len(rounds) - 1):
            first, last = rounds[nth], rounds[nth + 1]
            _wait(done, (step - 1) * n_pieces + first, settings)
            for piece in range(first, last):
                if read(taken + 8 * piece) == step - 1 and take(taken + 8 * piece, step - 1, step):
                    for row in range(pieces[piece, 0], pieces[piece, 1]):
                        _perform(table[row], member, settings, vectors)
                    fetch_add(done, 1)
        if member == 0:
            _wait(done, step * n_pieces, settings)
            return
