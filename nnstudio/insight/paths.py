"""The products of weights along the paths of a network whose sums are the entries of its linear map."""

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.parameters import Parameter

MOST_LISTED = 500
"""Most paths that are listed one by one."""

STRONGEST = 50
"""How many are listed of more."""


@dataclass(frozen=True)
class Path:
    """One way through the network.

    Attributes
    ----------
    units : tuple of int
        The input or the unit where the path begins, then a unit of each layer, the output last.
    parameters : tuple of Parameter
        The bias where the path begins with one, then the weight of each edge.
    value : float
        The product of these numbers and of the slopes of the units on the way.
    """

    units: tuple[int, ...]
    parameters: tuple[Parameter, ...]
    value: float


@dataclass(frozen=True)
class Paths:
    """The terms whose sum is one entry of a linear map.

    Attributes
    ----------
    count : int
        How many paths there are.
    listed : tuple of Path
        All, in the order of their units, the longest first; of more than `MOST_LISTED` the strongest
        `STRONGEST`, largest |value| first, without those of value 0.
    total : float
        The sum of all, the entry itself.
    """

    count: int
    listed: tuple[Path, ...]
    total: float

    @property
    def is_complete(self) -> bool:
        """Whether all paths are listed."""
        return len(self.listed) == self.count


def paths(
    architecture: Architecture,
    theta: np.ndarray,
    layers: range,
    source: int | None,
    output: int,
    slopes: Sequence[np.ndarray] = (),
) -> Paths:
    """Return the paths from an input, or from all biases, to one unit.

    The coefficient of input i in the linear map of these layers is Σ over all paths of the product of the
    weights on the way, (Wₙ … W₂ W₁)ⱼᵢ; the constant is such a sum for each bias.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layers : range
        Consecutive computing layers, those of a `linear_map.linear_groups` or all of them.
    source : int or None
        A value that enters the first of these layers; None: the constant, all paths that begin with a bias.
    output : int
        A unit of the last of these layers.
    slopes : sequence of ndarray of shape (fan_out,)
        f′(z) of the first layers' units, as in `linear_map.Piece`; 1 for layers that are not given.

    Raises
    ------
    IndexError
        If there is no such source or output.

    Notes
    -----
    Paths are counted without listing them. The strongest ones are found by a best-first search with the
    largest product that can still follow as its bound (A*, Hart, Nilsson & Raphael 1968): it visits no path
    that is not returned, apart from the next sibling of each unit on the way.

    Examples
    --------
    >>> architecture = Architecture.of((1, 2, 1), hidden="identity", output="identity")
    >>> theta = np.array([1.0, -1.0, 0.0, 1.0, 3.0, 5.0, 1.0])
    >>> found = paths(architecture, theta, range(2), 0, 0)
    >>> [(path.units, path.value) for path in found.listed], found.total
    ([((0, 0, 0), 3.0), ((0, 1, 0), -5.0)], -2.0)
    """
    graph = _Graph(architecture, theta, layers, slopes, source, output)
    if source is None and not architecture.has_biases:
        return Paths(0, (), 0.0)
    count = graph.count()
    found = graph.all() if count <= MOST_LISTED else itertools.islice(graph.strongest(), STRONGEST)
    return Paths(count, tuple(found), graph.total())


class _Graph:
    """The units of some layers, with the edges and biases whose products are asked for.

    Level 0 are the values that enter; level n are the units of the nth layer. ``_gains[n]`` leads from level
    n to n + 1 and includes the slope of the unit at its end.
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: np.ndarray,
        layers: range,
        slopes: Sequence[np.ndarray],
        source: int | None,
        output: int,
    ) -> None:
        self._first = layers.start
        chosen = architecture.layers(theta)[layers.start : layers.stop]
        self._gains: list[np.ndarray] = []
        self._starts: list[np.ndarray] = []
        for n, layer in enumerate(chosen):
            slope = slopes[n] if n < len(slopes) else np.ones(len(layer.b))
            self._gains.append(slope[:, None] * layer.W.astype(np.float64))
            self._starts.append(slope * layer.b.astype(np.float64))
        self._sizes = [chosen[0].W.shape[1], *(len(layer.b) for layer in chosen)]
        self._source = None if source is None else range(self._sizes[0])[source]
        self._output = range(self._sizes[-1])[output]

    def _begins(self) -> Iterator[tuple[int, int, float]]:
        """Yield level, unit and value of each beginning of a path."""
        if self._source is not None:
            yield 0, self._source, 1.0
            return
        last = len(self._gains)
        for level in range(1, last + 1):
            for unit in (self._output,) if level == last else range(self._sizes[level]):
                yield level, unit, float(self._starts[level - 1][unit])

    def count(self) -> int:
        """Return the number of paths."""
        inner = self._sizes[1:-1]
        if self._source is not None:
            return math.prod(inner)
        return sum(math.prod(inner[k:]) for k in range(len(inner) + 1))

    def total(self) -> float:
        """Return the sum of all products."""
        gains = np.eye(self._sizes[-1])[self._output]
        constant = 0.0
        for matrix, start in zip(reversed(self._gains), reversed(self._starts), strict=True):
            constant += float(gains @ start)
            gains = gains @ matrix
        return constant if self._source is None else float(gains[self._source])

    def all(self) -> Iterator[Path]:
        """Yield every path."""
        last = len(self._gains)
        for level, unit, _ in self._begins():
            for middle in itertools.product(*(range(size) for size in self._sizes[level + 1 : -1])):
                yield self._path(level, (unit, *middle, self._output) if level < last else (unit,))

    def strongest(self) -> Iterator[Path]:
        """Yield paths by falling |value|, while it is not 0."""
        with np.errstate(divide="ignore"):
            logs = [np.log(np.abs(gains)) for gains in self._gains]
            begins = [(level, unit, float(np.log(abs(value)))) for level, unit, value in self._begins()]
        # The largest product that can follow on each unit.
        best = [np.where(np.arange(self._sizes[-1]) == self._output, 0.0, -np.inf)]
        for matrix in reversed(logs):
            best.insert(0, (matrix + best[0][:, None]).max(axis=0))
        orders: dict[tuple[int, int], np.ndarray] = {}
        serial = itertools.count()
        # Smallest first: −bound, serial, level of the beginning, units, log of the product, rank of the last
        # unit among those that could stand in its place.
        waiting: list[tuple[float, int, int, tuple[int, ...], float, int]] = []

        def wait(first: int, units: tuple[int, ...], log: float, rank: int) -> None:
            bound = log + float(best[first + len(units) - 1][units[-1]])
            if bound > -math.inf:
                heapq.heappush(waiting, (-bound, next(serial), first, units, log, rank))

        def extend(first: int, units: tuple[int, ...], log: float, rank: int) -> None:
            """Continue by the unit of the next level that is the rank-th best."""
            place = level, unit = first + len(units) - 1, units[-1]
            if place not in orders:
                orders[place] = np.argsort(-(logs[level][:, unit] + best[level + 1]), kind="stable")
            if rank < len(orders[place]):
                following = int(orders[place][rank])
                wait(first, (*units, following), log + float(logs[level][following, unit]), rank)

        for level, unit, log in begins:
            wait(level, (unit,), log, 0)
        while waiting:
            _, _, first, units, log, rank = heapq.heappop(waiting)
            if len(units) > 1:
                level, (before, last) = first + len(units) - 2, units[-2:]
                extend(first, units[:-1], log - float(logs[level][last, before]), rank + 1)
            if first + len(units) == len(self._sizes):
                yield self._path(first, units)
            else:
                extend(first, units, log, 0)

    def _path(self, level: int, units: tuple[int, ...]) -> Path:
        """Return a path that begins at a level."""
        parameters = []
        value = 1.0
        if self._source is None:
            parameters.append(Parameter(self._first + level - 1, units[0]))
            value = float(self._starts[level - 1][units[0]])
        for below, (start, end) in enumerate(itertools.pairwise(units), start=level):
            parameters.append(Parameter(self._first + below, end, start))
            value *= float(self._gains[below][end, start])
        return Path(units, tuple(parameters), value)
