"""State of walking through one training step on the current input, stage by stage."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.problem import Answer
from nnstudio.insight.one_step import OneStep, StepStage, one_step
from nnstudio.insight.tiles import layer_tiles
from nnstudio.language import tr
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.output_kinds import known_or_read
from nnstudio.studio.session.step_values import StepValues
from nnstudio.studio.session.viewer import Viewer, can_be_seen
from nnstudio.studio.session.weight_editing import WeightEditor


class Stepper(QObject):
    """The current training step and stage.

    Attributes
    ----------
    answer : int, ndarray of shape (n_outputs,), or None
        The right answer set by the user; None: that of the input where it is known, else the answer, where
        that is a class.
    step : OneStep or None
        None before the first stage, and without an input.

    Notes
    -----
    Thread: gui. The step follows the input and the weights whenever ``follow`` is called.
    """

    changed = Signal()

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        document: InputDocument,
        weight_editor: WeightEditor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._input, self._weight_editor = network, document, weight_editor
        self._viewer: Viewer | None = None
        self._made_of: tuple[object, ...] = ()
        self._picture: StepValues | None = None
        self.answer: Answer | None = None
        self.step: OneStep | None = None
        self._place: int | None = None
        network.replaced.connect(self.leave)

    def serve(self, viewer: Viewer) -> None:
        """Show the stage in other views only while this widget is visible."""
        self._viewer = viewer

    @property
    def right_answer(self) -> Answer | None:
        """The answer of the loss; None without an input, and where no right numbers are known."""
        if self._network.reading is None:
            return None
        known = self._input.right_answer if self.answer is None else self.answer
        return known_or_read(self._network.output_space, known, self._network.reading)

    @property
    def stage(self) -> StepStage | None:
        """The current stage."""
        if self.step is None or self._place is None:
            return None
        return self.step.stages[self._place]

    @property
    def place(self) -> tuple[int, int]:
        """Number of the current stage, from 1, and of all stages; (0, 0) without one."""
        if self.step is None or self._place is None:
            return 0, 0
        return self._place + 1, len(self.step.stages)

    @property
    def picture(self) -> StepValues | None:
        """Values that the network view shows instead of the reading; None: it shows the reading."""
        step, stage = self.step, self.stage
        if step is None or stage is None or self._viewer is None or not can_be_seen(self._viewer):
            return None
        if self._picture is None or (self._picture.step, self._picture.stage) != (step, stage):
            self._picture = StepValues(step, stage)
        return self._picture

    def tiles(self, picture: StepValues, usual: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
        """Return the units' pictures at a stage (gradients or updates), if it has any."""
        direction = picture.direction
        if direction is None or self._network.input_space.traits.has_field:
            return usual
        return layer_tiles(self._network.architecture, direction, self._network.input_space)

    def go(self, stages: int) -> None:
        """Move by a number of stages; the first call starts the walk."""
        if self._network.reading is None:
            first = tr(STUDIO_INPUT_KINDS[self._network.input_space.kind].prompt_first)
            self.said.emit(f"{first} {tr('a training step needs an input.')}", True)
            return
        if self.right_answer is None:
            sentence = tr("No right answer is known for this input: type one, or show a test sample (T).")
            self.said.emit(sentence, True)
            return
        if self._place is None or self.step is None:
            self._place = 0
            self._made_of = ()
            self.follow()
        else:
            self._place = min(max(self._place + stages, 0), len(self.step.stages) - 1)
        self.changed.emit()

    def leave(self) -> None:
        """End the walk."""
        if self._place is not None or self.answer is not None:
            self._place = self.answer = self.step = self._picture = None
            self.changed.emit()

    def choose_answer(self, answer: Answer | None) -> None:
        """Set the right answer; None: what is known of the input."""
        self.answer = answer
        self.follow()
        self.changed.emit()

    def follow(self) -> None:
        """Recompute the step if the input, the weights or the settings changed."""
        if self._place is None:
            return
        network, answer = self._network, self.right_answer
        made_of = (network.prediction_weights, network.reading, network.config, answer)
        if len(made_of) == len(self._made_of) and all(
            a is b for a, b in zip(made_of, self._made_of, strict=True)
        ):
            return
        self._made_of = made_of
        self.step = None
        if network.reading is not None and answer is not None:
            self.step = one_step(network.config, network.prediction_weights, network.reading.x, answer)
        if self.step is None:
            self.leave()
        else:
            self._place = min(self._place, len(self.step.stages) - 1)
            self.changed.emit()

    def take(self) -> None:
        """Apply the step to the displayed network, as an edit that can be undone."""
        if self.step is not None:
            self._weight_editor.do(self.step.theta_after, tr("one step on one input"))
