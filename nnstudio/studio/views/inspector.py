"""One unit explained: its template, the sum with the real numbers in it, and what it pushes towards."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.studio.images import indexed_image, signed_index
from nnstudio.studio.theme import colour, font, signed_table
from nnstudio.studio.views.base import View, signed

LARGEST_TERMS = 5
MOST_IN_A_COLUMN = 14
COLUMN_GAP = 14


@dataclass(frozen=True)
class UnitReport:
    """What there is to say about one unit.

    Attributes
    ----------
    title : str
    activation : str
        Title of the activation function.
    w : ndarray of shape (fan_in,)
    b : float
    x : ndarray of shape (fan_in,) or None
        What enters the unit for the input at hand.
    z, a : float or None
    shape : tuple (height, width) or None
        The shape of ``w`` as a picture, where it is one.
    source : str
        Title of the layer before.
    source_names : tuple of str
        Names of what enters the unit; empty where it is units by their numbers.
    pushes : ndarray of shape (classes,) or None
        ∂ logit / ∂ a for each class.
    classes : tuple of str
    """

    title: str
    activation: str
    w: np.ndarray
    b: float
    x: np.ndarray | None
    z: float | None
    a: float | None
    shape: tuple[int, int] | None
    source: str
    source_names: tuple[str, ...]
    pushes: np.ndarray | None
    classes: tuple[str, ...]


class Inspector(View):
    """Shows a ``UnitReport``; what does not fit below is left out from the end."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setMinimumHeight(160)
        self._report: UnitReport | None = None
        self._pictures: list[tuple[QRectF, np.ndarray, str]] = []

    def show_unit(self, report: UnitReport | None) -> None:
        """Show a unit, or the hint that one can be clicked."""
        self._report = report
        self.update()

    def explain(self, position: QPoint) -> str:
        """Tell the weight or the term under the pointer."""
        for box, values, what in self._pictures:
            if box.contains(QPointF(position)):
                height, width = values.shape
                row = min(int((position.y() - box.top()) / box.height() * height), height - 1)
                column = min(int((position.x() - box.left()) / box.width() * width), width - 1)
                return f"{what} at row {row}, column {column}: {signed(values[row, column], 4)}"
        return ""

    def paintEvent(self, event: object) -> None:
        """Paint title, pictures or largest terms, formula and pushes, top to bottom."""
        painter = QPainter(self)
        self._pictures = []
        report = self._report
        if report is None:
            box = QRectF(0, 0, self.width(), 24)
            self.write(painter, box, "Neuron", size_px=13, bold=True)
            self.write(
                painter, box, "click any neuron", size_px=11, muted=True, align=Qt.AlignmentFlag.AlignRight
            )
            return
        self.write(painter, QRectF(0, 0, self.width(), 24), report.title, size_px=13, bold=True)
        y = 30.0
        y = (
            self._paint_pictures(painter, report, y)
            if report.shape
            else self._paint_terms(painter, report, y)
        )
        y = self._paint_formula(painter, report, y + 8)
        if report.pushes is not None:
            self._paint_pushes(painter, report, y + 8)

    def _paint_pictures(self, painter: QPainter, report: UnitReport, top: float) -> float:
        side = min((self.width() - 12) / 2, max(70.0, (self.height() - top - 120) * 0.5), 140.0)
        pictures = [("weight", "template", report.w)]
        if report.x is not None:
            pictures.append(("weight × input", "× input", report.w * report.x))
        for k, (what, caption, flat) in enumerate(pictures):
            values = flat.reshape(report.shape)
            box = QRectF(k * (side + 12), top + 17, side, side)
            limit = float(np.abs(values).max())
            index = np.ascontiguousarray(signed_index(values, limit))
            painter.drawImage(box, indexed_image(index, signed_table(self.theme, self.theme.window)))
            painter.setPen(QPen(colour(self.theme.line), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
            self._pictures.append((box, values, what))
            self.write(
                painter, QRectF(box.left(), top, side, 16), f"{caption} ±{limit:.2g}", size_px=11, muted=True
            )
        return top + 17 + side

    def _paint_terms(self, painter: QPainter, report: UnitReport, top: float) -> float:
        """List the largest terms of the sum, or the largest weights while there is no input."""
        terms = report.w if report.x is None else report.w * report.x
        what = "largest weights" if report.x is None else "largest terms w · a of the sum"
        self.write(
            painter, QRectF(0, top, self.width(), 16), f"{what}, from {report.source}", size_px=11, muted=True
        )
        order = np.argsort(-np.abs(terms), kind="stable")[:LARGEST_TERMS]
        names = [report.source_names[k] if report.source_names else f"unit {k}" for k in order.tolist()]
        box = QRectF(0, top + 18, self.width(), len(order) * 17.0)
        return self._paint_bars(painter, names, terms[order], box, 52, float(np.abs(terms).max()))

    def _paint_formula(self, painter: QPainter, report: UnitReport, top: float) -> float:
        lines, size = [f"b = {signed(report.b, 3)}"], 13
        if report.z is not None and report.a is not None:
            line = _sum_of(report, report.z, 3)
            if QFontMetricsF(font(13)).horizontalAdvance(line) > self.width() - 20:
                line, size = _sum_of(report, report.z, 2), 12
            lines = [line, f"a = {report.activation}(z) = {report.a:.3f}".replace("-", "−")]
        box = QRectF(0, top, self.width(), 14 + 19 * len(lines))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.bar))
        painter.drawRoundedRect(box, 6, 6)
        for k, text in enumerate(lines):
            self.write(painter, QRectF(10, top + 7 + 19 * k, self.width() - 20, 19), text, size_px=size)
        return box.bottom()

    def _paint_pushes(self, painter: QPainter, report: UnitReport, top: float) -> None:
        room = self.height() - top - 18
        n = len(report.classes)
        # Many classes take two columns.
        columns = 1 if n <= MOST_IN_A_COLUMN else 2
        rows = -(-n // columns)
        height = min(room / rows, 17.0)
        if height < 11:
            return
        text = "pushes towards: ∂ logit / ∂ a"
        self.write(painter, QRectF(0, top, self.width(), 16), text, size_px=11, muted=True)
        limit = float(np.abs(report.pushes).max())
        pitch = (self.width() + COLUMN_GAP) / columns
        longest = max(len(name) for name in report.classes)
        for first in range(0, n, rows):
            some = slice(first, first + rows)
            box = QRectF(
                first // rows * pitch, top + 18, pitch - COLUMN_GAP, height * len(report.classes[some])
            )
            label_width = 10 + 8 * min(longest, 8)
            self._paint_bars(
                painter, list(report.classes[some]), report.pushes[some], box, label_width, limit
            )

    def _paint_bars(
        self,
        painter: QPainter,
        names: list[str],
        values: np.ndarray,
        box: QRectF,
        label_width: float,
        limit: float,
    ) -> float:
        """Paint signed bars from a middle line, with names and numbers."""
        height = box.height() / max(len(names), 1)
        limit = max(limit, 1e-12)
        left, right = box.left() + label_width, box.right() - 58
        middle, half = (left + right) / 2, (right - left) / 2
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.top() + height * len(values)))
        for k, (name, value) in enumerate(zip(names, values.tolist(), strict=False)):
            y = box.top() + k * height
            self.write(painter, QRectF(box.left(), y, label_width - 4, height), name, size_px=11, muted=True)
            length = value / limit * half
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.positive if value > 0 else self.theme.negative))
            painter.drawRect(
                QRectF(min(middle, middle + length), y + height * 0.2, abs(length), height * 0.6)
            )
            number = QRectF(right + 4, y, 54, height)
            self.write(
                painter, number, signed(value), size_px=11, muted=True, align=Qt.AlignmentFlag.AlignRight
            )
        return box.top() + height * len(values)


def _sum_of(report: UnitReport, z: float, digits: int) -> str:
    """Write z as the sum that it is."""
    sign = "−" if report.b < 0 else "+"
    parts = (z - report.b, abs(report.b), z)
    terms, bias, total = (f"{part:.{digits}f}".replace("-", "−") for part in parts)
    return f"z = w · x + b = {terms} {sign} {bias} = {total}"
