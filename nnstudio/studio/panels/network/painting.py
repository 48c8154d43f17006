"""The changing part of the network view as pixels: edges, tiles with their bars, dots and the input."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from PySide6.QtCore import QRectF

from nnstudio.data.problem import InputSpace
from nnstudio.insight.edges import Edges
from nnstudio.studio.painting.images import grey_index, signed_index
from nnstudio.studio.painting.pixel_painting import disc, lay_grid, mixed, resample, value_of
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, Theme, ink_table, signed_table
from nnstudio.studio.panels.network.edges import colour_in, draw_edges
from nnstudio.studio.panels.network.layout import LayerBox

ACTIVITY_LEVELS = 16
QUIET = 0.4
"""Opacity of a silent unit's picture."""

DOT_LEVELS = 20
SMALLEST_BAR = 0.03
FADED_BITS = np.uint16(2)

CALM_OPACITY_EXPONENT = 0.6
"""Small weights are fainter than in the templates panel, among edges and tiles."""


@dataclass(frozen=True)
class Sheet:
    """The target of painting: pixels, ink, scale and theme.

    Attributes
    ----------
    pixels : ndarray of shape (height, width), uint32
        Its first pixel is the view's corner.
    ink : ndarray of shape (2, height, width), uint16
        For edges; empty before and after.
    pixel : float
        Side of one in the view's units.
    theme : Theme
    """

    pixels: np.ndarray
    ink: np.ndarray
    pixel: float
    theme: Theme

    def whole(self, length: float) -> int:
        """Return a length of the view in pixels."""
        return round(length / self.pixel)


def paint_edges(sheet: Sheet, drawn: list[tuple[Edges, np.ndarray, np.ndarray]], faded: list[QRectF]) -> None:
    """Paint edges.

    Parameters
    ----------
    drawn : list of (edges, start, end)
        With the ends of each edge, of shape (n, 2).
    faded : list of QRectF
        Boxes of units, in which edges are faint.
    """
    ink = sheet.ink
    pairs = [(start / sheet.pixel, end / sheet.pixel, edges.strength) for edges, start, end in drawn]
    draw_edges(ink, pairs, sheet.pixel)
    for box in faded:
        rows = slice(max(sheet.whole(box.top()), 0), max(sheet.whole(box.bottom()), 0))
        columns = slice(max(sheet.whole(box.left()), 0), max(sheet.whole(box.right()), 0))
        ink[:, rows, columns] >>= FADED_BITS
    colour_in(sheet.pixels, ink, sheet.theme)


def places_in_sight(sheet: Sheet, layer: LayerBox) -> tuple[np.ndarray, LayerBox]:
    """Return the places of a layer that are not outside the sheet, and the box of the cells they fill."""
    height, width = (side * sheet.pixel for side in sheet.pixels.shape)
    box = layer.box
    rows = _between(-box.top(), height - box.top(), layer.cell, layer.rows)
    columns = _between(-box.left(), width - box.left(), layer.pitch, layer.columns)
    places = (np.arange(*rows)[:, None] * layer.columns + np.arange(*columns)).ravel()
    n_columns = max(columns[1] - columns[0], 0)
    corner = (box.left() + columns[0] * layer.pitch, box.top() + rows[0] * layer.cell)
    seen = QRectF(*corner, n_columns * layer.pitch, max(rows[1] - rows[0], 0) * layer.cell)
    places = places[places < layer.n_places]
    return places, LayerBox(seen, max(n_columns, 1), layer.cell, len(places), layer.pictures, layer.pitch)


def _between(low: float, high: float, pitch: float, n: int) -> tuple[int, int]:
    return max(int(low // pitch), 0), min(int(-(-high // pitch)), n)


def paint_tiles(
    sheet: Sheet,
    layer: LayerBox,
    tiles: np.ndarray,
    limit: float | np.ndarray,
    share: np.ndarray | None,
    space: InputSpace,
) -> None:
    """Paint units as pictures, dimmed where they are quiet, with a bar for each one's activation.

    Parameters
    ----------
    layer : LayerBox
        Of whole cells; see `places_in_sight`.
    tiles : ndarray of shape (n, height, width)
    limit : float or ndarray of shape (n, 1, 1)
        What has the full colour.
    share : ndarray of shape (n,) or None
        Activations divided by the layer's largest.
    """
    theme, cell = sheet.theme, sheet.whole(layer.cell)
    bar = max(cell // 14, 1)
    gap = max(cell // 12, 1)
    side = max(cell - bar - gap - 1, 1)
    aspect = tiles.shape[2] / tiles.shape[1]
    height, width = (
        (max(round(side / aspect), 1), side) if aspect > 1 else (side, max(round(side * aspect), 1))
    )
    is_field = space.traits.has_field
    values = resample(tiles, height, width, smooth=is_field)
    index = signed_index(values, limit).astype(np.intp)
    level = np.full(len(tiles), ACTIVITY_LEVELS - 1)
    if share is not None:
        level = np.round(np.sqrt(np.abs(share)) * (ACTIVITY_LEVELS - 1)).astype(np.intp)
    index += (level * 256)[:, None, None]
    cells = np.full((len(tiles), height + 1 + bar, width), value_of(theme.panel), np.uint32)
    pictures = cells[:, :height]
    pictures[:] = np.take(_tile_table(theme, is_field), index)
    if cell >= 16:
        line = value_of(theme.line)
        pictures[:, (0, -1)] = line
        pictures[:, :, (0, -1)] = line
    if share is not None:
        long = np.abs(share) >= SMALLEST_BAR
        length = np.where(long, np.maximum(np.abs(share) * width, 1), 0)
        code = np.where(share < 0, value_of(theme.negative), value_of(theme.ink)).astype(np.uint32)
        strip = np.where(np.arange(width) < length[:, None], code[:, None], np.uint32(value_of(theme.panel)))
        cells[:, height + 1 :] = strip[:, None]
    _lay(sheet, layer, cells)


@cache
def _tile_table(theme: Theme, is_field: bool) -> np.ndarray:
    """Return colours by (activity level, colour index), flattened."""
    exponent = FIELD_OPACITY_EXPONENT if is_field else CALM_OPACITY_EXPONENT
    colours = np.array(signed_table(theme, theme.window, exponent), np.uint32)
    strength = QUIET + (1 - QUIET) * np.arange(ACTIVITY_LEVELS) / (ACTIVITY_LEVELS - 1)
    return mixed(value_of(theme.window), colours, strength[:, None]).ravel()


def paint_dots(sheet: Sheet, layer: LayerBox, share: np.ndarray) -> None:
    """Paint units as dots: bright for large activations, orange for negative ones.

    Parameters
    ----------
    share : ndarray of shape (n,)
        Activations divided by the layer's largest.
    """
    cell = sheet.whole(layer.cell)
    level = DOT_LEVELS + np.round(share * DOT_LEVELS).astype(np.intp)
    _lay(sheet, layer, _dots(sheet.theme, cell)[level], disc(cell, 0.36 * cell) > 0)


@lru_cache(maxsize=64)
def _dots(theme: Theme, cell: int) -> np.ndarray:
    """Return a picture (cell, cell) for each level, from fully negative over silent to fully active."""
    radius = 0.36 * cell
    share = np.arange(-DOT_LEVELS, DOT_LEVELS + 1) / DOT_LEVELS
    loud = np.where(share < 0, value_of(theme.negative), value_of(theme.ink))
    fill = mixed(value_of(theme.control), loud, np.abs(share))[:, None, None]
    ring = mixed(value_of(theme.panel), value_of(theme.muted), 0.5 * disc(cell, radius))
    return mixed(ring, fill, disc(cell, radius - max(1.0, 0.06 * cell)))


def paint_input(sheet: Sheet, box: QRectF, image: np.ndarray) -> None:
    """Paint the input's image (height, width), 0 paper … 1 ink."""
    size = (max(sheet.whole(box.height()), 1), max(sheet.whole(box.width()), 1))
    (values,) = resample(image[None], *size)
    pixels = np.take(np.array(ink_table(sheet.theme), np.uint32), grey_index(values))
    lay_grid(sheet.pixels, pixels[None], 1, size, (sheet.whole(box.top()), sheet.whole(box.left())))


def _lay(sheet: Sheet, layer: LayerBox, cells: np.ndarray, mask: np.ndarray | None = None) -> None:
    corner = (sheet.whole(layer.box.top()), sheet.whole(layer.box.left()))
    pitch = (sheet.whole(layer.cell), sheet.whole(layer.pitch))
    lay_grid(sheet.pixels, cells, layer.columns, pitch, corner, mask)
