"""The pixel editor: a soft brush paints and erases on the network's input image."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, ink_table
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.views.view import ARROWS, View


class PixelCanvas(View):
    """Edits and shows the pixels of the input document as a grid.

    Parameters
    ----------
    document : InputDocument
    parent : QWidget, optional
    """

    def __init__(self, document: InputDocument, parent: QWidget | None = None) -> None:
        super().__init__(tr("Pixel canvas"), parent)
        self.setAccessibleDescription(
            tr("Paint pixels with the mouse or a pen. Arrow keys move the frame, Shift with an arrow paints.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.set_design_minimum_size(80, 80)
        self._document = document
        self._at: tuple[float, float] | None = None
        document.content_changed.connect(self.update)
        document.pen_width_changed.connect(self.update)

    @property
    def _image(self) -> np.ndarray | None:
        return self._document.content.pixels

    # Layout

    def _box(self) -> QRectF:
        """Return the box of the pixels, centred at the top."""
        height, width = (1, 1) if self._image is None else self._image.shape
        scale = min(self.design_width() / width, self.design_height() / height)
        return QRectF((self.design_width() - scale * width) / 2, 0.0, scale * width, scale * height)

    def _to_pixels(self, position: QPointF) -> tuple[float, float]:
        box = self._box()
        height, width = self._image.shape
        x = (position.x() - box.left()) / box.width() * width
        y = (position.y() - box.top()) / box.height() * height
        return min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pixel."""
        if self._image is None or not self._box().contains(QPointF(position)):
            return ""
        x, y = self._to_pixels(QPointF(position))
        row, column = min(int(y), self._image.shape[0] - 1), min(int(x), self._image.shape[1] - 1)
        ink = float(self._image[row, column])
        return tr(
            "pixel row {row}, column {column}: ink {ink:.2f} (0 paper … 1 full ink), {byte:.0f} of 255; "
            "entry {entry:,} of the list.\n"
            "Paint, or erase with the right button; P goes back to strokes."
        ).format(row=row, column=column, entry=row * self._image.shape[1] + column, ink=ink, byte=255 * ink)

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start painting (left button) or erasing (right)."""
        if self._image is None or event.button() not in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.RightButton,
        ):
            return
        self._at = self._to_pixels(self.place_of(event))
        erases = self._document.erasing or event.button() == Qt.MouseButton.RightButton
        self._document.begin_painting(self._at, erases=erases)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint or erase along the movement."""
        if self._image is None:
            return
        self._at = self._to_pixels(self.place_of(event))
        self._document.extend(self._at)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End painting."""
        self._document.finish_gesture()

    def leaveEvent(self, event: object) -> None:
        """Hide the brush's ring."""
        self._at = None
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu key to the panel; the right button erases."""
        event.setAccepted(event.reason() == QContextMenuEvent.Reason.Mouse)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a pixel with the arrow keys; with Shift held they paint."""
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None or self._image is None:
            super().keyPressEvent(event)
            return
        height, width = self._image.shape
        x, y = self._at or (width // 2 + 0.5, height // 2 + 0.5)
        reach = (min(max(x + step[0], 0.5), width - 0.5), min(max(y + step[1], 0.5), height - 0.5))
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not self._document.is_gesture:
                self._document.begin_painting((x, y), erases=self._document.erasing)
            self._document.extend(reach)
        self._at = reach
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End painting by keyboard when Shift is released."""
        if event.key() == Qt.Key.Key_Shift:
            self._document.finish_gesture()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: object) -> None:
        """End painting by keyboard when the focus is lost."""
        self._document.finish_gesture()
        self.update()

    # Painting

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(254, 254))

    def paintEvent(self, event: object) -> None:
        """Paint the pixels, the lines between them and the brush's ring."""
        if self._image is None:
            return
        painter = self.painter()
        box = self._box()
        height, width = self._image.shape
        painter.drawImage(box, indexed_image(grey_index(self._image), ink_table(self.theme)))
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
            erases = self._document.is_erasing
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour(self.theme.negative if erases else self.theme.selection), 1.5))
            centre = QPointF(box.left() + self._at[0] * side, box.top() + self._at[1] * side)
            radius = max(self._document.brush_radius * side, 3.0)
            painter.drawEllipse(centre, radius, radius)
