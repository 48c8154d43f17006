"""Model of the network view: network, weights, reading and shown units; no widget."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.edges import Edges, strongest_edges
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.reading import Reading
from nnstudio.insight.tiles import has_tiles
from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import Scope, largest
from nnstudio.studio.painting.numbers import brief, plain, scientific, signed
from nnstudio.studio.session.evaluator import DEAD_WORDS
from nnstudio.studio.session.fill_in import is_written_out
from nnstudio.studio.session.layer_names import layer_title, unit_name
from nnstudio.studio.session.step_values import StepValues
from nnstudio.studio.views.network.layout import NetworkLayout, lay_out
from nnstudio.studio.views.network.shown_units import ShownUnits

EDGES_PER_PAIR = 90
EDGES_FROM_INPUT = 50
EDGES_OF_A_UNIT = 60

INPUT_RADIUS = 12.0

SHORT_NAME = 2
"""Longest name of an input or an output that is written inside its circle."""


@dataclass(frozen=True)
class UnitAddress:
    """A unit by its computing layer (0 is the first) and its index there."""

    layer: int
    unit: int


@dataclass(frozen=True)
class EdgeRange:
    """The shown edges between two layers: how many of the total, and the largest absolute value."""

    count: int
    total: int
    largest: float


@dataclass(frozen=True, eq=False)
class WrittenNumbers:
    """The numbers that are written, which change less often than the picture.

    Attributes
    ----------
    reading : Reading, StepValues or None
        Values of the units.
    ranges : dict of layer to EdgeRange
        By the layer that the edges enter.
    terms : list of (int, Edges, list of str)
        The layer that edges enter, the edges, and each one's weight × activation.
    written : dict of Parameter to str
        Every weight and bias of a network so small that all are written.
    """

    reading: Reading | StepValues | None = None
    ranges: dict[int, EdgeRange] = field(default_factory=dict)
    terms: list[tuple[int, Edges, list[str]]] = field(default_factory=list)
    written: dict[Parameter, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Column:
    """The texts of one column.

    Attributes
    ----------
    title, size, remark : str
        Above; below; below that.
    short_size, short_remark : str
        Shorter texts used without room.
    extra : str
        An addition to the size with room.
    box : QRectF
        What they belong to.
    turns : bool
        Whether the layer has pages: arrows are beside the remark.
    """

    title: str
    size: str
    remark: str = ""
    short_size: str
    short_remark: str = ""
    extra: str = ""
    box: QRectF
    turns: bool = False


class NetworkScene:
    """A network with its weights, pictures, values and shown units.

    Parameters
    ----------
    architecture : Architecture
    space : InputSpace
    outputs : OutputSpace
    writes_numbers : bool
        Whether a network that is small enough has its numbers written into the picture.

    Attributes
    ----------
    shown : list of ShownUnits
        For each computing layer.
    weights : list of ndarray of shape (fan_out, fan_in)
    tiles : dict of layer to ndarray of shape (fan_out, height, width)
    reading : Reading, StepValues or None
        The values of units and edges.
    x : ndarray of shape (n_inputs,), or None
        The input, shown where the values are not.
    dead : tuple of bool ndarray of shape (fan_out,)
        Dead units of each hidden layer, where known: constant over the test set.
    frozen : tuple of int
        The layers that are not trained.
    """

    def __init__(
        self,
        architecture: Architecture,
        space: InputSpace,
        outputs: OutputSpace,
        *,
        writes_numbers: bool = True,
    ) -> None:
        self.architecture, self.space, self.outputs = architecture, space, outputs
        self._is_small = writes_numbers and is_written_out(architecture, space)
        self.shown = [ShownUnits(n) for n in architecture.layer_sizes[1:]]
        self.weights: list[np.ndarray] = []
        self.biases: list[np.ndarray] = []
        self.tiles: dict[int, np.ndarray] = {}
        self.reading: Reading | StepValues | None = None
        self.x: np.ndarray | None = None
        self.dead: tuple[np.ndarray, ...] = ()
        self.frozen: tuple[int, ...] = ()
        self.scope = Scope.LAYER
        self._limits: dict[int, float] = {}

    @property
    def output_names(self) -> tuple[str, ...]:
        """The name of each unit of the output layer."""
        return self.outputs.unit_names(self.architecture.n_outputs)

    def take_weights(
        self, weights: list[np.ndarray], tiles: dict[int, np.ndarray], biases: list[np.ndarray]
    ) -> None:
        """Set the weights; see `NetworkView.show_weights`."""
        self.weights, self.tiles, self._limits = weights, tiles, {}
        self.biases = biases

    @property
    def is_written_out(self) -> bool:
        """Whether the network is so small that every weight is written on its edge."""
        return bool(self.weights) and self._is_small

    def follow(self, *kept: UnitAddress | None) -> None:
        """Give the most active units a place; ``kept`` ones keep theirs."""
        # All stages of a step show the same units.
        active = self.reading.step.reading if isinstance(self.reading, StepValues) else self.reading
        for layer, shown in enumerate(self.shown):
            stay = tuple(address.unit for address in kept if address is not None and address.layer == layer)
            shown.follow(None if active is None else active.a[layer], stay)

    # Texts and geometry

    def title(self, layer: int) -> str:
        """Return the name of a computing layer."""
        return layer_title(self.architecture, layer)

    def name(self, address: UnitAddress) -> str:
        """Return the name of a unit."""
        return unit_name(self.architecture, self.outputs, address.layer, address.unit)

    def values(self, address: UnitAddress) -> str:
        """Return a unit's z and a as text; needs a reading."""
        if isinstance(self.reading, StepValues):
            return ", ".join(self.reading.lines(address.layer, address.unit))
        z, a = self._values(address)
        kind = tr(ACTIVATIONS[self.architecture.activations[address.layer]].title)
        return f"z = {z}, a = {kind}(z) = {a}"

    def unit_words(self, address: UnitAddress) -> str:
        """Return the hover text of a unit."""
        text = self.name(address)
        if self.reading is not None:
            text += f": {self.values(address)}"
        return f"{text}\n{tr(DEAD_WORDS)}" if self.is_dead(address) else text

    def layer_words(self, layer: int) -> str:
        """Return the hover text of a layer."""
        shown = self.shown[layer]
        fan_in, fan_out = self.architecture.layer_sizes[layer : layer + 2]
        lines = [
            tr("{layer}: %n unit(s)", shown.n_units).format(layer=self.title(layer)),
            tr("{fan_out:,} × {fan_in:,} = %n weight(s)", fan_out * fan_in).format(
                fan_out=fan_out, fan_in=fan_in
            ),
        ]
        if self.architecture.has_biases:
            lines[-1] = tr("{weights}, %n bias(es)", fan_out).format(weights=lines[-1])
        if layer in self.frozen:
            lines.append(tr("Frozen: training leaves its weights and biases as they are (Settings)."))
        if layer < len(self.dead):
            n_dead = int(np.count_nonzero(self.dead[layer]))
            lines.append(tr("%n of them dead on the test set: struck through", n_dead))
        if isinstance(self.reading, Reading) and layer < self.architecture.n_layers - 1:
            most = f"{float(np.abs(self.reading.a[layer]).max()):.3g}"
            lines.append(
                tr("The largest activation now is {most}: the whole bar, the brightest dot.").format(
                    most=most
                )
            )
        if shown.is_summary:
            lines.append(
                tr(
                    "{count} have a place here. ‹ and ›, or Page Up and Page Down, turn from the most active "
                    "to all by their numbers."
                ).format(count=shown.n_places)
            )
        return "\n".join(lines)

    def card(self, address: UnitAddress) -> list[str]:
        """Return the card of a unit: name, values and edges."""
        if self.reading is None:
            return [self.name(address)]
        if isinstance(self.reading, StepValues):
            return [self.name(address), *self.reading.lines(address.layer, address.unit)]
        z, a = self._values(address)
        kind = tr(ACTIVATIONS[self.architecture.activations[address.layer]].title)
        lines = [self.name(address), f"z = {z}", f"{kind}(z) = {a}"]
        if self.is_dead(address):
            lines.append(tr("dead on the test set"))
        for layer, edges in self.edges(address):
            total = self._n_edges(layer, address)
            if layer == address.layer:
                line = tr("{count} of %n edge(s) in, strongest {strength}", total)
            else:
                line = tr("{count} of %n edge(s) out, strongest {strength}", total)
            lines.append(line.format(count=len(edges), strength=signed(float(edges.strength[-1]), 3)))
        return lines

    def _n_edges(self, layer: int, alone: UnitAddress | None) -> int:
        """Return how many edges enter a layer, or how many of those are of one unit."""
        W = self.weights[layer]
        if alone is None:
            return W.size
        return W.shape[1 if layer == alone.layer else 0]

    def is_dead(self, address: UnitAddress) -> bool:
        """Return whether a unit is known to be constant over the test set."""
        return address.layer < len(self.dead) and bool(self.dead[address.layer][address.unit])

    def dead_places(self, layer: int) -> np.ndarray:
        """Return the places of a layer's dead units, as far as they are shown."""
        if layer >= len(self.dead):
            return np.empty(0, np.intp)
        return np.flatnonzero(self.dead[layer][self.shown[layer].units])

    def _values(self, address: UnitAddress) -> tuple[str, str]:
        z, a = (float(values[address.layer][address.unit]) for values in (self.reading.z, self.reading.a))
        return signed(z, 3), f"{a:.3f}".replace("-", "−")

    def lay_out(self, width: float, height: float) -> NetworkLayout:
        """Place the units that are shown."""
        sizes = self.architecture.layer_sizes
        hidden = [
            (
                len(shown.units) if shown.page else shown.n_places,
                has_tiles(self.space, layer, sizes[layer + 1]),
            )
            for layer, shown in enumerate(self.shown[:-1])
        ]
        has_pixels = self.space.traits.has_pixels
        aspect = self.space.shape[1] / self.space.shape[0] if has_pixels else 1.0
        n_outputs = len(self.shown[-1].units)
        return lay_out(width, height, hidden, n_outputs, aspect=aspect, in_columns=self._is_small)

    def columns(self, place: NetworkLayout) -> list[Column]:
        """Return the texts above and below the input and each layer."""
        space, sizes = self.space, self.architecture.layer_sizes
        has_pixels = space.traits.has_pixels
        size = f"{' × '.join(map(str, space.shape))} = {sizes[0]}" if has_pixels else ", ".join(space.names)
        columns = [
            Column(title=tr("Input"), size=size, short_size=f"{sizes[0]:,}", box=place.input_box),
        ]
        for layer, (box, shown) in enumerate(zip(place.layers, self.shown, strict=True)):
            kind = tr(ACTIVATIONS[self.architecture.activations[layer]].title)
            if layer in self.frozen:
                kind = f"{kind} · {tr('frozen')}"
            remark = short = extra = ""
            if shown.page:
                remark = tr("no. {first} to {last}").format(
                    first=shown.units[0] + 1, last=shown.units[-1] + 1
                )
            elif shown.is_summary:
                remark = (
                    tr("%n most active", shown.n_places) if self.reading else tr("first %n", shown.n_places)
                )
                short = tr("top {count}").format(count=shown.n_places) if self.reading else ""
            n_dead = int(np.count_nonzero(self.dead[layer])) if layer < len(self.dead) else 0
            if n_dead and not remark:
                remark = tr("{count} dead").format(count=n_dead)
            elif n_dead:
                extra = f" · {tr('{count} dead').format(count=n_dead)}"
            columns.append(
                Column(
                    title=self.title(layer),
                    size=f"{sizes[layer + 1]:,} · {kind}",
                    short_size=f"{sizes[layer + 1]:,}",
                    extra=extra,
                    remark=remark,
                    short_remark=short or remark,
                    box=box.box,
                    turns=shown.is_summary,
                )
            )
        return columns

    def input_nodes(self, place: NetworkLayout) -> list[QRectF]:
        """Return the boxes of the input's nodes, where its edges begin; a picture has none."""
        if self.space.traits.has_pixels:
            return []
        box, n = place.input_box, self.space.n_features
        middles = [QPointF(box.right(), box.top() + (k + 0.5) / n * box.height()) for k in range(n)]
        radius = min(INPUT_RADIUS, 0.45 * box.height() / n)
        return [QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius) for at in middles]

    def cell_of(self, place: NetworkLayout, address: UnitAddress) -> QRectF | None:
        """Return a unit's cell, if it has a place."""
        if address.layer >= len(self.shown):
            return None
        found = self.shown[address.layer].place_of(address.unit)
        return None if found is None else place.layers[address.layer].cell_box(found)

    def unit_at(self, place: NetworkLayout, position: QPointF) -> UnitAddress | None:
        """Return the unit under a position."""
        for layer, box in enumerate(place.layers):
            found = box.place_at(position)
            if found is not None:
                return UnitAddress(layer, int(self.shown[layer].units[found]))
        return None

    def pixel_at(self, place: NetworkLayout, position: QPointF) -> int | None:
        """Return the input's value under a position of its picture."""
        box = place.input_box
        if not self.space.traits.has_pixels or not box.contains(position):
            return None
        height, width = self.space.shape
        row = min(int((position.y() - box.top()) / box.height() * height), height - 1)
        return row * width + min(int((position.x() - box.left()) / box.width() * width), width - 1)

    def neighbour(self, place: NetworkLayout, at: UnitAddress | None, right: int, down: int) -> UnitAddress:
        """Return the next unit in a direction, at the end of a row in the next layer; of None the first."""
        found = None if at is None else self.shown[at.layer].place_of(at.unit)
        if at is None or found is None:
            return UnitAddress(0, int(self.shown[0].units[0]))
        box, layer = place.layers[at.layer], at.layer
        row, column = divmod(found, box.columns)
        row, column = row + down, column + right
        is_inside = 0 <= row < box.rows and 0 <= column < box.columns
        if is_inside and row * box.columns + column < box.n_places:
            found = row * box.columns + column
        elif right and 0 <= layer + right < len(place.layers):
            layer += right
            middle, edge = box.cell_box(found).center().y(), place.layers[layer]
            row = min(max(int((middle - edge.box.top()) / edge.leading), 0), edge.rows - 1)
            found = min(row * edge.columns + (0 if right > 0 else edge.columns - 1), edge.n_places - 1)
        return UnitAddress(layer, int(self.shown[layer].units[found]))

    # Edges

    def edges(self, alone: UnitAddress | None) -> list[tuple[int, Edges]]:
        """Return (layer they enter, edges), with places of shown units (or inputs) for sources and targets.

        The strongest of all, or those of one unit ``alone``.
        """
        if self.reading is None or not self.weights:
            return []
        found = []
        for layer, W in enumerate(self.weights):
            sources = np.arange(W.shape[1]) if layer == 0 else self.shown[layer - 1].units
            targets = self.shown[layer].units
            a = self.reading.into(layer)
            if alone is None:
                count = EDGES_FROM_INPUT if layer == 0 else EDGES_PER_PAIR
                # Sources with activation 0 have no edges, and often most are 0.
                active = np.flatnonzero(a[sources])
                edges = strongest_edges(W[np.ix_(targets, sources[active])], a[sources[active]], count)
                edges = Edges(active[edges.source], edges.target, edges.strength)
            elif alone.layer == layer:
                edges = strongest_edges(W[alone.unit, sources][None], a[sources], EDGES_OF_A_UNIT)
                edges = Edges(edges.source, self._places(alone, len(edges)), edges.strength)
            elif alone.layer == layer - 1:
                edges = strongest_edges(W[targets, alone.unit][:, None], a[alone.unit, None], EDGES_OF_A_UNIT)
                edges = Edges(self._places(alone, len(edges)), edges.target, edges.strength)
            else:
                continue
            if len(edges):
                found.append((layer, edges))
        return found

    def weight_edges(self) -> list[tuple[int, Edges]]:
        """Return every edge of a network that is written out, by its weight, for where there is no input."""
        if self.reading is not None or not self.is_written_out:
            return []
        every = [(layer, _by_size(self.all_edges(layer))) for layer in range(len(self.weights))]
        return [(layer, edges) for layer, edges in every if len(edges)]

    def _places(self, address: UnitAddress, n: int) -> np.ndarray:
        return np.full(n, self.shown[address.layer].place_of(address.unit))

    def numbers(self, found: list[tuple[int, Edges]], alone: UnitAddress | None) -> WrittenNumbers:
        """Return the numbers to write, for edges as `edges` found them."""
        ranges = {
            layer: EdgeRange(len(edges), self._n_edges(layer, alone), float(np.abs(edges.strength[-1])))
            for layer, edges in found
        }
        terms = [(layer, edges, self._terms(layer, edges)) for layer, edges in found]
        if not self.is_written_out:
            return WrittenNumbers(self.reading, ranges, terms)
        written = {
            Parameter(layer, row, column): brief(w)
            for layer, W in enumerate(self.weights)
            for row, ws in enumerate(W.tolist())
            for column, w in enumerate(ws)
        }
        for layer, b in enumerate(self.biases):
            written |= {Parameter(layer, row): brief(value) for row, value in enumerate(b.tolist())}
        return WrittenNumbers(self.reading, ranges, terms, written)

    def number(self, place: Parameter) -> float:
        """Return the weight or bias at a place."""
        if place.column is None:
            return float(self.biases[place.layer][place.row])
        return float(self.weights[place.layer][place.row, place.column])

    def all_edges(self, layer: int) -> Edges:
        """Return every edge into a layer with its weight, by places of units, the inputs first."""
        W = self.weights[layer]
        sources = np.arange(W.shape[1]) if layer == 0 else self.shown[layer - 1].units
        targets = self.shown[layer].units
        source, target = np.meshgrid(np.arange(len(sources)), np.arange(len(targets)))
        return Edges(source.ravel(), target.ravel(), W[np.ix_(targets, sources)].ravel().astype(np.float32))

    def table(self, found: list[tuple[int, Edges]]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Return the names of columns and a row for every unit, and for each edge as `edges` found them."""
        if self.reading is None:
            return (), []
        is_step = isinstance(self.reading, StepValues)
        rows: list[tuple[object, ...]] = []
        for layer, (z, a) in enumerate(zip(self.reading.z, self.reading.a, strict=True)):
            names = self._unit_names(layer)
            rows += [
                (self.title(layer), names[k], None, None if is_step else z_k, a_k, None, None)
                for k, (z_k, a_k) in enumerate(zip(z.tolist(), a.tolist(), strict=True))
            ]
        for layer, edges in found:
            names, below = self._unit_names(layer), self._unit_names(layer - 1)
            sources, targets = self.ends_of(layer, edges)
            weights = self.weights[layer][targets, sources].tolist()
            for source, target, w, strength in zip(
                sources.tolist(), targets.tolist(), weights, edges.strength.tolist(), strict=True
            ):
                rows.append((self.title(layer), names[target], below[source], None, None, w, strength))
        value, term = (tr("value"), tr("value of the edge")) if is_step else ("a", tr("weight × activation"))
        return (tr("layer"), tr("unit"), tr("from"), "z", value, tr("weight"), term), rows

    def _unit_names(self, layer: int) -> Sequence[object]:
        """Return the names of a computing layer's units; of the input's values for −1."""
        if layer == self.architecture.n_layers - 1:
            return self.output_names
        if layer < 0:
            return range(self.architecture.n_inputs) if self.space.traits.has_pixels else self.space.names
        return range(1, self.architecture.layer_sizes[layer + 1] + 1)

    def ends_of(self, layer: int, edges: Edges) -> tuple[np.ndarray, np.ndarray]:
        """Return the units, or inputs, that edges into a layer come from, and those they enter."""
        sources = edges.source if layer == 0 else self.shown[layer - 1].units[edges.source]
        return sources, self.shown[layer].units[edges.target]

    def _terms(self, layer: int, edges: Edges) -> list[str]:
        """Return what each edge shows, as text."""
        if isinstance(self.reading, StepValues):
            return [scientific(float(strength)) for strength in edges.strength]
        sources, targets = self.ends_of(layer, edges)
        w = self.weights[layer][targets, sources]
        a = self.reading.into(layer)[sources]
        return [f"{signed(w)} × {plain(a)}" for w, a in zip(w.tolist(), a.tolist(), strict=True)]

    def ends(self, place: NetworkLayout, layer: int, edges: Edges) -> tuple[np.ndarray, np.ndarray]:
        """Return where edges into a layer begin and end, both of shape (n, 2)."""
        above = place.layers[layer].left_anchors(edges.target)
        if layer:
            return place.layers[layer - 1].right_anchors(edges.source), above
        box = place.input_box
        if self.space.traits.has_pixels:
            height, width = self.space.shape
            row, column = np.divmod(edges.source, width)
            x = box.left() + (column + 0.5) / width * box.width()
            y = box.top() + (row + 0.5) / height * box.height()
        else:
            x = np.full(len(edges), box.right())
            y = box.top() + (edges.source + 0.5) / self.space.n_features * box.height()
        return np.stack((x, y), axis=1), above

    # Colours

    def shares(self, layer: int, units: np.ndarray) -> np.ndarray | None:
        """Return units' values divided by the layer's largest, (n,); None without a reading."""
        if self.reading is None:
            return None
        a = self.reading.a[layer]
        return a[units] / max(float(np.abs(a).max()), 1e-12)

    def use_scope(self, scope: Scope) -> None:
        """Set the colour scale's scope: unit, layer or network."""
        self.scope, self._limits = scope, {}

    def tile_limit(self, unit: UnitAddress | None) -> float | None:
        """Return the value of the full colour of all tiles, or of one unit's; None if they differ."""
        if self.scope is Scope.UNIT:
            if unit is None or unit.layer not in self.tiles:
                return None
            return largest([self.tiles[unit.layer][unit.unit]])
        if not self.tiles or (self.scope is Scope.LAYER and len(self.tiles) > 1):
            return None
        layer = next(iter(self.tiles))
        return float(self.limit(layer, self.tiles[layer]))

    def limit(self, layer: int, seen: np.ndarray) -> float | np.ndarray:
        """Return the value of the full colour in a layer's tiles, or in each visible one."""
        if self.scope is Scope.UNIT:
            return np.abs(seen).max(axis=(1, 2), keepdims=True)
        if layer not in self._limits:
            within = [self.tiles[layer]]
            if self.scope is Scope.NETWORK:
                within = list(self.tiles.values()) if self.space.traits.has_field else self.weights
            self._limits[layer] = largest(within)
        return self._limits[layer]


def _by_size(edges: Edges) -> Edges:
    """Return edges weakest first, without those of weight 0."""
    order = np.argsort(np.abs(edges.strength), kind="stable")
    order = order[edges.strength[order] != 0]
    return Edges(edges.source[order], edges.target[order], edges.strength[order])
