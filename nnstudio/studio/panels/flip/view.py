"""Input, change and changed input of a flip, or two points of the plane."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.insight.flip import Flip
from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image, signed_index
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, colour, ink_table, signed_table
from nnstudio.studio.views.view import View

CAPTION_HEIGHT = 17
GAP = 10


class InputChangeView(View):
    """Shows three pictures side by side: the input, the change, and the changed input.

    In the plane there is one: both points and the line between them.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(180, 60)
        self._flip: Flip | None = None
        self._space: InputSpace | None = None
        self._share = 1.0
        self._field: np.ndarray | None = None
        self._message = ""

    def show_flip(self, flip: Flip, space: InputSpace, share: float, field: np.ndarray | None = None) -> None:
        """Show a flip, ``share`` of the way, 0 … 1, from the input to the changed one.

        ``field``, (side, side), is the output of the class before minus that of the other, over the plane.
        """
        self._flip, self._space, self._share, self._field = flip, space, share, field
        self.update()

    def clear(self, message: str) -> None:
        """Show a message instead."""
        self._flip, self._message = None, message
        self.update()

    def _boxes(self) -> list[QRectF]:
        if not self._space.traits.has_pixels:
            side = min(self.design_width() - 1.0, self.design_height() - CAPTION_HEIGHT - 1.0)
            return [QRectF(0.5, CAPTION_HEIGHT + 0.5, side, side)]
        rows, columns = self._space.shape
        room = (self.design_width() - 2 * GAP - 1) / 3
        scale = min(room / columns, (self.design_height() - CAPTION_HEIGHT - 1) / rows)
        pitch = columns * scale + GAP
        return [
            QRectF(0.5 + k * pitch, CAPTION_HEIGHT + 0.5, columns * scale, rows * scale) for k in range(3)
        ]

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pixel, before and after."""
        if self._flip is None:
            return ""
        place = QPointF(position)
        if not self._space.traits.has_pixels:
            ends = (self._flip.start, self._flip.x)
            before, after = (", ".join(signed(float(value), 3) for value in end) for end in ends)
            names = ", ".join(self._space.names)
            return tr("({names}): from ({before}) to ({after})").format(
                names=names, before=before, after=after
            )
        rows, columns = self._space.shape
        for box in self._boxes():
            if box.contains(place):
                row = min(int((place.y() - box.top()) / box.height() * rows), rows - 1)
                column = min(int((place.x() - box.left()) / box.width() * columns), columns - 1)
                before, after = self._flip.start, self._flip.x
                k = row * columns + column
                change = signed(float(after[k] - before[k]), 3)
                return tr(
                    "pixel row {row}, column {column}: ink {before:.2f}, flipped {after:.2f}\n"
                    "change {change}: blue is more ink, orange less"
                ).format(row=row, column=column, before=before[k], after=after[k], change=change)
        return ""

    def paintEvent(self, event: object) -> None:
        """Paint the pictures."""
        painter = self.painter()
        if self._flip is None:
            self.write_message(painter, self._message)
        elif self._space.traits.has_pixels:
            self._paint_images(painter)
        else:
            self._paint_way(painter)

    def _paint_images(self, painter: QPainter) -> None:
        flip, shape = self._flip, self._space.shape
        change = (flip.x - flip.start).reshape(shape)
        limit = float(np.abs(change).max())
        signed_colours = signed_table(self.theme, self.theme.window, exponent=FIELD_OPACITY_EXPONENT)
        ink = ink_table(self.theme)
        pictures = (
            (tr("as it is"), grey_index(flip.start.reshape(shape)), ink),
            (
                tr("change ±{limit:.2f}").format(limit=limit),
                np.ascontiguousarray(signed_index(change, limit)),
                signed_colours,
            ),
            (
                tr("at {share:.0f} %").format(share=100 * self._share),
                grey_index(flip.between(self._share).reshape(shape)),
                ink,
            ),
        )
        for box, (caption, index, table) in zip(self._boxes(), pictures, strict=True):
            painter.drawImage(box, indexed_image(index, table))
            self._frame(painter, box)
            room = QRectF(box.left(), 0, box.width() + GAP - 2, CAPTION_HEIGHT)
            self.write(painter, room, caption, size_px=11, muted=True)

    def _paint_way(self, painter: QPainter) -> None:
        (box,) = self._boxes()
        painter.fillRect(box, colour(self.theme.window))
        if self._field is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            index = np.ascontiguousarray(signed_index(self._field, float(np.abs(self._field).max())))
            table = signed_table(self.theme, self.theme.window, exponent=FIELD_OPACITY_EXPONENT)
            painter.drawImage(box, indexed_image(index, table))
        self._frame(painter, box)
        room = QRectF(0, 0, self.design_width(), CAPTION_HEIGHT)
        self.write(painter, room, tr("blue: the answer; orange: the other class"), size_px=11, muted=True)
        low, high = self._space.low, self._space.high
        start, end, now = (
            QPointF(box.left() + x1 * box.width(), box.bottom() - x2 * box.height())
            for x1, x2 in (
                ((x - low) / (high - low)).tolist()
                for x in (self._flip.start, self._flip.x, self._flip.between(self._share))
            )
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(self.theme.muted), 1.5))
        painter.drawLine(start, end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.text))
        painter.drawEllipse(start, 4, 4)
        painter.setPen(QPen(colour(self.theme.text), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(end, 4, 4)
        painter.setPen(QPen(colour(self.theme.selection), 2))
        painter.drawEllipse(now, 6, 6)

    def _frame(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
