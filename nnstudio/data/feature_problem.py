"""Features of points of the plane in place of their coordinates, as a problem; any package may import it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.expressions import ExpressionError
from nnstudio.data.feature_maps import Feature, FeatureError, mapped
from nnstudio.data.problem import InputSpace
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.data.own_points import OwnPoints
    from nnstudio.data.problem import Problem

FEATURES_OF = "plane-features"
"""Begins the name of a problem of features; the name of the points' problem and the features follow."""

_MARGIN = 0.08
"""Around the values of a feature, as a share of their range."""


def features_of(space: InputSpace) -> tuple[Feature, ...]:
    """Return the features that inputs are by their names; none where these are no formulas in x₁ and x₂.

    Examples
    --------
    >>> [feature.title for feature in features_of(InputSpace("numbers", (2,), 0, 1, ("r", "x₁·x₂")))]
    ['r', 'x₁·x₂']
    >>> features_of(InputSpace("numbers", (2,), 0, 1, ("width", "x₁")))
    ()
    """
    if space.traits.has_pixels or space.traits.has_field:
        return ()
    try:
        features = tuple(map(Feature.parse, space.names))
    except ExpressionError:
        return ()
    return features if len({each.expression for each in features}) == len(features) else ()


def is_plane(space: InputSpace) -> bool:
    """Tell whether inputs are points of a plane, of which features can be computed."""
    return space.traits.has_field and space.n_features == 2


def feature_problem(
    points: OwnPoints, features: tuple[Feature, ...], name: str, space: InputSpace | None = None
) -> Problem:
    """Return features of points as a problem; its source says which points were left out.

    Parameters
    ----------
    points : OwnPoints
        Of a plane.
    features : tuple of Feature
    name : str
        Of the problem.
    space : InputSpace, optional
        Their names and ranges, where these are known; by default the ranges of the values.

    Raises
    ------
    FeatureError
        If there are none, too many or two equal ones, or no point to learn from is left.
    OwnPointsError
        If a value is too large to be learned from.
    """
    found = mapped(features, points.x)
    if not (found.is_kept & ~points.is_test).any():
        raise FeatureError(tr("No point to learn from has a number for all of these features."))
    low, high = found.values.min(axis=0), found.values.max(axis=0)
    if space is None:
        margin = np.where(high > low, _MARGIN * (high - low), 0.5)
        lows, highs = (tuple(map(float, bound)) for bound in (low - margin, high + margin))
        names = tuple(each.title for each in features)
        space = InputSpace("numbers", (len(features),), lows, highs, names)
    kept = found.is_kept
    left = replace(
        points,
        input_space=space,
        x=found.values,
        answers=points.answers[kept],
        is_test=points.is_test[kept],
    ).problem()
    title = tr("Features {names}").format(names=", ".join(each.title for each in features))
    remarks = " ".join(found.remarks)
    return replace(left, name=name, title=title, source=remarks or tr("Features of the same points."))
