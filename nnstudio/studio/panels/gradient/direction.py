"""The page Direction: the slope of the loss along one direction, by a quotient and by the gradient."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.difference_quotient import DifferenceError, check_step, flatness_remark
from nnstudio.insight.directions import (
    STEPS,
    DirectionReport,
    direction_report,
    downhill,
    toward,
    trained_direction,
    weight_direction,
)
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.insight.parameters import Parameter, coordinate_of
from nnstudio.language import tr, translatable
from nnstudio.studio.background.tasks import Steps
from nnstudio.studio.painting.numbers import figure, plain
from nnstudio.studio.painting.theme import appearance, font
from nnstudio.studio.panels.gradient.digits import in_colours, loss_digits, quotient_digits
from nnstudio.studio.panels.gradient.live_answer import LiveAnswer
from nnstudio.studio.panels.gradient.sweep_plot import SweepPlot
from nnstudio.studio.panels.gradient.words import words_label
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.log_field import LogField

SMALLEST_BOX = 60
STEP_DECADES = (-12, -1)
WEIGHT, RANDOM, DOWNHILL, OTHER = range(4)
KINDS = (
    (translatable("a weight"), translatable("the selected weight alone, or else the bias of the unit")),
    (translatable("random"), translatable("any direction, all as likely")),
    ("−gradient", translatable("the one in which the loss falls fastest")),
    (translatable("towards B"), translatable("towards the network B of Compare")),
)

Find = Callable[[np.ndarray, np.ndarray], np.ndarray]


class DirectionPage(QWidget):
    """Takes a difference quotient along a direction, and compares it with g·d.

    Parameters
    ----------
    services : Services
    n_samples : callable () -> int
    parent : QWidget
    """

    def __init__(self, services: Services, n_samples: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._by_hand = services.session, services.session.hand_gradient
        self._seed = 0
        self._remark = ""
        self.report: DirectionReport | None = None
        self.answer = LiveAnswer(
            services, tr("The slope along a direction"), n_samples, self._work, self._show, self._fail
        )
        self.controls = QWidget(self)
        self.kind = QComboBox(self.controls)
        self.kind.setFont(font(11))
        self.kind.setMinimumWidth(SMALLEST_BOX)
        self.kind.setAccessibleName(tr("Direction"))
        self.kind.setToolTip(f"{tr('Direction')}: {tr('of length 1, in which all weights change at once')}")
        for title, tip in KINDS:
            self.kind.addItem(tr(title))
            self.kind.setItemData(self.kind.count() - 1, tr(tip), 3)
        self.kind.setCurrentIndex(RANDOM)
        self.kind.activated.connect(lambda _: self._note_change())
        self.another = QToolButton(self.controls)
        self.another.setText(tr("Another"))
        self.another.setFont(font(11))
        self.another.setToolTip(f"{tr('Another')}: {tr('draw another random direction')}")
        self.another.clicked.connect(self._draw)
        tip = tr("how far to go in the direction; the same h as By hand")
        self.h = LogField("h", tip, STEP_DECADES, self._by_hand.h, check_step, self)
        self.h.changed.connect(lambda _: self._take_step())
        self.h.refused.connect(partial(services.say, warning=True))
        self.central = QToolButton(self.controls)
        self.central.setText("±h")
        self.central.setCheckable(True)
        self.central.setFont(font(11))
        self.central.setToolTip(f"±h: {tr('central')}, (L(θ + h d) − L(θ − h d)) / 2h")
        self.central.clicked.connect(lambda _: self._take_step())
        own = QHBoxLayout(self.controls)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(6)
        own.addWidget(self.kind)
        own.addWidget(self.central)
        own.addWidget(self.another)
        self.words = words_label(tr("Slope along the direction"), self)
        self.plot = SweepPlot(
            tr("error"),
            tr("|quotient − g·d| by h: one-sided it falls with h, central with h², until rounding rises"),
            (tr("one-sided"), tr("central")),
            STEPS,
            self,
        )
        self.numbers = self.plot.numbers
        self.show_all = self.plot.plot.show_all
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.h)
        layout.addWidget(self.words)
        layout.addWidget(self.plot, 1)
        self._by_hand.changed.connect(self._follow_step)
        services.session.selection.changed.connect(self._follow_selection)
        self._follow_step()
        appearance.follow(self, self._write)

    # What is asked for

    def note_change(self) -> None:
        """Ask again: something else is asked for."""
        self.answer.note_change()

    def _note_change(self) -> None:
        self.another.setVisible(self.kind.currentIndex() == RANDOM)
        self.answer.note_change()

    def _follow_selection(self) -> None:
        if self.kind.currentIndex() == WEIGHT:
            self.answer.note_change()

    def _draw(self) -> None:
        self._seed += 1
        self.answer.note_change()

    def _take_step(self) -> None:
        self._by_hand.set_step(self.h.value, central=self.central.isChecked())

    def _follow_step(self) -> None:
        by_hand = self._by_hand
        if by_hand.h != self.h.value:
            self.h.show_value(by_hand.h)
        self.central.setChecked(by_hand.is_central)
        self.plot.mark(by_hand.h)
        self.answer.note_change()

    def _find(self, architecture: Architecture) -> Find:
        """Return how the direction follows from theta and the gradient, for a thread."""
        kind = self.kind.currentIndex()
        if kind == DOWNHILL:
            return lambda _theta, grad: downhill(grad)
        if kind == RANDOM:
            seed = self._seed
            return lambda _theta, _grad: trained_direction(architecture, np.random.default_rng(seed))
        if kind == OTHER:
            other = self._session.other
            if other is None:
                raise DifferenceError(
                    tr("There is no B yet. Choose it in Compare, or another direction here.")
                )
            if other.architecture != architecture:
                raise DifferenceError(
                    tr(
                        "B has other layers than the network on show: there is no way to it. "
                        "Choose another B in Compare."
                    )
                )
            return lambda theta, _grad: toward(theta, other.theta)
        coordinate = self._chosen_weight(architecture)
        return lambda theta, _grad: weight_direction(theta.size, coordinate)

    def _chosen_weight(self, architecture: Architecture) -> int:
        selection = self._session.selection
        if selection.unit is None:
            return 0
        source = selection.source
        if source is None and not architecture.has_biases:
            source = 0
        return coordinate_of(architecture, Parameter(*selection.unit, source))

    # Answers

    def _work(self, question: GradientQuestion) -> Steps[DirectionReport]:
        self._remark = flatness_remark(question)
        find, by_hand = self._find(question.architecture), self._by_hand
        return _reports(question, find, by_hand.h, central=by_hand.is_central)

    def refresh(self, changes: Changes) -> None:
        """Show the slope for the displayed weights."""
        self.answer.refresh(changes)

    def _show(self, report: DirectionReport) -> None:
        self.report = report
        self._write()
        if report.errors is not None:
            self.plot.show_errors(report.errors.h, report.errors.one_sided, report.errors.central)

    def _fail(self, sentence: str) -> None:
        self.report = None
        self.words.setText(sentence)
        self.plot.show_errors(np.zeros(0), np.zeros(0), np.zeros(0))

    def _write(self) -> None:
        report = self.report
        if report is None:
            return
        quotient = report.quotient
        if not quotient.is_finite:
            self.words.setText(
                tr("A loss is no number there: the weights are too large. Reset the network (R).")
            )
            return
        names = ("L(θ)", "L(θ + h d)") if quotient.behind is None else ("L(θ − h d)", "L(θ + h d)")
        before = quotient.here if quotient.behind is None else quotient.behind
        losses = [in_colours(loss_digits(quotient, loss)) for loss in (before, quotient.ahead)]
        first = ", ".join(f"{name} = {loss}" for name, loss in zip(names, losses, strict=True))
        second = tr("quotient <b>{quotient}</b>, g·d = {slope}").format(
            quotient=in_colours(quotient_digits(quotient)), slope=f"{report.slope:.6g}".replace("-", "−")
        )
        third = tr("‖g‖ = {norm}, cos = {cosine}").format(
            norm=figure(report.norm), cosine=plain(report.cosine, 3)
        )
        self.words.setText(f"{first}<br>{second}; {third} {self._remark}".strip())


def _reports(question: GradientQuestion, find: Find, h: float, *, central: bool) -> Steps[DirectionReport]:
    """Find the slope in steps, on the worker's thread."""
    yield from direction_report(question, find, h, central=central)
