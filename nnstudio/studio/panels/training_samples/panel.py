"""The panel Training samples: samples of the problem beside their augmented versions."""

from functools import partial

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import Answer, InputSpace, OutputSpace
from nnstudio.files.preview import Pair, PreviewSource, problem_preview
from nnstudio.language import tr, translatable
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import font, text_scale
from nnstudio.studio.panels.training_samples.view import SamplesView
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.output_kinds import sample_words
from nnstudio.studio.session.services import Services

SHARE_WHILE_TRAINING = 0.1
"""Largest share of a core."""

LOW_PX = 200
"""Height below which the view's hover text alone says how samples are changed, in design pixels."""

NONE, LARGEST = -1, 9_999_999
"""Numbers of samples that can be typed; `NONE` is shown as a line."""


class TrainingSamplesPanel:
    """Draws samples in the background while visible, others at each redraw."""

    name = "samples"
    title = translatable("Samples")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self._worker = BackgroundWorker("nnstudio-samples")
        services.closing.connect(self._worker.stop)
        self._asked: object = None
        self._source: PreviewSource | None = None
        self._drawn_from: object = None
        self._n_redrawn = 0
        self._numbered = ""
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("Samples as they are and as an epoch has them"))
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        line = self._make_number_row()
        self._load = QPushButton(tr("Load the samples"), self.widget)
        self._load.setFont(font(12))
        self._load.setToolTip(tr("Make, read or download the problem's data, without training on them"))
        self._load.clicked.connect(services.session.training.prepare)
        line.addWidget(self._load)
        redraw = QToolButton(self.widget)
        redraw.setDefaultAction(services.actions["redraw-samples"])
        redraw.setFont(font(12))
        line.addWidget(redraw)
        layout.addLayout(line)
        self.view = SamplesView(tr("Samples"), self.widget)
        layout.addWidget(self.view, 1)
        self._how = remark("", self.widget, ShortLabel)
        layout.addWidget(self._how)

    def _make_number_row(self) -> QHBoxLayout:
        self.number = QSpinBox(self.widget)
        self.number.setFont(font(11))
        self.number.setRange(NONE, LARGEST)
        self.number.setSpecialValueText("–")
        self.number.setValue(NONE)
        self.number.setKeyboardTracking(False)
        self.number.setAccessibleName(tr("Sample no."))
        self.number.setToolTip(
            tr("Type a sample's number, from 0, or step with the arrow keys: it is laid on the canvas")
        )
        self.number.valueChanged.connect(self._show_numbered)
        self.split = QComboBox(self.widget)
        self.split.setFont(font(11))
        self.split.addItem(tr("for training"), False)
        self.split.addItem(tr("for testing"), True)
        self.split.setAccessibleName(tr("Which samples are numbered"))
        self.split.setToolTip(tr("Which samples are numbered: those to learn from, or those of the test"))
        self.split.activated.connect(self._show_numbered)
        caption = remark(tr("Sample no."), self.widget)
        caption.setBuddy(self.number)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(caption)
        row.addWidget(self.number)
        row.addWidget(self.split)
        row.addStretch(1)
        return row

    def _show_numbered(self) -> None:
        """Lay the sample with the chosen number on the canvas."""
        index = self.number.value()
        if index != NONE:
            is_test = bool(self.split.currentData())
            show = partial(self._lay, index, is_test)
            self._session.training.numbered_input(index, show, is_test=is_test)

    def _lay(self, index: int, is_test: bool, x: np.ndarray, answer: Answer) -> None:
        title = tr("Test sample {index}") if is_test else tr("Training sample {index}")
        words = sample_words(self._session.network.output_space, title.format(index=index), answer)
        self._session.input.show_sample(x, f"{words}.", answer)

    def redraw(self) -> None:
        """Draw other samples."""
        self._n_redrawn += 1

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that such samples are not bent, and where they are shown."""
        if input_space.traits.can_be_warped:
            return ""
        return tr(STUDIO_INPUT_KINDS[input_space.kind].no_previews)

    def refresh(self, changes: Changes) -> None:
        """Request samples of a new problem, and show those that are drawn."""
        self._meet_problem()
        # In a low panel the samples come first.
        self._how.setVisible(self.widget.height() >= LOW_PX * text_scale())
        self._worker.set_share(SHARE_WHILE_TRAINING if self._session.training.is_running else 1.0)
        wanted = (self._source, self._n_redrawn, self.view.room)
        if self._source is not None and wanted != self._asked:
            self._asked = wanted
            self._worker.run(Task(lambda _: _drawn(*wanted), self.view.show_pairs))
        self._worker.poll()

    def _meet_problem(self) -> None:
        session = self._session
        problem, preview = session.training.problem, session.training.preview
        basis = (problem, preview)
        if basis == self._drawn_from:
            return
        self._drawn_from, self._source = basis, preview
        if session.network.problem_name != self._numbered:
            self._numbered = session.network.problem_name
            with QSignalBlocker(self.number):
                self.number.setValue(NONE)
        if preview is None and problem is not None:
            self._source = problem_preview(problem)
        self._load.setVisible(problem is None)
        if self._source is None:
            self._worker.cancel()
            self._asked = None
            self.view.show_pairs(())
            self.view.say(
                tr(STUDIO_INPUT_KINDS[session.network.input_space.kind].no_previews).format(
                    problem_title=session.training.problem_title
                )
            )
        self._how.setText("" if self._source is None else self._source.how)
        self._how.setToolTip(self._how.text())
        self.view.setToolTip(
            self._how.text() or tr("Samples of what is learned from, with their labels, once they are loaded")
        )


def _drawn(source: PreviewSource, nth: int, n: int) -> Steps[tuple[Pair, ...]]:
    """Draw pairs one by one on the worker's thread."""
    pairs = []
    for pair in source.pairs(n, rng=np.random.default_rng(nth)):
        pairs.append(pair)
        yield
    yield tuple(pairs)
