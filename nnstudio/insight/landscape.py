"""Slices and planes of the loss around a network, from coarse to fine, and a path beside them; NumPy only."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.errors import UserError
from nnstudio.insight.landscape_directions import projection
from nnstudio.insight.loss_surface import LossSurface
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture
    from nnstudio.insight.loss_surface import LossQuestion

MOST_POINTS = 201
"""Along each axis."""

LONGEST_S = 10.0
"""What takes longer is refused: fewer points are enough, or fewer samples."""

NEAR = 0.1
"""A place of the path counts as near the plane up to this share of its way from the plane's origin."""

_YIELD_S = 0.02
_MEASURE_S = 0.03
_BEARABLE = 1.5e11
"""Products, in some seconds."""
_COARSE_CELLS = 4
"""Along the longer side, at least, in the first picture."""


class LandscapeError(UserError):
    """A landscape that cannot be computed, or not within a bearable time."""


@dataclass(frozen=True, eq=False)
class Axis:
    """A direction from the network, and how far along it the loss is looked at.

    Attributes
    ----------
    direction : ndarray of shape (n_params,)
    low, high : float
        First and last coefficient of the direction; ``low`` is less.
    title : str
        What is written at the axis.
    here : float
        What is written there at coefficient 0: the weight's own value, where the axis is a weight.

    Raises
    ------
    LandscapeError
        If the range is empty or not finite.
    """

    direction: NDArray[Any]
    low: float
    high: float
    title: str
    here: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise LandscapeError(
                tr(
                    "The range of {title} from {low:g} to {high:g} is empty or not finite. Choose a number "
                    "above 0."
                ).format(title=self.title, low=self.here + self.low, high=self.here + self.high)
            )

    @property
    def ends(self) -> tuple[float, float]:
        """What is written at both ends."""
        return self.here + self.low, self.here + self.high

    def coefficients(self, n: int) -> NDArray[np.float64]:
        """Return n coefficients from one end to the other, (n,)."""
        return np.linspace(self.low, self.high, n)

    def places(self, n: int) -> NDArray[np.float64]:
        """Return what is written at them, (n,)."""
        return self.here + self.coefficients(n)


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss along one axis or over two, as far as it is known.

    Attributes
    ----------
    axes : tuple of Axis
        One or two: across, and up.
    values : ndarray of shape (n,) or (rows, columns), float64
        Row 0 is lowest. NaN where the loss is not finite, and where it is not known yet.
    filled : ndarray, likewise
        With the value of the nearest coarse place where it is not known yet.
    is_known : bool ndarray, likewise
    loss_here : float
        At the network itself, on the same samples.
    n_samples : int
    seconds : float
        About how long all of it takes on an idle core.
    """

    axes: tuple[Axis, ...]
    values: NDArray[np.float64]
    filled: NDArray[np.float64]
    is_known: NDArray[np.bool_]
    loss_here: float
    n_samples: int
    seconds: float

    @property
    def is_done(self) -> bool:
        """Whether every place is known."""
        return bool(self.is_known.all())

    @property
    def share(self) -> float:
        """Which part of the places is known."""
        return float(self.is_known.mean())

    @property
    def n_infinite(self) -> int:
        """At how many of the known places the loss is no finite number."""
        return int(np.count_nonzero(self.is_known & ~np.isfinite(self.values)))

    @property
    def places(self) -> tuple[NDArray[np.float64], ...]:
        """What is written at the nodes along each axis."""
        return tuple(axis.places(n) for axis, n in zip(self.axes, reversed(self.values.shape), strict=True))


def check_points(n_points: int) -> None:
    """Refuse a number of points along an axis that is too small or too large.

    Raises
    ------
    LandscapeError
    """
    if not 2 <= n_points <= MOST_POINTS:
        raise LandscapeError(
            tr("A landscape has 2 to {most} points along an axis, not {given}.").format(
                most=MOST_POINTS, given=n_points
            )
        )


def refinement(shape: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Return every place of a grid once, coarse ones first, each with the grid's stride when it comes.

    Examples
    --------
    >>> [(stride, *at) for stride, at in refinement((9,))]
    [(2, 0), (2, 2), (2, 4), (2, 6), (2, 8), (1, 1), (1, 3), (1, 5), (1, 7)]
    """
    stride = 1
    while (max(shape) - 1) // (2 * stride) >= _COARSE_CELLS:
        stride *= 2
    coarsest = stride
    while stride:
        for at in itertools.product(*(range(0, n, stride) for n in shape)):
            if stride == coarsest or any(place % (2 * stride) for place in at):
                yield stride, at
        stride //= 2


def landscape(question: LossQuestion, axes: tuple[Axis, ...], n_points: int) -> Iterator[Landscape]:
    """Compute the loss along one axis or over two, with some milliseconds of work before each yield.

    Parameters
    ----------
    question : LossQuestion
    axes : tuple of Axis
        One or two.
    n_points : int
        Along each axis, at most `MOST_POINTS`.

    Yields
    ------
    Landscape
        First one with nothing but the loss at the network and the time that is to be expected.

    Raises
    ------
    LandscapeError
        If there are too many points, or it would take longer than `LONGEST_S`.
    LossError
        If the loss does not fit the output or the answers.
    """
    check_points(n_points)
    surface = LossSurface(question, [axis.direction for axis in axes])
    here = (0.0,) * len(axes)
    loss_here = surface.at(here)
    seconds = _seconds_of(surface, here) * n_points ** len(axes)
    if seconds > LONGEST_S:
        fewer = int(n_points * (LONGEST_S / seconds) ** (1 / len(axes)))
        raise LandscapeError(
            tr(
                "{points} points on %n sample(s) would take about {seconds:.0f} s. Choose fewer points, "
                "about {fewer}, or fewer samples.",
                len(question.x),
            ).format(points=" × ".join([f"{n_points}"] * len(axes)), seconds=seconds, fewer=fewer)
        )
    shape = (n_points,) * len(axes)
    values, filled = np.full(shape, np.nan), np.full(shape, np.nan)
    is_known = np.zeros(shape, bool)

    def so_far() -> Landscape:
        arrays = (values.copy(), filled.copy(), is_known.copy())
        return Landscape(axes, *arrays, loss_here, len(question.x), seconds)

    yield so_far()
    coefficients = [axis.coefficients(n_points) for axis in axes]
    begun_s = time.perf_counter()
    for stride, at in refinement(shape):
        # The first axis goes across, which is the last index.
        value = surface.at([each[k] for each, k in zip(coefficients, reversed(at), strict=True)])
        value = value if math.isfinite(value) else math.nan
        values[at], is_known[at] = value, True
        filled[tuple(_block(k, stride, n_points) for k in at)] = value
        if time.perf_counter() - begun_s > _YIELD_S:
            yield so_far()
            begun_s = time.perf_counter()
    yield so_far()


def _seconds_of(surface: LossSurface, here: tuple[float, ...]) -> float:
    """Measure one place, in processor time: others may use the processor as well."""
    n, begun_s, until_s = 0, time.thread_time(), time.perf_counter() + _MEASURE_S
    while n < 2 or time.perf_counter() < until_s:
        surface.at(here)
        n += 1
    return (time.thread_time() - begun_s) / n


def _block(k: int, stride: int, n: int) -> slice:
    """Return the places nearest to a coarse one; the last of them reaches to the end."""
    return slice(max(k - stride // 2, 0), n if k + stride >= n else k - stride // 2 + stride)


@dataclass(frozen=True, eq=False)
class PathPlace:
    """A network that training passed, seen from a plane.

    Attributes
    ----------
    step : int
    loss : float
        Its own loss on the samples of the plane, wherever it lies; NaN where it is not finite.
    places : tuple of float
        Where the nearest place on the plane is, as written at its axes.
    share_off : float
        Its distance from the plane, as a share of its way from the plane's origin.
    """

    step: int
    loss: float
    places: tuple[float, ...]
    share_off: float

    @property
    def is_near(self) -> bool:
        """Whether it lies close to the plane: elsewhere its loss has little to do with the picture."""
        return self.share_off <= NEAR


def path_places(
    question: LossQuestion, axes: tuple[Axis, ...], steps: Sequence[int], thetas: Sequence[NDArray[Any]]
) -> Iterator[tuple[PathPlace, ...]]:
    """Project a path on a line or plane, each network with its true loss, some milliseconds between yields.

    Parameters
    ----------
    question : LossQuestion
    axes : tuple of Axis
    steps : sequence of int
    thetas : sequence of ndarray of shape (n_params,)

    Yields
    ------
    tuple of PathPlace
        Of the networks so far.
    """
    directions = [axis.direction for axis in axes]
    found: tuple[PathPlace, ...] = ()
    for step, theta in zip(steps, thetas, strict=True):
        loss = LossSurface(replace(question, theta=theta), ()).at(())
        seen = projection(theta, question.theta, directions)
        places = tuple(axis.here + float(c) for axis, c in zip(axes, seen.coefficients, strict=True))
        place = PathPlace(step, loss if math.isfinite(loss) else math.nan, places, seen.share_off)
        found = (*found, place)
        yield found


def bearable_samples(architecture: Architecture, n_places: int, counts: Sequence[int]) -> int:
    """Return the largest of some numbers of samples, in rising order, that takes a few seconds; or the first.

    Parameters
    ----------
    architecture : Architecture
    n_places : int
        At which the loss is computed.
    counts : sequence of int

    Examples
    --------
    >>> from nnstudio.engine.architecture import Architecture
    >>> [
    ...     bearable_samples(Architecture.parse(sizes), 41 * 41, (100, 300, 1000))
    ...     for sizes in ("2-8-2", "784-100-300-10", "784-512-512-10", "784-2048-2048-10")
    ... ]
    [1000, 1000, 300, 100]
    """
    # The first layer's products are made once.
    products = architecture.n_params - architecture.blocks[0].stop + architecture.layer_sizes[1]
    return max((n for n in counts if n * products * n_places <= _BEARABLE), default=counts[0])


def evenly(items: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many items, evenly spaced, the first and the last among them.

    Examples
    --------
    >>> evenly(range(10), 4), evenly("ab", 4)
    ([0, 3, 6, 9], ['a', 'b'])
    """
    if len(items) <= most:
        return list(items)
    return [items[round(k * (len(items) - 1) / (most - 1))] for k in range(most)]
