"""Many small pictures as one image: the templates of a layer, with hit-testing by division."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.insight.tiles import mosaic
from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import SCOPE_WORDS, Scope
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.pixel_painting import resample
from nnstudio.studio.painting.theme import (
    FIELD_OPACITY_EXPONENT,
    TEMPLATE_OPACITY_EXPONENT,
    colour,
    signed_table,
)
from nnstudio.studio.views.activation_strips import DEAD_WORDS
from nnstudio.studio.views.colour_legend import LEGEND_HEIGHT, LEGEND_TIP, paint_signed_legend
from nnstudio.studio.views.view import View

ZERO = 128
GAP = 2


class TileMosaic(View):
    """Shows a layer's tiles as large as possible; hover text by cell, a click selects the unit."""

    unit_clicked = Signal(int)
    unit_pointed = Signal(object)
    """The unit under the pointer, or None."""
    legend_clicked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_design_minimum_size(120, 90)
        self.quantity = tr("weight")
        self.smooth = False
        self.scope = Scope.LAYER
        self._tiles: np.ndarray | None = None
        self._network_limit: float | None = None
        self._each = np.zeros(0)
        self._dead: np.ndarray | None = None
        self._selected: int | None = None
        self._columns = 1
        self._index: np.ndarray | None = None
        self._image: QImage | None = None
        self._box = QRectF()

    # Content

    def show_tiles(self, tiles: np.ndarray, network_limit: float | None = None) -> None:
        """Show tiles, shape (n, height, width), float, all finite.

        ``network_limit`` is the largest value of the whole network, where that is the scope.

        Notes
        -----
        Aliasing: keeps a reference; the array must not change.
        """
        self._tiles, self._network_limit = tiles, network_limit
        self._image = None
        self.update()

    def clear(self) -> None:
        """Clear the view."""
        self._tiles = self._image = None
        self.update()

    def select(self, unit: int | None) -> None:
        """Frame the selected unit."""
        if unit != self._selected:
            self._selected = unit
            self.update()

    def set_scope(self, scope: Scope) -> None:
        """Set the colour scale's scope: unit, layer or network."""
        self.scope = scope
        self._image = None
        self.update()

    def set_dead(self, dead: np.ndarray | None) -> None:
        """Mark dead units (constant over the test set), bool (n,); None if unknown."""
        self._dead = dead
        self.update()

    def restyle(self) -> None:
        """Drop the cached image and repaint in the new colours."""
        self._image = None
        super().restyle()

    def resizeEvent(self, event: object) -> None:
        """Lay out the tiles for the new size."""
        self._image = None

    # Layout

    def _lay_out(self) -> None:
        """Choose the number of columns that makes the tiles largest."""
        n, tile_height, tile_width = self._tiles.shape
        width, height = self.design_width(), max(self.design_height() - LEGEND_HEIGHT, 1)
        cell_height, cell_width = tile_height + GAP, tile_width + GAP
        scale, columns = 0.0, 1
        # The best layout has about sqrt(n · aspect) columns; try its neighbourhood.
        ideal = min(int(math.sqrt(n * (width / cell_width) / (height / cell_height))), n)
        for candidate in range(max(1, ideal - 2), min(n, ideal + 4) + 1):
            rows = -(-n // candidate)
            fits = min(width / (candidate * cell_width), height / (rows * cell_height))
            if fits > scale:
                scale, columns = fits, candidate
        rows = -(-n // columns)
        scale = min(scale, 4.0)
        self._columns = columns
        cell_width, cell_height = cell_width * scale, cell_height * scale
        if scale < 1:
            # Tiles that shrink are rendered in whole device pixels.
            pixel = 1 / self.design_pixel_ratio()
            cell_width, cell_height = (
                max(int(side / pixel), 2) * pixel for side in (cell_width, cell_height)
            )
        self._box = QRectF(0, 0, columns * cell_width, rows * cell_height)

    def _render(self) -> None:
        self._lay_out()
        tiles, gap = self._tiles, GAP
        flat = tiles.reshape(len(tiles), -1)
        self._each = np.maximum(flat.max(axis=1), -flat.min(axis=1))
        limit = self._each[:, None, None] if self.scope is Scope.UNIT else self._shared_limit()
        width, height = (round(side * self.design_pixel_ratio()) for side in self._cell_size())
        if width < tiles.shape[2] + GAP:
            gap = 1
            tiles = resample(tiles, height - gap, width - gap)
        self._index = mosaic(signed_index(tiles, limit), self._columns, gap, ZERO)
        exponent = FIELD_OPACITY_EXPONENT if self.smooth else TEMPLATE_OPACITY_EXPONENT
        self._image = indexed_image(self._index, signed_table(self.theme, exponent=exponent))

    def _shared_limit(self) -> float:
        """Return the value of the full colour if it is the same for all units shown."""
        is_wide = self.scope is Scope.NETWORK and self._network_limit is not None
        return self._network_limit if is_wide else float(self._each.max())

    def _legend_box(self) -> QRectF:
        return QRectF(0, self.design_height() - LEGEND_HEIGHT, self.design_width(), LEGEND_HEIGHT)

    def _cell_size(self) -> tuple[float, float]:
        rows = -(-len(self._tiles) // self._columns)
        return self._box.width() / self._columns, self._box.height() / rows

    def _tile_box(self, unit: int) -> QRectF:
        width, height = self._cell_size()
        row, column = divmod(unit, self._columns)
        _, tile_height, tile_width = self._tiles.shape
        return QRectF(
            column * width,
            row * height,
            width * tile_width / (tile_width + GAP),
            height * tile_height / (tile_height + GAP),
        )

    def unit_at(self, position: QPointF) -> int | None:
        """Return the unit whose tile is at ``position``."""
        if self._tiles is None or self._image is None or not self._box.contains(position):
            return None
        width, height = self._cell_size()
        column = min(int(position.x() / width), self._columns - 1)
        unit = int(position.y() / height) * self._columns + column
        return unit if unit < len(self._tiles) else None

    # Mouse and keyboard

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a cell: its value."""
        unit = self.unit_at(QPointF(position))
        if unit is None:
            return tr(LEGEND_TIP) if self._legend_box().contains(QPointF(position)) else ""
        box = self._tile_box(unit)
        _, height, width = self._tiles.shape
        row = min(int((position.y() - box.top()) / box.height() * height), height - 1)
        column = min(int((position.x() - box.left()) / box.width() * width), width - 1)
        value = signed(self._tiles[unit, row, column], 3)
        text = tr("unit {unit}, row {row}, column {column}: {quantity} {value}").format(
            unit=unit, row=row, column=column, quantity=self.quantity, value=value
        )
        return f"{text}\n{tr(DEAD_WORDS)}" if self._is_dead(unit) else text

    def _is_dead(self, unit: int) -> bool:
        return self._dead is not None and unit < len(self._dead) and bool(self._dead[unit])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the hovered unit in other views."""
        self.unit_pointed.emit(self.unit_at(self.place_of(event)))

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the mark in other views."""
        self.unit_pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the unit under the pointer."""
        unit = self.unit_at(self.place_of(event))
        if unit is not None:
            self.unit_clicked.emit(unit)
        elif self._legend_box().contains(self.place_of(event)):
            self.legend_clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection by arrow keys."""
        move = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }.get(Qt.Key(event.key()))
        if move is None or self._tiles is None:
            super().keyPressEvent(event)
            return
        unit = 0 if self._selected is None else self._selected + move
        if 0 <= unit < len(self._tiles):
            self.unit_clicked.emit(unit)

    # Painting

    def paintEvent(self, event: object) -> None:
        """Paint the tiles in one image, the selection and the colour scale."""
        painter = self.painter()
        if self._tiles is None:
            return
        if self._image is None:
            self._render()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
        painter.drawImage(self._box, self._image)
        if self._dead is not None and len(self._dead) == len(self._tiles):
            painter.setPen(QPen(colour(self.theme.muted), 1.5))
            boxes = [self._tile_box(unit) for unit in np.flatnonzero(self._dead).tolist()]
            painter.drawLines([QLineF(box.bottomLeft(), box.topRight()) for box in boxes])
        if self._selected is not None and self._selected < len(self._tiles):
            painter.setPen(QPen(colour(self.theme.selection), 2))
            # Inside the tile: outside, the frames of the first row and column would be clipped.
            painter.drawRect(self._tile_box(self._selected).adjusted(1, 1, -1, -1))
        elif self.hasFocus():
            painter.setPen(QPen(colour(self.theme.accent), 1))
            painter.drawRect(self._box.adjusted(0, 0, -1, -1))
        limit, label = self._shared_limit(), f"{self.quantity}, {tr(SCOPE_WORDS[self.scope])}"
        if self.scope is Scope.UNIT:
            is_framed = self._selected is not None and self._selected < len(self._each)
            limit = float(self._each[self._selected]) if is_framed else None
            if is_framed:
                label = tr("{legend}, here the framed one's").format(legend=label)
        paint_signed_legend(self, painter, self._legend_box(), limit, label)
