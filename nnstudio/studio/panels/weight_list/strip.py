"""The whole of theta at a glance: a pixel for each number, line by line."""

import math

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.parameters import parameter
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import scientific
from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.views.picture import Cell, Picture

LARGEST_CELL_PX = 8


class WeightStrip(Picture):
    """Shows theta as a strip that is cut into lines as long as there is room for."""

    chosen = Signal(object)
    """The `Parameter` that was clicked."""

    hovered = Signal(object)
    """The `Parameter` under the pointer, or None."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            tr("All weights and biases"),
            self._arrange_lines,
            self._words_of,
            parent,
            has_scope=False,
            has_cursor=False,
        )
        self.set_bar_visible(False)
        self._architecture: Architecture | None = None
        self._theta = np.zeros(0, np.float32)
        self._limit, self._columns, self._framed = 1.0, 1, None
        self.clicked.connect(lambda cell: self.chosen.emit(self._parameter_of(cell)))
        self.pointed.connect(lambda cell: self.hovered.emit(self._parameter_of(cell)))

    def show_theta(self, architecture: Architecture, theta: np.ndarray, limit: float) -> None:
        """Show numbers; ``limit`` is the size of one in full colour."""
        is_other = architecture != self._architecture
        self._architecture, self._theta, self._limit = architecture, theta, limit
        self.set_images(1)
        self._fill()
        if is_other:
            self._framed = None
            self.show_all()
            self.arrange()

    def mark(self, coordinate: int | None) -> None:
        """Frame a number, or none."""
        self._framed = coordinate
        if self.images:
            row, column = divmod(coordinate or 0, self._columns)
            self.images[0].frame(None if coordinate is None else QRectF(column, row, 1, 1))

    def _fill(self) -> None:
        """Cut theta into lines; what is missing of the last one is 0."""
        lines = np.zeros((-(-len(self._theta) // self._columns), self._columns), np.float32)
        lines.flat[: len(self._theta)] = np.nan_to_num(self._theta, posinf=self._limit, neginf=-self._limit)
        self.images[0].show_tiles(lines[None], self._limit)

    def _arrange_lines(self, room: QSizeF) -> None:
        n = len(self._theta)
        if not n or not self.images:
            return
        cell = min(math.sqrt(room.width() * room.height() / n), LARGEST_CELL_PX * text_scale())
        self._columns = min(max(math.ceil(room.width() / cell), 1), n)
        self._fill()
        self.mark(self._framed)
        rows = -(-n // self._columns)
        side = min(room.width() / self._columns, room.height() / rows)
        self.images[0].arrange(1, QRectF(0, 0, self._columns * side, rows * side))

    def _parameter_of(self, cell: Cell | None) -> object:
        coordinate = None if cell is None else cell.row * self._columns + cell.column
        if coordinate is None or coordinate >= len(self._theta):
            return None
        place = parameter(self._architecture, coordinate)
        # Biases that a network does not have are no rows of the list.
        return None if place.column is None and not self._architecture.has_biases else place

    def _words_of(self, cell: Cell) -> str:
        place = self._parameter_of(cell)
        if place is None:
            return ""
        value = float(self._theta[cell.row * self._columns + cell.column])
        return tr("{name} = {value}").format(name=place.name, value=scientific(value))
