"""Weights of one unit in two networks and their difference, in one colour scale."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import font, signed_table
from nnstudio.studio.views.view import View

CAPTION_HEIGHT = 17
GAP = 8


class PairView(View):
    """Shows three pictures side by side: A, B, and B − A; blue is positive, orange negative."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("A unit in both networks"), parent)
        self.set_design_minimum_size(106, 66)
        self._pictures: list[np.ndarray] = []
        self._title = ""

    def show_pair(self, title: str, first: np.ndarray, second: np.ndarray) -> None:
        """Show a unit's weights in both networks, each of shape (height, width)."""
        self._title = title
        self._pictures = [first, second, second - first]
        self.update()

    def clear(self, hint: str) -> None:
        """Show only a hint."""
        self._title, self._pictures = hint, []
        self.update()

    def _boxes(self) -> list[QRectF]:
        height, width = self._pictures[0].shape
        room = (self.design_width() - 2 * GAP) / 3
        tall = self.design_height() - 2 * CAPTION_HEIGHT
        scale = max(min(room / width, tall / height), 0.0)
        size = width * scale, height * scale
        left = (self.design_width() - 3 * size[0] - 2 * GAP) / 2
        return [QRectF(left + k * (size[0] + GAP), 2 * CAPTION_HEIGHT, *size) for k in range(3)]

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a weight in both networks."""
        if not self._pictures:
            return ""
        for box in self._boxes():
            if box.contains(QPointF(position)):
                height, width = self._pictures[0].shape
                row = min(int((position.y() - box.top()) / box.height() * height), height - 1)
                column = min(int((position.x() - box.left()) / box.width() * width), width - 1)
                a, b, difference = (signed(float(each[row, column]), 4) for each in self._pictures)
                return tr("{title}, row {row}, column {column}: A {a}, B {b}, B − A {difference}").format(
                    title=self._title, row=row, column=column, a=a, b=b, difference=difference
                )
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures with their names above."""
        painter = self.painter()
        centre = Qt.AlignmentFlag.AlignHCenter
        if not self._pictures:
            self.write_message(painter, self._title)
            return
        limit = max(float(max(np.abs(each).max() for each in self._pictures[:2])), 1e-12)
        top = QRectF(0, 0, self.design_width(), CAPTION_HEIGHT)
        painter.setFont(font(11))
        scale = f"{self._title} · ±{limit:.2f}"
        has_room = painter.fontMetrics().horizontalAdvance(scale) <= top.width()
        self.write(painter, top, scale if has_room else self._title, size_px=11, muted=True, align=centre)
        table = signed_table(self.theme, self.theme.window)
        for name, box, picture in zip(("A", "B", "B − A"), self._boxes(), self._pictures, strict=True):
            caption = QRectF(box.left(), box.top() - CAPTION_HEIGHT, box.width(), CAPTION_HEIGHT)
            self.write(painter, caption, name, size_px=11, bold=True, align=centre)
            painter.drawImage(box, indexed_image(signed_index(picture, limit), table))
