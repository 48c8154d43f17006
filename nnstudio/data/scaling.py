"""Bring inputs to a common scale, feature by feature, and take the scale into a network; recipes use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples

SCALINGS = ("none", "unit", "standardised")
"""As the data come; each feature from 0 to 1; each feature with mean 0 and standard deviation 1."""

_ROWS = 4096
"""Read at a time, so that data in a file need not fit into memory."""


@dataclass(frozen=True, eq=False)
class InputScaling:
    """What is done to each feature before it enters a network: (x − shift) · factor.

    Attributes
    ----------
    shift, factor : float32 ndarray of shape (n_features,)
    """

    shift: NDArray[np.float32]
    factor: NDArray[np.float32]

    def apply(self, x: NDArray[np.float32]) -> None:
        """Scale inputs of shape (n, n_features), in place."""
        np.subtract(x, self.shift, x)
        np.multiply(x, self.factor, x)

    def fold(self, W: NDArray[np.float32], b: NDArray[np.float32]) -> None:
        """Change a first layer that expects scaled inputs, in place, so that it takes them as they come.

        W ((x − s) ⊙ f) + b = (W ⊙ f) x + (b − (W ⊙ f) s): the same numbers but for rounding.

        Parameters
        ----------
        W : ndarray of shape (fan_out, n_features)
        b : ndarray of shape (fan_out,)
        """
        W *= self.factor
        b -= (W.astype(np.float64) @ self.shift).astype(np.float32)

    def unfold(self, W: NDArray[np.float32], b: NDArray[np.float32]) -> None:
        """Undo ``fold``, in place: the layer expects scaled inputs again, to rounding."""
        b += (W.astype(np.float64) @ self.shift).astype(np.float32)
        W /= self.factor


def measure_scaling(samples: Samples, kind: str) -> InputScaling | None:
    """Find the scaling of a kind from training samples; None for ``"none"``.

    Parameters
    ----------
    samples : Samples
        Not scaled yet; read in parts.
    kind : str
        One of ``SCALINGS``.

    Raises
    ------
    ValueError
        If there is no such kind.

    Notes
    -----
    A feature that is the same in all samples is shifted and not stretched, as scikit-learn's StandardScaler
    and MinMaxScaler do it; the deviation is that of the samples themselves, divided by n.
    """
    if kind not in SCALINGS:
        raise ValueError(f"there is no input scaling {kind!r}; choose one of {', '.join(SCALINGS)}")
    if kind == "none":
        return None
    n, d = len(samples), samples.n_features
    parts = [slice(start, start + _ROWS) for start in range(0, n, _ROWS)]
    shift, spread = np.zeros(d), np.zeros(d)
    if kind == "unit":
        low, high = np.full(d, np.inf), np.full(d, -np.inf)
        for part in parts:
            x = samples.subset(part).inputs()
            np.minimum(low, x.min(axis=0), out=low)
            np.maximum(high, x.max(axis=0), out=high)
        shift, spread = low, high - low
    else:
        # Twice over the data: a mean of squares less the square of the mean would cancel.
        for part in parts:
            shift += samples.subset(part).inputs().sum(axis=0, dtype=np.float64) / n
        for part in parts:
            differences = samples.subset(part).inputs() - shift
            spread += np.einsum("nd,nd->d", differences, differences) / n
        spread = np.sqrt(spread)
    factor = 1 / np.where(spread > 0, spread, 1.0)
    return InputScaling(shift.astype(np.float32), factor.astype(np.float32))
