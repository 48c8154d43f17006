"""The page This step: how far the loss should fall by a step of gradient descent, and how far it does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.insight.difference_quotient import BatchLoss, flatness_remark, free_gradient
from nnstudio.insight.directions import StepFalls, descent, step_falls
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Steps
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure, plain
from nnstudio.studio.painting.theme import appearance, colour, font, text_scale
from nnstudio.studio.panels.gradient.live_answer import LiveAnswer
from nnstudio.studio.panels.gradient.rates import RATE_DECADES, check_rate
from nnstudio.studio.panels.gradient.words import words_label
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.log_field import LogField
from nnstudio.studio.views.plot import Plot, Values, legend
from nnstudio.studio.views.responsive_box import ResponsiveBox

RATES = 10.0 ** np.linspace(*RATE_DECADES, 41)
N_STEPS = 10
PLOT_PX = QSize(170, 90)
ROW_FROM_PX = 400
TOLERANCE = 0.05


@dataclass(frozen=True, eq=False)
class StepReport:
    """What a step promises and brings, and what ten steps do.

    Attributes
    ----------
    here : float
        The loss at theta.
    chosen, falls : StepFalls
        Of the chosen rate alone, and of `RATES`.
    losses : ndarray of shape (k,), k ≤ 11
        Of ten steps, or fewer where one overflows.
    remark : str
    """

    here: float
    chosen: StepFalls
    falls: StepFalls
    losses: np.ndarray
    remark: str


@contained
class StepPage(QWidget):
    """Compares −η‖g‖² with L(θ − η g) − L(θ), and takes ten such steps, or ten with the wrong sign.

    Parameters
    ----------
    services : Services
    n_samples : callable () -> int
    parent : QWidget
    """

    def __init__(self, services: Services, n_samples: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self.report: StepReport | None = None
        self.answer = LiveAnswer(
            services, tr("The fall of a step"), n_samples, self._work, self._show, self._fail
        )
        self.controls = QWidget(self)
        self.plus = QCheckBox(tr("Plus sign"), self.controls)
        self.plus.setFont(font(11))
        self.plus.setToolTip(tr("Plus sign: the slip θ ← θ + η g, which climbs"))
        self.plus.clicked.connect(lambda _: self.answer.note_change())
        own = QHBoxLayout(self.controls)
        own.setContentsMargins(0, 0, 0, 0)
        own.addWidget(self.plus)
        self.rate = LogField("η", tr("the learning rate of the step"), RATE_DECADES, 0.1, check_rate, self)
        self.rate.changed.connect(lambda _: self.answer.note_change())
        self.rate.refused.connect(partial(services.say, warning=True))
        self.words = words_label(tr("Fall of the loss"), self)
        self.falls = Plot(
            tr("Change of the loss by the rate"), ("η", tr("change of L")), self, values_at=self._falls_at
        )
        self.falls.setToolTip(tr("What one step of rate η should change the loss by, and what it does"))
        self.falls.set_logarithmic(x=True, y=False)
        self.steps = Plot(tr("Loss over ten steps"), (tr("step"), "L"), self, values_at=self._loss_at)
        self.steps.setToolTip(tr("The loss after each of ten steps of the rate η, on the same samples"))
        self._predicted, self._real = (pg.PlotCurveItem() for _ in range(2))
        self._mark = pg.InfiniteLine(angle=90)
        for item in (self._predicted, self._real, self._mark):
            self.falls.addItem(item, ignoreBounds=True)
        self._losses = self.steps.plot([], [], symbol="o", symbolSize=5)
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self._legend.setToolTip(tr("Which curve is which"))
        self.words.setText(tr("Taking steps of many rates …"))
        self.falls.fit(RATE_DECADES, (-1.0, 0.2))
        self.steps.fit((0, N_STEPS), (0.0, 1.0))
        self._mark.setValue(np.log10(self.rate.value))
        self._lay_out()
        appearance.follow(self, self._restyle)
        self._restyle()

    def _lay_out(self) -> None:
        for plot in (self.falls, self.steps):
            plot.setMinimumSize(PLOT_PX * text_scale())
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.rate, 1)
        row.addWidget(self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.words)
        layout.addWidget(ResponsiveBox([(self.falls, 3), (self.steps, 2)], ROW_FROM_PX, PLOT_PX, self), 1)

    def _restyle(self) -> None:
        theme = appearance.theme
        self._predicted.setPen(pg.mkPen(colour(theme.positive), width=1.5, style=Qt.PenStyle.DashLine))
        self._real.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._mark.setPen(pg.mkPen(colour(theme.selection), width=1.5))
        self._losses.setPen(pg.mkPen(colour(theme.negative), width=1.5))
        self._losses.setSymbolPen(None)
        self._losses.setSymbolBrush(colour(theme.negative))
        names = ((theme.positive, "╌", tr("predicted")), (theme.negative, "━", tr("real")))
        self._legend.setText(legend(names))

    def note_change(self) -> None:
        """Ask again: something else is asked for."""
        self.answer.note_change()

    def _work(self, question: GradientQuestion) -> Steps[StepReport]:
        return _report(question, self.rate.value, 1 if self.plus.isChecked() else -1)

    def refresh(self, changes: Changes) -> None:
        """Show the step from the displayed weights."""
        self.answer.refresh(changes)

    def _show(self, report: StepReport) -> None:
        self.report = report
        falls, rate = report.falls, float(report.chosen.rates[0])
        seen = np.isfinite(falls.real)
        logs = np.log10(falls.rates)
        self._predicted.setData(logs, falls.predicted)
        self._real.setData(logs[seen], falls.real[seen])
        self._mark.setValue(np.log10(rate))
        # The deepest real change says what is to be seen.
        deepest = max(-float(falls.real[seen].min(initial=0)), 1e-9)
        highest = max(float(falls.real[seen].max(initial=0)), 1e-9)
        self.falls.fit(RATE_DECADES, (-1.6 * deepest, min(highest, deepest)))
        self._losses.setData(np.arange(len(report.losses)), report.losses)
        low, high = (
            float(report.losses.min(initial=report.here)),
            float(report.losses.max(initial=report.here)),
        )
        room = 0.08 * (high - low) or 1e-6
        self.steps.fit((0, N_STEPS), (low - room, high + room))
        for plot in (self.falls, self.steps):
            plot.update_cross()
        self.words.setText(_words(report, is_plus=self.plus.isChecked()))

    def _fail(self, sentence: str) -> None:
        self.report = None
        self.words.setText(sentence)

    def _falls_at(self, rate: float) -> Values:
        if self.report is None:
            return []
        falls, theme = self.report.falls, appearance.theme
        k = int(np.abs(np.log10(falls.rates / rate)).argmin())
        return [
            (theme.text, f"η = {falls.rates[k]:.2g}"),
            (theme.positive, tr("predicted {change}").format(change=figure(falls.predicted[k]))),
            (theme.negative, tr("real {change}").format(change=figure(falls.real[k]))),
        ]

    def _loss_at(self, step: float) -> Values:
        if self.report is None:
            return []
        k = min(max(round(step), 0), len(self.report.losses) - 1)
        return [
            (
                appearance.theme.text,
                tr("step {k}: L = {loss}").format(k=k, loss=figure(self.report.losses[k])),
            )
        ]

    def numbers(self) -> NumberTable:
        """Return both changes for each rate."""
        names = ("η", tr("predicted"), tr("real"))
        if self.report is None:
            return names, []
        falls = self.report.falls
        rows = zip(falls.rates.tolist(), falls.predicted.tolist(), falls.real.tolist(), strict=True)
        return names, list(rows)

    def show_all(self) -> None:
        """Show all again in both plots."""
        self.falls.show_all()
        self.steps.show_all()


def _report(question: GradientQuestion, rate: float, sign: int) -> Steps[StepReport]:
    """Take steps of many rates, on the worker's thread."""
    loss, grad = BatchLoss(question), free_gradient(question)
    here, chosen = loss(loss.theta), step_falls(loss, grad, np.array([rate]))
    real = np.empty(len(RATES))
    for k in range(len(RATES)):
        real[k] = step_falls(loss, grad, RATES[k : k + 1]).real[0]
        yield None
    losses = []
    for value in islice(descent(question, rate, sign=sign), N_STEPS + 1):
        losses.append(value)
        yield None
    falls = StepFalls(RATES, -RATES * float(grad @ grad), real)
    yield StepReport(here, chosen, falls, np.array(losses), flatness_remark(question))


def _words(report: StepReport, *, is_plus: bool) -> str:
    predicted, real = float(report.chosen.predicted[0]), float(report.chosen.real[0])
    if not predicted:
        return (
            tr("The gradient is 0 here: a step changes nothing. {remark}")
            .format(remark=report.remark)
            .strip()
        )
    if not np.isfinite(predicted) or not np.isfinite(report.here):
        return tr("The gradient is no number here: the weights are too large. Reset the network (R).")
    words = tr("Predicted −η‖g‖² = {predicted}, real {real}").format(
        predicted=figure(predicted), real=figure(real)
    )
    words += (
        tr(": {share} % of it.").format(share=plain(100 * real / predicted, 1)) if np.isfinite(real) else "."
    )
    kept = report.falls.kept_to(TOLERANCE)
    if kept is not None:
        words += " " + tr("Within 5 % up to η = {rate:.2g}.").format(rate=kept)
    changes = np.diff(report.losses)
    n = len(changes)
    n_risen = int(np.count_nonzero(changes > 0))
    if is_plus:
        words += " " + tr("θ + η g: the loss rises at {n_risen} of {n} steps.").format(n_risen=n_risen, n=n)
    else:
        words += " " + tr("Ten steps: the loss rises at {n_risen} of {n}.").format(n_risen=n_risen, n=n)
    return f"{words} {report.remark}".strip()
