"""The unit's weights and weight × input as pictures; in the plane, its activation."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.numbers import plain, scientific, signed
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, colour, signed_table
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.view import ARROWS

GAP = 8
CAPTION_HEIGHT = 17
LARGEST_SIDE = 190
N_MARKED = 5

FIELD_HINT = translatable(
    "This neuron's activation all over the plane: blue positive, orange negative. Ring: your point."
)


class TemplateSection(Section):
    """Two pictures side by side; a click on a pixel or the arrow keys choose a weight."""

    title = translatable("Template")
    hint = translatable(
        "Left: the weights of this neuron, one for each pixel: blue wants ink, orange wants paper.\n"
        "Right: weight × input, what each pixel adds to the sum now. The largest terms are framed."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def heading(self, subject: Subject) -> str:
        """Return the names of the pictures."""
        return tr(self.title) if subject.has_template else tr("Over the plane")

    def concerns(self, subject: Subject) -> bool:
        """Return whether weights form an image, or the input is a point of a plane."""
        return subject.has_template or subject.picture is not None

    def _side(self, width: int) -> float:
        return min((width - GAP) / 2, LARGEST_SIDE)

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of a caption and a picture."""
        return int(CAPTION_HEIGHT + self._side(width) * self._aspect(subject) + 4)

    @staticmethod
    def _aspect(subject: Subject) -> float:
        height, width = subject.input_space.shape if subject.has_template else (1, 1)
        return height / width

    def _boxes(self, subject: Subject) -> list[QRectF]:
        side = self._side(self.design_width())
        height = side * self._aspect(subject)
        return [QRectF(k * (side + GAP), CAPTION_HEIGHT, side, height) for k in range(2)]

    def _source_at(self, position: QPointF) -> int | None:
        if self.subject is None or not self.subject.has_template:
            return None
        height, width = self.subject.input_space.shape
        for box in self._boxes(self.subject):
            if box.contains(position):
                row = min(int((position.y() - box.top()) / box.height() * height), height - 1)
                column = min(int((position.x() - box.left()) / box.width() * width), width - 1)
                return row * width + column
        return None

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a weight and its term."""
        subject = self.subject
        source = self._source_at(QPointF(position))
        if source is None:
            in_plane = subject is not None and subject.picture is not None
            return self._explain_field(subject, QPointF(position)) if in_plane else tr(self.hint)
        lines = [
            tr("{source}: weight w = {w}").format(
                source=subject.source_name(source), w=signed(float(subject.w[source]), 4)
            )
        ]
        if subject.x is not None:
            x, term = float(subject.x[source]), float(subject.products[source])
            slope = float(subject.slopes.weights(*subject.unit)[source])
            lines += [
                tr("input x = {x} (0 paper … 1 ink)").format(x=plain(x)),
                tr("term w · x = {term}").format(term=signed(term, 4)),
                tr("gradient ∂L/∂w = {slope}").format(slope=scientific(slope)),
            ]
        return "\n".join(lines)

    def _explain_field(self, subject: Subject, place: QPointF) -> str:
        box = self._boxes(subject)[0]
        if not box.contains(place):
            return tr(FIELD_HINT)
        rows, columns = subject.picture.shape
        right, down = (place.x() - box.left()) / box.width(), (place.y() - box.top()) / box.height()
        a = float(subject.picture[min(int(down * rows), rows - 1), min(int(right * columns), columns - 1)])
        low, width = subject.input_space.low, subject.input_space.high - subject.input_space.low
        first, second = subject.input_space.names
        x1, x2 = plain(low + right * width), plain(low + (1 - down) * width)
        return tr("{first} = {x1}, {second} = {x2}: activation a = {a}").format(
            first=first, x1=x1, second=second, x2=x2, a=plain(a, 3)
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the weight in the list of terms."""
        self.attention.look_at(self._source_at(self.place_of(event)))

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the mark in other views."""
        self.attention.look_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the weight under the pointer."""
        source = self._source_at(self.place_of(event))
        if source is not None:
            self.attention.weight_chosen.emit(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the chosen weight with the arrow keys."""
        if self.subject is None or not self.subject.has_template or event.key() not in ARROWS:
            super().keyPressEvent(event)
            return
        height, width = self.subject.input_space.shape
        right, down = ARROWS[event.key()]
        start = self.subject.source
        row, column = (height // 2, width // 2) if start is None else divmod(start, width)
        if start is not None:
            row, column = min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1)
        self.attention.weight_chosen.emit(row * width + column)

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the pictures."""
        if not subject.has_template:
            self._paint_field(painter, subject)
            return
        pictures = [(tr("template"), subject.w)]
        if subject.products is not None:
            pictures.append((tr("× input"), subject.products))
        for box, (caption, flat) in zip(self._boxes(subject), pictures, strict=False):
            values = np.nan_to_num(flat).reshape(subject.input_space.shape)
            limit = float(np.abs(values).max())
            self._paint_picture(painter, box, values, limit, f"{caption} ±{limit:.2g}")
            self._paint_marks(painter, box, subject)

    def _paint_picture(
        self, painter: QPainter, box: QRectF, values: np.ndarray, limit: float, caption: str, **table: float
    ) -> None:
        room = QRectF(box.left(), 0, box.width(), CAPTION_HEIGHT)
        self.write(painter, room, caption, size_px=11, muted=True)
        index = np.ascontiguousarray(signed_index(values, limit))
        painter.drawImage(box, indexed_image(index, signed_table(self.theme, self.theme.window, **table)))
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _paint_marks(self, painter: QPainter, box: QRectF, subject: Subject) -> None:
        width = subject.input_space.shape[1]
        cell = box.width() / width
        yellow = colour(self.theme.selection)
        painter.setBrush(Qt.BrushStyle.NoBrush)

        def frame(source: int, thick: float, spare: float) -> None:
            row, column = divmod(source, width)
            place = QRectF(box.left() + column * cell, box.top() + row * cell, cell, cell)
            painter.setPen(QPen(yellow, thick))
            painter.drawRect(place.adjusted(-spare, -spare, spare, spare))

        if subject.x is not None:
            for source in subject.terms.index[:N_MARKED].tolist():
                frame(source, 1, 0.5)
        for source in {subject.source, self.attention.source} - {None}:
            frame(source, 2, 2.5)

    def _paint_field(self, painter: QPainter, subject: Subject) -> None:
        box = self._boxes(subject)[0]
        limit = float(np.abs(subject.picture).max())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        caption = tr("activation over the plane ±{limit:.2g}").format(limit=limit)
        self._paint_picture(painter, box, subject.picture, limit, "", exponent=FIELD_OPACITY_EXPONENT)
        room = QRectF(0, 0, self.design_width(), CAPTION_HEIGHT)
        self.write(painter, room, caption, size_px=11, muted=True)
        if subject.reading is None:
            return
        low, high = subject.input_space.low, subject.input_space.high
        x1, x2 = ((subject.reading.x - low) / (high - low)).tolist()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(self.theme.selection), 2))
        painter.drawEllipse(QPointF(box.left() + x1 * box.width(), box.bottom() - x2 * box.height()), 4, 4)
