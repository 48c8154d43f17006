"""A dreamt input: an image, or a point in the plane over the unit's activation."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image, signed_index
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, colour, ink_table, signed_table
from nnstudio.studio.views.view import View


class DreamView(View):
    """Shows the dreamt input as large as possible."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(100, 100)
        self._x: np.ndarray | None = None
        self._space: InputSpace | None = None
        self._field: np.ndarray | None = None

    def show_dream(self, x: np.ndarray, space: InputSpace, field: np.ndarray | None = None) -> None:
        """Show an input; ``field``, (side, side), is the unit's activation over the plane."""
        self._x, self._space, self._field = x, space, field
        self.update()

    def clear(self) -> None:
        """Clear the picture."""
        self._x = None
        self.update()

    def _box(self) -> QRectF:
        rows, columns = self._space.shape if self._space.traits.has_pixels else (1, 1)
        scale = min((self.design_width() - 2) / columns, (self.design_height() - 2) / rows)
        return QRectF((self.design_width() - columns * scale) / 2, 1, columns * scale, rows * scale)

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pixel or of the point."""
        if self._x is None:
            return tr("Start the dream: the picture climbs towards what excites the neuron most.")
        box = self._box()
        if not box.contains(QPointF(position)):
            return ""
        if not self._space.traits.has_pixels:
            values = zip(self._space.names, self._x.tolist(), strict=True)
            return ", ".join(f"{name} = {signed(value, 3)}" for name, value in values)
        rows, columns = self._space.shape
        row = min(int((position.y() - box.top()) / box.height() * rows), rows - 1)
        column = min(int((position.x() - box.left()) / box.width() * columns), columns - 1)
        return tr("dreamt pixel row {row}, column {column}: ink {ink:.2f} (0 … 1)").format(
            row=row, column=column, ink=self._x[row * columns + column]
        )

    def paintEvent(self, event: object) -> None:
        """Paint image or point."""
        painter = self.painter()
        if self._x is None:
            side = min(self.design_width(), self.design_height()) - 2
            box = QRectF((self.design_width() - side) / 2, 1, side, side)
            painter.fillRect(box, colour(self.theme.paper))
        else:
            box = self._box()
            if self._space.traits.has_pixels:
                picture = grey_index(self._x.reshape(self._space.shape))
                painter.drawImage(box, indexed_image(picture, ink_table(self.theme)))
            else:
                self._paint_point(painter, box)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _paint_point(self, painter: QPainter, box: QRectF) -> None:
        painter.fillRect(box, colour(self.theme.window))
        if self._field is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            index = np.ascontiguousarray(signed_index(self._field, float(np.abs(self._field).max())))
            table = signed_table(self.theme, self.theme.window, exponent=FIELD_OPACITY_EXPONENT)
            painter.drawImage(box, indexed_image(index, table))
        x1, x2 = ((self._x - self._space.low) / (self._space.high - self._space.low)).tolist()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(self.theme.selection), 2))
        painter.drawEllipse(QPointF(box.left() + x1 * box.width(), box.bottom() - x2 * box.height()), 6, 6)
