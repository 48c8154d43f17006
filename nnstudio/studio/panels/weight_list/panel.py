"""The panel List: all weights and biases as the one vector that training moves."""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.data.typed_numbers import NumberError, typed_number
from nnstudio.insight.parameters import Parameter, coordinate_of, parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.weight_list.model import MOST_UNFOLDED
from nnstudio.studio.panels.weight_list.strip import WeightStrip
from nnstudio.studio.panels.weight_list.table import WeightTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.weight_editing import number_words
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.responsive_box import ResponsiveBox

NARROWEST_PX, LOWEST_PX = 232, 100
ROW_FROM_PX = 400


class WeightListPanel:
    """Shows theta in its order; the cursor and the selection of the window follow each other."""

    name = "weight-list"
    title = translatable("List")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self._selection = services.session.selection
        self._weight_editor = services.session.weight_editor
        self._pace = Pace(TEXT_PERIOD_S)
        self._dragged: tuple[int, float] | None = None
        """The number of theta whose bar is dragged, and its value before."""
        self.widget = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self.count = remark("", self.widget, ShortLabel)
        self.count.setToolTip(
            tr("The network is one point of a space of so many dimensions: training moves it")
        )
        self.table = WeightTable(self.widget)
        self.weights = self.table.weights
        self.weights.typed.connect(self._type)
        self.table.chosen.connect(self._choose)
        self.table.pointed.connect(self._point)
        self.table.grabbed.connect(self._grab)
        self.table.dragged.connect(self._drag)
        self.table.released.connect(self._release)
        self._selection.pointed_changed.connect(self._mark_pointed)
        self.widget.setFocusProxy(self.table)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.count)
        self.strip = WeightStrip(self.widget)
        self.strip.chosen.connect(self._go_to)
        self.strip.hovered.connect(self._point)
        self.show_all = self.strip.show_all
        parts: list[tuple[QWidget, int]] = [(self.table, 2), (self.strip, 1)]
        layout.addWidget(ResponsiveBox(parts, ROW_FROM_PX, QSize(NARROWEST_PX, LOWEST_PX), self.widget), 1)

    def refresh(self, changes: Changes) -> None:
        """Update: the network and the selection at once, numbers at reading speed."""
        network = self._session.network
        if changes.network:
            if network.architecture != self.weights.architecture:
                self.weights.show_network(network.architecture, network.displayed_weights)
                # A short list is its own picture.
                self.strip.setVisible(network.architecture.n_trained > MOST_UNFOLDED)
            self.count.setText(self.weights.counts.text)
        at_once = changes.network or self._dragged is not None
        if self._pace.due(changes.weights or changes.network, at_once=at_once):
            self._show_numbers()
        if changes.selection or changes.network:
            self._follow_selection()

    def _show_numbers(self) -> None:
        weights = self.weights
        weights.theta = self._session.network.displayed_weights
        sizes = np.abs(weights.theta[np.isfinite(weights.theta)])
        limit = round_up(float(sizes.max(initial=0.0)) or 1.0)
        if limit != weights.limit and self._dragged is None:
            weights.limit = limit
            self.table.horizontalHeader().viewport().update()
        # The rows in sight alone are asked for; a number that is being typed stays.
        self.table.viewport().update()
        if not self.strip.isHidden():
            self.strip.show_theta(weights.architecture, weights.theta, weights.limit)

    def _follow_selection(self) -> None:
        """Mark the rows of the selected unit, and go to the chosen weight or to the unit's first one."""
        unit, source, current = self._selection.unit, self._selection.source, self.table.current
        self.weights.unit = unit
        self.table.viewport().update()
        if unit is None:
            self.strip.mark(None)
            return
        is_there = current is not None and (current.layer, current.row) == unit
        if not is_there or (source is not None and current.column != source):
            place = Parameter(*unit, source or 0)
            self.table.go_to(place.layer, coordinate_of(self.weights.architecture, place))
        self.strip.mark(coordinate_of(self.weights.architecture, self.table.current))

    def _go_to(self, place: Parameter | None) -> None:
        """Put the cursor on a number that was clicked in the strip, a bias as well."""
        if place is not None:
            self.table.go_to(place.layer, coordinate_of(self.weights.architecture, place))
            self._choose(place)

    def _choose(self, place: Parameter) -> None:
        self._selection.select(place.layer, place.row, place.column)

    def _point(self, place: Parameter | None) -> None:
        """Mark the unit of a number in every view, and light the edge that it is on."""
        if place is None:
            self._selection.point_at(None, None)
            self._selection.light_path(())
        else:
            self._selection.point_at(place.layer, place.row)
            self._selection.light_path((place,))

    def _mark_pointed(self) -> None:
        self.weights.pointed = self._selection.pointed
        self.table.viewport().update()

    def _grab(self, coordinate: int) -> None:
        self._weight_editor.begin()
        if self._weight_editor.is_at_work:
            self._dragged = (coordinate, float(self._weight_editor.shown[coordinate]))

    def _drag(self, change: float) -> None:
        if self._dragged is None or not self._weight_editor.is_at_work:
            return
        coordinate, before = self._dragged
        theta, limit = self._weight_editor.shown.copy(), self.weights.limit
        theta[coordinate] = min(max(before + change, -limit), limit)
        self._weight_editor.show(theta)

    def _release(self) -> None:
        if self._dragged is None or not self._weight_editor.is_at_work:
            self._dragged = None
            return
        coordinate, _ = self._dragged
        self._dragged = None
        place = parameter(self.weights.architecture, coordinate)
        self._weight_editor.finish(number_words(place, float(self._weight_editor.shown[coordinate])))

    def _type(self, coordinate: int, text: str) -> None:
        if text == self.weights.typed_form(coordinate):
            return
        try:
            value = typed_number(text)
        except NumberError as error:
            self._services.say(f"{error} {tr('Nothing was changed.')}", warning=True)
            return
        self._weight_editor.set_number(parameter(self.weights.architecture, coordinate), value)

    def numbers(self) -> NumberTable:
        """Return the name and the value of every number, in the order of theta."""
        architecture, theta = self.weights.architecture, self.weights.theta
        rows: list[tuple[object, ...]] = []
        for k, layer in enumerate(architecture.layers(theta)):
            for unit, row in enumerate(layer.W.tolist()):
                rows += [(Parameter(k, unit, column).name, value) for column, value in enumerate(row)]
            if architecture.has_biases:
                rows += [(Parameter(k, unit).name, value) for unit, value in enumerate(layer.b.tolist())]
        return (tr("number"), tr("value")), rows
