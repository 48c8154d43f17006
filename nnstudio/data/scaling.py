"""Measure the input scaling of training samples, feature by feature; any package may import this module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import InputScaling

if TYPE_CHECKING:
    from nnstudio.data.problem import Samples

SCALINGS = ("none", "unit", "standardised")
"""Unscaled; each feature from 0 to 1; each feature with mean 0 and standard deviation 1."""

LARGE_INPUT = 20.0
"""Inputs beyond this size saturate units, or make steps small, unless they are scaled."""

_ROWS = 4096
"""Rows read at a time, so that data in a file need not fit into memory."""


def measure_scaling(samples: Samples, scaling: str) -> InputScaling | None:
    """Measure a scaling on training samples; None for ``"none"``.

    Parameters
    ----------
    samples : Samples
        Not scaled yet; read in parts.
    scaling : str
        A key of ``SCALINGS``.

    Raises
    ------
    ValueError
        If there is no such scaling.

    Notes
    -----
    A feature that is the same in all samples is shifted and not stretched, as scikit-learn's StandardScaler
    and MinMaxScaler do it; the deviation is that of the samples themselves, divided by n.
    """
    if scaling not in SCALINGS:
        raise ValueError(f"there is no input scaling {scaling!r}; choose one of {', '.join(SCALINGS)}")
    if scaling == "none":
        return None
    n, d = len(samples), samples.n_features
    parts = [slice(start, start + _ROWS) for start in range(0, n, _ROWS)]
    shift, spread = np.zeros(d), np.zeros(d)
    if scaling == "unit":
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
