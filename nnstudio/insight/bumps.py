"""Bumps, steps and towers written down as networks, and read from weights: approximation by hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.problem import subscript
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

MAX_BUMPS = 64
"""Most bumps of a network, of four units each."""

MOST_TOWERS_A_SIDE = 8
"""Along each of two inputs: `MAX_BUMPS` in all."""

LEAST_DISTANCE = 1 / 1000
"""Of neighbouring handles, as a part of the range."""

_TOWER_TOLERANCE = 1e-3
"""The same for outgoing weights of a ramp, whose ends are rounded too."""

_TOLERANCE = 1e-6
"""Relative difference within which weights of float32 are those of a bump."""


class BumpError(UserError):
    """Handles or numbers that make no bumps."""


@dataclass(frozen=True)
class Bump:
    """A function of one variable: 0, a ramp up from s₁ to s₂, ``top``, a ramp down from s₃ to s₄, 0.

    f(x) = Σ uᵢ max(0, x − sᵢ),  u = t / (s₂ − s₁) · (1, −1, 0, 0) + t / (s₄ − s₃) · (0, 0, −1, 1)

    Attributes
    ----------
    s : tuple of four float
        Handles, from left to right.
    top : float
        Height t, of either sign; 0 is a bump that adds nothing.

    Raises
    ------
    BumpError
        If a number is not finite or the handles are out of order.

    Examples
    --------
    >>> bump = Bump((1, 2, 3, 5), 1.5)
    >>> bump.u, bump.area
    ((1.5, -1.5, -0.75, 0.75), 3.75)
    """

    s: tuple[float, float, float, float]
    top: float

    def __post_init__(self) -> None:
        if not np.isfinite((*self.s, self.top)).all():
            raise BumpError(tr("The handles and the height of a bump are finite numbers."))
        for nth, (left, right) in enumerate(pairwise(self.s), 1):
            if not left < right:
                raise BumpError(
                    tr("Handle s{nth} = {right:g} is not to the right of s{before} = {left:g}.").format(
                        nth=subscript(nth + 1), right=right, before=subscript(nth), left=left
                    )
                )

    @property
    def u(self) -> tuple[float, float, float, float]:
        """The outgoing weights of the four units."""
        s1, s2, s3, s4 = self.s
        up, down = self.top / (s2 - s1), self.top / (s4 - s3)
        return up, -up, -down, down

    @property
    def area(self) -> float:
        """The area under the bump, t ((s₄ − s₁) + (s₃ − s₂)) / 2."""
        s1, s2, s3, s4 = self.s
        return self.top * ((s4 - s1) + (s3 - s2)) / 2


def bump_network(bumps: Sequence[Bump]) -> tuple[Architecture, NDArray[np.float64]]:
    """Write down the network whose output is the sum of bumps.

    Parameters
    ----------
    bumps : sequence of Bump
        1 to `MAX_BUMPS` of them.

    Returns
    -------
    architecture : Architecture
        1-4m-1 with ReLU; units 4k to 4k + 3 are bump k.
    theta : ndarray of shape (n_params,), float64
        w = 1, b = −s, the u of each bump, output bias 0.

    Raises
    ------
    BumpError
        If there is none, or more than `MAX_BUMPS`.
    """
    _check_count(len(bumps))
    places = [s for bump in bumps for s in bump.s]
    return _one_hidden_layer("relu", np.ones(len(places)), places, [u for bump in bumps for u in bump.u])


def bumps_of(architecture: Architecture, theta: NDArray[Any]) -> tuple[Bump | None, ...]:
    """Read the bumps of a network: the reverse of `bump_network`.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)

    Returns
    -------
    tuple of Bump or None
        One for each four units of a network 1-4m-1 with ReLU; None where their weights make no bump: some w
        is not positive, kinks are out of order, or ramps do not cancel. Empty for any other network.

    Notes
    -----
    A unit with w > 0 adds u max(0, w x + b) = u w max(0, x + b / w), so weights with w ≠ 1 are read too.
    Weights may differ from a bump's by `_TOLERANCE`, which is more than float32 rounds.
    """
    if not _has_one_hidden_layer(architecture, "relu") or architecture.layer_sizes[1] % 4:
        return ()
    hidden, output = architecture.layers(np.array(theta, np.float64))
    w = hidden.W[:, 0]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        s = -hidden.b / w
        slopes = output.W[0] * w
    groups = zip(*(each.reshape(-1, 4) for each in (w, s, slopes)), strict=True)
    return tuple(_bump_of(*group) for group in groups)


def _bump_of(w: NDArray[np.float64], s: NDArray[np.float64], slopes: NDArray[np.float64]) -> Bump | None:
    """Return the bump of four units with kinks s and changes of slope there; None if they are none."""
    if not ((w > 0).all() and np.isfinite(s).all() and np.isfinite(slopes).all() and (np.diff(s) > 0).all()):
        return None
    up, cancel_up, down, cancel_down = slopes.tolist()
    top = up * (s[1] - s[0])
    # Handles of float32 are rounded, which changes the height of a steep ramp the most.
    rounded = (abs(up) + abs(down)) * float(np.abs(s).max())
    is_bump = (
        abs(up + cancel_up) <= _TOLERANCE * abs(up)
        and abs(down + cancel_down) <= _TOLERANCE * abs(down)
        and abs(top + down * (s[3] - s[2])) <= _TOLERANCE * rounded
    )
    if not is_bump:
        return None
    s1, s2, s3, s4 = s.tolist()
    # −0.0 would be shown as such.
    return Bump((s1 + 0.0, s2 + 0.0, s3 + 0.0, s4 + 0.0), float(top) + 0.0)


def push_handles(
    s: Sequence[float], moved: int, to: float, low: float, high: float
) -> tuple[float, float, float, float]:
    """Move one handle of a bump; those that it meets are pushed along.

    Parameters
    ----------
    s : sequence of four float
        Handles in order.
    moved : int
        Index of the one that is moved.
    to : float
    low, high : float
        The range of x; handles keep `LEAST_DISTANCE` of it between them.

    Examples
    --------
    >>> push_handles((1, 2, 3, 5), 1, 4.5, 0, 10)
    (1, 4.5, 4.51, 5)
    """
    pushed = list(s)
    pushed[moved] = to
    distance = LEAST_DISTANCE * (high - low)
    for nth in range(moved + 1, 4):
        pushed[nth] = max(pushed[nth], pushed[nth - 1] + distance)
    for nth in reversed(range(moved)):
        pushed[nth] = min(pushed[nth], pushed[nth + 1] - distance)
    s1, s2, s3, s4 = pushed
    return s1, s2, s3, s4


def equal_bumps(
    truth: Callable[[NDArray[np.float64]], NDArray[Any]], low: float, high: float, m: int
) -> tuple[Bump, ...]:
    """Approximate a function by m equally wide bumps with its values at their middles.

    The ramp down of each bump is the ramp up of the next, half a bump wide: between two bumps their sum goes
    straight from one top to the other, without a gap. Half of the first and of the last ramp lies outside
    the interval.

    Parameters
    ----------
    truth : callable
        From x of shape (m,) to as many numbers.
    low, high : float
    m : int
        From 1 to `MAX_BUMPS`.

    Raises
    ------
    BumpError
        If m is out of range, the interval is empty or a value is not finite.
    """
    _check_count(m)
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise BumpError(
            tr("The interval from {low} to {high} is empty or not finite.").format(low=low, high=high)
        )
    width = (high - low) / m
    borders = np.linspace(low, high, m + 1)
    starts, ends = (borders - width / 4).tolist(), (borders + width / 4).tolist()
    middles = np.linspace(low + width / 2, high - width / 2, m)
    tops = np.asarray(truth(middles), np.float64).tolist()
    return tuple(Bump((starts[k], ends[k], starts[k + 1], ends[k + 1]), tops[k]) for k in range(m))


def _check_count(m: int) -> None:
    if not 1 <= m <= MAX_BUMPS:
        raise BumpError(
            tr("A network has 1 to {most} bumps, which are {n_units} units, not {m:,}.").format(
                most=MAX_BUMPS, n_units=4 * MAX_BUMPS, m=m
            )
        )


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of sigmoid units: Σ heightᵢ / (1 + exp(−steepnessᵢ (x − placeᵢ))).

    Attributes
    ----------
    places, heights, steepness : ndarray of shape (k,), float64
        −b / w, u and w of each unit; a negative steepness is a step down.
    """

    places: NDArray[np.float64]
    heights: NDArray[np.float64]
    steepness: NDArray[np.float64]


def step_network(
    places: ArrayLike, heights: ArrayLike, steepness: float
) -> tuple[Architecture, NDArray[np.float64]]:
    """Write down the network of sigmoid units that are steps.

    Parameters
    ----------
    places, heights : array-like of shape (k,), k ≥ 1
    steepness : float
        w of all units; at 50 a step of height 1 is within 0.01 of a sharp one beyond ln 99 / 50 = 0.092.

    Returns
    -------
    architecture : Architecture
        1-k-1 with sigmoid.
    theta : ndarray of shape (n_params,), float64

    Raises
    ------
    BumpError
        If a number is not finite, the steepness is 0, or there are not as many places as heights.
    """
    places, heights = np.asarray(places, np.float64), np.asarray(heights, np.float64)
    if places.ndim != 1 or places.shape != heights.shape or not len(places):
        raise BumpError(tr("Each step has a place and a height, and there is at least one step."))
    if not (np.isfinite(places).all() and np.isfinite(heights).all() and np.isfinite(steepness)):
        raise BumpError(tr("Places, heights and the steepness of steps are finite numbers."))
    if not steepness:
        raise BumpError(tr("A step of steepness 0 has no place. Choose another steepness."))
    return _one_hidden_layer("sigmoid", np.full(len(places), steepness), places, heights)


def steps_of(architecture: Architecture, theta: NDArray[Any]) -> Steps | None:
    """Read the steps of a network 1-k-1 with sigmoid; None for any other, or where a w is 0.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    """
    if not _has_one_hidden_layer(architecture, "sigmoid"):
        return None
    hidden, output = architecture.layers(np.array(theta, np.float64))
    w = hidden.W[:, 0]
    if not w.all():
        return None
    return Steps(-hidden.b / w + 0.0, output.W[0], w)


def step_bumps(
    truth: Callable[[NDArray[np.float64]], NDArray[Any]], low: float, high: float, m: int, steepness: float
) -> tuple[Architecture, NDArray[np.float64]]:
    """Approximate a function by m bumps of two sigmoid units each, a step up and a step down.

    Parameters
    ----------
    truth, low, high, m
        As for `equal_bumps`.
    steepness : float
        w of all units.

    Returns
    -------
    architecture : Architecture
        1-2m-1 with sigmoid; units 2k and 2k + 1 are bump k.
    theta : ndarray of shape (n_params,), float64

    Raises
    ------
    BumpError
        As for `equal_bumps` and `step_network`.
    """
    bumps = equal_bumps(truth, low, high, m)
    borders = np.linspace(low, high, m + 1)
    tops = np.array([bump.top for bump in bumps])
    return step_network(
        np.column_stack((borders[:-1], borders[1:])).ravel(),
        np.column_stack((tops, -tops)).ravel(),
        steepness,
    )


def _has_one_hidden_layer(architecture: Architecture, hidden: str) -> bool:
    """Tell whether a network is Σ uᵢ σ(wᵢ x + bᵢ) + c with the activation ``hidden``."""
    is_line = architecture.n_inputs == architecture.n_outputs == 1
    return is_line and architecture.activations == (hidden, "identity")


def _one_hidden_layer(
    hidden: str, w: ArrayLike, places: ArrayLike, u: ArrayLike
) -> tuple[Architecture, NDArray[np.float64]]:
    """Return the network Σ uᵢ σ(wᵢ (x − placeᵢ))."""
    w, places = np.asarray(w, np.float64), np.asarray(places, np.float64)
    architecture = Architecture.of((1, len(w), 1), hidden=hidden, output="identity")
    theta = np.zeros(architecture.n_params)
    first, last = architecture.layers(theta)
    first.W[:, 0] = w
    first.b[...] = -w * places + 0.0
    last.W[0] = u
    return architecture, theta


@dataclass(frozen=True)
class Tower:
    """A bump over the plane: ``top`` over an inner rectangle, 0 outside of an outer one.

    Attributes
    ----------
    across, up : tuple of four float
        Handles along x₁ and along x₂, as those of a `Bump`.
    top : float
    """

    across: tuple[float, float, float, float]
    up: tuple[float, float, float, float]
    top: float


def tower_network(towers: Sequence[Tower]) -> tuple[Architecture, NDArray[np.float64]]:
    """Write down the network whose output is the sum of towers.

    A bump along x₁ and one along x₂, both of height 1, have the sum 2 over the inner rectangle and at most 1
    outside of the outer one: max(0, sum − 1) is the tower, a second hidden layer.

    Parameters
    ----------
    towers : sequence of Tower
        1 to `MAX_BUMPS` of them.

    Returns
    -------
    architecture : Architecture
        2-8m-m-1 with ReLU.
    theta : ndarray of shape (n_params,), float64

    Raises
    ------
    BumpError
        If there are too many or none, or if handles are out of order.
    """
    m = len(towers)
    _check_count(m)
    architecture = Architecture.of((2, 8 * m, m, 1), hidden="relu", output="identity")
    theta = np.zeros(architecture.n_params)
    for k, tower in enumerate(towers):
        write_tower(architecture, theta, k, tower)
    return architecture, theta


def write_tower(architecture: Architecture, theta: NDArray[Any], k: int, tower: Tower) -> None:
    """Write tower ``k`` into the weights of a network of `tower_network`, (n_params,), which are modified.

    Raises
    ------
    BumpError
        If its handles are out of order, or a number is not finite.
    """
    if not np.isfinite(tower.top):
        raise BumpError(tr("The handles and the height of a bump are finite numbers."))
    bumps = [Bump(handles, 1.0) for handles in (tower.across, tower.up)]
    ramps, corners, output = architecture.layers(theta)
    for axis, bump in enumerate(bumps):
        units = slice(8 * k + 4 * axis, 8 * k + 4 * axis + 4)
        ramps.W[units, axis] = 1.0
        ramps.b[units] = np.negative(bump.s)
        corners.W[k, units] = bump.u
    corners.b[k] = -1.0
    output.W[0, k] = tower.top


def towers_of(architecture: Architecture, theta: NDArray[Any]) -> tuple[Tower | None, ...]:
    """Read the towers of a network: the reverse of `tower_network`.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)

    Returns
    -------
    tuple of Tower or None
        One for each unit of the second layer of 2-8m-m-1 with ReLU; None where its weights make no tower.
        Empty for any other network.
    """
    sizes = architecture.layer_sizes
    m = sizes[-2]
    if sizes != (2, 8 * m, m, 1) or architecture.activations != ("relu", "relu", "identity"):
        return ()
    ramps, corners, output = architecture.layers(np.array(theta, np.float64))
    found: list[Tower | None] = []
    for k in range(m):
        units = slice(8 * k, 8 * k + 8)
        s = (-ramps.b[units]).tolist()
        try:
            tower = Tower((s[0], s[1], s[2], s[3]), (s[4], s[5], s[6], s[7]), float(output.W[0, k]))
            # What it would be written as is compared with what is there.
            written = theta.astype(np.float64)
            write_tower(architecture, written, k, tower)
        except BumpError:
            found.append(None)
            continue
        own = architecture.layers(written)
        is_tower = np.array_equal(own[0].W[units], ramps.W[units]) and corners.b[k] == -1.0
        is_tower &= np.allclose(own[1].W[k], corners.W[k], rtol=_TOWER_TOLERANCE, atol=0.0)
        is_tower &= not np.delete(corners.W[k], units).any()
        found.append(tower if is_tower else None)
    return tuple(found)


def move_tower(tower: Tower, to: Sequence[float], lows: NDArray[Any], highs: NDArray[Any]) -> Tower:
    """Move a tower so that its middle is at a place (2,), or the nearest one in a rectangle."""
    moved = []
    for s, place, low, high in zip((tower.across, tower.up), to, lows.tolist(), highs.tolist(), strict=True):
        by = min(max(place, low), high) - (s[1] + s[2]) / 2
        moved.append((s[0] + by, s[1] + by, s[2] + by, s[3] + by))
    return Tower(moved[0], moved[1], tower.top)


def stretch_tower(tower: Tower, to: Sequence[float], lows: NDArray[Any], highs: NDArray[Any]) -> Tower:
    """Bring the upper right corner of a tower's flat part to a place (2,); handles on the way are pushed."""
    pushed = [
        push_handles(s, 2, min(max(place, low), high), low, high)
        for s, place, low, high in zip(
            (tower.across, tower.up), to, lows.tolist(), highs.tolist(), strict=True
        )
    ]
    return Tower(pushed[0], pushed[1], tower.top)


def steep_tower_network(
    towers: Sequence[Tower], steepness: float
) -> tuple[Architecture, NDArray[np.float64]]:
    """Write down the network of steep sigmoid units whose output is nearly the sum of towers.

    A step up and one down along x₁, and the same along x₂, in the middles of the ramps, have the sum 2 inside
    of a rectangle and at most 1 outside; a steep unit that changes at 1.5 is the tower.

    Parameters
    ----------
    towers : sequence of Tower
        1 to `MAX_BUMPS` of them.
    steepness : float
        w of all hidden units, above 0.

    Returns
    -------
    architecture : Architecture
        2-4m-m-1 with sigmoid.
    theta : ndarray of shape (n_params,), float64

    Raises
    ------
    BumpError
        If there are too many or none, or if the steepness is not above 0.
    """
    m = len(towers)
    _check_count(m)
    if not (np.isfinite(steepness) and steepness > 0):
        raise BumpError(tr("Steps of the steepness {steepness} are none.").format(steepness=steepness))
    architecture = Architecture.of((2, 4 * m, m, 1), hidden="sigmoid", output="identity")
    theta = np.zeros(architecture.n_params)
    steps, corners, output = architecture.layers(theta)
    for k, tower in enumerate(towers):
        for axis, (s1, s2, s3, s4) in enumerate((tower.across, tower.up)):
            units = slice(4 * k + 2 * axis, 4 * k + 2 * axis + 2)
            steps.W[units, axis] = steepness
            steps.b[units] = -steepness * np.array([s1 + s2, s3 + s4]) / 2
            corners.W[k, units] = steepness, -steepness
        corners.b[k] = -1.5 * steepness
        output.W[0, k] = tower.top
    return architecture, theta


def equal_towers(tops: ArrayLike, lows: ArrayLike, highs: ArrayLike) -> tuple[Tower, ...]:
    """Cover a rectangle with m × m equally wide towers, their ramps shared as those of `equal_bumps`.

    Parameters
    ----------
    tops : array-like of shape (m, m)
        Heights, by the place along x₂, then along x₁; m from 1 to `MOST_TOWERS_A_SIDE`.
    lows, highs : array-like of shape (2,)

    Raises
    ------
    BumpError
        If m is out of range.
    """
    heights = np.asarray(tops, np.float64)
    m = len(heights)
    if not 1 <= m <= MOST_TOWERS_A_SIDE:
        raise BumpError(
            tr("There are 1 to {most} towers along each input, not {m:,}.").format(
                most=MOST_TOWERS_A_SIDE, m=m
            )
        )
    ends = zip(np.asarray(lows, np.float64).tolist(), np.asarray(highs, np.float64).tolist(), strict=True)
    across, up = (equal_bumps(np.zeros_like, low, high, m) for low, high in ends)
    return tuple(Tower(across[i].s, up[j].s, float(heights[j, i])) for j in range(m) for i in range(m))


@dataclass(frozen=True, eq=False)
class NearestNeighbour:
    """The function that answers with the y of the nearest x of some points.

    Attributes
    ----------
    edges : ndarray of shape (k − 1,), float64
        Where it jumps: in the middle between neighbouring x.
    levels : ndarray of shape (k,), float64
        Its values from left to right: y, or the mean of all y at the same x.
    """

    edges: NDArray[np.float64]
    levels: NDArray[np.float64]

    def __call__(self, x: NDArray[Any]) -> NDArray[np.float64]:
        """Return the value at each x; in the middle between two points that of the left one."""
        return self.levels[np.searchsorted(self.edges, x)]


def nearest_neighbour(x: NDArray[Any], y: NDArray[Any]) -> NearestNeighbour:
    """Make the step function of some points.

    Parameters
    ----------
    x, y : ndarray of shape (n,), n ≥ 1
        Points in any order.

    Examples
    --------
    >>> nearest = nearest_neighbour(np.array([4.0, 0.0, 4.0]), np.array([1.0, 7.0, 2.0]))
    >>> nearest.edges, nearest.levels
    (array([2.]), array([7. , 1.5]))
    """
    places, group, sizes = np.unique(x.astype(np.float64), return_inverse=True, return_counts=True)
    return NearestNeighbour((places[1:] + places[:-1]) / 2, np.bincount(group, y.astype(np.float64)) / sizes)
