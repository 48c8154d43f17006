"""The unit's activation over the test set, class by class."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.insight.sample_results import SampleResults
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.plot import Plot

ROW_HEIGHT = 16
AXIS_HEIGHT = 44
BAND, BOX = 0.25, 0.65
"""Heights of the bars, in rows."""

MOST_NAME_PX = 72
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


class ByClassSection(Section):
    """For each class a band from 5 to 95 %, a box of the middle half, and the median."""

    title = translatable("By class")
    hint = translatable(
        "The neuron's activation for the test samples of each class: the band holds 90 % of them, the box\n"
        "the middle half, the line is the median. At the right: for how many of them it is above 0,\n"
        "or, of an output, is the answer."
    )

    needs_test_set = True

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self._of: SampleResults | None = None
        self._bands = np.empty((0, len(SHARES)))
        self._active = np.empty(0)
        self.plot = Plot(
            tr("Activation by class"),
            (tr("activation a"), "", tr("above 0")),
            self,
            explain=self._explain_place,
            is_among_others=True,
        )
        self.figure = self.plot
        self._zero = pg.InfiniteLine(pos=0, angle=90)
        self._band, self._box = (pg.BarGraphItem(x0=[], x1=[], y=[], height=h) for h in (BAND, BOX))
        self._median = self.plot.plot([], [], connect="pairs")
        for item in (self._zero, self._band, self._box):
            self.plot.addItem(item, ignoreBounds=True)
        # In front of the boxes.
        self._median.setZValue(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        # After the plot's own styles.
        appearance.follow(self, self._style)
        self._style()

    def _style(self) -> None:
        theme = appearance.theme
        self._zero.setPen(pg.mkPen(colour(theme.line), width=1))
        for item, opacity in ((self._band, 0.35), (self._box, 0.8)):
            item.setOpts(pen=None, brush=colour(theme.positive, opacity))
        self._median.setPen(pg.mkPen(colour(theme.text), width=2))
        self._write_axes()

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit, and there are classes."""
        return super().concerns(subject) and subject.output_space.traits.has_labels

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of a row for each class, and of the axis."""
        return AXIS_HEIGHT + ROW_HEIGHT * len(subject.output_space.class_names)

    def _work_out(self, subject: Subject) -> None:
        self._of = subject.results
        a, labels = subject.sample_activations, subject.results.labels
        order = np.lexsort((a, labels))
        a, labels = a[order], labels[order]
        edges = np.searchsorted(labels, np.arange(len(subject.output_space.class_names) + 1))
        counts = np.diff(edges)
        # Nearest ranks of the sorted activations; a class without samples has none.
        ranks = edges[:-1, None] + np.round(np.multiply.outer(np.maximum(counts - 1, 0), SHARES)).astype(int)
        self._bands = np.where(counts[:, None] > 0, a[np.minimum(ranks, len(a) - 1)], np.nan)
        counted = a > 0
        if subject.is_output and subject.architecture.n_outputs > 1:
            counted = subject.results.predicted[order] == subject.unit[1]
        active = np.concatenate(([0], np.cumsum(counted)))
        self._active = (active[edges[1:]] - active[edges[:-1]]) / np.maximum(counts, 1)

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a class: its quantiles."""
        return self._explain_place(position) or tr(self.hint)

    def _explain_place(self, place: QPoint) -> str:
        subject = self.subject
        if subject is None or subject.sample_activations is None:
            return ""
        names = subject.output_space.class_names
        # Places beside the axes are in rows too.
        k = len(names) - 1 - round(self.plot.place_at(QPointF(place))[1])
        if not 0 <= k < len(names):
            return ""
        name = names[k]
        if np.isnan(self._bands[k, 0]):
            return tr("class {name}: no test samples").format(name=name)
        what = tr("the answer") if self.subject.is_output else tr("above 0")
        low, box_low, median, box_high, high = self._bands[k].tolist()
        return tr(
            "class {name}: median a = {median:.2f}, half from {box_low:.2f} to {box_high:.2f},\n"
            "90 % from {low:.2f} to {high:.2f}; {what} for {active:.0f} %"
        ).format(
            name=name,
            median=median,
            box_low=box_low,
            box_high=box_high,
            low=low,
            high=high,
            what=what,
            active=100 * self._active[k],
        )

    def draw(self, subject: Subject) -> None:
        """Draw the bands of all classes, from top to bottom, where they are others."""
        self.plot.show_hint("")
        if subject.sample_activations is None:
            self.plot.show_hint(subject.waits_for)
            self._of, self._bands, self._active = None, self._bands[:0], self._active[:0]
        elif self._of is subject.results:
            return
        else:
            self._work_out(subject)
        rows = np.flatnonzero(np.isfinite(self._bands[:, 0]))
        n, bands = len(subject.output_space.class_names), self._bands[rows]
        for item, low, high in ((self._band, 0, 4), (self._box, 1, 3)):
            item.setOpts(x0=bands[:, low], x1=bands[:, high], y=n - 1 - rows)
        self._median.setData(
            np.repeat(bands[:, 2], 2), (n - 1 - rows[:, None] + np.array((-BOX, BOX)) / 2).ravel()
        )
        low, high = min(float(bands.min(initial=0)), 0.0), float(bands.max(initial=0)) or 1.0
        self._write_axes()
        self.plot.fit((low, high), (-0.5, n - 0.5))

    def _write_axes(self) -> None:
        """Write the names of the classes at the left, and the shares at the right."""
        if self.subject is None or not self.concerns(self.subject):
            return
        names, metrics = self.subject.output_space.class_names, QFontMetricsF(text_font(11))
        widest = min(max(map(metrics.horizontalAdvance, names)) + 8, MOST_NAME_PX * text_scale())
        left, right = self.plot.getAxis("left"), self.plot.getAxis("right")
        places = range(len(names) - 1, -1, -1)
        short = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, widest - 6) for name in names]
        shares = [
            "" if np.isnan(low) else f"{100 * share:.0f} %"
            for low, share in zip(self._bands[:, 0], self._active, strict=True)
        ]
        left.setTicks([list(zip(places, short, strict=True))])
        left.setWidth(math.ceil(widest))
        right.setTicks([list(zip(places, shares, strict=False))])
        self.plot.set_label("right", tr("answered") if self.subject.is_output else tr("above 0"))
