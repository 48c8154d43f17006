"""Histogram of the unit's weights."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.panels.inspector.section import Section
from nnstudio.studio.panels.inspector.subject import Subject

N_BINS = 41
BARS_HEIGHT = 54
LINE_HEIGHT = 16


class HistogramSection(Section):
    """A histogram of the incoming weights, symmetrical about zero."""

    title = translatable("Weights")
    hint = translatable("How many of the neuron's incoming weights have which value; the middle is zero.")

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit with finite weights."""
        return subject.unit is not None and bool(np.isfinite(subject.w).all())

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of bars, axis and line."""
        return BARS_HEIGHT + 2 * LINE_HEIGHT + 2

    @staticmethod
    def _counts(subject: Subject) -> tuple[np.ndarray, float]:
        limit = float(np.abs(subject.w).max()) or 1.0
        bins = ((subject.w / limit + 1) / 2 * N_BINS).astype(int).clip(0, N_BINS - 1)
        return np.bincount(bins, minlength=N_BINS), limit

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a bin."""
        if self.subject is None:
            return ""
        counts, limit = self._counts(self.subject)
        k = min(max(int(position.x() / self.design_width() * N_BINS), 0), N_BINS - 1)
        low, high = (limit * (2 * edge / N_BINS - 1) for edge in (k, k + 1))
        return tr("%n weight(s) from {low} to {high}", int(counts[k])).format(
            low=signed(low, 3), high=signed(high, 3)
        )

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the bars, the axis and the mean and spread."""
        counts, limit = self._counts(subject)
        pitch = self.design_width() / N_BINS
        highest = max(int(counts.max()), 1)
        painter.setPen(Qt.PenStyle.NoPen)
        for k, count in enumerate(counts.tolist()):
            height = BARS_HEIGHT * count / highest
            middle = k == N_BINS // 2
            code = self.theme.positive if k > N_BINS // 2 else self.theme.negative
            painter.setBrush(colour(self.theme.muted if middle else code))
            painter.drawRect(QRectF(k * pitch, BARS_HEIGHT - height, max(pitch - 1, 1), height))
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(0, BARS_HEIGHT, self.design_width(), BARS_HEIGHT)
        axis = QRectF(0, BARS_HEIGHT + 1, self.design_width(), LINE_HEIGHT)
        align = Qt.AlignmentFlag
        self.write(painter, axis, signed(-limit), size_px=11, muted=True)
        self.write(painter, axis, "0", size_px=11, muted=True, align=align.AlignHCenter)
        self.write(painter, axis, signed(limit), size_px=11, muted=True, align=align.AlignRight)
        w = subject.w.astype(np.float64)
        text = tr("%n weight(s) · mean {mean} · spread {spread:.3f}", len(w)).format(
            mean=signed(float(w.mean()), 3), spread=float(w.std())
        )
        self.write(painter, axis.translated(0, LINE_HEIGHT), text, size_px=11, muted=True)
