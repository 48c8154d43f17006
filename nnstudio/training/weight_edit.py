"""A change of some weights by hand within a run; the trainer and the window apply it alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.language import tr
from nnstudio.training.config import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.problem import InputScaling
    from nnstudio.engine.architecture import Architecture


@dataclass(frozen=True, eq=False)
class WeightEdit:
    """New values of some weights.

    Attributes
    ----------
    coordinates : ndarray of shape (n,), int64
        Indices in theta.
    values : ndarray of shape (n,), float32
        New values, for a network that takes unscaled inputs.
    text : str
        A description, for the marks on the curves.
    is_held : bool
        Whether these weights are kept from being trained; only zeros can be.

    Raises
    ------
    ConfigError
        If a value is not finite, or one that is held is not 0.
    """

    coordinates: NDArray[np.int64]
    values: NDArray[np.float32]
    text: str = ""
    is_held: bool = False

    def __post_init__(self) -> None:
        if not np.isfinite(self.values).all():
            raise ConfigError(tr("A weight must be a finite number."))
        if self.is_held and self.values.any():
            raise ConfigError(tr("Only weights that are 0 can be kept from being trained."))

    @classmethod
    def between(
        cls, before: NDArray[Any], after: NDArray[Any], text: str = "", *, is_held: bool = False
    ) -> WeightEdit:
        """Return the edit that turns one theta into another, both of shape (n_params,)."""
        coordinates = np.flatnonzero(before != after)
        return cls(coordinates, after[coordinates].astype(np.float32), text, is_held)

    def apply(
        self, architecture: Architecture, theta: NDArray[np.float32], scaling: InputScaling | None = None
    ) -> None:
        """Write the values, in place.

        Parameters
        ----------
        architecture : Architecture
        theta : ndarray of shape (n_params,)
        scaling : InputScaling, optional
            Scaling of the inputs of this theta. The values are of a network without it, and so the rows of
            the first layer that they concern are converted to such a network's, written, and converted back.
        """
        if scaling is None:
            theta[self.coordinates] = self.values
            return
        own = theta.copy()
        first = architecture.layers(own)[0]
        scaling.fold(first.W, first.b)
        own[self.coordinates] = self.values
        scaling.unfold(first.W, first.b)
        touched = np.zeros(architecture.n_params, bool)
        touched[self.coordinates] = True
        flags = architecture.layers(touched)[0]
        rows = flags.W.any(axis=1) | flags.b
        # A weight of the first layer moves its bias too; the other rows keep every bit.
        flags.W[rows], flags.b[rows] = True, True
        theta[touched] = own[touched]

    def masked(self, mask: NDArray[np.float32] | None, n_params: int) -> NDArray[np.float32] | None:
        """Return a run's mask, of shape (n_params,), after the edit: 0 where a weight is held."""
        if mask is None and not self.is_held:
            return None
        result = np.ones(n_params, np.float32) if mask is None else mask.copy()
        result[self.coordinates] = 0.0 if self.is_held else 1.0
        return None if result.all() else result
