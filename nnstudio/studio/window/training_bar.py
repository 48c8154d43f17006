"""The training bar: play and steps, the run's figures, and the choices that are made most often."""

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.output_kinds import CLASSES, OutputKind
from nnstudio.data.problems import PROBLEMS
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.language import tr, translatable
from nnstudio.studio.documents.network_list import NetworkEntry
from nnstudio.studio.painting.numbers import grouped
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.output_kinds import STUDIO_OUTPUT_KINDS
from nnstudio.studio.session.setting import Setting
from nnstudio.studio.session.setting_list import ACTIVATION, SETTINGS
from nnstudio.studio.views.setting_box import SettingBox
from nnstudio.studio.window.network_box import NetworkBox
from nnstudio.training.config import TrainingConfig

SMALLEST_LIST_WIDTH = 70
SMALLEST_PROBLEM_WIDTH = 122
LARGEST_PROBLEM_WIDTH = 190
SMALLEST_WIDTHS = {"loss": 100, "learning_rate": 80, "batch_size": 58, "weight_decay": 68}
SHORT_TITLES = {"weight_decay": translatable("Decay")}


class TrainingBar(QWidget):
    """Shows a run and its configuration; a choice leaves as a signal and comes back by ``show_config``.

    Parameters
    ----------
    actions : list of QAction
        Their buttons are at the beginning.
    more : QAction
        Its button is at the end: it leads to all settings.
    networks : callable
        Returns the networks to choose, in groups.
    """

    problem_chosen = Signal(str)
    network_edited = Signal(str)
    setting_chosen = Signal(object, str)
    left = Signal()
    """Return or Enter ended typing: the keys are the window's again."""

    def __init__(
        self,
        actions: list[QAction],
        more: QAction,
        networks: Callable[[], tuple[list[NetworkEntry], ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 7, 8, 7)
        layout.setSpacing(5)
        for action in actions:
            layout.addWidget(self._button(action))
        # Room that is to spare goes around the figures; a narrow window has none.
        layout.addStretch(1)
        self._figures = {}
        for name, width, tip in (
            (tr("Epoch"), 58, tr("passes over the training data since this run began")),
            (tr("Samples / s"), 70, tr("training samples a second, smoothed over about a second")),
        ):
            self._figures[name] = self._figure(layout, name, width, tip)
        self._kind = STUDIO_OUTPUT_KINDS[CLASSES.name]
        self._score = self._figure(layout, tr(self._kind.score), 84, tr(self._kind.score_tip))
        layout.addStretch(1)
        line = QFrame(self)
        line.setObjectName("rule")
        line.setFixedWidth(1)
        layout.addWidget(line)
        self.problem = self._combo(layout, tr("Problem"), tr("what is learnt, and from which data"))
        self.problem.setPlaceholderText(tr("no data fit"))
        self._problem_tip = self.problem.toolTip()
        order = [*INPUT_KINDS]
        of_kinds = sorted(PROBLEMS.values(), key=lambda entry: order.index(entry.kind))
        for kind, entries in groupby(of_kinds, attrgetter("kind")):
            self._head_problems(tr(STUDIO_INPUT_KINDS[kind].heading))
            for entry in entries:
                self.problem.addItem(tr(entry.title), entry.name)
        self._n_built_in = self.problem.count()
        self.network_box = NetworkBox(networks, self)
        layout.addWidget(_Column(tr("Network"), self.network_box, self))
        self.network = self.network_box.lineEdit()
        settings = {setting.key: setting for setting in SETTINGS}
        keys = ("loss", "optimiser", "learning_rate", "batch_size", "weight_decay")
        self.settings = [
            self._setting(layout, setting) for setting in (ACTIVATION, *(settings[key] for key in keys))
        ]
        (
            self.activation,
            self.loss,
            self.optimiser,
            self.learning_rate,
            self.batch_size,
            self.weight_decay,
        ) = self.settings
        self.problem.view().setMinimumWidth(self.problem.minimumSizeHint().width())
        self.problem.setMinimumWidth(SMALLEST_PROBLEM_WIDTH)
        # A long title of one's own problem leaves the settings their room; the list has it whole.
        self.problem.setMaximumWidth(LARGEST_PROBLEM_WIDTH)
        layout.addStretch(2)
        layout.addWidget(self._button(more))
        first_to_go = (
            *(self.weight_decay, self.batch_size, self.optimiser, self.loss, self.activation),
            *(self._figures[tr("Samples / s")].value, self.learning_rate, self._figures[tr("Epoch")].value),
        )
        self.spare = [control.parentWidget() for control in first_to_go]
        """What is left out where it does not fit: the settings' panel has the choices too."""
        self.network.returnPressed.connect(self.left)
        self.problem.activated.connect(self._choose_problem)
        self.network_box.edited.connect(self.network_edited)

    # Building

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        is_play = action.objectName() == "play"
        button.setObjectName(action.objectName() if is_play else "")
        button.setFixedSize(QSize(40, 40) if is_play else QSize(30, 30))
        button.setIconSize(QSize(20, 20) if is_play else QSize(16, 16))
        button.setStyleSheet("" if is_play else "padding: 0;")
        return button

    def _figure(self, layout: QHBoxLayout, name: str, width: int, tip: str) -> "_Figure":
        figure = _Figure(name, width, tip, self)
        layout.addWidget(figure, 1)
        return figure

    def _combo(self, layout: QHBoxLayout, name: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.setFont(font(12))
        box.setToolTip(f"{name}: {tip}")
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        layout.addWidget(_Column(name, box, self))
        return box

    def _setting(self, layout: QHBoxLayout, setting: Setting[TrainingConfig]) -> SettingBox:
        box = SettingBox(setting, self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        # A narrow window shortens the longest choices; the open list shows them whole.
        box.setMinimumWidth(SMALLEST_WIDTHS.get(setting.key, SMALLEST_LIST_WIDTH))
        box.chosen.connect(self.setting_chosen)
        box.left.connect(self.left)
        layout.addWidget(_Column(tr(SHORT_TITLES.get(setting.key, setting.title)), box, self))
        return box

    # Choices out

    def edit_network(self) -> None:
        """Give the focus to the layer sizes, to be typed."""
        self.network.setFocus()
        self.network.selectAll()

    def _choose_problem(self, index: int) -> None:
        name = self.problem.itemData(index)
        # The headings have no name.
        if name is not None:
            self.problem_chosen.emit(name)

    # What it shows

    def list_problem(self, name: str, title: str) -> None:
        """Add a problem to those that can be chosen; one that is there already takes the title."""
        place = self.problem.findData(name)
        if place >= 0:
            self.problem.setItemText(place, title)
        else:
            if self.problem.count() == self._n_built_in:
                self._head_problems(tr("Your own"))
            self.problem.addItem(title, name)
            width = self.problem.fontMetrics().horizontalAdvance(title) + 40
            self.problem.view().setMinimumWidth(max(self.problem.view().minimumWidth(), width))

    def _head_problems(self, heading: str) -> None:
        """Write a heading, which cannot be chosen, above the problems to come."""
        self.problem.addItem(heading)
        model = self.problem.model()
        assert isinstance(model, QStandardItemModel), "Qt's own, as none was set"
        model.item(model.rowCount() - 1).setEnabled(False)

    def show_config(self, problem_name: str | None, config: TrainingConfig, outputs: OutputKind) -> None:
        """Show a configuration as it is in force, among what a kind of output allows.

        Without a problem, no data fit the network.
        """
        self._meet_outputs(outputs)
        # The headings have no name, either.
        self.problem.setCurrentIndex(-1 if problem_name is None else self.problem.findData(problem_name))
        # A long title is cut.
        self.problem.setToolTip("\n".join(filter(None, (self.problem.currentText(), self._problem_tip))))
        self.network_box.show_sizes("–".join(map(str, config.architecture.layer_sizes)))
        for box in self.settings:
            box.setEnabled(box.setting.is_used(config))
            value = box.setting.read(config)
            # A step of hidden layers is shown, but cannot be chosen: it is not trained.
            other = tr(ACTIVATIONS[value].title) if value in ACTIVATIONS else tr("mixed")
            box.setPlaceholderText(other if box.isEnabled() else "–")
            box.show_value(value)

    def show_figures(
        self,
        epoch: float | None,
        images_per_second: float | None,
        score: str,
        *,
        is_past: bool = False,
        measured: int | None = None,
    ) -> None:
        """Show the run's figures; None, or nothing, where there is none yet, those of the past in its colour.

        ``score`` is the value of the problem's measure as text, ``measured`` the step at which it was
        measured.
        """
        for figure in (self._figures[tr("Epoch")], self._score):
            give_role(figure.value, "past" if is_past else "")
        self._figures[tr("Epoch")].show_text(None if epoch is None else _of_few_digits(epoch))
        speed = grouped(round(images_per_second, -2)) if images_per_second else None
        self._figures[tr("Samples / s")].show_text(speed)
        self._score.show_text(score)
        self._tell_score(measured)

    def _meet_outputs(self, outputs: OutputKind) -> None:
        """Name the measure of a problem's kind of output, and offer what that allows."""
        for box in self.settings:
            box.offer(outputs)
        kind = STUDIO_OUTPUT_KINDS[outputs.name]
        if kind is not self._kind:
            self._kind = kind
            self._score.rename(tr(kind.score))
            self._tell_score(None)

    def _tell_score(self, step: int | None) -> None:
        words = tr(self._kind.score_tip)
        if step is not None:
            words += " · " + tr("measured at step {step:,}").format(step=step)
        text = f"{tr(self._kind.score)}: {words}"
        if self._score.value.toolTip() != text:
            self._score.value.setToolTip(text)


class _Column(QWidget):
    """A control of the bar below its name."""

    def __init__(self, name: str, control: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = QLabel(name, self)
        self.name.setFont(font(11))
        self.name.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.name)
        column.addWidget(control)


class _Figure(_Column):
    """A figure of the run below its name."""

    def __init__(self, name: str, width: int, tip: str, parent: QWidget) -> None:
        value = QLabel("–")
        super().__init__(name, value, parent)
        self.value = value
        self.value.setFont(font(16, bold=True))
        self.value.setMinimumWidth(width)
        self.value.setToolTip(f"{name}: {tip}")
        self.value.setAccessibleName(name)

    def show_text(self, text: str | None) -> None:
        """Show the figure as text; None, or nothing, where there is none yet."""
        if self.value.text() != (text or "–"):
            self.value.setText(text or "–")

    def rename(self, name: str) -> None:
        """Give it another name."""
        self.name.setText(name)
        self.value.setAccessibleName(name)


def _of_few_digits(epoch: float) -> str:
    """Return an epoch in the room of four digits, whatever it has grown to."""
    return f"{epoch:.{2 if epoch < 10 else 1}f}" if epoch < 100 else grouped(epoch)
