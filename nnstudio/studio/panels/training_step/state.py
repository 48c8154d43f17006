"""State of walking through one training step on the current input, stage by stage."""

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.insight.one_step import OneStep, Stage, one_step
from nnstudio.insight.tiles import layer_tiles
from nnstudio.language import tr
from nnstudio.studio.panels.network.step_values import StepValues
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.session import Session
from nnstudio.studio.session.weight_editing import WeightEditor


class Stepper(QObject):
    """The current training step and stage.

    Attributes
    ----------
    label : int or None
        The true class set by the user; None: the known class of the input, else the predicted one.
    step : OneStep or None
        None before the first stage, and without an input.

    Notes
    -----
    Thread: gui. The step follows the input and the weights whenever ``follow`` is called.
    """

    changed = Signal()

    def __init__(self, session: Session, weight_editor: WeightEditor, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._surgeon = session, weight_editor
        self._viewer: QWidget | None = None
        self._made_of: tuple[object, ...] = ()
        self._picture: StepValues | None = None
        self.label: int | None = None
        self.step: OneStep | None = None
        self._place: int | None = None
        session.network.replaced.connect(self.leave)

    def serve(self, viewer: QWidget) -> None:
        """Show the stage in other views only while this widget is visible."""
        self._viewer = viewer

    @property
    def true_label(self) -> int | None:
        """The class of the loss; None without an input."""
        session = self._session
        if session.network.reading is None:
            return None
        if self.label is not None:
            return self.label
        return session.network.reading.label if session.input.true_label is None else session.input.true_label

    @property
    def stage(self) -> Stage | None:
        """The current stage."""
        if self.step is None or self._place is None:
            return None
        return self.step.stages[self._place]

    @property
    def place(self) -> tuple[int, int]:
        """Number of the current stage, from 1, and of all stages; (0, 0) without one."""
        return (0, 0) if self.stage is None else (self._place + 1, len(self.step.stages))

    @property
    def picture(self) -> StepValues | None:
        """Values that the network view shows instead of the reading; None: it shows the reading."""
        stage = self.stage
        if stage is None or self._viewer is None or self._viewer.visibleRegion().isEmpty():
            return None
        if self._picture is None or (self._picture.step, self._picture.stage) != (self.step, stage):
            self._picture = StepValues(self.step, stage)
        return self._picture

    def tiles(self, picture: StepValues, usual: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
        """Return the units' pictures at a stage (gradients or updates), if it has any."""
        direction = picture.direction
        if direction is None or self._session.network.input_space.traits.has_field:
            return usual
        return layer_tiles(self._session.network.architecture, direction, self._session.network.input_space)

    def go(self, stages: int) -> None:
        """Move by a number of stages; the first call starts the walk."""
        if self._session.network.reading is None:
            first = tr(STUDIO_INPUT_KINDS[self._session.network.input_space.kind].prompt_first)
            self._session.said.emit(f"{first} {tr('a training step needs an input.')}", True)
            return
        if self._place is None:
            self._place = 0
            self._made_of = ()
            self.follow()
        else:
            self._place = min(max(self._place + stages, 0), len(self.step.stages) - 1)
        self.changed.emit()

    def leave(self) -> None:
        """End the walk."""
        if self._place is not None or self.label is not None:
            self._place = self.label = self.step = self._picture = None
            self.changed.emit()

    def choose_label(self, label: int | None) -> None:
        """Set the true class."""
        self.label = label
        self.follow()
        self.changed.emit()

    def follow(self) -> None:
        """Recompute the step if the input, the weights or the settings changed."""
        session = self._session
        if self._place is None:
            return
        made_of = (
            session.network.prediction_weights,
            session.network.reading,
            session.network.config,
            self.true_label,
        )
        if len(made_of) == len(self._made_of) and all(
            a is b for a, b in zip(made_of, self._made_of, strict=True)
        ):
            return
        self._made_of = made_of
        self.step = None
        if session.network.reading is not None:
            self.step = one_step(
                session.network.config,
                session.network.prediction_weights,
                session.network.reading.x,
                self.true_label,
            )
        if self.step is None:
            self.leave()
        else:
            self._place = min(self._place, len(self.step.stages) - 1)
            self.changed.emit()

    def take(self) -> None:
        """Apply the step to the displayed network, as an edit that can be undone."""
        if self.step is not None:
            self._surgeon.do(self.step.theta_after, tr("one step on one input"))
