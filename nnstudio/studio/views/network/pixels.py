"""The network view's image: edges, tiles with their bars, dots and the input, composed as pixels by NumPy.

Decided 2026-11: Qt draws a curve of 300 pixels as some hundred pieces on a pool of threads, and keeps the
interpreter lock while it waits for them. Here all curves are a few operations on arrays, without the lock.
Measured against a `QGraphicsView` with path items for 48 levels of ink, a pixmap item for each layer, and
text items (784-100-300-10, two cores, offscreen; a frame alone, and what a training keeps of its speed beside
30 frames a second): 4.0 ms and 0.85 against 6.5 ms and 0.84 at 640 × 380, 6.4 ms and 0.85 against 10.0 ms
and 0.78 at 900 × 500. Without antialiasing it is slower still.
"""

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage

from nnstudio.data.problem import InputSpace
from nnstudio.insight.edges import Edges
from nnstudio.insight.tiles import are_curves, curve_pictures
from nnstudio.studio.painting.images import grey_index, pixel_image, signed_index
from nnstudio.studio.painting.pixel_painting import disc, lay_grid, mixed, resample, value_of
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, Theme, ink_table, signed_table
from nnstudio.studio.views.network.layout import LayerBox, NetworkLayout
from nnstudio.studio.views.network.scene import NetworkScene, UnitAddress

ACTIVITY_LEVELS = 16
QUIET = 0.4
"""Opacity of a silent unit's picture."""

DOT_LEVELS = 20
DOT_RADIUS = 0.36
"""Of a cell."""

SMALLEST_BAR = 0.03
FADED_BITS = np.uint16(2)
FADED_OPACITY = 1 / 4
"""Of edges that cross units, by shifting their ink."""

CALM_OPACITY_EXPONENT = 0.6
"""Small weights are fainter than in the templates panel, among edges and tiles."""

FULL = 256
"""Amount of ink that covers a pixel."""

LEVELS = 32
"""Number of levels of ink."""

FAINTEST = 0.06
"""Ink of an edge of strength 0, relative to the strongest."""

THICK_SHARE = 0.7
"""Edges above this share of the strongest have double width."""

DENSITY = 1.2
"""Points of a curve per pixel of its longer side."""

GROUPS = 3


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


class NetworkImage:
    """One array of pixels with everything that there is much of; paintEvent copies it to the screen.

    Attributes
    ----------
    canvas : QImage
        A view of the pixels, as of the last call of `compose`.
    compositions : int
        How often the pixels were composed.
    """

    def __init__(self) -> None:
        self._pixels = np.empty((0, 0), np.uint32)
        self._ink = np.empty((2, 0, 0), np.uint16)
        self.canvas = QImage()
        self.compositions = 0

    def compose(
        self,
        scene: NetworkScene,
        place: NetworkLayout,
        edges: list[tuple[int, Edges]],
        faded: list[QRectF],
        size: QSizeF,
        ratio: float,
        theme: Theme,
    ) -> None:
        """Compose all pixels.

        Parameters
        ----------
        scene : NetworkScene
        place : NetworkLayout
            Where the units are.
        edges : list of (int, Edges)
            As the scene finds them.
        faded : list of QRectF
            Boxes in which edges are faint.
        size : QSizeF
            Of the view.
        ratio : float
            Pixels for each of the view's.
        theme : Theme
        """
        shape = (round(size.height() * ratio), round(size.width() * ratio))
        if self._pixels.shape != shape:
            self._pixels = np.empty(shape, np.uint32)
            self._ink = np.zeros((2, *shape), np.uint16)
            self.canvas = pixel_image(self._pixels)
            self.canvas.setDevicePixelRatio(ratio)
        self._pixels.fill(value_of(theme.panel))
        sheet = Sheet(self._pixels, self._ink, 1 / ratio, theme)
        paint_edges(sheet, [(found, *scene.ends(place, layer, found)) for layer, found in edges], faded)
        paint_units(sheet, scene, place)
        self.compositions += 1


def faded_boxes(place: NetworkLayout, alone: UnitAddress | None) -> list[QRectF]:
    """Return the boxes of units in which edges are faint: those that edges of all units cross."""
    return [box.box for box in place.hidden if box.columns > 1] if alone is None else []


def paint_units(sheet: Sheet, scene: NetworkScene, place: NetworkLayout) -> None:
    """Paint the input and the hidden units."""
    if scene.space.traits.has_pixels:
        image = np.zeros(scene.space.shape, np.float32)
        if scene.reading is not None:
            shares = scene.space.shares(scene.reading.x)
            image = shares.reshape(scene.space.shape).astype(np.float32)
        paint_input(sheet, place.input_box, image)
    for layer, box in enumerate(place.hidden):
        _paint_layer(sheet, scene, layer, box)


def _paint_layer(sheet: Sheet, scene: NetworkScene, layer: int, box: LayerBox) -> None:
    places, seen = places_in_sight(sheet, box)
    if not len(places):
        return
    units = scene.shown[layer].units[places]
    share = scene.shares(layer, units)
    if layer in scene.tiles:
        tiles = scene.tiles[layer][units]
        paint_tiles(sheet, seen, tiles, scene.limit(layer, tiles), share, scene.space)
    else:
        paint_dots(sheet, seen, np.zeros(len(units)) if share is None else share)


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
    rows = _between(-box.top(), height - box.top(), layer.leading, layer.rows)
    columns = _between(-box.left(), width - box.left(), layer.pitch, layer.columns)
    places = (np.arange(*rows)[:, None] * layer.columns + np.arange(*columns)).ravel()
    n_columns = max(columns[1] - columns[0], 0)
    corner = (box.left() + columns[0] * layer.pitch, box.top() + rows[0] * layer.leading)
    seen = QRectF(*corner, n_columns * layer.pitch, max(rows[1] - rows[0], 0) * layer.leading)
    places = places[places < layer.n_places]
    return places, replace(layer, box=seen, columns=max(n_columns, 1), n_places=len(places))


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
    height, width, bar = tile_sides(cell, tile_aspect(space, tiles))
    is_field, is_curve = space.traits.has_field, are_curves(space)
    values = (
        curve_pictures(tiles, limit, height, width)
        if is_curve
        else resample(tiles, height, width, smooth=is_field)
    )
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
        if is_curve:
            zero = height // 2
            pictures[:, zero] = np.where(values[:, zero] == 0, np.uint32(line), pictures[:, zero])
        pictures[:, (0, -1)] = line
        pictures[:, :, (0, -1)] = line
    if share is not None:
        long = np.abs(share) >= SMALLEST_BAR
        length = np.where(long, np.maximum(np.abs(share) * width, 1), 0)
        code = np.where(share < 0, value_of(theme.negative), value_of(theme.ink)).astype(np.uint32)
        strip = np.where(np.arange(width) < length[:, None], code[:, None], np.uint32(value_of(theme.panel)))
        cells[:, height + 1 :] = strip[:, None]
    _lay(sheet, layer, cells)


def tile_aspect(space: InputSpace, tiles: np.ndarray) -> float:
    """Return how many times as wide as high the tiles of a layer are; curves are square."""
    return 1.0 if are_curves(space) else tiles.shape[2] / tiles.shape[1]


def tile_sides(cell: int, aspect: float) -> tuple[int, int, int]:
    """Return the height and the width of a tile in a cell, and the height of its bar, a pixel below it."""
    bar = max(cell // 14, 1)
    gap = max(cell // 12, 1)
    side = max(cell - bar - gap - 1, 1)
    if aspect > 1:
        return max(round(side / aspect), 1), side, bar
    return side, max(round(side * aspect), 1), bar


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
    _lay(sheet, layer, _dots(sheet.theme, cell)[level], disc(cell, DOT_RADIUS * cell) > 0)


def dot_colours(theme: Theme, share: np.ndarray) -> np.ndarray:
    """Return the pixel value of dots by their share, −1 … 1."""
    loud = np.where(share < 0, value_of(theme.negative), value_of(theme.ink))
    return mixed(value_of(theme.control), loud, np.abs(share))


@lru_cache(maxsize=64)
def _dots(theme: Theme, cell: int) -> np.ndarray:
    """Return a picture (cell, cell) for each level, from fully negative over silent to fully active."""
    radius = DOT_RADIUS * cell
    share = np.arange(-DOT_LEVELS, DOT_LEVELS + 1) / DOT_LEVELS
    fill = dot_colours(theme, share)[:, None, None]
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
    down, right = max(sheet.whole(layer.leading), 1), max(sheet.whole(layer.pitch), 1)
    if mask is not None:
        mask = mask[..., :down, :right]
    # Where there is hardly any room, a cell that is rounded up is larger than its pitch.
    lay_grid(sheet.pixels, cells[:, :down, :right], layer.columns, (down, right), corner, mask)


def draw_curves(ink: np.ndarray, start: np.ndarray, end: np.ndarray, weight: np.ndarray) -> None:
    """Add curves that leave and arrive level to a sheet of ink.

    Parameters
    ----------
    ink : ndarray of shape (2, height, width), uint16, C-contiguous
        The ink of positive and of negative curves; modified. Parts of curves outside are cut.
    start, end : ndarray of shape (n, 2)
        Pixels (x, y).
    weight : ndarray of shape (n,)
        Ink for each pixel of length; the sign says on which sheet.
    """
    _, height, width = ink.shape
    start, step = start.astype(np.float32), (end - start).astype(np.float32)
    reach = np.abs(step)
    n_points = int(DENSITY * reach.max(initial=0.0)) + 2
    along_x, along_y, forward, aside = _cubic(n_points)
    # Where a curve's points are closer, each adds less ink.
    amount = reach[:, :1] * forward
    amount += reach[:, 1:] * aside
    amount *= np.abs(weight, dtype=np.float32)[:, None]
    x = step[:, :1] * along_x
    x += start[:, :1] - np.float32(0.5)
    y = step[:, 1:] * along_y
    y += start[:, 1:] - np.float32(0.5)
    sheet = np.broadcast_to(np.where(weight < 0, height * width, 0).astype(np.int32)[:, None], x.shape)
    corners = np.concatenate((start, start + step))
    if not ((corners >= 1) & (corners < (width - 1, height - 1))).all():
        inside = (x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)
        x, y, amount, sheet = x[inside], y[inside], amount[inside], sheet[inside]
    column, row = x.astype(np.int32), y.astype(np.int32)
    x -= column
    y -= row
    row *= width
    row += column
    row += sheet
    first, flat = row.ravel().astype(np.intp), ink.reshape(-1)
    y *= amount
    amount -= y
    # A point's ink is distributed among the four pixels around it.
    for half, down in ((amount, 0), (y, width)):
        right = half * x
        half -= right
        np.add.at(flat, first + down, half.ravel().astype(np.uint16))
        np.add.at(flat, first + (down + 1), right.ravel().astype(np.uint16))


@lru_cache(maxsize=256)
def _cubic(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return x, y and about the length of a step in x and in y at ``n`` points from (0, 0) to (1, 1)."""
    t = ((np.arange(n) + 0.5) / n).astype(np.float32)
    x = 1.5 * t * (1 - t) + t**3
    y = t**2 * (3 - 2 * t)
    # Between the diagonal length and the sum of both sides.
    return x, y, 0.85 * (1.5 - 3 * t + 3 * t**2) / n, 0.85 * 6 * t * (1 - t) / n


def heights_at(start: np.ndarray, end: np.ndarray, x: float) -> np.ndarray:
    """Return the ordinates (n,) of curves from ``start`` to ``end``, both (n, 2), at an abscissa."""
    along_x, along_y, _, _ = _cubic(64)
    share = (x - start[:, 0]) / np.maximum(end[:, 0] - start[:, 0], 1e-9)
    return start[:, 1] + np.interp(share, along_x, along_y) * (end[:, 1] - start[:, 1])


def draw_edges(ink: np.ndarray, drawn: list[tuple[np.ndarray, np.ndarray, np.ndarray]], pixel: float) -> None:
    """Paint edges with ink by their strength.

    Parameters
    ----------
    ink : ndarray of shape (2, height, width), uint16
        As for `draw_curves`.
    drawn : list of (start, end, strength)
        For each pair of layers, with the strongest of its own: ends of shape (n, 2) in pixels, and (n,).
    pixel : float
        Side of a device pixel; on dense screens lines are several pixels wide.
    """
    curves = [_lines(start, end, strength, pixel) for start, end, strength in drawn if len(strength)]
    if not curves:
        return
    start, end, weight = (np.concatenate(part) for part in zip(*curves, strict=True))
    # Of a part of the network, most edges are outside.
    low, high = np.minimum(start, end), np.maximum(start, end)
    seen = ((high >= 0) & (low < ink.shape[:0:-1])).all(axis=1)
    start, end, weight = start[seen], end[seen], weight[seen]
    # Curves of similar length are drawn together: all get as many points as the longest.
    order = np.argsort(np.abs(end - start).max(axis=1))
    for some in np.array_split(order, GROUPS):
        if len(some):
            draw_curves(ink, start[some], end[some], weight[some])


def ink_of(share: np.ndarray) -> np.ndarray:
    """Return the ink of edges, 0 … 1, by their strength relative to the strongest."""
    return FAINTEST + (1 - FAINTEST) * share**1.5


def _lines(
    start: np.ndarray, end: np.ndarray, strength: np.ndarray, pixel: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the curves of edges: two for each of the strongest."""
    share = np.abs(strength) / np.abs(strength).max()
    weight = np.sign(strength) * FULL * ink_of(share)
    thick = np.maximum(np.round((1 + (share > THICK_SHARE)) / pixel), 1).astype(np.intp)
    which = np.repeat(np.arange(len(share)), thick)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(thick) - thick, thick)
    aside = np.zeros((len(which), 2))
    aside[:, 1] = nth - (thick[which] - 1) / 2
    return start[which] + aside, end[which] + aside, weight[which]


@cache
def _ink_table(theme: Theme) -> np.ndarray:
    """Return the colours of LEVELS × LEVELS amounts of positive and negative ink on a panel."""
    amount = np.arange(LEVELS, dtype=np.float32) / (LEVELS - 1)
    positive, negative = amount[:, None], amount
    both = np.maximum(positive + negative, 1e-6)
    hue = mixed(value_of(theme.negative), value_of(theme.positive), positive / both)
    return mixed(value_of(theme.panel), hue, np.minimum(both, 1.0)).ravel()


def colour_in(pixels: np.ndarray, ink: np.ndarray, theme: Theme) -> None:
    """Colour pixels (height, width), C-contiguous, by ink (2, height, width), and clear the ink."""
    # In place: allocating memory costs more than the arithmetic.
    np.right_shift(ink, np.uint16((FULL // LEVELS).bit_length() - 1), out=ink)
    np.minimum(ink, np.uint16(LEVELS - 1), out=ink)
    index = ink[0].reshape(-1)
    index *= np.uint16(LEVELS)
    index += ink[1].reshape(-1)
    inked = np.flatnonzero(index > 0)
    pixels.reshape(-1)[inked] = _ink_table(theme)[index[inked]]
    ink[:] = 0
