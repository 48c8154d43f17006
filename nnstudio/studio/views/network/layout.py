"""Layout of the network view: the cell of each unit, zoom and offset; geometry without Qt widgets."""

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF

TITLE_HEIGHT = 24.0
FOOTER_HEIGHT = 36.0
SCALE_HEIGHT = 20.0
"""Height of the colour scale below the footers."""

MAX_TILE = 72.0
SMALLEST_IN_COLUMN, MAX_LEADING = 30.0, 84.0
"""Of units with edges that have numbers: the least side, and the most from one to the next."""

SMALLEST_GAP, WRITTEN_GAP = 26.0, 62.0
"""Between layers, and where edges have numbers, as far as there is room."""

MAX_DOT = 22.0
COMFORTABLE_DOT = 11.0
OUTPUT_BAR = 84.0
"""Width of a bar and a number at the right of an output."""

SMALLEST_NAME = 6.0
"""Half the height of a readable letter: lower rows have no circle around it."""

OUTPUT_ROW = 11.0
FULL_ROW_COST = 0.8
MOST_FOR_GAPS = 0.7
LARGEST_ZOOM = 8.0


@dataclass(frozen=True)
class LayerBox:
    """One layer's place: a grid of cells, place k in row k // columns.

    Attributes
    ----------
    box : QRectF
        All cells; the last row may be partly empty.
    cell : float
        Height of a cell in pixels.
    n_places : int
    pictures : bool
        Cells hold pictures of the units; else dots.
    pitch : float
        Width of a cell; as its height, but for outputs with a bar beside them.
    leading : float
        From one row to the next; more than the height of a cell where edges have numbers.
    """

    box: QRectF
    columns: int
    cell: float
    n_places: int
    pictures: bool
    pitch: float
    leading: float

    @property
    def rows(self) -> int:
        """Rows of the grid."""
        return -(-self.n_places // self.columns)

    def cell_box(self, place: int) -> QRectF:
        """Return the cell of a place."""
        row, column = divmod(place, self.columns)
        return QRectF(
            self.box.left() + column * self.pitch, self.box.top() + row * self.leading, self.cell, self.cell
        )

    def place_at(self, position: QPointF) -> int | None:
        """Return the place at a position."""
        if not self.box.contains(position):
            return None
        column = min(int((position.x() - self.box.left()) / self.pitch), self.columns - 1)
        row = min(int((position.y() - self.box.top()) / self.leading), self.rows - 1)
        if position.y() > self.box.top() + row * self.leading + self.cell:
            return None
        place = row * self.columns + column
        return place if place < self.n_places else None

    def left_anchors(self, places: np.ndarray) -> np.ndarray:
        """Return where edges arrive at places (n,): points of shape (n, 2) at the left of their marks."""
        return self._anchors(places, -1.0)

    def right_anchors(self, places: np.ndarray) -> np.ndarray:
        """Return where edges leave places (n,): points of shape (n, 2) at the right of their marks."""
        return self._anchors(places, 1.0)

    def _anchors(self, places: np.ndarray, side: float) -> np.ndarray:
        row, column = np.divmod(places, self.columns)
        reach = 0.46 if self.pictures else 0.36
        x = self.box.left() + column * self.pitch + (0.5 + side * reach) * self.cell
        return np.stack((x, self.box.top() + row * self.leading + 0.5 * self.cell), axis=1)


@dataclass(frozen=True)
class NetworkLayout:
    """Places of the input picture, the hidden layers and the outputs, left to right."""

    input_box: QRectF
    hidden: tuple[LayerBox, ...]
    outputs: LayerBox

    @property
    def layers(self) -> tuple[LayerBox, ...]:
        """All computing layers."""
        return (*self.hidden, self.outputs)


def radius_of(box: LayerBox) -> float:
    """Return the radius of an output's circle."""
    return max(min(box.cell * 0.4, 26.0), SMALLEST_NAME)


def _grid(
    left: float, middle: float, n: int, columns: int, cell: float, pictures: bool, leading: float
) -> LayerBox:
    height = (-(-n // columns) - 1) * leading + cell
    return LayerBox(
        QRectF(left, middle - height / 2, columns * cell, height), columns, cell, n, pictures, cell, leading
    )


def _fit(n: int, width: float, height: float, largest: float) -> tuple[int, float]:
    """Return columns and cell side for the largest ``n`` cells, preferring a full last row."""
    fits: list[tuple[int, float]] = []
    for columns in range(1, n + 1):
        fits.append((columns, min(width / columns, height / -(-n // columns), largest)))
        if width / columns < max(cell for _, cell in fits) * FULL_ROW_COST:
            break
    best = max(cell for _, cell in fits)
    full = [fit for fit in fits if n % fit[0] == 0 and fit[1] >= best * FULL_ROW_COST]
    return max(full or fits, key=lambda fit: fit[1])


def _dots(n: int, width: float, height: float) -> tuple[int, float]:
    """Return columns and cell side for dots: as few columns as readable."""
    for columns in range(1, n + 1):
        cell = min(height / -(-n // columns), width / columns, MAX_DOT)
        if cell >= COMFORTABLE_DOT:
            return columns, cell
        if width / columns < COMFORTABLE_DOT:
            break
    return _fit(n, width, height, MAX_DOT)


def _outputs(width: float, middle: float, room: float, n: int) -> LayerBox:
    """Place the outputs at the right, in as many columns as names of a readable size need."""
    columns = max(1, math.ceil(n / max(room // OUTPUT_ROW, 1)))
    bar = min(OUTPUT_BAR, 0.4 * width / columns)
    rows = -(-n // columns)
    cell = min(room / rows, 38.0)
    pitch = cell + bar
    left = width - columns * pitch - 8.0
    # The last bar is beside the grid: edges end and clicks count at the circles.
    box = QRectF(left, middle - cell * rows / 2, (columns - 1) * pitch + cell, cell * rows)
    return LayerBox(box, columns, cell, n, False, pitch, cell)


def lay_out(
    width: float,
    height: float,
    hidden: list[tuple[int, bool]],
    n_outputs: int,
    *,
    aspect: float,
    in_columns: bool = False,
) -> NetworkLayout:
    """Place a network in a rectangle.

    Parameters
    ----------
    width, height : float
        Pixels.
    hidden : list of (places, has pictures)
    n_outputs : int
    aspect : float
        Width over height of the input picture.
    in_columns : bool
        Place the units of a layer below each other where they stay large enough: edges have numbers then,
        which need room, and units do not hide edges.
    """
    top, room = TITLE_HEIGHT, max(height - TITLE_HEIGHT - FOOTER_HEIGHT - SCALE_HEIGHT, 40.0)
    middle = top + room / 2
    input_side = min(0.155 * width, 0.45 * room, 260.0)
    input_width, input_height = (
        (input_side, input_side / aspect) if aspect >= 1 else (input_side * aspect, input_side)
    )
    input_box = QRectF(10.0, middle - input_height / 2, input_width, input_height)
    outputs = _outputs(width, middle, room, n_outputs)
    between = outputs.box.left() - input_box.right()
    n_gaps = len(hidden) + 1
    smallest = WRITTEN_GAP if in_columns else SMALLEST_GAP
    gap = min(max(between * 0.13, smallest), 130.0, between * MOST_FOR_GAPS / n_gaps)
    for_units = between - gap * n_gaps
    shares = [(3.0 if pictures else 0.5) * max(n, 8) ** 0.5 for n, pictures in hidden]
    sizes = []
    for (n, pictures), share in zip(hidden, shares, strict=True):
        allowed = for_units * share / sum(shares)
        if in_columns and pictures and min(allowed, room / n) >= SMALLEST_IN_COLUMN:
            sizes.append((1, min(allowed, room / n, MAX_TILE)))
        else:
            sizes.append(_fit(n, allowed, room, MAX_TILE) if pictures else _dots(n, allowed, room))
    used = sum(columns * cell for columns, cell in sizes)
    # The remaining width goes between the layers, to the edges.
    gap = (between - used) / n_gaps
    left, boxes = input_box.right() + gap, []
    for (n, pictures), (columns, cell) in zip(hidden, sizes, strict=True):
        is_spread = in_columns and columns == 1
        leading = max(cell, min(room / n, MAX_LEADING)) if is_spread else cell
        boxes.append(_grid(left, middle, n, columns, cell, pictures, leading))
        left += columns * cell + gap
    return NetworkLayout(input_box, tuple(boxes), outputs)


def zoomed(layout: NetworkLayout, scale: float, offset: QPointF, pixel: float) -> NetworkLayout:
    """Enlarge a layout and move it, with whole device pixels for cells and their corners.

    Parameters
    ----------
    scale : float
    offset : QPointF
        Where the origin goes.
    pixel : float
        Side of a device pixel.
    """

    def snap(value: float) -> float:
        return round(value / pixel) * pixel

    def enlarge(box: QRectF) -> QRectF:
        corner = QPointF(snap(box.left() * scale + offset.x()), snap(box.top() * scale + offset.y()))
        size = (max(snap(side * scale), pixel) for side in (box.width(), box.height()))
        return QRectF(corner.x(), corner.y(), *size)

    def grid(layer: LayerBox) -> LayerBox:
        box, rows = layer.box, layer.rows
        cell = max(math.floor(layer.cell * scale / pixel + 1e-6), 1) * pixel
        pitch = cell if layer.pitch == layer.cell else snap(layer.pitch * scale)
        leading = cell if layer.leading == layer.cell else snap(layer.leading * scale)
        width, height = (layer.columns - 1) * pitch + cell, (rows - 1) * leading + cell
        # The rounding remainder is split between both sides.
        left = snap(box.center().x() * scale + offset.x() - width / 2)
        top = snap(box.center().y() * scale + offset.y() - height / 2)
        box = QRectF(left, top, width, height)
        return replace(layer, box=box, cell=cell, pitch=pitch, leading=leading)

    return NetworkLayout(
        enlarge(layout.input_box), tuple(grid(layer) for layer in layout.hidden), grid(layout.outputs)
    )


class Camera:
    """Maps the network, which fills the view at zoom 1, to the visible part.

    Attributes
    ----------
    zoom : float
    offset : QPointF
        Position of the network's upper left corner in the view.
    """

    def __init__(self) -> None:
        self.zoom = 1.0
        self.offset = QPointF(0, 0)

    @property
    def is_fitted(self) -> bool:
        """Whether the whole network is visible."""
        return self.zoom == 1.0

    def fit(self) -> None:
        """Reset the zoom to the whole network."""
        self.zoom, self.offset = 1.0, QPointF(0, 0)

    def zoom_at(self, factor: float, point: QPointF, size: QSizeF) -> None:
        """Zoom by a factor around ``point``; the view stays inside the network."""
        zoom = min(max(self.zoom * factor, 1.0), LARGEST_ZOOM)
        self.offset = point - (point - self.offset) * (zoom / self.zoom)
        self.zoom = zoom
        self.pan(QPointF(0, 0), size)

    def pan(self, step: QPointF, size: QSizeF) -> None:
        """Move the network by a number of pixels, within its limits."""
        x, y = (
            min(max(at, side * (1 - self.zoom)), 0.0)
            for at, side in (
                (self.offset.x() + step.x(), size.width()),
                (self.offset.y() + step.y(), size.height()),
            )
        )
        self.offset = QPointF(x, y)
