"""Images of units, computed once for all panels that show them."""

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.tiles import layer_tiles
from nnstudio.studio.session.displayed_network import DisplayedNetwork

MOST_KEPT = 2
"""The displayed weights and the prediction weights, where those differ."""


class UnitImages:
    """Cache of ``layer_tiles`` for the displayed network.

    Parameters
    ----------
    network : DisplayedNetwork
    """

    def __init__(self, network: DisplayedNetwork) -> None:
        self._network = network
        self._kept: list[tuple[np.ndarray, Architecture, InputSpace, dict[int, np.ndarray]]] = []

    def by_layer(self, weights: np.ndarray) -> dict[int, np.ndarray]:
        """Return (fan_out, height, width) for each computing layer whose units have images.

        Parameters
        ----------
        weights : ndarray of shape (n_params,)
            Compared by identity with those of earlier calls.
        """
        architecture, space = self._network.architecture, self._network.input_space
        for each in self._kept:
            if each[0] is weights and each[1] is architecture and each[2] is space:
                return each[3]
        tiles = layer_tiles(architecture, weights, space)
        self._kept = [*self._kept[1 - MOST_KEPT :], (weights, architecture, space, tiles)]
        return tiles
