"""Loss and accuracy along the line between two networks' weights."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QSlider, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.plot import Plot, Values, round_up

WIDE_FROM_PX = 210
"""Width from which the accuracy has an axis of its own."""

LOWEST_PX = 98
"""Least height, for the words at the axes."""


@contained
class PathPlot(Plot):
    """Plots accuracy, thick and orange, and loss, thin and blue, over the share from A to B, in percent.

    Parameters
    ----------
    slider : QSlider
        Chooses the share on show.
    parent : QWidget, optional

    Notes
    -----
    Both curves have one range, 0 … 1: of the largest loss, rounded up, and of all samples. Their axes are
    scaled to it, so that both are zoomed as one.
    """

    def __init__(self, slider: QSlider, parent: QWidget | None = None) -> None:
        name = tr("Loss and accuracy between the networks")
        labels = (tr("A → B (%)"), tr("loss"), tr("right (%)"))
        super().__init__(name, labels, parent, values_at=self.values_at)
        self.setMinimumSize(106, LOWEST_PX)
        self.setToolTip(
            tr(
                "Loss and accuracy of the networks on the straight way from A to B: drag the yellow line.\n"
                "Measured at every 5 % on at most 1,000 samples of the test set"
            )
        )
        self._shares = np.zeros(0)
        self._losses = np.zeros(0)
        self._accuracies = np.zeros(0)
        self.getAxis("right").setScale(100)
        self._loss_curve = self.plot([], [])
        self._accuracy_curve = self.plot([], [])
        self.add_slider_line(slider)
        self.fit((0.0, 100.0), (0.0, 1.0))
        self.box.sigResized.connect(self._show_axis_of_accuracy)
        appearance.changed.connect(self._recolour)
        self._recolour()

    def _recolour(self) -> None:
        theme = appearance.theme
        self._loss_curve.setPen(pg.mkPen(colour(theme.positive), width=1))
        self._accuracy_curve.setPen(pg.mkPen(colour(theme.negative), width=2))
        self.style_axis("left", theme.positive)
        self.style_axis("right", theme.negative)

    def _show_axis_of_accuracy(self) -> None:
        self.getPlotItem().showAxis("right", self.width() >= WIDE_FROM_PX * text_scale())

    def show_path(
        self,
        shares: Sequence[float],
        losses: Sequence[float],
        accuracies: Sequence[float],
        share: float | None,
        hint: str,
    ) -> None:
        """Show values known at the first shares, 0…1, and mark one; ``hint`` is shown before."""
        self._shares = 100 * np.asarray(shares[: len(losses)], np.float64)
        self._losses, self._accuracies = np.asarray(losses, np.float64), np.asarray(accuracies, np.float64)
        is_known = len(losses) > 1
        self.show_hint("" if is_known else hint)
        top = round_up(max(float(self._losses.max()), 1e-9)) if len(losses) else 1.0
        self.getAxis("left").setScale(top)
        self._loss_curve.setData(self._shares, self._losses / top)
        self._accuracy_curve.setData(self._shares, self._accuracies)
        self.slider_line.setVisible(is_known and share is not None)
        if share is not None:
            self.slider_line.setValue(100 * share)
        self.update_cross()

    def values_at(self, share: float) -> Values:
        """Return a share, in percent, and loss and accuracy there."""
        if not len(self._shares) or not 0 <= share <= self._shares[-1]:
            return []
        theme = appearance.theme
        loss, accuracy = (
            np.interp(share, self._shares, values) for values in (self._losses, self._accuracies)
        )
        return [
            (theme.text, tr("{share:.0f} % from A to B").format(share=share)),
            (theme.positive, tr("loss {loss}").format(loss=figure(float(loss)))),
            (theme.negative, tr("accuracy {accuracy:.1f} %").format(accuracy=100 * accuracy)),
        ]

    def numbers(self) -> NumberTable:
        """Return the names of columns and the rows of what was measured."""
        columns = (self._shares.tolist(), self._losses.tolist(), (100 * self._accuracies).tolist())
        return ("from A to B (%)", "loss", "accuracy (%)"), list(zip(*columns, strict=True))
