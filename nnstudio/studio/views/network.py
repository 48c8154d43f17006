"""The network: every unit of every layer, its activation, and the strongest edges."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.edges import Edges, strongest_edges, unit_edges
from nnstudio.insight.reading import Reading
from nnstudio.insight.tiles import has_tiles, mosaic
from nnstudio.studio.images import grey_index, indexed_image, signed_index
from nnstudio.studio.theme import (
    FIELD_OPACITY_EXPONENT,
    TEMPLATE_OPACITY_EXPONENT,
    Theme,
    colour,
    ink_table,
    signed_table,
)
from nnstudio.studio.views.base import View, signed
from nnstudio.studio.views.network_activity import TILE_GAP, paint_activity, paint_dots
from nnstudio.studio.views.network_edges import paint_edges
from nnstudio.studio.views.network_layout import (
    FOOTER_HEIGHT,
    TITLE_HEIGHT,
    LayerBox,
    NetworkLayout,
    lay_out,
    layer_title,
)

EDGES_PER_PAIR = 130
EDGES_OF_A_UNIT = 60
SMALL_INPUT = 16


@dataclass(frozen=True)
class UnitAddress:
    """A unit by its computing layer (0 is the first) and its index there."""

    layer: int
    unit: int


class NetworkView(View):
    """Paints a network for one input; hovering a unit shows that unit's edges alone, a click selects it."""

    unit_clicked = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setMinimumSize(420, 240)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._architecture: Architecture | None = None
        self._space: InputSpace | None = None
        self._classes: tuple[str, ...] = ()
        self._weights: list[np.ndarray] = []
        self._tiles: dict[int, np.ndarray] = {}
        self._sheets: dict[int, np.ndarray] = {}
        self._reading: Reading | None = None
        self._edges: list[tuple[int, Edges]] | None = None
        self._hover: UnitAddress | None = None
        self._selected: UnitAddress | None = None
        self._layout: NetworkLayout | None = None

    # What it shows

    def set_network(self, architecture: Architecture, space: InputSpace, classes: tuple[str, ...]) -> None:
        """Take a network's shape; weights and a reading follow."""
        self._architecture, self._space, self._classes = architecture, space, classes
        self._weights, self._tiles, self._sheets = [], {}, {}
        self._reading = self._edges = self._layout = self._hover = None
        self.update()

    def show_weights(self, weights: list[np.ndarray], tiles: dict[int, np.ndarray]) -> None:
        """Show all layers' weights (fan_out, fan_in) and, by layer, pictures (fan_out, height, width).

        Notes
        -----
        Aliasing: keeps references; hand in arrays that nobody changes.
        """
        self._weights, self._tiles = weights, tiles
        self._sheets = {}
        self._edges = None
        self.update()

    def show_reading(self, reading: Reading | None) -> None:
        """Show activations and edges for an input, or none."""
        self._reading = reading
        self._edges = None
        self.update()

    def select(self, layer: int | None, unit: int | None) -> None:
        """Frame a unit in the colour of selection."""
        self._selected = None if layer is None or unit is None else UnitAddress(layer, unit)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._sheets = {}
        super().set_theme(theme)

    # Geometry

    def resizeEvent(self, event: object) -> None:
        """Place the units anew."""
        self._layout = None

    def _place(self) -> NetworkLayout:
        if self._layout is None:
            sizes = self._architecture.layer_sizes
            hidden = [(n, has_tiles(self._space, layer, n)) for layer, n in enumerate(sizes[1:-1])]
            aspect = self._space.shape[1] / self._space.shape[0] if self._space.kind == "image" else 1.0
            self._layout = lay_out(
                self.width(),
                self.height(),
                hidden,
                sizes[-1],
                aspect=aspect,
                edges_from_input=self._shows_input_edges(),
            )
            self._sheets = {}
        return self._layout

    def unit_at(self, position: QPointF) -> UnitAddress | None:
        """Return the unit under a position."""
        if self._architecture is None:
            return None
        for layer, place in enumerate(self._place().layers):
            unit = place.unit_at(position)
            if unit is not None:
                return UnitAddress(layer, unit)
        return None

    def _input_anchor(self, sources: np.ndarray) -> np.ndarray:
        """Return where input ``sources`` lie on the input picture, shape (n, 2)."""
        box = self._place().input_box
        if self._space.kind == "image":
            height, width = self._space.shape
            row, column = np.divmod(sources, width)
            return np.stack(
                (
                    box.left() + (column + 0.5) / width * box.width(),
                    box.top() + (row + 0.5) / height * box.height(),
                ),
                axis=1,
            )
        y = box.top() + (sources + 0.5) / self._space.n_features * box.height()
        return np.stack((np.full(len(sources), box.right()), y), axis=1)

    # Gestures

    def title(self, layer: int) -> str:
        """Return the name of a computing layer."""
        return layer_title(self._architecture, layer)

    def explain(self, position: QPoint) -> str:
        """Tell what is under the pointer: a unit with its values, or the input."""
        if self._architecture is None:
            return ""
        address = self.unit_at(QPointF(position))
        if address is None:
            inside = self._place().input_box.contains(QPointF(position))
            return f"the input: {self._architecture.n_inputs} numbers" if inside else ""
        name = f"{self.title(address.layer)}, unit {address.unit}"
        if address.layer == self._architecture.n_layers - 1:
            name = f"output for class {self._classes[address.unit]}"
        if self._reading is None:
            return name
        z, a = self._reading.z[address.layer][address.unit], self._reading.a[address.layer][address.unit]
        kind = ACTIVATIONS[self._architecture.activations[address.layer]].title
        return f"{name}: z = {signed(z, 3)}, a = {kind}(z) = {a:.3f}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the edges of the unit under the pointer alone."""
        hover = self.unit_at(event.position())
        if hover != self._hover:
            self._hover = hover
            self._edges = None
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the strongest edges of all units again."""
        if self._hover is not None:
            self._hover = self._edges = None
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the unit under the pointer."""
        address = self.unit_at(event.position())
        if address is not None:
            self.unit_clicked.emit(address.layer, address.unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the units by arrow keys: up and down within a layer, left and right between layers."""
        moves = {
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None or self._architecture is None:
            super().keyPressEvent(event)
            return
        at = self._selected or UnitAddress(0, -move[1])
        layer = min(max(at.layer + move[0], 0), self._architecture.n_layers - 1)
        unit = min(max(at.unit + move[1], 0), self._architecture.layer_sizes[layer + 1] - 1)
        self.unit_clicked.emit(layer, unit)

    # Edges

    def _find_edges(self) -> list[tuple[int, Edges]]:
        """Return (layer they enter, edges) for all shown connections."""
        reading = self._reading
        if reading is None or not self._weights:
            return []
        if self._hover is not None:
            return self._edges_of(self._hover)
        first = 0 if self._shows_input_edges() else 1
        return [
            (layer, strongest_edges(self._weights[layer], reading.into(layer), EDGES_PER_PAIR))
            for layer in range(first, len(self._weights))
        ]

    def _shows_input_edges(self) -> bool:
        """Say whether edges from the input are shown unasked: there are few, or there are no others."""
        return self._architecture.n_inputs <= SMALL_INPUT or self._architecture.n_layers == 1

    def _edges_of(self, address: UnitAddress) -> list[tuple[int, Edges]]:
        layer, unit = address.layer, address.unit
        found = [(layer, unit_edges(self._weights[layer], self._reading.into(layer), unit, EDGES_OF_A_UNIT))]
        if layer + 1 < len(self._weights):
            strength = self._weights[layer + 1][:, unit] * self._reading.a[layer][unit]
            order = np.argsort(np.abs(strength))[-EDGES_OF_A_UNIT:]
            order = order[strength[order] != 0]
            found.append((layer + 1, Edges(np.full(len(order), unit), order, strength[order])))
        return found

    def _paint_edges(self, painter: QPainter, place: NetworkLayout) -> None:
        if self._edges is None:
            self._edges = self._find_edges()
        for layer, edges in self._edges:
            if not len(edges):
                continue
            below = self._input_anchor if layer == 0 else place.layers[layer - 1].right_anchors
            above = place.layers[layer].left_anchors
            paint_edges(painter, edges, below(edges.source), above(edges.target), self.theme)

    # Painting

    def paintEvent(self, event: object) -> None:
        """Paint titles, the input, edges, units and outputs."""
        if self._architecture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place()
        self._paint_edges(painter, place)
        self._paint_input(painter, place.input_box)
        for layer, box in enumerate(place.hidden):
            if layer in self._tiles:
                self._paint_tiles(painter, layer, box)
            else:
                a = np.zeros(box.n_units) if self._reading is None else self._reading.a[layer]
                paint_dots(painter, a, box, self.theme)
                self._paint_marks(painter, layer, box)
        self._paint_outputs(painter, place.outputs)
        self._paint_titles(painter, place)

    def _paint_input(self, painter: QPainter, box: QRectF) -> None:
        painter.fillRect(box, colour(self.theme.paper))
        reading, space = self._reading, self._space
        if reading is not None and space.kind == "image":
            image = (reading.x.reshape(space.shape) - space.low) / (space.high - space.low)
            painter.drawImage(box, indexed_image(grey_index(image), ink_table(self.theme)))
        elif reading is not None:
            share = (reading.x - space.low) / (space.high - space.low)
            centre = QPointF(box.left() + share[0] * box.width(), box.bottom() - share[1] * box.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.selection))
            painter.drawEllipse(centre, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawRect(box)

    def _paint_tiles(self, painter: QPainter, layer: int, box: LayerBox) -> None:
        tiles = self._tiles[layer]
        if layer not in self._sheets:
            limit = float(np.abs(tiles).max())
            self._sheets[layer] = mosaic(signed_index(tiles, limit), box.columns, TILE_GAP, 0)
        is_field = self._space.kind == "plane"
        exponent = FIELD_OPACITY_EXPONENT if is_field else TEMPLATE_OPACITY_EXPONENT
        colours = signed_table(self.theme, self.theme.window, exponent)
        table = [0xFF000000 | int(self.theme.panel[1:], 16), *colours[1:]]
        sheet = indexed_image(self._sheets[layer], table)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, is_field or box.cell < tiles.shape[2]
        )
        painter.drawImage(box.box, sheet)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        if self._reading is not None:
            paint_activity(painter, self._reading.a[layer], box, tiles.shape[1:], self.theme)
        self._paint_marks(painter, layer, box)

    def _paint_marks(self, painter: QPainter, layer: int, box: LayerBox) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for address, code in ((self._hover, self.theme.text), (self._selected, self.theme.selection)):
            if address is not None and address.layer == layer and address.unit < box.n_units:
                painter.setPen(QPen(colour(code), 2))
                painter.drawRoundedRect(box.cell_box(address.unit).adjusted(-1.5, -1.5, 0, 0), 2, 2)

    def _paint_outputs(self, painter: QPainter, box: LayerBox) -> None:
        outputs = None if self._reading is None else self._reading.outputs
        best = -1 if outputs is None else int(outputs.argmax())
        radius = min(box.cell * 0.38, 13.0)
        size = int(min(max(radius * 1.1, 11), 13))
        short = max(map(len, self._classes)) <= 2
        layer = self._architecture.n_layers - 1
        for k, name in enumerate(self._classes):
            cell = box.cell_box(k)
            painter.setPen(QPen(colour(self.theme.line), 1))
            painter.setBrush(colour(self.theme.ink if k == best else self.theme.control))
            painter.drawEllipse(cell.center(), radius, radius)
            left = cell.center().x() + radius + 7
            if short:
                code = self.theme.paper if k == best else self.theme.text
                centre = Qt.AlignmentFlag.AlignHCenter
                self.write(painter, cell, name, size_px=size, bold=k == best, code=code, align=centre)
            else:
                above = QRectF(left, cell.center().y() - 19, self.width() - left, 14)
                self.write(painter, above, name, size_px=11, bold=k == best)
            if outputs is not None:
                share = min(max(float(outputs[k]), 0.0), 1.0)
                height = min(box.cell * 0.4, 12.0)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(self.theme.accent if k == best else self.theme.muted))
                painter.drawRoundedRect(
                    QRectF(left, cell.center().y() - height / 2, max(share * 58, 1.5), height), 2, 2
                )
        self._paint_marks(painter, layer, box)

    def _paint_titles(self, painter: QPainter, place: NetworkLayout) -> None:
        sizes, space = self._architecture.layer_sizes, self._space
        below = (
            f"{' × '.join(map(str, space.shape))} = {sizes[0]}"
            if space.kind == "image"
            else ", ".join(space.names)
        )
        columns = [("Input", below, place.input_box)]
        for layer, box in enumerate(place.layers):
            kind = ACTIVATIONS[self._architecture.activations[layer]].title
            columns.append((self.title(layer), f"{sizes[layer + 1]} · {kind}", box.box))
        bottom = self.height() - FOOTER_HEIGHT
        centres = [box.center().x() for _, _, box in columns]
        for k, (title, footer, _) in enumerate(columns):
            near = min((abs(centres[k] - x) for j, x in enumerate(centres) if j != k), default=160.0)
            half = min(near / 2, 75.0, self.width() - centres[k] if k == len(columns) - 1 else 75.0)
            for top, height, text, bold in (
                (0.0, TITLE_HEIGHT, title, True),
                (bottom, FOOTER_HEIGHT, footer, False),
            ):
                room = QRectF(centres[k] - half, top, 2 * half, height)
                self.write(
                    painter, room, text, bold=bold, muted=not bold, align=Qt.AlignmentFlag.AlignHCenter
                )
