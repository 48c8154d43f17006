"""The training step by the compiled kernel, where Numba is installed; only `training_step` uses it.

Decided 2026-11: the step is compiled as a whole, with the matrix products of the BLAS that NumPy came with. A
thread of the pool then takes the interpreter's lock twice a step instead of once for each of thirty calls;
with kernels for the update and the loss alone, threads still waited for each other at the lock. NumPy
computes everything that the kernel does not support.
"""

from __future__ import annotations

import ctypes
import logging
import math
import os
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.engine import program as p

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.hyper import Hyper
    from nnstudio.engine.optimisers import Optimiser, OptimiserState
    from nnstudio.engine.thread_pool import ThreadPool

VARIABLE = "NNSTUDIO_COMPILED"
"""Set to 0, no step is compiled."""

_PATIENCE = 400
"""How often a helper without work yields before it sleeps, about a quarter of a millisecond."""

_NAMES = (("scipy_cblas_sgemm64_", 64), ("cblas_sgemm64_", 64), ("cblas_sgemm", 32))
"""The matrix product in NumPy's own builds and in others, and the bits of its sizes."""


class _Functions(NamedTuple):
    """The kernel, and the addresses of what it calls."""

    work: Callable[..., None]
    product: int
    width: int
    yield_processor: int


def is_available() -> bool:
    """Tell, without loading anything, whether Numba is installed and its use not switched off."""
    return os.environ.get(VARIABLE, "").strip() != "0" and find_spec("numba") is not None


def supports(architecture: Architecture, loss: str, dtype: np.dtype[Any]) -> bool:
    """Tell whether the kernel supports a network: few activations, one loss, one precision."""
    return (
        dtype == np.float32
        and loss == "cross_entropy"
        and architecture.activations[-1] == "softmax"
        and p.ACTIVATIONS.keys() >= set(architecture.activations[:-1])
    )


class CompiledStep:
    """A network, its optimiser and the tables and buffers of the kernel.

    Parameters
    ----------
    architecture, theta, optimiser, state, hyper, batch_size, pool, frozen
        As for `TrainingStep`; `supports` has accepted them.
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: NDArray[Any],
        optimiser: Optimiser,
        state: OptimiserState,
        hyper: Hyper,
        batch_size: int,
        pool: ThreadPool,
        frozen: Collection[int],
    ) -> None:
        self._architecture, self._theta = architecture, theta
        self._optimiser, self._state, self._hyper = optimiser, state, hyper
        self._pool = pool
        self._tiles = [tile for tile in p.tiles_of(architecture, pool.n_threads) if tile.layer not in frozen]
        self._layout = p.BufferLayout(
            architecture, batch_size, self._tiles, pool.n_threads, keeps_grad=hyper.clip_norm < math.inf
        )
        self._memory = np.empty(self._layout.size, np.float32)
        self._labels = np.empty(batch_size, np.int64)
        self._factors = np.array([0, 0, 0, 0, hyper.l2, hyper.l1, 1, 0, hyper.clip_norm], np.float32)
        self._bound: dict[int, _Bound] = {}

    def take(self, x: NDArray[Any], labels: NDArray[Any], learning_rate: float) -> tuple[float, float]:
        """Train on one batch, unless something is not finite.

        Parameters
        ----------
        x : float32 ndarray of shape (n, n_inputs)
        labels : int ndarray of shape (n,)
        learning_rate : float

        Returns
        -------
        tuple of float
            The mean loss, and the squared length of the gradient.
        """
        n = len(x)
        if n not in self._bound:
            self._bound[n] = self._bind(n)
        bound, state, hyper = self._bound[n], self._state, self._hyper
        state.t += 1
        rule = self._optimiser.coefficients(hyper, learning_rate, state.t)
        self._factors[: len(rule)] = rule
        self._factors[6] = 1 - learning_rate * hyper.weight_decay
        if hyper.ema_decay:
            # The average begins with theta after the first step.
            self._factors[7] = 1 - hyper.ema_decay if state.t > 1 else 1
        x = np.ascontiguousarray(x)
        bound.settings[p.X] = x.ctypes.data
        self._labels[:n] = labels
        for member in range(1, self._pool.n_threads):
            if not bound.control[8 * (1 + member)]:
                bound.control[8 * (1 + member)] = 1
                self._pool.submit_to(member, bound.work)
        bound.work(0)
        loss: float = sum(bound.losses.tolist())
        if not math.isfinite(loss):
            state.t -= 1
        return loss, sum(bound.squares.tolist())

    def _bind(self, n: int) -> _Bound:
        functions, n_threads, layout = _functions(), self._pool.n_threads, self._layout
        program = p.write_program(self._architecture, layout, self._tiles, n, n_threads)
        control = np.zeros(8 * (1 + n_threads) + len(program.pieces), np.int64)
        settings = np.zeros(p.N_SETTINGS, np.int64)
        settings[p.MEMORY] = self._memory.ctypes.data
        settings[p.THETA] = self._theta.ctypes.data
        settings[p.CONTROL] = control.ctypes.data
        settings[[p.PRODUCT, p.WIDTH, p.YIELD_PROCESSOR]] = (
            functions.product,
            functions.width,
            functions.yield_processor,
        )
        settings[[p.SCRATCH_AT, p.SCRATCH_SIZE]] = layout.scratch, layout.scratch_size
        settings[[p.SIZE, p.N_THREADS, p.PATIENCE]] = n, n_threads, _PATIENCE
        settings[[p.RULE, p.CLIPS]] = p.RULES[self._optimiser.name], layout.grad is not None
        state, nothing = self._state, np.empty(0, np.float32)
        losses, squares = np.zeros(program.n_losses), np.zeros(program.n_squares)
        m, v = (*state.moments.values(), nothing, nothing)[:2]
        vectors = (
            *(self._theta, self._memory, m, v),
            *(nothing if vector is None else vector for vector in (state.mask, state.average)),
            *(self._labels, self._factors, losses, squares),
        )

        return _Bound(functions.work, program, settings, vectors, control, losses, squares)


class _Bound(NamedTuple):
    """The kernel with its arguments for batches of one size, some of which change."""

    kernel: Callable[..., None]
    program: p.Program
    settings: NDArray[np.int64]
    vectors: tuple[NDArray[Any], ...]
    control: NDArray[np.int64]
    losses: NDArray[np.float64]
    squares: NDArray[np.float64]

    def work(self, member: int) -> None:
        """Take part as one thread.

        A helper that waits for a further step reads ``control``, of which the kernel has the address alone:
        the method keeps it, also when the training step itself is gone.
        """
        self.kernel(
            member, self.program.table, self.program.pieces, self.program.rounds, self.settings, self.vectors
        )


def is_loaded() -> bool:
    """Tell whether the kernel has been loaded, or was tried to be."""
    return load.cache_info().currsize > 0


@cache
def load() -> bool:
    """Load the kernel, compiled before or now, and tell whether that succeeded.

    Takes half a second, and some seconds once after each installation: Numba keeps the result beside the
    program, or where that cannot be written in the user's cache.
    """
    try:
        _functions()
    except Exception:
        # Whatever fails in the compiler, NumPy can do the work.
        logging.getLogger(__name__).warning("Training goes on without compiled steps.", exc_info=True)
        return False
    return True


@cache
def _functions() -> _Functions:
    from nnstudio.engine.kernel import work

    name, width, library = _blas()
    if sys.platform == "win32":
        yield_processor = ctypes.WinDLL("kernel32").SwitchToThread
    else:
        yield_processor = ctypes.CDLL(None).sched_yield
    return _Functions(work, _address_of(getattr(library, name)), width, _address_of(yield_processor))


def _blas() -> tuple[str, int, ctypes.CDLL]:
    """Find the matrix product that NumPy uses, which is loaded already."""
    core = import_module("numpy._core._multiarray_umath")
    # Looking through NumPy's module finds what it is linked with; Windows looks in the library alone.
    paths = [core.__file__, *(Path(np.__file__).parents[1] / "numpy.libs").glob("*openblas*")]
    for path in paths:
        library = ctypes.CDLL(str(path))
        for name, width in _NAMES:
            if hasattr(library, name):
                return name, width, library
    raise OSError("NumPy's matrix product was not found in its libraries.")


def _address_of(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0
