"""The canvas: pen, eraser and keyboard make strokes in canvas units; a test image may lie on it instead."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QUndoCommand,
    QUndoStack,
)
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.data.strokes import Drawing
from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, ink_table
from nnstudio.studio.panels.input.canvas_labels import CanvasLabel, CanvasLabels
from nnstudio.studio.panels.input.stroke_eraser import erase
from nnstudio.studio.session.canvas_content import CanvasContent
from nnstudio.studio.views.view import View

PEN_WIDTHS = (0.04, 0.16)
DEFAULT_PEN_WIDTH = 0.085
KEY_STEP = 1 / 40
FULL_HEIGHT = 0.75
"""Height of a lone character, as a share of the sheet."""
INK_STEP = 0.1


class _Change(QUndoCommand):
    """One step of the canvas's history: the content before and after."""

    def __init__(
        self, canvas: "StrokeCanvas", before: CanvasContent, after: CanvasContent, text: str
    ) -> None:
        super().__init__(text)
        self._canvas, self._before, self._after = canvas, before, after

    def undo(self) -> None:
        self._canvas._show(self._before)

    def redo(self) -> None:
        self._canvas._show(self._after)


class StrokeCanvas(View):
    """A square sheet to draw on.

    Strokes are polylines in canvas units: 0 … 1, x to the right, y down. ``content_changed`` fires with every
    movement of the pen; ``content`` then includes the stroke being drawn.
    """

    content_changed = Signal()
    label_clicked = Signal(int)
    """The number of a label under the ink."""
    pen_width_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Canvas"), parent)
        self.setAccessibleDescription(
            tr("Draw with the mouse or a pen. Arrow keys move the cross-hair, Shift with an arrow draws.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.set_design_minimum_size(80, 80)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(200)
        self.pen_width = DEFAULT_PEN_WIDTH
        self.erasing = False
        self.hint = tr("draw a digit")
        self._labels = CanvasLabels(self)
        self._ink_scale = 1.0
        self._pressed_label: int | None = None
        self._pressed_at = QPointF()
        self._content = CanvasContent()
        self._before: CanvasContent | None = None
        self._live: list[tuple[float, float]] = []
        self._erasing_now = False
        self._erased_to = (0.0, 0.0)
        self._pointer: tuple[float, float] | None = None
        self._sheet: QPixmap | None = None

    # What lies on it

    @property
    def content(self) -> CanvasContent:
        """The strokes, the one being drawn included, or the image."""
        if not self._live:
            return self._content
        return CanvasContent((*self._content.strokes, np.array(self._live)))

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is being drawn."""
        return bool(self._live)

    def clear(self) -> None:
        """Wipe the sheet; undo brings it back."""
        self._change(CanvasContent(), "Clear")

    def set_image(self, image: np.ndarray) -> None:
        """Lay an image on the sheet, shape (height, width), 0 … 1."""
        self._change(CanvasContent(image=image), "Show an image")

    def set_drawing(self, drawing: Drawing) -> None:
        """Lay a drawing on the sheet, in any units: it is scaled to the middle of it."""
        left, top, right, bottom = drawing.bounds()
        extent = max(right - left, bottom - top) or 1.0
        centre = np.array([(left + right) / 2, (top + bottom) / 2])
        strokes = tuple((s - centre) / extent * 0.7 + 0.5 for s in drawing.strokes if len(s))
        self._change(CanvasContent(strokes), "Open a drawing")

    def show_labels(self, labels: tuple[CanvasLabel, ...]) -> None:
        """Write what is read under the ink, or nothing."""
        if labels == self._labels.labels:
            return
        self._labels.labels = labels
        # The pen is meant for a character that fills the sheet.
        height = max((label.box[3] - label.box[1] for label in labels), default=1.0)
        ink_scale = max(math.ceil(min(height / FULL_HEIGHT, 1.0) / INK_STEP) * INK_STEP, 0.3)
        if ink_scale != self._ink_scale:
            self._ink_scale, self._sheet = ink_scale, None
        self.update()

    def explain(self, position: QPoint) -> str:
        """Tell the label under the pointer."""
        nth = self._labels.at(QPointF(position), self._sheet_box())
        return "" if nth is None else self._labels.labels[nth].tip

    def undo(self) -> None:
        """Take the last step back; in the middle of a stroke, that stroke."""
        self._finish_stroke()
        self.undo_stack.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self._finish_stroke()
        self.undo_stack.redo()

    def _change(self, after: CanvasContent, text: str) -> None:
        self._finish_stroke()
        if after.is_blank and self._content.is_blank:
            return
        self.undo_stack.push(_Change(self, self._content, after, text))

    def _show(self, content: CanvasContent) -> None:
        self._content = content
        self._live = []
        self._sheet = None
        self.update()
        self.content_changed.emit()

    # Tools

    def set_erasing(self, erasing: bool) -> None:
        """Take the eraser, or the pen again."""
        self.erasing = erasing
        self.update()

    def set_pen_width(self, width: float) -> None:
        """Set the width of the ink on the sheet, as a share of its side."""
        self.pen_width = min(max(width, PEN_WIDTHS[0]), PEN_WIDTHS[1])
        self._sheet = None
        self.pen_width_changed.emit(self.pen_width)
        self.update()

    # Gestures

    def _sheet_box(self) -> QRectF:
        side = min(self.design_width(), self.design_height())
        return QRectF((self.design_width() - side) / 2, 0.0, side, side)

    def _to_units(self, position: QPointF) -> tuple[float, float]:
        """Return the nearest point of the sheet: nothing is drawn where it could not be seen."""
        box = self._sheet_box()
        x, y = (position.x() - box.left()) / box.width(), (position.y() - box.top()) / box.height()
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen (left) or the eraser (right) down."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._finish_stroke()
        self._erasing_now = self.erasing or event.button() == Qt.MouseButton.RightButton
        if not self._erasing_now:
            # A click there is none on paper; only a hand that goes on from it draws.
            self._pressed_label = self._labels.at(self.place_of(event), self._sheet_box())
            self._pressed_at = self.place_of(event)
        if self._pressed_label is None:
            self._begin(self._to_units(self.place_of(event)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw or erase along the way."""
        self._pointer = self._to_units(self.place_of(event))
        if self._pressed_label is not None:
            moved = self.place_of(event) - self._pressed_at
            if moved.manhattanLength() < QApplication.startDragDistance() / 2:
                return
            self._pressed_label = None
            self._begin(self._to_units(self._pressed_at))
        if event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._extend(self._pointer)
        elif self.erasing:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen: the stroke is one step of the history."""
        label, self._pressed_label = self._pressed_label, None
        if label is not None:
            self.label_clicked.emit(label)
        self._finish_stroke()

    def leaveEvent(self, event: object) -> None:
        """Hide the eraser's ring."""
        self._pointer = None
        self.update()

    def _begin(self, point: tuple[float, float]) -> None:
        self._before = self._content
        if self._erasing_now:
            self._erased_to = point
            self._erase_to(point)
            return
        if self._content.image is not None:
            self._content = CanvasContent()
            self._sheet = None
        self._live = [point]
        self.content_changed.emit()
        self.update()

    def _extend(self, point: tuple[float, float]) -> None:
        if self._erasing_now:
            self._erase_to(point)
        elif self._live and point != self._live[-1]:
            self._live.append(point)
            self.content_changed.emit()
            self.update()

    def _erase_to(self, point: tuple[float, float]) -> None:
        """Erase along the way to a point: a quick hand's positions lie far apart."""
        start = np.array(self._erased_to)
        run = np.array(point) - start
        n_steps = max(1, math.ceil(2 * math.hypot(*run) / self._eraser_radius()))
        left = self._content.strokes
        for k in range(1, n_steps + 1):
            left = erase(left, tuple(start + run * (k / n_steps)), self._eraser_radius())
        self._erased_to = point
        if left is not self._content.strokes:
            self._content = CanvasContent(left)
            self._sheet = None
            self.content_changed.emit()
        self.update()

    def _eraser_radius(self) -> float:
        return max(self.pen_width * 0.9, 0.04)

    def _finish_stroke(self) -> None:
        before, self._before = self._before, None
        erased, self._erasing_now = self._erasing_now, False
        if before is None:
            return
        if self._live:
            after = CanvasContent((*self._content.strokes, np.array(self._live)))
            self._live = []
        else:
            after = self._content
        if after.strokes is not before.strokes:
            self.undo_stack.push(_Change(self, before, after, "Erase" if erased else "Stroke"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cross-hair by arrow keys; with Shift held it draws."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        x, y = self._pointer or (0.5, 0.5)
        reach = (min(max(x + step[0] * KEY_STEP, 0.0), 1.0), min(max(y + step[1] * KEY_STEP, 0.0), 1.0))
        self._pointer = reach
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self._before is None:
                self._erasing_now = self.erasing
                self._begin((x, y))
            self._extend(reach)
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Lift the keyboard's pen with the Shift key."""
        if event.key() == Qt.Key.Key_Shift:
            self._finish_stroke()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: object) -> None:
        """Lift the pen when the keyboard goes elsewhere."""
        self._finish_stroke()
        self.update()

    # Painting

    def restyle(self) -> None:
        """Drop the image in the old colours and repaint."""
        self._sheet = None
        super().restyle()

    def sizeHint(self) -> QSize:
        """Prefer the size of the design."""
        return self.magnified(QSize(254, 254))

    def resizeEvent(self, event: object) -> None:
        """Ink the strokes anew at the new size."""
        self._sheet = None

    def _pen(self, side: float) -> QPen:
        pen = QPen(colour(self.theme.ink), self.pen_width * self._ink_scale * side)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _ink(self, painter: QPainter, points: np.ndarray, box: QRectF) -> None:
        xy = np.asarray(points) * box.width() + (box.left(), box.top())
        painter.setPen(self._pen(box.width()))
        if len(xy) == 1:
            painter.drawPoint(QPointF(*xy[0]))
            return
        path = QPainterPath(QPointF(*xy[0]))
        for x, y in xy[1:].tolist():
            path.lineTo(x, y)
        painter.drawPath(path)

    def _finished_sheet(self) -> QPixmap:
        """Return the sheet with all finished strokes, inked once."""
        if self._sheet is None:
            ratio = self.design_pixel_ratio()
            box = self._sheet_box()
            sheet = QPixmap(int(box.width() * ratio), int(box.height() * ratio))
            sheet.setDevicePixelRatio(ratio)
            sheet.fill(colour(self.theme.paper))
            painter = QPainter(sheet)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            inside = QRectF(0, 0, box.width(), box.height())
            if self._content.image is not None:
                index = grey_index(self._content.image)
                height, width = index.shape
                # A strip of characters is wider than high.
                scale = inside.width() / max(height, width)
                place = QRectF(0, 0, width * scale, height * scale)
                place.moveCenter(inside.center())
                painter.drawImage(place, indexed_image(index, ink_table(self.theme)))
            for stroke in self._content.strokes:
                self._ink(painter, stroke, inside)
            painter.end()
            self._sheet = sheet
        return self._sheet

    def paintEvent(self, event: object) -> None:
        """Paint the sheet, the stroke under the pen, the hint and the cross-hair."""
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._sheet_box()
        path = QPainterPath()
        path.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setClipPath(path)
        painter.drawPixmap(box.topLeft(), self._finished_sheet())
        if self._live:
            self._ink(painter, np.array(self._live), box)
        if not self._live and self._content.is_blank:
            self.write(painter, box, self.hint, size_px=15, muted=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._labels.paint(painter, box)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.accent if self.hasFocus() else self.theme.line), 1.0))
        painter.drawPath(path)
        if self._pointer is not None and (self.erasing or self._erasing_now):
            centre = QPointF(
                box.left() + self._pointer[0] * box.width(), box.top() + self._pointer[1] * box.height()
            )
            painter.setPen(QPen(colour(self.theme.negative), 1.5))
            radius = self._eraser_radius() * box.width()
            painter.drawEllipse(centre, radius, radius)
        elif self.hasFocus() and self._pointer is not None and not self.underMouse():
            x, y = box.left() + self._pointer[0] * box.width(), box.top() + self._pointer[1] * box.height()
            painter.setPen(QPen(colour(self.theme.selection), 1.0))
            painter.drawLine(QPointF(x - 7, y), QPointF(x + 7, y))
            painter.drawLine(QPointF(x, y - 7), QPointF(x, y + 7))
