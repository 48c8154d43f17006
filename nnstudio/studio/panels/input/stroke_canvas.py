"""The canvas: strokes drawn by pen, eraser and keyboard, or an image."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, ink_table
from nnstudio.studio.panels.input.canvas_labels import CanvasLabel, CanvasLabels
from nnstudio.studio.session.input_document import CanvasContent, InputDocument
from nnstudio.studio.views.view import ARROWS, View

KEY_STEP = 1 / 40
FULL_HEIGHT = 0.75
"""Height of a single character as a share of the sheet."""
INK_STEP = 0.1
GUIDE_OPACITY, ERASED_OPACITY = 0.3, 0.5


class StrokeCanvas(View):
    """A square sheet that edits and shows the strokes of the input document.

    Parameters
    ----------
    document : InputDocument
    parent : QWidget, optional
    """

    label_clicked = Signal(int)
    """The index of a label below the characters."""

    def __init__(self, document: InputDocument, parent: QWidget | None = None) -> None:
        super().__init__(tr("Canvas"), parent)
        self.setToolTip(
            tr("Draw here with the mouse, a pen or the arrow keys with Shift; the right button erases")
        )
        self.setAccessibleDescription(
            tr("Draw with the mouse or a pen. Arrow keys move the cross-hair, Shift with an arrow draws.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.set_design_minimum_size(80, 80)
        self.hint = tr("draw a digit")
        self._document = document
        self._labels = CanvasLabels(self)
        self._ink_scale = 1.0
        self._pressed_label: int | None = None
        self._pressed_at = QPointF()
        self._pointer: tuple[float, float] | None = None
        self._has_cross_hair = False
        """Whether the arrow keys moved last, not the mouse."""
        self._drawn_by_keys: CanvasContent | None = None
        """What lay on the canvas when a stroke by keyboard ended at the cross-hair."""
        self._sheet: QPixmap | None = None
        self._inked: CanvasContent | None = None
        """The document's content."""
        self._guide: np.ndarray | None = None
        """What lies under the ink of the cached image."""
        document.content_changed.connect(self.update)
        document.erasing_changed.connect(self.update)
        document.pen_width_changed.connect(self._drop_sheet)

    def show_labels(self, labels: tuple[CanvasLabel, ...]) -> None:
        """Show labels under the ink."""
        if labels == self._labels.labels:
            return
        self._labels.labels = labels
        # The pen width is for a character that fills the sheet.
        height = max((label.box[3] - label.box[1] for label in labels), default=1.0)
        ink_scale = max(math.ceil(min(height / FULL_HEIGHT, 1.0) / INK_STEP) * INK_STEP, 0.3)
        if ink_scale != self._ink_scale:
            self._ink_scale, self._sheet = ink_scale, None
        self.update()

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a label."""
        nth = self._labels.at(QPointF(position), self._sheet_box())
        return "" if nth is None else self._labels.labels[nth].tip

    def _drop_sheet(self) -> None:
        self._sheet = None
        self.update()

    # Mouse and keyboard

    def _sheet_box(self) -> QRectF:
        side = min(self.design_width(), self.design_height())
        return QRectF((self.design_width() - side) / 2, 0.0, side, side)

    def _to_units(self, position: QPointF) -> tuple[float, float]:
        """Return the nearest point of the sheet, so that all strokes are visible."""
        box = self._sheet_box()
        x, y = (position.x() - box.left()) / box.width(), (position.y() - box.top()) / box.height()
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start drawing (left button) or erasing (right)."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._document.finish_gesture()
        place = self.place_of(event)
        erases = self._document.erasing or event.button() == Qt.MouseButton.RightButton
        if not erases:
            # A click on a label draws nothing; a drag from it does.
            self._pressed_label = self._labels.at(place, self._sheet_box())
            self._pressed_at = place
        if self._pressed_label is None:
            self._document.begin_stroke(self._to_units(place), erases=erases)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw or erase along the movement."""
        self._pointer = self._to_units(self.place_of(event))
        self._has_cross_hair, self._drawn_by_keys = False, None
        if self._pressed_label is not None:
            moved = self.place_of(event) - self._pressed_at
            if moved.manhattanLength() < QApplication.startDragDistance() / 2:
                return
            self._pressed_label = None
            self._document.begin_stroke(self._to_units(self._pressed_at), erases=False)
        if event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._document.extend(self._pointer)
        if self._document.is_erasing:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke, which is one step of the undo history."""
        label, self._pressed_label = self._pressed_label, None
        if label is not None:
            self.label_clicked.emit(label)
        self._document.finish_gesture()

    def leaveEvent(self, event: object) -> None:
        """Hide the eraser's ring."""
        if not self._has_cross_hair:
            self._pointer = None
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu key to the panel; the right button erases."""
        event.setAccepted(event.reason() == QContextMenuEvent.Reason.Mouse)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cross-hair by arrow keys; with Shift held it draws."""
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        x, y = self._pointer or (0.5, 0.5)
        reach = (min(max(x + step[0] * KEY_STEP, 0.0), 1.0), min(max(y + step[1] * KEY_STEP, 0.0), 1.0))
        self._pointer, self._has_cross_hair = reach, True
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not self._document.is_gesture:
                self._put_pen_down((x, y))
            self._document.extend(reach)
        else:
            self._drawn_by_keys = None
        self.update()

    def _put_pen_down(self, point: tuple[float, float]) -> None:
        """Begin a stroke by keyboard, or go on with the last one where Shift was only released."""
        is_same = self._drawn_by_keys is self._document.content
        if is_same and self._document.content.strokes and not self._document.erasing:
            self._document.resume_stroke()
        else:
            self._document.begin_stroke(point, erases=self._document.erasing)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a stroke by keyboard when Shift is released."""
        if event.key() == Qt.Key.Key_Shift and self._document.is_gesture:
            self._document.finish_gesture()
            self._drawn_by_keys = self._document.content
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: object) -> None:
        """End a stroke by keyboard when the focus is lost."""
        self._document.finish_gesture()
        self.update()

    # Painting

    def restyle(self) -> None:
        """Drop the cached image and repaint in the new colours."""
        self._sheet = None
        super().restyle()

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(254, 254))

    def resizeEvent(self, event: object) -> None:
        """Redraw the strokes at the new size."""
        self._sheet = None

    def _pen(self, side: float) -> QPen:
        pen = QPen(colour(self.theme.ink), self._document.pen_width * self._ink_scale * side)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _ink(self, painter: QPainter, points: np.ndarray, box: QRectF) -> None:
        painter.setPen(self._pen(box.width()))
        self._stroke(painter, points, box)

    def _mark(self, painter: QPainter, points: np.ndarray, box: QRectF) -> None:
        """Mark where the eraser went."""
        pen = self._pen(box.width())
        pen.setColor(colour(self.theme.negative))
        pen.setWidthF(2 * self._document.eraser_radius * box.width())
        painter.setPen(pen)
        self._stroke(painter, points, box)

    def _stroke(self, painter: QPainter, points: np.ndarray, box: QRectF) -> None:
        xy = np.asarray(points) * box.width() + (box.left(), box.top())
        if len(xy) == 1:
            painter.drawPoint(QPointF(*xy[0]))
            return
        path = QPainterPath(QPointF(*xy[0]))
        for x, y in xy[1:].tolist():
            path.lineTo(x, y)
        painter.drawPath(path)

    def _finished_sheet(self) -> QPixmap:
        """Return the cached image of all finished strokes."""
        content, guide = self._document.content, self._document.guide
        if self._sheet is None or self._inked is not content or self._guide is not guide:
            ratio = self.design_pixel_ratio()
            box = self._sheet_box()
            sheet = QPixmap(int(box.width() * ratio), int(box.height() * ratio))
            sheet.setDevicePixelRatio(ratio)
            sheet.fill(colour(self.theme.paper))
            painter = QPainter(sheet)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            inside = QRectF(0, 0, box.width(), box.height())
            if guide is not None:
                painter.setOpacity(GUIDE_OPACITY)
                painter.drawImage(inside, indexed_image(grey_index(guide), ink_table(self.theme)))
                painter.setOpacity(ERASED_OPACITY)
                for stroke in content.erased:
                    self._mark(painter, stroke, inside)
                painter.setOpacity(1.0)
            if content.picture is not None:
                index = grey_index(content.picture)
                height, width = index.shape
                # A strip of characters is wider than high.
                scale = inside.width() / max(height, width)
                place = QRectF(0, 0, width * scale, height * scale)
                place.moveCenter(inside.center())
                painter.drawImage(place, indexed_image(index, ink_table(self.theme)))
            for stroke in content.strokes:
                self._ink(painter, stroke, inside)
            painter.end()
            self._sheet, self._inked, self._guide = sheet, content, guide
        return self._sheet

    def paintEvent(self, event: object) -> None:
        """Paint the sheet, the current stroke, the hint and the cross-hair."""
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._sheet_box()
        path = QPainterPath()
        path.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setClipPath(path)
        painter.drawPixmap(box.topLeft(), self._finished_sheet())
        live = self._document.live_stroke
        if live:
            self._ink(painter, np.array(live), box)
        elif self._document.content.is_blank:
            hint = self.hint if self._document.guide is None else tr("draw a part")
            self.write(painter, box, hint, size_px=15, muted=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._labels.paint(painter, box)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.accent if self.hasFocus() else self.theme.line), 1.0))
        painter.drawPath(path)
        if self._pointer is not None and self._document.is_erasing:
            centre = QPointF(
                box.left() + self._pointer[0] * box.width(), box.top() + self._pointer[1] * box.height()
            )
            painter.setPen(QPen(colour(self.theme.negative), 1.5))
            radius = self._document.eraser_radius * box.width()
            painter.drawEllipse(centre, radius, radius)
        elif self.hasFocus() and self._pointer is not None and self._has_cross_hair:
            x, y = box.left() + self._pointer[0] * box.width(), box.top() + self._pointer[1] * box.height()
            painter.setPen(QPen(colour(self.theme.selection), 1.0))
            painter.drawLine(QPointF(x - 7, y), QPointF(x + 7, y))
            painter.drawLine(QPointF(x, y - 7), QPointF(x, y + 7))
