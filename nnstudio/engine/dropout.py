"""Dropout: units silenced at random for one batch; only training uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from nnstudio.engine.architecture import Architecture


class Dropout:
    """Which inputs of each layer are silent, for one batch at a time.

    Parameters
    ----------
    architecture : Architecture
    batch_size : int
        Most rows of a batch.
    of_inputs, of_hidden : float
        The part of the inputs, and of each hidden layer's units, that is silent: 0 up to, not including, 1.
    dtype : dtype
        Theta's.

    Attributes
    ----------
    scales, dropped : tuple of (ndarray of shape (batch_size, fan_in) or None)
        For each computing layer: factors 0 or 1 / (1 − p) of its inputs, and a place for their products; None
        where nothing is dropped. Set ``scales`` to choose units by hand.

    Notes
    -----
    Variant: inverted dropout (Srivastava et al. 2014, section 10, scaled while training), as in PyTorch:
    the remaining values are scaled up, so that evaluation needs no change.
    """

    def __init__(
        self,
        architecture: Architecture,
        batch_size: int,
        of_inputs: float,
        of_hidden: float,
        dtype: DTypeLike = np.float32,
    ) -> None:
        shares = (of_inputs, *(of_hidden,) * (architecture.n_layers - 1))
        if not all(0 <= share < 1 for share in shares):
            raise ValueError(f"dropout must be at least 0 and below 1, not {of_inputs} and {of_hidden}")
        self._shares = shares
        self.scales, self.dropped = (
            tuple(
                np.ones((batch_size, fan_in), dtype) if share else None
                for share, fan_in in zip(shares, architecture.layer_sizes, strict=False)
            )
            for _ in range(2)
        )

    def draw(self, n: int, *, rng: np.random.Generator) -> None:
        """Choose the units that are silent for the first ``n`` rows."""
        for share, scale in zip(self._shares, self.scales, strict=True):
            if scale is not None:
                chosen = rng.random((n, scale.shape[1]), np.float32)
                np.greater_equal(chosen, share, out=scale[:n])
                scale[:n] *= 1 / (1 - share)

    def of(self, k: int, rows: slice) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
        """Return some rows of ``scales[k]`` and ``dropped[k]``.

        Notes
        -----
        Aliasing: views.
        """
        scale, dropped = self.scales[k], self.dropped[k]
        return (None, None) if scale is None or dropped is None else (scale[rows], dropped[rows])
