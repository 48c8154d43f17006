"""The unit's activation over the test set, class by class."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.insight.sample_results import SampleResults
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject

ROW_HEIGHT = 16
REMARK_HEIGHT = 17
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

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit, and there are classes."""
        return super().concerns(subject) and subject.output_space.traits.has_labels

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of a row for each class."""
        return REMARK_HEIGHT + ROW_HEIGHT * len(subject.output_space.class_names) + 3

    def _work_out(self, subject: Subject) -> None:
        if self._of is subject.results:
            return
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
        if subject.is_output:
            counted = subject.results.predicted[order] == subject.unit[1]
        active = np.concatenate(([0], np.cumsum(counted)))
        self._active = (active[edges[1:]] - active[edges[:-1]]) / np.maximum(counts, 1)

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a class: its quantiles."""
        k = (position.y() - REMARK_HEIGHT) // ROW_HEIGHT
        if (
            self.subject is None
            or self.subject.sample_activations is None
            or not 0 <= k < len(self.subject.output_space.class_names)
        ):
            return tr(self.hint)
        self._work_out(self.subject)
        name = self.subject.output_space.class_names[k]
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

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint a row for each class, or a message."""
        if subject.sample_activations is None:
            self.paint_waiting(painter, subject)
            return
        self._work_out(subject)
        finite = self._bands[np.isfinite(self._bands)]
        low, high = min(float(finite.min(initial=0)), 0.0), max(float(finite.max(initial=0)), 1e-9)
        name_width = min(12.0 + 7 * max(map(len, subject.output_space.class_names)), 72.0)
        left, right = name_width, self.design_width() - 44.0
        remark = tr("activation a, {low:.2f} … {high:.2f}").format(low=low, high=high).replace("-", "−")
        line = QRectF(0, 0, self.design_width(), REMARK_HEIGHT)
        self.write(painter, line, remark, size_px=11, muted=True)
        align = Qt.AlignmentFlag.AlignRight
        what = tr("answered") if subject.is_output else tr("above 0")
        self.write(painter, line, what, size_px=11, muted=True, align=align)
        scale = (right - left) / (high - low)
        zero = left - low * scale
        painter.setPen(QPen(colour(self.theme.line), 1))
        bottom = REMARK_HEIGHT + ROW_HEIGHT * len(subject.output_space.class_names)
        painter.drawLine(QPointF(zero, REMARK_HEIGHT), QPointF(zero, bottom))
        for k, name in enumerate(subject.output_space.class_names):
            top = REMARK_HEIGHT + ROW_HEIGHT * k
            self.write(painter, QRectF(3, top, name_width - 6, ROW_HEIGHT), name, size_px=11, muted=True)
            if np.isnan(self._bands[k, 0]):
                continue
            at = (left + (self._bands[k] - low) * scale).tolist()
            blue = self.theme.positive
            painter.fillRect(QRectF(at[0], top + 6, max(at[4] - at[0], 1), 4), colour(blue, 0.35))
            painter.fillRect(QRectF(at[1], top + 3, max(at[3] - at[1], 1), 10), colour(blue, 0.8))
            painter.fillRect(QRectF(at[2] - 1, top + 2, 2, 12), colour(self.theme.text))
            share = f"{100 * self._active[k]:.0f} %"
            box = QRectF(right, top, self.design_width() - right - 2, ROW_HEIGHT)
            self.write(painter, box, share, size_px=11, muted=True, align=align)
