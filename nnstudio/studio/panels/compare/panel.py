"""The panel Compare: another network, B, beside the displayed one, A."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

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

from nnstudio.engine.surgery import add_scaled
from nnstudio.errors import UserError
from nnstudio.files.file_types import NETWORK
from nnstudio.files.models import find_model, shipped_models
from nnstudio.files.open_model import OpenOrderError, open_model
from nnstudio.insight.comparison import Agreement, Closeness, distances
from nnstudio.insight.reading import read
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.documents.open_save import FileDialogs, ask_layer_order
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import font, text_scale
from nnstudio.studio.panels.compare.network_pair import NetworkPair, ShownNetwork
from nnstudio.studio.panels.compare.path_plot import LOWEST_PX, PathPlot
from nnstudio.studio.panels.compare.sum_row import SumRow
from nnstudio.studio.panels.compare.weight_pair import WeightPair
from nnstudio.studio.panels.compare.worker import PATH_SHARES, CompareWorker
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import unit_name
from nnstudio.studio.session.openings import Opening, Work
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.answer_view import AnswerView
from nnstudio.studio.views.responsive_box import ResponsiveBox
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.runs import Run

PERIOD_S = 0.1
ROW_FROM_PX = 420
NARROWEST_PX = 232
SLIDER_STEPS = 100
CHOOSE = translatable("choose B …")


class ComparePanel:
    """Shows A and B side by side; either, their difference or a mixture can be displayed in all panels."""

    name = "compare"
    title = translatable("Compare")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self._selection = services.session.selection
        self._pace = Pace(PERIOD_S)
        self._is_new = True
        self.comparer = CompareWorker(services.session, parent)
        services.closing.connect(self.comparer.stop)
        self.comparer.changed.connect(self._meet_other)
        recent = RecentFiles(services.settings, parent)
        self._dialogs = FileDialogs(services, recent, parent)
        self._build(parent)
        self._session.network.weight_override_changed.connect(self._show_which)
        self._session.history.runs_changed.connect(self._list_others)
        self._meet_other()

    def _build(self, parent: QWidget) -> None:
        self.widget = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self.other = QComboBox(self.widget)
        self.other.setFont(font(11))
        self.other.setMinimumContentsLength(14)
        self.other.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.other.setAccessibleName(tr("Network to compare with"))
        self.other.setToolTip(
            tr(
                "B: the network to compare with: this one as it is now, a moment of a run, one that comes\n"
                "with nnstudio, or one in a file. A is the network on show."
            )
        )
        self.other.activated.connect(self._choose)
        self.lenses: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.other)
        for key, text, tip, slot in (
            ("first", "A", tr("Show A, the network itself, in the whole window"), self.comparer.show_first),
            ("second", "B", tr("Show B in the whole window"), self.comparer.show_second),
            (
                "difference",
                "B − A",
                tr("Show the weights of B minus those of A in all views; the drawing is read by A"),
                self.comparer.show_difference,
            ),
        ):
            button = QToolButton(self.widget)
            button.setText(text)
            button.setFont(font(11))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAccessibleName(tip)
            button.setToolTip(tip)
            button.clicked.connect(partial(self._look, key, slot))
            row.addWidget(button)
            self.lenses[key] = button
        self.swap = QToolButton(self.widget)
        self.swap.setText(tr("Swap"))
        self.swap.setFont(font(11))
        self.swap.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.swap.setToolTip(tr("Put B on show, with other layers too, and compare it with A"))
        self.swap.setAccessibleName(self.swap.toolTip())
        self.swap.clicked.connect(self._swap)
        row.addWidget(self.swap)
        self.pictures = QToolButton(self.widget)
        self.pictures.setText("A | B")
        self.pictures.setFont(font(11))
        self.pictures.setCheckable(True)
        self.pictures.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pictures.setToolTip(tr("Draw A and B side by side, with other layers too"))
        self.pictures.setAccessibleName(self.pictures.toolTip())
        self.pictures.toggled.connect(self._show_page)
        self.share = QSlider(Qt.Orientation.Horizontal, self.widget)
        self.share.setRange(0, SLIDER_STEPS)
        self.share.setMinimumWidth(60)
        self.share.setAccessibleName(tr("From A to B"))
        self.share.setToolTip(
            tr("Show the network between A and B in the whole window: left is A, right is B")
        )
        self.share.valueChanged.connect(self._slide)
        row.addWidget(self.share, 1)
        self.outputs = [
            AnswerView(tr("Answer of A"), self.widget),
            AnswerView(tr("Answer of B"), self.widget),
        ]
        for view, tip in zip(
            self.outputs,
            (tr("What A makes of the input"), tr("What B makes of the same input")),
            strict=True,
        ):
            view.setMinimumSize(QSize(94, 60) * text_scale())
            view.setToolTip(tip)
        self.pair = WeightPair(self.widget)
        # As small as an answer: all are in a row where the panel is narrow.
        self.pair.picture.setMinimumSize(self.outputs[0].minimumSize())
        self.path = PathPlot(self.share, self.widget)
        self.numbers = self.path.numbers
        self.result = self._line()
        self.sums = SumRow(self.widget)
        self.sums.sum_asked.connect(self._add)
        self.sums.half_asked.connect(self._halve)
        self.sums.refused.connect(partial(self._services.say, warning=True))
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.result, 1)
        line.addWidget(self.pictures)
        line.addWidget(self.sums)
        layout.addLayout(line)
        answers = [(self._under(name, view), 3) for name, view in zip("AB", self.outputs, strict=True)]
        below = ResponsiveBox(
            [*answers, (self.pair.picture, 7), (self.path, 5)],
            ROW_FROM_PX,
            QSize(200, LOWEST_PX),
            self.widget,
        )
        self._below = below
        layout.addWidget(below, 1)
        self.networks = NetworkPair(self.widget)
        self.networks.hide()
        self.networks.views[0].unit_clicked.connect(self._selection.select)
        layout.addWidget(self.networks, 1)

    def _show_page(self, is_networks: bool) -> None:
        """Show the pictures of both networks, or answers, weights and the way between them."""
        self._below.setVisible(not is_networks)
        # It moves along the way between them, which is below.
        self.share.setVisible(not is_networks)
        self.networks.setVisible(is_networks)
        self._is_new = True

    def show_all(self) -> None:
        """Show all of the way, of the weights and of both networks."""
        for view in self.networks.views:
            if view.scene is not None:
                view.show_all()
        self.path.show_all()
        self.pair.picture.show_all()

    def _under(self, name: str, view: AnswerView) -> QWidget:
        """Return a box with a view and the network's letter above it."""
        box = QWidget(self.widget)
        letter = QLabel(name, box)
        letter.setFont(font(11, bold=True))
        letter.setToolTip(view.toolTip())
        letter.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(letter)
        layout.addWidget(view, 1)
        return box

    def _line(self) -> ShortLabel:
        label = ShortLabel("", self.widget)
        label.setFont(font(11))
        label.setProperty("role", "muted")
        return label

    # Choosing B

    def _list_others(self) -> None:
        """Update the list of networks to compare with."""
        self.other.clear()
        other = self.comparer.other
        self.other.addItem(tr(CHOOSE) if other is None else tr("B: {name}").format(name=other.name), None)
        self.other.addItem(tr("this network as it is now"), self.comparer.pin)
        runs = self._session.history.runs
        checkpoints: tuple[tuple[str, Callable[[Run], Checkpoint | None]], ...] = (
            (tr("{run}, first"), lambda run: run.first),
            (tr("{run}, best"), lambda run: run.checkpoint_history.best),
            (tr("{run}, newest"), lambda run: run.last),
        )
        for run in runs.all:
            if self._session.history.can_show(run):
                for words, moment_of in checkpoints:
                    slot = partial(self._choose_moment, run, moment_of)
                    self.other.addItem(words.format(run=run.name), slot)
        for name in shipped_models():
            self.other.addItem(
                tr("{name}, comes with nnstudio").format(name=name), partial(self._open, find_model(name))
            )
        self.other.addItem(tr("a file …"), self._choose_file)

    def _choose(self) -> None:
        chosen = self.other.currentData()
        if chosen is not None:
            chosen()
        self._list_others()

    def _choose_moment(self, run: Run, moment_of: Callable[[Run], Checkpoint | None]) -> None:
        checkpoint = moment_of(run)
        if checkpoint is None:
            self._services.say(tr("No moment of this run has been measured on the test set yet."))
        else:
            self.comparer.choose_moment(run.name, checkpoint)

    def _open(self, path: Path) -> None:
        self._session.openings.start(self._opening(path))

    def _opening(self, path: Path) -> Opening[None]:
        title = tr("Reading {name}").format(name=path.name)
        try:
            self.comparer.choose_model((yield Work(title, partial(open_model, path))))
        except OpenOrderError as question:
            ask_layer_order(self._services, path, question, self.comparer.choose_model, self.widget)
        except UserError as error:
            self._services.say(str(error), warning=True)

    def _choose_file(self) -> None:
        path = self._dialogs.ask_open(tr("Network to compare with"), NETWORK.dialog_filter)
        if path is not None:
            self._open(path)

    def _swap(self) -> None:
        try:
            self.comparer.swap()
        except UserError as error:
            self._services.say(str(error), warning=True)

    def _add(self, factor: float) -> None:
        """Change A to A + h · B."""
        network, other = self._session.network, self.comparer.other
        if other is None:
            self._services.say(tr("Choose B first, the network that is added."), warning=True)
            return
        own = (network.architecture, network.displayed_weights)
        try:
            theta = add_scaled(*own, factor, other.architecture, other.theta)
        except UserError as error:
            self._services.say(str(error), warning=True)
            return
        words = tr("A + {h} · B").format(h=f"{factor:g}".replace("-", "−"))
        self._session.weight_editor.do(theta, words)

    def _halve(self) -> None:
        """Change A to half of it."""
        self._session.weight_editor.do(self._session.network.displayed_weights / 2, tr("half of A"))

    def _meet_other(self) -> None:
        self._list_others()
        other, is_alike = self.comparer.other, self.comparer.is_alike
        self.lenses["second"].setEnabled(is_alike)
        self.lenses["difference"].setEnabled(is_alike)
        self.share.setEnabled(is_alike)
        self.swap.setEnabled(other is not None)
        if other is not None and not is_alike and self.comparer.can_be_read:
            # There is no way between them, and no weight that both have.
            self.pictures.setChecked(True)
        self._put_slider(0)
        self._show_which()
        self._is_new = True
        if other is not None and not self.comparer.can_be_read:
            self.comparer.choose(None)

    # Displaying A, B or a mixture

    def _look(self, key: str, slot: object) -> None:
        slot()
        self._put_slider({"first": 0, "second": SLIDER_STEPS}.get(key, self.share.value()))
        self._show_which(key)

    def _slide(self, place: int) -> None:
        if self.comparer.is_alike:
            self.comparer.show_between(place / SLIDER_STEPS)
            self._show_which("between")

    def _put_slider(self, place: int) -> None:
        self.share.blockSignals(True)
        self.share.setValue(place)
        self.share.blockSignals(False)

    def _show_which(self, key: str | None = None) -> None:
        if self._session.network.weight_override is None:
            key = "first"
            self._put_slider(0)
        if key is not None:
            for name, button in self.lenses.items():
                button.setChecked(name == key)
        self._is_new = True

    # Updates

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        session = self._session
        if changes.network:
            space = session.network.output_space
            for view in self.outputs:
                view.set_outputs(space, session.network.architecture)
            self.path.set_measure(space.traits.measure)
            self._meet_other()
        self.comparer.ask()
        is_new = changes.network or changes.weights or changes.reading or changes.selection or self._is_new
        if self._pace.due(is_new, at_once=changes.network or self._is_new):
            self._is_new = False
            self._show()
        if self.comparer.poll():
            self._show_measured()

    def _show(self) -> None:
        session, other = self._session, self.comparer.other
        x = session.input.x
        networks = [(session.network.architecture, session.network.own_weights), None]
        if other is not None:
            networks[1] = (other.architecture, other.theta)
        readings = []
        for view, network in zip(self.outputs, networks, strict=True):
            reading = None if x is None or network is None else read(*network, x)
            if reading is None or not reading.is_finite:
                readings.append(None)
                view.clear()
            else:
                readings.append(reading)
                view.show_outputs(reading.outputs, reading.z[-1], session.input.right_answer)
        if self.pictures.isChecked():
            spaces = (session.network.input_space, session.network.output_space)
            shown = [
                None if network is None else ShownNetwork(*network, *spaces, reading)
                for network, reading in zip(networks, readings, strict=True)
            ]
            self.networks.show_networks(*shown)
        self._show_pair()
        self._show_measured()

    def _show_pair(self) -> None:
        session, other = self._session, self.comparer.other
        if not self.comparer.is_alike:
            self.pair.clear("" if other is None else tr("B has other layers than A."))
            return
        layer, unit = self._selection.unit or (0, 0)
        rows = [
            session.network.architecture.layers(theta)[layer].W[unit]
            for theta in (session.network.own_weights, other.theta)
        ]
        if layer == 0 and session.network.input_space.traits.has_pixels:
            shape = session.network.input_space.shape
        else:
            side = int(np.ceil(np.sqrt(len(rows[0]))))
            rows = [np.pad(row, (0, side * side - len(row))) for row in rows]
            shape = (side, side)
        network = session.network
        title = unit_name(network.architecture, network.output_space, layer, unit)
        self.pair.show_pair(title, *(row.reshape(shape) for row in rows))

    def _show_measured(self) -> None:
        comparer, path = self.comparer, self.comparer.path
        hint = ""
        if comparer.other is None:
            hint = tr("With a network B of the same size, loss and measure between A and B appear here.")
        elif comparer.is_alike and self._session.training.problem is not None:
            hint = tr("Measuring …")
        share = self.share.value() / SLIDER_STEPS if comparer.is_alike else None
        losses, scores = [each.loss for each in path], [each.score for each in path]
        self.path.show_path(PATH_SHARES, losses, scores, share, hint)
        if comparer.other is None:
            self._say_result(tr("Choose B: it reads the same input, beside A, the network on show."))
            return
        found = comparer.agreement
        if found is None:
            self._say_result(self._session.evaluator.obstacle)
            return
        text = _agreement_words(found) if isinstance(found, Agreement) else _closeness_words(found)
        if comparer.is_alike:
            apart = distances(
                self._session.network.architecture, self._session.network.own_weights, comparer.other.theta
            )
            shares = ", ".join(f"{100 * share:.0f} %" for _, share in apart)
            text += " · " + tr("weights apart by {shares}").format(shares=shares)
        self._say_result(text)

    def _say_result(self, text: str) -> None:
        """Show a result; the tooltip has the complete text."""
        meaning = tr("How good each is on the test set, and how often, or how far, their answers differ")
        if text != self.result.text() or not self.result.toolTip():
            self.result.setText(text)
            self.result.setToolTip(f"{text}\n{meaning}".strip())


def _agreement_words(found: Agreement) -> str:
    return tr(
        "Test set: A {first:.2f} %, B {second:.2f} % right · the same answer {same:.2f} % · "
        "only A right {only_first}, only B {only_second}"
    ).format(
        first=100 * found.n_first / found.n,
        second=100 * found.n_second / found.n,
        same=100 * found.n_same / found.n,
        only_first=found.n_only_first,
        only_second=found.n_only_second,
    )


def _closeness_words(found: Closeness) -> str:
    first, second = found.rmse_first, found.rmse_second
    return tr(
        "Test set: RMSE A {first}, B {second} · J A {j_first}, B {j_second} · A and B {apart} apart"
    ).format(
        first=figure(first),
        second=figure(second),
        j_first=figure(found.half_mean_square(first)),
        j_second=figure(found.half_mean_square(second)),
        apart=figure(found.apart),
    )
