"""How sure a network is that an image shows one of its classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.decision import class_values
from nnstudio.engine.passes import activations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.ood_detector import OODDetector

_REJECTED = 0.3
"""What is left of that value where the detector takes the input for one of no class."""


def confidence(
    architecture: Architecture,
    theta: NDArray[np.floating[Any]],
    ood_detector: OODDetector | None,
    images: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return how sure a network is of each image, 0…1.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    ood_detector : OODDetector, optional
    images : float32 ndarray of shape (n, n_inputs)

    Returns
    -------
    float64 ndarray of shape (n,)
        The value of the best class, a share of it for what is of no class. It ranks readings of the same
        ink; it is no probability.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        trace = activations(architecture, theta, images)
        sure = np.nan_to_num(class_values(trace.a[-1]).max(axis=1).astype(np.float64))
        if ood_detector is not None:
            sure[ood_detector.scores(trace.a[:-1]) > ood_detector.threshold] *= _REJECTED
    return np.asarray(sure, np.float64)
