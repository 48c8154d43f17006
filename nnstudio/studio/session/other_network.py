"""The network that the displayed one, A, is compared with: B."""

from dataclasses import dataclass

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.files.model_file import Model


@dataclass(frozen=True, eq=False)
class Other:
    """A network for comparison.

    Attributes
    ----------
    name : str
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
    model : Model or None
        The opened network, with what else its file holds.
    """

    name: str
    architecture: Architecture
    theta: np.ndarray
    model: Model | None = None
