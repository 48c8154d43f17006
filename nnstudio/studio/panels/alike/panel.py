"""The panel Alike: which units of a layer say the same."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.likeness import Likeness, likeness
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.alike.pictures import PairPictures
from nnstudio.studio.panels.alike.table import PairTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons

N_SAMPLES = 1_000
"""Inputs of the test set that activations are compared on, evenly spaced."""

PERIOD_S = 0.5
"""Shortest time between updates during training."""

SHARE_WHILE_TRAINING = 0.1

ORDERS = (
    (translatable("By weights"), translatable("those whose weights point the same way come first")),
    (
        translatable("By activations"),
        translatable("those that are active on the same inputs of the test set come first"),
    ),
)


@dataclass(frozen=True, eq=False)
class _Question:
    """A layer to be searched for pairs."""

    architecture: Architecture
    theta: np.ndarray
    layer: int
    samples: Samples | None
    by_activations: bool

    def answer(self) -> Likeness:
        """Find the pairs."""
        x = None
        if self.samples is not None:
            n = len(self.samples)
            x = self.samples.batch(np.linspace(0, n - 1, min(n, N_SAMPLES)).astype(np.int64))
        return likeness(
            self.architecture, self.theta, self.layer, x, by_activations=self.by_activations and x is not None
        )


class AlikePanel:
    """Lists pairs of units by the cosine of their weights, or of their activations."""

    name = "alike"
    title = translatable("Alike")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._selection = services.session, services.session.selection
        self._pace = Pace(PERIOD_S)
        self._worker = BackgroundWorker("nnstudio-alike")
        services.closing.connect(self._worker.stop)
        self._is_asked_anew = True
        self._samples: Samples | None = None
        self._by_activations = False
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("Most alike units"))
        self.layer = QComboBox(self.widget)
        self.layer.setFont(font(11))
        self.layer.setAccessibleName(tr("Layer"))
        self.layer.setToolTip(tr("The layer whose units are compared"))
        self.layer.activated.connect(self._ask_anew)
        self.order, buttons = choice_buttons(
            [(tr(title), tr(tip)) for title, tip in ORDERS], self._choose_order, self.widget
        )
        self.count = remark("", self.widget, ShortLabel)
        self.table = PairTable(self.widget)
        self.table.chosen.connect(self._show_pair)
        self.table.left.connect(self._point_nowhere)
        self.pictures = PairPictures(self.widget)
        self._names: tuple[str, ...] = ()
        self.numbers = self.table.numbers
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.layer)
        row.addLayout(buttons, 1)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.count)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.table, 1)
        below.addWidget(self.pictures)
        layout.addLayout(below, 1)

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        session = self._session
        if changes.network:
            self._follow_network()
        samples = self._fitting_samples()
        if samples is not self._samples:
            self._samples, self._is_asked_anew = samples, True
        at_once = changes.network or changes.checkpoint or self._is_asked_anew
        if self._pace.due(changes.weights or self._is_asked_anew, at_once=at_once):
            self._ask()
        self._worker.set_share(SHARE_WHILE_TRAINING if session.training.is_running else 1.0)
        self._worker.poll()

    def _follow_network(self) -> None:
        names = layer_names(self._session.network.architecture)[1:]
        if names != [self.layer.itemText(k) for k in range(self.layer.count())]:
            self.layer.clear()
            self.layer.addItems(names)
        self._is_asked_anew = True

    def _fitting_samples(self) -> Samples | None:
        """Return the test set, where it is loaded and the network takes such inputs."""
        problem, network = self._session.training.problem, self._session.network
        if problem is None or problem.input_space.n_features != network.architecture.n_inputs:
            return None
        return problem.test

    def _ask(self) -> None:
        self._is_asked_anew = False
        network = self._session.network
        theta = network.displayed_weights
        if not np.isfinite(theta).all():
            self._worker.cancel()
            self.table.show_pairs(None, ())
            self.count.setText(tr("The weights overflowed: go back in time, or start again (R)."))
            return
        question = _Question(
            network.architecture,
            theta,
            max(self.layer.currentIndex(), 0),
            self._samples,
            self._by_activations,
        )
        self._worker.run_next(
            Task(lambda _: (question, question.answer()), self._take, title=tr("Comparing units"))
        )

    def _take(self, result: tuple[_Question, Likeness]) -> None:
        question, found = result
        network = self._session.network
        is_other = question.architecture != network.architecture
        if is_other or question.layer != max(self.layer.currentIndex(), 0):
            return
        n_units = question.architecture.layer_sizes[question.layer + 1]
        if question.layer == question.architecture.n_layers - 1:
            names: tuple[str, ...] = network.output_space.unit_names(n_units)
        else:
            names = tuple(str(unit + 1) for unit in range(n_units))
        self._names = names
        self.table.show_pairs(found, names)
        self._show_pictures()
        self.count.setText(self._described(question, found, n_units))
        self.count.setToolTip(self.count.text())

    def _described(self, question: _Question, found: Likeness, n_units: int) -> str:
        if n_units < 2:
            return tr("This layer has a single unit, which has none to be like.")
        words = [
            tr("The %n most alike pair(s) of {n_units} units.", len(found.first)).format(n_units=n_units)
        ]
        if found.n_left_out:
            words.append(tr("%n unit(s) left out: always 0.", found.n_left_out))
        if question.samples is None:
            words.append(tr("Activations are compared once the test set is loaded."))
        return " ".join(words)

    def _ask_anew(self) -> None:
        self._is_asked_anew = True

    def _choose_order(self, order: int) -> None:
        self._by_activations = order == 1
        if self._by_activations and self._session.training.problem is None:
            self._session.training.prepare()
        self._is_asked_anew = True

    def _show_pair(self, first: int, second: int) -> None:
        """Select the first unit in all views, and mark the second."""
        layer = max(self.layer.currentIndex(), 0)
        self._selection.select(layer, first)
        self._selection.point_at(layer, second)
        self._show_pictures()

    def _show_pictures(self) -> None:
        pair, network = self.table.chosen_pair, self._session.network
        tiles = self._session.unit_images.by_layer(network.displayed_weights)
        shown = tiles.get(max(self.layer.currentIndex(), 0))
        if pair is None or shown is None:
            self.pictures.show_pair((), ())
        else:
            self.pictures.show_pair([shown[unit] for unit in pair], [self._names[unit] for unit in pair])

    def _point_nowhere(self) -> None:
        self._selection.point_at(None, None)
