"""What the panel Fold draws: grid, points and lines before a layer, after its linear step, and folded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.engine.architecture import Architecture, Layer
from nnstudio.insight.contours import class_borders, node_grid, zero_contour
from nnstudio.insight.fold import (
    Fold,
    LinearStep,
    PlaneProjection,
    between,
    fold,
    grid_lines,
    linear_step,
    quadrant_regions,
    quadrants,
    remarks,
)
from nnstudio.insight.plane_map import unit_lines

LINE_POINTS = 61
"""Points of a line of the grid, which bends between them."""

NODES = 61
"""Nodes in each direction between which lines are pulled back."""

EDGE_POINTS = 16
"""Points of an edge of a quadrant, which bends where the activation does."""

FEWEST_POINTS = 12
"""What is seen holds the points where there are so many; else all of the plane."""

MOST_LINES = 8
"""Units of the next layer whose lines are drawn; of more the first."""

Choose = Callable[[int, np.ndarray], PlaneProjection]
"""Returns the view of a layer, from its number and its values (n, fan_out)."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where something is drawn: before a layer, after its linear step, and folded.

    Attributes
    ----------
    before, z, a : ndarray of shape (…, 2)
    """

    before: np.ndarray
    z: np.ndarray
    a: np.ndarray

    @property
    def ways(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All three, in order."""
        return self.before, self.z, self.a

    def at(self, place: float) -> np.ndarray:
        """Return where it is drawn on the way, (…, 2): 0 before, 1 after the linear step, 2 folded."""
        return between(self.before, self.z, self.a, place)


@dataclass(frozen=True, eq=False)
class Carried:
    """The plane, carried through a layer that folds.

    Attributes
    ----------
    points : Places of shape (n, 2)
    values : Fold
        Of the points.
    view, view_before : PlaneProjection
        By which the layer's values are drawn, and those of the layer before.
    grid : ndarray of shape (lines, points, 2)
        In the plane of the inputs.
    grid_places : Places of the same shape
    grid_quadrants : ndarray of shape (lines, points − 1), intp
        Of the pieces of each line.
    regions, region_places : dict of int to ndarray of shape (k, 2), to Places of that shape
        Corners of each quadrant; none of a layer other than the first.
    unit_lines : dict of int to ndarray of shape (2, 2)
        Ends of the lines z = 0 of the first layer's units in the plane, where that is the layer.
    next_lines : ndarray of shape (s, 2, 2)
        Pieces of the next layer's lines z = 0, or of the border between classes, pulled back.
    next_places : Places of the same shape
    next_units : ndarray of shape (s,), intp
        Whose piece each is; 0 of a border.
    n_lines : int
        How many units these lines are of; a border between classes is one, and after the outputs is none.
    straight : ndarray of shape (s, 2, 2)
        The same lines among the values of a layer of one or two units, as far as they are seen.
    straight_units : ndarray of the number of these, intp
    lows, highs : ndarray of shape (3, 2)
        Of the points, of few points of all that is carried: before, after the linear step, and folded.
    remarks : tuple of str
    """

    points: Places
    values: Fold
    view: PlaneProjection
    view_before: PlaneProjection
    grid: np.ndarray
    grid_places: Places
    grid_quadrants: np.ndarray
    regions: dict[int, np.ndarray]
    region_places: dict[int, Places]
    unit_lines: dict[int, np.ndarray]
    next_lines: np.ndarray
    next_places: Places
    next_units: np.ndarray
    n_lines: int
    straight: np.ndarray
    straight_units: np.ndarray
    lows: np.ndarray
    highs: np.ndarray
    remarks: tuple[str, ...]


def carry(
    architecture: Architecture,
    theta: np.ndarray,
    layer: int,
    choose: Choose,
    points: np.ndarray,
    lows: np.ndarray,
    highs: np.ndarray,
    *,
    has_classes: bool,
    before: Carried | None = None,
) -> Carried:
    """Carry a rectangle of the plane through a layer that folds.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layer : int
        One of `n_folding_layers`, the first is 0.
    choose : callable
    points : ndarray of shape (n, 2)
    lows, highs : ndarray of shape (2,)
        Of the rectangle.
    has_classes : bool
        Whether the outputs are classes, so that a line of theirs is where two are equal.
    before : Carried, optional
        With other weights: its pulled-back lines and its quadrants in the plane of the inputs are kept, which
        saves half of the time.

    Raises
    ------
    FoldError
        If the network folds no plane, or values overflow.
    """
    if before is None:
        nodes = node_grid(lows, highs, NODES)
        grid, regions = grid_lines(lows, highs, n_points=LINE_POINTS), {}
        lines, line_units = np.empty((0, 2, 2)), np.empty(0, np.intp)
    else:
        nodes, grid, regions = np.empty((0, 2)), before.grid, before.regions
        lines, line_units = before.next_lines, before.next_units
    found = fold(architecture, theta, layer, _stacked(theta, points, grid, nodes, lines, *regions.values()))
    sizes = [part.size // 2 for part in (points, grid, nodes, lines, *regions.values())]
    of_points, of_grid, of_nodes, of_lines, *of_regions = _parted(found, sizes)
    # Without points, those of the grid say in which directions the layer varies.
    seen = of_points if len(points) else of_grid
    view = choose(layer, seen.a)
    view_before = choose(layer - 1, seen.before)
    layers = architecture.layers(theta)
    next_layer = layers[layer + 1] if layer + 1 < len(layers) else None
    n_next = 0 if next_layer is None else len(next_layer.W)
    # A single output is of two classes, and its z is 0 between them.
    is_border = has_classes and layer + 2 == architecture.n_layers and n_next > 1
    if before is None:
        if next_layer is not None:
            lines, line_units = _pulled_back(next_layer, of_nodes.a, lows, highs, is_border=is_border)
        regions = _regions(layers[0], view, lows, highs) if layer == 0 else {}
        found = fold(architecture, theta, layer, _stacked(theta, lines, *regions.values()))
        of_lines, *of_regions = _parted(found, [part.size // 2 for part in (lines, *regions.values())])

    def placed(values: Fold, shape: tuple[int, ...]) -> Places:
        ways = (view_before.project(values.before), view.project(values.z), view.project(values.a))
        return Places(*(way.reshape(*shape, 2) for way in ways))

    grid_places = placed(of_grid, grid.shape[:2])
    point_places = placed(of_points, (len(points),))
    region_places = {
        quadrant: placed(of_region, (len(of_region.a),))
        for quadrant, of_region in zip(regions, of_regions, strict=True)
    }
    pair = _pair_of(view, of_grid.z).reshape(*grid.shape[:2], 2)
    # The corners of the plane may go far from where anything is.
    extent = point_places if len(points) >= FEWEST_POINTS else grid_places
    lowest, highest = (
        np.stack([end(way.reshape(-1, 2), axis=0) for way in extent.ways]) for end in (np.min, np.max)
    )
    straight, straight_units = _straight(
        next_layer, view, lowest.min(axis=0), highest.max(axis=0), is_border=is_border
    )
    return Carried(
        point_places,
        of_points,
        view,
        view_before,
        grid,
        grid_places,
        quadrants((pair[:, :-1] + pair[:, 1:]) / 2),
        regions,
        region_places,
        _unit_lines(layers[0], lows, highs) if layer == 0 else {},
        lines,
        placed(of_lines, lines.shape[:2]),
        line_units,
        1 if is_border else n_next,
        straight,
        straight_units,
        lowest,
        highest,
        remarks(architecture, theta, layer, seen, view),
    )


def _stacked(theta: np.ndarray, *parts: np.ndarray) -> np.ndarray:
    return np.concatenate([part.reshape(-1, 2) for part in parts]).astype(theta.dtype)


def _parted(found: Fold, sizes: Sequence[int]) -> list[Fold]:
    ends = np.cumsum(sizes)[:-1]
    return [
        Fold(*parts)
        for parts in zip(*(np.split(each, ends) for each in (found.before, found.z, found.a)), strict=True)
    ]


def _pair_of(view: PlaneProjection, z: np.ndarray) -> np.ndarray:
    """Return what tells the quadrants, (n, 2): z of the units that are the axes, else of the first two."""
    if z.shape[1] == 1:
        return np.column_stack((z[:, 0], np.zeros(len(z))))
    return z[:, list(view.units or (0, 1))]


def _regions(
    first: Layer, view: PlaneProjection, lows: np.ndarray, highs: np.ndarray
) -> dict[int, np.ndarray]:
    """Return the outline of each quadrant in the plane, with points along its edges."""
    if len(first.W) == 1:
        # Nothing is on the positive side of a second unit.
        step = LinearStep(np.array([first.W[0], (0, 0)]), np.array([first.b[0], 0]), 0.0, True, None)
    else:
        step = linear_step(first, view.units if len(view.units) == 2 else (0, 1))
    share = np.linspace(0, 1, EDGE_POINTS, endpoint=False)[:, None]
    outlines = {}
    for quadrant, corners in quadrant_regions(step, lows, highs).items():
        sides = np.roll(corners, -1, axis=0) - corners
        kept = sides.any(axis=1)
        outlines[quadrant] = (corners[kept, None] + share * sides[kept, None]).reshape(-1, 2)
    return outlines


def _unit_lines(first: Layer, lows: np.ndarray, highs: np.ndarray) -> dict[int, np.ndarray]:
    lines = unit_lines(first.W, first.b, lows, highs)
    return {unit: ends for unit, ends in enumerate(lines) if np.isfinite(ends).all()}


def _pulled_back(
    layer: Layer, a: np.ndarray, lows: np.ndarray, highs: np.ndarray, *, is_border: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return where z is 0, or the largest z changes, (s, 2, 2), and whose pieces they are.

    They are found between the values a that enter a layer at the nodes.
    """
    # Where values overflow there is no line.
    with np.errstate(over="ignore", invalid="ignore"):
        z = (a @ layer.W.T + layer.b).reshape(NODES, NODES, -1)
        if is_border:
            lines = class_borders(z, lows, highs)
            return lines, np.zeros(len(lines), np.intp)
        contours = [zero_contour(z[..., k], lows, highs) for k in range(min(z.shape[2], MOST_LINES))]
        return np.concatenate(contours), np.repeat(np.arange(len(contours)), [len(each) for each in contours])


def _straight(
    layer: Layer | None, view: PlaneProjection, lows: np.ndarray, highs: np.ndarray, *, is_border: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines of a layer among one or two values that enter it, (s, 2, 2), and whose they are."""
    if layer is None or view.is_shadow or not view.units or (is_border and len(layer.W) > 2):
        return np.empty((0, 2, 2)), np.empty(0, np.intp)
    W, b = layer.W[:MOST_LINES], layer.b[:MOST_LINES]
    if is_border:
        W, b = W[1:] - W[:1], b[1:] - b[:1]
    W = W[:, list(view.units)] if len(view.units) == 2 else np.column_stack((W[:, 0], np.zeros(len(W))))
    lines = unit_lines(W, b, lows, highs)
    units = np.flatnonzero(np.isfinite(lines).all(axis=(1, 2)))
    return lines[units], units
