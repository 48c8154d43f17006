"""The panel Templates: the units of the first hidden layer as pictures."""

import numpy as np
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.insight.tiles import has_pictures
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.colour_scale import Scope, largest
from nnstudio.studio.panels.templates.mosaic import TileMosaic
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.picture import Cell

LEARNING_PERIOD_S = 1 / 10
"""Shortest time between updates during training, in seconds: templates change slowly."""


class TemplatesPanel:
    """Shows each unit's incoming weights, or its activation over the plane."""

    name = "templates"
    title = translatable("Templates")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._selection = services.session, services.session.selection
        self._pictures = services.session.unit_images
        self._pace = Pace(LEARNING_PERIOD_S)
        self.mosaic = TileMosaic(tr(self.title), self._select, parent)
        self.widget = self.mosaic.picture
        self.widget.pointed.connect(self._point)
        self.numbers, self.show_all = self.mosaic.numbers, self.widget.show_all
        self._evaluator, self._scale = services.session.evaluator, services.colour_scale
        self.widget.scope_clicked.connect(self._scale.choose_next)
        self._scale.changed.connect(self._rescale)
        self._rescale()

    def _rescale(self) -> None:
        self.mosaic.scope = self._scale.scope
        self._is_rescaled = True

    def _point(self, cell: Cell | None) -> None:
        self._selection.point_at(0, None if cell is None else cell.tile)

    def _select(self, unit: int) -> None:
        self._selection.select(0, unit)

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that weights of named numbers are no picture."""
        if has_pictures(input_space):
            return ""
        return tr("The inputs are single numbers, so units have no pictures. Weights shows their weights.")

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        if changes.network:
            space = self._session.network.input_space
            quantity = tr(STUDIO_INPUT_KINDS[space.kind].tile_quantity)
            self.mosaic.set_quantity(quantity, space)
        if self._pace.due(
            changes.weights or self._is_rescaled,
            at_once=changes.network or changes.checkpoint or self._is_rescaled,
        ):
            self._is_rescaled = False
            tiles = self._pictures.by_layer(self._session.network.displayed_weights)
            if 0 in tiles:
                self.mosaic.show_tiles(tiles[0], self._network_limit(tiles))
            else:
                self.mosaic.clear()
        if changes.results or changes.network:
            results = self._evaluator.latest
            self.mosaic.set_dead(None if results is None else results.dead[0])
        if changes.selection:
            layer, unit = self._selection.unit or (None, None)
            self.mosaic.select(unit if layer == 0 else None)

    def _network_limit(self, tiles: dict[int, np.ndarray]) -> float | None:
        """Return the largest value of all pictures, or of all weights if pictures are weights."""
        if self._scale.scope is not Scope.NETWORK:
            return None
        session = self._session
        if session.network.input_space.traits.has_field:
            return largest(list(tiles.values()))
        return largest(
            [layer.W for layer in session.network.architecture.layers(session.network.displayed_weights)]
        )
