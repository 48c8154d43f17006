"""A chain of functions of one argument: each stage is drawn over x below the one before it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.composer import MAX_STAGES, STAGE_FUNCTIONS, ChainStage, Composition, compose
from nnstudio.insight.piecewise import has_pieces, linear_pieces
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.numbers import four_figures
from nnstudio.studio.painting.theme import fit_fonts, font, give_role, text_scale
from nnstudio.studio.panels.composer.chain_row import AXIS_PX, ChainRow
from nnstudio.studio.panels.composer.stage_editor import StageEditor
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.control_row import control_row

N_POINTS = 2_001
FARTHEST = 1_000.0
CONTROLS_PX, NARROWEST_PX = 148, 44
_TALK = tuple(ChainStage(name) for name in ("exp", "cosine", "sqrt", "sine", "exp", "sqrt"))
_FOLDS = (
    ChainStage("absolute", 2.0, -1.0),
    ChainStage("absolute", -2.0, 1.0),
    ChainStage("absolute", -2.0, 1.0),
    ChainStage("identity", -1.0, 1.0),
)
_BENT = (ChainStage("sigmoid", 4.0), ChainStage("sigmoid", 12.0, -6.0))

EXAMPLES: tuple[tuple[str, tuple[ChainStage, ...], tuple[float, float]], ...] = (
    (translatable("Six easy functions"), _TALK, (-3.0, 2.0)),
    (translatable("Three folds of |x|"), _FOLDS, (0.0, 1.0)),
    (translatable("Sigmoid of a sigmoid"), _BENT, (-2.0, 2.0)),
)
"""Titles, stages and ranges of x."""

_FORMS = {
    "exp": "exp({})",
    "sqrt": "√({})",
    "sine": "sin({})",
    "cosine": "cos({})",
    "absolute": "|{}|",
    "identity": "{}",
    "sigmoid": "σ({})",
}


@contained
class Chain(QWidget):
    """Stages one below the other with the formula of all of them above, beside the controls of one."""

    network_asked = Signal(object, object, tuple, tuple, str)
    """An architecture, its theta, the ranges of x and of y, and a name."""

    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Chain of functions"))
        self.rows: list[ChainRow] = []
        self.chosen = 0
        """The number of the stage that the editor is about, from 0."""
        self.composition: Composition | None = None
        self.examples = QComboBox(self)
        self.examples.setFont(font(11))
        self.examples.setAccessibleName(tr("Examples"))
        self.examples.setToolTip(tr("Begin with one of these chains"))
        self.examples.setMinimumWidth(NARROWEST_PX)
        for title, _, _ in EXAMPLES:
            self.examples.addItem(tr(title))
        self.examples.activated.connect(self.show_example)
        self.low = self._number(tr("First x"), tr("x goes from here"))
        self.high = self._number(tr("Last x"), tr("x goes as far as here"))
        self.at = self._number(tr("x"), tr("Read every stage at this x; the arrow keys move it"))
        for box in (self.low, self.high):
            box.valueChanged.connect(self._change_range)
        self.at.valueChanged.connect(self._show_at)
        self._range = (0.0, 1.0)
        self.add = self._button(tr("Add"), tr("One function more, of all that is there"), self._add)
        self.network = self._button(tr("As network"), "", self._ask_network)
        self.editor = StageEditor(self)
        self.editor.changed.connect(self._change)
        self.editor.removed.connect(self._remove)
        self.editor.raised.connect(self._raise)
        self.formula = remark("", self, ShortLabel)
        self.formula.setFont(font(12))
        give_role(self.formula, "")
        self.remarks = remark("", self, ShortLabel)
        self._lay_out()
        self.show_example(0)

    def _button(self, text: str, tip: str, slot: object) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(11))
        button.setToolTip(f"{text}: {tip}")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(slot)
        return button

    def _number(self, name: str, tip: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setFont(font(11))
        box.setLocale(QLocale.c())
        box.setRange(-FARTHEST, FARTHEST)
        box.setDecimals(3)
        box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        box.setKeyboardTracking(False)
        box.setMinimumWidth(NARROWEST_PX)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setAccessibleName(name)
        box.setToolTip(tip)
        return box

    def _lay_out(self) -> None:
        controls = QWidget(self)
        controls.setFixedWidth(round(CONTROLS_PX * text_scale()))
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.examples)
        column.addLayout(control_row(self.add, self.network))
        up_to = remark("…", self)
        up_to.setBuddy(self.high)
        column.addLayout(control_row(self._caption(tr("x"), self.low), self.low, up_to, self.high))
        column.addLayout(control_row(self._caption(tr("at"), self.at), self.at))
        column.addWidget(self.editor)
        column.addStretch(1)
        self._stages = QVBoxLayout()
        self._stages.setSpacing(2)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.formula)
        right.addWidget(self.remarks)
        right.addLayout(self._stages, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(controls)
        layout.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height among the stages."""
        self._share_height()

    def _share_height(self) -> None:
        """Let the curves of all stages be as high, the last of which has the axis below it."""
        axis = AXIS_PX * text_scale()
        each = max((self.height() - axis) / max(len(self.rows), 1), 1.0)
        for k in range(len(self.rows)):
            self._stages.setStretch(k, round(each + axis * (k == len(self.rows) - 1)))

    def _caption(self, text: str, box: QWidget) -> QLabel:
        caption: QLabel = remark(text, self)
        caption.setBuddy(box)
        return caption

    @property
    def stages(self) -> list[ChainStage]:
        """The stages, the innermost first."""
        return [row.stage for row in self.rows]

    def show_example(self, index: int) -> None:
        """Begin with a chain that is known."""
        _, stages, (low, high) = EXAMPLES[index]
        for box, value in ((self.low, low), (self.high, high), (self.at, low + 0.3 * (high - low))):
            with QSignalBlocker(box):
                box.setValue(value)
        self._range = low, high
        self.chosen = 0
        self.show_stages(stages)

    def show_stages(self, stages: Sequence[ChainStage]) -> None:
        """Show other stages, a row each."""
        for row in self.rows:
            self._stages.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ChainRow(number, stage, self) for number, stage in enumerate(stages, 1)]
        for k, row in enumerate(self.rows):
            row.chosen.connect(lambda k=k: self.choose(k))
            row.plot.pointed.connect(self._point)
            row.show_axis(k == len(self.rows) - 1)
            if k:
                row.plot.box.setXLink(self.rows[0].plot.box)
            self._stages.addWidget(row)
            row.show()
            fit_fonts(row.findChildren(QWidget))
        self.rows[-1].plot.set_label("bottom", tr("x"))
        self.add.setEnabled(len(self.rows) < MAX_STAGES)
        self._share_height()
        self._compute()
        self.choose(min(self.chosen, len(self.rows) - 1))

    def choose(self, k: int) -> None:
        """Have the controls of another stage, by its number from 0."""
        self.chosen = k
        for nth, row in enumerate(self.rows):
            row.value.setChecked(nth == k)
        self.editor.show_stage(k + 1, self.rows[k].stage, is_alone=len(self.rows) == 1)

    def _change(self) -> None:
        self.rows[self.chosen].show_stage(self.editor.stage)
        self._compute()

    def _add(self) -> None:
        self.chosen = len(self.rows)
        self.show_stages([*self.stages, ChainStage("identity")])

    def _remove(self) -> None:
        stages = self.stages
        del stages[self.chosen]
        self.show_stages(stages)

    def _raise(self) -> None:
        stages, k = self.stages, self.chosen
        stages[k - 1], stages[k] = stages[k], stages[k - 1]
        self.chosen = k - 1
        self.show_stages(stages)

    def _change_range(self) -> None:
        low, high = self.low.value(), self.high.value()
        is_range = low < high
        for box in (self.low, self.high):
            give_role(box.lineEdit(), "" if is_range else "warning")
        if not is_range:
            self.refused.emit(
                tr(
                    "x goes from a smaller to a larger number, not from {low:g} to {high:g}. Nothing was "
                    "changed."
                ).format(low=low, high=high)
            )
            return
        self._range = low, high
        self._compute()
        self.show_all()

    def _compute(self) -> None:
        self.composition = found = compose(self.stages, np.linspace(*self._range, N_POINTS))
        for k, row in enumerate(self.rows):
            row.show_values(found.x, found.values[k], found.gaps(k))
        self.formula.setText(f"f(x) = {formula(self.stages)}")
        self.formula.setToolTip(self.formula.text())
        sentences = found.remarks()
        pieces = self._pieces()
        self.remarks.setText(" ".join((*sentences, pieces)).strip())
        self.remarks.setToolTip(self.remarks.text())
        self.remarks.setVisible(bool(self.remarks.text()))
        give_role(self.remarks, "warning" if sentences else "muted")
        self._tell_network()
        self._show_at()

    def _network(self) -> tuple[Architecture, np.ndarray] | None:
        """Return the network that the chain is; None where a stage is no activation of networks."""
        if any(stage.function not in ACTIVATIONS for stage in self.stages):
            return None
        architecture = Architecture(
            (1,) * (len(self.rows) + 1), tuple(stage.function for stage in self.stages)
        )
        return architecture, np.array([number for stage in self.stages for number in (stage.w, stage.b)])

    def _pieces(self) -> str:
        network = self._network()
        if network is None or not has_pieces(network[0]):
            return ""
        n = len(linear_pieces(*network, *self._range))
        return tr("%n straight piece(s), of {units} units.", n).format(units=len(self.rows))

    def _tell_network(self) -> None:
        names = [stage.function for stage in self.stages if stage.function not in ACTIVATIONS]
        foreign = [tr(STAGE_FUNCTIONS[name].title) for name in names]
        sizes = "-".join("1" * (len(self.rows) + 1))
        self.network.setEnabled(not foreign)
        tip = (
            tr("No network has {functions} as an activation: they are for this view alone.").format(
                functions=", ".join(dict.fromkeys(foreign))
            )
            if foreign
            else tr("Display the network {sizes} that this chain is").format(sizes=sizes)
        )
        self.network.setToolTip(f"{self.network.text()}: {tip}")

    def _ask_network(self) -> None:
        network = self._network()
        assert network is not None, "the button is off"
        assert self.composition is not None, "it is computed with the stages"
        last = self.composition.values[-1]
        low, high = float(np.nanmin(last)), float(np.nanmax(last))
        if high <= low:
            low, high = low - 0.5, high + 0.5
        self.network_asked.emit(*network, self._range, (low, high), tr("Chain"))

    def _point(self, x: float | None) -> None:
        for row in self.rows:
            row.show_at(self.at.value() if x is None else x)

    def _show_at(self) -> None:
        self._point(None)

    def show_all(self) -> None:
        """Show the whole range in every plot."""
        for row in self.rows:
            row.plot.show_all()

    def numbers(self) -> NumberTable:
        """Return x and the value of every stage."""
        found = self.composition
        if found is None:
            return (), []
        names = ("x", *(row.symbol for row in self.rows))
        return names, np.vstack((found.x, found.values)).T.tolist()


def formula(stages: Sequence[ChainStage]) -> str:
    """Write a chain as one formula.

    Examples
    --------
    >>> formula([ChainStage("exp"), ChainStage("cosine", -2, 1)])
    'cos(−2·exp(x) + 1)'
    """
    text = "x"
    for nth, stage in enumerate(stages):
        text = _FORMS.get(stage.function, f"{stage.function}({{}})").format(_linear(stage, text))
        is_sum = stage.function == "identity" and stage.b != 0
        if is_sum and nth < len(stages) - 1:
            text = f"({text})"
    return text


def _linear(stage: ChainStage, inner: str) -> str:
    times = {1.0: inner, -1.0: f"−{inner}"}.get(stage.w, f"{four_figures(stage.w)}·{inner}")
    if stage.b == 0:
        return times
    return f"{times} {'+' if stage.b > 0 else '−'} {four_figures(abs(stage.b))}"
