"""Pairs of images side by side, each with its caption."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.files.preview import Pair
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import Theme, colour, font, ink_table

CAPTION_HEIGHT = 17
BETWEEN, GAP = 3, 14


CAPTION_PX = 11


@dataclass(frozen=True)
class SheetLayout:
    """Geometry of a sheet of pairs.

    Attributes
    ----------
    columns : int
    side : float
        Of a picture, in pixels.
    """

    columns: int
    side: float

    @classmethod
    def within(cls, width: float, side: float) -> "SheetLayout":
        """Return the layout with as many columns as fit, and pictures filling the width."""
        columns = max(1, int((width + GAP) / (2 * side + BETWEEN + GAP)))
        return cls(columns, ((width + GAP) / columns - GAP - BETWEEN) / 2)

    @property
    def pitch(self) -> tuple[float, float]:
        """Distance between neighbouring pairs, across and down."""
        return 2 * self.side + BETWEEN + GAP, self.side + CAPTION_HEIGHT + 8

    def lines(self, height: float) -> int:
        """Return how many lines fit, at least one."""
        return max(1, int((height + 8) / self.pitch[1]))

    def place(self, nth: int) -> QRectF:
        """Return the box of a pair, its caption included."""
        line, column = divmod(nth, self.columns)
        across, down = self.pitch
        return QRectF(column * across, line * down, 2 * self.side + BETWEEN, self.side + CAPTION_HEIGHT)

    def at(self, point: QPointF, n: int) -> int | None:
        """Return the number of the pair at a point."""
        return next((nth for nth in range(n) if self.place(nth).contains(point)), None)


def paint_pairs(painter: QPainter, pairs: Sequence[Pair], layout: SheetLayout, theme: Theme) -> None:
    """Paint pairs with their labels, from the painter's origin."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.setFont(font(CAPTION_PX))
    metrics = painter.fontMetrics()
    table = ink_table(theme)
    for nth, pair in enumerate(pairs):
        place = layout.place(nth)
        for k, image in enumerate((pair.original, pair.drawn)):
            box = QRectF(place.left() + k * (layout.side + BETWEEN), place.top(), layout.side, layout.side)
            if image is None:
                painter.setPen(colour(theme.muted))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "new")
            else:
                painter.drawImage(box, indexed_image(grey_index(image), table))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(theme.line), 1))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        below = QRectF(place.left(), place.top() + layout.side + 1, place.width(), CAPTION_HEIGHT - 1)
        painter.setPen(colour(theme.text))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, pair.label)
        left = metrics.horizontalAdvance(pair.label) + 6
        room = below.adjusted(left, 0, 0, 0)
        short = metrics.elidedText(pair.source, Qt.TextElideMode.ElideRight, max(0, int(room.width())))
        painter.setPen(colour(theme.muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)
