"""Activations in the network view: bars and shades on tiles, brightness of dots."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.studio.images import indexed_image, signed_index
from nnstudio.studio.theme import Theme, activation_table, colour
from nnstudio.studio.views.network_layout import LayerBox

TILE_GAP = 3
"""Cells of a tile's picture between it and the next: the bar's place."""

DOT_LEVELS = 12
SMALLEST_BAR = 0.03
MOST_DOTS = 600


def paint_activity(
    painter: QPainter, a: np.ndarray, box: LayerBox, shape: tuple[int, int], theme: Theme
) -> None:
    """Shade the tiles of quiet units and draw a bar under the active ones.

    Parameters
    ----------
    a : ndarray of shape (n_units,)
        Activations; the largest has the longest bar.
    shape : (height, width)
        Of a tile's picture.
    """
    largest = float(np.abs(a).max())
    if largest == 0:
        return
    share = np.abs(a) / largest
    veil = np.zeros(box.rows * box.columns, np.uint8)
    veil[: len(a)] = (160 * (1 - np.sqrt(share))).astype(np.uint8)
    base = int(theme.panel[1:], 16)
    table = [(alpha << 24) | base for alpha in range(256)]
    painter.drawImage(box.box, indexed_image(veil.reshape(box.rows, box.columns), table))
    painter.setPen(Qt.PenStyle.NoPen)
    thick = max(box.cell * TILE_GAP / (shape[0] + TILE_GAP), 1.5)
    longest = box.cell * shape[1] / (shape[1] + TILE_GAP)
    for sign, code in ((1.0, theme.ink), (-1.0, theme.negative)):
        units = np.flatnonzero(a * sign > SMALLEST_BAR * largest)
        row, column = np.divmod(units, box.columns)
        lefts = (box.box.left() + column * box.cell).tolist()
        tops = (box.box.top() + (row + 1) * box.cell - thick).tolist()
        widths = (share[units] * longest).tolist()
        painter.setBrush(colour(code))
        painter.drawRects([QRectF(*bar, thick) for bar in zip(lefts, tops, widths, strict=True)])


def paint_dots(painter: QPainter, a: np.ndarray, box: LayerBox, theme: Theme) -> None:
    """Draw a dot for each unit, bright for large activations, orange for negative ones.

    More than 600 units are cells of one image instead: an ellipse each would take longer than a frame.
    """
    if box.n_units > MOST_DOTS:
        index = np.full(box.rows * box.columns, 128, np.uint8)
        index[: box.n_units] = signed_index(a, float(np.abs(a).max()))
        cells = index.reshape(box.rows, box.columns)
        painter.drawImage(box.box, indexed_image(cells, activation_table(theme)))
        return
    level = a / max(float(np.abs(a).max()), 1e-12)
    bins = np.round(level * DOT_LEVELS).astype(int)
    row, column = np.divmod(np.arange(box.n_units), box.columns)
    x = box.box.left() + (column + 0.5) * box.cell
    y = box.box.top() + (row + 0.5) * box.cell
    radius = box.cell * 0.36
    quiet = colour(theme.control).getRgb()[:3]
    painter.setPen(QPen(colour(theme.line), 1))
    for value in np.unique(bins).tolist():
        loud = colour(theme.ink if value >= 0 else theme.negative).getRgb()[:3]
        part = abs(value) / DOT_LEVELS
        mixed = [round(q + (i - q) * part) for q, i in zip(quiet, loud, strict=True)]
        painter.setBrush(colour("#{:02x}{:02x}{:02x}".format(*mixed)))
        for k in np.flatnonzero(bins == value).tolist():
            painter.drawEllipse(QPointF(x[k], y[k]), radius, radius)
