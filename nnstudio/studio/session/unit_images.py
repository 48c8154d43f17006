"""The pictures of units for the weights on show, made once for all panels that ask."""

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.insight.tiles import layer_tiles

if TYPE_CHECKING:
    from nnstudio.studio.session.session import Session


class UnitImages:
    """Keeps what ``layer_tiles`` makes of a session's network until its weights change.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._made_of: tuple[object, ...] = ()
        self._tiles: dict[int, np.ndarray] = {}

    def by_layer(self) -> dict[int, np.ndarray]:
        """Return (fan_out, height, width) for each computing layer whose units have pictures."""
        session = self._session
        made_of = (session.theta, session.architecture, session.input_space)
        if len(self._made_of) != 3 or any(a is not b for a, b in zip(made_of, self._made_of, strict=True)):
            self._tiles = layer_tiles(session.architecture, session.theta, session.input_space)
            self._made_of = made_of
        return self._tiles
