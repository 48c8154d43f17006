"""The rule at work: the line before and after a correction, the weights as arrows, and the count."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.language import tr
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.theme import appearance, colour, font, give_role, text_font, text_scale
from nnstudio.studio.panels.perceptron.words import bound_words, correction_words, number, state_words, vector
from nnstudio.studio.session.perceptron import PerceptronSamples
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot
from nnstudio.studio.views.responsive_box import ResponsiveBox

MOST_POINTS = 600
PLOT_PX, WORDS_PX = QSize(180, 180), QSize(170, 60)
ROW_FROM_PX = 400
MARGIN = 0.08
"""Around the plane, for the name of an arrow that ends at its edge."""
HEAD = 0.06
"""Length of an arrow's head, as a share of the plane."""


class RulePage(QWidget):
    """Makes corrections one by one, and shows what the last one changed.

    Parameters
    ----------
    services : Services
    parent : QWidget
    """

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._perceptron = services.session.perceptron
        self._space: InputSpace | None = None
        self._shown: PerceptronSamples | None = None
        self._is_of_two = True
        self.plot = Plot(tr("Perceptron's plane"), ("x₁", "x₂"), self, is_among_others=True)
        self.plot.setToolTip(
            tr("Where w points it fires. The line and the arrow before the last correction are thin")
        )
        # The arrow of the weights is at right angles to the line.
        self.plot.box.setAspectLocked(True)
        self.plot.setMinimumSize(PLOT_PX * text_scale())
        self._others, self._own = (pg.ScatterPlotItem(pxMode=True) for _ in range(2))
        self._ring = pg.ScatterPlotItem(symbol="o", pxMode=True, brush=None)
        self._lines = [pg.InfiniteLine(movable=False) for _ in range(2)]
        self._arrows = [pg.PlotCurveItem(connect="pairs", antialias=True) for _ in range(2)]
        self._name = pg.TextItem("w", anchor=(0.5, 0.5))
        for item in (self._others, self._own, *self._lines, *self._arrows, self._ring, self._name):
            self.plot.addItem(item, ignoreBounds=True)
        self.correct = QToolButton(self)
        services.actions["correct-perceptron"].setIconText(tr("Correct"))
        self.correct.setDefaultAction(services.actions["correct-perceptron"])
        self.finish = self._button(
            tr("To the end"),
            tr("Correct on, until every sample is right or the weights come back"),
            self._perceptron.finish,
        )
        self.zero = self._button(
            tr("From zero"),
            tr("Give this unit weights and bias 0, and begin there"),
            self._perceptron.start_at_zero,
        )
        self.correction, self.state, self.bound, self.remark = (self._words() for _ in range(4))
        self.state.setFont(font(11, bold=True))
        self.bound.setToolTip(
            tr(
                "R: length of the longest sample (x, 1); γ: how far the best line keeps from the nearest. "
                "From zero weights the rule ends after at most (R/γ)² corrections (Novikoff 1962)"
            )
        )
        for label in (self.bound, self.remark):
            give_role(label, "muted")
        self._lay_out()
        appearance.follow(self, self._restyle)
        self._restyle()

    def _button(self, text: str, tip: str, slot: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(f"{text}: {tip}")
        button.clicked.connect(lambda: slot())
        return button

    def _words(self) -> QLabel:
        label = QLabel("", self)
        label.setFont(font(11))
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _lay_out(self) -> None:
        column = QWidget(self)
        column.setMinimumSize(WORDS_PX * text_scale())
        words = QVBoxLayout(column)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(5)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (self.correct, self.finish, self.zero):
            button.setFont(font(11))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        row.addStretch(1)
        words.addLayout(row)
        for label in (self.state, self.correction, self.bound, self.remark):
            words.addWidget(label)
        words.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(ResponsiveBox([(self.plot, 3), (column, 2)], ROW_FROM_PX, PLOT_PX, self))

    def _restyle(self) -> None:
        theme = appearance.theme
        scale, edge = text_scale(), pg.mkPen(colour(theme.panel), width=1)
        for dots, (shape, code) in zip((self._others, self._own), self._marks(), strict=True):
            dots.setSymbol(shape)
            dots.setSize(round(8 * scale))
            dots.setPen(edge)
            dots.setBrush(pg.mkBrush(colour(code)))
        self._ring.setSize(round(17 * scale))
        self._ring.setPen(pg.mkPen(colour(theme.selection), width=2))
        before, after = colour(theme.muted), colour(theme.text)
        dashes = Qt.PenStyle.DashLine
        for item, pen in (
            (self._lines[0], pg.mkPen(before, width=1, style=dashes)),
            (self._lines[1], pg.mkPen(after, width=2)),
            (self._arrows[0], pg.mkPen(before, width=2)),
            (self._arrows[1], pg.mkPen(QColor(colour(theme.selection)), width=2.5)),
        ):
            item.setPen(pen)
        self._name.setColor(colour(theme.text))
        self._name.setFont(text_font(12, bold=True))

    def _marks(self) -> list[tuple[str, str]]:
        """Return shape and colour of the samples for which the unit should not fire, and of the others.

        Classes look as they do elsewhere; where there are more than two, all but the unit's are grey.
        """
        answer = 1 if self._shown is None else self._shown.answer
        own, other = (CLASS_MARKS[k % len(CLASS_MARKS)] for k in (answer, 1 - answer))
        name = appearance.theme.name
        others = (other.shape, other.colour_in(name)) if self._is_of_two else ("x", appearance.theme.muted)
        return [others, (own.shape, own.colour_in(name))]

    # What is shown

    def show_samples(self, space: InputSpace, samples: PerceptronSamples) -> None:
        """Show what is learned from, as points where it lies in a plane."""
        if samples is self._shown and space == self._space:
            return
        self._space, self._shown = space, samples
        self._is_of_two = samples.n_answers <= 2
        self._restyle()
        is_plane = space.spans_plane
        self.plot.setVisible(is_plane)
        if is_plane:
            for side, name in zip(("bottom", "left"), space.names, strict=True):
                self.plot.set_label(side, name)
            x, targets = samples.x[:MOST_POINTS], samples.targets[:MOST_POINTS]
            for dots, target in ((self._others, 0), (self._own, 1)):
                dots.setData(*x[targets == target].T)
            margins = MARGIN * (space.highs - space.lows)
            ends = (space.lows - margins).tolist(), (space.highs + margins).tolist()
            self.plot.fit(*zip(*ends, strict=True))
        n, n_all = len(samples.x), samples.n_all
        self.remark.setText(
            ""
            if n == n_all
            else tr("The rule goes through the first {n:,} of {n_all:,} samples.").format(n=n, n_all=n_all)
        )
        self.remark.setVisible(bool(self.remark.text()))
        self.bound.setText(bound_words(self._perceptron))

    def show_state(self) -> None:
        """Show the weights, and what the last correction changed."""
        perceptron, samples = self._perceptron, self._shown
        if samples is None or perceptron.samples is not samples:
            return
        last, weights = perceptron.last, perceptron.weights
        self.state.setText(state_words(perceptron))
        self.finish.setEnabled(not (perceptron.is_separated or perceptron.is_cycling))
        if last is None:
            words = tr("w = {w}, b = {b}.").format(w=vector(weights[:-1]), b=number(weights[-1]))
        else:
            words = correction_words(last, samples.x[last.sample], perceptron.n_corrections)
        self.correction.setText(words)
        if not self.plot.isHidden():
            self._draw(None if last is None else last.before, weights)
            at = [] if last is None else [samples.x[last.sample].tolist()]
            self._ring.setData(pos=np.array(at).reshape(-1, 2))

    def _draw(self, before: np.ndarray | None, now: np.ndarray) -> None:
        """Draw the lines z = 0 and the arrows of the weights; long arrows are drawn smaller, as named."""
        assert self._space is not None, "samples are shown"
        reach = float(np.abs((self._space.lows, self._space.highs)).max())
        longest = max(float(np.abs(each[:2]).max()) for each in (now, now if before is None else before))
        factor = round_up(longest / reach) if longest > reach else 1.0
        for line, arrow, weights in zip(self._lines, self._arrows, (before, now), strict=True):
            is_drawn = weights is not None and bool(weights[:2].any())
            line.setVisible(is_drawn)
            arrow.setVisible(is_drawn)
            if not is_drawn or weights is None:
                continue
            w, b = weights[:2], weights[2]
            line.setAngle(float(np.degrees(np.arctan2(w[0], -w[1]))))
            line.setPos((-b * w / (w @ w)).tolist())
            arrow.setData(*_arrow(w / factor, HEAD * reach))
        self._name.setVisible(bool(now[:2].any()))
        if now[:2].any():
            tip = now[:2] / factor
            name = tr("w / {factor}").format(factor=number(factor))
            self._name.setText("w" if factor == 1 else name)
            self._name.setPos(*(tip + 2 * HEAD * reach * tip / np.linalg.norm(tip)).tolist())


def _arrow(tip: np.ndarray, head: float) -> np.ndarray:
    """Return the ends of the strokes of an arrow from the origin, (2, 6): x and y of pairs."""
    along = tip / np.linalg.norm(tip)
    across = np.array((-along[1], along[0]))
    barbs = [tip - head * along + side * 0.5 * head * across for side in (1, -1)]
    return np.array([np.zeros(2), tip, tip, barbs[0], tip, barbs[1]]).T
