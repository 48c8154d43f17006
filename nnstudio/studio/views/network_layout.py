"""Where each unit of a network stands in the network view, as pure geometry."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnstudio.engine.architecture import Architecture

TITLE_HEIGHT = 24.0
FOOTER_HEIGHT = 22.0
MAX_TILE = 40.0
MAX_DOT = 19.0
COMFORTABLE_DOT = 9.0
OUTPUT_BAR = 62.0
FULL_ROW_COST = 0.8
MOST_FOR_GAPS = 0.7


@dataclass(frozen=True)
class LayerBox:
    """One layer's place: a grid of square cells, unit k in row k // columns.

    Attributes
    ----------
    box : QRectF
        All cells; the last row may be partly empty.
    cell : float
        Side of a cell in pixels.
    pictures : bool
        Cells hold pictures of the units; else dots.
    """

    box: QRectF
    columns: int
    cell: float
    n_units: int
    pictures: bool

    @property
    def rows(self) -> int:
        """Rows of the grid."""
        return -(-self.n_units // self.columns)

    def cell_box(self, unit: int) -> QRectF:
        """Return the cell of a unit."""
        row, column = divmod(unit, self.columns)
        return QRectF(
            self.box.left() + column * self.cell, self.box.top() + row * self.cell, self.cell, self.cell
        )

    def unit_at(self, position: QPointF) -> int | None:
        """Return the unit at a position."""
        if not self.box.contains(position):
            return None
        column = min(int((position.x() - self.box.left()) / self.cell), self.columns - 1)
        unit = int((position.y() - self.box.top()) / self.cell) * self.columns + column
        return unit if unit < self.n_units else None

    def left_anchors(self, units: np.ndarray) -> np.ndarray:
        """Return where edges arrive at units (n,): points of shape (n, 2) at the left of their marks."""
        return self._anchors(units, -1.0)

    def right_anchors(self, units: np.ndarray) -> np.ndarray:
        """Return where edges leave units (n,): points of shape (n, 2) at the right of their marks."""
        return self._anchors(units, 1.0)

    def _anchors(self, units: np.ndarray, side: float) -> np.ndarray:
        row, column = np.divmod(units, self.columns)
        reach = 0.46 if self.pictures else 0.3
        x = self.box.left() + (column + 0.5 + side * reach) * self.cell
        return np.stack((x, self.box.top() + (row + 0.5) * self.cell), axis=1)


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


def _fit(n: int, width: float, height: float, largest: float) -> tuple[int, float]:
    """Return columns and cell side that make ``n`` cells large, with a full last row if it costs little."""
    fits: list[tuple[int, float]] = []
    for columns in range(1, n + 1):
        fits.append((columns, min(width / columns, height / -(-n // columns), largest)))
        if width / columns < max(cell for _, cell in fits) * FULL_ROW_COST:
            break
    best = max(cell for _, cell in fits)
    full = [fit for fit in fits if n % fit[0] == 0 and fit[1] >= best * FULL_ROW_COST]
    return max(full or fits, key=lambda fit: fit[1])


def _dots(n: int, width: float, height: float) -> tuple[int, float]:
    """Return columns and cell side for dots: as few columns as keep them comfortable."""
    for columns in range(1, n + 1):
        cell = min(height / -(-n // columns), width / columns, MAX_DOT)
        if cell >= COMFORTABLE_DOT:
            return columns, cell
        if width / columns < COMFORTABLE_DOT:
            break
    return _fit(n, width, height, MAX_DOT)


def lay_out(
    width: float,
    height: float,
    hidden: list[tuple[int, bool]],
    n_outputs: int,
    *,
    aspect: float,
    edges_from_input: bool,
) -> NetworkLayout:
    """Place a network in a rectangle.

    Parameters
    ----------
    width, height : float
        Pixels.
    hidden : list of (units, has pictures)
    n_outputs : int
    aspect : float
        Width over height of the input picture.
    edges_from_input : bool
        Whether edges run from the input picture to the first layer.
    """
    top, room = TITLE_HEIGHT, max(height - TITLE_HEIGHT - FOOTER_HEIGHT, 40.0)
    middle = top + room / 2
    input_side = min(140.0, width * 0.19, room)
    input_width, input_height = (
        (input_side, input_side / aspect) if aspect >= 1 else (input_side * aspect, input_side)
    )
    input_box = QRectF(10.0, middle - input_height / 2, input_width, input_height)
    out_cell = min(room / n_outputs, 38.0)
    out_left = width - OUTPUT_BAR - max(out_cell, 26.0) - 10.0
    outputs = LayerBox(
        QRectF(out_left, middle - out_cell * n_outputs / 2, out_cell, out_cell * n_outputs),
        1,
        out_cell,
        n_outputs,
        False,
    )
    between = out_left - input_box.right()
    shares = [_share(n, pictures) for n, pictures in hidden]
    # Where no edges run, between the input picture and the first layer, a third of a gap is enough.
    first = 1.0 if edges_from_input else 0.35
    n_gaps = len(hidden) + first
    gap = min(max(between * 0.16, 26.0), 130.0, between * MOST_FOR_GAPS / n_gaps)
    for_units = between - gap * n_gaps
    sizes = []
    for (n, pictures), share in zip(hidden, shares, strict=True):
        allowed = for_units * share / sum(shares)
        columns, cell = _fit(n, allowed, room, MAX_TILE) if pictures else _dots(n, allowed, room)
        sizes.append((columns, cell))
    used = sum(columns * cell for columns, cell in sizes)
    # What the grids do not need goes between the layers, where the edges run.
    gap = (between - used) / n_gaps
    left, boxes = input_box.right() + gap * first, []
    for (n, pictures), (columns, cell) in zip(hidden, sizes, strict=True):
        rows = -(-n // columns)
        boxes.append(
            LayerBox(
                QRectF(left, middle - rows * cell / 2, columns * cell, rows * cell),
                columns,
                cell,
                n,
                pictures,
            )
        )
        left += columns * cell + gap
    return NetworkLayout(input_box, tuple(boxes), outputs)


def layer_title(architecture: Architecture, layer: int) -> str:
    """Return the name of a computing layer: Hidden 1, Hidden 2, …, Output."""
    return "Output" if layer == architecture.n_layers - 1 else f"Hidden {layer + 1}"


def layer_names(architecture: Architecture) -> list[str]:
    """Return the names of the input and of every computing layer."""
    return ["Input", *(layer_title(architecture, k) for k in range(architecture.n_layers))]


def _share(n: int, pictures: bool) -> float:
    return (3.0 if pictures else 0.5) * min(max(n, 8), 400) ** 0.5
