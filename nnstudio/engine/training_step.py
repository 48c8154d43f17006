"""Forward pass, backward pass and update of one batch on several threads; the training loop uses it.

Everything is bound to its buffers in advance, and the gradient of a few rows of a weight matrix is used while
it is in the processor's cache: it is never stored as a whole, unless it must be clipped.

After the rounds of the two passes comes one in which each piece is some rows of a weight matrix: their
gradient over the whole batch, and their update. The pieces depend on the number of threads and nothing else,
so that results are the same to the last bit, whatever the threads' timing.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.engine.compiled_step import CompiledStep, is_available, is_loaded, load, supports
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.losses import check_pair
from nnstudio.engine.optimisers import BLOCK_SIZE, BlockViews, parts_of
from nnstudio.engine.rounds import Rounds, bounds
from nnstudio.engine.thread_pool import ThreadPool
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.dropout import Dropout
    from nnstudio.engine.hyper import Hyper
    from nnstudio.engine.optimisers import Factors, Optimiser, OptimiserState

_MOST_WEIGHTS = 262_144
"""Most weights whose gradient is one piece: a mebibyte, the size of a core's own cache."""

_FEWEST_WEIGHTS = 8_192
"""Fewer weights are not divided among threads: waking a thread takes longer."""


class NotFiniteError(ArithmeticError):
    """A loss or a gradient that is not finite."""


class _Piece(NamedTuple):
    """The gradient and update of some rows of one weight matrix; the last rows include the biases."""

    layer: int
    delta_t: NDArray[Any]
    grad_W: NDArray[Any]
    delta: NDArray[Any] | None
    grad_b: NDArray[Any]
    grad: NDArray[Any]
    parts: list[BlockViews]


class TrainingStep:
    """A network, its optimiser and all buffers between them, ready to train on batches.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), C-contiguous
        Updated in place.
    loss : str
        Key in `nnstudio.engine.losses.LOSSES`.
    optimiser : Optimiser
    state : OptimiserState
        Of this optimiser. Modified.
    hyper : Hyper
    batch_size : int
        Most rows of a batch.
    pool : ThreadPool, optional
        Shares the work; by default the caller's thread does it alone.
    dropout : Dropout, optional
        Of the same architecture, batch size and dtype; the caller draws it before each step.
    frozen : collection of int
        Computing layers, counted from 0, that no step changes: there is neither gradient nor penalty.
    compiled : bool
        Whether to use the compiled kernel where Numba is installed and the kernel knows the network. It
        rounds sums differently.

    Raises
    ------
    LossError
        If the loss does not fit the output activation.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: NDArray[Any],
        loss: str,
        optimiser: Optimiser,
        state: OptimiserState,
        hyper: Hyper,
        batch_size: int,
        *,
        pool: ThreadPool | None = None,
        dropout: Dropout | None = None,
        frozen: Collection[int] = (),
        compiled: bool = True,
    ) -> None:
        check_pair(architecture.activations[-1], loss)
        if hyper.ema_decay and state.average is None:
            state.average = theta.copy()
        self._architecture = architecture
        self._theta = theta
        self._loss = loss
        self._optimiser = optimiser
        self._state = state
        self._hyper = hyper
        self._pool = ThreadPool(1) if pool is None else pool
        self._dropout = dropout
        self._workspace = Workspace(architecture, batch_size, theta.dtype)
        self._clips = hyper.clip_norm < math.inf
        self._grad = np.empty_like(theta) if self._clips else None
        self._spans = [
            span
            for layer in range(architecture.n_layers)
            if layer not in frozen
            for span in _spans(architecture, layer, self._pool)
        ]
        # Largest first: the smaller ones fill the gaps at the end.
        self._spans.sort(key=lambda span: span[1].start - span[1].stop)
        longest = max(span.stop - span.start for _, span, _ in self._spans)
        self._own = [
            (np.empty(longest, theta.dtype), np.empty((2, min(longest, BLOCK_SIZE)), theta.dtype))
            for _ in range(self._pool.n_threads)
        ]
        self._bound: dict[int, tuple[Rounds, list[list[_Piece]]]] = {}
        self._compiled: CompiledStep | None = None
        if compiled and dropout is None and is_available() and supports(architecture, loss, theta.dtype):
            self._compiled = CompiledStep(
                architecture, theta, optimiser, state, hyper, batch_size, self._pool, frozen
            )

    @property
    def loads_next(self) -> bool:
        """Whether the next step loads the compiled kernel first, for half a second or some seconds."""
        return self._compiled is not None and not is_loaded()

    @np.errstate(over="ignore", invalid="ignore")
    def take(self, x: NDArray[Any], labels: NDArray[Any], learning_rate: float) -> float:
        """Train on one batch.

        Parameters
        ----------
        x : ndarray of shape (n, n_inputs), theta's dtype
        labels : int ndarray of shape (n,) from 0 to n_outputs − 1, or targets of shape (n, n_outputs)
            Not checked.
        learning_rate : float
            Of this step, instead of that of ``hyper``.

        Returns
        -------
        float
            The mean loss of the batch before the update, without L1 and L2.

        Raises
        ------
        NotFiniteError
            If the loss is not finite: theta is unchanged. Or if a gradient is not: some of theta may have
            been updated, and the caller must return to an earlier theta and state.
        """
        # The kernel is loaded with the first batch, on the trainer's thread, where no answer is waited for.
        if self._compiled is not None and labels.ndim == 1 and load():
            loss, square = self._compiled.take(x, labels, learning_rate)
            if not math.isfinite(loss):
                raise NotFiniteError(tr("the loss became {loss}").format(loss=loss))
            if not math.isfinite(square):
                raise NotFiniteError(tr("a gradient overflowed"))
            return loss
        n = len(x)
        if n not in self._bound:
            self._bound[n] = self._bind(n)
        rounds, pieces = self._bound[n]
        loss = rounds.run(x, labels, self._pool)
        if not math.isfinite(loss):
            raise NotFiniteError(tr("the loss became {loss}").format(loss=loss))
        below = (x, *(a[:n] for a in self._workspace.a))
        if self._dropout is not None:
            below = tuple(
                given if dropped is None else dropped[:n]
                for given, dropped in zip(below, self._dropout.dropped, strict=False)
            )
        self._update(n, below, pieces, learning_rate)
        return loss

    def _update(
        self, n: int, below: tuple[NDArray[Any], ...], pieces: list[list[_Piece]], learning_rate: float
    ) -> None:
        ones = self._workspace.ones[:n]
        squares = [0.0] * len(self._spans)
        optimiser, state = self._optimiser, self._state

        def differentiate(nth: int, member: int) -> _Piece:
            piece = pieces[member][nth]
            if n == 1:
                # An outer product; BLAS takes four times as long for one.
                np.multiply(piece.delta_t, below[piece.layer], piece.grad_W)
            else:
                np.matmul(piece.delta_t, below[piece.layer], piece.grad_W)
            if piece.delta is not None:
                np.matmul(ones, piece.delta, piece.grad_b)
            squares[nth] = float(np.dot(piece.grad, piece.grad))
            return piece

        def advance(piece: _Piece, factors: Factors) -> None:
            for part in piece.parts:
                optimiser.advance(part, factors)

        def differentiate_only(nth: int, member: int) -> None:
            differentiate(nth, member)

        if self._clips:
            self._pool.run(differentiate_only, len(self._spans))
            norm = math.sqrt(sum(squares))
            if math.isfinite(norm):
                factors = optimiser.begin_step(self._theta, state, self._hyper, learning_rate, norm)
                self._pool.run(lambda nth, member: advance(pieces[member][nth], factors), len(self._spans))
        else:
            factors = optimiser.begin_step(self._theta, state, self._hyper, learning_rate, 0.0)

            def differentiate_and_advance(nth: int, member: int) -> None:
                piece = differentiate(nth, member)
                if math.isfinite(squares[nth]):
                    advance(piece, factors)

            self._pool.run(differentiate_and_advance, len(self._spans))
        if not math.isfinite(sum(squares)):
            raise NotFiniteError(tr("a gradient overflowed"))

    def _bind(self, n: int) -> tuple[Rounds, list[list[_Piece]]]:
        """Bind everything to the buffers for batches of ``n``; a run has two sizes at most."""
        layers = self._architecture.layers(self._theta)
        rounds = Rounds(layers, self._workspace, n, self._loss, self._pool.n_threads, self._dropout)
        return rounds, [[self._piece(n, own, *span) for span in self._spans] for own in self._own]

    def _piece(
        self, n: int, own: tuple[NDArray[Any], NDArray[Any]], layer: int, span: slice, units: slice
    ) -> _Piece:
        own_grad, scratch = own
        fan_in, fan_out = self._architecture.layer_sizes[layer : layer + 2]
        grad = own_grad[: span.stop - span.start] if self._grad is None else self._grad[span]
        n_weights = (units.stop - units.start) * fan_in
        delta = self._workspace.delta[layer][:n]
        return _Piece(
            layer=layer,
            delta_t=delta.T[units],
            grad_W=grad[:n_weights].reshape(-1, fan_in),
            delta=delta if units.stop == fan_out else None,
            grad_b=grad[n_weights:],
            grad=grad,
            parts=parts_of(
                span, self._theta, grad if self._grad is None else self._grad, self._state, scratch
            ),
        )


def _spans(architecture: Architecture, layer: int, pool: ThreadPool) -> list[tuple[int, slice, slice]]:
    """Divide a layer: for each piece the layer, its span of theta, and its units."""
    weight, bias = architecture.blocks[2 * layer : 2 * layer + 2]
    fan_out, fan_in = weight.shape
    n_weights = fan_out * fan_in
    n_pieces = 1
    if n_weights >= _FEWEST_WEIGHTS * pool.n_threads:
        each = math.ceil(n_weights / _MOST_WEIGHTS / pool.n_threads)
        n_pieces = min(each * pool.n_threads, fan_out)
    return [
        (
            layer,
            slice(
                weight.start + start * fan_in, bias.stop if stop == fan_out else weight.start + stop * fan_in
            ),
            slice(start, stop),
        )
        for start, stop in pairwise(bounds(fan_out, n_pieces))
    ]
