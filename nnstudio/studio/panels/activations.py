"""The panel Activations: activations of all layers for the current input, a strip of cells for each."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.colour_scale import SCOPE_WORDS, Scope, largest
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import Theme, activation_table, text_scale
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.evaluator import DEAD_WORDS
from nnstudio.studio.session.layer_names import layer_names, unit_name
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.picture import Cell, Picture

ACTIVE = translatable("max {limit:.2f} · {share:.0f} % above 0")
LAYER_GAP = 8.0
LARGEST_CELL_PX = 26.0
SMALLEST_WITH_GAP_PX = 5.0
"""All in design pixels, where all is seen."""

_BACKGROUND = 0
"""The colour index between cells; no number has it."""


class ActivationsPanel:
    """Shows each layer's activations as cells, bright for large; a click or the arrow keys select a unit."""

    name = "activations"
    title = translatable("Activations")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._evaluator = services.session, services.session.evaluator
        self._selection, self._scale = services.session.selection, services.colour_scale
        self.widget = Picture(tr(self.title), self._lay_out, self._explain, parent, titles="left")
        self.widget.set_table(_table)
        self.widget.set_message(tr("With an input, its activations appear here."))
        self.widget.clicked.connect(self._click)
        self.widget.pointed.connect(self._point)
        self.widget.stepped.connect(self._step)
        self.widget.scope_clicked.connect(self._scale.choose_next)
        self._scale.changed.connect(self._rescale)
        self.show_all = self.widget.show_all
        network = services.session.network
        self._architecture, self._outputs = network.architecture, network.output_space
        """Of what is shown."""
        self._names: list[str] = []
        self._values: tuple[np.ndarray, ...] = ()
        self._sizes: list[int] = []
        """Of the layers shown last: the same part of them is seen again."""
        self._dead: tuple[np.ndarray, ...] = ()
        """Dead units by layer, bool (units,), where known; outputs are never marked."""
        self._cursor = (0, -1)
        """The unit that the keys are at; before the first one initially."""
        self._is_rescaled = False

    def _rescale(self) -> None:
        self._is_rescaled = True

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        if changes.reading or changes.network or self._is_rescaled:
            self._is_rescaled = False
            self._show()
        if changes.results or changes.network:
            results = self._evaluator.latest
            self._dead = () if results is None else results.dead[:-1]
        if changes.results or changes.network or changes.reading or changes.selection:
            self._mark()

    def _show(self) -> None:
        network = self._session.network
        if network.reading is None:
            self._values = ()
            self.widget.set_images(0)
            return
        had_none = not self._values
        self._values, self._names = network.reading.a, layer_names(network.architecture)[1:]
        self._architecture, self._outputs = network.architecture, network.output_space
        images = self.widget.set_images(len(self._values))
        # A unit has a single activation: by units, all would be of full colour.
        is_wide = self._scale.scope is Scope.NETWORK
        limits = [largest(list(self._values)) if is_wide else largest([values]) for values in self._values]
        for image, values, limit in zip(images, self._values, limits, strict=True):
            image.gap_index = _BACKGROUND
            image.show_tiles(values[:, None, None], limit)
        sizes = [len(values) for values in self._values]
        if sizes != self._sizes:
            self._sizes, self._cursor = sizes, (0, -1)
            self.widget.show_all()
            self.widget.arrange()
        elif had_none:
            self.widget.arrange()
        self.widget.titles.write(
            [
                [
                    (
                        tr("{name} · %n unit(s)", len(values)).format(name=name),
                        tr(ACTIVE).format(limit=largest([values]), share=100 * float((values > 0).mean())),
                    )
                ]
                for name, values in zip(self._names, self._values, strict=True)
            ]
        )
        scope = SCOPE_WORDS[Scope.NETWORK if is_wide else Scope.LAYER]
        is_shared = is_wide or len(limits) == 1
        words = tr("activation, {scope}").format(scope=tr(scope))
        is_signed = any(float(values.min()) < 0 for values in self._values)
        limit = limits[0] if is_shared else None
        self.widget.set_scale(limit, words, is_by_tile=not is_shared, is_signed=is_signed)

    def _mark(self) -> None:
        """Frame the selected unit, and strike the dead ones through."""
        for layer, image in enumerate(self.widget.images):
            n = len(image.tiles)
            selected = self._selection.unit
            is_here = selected is not None and selected[0] == layer and selected[1] < n
            image.frame(image.tile_box(selected[1]) if is_here else None)
            is_known = layer < len(self._dead) and len(self._dead[layer]) == n
            image.strike(np.flatnonzero(self._dead[layer]).tolist() if is_known else [])

    # Layout

    def _lay_out(self, room: QSizeF) -> None:
        """Give each layer as much of the height; wide layers wrap into rows of cells."""
        n_layers, scale, pixel = len(self._values), text_scale(), 1 / self.widget.devicePixelRatioF()
        if not n_layers:
            return
        # Many layers share a low window with smaller gaps.
        gap = min(LAYER_GAP * scale, 0.5 * room.height() / n_layers)
        slot = (room.height() - gap * (n_layers - 1)) / n_layers
        for layer, (image, values) in enumerate(zip(self.widget.images, self._values, strict=True)):
            n, rows = len(values), 1
            # More rows while that makes the cells larger.
            while _side(room.width(), slot, n, rows + 1) > _side(room.width(), slot, n, rows):
                rows += 1
            columns = -(-n // rows)
            side = min(_side(room.width(), slot, n, rows), LARGEST_CELL_PX * scale)
            image.gap = 0.0
            if side >= SMALLEST_WITH_GAP_PX * scale:
                side = int(side / pixel) * pixel
                image.gap = pixel / (side - pixel)
            image.arrange(columns, QRectF(0, layer * (slot + gap), columns * side, -(-n // columns) * side))
        self._mark()

    # Pointer and keys

    def _explain(self, cell: Cell) -> str:
        """Return the hover text of a unit: its activation."""
        layer, unit = cell.image, cell.tile
        value = plain(float(self._values[layer][unit]), 3)
        name = unit_name(self._architecture, self._outputs, layer, unit)
        text = tr("{unit}: activation a = {value}").format(unit=name, value=value)
        is_dead = layer < len(self._dead) and unit < len(self._dead[layer]) and self._dead[layer][unit]
        return f"{text}\n{tr(DEAD_WORDS)}" if is_dead else text

    def _click(self, cell: Cell) -> None:
        self._choose(cell.image, cell.tile)

    def _point(self, cell: Cell | None) -> None:
        self._selection.point_at(*(None, None) if cell is None else (cell.image, cell.tile))

    def _choose(self, layer: int, unit: int) -> None:
        self._cursor = layer, unit
        self._selection.select(layer, unit)

    def _step(self, right: int, down: int) -> None:
        """Select along a layer, and up and down through its rows to the next layer."""
        if not self._values:
            return
        layer = min(self._cursor[0], len(self._values) - 1)
        unit = self._cursor[1] + right + down * self.widget.images[layer].columns
        if not 0 <= unit < len(self._values[layer]) and down and 0 <= layer + down < len(self._values):
            layer, unit = layer + down, self._cursor[1]
        self._choose(layer, min(max(unit, 0), len(self._values[layer]) - 1))

    # Numbers

    def _unit_names(self, layer: int) -> Sequence[object]:
        """Return what the units of a layer are called: outputs by their names, others counted from 1."""
        n = len(self._values[layer])
        return self._outputs.unit_names(n) if layer == len(self._values) - 1 else range(1, n + 1)

    def numbers(self) -> tuple[list[str], list[list[object]]]:
        """Return the names of columns, and a row for each unit."""
        rows: list[list[object]] = [
            [name, unit, value]
            for k, (name, values) in enumerate(zip(self._names, self._values, strict=False))
            for unit, value in zip(self._unit_names(k), values.tolist(), strict=True)
        ]
        return [tr("layer"), tr("unit"), tr("activation")], rows


def _side(width: float, height: float, n: int, rows: int) -> float:
    """Return the side of n square cells in so many rows."""
    return min(width / -(-n // rows), height / rows)


def _table(theme: Theme) -> list[int]:
    """Return the colours of activations, and that of the background for the index that no number has."""
    return [0xFF000000 | int(theme.panel[1:], 16), *activation_table(theme)[1:]]
