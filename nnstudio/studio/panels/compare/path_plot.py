"""Loss and measure along the line between two networks' weights."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QSlider, QWidget

from nnstudio.data.output_kinds import ACCURACY, Measure
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values

WIDE_FROM_PX = 210
"""Width from which the measure has an axis of its own."""

LOWEST_PX = 98
"""Least height, for the words at the axes."""


@contained
class PathPlot(Plot):
    """Plots the measure, thick and orange, and loss, thin and blue, over the share from A to B, in percent.

    Parameters
    ----------
    slider : QSlider
        Chooses the share on show.
    parent : QWidget, optional

    Notes
    -----
    Both curves have one range, 0 … 1: of the largest loss, rounded up, and of all samples, or of the largest
    value of a measure that is no share. Their axes are scaled to it, so that both are zoomed as one.
    """

    def __init__(self, slider: QSlider, parent: QWidget | None = None) -> None:
        name = tr("Loss and measure between the networks")
        self._measure = ACCURACY
        labels = (tr("A → B (%)"), tr("loss"), _label(self._measure))
        super().__init__(name, labels, parent, values_at=self.values_at)
        self.setMinimumSize(106, LOWEST_PX)
        self.setToolTip(
            tr(
                "Loss and measure of the networks on the straight way from A to B: drag the yellow line.\n"
                "Measured at every 5 % on at most 1,000 samples of the test set"
            )
        )
        self._shares = np.zeros(0)
        self._losses = np.zeros(0)
        self._scores = np.zeros(0)
        self._loss_curve = self.plot([], [])
        self._score_curve = self.plot([], [])
        self.add_slider_line(slider)
        self.fit((0.0, 100.0), (0.0, 1.0))
        self.box.sigResized.connect(self._show_axis_of_score)
        appearance.follow(self, self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme = appearance.theme
        self._loss_curve.setPen(pg.mkPen(colour(theme.positive), width=1))
        self._score_curve.setPen(pg.mkPen(colour(theme.negative), width=2))
        self.style_axis("left", theme.positive)
        self.style_axis("right", theme.negative)

    def _show_axis_of_score(self) -> None:
        self.getPlotItem().showAxis("right", self.width() >= WIDE_FROM_PX * text_scale())

    def set_measure(self, measure: Measure) -> None:
        """Set what the thick curve is of."""
        if measure is not self._measure:
            self._measure = measure
            self.set_label("right", _label(measure))
            self._recolour()

    def show_path(
        self,
        shares: Sequence[float],
        losses: Sequence[float],
        scores: Sequence[float],
        share: float | None,
        hint: str,
    ) -> None:
        """Show values known at the first shares, 0…1, and mark one; ``hint`` is shown before."""
        self._shares = 100 * np.asarray(shares[: len(losses)], np.float64)
        self._losses, self._scores = np.asarray(losses, np.float64), np.asarray(scores, np.float64)
        is_known = len(losses) > 1
        self.show_hint("" if is_known else hint)
        top = _top(self._losses) if len(losses) else 1.0
        best = 1.0 if self._measure.is_share or not len(scores) else _top(self._scores)
        self.getAxis("left").setScale(top)
        self.getAxis("right").setScale(100 if self._measure.is_share else best)
        self._loss_curve.setData(self._shares, self._losses / top)
        self._score_curve.setData(self._shares, self._scores / best)
        self.slider_line.setVisible(is_known and share is not None)
        if share is not None:
            self.slider_line.setValue(100 * share)
        self.update_cross()

    def values_at(self, share: float) -> Values:
        """Return a share, in percent, and loss and measure there."""
        if not len(self._shares) or not 0 <= share <= self._shares[-1]:
            return []
        theme = appearance.theme
        loss, score = (
            float(np.interp(share, self._shares, values)) for values in (self._losses, self._scores)
        )
        return [
            (theme.text, tr("{share:.0f} % from A to B").format(share=share)),
            (theme.positive, tr("loss {loss}").format(loss=figure(loss))),
            (theme.negative, f"{tr(self._measure.title)} {self._measure.text(score)}"),
        ]

    def numbers(self) -> NumberTable:
        """Return the names of columns and the rows of what was measured."""
        scores = self._measure.factor * self._scores
        columns = (self._shares.tolist(), self._losses.tolist(), scores.tolist())
        return ("from A to B (%)", "loss", self._measure.titled()), list(zip(*columns, strict=True))


def _label(measure: Measure) -> str:
    return tr("right (%)") if measure.is_share else tr(measure.title)


def _top(values: np.ndarray) -> float:
    return round_up(max(float(values.max()), 1e-9))
