"""The drawing of a neuron, its labels, and the formula below, to which each label points."""

import math

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.panels.biology.parts import BETWEEN, PARTS
from nnstudio.studio.views.view import ARROWS, View

WIDTH, HEIGHT = 100.0, 50.0
"""Of the drawing, in its own units."""

LABEL_PX, ROW_PX, FORMULA_PX = 14, 34, 40
"""Heights of a line of a label, of one of the two rows of labels, and of the formula."""

REACH_PX = 14
"""How near to a part the pointer is on it."""

_AXONS = (
    (((0, 4), (4, 8.5), (8, 10), (13.2, 11.0)), (12.6, 10.9), True),
    (((0, 28), (4, 26), (8, 27), (12.2, 26.2)), (11.6, 26.3), False),
    (((0, 46), (6, 44), (10, 45), (15.4, 41.4)), (14.9, 41.8), True),
)
"""Axons of other cells: a curve, its end, and whether it excites."""

_DENDRITES = (
    ((36, 22), (30, 20), (27, 22), (16.0, 11.4)),
    ((27, 20.6), (23, 15), (22, 10), (23.5, 4)),
    ((35, 25), (28, 24), (22, 29), (14.6, 26.2)),
    ((24, 27), (21, 30), (18, 32), (12, 33)),
    ((36, 28), (31, 31), (27, 37), (18.0, 40.4)),
    ((28.5, 34), (28, 40), (29, 42), (28, 47)),
)
_ENDINGS = (
    ((86, 25), (90, 25), (90, 13), (96, 12)),
    ((86, 25), (90, 25), (92, 25), (97, 26)),
    ((86, 25), (90, 25), (90, 38), (95, 40)),
)
_SHEATHS = ((52, 60), (62, 70), (72, 80))
_IMPULSES = (54, 57, 59.5, 66, 68.5, 71, 73.5)


class NeuronDrawing(View):
    """A neuron with its parts named; what each became is a term of the formula.

    Attributes
    ----------
    chosen : int or None
        The part that stands out.
    """

    pointed = Signal(object)
    """The number of a part that was clicked or gone to, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Neuron of biology"), parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_design_minimum_size(360, 240)
        self.chosen: int | None = None
        self.setToolTip(tr("Click a part, or go from part to part by the arrow keys"))

    def choose(self, part: int | None) -> None:
        """Let a part stand out, or none."""
        if part != self.chosen:
            self.chosen = part
            self.setAccessibleDescription("" if part is None else part_words(part))
            self.update()

    # Geometry, in design pixels

    def _frame(self) -> QRectF:
        """Return where the drawing is."""
        width = float(self.design_width())
        height = max(float(self.design_height()) - 2 * ROW_PX - FORMULA_PX - 6, 40.0)
        scale = min(width / WIDTH, height / HEIGHT)
        size = QPointF(WIDTH * scale, HEIGHT * scale)
        return QRectF((width - size.x()) / 2, (height - size.y()) / 2, size.x(), size.y())

    def _place(self, x: float, y: float) -> QPointF:
        frame = self._frame()
        return QPointF(frame.left() + x * frame.width() / WIDTH, frame.top() + y * frame.height() / HEIGHT)

    def anchor(self, part: int) -> QPointF:
        """Return where a part is in the drawing."""
        return self._place(*PARTS[part].anchor)

    def label_box(self, part: int) -> QRectF:
        """Return where the name of a part is written, in one of two rows."""
        each = self.design_width() / len(PARTS)
        # As far as the lines of its neighbours, which are in the other row.
        left, right = max((part - 0.5) * each + 5, 0.0), min((part + 1.5) * each - 5, len(PARTS) * each)
        top = self.design_height() - FORMULA_PX - (2 - part % 2) * ROW_PX
        return QRectF(left, top, right - left, 2 * LABEL_PX)

    def term_box(self, part: int) -> QRectF:
        """Return where the term that a part became is written."""
        each = self.design_width() / len(PARTS)
        return QRectF(part * each, self.design_height() - FORMULA_PX, each, FORMULA_PX)

    def part_at(self, position: QPointF) -> int | None:
        """Return the part whose drawing, name or term is at a position."""
        for part in range(len(PARTS)):
            if self.term_box(part).contains(position) or self.label_box(part).contains(position):
                return part
        distances = [math.dist(self.anchor(part).toTuple(), position.toTuple()) for part in range(len(PARTS))]
        nearest = min(range(len(PARTS)), key=distances.__getitem__)
        return nearest if distances[nearest] <= REACH_PX else None

    def explain(self, position: QPoint) -> str:
        """Return what the part at a position is, and became."""
        part = self.part_at(QPointF(position))
        return "" if part is None else part_words(part)

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the part under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pointed.emit(self.part_at(self.place_of(event)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from part to part."""
        step = sum(ARROWS.get(Qt.Key(event.key()), (0, 0)))
        if not step:
            super().keyPressEvent(event)
            return
        first = -1 if step > 0 else 0
        self.pointed.emit(((first if self.chosen is None else self.chosen) + step) % len(PARTS))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cell, the names of its parts, and the formula."""
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_cell(painter)
        self._paint_labels(painter)
        self._paint_formula(painter)

    def _pen(self, code: str, width: float) -> QPen:
        """Return a pen whose width is in units of the drawing."""
        scale = self._frame().width() / WIDTH
        pen = QPen(colour(code), max(width * scale, 1.0))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _curve(self, points: tuple[tuple[float, float], ...]) -> QPainterPath:
        path = QPainterPath(self._place(*points[0]))
        path.cubicTo(*(self._place(*point) for point in points[1:]))
        return path

    def _dot(self, painter: QPainter, x: float, y: float, radius: float) -> None:
        scale = self._frame().width() / WIDTH
        painter.drawEllipse(self._place(x, y), radius * scale, radius * scale)

    def _paint_cell(self, painter: QPainter) -> None:
        theme = self.theme
        stands_out = [theme.selection if part == self.chosen else None for part in range(len(PARTS))]
        cell = theme.muted
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for points, _, _ in _AXONS:
            painter.setPen(self._pen(stands_out[0] or cell, 0.5))
            painter.drawPath(self._curve(points))
        painter.setPen(self._pen(stands_out[2] or cell, 1.1))
        for points in _DENDRITES:
            painter.drawPath(self._curve(points))
        # The cell body narrows to the axon at the place of the threshold.
        body = QPainterPath(self._place(33.5, 20))
        body.cubicTo(self._place(36, 14.5), self._place(44, 17.5), self._place(46, 23.6))
        body.lineTo(self._place(49, 24.3))
        body.lineTo(self._place(49, 25.7))
        body.lineTo(self._place(46, 26.4))
        body.cubicTo(self._place(44, 33), self._place(36, 35.5), self._place(33.5, 30))
        body.cubicTo(self._place(32.2, 27), self._place(32.2, 23), self._place(33.5, 20))
        painter.setPen(self._pen(stands_out[3] or cell, 0.7))
        painter.setBrush(colour(theme.control))
        painter.drawPath(body)
        painter.setBrush(colour(stands_out[3] or theme.control_hover))
        self._dot(painter, 38.5, 25, 2.4)
        painter.setPen(self._pen(stands_out[4] or cell, 1.6))
        painter.drawLine(self._place(46.4, 25), self._place(49, 25))
        painter.setPen(self._pen(stands_out[6] or cell, 1.0))
        painter.drawLine(self._place(49, 25), self._place(86, 25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for points in _ENDINGS:
            painter.drawPath(self._curve(points))
        painter.setBrush(colour(stands_out[6] or cell))
        for points in _ENDINGS:
            self._dot(painter, *points[-1], 1.1)
        painter.setPen(self._pen(stands_out[6] or cell, 0.5))
        painter.setBrush(colour(theme.control))
        for start, end in _SHEATHS:
            box = QRectF(self._place(start, 23.4), self._place(end, 26.6))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(self._pen(stands_out[5] or theme.text, 0.5))
        painter.drawLine(self._place(52, 20.5), self._place(76, 20.5))
        for x in _IMPULSES:
            painter.drawLine(self._place(x, 20.5), self._place(x, 16.5))
        for _, end, excites in _AXONS:
            painter.setPen(self._pen(stands_out[1] or theme.panel, 0.5))
            painter.setBrush(colour(theme.positive if excites else theme.negative))
            self._dot(painter, *end, 1.5)

    def _paint_labels(self, painter: QPainter) -> None:
        theme = self.theme
        for part, each in enumerate(PARTS):
            is_chosen = part == self.chosen
            box, term = self.label_box(part), self.term_box(part)
            middle = term.center().x()
            line_colour = QColor(colour(theme.selection if is_chosen else theme.muted))
            line_colour.setAlphaF(1.0 if is_chosen else 0.5)
            painter.setPen(QPen(line_colour, 2.0 if is_chosen else 1.0))
            painter.setBrush(line_colour)
            painter.drawLine(self.anchor(part), QPointF(middle, box.top() - 1))
            tip = QPointF(middle, term.top() + 6)
            painter.drawLine(QPointF(middle, box.bottom()), tip)
            painter.drawPolygon([tip, tip + QPointF(-3.5, -6), tip + QPointF(3.5, -6)])
            align = Qt.AlignmentFlag.AlignHCenter
            if box.left() <= 0:
                align = Qt.AlignmentFlag.AlignLeft
            elif box.right() >= self.design_width():
                align = Qt.AlignmentFlag.AlignRight
            line = QRectF(box.left(), box.top(), box.width(), LABEL_PX)
            self.write(painter, line, tr(each.name), size_px=11, bold=True, align=align)
            line.translate(0, LABEL_PX)
            self.write(painter, line, tr(each.became), size_px=11, muted=True, align=align)

    def _paint_formula(self, painter: QPainter) -> None:
        each = self.design_width() / len(PARTS)
        for part, text in enumerate(PARTS):
            code = self.theme.selection if part == self.chosen else None
            box = self.term_box(part).adjusted(0, 6, 0, 0)
            self.write(painter, box, text.term, size_px=17, bold=True, code=code, align=_CENTRE)
        painter.setFont(font(14))
        painter.setPen(colour(self.theme.muted))
        for place, sign in enumerate(BETWEEN, start=1):
            box = self.term_box(0).adjusted(0, 6, 0, 0).translated((place - 0.5) * each, 0)
            painter.drawText(box, _CENTRE | Qt.AlignmentFlag.AlignVCenter, sign)


_CENTRE = Qt.AlignmentFlag.AlignHCenter


def part_words(part: int) -> str:
    """Return what a part is, and what it became."""
    each = PARTS[part]
    return tr("{name} → {term}, the {became}: {text}").format(
        name=tr(each.name), term=each.term, became=tr(each.became), text=tr(each.text)
    )
