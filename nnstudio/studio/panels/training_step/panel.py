"""The panel Training step: one training step on the current input, stage by stage."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.training_step.rows import stage_table
from nnstudio.studio.panels.training_step.table import StageNumbers
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.output_kinds import described, studio_kind
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.answer_field import AnswerField

SMALLEST = QSize(232, 200)
HINT = translatable(
    "A training step taken apart: Next goes forward through the layers, to the loss, back with the gradient, "
    "and to the update. The network view shows each stage; point at its units, or at the rows below, to "
    "learn what a number means."
)


class TrainingStepPanel:
    """Shows the current stage, with buttons to move through the stages."""

    name = "step"
    title = translatable("Step by step")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session, self._stepper = services, services.session, services.session.stepper
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_new = False
        self.widget = QWidget(parent)
        self.widget.setMinimumSize(SMALLEST)
        self.widget.setAccessibleName(tr(self.title))
        self.answer = AnswerField(parent=self.widget)
        self.answer.chosen.connect(self._stepper.choose_answer)
        self.answer.refused.connect(self._refuse)
        self.heading = self._line(bold=True)
        self.formula = self._line()
        self.formula.setWordWrap(True)
        self.hint = self._line()
        self.hint.setText(tr(HINT))
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "muted")
        self.table = StageNumbers(self.widget)
        self.numbers = self.table.numbers
        self.table.unit_chosen.connect(services.session.selection.select)
        self._stepper.serve(self.widget)
        self._stepper.changed.connect(self._note_change)
        self._lay_out(services)

    def _line(self, *, bold: bool = False) -> QLabel:
        label = QLabel("", self.widget)
        label.setFont(font(11, bold=bold))
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _lay_out(self, services: Services) -> None:
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.buttons = {}
        for name, text in (
            ("previous-stage", tr("Back")),
            ("next-stage", tr("Next")),
            ("take-step", tr("Take it")),
            ("leave-step", tr("Leave")),
        ):
            button = QToolButton(self.widget)
            services.actions[name].setIconText(text)
            button.setDefaultAction(services.actions[name])
            button.setFont(font(11))
            row.addWidget(button)
            self.buttons[name] = button
        layout.addLayout(row)
        row = QHBoxLayout()
        row.addWidget(self.answer)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(self.heading)
        layout.addWidget(self.formula)
        layout.addWidget(self.hint)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)

    def _note_change(self) -> None:
        self._is_new = True
        self._services.request_frame()

    def refresh(self, changes: Changes) -> None:
        """Update the step for the input and the weights, and show the stage."""
        if changes.network:
            self.answer.set_space(self._session.network.output_space, tr("as known"))
        by_hand = self._is_new or changes.network
        if self._pace.due(by_hand or changes.reading or changes.weights, at_once=by_hand):
            self._stepper.follow()
            self._is_new = False
            self._show()

    def _refuse(self, sentence: str) -> None:
        self._services.say(sentence, warning=True)

    def _show(self) -> None:
        stepper, network = self._stepper, self._session.network
        step, stage = stepper.step, stepper.stage
        is_typed = not network.output_space.traits.has_labels
        self.answer.show_answer(stepper.right_answer if is_typed else stepper.answer)
        self.buttons["take-step"].defaultAction().setEnabled(stage is not None)
        self.buttons["leave-step"].defaultAction().setEnabled(stage is not None)
        self.hint.setVisible(stage is None)
        self.table.setVisible(stage is not None)
        if stage is None:
            self.heading.setText("")
            self.formula.setText("")
            self.table.show_table(None)
            return
        space = network.output_space
        table = stage_table(step, stage, layer_names(network.architecture), space, network.config.loss)
        place, n = stepper.place
        words = tr("{place} of {n} · {title} · {right} {answer}").format(
            place=place,
            n=n,
            title=table.title,
            right=tr(studio_kind(space).right).lower(),
            answer=described(space, step.answer),
        )
        self.heading.setText(words)
        self.heading.setToolTip(words)
        self.formula.setText(table.formula)
        self.formula.setToolTip(table.formula)
        self.table.show_table(table)
