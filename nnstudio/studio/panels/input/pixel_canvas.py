"""The canvas for pixels: a soft brush paints and erases on the very image that the network reads."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QUndoCommand
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, ink_table
from nnstudio.studio.panels.input.pixel_brush import brush
from nnstudio.studio.panels.input.stroke_canvas import StrokeCanvas
from nnstudio.studio.views.view import View


class _Change(QUndoCommand):
    """One step of the history: the image before and after, or None for none."""

    def __init__(
        self, sheet: "PixelCanvas", before: np.ndarray | None, after: np.ndarray | None, text: str
    ) -> None:
        super().__init__(text)
        self._sheet, self._before, self._after = sheet, before, after

    def undo(self) -> None:
        self._sheet._show(self._before)

    def redo(self) -> None:
        self._sheet._show(self._after)


class PixelCanvas(View):
    """Shows an image as a grid of pixels to be painted on.

    Parameters
    ----------
    strokes : Canvas
        The canvas for strokes: pen or eraser, the pen's width and the history are shared with it.

    Attributes
    ----------
    image : ndarray of shape (height, width), 0 … 1, or None
        None where there is none: the drawing of strokes is in force.
    """

    content_changed = Signal()

    def __init__(self, strokes: StrokeCanvas, parent: QWidget | None = None) -> None:
        super().__init__(tr("Pixel canvas"), parent)
        self.setAccessibleDescription(
            tr("Paint pixels with the mouse or a pen. Arrow keys move the frame, Shift with an arrow paints.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.set_design_minimum_size(80, 80)
        self.image: np.ndarray | None = None
        self._tools = strokes
        self._before: np.ndarray | None = None
        self._at: tuple[float, float] | None = None
        self._erases = False
        strokes.pen_width_changed.connect(self.update)

    # What lies on it

    def set_image(self, image: np.ndarray | None, text: str) -> None:
        """Show an image, shape (height, width), 0 … 1, or leave it; ``text`` names the step for undo."""
        self.finish()
        if image is not None or self.image is not None:
            self._tools.undo_stack.push(_Change(self, self.image, image, text))

    def _show(self, image: np.ndarray | None) -> None:
        self.image = image
        self.update()
        self.content_changed.emit()

    def put_aside(self) -> None:
        """Leave the image without a step of the history, because something else was put in its place."""
        self._before = self.image = None

    def finish(self) -> None:
        """Lift the brush: what it did is one step of the history."""
        before, self._before = self._before, None
        if before is not None and before is not self.image:
            self._tools.undo_stack.push(
                _Change(self, before, self.image, "Erase" if self._erases else "Paint")
            )

    # Layout

    def _box(self) -> QRectF:
        """Return the square of pixels, in the middle at the top."""
        height, width = (1, 1) if self.image is None else self.image.shape
        scale = min(self.design_width() / width, self.design_height() / height)
        return QRectF((self.design_width() - scale * width) / 2, 0.0, scale * width, scale * height)

    def _to_pixels(self, position: QPointF) -> tuple[float, float]:
        box = self._box()
        height, width = self.image.shape
        x = (position.x() - box.left()) / box.width() * width
        y = (position.y() - box.top()) / box.height() * height
        return min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))

    def _radius(self) -> float:
        """Return the brush's radius in pixels, from the pen's width."""
        return 0.5 * self._tools.pen_width * max(self.image.shape)

    def explain(self, position: QPoint) -> str:
        """Tell the pixel under the pointer."""
        if self.image is None or not self._box().contains(QPointF(position)):
            return ""
        x, y = self._to_pixels(QPointF(position))
        row, column = min(int(y), self.image.shape[0] - 1), min(int(x), self.image.shape[1] - 1)
        return tr(
            "pixel row {row}, column {column}: ink {ink:.2f} (0 paper … 1 full ink).\n"
            "Paint, or erase with the right button; P goes back to strokes."
        ).format(row=row, column=column, ink=self.image[row, column])

    # Gestures

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the brush (left) or the eraser (right) down."""
        if self.image is None or event.button() not in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.RightButton,
        ):
            return
        self.finish()
        self._begin(
            self._to_pixels(self.place_of(event)),
            erases=self._tools.erasing or event.button() == Qt.MouseButton.RightButton,
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint or erase along the way."""
        if self.image is None:
            return
        point = self._to_pixels(self.place_of(event))
        if self._before is not None:
            self._extend(point)
        else:
            self._at = point
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the brush."""
        self.finish()

    def leaveEvent(self, event: object) -> None:
        """Hide the brush's ring."""
        self._at = None
        self.update()

    def _begin(self, point: tuple[float, float], *, erases: bool) -> None:
        self._before, self._erases, self._at = self.image, erases, point
        self._extend(point)

    def _extend(self, point: tuple[float, float]) -> None:
        painted = brush(self.image, self._at, point, self._radius(), erases=self._erases)
        self._at = point
        if np.array_equal(painted, self.image):
            self.update()
        else:
            self._show(painted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move pixel by pixel with the arrow keys; with Shift held the brush is down."""
        step = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }.get(Qt.Key(event.key()))
        if step is None or self.image is None:
            super().keyPressEvent(event)
            return
        height, width = self.image.shape
        x, y = self._at or (width // 2 + 0.5, height // 2 + 0.5)
        reach = (min(max(x + step[0], 0.5), width - 0.5), min(max(y + step[1], 0.5), height - 0.5))
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self._before is None:
                self._begin((x, y), erases=self._tools.erasing)
            self._extend(reach)
        self._at = reach
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Lift the keyboard's brush with the Shift key."""
        if event.key() == Qt.Key.Key_Shift:
            self.finish()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: object) -> None:
        """Lift the brush when the keyboard goes elsewhere."""
        self.finish()
        self.update()

    # Painting

    def sizeHint(self) -> QSize:
        """Prefer the size of the design."""
        return self.magnified(QSize(254, 254))

    def paintEvent(self, event: object) -> None:
        """Paint the pixels, the lines between them and the brush's ring."""
        if self.image is None:
            return
        painter = self.painter()
        box = self._box()
        height, width = self.image.shape
        painter.drawImage(box, indexed_image(grey_index(self.image), ink_table(self.theme)))
        painter.setPen(QPen(colour(self.theme.line, 0.6), 1))
        side = box.width() / width
        lines = []
        for k in range(1, width):
            x = box.left() + k * side
            lines += [QPointF(x, box.top()), QPointF(x, box.bottom())]
        for k in range(1, height):
            y = box.top() + k * side
            lines += [QPointF(box.left(), y), QPointF(box.right(), y)]
        painter.drawLines(lines)
        painter.setPen(QPen(colour(self.theme.accent if self.hasFocus() else self.theme.line), 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._at is not None:
            erases = self._erases if self._before is not None else self._tools.erasing
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour(self.theme.negative if erases else self.theme.selection), 1.5))
            centre = QPointF(box.left() + self._at[0] * side, box.top() + self._at[1] * side)
            radius = max(self._radius() * side, 3.0)
            painter.drawEllipse(centre, radius, radius)
