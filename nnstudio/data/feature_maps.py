"""Features of a point of the plane, such as x₁², r, φ or a formula, that enter a network in its place."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.expressions import Expression, parse_expression
from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MAX_FEATURES = INPUT_KINDS["numbers"].most_features

_LARGEST = float(np.finfo(np.float32).max)


class FeatureError(UserError):
    """Features that make no input."""


@dataclass(frozen=True)
class Feature:
    """A number computed from a point.

    Attributes
    ----------
    expression : Expression
    title : str
        For people, as an input is named: x₁², φ.
    """

    expression: Expression
    title: str

    @classmethod
    def parse(cls, text: str) -> Feature:
        """Read a formula, and name the feature after it.

        Raises
        ------
        ExpressionError
            As `parse_expression`.

        Examples
        --------
        >>> Feature.parse("x1^2 - 0.5*x2").title
        'x₁² − 0.5·x₂'
        """
        title = " ".join(text.split())
        for plain, shown in (("x1", "x₁"), ("x2", "x₂"), ("phi", "φ"), ("^2", "²"), ("*", "·"), ("-", "−")):
            title = title.replace(plain, shown)
        return cls(parse_expression(text), title[:MAX_NAME_LENGTH])


FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        text: Feature.parse(text)
        for text in ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)", "r", "phi")
    }
)
"""Those that are offered to be ticked, by their formulas."""


@dataclass(frozen=True, eq=False)
class Mapped:
    """Features of points, in place of their coordinates.

    Attributes
    ----------
    values : ndarray of shape (n_kept, n_features), float32
        Finite.
    is_kept : bool ndarray of shape (n,)
        False for points that have no number for some feature; they are left out.
    remarks : tuple of str
        What was left out, and what to know, a sentence each.
    """

    values: NDArray[np.float32]
    is_kept: NDArray[np.bool_]
    remarks: tuple[str, ...]


def mapped(features: Sequence[Feature], points: NDArray[Any]) -> Mapped:
    """Compute features of points.

    Parameters
    ----------
    features : sequence of Feature
        1 to `MAX_FEATURES`, all different.
    points : ndarray of shape (n, 2)

    Raises
    ------
    FeatureError
        If there are none, too many or two equal ones.

    Examples
    --------
    >>> found = mapped([FEATURES["r"], Feature.parse("log(x1)")], np.array([[3.0, 4.0], [-1.0, 0.0]]))
    >>> found.values, found.remarks
    (array([[5.       , 1.0986123]], dtype=float32), ('1 point without a number for log(x₁) is left out.',))
    """
    if not 1 <= len(features) <= MAX_FEATURES:
        raise FeatureError(
            tr("A point has 1 to {most} features, not {n}.").format(most=MAX_FEATURES, n=len(features))
        )
    programs = [feature.expression.program for feature in features]
    for k, feature in enumerate(features):
        if programs[k] in programs[:k]:
            raise FeatureError(tr("{title} is there twice; remove one of them.").format(title=feature.title))
    columns = [feature.expression.at(points) for feature in features]
    remarks = []
    # What overflows in float32, which a network is given, is no number for it either.
    has_number = [np.abs(column) <= _LARGEST for column in columns]
    for feature, has in zip(features, has_number, strict=True):
        if n_lost := len(has) - int(np.count_nonzero(has)):
            remarks.append(_left_out(feature, n_lost))
    if any(("phi", 0.0) in program for program in programs):
        n_at_origin = int(np.count_nonzero(~np.asarray(points).any(axis=1)))
        if n_at_origin:
            remarks.append(tr("%n point(s) at the origin, where φ is taken to be 0.", n_at_origin))
    is_kept = np.logical_and.reduce(has_number)
    values = np.stack(columns, axis=1)[is_kept].astype(np.float32)
    return Mapped(values, is_kept, tuple(remarks))


def _left_out(feature: Feature, n_lost: int) -> str:
    if n_lost == 1:
        return tr("1 point without a number for {title} is left out.").format(title=feature.title)
    return tr("{n:,} points without a number for {title} are left out.").format(n=n_lost, title=feature.title)
