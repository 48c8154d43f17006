"""Parts of a character made by hand: drawings as templates, thresholds, and gates over them; no widgets."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.part_drawing import PartDrawing
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.strokes import Drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.files.model_file import Model
from nnstudio.files.part_drawings import PartSet
from nnstudio.insight.parts import (
    Gate,
    GateKind,
    Part,
    PartsError,
    gate_of,
    part_of,
    template_of,
    threshold_that_misses,
    with_gate,
    with_part,
    with_soft_steps,
)
from nnstudio.language import tr
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.input_document import SMALLEST_EXTENT, InputDocument
from nnstudio.studio.session.layer_names import unit_word
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.selection import Selection
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.studio.session.weight_editing import WeightEditor

N_PARTS = 4
"""Of a network of empty parts."""

USUAL_MISSES = 0.05
"""The share of the class that a new part misses."""

_MOST_LOOKED_AT, _MOST_OF_CLASS = 20_000, 1_000
"""Samples among which the class is looked for, and how many of it make a threshold: work of some ms."""

ShowModel = Callable[[Model, str], None]
"""Displays a network in the place of the one before, for the same problem, and says a sentence."""


def parts_refusal(input_space: InputSpace, output_space: OutputSpace) -> str:
    """Say why there are no parts for such a problem; empty where there can be."""
    if not input_space.traits.has_pixels:
        return tr("A part is drawn. Choose a problem of images, such as digits.")
    if not output_space.traits.has_labels:
        return tr("Parts make a class, and here numbers are right. Choose a problem with classes.")
    return ""


class Parts(QObject):
    """Makes units of the first layer look for what was drawn, and units of the second one gates over them.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    selection : Selection
        Has the unit that becomes a part.
    weight_editor : WeightEditor
        Makes every edit a step to undo.
    document : InputDocument
        Has the drawing.
    show_model : ShowModel
    parent : QObject

    Attributes
    ----------
    answer : int
        The class that the parts make together.
    misses : float
        The share of the class, 0…1, that a new part misses: its threshold is the quantile.
    ticked : frozenset of int
        The units of the first layer that a gate is made over, and thresholds are set of.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """Another class, or other ticked units."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        selection: Selection,
        weight_editor: WeightEditor,
        document: InputDocument,
        show_model: ShowModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training, self._selection = network, training, selection
        self._editor, self._document, self._show_model = weight_editor, document, show_model
        self._answer = 0
        self._ticked: frozenset[int] | None = None
        """None before the user ticks one: those of the gate are, where there is one."""
        self._gate_unit: int | None = None
        self.misses = USUAL_MISSES
        self._is_begun = False
        """Whether the first part of another network is still to be selected."""
        network.replaced.connect(self._forget)

    # What there is

    @property
    def weights(self) -> np.ndarray:
        """The network's, (n_params,), or what the hand has made of them and the trainer is still to bring."""
        shown = self._editor.shown
        return self._network.prediction_weights if shown is None else shown

    @property
    def unit(self) -> int | None:
        """The selected unit of the first layer; None where another one, or none, is selected."""
        unit = self._selection.unit
        return unit[1] if unit is not None and unit[0] == 0 else None

    @property
    def n_units(self) -> int:
        """Units of the first layer."""
        return self._network.architecture.layer_sizes[1]

    @property
    def part(self) -> Part | None:
        """The selected unit as a part."""
        unit = self.unit
        return None if unit is None else part_of(self._network.architecture, self.weights, unit)

    @property
    def answer(self) -> int:
        """The class that the parts make together."""
        return min(self._answer, max(self._network.output_space.n_classes - 1, 0))

    @property
    def answer_name(self) -> str:
        """The name of the class."""
        return self._network.output_space.class_names[self.answer]

    def choose_answer(self, answer: int) -> None:
        """Make another class of the parts."""
        if answer != self.answer:
            self._answer, self._gate_unit = answer, None
            self.changed.emit()

    @property
    def ticked(self) -> frozenset[int]:
        """The ticked units of the first layer that there are; before one is ticked, those of the gate."""
        if self._ticked is None:
            gate = self.gate
            return frozenset() if gate is None else frozenset(gate.parts)
        return frozenset(unit for unit in self._ticked if unit < self.n_units)

    def _forget(self) -> None:
        self._ticked = self._gate_unit = None

    def tick(self, unit: int, is_ticked: bool) -> None:
        """Tick a unit of the first layer, or not."""
        self._ticked = self.ticked | {unit} if is_ticked else self.ticked - {unit}
        self.changed.emit()

    @property
    def n_gates(self) -> int:
        """Units of the second layer, which can be gates; 0 without one."""
        architecture = self._network.architecture
        return architecture.layer_sizes[2] if architecture.n_layers > 1 else 0

    @property
    def gate_unit(self) -> int:
        """The unit of the second layer that is the gate: at first the output for the class, or unit 1."""
        if self._gate_unit is not None and self._gate_unit < self.n_gates:
            return self._gate_unit
        return self.answer if self._has_output_for_class else 0

    @property
    def _has_output_for_class(self) -> bool:
        return self._network.architecture.n_layers == 2 and self.answer < self.n_gates

    def choose_gate(self, unit: int) -> None:
        """Make another unit of the second layer the gate."""
        self._gate_unit = unit
        self.changed.emit()

    @property
    def gate(self) -> Gate | None:
        """The gate, as its weights say; None where they make none."""
        if self.gate_unit >= self.n_gates:
            return None
        return gate_of(self._network.architecture, self.weights, self.gate_unit)

    @property
    def has_steps(self) -> bool:
        """Whether the first layer gives out 0 or 1, so that a gate over it is exact."""
        return self._network.architecture.activations[0] == "step"

    # Edits

    def take_drawing(self) -> None:
        """Make the weights of the selected unit from what is on the canvas."""
        unit = self.unit
        if unit is None:
            self._selection.select(0, 0)
            self._warn(
                tr("A part is a unit of the first layer: its unit 1 is selected now. Press again to make it.")
            )
            return
        try:
            template = template_of(*self._images())
            before = part_of(self._network.architecture, self.weights, unit)
            part = self._with_threshold(Part(template, before.scale or 1.0, 0.0), self.misses)
            theta = with_part(self._network.architecture, self.weights, unit, part)
        except UserError as error:
            self._warn(str(error))
            return
        self._ticked = self.ticked | {unit}
        self._editor.do(theta, tr("{unit}: a drawing").format(unit=unit_word(unit)))
        self.changed.emit()

    def _images(self) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the ink on the canvas, and what was erased, in the shape of the network's input."""
        document, raster = self._document, self._network.raster
        content, shape = document.content, self._network.input_space.shape
        if content.image is not None and document.x is not None:
            return document.x.reshape(shape), None
        is_touch = document.drawing.extent < SMALLEST_EXTENT
        if is_touch or raster is None or (raster.size, raster.size) != shape:
            return np.zeros(shape, np.float32), None
        erased = Drawing(content.erased)
        drawing = PartDrawing(document.drawing, document.pen_width, erased, 2 * document.eraser_radius)
        return drawing.images(raster)

    def _with_threshold(self, part: Part, misses: float) -> Part:
        """Return a part whose threshold a share of the class's training samples does not exceed."""
        if not self._network.architecture.has_biases or self._training.problem is None:
            return part
        threshold = threshold_that_misses(self._samples_of_class() @ part.template, misses)
        return Part(part.template, part.scale, threshold)

    def _samples_of_class(self) -> np.ndarray:
        """Return training samples of the class, (n, n_inputs)."""
        problem, network = self._training.problem, self._network
        assert problem is not None, "asked with a problem"
        misfit = misfit_sentence(network.input_space, network.output_space, problem)
        if misfit:
            raise PartsError(misfit)
        train = problem.train
        rows = np.flatnonzero(train.labels[:_MOST_LOOKED_AT] == self.answer)[:_MOST_OF_CLASS]
        return train.batch(rows)

    def set_misses(self, share: float) -> None:
        """Set the thresholds of the ticked parts, or of the selected one, so that each misses a share.

        Parts that are drawn later begin so.
        """
        self.misses = share
        network, theta = self._network, self.weights
        units = sorted(self.ticked) or ([] if self.unit is None else [self.unit])
        parts = {unit: part_of(network.architecture, theta, unit) for unit in units}
        parts = {unit: part for unit, part in parts.items() if not part.is_empty}
        if not parts:
            return
        if self._training.problem is None:
            self._warn(tr("The samples are not loaded yet: wait a moment, and set it again."))
            self._training.prepare()
            return
        try:
            # Read once for all parts: it takes 2 to 3 ms of the window's thread (1,000 samples of 784).
            x = self._samples_of_class()
            for unit, part in parts.items():
                threshold = threshold_that_misses(x @ part.template, share)
                part = Part(part.template, part.scale, threshold)
                theta = with_part(network.architecture, theta, unit, part)
        except UserError as error:
            self._warn(str(error))
            return
        text = tr("thresholds that miss {share:.0f} %").format(share=100 * share)
        self._editor.do(theta, text, key="part thresholds")

    def begin_drag(self) -> None:
        """Begin to drag the scale or the threshold of the selected part; it ends with `finish_drag`."""
        self._editor.begin()

    def drag(self, *, scale: float | None = None, threshold: float | None = None) -> None:
        """Move the scale or the threshold while it is dragged."""
        theta = self._with(scale, threshold)
        if theta is not None and self._editor.is_at_work:
            self._editor.show(theta)

    def finish_drag(self) -> None:
        """End a drag, which is one step to undo."""
        if self._editor.is_at_work:
            self._editor.finish(self._drag_text())

    def type(self, *, scale: float | None = None, threshold: float | None = None) -> None:
        """Give the selected part another scale or threshold."""
        theta = self._with(scale, threshold)
        if theta is not None:
            self._editor.do(theta, self._drag_text(), key=("part", self.unit, scale is None))

    def _with(self, scale: float | None, threshold: float | None) -> np.ndarray | None:
        unit, part = self.unit, self.part
        if unit is None or part is None or part.is_empty:
            return None
        part = Part(
            part.template,
            part.scale if scale is None else scale,
            part.threshold if threshold is None else threshold,
        )
        try:
            theta: np.ndarray = with_part(self._network.architecture, self.weights, unit, part)
        except UserError as error:
            self._warn(str(error))
            return None
        return theta

    def _drag_text(self) -> str:
        return tr("{unit}: scale or threshold").format(unit=unit_word(self.unit or 0))

    def make_gate(self, kind: GateKind) -> None:
        """Make a unit of the second layer fire where all ticked parts do, or where one does."""
        architecture, ticked = self._network.architecture, sorted(self.ticked)
        try:
            theta = with_gate(architecture, self.weights, self.gate_unit, ticked, kind)
        except UserError as error:
            self._warn(str(error))
            return
        name = (
            tr("AND of %n part(s)", len(ticked))
            if kind is GateKind.AND
            else tr("OR of %n part(s)", len(ticked))
        )
        if self._editor.do(theta, name, key=("gate", self.gate_unit)) and not self.has_steps:
            self.said.emit(
                tr(
                    "The first layer does not give out 0 or 1, so this is no exact gate. Empty parts has "
                    "steps."
                ),
                False,
            )

    # Other networks

    def begin(self) -> None:
        """Take a network with empty parts, steps that are not trained, in the place of the displayed one."""
        architecture = self._empty()
        self._show(architecture, np.zeros(architecture.n_params, np.float32), tr("Empty parts"))
        self.changed.emit()

    def follow(self) -> None:
        """Select the first part of a network that was begun, once it is displayed: no unit was kept."""
        if self._is_begun:
            self._is_begun = False
            self._selection.select(0, 0)

    def open(self, part_set: PartSet) -> None:
        """Take a network of drawn parts, and an AND over them, in the place of the displayed one.

        Raises
        ------
        UserError
            If the classes are others, or there are no samples for thresholds; everything stays as it was.
        """
        network = self._network
        names = network.output_space.class_names
        if part_set.character not in names or network.raster is None:
            raise PartsError(
                tr("{title} needs a problem with the class {name}. Choose digits as the problem.").format(
                    title=part_set.title, name=part_set.character
                )
            )
        self.choose_answer(names.index(part_set.character))
        self.misses = USUAL_MISSES
        units = range(len(part_set.parts))
        architecture = self._empty(len(units))
        theta = np.zeros(architecture.n_params, np.float32)
        for unit, drawing in zip(units, part_set.parts, strict=True):
            part = Part(template_of(*drawing.images(network.raster)), 1.0, 0.0)
            theta = with_part(architecture, theta, unit, self._with_threshold(part, self.misses))
        theta = with_gate(architecture, theta, self.answer, units, GateKind.AND)
        self._show(architecture, theta, part_set.title)
        self.changed.emit()

    def _empty(self, n_parts: int = N_PARTS) -> Architecture:
        network = self._network
        sizes = (network.architecture.n_inputs, n_parts, network.output_space.n_outputs)
        return Architecture.of(sizes, hidden="step", output="step")

    def _show(self, architecture: Architecture, theta: np.ndarray, name: str) -> None:
        network = self._network
        model = Model(
            architecture,
            theta,
            network.input_space,
            network.output_space,
            network.raster,
            {"problem": network.problem_name},
            name,
        )
        sentence = tr("{name}, {architecture}, of steps, which are not trained. Ctrl+E: the network before.")
        self._show_model(model, sentence.format(name=model.name, architecture=architecture))
        self._is_begun = True

    def soften(self) -> None:
        """Take sigmoids with ten times the weights in the place of steps, which can be trained."""
        network = self._network
        architecture, theta = with_soft_steps(network.architecture, network.prediction_weights)
        # What tells other inputs was fitted to the units as they were.
        model = Model(
            architecture,
            theta,
            network.input_space,
            network.output_space,
            network.raster,
            {"problem": network.problem_name},
            network.model_name,
        )
        self._show_model(
            model, tr("Sigmoids with ten times the weights: Space trains them. Ctrl+E: the network before.")
        )
        self._is_begun = True

    def _warn(self, sentence: str) -> None:
        self.said.emit(sentence, True)
