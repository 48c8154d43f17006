"""The plane: the problem's points, the network's output over it, and the current input point."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.language import tr
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, colour, signed_table
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.views.view import View

KEY_STEP = 1 / 40
MAX_POINTS = 600


class Plane(View):
    """Shows a two-class problem in the plane; pressing or dragging sets the input point."""

    def __init__(self, document: InputDocument, parent: QWidget | None = None) -> None:
        super().__init__(tr("Plane"), parent)
        self.setAccessibleDescription(tr("Click to ask about a point; arrow keys move it."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.set_design_minimum_size(80, 80)
        self._document = document
        self._space: InputSpace | None = None
        self._points = np.empty((0, 2), np.float32)
        self._labels = np.empty(0, np.int64)
        self._field: np.ndarray | None = None
        document.x_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(254, 254))

    def set_space(self, space: InputSpace) -> None:
        """Set the plane's range and axis names, and clear points and outputs."""
        self._space, self._field = space, None
        self.set_points(np.empty((0, 2), np.float32), np.empty(0, np.int64))

    def set_points(self, points: np.ndarray, labels: np.ndarray) -> None:
        """Show points (n, 2) with labels (n,), the first 600 of them."""
        self._points, self._labels = points[:MAX_POINTS], labels[:MAX_POINTS]
        self.update()

    def show_field(self, outputs: np.ndarray) -> None:
        """Show outputs on a grid, shape (classes, side, side): second class minus first."""
        self._field = np.ascontiguousarray(signed_index(outputs[1] - outputs[0], 1.0))
        self.update()

    def _box(self) -> QRectF:
        side = min(self.design_width(), self.design_height())
        return QRectF((self.design_width() - side) / 2, 0, side, side).adjusted(1, 1, -1, -1)

    def _to_screen(self, points: np.ndarray) -> np.ndarray:
        box, space = self._box(), self._space
        share = (np.asarray(points, np.float64) - space.low) / (space.high - space.low)
        return np.stack(
            (box.left() + share[:, 0] * box.width(), box.bottom() - share[:, 1] * box.height()), axis=1
        )

    def _to_point(self, position: QPointF) -> tuple[float, float]:
        box, space = self._box(), self._space
        x = min(max((position.x() - box.left()) / box.width(), 0.0), 1.0)
        y = min(max((box.bottom() - position.y()) / box.height(), 0.0), 1.0)
        return space.low + x * (space.high - space.low), space.low + y * (space.high - space.low)

    @property
    def _point(self) -> tuple[float, float] | None:
        """The current input point."""
        x = self._document.x
        if x is None or self._space is None or len(x) != self._space.n_features:
            return None
        return float(x[0]), float(x[1])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the input point to the pointer."""
        self._document.choose_point(self._to_point(self.place_of(event)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the input point."""
        if event.buttons():
            self._document.choose_point(self._to_point(self.place_of(event)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the input point by arrow keys."""
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None or self._space is None:
            super().keyPressEvent(event)
            return
        middle = (self._space.low + self._space.high) / 2
        step = (self._space.high - self._space.low) * KEY_STEP
        old = self._point or (middle, middle)
        low, high = self._space.low, self._space.high
        x, y = (min(max(value + by * step, low), high) for value, by in zip(old, move, strict=True))
        self._document.choose_point((x, y))

    def explain(self, position: QPoint) -> str:
        """Return the hover text: the coordinates."""
        if self._space is None or not self._box().contains(QPointF(position)):
            return ""
        x, y = self._to_point(QPointF(position))
        first, second = self._space.names
        return tr("{first} = {x:.2f}, {second} = {y:.2f}; click to ask the network about it").format(
            first=first, x=x, second=second, y=y
        )

    def paintEvent(self, event: object) -> None:
        """Paint the outputs, the points and the input point."""
        if self._space is None:
            return
        painter = self.painter()
        box = self._box()
        painter.fillRect(box, colour(self.theme.panel))
        if self._field is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(0.55)
            colours = signed_table(self.theme, exponent=FIELD_OPACITY_EXPONENT)
            painter.drawImage(box, indexed_image(self._field, colours))
            painter.setOpacity(1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self._to_screen(self._points) if len(self._points) else np.empty((0, 2))
        for label, code in ((0, self.theme.negative), (1, self.theme.positive)):
            painter.setBrush(colour(code))
            painter.setPen(QPen(colour(self.theme.panel), 1))
            for x, y in places[self._labels == label].tolist():
                # Classes differ in shape as well as in colour.
                if label:
                    painter.drawEllipse(QPointF(x, y), 3.2, 3.2)
                else:
                    painter.drawRect(QRectF(x - 2.7, y - 2.7, 5.4, 5.4))
        point = self._point
        if point is not None:
            ((x, y),) = self._to_screen(np.array([point])).tolist()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(self.theme.selection), 2))
            painter.drawEllipse(QPointF(x, y), 7, 7)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.accent if self.hasFocus() else self.theme.line), 1))
        painter.drawRect(box)
        first, second = self._space.names
        low, high = (f"{edge:g}".replace("-", "−") for edge in (self._space.low, self._space.high))
        edge = box.adjusted(6, 4, -6, -4)
        bottom = QRectF(edge.left(), edge.bottom() - 16, edge.width(), 16)
        self.write(painter, bottom, f"{first}: {low} … {high}", size_px=11, align=Qt.AlignmentFlag.AlignRight)
        self.write(
            painter,
            QRectF(edge.left(), edge.top(), edge.width(), 16),
            f"{second}: {low} … {high}",
            size_px=11,
        )
