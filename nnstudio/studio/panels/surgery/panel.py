"""The panel Surgery: change a weight, silence a unit, prune, and measure what is left."""

import numpy as np
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.surgery.pruning import PruningControls
from nnstudio.studio.panels.surgery.unit_edits import UnitEdits
from nnstudio.studio.panels.surgery.worker import PruningQuestion, PruningWorker
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services

NARROWEST_PX = 232


class SurgeryPanel:
    """Edits the displayed network, and shows its measure on the test set."""

    name = "surgery"
    title = translatable("Surgery")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._weight_editor = services.session, services.session.weight_editor
        self._pace = Pace(TEXT_PERIOD_S)
        self._problem: object = None
        self._chosen: object = None
        self.probe = PruningWorker()
        services.closing.connect(self.probe.stop)
        self.widget = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self.units = UnitEdits(services, self.widget)
        self.cuts = PruningControls(services, self.probe, self.widget)
        self.numbers, self.show_all = self.cuts.plot.numbers, self.cuts.plot.show_all
        self.result = QLabel("", self.widget)
        self.result.setFont(font(11, bold=True))
        self.result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.result.setToolTip(
            tr("How good the network was on the test set before the first operation, and is now")
        )
        self.hold = QCheckBox(tr("Keep at 0"), self.widget)
        self.hold.setFont(font(11))
        self.hold.setChecked(self._weight_editor.holds)
        self.hold.setToolTip(tr("What is taken away from now on stays so when training goes on"))
        self.hold.toggled.connect(self._choose_holding)
        actions = services.actions
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.units)
        layout.addWidget(self.cuts, 1)
        layout.addWidget(self.result)
        row = QHBoxLayout()
        row.addWidget(self.hold, 1)
        for name, text in (("undo-operation", tr("Undo")), ("redo-operation", tr("Redo"))):
            button = QToolButton(self.widget)
            actions[name].setIconText(text)
            button.setDefaultAction(actions[name])
            button.setFont(font(11))
            row.addWidget(button)
        layout.addLayout(row)

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        if changes.network:
            self.cuts.plot.set_measure(self._session.network.output_space.traits.measure)
            self.cuts.follow_network()
        if changes.weights:
            self.cuts.follow_weights()
        problem, chosen = self._session.training.problem, self.cuts.chosen
        if changes.weights or changes.network or problem is not self._problem or chosen != self._chosen:
            self._problem, self._chosen = problem, chosen
            self._ask()
        by_hand = changes.selection or changes.network
        if self._pace.due(by_hand or changes.weights, at_once=by_hand):
            self.units.show_unit()
        if self.probe.poll():
            self._show_result()

    def _ask(self) -> None:
        session = self._session
        problem = session.training.problem
        fits = problem is not None and problem.output_space.is_like(session.network.output_space)
        if not fits or not np.isfinite(session.network.displayed_weights).all():
            self.probe.ask(None)
            self.result.setText(tr("The test set is loaded with the first operation."))
            return
        reference = self._weight_editor.reference
        if reference is None:
            reference = session.network.displayed_weights
        question = PruningQuestion(
            session.network.architecture,
            reference,
            session.network.displayed_weights,
            self.cuts.base,
            self.cuts.chosen,
            problem.test,
            session.network.config.loss,
        )
        self.probe.ask(question, is_running=session.training.is_running)

    def _show_result(self) -> None:
        before, now = self.probe.before, self.probe.now
        self.cuts.show_count()
        if now is None:
            return
        has_before = before is not None and self._weight_editor.reference is not None
        measure = self._session.network.output_space.traits.measure
        if measure.is_share:
            text = tr("Test set: {now:.2f} % right").format(now=100 * now.score)
            if has_before:
                text = tr("Test set: {before:.2f} → {now:.2f} % right ({change})").format(
                    before=100 * before.score,
                    now=100 * now.score,
                    change=signed(100 * (now.score - before.score)),
                )
        else:
            values = [measure.text(each.score) for each in ((before, now) if has_before else (now,))]
            text = tr("Test set: {measure} {values}").format(
                measure=tr(measure.title), values=" → ".join(values)
            )
        self.result.setText(text)

    def _choose_holding(self, holds: bool) -> None:
        self._weight_editor.holds = holds
