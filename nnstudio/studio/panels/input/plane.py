"""The plane: the problem's points, the network's output over it, and the current input point."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace, OutputSpace, Samples
from nnstudio.engine.decision import class_values
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.pixel_painting import mixed, value_of
from nnstudio.studio.painting.theme import Theme, appearance, colour, field_table, text_font, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.views.colour_bar import HEIGHT_PX
from nnstudio.studio.views.picture import Cell, Picture
from nnstudio.studio.views.plane_points import PlanePoint, PlanePoints

KEY_STEP = 1 / 40
MAX_POINTS = 600
POINT_PX = 6
"""Diameter of the problem's points, in design pixels."""

RADIUS_PX = 7.0
"""Of the ring around the input point, in design pixels."""

FIELD_OPACITY = 0.55
"""Of the outputs, so that points of the same colours are seen on them."""

HELP = translatable(
    "Click, drag or arrow keys: ask the network about a point. Wheel or + and −: zoom; drag with the middle "
    "button or Shift + arrows: move; A or Home: all."
)


@contained
class Plane(Picture):
    """Shows a problem of two classes, or a number, over the plane; pressing or dragging sets the input."""

    def __init__(self, document: InputDocument, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Plane"), self._place, self._explain_cell, parent, has_scope=False, has_borders=True
        )
        self.setToolTip(tr(HELP))
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(QSize(80, 80) * text_scale())
        self.set_table(_table)
        self._document = document
        self._space: InputSpace | None = None
        self._points = np.empty((0, 2), np.float32)
        self._labels = np.empty(0, np.int64)
        self._quantity = ""
        self._has_classes = True
        self._is_dragged = False
        # Classes differ in shape as well as in colour.
        self._dots = [pg.ScatterPlotItem(pxMode=True, symbol=symbol) for symbol in ("s", "o")]
        for dots in self._dots:
            dots.setZValue(1)
            self.box.addItem(dots, ignoreBounds=True)
        self._ring = PlanePoints(self)
        document.x_changed.connect(self._show_point)
        appearance.changed.connect(self.arrange)
        self.stepped.connect(self._step)
        self.navigation.moved.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(254, 254) * text_scale()

    def heightForWidth(self, width: int) -> int:
        """Return the height of a square plane with the colour bar below."""
        return width + round(HEIGHT_PX * text_scale())

    # Content

    def set_space(self, space: InputSpace, outputs: OutputSpace) -> None:
        """Set the plane's range, the names of axes and outputs, and clear points and outputs."""
        self._space, limit = space, 1.0
        if outputs.quantities:
            first = outputs.quantities[0]
            self._quantity, limit = first.name, max(abs(first.low), abs(first.high))
        else:
            self._quantity = "{1} − {0}".format(*outputs.class_names)
        self._has_classes = not outputs.quantities
        (image,) = self.set_images(1)
        image.smooth = True
        image.show_tiles(np.zeros((1, 1, 1), np.float32), limit)
        self.set_scale(limit, self._quantity)
        self.setAccessibleDescription(tr(HELP))
        self._set_points(np.empty((0, 2), np.float32), np.empty(0, np.int64))
        self.show_all()

    def set_points(self, samples: Samples) -> None:
        """Show the first 600 of the points, where they have classes."""
        if samples.has_labels:
            self._set_points(samples.inputs(), samples.labels)

    def _set_points(self, points: np.ndarray, labels: np.ndarray) -> None:
        self._points, self._labels = points[:MAX_POINTS], labels[:MAX_POINTS]
        self.arrange()

    def show_field(self, outputs: np.ndarray) -> None:
        """Show outputs on a grid, (n_outputs, side, side): second class minus first, or the first number."""
        (image,) = self.images
        is_other = image.tiles.shape[1:] != outputs.shape[1:]
        values = class_values(outputs, axis=0)
        field = values[1] - values[0] if self._has_classes else outputs[0]
        image.show_tiles(field[None], image.limit)
        if is_other:
            self.arrange()

    def numbers(self) -> NumberTable:
        """Return the names of columns, and a row for each point of the grid: the output there."""
        if not self.images:
            return (), []
        numbers = self.images[0].tiles[0]
        shares = (np.arange(len(numbers)) + 0.5) / len(numbers)
        steps = self._space.low + (self._space.high - self._space.low) * shares
        x, y = np.meshgrid(steps, steps[::-1])
        columns = np.stack([x, y, numbers], axis=-1).reshape(-1, 3)
        return (*self._space.names, self._quantity), columns.tolist()

    def _place(self, room: QSizeF) -> None:
        """Place a square as large as possible, and the points in it."""
        if not self.images:
            return
        side = min(room.width(), room.height()) - 2
        square = QRectF((room.width() - side) / 2, 1, side, side)
        self.images[0].arrange(1, square)
        shares = self._space.shares(self._points)
        x, y = square.left() + shares[:, 0] * side, square.bottom() - shares[:, 1] * side
        theme = appearance.theme
        for label, (dots, code) in enumerate(zip(self._dots, (theme.negative, theme.positive), strict=True)):
            is_of_class = self._labels == label
            dots.setData(
                x[is_of_class],
                y[is_of_class],
                size=round(POINT_PX * text_scale()),
                pen=pg.mkPen(colour(theme.panel), width=1),
                brush=pg.mkBrush(colour(code)),
            )
        self._ring.place(square)
        self._show_point()

    def _show_point(self) -> None:
        point = self._point
        shown = [] if point is None else [PlanePoint(np.array(point), RADIUS_PX, "selection")]
        self._ring.show(shown, self._space)

    @property
    def _point(self) -> tuple[float, float] | None:
        """The current input point."""
        x = self._document.x
        if x is None or self._space is None or len(x) != self._space.n_features:
            return None
        return float(x[0]), float(x[1])

    def _to_point(self, position: QPointF) -> tuple[float, float]:
        """Return the point of the plane at a place of the widget, the nearest one outside."""
        image, space = self.images[0], self._space
        # pyqtgraph moves items no sooner than they are painted.
        self.box.updateMatrix()
        place = image.mapFromScene(position)
        x = min(max(place.x() / image.width(), 0.0), 1.0)
        y = min(max(1 - place.y() / image.height(), 0.0), 1.0)
        x1, x2 = space.inputs_at(np.array((x, y))).tolist()
        return x1, x2

    # Pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the input point to the pointer, or begin a drag of something else."""
        is_inside = self.box.sceneBoundingRect().contains(event.position())
        self._is_dragged = (
            self._space is not None and is_inside and event.button() == Qt.MouseButton.LeftButton
        )
        if self._is_dragged:
            self._document.choose_point(self._to_point(event.position()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the input point."""
        if self._is_dragged:
            self._document.choose_point(self._to_point(event.position()))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if not self._is_dragged:
            super().mouseReleaseEvent(event)
        self._is_dragged = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask about a second point, as a press does; on the colour bar, give its range back."""
        if self.box.sceneBoundingRect().contains(event.position()):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def _step(self, right: int, down: int) -> None:
        """Move the input point."""
        if self._space is None:
            return
        space = self._space
        middle = (space.lows + space.highs) / 2
        old = middle if self._point is None else np.array(self._point)
        steps = np.array((right, -down)) * KEY_STEP * (space.highs - space.lows)
        x1, x2 = np.clip(old + steps, space.lows, space.highs).tolist()
        self._document.choose_point((x1, x2))

    def explain(self, position: QPoint) -> str:
        """Return the hover text: the coordinates and the output there."""
        cell = self.cell_at(position)
        if cell is None or self._space is None:
            return super().explain(position)
        x, y = self._to_point(QPointF(position))
        first, second = self._space.names
        point = tr("{first} = {x:.2f}, {second} = {y:.2f}; click to ask the network about it").format(
            first=first, x=x, second=second, y=y
        )
        return f"{point}\n{self._explain_cell(cell)}"

    def _explain_cell(self, cell: Cell) -> str:
        value = float(self.images[0].tiles[0, cell.row, cell.column])
        return f"{self._quantity}: {signed(value)}"

    # Painting

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Write the ranges that are seen of both axes."""
        super().drawForeground(painter, rect)
        if self._space is None:
            return
        image = self.images[0]
        seen = image.mapRectToScene(image.boundingRect()) & self.box.sceneBoundingRect()
        corners = [self._to_point(corner) for corner in (seen.bottomLeft(), seen.topRight())]
        room = seen.adjusted(6, 3, -6, -3)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(text_font(11))
        painter.setPen(colour(appearance.theme.text))
        places = (
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
        )
        for name, low, high, place in zip(self._space.names, *corners, places, strict=True):
            painter.drawText(room, place, f"{name}: {low:.3g} … {high:.3g}".replace("-", "−"))


def _table(theme: Theme) -> list[int]:
    return mixed(value_of(theme.panel), np.asarray(field_table(theme)), FIELD_OPACITY).tolist()
