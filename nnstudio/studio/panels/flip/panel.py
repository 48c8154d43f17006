"""The panel Flip: the smallest change of the input that changes the prediction."""

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.decision import class_values
from nnstudio.insight.flip import Flip
from nnstudio.insight.reading import read
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.flip.view import InputChangeView
from nnstudio.studio.panels.flip.worker import FlipQuestion, FlipWorker
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.class_bars import ClassBars
from nnstudio.studio.views.responsive_box import ResponsiveBox

TRAINING_PERIOD_S = 0.6
"""Shortest time between searches while the weights change, in seconds; spares training."""

NEAREST = -1
ROW_FROM_PX = 360
SMALLEST = QSize(232, 116)
SLIDER_STEPS = 100


class FlipPanel:
    """Shows the smallest change found, and the outputs between the input and the changed one."""

    name = "flip"
    title = translatable("Flip")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self.search = FlipWorker()
        self._pace = Pace(TRAINING_PERIOD_S)
        self._build(services, parent)

    def _build(self, services: Services, parent: QWidget) -> None:
        self.widget = QWidget(parent)
        services.closing.connect(self.search.stop)
        self.widget.setMinimumSize(SMALLEST)
        self.widget.setAccessibleName(tr("The smallest change that flips the answer"))
        self.target = QComboBox(self.widget)
        self.target.setFont(font(11))
        self.target.setMinimumContentsLength(4)
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.target.setAccessibleName(tr("Class to flip to"))
        self.target.setToolTip(
            tr("What the input is to be read as instead: whichever class is nearest, or one.")
        )
        self.target.activated.connect(self._ask)
        self.slider = QSlider(Qt.Orientation.Horizontal, self.widget)
        self.slider.setRange(0, SLIDER_STEPS)
        self.slider.setMinimumWidth(40)
        self.slider.setValue(SLIDER_STEPS)
        self.slider.setAccessibleName(tr("From the input to the flipped one"))
        self.slider.setToolTip(
            tr("How far the input is changed: left as it is, right as far as the answer flips.")
        )
        self.slider.valueChanged.connect(self._show)
        self.put = QToolButton(self.widget)
        self.put.setText(tr("To canvas"))
        self.put.setFont(font(11))
        self.put.setToolTip(tr("Make the input at the slider's place the input on show"))
        self.put.clicked.connect(self._put)
        self.found = ShortLabel("", self.widget)
        self.found.setFont(font(11))
        self.found.setProperty("role", "muted")
        self.found.setToolTip(
            tr(
                "Size: the root of the sum of the squares of all changes (L2). Found by following the "
                "network's\nlinear pieces to the class boundary, every input kept in its range (Croce & "
                "Hein 2020); a\n"
                "smaller change may exist. Bisected to the boundary, and read again."
            )
        )
        self.change = InputChangeView(tr("Smallest change"), self.widget)
        self.numbers, self.show_all = self.change.numbers, self.change.picture.show_all
        self.outputs = ClassBars(tr("Probabilities on the way"), self.widget)
        self.outputs.setToolTip(tr("What the network makes of the input on the way to the other answer"))
        self.outputs.set_design_minimum_size(120, 50)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        caption = QLabel(tr("Flip to"), self.widget)
        caption.setFont(font(11))
        caption.setBuddy(self.target)
        for widget, stretch in ((caption, 0), (self.target, 0), (self.slider, 1), (self.put, 0)):
            row.addWidget(widget, stretch)
        layout.addLayout(row)
        layout.addWidget(self.found)
        below = ResponsiveBox(
            [(self.change.picture, 3), (self.outputs, 2)], ROW_FROM_PX, QSize(200, 70), self.widget
        )
        layout.addWidget(below, 1)

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that numbers do not flip."""
        if input_space.traits.of_pictures:
            return tr("Other features need not be those of any picture: choose a problem of pixels to flip.")
        if output_space.traits.has_labels:
            return ""
        return tr("The outputs are numbers, which change little by little: there is no class to flip to.")

    def refresh(self, changes: Changes) -> None:
        """Search again when the input or the network changed, and show the result."""
        session = self._session
        if changes.network:
            names = session.network.output_space.class_names
            self.outputs.set_classes(
                names, are_probabilities=session.network.architecture.gives_probabilities
            )
            self.target.clear()
            self.target.addItem(tr("nearest"), NEAREST)
            for label, name in enumerate(names):
                self.target.addItem(name, label)
        by_training = changes.weights and session.training.is_running and not changes.network
        if self._pace.due(changes.reading or changes.network, at_once=not by_training):
            self._ask()
        if self.search.poll():
            self._show()

    def _ask(self) -> None:
        session = self._session
        # The list of classes may be that of the network before, until the next frame.
        if session.network.reading is None or not session.network.output_space.traits.has_labels:
            self.search.ask(None)
            self._show()
            return
        target = self.target.currentData()
        bounds = session.network.input_space.lows, session.network.input_space.highs
        question = FlipQuestion(
            session.network.architecture,
            session.network.prediction_weights,
            session.network.reading.x,
            bounds,
            None if target == NEAREST else target,
        )
        self.search.ask(question)
        if self.flip is None:
            self._show()

    @property
    def flip(self) -> Flip | None:
        """The displayed flip; None until the next frame where the network has another architecture now."""
        answered = self.search.answered
        if answered is None or answered.architecture != self._session.network.architecture:
            return None
        return self.search.flip

    def at_slider(self) -> np.ndarray:
        """Return the input at the slider's position, shape (n_inputs,)."""
        share = self.slider.value() / SLIDER_STEPS
        return self.flip.x if share == 1 else self.flip.between(share)

    def _show(self) -> None:
        flip, names = self.flip, self._session.network.output_space.class_names
        self.put.setEnabled(flip is not None)
        self.slider.setEnabled(flip is not None)
        if flip is None:
            self.found.setText("")
            self.outputs.clear()
            self.change.clear(self._why_none())
            return
        question = self.search.answered
        reading = read(question.architecture, question.theta, self.at_slider())
        self.outputs.show_outputs(reading.class_values, reading.class_sums)
        share = self.slider.value() / SLIDER_STEPS
        space, has_others = self._session.network.input_space, len(names) > 2
        self.change.show_flip(flip, space, share, self._field(flip), has_others=has_others)
        largest = float(np.abs(flip.x - flip.start).max())
        form = tr(STUDIO_INPUT_KINDS[self._session.network.input_space.kind].largest_change)
        self.found.setText(
            form.format(
                before=names[flip.label_before], after=names[flip.label], size=flip.size, largest=largest
            )
        )

    def _field(self, flip: Flip) -> np.ndarray | None:
        """Return the output of the class before minus the other's, over the plane; 0 where others lead."""
        if not self._session.network.input_space.traits.has_field:
            return None
        session = self._session
        tiles = self._services.session.unit_images.by_layer(session.network.prediction_weights).get(
            session.network.architecture.n_layers - 1
        )
        if tiles is None:
            return None
        values = class_values(tiles, axis=0)
        leads = values.argmax(axis=0)
        is_of_both = (leads == flip.label_before) | (leads == flip.label)
        return np.where(is_of_both, values[flip.label_before] - values[flip.label], np.float32(0))

    def _why_none(self) -> str:
        question = self.search.answered
        if self._session.network.reading is None:
            return tr("With an input, the smallest change that flips the answer appears here.")
        if question is None or self.search.is_searching:
            return tr("Searching for the smallest change …")
        if question.target == self._session.network.reading.label:
            return tr("This is the answer already; choose another class.")
        return tr("No change was found that flips the answer.")

    def _put(self) -> None:
        if self.flip is not None:
            name = self._session.network.output_space.class_names[self.flip.label]
            share = self.slider.value() / SLIDER_STEPS
            text = tr("The input, changed {share:.0f} % of the way to where it is read as {name}.").format(
                share=100 * share, name=name
            )
            self._session.input.show_sample(self.at_slider(), text)
