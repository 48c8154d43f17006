"""The page of the gradient check: backpropagation compared with numeric derivatives."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.insight.gradient_probe import (
    STEPS,
    GradientQuestion,
    GradientReport,
    ProbeRow,
    coordinates_of_layers,
    coordinates_of_unit,
    probe,
)
from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import caption, remark
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.gradient.sweep_plot import SweepPlot
from nnstudio.studio.panels.gradient.table import GradientTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.hand_gradient import gradient_question
from nnstudio.studio.session.services import Services

N_ROWS = 12
SHARE_OF_A_CORE = 0.5
SMALLEST_BOX = 56
MISTAKE_WORDS = {
    "none": translatable("as it is"),
    "mean": translatable("without 1 / n"),
    "biases": translatable("without biases"),
}
HINT = translatable(
    "Check compares the gradient of backpropagation with derivatives that are found by changing one weight "
    "at a time, and shows how the size of that change decides how good they are."
)


@contained
class CheckPage(QWidget):
    """Checks derivatives in the background and lists them.

    Parameters
    ----------
    services : Services
    n_samples : callable () -> int
        Returns of how many samples L is the mean loss.
    parent : QWidget

    Attributes
    ----------
    report : GradientReport or None
        The one that the table shows.
    """

    def __init__(self, services: Services, n_samples: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._selection = services.session, services.session.selection
        self._n_samples = n_samples
        self._worker = BackgroundWorker("nnstudio-gradient", share=SHARE_OF_A_CORE)
        services.closing.connect(self._worker.stop)
        self._question: GradientQuestion | None = None
        self.report: GradientReport | None = None
        row = QHBoxLayout()
        row.setSpacing(6)
        self.check = QToolButton(self)
        self.check.setText(tr("Check"))
        self.check.setFont(font(12))
        self.check.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.check.setToolTip(f"{tr('Check')}: {tr(HINT)}")
        self.check.clicked.connect(self.ask)
        row.addWidget(self.check)
        self.controls = QWidget(self)
        own = QHBoxLayout(self.controls)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(6)
        self.of = self._list(own, tr("Of"), tr("whose derivatives to check, the steepest of them"))
        self.of.addItem(tr("every layer"))
        self.of.addItem(tr("the selected unit"))
        tip = tr("the gradient as it is, or with a mistake that one makes by hand, to see the check find it")
        self.mistake = self._list(row, tr("Gradient"), tip)
        for mistake, words in MISTAKE_WORDS.items():
            self.mistake.addItem(tr(words), mistake)
        self.verdict = remark(tr(HINT), self)
        self.verdict.setWordWrap(True)
        self.verdict.setAccessibleName(tr("Verdict"))
        self.verdict.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addStretch(1)
        self.table = GradientTable(self)
        self.plot = SweepPlot(
            tr("relative error"),
            tr("Errors of the derivative along a random direction, relative to its size"),
            (tr("central difference"), tr("complex step")),
            STEPS,
            self,
        )
        self.numbers = self.plot.numbers
        self.show_all = self.plot.plot.show_all
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.plot)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.verdict)
        layout.addWidget(split, 1)

    def _list(self, row: QHBoxLayout, name: str, tip: str) -> QComboBox:
        box = QComboBox(self)
        box.setFont(font(11))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        # A narrow panel shortens the choices; the open list shows them whole.
        box.setMinimumWidth(SMALLEST_BOX)
        box.setAccessibleName(name)
        box.setToolTip(f"{name}: {tip}")
        row.addWidget(caption(name, box, self))
        row.addWidget(box)
        return box

    def note_change(self) -> None:
        """Keep the report: it was asked for by hand."""

    def ask(self) -> None:
        """Check the displayed weights, once the problem is loaded."""
        self.verdict.setText(tr("Waiting for the samples …"))
        self._session.training.with_problem(self._begin)

    def _begin(self) -> None:
        session = self._session
        question = gradient_question(
            session.network, session.training, self._n_samples(), self.mistake.currentData()
        )
        unit = self._selection.unit if self.of.currentIndex() == 1 else None
        self._question = question
        self.verdict.setText(tr("Checking …"))
        self._worker.run(Task(lambda _: _checked(question, unit), partial(self._show, question)))

    def refresh(self, changes: Changes) -> None:
        """Show new results."""
        question = self._question
        if changes.network and question and question.architecture != self._session.network.architecture:
            # The report is about another network.
            self._worker.cancel()
            self._question = self.report = None
            self.table.setRowCount(0)
            self.verdict.setText(tr(HINT))
        self._worker.poll()

    def _show(self, question: GradientQuestion, report: GradientReport) -> None:
        self.report = report
        self.table.show_rows(report.rows, _name)
        sweep = report.sweep
        self.plot.show_errors(sweep.h, sweep.central, sweep.complex)
        self.verdict.setText(self._verdict(report))

    def _verdict(self, report: GradientReport) -> str:
        if not report.is_done:
            return tr("Checking … {derivatives} derivatives, {steps} steps").format(
                derivatives=len(report.rows), steps=len(report.sweep.h)
            )
        rest = tr("backpropagation agrees with the complex step to rounding.")
        if report.worst > 1e-9:
            rest = tr("backpropagation is wrong: the complex step finds other derivatives.")
        return tr(
            "Largest difference {worst:.1e} of the largest derivative, on %n sample(s): {rest}",
            report.n_samples,
        ).format(worst=report.worst, rest=rest)


def _checked(question: GradientQuestion, unit: tuple[int, int] | None) -> Steps[GradientReport]:
    """Check in steps on the worker's thread, with a report after every step."""
    grad = question.gradient()
    yield
    if unit is None:
        coordinates = coordinates_of_layers(question.architecture, grad, N_ROWS)
    else:
        coordinates = coordinates_of_unit(question.architecture, *unit, grad, N_ROWS)
    yield from probe(question, coordinates, grad)


def _name(row: ProbeRow) -> str:
    """Return the name of a weight or bias, as in formulas."""
    return Parameter(int(row.block.split(".")[1]), *row.index).name
