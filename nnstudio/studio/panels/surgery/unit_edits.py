"""Controls to edit the selected unit: sliders for its bias and one weight, and a button to silence it."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnstudio.engine.surgery import silence_units
from nnstudio.language import tr
from nnstudio.studio.painting.theme import font
from nnstudio.studio.session.layer_names import unit_name, unit_word
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.weight_row import WeightRow


class UnitEdits(QWidget):
    """The selected unit's name, a button that silences it, and its bias and chosen weight on sliders."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._selection, self._weight_editor = (
            services.session,
            services.session.selection,
            services.session.weight_editor,
        )
        self.unit = QLabel("", self)
        self.unit.setFont(font(11, bold=True))
        self.unit.setToolTip(tr("The unit that is selected; click one in any view"))
        self.silence = QToolButton(self)
        self.silence.setText(tr("Silence"))
        self.silence.setFont(font(11))
        self.silence.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.silence.setToolTip(services.actions["silence"].toolTip())
        self.silence.clicked.connect(self.silence_unit)
        self.bias = WeightRow(tr("bias b"), tr("The unit's bias: drag it, and the network follows"), self)
        self.weight = WeightRow(
            tr("weight w"),
            tr(
                "The weight that is chosen: drag it, and the network follows.\n"
                "Click a pixel of its template in the inspector, or a weight of a matrix, to choose one."
            ),
            self,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        top = QHBoxLayout()
        top.addWidget(self.unit, 1)
        top.addWidget(self.silence)
        layout.addLayout(top)
        for row in (self.bias, self.weight):
            row.grabbed.connect(self._weight_editor.begin)
            row.moved.connect(partial(self._drag, row))
            row.released.connect(partial(self._release, row))
            row.typed.connect(partial(self._type, row))
            layout.addWidget(row)

    def silence_unit(self) -> None:
        """Silence the selected unit."""
        unit, session = self._selection.unit, self._session
        if unit is None or unit[0] == session.network.architecture.n_layers - 1:
            session.said.emit(tr("Select a hidden unit first: click it in the network view."), True)
            return
        theta = silence_units(
            session.network.architecture, session.network.displayed_weights, unit[0], [unit[1]]
        )
        if np.array_equal(theta, session.network.displayed_weights):
            session.said.emit(tr("{unit} is silent already.").format(unit=self._unit_name()), False)
            return
        self._weight_editor.do(theta, tr("{unit} silenced").format(unit=self._unit_name()), is_pruning=True)

    def show_unit(self) -> None:
        """Show the selected unit; a slider being dragged is not updated."""
        unit, architecture = self._selection.unit, self._session.network.architecture
        self.silence.setEnabled(unit is not None and unit[0] < architecture.n_layers - 1)
        if unit is None:
            self.unit.setText(tr("No unit is selected"))
            self.bias.show_value(tr("bias b"), None, 1.0)
            self.weight.show_value(tr("weight w"), None, 1.0)
            return
        layer, index = unit
        self.unit.setText(self._unit_name())
        block = architecture.layers(self._session.network.displayed_weights)[layer]
        limit = 2 * float(np.abs(block.W).max())
        if not architecture.has_biases:
            self.bias.show_value(tr("no bias"), None, 1.0)
        elif not self.bias.is_held:
            value = float(block.b[index])
            self.bias.show_value(tr("bias b"), value, max(limit, 2 * abs(value)))
        source = self._selection.source
        if source is None:
            self.weight.show_value(tr("weight w"), None, 1.0)
        elif not self.weight.is_held:
            text = tr("w from {source}").format(source=self._source_name(layer, source))
            self.weight.show_value(text, float(block.W[index, source]), limit)

    def _unit_name(self) -> str:
        network = self._session.network
        return unit_name(network.architecture, network.output_space, *self._selection.unit)

    def _source_name(self, layer: int, source: int) -> str:
        space = self._session.network.input_space
        if layer:
            return unit_word(source)
        if not space.traits.has_pixels:
            return space.names[source]
        row, column = divmod(source, space.shape[1])
        return f"{row}, {column}"

    def _coordinate(self, row: WeightRow) -> int | None:
        """Return where in theta a row's number is; None where its unit or weight is selected no more."""
        if self._selection.unit is None or (row is self.weight and self._selection.source is None):
            return None
        layer, unit = self._selection.unit
        if row is self.bias:
            return self._session.network.architecture.coordinate(f"layers.{layer}.bias", unit)
        return self._session.network.architecture.coordinate(
            f"layers.{layer}.weight", unit, self._selection.source
        )

    def _text(self, row: WeightRow) -> str:
        text = tr("{unit}: bias changed") if row is self.bias else tr("{unit}: a weight changed")
        return text.format(unit=self._unit_name())

    def _drag(self, row: WeightRow, value: float) -> None:
        coordinate = self._coordinate(row)
        if coordinate is None or not self._weight_editor.is_at_work:
            return
        theta = self._weight_editor.shown.copy()
        theta[coordinate] = value
        self._weight_editor.show(theta)

    def _release(self, row: WeightRow) -> None:
        if self._weight_editor.is_at_work:
            self._weight_editor.finish(self._text(row), is_pruning=True)

    def _type(self, row: WeightRow, value: float) -> None:
        coordinate = self._coordinate(row)
        if coordinate is None:
            return
        theta = self._session.network.displayed_weights.copy()
        theta[coordinate] = value
        self._weight_editor.do(theta, self._text(row), key=coordinate, is_pruning=True)
