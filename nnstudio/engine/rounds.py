"""Forward and backward passes divided into pieces for a thread pool; `training_step` uses it.

A piece is some rows of the batch, through as many consecutive layers as possible, without waiting. Where a
wide layer meets few rows, a piece is some units of that layer instead, because each product reads all of its
weights; all threads wait for each other between such layers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nnstudio.engine.layer_passes import LayerPass, OutputPass

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture, Layer
    from nnstudio.engine.dropout import Dropout
    from nnstudio.engine.layer_passes import Workspace
    from nnstudio.engine.thread_pool import ThreadPool

_FEWEST_ROWS = 8
"""Fewer rows of a batch are not worth a piece."""

_FEW_ROWS = 64
_WIDE = 262_144
"""With fewer rows per thread, a layer of at least so many weights is divided by its units."""


class Rounds:
    """The passes through batches of one size, bound to their buffers.

    Parameters
    ----------
    layers : tuple of Layer
    workspace : Workspace
    n : int
        The size of the batches.
    loss : str
        Key in `nnstudio.engine.losses.LOSSES`.
    n_threads : int
        Number of threads to divide the work for.
    dropout : Dropout, optional
    """

    def __init__(
        self,
        layers: tuple[Layer, ...],
        workspace: Workspace,
        n: int,
        loss: str,
        n_threads: int,
        dropout: Dropout | None,
    ) -> None:
        self._n = n
        self._rows = [slice(*ends) for ends in pairwise(row_bounds(n, n_threads))]
        self._losses = [0.0] * len(self._rows)
        self._rounds: list[tuple[Callable[[int, int], None], int]] = []
        self._x: NDArray[Any]
        self._labels: NDArray[Any]
        self._outputs = [OutputPass(workspace, rows, loss) for rows in self._rows]
        by_rows = [
            [LayerPass(layers, k, workspace, rows, dropout=dropout) for rows in self._rows]
            for k in range(len(layers))
        ]
        architecture, last = workspace.architecture, len(layers) - 1

        def units_of(k: int, reads: int) -> list[LayerPass]:
            # The units of a layer share the dropped inputs: they must not all write them.
            if dropout is not None or not is_divided_by_units(architecture, k, reads, n, n_threads):
                return []
            ends = pairwise(bounds(len(layers[k].b), n_threads))
            return [LayerPass(layers, k, workspace, slice(n), slice(*units)) for units in ends]

        together: list[Callable[[int], None]] = []
        for k in range(last + 1):
            if by_units := units_of(k, reads=k):
                self._end_rows(together)
                self._rounds.append((self._forward_units(by_units), len(by_units)))
            else:
                together.append(self._forward_rows(by_rows[k]))
        together.append(self._turn_back)
        for k in reversed(range(last)):
            if by_units := units_of(k, reads=k + 1):
                self._end_rows(together)
                self._rounds.append((_backward_units(by_units), len(by_units)))
            else:
                together.append(_backward_rows(by_rows[k]))
        self._end_rows(together)

    def run(self, x: NDArray[Any], labels: NDArray[Any], pool: ThreadPool) -> float:
        """Compute z, a and delta of all layers, and return the mean loss."""
        self._x, self._labels = x, labels
        for work, n_pieces in self._rounds:
            pool.run(work, n_pieces)
        return float(sum(self._losses))

    def _end_rows(self, together: list[Callable[[int], None]]) -> None:
        """End a round: the work that each piece of rows can do without waiting."""
        if together:
            steps = tuple(together)

            def work(piece: int, member: int) -> None:
                for step in steps:
                    step(piece)

            self._rounds.append((work, len(self._rows)))
            together.clear()

    def _forward_rows(self, passes: list[LayerPass]) -> Callable[[int], None]:
        def step(piece: int) -> None:
            passes[piece].forward(self._x[self._rows[piece]])

        return step

    def _forward_units(self, passes: list[LayerPass]) -> Callable[[int, int], None]:
        def work(piece: int, member: int) -> None:
            passes[piece].forward(self._x)

        return work

    def _turn_back(self, piece: int) -> None:
        rows, output = self._rows[piece], self._outputs[piece]
        share = (rows.stop - rows.start) / self._n
        self._losses[piece] = output.loss(self._labels[rows]) * share
        output.backward(share)


def _backward_rows(passes: list[LayerPass]) -> Callable[[int], None]:
    def step(piece: int) -> None:
        passes[piece].backward()

    return step


def _backward_units(passes: list[LayerPass]) -> Callable[[int, int], None]:
    def work(piece: int, member: int) -> None:
        passes[piece].backward()

    return work


def row_bounds(n: int, n_threads: int) -> list[int]:
    """Return where the pieces of a batch of ``n`` begin, and ``n``."""
    return bounds(n, min(n_threads, max(1, n // _FEWEST_ROWS)))


def is_divided_by_units(architecture: Architecture, k: int, reads: int, n: int, n_threads: int) -> bool:
    """Tell whether a batch of ``n`` is divided by units at layer k, where it reads the weights of a layer.

    Forward these are its own, backward those of the layer above.
    """
    fan_out = architecture.layer_sizes[k + 1]
    n_weights = architecture.layer_sizes[reads] * architecture.layer_sizes[reads + 1]
    return (
        1 < n_threads <= fan_out
        and k < architecture.n_layers - 1
        and n < _FEW_ROWS * n_threads
        and n_weights >= _WIDE
    )


def bounds(n: int, n_pieces: int) -> list[int]:
    """Return where ``n_pieces`` pieces of ``n`` things begin, and ``n``."""
    return [n * nth // n_pieces for nth in range(n_pieces + 1)]
