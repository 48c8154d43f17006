"""Make points on named curves, one x and one y each; any package may import it.

A curve is one entry of `CURVES`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Function: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

MIN_POINTS, MAX_POINTS = 2, 10_000

LARGEST = 1e6
"""No x or y is farther from 0: float32 would keep less than a digit behind the point."""


def bounded(value: float) -> float:
    """Return the number nearest to a value that x or y may be.

    Examples
    --------
    >>> bounded(3.5), bounded(-2e9)
    (3.5, -1000000.0)
    """
    return min(max(value, -LARGEST), LARGEST)


class CurveError(UserError):
    """Points that cannot be made or used."""


@dataclass(frozen=True)
class Curve:
    """A function of one variable from which points are drawn, or a table of points.

    Attributes
    ----------
    name : str
        Key in `CURVES`, as used on the command line and in recipes.
    title : str
        Name for people.
    low, high : float
        Range of x.
    truth : callable or None
        From float64 x to float64 y of the same shape; None where it is not known.
    n : int
        Points, unless the caller asks for another number.
    noise : float
        Standard deviation of what is added to y, in y's unit, likewise.
    persistence : float
        Distance in x over which noise falls to 1/e of itself, as weather does; 0: all noise is independent.
    x_name, y_name, y_unit : str
        Words for axes and sentences; the unit may be empty.
    source : str
        One sentence: where the points come from.
    table : tuple of (float, float)
        The points themselves, of a curve that has no others.
    input_scaling : str
        What is done to x before a network learns from it, unless the user chooses: a key of
        ``data.scaling.SCALINGS``.
    """

    name: str
    title: str
    low: float
    high: float
    truth: Function | None = None
    n: int = 128
    noise: float = 0.0
    persistence: float = 0.0
    x_name: str = "x"
    y_name: str = "y"
    y_unit: str = ""
    source: str = translatable("Computed by nnstudio; free for any use.")
    table: tuple[tuple[float, float], ...] = ()
    input_scaling: str = "none"


def curve_points(
    curve: Curve,
    *,
    rng: np.random.Generator,
    n: int | None = None,
    noise: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Make evenly spaced points of a curve, with noise added to y.

    Parameters
    ----------
    curve : Curve
    rng : numpy.random.Generator
        The same state gives the same noise.
    n : int, optional
        How many points, from `MIN_POINTS` to `MAX_POINTS`.
    noise : float, optional
        Standard deviation of what is added to y, at least 0.
    low, high : float, optional
        Range of x, ends included.

    Returns
    -------
    x, y : ndarray of shape (n, 1), float32
        x goes up. Without noise y is the truth at this very x.

    Raises
    ------
    CurveError
        If a number is out of range, y would be farther from 0 than `LARGEST`, or something else is asked of
        a table than its own points.

    Examples
    --------
    >>> x, y = curve_points(CURVES["curve-square"], rng=np.random.default_rng(0), n=3)
    >>> x[:, 0], y[:, 0]
    (array([-2.,  0.,  2.], dtype=float32), array([4., 0., 4.], dtype=float32))
    """
    if curve.truth is None:
        if (n, noise, low, high) != (None,) * 4:
            raise CurveError(
                tr(
                    "{title} is a table of {n} points; their number, noise and range cannot be chosen. "
                    "Choose another curve, or move points by hand."
                ).format(title=tr(curve.title), n=len(curve.table))
            )
        points = np.array(curve.table, np.float32)
        return points[:, :1].copy(), points[:, 1:].copy()
    n = curve.n if n is None else n
    noise = curve.noise if noise is None else noise
    x = _spaced(curve.low if low is None else low, curve.high if high is None else high, n)
    if not 0 <= noise <= LARGEST:
        raise CurveError(
            tr("The noise is a standard deviation from 0 to {largest:,.0f}, not {noise}.").format(
                largest=LARGEST, noise=noise
            )
        )
    # The truth at the rounded x, which is what a network is given.
    y = curve.truth(x.astype(np.float64))
    if noise:
        y = y + noise * _noise(rng, n, float(x[1] - x[0]), curve.persistence)
    if not (abs(y) <= LARGEST).all():
        raise CurveError(
            tr(
                "{title} between {low:g} and {high:g} goes beyond ±{largest:,.0f}. Choose a narrower range "
                "or less noise."
            ).format(title=tr(curve.title), low=x[0], high=x[-1], largest=LARGEST)
        )
    return x[:, None], y.astype(np.float32)[:, None]


def _spaced(low: float, high: float, n: int) -> NDArray[np.float32]:
    """Return n evenly spaced numbers that differ in float32."""
    if not MIN_POINTS <= n <= MAX_POINTS:
        raise CurveError(
            tr("A curve has from {least} to {most:,} points, not {n:,}.").format(
                least=MIN_POINTS, most=MAX_POINTS, n=n
            )
        )
    if not -LARGEST <= low < high <= LARGEST:
        raise CurveError(
            tr(
                "The range of x goes from a smaller to a larger number within ±{largest:,.0f}, not from "
                "{low} to {high}."
            ).format(largest=LARGEST, low=low, high=high)
        )
    x = np.linspace(low, high, n).astype(np.float32)
    if not (np.diff(x) > 0).all():
        raise CurveError(
            tr(
                "Between {low} and {high} there are no {n:,} different numbers of single precision. Choose a "
                "wider range or fewer points."
            ).format(low=low, high=high, n=n)
        )
    return x


def _noise(rng: np.random.Generator, n: int, distance: float, persistence: float) -> NDArray[np.float64]:
    """Return noise of deviation 1: independent, or an Ornstein–Uhlenbeck process at equal distances."""
    draws = rng.standard_normal(n)
    if not persistence:
        return draws
    kept = math.exp(-distance / persistence)
    draws[1:] *= math.sqrt(1 - kept * kept)
    return np.array(list(accumulate(draws.tolist(), lambda before, draw: kept * before + draw)))


def _climate(day: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean temperature of a day of the year in °C: 1 in the middle of January, 19 in July."""
    return 10 - 9 * np.cos(2 * np.pi * (day - 15) / 365)


_ANSCOMBE_X = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
_ANSCOMBE = (
    ("Anscombe I", _ANSCOMBE_X, (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)),
    ("Anscombe II", _ANSCOMBE_X, (9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74)),
    ("Anscombe III", _ANSCOMBE_X, (7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73)),
    (
        "Anscombe IV",
        (8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8),
        (6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89),
    ),
)

CURVES: Mapping[str, Curve] = MappingProxyType(
    {
        curve.name: curve
        for curve in (
            Curve("curve-line", translatable("Line 2x + 1"), -2, 2, lambda x: 2 * x + 1),
            Curve("curve-sine", translatable("Sine"), -math.pi, math.pi, np.sin),
            Curve("curve-absolute", translatable("Absolute value |x|"), -2, 2, np.abs),
            Curve("curve-square", translatable("Square x²"), -2, 2, np.square),
            Curve("curve-step", translatable("Step"), -1, 1, lambda x: np.heaviside(x, 0.0)),
            Curve(
                "curve-runge", translatable("Runge's 1 / (1 + 25x²)"), -1, 1, lambda x: 1 / (1 + 25 * x * x)
            ),
            Curve("curve-teeth", translatable("Three saw teeth"), 0, 3, lambda x: 1 - abs(2 * (x % 1) - 1)),
            Curve(
                "curve-bump",
                translatable("Bump"),
                0,
                6,
                lambda x: np.interp(x, (1, 2, 3, 5), (0, 1.5, 1.5, 0)),
            ),
            Curve("curve-noisy-line", translatable("Noisy line"), -2, 2, lambda x: 2 * x + 1, 40, noise=0.8),
            Curve(
                "curve-temperature",
                translatable("Temperature of a year"),
                0,
                364,
                _climate,
                365,
                noise=3.5,
                persistence=4,
                x_name=translatable("days after 1 January"),
                y_name=translatable("temperature"),
                y_unit="°C",
                source=translatable("Made by nnstudio, a yearly wave and weather; free for any use."),
                # Days as they come would saturate the units.
                input_scaling="standardised",
            ),
            Curve(
                "curve-three-points",
                translatable("Three points"),
                0,
                2,
                n=3,
                source=translatable("Made by nnstudio, to be worked by hand; free for any use."),
                table=((0, 1), (1, 3), (2, 5)),
            ),
            *(
                Curve(
                    f"curve-anscombe-{number}",
                    title,
                    2,
                    20,
                    n=len(x),
                    source=translatable(
                        "F. J. Anscombe, Graphs in Statistical Analysis, The American Statistician 27 (1973)."
                    ),
                    table=tuple(zip(map(float, x), y, strict=True)),
                )
                for number, (title, x, y) in enumerate(_ANSCOMBE, 1)
            ),
        )
    }
)
"""Every named curve; none of them needs a file."""
