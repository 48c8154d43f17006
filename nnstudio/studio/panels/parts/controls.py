"""The controls of Parts: the class, the drawing, threshold and scale of a part, and the gate."""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.insight.parts import GateKind, Part, TwoHistograms
from nnstudio.language import tr
from nnstudio.studio.documents.examples import open_four_quarters
from nnstudio.studio.painting.labels import caption
from nnstudio.studio.painting.theme import font, text_scale
from nnstudio.studio.session.layer_names import unit_name
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.weight_row import WeightRow

SMALLEST = QSize(232, 276)
LEAST_SCALE, USUAL_SCALES = 0.01, 20.0


class PartsControls(QWidget):
    """A column of controls; what they do is done by the session's parts.

    Parameters
    ----------
    services : Services
    parent : QWidget
    """

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._network = services, services.session.network
        self._parts = services.session.parts
        self.setMinimumSize(SMALLEST * text_scale())
        self._make_drawing()
        self._make_part()
        self._make_gate()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(
            _row((caption(tr("Parts of"), self.answer, self), self.answer, self.draw), self.answer)
        )
        column.addLayout(_row((self.take, self.next), self.take))
        column.addWidget(self.threshold)
        column.addWidget(self.scale)
        column.addLayout(_row((caption(tr("Each part misses"), self.misses, self), self.misses)))
        column.addLayout(_row((caption(tr("Gate"), self.gate, self), self.gate, *self.kinds), self.gate))
        column.addWidget(self.result)
        column.addLayout(_row((self.empty, self.example)))
        column.addStretch(1)

    def _make_drawing(self) -> None:
        parts = self._parts
        self.answer = self._combo(tr("Class"), tr("The class that the parts make together"))
        self.answer.activated.connect(parts.choose_answer)
        self.draw = self._button(
            tr("Draw parts"),
            tr(
                "the mean of the class lies faintly on the canvas, and the eraser marks where there is no ink"
            ),
        )
        self.draw.setCheckable(True)
        self.take = self._button(
            tr("Drawing → weights"),
            tr(
                "what is on the canvas becomes the selected unit's template: ink 1, what the eraser marked −1"
            ),
        )
        self.take.clicked.connect(lambda: parts.take_drawing())
        self.next = self._button(tr("Next"), tr("clear the canvas and select the next unit"))

    def _make_part(self) -> None:
        parts = self._parts
        self.threshold = WeightRow(
            tr("threshold"),
            tr("What template · x has to exceed for the unit to fire: its bias is −scale × this"),
            self,
        )
        self.scale = WeightRow(
            tr("scale"),
            tr("The largest weight. A step does not care; for a sigmoid it is the steepness"),
            self,
            is_positive=True,
        )
        for row in (self.threshold, self.scale):
            row.grabbed.connect(parts.begin_drag)
            row.released.connect(parts.finish_drag)
        self.threshold.moved.connect(lambda value: parts.drag(threshold=value))
        self.threshold.typed.connect(lambda value: parts.type(threshold=value))
        self.scale.moved.connect(lambda value: parts.drag(scale=max(value, LEAST_SCALE)))
        self.scale.typed.connect(lambda value: parts.type(scale=max(value, LEAST_SCALE)))
        self.misses = QDoubleSpinBox(self)
        self.misses.setFont(font(11))
        self.misses.setRange(0, 100)
        self.misses.setDecimals(0)
        self.misses.setSuffix(" %")
        self.misses.setKeyboardTracking(False)
        self.misses.setAccessibleName(tr("Each part misses"))
        self.misses.setToolTip(
            tr("Sets the threshold of every ticked part, so that it misses this share of the class's samples")
        )
        self.misses.valueChanged.connect(lambda percent: parts.set_misses(percent / 100))

    def _make_gate(self) -> None:
        parts = self._parts
        self.gate = self._combo(tr("Gate"), tr("The unit of the second layer that becomes the gate"))
        self.gate.activated.connect(parts.choose_gate)
        self.kinds = []
        for kind, text, tip in (
            (GateKind.AND, tr("AND"), tr("it fires where all ticked parts do: weights 1, bias −(k − ½)")),
            (GateKind.OR, tr("OR"), tr("it fires where a ticked part does: weights 1, bias −½")),
        ):
            button = self._button(text, tip)
            button.clicked.connect(lambda _=False, kind=kind: parts.make_gate(kind))
            self.kinds.append(button)
        self.result = QLabel("", self)
        self.result.setFont(font(11, bold=True))
        self.result.setWordWrap(True)
        self.result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.result.setToolTip(
            tr(
                "How many of the class the gate finds on the test set, and how many of what it calls so\n"
                "are of the class: with higher thresholds fewer are found, and more are right"
            )
        )
        self.empty = self._button(
            tr("Empty parts"),
            tr("a network of four empty parts and a gate for each class, of steps; Ctrl+E goes back"),
        )
        self.empty.clicked.connect(lambda: parts.begin())
        self.example = self._button(
            tr("Four quarters"),
            tr("four drawn quarters of a 0, and an AND of them; Ctrl+E brings this network back"),
        )
        self.example.clicked.connect(lambda: open_four_quarters(self._services))

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(12))
        button.setToolTip(f"{text}: {tip}")
        return button

    def _combo(self, name: str, tip: str) -> QComboBox:
        box = QComboBox(self)
        box.setFont(font(11))
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.setMinimumWidth(round(56 * text_scale()))
        return box

    # What is shown

    def show_choices(self) -> None:
        """List the classes, and the units that can be gates."""
        network, parts = self._network, self._parts
        _fill(self.answer, list(network.output_space.class_names), parts.answer)
        names = [
            unit_name(network.architecture, network.output_space, 1, unit) for unit in range(parts.n_gates)
        ]
        _fill(self.gate, names or [tr("no second layer")], parts.gate_unit)
        self.gate.setEnabled(parts.n_gates > 0)
        if not self.misses.hasFocus():
            self.misses.blockSignals(True)
            self.misses.setValue(100 * parts.misses)
            self.misses.blockSignals(False)

    def show_part(self, part: Part | None, histograms: TwoHistograms | None) -> None:
        """Show threshold and scale of a part; one that is being changed by hand stays."""
        limit = 1.0
        if histograms is not None:
            limit = round_up(float(np.abs(histograms.edges[[0, -1]]).max()))
        if not self.threshold.is_held:
            threshold = None if part is None or not self._network.architecture.has_biases else part.threshold
            self.threshold.show_value(tr("threshold"), threshold, max(limit, abs(threshold or 0.0)))
        if not self.scale.is_held:
            scale = None if part is None else part.scale
            self.scale.show_value(tr("scale"), scale, max(USUAL_SCALES, scale or 0.0))


def _row(widgets: tuple[QWidget, ...], widest: QWidget | None = None) -> QHBoxLayout:
    """Lay widgets out side by side; one may take the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget, 1 if widget is widest else 0)
    row.addStretch(0 if widest is not None else 1)
    return row


def _fill(box: QComboBox, names: list[str], chosen: int) -> None:
    if names != [box.itemText(k) for k in range(box.count())]:
        box.clear()
        box.addItems(names)
    box.setCurrentIndex(chosen)
