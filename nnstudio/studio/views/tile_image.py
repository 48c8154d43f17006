"""A pyqtgraph image of numbers in tiles, drawn in colours at the size of the screen's pixels."""

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsRectItem

from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.images import pixel_image, signed_index
from nnstudio.studio.painting.pixel_painting import resample
from nnstudio.studio.painting.theme import Theme, appearance, colour, signed_ink_table, signed_table

ZERO = 128
"""Colour index of the number zero; that of the background, in most colour tables."""

LARGEST_TILE_PX = 512
"""A smooth tile that is larger is computed for this size, and its pixels repeat."""


@contained
class TileImage(pg.ImageItem):
    """Tiles of numbers in rows: units' templates, or one matrix, which is a single tile.

    Item coordinates are cells: those of tiles, and of the gaps to the right of each tile and below it.

    Parameters
    ----------
    drawn_limit : callable (limit) -> limit
        Returns the values of the full colour to draw with for those that are the tiles' own.
    gap : float
        Between tiles, in cells.
    is_bordered : bool
        Whether a line is drawn around all.

    Notes
    -----
    Decided 2026-11: pyqtgraph would hand Qt an image of the tiles' own size. Qt scales that on a pool of
    threads and waits for them holding the interpreter lock, which a trainer beside needs. So `paint` computes
    the visible pixels by NumPy, with whole pixels between small tiles; an image is kept until numbers or the
    view change.
    """

    def __init__(
        self,
        drawn_limit: Callable[[np.ndarray], np.ndarray],
        *,
        gap: float = 0.0,
        is_bordered: bool = False,
    ) -> None:
        super().__init__(axisOrder="row-major")
        self.drawn_limit, self.gap, self._is_bordered = drawn_limit, gap, is_bordered
        self.columns = 1
        self.smooth = False
        """Whether numbers between cells are interpolated where cells are larger than pixels."""
        self.gap_index = ZERO
        self.colours: Callable[[Theme], list[int]] = signed_table
        """Returns the colours, ``0xffRRGGBB``, of indices 1 … 255 for −limit … +limit."""
        self.table = np.zeros(256, np.uint32)
        self.limit = np.zeros((0, 1, 1), np.float32)
        self._drawn: QImage | None = None
        self._drawn_at: tuple[float, ...] = ()
        self._frame = QGraphicsRectItem(self)
        self._frame.hide()
        self._strikes = QGraphicsPathItem(self)
        self._struck: list[int] = []
        self.restyle()

    # Content

    def show_tiles(self, tiles: np.ndarray, limit: float | np.ndarray) -> None:
        """Show other numbers.

        Parameters
        ----------
        tiles : ndarray of shape (n, height, width), float
            All finite.
        limit : float or ndarray of shape (n, 1, 1) or (n, height, 1)
            Value of the full colour, of all, of each tile, or of each row of cells.

        Notes
        -----
        Aliasing: keeps a reference; the array must not change.
        """
        n, height, _ = tiles.shape
        is_by_row = np.ndim(limit) == 3 and np.shape(limit)[1] > 1
        self.limit = np.broadcast_to(np.asarray(limit, np.float32), (n, height if is_by_row else 1, 1))
        self.setImage(tiles, autoLevels=False)
        self.redraw()

    def redraw(self) -> None:
        """Compute the pixels again at the next painting."""
        self._drawn = None
        self.update()

    def arrange(self, columns: int, box: QRectF) -> None:
        """Place tiles in rows of ``columns``; ``box`` holds all tiles, each with its gap."""
        if columns != self.columns:
            self.prepareGeometryChange()
            self.columns = columns
            self._place_strikes()
        self.setRect(box)
        self.redraw()

    def show_ink(self, image: np.ndarray) -> None:
        """Show ink, shape (height, width), 0 … 1, in its own colours, whatever the colour bar says."""
        if self.colours is not signed_ink_table:
            self.colours, self.drawn_limit = signed_ink_table, np.asarray
            self.restyle()
        self.show_tiles(image[None], 1.0)

    def restyle(self) -> None:
        """Draw in the theme's colours."""
        self.table = np.asarray(self.colours(appearance.theme), np.uint32)
        self.border = pg.mkPen(colour(appearance.theme.line)) if self._is_bordered else None
        for mark, code, width in (
            (self._frame, appearance.theme.selection, 2.0),
            (self._strikes, appearance.theme.muted, 1.5),
        ):
            pen = QPen(colour(code), width)
            pen.setCosmetic(True)
            mark.setPen(pen)
        self.redraw()

    def frame(self, box: QRectF | None) -> None:
        """Frame a part, as the box of a tile, in cells; None frames none."""
        self._frame.setVisible(box is not None)
        if box is not None:
            self._frame.setRect(box)

    def strike(self, tiles: list[int]) -> None:
        """Strike tiles through: dead units."""
        if tiles != self._struck:
            self._struck = tiles
            self._place_strikes()

    def _place_strikes(self) -> None:
        path = QPainterPath()
        for tile in self._struck:
            box = self.tile_box(tile)
            path.moveTo(box.bottomLeft())
            path.lineTo(box.topRight())
        self._strikes.setPath(path)
        # An empty path would be written to an SVG, whose readers complain.
        self._strikes.setVisible(bool(self._struck))

    # Geometry, in cells

    @property
    def tiles(self) -> np.ndarray:
        """The numbers, shape (n, height, width)."""
        return np.zeros((0, 1, 1), np.float32) if self.image is None else self.image

    @property
    def rows(self) -> int:
        """Number of rows of tiles."""
        return -(-len(self.tiles) // self.columns)

    def width(self) -> float:
        """Return the width of all."""
        return self.columns * (self.tiles.shape[2] + self.gap)

    def height(self) -> float:
        """Return the height of all."""
        return self.rows * (self.tiles.shape[1] + self.gap)

    def tile_box(self, tile: int) -> QRectF:
        """Return where a tile is."""
        _, height, width = self.tiles.shape
        row, column = divmod(tile, self.columns)
        return QRectF(column * (width + self.gap), row * (height + self.gap), width, height)

    def cell_at(self, place: QPointF) -> tuple[int, int, int] | None:
        """Return the tile, row and column at a place, that of the nearest cell in a gap."""
        n, height, width = self.tiles.shape
        if not n or not self.boundingRect().contains(place):
            return None
        tile_row, y = divmod(place.y(), height + self.gap)
        tile_column, x = divmod(place.x(), width + self.gap)
        tile = min(int(tile_row), self.rows - 1) * self.columns + min(int(tile_column), self.columns - 1)
        return (tile, min(int(y), height - 1), min(int(x), width - 1)) if tile < n else None

    # Painting

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint the part that is seen."""
        view = self.getViewBox()
        if view is None or not len(self.tiles):
            return
        to_painter = painter.transform()
        # Pixels of the device per unit of the painter, which may be redirected to a file.
        ratio = painter.deviceTransform().m11() / to_painter.m11()
        seen = self.mapRectFromItem(view, view.rect()) & self.boundingRect()
        all_px = _times(to_painter.mapRect(self.boundingRect()), ratio)
        seen_px = _times(to_painter.mapRect(seen), ratio).toRect()
        if seen_px.isEmpty():
            return
        place = (*all_px.getRect(), *seen_px.getRect(), ratio)
        if self._drawn is None or self._drawn_at != place:
            left, top, width, height = all_px.getRect()
            _, n_rows, n_columns = self.tiles.shape
            down = _Span(top, height, self.rows, n_rows, seen_px.top(), seen_px.height(), self)
            right = _Span(left, width, self.columns, n_columns, seen_px.left(), seen_px.width(), self)
            self._drawn = pixel_image(self._pixels(down, right))
            self._drawn_at = place
        painter.save()
        painter.resetTransform()
        painter.scale(1 / ratio, 1 / ratio)
        painter.drawImage(seen_px.topLeft(), self._drawn)
        painter.restore()
        if self.border is not None:
            painter.setPen(self.border)
            painter.drawRect(self.boundingRect())

    def _pixels(self, down: "_Span", right: "_Span") -> np.ndarray:
        """Compute the colours of what is seen, uint32."""
        rows = slice(down.first * self.columns, down.stop * self.columns)
        tiles, limit = self.tiles[rows], np.asarray(self.drawn_limit(self.limit), np.float32)[rows]
        n_rows, n_columns = down.stop - down.first, right.stop - right.first
        if n_columns < self.columns:
            chosen = np.arange(n_rows)[:, None] * self.columns + np.arange(right.first, right.stop)
            # The last row may be shorter.
            chosen = chosen[chosen < len(tiles)]
            tiles, limit = tiles[chosen], limit[chosen]
        tiles = tiles[:, down.cells][:, :, right.cells]
        is_by_row = limit.shape[1] > 1
        if is_by_row:
            limit = limit[:, down.cells]
        if tiles.shape[1:] != (down.size, right.size):
            tiles = resample(tiles, down.size, right.size, smooth=self.smooth)
            limit = resample(limit, down.size, 1) if is_by_row else limit
        index = signed_index(tiles, limit)
        if len(tiles) < n_rows * n_columns:
            missing = n_rows * n_columns - len(tiles)
            rest = np.full((missing, down.size, right.size), self.gap_index, np.uint8)
            index = np.concatenate((index, rest))
        by_row = index.reshape(n_rows, n_columns, down.size, right.size).transpose(0, 2, 1, 3)
        if down.pitch_px and right.pitch_px:
            # Pixel by pixel as it is seen: small templates that are updated live.
            shape = n_rows, down.pitch_px, n_columns, right.pitch_px
            sheet = np.full(shape, self.gap_index, np.uint8)
            sheet[:, : down.size, :, : right.size] = by_row
            sheet = sheet.reshape(n_rows * down.pitch_px, n_columns * right.pitch_px)
            return self.table.take(sheet[down.visible, right.visible])
        # The last row and column are the gap's.
        sheet = np.full((n_rows * down.size + 1, n_columns * right.size + 1), self.gap_index, np.uint8)
        sheet[:-1, :-1] = by_row.reshape(n_rows * down.size, n_columns * right.size)
        return self.table.take(right.pick(down.pick(sheet, 0), 1))


class _Span:
    """What pixels show along one axis: which tiles are seen, and which cell of them is at each pixel.

    Parameters
    ----------
    start, length : float
        Of the image, in pixels.
    n_tiles, n_cells : int
        Tiles in the image, and cells in a tile.
    low, n_px : int
        The pixels that are seen.
    image : TileImage

    Attributes
    ----------
    first, stop : int
        The tiles that are seen.
    cells : slice, or ndarray of int
        The cells of a tile that are looked at.
    size : int
        To how many cells those of a tile are resampled.
    pitch_px : int
        From each tile to the next, where the cells of all tiles are pixels; else 0.
    visible : slice
        The pixels that are seen, counted from the first of these tiles.
    """

    def __init__(
        self, start: float, length: float, n_tiles: int, n_cells: int, low: int, n_px: int, image: TileImage
    ) -> None:
        pitch = length / n_tiles
        self.cells: slice | np.ndarray = slice(0, n_cells)
        self._sources: tuple[np.ndarray, ...]
        """The cells at each pixel, counted through the tiles that are seen; for a gap, one after the last."""
        self.first = min(max(math.floor((low - start) / pitch), 0), n_tiles - 1)
        self.stop = min(max(math.ceil((low + n_px - start) / pitch), self.first + 1), n_tiles)
        cell_px = pitch / (n_cells + image.gap)
        if n_tiles == 1 and not image.gap:
            first = min(max(math.floor((low - start) / cell_px), 0), n_cells - 1)
            stop = min(max(math.ceil((low + n_px - start) / cell_px), first + 1), n_cells)
            self.cells = slice(first, stop)
            start, n_cells = start + first * cell_px, stop - first
            pitch = n_cells * cell_px
        # Where tiles begin, on whole pixels.
        edges = np.rint(start + np.arange(self.first, self.stop + 1) * pitch)
        pixel = low + np.arange(n_px)
        self.pitch_px = 0
        self.visible = slice(low - int(edges[0]), low + n_px - int(edges[0]))
        if n_tiles == 1 and not image.gap and cell_px < 1:
            self._look_at_two(pixel, start, cell_px, n_cells)
            return
        tile = np.clip(np.searchsorted(edges, pixel, side="right") - 1, 0, len(edges) - 2)
        self.size = n_cells
        if cell_px < 1 and image.gap:
            # As many pixels for each tile, and at least one between two.
            self.size = max(min(int(np.diff(edges).min()) - 1, n_cells), 1)
            cell = pixel - edges[tile]
            is_even = np.ptp(np.diff(edges)) == 0 and edges[0] <= low and low + n_px <= edges[-1]
            self.pitch_px = int(edges[1] - edges[0]) if is_even else 0
        else:
            if cell_px < 1 or image.smooth:
                self.size = max(min(round(n_cells * cell_px), LARGEST_TILE_PX), 1)
            cell = (pixel + 0.5 - edges[tile]) / (n_cells * cell_px) * self.size
        cell = np.maximum(cell.astype(np.intp), 0)
        n_all = self.size * (self.stop - self.first)
        if not image.gap:
            cell = np.minimum(cell, self.size - 1)
        self._sources = (np.where(cell < self.size, tile * self.size + cell, n_all),)

    def _look_at_two(self, pixel: np.ndarray, start: float, cell_px: float, n_cells: int) -> None:
        """Show the mean of two cells at each pixel, as Qt's smooth scaling does.

        A matrix may have a million cells: means over all of them take 5 times as long.
        """
        places = [(pixel + share - start) / cell_px for share in (0.25, 0.75)]
        cells = np.clip(np.stack(places).astype(np.intp), 0, n_cells - 1)
        self.size = n_cells
        if 4 * len(pixel) < n_cells:
            # Others need not be coloured.
            used, source = np.unique(cells, return_inverse=True)
            cells = source.reshape(cells.shape)
            self.cells, self.size = used + self.cells.start, len(used)
        self._sources = tuple(cells)

    def pick(self, sheet: np.ndarray, axis: int) -> np.ndarray:
        """Return the colour index at each pixel from those of the cells, uint8, or the mean of two."""
        picked = [sheet.take(source, axis=axis) for source in self._sources]
        if len(picked) == 1:
            return picked[0]
        one, other = picked
        return (one & other) + ((one ^ other) >> np.uint8(1))


def _times(rect: QRectF, factor: float) -> QRectF:
    return QRectF(rect.topLeft() * factor, rect.size() * factor)
