"""The panel Network: all units, and the strongest edges for the current input."""

import numpy as np
from PySide6.QtWidgets import QWidget

from nnstudio.data.typed_numbers import NumberError, typed_number
from nnstudio.insight.unit_values import UnitValue
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.selection import INPUT
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.step_values import StepValues
from nnstudio.studio.views.network.number_entry import Place
from nnstudio.studio.views.network.scene import UnitAddress
from nnstudio.studio.views.network.view import NetworkView

EDGES = translatable("edges show weight × activation · blue positive, orange negative")

WEIGHTS = translatable("edges show weights · blue positive, orange negative")

LEARNING_PERIOD_S = 1 / 40
"""Shortest time between updates during training, in seconds: a frame, while there is time to spare."""


class NetworkPanel:
    """Shows the network, its weights, the reading and the selected unit."""

    name = "network"
    title = translatable("Network")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._selection = services.session, services.session.selection
        self._pictures = services.session.unit_images
        self._pace = Pace(LEARNING_PERIOD_S)
        self._x = None
        self._stepper = services.session.stepper
        self._picture: StepValues | None = None
        self.widget = NetworkView(tr(self.title), parent)
        self.show_all = self.widget.show_all
        self.note = remark(tr(EDGES), parent, ShortLabel)
        self.widget.unit_clicked.connect(services.session.selection.select)
        self.widget.unit_pointed.connect(services.session.selection.point_at)
        self.widget.scale_clicked.connect(services.colour_scale.choose_next)
        self._numbers = Pace(TEXT_PERIOD_S)
        self._evaluator = services.session.evaluator
        self._evaluator.serve(self.widget)
        self._selection.pointed_changed.connect(self._mark)
        self._scale = services.colour_scale
        self._scale.changed.connect(self._rescale)
        self._weight_editor, self._fill_in = services.session.weight_editor, services.session.fill_in
        self._is_filling_new = False
        self.widget.number_entry.typed.connect(self._take_number)
        self.widget.number_pointed.connect(self._point_at_number)
        self._fill_in.changed.connect(self._follow_fill_in)
        self._selection.path_changed.connect(self._light_path)

    def _rescale(self) -> None:
        self.widget.set_scope(self._scale.scope)

    def _mark(self) -> None:
        pointed = self._selection.pointed
        if pointed is None:
            self.widget.mark(None)
        else:
            layer, unit = pointed
            address = UnitAddress(layer, unit)
            # What the pointer is on here has a frame of its own.
            own = address == self.widget.pointed
            self.widget.mark(unit if layer == INPUT else None if own else address)

    def _light_path(self) -> None:
        self.widget.show_path(self._selection.path)

    def _point_at_number(self, place: Place | None) -> None:
        """Mark the unit that a number is of in every view, and light the edge that it is on."""
        if place is None:
            self._selection.point_at(None, None)
            self._selection.light_path(())
        elif isinstance(place, UnitValue):
            self._selection.point_at(place.layer, place.unit)
        else:
            self._selection.point_at(place.layer, place.row)
            self._selection.light_path((place,))

    # Numbers that are typed

    def _take_number(self, place: Place, text: str) -> None:
        """Take what was typed for a weight or a value, or mark it with the reason why not."""
        entry = self.widget.number_entry
        if isinstance(place, UnitValue):
            self._judge(place, text)
            return
        try:
            value = typed_number(text)
        except NumberError as error:
            entry.refuse(str(error))
            return
        entry.close()
        # What was not changed keeps digits that a text of it need not have.
        if np.float32(value) != np.float32(self.widget.scene.number(place)):
            self._weight_editor.set_number(place, value)

    def _judge(self, value: UnitValue, text: str) -> None:
        """Judge a value; the next blank one follows where it is right, the hint where it is not."""
        entry, hint = self.widget.number_entry, self._fill_in.hint(value)
        if not text.strip():
            entry.hint(hint)
            return
        try:
            found = self._fill_in.judge(value, text)
        except NumberError as error:
            entry.refuse(str(error))
            return
        if not found.is_right:
            entry.refuse(f"{tr('{text} is not right.').format(text=text.strip())}\n{hint}")
            return
        entry.close()
        following = self._fill_in.next_blank(value)
        if following is not None:
            self.widget.type_number(following)

    def _follow_fill_in(self) -> None:
        """Show entries at once, and blanks or values again with the next frame."""
        self._is_filling_new = True
        self.widget.show_entries(self._fill_in.entries, self._fill_in.words)

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        session = self._session
        if changes.network:
            self.widget.set_network(
                session.network.architecture,
                session.network.input_space,
                session.network.output_space,
            )
        self.widget.set_frozen(session.network.config.frozen)
        # Input by hand is shown at once, changes by training a little less often.
        is_hand = session.input.x is not self._x or changes.checkpoint
        self._x = session.input.x
        picture = self._stepper.picture
        is_other = picture is not self._picture or self._is_filling_new
        is_due = self._pace.due(
            changes.weights or changes.reading or is_other, at_once=changes.network or is_hand or is_other
        )
        if is_due:
            self._show(picture)
        if changes.results or changes.network:
            results = self._evaluator.latest
            # Outputs are never marked as dead.
            self.widget.set_dead(() if results is None else results.dead[:-1])
        # While training, they are written with a picture: to paint it takes as long as to compose it.
        may_write = is_due or not session.training.is_running
        if may_write and self._numbers.due(changes.weights or changes.reading or changes.selection):
            self.widget.show_numbers()
        if changes.selection:
            self.widget.select(*(self._selection.unit or (None, None)))

    def _show(self, picture: StepValues | None) -> None:
        """Show the reading, or a stage of a training step instead."""
        weight_override = self._session.network.weight_override
        self._is_filling_new, values = False, self._fill_in.values
        if picture is not None:
            self.note.setText(picture.legend)
        elif self._fill_in.is_on:
            self.note.setText(tr(WEIGHTS))
        else:
            self.note.setText(
                tr(EDGES)
                if weight_override is None
                else tr("on show: {what}").format(what=weight_override.text)
            )
        self._picture = picture
        tiles = self._pictures.by_layer(self._session.network.displayed_weights)
        if picture is not None:
            self.widget.show_weights(picture.weights, self._stepper.tiles(picture, tiles), [])
            self.widget.show_reading(picture)
            return
        layers = self._session.network.architecture.layers(self._session.network.displayed_weights)
        has_biases = self._session.network.architecture.has_biases
        biases = [layer.b for layer in layers] if has_biases else []
        self.widget.show_weights([layer.W for layer in layers], tiles, biases)
        if not values:
            self.widget.show_reading(self._session.network.reading)
            return
        was_filling = bool(self.widget.values)
        self.widget.show_blank(self._fill_in.x, values)
        if not was_filling and self._fill_in.next_blank() is not None:
            self.widget.type_number(self._fill_in.next_blank())

    def numbers(self) -> NumberTable:
        """Return the values of all units, and the strongest edges, or those of the unit under the pointer."""
        scene = self.widget.scene
        return ((), []) if scene is None else scene.table(scene.edges(self.widget.pointed))
