"""The page 1,000 directions: how steep the loss is along random ones, beside the steepest of all."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnstudio.insight.directions import DirectionSlopes, slopes_along_random
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Steps
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure, four_figures
from nnstudio.studio.painting.theme import appearance, colour, font, text_scale
from nnstudio.studio.panels.gradient.live_answer import LiveAnswer
from nnstudio.studio.panels.gradient.words import words_label
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.plot import Plot, Values

N_BINS = 41
LOWEST_PX = 90


@contained
class DirectionsPage(QWidget):
    """A histogram of the slopes along random directions of length 1, with ±‖g‖ marked.

    Parameters
    ----------
    services : Services
    n_samples : callable () -> int
    parent : QWidget
    """

    def __init__(self, services: Services, n_samples: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._session = services.session
        self._seed = 0
        self.found: DirectionSlopes | None = None
        self.answer = LiveAnswer(
            services, tr("Drawing directions"), n_samples, self._work, self._show, self._fail
        )
        self.controls = QWidget(self)
        self.draw = QToolButton(self.controls)
        self.draw.setText(tr("Draw others"))
        self.draw.setFont(font(11))
        self.draw.setToolTip(tr("Draw others: 1,000 more random directions, for the weights as they are now"))
        self.draw.clicked.connect(self._draw)
        own = QHBoxLayout(self.controls)
        own.setContentsMargins(0, 0, 0, 0)
        own.addWidget(self.draw)
        self.words = words_label(tr("Slopes along random directions"), self)
        self.plot = Plot(
            tr("Slopes along random directions"),
            (tr("slope g·d"), tr("directions")),
            self,
            values_at=self.values_at,
        )
        self.plot.setToolTip(
            tr("How many of the directions have such a slope; yellow is ±‖g‖, which none goes beyond")
        )
        self.plot.setMinimumHeight(round(LOWEST_PX * text_scale()))
        self._edges, self._counts = np.linspace(-1, 1, N_BINS + 1), np.zeros(N_BINS)
        self._bars = pg.PlotCurveItem(self._edges, self._counts, stepMode="center", fillLevel=0, pen=None)
        self._marks = [pg.InfiniteLine(angle=90) for _ in range(2)]
        for item in (self._bars, *self._marks):
            self.plot.addItem(item, ignoreBounds=True)
        self.show_all = self.plot.show_all
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.words)
        layout.addWidget(self.plot, 1)
        appearance.follow(self, self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        theme = appearance.theme
        self._bars.setBrush(colour(theme.positive, 0.7))
        for mark in self._marks:
            mark.setPen(pg.mkPen(colour(theme.selection), width=2))

    def _draw(self) -> None:
        self._seed += 1
        self.answer.note_change()

    def note_change(self) -> None:
        """Ask again: something else is asked for."""
        self.answer.note_change()

    def _work(self, question: GradientQuestion) -> Steps[DirectionSlopes]:
        return _slopes(question, self._seed)

    def refresh(self, changes: Changes) -> None:
        """Show the slopes for the displayed weights."""
        self.answer.refresh(changes)

    def _show(self, found: DirectionSlopes) -> None:
        self.found = found
        if not np.isfinite(found.norm):
            self._fail(
                tr("The gradient is no number here: the weights are too large. Reset the network (R).")
            )
            return
        if not found.norm:
            self._fail(tr("The gradient is 0 here: the loss is flat in every direction."))
            return
        norm = found.norm
        self._edges = np.linspace(-norm, norm, N_BINS + 1)
        self._counts = np.histogram(found.slopes, self._edges)[0].astype(float)
        self._bars.setData(self._edges, self._counts)
        for mark, at in zip(self._marks, (-norm, norm), strict=True):
            mark.setValue(at)
            mark.show()
        self.plot.fit((-1.08 * norm, 1.08 * norm), (0.0, 1.1 * float(self._counts.max())))
        self.plot.update_cross()
        steepest = float(np.abs(found.slopes).max())
        words = tr(
            "{n:,} directions: the steepest has {steepest}, the gradient ‖g‖ = {norm}. Mean |cos| "
            "{mean:.4g}, √(2 / πn) = {expected:.4g} for n = {n_free:,}: a random direction is "
            "{times} times too flat."
        )
        self.words.setText(
            words.format(
                n=len(found.slopes),
                steepest=figure(steepest),
                norm=figure(norm),
                mean=found.mean_cosine,
                expected=found.expected_cosine,
                n_free=found.n_free,
                times=four_figures(round(1 / found.expected_cosine, 1)),
            )
        )

    def _fail(self, sentence: str) -> None:
        self.found = None
        self.words.setText(sentence)
        self._counts = np.zeros(N_BINS)
        self._bars.setData(self._edges, self._counts)
        for mark in self._marks:
            mark.hide()

    def values_at(self, slope: float) -> Values:
        """Return how many directions have such a slope."""
        k = int(np.searchsorted(self._edges, slope)) - 1
        if self.found is None or not 0 <= k < N_BINS:
            return []
        theme = appearance.theme
        between = f"{figure(self._edges[k])} … {figure(self._edges[k + 1])}"
        return [
            (theme.muted, tr("slope {between}").format(between=between)),
            (theme.positive, tr("%n direction(s)", int(self._counts[k]))),
        ]

    def numbers(self) -> NumberTable:
        """Return the slope of each direction."""
        slopes = [] if self.found is None else self.found.slopes.tolist()
        return (tr("slope g·d"),), [(slope,) for slope in slopes]


def _slopes(question: GradientQuestion, seed: int) -> Steps[DirectionSlopes]:
    """Draw directions in portions, on the worker's thread."""
    yield from slopes_along_random(question, np.random.default_rng(seed))
