"""Many small pictures in one: a layer's templates, or its units' activations over the plane or line."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.insight.tiles import are_curves, curve_pictures, curve_place
from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import SCOPE_WORDS, Scope
from nnstudio.studio.painting.numbers import figure, signed
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, Theme, signed_table, text_scale
from nnstudio.studio.session.evaluator import DEAD_WORDS
from nnstudio.studio.views.picture import Cell, Picture

GAP = 2
"""Between tiles, in cells."""

LARGEST_CELL_PX = 4.0
"""Of a tile when all are seen, in design pixels."""

_MARGIN_PX = 1
"""Around all tiles, for the frames of the outer ones."""


class TileMosaic:
    """Shows a layer's tiles as large as possible; a click or the arrow keys select a unit.

    Parameters
    ----------
    name : str
        Accessible name.
    select : callable (int)
        Called with the unit that is chosen.
    parent : QWidget, optional

    Attributes
    ----------
    picture : Picture
    """

    def __init__(self, name: str, select: Callable[[int], None], parent: QWidget | None = None) -> None:
        self.picture = Picture(name, self._lay_out, self._explain, parent)
        self.picture.clicked.connect(self._click)
        self.picture.stepped.connect(self._step)
        self._select = select
        self.quantity = tr("weight")
        self._space: InputSpace | None = None
        self._tiles = np.zeros((0, 1, 1), np.float32)
        self.scope = Scope.LAYER
        self._each = np.zeros(0, np.float32)
        """Largest absolute value of each tile."""
        self._is_signed = True
        self._network_limit: float | None = None
        self._dead: np.ndarray | None = None
        self._selected: int | None = None

    # Content

    def set_quantity(self, quantity: str, space: InputSpace) -> None:
        """Set what the numbers are: weights, or a field over the space, smooth between its points."""
        self.quantity, self._space = quantity, space
        self.picture.set_table(_field_table if space.traits.has_field else signed_table)

    @property
    def _is_curve(self) -> bool:
        return self._space is not None and are_curves(self._space)

    def show_tiles(self, tiles: np.ndarray, network_limit: float | None = None) -> None:
        """Show tiles, shape (n, height, width), float, all finite; curves along a line have the height 1.

        ``network_limit`` is the largest value of the whole network, where that is the scope.

        Notes
        -----
        Aliasing: keeps a reference; the array must not change.
        """
        (image,) = self.picture.set_images(1)
        image.gap, image.smooth = GAP, self._space is not None and self._space.traits.has_field
        flat = tiles.reshape(len(tiles), -1)
        lowest = flat.min(axis=1)
        self._tiles, self._is_signed = tiles, bool(lowest.min(initial=0) < 0)
        self._each, self._network_limit = np.maximum(flat.max(axis=1), -lowest), network_limit
        limit = self._each[:, None, None] if self.scope is Scope.UNIT else self._shared_limit()
        pictures = curve_pictures(tiles, limit) if self._is_curve else tiles
        is_other = image.tiles.shape != pictures.shape
        image.show_tiles(pictures, limit)
        if is_other:
            self.picture.show_all()
            self.picture.arrange()
            self._mark()
        self._write_scale()

    def clear(self) -> None:
        """Show nothing."""
        self.picture.set_images(0)

    def select(self, unit: int | None) -> None:
        """Frame the selected unit."""
        if unit != self._selected:
            self._selected = unit
            self._mark()
            self._write_scale()

    def set_dead(self, dead: np.ndarray | None) -> None:
        """Mark dead units (constant over the test set), bool (n,); None if unknown."""
        self._dead = dead
        self._mark()

    def _mark(self) -> None:
        for image in self.picture.images:
            n = len(image.tiles)
            has_selected = self._selected is not None and self._selected < n
            image.frame(image.tile_box(self._selected) if has_selected else None)
            is_known = self._dead is not None and len(self._dead) == n
            image.strike(np.flatnonzero(self._dead).tolist() if is_known else [])

    def _shared_limit(self) -> float:
        """Return the value of the full colour if it is the same for all units shown."""
        is_wide = self.scope is Scope.NETWORK and self._network_limit is not None
        return self._network_limit if is_wide else float(self._each.max())

    def _write_scale(self) -> None:
        if not len(self._each):
            return
        words = f"{self.quantity}, {tr(SCOPE_WORDS[self.scope])}"
        limit, is_by_tile = self._shared_limit(), self.scope is Scope.UNIT
        if is_by_tile:
            has_selected = self._selected is not None and self._selected < len(self._each)
            limit = float(self._each[self._selected]) if has_selected else None
            if has_selected:
                words = tr("{legend}, here the framed one's").format(legend=words)
        self.picture.set_scale(limit, words, is_by_tile=is_by_tile, is_signed=self._is_signed)

    # Layout

    def _lay_out(self, room: QSizeF) -> None:
        """Choose the number of columns that makes the tiles largest."""
        for image in self.picture.images:
            n, height, width = image.tiles.shape
            if not n:
                return
            cell_height, cell_width = height + GAP, width + GAP
            across, down = room.width() - 2 * _MARGIN_PX, room.height() - 2 * _MARGIN_PX
            scale, columns = 0.0, 1
            # The best layout has about sqrt(n · aspect) columns; try its neighbourhood.
            ideal = min(int(math.sqrt(n * (across / cell_width) / (down / cell_height))), n)
            for candidate in range(max(1, ideal - 2), min(n, ideal + 4) + 1):
                rows = -(-n // candidate)
                fits = min(across / (candidate * cell_width), down / (rows * cell_height))
                if fits > scale:
                    scale, columns = fits, candidate
            scale = min(scale, LARGEST_CELL_PX * text_scale())
            tile_width, tile_height = cell_width * scale, cell_height * scale
            if scale < 1:
                # Tiles that shrink have as many device pixels each.
                pixel = 1 / self.picture.devicePixelRatioF()
                tile_width, tile_height = (
                    max(int(side / pixel), 2) * pixel for side in (tile_width, tile_height)
                )
            box = QRectF(_MARGIN_PX, _MARGIN_PX, columns * tile_width, -(-n // columns) * tile_height)
            image.arrange(columns, box)
            self._mark()

    # Pointer and keys

    def _explain(self, cell: Cell) -> str:
        """Return the hover text of a cell: its value."""
        if self._is_curve:
            text = self._curve_words(cell)
        else:
            text = tr("unit {unit}, row {row}, column {column}: {quantity} {value}").format(
                unit=cell.tile + 1,
                row=cell.row,
                column=cell.column,
                quantity=self.quantity,
                value=signed(self._tiles[cell.tile, cell.row, cell.column], 3),
            )
        is_dead = self._dead is not None and cell.tile < len(self._dead) and self._dead[cell.tile]
        return f"{text}\n{tr(DEAD_WORDS)}" if is_dead else text

    def _curve_words(self, cell: Cell) -> str:
        space, (_, _, n_points) = self._space, self._tiles.shape
        share, point = curve_place(cell.column, n_points)
        value = self._tiles[cell.tile, 0, point]
        return tr("unit {unit}, {name} = {x}: {quantity} {value}").format(
            unit=cell.tile + 1,
            name=space.names[0],
            x=figure(float(space.inputs_at(np.array([share]))[0])),
            quantity=self.quantity,
            value=signed(value, 3),
        )

    def _click(self, cell: Cell) -> None:
        self._select(cell.tile)

    def _step(self, right: int, down: int) -> None:
        """Move the selection."""
        for image in self.picture.images:
            unit = 0 if self._selected is None else self._selected + right + down * image.columns
            if 0 <= unit < len(image.tiles):
                self._select(unit)

    # Numbers

    def numbers(self) -> tuple[list[str], list[list[object]]]:
        """Return the names of columns, and a row for each unit: its numbers, row by row of its tile."""
        if not self.picture.images:
            return [], []
        tiles = self._tiles
        n, height, width = tiles.shape
        names = [
            tr("row {row}, column {column}").format(row=row, column=column)
            for row in range(height)
            for column in range(width)
        ]
        rows = [[unit + 1, *numbers] for unit, numbers in enumerate(tiles.reshape(n, -1).tolist())]
        return [tr("unit"), *names], rows


def _field_table(theme: Theme) -> list[int]:
    return signed_table(theme, exponent=FIELD_OPACITY_EXPONENT)
