"""The network view: its surface with zoom, hover, selection and keys."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from nnstudio.studio.panels.network.marks import scale_box
from nnstudio.studio.panels.network.scene import UnitAddress
from nnstudio.studio.panels.network.surface import NetworkSurface

ZOOM_STEP = 1.25
PAN_STEP_PX = 60
DRAG_PX = 5
ZOOM_KEYS = {
    Qt.Key.Key_Plus: ZOOM_STEP,
    Qt.Key.Key_Equal: ZOOM_STEP,
    Qt.Key.Key_Minus: 1 / ZOOM_STEP,
    Qt.Key.Key_0: 0.0,
}
"""Keys that zoom with Ctrl; 0 shows the whole network."""

MOVES = {
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
}


class NetworkView(NetworkSurface):
    """Shows a network; hovering a unit shows only its edges, a click selects it.

    Wheel, pinch and Ctrl with + or − zoom; dragging and Shift with the arrow keys move; a double click or
    Ctrl+0 shows all. Arrow keys point at one unit after another, Enter selects; Page Up and Page Down, Shift
    with the wheel, and the arrows below a large layer reach the units that have no place.
    """

    unit_clicked = Signal(int, int)
    scale_clicked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pressed_at: QPointF | None = None
        self._is_drag = False

    # Mouse and keyboard

    def _point_at(self, address: UnitAddress | None) -> None:
        if address != self.pointed:
            self.pointed = address
            self.repaint_soon()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show only the edges of the hovered unit, or drag the network."""
        if self._pressed_at is None:
            self._point_at(self.unit_at(self.place_of(event)))
            return
        step = self.place_of(event) - self._pressed_at
        if self._is_drag or step.manhattanLength() > DRAG_PX:
            self._is_drag = True
            self._pressed_at = self.place_of(event)
            self._move(step)

    def leaveEvent(self, event: QEvent) -> None:
        """Show the strongest edges of all units again."""
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a click or a drag."""
        self._pressed_at, self._is_drag = self.place_of(event), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the unit under the pointer, or turn a layer's page, unless a drag ends."""
        is_click = self._pressed_at is not None and not self._is_drag
        self._pressed_at = None
        if not is_click:
            return
        address = self.unit_at(self.place_of(event))
        layer = self.footer_at(self.place_of(event))
        if address is not None:
            self.unit_clicked.emit(address.layer, address.unit)
        elif layer is not None:
            middle = self.placed().layers[layer].box.center().x()
            self._turn(layer, 1 if self.place_of(event).x() > middle else -1)
        elif self.scene is not None and self.scene.tiles and scale_box(self).contains(self.place_of(event)):
            self.scale_clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset the zoom to the whole network."""
        if self.unit_at(self.place_of(event)) is None and self.footer_at(self.place_of(event)) is None:
            self._fit()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift, turn the pages of the layer under it."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        layer = self._layer_near(self.place_of(event).x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and layer is not None:
            self._turn(layer, 1 if turned < 0 else -1)
        elif turned:
            self._zoom(ZOOM_STEP ** (turned / 120), self.place_of(event))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom by pinching, claim the zoom keys, and show no tooltip over units, which have a card."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._zoom(1 + event.value(), self.place_of(event))
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            has_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if has_control and Qt.Key(event.key()) in ZOOM_KEYS:
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and self.pointed is not None:
            return True
        return super().event(event)

    def _layer_near(self, x: float) -> int | None:
        """Return the computing layer whose grid is at or next to ``x``."""
        if self.scene is None:
            return None
        distances = [max(box.box.left() - x, x - box.box.right()) for box in self.placed().layers]
        return int(np.argmin(distances))

    def _turn(self, layer: int, pages: int) -> None:
        shown = self.scene.shown[layer]
        if shown.is_summary:
            shown.turn(pages)
            self.pointed = None
            self.place_anew()

    def _zoom(self, factor: float, position: QPointF) -> None:
        self.camera.zoom_at(factor, position, QSizeF(self.design_size()))
        self.place_anew()

    def _move(self, step: QPointF) -> None:
        self.camera.pan(step, QSizeF(self.design_size()))
        self.place_anew()

    def _fit(self) -> None:
        self.camera.fit()
        self.place_anew()

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, select, turn pages, zoom and pan; see the class."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if self.scene is None:
            super().keyPressEvent(event)
        elif modifiers & Qt.KeyboardModifier.ControlModifier and key in ZOOM_KEYS:
            self._zoom_by_key(ZOOM_KEYS[key])
        elif key in MOVES and modifiers & Qt.KeyboardModifier.ShiftModifier:
            right, down = MOVES[key]
            self._move(QPointF(-right, -down) * PAN_STEP_PX)
        elif key in MOVES:
            self._walk(*MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.pointed is not None:
            self.unit_clicked.emit(self.pointed.layer, self.pointed.unit)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            at = self.pointed or self.selected
            self._turn(0 if at is None else at.layer, 1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def _zoom_by_key(self, factor: float) -> None:
        cell = None if self.pointed is None else self.cell_of(self.pointed)
        middle = QPointF(self.design_width() / 2, self.design_height() / 2) if cell is None else cell.center()
        if factor:
            self._zoom(factor, middle)
        else:
            self._fit()

    def _walk(self, right: int, down: int) -> None:
        """Move to the next unit in a direction, into the next layer at the end of a row."""
        at = self.pointed or self.selected
        found = None if at is None else self.scene.shown[at.layer].place_of(at.unit)
        if at is None or found is None:
            self._point_at(UnitAddress(0, int(self.scene.shown[0].units[0])))
            return
        layers = self.placed().layers
        box, layer = layers[at.layer], at.layer
        row, column = divmod(found, box.columns)
        row, column = row + down, column + right
        is_inside = 0 <= row < box.rows and 0 <= column < box.columns
        if is_inside and row * box.columns + column < box.n_places:
            found = row * box.columns + column
        elif right and 0 <= layer + right < len(layers):
            layer += right
            middle, edge = box.cell_box(found).center().y(), layers[layer]
            row = min(max(int((middle - edge.box.top()) / edge.cell), 0), edge.rows - 1)
            found = min(row * edge.columns + (0 if right > 0 else edge.columns - 1), edge.n_places - 1)
        self._point_at(UnitAddress(layer, int(self.scene.shown[layer].units[found])))
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        """Pan so that the current unit is visible."""
        cell, field = self.cell_of(self.pointed), self.field()
        low, high = field.topLeft() - cell.topLeft(), field.bottomRight() - cell.bottomRight()
        step = QPointF(max(low.x(), 0) + min(high.x(), 0), max(low.y(), 0) + min(high.y(), 0))
        if not step.isNull():
            self._move(step)
