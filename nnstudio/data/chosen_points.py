"""Which points are learned from, as a session keeps them; training, files and studio use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnstudio.data.problems import USUAL_POINTS, PointOptions

if TYPE_CHECKING:
    from nnstudio.data.own_points import OwnPoints


@dataclass(frozen=True)
class ChosenPoints:
    """The points of a problem, as far as its name does not say them.

    Attributes
    ----------
    own : OwnPoints or None
        The points themselves: the user's own, those on the function of an opened network, or those whose
        features are learned.
    options : PointOptions
        How the points of a named problem are drawn.
    seed : int
        From which seed.

    Notes
    -----
    Two are equal where their own points are the same object.
    """

    own: OwnPoints | None = None
    options: PointOptions = USUAL_POINTS
    seed: int = 0


USUAL = ChosenPoints()
"""The points of a problem as it is; those of images, too."""
