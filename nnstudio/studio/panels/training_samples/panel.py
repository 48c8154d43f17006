"""The panel Training samples: samples of the problem beside their augmented versions."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.files.preview import Pair, PreviewSource, problem_preview
from nnstudio.language import tr, translatable
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.training_samples.view import SamplesView
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.services import Services

SHARE_WHILE_TRAINING = 0.1
"""Largest share of a core."""


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
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("Samples as they are and as an epoch has them"))
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        line = QHBoxLayout()
        self._how = remark("", self.widget, ShortLabel)
        line.addWidget(self._how, 1)
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
        self.view.setToolTip(tr("Samples of what is learned from, with their labels, once they are loaded"))
        layout.addWidget(self.view, 1)

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


def _drawn(source: PreviewSource, nth: int, n: int) -> Steps[tuple[Pair, ...]]:
    """Draw pairs one by one on the worker's thread."""
    pairs = []
    for pair in source.pairs(n, rng=np.random.default_rng(nth)):
        pairs.append(pair)
        yield
    yield tuple(pairs)
