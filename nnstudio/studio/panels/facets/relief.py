"""Facets as a relief that is turned."""

import math

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import colour, text_scale
from nnstudio.studio.panels.facets.painting import BASE, HEIGHT, project, to_pixels
from nnstudio.studio.views.navigation import key_of
from nnstudio.studio.views.view import ARROWS, View

FIRST_ANGLES = (math.radians(-35), math.radians(35))
LOWEST, STEEPEST = math.radians(8), math.radians(90)
KEY_STEP = math.radians(7.5)
RADIANS_PER_PX = 0.01
AXIS_SHARE = 1.3
"""Where the name of an axis stands, in times the half of the plane."""

MARK_PX = 90
"""Room for the number at the height of the full colour."""

HELP = translatable(
    "Drag or arrow keys: turn it. Home or A: as it was at first. Point at a facet: its equation and its area."
)


@contained
class Relief(View):
    """Shows a painted relief with its axes; the panel has it painted again where it is turned or resized."""

    pointed_at = Signal(object)
    """The place under the pointer, (x, y) in design pixels, or None."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Relief"), parent)
        self.angles = FIRST_ANGLES
        self.names = ("", "", "")
        """What is written at the foot along x₁ and x₂, and at the height of the full colour."""
        self.message = ""
        self._image: QImage | None = None
        self._image_angles = FIRST_ANGLES
        self._dragged_from: QPointF | None = None
        self._marked: np.ndarray | None = None
        self._words = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(tr(HELP))
        self.setAccessibleDescription(tr(HELP))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.set_design_minimum_size(170, 150)

    def show_image(self, image: QImage | None, angles: tuple[float, float]) -> None:
        """Show another picture, seen from these angles."""
        self._image, self._image_angles = image, angles
        self.update()

    def mark(self, corners: np.ndarray | None, words: str) -> None:
        """Mark a facet by its corners (k, 2) in design pixels, and say what it is on hover; None: none."""
        self._marked, self._words = corners, words
        self.update()

    def explain(self, position: QPoint) -> str:
        """Return what the facet under the pointer is."""
        return self._words

    def turn(self, right: float, up: float) -> None:
        """Turn it about the vertical, and see it from farther up, by so many radians."""
        turn, above = self.angles
        self.angles = (turn + right) % (2 * math.pi), min(max(above + up, LOWEST), STEEPEST)

    def reset(self) -> None:
        """See it as at first."""
        self.angles = FIRST_ANGLES

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = event.position()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn it with the hand."""
        before = self._dragged_from
        if before is None:
            place = self.place_of(event)
            self.pointed_at.emit((place.x(), place.y()))
        else:
            by = (event.position() - before) * RADIANS_PER_PX / text_scale()
            self._dragged_from = event.position()
            self.turn(by.x(), by.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave it as it is turned."""
        self._dragged_from = None

    def leaveEvent(self, event: QEvent) -> None:
        """Mark no facet."""
        self.pointed_at.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See it as at first."""
        self.reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn it, or see it as at first."""
        key, modifiers = key_of(event)
        if key in ARROWS and modifiers == Qt.KeyboardModifier.NoModifier:
            right, down = ARROWS[key]
            self.turn(right * KEY_STEP, -down * KEY_STEP)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_A):
            self.reset()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and the names of the axes."""
        painter = self.painter()
        if self.message or self._image is None:
            self.write_message(painter, self.message or tr("Finding facets …"))
            return
        painter.save()
        painter.resetTransform()
        painter.drawImage(0, 0, self._image)
        painter.restore()
        if self._marked is not None:
            painter.setPen(QPen(colour(self.theme.selection), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawConvexPolygon(arrayToQPolygonF(*self._marked.T))
        middles = _nearest(((0.0, AXIS_SHARE), (0.0, -AXIS_SHARE)), self._image_angles)
        others = _nearest(((AXIS_SHARE, 0.0), (-AXIS_SHARE, 0.0)), self._image_angles)
        corners, _ = project(BASE[:, :2], np.full(len(BASE), HEIGHT), self._image_angles)
        feet, height = np.stack((middles, others)), corners[corners[:, 0].argmin()]
        size = self.design_width(), self.design_height()
        along = Qt.AlignmentFlag
        for (x, y), text in zip(to_pixels(feet, *size).tolist(), self.names, strict=False):
            box = QRectF(x - 60, y - 10, 120, 20)
            self.write(painter, box, text, size_px=11, muted=True, align=along.AlignHCenter)
        x, y = to_pixels(height, *size).tolist()
        box = QRectF(0, y - 10, max(x, MARK_PX), 20)
        self.write(painter, box, self.names[2], size_px=11, muted=True, align=along.AlignRight)


def _nearest(places: tuple[tuple[float, float], ...], angles: tuple[float, float]) -> np.ndarray:
    """Return where the nearest of some places at the foot of the relief is drawn, (2,)."""
    projected, _ = project(np.array(places), np.full(len(places), -HEIGHT), angles)
    return np.asarray(projected[projected[:, 1].argmin()])
