"""The lines z = 0 of the units of the first layer, as a pyqtgraph item."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.studio.painting.theme import Theme, appearance, colour, text_scale

TICK_PX = 7
"""Of the tick on the positive side of a line, in design pixels."""


def _pen(code: str, opacity: float, width_px: float) -> QPen:
    pen = QPen(colour(code, opacity), width_px * text_scale())
    pen.setCosmetic(True)
    # Others take ten times as long.
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


class UnitLines(pg.UIGraphicsItem):
    """The straight lines where the units of the first layer are at 0, each with a tick on its positive side.

    Attributes
    ----------
    ends : float64 ndarray of shape (n_units, 2, 2)
        See ``insight.plane_map.unit_lines``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ends = np.empty((0, 2, 2))
        self._lines: list[QLineF | None] = []
        self.standing_out: int | None = None
        """The unit that the pointer, or the selection, is on."""

    def show_lines(self, ends: np.ndarray) -> None:
        """Show other lines."""
        self.ends = ends
        self._lines = [None if np.isnan(pair[0, 0]) else QLineF(*pair.ravel().tolist()) for pair in ends]
        self.update()

    def stand_out(self, unit: int | None) -> None:
        """Let the line of a unit stand out among the others, or none."""
        if unit != self.standing_out:
            self.standing_out = unit
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint the lines, the one that stands out last."""
        theme, chosen = appearance.theme, self.standing_out
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        opacity = 0.9 if chosen is None else 0.5
        self._paint(painter, theme, [line for k, line in enumerate(self._lines) if k != chosen], opacity)
        if chosen is not None and chosen < len(self._lines):
            self._paint(painter, theme, [self._lines[chosen]], None)

    def _paint(
        self, painter: QPainter, theme: Theme, lines: list[QLineF | None], opacity: float | None
    ) -> None:
        seen = [line for line in lines if line is not None]
        pen = _pen(theme.selection, 1.0, 3) if opacity is None else _pen(theme.muted, opacity, 1.0)
        painter.setPen(pen)
        painter.drawLines(seen)
        scale = TICK_PX * text_scale()
        painter.drawLines(
            [_tick(line, scale * self.pixelWidth(), scale * self.pixelHeight()) for line in seen]
        )

    def unit_at(self, place: QPointF, reach_px: float) -> int | None:
        """Return the unit whose line passes within so many pixels of a place of the view."""
        if not len(self.ends):
            return None
        px = np.array((self.pixelWidth() or 1.0, self.pixelHeight() or 1.0))
        starts, way = self.ends[:, 0] / px, (self.ends[:, 1] - self.ends[:, 0]) / px
        beside = np.array((place.x(), place.y())) / px - starts
        with np.errstate(invalid="ignore"):
            apart = np.abs(way[:, 0] * beside[:, 1] - way[:, 1] * beside[:, 0]) / np.hypot(*way.T)
        apart = np.nan_to_num(apart, nan=np.inf)
        nearest = int(apart.argmin())
        return nearest if apart[nearest] <= reach_px else None


def _tick(line: QLineF, across: float, up: float) -> QLineF:
    """Return a short way from the middle of a line to its left, square to it on the screen."""
    dx, dy = line.dx() / across, line.dy() / up
    length = float(np.hypot(dx, dy)) or 1.0
    middle = line.center()
    return QLineF(middle, middle + QPointF(-dy / length * across, dx / length * up))
