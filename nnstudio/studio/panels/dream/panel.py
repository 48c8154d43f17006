"""The panel Dream: gradient ascent to an input that maximises a unit or an output."""

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.insight.dream import dream_start
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.numbers import grouped, signed
from nnstudio.studio.panels.dream.controls import SELECTED, DreamControls
from nnstudio.studio.panels.dream.view import DreamView
from nnstudio.studio.panels.dream.worker import DreamTask, DreamWorker
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import unit_name
from nnstudio.studio.session.output_kinds import described, unit_words
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.responsive_box import ResponsiveBox

SHARE = 0.3
SHARE_WHILE_TRAINING = 0.1
"""Largest share of a core."""

ROW_FROM_PX = 360
SMALLEST = QSize(232, 116)


class DreamPanel:
    """Shows the dream of the selected unit or of an output; it runs only while visible."""

    name = "dream"
    title = translatable("Dream")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session, self._selection = (
            services,
            services.session,
            services.session.selection,
        )
        self.dreamer = DreamWorker()
        services.closing.connect(self.dreamer.stop)
        self._pace = Pace(TEXT_PERIOD_S)
        self._shown: object = None
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("What it dreams of"))
        self.widget.setMinimumSize(SMALLEST)
        self.view = DreamView(tr("Dream"), self.widget)
        self.numbers, self.show_all = self.view.numbers, self.view.picture.show_all
        self.controls = DreamControls(self.widget)
        self.controls.changed.connect(self._change)
        self.controls.begun.connect(self._begin)
        self.controls.toggled.connect(self._toggle)
        self.controls.put.connect(self._put)
        area = QScrollArea(self.widget)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("Controls of the dream"))
        area.verticalScrollBar().setAccessibleName(tr("Scroll the controls of the dream"))
        area.verticalScrollBar().setToolTip(tr("Scroll the controls of the dream"))
        area.setWidget(self.controls)
        self.controls.setObjectName("panel")
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(
            ResponsiveBox([(self.view.picture, 2), (area, 3)], ROW_FROM_PX, SMALLEST, self.widget)
        )

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that features are not dreamt of."""
        if input_space.traits.of_pictures:
            return tr("Features that excite a unit may be those of no picture: choose a problem of pixels.")
        return ""

    def refresh(self, changes: Changes) -> None:
        """Keep the dream running, and show its progress."""
        session = self._session
        if changes.network:
            self.controls.offer_neighbours(session.network.input_space.traits.has_pixels)
        if changes.network or changes.selection:
            self._meet_goals()
        elif changes.weights:
            self._change()
        if not self.widget.window().isMinimized():
            self.dreamer.look(SHARE_WHILE_TRAINING if session.training.is_running else SHARE)
        dream = self.dreamer.latest
        if dream is not None and dream is not self._shown:
            self.view.show_dream(dream.x, session.network.input_space, self._field())
        if self._pace.due(dream is not self._shown):
            self._tell()
        self._shown = dream

    def _meet_goals(self) -> None:
        unit, selected = self._selection.unit, None
        space, architecture = self._session.network.output_space, self._session.network.architecture
        if unit is not None:
            layer, index = unit
            if layer == architecture.n_layers - 1:
                selected = tr("selected: {output}").format(
                    output=unit_words(space, index, architecture.n_outputs)
                )
            else:
                selected = unit_name(architecture, space, layer, index)
        before = self.dreamer.latest
        self.controls.show_goals(selected, space, architecture.n_outputs)
        if before is None or before.task.architecture != architecture or before.task.goal != self.goal:
            self._begin()
        else:
            self._change()

    @property
    def goal(self) -> tuple[int, int]:
        """Layer and unit that are maximised."""
        chosen = self.controls.goal.currentData()
        if chosen == SELECTED and self._selection.unit is not None:
            return self._selection.unit
        return self._session.network.architecture.n_layers - 1, max(chosen or 0, 0)

    def _task(self) -> DreamTask:
        session = self._session
        return DreamTask(
            session.network.architecture,
            session.network.prediction_weights,
            session.network.input_space,
            self.goal,
            self.controls.regularisers,
        )

    def _begin(self) -> None:
        session = self._session
        seed = self.controls.seed.value()
        start = session.input.x if self.controls.start.currentData() else None
        if start is None:
            start = dream_start(session.network.input_space, rng=np.random.default_rng(seed))
        self.dreamer.begin(self._task(), np.asarray(start, np.float32), seed)

    def _change(self) -> None:
        if self.dreamer.latest is not None:
            self.dreamer.change(self._task())

    def _toggle(self, running: bool) -> None:
        if running:
            self.dreamer.is_running = True
        else:
            self.dreamer.pause()

    def _field(self) -> np.ndarray | None:
        if not self._session.network.input_space.traits.has_field:
            return None
        layer, unit = self.goal
        tiles = self._services.session.unit_images.by_layer(self._session.network.prediction_weights).get(
            layer
        )
        return None if tiles is None else tiles[unit]

    def _tell(self) -> None:
        dream, session = self.dreamer.latest, self._session
        if dream is None:
            return
        if not dream.reading.is_finite:
            self.controls.progress.setText(tr("The weights are so large that there are no numbers here."))
            return
        space, reading = session.network.output_space, dream.reading
        if space.traits.has_labels:
            read_as = tr("read as {name}").format(name=described(space, reading.label))
            if session.network.architecture.gives_probabilities:
                read_as += f", {100 * float(reading.class_values.max()):.1f} %"
        else:
            read_as = described(space, reading.outputs)
        steps = tr("after {steps} steps").format(steps=grouped(dream.n_steps))
        self.controls.progress.setText(f"z = {signed(dream.z)} {steps} · {read_as}")

    def _put(self) -> None:
        dream = self.dreamer.latest
        if dream is not None:
            text = tr("A dream of {goal}, after {steps} steps.").format(
                goal=self.controls.goal.currentText(), steps=grouped(dream.n_steps)
            )
            self._session.input.show_sample(dream.x, text)
