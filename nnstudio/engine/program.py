"""The training step of the compiled kernel, as tables of numbers; for `compiled_step` and `kernel`.

A program is a list of rounds that wait for each other; a round is a list of pieces that any thread may take;
a piece is a list of operations on buffers in one vector. The pieces depend on the number of threads and
nothing else, so that results are the same to the last bit, whatever the threads' timing.

The constants below are compiled into the kernel, and Numba's cache is invalidated by changes of `kernel`
alone: change that file, too, when a constant changes its meaning.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nnstudio.engine.rounds import bounds, is_divided_by_units, row_bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture

    Operation = tuple[int, ...]

MULTIPLY, ACTIVATE, LOSS, DERIVE, SUM_ROWS, SQUARE, UPDATE = range(7)
"""Opcodes: the first number of a row of the table."""

MEMORY, THETA, X, SCRATCH, CONTROL, PRODUCT, WIDTH, YIELD_PROCESSOR = range(8)
SCRATCH_AT, SCRATCH_SIZE, SIZE, RULE, CLIPS, PATIENCE, N_THREADS, N_SETTINGS = range(8, 16)
"""Settings; the first four also name the place of an operand: each thread has its own scratch in memory."""

ACTIVATIONS = {"identity": 0, "relu": 1, "leaky_relu": 2}
IDENTITY, RELU, LEAKY_RELU = ACTIVATIONS.values()
"""Activations whose derivative follows from a, and that need no library function."""

RULES = {"sgd": 0, "momentum": 1, "nesterov": 2, "rmsprop": 3, "adagrad": 4, "adam": 5, "adamw": 5}
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAGRAD, ADAM, _ = RULES.values()

_MOST_WEIGHTS = 262_144
_FEWEST_WEIGHTS = 4_096
"""As in `training_step`; a thread that is awake already is worth less work."""

_LINE = 32
"""Buffers of different threads never share a cache line, on any processor."""


class Program(NamedTuple):
    """The tables of one batch size.

    Attributes
    ----------
    table : int64 ndarray of shape (n_operations, 15)
    pieces : int64 ndarray of shape (n_pieces, 2)
        First operation of each piece, and first of the next.
    rounds : int64 ndarray of shape (n_rounds + 1,)
        First piece of each round, and the number of pieces.
    n_losses, n_squares : int
        How many sums the operations leave: of the loss, and of the squares of the gradient.
    """

    table: NDArray[np.int64]
    pieces: NDArray[np.int64]
    rounds: NDArray[np.int64]
    n_losses: int
    n_squares: int


class Tile(NamedTuple):
    """Some weights of one layer, one piece of the update; the last tile of a layer includes the biases."""

    layer: int
    units: slice
    inputs: slice


def tiles_of(architecture: Architecture, n_threads: int) -> list[Tile]:
    """Divide the weights along the longer side of each layer, largest pieces first."""
    tiles = []
    for layer, (fan_in, fan_out) in enumerate(pairwise(architecture.layer_sizes)):
        n_weights = fan_in * fan_out
        n_pieces = 1
        if n_weights >= _FEWEST_WEIGHTS * n_threads:
            n_pieces = math.ceil(n_weights / _MOST_WEIGHTS / n_threads) * n_threads
        # A product of few units is slow, and a matrix with long rows can be updated in parts of them.
        if fan_in > fan_out:
            ends = pairwise(bounds(fan_in, min(n_pieces, fan_in)))
            tiles += [Tile(layer, slice(0, fan_out), slice(*inputs)) for inputs in ends]
        else:
            ends = pairwise(bounds(fan_out, min(n_pieces, fan_out)))
            tiles += [Tile(layer, slice(*units), slice(0, fan_in)) for units in ends]
    return sorted(tiles, key=lambda tile: -_size(tile.units) * _size(tile.inputs))


class BufferLayout:
    """Where the buffers of a network lie in the kernel's memory, counted in float32 numbers.

    Attributes
    ----------
    size : int
        Of the whole memory.
    a, delta : list of int
        Of each computing layer, (batch_size, fan_out). The last layer has one buffer for both: delta replaces
        the logits.
    grad : int or None
        Of the whole gradient, if it must be kept.
    scratch, scratch_size : int
        Of the first thread's gradient of a tile, and how much further the next thread's lies.
    """

    def __init__(
        self,
        architecture: Architecture,
        batch_size: int,
        tiles: list[Tile],
        n_threads: int,
        *,
        keeps_grad: bool,
    ) -> None:
        self.size = 0
        sizes = architecture.layer_sizes
        self.a = [self._reserve(batch_size * width) for width in sizes[1:]]
        self.delta = [*(self._reserve(batch_size * width) for width in sizes[1:-1]), self.a[-1]]
        self.grad = self._reserve(architecture.n_params) if keeps_grad else None
        largest = max(_size(units) * _size(inputs) + sizes[layer + 1] for layer, units, inputs in tiles)
        self.scratch = self._reserve(largest * n_threads + _LINE * n_threads)
        self.scratch_size = -(-largest // _LINE) * _LINE

    def _reserve(self, size: int) -> int:
        start = self.size
        self.size += -(-size // _LINE) * _LINE
        return start


def write_program(
    architecture: Architecture, layout: BufferLayout, tiles: list[Tile], n: int, n_threads: int
) -> Program:
    """Write the program of a step on batches of ``n`` samples."""
    return _Writer(architecture, layout, tiles, n, n_threads).program()


class _Writer:
    def __init__(
        self, architecture: Architecture, layout: BufferLayout, tiles: list[Tile], n: int, n_threads: int
    ) -> None:
        self._architecture, self._layout, self._tiles = architecture, layout, tiles
        self._sizes = architecture.layer_sizes
        self._weights = [block.start for block in architecture.blocks[0::2]]
        self._biases = [block.start for block in architecture.blocks[1::2]]
        self._kinds = [ACTIVATIONS.get(name, IDENTITY) for name in architecture.activations]
        self._n, self._n_threads = n, n_threads
        self._rows = [slice(*ends) for ends in pairwise(row_bounds(n, n_threads))]
        self._by_rows: list[list[Operation]] = [[] for _ in self._rows]
        self._rounds: list[list[list[Operation]]] = []
        self._n_squares = 0

    def program(self) -> Program:
        last = self._architecture.n_layers - 1
        for k in range(last + 1):
            self._add(self._forward, k, reads=k)
        for nth, rows in enumerate(self._rows):
            start = self._layout.delta[last] + rows.start * self._sizes[-1]
            self._by_rows[nth].append(
                (LOSS, start, _size(rows), self._sizes[-1], self._biases[last], rows.start, nth)
            )
        for k in reversed(range(last)):
            self._add(self._backward, k, reads=k + 1)
        self._end_rows()
        self._rounds.append([self._gradient(tile) for tile in self._tiles])
        if self._layout.grad is not None:
            grad = self._layout.grad
            self._rounds.append(
                [
                    [self._update(MEMORY, grad + start, start, 1, end - start)]
                    for start, end in self._trained()
                ]
            )
        return self._written()

    def _trained(self) -> list[tuple[int, int]]:
        """Return the ends of the blocks of theta that are updated, some for each thread."""
        blocks, spans = self._architecture.blocks, []
        layers = {tile.layer for tile in self._tiles}
        if len(layers) == self._architecture.n_layers:
            spans = [(0, self._architecture.n_params)]
        else:
            spans = [(blocks[2 * layer].start, blocks[2 * layer + 1].stop) for layer in sorted(layers)]
        return [
            (start + first, start + last)
            for start, stop in spans
            for first, last in pairwise(bounds(stop - start, min(self._n_threads, stop - start)))
        ]

    def _add(self, operations: Callable[[int, slice, slice], list[Operation]], k: int, *, reads: int) -> None:
        """Add the pass through layer k, forward or backward, by units or by rows."""
        if is_divided_by_units(self._architecture, k, reads, self._n, self._n_threads):
            self._end_rows()
            ends = pairwise(bounds(self._sizes[k + 1], self._n_threads))
            self._rounds.append([operations(k, slice(0, self._n), slice(*units)) for units in ends])
        else:
            for piece, rows in zip(self._by_rows, self._rows, strict=True):
                piece += operations(k, rows, slice(0, self._sizes[k + 1]))

    def _end_rows(self) -> None:
        """End a round: the operations that each piece of rows can do without waiting."""
        if any(self._by_rows):
            self._rounds.append(self._by_rows)
            self._by_rows = [[] for _ in self._rows]

    def _below(self, k: int) -> tuple[int, int]:
        return (X, 0) if k == 0 else (MEMORY, self._layout.a[k - 1])

    def _forward(self, k: int, rows: slice, units: slice) -> list[Operation]:
        fan_in, fan_out = self._sizes[k : k + 2]
        base, start = self._below(k)
        z = self._layout.a[k] + rows.start * fan_out + units.start
        shape = _size(rows), _size(units)
        operations: list[Operation] = [
            (
                *(MULTIPLY, 0, 1, *shape, fan_in),
                *(base, start + rows.start * fan_in, fan_in),
                *(THETA, self._weights[k] + units.start * fan_in, fan_in),
                *(MEMORY, z, fan_out),
            )
        ]
        if k < self._architecture.n_layers - 1:
            operations.append((ACTIVATE, self._kinds[k], z, *shape, fan_out, self._biases[k] + units.start))
        return operations

    def _backward(self, k: int, rows: slice, units: slice) -> list[Operation]:
        fan_out, above = self._sizes[k + 1 : k + 3]
        at = rows.start * fan_out + units.start
        delta, a, shape = self._layout.delta[k] + at, self._layout.a[k] + at, (_size(rows), _size(units))
        return [
            (
                *(MULTIPLY, 0, 0, *shape, above),
                *(MEMORY, self._layout.delta[k + 1] + rows.start * above, above),
                *(THETA, self._weights[k + 1] + units.start, fan_out),
                *(MEMORY, delta, fan_out),
            ),
            (DERIVE, self._kinds[k], delta, a, *shape, fan_out),
        ]

    def _gradient(self, tile: Tile) -> list[Operation]:
        """Compute the gradient of a tile, and update it if it need not wait for others."""
        k, units, inputs = tile
        fan_in, fan_out = self._sizes[k : k + 2]
        width, length = _size(units), _size(inputs)
        weights, biases = self._weights[k] + units.start * fan_in + inputs.start, self._biases[k]
        has_biases = units.stop == fan_out and inputs.stop == fan_in
        grad = self._layout.grad
        if grad is None:
            base, start, stride, sums = SCRATCH, 0, length, width * length
        else:
            base, start, stride, sums = MEMORY, grad + weights, fan_in, grad + biases
        below, below_start = self._below(k)
        operations: list[Operation] = [
            (
                *(MULTIPLY, 1, 0, width, length, self._n),
                *(MEMORY, self._layout.delta[k] + units.start, fan_out),
                *(below, below_start + inputs.start, fan_in),
                *(base, start, stride),
            )
        ]
        if has_biases:
            operations.append((SUM_ROWS, self._layout.delta[k], self._n, fan_out, base, sums))
        if grad is None:
            operations.append(self._update(SCRATCH, 0, weights, width, length, fan_in))
            if has_biases:
                operations.append(self._update(SCRATCH, sums, biases, 1, fan_out))
        else:
            operations.append(self._square(start, width, length, fan_in))
            if has_biases:
                operations.append(self._square(sums, 1, fan_out))
        return operations

    def _square(self, grad: int, rows: int, columns: int, stride: int = 0) -> Operation:
        self._n_squares += 1
        return SQUARE, grad, rows, columns, stride, self._n_squares - 1

    def _update(
        self, base: int, grad: int, start: int, rows: int, columns: int, stride: int = 0
    ) -> Operation:
        """Update rows of theta that are ``stride`` apart; those of their gradient follow each other."""
        if columns == stride:
            # One long row: to begin a row takes as long as hundreds of weights.
            rows, columns = 1, rows * columns
        if base == SCRATCH:
            self._n_squares += 1
        return UPDATE, base, grad, start, rows, columns, stride, self._n_squares - 1

    def _written(self) -> Program:
        operations: list[Operation] = []
        pieces: list[tuple[int, int]] = []
        rounds = [0]
        for its_pieces in self._rounds:
            for piece in its_pieces:
                pieces.append((len(operations), len(operations) + len(piece)))
                operations += piece
            rounds.append(len(pieces))
        table = np.zeros((len(operations), 15), np.int64)
        for row, weight_edit in zip(table, operations, strict=True):
            row[: len(weight_edit)] = weight_edit
        return Program(
            table, np.array(pieces, np.int64), np.array(rounds, np.int64), len(self._rows), self._n_squares
        )


def _size(part: slice) -> int:
    size: int = part.stop - part.start
    return size
