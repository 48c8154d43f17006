"""The network view: content, zoom, hover, selection and keys."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPaintEngine,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.edges import Edges
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.reading import Reading
from nnstudio.insight.unit_values import UnitValue
from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import colour, text_scale
from nnstudio.studio.session.fill_in import Entry
from nnstudio.studio.session.step_values import StepValues
from nnstudio.studio.views.colour_bar import SCOPE_TIP
from nnstudio.studio.views.navigation import key_of
from nnstudio.studio.views.network.hover_words import input_words, number_words, shortest, unit_of
from nnstudio.studio.views.network.layout import (
    FOOTER_HEIGHT,
    SCALE_HEIGHT,
    TITLE_HEIGHT,
    Camera,
    NetworkLayout,
    zoomed,
)
from nnstudio.studio.views.network.number_boxes import NumberBox, number_boxes
from nnstudio.studio.views.network.number_entry import COMES_BACK, NumberEntry, Place
from nnstudio.studio.views.network.number_painting import (
    paint_number_frame,
    paint_progress,
    paint_sentence,
    paint_terms,
    paint_unit_numbers,
    paint_written,
)
from nnstudio.studio.views.network.painting import (
    footers,
    paint_as_shapes,
    paint_card,
    paint_dead,
    paint_frame,
    paint_inputs,
    paint_outputs,
    paint_path,
    paint_point,
    paint_ranges,
    paint_scale,
    paint_words,
    paint_zoom,
    range_boxes,
    range_words,
    scale_box,
    tile_size,
)
from nnstudio.studio.views.network.pixels import NetworkImage, faded_boxes
from nnstudio.studio.views.network.scene import NetworkScene, UnitAddress, WrittenNumbers
from nnstudio.studio.views.row_table import ENTER
from nnstudio.studio.views.view import ARROWS, View

ZOOM_STEP = 1.25
PAN_STEP_PX = 60
DRAG_PX = 5
ZOOM_KEYS = {
    Qt.Key.Key_Plus: ZOOM_STEP,
    Qt.Key.Key_Equal: ZOOM_STEP,
    Qt.Key.Key_Minus: 1 / ZOOM_STEP,
}
FIT_KEYS = (Qt.Key.Key_A, Qt.Key.Key_Home)
_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


class NetworkView(View):
    """Shows a network; hovering a unit shows only its edges, a click selects it.

    The wheel, a pinch, + and − zoom; dragging and Shift with the arrow keys move; a double click, A or Home
    shows all. Arrow keys point at one unit after another, Enter selects; Page Up and Page Down, Shift with
    the wheel, and the arrows below a large layer reach the units that have no place.

    Where a small network is written out, a click on a number types another one; F2 goes among the numbers,
    where Tab and the arrow keys lead from one to the next, Enter types and Esc leaves.

    The scene's edges, tiles and dots are composed as an image, in the screen's pixels at every zoom, when
    weights, input, theme or layout changed; texts and frames are painted on top, zoomed in with the numbers
    of units and edges. A figure for a text gets lines as lines.
    """

    unit_clicked = Signal(int, int)

    unit_pointed = Signal(object, object)
    """The computing layer and the unit under the pointer or the keys, or None twice."""

    number_pointed = Signal(object)
    """The weight, the bias or the value under the pointer, else the one that the keys are at, or None."""

    scale_clicked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, writes_numbers: bool = True) -> None:
        super().__init__(name, parent)
        self._writes_numbers = writes_numbers
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_design_minimum_size(300, 170)
        self.scene: NetworkScene | None = None
        self._scope = Scope.LAYER
        self.camera = Camera()
        self.pointed: UnitAddress | None = None
        self.selected: UnitAddress | None = None
        self.marked: UnitAddress | int | None = None
        """Marked by another view: a unit, or a value of the input by its index."""
        self.numbers = WrittenNumbers()
        self._are_numbers_due = False
        self._edges: list[tuple[int, Edges]] = []
        """Those with an input, each with the layer they enter."""
        self._drawn: list[tuple[int, Edges]] = []
        """Those painted last: without an input, of a small network all by their weights."""
        self._edges_of: UnitAddress | None = None
        """The unit whose edges they are, or None for all."""
        self._units: list[np.ndarray] = []
        """Those that had a place then, by layer."""
        self._place: NetworkLayout | None = None
        self.values: tuple[UnitValue, ...] = ()
        """What is to be filled in; empty: values are shown."""
        self.entries: Mapping[UnitValue, Entry] = {}
        self._progress = ""
        """How much is filled in."""
        self.path: tuple[Parameter, ...] = ()
        """Weights that are lit, one after the other."""
        self.hovered: Place | None = None
        """The number under the pointer."""
        self._pointed_number: Place | None = None
        self._boxes: tuple[object, tuple[NumberBox, ...]] = (None, ())
        """What they were made for, and the boxes of written numbers."""
        self.number_entry = NumberEntry(self, self.typed_boxes)
        self.number_entry.changed.connect(self._tell_number)
        self._image = NetworkImage()
        self._is_stale = True
        self._pressed_at: QPointF | None = None
        self._is_drag = False

    # Content

    def set_network(self, architecture: Architecture, space: InputSpace, outputs: OutputSpace) -> None:
        """Set the network's architecture, before its weights and a reading."""
        self.scene = NetworkScene(architecture, space, outputs, writes_numbers=self._writes_numbers)
        self.scene.use_scope(self._scope)
        self.pointed = self.marked = self.hovered = None
        self.path = ()
        self.numbers = WrittenNumbers()
        self.number_entry.forget()
        self.camera.fit()
        self.relayout()

    def show_weights(
        self, weights: list[np.ndarray], tiles: dict[int, np.ndarray], biases: list[np.ndarray]
    ) -> None:
        """Show all layers' weights (fan_out, fan_in) and, by layer, pictures (fan_out, height, width).

        Biases (fan_out,) of all layers are written where the network is small; there may be none.

        Notes
        -----
        Aliasing: keeps references; the arrays must not change.
        """
        self.scene.take_weights(weights, tiles, biases)
        self.repaint_soon()

    def set_scope(self, scope: Scope) -> None:
        """Set the colour scale's scope: unit, layer or network."""
        self._scope = scope
        if self.scene is not None:
            self.scene.use_scope(scope)
            self.repaint_soon()

    def show_reading(self, reading: Reading | StepValues | None) -> None:
        """Show activations and edges for an input, or a stage of a training step on it, or none."""
        self.scene.reading, self.scene.x = reading, None if reading is None else reading.x
        if isinstance(reading, StepValues):
            # What is written now are no weights.
            self.number_entry.forget()
        self._ask_for(())
        self.repaint_soon()

    def show_blank(self, x: np.ndarray, values: tuple[UnitValue, ...]) -> None:
        """Show an input, and fields in the place of the values that the network has for it."""
        self.scene.reading, self.scene.x = None, x
        self._ask_for(values)
        self.repaint_soon()

    def _ask_for(self, values: tuple[UnitValue, ...]) -> None:
        if values != self.values:
            self.values = values
            self.number_entry.forget()

    def show_entries(self, entries: Mapping[UnitValue, Entry], words: str) -> None:
        """Show what is filled in so far, and say how far that is."""
        self.entries, self._progress = entries, words
        self.update()

    def show_path(self, path: tuple[Parameter, ...]) -> None:
        """Light the edges of a path; what begins it may be a bias."""
        self.path = path
        self.update()

    def select(self, layer: int | None, unit: int | None) -> None:
        """Frame the selected unit."""
        self.selected = None if layer is None or unit is None else UnitAddress(layer, unit)
        self.repaint_soon()

    def mark(self, what: UnitAddress | int | None) -> None:
        """Frame a unit, or a value of the input, that another view marks; edges stay."""
        if what != self.marked:
            self.marked = what
            if isinstance(what, UnitAddress) and self.cell_of(what) is None:
                # The unit has no place yet.
                self.repaint_soon()
            self.update()

    def set_dead(self, dead: tuple[np.ndarray, ...]) -> None:
        """Mark dead units (constant over the test set), bool (units,) for each hidden layer known."""
        known = self.scene.dead
        if len(known) != len(dead) or not all(map(np.array_equal, known, dead)):
            self.scene.dead = dead
            # They are struck through over the picture, which stays.
            self.update()

    def set_frozen(self, layers: tuple[int, ...]) -> None:
        """Say which layers are not trained."""
        if self.scene is not None and self.scene.frozen != layers:
            self.scene.frozen = layers
            self.update()

    def show_numbers(self) -> None:
        """Write the numbers of units and edges again, less often than their picture is painted."""
        self._are_numbers_due = True
        self.update()

    def restyle(self) -> None:
        """Drop the cached image and repaint in the new colours."""
        self._is_stale = True
        super().restyle()

    def repaint_soon(self) -> None:
        """Compose and repaint with the next frame."""
        self._is_stale = True
        self.update()

    # Geometry

    def resizeEvent(self, event: object) -> None:
        """Lay out the units for the new size."""
        self.camera.pan(QPointF(0, 0), QSizeF(self.design_size()))
        self.relayout()

    def relayout(self) -> None:
        """Lay out again after a change of size, zoom or page."""
        self._place = None
        self.number_entry.follow()
        self.repaint_soon()

    def placed(self) -> NetworkLayout:
        """Return the layout at the current zoom."""
        if self._place is None:
            layout = self.scene.lay_out(self.design_width(), self.design_height())
            pixel = 1 / self.design_pixel_ratio()
            self._place = zoomed(layout, self.camera.zoom, self.camera.offset, pixel)
        return self._place

    def number_boxes(self) -> tuple[NumberBox, ...]:
        """Return where every number of a small network is written, and which one it is; else none."""
        if self.scene is None or not self.scene.is_written_out:
            return ()
        made_for = self.placed(), self.values, len(self.scene.biases)
        if self._boxes[0] != made_for:
            self._boxes = made_for, number_boxes(self.scene, self.placed(), self.values)
        return self._boxes[1]

    def typed_boxes(self) -> tuple[NumberBox, ...]:
        """Return the numbers that can be typed: values where they are filled in, else weights and biases."""
        if self.scene is None or isinstance(self.scene.reading, StepValues):
            return ()
        found = self.number_boxes()
        return found[: len(self.values)] if self.values else found

    def number_at(self, position: QPointF) -> Place | None:
        """Return which number is written at a position."""
        if self.scene is None or isinstance(self.scene.reading, StepValues):
            return None
        return next((each.place for each in self.number_boxes() if each.box.contains(position)), None)

    def type_number(self, place: Place) -> None:
        """Show a field on a number, with the number in it."""
        if isinstance(place, Parameter):
            text = shortest(self.scene.number(place))
        else:
            entry = self.entries.get(place)
            if entry is not None and entry.is_right:
                self.number_entry.go_to(place)
                return
            text = "" if entry is None else entry.text
        self._point_at(None)
        self.number_entry.open(place, text, place.name)

    def field(self) -> QRectF:
        """Return the part of the view that units may be in: between titles and footers."""
        return QRectF(
            0,
            TITLE_HEIGHT,
            self.design_width(),
            self.design_height() - TITLE_HEIGHT - FOOTER_HEIGHT - SCALE_HEIGHT,
        )

    def unit_at(self, position: QPointF) -> UnitAddress | None:
        """Return the unit under a position."""
        if self.scene is None or not self.field().contains(position):
            return None
        return self.scene.unit_at(self.placed(), position)

    def cell_of(self, address: UnitAddress) -> QRectF | None:
        """Return a unit's cell, if it has a place; before the view is shown first, none has."""
        return None if self.scene is None else self.scene.cell_of(self.placed(), address)

    def _frame_of(self, what: UnitAddress | int | None) -> QRectF | None:
        """Return the picture or the cell of a unit, or the pixel of a value of the input, if visible."""
        if isinstance(what, UnitAddress):
            cell = self.cell_of(what)
            if cell is not None and what.layer in self.scene.tiles:
                cell.setSize(tile_size(self.scene, what.layer, cell.height(), self.design_pixel_ratio()))
                return cell.adjusted(0, 0, 2, 2)
            return cell
        if what is None or not self.scene.space.traits.has_pixels:
            return None
        box, (rows, columns) = self.placed().input_box, self.scene.space.shape
        row, column = divmod(what, columns)
        width, height = box.width() / columns, box.height() / rows
        pixel = QRectF(box.left() + column * width, box.top() + row * height, width, height)
        return pixel.adjusted(0, 0, 2, 2)

    # Texts

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a unit, a pixel of the input, or a layer."""
        scene = self.scene
        if scene is None:
            return ""
        number = self.number_at(QPointF(position))
        if number is not None:
            return number_words(scene, number, is_asked=bool(self.values))
        address = self.unit_at(QPointF(position))
        if address is not None:
            return scene.unit_words(address)
        told = (
            input_words(scene, self.placed(), QPointF(position))
            if self.field().contains(QPointF(position))
            else ""
        )
        if told:
            return told
        for entered, box in range_boxes(self.placed()).items():
            if box.contains(QPointF(position)):
                are_terms = not isinstance(scene.reading, StepValues)
                return range_words(self.numbers.ranges, entered, scene.title(entered), are_terms=are_terms)
        if scene.tiles and scale_box(self).contains(QPointF(position)):
            return tr(SCOPE_TIP)
        layer = self._column_at(QPointF(position))
        return "" if layer is None else scene.layer_words(layer)

    def _tell_number(self) -> None:
        """Describe the number that the keys are at."""
        place = self.number_entry.current
        is_there = self.number_entry.box_of(place) is not None
        self.setAccessibleDescription(
            number_words(self.scene, place, is_asked=bool(self.values)) if is_there else ""
        )
        self._point_at_number()
        self.update()

    def _footers(self) -> list[QRectF]:
        """Return the boxes of the computing layers' footers."""
        if self.scene is None:
            return []
        return footers(self.scene.columns(self.placed()), self.design_width(), self.design_height())[1:]

    def footer_at(self, position: QPointF) -> int | None:
        """Return the computing layer whose footer is under a position."""
        return next((k for k, room in enumerate(self._footers()) if room.contains(position)), None)

    def _column_at(self, position: QPointF) -> int | None:
        """Return the computing layer whose title or footer, or for the outputs whose bar, is there."""
        for k, room in enumerate(self._footers()):
            title = QRectF(room.left(), 0.0, room.width(), TITLE_HEIGHT)
            if room.contains(position) or title.contains(position):
                return k
        return None

    # Mouse and keyboard

    def _point_at(self, address: UnitAddress | None) -> None:
        if address != self.pointed:
            self.pointed = address
            self.repaint_soon()
            self.unit_pointed.emit(*((None, None) if address is None else (address.layer, address.unit)))

    def _point_at_number(self) -> None:
        number = self.hovered or self.number_entry.current
        if number != self._pointed_number:
            self._pointed_number = number
            self.number_pointed.emit(number)

    def _hover(self, number: Place | None) -> None:
        if number != self.hovered:
            self.hovered = number
            can_type = number is not None and self.number_entry.box_of(number) is not None
            self.setCursor(Qt.CursorShape.IBeamCursor if can_type else Qt.CursorShape.ArrowCursor)
            self._point_at_number()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show only the edges of the hovered unit, or drag the network."""
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._pressed_at = None
            number = self.number_at(self.place_of(event))
            self._hover(number)
            self._point_at(None if number is not None else self.unit_at(self.place_of(event)))
            return
        step = self.place_of(event) - self._pressed_at
        if self._is_drag or step.manhattanLength() > DRAG_PX:
            self._is_drag = True
            self._pressed_at = self.place_of(event)
            self._move(step)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Be at no number where the keys go elsewhere for good."""
        super().focusOutEvent(event)
        if not self.number_entry.is_open and event.reason() not in COMES_BACK:
            self.number_entry.forget()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the strongest edges of all units again."""
        self._hover(None)
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a click or a drag; the right button is the menu's."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pressed_at, self._is_drag = self.place_of(event), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the unit under the pointer, or turn a layer's page, unless a drag ends."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        is_click = self._pressed_at is not None and not self._is_drag
        self._pressed_at = None
        if not is_click:
            return
        number = self.number_at(self.place_of(event))
        address = self.unit_at(self.place_of(event))
        layer = self.footer_at(self.place_of(event))
        if number is not None and self.number_entry.box_of(number) is not None:
            self.type_number(number)
        elif address is not None:
            self.unit_clicked.emit(address.layer, address.unit)
        elif layer is not None:
            middle = self._footers()[layer].center().x()
            self._turn(layer, 1 if self.place_of(event).x() > middle else -1)
        elif self.scene is not None and self.scene.tiles and scale_box(self).contains(self.place_of(event)):
            self.scale_clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset the zoom to the whole network; at the arrows of a layer, count as a second click."""
        if self.footer_at(self.place_of(event)) is None and not self.camera.is_fitted:
            self.show_all()
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
            key, modifiers = key_of(event)
            is_own = (key in ZOOM_KEYS and modifiers in (_NONE, _SHIFT)) or (
                key in FIT_KEYS and not modifiers
            )
            is_own |= key == Qt.Key.Key_F2 and not modifiers and bool(self.typed_boxes())
            is_own |= key == Qt.Key.Key_Escape and self.number_entry.current is not None
            if is_own:
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
            self.relayout()

    def _zoom(self, factor: float, position: QPointF) -> None:
        self.camera.zoom_at(factor, position, QSizeF(self.design_size()))
        self.relayout()

    def _move(self, step: QPointF) -> None:
        self.camera.pan(step, QSizeF(self.design_size()))
        self.relayout()

    def show_all(self) -> None:
        """Show the whole network."""
        self.camera.fit()
        self.relayout()

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, select, turn pages, zoom and pan; see the class."""
        key, modifiers = key_of(event)
        if self.scene is None:
            super().keyPressEvent(event)
        elif key in ZOOM_KEYS and modifiers in (_NONE, _SHIFT):
            self._zoom(ZOOM_KEYS[key], self._middle())
        elif key in FIT_KEYS and not modifiers:
            self.show_all()
        elif key in ARROWS and modifiers == _SHIFT:
            right, down = ARROWS[key]
            self._move(QPointF(-right, -down) * PAN_STEP_PX)
        elif key in ARROWS and not modifiers and self.number_entry.current is not None:
            self.number_entry.step_towards(*ARROWS[key])
            self._bring_number_into_sight()
        elif key in ARROWS and not modifiers:
            self._walk(*ARROWS[key])
        elif key == Qt.Key.Key_F2 and not modifiers and self.typed_boxes():
            self._go_among_numbers()
        elif key == Qt.Key.Key_Escape and self.number_entry.current is not None:
            self.number_entry.forget()
        elif key in ENTER and self.number_entry.current is not None:
            self.type_number(self.number_entry.current)
        elif key in ENTER and self.pointed is not None:
            self.unit_clicked.emit(self.pointed.layer, self.pointed.unit)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            at = self.pointed or self.selected
            self._turn(0 if at is None else at.layer, 1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Go to the next number, and from the last one on to the next widget."""
        if self.number_entry.current is not None and self.number_entry.step_in_order(1 if forwards else -1):
            self._bring_number_into_sight()
            return True
        return super().focusNextPrevChild(forwards)

    def _go_among_numbers(self) -> None:
        """Type the number that the keys are at; else be at the first one of the current unit."""
        current, unit = self.number_entry.current, self.pointed or self.selected
        if current is not None:
            self.type_number(current)
            return
        places = [number.place for number in self.typed_boxes()]
        of_unit = [place for place in places if unit == UnitAddress(place.layer, unit_of(place))]
        self._point_at(None)
        self.number_entry.go_to((of_unit or places)[0])
        self._bring_number_into_sight()

    def _bring_number_into_sight(self) -> None:
        box = self.number_entry.box_of(self.number_entry.current)
        if box is not None:
            self._bring_into_sight(box)

    def _middle(self) -> QPointF:
        """Return where keys zoom: at the current unit, or in the middle."""
        cell = None if self.pointed is None else self.cell_of(self.pointed)
        return self.field().center() if cell is None else cell.center()

    def _walk(self, right: int, down: int) -> None:
        """Move to the next unit in a direction, into the next layer at the end of a row."""
        self._point_at(self.scene.neighbour(self.placed(), self.pointed or self.selected, right, down))
        self._bring_into_sight(self.cell_of(self.pointed))

    def _bring_into_sight(self, cell: QRectF) -> None:
        """Pan so that a unit or a number is visible."""
        field = self.field()
        low, high = field.topLeft() - cell.topLeft(), field.bottomRight() - cell.bottomRight()
        step = QPointF(max(low.x(), 0) + min(high.x(), 0), max(low.y(), 0) + min(high.y(), 0))
        if not step.isNull():
            self._move(step)

    # Painting

    def paintEvent(self, event: object) -> None:
        """Paint the pixels, then texts and frames."""
        scene = self.scene
        if scene is None:
            return
        if self._is_stale:
            self._compose()
        if self._are_numbers_due:
            self.numbers = scene.numbers(self._edges, self._edges_of)
            self._are_numbers_due = False
        painter = self.painter()
        # With a margin for the frames of units at its edge.
        room = self.field().adjusted(0, -3, 0, 3)
        painter.fillRect(self.design_rect(), colour(self.theme.panel))
        painter.setClipRect(room)
        if painter.paintEngine().type() is QPaintEngine.Type.Raster:
            painter.drawImage(QPointF(0, 0), self._image.canvas)
        else:
            faded = faded_boxes(self.placed(), self._edges_of)
            paint_as_shapes(self, painter, scene, self.placed(), self._drawn, faded)
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_words(self, painter, scene.columns(self.placed()))
        painter.setClipRect(room)
        paint_inputs(self, painter, scene, self.placed())
        paint_outputs(self, painter, scene, self.placed())
        paint_point(self, painter, scene, self.placed())
        for layer, box in enumerate(self.placed().hidden):
            paint_dead(self, painter, box, scene.dead_places(layer).tolist())
        paint_path(self, painter, scene, self.placed(), self.path)
        if scene.is_written_out and (self.pointed is None or self.values):
            boxes = self.number_boxes()
            paint_written(self, painter, boxes, self.numbers.written, self.entries)
            for number, code in (
                (self.hovered, self.theme.muted),
                (self.number_entry.current, self.theme.accent),
            ):
                paint_number_frame(painter, boxes, number, code)
        if self.values:
            paint_progress(self, painter, self._progress)
        if not self.camera.is_fitted:
            paint_unit_numbers(self, painter, scene, self.placed(), self.numbers.reading)
        if not self.camera.is_fitted and not (scene.is_written_out and self.pointed is None):
            paint_terms(self, painter, scene, self.placed(), self.numbers.terms)
        for address, code, width in (
            (self.pointed, self.theme.text, 1.5),
            (self.selected, self.theme.selection, 2.0),
            (self.marked, self.theme.selection, 1.5),
        ):
            cell = self._frame_of(address)
            if cell is not None:
                paint_frame(painter, cell, code, width)
        paint_ranges(self, painter, self.placed(), self.numbers.ranges)
        if self.pointed is not None:
            paint_card(self, painter, scene.card(self.pointed), self.field().bottom())
        if not self.camera.is_fitted:
            paint_zoom(self, painter, self.camera.zoom, self.field())
        painter.setClipping(False)
        paint_scale(self, painter, scene, self.selected)
        entry = self.number_entry
        if entry.is_open and entry.sentence:
            scale, code = text_scale(), self.theme.warning if entry.is_wrong else self.theme.text
            field = QRectF(entry.field.geometry())
            beside = QRectF(field.topLeft() / scale, field.size() / scale)
            paint_sentence(self, painter, beside, entry.sentence, code)

    def _compose(self) -> None:
        """Compose the image, with a place for the units that are selected, hovered or marked."""
        scene = self.scene
        scene.follow(*(one for one in (self.selected, self.pointed, self.marked) if not isinstance(one, int)))
        shown = [shown.units for shown in scene.shown]
        is_other = self.pointed != self._edges_of or any(
            now is not before for now, before in zip(shown, self._units, strict=False)
        )
        self._units = shown
        self._edges, self._edges_of = scene.edges(self.pointed), self.pointed
        self._drawn = self._edges or scene.weight_edges()
        faded = faded_boxes(self.placed(), self.pointed)
        size = QSizeF(self.design_size())
        ratio = self.design_pixel_ratio()
        self._image.compose(scene, self.placed(), self._drawn, faded, size, ratio, self.theme)
        self._is_stale = False
        # Numbers of other units or edges do not wait.
        is_other |= (self.numbers.reading is None) is not (scene.reading is None)
        is_other |= scene.is_written_out is not bool(self.numbers.written)
        if is_other or self.numbers.ranges.keys() != {layer for layer, _ in self._edges}:
            self._are_numbers_due = True
