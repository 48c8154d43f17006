"""What part of the layer's plane is seen: round ranges that seldom change while the network is trained."""

import numpy as np

from nnstudio.insight.fold import between
from nnstudio.studio.views.axis import round_up

ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)

MARGIN = 0.06
"""On either side of what is held, as a share of it."""

MUCH_SMALLER = 0.6
"""A range is left where what it has to hold takes no more than this share of it."""

OWN_RANGE = 0.4
"""A stage is seen closer than the others where it is no larger than this share of all of them."""


class Frames:
    """The ranges before a layer, after its linear step, and folded.

    All three are one, so that lengths can be compared, but where one of them would be a dot in it.
    """

    def __init__(self) -> None:
        self._lows = self._highs = np.zeros((3, 2))

    def take(self, lows: np.ndarray, highs: np.ndarray) -> None:
        """Have room for what reaches from lows to highs, (3, 2) each."""
        margin = MARGIN * (highs - lows)
        lows, highs = np.minimum(lows - margin, 0), np.maximum(highs + margin, 0)
        lowest, highest = lows.min(axis=0), highs.max(axis=0)
        is_small = (highs - lows).max(axis=1) < OWN_RANGE * (highest - lowest).max()
        lows = np.where(is_small[:, None], lows, lowest)
        highs = np.where(is_small[:, None], highs, highest)
        is_within = (lows >= self._lows) & (highs <= self._highs)
        is_good = is_within & (highs - lows > MUCH_SMALLER * (self._highs - self._lows))
        is_kept = is_good.all(axis=1, keepdims=True)
        self._lows = np.where(is_kept, self._lows, -_rounded(-lows))
        self._highs = np.where(is_kept, self._highs, _rounded(highs))

    def at(self, place: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper ends at a place of the way, (2,) each; never an empty range."""
        low, high = between(*self._lows, place), between(*self._highs, place)
        is_empty = high - low <= 0
        return np.where(is_empty, -1.0, low), np.where(is_empty, 1.0, high)


def _rounded(ends: np.ndarray) -> np.ndarray:
    """Return round numbers at or beyond ends of axes, 0 or more each."""
    return np.array([[round_up(end, ROUND) if end > 1e-9 else 0.0 for end in row] for row in ends.tolist()])
