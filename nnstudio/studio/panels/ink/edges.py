"""A picture with its 4 × 4 cells, and in each the strength of the edges of eight directions."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.data.picture_features import ARROWS, N_CELLS, N_DIRECTIONS
from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, ink_table
from nnstudio.studio.views.view import View

_SHARE = 0.48
"""Length of the longest line of a cell, as a share of its side."""


class EdgeView(View):
    """Shows a picture, and its edges as lines from the middle of each cell towards more ink."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Edge directions in 4 × 4 cells"), parent)
        self.set_design_minimum_size(150, 150)
        self._picture: np.ndarray | None = None
        self._edges = np.zeros((N_CELLS * N_CELLS, N_DIRECTIONS), np.float32)

    def show_edges(self, picture: np.ndarray | None, edges: np.ndarray) -> None:
        """Show a picture (height, width), 0 … 1, with its edges (128,)."""
        self._picture, self._edges = picture, edges.reshape(N_CELLS * N_CELLS, N_DIRECTIONS)
        self.update()

    def frame(self) -> QRectF:
        """Return where the picture is, in design pixels."""
        side = float(min(self.design_width(), self.design_height()) - 2)
        return QRectF((self.design_width() - side) / 2, (self.design_height() - side) / 2, side, side)

    def explain(self, position: QPoint) -> str:
        """Return the strengths in the cell at a position."""
        frame, place = self.frame(), QPointF(position)
        if self._picture is None or not frame.contains(place):
            return ""
        each = frame.width() / N_CELLS
        row = min(int((place.y() - frame.top()) / each), N_CELLS - 1)
        column = min(int((place.x() - frame.left()) / each), N_CELLS - 1)
        strengths = self._edges[row * N_CELLS + column]
        words = "  ".join(
            f"{arrow} {float(value):.2f}" for arrow, value in zip(ARROWS, strengths, strict=True)
        )
        return tr("Row {row}, column {column}: {edges}").format(row=row + 1, column=column + 1, edges=words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, the cells and the lines."""
        painter = self.painter()
        if self._picture is None:
            self.write_message(painter, tr("Draw something: its edges appear here."))
            return
        frame = self.frame()
        image = indexed_image(grey_index(self._picture), ink_table(self.theme))
        painter.setOpacity(0.55)
        painter.drawImage(frame, image)
        painter.setOpacity(1.0)
        painter.setPen(QPen(colour(self.theme.line), 1))
        each = frame.width() / N_CELLS
        for k in range(N_CELLS + 1):
            painter.drawLine(
                QPointF(frame.left() + k * each, frame.top()),
                QPointF(frame.left() + k * each, frame.bottom()),
            )
            painter.drawLine(
                QPointF(frame.left(), frame.top() + k * each), QPointF(frame.right(), frame.top() + k * each)
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour(self.theme.accent), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        scale = _SHARE * each / max(float(self._edges.max()), 1e-6)
        for cell, strengths in enumerate(self._edges):
            row, column = divmod(cell, N_CELLS)
            middle = QPointF(frame.left() + (column + 0.5) * each, frame.top() + (row + 0.5) * each)
            for direction, strength in enumerate(strengths):
                if strength * scale >= 0.5:
                    turn = 2 * math.pi * direction / N_DIRECTIONS
                    reach = float(strength) * scale
                    painter.drawLine(
                        middle, middle + QPointF(reach * math.cos(turn), -reach * math.sin(turn))
                    )
