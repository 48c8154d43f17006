"""The facets of a piecewise linear network over a rectangle of the plane: where the same units are active."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.errors import UserError
from nnstudio.insight.contributions import PIECEWISE_LINEAR, piecewise_linear_titles
from nnstudio.insight.linear_map import slopes_of
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nnstudio.engine.architecture import Architecture

MOST_FILLED = 5_000
"""Most facets that a picture fills; of more it shows the outlines."""

MAX_FACETS = 20_000
"""Most facets: more are finer than pixels, and to find them takes seconds."""

MAX_VALUES = 20_000_000
"""Most facets times numbers of the widest layer's linear maps: 160 MB for an array of them."""

_CLOSEST = 1e-11
"""A corner this near to a line, relative to the size of the terms of z there, lies on it but for rounding."""


class FacetError(UserError):
    """A network or a rectangle without facets that could be found."""


@dataclass(frozen=True, eq=False)
class Facets:
    """The facets of a network over a rectangle.

    Attributes
    ----------
    corners : ndarray of shape (n, k, 2), float64
        Of each facet's convex polygon, counterclockwise; those with fewer than k repeat their first one.
    areas : ndarray of shape (n,), float64
    W : ndarray of shape (n, n_out, 2), float64
    b : ndarray of shape (n, n_out), float64
        The equation of each facet: z = W x + b of the outputs' pre-activations.
    active : tuple of bool ndarray of shape (n, fan_out)
        For each hidden layer, the units with z > 0 on each facet; none of a layer without activation.
    segments : ndarray of shape (s, 2, 2), float64
        The ends of straight lines where a unit has z = 0: together the outlines of all facets.
    layers, units : ndarray of shape (s,), intp
        Whose they are; the first hidden layer is 0. All lines of a unit are the border of where it is active.
    """

    corners: NDArray[np.float64]
    areas: NDArray[np.float64]
    W: NDArray[np.float64]
    b: NDArray[np.float64]
    active: tuple[NDArray[np.bool_], ...]
    segments: NDArray[np.float64]
    layers: NDArray[np.intp]
    units: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.corners)

    @property
    def can_be_filled(self) -> bool:
        """Whether there are few enough to fill each; otherwise a picture shows outlines alone."""
        return len(self) <= MOST_FILLED

    def at(self, x: ArrayLike) -> int | None:
        """Return the index of the facet under a point, shape (2,); None outside of the rectangle."""
        sides = np.roll(self.corners, -1, axis=1) - self.corners
        to_x = np.asarray(x, np.float64) - self.corners
        # Of a point within a convex polygon all are positive, but for rounding on a border.
        depth = (sides[..., 0] * to_x[..., 1] - sides[..., 1] * to_x[..., 0]).min(axis=1)
        best = int(depth.argmax())
        extent = np.abs(self.corners).max()
        return best if depth[best] >= -1e-9 * extent * extent else None


def has_facets(architecture: Architecture) -> bool:
    """Tell whether a network is a continuous, piecewise linear function of two variables."""
    return architecture.n_inputs == 2 and PIECEWISE_LINEAR.issuperset(architecture.activations[:-1])


def most_facets(n_units: int) -> int:
    """Return the largest number of parts into which lines cut the plane, 1 + h + h(h − 1)/2.

    Examples
    --------
    >>> [most_facets(h) for h in (1, 2, 3, 4, 5, 20)]
    [2, 4, 7, 11, 16, 211]
    """
    return 1 + n_units + n_units * (n_units - 1) // 2


def facets(
    architecture: Architecture, theta: NDArray[Any], lows: Sequence[float], highs: Sequence[float]
) -> Facets:
    """Find all facets of a network over a rectangle, exactly.

    Layer by layer each z is linear on the facets of the layers below, so a unit cuts each of these along one
    straight line or not at all. No grid is involved that could miss one.

    Parameters
    ----------
    architecture : Architecture
        One for which `has_facets`.
    theta : ndarray of shape (n_params,)
    lows, highs : sequence of two float
        Of the rectangle.

    Raises
    ------
    FacetError
        If the network has no facets, the rectangle is empty, there are too many, or values overflow.

    Notes
    -----
    In float64, exact but for rounding: what is thinner than `_CLOSEST` is not cut off. Where the network
    happens to have the same equation on both sides of a line, these are two facets.
    Thread: any.  Cost: facets × units, vectorised; a thousand facets take some 20 ms.

    Examples
    --------
    max(0, x₁) + max(0, x₂), whose four facets are the quadrants:

    >>> from nnstudio.engine.architecture import Architecture
    >>> architecture = Architecture.of((2, 2, 1), output="identity")
    >>> found = facets(architecture, np.array([1.0, 0, 0, 1, 0, 0, 1, 1, 0]), (-1, -1), (1, 1))
    >>> len(found), found.areas, found.W[found.at((0.5, 0.5)), 0]
    (4, array([1., 1., 1., 1.]), array([1., 1.]))
    """
    _check(architecture, lows, highs)
    widest = max(architecture.layer_sizes)
    cells = _Cells(lows, highs, min(MAX_FACETS, MAX_VALUES // (3 * widest)))
    maps = np.array([[(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]])
    *hidden, output = architecture.layers(theta)
    for k, layer in enumerate(hidden):
        z = _through(layer.W, layer.b, maps)
        if layer.activation == "identity":
            maps = z
            cells.active.append(np.zeros((len(z), z.shape[1]), bool))
            continue
        origin = cells.cut_layer(k, z)
        above, below = slopes_of(layer.activation, np.array([1.0, -1.0]))
        maps = np.where(cells.active[-1], above, below)[:, :, None] * z[origin]
    z = _through(output.W, output.b, maps)
    return Facets(
        cells.corners,
        _areas(cells.corners),
        z[:, :, :2].copy(),
        z[:, :, 2].copy(),
        tuple(cells.active),
        *cells.borders(),
    )


class _Cells:
    """Convex polygons that cover a rectangle, cut by one line after the other."""

    def __init__(self, lows: Sequence[float], highs: Sequence[float], most: int) -> None:
        (x1, y1), (x2, y2) = lows, highs
        self.corners: NDArray[np.float64] = np.array([[(x1, y1), (x2, y1), (x2, y2), (x1, y2)]], np.float64)
        self.n_corners = np.array([4])
        self.active: list[NDArray[np.bool_]] = []
        self._most = most
        self._extent = np.abs(self.corners).max(axis=(0, 1))
        self._segments: list[NDArray[np.float64]] = []
        self._owners: list[tuple[int, int, int]] = []

    @np.errstate(over="ignore", invalid="ignore")
    def cut_layer(self, layer: int, z: NDArray[np.float64]) -> NDArray[np.intp]:
        """Cut by each unit of a layer, whose pre-activations are z (n, fan_out, 3) on the present polygons.

        Returns
        -------
        ndarray of shape (n_now,), intp
            The former polygon that each is a part of.
        """
        n_units = z.shape[1]
        origin = np.arange(len(self.corners))
        active = np.zeros((len(origin), n_units), bool)
        for unit in range(n_units):
            values, is_cut = self._values(z[origin, unit])
            active[:, unit] = values.max(axis=1) > -values.min(axis=1)
            cut = np.flatnonzero(is_cut)
            if not len(cut):
                continue
            if len(origin) + len(cut) > self._most:
                raise FacetError(
                    tr(
                        "This network has more than {most:,} facets here; they are not counted. Choose fewer "
                        "units."
                    ).format(most=self._most)
                )
            self._segments.append(self._split(cut, values[cut]))
            self._owners.append((layer, unit, len(cut)))
            origin = np.concatenate((origin, origin[cut]))
            active = np.concatenate((active, active[cut]))
            active[cut, unit], active[len(origin) - len(cut) :, unit] = True, False
            self.active = [np.concatenate((each, each[cut])) for each in self.active]
        self.active.append(active)
        return origin

    def borders(self) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
        """Return all lines of cuts, and their layers and units."""
        segments = np.concatenate(self._segments) if self._segments else np.empty((0, 2, 2))
        owners = np.array(self._owners, np.intp).reshape(-1, 3)
        return segments, np.repeat(owners[:, 0], owners[:, 2]), np.repeat(owners[:, 1], owners[:, 2])

    def _values(self, z: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return z at the corners, (n, k), 0 where it is rounding, and whether it has both signs."""
        values = self.corners[..., 0] * z[:, :1] + self.corners[..., 1] * z[:, 1:2] + z[:, 2:]
        rounding = _CLOSEST * (np.abs(z[:, :2]) @ self._extent + np.abs(z[:, 2]))
        values[np.abs(values) <= rounding[:, None]] = 0.0
        return values, (values.max(axis=1) > 0) & (values.min(axis=1) < 0)

    def _split(self, cut: NDArray[np.intp], z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Keep of some polygons the part where z > 0, add the others at the end, return the lines between.

        z is given at the corners, (len(cut), k), and has both signs.
        """
        corners = self.corners[cut]
        is_corner = np.arange(corners.shape[1]) < self.n_corners[cut, None]
        z_next = np.roll(z, -1, axis=1)
        is_crossing = is_corner & (z * z_next < 0)
        share = np.zeros_like(z)
        np.divide(z, z - z_next, out=share, where=is_crossing)
        # Each corner, and behind it what lies on the side that begins there.
        points = np.stack(
            (corners, corners + share[..., None] * (np.roll(corners, -1, axis=1) - corners)), axis=2
        ).reshape(len(cut), -1, 2)

        def chosen(of_corners: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
            return _packed(
                points, np.stack((is_corner & of_corners, is_crossing), axis=2).reshape(len(cut), -1)
            )

        above, n_above = chosen(z >= 0)
        below, n_below = chosen(z <= 0)
        ends, _ = chosen(z == 0)
        # Two corners that lie on the line and are one but for rounding give three ends.
        apart = np.square(ends - ends[:, :1]).sum(axis=2).argmax(axis=1)
        segments = np.stack((ends[:, 0], ends[np.arange(len(cut)), apart]), axis=1)
        widest = max(self.corners.shape[1], above.shape[1], below.shape[1])
        self.corners, above, below = (_widened(each, widest) for each in (self.corners, above, below))
        self.corners[cut], self.n_corners[cut] = above, n_above
        self.corners = np.concatenate((self.corners, below))
        self.n_corners = np.concatenate((self.n_corners, n_below))
        return segments


def _packed(
    points: NDArray[np.float64], is_kept: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the points of each row that are kept, the first again where a row has fewer, and how many."""
    n_kept = is_kept.sum(axis=1)
    rows = np.arange(len(points))
    first = points[rows, is_kept.argmax(axis=1)]
    packed = np.repeat(first[:, None], int(n_kept.max()), axis=1)
    row, column = np.nonzero(is_kept)
    packed[row, (np.cumsum(is_kept, axis=1) - 1)[row, column]] = points[row, column]
    return packed, n_kept


def _widened(corners: NDArray[np.float64], widest: int) -> NDArray[np.float64]:
    """Repeat the first corner of each polygon until it has as many as the widest."""
    missing = widest - corners.shape[1]
    if not missing:
        return corners
    return np.concatenate((corners, np.repeat(corners[:, :1], missing, axis=1)), axis=1)


def _areas(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the areas of polygons, from differences to a corner, so that small ones keep their digits."""
    around = corners - corners[:, :1]
    following = np.roll(around, -1, axis=1)
    return np.asarray(
        (around[..., 0] * following[..., 1] - around[..., 1] * following[..., 0]).sum(axis=1) / 2
    )


@np.errstate(over="ignore", invalid="ignore")
def _through(W: NDArray[Any], b: NDArray[Any], maps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the linear maps of a layer's pre-activations, (n, fan_out, 3), from those of what enters it."""
    z = np.asarray(W.astype(np.float64) @ maps)
    z[:, :, 2] += b
    if not np.isfinite(z).all():
        raise FacetError(tr("The weights are so large that values overflow. Reset the network (R)."))
    return z


def _check(architecture: Architecture, lows: Sequence[float], highs: Sequence[float]) -> None:
    if architecture.n_inputs != 2:
        raise FacetError(
            tr("Facets lie over a plane: they need 2 inputs, and {network} has {n}.").format(
                network=architecture, n=architecture.n_inputs
            )
        )
    for k, activation in enumerate(architecture.activations[:-1]):
        if activation not in PIECEWISE_LINEAR:
            raise FacetError(
                tr(
                    "There are no facets: the activation of hidden layer {layer}, {name}, bends everywhere "
                    "or jumps. Choose one made of straight lines: {names}."
                ).format(
                    layer=k + 1,
                    name=tr(ACTIVATIONS[activation].title),
                    names=piecewise_linear_titles(),
                )
            )
    if not (np.isfinite((*lows, *highs)).all() and lows[0] < highs[0] and lows[1] < highs[1]):
        raise FacetError(
            tr("The rectangle from {lows} to {highs} is empty or not finite.").format(
                lows=tuple(lows), highs=tuple(highs)
            )
        )
