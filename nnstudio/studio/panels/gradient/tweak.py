"""The page Tweak: random changes kept where they help, beside gradient descent."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.insight.random_search import Race, race, steps_to
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, font, text_scale
from nnstudio.studio.panels.gradient.rates import RATE_DECADES, check_rate
from nnstudio.studio.panels.gradient.words import words_label
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.hand_gradient import gradient_question
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.log_field import LogField
from nnstudio.studio.views.plot import Plot, Values, legend

N_TRIES = 500
LOWEST_PX = 90
SIZE_DECADES, GOAL_DECADES = (-3, 1), (-3, 1)


@contained
class TweakPage(QWidget):
    """Lets random tries and descent fall from the same weights, on copies of them.

    Parameters
    ----------
    services : Services
    n_samples : callable () -> int
    parent : QWidget
    """

    def __init__(self, services: Services, n_samples: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._n_samples = services.session, n_samples
        self._worker = BackgroundWorker("nnstudio-tweak", share=0.5)
        services.closing.connect(self._worker.stop)
        self._seed = 0
        self._architecture: Architecture | None = None
        self.race: Race | None = None
        self.controls = QWidget(self)
        self.run = QToolButton(self.controls)
        self.run.setFont(font(11))
        self.run.clicked.connect(self._press)
        self._show_busy()
        refuse = partial(services.say, warning=True)
        self.goal = LogField(
            "L ≤",
            tr("the loss to be reached, whose evaluations are counted"),
            GOAL_DECADES,
            0.3,
            check_rate,
            self,
        )
        self.size = LogField(
            "σ", tr("the standard deviation of a random change"), SIZE_DECADES, 0.1, check_rate, self
        )
        self.rate = LogField("η", tr("the learning rate of descent"), RATE_DECADES, 0.5, check_rate, self)
        self.goal.changed.connect(lambda _: self._write())
        for field in (self.goal, self.size, self.rate):
            field.refused.connect(refuse)
        own = QHBoxLayout(self.controls)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(6)
        own.addWidget(self.run)
        own.addWidget(self.goal)
        self.words = words_label(tr("Tries and descent"), self)
        self.words.setText(self._hint())
        self.plot = Plot(
            tr("Loss of tries and of descent"),
            (tr("evaluations of the loss"), "L"),
            self,
            values_at=self.values_at,
        )
        self.plot.setToolTip(tr("The least loss of the tries so far, and that of descent, by evaluations"))
        self.plot.setMinimumHeight(round(LOWEST_PX * text_scale()))
        self.show_all = self.plot.show_all
        self._tries, self._descent = (pg.PlotCurveItem() for _ in range(2))
        self._line = pg.InfiniteLine(angle=0)
        for item in (self._tries, self._descent, self._line):
            self.plot.addItem(item, ignoreBounds=True)
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self._legend.setToolTip(tr("Which curve is which"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.size, 1)
        row.addWidget(self.rate, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.words)
        layout.addWidget(self._legend)
        layout.addWidget(self.plot, 1)
        appearance.follow(self, self._restyle)
        self._restyle()
        self.plot.fit((0, N_TRIES), (0.0, 1.0))
        self._write()

    def _restyle(self) -> None:
        theme = appearance.theme
        self._tries.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._descent.setPen(pg.mkPen(colour(theme.positive), width=2))
        self._line.setPen(pg.mkPen(colour(theme.selection), width=1))
        names = ((theme.negative, tr("random tries")), (theme.positive, tr("descent")))
        self._legend.setText(legend((code, "━", name) for code, name in names))

    @staticmethod
    def _hint() -> str:
        return tr("Change all weights at random, and keep what lowers the loss: how many tries does it take?")

    def note_change(self) -> None:
        """Keep what was tried: it was asked for by hand."""

    def _press(self) -> None:
        if self._worker.is_busy:
            self._worker.cancel()
        else:
            self.begin()
        self._show_busy()

    def _show_busy(self) -> None:
        """Let the button say what it does now."""
        is_busy = self._worker.is_busy
        text = tr("Stop") if is_busy else tr("Try")
        if text != self.run.text():
            tip = (
                tr("try no more; what was tried stays")
                if is_busy
                else tr("500 random changes, each kept if the loss is less, and as many steps of descent")
            )
            self.run.setText(text)
            self.run.setToolTip(f"{text}: {tip}")

    def begin(self) -> None:
        """Try from the displayed weights, once the samples are there."""
        self.words.setText(tr("Waiting for the samples …"))
        self._session.training.with_problem(self._begin)

    def _begin(self) -> None:
        question = gradient_question(self._session.network, self._session.training, self._n_samples())
        self._seed += 1
        self._architecture = question.architecture
        steps = _race(question, self.size.value, self.rate.value, self._seed)
        self._worker.run(Task(lambda _: steps, self._show))

    def refresh(self, changes: Changes) -> None:
        """Show what has been tried."""
        if changes.network and self._session.network.architecture != self._architecture:
            self._worker.cancel()
            self.race = None
            self.words.setText(self._hint())
            self._draw(np.zeros(0), np.zeros(0))
        self._worker.poll()
        self._show_busy()

    def _show(self, found: Race) -> None:
        self.race = found
        self._draw(found.tweaks, found.descent)
        highest = float(found.tweaks[0]) if np.isfinite(found.tweaks[0]) else 1.0
        self.plot.fit((0, N_TRIES), (0.0, 1.1 * highest or 1.0))
        self._write()

    def _draw(self, tries: np.ndarray, descent: np.ndarray) -> None:
        self._tries.setData(np.arange(len(tries)), tries)
        self._descent.setData(np.arange(len(descent)), descent)
        self.plot.update_cross()

    def _write(self) -> None:
        self._line.setValue(self.goal.value)
        found = self.race
        if found is None:
            return
        n = len(found.tweaks) - 1
        to_goal = [_times(steps_to(losses, self.goal.value)) for losses in (found.tweaks, found.descent)]
        words = tr(
            "After {n} evaluations: tries {tries} ({kept} kept), descent {descent}. "
            "To L ≤ {goal:g}: {first} tries, {second} steps."
        )
        self.words.setText(
            words.format(
                n=n,
                tries=figure(found.tweaks[-1]),
                kept=found.n_kept,
                descent=figure(found.descent[-1]) if len(found.descent) else "–",
                goal=self.goal.value,
                first=to_goal[0],
                second=to_goal[1],
            )
        )

    def values_at(self, at: float) -> Values:
        """Return both losses after so many evaluations."""
        if self.race is None:
            return []
        k, theme = max(round(at), 0), appearance.theme
        values = [(theme.muted, tr("%n evaluation(s)", k))]
        for code, losses in ((theme.negative, self.race.tweaks), (theme.positive, self.race.descent)):
            if k < len(losses):
                values.append((code, f"L = {figure(losses[k])}"))
        return values

    def numbers(self) -> NumberTable:
        """Return both losses by evaluations."""
        names = (tr("evaluations"), tr("random tries"), tr("descent"))
        if self.race is None:
            return names, []
        descent = [*self.race.descent.tolist(), *[""] * (len(self.race.tweaks) - len(self.race.descent))]
        return names, list(zip(range(len(descent)), self.race.tweaks.tolist(), descent, strict=True))


def _times(n: int | None) -> str:
    return "–" if n is None else f"{n:,}"


def _race(question: GradientQuestion, size: float, rate: float, seed: int) -> Steps[Race]:
    """Try in portions, on the worker's thread."""
    yield from race(question, size, rate, N_TRIES, np.random.default_rng(seed))
