"""The network view's surface: the scene as pixels, composed when something changed, with words on top."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading
from nnstudio.language import tr
from nnstudio.studio.colour_scale import Scope
from nnstudio.studio.images import pixel_image
from nnstudio.studio.pixels import value_of
from nnstudio.studio.theme import Theme, colour, font
from nnstudio.studio.views.base import View
from nnstudio.studio.views.network_camera import Camera
from nnstudio.studio.views.network_labels import footers, paint_circle, paint_output_values, paint_words
from nnstudio.studio.views.network_layout import FOOTER_HEIGHT, TITLE_HEIGHT, NetworkLayout, zoomed
from nnstudio.studio.views.network_picture import Sheet
from nnstudio.studio.views.network_scene import NetworkScene, UnitAddress
from nnstudio.studio.views.step_picture import StagePicture

CARD_LINE = 16.0


class NetworkSurface(View):
    """Paints a network for one input; one unit may be pointed at, one selected.

    Everything that is many (edges, tiles, dots) is composed in one array of pixels, and only when weights,
    input or look are new; a paint copies it to the screen.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setMinimumSize(420, 240)
        self.scene: NetworkScene | None = None
        self._scope = Scope.LAYER
        self.camera = Camera()
        self.pointed: UnitAddress | None = None
        self.selected: UnitAddress | None = None
        self._place: NetworkLayout | None = None
        self._base: np.ndarray | None = None
        self._pixels = np.empty((0, 0), np.uint32)
        self._ink = np.empty((2, 0, 0), np.uint16)
        self._canvas = QImage()
        self._is_stale = True
        self.compositions = 0
        """How often the pixels were computed."""

    # What it shows

    def set_network(self, architecture: Architecture, space: InputSpace, classes: tuple[str, ...]) -> None:
        """Take a network's shape; weights and a reading follow."""
        self.scene = NetworkScene(architecture, space, classes)
        self.scene.use_scope(self._scope)
        self.pointed = None
        self.camera.fit()
        self.place_anew()

    def show_weights(self, weights: list[np.ndarray], tiles: dict[int, np.ndarray]) -> None:
        """Show all layers' weights (fan_out, fan_in) and, by layer, pictures (fan_out, height, width).

        Notes
        -----
        Aliasing: keeps references; hand in arrays that nobody changes.
        """
        self.scene.take_weights(weights, tiles)
        self.repaint_soon()

    def set_scope(self, scope: Scope) -> None:
        """Colour tiles by the largest value of each, of their layer, or of the network."""
        self._scope = scope
        if self.scene is not None:
            self.scene.use_scope(scope)
            self.repaint_soon()

    def show_reading(self, reading: Reading | StagePicture | None) -> None:
        """Show activations and edges for an input, or a stage of a training step on it, or none."""
        if (self.scene.reading is None) != (reading is None):
            self._base = None
        self.scene.reading = reading
        self.repaint_soon()

    def select(self, layer: int | None, unit: int | None) -> None:
        """Frame a unit in the colour of selection."""
        self.selected = None if layer is None or unit is None else UnitAddress(layer, unit)
        self.repaint_soon()

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self._base, self._is_stale = None, True
        super().set_theme(theme)

    def repaint_soon(self) -> None:
        """Compose and paint with the next frame."""
        self._is_stale = True
        self.update()

    # Geometry

    def resizeEvent(self, event: object) -> None:
        """Place the units anew."""
        self.camera.pan(QPointF(0, 0), QSizeF(self.size()))
        self.place_anew()

    def place_anew(self) -> None:
        """Follow another size, zoom or page."""
        self._place = self._base = None
        self.repaint_soon()

    def placed(self) -> NetworkLayout:
        """Return where everything stands on the screen."""
        if self._place is None:
            layout = self.scene.lay_out(self.width(), self.height())
            pixel = 1 / self.devicePixelRatioF()
            self._place = zoomed(layout, self.camera.zoom, self.camera.offset, pixel)
        return self._place

    def field(self) -> QRectF:
        """Return the part of the view that units may be in: between titles and footers."""
        return QRectF(0, TITLE_HEIGHT, self.width(), self.height() - TITLE_HEIGHT - FOOTER_HEIGHT)

    def unit_at(self, position: QPointF) -> UnitAddress | None:
        """Return the unit under a position."""
        if self.scene is None or not self.field().contains(position):
            return None
        return self.scene.unit_at(self.placed(), position)

    def cell_of(self, address: UnitAddress) -> QRectF | None:
        """Return where a unit stands, if it has a place."""
        found = self.scene.shown[address.layer].place_of(address.unit)
        return None if found is None else self.placed().layers[address.layer].cell_box(found)

    # Words

    def explain(self, position: QPoint) -> str:
        """Tell what is under the pointer: a unit with its values, a pixel of the input, or a layer."""
        scene = self.scene
        if scene is None:
            return ""
        address = self.unit_at(QPointF(position))
        if address is not None:
            return f"{scene.name(address)}: {scene.values(address)}" if scene.reading else scene.name(address)
        if self.placed().input_box.contains(QPointF(position)):
            pixel = scene.pixel_at(self.placed(), QPointF(position))
            if pixel is None or scene.reading is None:
                return tr("the input: %n number(s)", scene.architecture.n_inputs)
            row, column = divmod(pixel, scene.space.shape[1])
            return tr("input {pixel}, the pixel in row {row}, column {column}: {x:.2f}").format(
                pixel=pixel, row=row, column=column, x=scene.reading.x[pixel]
            )
        layer = self.footer_at(QPointF(position))
        if layer is not None and scene.shown[layer].is_summary:
            shown = scene.shown[layer]
            return tr(
                "{title} has {n_units:,} units, and {n_places} have a place here. ‹ and ›, or Page Up "
                "and Page Down, turn from the most active to all by their numbers."
            ).format(title=scene.title(layer), n_units=shown.n_units, n_places=shown.n_places)
        return ""

    def footer_at(self, position: QPointF) -> int | None:
        """Return the computing layer whose footer is under a position."""
        if self.scene is None:
            return None
        rooms = footers(self.scene.columns(self.placed()), self.width(), self.height())
        return next((k for k, room in enumerate(rooms[1:]) if room.contains(position)), None)

    # Painting

    def paintEvent(self, event: object) -> None:
        """Paint the pixels, and on them what is text or marks a unit."""
        scene = self.scene
        if scene is None:
            return
        if self._is_stale:
            self._compose()
        painter = self.painter()
        painter.drawImage(QPointF(0, 0), self._canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.field())
        self._paint_answer(painter)
        for address, code, width in (
            (self.pointed, self.theme.text, 1.5),
            (self.selected, self.theme.selection, 2.0),
        ):
            cell = None if address is None else self.cell_of(address)
            if cell is not None:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(colour(code), width))
                painter.drawRoundedRect(cell.adjusted(-2, -2, 0, 0), 3, 3)
        if self.pointed is not None:
            self._paint_card(painter, self.pointed)
        if not self.camera.is_fitted:
            room = self.field().adjusted(0, 2, -8, 0)
            room.setHeight(18)
            text = tr("{zoom:.1f} × · double click shows all").format(zoom=self.camera.zoom)
            self.write(painter, room, text, size_px=11, muted=True, align=Qt.AlignmentFlag.AlignRight)

    def _compose(self) -> None:
        """Compute all pixels anew."""
        scene, ratio = self.scene, self.devicePixelRatioF()
        shape = (round(self.height() * ratio), round(self.width() * ratio))
        scene.follow(self.selected, self.pointed)
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
        field = self.field()
        for rows in (slice(0, round(field.top() * ratio)), slice(round(field.bottom() * ratio), None)):
            self._pixels[rows] = self._base[rows]
        self._is_stale = False
        self.compositions += 1

    def _painted_base(self, shape: tuple[int, int], ratio: float, place: NetworkLayout) -> np.ndarray:
        """Return the pixels that stay: words and output circles."""
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
        # A step that has not come to the outputs has no answer yet.
        if outputs.any():
            best = int(outputs.argmax())
            paint_circle(self, painter, place.outputs, best, scene.classes[units[best]], is_best=True)
            is_softmax = scene.architecture.activations[-1] == "softmax"
            paint_output_values(self, painter, place.outputs, outputs, are_probabilities=is_softmax)
        if scene.space.kind == "plane":
            box, low, high = place.input_box, scene.space.low, scene.space.high
            x, y = ((scene.reading.x - low) / (high - low)).tolist()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.selection))
            painter.drawEllipse(
                QPointF(box.left() + x * box.width(), box.bottom() - y * box.height()), 4.5, 4.5
            )

    def _paint_card(self, painter: QPainter, address: UnitAddress) -> None:
        """Write a unit's numbers below the input: there they hide nothing, and stay where they are."""
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
