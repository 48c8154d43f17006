"""The training bar: play and steps, the run's figures, and every choice of the next run."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problems import PROBLEMS
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.losses import LOSSES
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.studio.theme import font
from nnstudio.studio.views.base import grouped
from nnstudio.training.config import TrainingConfig

LEARNING_RATES = ("0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1")
WEIGHT_DECAYS = ("0", "0.001", "0.01", "0.1", "0.3", "1")
BATCH_SIZES = ("1", "8", "16", "32", "64", "128", "256", "512", "1024")
SMALLEST_LIST_WIDTH = 72
SMALLEST_PROBLEM_WIDTH = 116
HIDDEN_ACTIVATIONS = tuple(
    name for name, kind in ACTIVATIONS.items() if kind.trainable and not kind.output_only
)


class TrainingBar(QWidget):
    """Shows a run and its configuration; a choice leaves as a signal and comes back by ``show_config``."""

    problem_chosen = Signal(str)
    network_edited = Signal(str)
    activation_chosen = Signal(str)
    loss_chosen = Signal(str)
    optimiser_chosen = Signal(str)
    learning_rate_edited = Signal(str)
    batch_size_edited = Signal(str)
    weight_decay_edited = Signal(str)
    left = Signal()
    """Return or Enter ended typing: the keys are the window's again."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 7, 10, 7)
        layout.setSpacing(5)
        for action in actions:
            layout.addWidget(self._button(action))
        # Room that is to spare goes around the figures; a narrow window has none.
        layout.addStretch(1)
        self._figures = {}
        for name, width, tip in (
            ("Epoch", 56, "passes over the training data since this run began"),
            ("Images / s", 78, "training samples a second, smoothed over about a second"),
            ("Test accuracy", 74, "share of the whole test set read rightly, at its last measurement"),
        ):
            self._figures[name] = self._figure(layout, name, width, tip)
        layout.addStretch(1)
        line = QFrame(self)
        line.setObjectName("rule")
        line.setFixedWidth(1)
        layout.addWidget(line)
        self.problem = self._combo(layout, "Problem", "what is learnt, and from which data")
        for name, entry in PROBLEMS.items():
            self.problem.addItem(entry.title, name)
        self.network = self._field(layout, "Network", "layer sizes; type hidden layers such as 100 300", 118)
        self.activation = self._combo(layout, "Activation", "what each hidden unit does with its sum z")
        for name in HIDDEN_ACTIVATIONS:
            self.activation.addItem(ACTIVATIONS[name].title, name)
        self.loss = self._combo(layout, "Loss", "what training makes small")
        for name, loss in LOSSES.items():
            self.loss.addItem(loss.title, name)
        self.optimiser = self._combo(layout, "Optimiser", "how a gradient becomes a step")
        for name, rule in OPTIMISERS.items():
            self.optimiser.addItem(rule.title, name)
        self.learning_rate = self._combo(layout, "Learning rate", "how far a step goes along the gradient")
        self.batch_size = self._combo(layout, "Batch", "samples behind each step")
        decay = "how fast weights shrink that nothing holds up; it wipes the noise off templates"
        self.weight_decay = self._combo(layout, "Decay", f"weight decay, {decay}")
        for box in (self.activation, self.loss, self.optimiser):
            # A narrow window shortens the longest choices; the open list shows them whole.
            box.view().setMinimumWidth(box.minimumSizeHint().width())
            box.setMinimumWidth(SMALLEST_LIST_WIDTH)
        self.problem.view().setMinimumWidth(self.problem.minimumSizeHint().width())
        self.problem.setMinimumWidth(SMALLEST_PROBLEM_WIDTH)
        self._make_editable(self.learning_rate, LEARNING_RATES, 78)
        self._make_editable(self.batch_size, BATCH_SIZES, 64)
        self._make_editable(self.weight_decay, WEIGHT_DECAYS, 70)
        layout.addStretch(2)
        for box in (self.learning_rate, self.batch_size, self.weight_decay):
            box.lineEdit().returnPressed.connect(self.left)
        self.network.returnPressed.connect(self.left)
        self.problem.activated.connect(self._choose_problem)
        self.network.editingFinished.connect(self._edit_network)
        self.activation.activated.connect(self._choose_activation)
        self.loss.activated.connect(self._choose_loss)
        self.optimiser.activated.connect(self._choose_optimiser)
        self.learning_rate.lineEdit().editingFinished.connect(self._edit_learning_rate)
        self.learning_rate.activated.connect(self._edit_learning_rate)
        self.batch_size.lineEdit().editingFinished.connect(self._edit_batch_size)
        self.batch_size.activated.connect(self._edit_batch_size)
        self.weight_decay.lineEdit().editingFinished.connect(self._edit_weight_decay)
        self.weight_decay.activated.connect(self._edit_weight_decay)

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

    def _column(self, layout: QHBoxLayout, name: str, *, stretch: int = 0) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        label = QLabel(name, self)
        label.setFont(font(11))
        label.setProperty("role", "muted")
        column.addWidget(label)
        layout.addLayout(column, stretch)
        return column

    def _figure(self, layout: QHBoxLayout, name: str, width: int, tip: str) -> QLabel:
        value = QLabel("–", self)
        value.setFont(font(16, bold=True))
        value.setMinimumWidth(width)
        value.setToolTip(f"{name}: {tip}")
        value.setAccessibleName(name)
        self._column(layout, name, stretch=1).addWidget(value)
        return value

    def _combo(self, layout: QHBoxLayout, name: str, tip: str) -> QComboBox:
        box = QComboBox(self)
        box.setFont(font(12))
        box.setToolTip(f"{name}: {tip}")
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._column(layout, name).addWidget(box)
        return box

    def _field(self, layout: QHBoxLayout, name: str, tip: str, width: int) -> QLineEdit:
        field = QLineEdit(self)
        field.setFont(font(12))
        field.setToolTip(f"{name}: {tip}")
        field.setAccessibleName(name)
        field.setMinimumWidth(width)
        self._column(layout, name).addWidget(field)
        return field

    def _make_editable(self, box: QComboBox, choices: tuple[str, ...], width: int) -> None:
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.lineEdit().setFont(font(12))
        box.lineEdit().setStyleSheet("background: transparent; border: none; padding: 0;")
        box.setCompleter(None)
        box.addItems(choices)
        box.setMinimumWidth(width)

    # Choices out

    def _choose_problem(self, index: int) -> None:
        self.problem_chosen.emit(self.problem.itemData(index))

    def _choose_activation(self, index: int) -> None:
        self.activation_chosen.emit(self.activation.itemData(index))

    def _choose_loss(self, index: int) -> None:
        self.loss_chosen.emit(self.loss.itemData(index))

    def _choose_optimiser(self, index: int) -> None:
        self.optimiser_chosen.emit(self.optimiser.itemData(index))

    def _edit_network(self) -> None:
        if self.network.isModified():
            self.network.setModified(False)
            self.network_edited.emit(self.network.text())

    def _edit_learning_rate(self) -> None:
        self.learning_rate_edited.emit(self.learning_rate.currentText())

    def _edit_batch_size(self) -> None:
        self.batch_size_edited.emit(self.batch_size.currentText())

    def _edit_weight_decay(self) -> None:
        self.weight_decay_edited.emit(self.weight_decay.currentText())

    # What it shows

    def list_problem(self, name: str, title: str) -> None:
        """Add a problem to those that can be chosen; one that is there already stays."""
        if self.problem.findData(name) < 0:
            self.problem.addItem(title, name)
            width = self.problem.fontMetrics().horizontalAdvance(title) + 40
            self.problem.view().setMinimumWidth(max(self.problem.view().minimumWidth(), width))

    def show_config(self, problem_name: str, config: TrainingConfig) -> None:
        """Show a configuration as it is in force."""
        self.problem.setCurrentIndex(self.problem.findData(problem_name))
        self.network.setText("–".join(map(str, config.architecture.layer_sizes)))
        self.network.setModified(False)
        hidden = config.architecture.activations[:-1]
        self.activation.setEnabled(bool(hidden))
        if hidden:
            self.activation.setCurrentIndex(self.activation.findData(hidden[0]))
        self.loss.setCurrentIndex(self.loss.findData(config.loss))
        self.optimiser.setCurrentIndex(self.optimiser.findData(config.optimiser))
        self.learning_rate.setEditText(f"{config.hyper.learning_rate:g}")
        self.batch_size.setEditText(str(config.batch_size))
        self.weight_decay.setEditText(f"{config.hyper.weight_decay:g}")

    def show_figures(
        self, epoch: float | None, images_per_second: float | None, accuracy: float | None
    ) -> None:
        """Show the run's figures; None where there is none yet."""
        self._show("Epoch", None if epoch is None else f"{epoch:.2f}" if epoch < 100 else grouped(epoch))
        speed = grouped(round(images_per_second, -2)) if images_per_second else None
        self._show("Images / s", speed)
        self._show("Test accuracy", None if accuracy is None else f"{100 * accuracy:.1f} %")

    def _show(self, name: str, text: str | None) -> None:
        label = self._figures[name]
        if label.text() != (text or "–"):
            label.setText(text or "–")
