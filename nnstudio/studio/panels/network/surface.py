"""Surface of the network view: the scene composed as pixels, with texts on top."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading
from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.images import pixel_image
from nnstudio.studio.painting.pixel_painting import value_of
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.panels.network.camera import Camera
from nnstudio.studio.panels.network.labels import (
    footers,
    paint_circle,
    paint_output_values,
    paint_words,
    radius_of,
)
from nnstudio.studio.panels.network.layout import (
    FOOTER_HEIGHT,
    SCALE_HEIGHT,
    TITLE_HEIGHT,
    LayerBox,
    NetworkLayout,
    zoomed,
)
from nnstudio.studio.panels.network.marks import (
    paint_dead,
    paint_frame,
    paint_ranges,
    paint_scale,
    range_boxes,
    range_words,
    scale_box,
)
from nnstudio.studio.panels.network.painting import Sheet
from nnstudio.studio.panels.network.scene import EdgeRange, NetworkScene, UnitAddress
from nnstudio.studio.panels.network.step_values import StepValues
from nnstudio.studio.views.colour_legend import LEGEND_TIP
from nnstudio.studio.views.view import View

CARD_LINE = 16.0


class NetworkSurface(View):
    """Paints a network for one input, with a hovered and a selected unit.

    Edges, tiles and dots are composed in one array of pixels, and only when weights,
    input or theme changed; paintEvent copies it to the screen.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(300, 170)
        self.scene: NetworkScene | None = None
        self._scope = Scope.LAYER
        self.camera = Camera()
        self.pointed: UnitAddress | None = None
        self.selected: UnitAddress | None = None
        self.marked: UnitAddress | int | None = None
        """Marked by another view: a unit, or a value of the input by its index."""
        self._ranges: dict[int, EdgeRange] = {}
        self._ranges_for: UnitAddress | None = None
        """The unit whose edges the ranges are of, or None for all."""
        self._place: NetworkLayout | None = None
        self._base: np.ndarray | None = None
        self._pixels = np.empty((0, 0), np.uint32)
        self._ink = np.empty((2, 0, 0), np.uint16)
        self._canvas = QImage()
        self._is_stale = True
        self.compositions = 0
        """How often the pixels were composed."""

    # Content

    def set_network(self, architecture: Architecture, space: InputSpace, classes: tuple[str, ...]) -> None:
        """Set the network's architecture, before its weights and a reading."""
        self.scene = NetworkScene(architecture, space, classes)
        self.scene.use_scope(self._scope)
        self.pointed = self.marked = None
        self._ranges = {}
        self.camera.fit()
        self.place_anew()

    def show_weights(self, weights: list[np.ndarray], tiles: dict[int, np.ndarray]) -> None:
        """Show all layers' weights (fan_out, fan_in) and, by layer, pictures (fan_out, height, width).

        Notes
        -----
        Aliasing: keeps references; the arrays must not change.
        """
        self.scene.take_weights(weights, tiles)
        self.repaint_soon()

    def set_scope(self, scope: Scope) -> None:
        """Set the colour scale's scope: unit, layer or network."""
        self._scope = scope
        if self.scene is not None:
            self.scene.use_scope(scope)
            self.repaint_soon()

    def show_reading(self, reading: Reading | StepValues | None) -> None:
        """Show activations and edges for an input, or a stage of a training step on it, or none."""
        if (self.scene.reading is None) != (reading is None):
            self._base = None
        self.scene.reading = reading
        self.repaint_soon()

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
        self.scene.dead = dead
        self._base = None
        self.repaint_soon()

    def show_numbers(self) -> None:
        """Update the texts of the edges' ranges, less often than the edges."""
        if self.scene is not None and self._ranges != self.scene.ranges:
            self._ranges = self.scene.ranges
            self.update()

    def restyle(self) -> None:
        """Drop the cached image and repaint in the new colours."""
        self._base, self._is_stale = None, True
        super().restyle()

    def repaint_soon(self) -> None:
        """Compose and repaint with the next frame."""
        self._is_stale = True
        self.update()

    # Geometry

    def resizeEvent(self, event: object) -> None:
        """Lay out the units for the new size."""
        self.camera.pan(QPointF(0, 0), QSizeF(self.design_size()))
        self.place_anew()

    def place_anew(self) -> None:
        """Lay out again after a change of size, zoom or page."""
        self._place = self._base = None
        self.repaint_soon()

    def placed(self) -> NetworkLayout:
        """Return the layout at the current zoom."""
        if self._place is None:
            layout = self.scene.lay_out(self.design_width(), self.design_height())
            pixel = 1 / self.design_pixel_ratio()
            self._place = zoomed(layout, self.camera.zoom, self.camera.offset, pixel)
        return self._place

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
        """Return a unit's cell, if it has a place."""
        if address.layer >= len(self.scene.shown):
            return None
        found = self.scene.shown[address.layer].place_of(address.unit)
        return None if found is None else self.placed().layers[address.layer].cell_box(found)

    def _frame_of(self, what: UnitAddress | int | None) -> QRectF | None:
        """Return the cell of a unit, or the pixel of a value of the input, if visible."""
        if isinstance(what, UnitAddress):
            return self.cell_of(what)
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
        address = self.unit_at(QPointF(position))
        if address is not None:
            return scene.unit_words(address)
        if self.placed().input_box.contains(QPointF(position)):
            pixel = scene.pixel_at(self.placed(), QPointF(position))
            if pixel is None or scene.reading is None:
                return tr("the input: %n number(s)", scene.architecture.n_inputs)
            row, column = divmod(pixel, scene.space.shape[1])
            return tr("input {pixel}, the pixel in row {row}, column {column}: {x:.2f}").format(
                pixel=pixel, row=row, column=column, x=scene.reading.x[pixel]
            )
        for entered, box in range_boxes(self.placed()).items():
            if box.contains(QPointF(position)):
                are_terms = not isinstance(scene.reading, StepValues)
                return range_words(self._ranges, entered, scene.title(entered), are_terms=are_terms)
        if scene.tiles and scale_box(self).contains(QPointF(position)):
            return tr(LEGEND_TIP)
        layer = self._column_at(QPointF(position))
        return "" if layer is None else scene.layer_words(layer)

    def footer_at(self, position: QPointF) -> int | None:
        """Return the computing layer whose footer is under a position."""
        if self.scene is None:
            return None
        rooms = footers(self.scene.columns(self.placed()), self.design_width(), self.design_height())
        return next((k for k, room in enumerate(rooms[1:]) if room.contains(position)), None)

    def _column_at(self, position: QPointF) -> int | None:
        """Return the computing layer whose title or footer, or for the outputs whose bar, is there."""
        rooms = footers(self.scene.columns(self.placed()), self.design_width(), self.design_height())
        for k, room in enumerate(rooms[1:]):
            title = QRectF(room.left(), 0.0, room.width(), TITLE_HEIGHT)
            if room.contains(position) or title.contains(position):
                return k
        return None

    # Painting

    def paintEvent(self, event: object) -> None:
        """Paint the pixels, then texts and frames."""
        scene = self.scene
        if scene is None:
            return
        if self._is_stale:
            self._compose()
        painter = self.painter()
        painter.drawImage(QPointF(0, 0), self._canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # With a margin for the frames of units at its edge.
        painter.setClipRect(self.field().adjusted(0, -3, 0, 3))
        self._paint_answer(painter)
        for layer, box in enumerate(self.placed().hidden):
            paint_dead(self, painter, box, scene.dead_places(layer).tolist())
        for address, code, width in (
            (self.pointed, self.theme.text, 1.5),
            (self.selected, self.theme.selection, 2.0),
            (self.marked, self.theme.selection, 1.5),
        ):
            cell = self._frame_of(address)
            if cell is not None:
                paint_frame(painter, cell, code, width)
        paint_ranges(self, painter, self.placed(), self._ranges)
        if self.pointed is not None:
            self._paint_card(painter, self.pointed)
        if not self.camera.is_fitted:
            room = self.field().adjusted(0, 2, -8, 0)
            room.setHeight(18)
            text = tr("{zoom:.1f} × · double click shows all").format(zoom=self.camera.zoom)
            self.write(painter, room, text, size_px=11, muted=True, align=Qt.AlignmentFlag.AlignRight)
        painter.setClipping(False)
        paint_scale(self, painter, scene, self.selected)

    def _compose(self) -> None:
        """Compose all pixels."""
        scene, ratio = self.scene, self.design_pixel_ratio()
        shape = (round(self.design_height() * ratio), round(self.design_width() * ratio))
        scene.follow(*(one for one in (self.selected, self.pointed, self.marked) if not isinstance(one, int)))
        place = self.placed()
        if self._base is None or self._base.shape != shape:
            self._base = self._painted_base(shape, ratio, place)
        if self._pixels.shape != shape:
            self._pixels = np.empty(shape, np.uint32)
            self._ink = np.zeros((2, *shape), np.uint16)
            self._canvas = pixel_image(self._pixels)
            self._canvas.setDevicePixelRatio(ratio)
        np.copyto(self._pixels, self._base)
        scene.paint(Sheet(self._pixels, self._ink, 1 / ratio, self.theme), place, self.pointed)
        self._uncover_outputs(place.outputs, ratio)
        field = self.field()
        for rows in (slice(0, round(field.top() * ratio)), slice(round(field.bottom() * ratio), None)):
            self._pixels[rows] = self._base[rows]
        self._is_stale = False
        self.compositions += 1
        if self.pointed != self._ranges_for or self._ranges.keys() != scene.ranges.keys():
            self._ranges, self._ranges_for = scene.ranges, self.pointed

    def _uncover_outputs(self, box: LayerBox, ratio: float) -> None:
        """Restore the outputs' names where edges cross them."""
        if box.columns == 1:
            return
        radius = radius_of(box)
        for k in range(box.n_places):
            middle = box.cell_box(k).center()
            left, right, top, bottom = (
                max(round(side * ratio), 0)
                for side in (
                    middle.x() - radius,
                    middle.x() + radius,
                    middle.y() - radius,
                    middle.y() + radius,
                )
            )
            self._pixels[top:bottom, left:right] = self._base[top:bottom, left:right]

    def _painted_base(self, shape: tuple[int, int], ratio: float, place: NetworkLayout) -> np.ndarray:
        """Return the static pixels: texts and output circles."""
        base = np.full(shape, value_of(self.theme.panel), np.uint32)
        image = pixel_image(base)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_words(self, painter, self.scene.columns(place))
        painter.setClipRect(self.field())
        for nth, unit in enumerate(self.scene.shown[-1].units.tolist()):
            paint_circle(self, painter, place.outputs, nth, self.scene.classes[unit], is_best=False)
        painter.end()
        return base

    def _paint_answer(self, painter: QPainter) -> None:
        """Paint the outputs' values, and the point of a plane."""
        scene, place = self.scene, self.placed()
        if scene.reading is None:
            return
        units = scene.shown[-1].units
        outputs = scene.reading.outputs[units]
        # A stage before the outputs has no prediction yet.
        if outputs.any():
            best = int(outputs.argmax())
            paint_circle(self, painter, place.outputs, best, scene.classes[units[best]], is_best=True)
            is_softmax = scene.architecture.gives_probabilities
            paint_output_values(self, painter, place.outputs, outputs, are_probabilities=is_softmax)
        if scene.space.traits.has_field:
            box, low, high = place.input_box, scene.space.low, scene.space.high
            x, y = ((scene.reading.x - low) / (high - low)).tolist()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.selection))
            painter.drawEllipse(
                QPointF(box.left() + x * box.width(), box.bottom() - y * box.height()), 4.5, 4.5
            )

    def _paint_card(self, painter: QPainter, address: UnitAddress) -> None:
        """Paint a unit's numbers below the input, where they cover nothing."""
        lines = self.scene.card(address)
        width = max(QFontMetricsF(font(12, bold=True)).horizontalAdvance(line) for line in lines) + 22
        height = CARD_LINE * len(lines) + 12
        box = QRectF(4.0, self.field().bottom() - height, width, height)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.setBrush(colour(self.theme.control, 0.95))
        painter.drawRoundedRect(box, 6, 6)
        for k, line in enumerate(lines):
            room = QRectF(box.left() + 10, box.top() + 6 + CARD_LINE * k, width - 16, CARD_LINE)
            self.write(painter, room, line, bold=k == 0)
